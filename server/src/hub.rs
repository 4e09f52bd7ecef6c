//! [`Hub`]: where clients, presenter and tools meet. It knows who has to be woken, and wakes them.
//!
//! The desktop's lock is held for microseconds, never across an await, I/O or pixels. After every
//! call that may have changed the desktop the caller drops the lock and calls [`Hub::dispatch`].

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::futures::Notified;
use tokio::sync::{Notify, Semaphore, SemaphorePermit};

use crate::desktop::{ClientId, Command, Cursor, Desktop, TextField};
use crate::time::Timestamp;

/// The most connections at once. Each may take as much memory as its limits allow, and a person
/// has tens of programs, not hundreds.
pub const MAX_CLIENTS: usize = 512;

/// How long nothing must have happened before the server counts as idle: long enough for a
/// program to answer an event, short enough that a test may wait for it after every step.
pub const QUIET: Duration = Duration::from_millis(50);

/// What the server's parts share.
pub struct Hub {
    desktop: Mutex<Desktop>,
    start: Instant,
    connections: Mutex<Connections>,
    presenter: Presenting,
    /// Told whenever anything may have changed, for tools that wait.
    changed: Notify,
    /// When something was last executed, injected or presented, in microseconds.
    last_activity: AtomicU64,
    /// Connections that are executing requests at this moment.
    executing: AtomicUsize,
    /// For sessions whose slice may be long: one fewer than there are workers.
    heavy: Semaphore,
    ending: AtomicBool,
    end_asked: Notify,
    /// Told when the desktop wants something done.
    commanded: Notify,
}

#[derive(Default)]
struct Connections {
    last: u64,
    open: HashMap<u64, Arc<Notify>>,
    clients: HashMap<ClientId, Reach>,
}

/// How a connection is told something.
#[derive(Clone, Default)]
struct Reach {
    wake: Arc<Notify>,
    /// It is to end.
    killed: Arc<AtomicBool>,
}

/// What the presenter is known to do next, so that it is woken only for something new. Written
/// under the desktop's lock.
struct Presenting {
    wake: Box<dyn Fn() + Send + Sync>,
    /// Presents on the caller's thread what is quickly done, if anybody can.
    here: OnceLock<Box<dyn Fn() -> bool + Send + Sync>>,
    /// It knows that a frame is wanted.
    told: AtomicBool,
    /// How the pointer looks and where text goes, if that is anything to it.
    looks: Mutex<Option<Looks>>,
    /// The desktop's deadline that it waits for, in microseconds; `u64::MAX` for none.
    deadline: AtomicU64,
    held: AtomicBool,
    frames: AtomicU64,
}

impl Hub {
    /// A hub for this desktop. `wake_presenter` makes the presenter look; it must not block.
    pub fn new(desktop: Desktop, wake_presenter: impl Fn() + Send + Sync + 'static) -> Self {
        Self {
            desktop: Mutex::new(desktop),
            start: Instant::now(),
            connections: Mutex::default(),
            presenter: Presenting {
                wake: Box::new(wake_presenter),
                here: OnceLock::new(),
                told: AtomicBool::new(false),
                looks: Mutex::new(None),
                deadline: AtomicU64::new(u64::MAX),
                held: AtomicBool::new(false),
                frames: AtomicU64::new(0),
            },
            changed: Notify::new(),
            last_activity: AtomicU64::new(0),
            executing: AtomicUsize::new(0),
            heavy: Semaphore::new(1),
            ending: AtomicBool::new(false),
            end_asked: Notify::new(),
            commanded: Notify::new(),
        }
    }

    /// The server's clock.
    pub fn now(&self) -> Timestamp {
        Timestamp(self.start.elapsed().as_micros() as u64)
    }

    /// How long it is until `time`; nothing when it is over.
    pub fn until(&self, time: Timestamp) -> Duration {
        Duration::from_micros(time.0.saturating_sub(self.now().0))
    }

    /// The desktop, locked. Not across an await, not while touching pixels.
    pub fn desktop(&self) -> MutexGuard<'_, Desktop> {
        self.desktop.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The desktop's mutex, for sessions, which lock it themselves.
    pub fn desktop_mutex(&self) -> &Mutex<Desktop> {
        &self.desktop
    }

    /// Wakes everyone whom the desktop has something for. After every change.
    pub fn dispatch(&self) {
        if self.wake_clients() {
            (self.presenter.wake)();
        }
        self.changed.notify_waiters();
    }

