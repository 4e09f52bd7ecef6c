//! [`Fixture`]: a desktop with clients, a clock in the hand and a picture.

use std::sync::Arc;
use std::time::Duration;

use transom_protocol::codec::Packet;
use transom_protocol::color::{Color, Pixel};
use transom_protocol::geometry::{PixelRect, PixelSize, Point, Rect, Scale, Size};
use transom_protocol::ids::{FrameId, Serial, WindowId};
use transom_protocol::input::{
    Button, ButtonState, KeyCode, KeyLocation, KeyState, LogicalKey, Modifiers,
};
use transom_protocol::request::{CreatePopup, CreateWindow};
use transom_protocol::window::{
    Adjustments, ColorSpace, Decorations, Edges, Positioner, WindowKind,
};
use transom_protocol::{Event, Request};

use super::super::*;
use crate::chrome::Painter;
use crate::composite::{composite, resolve};
use crate::raster::Pixmap;
use crate::time::Timestamp;

pub(super) struct Fixture {
    pub(super) desktop: Desktop,
    pub(super) now: Timestamp,
    pub(super) frame: FrameId,
    pub(super) picture: Pixmap,
    painter: Painter,
}

pub(super) const fn rect(x: i32, y: i32, width: u32, height: u32) -> PixelRect {
    PixelRect::new(x, y, width, height)
}

pub(super) fn output(width: u32, height: u32) -> Output {
    Output {
        size: PixelSize::new(width, height),
        scale: Scale::ONE,
        refresh: 16_666_667,
    }
}

pub(super) fn filled(size: PixelSize, color: Color) -> Arc<Pixmap> {
    let mut pixmap = Pixmap::new(size);
    pixmap.pixels_mut().fill(color.premultiply().0);
    Arc::new(pixmap)
}

/// A positioner that hangs a popup below a button, without adjustments and grab.
pub(super) fn below(anchor_rect: Rect) -> Positioner {
    Positioner {
        anchor_rect,
        anchor: Edges::BOTTOM | Edges::LEFT,
        gravity: Edges::BOTTOM | Edges::RIGHT,
        offset: Point::default(),
        adjustments: Adjustments::NONE,
        grab: Serial::NONE,
    }
}

pub(super) fn window_request(window: u32, kind: WindowKind, parent: u32) -> CreateWindow<'static> {
    CreateWindow {
        window: WindowId(window),
        stable: window,
        parent: WindowId(parent),
        kind,
        decorations: Decorations::Server,
        color_space: ColorSpace::SRGB,
        size: Size::new(50.0, 50.0),
        title: "a window".into(),
        app_id: "test".into(),
    }
}

impl Fixture {
    pub(super) fn new(width: u32, height: u32) -> Self {
        Self::with_config(output(width, height), Config::bare())
    }

    pub(super) fn with_config(output: Output, config: Config) -> Self {
        let mut fixture = Self {
            desktop: Desktop::with_config(output, config),
            now: Timestamp::ZERO,
            frame: FrameId::NONE,
            picture: Pixmap::new(output.size),
            painter: Painter::new(),
        };
        fixture.present();
        fixture
    }

    pub(super) fn client(&mut self) -> ClientId {
        self.desktop.add_client(ClientInfo::default())
    }

    pub(super) fn create(&mut self, client: ClientId, window: u32) -> WindowKey {
        let request = window_request(window, WindowKind::Normal, 0);
        self.desktop.create_window(client, &request);
        WindowKey::new(client, WindowId(window))
    }

    /// A new window of `client` (its `window`th) that shows `color`.
    pub(super) fn window(
        &mut self,
        client: ClientId,
        window: u32,
        size: (u32, u32),
        color: Color,
    ) -> WindowKey {
        let key = self.create(client, window);
        self.commit(key, size, color);
        key
    }

    /// A new window whose place is `rect` on the screen.
    pub(super) fn window_at(
        &mut self,
        client: ClientId,
        window: u32,
        rect: PixelRect,
        color: Color,
    ) -> WindowKey {
        let key = self.window(client, window, (rect.width(), rect.height()), color);
        self.desktop.move_window(key, rect.origin());
        self.desktop.settle();
        key
    }

    pub(super) fn dialog(&mut self, parent: WindowKey, window: u32, size: (u32, u32)) -> WindowKey {
        let request = window_request(window, WindowKind::Dialog, parent.window.0);
        self.desktop.create_window(parent.client, &request);
        let key = parent.sibling(WindowId(window));
        self.commit(key, size, Color::GREEN);
        key
    }

    /// A popup that was not committed yet.
    pub(super) fn create_popup(
        &mut self,
        parent: WindowKey,
        window: u32,
        size: (u32, u32),
        positioner: Positioner,
    ) -> WindowKey {
        let request = CreatePopup {
            window: WindowId(window),
            stable: window,
            parent: parent.window,
            color_space: ColorSpace::SRGB,
            size: Size::new(size.0 as f32, size.1 as f32),
            positioner,
        };
        self.desktop.create_popup(parent.client, &request);
        parent.sibling(WindowId(window))
    }

