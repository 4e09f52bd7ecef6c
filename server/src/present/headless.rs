//! [`Headless`]: a presenter without a screen. It composites into memory and is no mock: same
//! desktop, same composition, same pacing.

use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, TryLockError};
use std::thread::JoinHandle;

use transom_protocol::geometry::{PixelRect, PixelSize};

use super::{Bell, FrameClock, Next, Woken, refresh_of};
use crate::chrome::Painter;
use crate::composite::{composite, resolve};
use crate::desktop::{Output, Scene};
use crate::hub::Hub;
use crate::raster::Pixmap;
use crate::time::Timestamp;

/// The most pixels of a frame that is composited on the thread of whoever made it: as long as one of
/// its slices takes.
const SMALL: u64 = 256 << 10;

/// A picture in memory and the clock that says when it is drawn.
pub struct Headless {
    hub: Arc<Hub>,
    bell: Arc<Bell>,
    clock: Mutex<FrameClock>,
    /// Locked before the desktop, never after it. Made at the first frame: starting is quick.
    picture: Mutex<Pixmap>,
    /// Locked after the picture.
    painter: Mutex<Painter>,
}

impl Headless {
    /// A presenter for the hub, which rings `bell`.
    pub fn new(hub: Arc<Hub>, bell: Arc<Bell>, output: Output) -> Arc<Self> {
        let headless = Arc::new(Self {
            hub,
            bell,
            clock: Mutex::new(FrameClock::new(refresh_of(output))),
            picture: Mutex::new(Pixmap::new(PixelSize::new(0, 0))),
            painter: Mutex::default(),
        });
        // The hub is the headless's, and not the other way round.
        let weak = Arc::downgrade(&headless);
        (headless.hub).present_here(move || weak.upgrade().is_some_and(|h| h.present_here()));
        headless
    }

    /// Starts the thread that presents, until the bell is stopped. A thread of its own: a large
    /// composition delays no connection.
    pub fn spawn(self: &Arc<Self>) -> io::Result<JoinHandle<()>> {
        let this = self.clone();
        std::thread::Builder::new()
            .name("present".into())
            .spawn(move || this.run())
    }

    /// What [`Presenter::screenshot`](super::Presenter::screenshot) says. Nothing counts as shown
    /// to clients while the clock is held.
    pub fn screenshot(&self) -> Pixmap {
        let mut picture = self.picture();
        if self.clock().is_held() {
            self.draw(&mut picture);
        } else {
            self.present(&mut picture);
        }
        picture.clone()
    }

    /// What [`Presenter::hold`](super::Presenter::hold) says. A frame being presented is finished.
    pub fn hold(&self) {
        let _finished = self.picture();
        self.clock().hold();
        self.hub.set_clock_held(true);
    }

    /// What [`Presenter::release`](super::Presenter::release) says.
    pub fn release(&self) {
        self.clock().release();
        self.hub.set_clock_held(false);
    }

    /// What [`Presenter::step`](super::Presenter::step) says.
    pub fn step(&self) -> bool {
        self.present(&mut self.picture())
    }

    fn run(&self) {
        loop {
            let limit = self.turn().map(|time| self.hub.until(time));
            if self.bell.wait(limit) == Woken::Stop {
                return;
            }
        }
    }

    /// Does what is due, and says until when there is nothing to do.
    fn turn(&self) -> Option<Timestamp> {
        loop {
            self.handle_timeout();
            let (wanted, deadline) = self.look();
            let next = self.clock().next(wanted, self.hub.now());
            match next {
                Next::Now => self.present_unless_held(),
                Next::At(tick) => return Some(deadline.map_or(tick, |d| d.min(tick))),
                Next::Idle => return deadline,
            }
        }
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

    /// Whether a frame is wanted, and the desktop's deadline.
    fn look(&self) -> (bool, Option<Timestamp>) {
        let desktop = self.hub.desktop();
        let wanted = desktop.needs_frame();
        self.hub.presenter_waits(&desktop, wanted);
        (wanted, desktop.next_deadline())
    }

    fn present_unless_held(&self) {
        let mut picture = self.picture();
        // It may have been held since the clock was asked, or somebody else has presented.
        if self.is_due() {
            self.present(&mut picture);
        }
    }

    /// Presents a small frame that is due, on the thread of whoever has made it, if nobody else is
    /// presenting; whether it has. On a display that was idle this saves two changes of threads.
    fn present_here(&self) -> bool {
        let Some(mut picture) = self.picture_if_free() else {
            return false;
        };
        let is_small = {
            let desktop = self.hub.desktop();
            desktop.output().size == picture.size() && desktop.damaged_pixels() <= SMALL
        };
        is_small && self.is_due() && self.present(&mut picture)
    }

    /// Whether a frame that is wanted may be presented now.
    fn is_due(&self) -> bool {
        self.clock().next(true, self.hub.now()) == Next::Now
    }

    /// Presents what is pending; false when nothing is.
    fn present(&self, picture: &mut Pixmap) -> bool {
        let Some(scene) = self.draw(picture) else {
            return false;
        };
        let now = self.hub.now();
        self.clock().presented(now);
        {
            let mut desktop = self.hub.desktop();
            desktop.presented(&scene, now);
            self.hub.presented_here();
        }
        drop(scene); // Sessions may take their buffers back.
        self.hub.frame_presented();
        true
    }

    /// Composites what is pending; everything when the screen has another size than the picture.
    fn draw(&self, picture: &mut Pixmap) -> Option<Scene> {
        let mut scene = {
            let mut desktop = self.hub.desktop();
            let wanted = desktop.needs_frame() || picture.size() != desktop.output().size;
            wanted.then(|| desktop.scene())?
        };
        let mut damage = scene.damage.clone();
        if picture.size() != scene.size {
            *picture = Pixmap::new(scene.size);
            damage.add(PixelRect::from_size(scene.size));
        }
        resolve(&mut scene, &mut self.painter());
        composite(&scene, &damage, &mut picture.target(picture.bounds()));
        Some(scene)
    }

    fn picture(&self) -> MutexGuard<'_, Pixmap> {
        self.picture.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn picture_if_free(&self) -> Option<MutexGuard<'_, Pixmap>> {
        match self.picture.try_lock() {
            Ok(picture) => Some(picture),
            Err(TryLockError::Poisoned(poisoned)) => Some(poisoned.into_inner()),
            Err(TryLockError::WouldBlock) => None,
        }
    }

