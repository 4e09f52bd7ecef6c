//! The layout: everything that is shown, windows and what the desktop adds, from back to front.
//!
//! It is made anew whenever something has changed, and compared with the one before: so that is
//! damaged which looks different, whatever the cause was. It says also what is under the pointer.

use std::collections::HashMap;
use std::sync::Arc;

use transom_protocol::geometry::{PixelPoint, PixelRect};
use transom_protocol::window::{Edges, WindowStates};

use super::Desktop;
use super::damage::difference;
use super::fill::Fill;
use super::frame::FramePart;
use super::ids::WindowKey;
use super::shell::Interaction;
use super::task_bar::BarPart;
use super::window::Window;
use crate::chrome::{FrameShape, Piece, TitleBar, TitleMark};
use crate::region::Region;

/// How many pieces of opaque area are taken together when looking for windows that are covered
/// wholly. What is left out makes a window count as visible that is not: that costs a little work.
const MAX_COVER_PIECES: usize = 64;

/// How far behind the thing found last the next one is looked for before all are searched: over
/// the ring and content of its own window, and the preview.
const LOOK_AHEAD: usize = 4;

/// So many things are looked for one by one before all are sorted.
const FEW_MISSED: usize = 8;

/// What is shown at one place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Item {
    /// The border and shadow of a window's frame.
    Ring(WindowKey),
    /// The title bar of a window's frame.
    Title(WindowKey),
    /// What the client drew.
    Window(WindowKey),
    /// Where a window that is being dragged would go.
    Preview,
    TaskBar,
    Menu,
    Switcher,
}

/// What an item looks like, as far as the desktop decides that.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Look {
    /// As its client has drawn it.
    Content,
    /// The ring around `hole`, which it leaves alone.
    Ring {
        active: bool,
        shadow: bool,
        hole: PixelRect,
    },
    /// As described.
    Piece(Arc<Piece>),
}

/// Something that is shown, where, and how.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Placed {
    pub(super) item: Item,
    pub(super) rect: PixelRect,
    pub(super) look: Look,
}

impl Placed {
    /// A window's content.
    pub(super) fn content(key: WindowKey, rect: PixelRect) -> Self {
        Self {
            item: Item::Window(key),
            rect,
            look: Look::Content,
        }
    }

    /// The window whose content it is.
    pub(super) fn window(&self) -> Option<WindowKey> {
        match self.item {
            Item::Window(key) => Some(key),
            _ => None,
        }
    }

    /// Where it is seen.
    pub(super) fn region(&self) -> Region {
        let mut region = Region::from(self.rect);
        if let Look::Ring { hole, .. } = self.look {
            region.subtract_rect(hole);
        }
        region
    }
}

/// What is at a pixel of the screen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Hit {
    /// The bare desk, or nothing at all.
    #[default]
    Desk,
    /// A window's content.
    Window(WindowKey),
    Frame(WindowKey, FramePart),
    TaskBar(BarPart),
    /// The menu, and which row of it.
    Menu(Option<usize>),
    /// Something of the desktop's that does nothing.
    Panel,
}

impl Desktop {
    /// Finds what is shown, what of the windows can be seen, and damages where that differs from
    /// before.
    pub(super) fn relayout(&mut self) {
        let mut layout = Vec::with_capacity(self.layout.len() + 4);
        let mut before = Before::new(&self.layout);
        for key in &self.stack {
            if self.is_shown(*key) {
                self.place_item(*key, &mut before, &mut layout);
            }
        }
        self.place_panels(&mut before, &mut layout);
        let changed = difference(&self.layout, &layout);
        self.damage_region(&changed, PixelPoint::default(), self.screen());
        self.layout = layout;
        self.find_visible();
    }

    /// Appends a window with its frame.
    fn place_item(&self, key: WindowKey, before: &mut Before<'_>, layout: &mut Vec<Placed>) {
        let Some(window) = self.windows.get(&key) else {
            return;
        };
        let Some(rect) = window.rect() else {
            return;
        };
        if let Some(preview) = self.preview_below(key) {
            layout.push(before.piece(Item::Preview, preview, Piece::Preview));
        }
        if let (Some(shape), Some(frame)) = (self.frame_shape(window), self.frame_rect(window)) {
            let active = self.is_active(key);
            if shape != FrameShape::Maximized {
                layout.push(self.ring(key, shape, active, frame, rect));
            }
            let bar = self.title_bar(key, window, shape, active);
            let rect = PixelRect {
                y1: rect.y0,
                ..frame
            };
            layout.push(before.title(key, rect, bar, &window.title));
        }
        layout.push(Placed::content(key, rect));
    }

