//! Windows and popups: values that exist on the server as long as they do here.

use transom_protocol::Request;
use transom_protocol::codec::Packed;
use transom_protocol::geometry::{Point, Rect, Scale, Size};
use transom_protocol::ids::{ImageId, Serial, WindowId};
use transom_protocol::input::CursorShape;
use transom_protocol::request::{
    Activate, Bell, ChangeState, CreatePopup, CreateWindow, DestroyWindow, FrameKind, GrabKeyboard,
    MovePopup, SetAppId, SetContentRect, SetCursor, SetCursorImage, SetDecorations, SetIcon,
    SetParent, SetRegion, SetSizeLimits, SetTextInput, SetTitle, ShowMenu, StartMove, StartResize,
};
use transom_protocol::window::{
    ColorSpace, Decorations, Edges, Positioner, RegionKind, TextPurpose, WindowKind, WindowStates,
};

use crate::canvas::{Canvas, Frame};
use crate::clipboard::{Clipboard, Selection};
use crate::core::{Core, WindowState};
use crate::error::Error;
use crate::events::Event;
use crate::image::Image;
use crate::link::Link;

/// Rectangles of a region; more are left out. Four times as many would fill a packet.
const MAX_REGION: usize = 16_384;

/// A window that is being described; [`WindowBuilder::build`] makes it.
#[derive(Debug)]
#[must_use = "build() makes the window"]
pub struct WindowBuilder {
    link: Link,
    title: String,
    app_id: String,
    size: Size,
    min: Size,
    max: Size,
    parent: WindowId,
    kind: WindowKind,
    decorations: Decorations,
    stable: Option<u32>,
}

impl WindowBuilder {
    pub(crate) fn new(link: Link, title: String) -> Self {
        Self {
            link,
            title,
            app_id: String::new(),
            size: Size::new(640.0, 480.0),
            min: Size::default(),
            max: Size::default(),
            parent: WindowId::NONE,
            kind: WindowKind::Normal,
            decorations: Decorations::Server,
            stable: None,
        }
    }

    /// The size it would like, in logical units; 640 by 480 unless said.
    pub fn size(self, width: f32, height: f32) -> Self {
        Self {
            size: Size::new(width, height),
            ..self
        }
    }

    /// Not smaller than this, in logical units.
    pub fn min_size(self, width: f32, height: f32) -> Self {
        Self {
            min: Size::new(width, height),
            ..self
        }
    }

    /// Not larger than this, in logical units.
    pub fn max_size(self, width: f32, height: f32) -> Self {
        Self {
            max: Size::new(width, height),
            ..self
        }
    }

    /// Which program it belongs to: by custom a reverse domain name.
    pub fn app_id(self, app_id: impl Into<String>) -> Self {
        Self {
            app_id: app_id.into(),
            ..self
        }
    }

    /// The window it belongs to. Dialogs and utilities stay over theirs.
    pub fn parent(self, parent: &Window) -> Self {
        Self {
            parent: parent.id,
            ..self
        }
    }

    /// What it is for.
    pub fn kind(self, kind: WindowKind) -> Self {
        Self { kind, ..self }
    }

    /// Who draws title bar and border; the server unless said.
    pub fn decorations(self, decorations: Decorations) -> Self {
        Self {
            decorations,
            ..self
        }
    }

    /// The program's own number for it, which a program that comes back uses again. Unless said,
    /// windows are numbered in the order they are made.
    pub fn stable(self, stable: u32) -> Self {
        Self {
            stable: Some(stable),
            ..self
        }
    }

    /// Makes the window. It is seen with its first frame.
    pub fn build(self) -> Window {
        let id = self.link.core(|core| {
            let window = WindowId(core.new_surface().0);
            let stable = self.stable.unwrap_or_else(|| core.new_stable());
            let request = Request::CreateWindow(CreateWindow {
                window,
                stable,
                parent: self.parent,
                kind: self.kind,
                decorations: self.decorations,
                color_space: ColorSpace::SRGB,
                size: self.size,
                title: self.title.as_str().into(),
                app_id: self.app_id.as_str().into(),
            });
            core.create_window(window, self.size, self.decorations, &request);
            if (self.min, self.max) != (Size::default(), Size::default()) {
                let limits = SetSizeLimits {
                    window,
                    min: self.min,
                    max: self.max,
                };
                core.attribute(window, limits);
            }
            window
        });
        Window {
            link: self.link,
            id,
        }
    }
}

