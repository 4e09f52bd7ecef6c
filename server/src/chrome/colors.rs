//! The colours of the desktop's own things. Those of the demo programs (paper, ink, accent), and
//! darker ones for what lies on the desk.

use transom_protocol::color::{Color, Pixel};

const fn solid(rgb: u32) -> Pixel {
    Color::hex(rgb).premultiply()
}

/// A title bar with the keyboard: paper, as most programs' own background.
pub(super) const PAPER: Pixel = solid(0xf4f1ea);
/// A title bar without: paper in the shade.
pub(super) const SHADE: Pixel = solid(0xdfdbd1);
/// Menus.
pub(super) const CARD: Pixel = solid(0xfffdf8);
/// Thin lines on paper.
pub(super) const LINE: Pixel = solid(0xd9d3c5);
/// Thin lines on shaded paper.
pub(super) const SHADE_LINE: Pixel = solid(0xcac4b6);
/// Text on paper.
pub(super) const INK: Pixel = solid(0x2b3440);
/// Text on paper that matters less.
pub(super) const FADED: Pixel = solid(0x6f7782);
/// What wants attention.
pub(super) const ACCENT: Pixel = solid(0xd1495b);
/// What does not answer.
pub(super) const AMBER: Pixel = solid(0xd98e2b);
/// What is chosen.
pub(super) const TEAL: Pixel = solid(0x2a7f86);
/// On strong colours.
pub(super) const WHITE: Pixel = solid(0xffffff);
/// Under the pointer, on paper.
pub(super) const HOVER: Pixel = Color::hex(0x2b3440).with_alpha(24).premultiply();
/// Held down, on paper.
pub(super) const PRESSED: Pixel = Color::hex(0x2b3440).with_alpha(52).premultiply();
/// A close button held down.
pub(super) const ACCENT_PRESSED: Pixel = solid(0xb03548);
/// Around windows with the keyboard.
pub(super) const EDGE: Pixel = solid(0x1a2028);
/// Around the others.
pub(super) const EDGE_INACTIVE: Pixel = solid(0x232b35);
/// The task bar.
pub(super) const BAR: Pixel = solid(0x1f2730);
/// Its upper edge.
pub(super) const BAR_LINE: Pixel = solid(0x3b4755);
/// What is raised on the bar.
pub(super) const BAR_ACTIVE: Pixel = solid(0x3c4a59);
/// Under the pointer, on the bar.
pub(super) const BAR_HOVER: Pixel = solid(0x2d3844);
/// Text on the bar.
pub(super) const BAR_TEXT: Pixel = solid(0xece8de);
/// Text on the bar that matters less.
pub(super) const BAR_FADED: Pixel = solid(0x93a0ae);
/// The switcher's panel.
pub(super) const PANEL: Pixel = solid(0x1f2730);
/// Where a window would go.
pub(super) const PREVIEW: Pixel = Color::hex(0xf4f1ea).with_alpha(46).premultiply();
/// Around that.
pub(super) const PREVIEW_EDGE: Pixel = Color::hex(0xf4f1ea).with_alpha(170).premultiply();