    fn ring(
        &self,
        key: WindowKey,
        shape: FrameShape,
        active: bool,
        frame: PixelRect,
        hole: PixelRect,
    ) -> Placed {
        let shadow = shape == FrameShape::Floating;
        Placed {
            item: Item::Ring(key),
            rect: self.metrics().ring(frame, shadow),
            look: Look::Ring {
                active,
                shadow,
                hole,
            },
        }
    }

    /// A window's title bar, without what it says: for most that is what it said before.
    fn title_bar(
        &self,
        key: WindowKey,
        window: &Window,
        shape: FrameShape,
        active: bool,
    ) -> TitleBar {
        let client = self.clients.get(&key.client);
        let mark = if client.is_some_and(|c| c.is_silent()) {
            TitleMark::NotResponding
        } else if window.states.contains(WindowStates::URGENT) {
            TitleMark::Urgent
        } else {
            TitleMark::None
        };
        let hover = match self.shell.hover {
            Hit::Frame(k, FramePart::Button(button)) if k == key => {
                Some((button, self.shell.holds_a_button()))
            }
            _ => None,
        };
        TitleBar {
            title: String::new(),
            shape,
            active,
            mark,
            buttons: self.buttons_of(window),
            hover,
        }
    }

    /// Whether a window looks as if it had the keyboard.
    pub(super) fn is_active(&self, key: WindowKey) -> bool {
        self.seat.focus == Some(key) && !self.seat.absent
    }

    fn place_panels(&self, before: &mut Before<'_>, layout: &mut Vec<Placed>) {
        if let Some((rect, bar)) = self.shown_task_bar() {
            layout.push(before.piece(Item::TaskBar, rect, Piece::TaskBar(bar)));
        }
        match &self.shell.interaction {
            Some(Interaction::Menu(menu)) => {
                layout.push(before.piece(Item::Menu, menu.rect, Piece::Menu(menu.piece.clone())));
            }
            Some(Interaction::Switcher(switcher)) => {
                let (rect, piece) = self.switcher_piece(switcher);
                layout.push(before.piece(Item::Switcher, rect, Piece::Switcher(piece)));
            }
            _ => {}
        }
    }

    fn find_visible(&mut self) {
        let screen = self.screen();
        for window in self.windows.values_mut() {
            window.visible = false;
        }
        let mut covered = Region::new();
        for placed in self.layout.iter().rev() {
            let Some(window) = placed.window().and_then(|k| self.windows.get_mut(&k)) else {
                continue;
            };
            window.visible = !is_covered(placed.rect.intersect(screen), &covered);
            if window.visible && covered.rects().len() < MAX_COVER_PIECES {
                covered.union(&window.opaque_on(screen));
            }
        }
    }

    /// What is at a pixel of the screen.
    pub(super) fn hit(&self, at: PixelPoint) -> Hit {
        if !self.screen().contains(at) {
            return Hit::Desk;
        }
        let mut layout = self.layout.iter().rev();
        layout
            .find_map(|p| self.hit_item(p, at))
            .unwrap_or_default()
    }

    fn hit_item(&self, placed: &Placed, at: PixelPoint) -> Option<Hit> {
        if !placed.rect.contains(at) {
            return None;
        }
        let local = at.moved(-placed.rect.x0, -placed.rect.y0);
        match placed.item {
            Item::Window(key) => {
                let takes = self.windows.get(&key)?.takes_pointer(at);
                takes.then_some(Hit::Window(key))
            }
            Item::Title(key) => Some(Hit::Frame(key, self.part_of_title(key, at)?)),
            Item::Ring(key) => {
                let Look::Ring { hole, .. } = placed.look else {
                    return None;
                };
                let edges = self.edges_at(key, at, self.metrics().border())?;
                (!hole.contains(at)).then_some(Hit::Frame(key, FramePart::Edges(edges)))
            }
            Item::Preview => None,
            Item::TaskBar => Some(Hit::TaskBar(self.bar_part(local))),
            Item::Menu => self.hit_menu(local),
            Item::Switcher => Some(Hit::Panel),
        }
    }