    fn painter(&self) -> MutexGuard<'_, Painter> {
        self.painter.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn clock(&self) -> MutexGuard<'_, FrameClock> {
        self.clock.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use transom_protocol::codec::Text;
    use transom_protocol::geometry::{Scale, Size};
    use transom_protocol::ids::{FrameId, Serial, WindowId};
    use transom_protocol::request::CreateWindow;
    use transom_protocol::window::{ColorSpace, Decorations, WindowKind};

    use super::*;
    use crate::config::DEFAULT_OUTPUT;
    use crate::desktop::{ClientInfo, CommittedWindow, Content, Desktop};
    use crate::region::Region;

    fn headless() -> (Arc<Hub>, Arc<Headless>) {
        let bell = Arc::new(Bell::default());
        let ring = bell.clone();
        let hub = Arc::new(Hub::new(Desktop::new(DEFAULT_OUTPUT), move || ring.ring()));
        let headless = Headless::new(hub.clone(), bell, DEFAULT_OUTPUT);
        (hub, headless)
    }

    #[test]
    fn a_screenshot_has_the_outputs_size_and_composites_what_is_pending() {
        let (hub, headless) = headless();
        let picture = headless.screenshot();
        assert_eq!(picture.size(), DEFAULT_OUTPUT.size);
        assert!(!hub.desktop().needs_frame());
        assert!(picture.pixels().iter().all(|p| p >> 24 == 0xff));
    }

    #[test]
    fn a_held_presenter_presents_only_when_stepped() {
        let (hub, headless) = headless();
        headless.hold();
        assert_eq!(headless.turn(), None);
        assert_eq!(hub.frames(), 0);
        assert!(headless.step());
        assert_eq!(hub.frames(), 1);
        assert!(!headless.step());
    }

    #[test]
    fn a_presenter_with_nothing_to_do_waits_without_a_limit() {
        let (hub, headless) = headless();
        assert_eq!(headless.turn(), None);
        assert_eq!(hub.frames(), 1);
        assert_eq!(headless.turn(), None);
        assert_eq!(hub.frames(), 1);
    }

    /// Shows a square window, whose client is told when it was shown.
    fn commit(hub: &Hub, side: u32) {
        let size = PixelSize::new(side, side);
        let mut desktop = hub.desktop();
        let client = desktop.add_client(ClientInfo::default());
        let window = WindowId(1);
        let create = CreateWindow {
            window,
            stable: 0,
            parent: WindowId::NONE,
            kind: WindowKind::Normal,
            decorations: Decorations::None,
            color_space: ColorSpace::SRGB,
            size: Size::new(side as f32, side as f32),
            title: Text(""),
            app_id: Text(""),
        };
        desktop.create_window(client, &create);
        let content = Content {
            pixmap: Arc::new(Pixmap::new(size)),
            scale: Scale::ONE,
            configure: Serial::NONE,
            damage: Region::from(PixelRect::from_size(size)),
        };
        let mut committed = [CommittedWindow {
            window,
            content: Some(content),
            retired: None,
        }];
        desktop.commit(client, FrameId(1), &mut committed, hub.now());
    }

    /// The same after everything has been shown once, with a refresh of a nanosecond or an hour.
    fn shown_once(refresh: u32) -> (Arc<Hub>, Arc<Headless>) {
        let bell = Arc::new(Bell::default());
        let ring = bell.clone();
        let output = Output {
            refresh,
            ..DEFAULT_OUTPUT
        };
        let hub = Arc::new(Hub::new(Desktop::new(output), move || ring.ring()));
        let headless = Headless::new(hub.clone(), bell, output);
        headless.screenshot();
        (hub, headless)
    }

    #[test]
    fn a_small_frame_on_an_idle_display_is_presented_by_who_made_it() {
        let (hub, headless) = shown_once(1);
        commit(&hub, 10);
        hub.dispatch_and_present();
        assert_eq!(hub.frames(), 2);
        assert!(!hub.desktop().needs_frame());
        // The presenter, which knows nothing of it, is told of the next one.
        headless.bell.take();
        commit(&hub, 10);
        hub.dispatch();
        assert!(headless.bell.take());
    }

    #[test]
    fn a_frame_that_is_large_or_not_due_or_held_is_left_to_the_presenter() {
        for (refresh, side, held) in [(1, 700, false), (u32::MAX, 10, false), (1, 10, true)] {
            let (hub, headless) = shown_once(refresh);
            if held {
                headless.hold();
            }
            headless.bell.take();
            commit(&hub, side);
            hub.dispatch_and_present();
            assert_eq!(hub.frames(), 1, "{refresh} {side} {held}");
            assert!(headless.bell.take(), "{refresh} {side} {held}");
        }
    }

    #[test]
    fn while_somebody_presents_nobody_else_waits_for_it() {
        let (hub, headless) = shown_once(1);
        let presenting = headless.picture();
        commit(&hub, 10);
        hub.dispatch_and_present();
        assert_eq!(hub.frames(), 1);
        drop(presenting);
        assert_eq!(headless.turn(), None);
        assert_eq!(hub.frames(), 2);
    }
}
