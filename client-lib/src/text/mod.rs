//! Text.
//!
//! **From characters to glyphs.** [`Canvas::text`](crate::Canvas::text) and
//! [`TextLayout`] shape with the fonts of the [`library`], bundled first, the system's for what
//! those lack. A layout is in logical units and the same at every scale: glyphs are as wide as their
//! font says, unhinted.
//!
//! **From glyphs to the wire.** Each glyph crosses a connection once for each [`face::Grid`] it is
//! drawn on, and then is one byte in a run, two beyond the first 256 of its face. Where kerning or a
//! script moves glyphs, two bytes each tell how far; otherwise nothing does.
//!
//! **Fitting to pixels.** Below [`sets::FITTED_BELOW`] device pixels in one em, outlines are fitted
//! to the device's rows of pixels before they are sent: baseline, x-height and capitals lie on
//! whole pixels and horizontal stems are even, as with "slight" hinting in other toolkits. Columns
//! are left alone, and the server places glyphs by quarters of a pixel, so that spacing is as the font
//! wants it. Larger glyphs look the same either way and cross once for all sizes.
//!
//! That was chosen by looking: DejaVu Sans from 10 to 16 units, dark on light and light on dark, at
//! scales 1, 1.25, 1.5 and 2, beside what GTK 3 draws. Fitted, it is as sharp as GTK's and more
//! evenly spaced, for GTK rounds advances to whole pixels; unfitted, crossbars and the tops of letters
//! are grey at scales 1 and 1.25. The price is that outlines cross once for each size, about four
//! kilobytes for a page of English. Text whose size changes with every frame is drawn unfitted.
//!
//! **Colour.** Layers cross as outlines, pictures as images of about the size they are drawn in.

mod cells;
mod color;
mod draw;
mod emoji;
mod face;
mod layout;
mod library;
mod outline;
mod picture;
mod run;
mod selection;
mod sets;
mod style;

pub use layout::{Paragraph, TextLayout, TextLine};
pub use outline::{OutlineSteps, fitted_to_rows};
pub use selection::{Movement, TextSelection};
pub(crate) use sets::Fonts;
pub use style::{Align, Family, TextSize, TextStyle};
