//! The desktop: what all clients share. Windows, their places and order, who has the keyboard and
//! the pointer, and what of the screen must be composited again.
//!
//! It is a state machine without I/O: no socket, native window, thread or clock, and no pixel is
//! touched here. Sessions and presenters call it under one lock and every call takes microseconds.
//! Nothing that a client sends makes it panic. The methods of [`Desktop`] are of five kinds:
//!
//! * *what happened*: clients and windows come and go, [`Desktop::window_request`],
//!   [`Desktop::commit`], [`Desktop::handle_input`], [`Desktop::set_output`];
//! * *what is copied and pasted*: [`Desktop::create_offer`], [`Desktop::set_selection`],
//!   [`Desktop::receive`], [`Desktop::transfer_data`], [`Desktop::take_transfer`] and those beside;
//! * *what to tell clients*: [`Desktop::take_wakes`], [`Desktop::drain_events`], and others:
//!   [`Desktop::poll_command`];
//! * *what to show*: [`Desktop::needs_frame`], [`Desktop::scene`], [`Desktop::presented`], where the
//!   pointer and the input method are concerned [`Desktop::cursor`] and [`Desktop::text_field`], and for
//!   what nobody sees [`Desktop::next_deadline`] and [`Desktop::handle_timeout`];
//! * *what tools ask*: [`Desktop::windows`], [`Desktop::front`], [`Desktop::close`],
//!   [`Desktop::place`], [`Desktop::keyboard_backlog`].
//!
//! By its [`Config`] the desktop adds title bars, a task bar and menus to the windows, and lets the
//! person manage them. It describes what it adds as [pieces](crate::chrome), and draws nothing.
//!
//! **How it hangs together.** What happens changes windows, and marks the desktop as *unsettled*
//! where more than a window's own picture is concerned. Each call then settles it: the order is
//! made anew, the keyboard goes to who should have it, damage is found by comparing the windows
//! shown with those before, the pointer is put over what is now under it, and clients are sent
//! configures where something differs from what they were told. So no change has to know what
//! follows from it.

mod client;
mod commit;
mod config;
mod configure;
mod control;
mod damage;
mod drag;
mod events;
mod fill;
mod focus;
mod frame;
mod handover;
mod held_keys;
mod ids;
mod input;
mod keyboard;
mod layout;
mod lifecycle;
mod manage;
mod menu;
mod pacing;
mod ping;
mod place;
mod pointer;
mod popup;
mod positioner;
mod requests;
mod scene;
mod selection;
mod shell;
mod shortcuts;
mod stack;
mod switcher;
mod task_bar;
#[cfg(test)]
mod tests;
mod text_input;
mod touch;
mod transfer;
mod window;

use std::collections::BTreeMap;

use transom_protocol::Event;
use transom_protocol::event::OutputChanged;
use transom_protocol::geometry::{PixelPoint, PixelRect, PixelSize, Scale};
use transom_protocol::ids::Serial;

use client::Client;
pub use client::ClientInfo;
pub use commit::{CommittedWindow, Content};
pub use config::{Command, Config, MenuEntry, Shortcut};
pub use control::WindowInfo;
use damage::MAX_DAMAGE_RECTS;
pub use events::MAX_QUEUED_BYTES;
use focus::Seat;
pub use ids::{ClientId, ScreenId, WindowKey};
pub use input::{Input, KeyInput, KeyRepeat, ScreenPoint, Touch};
use layout::Placed;
pub use lifecycle::{MAX_WINDOWS, MAX_WINDOWS_PER_CLIENT};
pub use pacing::HIDDEN_ACKNOWLEDGEMENT;
pub use ping::PATIENCE;
pub use popup::MAX_POPUP_DEPTH;
pub use requests::Refusal;
pub use scene::{BACKGROUND, Layer, Picture, Scene};
pub use selection::MAX_OFFERS;
use selection::Selections;
use shell::Shell;
pub use text_input::{Composed, MAX_COMPOSED_BYTES, TextField};
pub use transfer::{Delivery, MAX_CHUNK, Overrun};
use window::Window;
pub use window::{Cursor, MAX_APP_ID_BYTES, MAX_REGION_RECTS, MAX_TITLE_BYTES};

use crate::region::Region;
use crate::time::Timestamp;

/// The one screen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Output {
    /// In device pixels.
    pub size: PixelSize,
    /// Of windows that acknowledge no configure.
    pub scale: Scale,
    /// Nanoseconds between two pictures; 0 when not known.
    pub refresh: u32,
}

/// All windows of all clients, and the person in front of them. See the [module](self).
#[derive(Debug)]
pub struct Desktop {
    output: Output,
    config: Config,
    clients: BTreeMap<ClientId, Client>,
    windows: BTreeMap<WindowKey, Window>,
    /// Every window once, back to front, whether shown or not.
    stack: Vec<WindowKey>,
    /// What is shown, back to front, as the damage and the pointer know it.
    layout: Vec<Placed>,
    damage: Region,
    seat: Seat,
    shell: Shell,
    selections: Selections,
    /// Clients to be woken.
    wakes: Vec<ClientId>,
    /// The latest time the desktop was told.
    clock: Timestamp,
    unsettled: bool,
    last_client: u32,
    last_id: u64,
    last_raise: u64,
}

