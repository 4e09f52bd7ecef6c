//! [`App`]: what happens on the thread of the native display. Each event is one call.

use std::sync::Arc;
use std::time::{Duration, Instant};

use winit::application::ApplicationHandler;
use winit::event::{DeviceEvent, DeviceId, WindowEvent};
use winit::event_loop::{ActiveEventLoop, ControlFlow};
use winit::platform::x11::ActiveEventLoopExtX11;
use winit::window::WindowId;

use super::open::{WindowBell, WindowError};
use super::window::{NativeWindow, WindowOptions};
use super::x11_keyboard::{KeyboardState, X11Keyboard};
use super::{Turn, Windowed};
use crate::desktop::{HIDDEN_ACKNOWLEDGEMENT, Input, KeyRepeat, Output};
use crate::input::{Translator, may_lock};
use crate::present::refresh_of;
use crate::time::Timestamp;

/// What a window shows.
pub struct Shown {
    /// What is shared with the server.
    pub presenter: Arc<Windowed>,
    /// The window's title.
    pub title: String,
}

/// The native window and what belongs to it. `S` starts what it shows.
pub(super) struct App<S> {
    options: WindowOptions,
    start: Option<S>,
    bell: WindowBell,
    screen: Option<Screen>,
    failure: Option<WindowError>,
}

impl<S: FnOnce(Output) -> Option<Shown>> App<S> {
    pub(super) fn new(options: WindowOptions, start: S, bell: WindowBell) -> Self {
        Self {
            options,
            start: Some(start),
            bell,
            screen: None,
            failure: None,
        }
    }

    /// Why it ended, if something failed.
    pub(super) fn finish(&mut self) -> Result<(), WindowError> {
        self.failure.take().map_or(Ok(()), Err)
    }

    fn open(&mut self, event_loop: &ActiveEventLoop) {
        let Some(start) = self.start.take() else {
            return;
        };
        match Screen::open(event_loop, self.options, self.bell.clone(), start) {
            Ok(Some(screen)) => self.screen = Some(screen),
            Ok(None) => event_loop.exit(),
            Err(e) => {
                self.failure = Some(e);
                event_loop.exit();
            }
        }
    }
}

impl<S: FnOnce(Output) -> Option<Shown>> ApplicationHandler for App<S> {
    fn resumed(&mut self, event_loop: &ActiveEventLoop) {
        self.open(event_loop);
    }

    fn user_event(&mut self, _: &ActiveEventLoop, (): ()) {
        // Looked at before the thread sleeps again.
        self.bell.heard();
    }

    fn window_event(&mut self, _: &ActiveEventLoop, _: WindowId, event: WindowEvent) {
        if let Some(screen) = &mut self.screen {
            screen.window_event(&event);
        }
    }

    fn device_event(&mut self, _: &ActiveEventLoop, _: DeviceId, event: DeviceEvent) {
        if let Some(screen) = &mut self.screen {
            screen.translator.device(&event);
        }
    }

    fn about_to_wait(&mut self, event_loop: &ActiveEventLoop) {
        if let Some(screen) = &mut self.screen {
            screen.about_to_wait(event_loop);
        }
    }

    fn exiting(&mut self, _: &ActiveEventLoop) {
        // While the display is still there.
        self.screen = None;
    }
}

/// The window while something is shown in it.
struct Screen {
    /// None: the native display has destroyed it.
    window: Option<NativeWindow>,
    presenter: Arc<Windowed>,
    output: Output,
    /// The window may be another screen than the desktop knows.
    stale: bool,
    occluded: bool,
    /// A redraw was asked for at that time and has not come.
    asked: Option<Timestamp>,
    translator: Translator,
    /// None where the native display does not tell.
    keyboard: Option<X11Keyboard>,
    input: Vec<Input>,
    /// Clients were not woken yet for input that was handled.
    dispatch: bool,
}

impl Screen {
    fn open(
        event_loop: &ActiveEventLoop,
        options: WindowOptions,
        bell: WindowBell,
        start: impl FnOnce(Output) -> Option<Shown>,
    ) -> Result<Option<Self>, WindowError> {
        let mut window = NativeWindow::open(event_loop, options)?;
        let output = window.output();
        let Some(shown) = start(output) else {
            return Ok(None);
        };
        window.set_title(&shown.title);
        let keyboard = match event_loop.is_x11() {
            true => X11Keyboard::watch(bell),
            false => None,
        };
        if keyboard.is_none() {
            // They do repeat, and nobody says how.
            shown.presenter.hub().desktop().set_repeat(KeyRepeat::USUAL);
        }
        Ok(Some(Self {
            window: Some(window),
            presenter: shown.presenter,
            output,
            stale: true,
            occluded: false,
            asked: None,
            translator: Translator::default(),
            keyboard,
            input: Vec::new(),
            dispatch: false,
        }))
    }

