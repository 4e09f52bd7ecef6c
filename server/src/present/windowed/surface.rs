//! [`Surface`]: the pixels of a native window, handed out one frame at a time.

use std::num::NonZeroU32;
use std::sync::Arc;

use softbuffer::{Context, Rect, SoftBufferError};
use transom_protocol::geometry::{PixelRect, PixelSize};
use winit::window::Window;

use crate::region::Region;

/// Where frames are put. The native window's, or a test's.
pub(super) trait Surface {
    /// Why no frame could be put there.
    type Error: std::fmt::Display;

    /// Shows one frame of this size. `draw` gets the buffer's age and its pixels, row by row without
    /// gaps, and returns what it drew; that alone is shown anew. Blocks while no buffer is free.
    fn frame(
        &mut self,
        size: PixelSize,
        draw: impl FnOnce(u8, &mut [u32]) -> Region,
    ) -> Result<(), Self::Error>;
}

/// The native window's pixels.
///
/// Its documentation asks for 0 in the highest byte, where we have 0xff. X11 windows of depth 24 and
/// the Wayland format XRGB8888, which are all it uses, have no meaning for that byte.
pub(super) struct WindowSurface {
    surface: softbuffer::Surface<Arc<Window>, Arc<Window>>,
    size: Option<PixelSize>,
}

impl WindowSurface {
    pub(super) fn new(window: Arc<Window>) -> Result<Self, SoftBufferError> {
        let context = Context::new(window.clone())?;
        Ok(Self {
            surface: softbuffer::Surface::new(&context, window)?,
            size: None,
        })
    }

    fn resize(&mut self, size: PixelSize) -> Result<(), SoftBufferError> {
        let sides = (NonZeroU32::new(size.width), NonZeroU32::new(size.height));
        if self.size != Some(size)
            && let (Some(width), Some(height)) = sides
        {
            self.surface.resize(width, height)?;
            self.size = Some(size);
        }
        Ok(())
    }
}

impl Surface for WindowSurface {
    type Error = SoftBufferError;

    fn frame(
        &mut self,
        size: PixelSize,
        draw: impl FnOnce(u8, &mut [u32]) -> Region,
    ) -> Result<(), SoftBufferError> {
        self.resize(size)?;
        // Only when a frame follows: until it was shown Wayland has no redraw for us.
        self.surface.window().pre_present_notify();
        let mut buffer = self.surface.buffer_mut()?;
        let age = buffer.age();
        let drawn = draw(age, &mut buffer);
        let rects: Vec<Rect> = drawn.rects().iter().copied().filter_map(rect).collect();
        buffer.present_with_damage(&rects)
    }
}

fn rect(rect: PixelRect) -> Option<Rect> {
    Some(Rect {
        x: u32::try_from(rect.x0).ok()?,
        y: u32::try_from(rect.y0).ok()?,
        width: NonZeroU32::new(rect.width())?,
        height: NonZeroU32::new(rect.height())?,
    })
}