    /// The window at a pixel of the screen that takes the pointer there.
    pub(super) fn window_at(&self, at: PixelPoint) -> Option<WindowKey> {
        match self.hit(at) {
            Hit::Window(key) => Some(key),
            _ => None,
        }
    }

    /// Whether the window in front of the person takes the whole screen.
    pub(super) fn is_fullscreen_in_front(&self) -> bool {
        let mut chain = self
            .seat
            .focus
            .into_iter()
            .flat_map(|k| self.with_parents(k));
        chain.any(|k| {
            let window = self.windows.get(&k);
            window.is_some_and(|w| w.fill == Fill::Fullscreen && w.wants_to_fill())
        })
    }
}

/// The layout before, in which the things of a new one are looked up in about the same order.
struct Before<'a> {
    layout: &'a [Placed],
    /// Behind the thing found last.
    next: usize,
    /// How many things were not where they were looked for.
    missed: usize,
    /// Where everything is, once that were many.
    places: HashMap<Item, usize>,
}

impl<'a> Before<'a> {
    fn new(layout: &'a [Placed]) -> Self {
        Self {
            layout,
            next: 0,
            missed: 0,
            places: HashMap::new(),
        }
    }

    /// How something of the desktop's own looked.
    fn find(&mut self, item: Item) -> Option<&'a Arc<Piece>> {
        let layout = self.layout;
        let near = layout.iter().enumerate().skip(self.next).take(LOOK_AHEAD);
        let found = near
            .filter(|(_, placed)| placed.item == item)
            .map(|(i, _)| i)
            .next();
        let index = match found {
            Some(index) => index,
            None => self.place(item)?,
        };
        self.next = index + 1;
        match &layout.get(index)?.look {
            Look::Piece(piece) => Some(piece),
            _ => None,
        }
    }

    fn place(&mut self, item: Item) -> Option<usize> {
        self.missed += 1;
        if self.missed <= FEW_MISSED {
            return self.layout.iter().position(|placed| placed.item == item);
        }
        if self.places.is_empty() {
            let items = self.layout.iter().enumerate();
            self.places
                .extend(items.map(|(i, placed)| (placed.item, i)));
        }
        self.places.get(&item).copied()
    }

    /// One of the desktop's own things. What looks as before keeps its description.
    fn piece(&mut self, item: Item, rect: PixelRect, piece: Piece) -> Placed {
        let look = match self.find(item) {
            Some(same) if **same == piece => same.clone(),
            _ => Arc::new(piece),
        };
        let look = Look::Piece(look);
        Placed { item, rect, look }
    }

    /// A title bar that says `title`, which is copied only when it is another than before.
    fn title(&mut self, key: WindowKey, rect: PixelRect, bar: TitleBar, title: &str) -> Placed {
        let item = Item::Title(key);
        let look = match self.find(item) {
            Some(same) if matches!(&**same, Piece::TitleBar(was) if was.is_as(&bar, title)) => {
                same.clone()
            }
            _ => Arc::new(Piece::TitleBar(TitleBar {
                title: title.into(),
                ..bar
            })),
        };
        let look = Look::Piece(look);
        Placed { item, rect, look }
    }
}

/// Whether no pixel of `rect` lies outside of `region`.
fn is_covered(rect: PixelRect, region: &Region) -> bool {
    let rects = region.rects();
    let meets = |r: &PixelRect| !r.intersect(rect).is_empty();
    if rect.is_empty() || rects.iter().any(|r| r.contains_rect(rect)) {
        return true;
    }
    if !rects.iter().any(meets) {
        return false;
    }
    let mut rest = Region::from(rect);
    rest.subtract(region);
    rest.is_empty()
}

/// What is remembered of a hit: the content of windows is their own matter.
pub(super) fn hover_of(hit: Hit) -> Hit {
    match hit {
        Hit::Window(_) | Hit::Panel => Hit::Desk,
        Hit::Frame(_, FramePart::Edges(Edges::NONE)) => Hit::Desk,
        hit => hit,
    }
}