    /// As [`Hub::dispatch`], by a thread that has time: a small frame that is due is presented by
    /// itself, so that no other thread has to be waited for.
    pub fn dispatch_and_present(&self) {
        if self.wake_clients() && !self.presenter.here.get().is_some_and(|here| here()) {
            (self.presenter.wake)();
        }
        self.changed.notify_waiters();
    }

    /// Wakes clients that have events; whether the presenter has to be woken as well.
    fn wake_clients(&self) -> bool {
        self.last_activity.store(self.now().0, Ordering::Relaxed);
        let mut wakes = Vec::new();
        let present = {
            let mut desktop = self.desktop();
            desktop.take_wakes(&mut wakes);
            if desktop.has_commands() {
                self.commanded.notify_one();
            }
            self.presenter.has_news(&desktop)
        };
        if !wakes.is_empty() {
            let connections = self.connections();
            for client in wakes.iter().filter_map(|id| connections.clients.get(id)) {
                client.wake.notify_one();
            }
        }
        present
    }

    /// Waits for the next thing that the desktop wants done. For one task alone.
    pub async fn command(&self) -> Command {
        loop {
            let command = self.desktop().poll_command();
            match command {
                Some(command) => return command,
                None => self.commanded.notified().await,
            }
        }
    }

    // For the clipboard that is shared with another display.

    /// A place on the desktop that may always copy and paste.
    pub fn share_clipboard(self: &Arc<Self>) -> Guest {
        let client = self.desktop().add_sharer();
        let reach = Reach::default();
        let mut connections = self.connections();
        connections.clients.insert(client, reach.clone());
        drop(connections);
        Guest {
            hub: self.clone(),
            reach,
            client,
        }
    }

    // For connections.

    /// A place for one more connection, or `None` when there are [`MAX_CLIENTS`].
    pub fn admit(self: &Arc<Self>) -> Option<Seat> {
        let mut connections = self.connections();
        if connections.open.len() >= MAX_CLIENTS {
            return None;
        }
        connections.last += 1;
        let (number, reach) = (connections.last, Reach::default());
        connections.open.insert(number, reach.wake.clone());
        Some(Seat {
            hub: self.clone(),
            number,
            reach,
            client: None,
        })
    }

    /// Ends a client's connection: the person wants to be rid of it.
    pub fn kill(&self, client: ClientId) {
        if let Some(reach) = self.connections().clients.get(&client) {
            reach.killed.store(true, Ordering::Release);
            reach.wake.notify_one();
        }
    }

    /// A client's events were taken from the desktop: whoever waits for that looks again.
    pub fn events_taken(&self) {
        self.changed.notify_waiters();
    }

    /// How many workers serve connections; two until this is said, once.
    pub fn served_by(&self, workers: usize) {
        self.heavy.add_permits(workers.saturating_sub(2));
    }

