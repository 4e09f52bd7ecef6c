//! [`Windowed`]: a presenter whose screen is a native window.
//!
//! The thread that opened the [`NativeDisplay`] runs winit's event loop and presents; it alone
//! touches the window. The server's other threads know it as a bell, which they ring when there may
//! be something to show, and as a [`Windowed`], which is what of it may be shared. While a frame is
//! put on the window nothing is locked that a client's request needs, so a native display that
//! blocks delays nobody but the person looking at it.

mod app;
mod clipboard;
mod cursor;
mod damage_history;
mod input_method;
mod keyboard_grab;
mod open;
mod surface;
#[cfg(test)]
mod tests;
mod window;
mod x11_keyboard;

use std::sync::mpsc::{Sender, channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tracing::warn;
use transom_protocol::geometry::{PixelRect, PixelSize};

pub use app::Shown;
pub use clipboard::share_clipboard;
pub use open::{NativeDisplay, OpenError, WindowError};
pub use window::WindowOptions;

use super::{FrameClock, Next, refresh_of};
use crate::chrome::Painter;
use crate::composite::{composite, resolve};
use crate::desktop::{Desktop, Output, Scene};
use crate::hub::{Hub, Looks};
use crate::raster::{Pixmap, Target};
use crate::region::Region;
use crate::time::Timestamp;
use damage_history::DamageHistory;
use surface::Surface;

/// How long a tool waits for a step: the native display may keep the window from being drawn.
const STEP_LIMIT: Duration = Duration::from_secs(5);

/// Beyond so many rectangles their bounds are drawn instead.
const MAX_PENDING_RECTS: usize = 64;

/// What is shared of a presenter that shows a native window.
pub struct Windowed {
    hub: Arc<Hub>,
    ring: Box<dyn Fn() + Send + Sync>,
    /// Locked while a frame is put on the window, and before everything else.
    presenting: Mutex<()>,
    /// Locked before the desktop, never after it; never while presenting blocks.
    state: Mutex<State>,
    /// Locked for as long as drawing takes, and with nothing else but `presenting`.
    painter: Mutex<Painter>,
}

struct State {
    clock: FrameClock,
    /// Damage that was taken from the desktop and is not in the window yet.
    pending: Region,
    /// Tools that wait for a step.
    steps: Vec<Sender<bool>>,
    ended: bool,
}

/// What the presenter's thread does next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Turn {
    /// Puts a frame on the window.
    Draw,
    /// Waits until this time, or the bell.
    Wait(Option<Timestamp>),
    /// Ends.
    End,
}

impl Windowed {
    /// A presenter for the hub. `ring` wakes the presenter's thread and must not block.
    pub fn new(
        hub: Arc<Hub>,
        ring: impl Fn() + Send + Sync + 'static,
        output: Output,
    ) -> Arc<Self> {
        let state = State {
            clock: FrameClock::new(refresh_of(output)),
            pending: Region::new(),
            steps: Vec::new(),
            ended: false,
        };
        Arc::new(Self {
            hub,
            ring: Box::new(ring),
            presenting: Mutex::new(()),
            state: Mutex::new(state),
            painter: Mutex::default(),
        })
    }

    /// What [`Presenter::screenshot`](super::Presenter::screenshot) says. The window is not touched.
    pub fn screenshot(&self) -> Pixmap {
        let mut scene = {
            let mut state = self.state();
            let scene = self.hub.desktop().scene();
            state.add_pending(&scene.damage);
            scene
        };
        resolve(&mut scene, &mut self.painter());
        if !scene.damage.is_empty() {
            // What was taken is still to be shown, and the desktop does not know any more.
            (self.ring)();
        }
        let mut picture = Pixmap::new(scene.size);
        let all = picture.bounds();
        composite(&scene, &Region::from(all), &mut picture.target(all));
        picture
    }

    /// What [`Presenter::hold`](super::Presenter::hold) says. A frame being presented is finished.
    pub fn hold(&self) {
        let _finished = self.presenting();
        self.state().clock.hold();
        self.hub.set_clock_held(true);
    }

    /// What [`Presenter::release`](super::Presenter::release) says.
    pub fn release(&self) {
        self.state().clock.release();
        self.hub.set_clock_held(false);
    }

    /// What [`Presenter::step`](super::Presenter::step) says. False as well when the native display
    /// does not let the window be drawn.
    pub fn step(&self) -> bool {
        let (done, wait) = channel();
        self.state().steps.push(done);
        (self.ring)();
        wait.recv_timeout(STEP_LIMIT).unwrap_or(false)
    }

    /// Lets the presenter's thread close the window and return.
    pub fn end(&self) {
        self.state().ended = true;
        (self.ring)();
    }

    // What follows is for the presenter's thread alone.

    fn hub(&self) -> &Hub {
        &self.hub
    }

    /// Does what is due, and says what to do next and what the native display should know. `stale`
    /// says that a frame is wanted whatever the desktop thinks.
    fn turn(&self, stale: bool) -> (Turn, Looks) {
        self.handle_timeout();
        let mut state = self.state();
        let desktop = self.hub.desktop();
        let wanted = stale || desktop.needs_frame() || !state.pending.is_empty();
        let looks = self.look(&desktop, wanted);
        let deadline = desktop.next_deadline();
        drop(desktop);
        (state.turn(wanted, deadline, self.hub.now()), looks)
    }

