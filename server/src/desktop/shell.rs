//! [`Shell`]: what the person is doing with the desktop itself, rather than with a program.
//!
//! At most one *interaction* is under way: a button of a frame or the task bar is held down, a window
//! is being moved or resized, a menu or the switcher is open. While one is, no window has the pointer.

use std::collections::VecDeque;

use transom_protocol::geometry::PixelPoint;
use transom_protocol::input::{Button, CursorShape, KeyCode};

use super::Desktop;
use super::config::{Command, Config};
use super::drag::{Drag, DragKind};
use super::frame::{FramePart, resize_cursor};
use super::ids::WindowKey;
use super::layout::{Hit, hover_of};
use super::menu::OpenMenu;
use super::switcher::OpenSwitcher;
use super::task_bar::BarPart;
use crate::time::Timestamp;

/// The most commands that wait to be fetched; further ones are dropped. A person does not start
/// more at once, and somebody who never fetches them costs no memory.
const MAX_COMMANDS: usize = 64;

/// What the person is doing.
#[derive(Debug)]
pub(super) enum Interaction {
    /// A button is held down on something that acts when it is released there.
    Press {
        on: Hit,
        button: Button,
    },
    /// A window is being moved or resized.
    Drag(Drag),
    Menu(OpenMenu),
    Switcher(OpenSwitcher),
}

/// The desktop's own state.
#[derive(Debug, Default)]
pub(super) struct Shell {
    pub(super) interaction: Option<Interaction>,
    /// What of the desktop's own is under the pointer and looks like it.
    pub(super) hover: Hit,
    /// The last press on a title bar, which a second one may follow.
    pub(super) last_press: Option<(WindowKey, Timestamp, PixelPoint)>,
    /// The time, in words.
    pub(super) clock: String,
    /// Keys whose press the desktop took; their release is its too.
    pub(super) keys: Vec<KeyCode>,
    commands: VecDeque<Command>,
}

impl Shell {
    /// Whether something acts when the button is released.
    pub(super) fn holds_a_button(&self) -> bool {
        matches!(self.interaction, Some(Interaction::Press { .. }))
    }

    /// The drag that is under way.
    pub(super) fn drag(&self) -> Option<&Drag> {
        match &self.interaction {
            Some(Interaction::Drag(drag)) => Some(drag),
            _ => None,
        }
    }

    /// The button that the interaction lasts for, if it does.
    pub(super) fn button(&self) -> Option<Button> {
        match &self.interaction {
            Some(Interaction::Press { button, .. }) => Some(*button),
            Some(Interaction::Drag(drag)) => drag.button,
            _ => None,
        }
    }

    pub(super) fn command(&mut self, command: Command) {
        if self.commands.len() < MAX_COMMANDS && !self.commands.contains(&command) {
            self.commands.push_back(command);
        }
    }

    /// Forgets a window that is gone.
    pub(super) fn forget(&mut self, key: WindowKey) {
        if self.last_press.is_some_and(|(k, ..)| k == key) {
            self.last_press = None;
        }
        let about = |hit: &Hit| match hit {
            Hit::Window(k) | Hit::Frame(k, _) | Hit::TaskBar(BarPart::Item(k)) => *k == key,
            _ => false,
        };
        if about(&self.hover) {
            self.hover = Hit::Desk;
        }
        let ends = match &mut self.interaction {
            Some(Interaction::Press { on, .. }) => about(on),
            Some(Interaction::Drag(drag)) => drag.key == key,
            Some(Interaction::Menu(menu)) => menu.of == Some(key),
            Some(Interaction::Switcher(switcher)) => !switcher.forget(key),
            None => false,
        };
        if ends {
            self.interaction = None;
        }
    }
}

impl Desktop {
    /// What the desktop does beside showing windows.
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// Does other things from now on.
    pub fn set_config(&mut self, config: Config) {
        if self.config != config {
            self.config = config;
            self.cancel_interaction();
            self.replace_popups();
            self.unsettled = true;
            self.settle();
        }
    }

    /// Says what time it is, in words: the task bar shows it. Empty: it shows none.
    pub fn set_clock(&mut self, text: &str) {
        if self.shell.clock != text {
            self.shell.clock = text.to_string();
            self.unsettled = true;
            self.settle();
        }
    }

    /// The next thing that others are to do for the desktop.
    pub fn poll_command(&mut self) -> Option<Command> {
        self.shell.commands.pop_front()
    }

    /// Whether there is something that others are to do.
    pub fn has_commands(&self) -> bool {
        !self.shell.commands.is_empty()
    }

    /// Begins an interaction: the window under the pointer loses it, and popups end.
    pub(super) fn begin_interaction(&mut self, interaction: Interaction) {
        self.dismiss_grabs();
        self.release_pointer();
        self.shell.interaction = Some(interaction);
        self.unsettled = true;
    }