    /// Waits for the turn of a session that may overrun its slice by much. One fewer than there are
    /// workers have it at a time, so that there is always one for all the others.
    pub async fn heavy_turn(&self) -> Option<SemaphorePermit<'_>> {
        // It is never closed.
        self.heavy.acquire().await.ok()
    }

    /// Whether any connection executes requests at the moment.
    pub fn executes(&self) -> bool {
        self.executing.load(Ordering::Relaxed) > 0
    }

    /// How many connections are open.
    pub fn connection_count(&self) -> usize {
        self.connections().open.len()
    }

    /// Whether connections are to end.
    pub fn is_ending(&self) -> bool {
        self.ending.load(Ordering::Acquire)
    }

    /// Ends all connections; each tells its client why.
    pub fn end(&self) {
        self.ending.store(true, Ordering::Release);
        let connections = self.connections();
        for wake in connections.open.values() {
            wake.notify_one();
        }
        for reach in connections.clients.values() {
            reach.wake.notify_one();
        }
    }

    fn connections(&self) -> MutexGuard<'_, Connections> {
        self.connections
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    // For tools.

    /// Asks the server to end, as a signal does.
    pub fn ask_to_end(&self) {
        self.end_asked.notify_one();
    }

    /// Waits until someone asked.
    pub async fn end_asked(&self) {
        self.end_asked.notified().await;
    }

    /// Completes at the next change; those after this call count.
    pub fn changed(&self) -> Notified<'_> {
        self.changed.notified()
    }

    /// How many pictures were presented.
    pub fn frames(&self) -> u64 {
        self.presenter.frames.load(Ordering::Relaxed)
    }

    /// Since when nothing was executed, injected or presented, or `None` while something is: a
    /// connection executes requests, or a frame is due. A frame that a held clock keeps back is
    /// not due.
    pub fn quiet_since(&self) -> Option<Timestamp> {
        let held = self.presenter.held.load(Ordering::Relaxed);
        let executing = self.executes();
        let due = !held && self.desktop().needs_frame();
        let since = Timestamp(self.last_activity.load(Ordering::Relaxed));
        (!executing && !due).then_some(since)
    }

    // For the presenter.

    /// From now on `here` presents small frames on the threads of those who made them. It says
    /// whether it has, and never waits for anybody else who presents.
    pub fn present_here(&self, here: impl Fn() -> bool + Send + Sync + 'static) {
        let set = self.presenter.here.set(Box::new(here));
        assert!(set.is_ok(), "a hub has one presenter");
    }

    /// A frame that the presenter was not woken for is done, and it knows of none: it is woken for
    /// the next. Under the desktop's lock.
    pub fn presented_here(&self) {
        self.presenter.told.store(false, Ordering::Relaxed);
    }

    /// Notes what the presenter, which has just looked, knows and waits for.
    pub fn presenter_waits(&self, desktop: &Desktop, frame_wanted: bool) {
        let deadline = desktop.next_deadline().map_or(u64::MAX, |t| t.0);
        self.presenter.deadline.store(deadline, Ordering::Relaxed);
        self.presenter.told.store(frame_wanted, Ordering::Relaxed);
    }

    /// The native display knows this; the presenter is woken when it is to know something else.
    /// Under the desktop's lock.
    pub fn presenter_shows(&self, looks: &Looks) {
        let mut shown = self.presenter.looks();
        if shown.as_ref() != Some(looks) {
            *shown = Some(looks.clone());
        }
    }

    /// The frame clock was held or released.
    pub fn set_clock_held(&self, held: bool) {
        self.presenter.held.store(held, Ordering::Relaxed);
        (self.presenter.wake)();
        self.changed.notify_waiters();
    }

    /// A picture was presented.
    pub fn frame_presented(&self) {
        self.presenter.frames.fetch_add(1, Ordering::Relaxed);
        self.dispatch();
    }
}

impl Presenting {
    /// Whether the presenter has to look; it counts as told from then on.
    fn has_news(&self, desktop: &Desktop) -> bool {
        let frame = desktop.needs_frame() && !self.told.swap(true, Ordering::Relaxed);
        let deadline = desktop.next_deadline().map_or(u64::MAX, |t| t.0);
        let sooner = deadline < self.deadline.fetch_min(deadline, Ordering::Relaxed);
        // Noted by the presenter when it looks; until then each change may wake it once more.
        let turned = |shown: &Looks| *shown != Looks::of(desktop);
        let looks = self.looks().as_ref().is_some_and(turned);
        frame || sooner || looks
    }

    fn looks(&self) -> MutexGuard<'_, Option<Looks>> {
        self.looks.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What a native display wants to know of the desktop beside the picture.
#[derive(Clone, Debug)]
pub struct Looks {
    /// How the pointer looks.
    pub cursor: Cursor,
    /// Where text is composed.
    pub field: Option<TextField>,
}

impl Looks {
    /// As they are.
    pub fn of(desktop: &Desktop) -> Self {
        Self {
            cursor: desktop.cursor(),
            field: desktop.text_field(),
        }
    }
}

impl PartialEq for Looks {
    fn eq(&self, other: &Self) -> bool {
        self.field == other.field && same_cursor(&self.cursor, &other.cursor)
    }
}

/// Whether the pointer looks the same with both. Images are compared by identity.
pub(crate) fn same_cursor(a: &Cursor, b: &Cursor) -> bool {
    match (a, b) {
        (Cursor::Shape(a), Cursor::Shape(b)) => a == b,
        (
            Cursor::Image { image, hotspot },
            Cursor::Image {
                image: other,
                hotspot: spot,
            },
        ) => Arc::ptr_eq(image, other) && hotspot == spot,
        _ => false,
    }
}

/// The place of one connection; free again when dropped.
pub struct Seat {
    hub: Arc<Hub>,
    number: u64,
    reach: Reach,
    client: Option<ClientId>,
}

impl Seat {
    /// Where the connection has its place.
    pub fn hub(&self) -> &Arc<Hub> {
        &self.hub
    }

    /// The connection's number, for logs.
    pub fn number(&self) -> u64 {
        self.number
    }