    pub(super) fn popup(
        &mut self,
        parent: WindowKey,
        window: u32,
        size: (u32, u32),
        positioner: Positioner,
    ) -> WindowKey {
        let key = self.create_popup(parent, window, size, positioner);
        self.commit(key, size, Color::WHITE);
        key
    }

    /// A popup that takes pointer and keyboard, opened by the last input of its client.
    pub(super) fn menu(&mut self, parent: WindowKey, window: u32, size: (u32, u32)) -> WindowKey {
        let positioner = Positioner {
            grab: self.last_input(parent.client),
            ..below(Rect::new(0.0, 0.0, 10.0, 10.0))
        };
        self.popup(parent, window, size, positioner)
    }

    pub(super) fn last_input(&self, client: ClientId) -> Serial {
        self.desktop.clients[&client].last_input()
    }

    pub(super) fn commit(&mut self, key: WindowKey, size: (u32, u32), color: Color) -> FrameId {
        let pixmap = filled(PixelSize::new(size.0, size.1), color);
        let all = Region::from(pixmap.bounds());
        self.commit_content(key, pixmap, all, Serial::NONE)
    }

    pub(super) fn commit_for(&mut self, key: WindowKey, size: PixelSize, configure: Serial) {
        let pixmap = filled(size, Color::BLUE);
        let all = Region::from(pixmap.bounds());
        self.commit_content(key, pixmap, all, configure);
    }

    pub(super) fn commit_content(
        &mut self,
        key: WindowKey,
        pixmap: Arc<Pixmap>,
        damage: Region,
        configure: Serial,
    ) -> FrameId {
        let scale = self.desktop.begin(key, configure).unwrap_or_default();
        let content = Content {
            pixmap,
            scale,
            configure,
            damage,
        };
        self.commit_all(key.client, vec![(key.window, Some(content))])
    }

    pub(super) fn commit_all(
        &mut self,
        client: ClientId,
        windows: Vec<(WindowId, Option<Content>)>,
    ) -> FrameId {
        self.frame = self.frame.next();
        let mut committed: Vec<CommittedWindow> = windows
            .into_iter()
            .map(|(window, content)| CommittedWindow {
                window,
                content,
                retired: None,
            })
            .collect();
        self.desktop
            .commit(client, self.frame, &mut committed, self.now);
        self.frame
    }

    pub(super) fn request<'a>(
        &mut self,
        client: ClientId,
        request: impl Into<Request<'a>>,
    ) -> Result<(), Refusal> {
        self.desktop
            .window_request(client, &request.into(), self.now)
    }

    pub(super) fn input(&mut self, input: Input) {
        self.desktop.handle_input(input, self.now);
    }

    pub(super) fn motion(&mut self, x: f64, y: f64) {
        self.input(Input::Motion {
            at: ScreenPoint::new(x, y),
        });
    }

    pub(super) fn button(&mut self, button: Button, state: ButtonState) {
        self.input(Input::Button { button, state });
    }

    /// Presses the left button at a place.
    pub(super) fn press(&mut self, x: f64, y: f64) {
        self.motion(x, y);
        self.button(Button::LEFT, ButtonState::Pressed);
    }

    pub(super) fn release(&mut self) {
        self.button(Button::LEFT, ButtonState::Released);
    }

    pub(super) fn click(&mut self, x: f64, y: f64) {
        self.press(x, y);
        self.release();
    }

    pub(super) fn key(&mut self, code: KeyCode, state: KeyState, text: &str) {
        self.input(Input::Key(KeyInput {
            code,
            evdev: 0,
            logical: LogicalKey::UNIDENTIFIED,
            unmodified: LogicalKey::UNIDENTIFIED,
            location: KeyLocation::Standard,
            text: text.to_string(),
            state,
        }));
    }

    pub(super) fn modifiers(&mut self, depressed: Modifiers) {
        let modifiers = event::ModifiersChanged {
            depressed,
            ..self.desktop.seat.modifiers
        };
        self.input(Input::Modifiers(modifiers));
    }

    /// Presses and releases a key while these modifiers are held.
    pub(super) fn shortcut(&mut self, modifiers: Modifiers, code: KeyCode) {
        self.modifiers(modifiers);
        self.key(code, KeyState::Pressed, "");
        self.key(code, KeyState::Released, "");
        self.modifiers(Modifiers::NONE);
    }

    pub(super) fn pass(&mut self, time: Duration) {
        self.now = self.now.after(time);
        self.desktop.handle_timeout(self.now);
    }

    /// What was damaged since it was asked last, without showing it.
    pub(super) fn take_damage(&mut self) -> Vec<PixelRect> {
        self.desktop.scene().damage.rects().to_vec()
    }

    /// Composites the damage onto the picture, which must then be the same as one composited anew.
    pub(super) fn present(&mut self) {
        let mut scene = self.desktop.scene();
        resolve(&mut scene, &mut self.painter);
        if self.picture.size() != scene.size {
            self.picture = Pixmap::new(scene.size);
        }
        let all = PixelRect::from_size(scene.size);
        composite(&scene, &scene.damage, &mut self.picture.target(all));
        let mut anew = Pixmap::new(scene.size);
        composite(&scene, &Region::from(all), &mut anew.target(all));
        if self.picture != anew {
            let wrong = |(i, (a, b)): (usize, (&u32, &u32))| (a != b).then_some(i);
            let pixels = self.picture.pixels().iter().zip(anew.pixels());
            let first = pixels.enumerate().find_map(wrong).unwrap_or_default();
            let width = scene.size.width as usize;
            panic!(
                "the damage {:?} leaves out ({}, {})",
                scene.damage.rects(),
                first % width,
                first / width
            );
        }
        self.desktop.presented(&scene, self.now);
    }

    pub(super) fn pixel(&self, x: usize, y: usize) -> Pixel {
        Pixel(self.picture.pixels()[y * self.picture.size().width as usize + x])
    }

    pub(super) fn rect_of(&self, key: WindowKey) -> PixelRect {
        self.desktop.windows[&key].rect().unwrap_or_default()
    }

    /// The windows shown, from back to front, as (client, window).
    pub(super) fn shown(&self) -> Vec<(u32, u32)> {
        let layout = self.desktop.layout.iter();
        let windows = layout.filter_map(|p| p.window());
        windows.map(|k| (k.client.0, k.window.0)).collect()
    }

    /// The bytes of the events for a client, which are then gone.
    pub(super) fn bytes(&mut self, client: ClientId) -> Vec<u8> {
        let mut bytes = Vec::new();
        self.desktop.drain_events(client, &mut bytes);
        bytes
    }

    /// The events for a client, in short, without configures.
    pub(super) fn events(&mut self, client: ClientId) -> Vec<String> {
        let bytes = self.bytes(client);
        let mut told = Vec::new();
        each_event(&bytes, |event| match event {
            Event::Configure(_) => {}
            event => told.push(in_short(event)),
        });
        told
    }

    /// The last configure for a window among the events for its client, which are then gone.
    pub(super) fn configure(&mut self, key: WindowKey) -> Option<event::Configure> {
        let bytes = self.bytes(key.client);
        let mut last = None;
        each_event(&bytes, |event| match event {
            Event::Configure(c) if c.window == key.window => last = Some(*c),
            _ => {}
        });
        last
    }

    /// Forgets the events for a client.
    pub(super) fn forget_events(&mut self, client: ClientId) {
        self.bytes(client);
    }
}

