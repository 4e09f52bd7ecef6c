//! What clients hand over to the desktop: moving and resizing by the person, and the window's menu.
//! And what they take from it: the desktop's own keys.

use transom_protocol::ErrorCode;
use transom_protocol::request::{GrabKeyboard, ShowMenu, StartMove, StartResize};
use transom_protocol::window::Edges;

use super::Desktop;
use super::drag::DragKind;
use super::frame::edges;
use super::ids::{ClientId, WindowKey};
use super::menu::MenuPlace;
use super::positioner::to_pixels;
use super::requests::Refusal;

const NO_GRABS: Refusal = (
    ErrorCode::UNSUPPORTED,
    "this server keeps some keys to itself",
);

impl Desktop {
    pub(super) fn start_move(&mut self, client: ClientId, r: &StartMove) -> Result<(), Refusal> {
        let key = WindowKey::new(client, r.window);
        self.toplevel_mut(key)?;
        if let Some(button) = self.take_press(key, r.serial) {
            self.begin_drag(key, DragKind::Move, Some(button));
        }
        Ok(())
    }

    pub(super) fn start_resize(
        &mut self,
        client: ClientId,
        r: &StartResize,
    ) -> Result<(), Refusal> {
        let key = WindowKey::new(client, r.window);
        self.toplevel_mut(key)?;
        if let Some(button) = self.take_press(key, r.serial) {
            self.begin_drag(key, DragKind::Resize(one_of_each(r.edges)), Some(button));
        }
        Ok(())
    }

    pub(super) fn show_menu(&mut self, client: ClientId, r: &ShowMenu) -> Result<(), Refusal> {
        let key = WindowKey::new(client, r.window);
        let window = self.toplevel_mut(key)?;
        let Some(rect) = window.rect().filter(|_| r.at.is_finite()) else {
            return Ok(());
        };
        let (dx, dy) = (
            to_pixels(r.at.x, window.scale()),
            to_pixels(r.at.y, window.scale()),
        );
        let known = self.clients.get(&client);
        let asked = known.is_some_and(|c| c.knows_input(r.serial));
        let free = self.shell.interaction.is_none() && self.is_shown(key);
        if asked && free && self.seat.focus == Some(key) {
            self.take_press(key, r.serial);
            self.open_window_menu(key, MenuPlace::At(rect.origin().moved(dx, dy)));
        }
        Ok(())
    }

    pub(super) fn grab_keyboard(
        &mut self,
        client: ClientId,
        r: &GrabKeyboard,
    ) -> Result<(), Refusal> {
        let allowed = self.config.keyboard_grabs;
        let window = self.toplevel_mut(WindowKey::new(client, r.window))?;
        window.grabs_keys = allowed && r.grab != 0;
        if allowed || r.grab == 0 {
            Ok(())
        } else {
            Err(NO_GRABS)
        }
    }
}

/// The edges `asked` for without those that contradict others.
fn one_of_each(asked: Edges) -> Edges {
    let is = |edge| asked.contains(edge);
    edges(
        is(Edges::LEFT),
        is(Edges::RIGHT),
        is(Edges::TOP),
        is(Edges::BOTTOM),
    )
}