    /// Ends whatever the person is doing with the desktop, as if it had not begun.
    pub(super) fn cancel_interaction(&mut self) {
        match self.shell.interaction.take() {
            Some(Interaction::Drag(drag)) => self.cancel_drag(&drag),
            Some(_) => self.unsettled = true,
            None => {}
        }
    }

    /// An interaction ends whose window is not shown any more.
    pub(super) fn settle_interaction(&mut self) {
        let shown = match &self.shell.interaction {
            Some(Interaction::Drag(drag)) => self.is_shown(drag.key),
            Some(Interaction::Press {
                on: Hit::Frame(key, _),
                ..
            }) => self.is_shown(*key),
            _ => true,
        };
        if !shown {
            self.cancel_interaction();
        }
        self.settle_drag();
    }

    /// Finds what of the desktop's own is under the pointer. True: it is something else now.
    pub(super) fn settle_hover(&mut self) -> bool {
        let at = self
            .seat
            .pointer
            .at
            .filter(|_| self.seat.pointer.held.is_empty());
        let hit = at.map_or(Hit::Desk, |at| hover_of(self.hit(at.pixel())));
        let hover = match (&self.shell.interaction, hit) {
            (None, hit) => hit,
            (Some(Interaction::Press { on, .. }), hit) if *on == hit => hit,
            (Some(Interaction::Menu(_)), Hit::Menu(_)) => hit,
            _ => Hit::Desk,
        };
        let before = std::mem::replace(&mut self.shell.hover, hover);
        self.choose_under_pointer(before);
        before != hover
    }

    /// A press that is the desktop's own and no program's. False: it is not.
    pub(super) fn press_shell(&mut self, button: Button) -> bool {
        let hit = self
            .seat
            .pointer
            .at
            .map_or(Hit::Desk, |at| self.hit(at.pixel()));
        match &mut self.shell.interaction {
            Some(Interaction::Menu(menu)) => {
                menu.armed = true;
                if !matches!(hit, Hit::Menu(_)) {
                    self.cancel_interaction();
                }
                return true;
            }
            Some(Interaction::Drag(Drag { button: None, .. })) => {
                self.finish_drag();
                return true;
            }
            Some(_) => return true,
            None => {}
        }
        if !self.seat.pointer.held.is_empty() || !self.seat.grabs.is_empty() {
            return false;
        }
        match hit {
            Hit::Window(key) => self.press_with_super(key, button),
            Hit::Frame(key, part) => self.press_frame(key, part, button),
            Hit::TaskBar(part) => self.press_bar(part, button),
            Hit::Desk if button == Button::RIGHT => self.open_desk_menu_here(),
            _ => false,
        }
    }

    fn press_frame(&mut self, key: WindowKey, part: FramePart, button: Button) -> bool {
        self.focus(key);
        match (part, button) {
            (FramePart::Title, Button::LEFT) => self.press_title(key),
            (FramePart::Title, Button::RIGHT) => self.open_window_menu_here(key),
            (FramePart::Button(_), Button::LEFT) => {
                let on = Hit::Frame(key, part);
                self.begin_interaction(Interaction::Press { on, button });
            }
            (FramePart::Edges(edges), Button::LEFT) => {
                self.begin_drag(key, DragKind::Resize(edges), Some(button));
            }
            _ => {}
        }
        true
    }

    /// A release that is the desktop's own. False: it is not.
    pub(super) fn release_shell(&mut self, button: Button) -> bool {
        let lasting = self.shell.button();
        match &self.shell.interaction {
            Some(Interaction::Menu(_)) => self.release_on_menu(),
            Some(_) if lasting == Some(button) => {}
            Some(_) => return true,
            None => return false,
        }
        if lasting == Some(button) {
            match self.shell.interaction {
                Some(Interaction::Press { on, .. }) => self.release_on(on),
                _ => self.finish_drag(),
            }
        }
        self.seat.pointer.leave_if_gone();
        self.settle();
        true
    }

    /// The button that went down on `on` goes up, perhaps somewhere else.
    fn release_on(&mut self, on: Hit) {
        let at = self.seat.pointer.at;
        let still = at.is_some_and(|at| self.hit(at.pixel()) == on);
        self.shell.interaction = None;
        self.unsettled = true;
        match on {
            Hit::Frame(key, FramePart::Button(button)) if still => self.press_button(key, button),
            Hit::TaskBar(part) if still => self.click_bar(part),
            _ => {}
        }
    }

    /// The pointer's picture over what is the desktop's own; `None` over windows.
    pub(super) fn own_cursor(&self) -> Option<CursorShape> {
        if let Some(drag) = self.shell.drag() {
            return Some(match drag.kind {
                DragKind::Move => CursorShape::MOVE,
                DragKind::Resize(edges) => resize_cursor(edges),
            });
        }
        match self.shell.hover {
            Hit::Frame(_, FramePart::Edges(edges)) => Some(resize_cursor(edges)),
            _ if self.shell.interaction.is_some() => Some(CursorShape::DEFAULT),
            _ => None,
        }
    }
}