    fn window_event(&mut self, event: &WindowEvent) {
        match event {
            WindowEvent::RedrawRequested => self.redraw(),
            WindowEvent::Resized(_) | WindowEvent::Moved(_) => self.stale = true,
            WindowEvent::ScaleFactorChanged { .. } => self.stale = true,
            WindowEvent::Occluded(occluded) => self.set_occluded(*occluded),
            WindowEvent::CloseRequested => self.close(),
            WindowEvent::Destroyed => self.destroyed(),
            input => {
                self.mind_keyboard_grab(input);
                self.translator.translate(input, &mut self.input);
                if let Some(keyboard) = self.keyboard.as_ref().filter(|_| may_lock(input)) {
                    let state = keyboard.ask();
                    self.told_of_keyboard(state);
                }
                self.handle_input();
            }
        }
    }

    /// The keys are taken while the window has the keyboard, and let go by Super+Escape.
    fn mind_keyboard_grab(&mut self, event: &WindowEvent) {
        let Some(window) = &mut self.window else {
            return;
        };
        match event {
            WindowEvent::Focused(focused) => window.grab_keyboard(*focused),
            WindowEvent::KeyboardInput { event, .. }
                if self.translator.is_way_out(event) && !event.repeat =>
            {
                window.toggle_keyboard_grab();
            }
            _ => {}
        }
    }

    fn handle_input(&mut self) {
        if self.input.is_empty() {
            return;
        }
        let hub = self.presenter.hub();
        let now = hub.now();
        let mut desktop = hub.desktop();
        for input in self.input.drain(..) {
            desktop.handle_input(input, now);
        }
        self.dispatch = true;
    }

    fn redraw(&mut self) {
        if self.asked.take().is_none() {
            // The native display asks by itself when it has lost what was shown.
            self.presenter.lost();
        }
        self.follow();
        if let Some(window) = &mut self.window {
            window.present(&self.presenter);
        }
    }

    /// Makes the desktop's screen what the window is. Only before a frame: while a person drags its
    /// edge the window has more sizes than clients could draw.
    fn follow(&mut self) {
        if let Some(window) = &self.window
            && std::mem::take(&mut self.stale)
        {
            let output = window.output();
            if output != self.output {
                self.output = output;
                self.presenter.set_output(output);
            }
        }
    }

    /// A window that is covered shows nothing, so its pictures are made no faster than those of
    /// any window that nobody sees.
    fn set_occluded(&mut self, occluded: bool) {
        self.occluded = occluded;
        self.presenter.set_refresh(match occluded {
            true => HIDDEN_ACKNOWLEDGEMENT,
            false => refresh_of(self.output),
        });
    }

    /// The person wants it closed: the server ends, as by a signal.
    fn close(&mut self) {
        if let Some(window) = &self.window {
            window.hide();
        }
        self.presenter.hub().ask_to_end();
    }

    /// The native display has destroyed the window without asking.
    fn destroyed(&mut self) {
        self.window = None;
        self.presenter.hub().ask_to_end();
    }

    /// The native display has told more of the keyboard than winit passes on.
    fn told_of_keyboard(&mut self, state: KeyboardState) {
        self.translator.locks(state.locks);
        self.translator.settle(&mut self.input);
        let mut desktop = self.presenter.hub().desktop();
        if let Some(repeat) = state.repeat.filter(|r| *r != desktop.repeat()) {
            desktop.set_repeat(repeat);
            self.dispatch = true;
        }
    }

    fn about_to_wait(&mut self, event_loop: &ActiveEventLoop) {
        if let Some(state) = self.keyboard.as_ref().map(X11Keyboard::state) {
            self.told_of_keyboard(state);
        }
        self.translator.settle(&mut self.input);
        self.handle_input();
        if std::mem::take(&mut self.dispatch) {
            self.presenter.hub().dispatch();
        }
        let (turn, looks) = self.presenter.turn(self.stale);
        if let Some(window) = &mut self.window {
            window.show_cursor(event_loop, looks.cursor);
            window.compose(event_loop, looks.field);
        }
        let until = match turn {
            Turn::Draw => self.ask(),
            Turn::Wait(until) => until,
            Turn::End => return event_loop.exit(),
        };
        event_loop.set_control_flow(self.control_flow(until));
    }

    /// Asks for a redraw, and says until when to wait for it.
    fn ask(&mut self) -> Option<Timestamp> {
        let now = self.presenter.hub().now();
        let asked = match self.asked {
            Some(asked) => asked,
            None => {
                if let Some(window) = &self.window {
                    window.request_redraw();
                }
                self.asked = Some(now);
                now
            }
        };
        let patience = asked.after(HIDDEN_ACKNOWLEDGEMENT);
        if patience > now {
            return Some(patience);
        }
        self.presenter.pass();
        self.asked = Some(now);
        Some(now.after(HIDDEN_ACKNOWLEDGEMENT))
    }

    fn control_flow(&self, until: Option<Timestamp>) -> ControlFlow {
        let Some(until) = until else {
            return ControlFlow::Wait;
        };
        match self.presenter.hub().until(until) {
            Duration::ZERO => ControlFlow::Poll,
            rest => ControlFlow::WaitUntil(Instant::now() + rest),
        }
    }
}