impl Desktop {
    /// An empty desktop that adds nothing to windows, all of which is to be shown.
    pub fn new(output: Output) -> Self {
        Self::with_config(output, Config::bare())
    }

    /// An empty desktop, all of which is to be shown.
    pub fn with_config(output: Output, config: Config) -> Self {
        let mut desktop = Self {
            output,
            config,
            clients: BTreeMap::new(),
            windows: BTreeMap::new(),
            stack: Vec::new(),
            layout: Vec::new(),
            damage: Region::new(),
            seat: Seat::default(),
            shell: Shell::default(),
            selections: Selections::default(),
            wakes: Vec::new(),
            clock: Timestamp::ZERO,
            unsettled: false,
            last_client: 0,
            last_id: 0,
            last_raise: 0,
        };
        desktop.damage(desktop.screen());
        desktop.relayout();
        desktop
    }

    /// The screen.
    pub fn output(&self) -> Output {
        self.output
    }

    /// The screen is another: clients are told, windows that fill it are asked for another size,
    /// those out of reach are moved back, and everything is to be shown anew.
    ///
    /// With another scale each window gets a configure. What is lost of off-screen surfaces that
    /// follow the screen's scale is the sessions' to tell.
    pub fn set_output(&mut self, output: Output) {
        if output == self.output {
            return;
        }
        self.output = output;
        self.damage.clear();
        self.damage(self.screen());
        let Output {
            size,
            scale,
            refresh,
        } = output;
        let clients: Vec<ClientId> = self.clients.keys().copied().collect();
        for client in clients {
            self.send(
                client,
                OutputChanged {
                    size,
                    scale,
                    refresh,
                },
            );
        }
        self.cancel_interaction();
        self.fetch_windows();
        self.unsettled = true;
        self.settle();
    }

    /// Appends the events for `client` to `out`: whole packets, in order.
    pub fn drain_events(&mut self, client: ClientId, out: &mut Vec<u8>) {
        let nudged = match self.clients.get_mut(&client) {
            Some(client) => client.queue.take_nudge(),
            None => return,
        };
        if nudged {
            self.tell_selections(client, out);
        }
        if let Some(client) = self.clients.get_mut(&client) {
            client.queue.drain(out);
        }
        if nudged {
            self.tell_transfers(client, out);
        }
    }

    /// Appends to `into` the clients that have got events since the last call and still have some.
    pub fn take_wakes(&mut self, into: &mut Vec<ClientId>) {
        for id in self.wakes.drain(..) {
            if let Some(client) = self.clients.get_mut(&id) {
                client.queue.woken();
                into.extend(client.queue.is_pending().then_some(id));
            }
        }
    }

    /// Whether a client read so slowly that events for it were lost: it is to be disconnected.
    pub fn overflowed(&self, client: ClientId) -> bool {
        self.clients
            .get(&client)
            .is_some_and(|c| c.queue.overflowed())
    }

    /// Whether events wait for any client.
    pub fn has_events(&self) -> bool {
        self.clients.values().any(|c| c.queue.is_pending())
    }

    /// How many bytes of events wait for the client that has the keyboard. Who types faster than a
    /// person looks at it, since no key is ever left out.
    pub fn keyboard_backlog(&self) -> usize {
        let holder = self.seat.keyboard;
        holder
            .and_then(|key| self.clients.get(&key.client))
            .map_or(0, |client| client.queue.len())
    }

    /// Brings order, keyboard, damage, pointer and what clients know up to date with the windows.
    fn settle(&mut self) {
        if !std::mem::take(&mut self.unsettled) {
            return;
        }
        self.settle_interaction();
        self.settle_places();
        self.dismiss_orphans();
        self.restack();
        self.settle_focus();
        self.relayout();
        self.settle_keyboard();
        self.settle_pointer();
        self.settle_fingers();
        self.settle_fills();
        self.settle_configures();
        // Whatever these steps changed they have dealt with themselves.
        self.unsettled = false;
    }

    /// Notes the time; it never goes back.
    fn at(&mut self, now: Timestamp) {
        self.clock = self.clock.max(now);
    }

    fn screen(&self) -> PixelRect {
        PixelRect::from_size(self.output.size)
    }

    /// Asks for `rect` to be composited again.
    fn damage(&mut self, rect: PixelRect) {
        self.damage.add(rect.intersect(self.screen()));
        self.damage.simplify(MAX_DAMAGE_RECTS);
    }

    /// Asks for `region`, moved by `by`, to be composited again, as far as it lies inside `clip`.
    fn damage_region(&mut self, region: &Region, by: PixelPoint, clip: PixelRect) {
        let clip = clip.intersect(self.screen());
        for rect in region.rects() {
            self.damage.add(rect.moved(by.x, by.y).intersect(clip));
        }
        self.damage.simplify(MAX_DAMAGE_RECTS);
    }

    fn send<'a>(&mut self, client: ClientId, event: impl Into<Event<'a>>) {
        if let Some(to) = self.clients.get_mut(&client)
            && to.queue.push(&event.into())
        {
            self.wakes.push(client);
        }
    }

    fn next_serial(&mut self, client: ClientId) -> Serial {
        self.clients
            .get_mut(&client)
            .map_or(Serial::NONE, Client::next_serial)
    }
}