    /// Told when the desktop has events for the client, or the server ends.
    pub fn wake(&self) -> Arc<Notify> {
        self.reach.wake.clone()
    }

    /// Whether the connection is to end, as somebody on the server's side wants it.
    pub fn is_killed(&self) -> bool {
        self.reach.killed.load(Ordering::Acquire)
    }

    /// From now on the connection is woken for this client's events. What the desktop queued
    /// before is not told again, so the caller looks once.
    pub fn set_client(&mut self, client: ClientId) {
        if self.client.replace(client) != Some(client) {
            let mut connections = self.hub.connections();
            connections.clients.insert(client, self.reach.clone());
        }
    }

    /// The connection is executing requests until the guard is dropped.
    pub fn executing(&self) -> Executing {
        self.hub.executing.fetch_add(1, Ordering::Relaxed);
        Executing(self.hub.clone())
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        {
            let mut connections = self.hub.connections();
            connections.open.remove(&self.number);
            if let Some(client) = self.client {
                connections.clients.remove(&client);
            }
        }
        // It has left before, unless its task ended in a panic.
        if let Some(client) = self.client {
            self.hub.desktop().remove_client(client);
        }
        self.hub.dispatch();
    }
}

/// The place of one who shares the clipboard and has no windows; free again when dropped.
pub struct Guest {
    hub: Arc<Hub>,
    reach: Reach,
    client: ClientId,
}

impl Guest {
    /// Where it has its place.
    pub fn hub(&self) -> &Arc<Hub> {
        &self.hub
    }

    /// Who it is on the desktop.
    pub fn client(&self) -> ClientId {
        self.client
    }

    /// Told when the desktop has something for it, or the server ends.
    pub fn wake(&self) -> Arc<Notify> {
        self.reach.wake.clone()
    }
}

impl Drop for Guest {
    fn drop(&mut self) {
        self.hub.connections().clients.remove(&self.client);
        self.hub.desktop().remove_client(self.client);
        self.hub.dispatch();
    }
}

/// While it lives, a connection is executing requests.
pub struct Executing(Arc<Hub>);

impl Drop for Executing {
    fn drop(&mut self) {
        self.0.executing.fetch_sub(1, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use transom_protocol::input::CursorShape;

    use super::*;
    use crate::config;

    fn hub() -> (Arc<Hub>, Arc<AtomicUsize>) {
        let wakes = Arc::new(AtomicUsize::new(0));
        let counted = wakes.clone();
        let wake = move || {
            counted.fetch_add(1, Ordering::Relaxed);
        };
        let desktop = Desktop::new(config::DEFAULT_OUTPUT);
        (Arc::new(Hub::new(desktop, wake)), wakes)
    }

    #[test]
    fn the_presenter_is_woken_once_for_one_frame() {
        let (hub, wakes) = hub();
        hub.set_clock_held(false); // a first wake
        let before = wakes.load(Ordering::Relaxed);
        let wanted = u64::from(hub.desktop().needs_frame());
        for _ in 0..5 {
            hub.dispatch();
        }
        assert_eq!((wakes.load(Ordering::Relaxed) - before) as u64, wanted);
    }

    #[test]
    fn a_presenter_that_shows_the_pointer_is_woken_when_it_changes() {
        let (hub, wakes) = hub();
        hub.dispatch(); // a first frame
        let before = wakes.load(Ordering::Relaxed);
        let shown = |cursor| {
            hub.presenter_shows(&Looks {
                cursor: Cursor::Shape(cursor),
                field: None,
            });
            hub.dispatch();
            wakes.load(Ordering::Relaxed) - before
        };
        assert_eq!(shown(CursorShape::DEFAULT), 0);
        assert_eq!(shown(CursorShape::TEXT), 1);
    }

    #[test]
    fn heavy_sessions_leave_a_worker_to_the_others() {
        for (workers, turns) in [(1, 1), (2, 1), (4, 3)] {
            let (hub, _) = hub();
            hub.served_by(workers);
            assert_eq!(hub.heavy.available_permits(), turns, "{workers}");
        }
    }

    #[test]
    fn connections_beyond_the_bound_get_no_seat_until_one_is_free() {
        let (hub, _) = hub();
        let mut seats: Vec<_> = (0..MAX_CLIENTS).map(|_| hub.admit()).collect();
        assert!(seats.iter().all(Option::is_some));
        assert!(hub.admit().is_none());
        seats.pop();
        assert!(hub.admit().is_some());
    }
}
