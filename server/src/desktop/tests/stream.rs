//! [`Stream`]: a client that believes what it is told and complains when that makes no sense.

use std::collections::{BTreeMap, BTreeSet};

use transom_protocol::Event;
use transom_protocol::ids::{FrameId, Serial, WindowId};
use transom_protocol::input::{Button, ButtonState, KeyCode, KeyState};

/// What a client knows from its events and its own requests.
#[derive(Debug, Default)]
pub(super) struct Stream {
    /// Its windows, and what popups belong to.
    pub(super) windows: BTreeMap<WindowId, WindowId>,
    pub(super) dismissed: BTreeSet<WindowId>,
    pub(super) configures: BTreeMap<WindowId, Serial>,
    pub(super) last_press: Serial,
    pub(super) committed: BTreeMap<WindowId, FrameId>,
    shown: BTreeMap<WindowId, FrameId>,
    serial: Serial,
    over: Option<WindowId>,
    buttons: BTreeSet<Button>,
    /// The fingers that are down, and on which window.
    touches: BTreeMap<u32, WindowId>,
    understands_touch: bool,
    in_group: bool,
    keyboard: Option<WindowId>,
    keys: BTreeSet<KeyCode>,
    /// Those of them that were pressed for another window.
    elsewhere: BTreeSet<KeyCode>,
    /// Where it takes composed text.
    pub(super) fields: BTreeSet<WindowId>,
    composing: Option<WindowId>,
    wants_modifiers: bool,
    /// What it was asked and has not answered.
    pub(super) ping: Option<Serial>,
}

impl Stream {
    /// Of a client that is told of fingers, or that knows only the pointer.
    pub(super) fn new(understands_touch: bool) -> Self {
        Self {
            understands_touch,
            ..Self::default()
        }
    }

    /// Notes that the client has destroyed a window, and popups with it.
    pub(super) fn destroyed(&mut self, window: WindowId) {
        self.windows.remove(&window);
        self.committed.remove(&window);
        self.touches.retain(|_, on| *on != window);
        if self.over == Some(window) {
            self.over = None;
            self.buttons.clear();
        }
        if self.keyboard == Some(window) {
            self.keyboard = None;
            self.keys.clear();
            self.composing = None;
        }
        self.fields.remove(&window);
    }

    /// Whether all frames up to the last commits were told of.
    pub(super) fn all_shown(&self) -> bool {
        self.committed == self.shown_of_living()
    }

    fn shown_of_living(&self) -> BTreeMap<WindowId, FrameId> {
        let living = |(w, _): &(&WindowId, &FrameId)| self.committed.contains_key(*w);
        let shown = self.shown.iter().filter(living);
        shown.map(|(w, f)| (*w, *f)).collect()
    }

    pub(super) fn told(&mut self, event: &Event<'_>) {
        if self.wants_modifiers {
            assert!(matches!(event, Event::ModifiersChanged(_)));
            self.wants_modifiers = false;
        }
        match event {
            Event::Configure(e) => {
                self.next(e.serial);
                self.living(e.window);
                assert!(!self.dismissed.contains(&e.window));
                self.configures.insert(e.window, e.serial);
            }
            Event::PopupPlaced(e) => self.living(e.window),
            Event::CloseRequested(e) => self.living(e.window),
            Event::PopupDismissed(e) => self.dismissed(e.window),
            Event::FrameShown(e) => self.frame_shown(e.window, e.frame),
            Event::OutputChanged(_) => {}
            Event::Ping(e) => {
                self.next(e.serial);
                assert_eq!(self.ping.replace(e.serial), None, "asked twice");
            }
            Event::KeyboardEnter(e) => {
                self.next(e.serial);
                self.living(e.window);
                assert_eq!(self.keyboard.replace(e.window), None);
                self.keys = e.keys.iter().collect();
                self.elsewhere = self.keys.clone();
                self.wants_modifiers = true;
            }
            Event::KeyboardLeave(e) => {
                self.next(e.serial);
                assert_eq!(self.keyboard.take(), Some(e.window));
                assert_eq!(self.composing, None, "a text that never ends");
                self.keys.clear();
            }
            Event::ModifiersChanged(_) => assert!(self.keyboard.is_some()),
            Event::Key(e) => {
                self.next(e.serial);
                self.key(e.code, e.state, e.serial);
            }
            Event::Preedit(e) => {
                assert_eq!(self.keyboard, Some(e.window));
                let ends = e.text.0.is_empty();
                assert!(ends || self.fields.contains(&e.window));
                assert!(!ends || self.composing.is_some(), "nothing ends");
                self.composing = (!ends).then_some(e.window);
            }
            Event::TextCommit(e) => {
                assert_eq!(self.keyboard, Some(e.window));
                assert!(self.fields.contains(&e.window));
                self.composing = None;
            }
            Event::TouchDown(_)
            | Event::TouchMove(_)
            | Event::TouchUp(_)
            | Event::TouchCancel(_)
            | Event::TouchFrame(_) => self.touch(event),
            _ => self.pointer(event),
        }
    }