    fn look(&self, desktop: &Desktop, wanted: bool) -> Looks {
        let looks = Looks::of(desktop);
        self.hub.presenter_waits(desktop, wanted);
        self.hub.presenter_shows(&looks);
        looks
    }

    fn handle_timeout(&self) {
        let now = self.hub.now();
        let mut desktop = self.hub.desktop();
        if desktop.next_deadline().is_some_and(|due| due <= now) {
            desktop.handle_timeout(now);
            drop(desktop);
            self.hub.dispatch();
        }
    }

    /// The screen is this now.
    fn set_output(&self, output: Output) {
        self.state().clock.set_refresh(refresh_of(output));
        self.hub.desktop().set_output(output);
        self.hub.dispatch();
    }

    /// Nobody sees the window; pictures are made slowly until that changes.
    fn set_refresh(&self, refresh: Duration) {
        self.state().clock.set_refresh(refresh);
    }

    /// The native display has lost what the window shows.
    fn lost(&self) {
        let size = self.hub.desktop().output().size;
        self.state()
            .add_pending(&Region::from(PixelRect::from_size(size)));
    }

    /// Puts what is pending on the surface, unless the clock is held and nobody asks for a step.
    fn present(&self, surface: &mut impl Surface, history: &mut DamageHistory) {
        let _presenting = self.presenting();
        let Some(frame) = self.take_frame() else {
            return;
        };
        let done = put(&frame, surface, history);
        let mut state = self.state();
        state.clock.presented(self.hub.now());
        if let Err(e) = &done {
            warn!("the window cannot be drawn: {e}");
            state.add_pending(&frame.damage);
        }
        drop(state);
        if done.is_ok() {
            self.hub.desktop().presented(&frame.scene, self.hub.now());
        }
        for step in frame.steps {
            let _ = step.send(done.is_ok());
        }
        drop(frame.scene); // Sessions may take their buffers back.
        if done.is_ok() {
            self.hub.frame_presented();
        }
    }

    /// The native display does not let the window be drawn, as nobody sees it: clients are told
    /// nevertheless, so that they go on.
    fn pass(&self) {
        let mut state = self.state();
        if state.clock.is_held() {
            return;
        }
        let now = self.hub.now();
        let mut desktop = self.hub.desktop();
        let scene = desktop.scene();
        desktop.presented(&scene, now);
        state.add_pending(&scene.damage);
        state.clock.presented(now);
        drop(desktop);
        drop(state);
        self.hub.dispatch();
    }

    fn take_frame(&self) -> Option<Frame> {
        let mut state = self.state();
        if state.clock.is_held() && state.steps.is_empty() {
            return None;
        }
        let mut scene = self.hub.desktop().scene();
        let mut damage = std::mem::take(&mut state.pending);
        damage.union(&scene.damage);
        let steps = std::mem::take(&mut state.steps);
        drop(state);
        resolve(&mut scene, &mut self.painter());
        Some(Frame {
            scene,
            damage,
            steps,
        })
    }

    fn painter(&self) -> MutexGuard<'_, Painter> {
        self.painter.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn presenting(&self) -> MutexGuard<'_, ()> {
        self.presenting
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn turn(&mut self, wanted: bool, deadline: Option<Timestamp>, now: Timestamp) -> Turn {
        if self.ended {
            return Turn::End;
        }
        if !self.steps.is_empty() {
            if wanted {
                return Turn::Draw;
            }
            for step in self.steps.drain(..) {
                let _ = step.send(false);
            }
        }
        match self.clock.next(wanted, now) {
            Next::Now => Turn::Draw,
            Next::At(tick) => Turn::Wait(Some(deadline.map_or(tick, |d| d.min(tick)))),
            Next::Idle => Turn::Wait(deadline),
        }
    }

    fn add_pending(&mut self, damage: &Region) {
        self.pending.union(damage);
        self.pending.simplify(MAX_PENDING_RECTS);
    }
}

/// What is about to be put on the window.
struct Frame {
    scene: Scene,
    /// How it differs from the frame before.
    damage: Region,
    steps: Vec<Sender<bool>>,
}

/// Composites a frame straight into the surface's buffer, as far as that is out of date.
fn put<S: Surface>(
    frame: &Frame,
    surface: &mut S,
    history: &mut DamageHistory,
) -> Result<(), S::Error> {
    let size = frame.scene.size;
    if size == PixelSize::new(0, 0) {
        return Ok(());
    }
    let done = surface.frame(size, |age, pixels| {
        let region = history.to_draw(age, size, &frame.damage);
        let bounds = PixelRect::from_size(size);
        let mut target = Target::new(pixels, size, size.width as usize, bounds);
        composite(&frame.scene, &region, &mut target);
        region
    });
    match done {
        Ok(()) => history.presented(size, frame.damage.clone()),
        Err(_) => history.forget(),
    }
    done
}