/// A window or popup. Dropping it destroys it.
///
/// What its methods ask for goes out with the next commit or wait for events. Title, app id, icon
/// and cursor take effect then; size limits, regions and a popup's place with the next frame.
#[derive(Debug)]
pub struct Window {
    link: Link,
    id: WindowId,
}

impl Window {
    pub(crate) fn link(&self) -> &Link {
        &self.link
    }

    /// Its number, as events name it.
    pub fn id(&self) -> WindowId {
        self.id
    }

    fn look<T>(&self, look: impl FnOnce(&WindowState) -> T) -> T {
        self.link.core(|core| {
            look(
                core.windows
                    .get(&self.id)
                    .expect("it is there until dropped"),
            )
        })
    }

    fn ask<'a>(&self, request: impl Into<Request<'a>>) {
        self.link.core(|core| core.request(request));
    }

    fn set<'a>(&self, attribute: impl Into<Request<'a>>) {
        self.link.core(|core| core.attribute(self.id, attribute));
    }

    /// What the next full frame will have, in logical units.
    pub fn size(&self) -> Size {
        self.look(|state| state.size)
    }

    /// Device pixels per logical unit, as far as is known.
    pub fn scale(&self) -> Scale {
        self.look(|state| state.scale)
    }

    /// Active, maximised and so on, as the server said last.
    pub fn states(&self) -> WindowStates {
        self.look(|state| state.states)
    }

    /// Who draws title bar and border, as the server said last.
    pub fn decorations(&self) -> Decorations {
        self.look(|state| state.decorations)
    }

    /// Begins a frame that stands for itself, at the window's present size. It begins
    /// transparent, so draw all of it.
    pub fn frame(&self) -> Frame<'_> {
        let (configure, size, scale) = self.look(|s| (s.configure, s.size, s.scale));
        Frame::new(
            self,
            FrameKind::Full,
            configure,
            Canvas::blank(self.link.clone(), size).with_scale(scale),
        )
    }

    /// Begins a frame that builds on the one before and has its size: for scrolling, or a small
    /// change of a large picture. The first frame, and the one after
    /// [`Event::Redraw`](crate::Event::Redraw) or `Resized`, should be a full one.
    pub fn incremental(&self) -> Frame<'_> {
        let ((configure, size), scale) = self.look(|state| {
            let drawn = state.drawn.unwrap_or((state.configure, state.size));
            (drawn, state.scale)
        });
        let canvas = Canvas::new(self.link.clone(), size).with_scale(scale);
        Frame::new(self, FrameKind::Incremental, configure, canvas)
    }

    /// Whether the next frame would not get ahead of the screen and the link. Programs that draw
    /// all the time draw when this says so; [`Event::FrameShown`](crate::Event::FrameShown) is
    /// when to ask again.
    pub fn can_draw(&self) -> bool {
        self.link.core(|core| core.can_draw(self.id))
    }

    /// Waits until [`Window::can_draw`]. Events that come meanwhile can be read afterwards.
    ///
    /// # Errors
    ///
    /// When the connection has ended, or the server has refused the window.
    pub fn wait_frame(&self) -> Result<(), Error> {
        self.link.wait_until(|core| core.can_draw(self.id))?;
        self.check_made()
    }

    fn check_made(&self) -> Result<(), Error> {
        match self.look(|state| state.refused) {
            true => Err(Error::WindowRefused),
            false => Ok(()),
        }
    }

    /// Waits until it has to be drawn: at first, when it has another size or scale, and when its
    /// picture is lost. `false`: the person wants it closed.
    ///
    /// This is the whole loop of a program that has one window and only shows something. All other
    /// events are read and dropped; a program that wants them has [`Display::next_event`].
    ///
    /// # Errors
    ///
    /// When the connection has ended, or the server has refused the window.
    ///
    /// [`Display::next_event`]: crate::Display::next_event
    pub fn wait_redraw(&self) -> Result<bool, Error> {
        if self.look(|state| state.drawn.is_none()) {
            return Ok(true);
        }
        loop {
            self.check_made()?;
            match self.link.take_event()? {
                Some(Event::CloseRequested { window }) if window == self.id => return Ok(false),
                Some(Event::Resized { window, .. }) if window == self.id => return Ok(true),
                Some(Event::Redraw { surface }) if surface == self.id.into() => return Ok(true),
                Some(_) => {}
                None => self.link.wait(None)?,
            }
        }
    }

    /// Gives it another name.
    pub fn set_title(&self, title: &str) {
        self.set(SetTitle {
            window: self.id,
            title: title.into(),
        });
    }

    /// Says which program it belongs to.
    pub fn set_app_id(&self, app_id: &str) {
        self.set(SetAppId {
            window: self.id,
            app_id: app_id.into(),
        });
    }

    /// The size of its next full frame, in logical units. The server follows.
    pub fn set_size(&self, width: f32, height: f32) {
        self.link.core(|core| {
            let state = core.windows.get_mut(&self.id);
            state
                .into_iter()
                .for_each(|state| state.size = Size::new(width, height));
        });
    }

    /// Bounds its size, in logical units; 0 is no bound.
    pub fn set_size_limits(&self, min: Size, max: Size) {
        self.set(SetSizeLimits {
            window: self.id,
            min,
            max,
        });
    }

    /// Gives it a small picture, or none. The image may be dropped then.
    pub fn set_icon(&self, image: Option<&Image>) {
        let image = image.map_or(ImageId::NONE, Image::id);
        self.set(SetIcon {
            window: self.id,
            image,
        });
    }

    /// The pointer's picture over it.
    pub fn set_cursor(&self, shape: CursorShape) {
        self.set(SetCursor {
            window: self.id,
            shape,
        });
    }

    /// An image as the pointer's picture over it; `hotspot` is its pixel that points.
    pub fn set_cursor_image(&self, image: &Image, hotspot: Point) {
        self.set(SetCursorImage {
            window: self.id,
            image: image.id(),
            hotspot,
        });
    }

    /// Where it takes the pointer, in logical units; `None`: everywhere.
    pub fn set_input_region(&self, rects: Option<&[Rect]>) {
        self.set_region(RegionKind::Input, rects);
    }

    /// Where it promises to be opaque, in logical units; `None`: nowhere.
    pub fn set_opaque_region(&self, rects: Option<&[Rect]>) {
        self.set_region(RegionKind::Opaque, rects);
    }

    fn set_region(&self, kind: RegionKind, rects: Option<&[Rect]>) {
        let mut packed = Vec::new();
        let unset = rects.is_none().into();
        let rects = rects.unwrap_or_default();
        let rects = Packed::pack(&rects[..rects.len().min(MAX_REGION)], &mut packed);
        self.set(SetRegion {
            window: self.id,
            kind,
            unset,
            rects,
        });
    }

    /// Which part is not shadow, in logical units, when the program draws shadows around it.
    pub fn set_content_rect(&self, rect: Rect) {
        self.set(SetContentRect {
            window: self.id,
            rect,
        });
    }

    /// Who shall draw title bar and border.
    pub fn set_decorations(&self, decorations: Decorations) {
        self.set(SetDecorations {
            window: self.id,
            decorations,
        });
    }

    /// Makes it belong to another, or to none.
    pub fn set_parent(&self, parent: Option<&Self>) {
        let parent = parent.map_or(WindowId::NONE, Self::id);
        self.set(SetParent {
            window: self.id,
            parent,
        });
    }

    /// Asks for states to be set or cleared: `MAXIMIZED`, `FULLSCREEN`, `MINIMIZED`, `ABOVE`,
    /// `URGENT`. [`Event::StatesChanged`](crate::Event::StatesChanged) says what became of it.
    pub fn change_state(&self, states: WindowStates, on: bool) {
        let (set, clear) = match on {
            true => (states, WindowStates::NONE),
            false => (WindowStates::NONE, states),
        };
        self.set(ChangeState {
            window: self.id,
            set,
            clear,
        });
    }

    /// Asks to be raised and to have the keyboard, on the strength of the input read last.
    pub fn activate(&self) {
        self.ask(Activate {
            window: self.id,
            serial: self.last_input(),
        });
    }

    /// Lets the person move it with the pointer while the button is held whose press was read last.
    pub fn start_move(&self) {
        self.ask(StartMove {
            window: self.id,
            serial: self.last_input(),
        });
    }

    /// Lets the person resize it by these edges while the button is held whose press was read last.
    pub fn start_resize(&self, edges: Edges) {
        self.ask(StartResize {
            window: self.id,
            serial: self.last_input(),
            edges,
        });
    }

    /// Opens its menu, at a point in logical units.
    pub fn show_menu(&self, at: Point) {
        self.ask(ShowMenu {
            window: self.id,
            serial: self.last_input(),
            at,
        });
    }

    /// Draws attention to it.
    pub fn bell(&self) {
        self.ask(Bell { window: self.id });
    }

    /// Asks for all keys, those of the desktop too, while it has the keyboard.
    pub fn grab_keyboard(&self, grab: bool) {
        self.set(GrabKeyboard {
            window: self.id,
            grab: grab.into(),
        });
    }

    /// Says that text is being entered at `caret`, in logical units, or (`None`) that it is not.
    ///
    /// From then on an input method may keep keys for itself, and what it makes of them comes as
    /// [`Event::Preedit`](crate::Event::Preedit) and [`Event::TextCommit`](crate::Event::TextCommit);
    /// other keys come as ever. Its window appears at the caret: say this again whenever that moves.
    /// What is said already costs nothing, so it can be said with every frame. To say that no
    /// text is entered and then that it is drops what is being composed.
    pub fn set_text_input(&self, caret: Option<Rect>, purpose: TextPurpose) {
        let (enabled, caret) = (caret.is_some().into(), caret.unwrap_or_default());
        let request = SetTextInput {
            window: self.id,
            enabled,
            purpose,
            caret,
        };
        let said = self.link.core(|core| {
            let state = core.windows.get_mut(&self.id);
            state.is_some_and(|state| state.text_input.replace(request) == Some(request))
        });
        if !said {
            self.set(request);
        }
    }

    /// Makes a popup that belongs to this window: a menu, a tooltip. It is told where it landed by
    /// [`Event::PopupPlaced`](crate::Event::PopupPlaced).
    pub fn popup(&self, positioner: Positioner, width: f32, height: f32) -> Self {
        let size = Size::new(width, height);
        let id = self.link.core(|core| {
            let window = WindowId(core.new_surface().0);
            let request = Request::CreatePopup(CreatePopup {
                window,
                stable: core.new_stable(),
                parent: self.id,
                color_space: ColorSpace::SRGB,
                size,
                positioner,
            });
            core.create_window(window, size, Decorations::None, &request);
            window
        });
        Self {
            link: self.link.clone(),
            id,
        }
    }

    /// Places a popup anew, with its next frame.
    pub fn move_popup(&self, positioner: Positioner) {
        self.set(MovePopup {
            window: self.id,
            positioner,
        });
    }

    /// What copy and paste use.
    pub fn clipboard(&self) -> Clipboard {
        Clipboard::new(self.link.clone(), Selection::Clipboard)
    }

    /// What is selected with the pointer and pasted with its middle button.
    pub fn primary(&self) -> Clipboard {
        Clipboard::new(self.link.clone(), Selection::Primary)
    }

    fn last_input(&self) -> Serial {
        self.link.core(|core| core.seat.last_serial)
    }
}

