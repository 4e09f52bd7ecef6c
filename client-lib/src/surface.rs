//! Off-screen surfaces: drawn on at once, copied from into frames.

use std::ops::{Deref, DerefMut};

use transom_protocol::Request;
use transom_protocol::geometry::{Scale, Size};
use transom_protocol::ids::{SurfaceId, WindowId};
use transom_protocol::request::{CreateSurface, DestroySurface};
use transom_protocol::window::ColorSpace;

use crate::canvas::Canvas;
use crate::core::Core;
use crate::error::Error;
use crate::link::Link;
use crate::window::Window;

/// A picture that lives on the server and is not shown: drawn on with [`Surface::draw`], used
/// with [`Canvas::copy_from`]. Dropping it destroys it; what was copied from it stays.
///
/// It begins transparent. After [`Event::Redraw`](crate::Event::Redraw) with its id it is so again.
#[derive(Debug)]
pub struct Surface {
    link: Link,
    id: SurfaceId,
    size: Size,
    scale: Option<Scale>,
    follow: WindowId,
}

impl Surface {
    pub(crate) fn new(link: Link, size: Size, scale: Option<Scale>, follow: WindowId) -> Self {
        let asked = scale.unwrap_or(Scale(0));
        let id = link.core(|core| core.create_surface(size, asked, follow));
        Self {
            link,
            id,
            size,
            scale,
            follow,
        }
    }

    /// Its number.
    pub fn id(&self) -> SurfaceId {
        self.id
    }

    /// In logical units.
    pub fn size(&self) -> Size {
        self.size
    }

    /// Device pixels per logical unit, as far as is known.
    fn scale(&self) -> Scale {
        let of_window = || {
            let follow = self.follow;
            self.link
                .core(|core| core.windows.get(&follow).map(|window| window.scale))
        };
        self.scale.or_else(of_window).unwrap_or_default()
    }

    /// Begins to draw on it, over what is there.
    pub fn draw(&self) -> Drawing<'_> {
        let mut canvas = Canvas::new(self.link.clone(), self.size).with_scale(self.scale());
        // Clip and transform outlive a drawing on the server.
        canvas.recording.ops.reset();
        Drawing {
            surface: self,
            canvas,
        }
    }

    /// Begins to draw it anew, with nothing of what is there.
    pub fn draw_anew(&self) -> Drawing<'_> {
        let mut drawing = self.draw();
        drawing
            .canvas
            .clear(transom_protocol::color::Color::TRANSPARENT);
        drawing.canvas.recording.covers = true;
        drawing
    }
}

impl Drop for Surface {
    fn drop(&mut self) {
        self.link.core(|core| core.destroy_surface(self.id));
    }
}

/// What is drawn on a [`Surface`]: a [`Canvas`] until it is committed.
#[derive(Debug)]
#[must_use = "a drawing has an effect only after its commit"]
pub struct Drawing<'a> {
    surface: &'a Surface,
    canvas: Canvas,
}

impl Drawing<'_> {
    /// Sends it. It takes effect in order: for frames that are committed after it.
    ///
    /// # Errors
    ///
    /// As [`Frame::commit`](crate::Frame::commit).
    pub fn commit(self) -> Result<(), Error> {
        let recording = self.canvas.take()?;
        self.surface
            .link
            .core(|core| core.draw_surface(self.surface.id, recording));
        self.surface.link.push_out()
    }
}

impl Deref for Drawing<'_> {
    type Target = Canvas;

    fn deref(&self) -> &Canvas {
        &self.canvas
    }
}

impl DerefMut for Drawing<'_> {
    fn deref_mut(&mut self) -> &mut Canvas {
        &mut self.canvas
    }
}

impl Window {
    /// Makes an off-screen surface of this size at the window's scale, which it follows.
    pub fn surface(&self, width: f32, height: f32) -> Surface {
        Surface::new(
            self.link().clone(),
            Size::new(width, height),
            None,
            self.id(),
        )
    }
}

impl Core {
    fn create_surface(&mut self, size: Size, scale: Scale, follow: WindowId) -> SurfaceId {
        let surface = self.new_surface();
        let color_space = ColorSpace::SRGB;
        let request = Request::CreateSurface(CreateSurface {
            surface,
            size,
            scale,
            follow,
            color_space,
        });
        self.mirror.create_surface(surface, &request);
        self.request(request);
        surface
    }

    fn draw_surface(&mut self, surface: SurfaceId, recording: crate::canvas::Recording) {
        self.send_glyphs(std::iter::once(&recording));
        self.send_drawing(surface, &recording);
        self.mirror.draw_surface(surface, recording);
    }

    fn destroy_surface(&mut self, surface: SurfaceId) {
        self.request(DestroySurface { surface });
        self.mirror.destroy_surface(surface);
    }
}
