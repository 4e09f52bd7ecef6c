//! Retained lists: recorded once, kept on the server, drawn many times.

use transom_protocol::Request;
use transom_protocol::geometry::Size;
use transom_protocol::ids::ListId;
use transom_protocol::request::{DefineList, DestroyList};

use crate::canvas::{Canvas, Recording};
use crate::connection::Display;
use crate::core::Core;
use crate::error::Error;
use crate::link::Link;

/// Operations kept on the server, drawn by [`Canvas::draw_list`] wherever the transform then leads.
/// Dropping it destroys it; what was drawn of it stays.
///
/// It keeps the images, brushes and glyphs that it draws with as they were when it was recorded.
#[derive(Debug)]
pub struct List {
    link: Link,
    id: ListId,
}

impl List {
    /// Its number.
    pub fn id(&self) -> ListId {
        self.id
    }
}

impl Drop for List {
    fn drop(&mut self) {
        self.link.core(|core| {
            core.request(DestroyList { list: self.id });
            core.mirror.destroy_list(self.id);
        });
    }
}

impl Display {
    /// Records a list. `size` is only what [`Canvas::size`] tells; nothing is cut to it.
    ///
    /// # Errors
    ///
    /// When something drawn, or all of it, does not fit a packet, a megabyte.
    pub fn list(&self, size: Size, draw: impl FnOnce(&mut Canvas)) -> Result<List, Error> {
        let link = self.link().clone();
        let mut canvas = Canvas::new(link.clone(), size).anywhere();
        draw(&mut canvas);
        let recording = canvas.take()?;
        let bytes = recording.ops.as_bytes().len();
        if bytes > transom_protocol::draw::MAX_OP_BYTES {
            return Err(transom_protocol::draw::PathTooLong { bytes }.into());
        }
        let id = link.core(|core| core.define_list(recording));
        Ok(List { link, id })
    }
}

impl Core {
    fn define_list(&mut self, recording: Recording) -> ListId {
        let list = self.new_list();
        self.send_glyphs(std::iter::once(&recording));
        let images = recording.uses.images.iter();
        let after = images.map(|image| self.complete(*image)).max();
        let request = Request::from(DefineList {
            list,
            ops: recording.ops.ops(),
        });
        self.lanes.urgent_after(&request, after.unwrap_or_default());
        self.mirror.create_list(list, recording);
        list
    }
}