impl Drop for Window {
    fn drop(&mut self) {
        self.link.core(|core| core.destroy_window(self.id));
    }
}

impl Core {
    fn create_window(
        &mut self,
        window: WindowId,
        size: Size,
        decorations: Decorations,
        request: &Request<'_>,
    ) {
        let state = WindowState {
            size,
            scale: self
                .server
                .as_ref()
                .map_or(Scale::ONE, |server| server.scale),
            states: WindowStates::NONE,
            decorations,
            configure: Serial::NONE,
            drawn: None,
            in_flight: Default::default(),
            is_popup: matches!(request, Request::CreatePopup(_)),
            refused: false,
            text_input: None,
        };
        self.windows.insert(window, state);
        self.mirror.create_window(window, request);
        self.lanes.urgent(request);
    }

    /// Asks for something that a window keeps, and that is asked for again after a loss.
    pub(crate) fn attribute<'a>(&mut self, window: WindowId, request: impl Into<Request<'a>>) {
        let request = request.into();
        let image = match &request {
            Request::SetIcon(r) => r.image,
            Request::SetCursorImage(r) => r.image,
            _ => ImageId::NONE,
        };
        self.lanes.urgent_after(&request, self.needed(image));
        self.mirror.attribute(window, &request);
    }

    fn destroy_window(&mut self, window: WindowId) {
        self.windows.remove(&window);
        self.request(DestroyWindow { window });
        self.mirror.destroy_window(window);
    }
}
