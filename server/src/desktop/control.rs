//! What tools outside ask: which windows there are, and what they show.

use std::sync::Arc;

use transom_protocol::event::CloseRequested;
use transom_protocol::geometry::PixelRect;
use transom_protocol::input::CursorShape;
use transom_protocol::window::WindowStates;

use super::Desktop;
use super::fill::Fill;
use super::ids::{ClientId, ScreenId, WindowKey};
use super::window::{Cursor, Window};
use crate::raster::Pixmap;

/// A window as a person or a test wants to know it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WindowInfo {
    /// How to name it.
    pub id: ScreenId,
    /// Whose it is.
    pub client: ClientId,
    /// The program it belongs to, as that says.
    pub program: String,
    /// The program's process, as that says; 0 when not known.
    pub pid: u32,
    /// What the person reads.
    pub title: String,
    /// Which program it belongs to.
    pub app_id: String,
    /// Where it is on the screen, in device pixels.
    pub rect: PixelRect,
    /// The same with the title bar and border that the desktop draws, if it does.
    pub frame: PixelRect,
    /// What its client knows of its states, or is about to.
    pub states: WindowStates,
    /// Whether it is a popup.
    pub popup: bool,
    /// How often it was committed.
    pub frames: u64,
}

impl Desktop {
    /// How many windows and popups there are, of all clients and whether shown or not.
    pub fn window_count(&self) -> usize {
        self.windows.len()
    }

    /// The windows that have a picture, minimised ones too, from back to front.
    pub fn windows(&self) -> Vec<WindowInfo> {
        self.stack.iter().filter_map(|k| self.info(*k)).collect()
    }

    fn info(&self, key: WindowKey) -> Option<WindowInfo> {
        let window = self.windows.get(&key).filter(|w| !w.is_dismissed())?;
        let client = self.clients.get(&key.client)?;
        Some(WindowInfo {
            id: window.id,
            client: key.client,
            program: client.info.program.clone(),
            pid: client.info.pid,
            title: window.title.clone(),
            app_id: window.app_id.clone(),
            rect: window.rect()?,
            frame: self.frame_rect(window)?,
            states: self.states_of(key),
            popup: window.is_popup(),
            frames: window.frames,
        })
    }

    /// Asks a window's client to close it; ends a popup. False: there is no such window.
    pub fn close(&mut self, id: ScreenId) -> bool {
        let Some(key) = self.find(id) else {
            return false;
        };
        if self.is_popup(key) {
            self.dismiss(key);
            self.settle();
        } else {
            let window = key.window;
            self.send(key.client, CloseRequested { window });
        }
        true
    }

    /// Puts a window there, with the frame that the desktop draws, and asks its client for that size
    /// as far as it can have it. False: there is no such window, or it is a popup.
    pub fn place(&mut self, id: ScreenId, frame: PixelRect) -> bool {
        let Some(key) = self.find(id).filter(|key| !self.is_popup(*key)) else {
            return false;
        };
        self.set_fill(key, Fill::None);
        let scale = self.output.scale;
        if let Some(window) = self.windows.get(&key) {
            let content = self.insets(window, Fill::None).inside(frame);
            let size = window.limited(content.size(), scale);
            self.move_window(key, content.origin());
            if let Some(window) = self.windows.get_mut(&key).filter(|w| w.is_resizable()) {
                window.proposed = size;
            }
        }
        self.unsettled = true;
        self.settle();
        true
    }

    /// Whether a window has the size that its client was asked for, or the client has answered
    /// otherwise. Also when there is no such window.
    pub fn is_sized(&self, id: ScreenId) -> bool {
        let window = self.find(id).and_then(|key| self.windows.get(&key));
        let sized = |w: &Window| w.size() == Some(w.proposed) || w.configures.is_settled();
        window.is_none_or(sized)
    }

    /// What a window shows, shared.
    pub fn front(&self, id: ScreenId) -> Option<Arc<Pixmap>> {
        let front = self.windows.get(&self.find(id)?)?.front.as_ref()?;
        Some(front.pixmap.clone())
    }

    /// A window's small picture, shared.
    pub fn icon(&self, id: ScreenId) -> Option<Arc<Pixmap>> {
        self.windows.get(&self.find(id)?)?.icon.clone()
    }

    /// The pointer's picture where it is.
    pub fn cursor(&self) -> Cursor {
        if let Some(own) = self.own_cursor() {
            return Cursor::Shape(own);
        }
        let over = self.seat.pointer.over;
        over.and_then(|k| self.windows.get(&k))
            .map_or(Cursor::Shape(CursorShape::DEFAULT), |w| w.cursor.clone())
    }

    fn find(&self, id: ScreenId) -> Option<WindowKey> {
        let is_it = |(_, w): &(&WindowKey, &Window)| w.id == id;
        self.windows.iter().find(is_it).map(|(key, _)| *key)
    }
}
