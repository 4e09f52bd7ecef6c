//! Requests about windows, besides their coming, going and committing.

use std::sync::Arc;

use transom_protocol::event::Configure;
use transom_protocol::geometry::{PixelPoint, PixelSize, Scale};
use transom_protocol::ids::Serial;
use transom_protocol::request::{
    Activate, Bell, ChangeState, MovePopup, SetAppId, SetContentRect, SetCursor, SetDecorations,
    SetParent, SetRegion, SetSizeLimits, SetTitle,
};
use transom_protocol::window::{RegionKind, WindowStates};
use transom_protocol::{ErrorCode, Request};

use super::Desktop;
use super::configure::Proposal;
use super::fill::{FILLING, Fill};
use super::ids::{ClientId, WindowKey};
use super::window::{Cursor, MAX_APP_ID_BYTES, MAX_TITLE_BYTES, Window, bounded_rects, cut};
use crate::raster::Pixmap;
use crate::time::Timestamp;

/// Why a request was skipped.
pub type Refusal = (ErrorCode, &'static str);

const UNKNOWN_WINDOW: Refusal = (ErrorCode::UNKNOWN_ID, "no such window");
const NO_POPUP: Refusal = (ErrorCode::BAD_ARGUMENT, "this is no popup");
const A_POPUP: Refusal = (ErrorCode::BAD_ARGUMENT, "not for popups");
const NOT_YET: Refusal = (
    ErrorCode::UNSUPPORTED,
    "this server cannot do that with windows",
);

/// What a client may ask for by `ChangeState`.
const SETTABLE: WindowStates = WindowStates(
    WindowStates::MAXIMIZED.0
        | WindowStates::FULLSCREEN.0
        | WindowStates::MINIMIZED.0
        | WindowStates::ABOVE.0
        | WindowStates::URGENT.0,
);

/// How many proposals a client may leave unanswered before the next of a resize waits: pointers tell
/// of a thousand positions a second, and a client far away would never see the end of them.
const MAX_RESIZES_AHEAD: usize = 16;

impl Desktop {
    /// Does what a client asks about one of its windows. A refusal is told to the client, and
    /// nothing was done.
    ///
    /// What takes effect with the next commit is only noted.
    pub fn window_request(
        &mut self,
        client: ClientId,
        request: &Request<'_>,
        now: Timestamp,
    ) -> Result<(), Refusal> {
        self.at(now);
        let done = match request {
            Request::SetTitle(r) => self.set_title(client, r),
            Request::SetAppId(r) => self.set_app_id(client, r),
            Request::SetCursor(r) => self.set_cursor(client, r),
            Request::SetSizeLimits(r) => self.set_size_limits(client, r),
            Request::SetRegion(r) => self.set_region(client, r),
            Request::SetContentRect(r) => self.set_content_rect(client, r),
            Request::SetDecorations(r) => self.set_decorations(client, r),
            Request::SetParent(r) => self.set_parent(client, r),
            Request::ChangeState(r) => self.change_state(client, r),
            Request::Activate(r) => self.activate(client, r),
            Request::MovePopup(r) => self.move_popup(client, r),
            Request::Bell(r) => self.bell(client, r),
            Request::StartMove(r) => self.start_move(client, r),
            Request::StartResize(r) => self.start_resize(client, r),
            Request::ShowMenu(r) => self.show_menu(client, r),
            Request::GrabKeyboard(r) => self.grab_keyboard(client, r),
            Request::SetTextInput(r) => self.set_text_input(client, r),
            Request::Pong(r) => {
                self.pong(client, r.serial);
                Ok(())
            }
            // Who lags is not looked at.
            Request::AckInput(_) => Ok(()),
            _ => Err(NOT_YET),
        };
        self.settle();
        done
    }

    /// Gives a window a small picture, or none.
    pub fn set_icon(&mut self, key: WindowKey, icon: Option<Arc<Pixmap>>) {
        if let Some(window) = self.windows.get_mut(&key) {
            window.icon = icon;
        }
    }

    /// Makes an image the pointer's picture over a window.
    pub fn set_cursor_image(&mut self, key: WindowKey, image: Arc<Pixmap>, hotspot: PixelPoint) {
        if let Some(window) = self.windows.get_mut(&key) {
            window.cursor = Cursor::Image { image, hotspot };
        }
    }

    /// The scale of a frame that quotes `configure`: that of the proposal. With none: of the one
    /// that a frame was last committed for, else the screen's. `None` when the window does not
    /// exist, or there is no such configure, or it is older than one a frame was committed for.
    pub fn begin(&mut self, key: WindowKey, configure: Serial) -> Option<Scale> {
        let window = self.windows.get(&key)?;
        window.configures.scale(configure, self.output.scale)
    }

    pub(super) fn window_mut(&mut self, key: WindowKey) -> Result<&mut Window, Refusal> {
        self.windows.get_mut(&key).ok_or(UNKNOWN_WINDOW)
    }

    /// A window that is no popup.
    pub(super) fn toplevel_mut(&mut self, key: WindowKey) -> Result<&mut Window, Refusal> {
        let window = self.window_mut(key)?;
        if window.is_popup() {
            Err(A_POPUP)
        } else {
            Ok(window)
        }
    }

    fn set_title(&mut self, client: ClientId, r: &SetTitle<'_>) -> Result<(), Refusal> {
        let window = self.window_mut(WindowKey::new(client, r.window))?;
        window.title = cut(r.title.0, MAX_TITLE_BYTES);
        self.unsettled = true;
        Ok(())
    }

    fn set_app_id(&mut self, client: ClientId, r: &SetAppId<'_>) -> Result<(), Refusal> {
        let window = self.window_mut(WindowKey::new(client, r.window))?;
        window.app_id = cut(r.app_id.0, MAX_APP_ID_BYTES);
        Ok(())
    }

    fn set_cursor(&mut self, client: ClientId, r: &SetCursor) -> Result<(), Refusal> {
        let window = self.window_mut(WindowKey::new(client, r.window))?;
        window.cursor = Cursor::Shape(r.shape);
        Ok(())
    }

    fn set_size_limits(&mut self, client: ClientId, r: &SetSizeLimits) -> Result<(), Refusal> {
        let window = self.window_mut(WindowKey::new(client, r.window))?;
        window.pending.limits = Some((r.min, r.max));
        Ok(())
    }

    fn set_region(&mut self, client: ClientId, r: &SetRegion<'_>) -> Result<(), Refusal> {
        let window = self.window_mut(WindowKey::new(client, r.window))?;
        let rects =
            bounded_rects(r.rects).ok_or((ErrorCode::QUOTA, "a region of too many rectangles"))?;
        let region = (r.unset == 0).then_some(rects);
        match r.kind {
            RegionKind::Input => window.pending.input = Some(region),
            RegionKind::Opaque => window.pending.opaque = Some(region),
        }
        Ok(())
    }

    fn set_content_rect(&mut self, client: ClientId, r: &SetContentRect) -> Result<(), Refusal> {
        let window = self.window_mut(WindowKey::new(client, r.window))?;
        window.pending.content_rect = Some(r.rect);
        Ok(())
    }

    fn set_decorations(&mut self, client: ClientId, r: &SetDecorations) -> Result<(), Refusal> {
        let window = self.toplevel_mut(WindowKey::new(client, r.window))?;
        window.decorations = r.decorations;
        window.asked = true;
        self.unsettled = true;
        Ok(())
    }

    fn set_parent(&mut self, client: ClientId, r: &SetParent) -> Result<(), Refusal> {
        let key = WindowKey::new(client, r.window);
        let parent = key.sibling(r.parent);
        if !r.parent.is_none() && !self.windows.contains_key(&parent) {
            return Err((ErrorCode::UNKNOWN_ID, "no such parent"));
        }
        if self.with_parents(parent).any(|k| k == key) {
            return Err((ErrorCode::BAD_ARGUMENT, "a window cannot belong to itself"));
        }
        self.toplevel_mut(key)?.parent = r.parent;
        self.unsettled = true;
        Ok(())
    }

    fn activate(&mut self, client: ClientId, r: &Activate) -> Result<(), Refusal> {
        let key = WindowKey::new(client, r.window);
        let window = self.toplevel_mut(key)?;
        let is_mapped = window.rect().is_some();
        let has_focus = self.seat.focus.is_some_and(|k| k.client == client);
        let from = self.clients.get(&client);
        let asked = from.is_some_and(|c| c.may_activate(r.serial, self.clock));
        if !is_mapped || !(asked || has_focus) {
            self.mark_urgent(key);
            return Ok(());
        }
        self.turn_to(key);
        Ok(())
    }

    fn move_popup(&mut self, client: ClientId, r: &MovePopup) -> Result<(), Refusal> {
        let window = self.window_mut(WindowKey::new(client, r.window))?;
        if !window.is_popup() {
            return Err(NO_POPUP);
        }
        window.pending.positioner = Some(r.positioner);
        Ok(())
    }

    fn bell(&mut self, client: ClientId, r: &Bell) -> Result<(), Refusal> {
        let key = WindowKey::new(client, r.window);
        self.window_mut(key)?;
        self.mark_urgent(self.toplevel_of(key).unwrap_or(key));
        Ok(())
    }

    fn change_state(&mut self, client: ClientId, r: &ChangeState) -> Result<(), Refusal> {
        let key = WindowKey::new(client, r.window);
        let has_focus = self.seat.focus == Some(key);
        let window = self.toplevel_mut(key)?;
        window.asked = true;
        let before = window.states;
        let changed = |which: WindowStates| WindowStates(which.0 & SETTABLE.0);
        let mut states = before.with(changed(r.set)).without(changed(r.clear));
        if has_focus {
            states = states.without(WindowStates::URGENT);
        }
        if Fill::of(states) == Fill::Maximized {
            // No longer a half of the screen.
            let others = states.without(FILLING);
            states = others.with(Fill::Maximized.states());
        }
        let is_placed = window.rect().is_some();
        self.set_states(key, states);
        let returns = before.contains(WindowStates::MINIMIZED) && is_placed;
        if returns && !states.contains(WindowStates::MINIMIZED) {
            self.greet(key);
        }
        Ok(())
    }

    /// Sends a configure to each window for which something differs from what its client was told,
    /// or whose client asked.
    pub(super) fn settle_configures(&mut self) {
        let changed: Vec<(WindowKey, Proposal)> = self
            .windows
            .iter()
            .filter(|(_, w)| !w.is_dismissed())
            .map(|(key, w)| (*key, w, self.proposal(*key, w)))
            .filter(|(_, window, proposal)| is_news(window, proposal))
            .map(|(key, _, proposal)| (key, proposal))
            .collect();
        for (key, proposal) in changed {
            self.configure(key, proposal);
        }
    }

    fn proposal(&self, key: WindowKey, window: &Window) -> Proposal {
        let active = self.seat.focus == Some(key) && !self.seat.absent;
        let states = window
            .states
            .set(WindowStates::ACTIVE, active)
            .set(WindowStates::RESIZING, window.resizing)
            .set(WindowStates::HIDDEN, window.is_minimized());
        Proposal {
            size: window.proposed,
            scale: self.output.scale,
            states,
            decorations: window.decorations,
            bounds: self.bounds_of(window),
        }
    }

    /// The largest useful content of a window.
    fn bounds_of(&self, window: &Window) -> PixelSize {
        match window.is_popup() || !self.is_decorated(window) {
            true => self.output.size,
            false => self.fill_rect(window, Fill::Maximized).size(),
        }
    }

    fn configure(&mut self, key: WindowKey, proposal: Proposal) {
        let serial = self.next_serial(key.client);
        let Some(window) = self.windows.get_mut(&key) else {
            return;
        };
        window.asked = false;
        window.configures.sent(serial, proposal);
        let Proposal {
            size,
            scale,
            states,
            decorations,
            bounds,
        } = proposal;
        let event = Configure {
            window: key.window,
            serial,
            size,
            scale,
            states,
            decorations,
            bounds,
        };
        self.send(key.client, event);
    }

    /// What a window's configure says of its states now.
    pub(super) fn states_of(&self, key: WindowKey) -> WindowStates {
        let window = self.windows.get(&key);
        window.map_or(WindowStates::NONE, |w| self.proposal(key, w).states)
    }
}

/// Whether a window's client is to be told this. One that was never shown is told nothing before its
/// client asks: what it needs for its first frame it knows.
fn is_news(window: &Window, proposal: &Proposal) -> bool {
    match window.configures.last() {
        Some(_) if window.asked => true,
        Some(last) if window.resizing && last.states == proposal.states => {
            let ahead = window.configures.outstanding();
            ahead < MAX_RESIZES_AHEAD && proposal.is_news_after(last)
        }
        Some(last) => proposal.is_news_after(last),
        None => window.asked || window.rect().is_some(),
    }
}