pub(super) use transom_protocol::event;

pub(super) fn each_event(mut bytes: &[u8], mut each: impl FnMut(&Event<'_>)) {
    while let Some((packet, used)) = Packet::split(bytes).expect("whole packets") {
        each(&Event::decode(packet).expect("our own events"));
        bytes = &bytes[used..];
    }
    assert!(bytes.is_empty(), "the last packet is incomplete");
}

fn in_short(event: &Event<'_>) -> String {
    match event {
        Event::KeyboardEnter(e) => format!("keyboard enter {} {:?}", e.window.0, codes(e)),
        Event::KeyboardLeave(e) => format!("keyboard leave {}", e.window.0),
        Event::ModifiersChanged(e) => format!("modifiers {}", e.depressed.0),
        Event::Key(e) if e.code.0 == 0 => format!("key {:?} {:?}", e.text.0, e.state),
        Event::Key(e) => format!("key {} {:?}", e.code.0, e.state),
        Event::Preedit(e) => {
            let [begin, end] = [e.cursor_begin, e.cursor_end].map(|at| at as i32);
            format!("preedit {} {:?} {begin}-{end}", e.window.0, e.text.0)
        }
        Event::TextCommit(e) => format!("commit {} {:?}", e.window.0, e.text.0),
        Event::PointerEnter(e) => format!("enter {} {},{}", e.window.0, e.at.x, e.at.y),
        Event::PointerLeave(e) => format!("leave {}", e.window.0),
        Event::PointerMotion(e) => format!("motion {},{}", e.at.x, e.at.y),
        Event::PointerButton(e) => format!("button {} {:?}", e.button, e.state),
        Event::PointerScroll(e) => format!("scroll {},{}", e.pixels.x, e.pixels.y),
        Event::PointerFrame(_) => "frame".to_string(),
        Event::TouchDown(e) => {
            let (window, at) = (e.window.0, e.at);
            format!("touch {} down {window} {},{}", e.touch, at.x, at.y)
        }
        Event::TouchMove(e) => format!("touch {} at {},{}", e.touch, e.at.x, e.at.y),
        Event::TouchUp(e) => format!("touch {} up", e.touch),
        Event::TouchFrame(_) => "touch frame".to_string(),
        Event::PopupPlaced(e) => {
            let Rect {
                x,
                y,
                width,
                height,
            } = e.rect;
            format!("placed {} {x},{y} {width}x{height}", e.window.0)
        }
        Event::PopupDismissed(e) => format!("dismissed {}", e.window.0),
        Event::FrameShown(e) => format!("shown {} {} {}", e.window.0, e.frame.0, e.flags.0),
        event => event.name().to_string(),
    }
}

fn codes(enter: &event::KeyboardEnter<'_>) -> Vec<u16> {
    enter.keys.iter().map(|k| k.0).collect()
}
