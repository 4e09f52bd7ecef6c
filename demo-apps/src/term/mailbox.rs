//! [`Mailbox`]: where the emulation crate leaves what it has to tell.

use std::cell::RefCell;
use std::rc::Rc;

use alacritty_terminal::event::{Event, EventListener};

/// What may wait to be read; a program that asks for more in one piece of its output goes without.
const MAX_WAITING: usize = 4096;

/// What has been told and not been read.
#[derive(Clone, Default)]
pub(crate) struct Mailbox(Rc<RefCell<Vec<Event>>>);

impl Mailbox {
    pub(crate) fn take(&self) -> Vec<Event> {
        self.0.take()
    }
}

impl EventListener for Mailbox {
    fn send_event(&self, event: Event) {
        let mut waiting = self.0.borrow_mut();
        let counts = !matches!(event, Event::MouseCursorDirty | Event::Wakeup);
        if counts && waiting.len() < MAX_WAITING {
            waiting.push(event);
        }
    }
}