    fn pointer(&mut self, event: &Event<'_>) {
        self.in_group = !matches!(event, Event::PointerFrame(_));
        match event {
            Event::PointerFrame(_) => {}
            Event::PointerEnter(e) => {
                self.next(e.serial);
                self.living(e.window);
                assert_eq!(self.over.replace(e.window), None);
            }
            Event::PointerLeave(e) => {
                self.next(e.serial);
                assert_eq!(self.over.take(), Some(e.window));
                self.buttons.clear();
            }
            Event::PointerMotion(e) => {
                assert!(self.over.is_some());
                assert!(e.at.is_finite());
            }
            Event::PointerScroll(_) => assert!(self.over.is_some()),
            Event::PointerButton(e) => {
                self.next(e.serial);
                assert!(self.over.is_some());
                self.last_press = e.serial;
                assert!(match e.state {
                    ButtonState::Pressed => self.buttons.insert(e.button),
                    ButtonState::Released => self.buttons.remove(&e.button),
                });
            }
            event => panic!("{event:?}"),
        }
    }

    fn touch(&mut self, event: &Event<'_>) {
        assert!(self.understands_touch);
        self.in_group = !matches!(event, Event::TouchFrame(_));
        match event {
            Event::TouchDown(e) => {
                self.next(e.serial);
                self.living(e.window);
                assert!(e.at.is_finite() && !self.dismissed.contains(&e.window));
                assert_eq!(self.touches.insert(e.touch, e.window), None);
                self.last_press = e.serial;
            }
            Event::TouchMove(e) => {
                assert!(e.at.is_finite() && self.touches.contains_key(&e.touch));
            }
            Event::TouchUp(e) => {
                self.next(e.serial);
                assert!(self.touches.remove(&e.touch).is_some());
                self.last_press = e.serial;
            }
            Event::TouchCancel(_) => {
                assert!(!self.touches.is_empty(), "nothing to be void");
                self.touches.clear();
            }
            _ => {}
        }
    }

    /// Nothing is left open at the end of what a client reads.
    pub(super) fn end(&self) {
        assert!(!self.in_group && !self.wants_modifiers);
    }

    fn next(&mut self, serial: Serial) {
        assert!(serial.is_after(self.serial));
        self.serial = serial;
    }

    fn living(&self, window: WindowId) {
        assert!(self.windows.contains_key(&window), "{window:?} is gone");
    }

    fn dismissed(&mut self, window: WindowId) {
        self.living(window);
        assert!(self.dismissed.insert(window), "dismissed twice");
        for (child, parent) in &self.windows {
            assert!(
                *parent != window || self.dismissed.contains(child),
                "{window:?} was dismissed before {child:?}"
            );
        }
    }

    fn frame_shown(&mut self, window: WindowId, frame: FrameId) {
        self.living(window);
        let last = self.committed[&window];
        assert!(frame == last || last.is_after(frame));
        let before = self.shown.insert(window, frame);
        assert!(before.is_none_or(|b| frame.is_after(b)));
    }

    fn key(&mut self, code: KeyCode, state: KeyState, serial: Serial) {
        assert!(self.keyboard.is_some());
        match state {
            KeyState::Pressed => {
                self.last_press = serial;
                assert!(self.keys.insert(code));
            }
            KeyState::Repeated => {
                assert!(self.keys.contains(&code) && !self.elsewhere.contains(&code));
            }
            KeyState::Released => {
                assert!(self.keys.remove(&code));
                self.elsewhere.remove(&code);
            }
        }
    }
}
