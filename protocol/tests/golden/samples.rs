//! One canonical sample of everything that can travel. No two fields of a sample are alike if they
//! can help it, so that swapping them changes the bytes.

#![allow(dead_code, reason = "each test binary uses a part of the samples")]

use transom_protocol::clipboard::{MimeTypes, Selection, TransferStatus};
use transom_protocol::codec::{Blob, Packed, Text};
use transom_protocol::color::Color;
use transom_protocol::draw::{
    Blend, Cap, DrawBuffer, Ellipse, FillRule, Filter, ImagePart, Join, Paint, PathBuffer,
    PathStep, PixelData, PoolPixels, RunPositions, Segment, StrokeStyle, Triangle, Vertex,
};
use transom_protocol::error::ErrorCode;
use transom_protocol::event::{self, Event, ShownFlags};
use transom_protocol::geometry::{PixelRect, PixelSize, Point, Rect, Scale, Size, Transform};
use transom_protocol::glyph::GlyphBuffer;
use transom_protocol::hello::{Codec, Features, Hello, Welcome};
use transom_protocol::ids::{
    FrameId, GlyphSetId, ImageId, ListId, OfferId, PaintId, PoolId, Serial, SurfaceId, TransferId,
    WindowId,
};
use transom_protocol::input::{
    Button, ButtonState, CursorShape, KeyCode, KeyLocation, KeyState, KnownModifiers, LogicalKey,
    Modifiers, NamedKey, ScrollSource,
};
use transom_protocol::paint::{
    DefineConic, DefineLinear, DefinePattern, DefineRadial, DestroyPaint, Extend, Stop,
};
use transom_protocol::request::{self, FrameKind, GlyphSetFlags, ImageFlags, ImageFormat, Request};
use transom_protocol::window::{
    Adjustments, ColorSpace, Decorations, Edges, Positioner, RegionKind, TextPurpose, WindowKind,
    WindowStates,
};

const WINDOW: WindowId = WindowId(0x101);
const OTHER: WindowId = WindowId(0x102);
const SURFACE: SurfaceId = SurfaceId(0x201);
const IMAGE: ImageId = ImageId(0x301);
const SET: GlyphSetId = GlyphSetId(0x401);
const LIST: ListId = ListId(0x501);
const PAINT_ID: PaintId = PaintId(0x901);
const TRANSFORM: Transform = Transform {
    a: 1.0,
    b: 2.0,
    c: 3.0,
    d: 4.0,
    e: 5.0,
    f: 6.0,
};
const POOL: PoolId = PoolId(0x601);
const OFFER: OfferId = OfferId(0x701);
const TRANSFER: TransferId = TransferId(0x801);
const SERIAL: Serial = Serial(0x0a0b_0c0d);
const RECT: Rect = Rect::new(1.0, -2.0, 3.5, 4.25);
const PIXELS: PixelRect = PixelRect::from_edges(-1, 2, 9, 22);

pub(crate) fn positioner() -> Positioner {
    Positioner {
        anchor_rect: RECT,
        anchor: Edges::BOTTOM | Edges::LEFT,
        gravity: Edges::BOTTOM | Edges::RIGHT,
        offset: Point::new(5.0, -6.0),
        adjustments: Adjustments::FLIP_Y | Adjustments::SLIDE_X,
        grab: SERIAL,
    }
}

/// Gives `see` a sample of every request.
pub(crate) fn requests(mut see: impl FnMut(Request<'_>)) {
    let mut buffer = Vec::new();
    let mut ops = DrawBuffer::new();
    ops.clear_to(Color::rgba(1, 2, 3, 4));
    let mut glyphs = GlyphBuffer::new();
    glyphs.outline(0x41, 600, &[]);
    let mut say = |request: Request<'_>| see(request);

    say(Hello {
        min_version: 1,
        max_version: 2,
        features: Features::CLIPBOARD | Features::TOUCH,
        codec: Codec::Zstd,
        accepts: 3,
        instance: std::array::from_fn(|i| 0xa0 + i as u8),
        resume_secret: std::array::from_fn(|i| 0xc0 + i as u8),
        resume: 1,
        pid: 4242,
        token: Blob(&[0x5a; 4]),
        program: Text("clock"),
        host: Text("board"),
        extensions: &[9, 0, 1, 0, 7],
    }
    .into());
    say(request::Sync { id: 0x1122_3344 }.into());
    say(request::Pong { serial: SERIAL }.into());
    say(request::AckInput { serial: SERIAL }.into());
    say(group().into());
    say(request::CreateWindow {
        window: WINDOW,
        stable: 7,
        parent: OTHER,
        kind: WindowKind::Dialog,
        decorations: Decorations::None,
        color_space: ColorSpace::SRGB,
        size: Size::new(320.0, 200.5),
        title: Text("Zeit ⏰"),
        app_id: Text("org.example.Clock"),
    }
    .into());
    say(request::CreatePopup {
        window: WINDOW,
        stable: 8,
        parent: OTHER,
        color_space: ColorSpace::SRGB,
        size: Size::new(100.0, 50.0),
        positioner: positioner(),
    }
    .into());
    say(request::DestroyWindow { window: WINDOW }.into());
    say(request::SetTitle {
        window: WINDOW,
        title: Text("two"),
    }
    .into());
    say(request::SetAppId {
        window: WINDOW,
        app_id: Text("org.example"),
    }
    .into());
    say(request::SetIcon {
        window: WINDOW,
        image: IMAGE,
    }
    .into());
    say(request::SetCursor {
        window: WINDOW,
        shape: CursorShape::GRABBING,
    }
    .into());
    say(request::SetCursorImage {
        window: WINDOW,
        image: IMAGE,
        hotspot: Point::new(3.0, 4.0),
    }
    .into());
    say(request::SetSizeLimits {
        window: WINDOW,
        min: Size::new(10.0, 20.0),
        max: Size::new(30.0, 40.0),
    }
    .into());
    say(request::SetRegion {
        window: WINDOW,
        kind: RegionKind::Opaque,
        unset: 0,
        rects: Packed::pack(&[RECT, Rect::new(0.0, 0.0, 8.0, 9.0)], &mut buffer),
    }
    .into());
    say(request::SetContentRect {
        window: WINDOW,
        rect: RECT,
    }
    .into());
    say(request::SetDecorations {
        window: WINDOW,
        decorations: Decorations::Client,
    }
    .into());
    say(request::SetParent {
        window: WINDOW,
        parent: OTHER,
    }
    .into());
    say(request::ChangeState {
        window: WINDOW,
        set: WindowStates::MAXIMIZED,
        clear: WindowStates::FULLSCREEN | WindowStates::MINIMIZED,
    }
    .into());
    say(request::Activate {
        window: WINDOW,
        serial: SERIAL,
    }
    .into());
    say(request::StartMove {
        window: WINDOW,
        serial: SERIAL,
    }
    .into());
    say(request::StartResize {
        window: WINDOW,
        serial: SERIAL,
        edges: Edges::TOP | Edges::RIGHT,
    }
    .into());
    say(request::ShowMenu {
        window: WINDOW,
        serial: SERIAL,
        at: Point::new(12.0, 13.0),
    }
    .into());
    say(request::MovePopup {
        window: WINDOW,
        positioner: positioner(),
    }
    .into());
    say(request::Bell { window: WINDOW }.into());
    say(request::GrabKeyboard {
        window: WINDOW,
        grab: 1,
    }
    .into());
    say(request::SetTextInput {
        window: WINDOW,
        enabled: 1,
        purpose: TextPurpose::URL,
        caret: RECT,
    }
    .into());
    say(request::CreateSurface {
        surface: SURFACE,
        size: Size::new(64.0, 32.0),
        scale: Scale(180),
        follow: OTHER,
        color_space: ColorSpace::SRGB,
    }
    .into());
    say(request::DestroySurface { surface: SURFACE }.into());
    say(request::ReadPixels {
        id: 0x1122_3344,
        surface: SURFACE,
        rect: PIXELS,
    }
    .into());
    say(request::Begin {
        window: WINDOW,
        configure: SERIAL,
        size: Size::new(640.0, 480.0),
    }
    .into());
    say(request::Draw {
        surface: SURFACE,
        ops: ops.ops(),
    }
    .into());
    say(request::Commit {
        frame: FrameId(99),
        kind: FrameKind::Incremental,
        windows: Packed::pack(&[WINDOW, OTHER], &mut buffer),
    }
    .into());
    say(request::BeginImage {
        image: IMAGE,
        size: PixelSize::new(2, 3),
        format: ImageFormat::Rgba,
        flags: ImageFlags::PROGRESSIVE,
    }
    .into());
    say(request::BeginPatch {
        image: IMAGE,
        rect: PIXELS,
    }
    .into());
    say(request::ImageData {
        image: IMAGE,
        codec: Codec::Qoi,
        data: &[1, 2, 3],
    }
    .into());
    say(request::EndImage { image: IMAGE }.into());
    say(request::DestroyImage { image: IMAGE }.into());
    paints(&mut say);
    say(request::CreateGlyphSet {
        set: SET,
        units_per_em: 2048,
        flags: GlyphSetFlags::HINTED,
    }
    .into());
    say(request::AddGlyphs {
        set: SET,
        glyphs: glyphs.as_bytes(),
    }
    .into());
    say(request::RemoveGlyphs {
        set: SET,
        glyphs: Packed::pack(&[0x41, 0x0142], &mut buffer),
    }
    .into());
    say(request::DestroyGlyphSet { set: SET }.into());
    say(request::DefineList {
        list: LIST,
        ops: ops.ops(),
    }
    .into());
    say(request::DestroyList { list: LIST }.into());
    say(request::CreatePool {
        pool: POOL,
        bytes: 0x1_0000_0000,
    }
    .into());
    say(request::DestroyPool { pool: POOL }.into());
    say(request::PoolImage {
        image: IMAGE,
        rect: PIXELS,
        pool: POOL,
        offset: 0x1_0000_0002,
        stride: 4096,
    }
    .into());
    say(request::CreateOffer {
        offer: OFFER,
        types: mime_types(&mut buffer),
    }
    .into());
    say(request::DestroyOffer { offer: OFFER }.into());
    say(request::SetSelection {
        selection: Selection::Primary,
        offer: OFFER,
        serial: SERIAL,
    }
    .into());
    say(request::Receive {
        transfer: TRANSFER,
        offer: OfferId(OfferId::SERVER | 5),
        serial: SERIAL,
        mime: Text("text/plain"),
    }
    .into());
    say(transfer_data().into());
    say(transfer_end().into());
    say(transfer_credit().into());
}

/// Gives `see` a sample of every request about paints.
fn paints(mut see: impl FnMut(Request<'_>)) {
    let stops = [
        Stop {
            offset: 0.25,
            color: Color::rgba(0x11, 0x22, 0x33, 0x44),
        },
        Stop {
            offset: 1.0,
            color: Color::rgba(0x55, 0x66, 0x77, 0x88),
        },
    ];
    let mut buffer = Vec::new();
    let stops = Packed::pack(&stops, &mut buffer);
    let (from, to) = (Point::new(1.5, 2.5), Point::new(3.5, 4.5));
    let transform = TRANSFORM;
    see(DefineLinear {
        paint: PAINT_ID,
        from,
        to,
        transform,
        extend: Extend::Repeat,
        stops,
    }
    .into());
    see(DefineRadial {
        paint: PAINT_ID,
        from,
        from_radius: 5.5,
        to,
        to_radius: 6.5,
        transform,
        extend: Extend::Reflect,
        stops,
    }
    .into());
    see(DefineConic {
        paint: PAINT_ID,
        center: from,
        start: 0.125,
        sweep: 0.75,
        transform,
        extend: Extend::None,
        stops,
    }
    .into());
    see(DefinePattern {
        paint: PAINT_ID,
        image: IMAGE,
        part: PIXELS,
        transform,
        extend_x: Extend::Repeat,
        extend_y: Extend::Reflect,
        filter: Filter::Area,
    }
    .into());
    see(DestroyPaint { paint: PAINT_ID }.into());
}

/// Gives `see` a sample of every event.
pub(crate) fn events(mut see: impl FnMut(Event<'_>)) {
    let mut buffer = Vec::new();
    let mut say = |event: Event<'_>| see(event);

    say(Welcome {
        version: 1,
        features: Features::CLIPBOARD,
        codec: Codec::Raw,
        accepts: 1,
        resumed: 1,
        scale: Scale(180),
        output: PixelSize::new(1920, 1080),
        refresh: 16_666_667,
        max_packet: 1 << 20,
        max_windows: 256,
        memory: 1 << 30,
        repeat_delay: 500,
        repeat_interval: 33,
        time: 0x0102_0304_0506_0708,
        server: Text("transom 0.1.0"),
        extensions: &[9, 0, 1, 0, 7],
    }
    .into());
    say(event::Closed {
        code: ErrorCode::TOKEN,
        sequence: 3,
        text: Text("wrong token"),
    }
    .into());
    say(event::Error {
        sequence: 12,
        op: 2,
        code: ErrorCode::UNKNOWN_ID,
        text: Text("no image 769"),
    }
    .into());
    say(event::SyncDone { id: 0x1122_3344 }.into());
    say(event::Progress {
        sequence: 13,
        bytes: 0x1234_5678,
    }
    .into());
    say(event::Ping { serial: SERIAL }.into());
    say(group().into());
    say(event::Configure {
        window: WINDOW,
        serial: SERIAL,
        size: PixelSize::new(800, 600),
        scale: Scale(150),
        states: WindowStates::ACTIVE | WindowStates::RESIZING,
        decorations: Decorations::Client,
        bounds: PixelSize::new(1920, 1040),
    }
    .into());
    say(event::CloseRequested { window: WINDOW }.into());
    say(event::PopupPlaced {
        window: WINDOW,
        rect: RECT,
    }
    .into());
    say(event::PopupDismissed { window: WINDOW }.into());
    say(event::Redraw { surface: SURFACE }.into());
    say(event::FrameShown {
        window: WINDOW,
        frame: FrameId(99),
        time: 0x0102_0304_0506_0708,
        refresh: 16_666_667,
        flags: ShownFlags::HIDDEN,
    }
    .into());
    say(event::OutputChanged {
        size: PixelSize::new(1280, 720),
        scale: Scale(240),
        refresh: 8_333_333,
    }
    .into());
    say(event::KeyboardEnter {
        window: WINDOW,
        serial: SERIAL,
        keys: Packed::pack(&[KeyCode::KEY_A, KeyCode::MEDIA_STOP], &mut buffer),
    }
    .into());
    say(event::KeyboardLeave {
        window: WINDOW,
        serial: SERIAL,
    }
    .into());
    say(event::Key {
        serial: SERIAL,
        time: 0x5566_7788,
        state: KeyState::Repeated,
        code: KeyCode::KEY_Q,
        evdev: 0x1f,
        logical: LogicalKey::character('Ä'),
        unmodified: LogicalKey::named(NamedKey::ENTER),
        location: KeyLocation::Right,
        text: Text("Ä"),
    }
    .into());
    say(event::ModifiersChanged {
        depressed: Modifiers::SHIFT,
        latched: Modifiers::CONTROL,
        locked: Modifiers::CAPS_LOCK | Modifiers::SCROLL_LOCK,
        group: 2,
        known: KnownModifiers::DEPRESSED | KnownModifiers::LOCKED,
    }
    .into());
    say(event::RepeatInfo {
        delay: 500,
        interval: 33,
    }
    .into());
    say(event::Keymap {
        format: 1,
        data: b"xkb",
    }
    .into());
    say(event::PointerEnter {
        window: WINDOW,
        serial: SERIAL,
        at: Point::new(12.5, 13.0),
    }
    .into());
    say(event::PointerLeave {
        window: WINDOW,
        serial: SERIAL,
    }
    .into());
    say(event::PointerMotion {
        time: 0x5566_7788,
        at: Point::new(-1.0, 13.25),
    }
    .into());
    say(event::PointerButton {
        serial: SERIAL,
        time: 0x5566_7788,
        button: Button::RIGHT,
        state: ButtonState::Pressed,
    }
    .into());
    say(event::PointerScroll {
        time: 0x5566_7788,
        source: ScrollSource::WheelTilt,
        stop: 0,
        lines_x: 120,
        lines_y: -240,
        pixels: Point::new(15.0, -30.0),
    }
    .into());
    say(event::PointerFrame {}.into());
    say(event::TouchDown {
        window: WINDOW,
        serial: SERIAL,
        time: 0x5566_7788,
        touch: 3,
        at: Point::new(1.0, 2.0),
    }
    .into());
    say(event::TouchMove {
        time: 0x5566_7788,
        touch: 3,
        at: Point::new(1.0, 2.0),
    }
    .into());
    say(event::TouchUp {
        serial: SERIAL,
        time: 0x5566_7788,
        touch: 3,
    }
    .into());
    say(event::TouchCancel {}.into());
    say(event::TouchFrame {}.into());
    say(event::Preedit {
        window: WINDOW,
        cursor_begin: 1,
        cursor_end: 3,
        text: Text("にほ"),
    }
    .into());
    say(event::TextCommit {
        window: WINDOW,
        text: Text("日本"),
    }
    .into());
    say(event::DeleteSurrounding {
        window: WINDOW,
        before: 3,
        after: 4,
    }
    .into());
    say(event::SelectionChanged {
        selection: Selection::Primary,
        offer: OfferId(OfferId::SERVER | 5),
        types: mime_types(&mut buffer),
    }
    .into());
    say(event::SendRequested {
        transfer: TransferId(TransferId::SERVER | 6),
        offer: OFFER,
        mime: Text("text/plain"),
    }
    .into());
    say(transfer_data().into());
    say(transfer_end().into());
    say(transfer_credit().into());
    say(event::OfferCancelled { offer: OFFER }.into());
    say(event::Pixels {
        id: 0x1122_3344,
        last: 1,
        rect: PixelRect::new(-1, 2, 1, 1),
        data: &[0x10, 0x20, 0x30, 0xff],
    }
    .into());
}

fn group() -> request::Group<'static> {
    request::Group {
        codec: Codec::Raw,
        count: 1,
        raw_bytes: 10,
        data: &[6, 0, 0, 0, 2, 0, 1, 0, 0, 0],
    }
}

fn transfer_data() -> request::TransferData<'static> {
    request::TransferData {
        transfer: TRANSFER,
        data: b"data",
    }
}

fn transfer_end() -> request::TransferEnd {
    request::TransferEnd {
        transfer: TRANSFER,
        status: TransferStatus::Unavailable,
    }
}

fn transfer_credit() -> request::TransferCredit {
    request::TransferCredit {
        transfer: TRANSFER,
        bytes: 65_536,
    }
}

fn mime_types(buffer: &mut Vec<u8>) -> MimeTypes<'_> {
    MimeTypes::pack(["text/plain;charset=utf-8", "image/png"], buffer)
}

const PAINT: Paint = Paint::Color(Color::rgba(0x11, 0x22, 0x33, 0x44));

/// A path with every kind of step.
pub(crate) fn path(fraction: f32) -> PathBuffer {
    let p = |x: f32, y: f32| Point::new(x + fraction, y);
    let mut path = PathBuffer::new();
    path.push(PathStep::Move(p(1.0, 2.0)))
        .push(PathStep::Line(p(3.0, 4.0)))
        .push(PathStep::Quad(p(5.0, 6.0), p(7.0, 8.0)))
        .push(PathStep::Cubic(p(9.0, 10.0), p(11.0, 12.0), p(13.0, 14.0)))
        .push(PathStep::Close);
    path
}

/// A stroke whose dashes are those packed in `dashes`.
pub(crate) fn stroke(dashes: &[u8]) -> StrokeStyle<'_> {
    StrokeStyle {
        width: 1.5,
        cap: Cap::Round,
        join: Join::Bevel,
        miter_limit: 4.0,
        dash_phase: if dashes.is_empty() { 0.0 } else { 0.5 },
        dashes: Packed::new(dashes).expect("whole numbers"),
    }
}

/// Each kind of draw record, and each of its forms, with a name.
pub(crate) fn draw_records() -> Vec<(&'static str, DrawBuffer)> {
    let mut records = Vec::new();
    let mut record = |name, write: &dyn Fn(&mut DrawBuffer)| {
        let mut buffer = DrawBuffer::new();
        write(&mut buffer);
        records.push((name, buffer));
    };
    let whole = [Rect::new(10.0, -20.0, 30.0, 40.0)];
    let fractions = [Rect::new(10.5, -20.0, 30.0, 40.0)];
    let radii = [1.0, 2.0, 3.0, 4.0];
    let segments = [Segment {
        from: Point::new(1.0, 2.0),
        to: Point::new(3.0, 4.0),
    }];
    let points = [Point::new(1.0, 2.0), Point::new(3.0, 4.0)];
    let part = ImagePart {
        source: Rect::new(1.0, 2.0, 3.0, 4.0),
        dest: Rect::new(5.0, 6.0, 7.0, 8.0),
    };
    let dashes: Vec<u8> = [3.0f32, 2.0].iter().flat_map(|v| v.to_le_bytes()).collect();
    let fits = "a short path fits a packet";
    let origin = Point::new(16.0, 32.0);

    record("clear", &|b| {
        b.clear_to(Color::rgba(0x11, 0x22, 0x33, 0x44))
    });
    record("fill-rects, i16", &|b| b.fill_rects(PAINT, false, &whole));
    record("fill-rects, f32, smooth", &|b| {
        b.fill_rects(PAINT, true, &fractions)
    });
    record("fill-rects, defined paint", &|b| {
        b.fill_rects(Paint::Defined(PaintId(7)), false, &whole)
    });
    record("stroke-rects", &|b| {
        b.stroke_rects(PAINT, false, 2.0, &whole)
    });
    record("fill-rounded", &|b| {
        b.fill_rounded(PAINT, true, false, radii, &whole)
    });
    record("stroke-rounded, aliased", &|b| {
        b.stroke_rounded(PAINT, false, false, 2.0, radii, &whole)
    });
    record("segments", &|b| {
        b.segments(PAINT, true, 2.0, Cap::Square, &segments)
    });
    record("polyline", &|b| {
        b.polyline(PAINT, true, false, &stroke(&[]), &points)
            .expect(fits)
    });
    record("polyline, closed, dashed", &|b| {
        b.polyline(PAINT, true, true, &stroke(&dashes), &points)
            .expect(fits)
    });
    record("fill-path, i16", &|b| {
        b.fill_path(PAINT, true, FillRule::NonZero, &path(0.0))
            .expect(fits)
    });
    record("fill-path, f32, even-odd, aliased", &|b| {
        b.fill_path(PAINT, false, FillRule::EvenOdd, &path(0.5))
            .expect(fits)
    });
    record("stroke-path, dashed", &|b| {
        b.stroke_path(PAINT, true, &stroke(&dashes), &path(0.0))
            .expect(fits)
    });
    record("images", &|b| {
        b.images(IMAGE, PAINT, Filter::Nearest, &[part])
    });
    record("images, linear", &|b| {
        b.images(IMAGE, PAINT, Filter::Linear, &[part])
    });
    record("glyph-run, constant", &|b| {
        b.glyph_run(
            SET,
            PAINT,
            13.0,
            origin,
            RunPositions::Constant(7.5),
            &[72, 105, 33],
        )
    });
    record("glyph-run, natural", &|b| {
        b.glyph_run(
            SET,
            PAINT,
            13.0,
            origin,
            RunPositions::Natural,
            &[72, 105, 33, 33],
        )
    });
    record("glyph-run, advances, wide", &|b| {
        b.glyph_run(
            SET,
            PAINT,
            13.0,
            origin,
            RunPositions::Advances(&[480, -64]),
            &[72, 0x1234],
        )
    });
    record("glyph-run, points", &|b| {
        let origin = Point::new(16.5, 32.0);
        b.glyph_run(
            SET,
            PAINT,
            13.0,
            origin,
            RunPositions::Points(&points),
            &[72, 105],
        )
    });
    record("copy-area", &|b| {
        b.copy_area(SURFACE, RECT, Point::new(5.0, 6.0))
    });
    record("clip-rects, i16", &|b| b.clip_rects(&whole));
    record("clip-rects, f32", &|b| b.clip_rects(&fractions));
    let transform = TRANSFORM;
    record("set-transform", &|b| b.set_transform(transform));
    record("concat", &|b| b.concat(transform));
    record("set-opacity", &|b| b.set_opacity(0.5));
    record("save", &|b| b.save());
    record("restore", &|b| b.restore());
    record("reset", &|b| b.reset());
    record("set-blend", &|b| b.set_blend(Blend::Multiply));
    record("clip-path", &|b| {
        b.clip_path(true, false, FillRule::NonZero, &path(0.0))
            .expect(fits)
    });
    record("clip-path, outside, even-odd, aliased", &|b| {
        b.clip_path(false, true, FillRule::EvenOdd, &path(0.5))
            .expect(fits)
    });
    record("begin-group", &|b| b.begin_group(RECT));
    record("end-group", &|b| b.end_group());
    shape_records(&mut record);
    records
}

type Write<'a> = &'a dyn Fn(&mut DrawBuffer);

/// Records of shapes and lists, each form, with a name.
fn shape_records(record: &mut impl FnMut(&'static str, Write<'_>)) {
    let whole = [Rect::new(10.0, -20.0, 30.0, 40.0)];
    let radii = [1.0, 2.0, 3.0, 4.0];
    let part = ImagePart {
        source: Rect::new(1.0, 2.0, 3.0, 4.0),
        dest: Rect::new(5.0, 6.0, 7.0, 8.0),
    };
    let (a, b, c) = (
        Point::new(1.0, 2.0),
        Point::new(3.0, 4.0),
        Point::new(5.0, 7.0),
    );
    let ellipse = Ellipse {
        center: a,
        radius_x: 3.0,
        radius_y: 4.5,
    };
    let vertex = |position, v| Vertex {
        position,
        texture: Point::new(8.0, v),
        color: Color::rgba(0x11, 0x22, 0x33, 0x44),
    };
    let small = [vertex(a, 9.0), vertex(b, 10.0), vertex(c, 11.0)];
    let fractions = [vertex(a, 9.5), vertex(b, 10.0), vertex(c, 11.0)];
    record("draw-list", &|b| b.draw_list(LIST));
    record("fill-blurred", &|b| {
        b.fill_blurred(PAINT, false, false, 5.5, radii, &whole)
    });
    record("fill-blurred, smooth, inverse", &|b| {
        b.fill_blurred(PAINT, true, true, 5.5, radii, &whole)
    });
    record("nine-patch", &|b| {
        b.nine_patch(IMAGE, PAINT, Filter::Linear, radii, 0.5, &[part])
    });
    record("points, round", &|r| {
        r.points(PAINT, true, true, 2.5, &[a, b])
    });
    record("points, aliased", &|r| {
        r.points(PAINT, false, false, 0.0, &[a])
    });
    record("fill-ellipses", &|b| {
        b.fill_ellipses(PAINT, true, &[ellipse])
    });
    record("stroke-ellipses", &|b| {
        b.stroke_ellipses(PAINT, true, 1.5, &[ellipse])
    });
    record("triangles", &|r| {
        r.triangles(PAINT, true, &[Triangle::new(a, b, c)])
    });
    record("mesh, i16, in order", &|b| {
        b.mesh(ImageId::NONE, Filter::Nearest, false, &small, &[])
    });
    record("mesh, f32, linear, premultiplied", &|b| {
        b.mesh(IMAGE, Filter::Linear, true, &fractions, &[2, 1, 0])
    });
    let pixels = PixelData::new(
        PixelSize::new(2, 1),
        ImageFormat::Rgba,
        &[1, 2, 3, 4, 5, 6, 7, 8],
    );
    let pixels = pixels.expect("as many as it has");
    record("pixels, i16", &|b| {
        b.pixels(PAINT, Filter::Nearest, whole[0], &pixels)
    });
    let mask = PixelData::new(PixelSize::new(3, 2), ImageFormat::A8, &[1, 2, 3, 4, 5, 6]);
    let mask = mask.expect("as many as it has");
    record("pixels, f32, linear, padded", &|b| {
        b.pixels(PAINT, Filter::Linear, RECT, &mask)
    });
    let shared = PoolPixels {
        pool: POOL,
        offset: 0x0102_0304_0506_0708,
        stride: 0x0a0b,
        size: PixelSize::new(0x0c0d, 0x0e0f),
        format: ImageFormat::Bgrx,
    };
    record("pool-pixels, i16, aliased", &|b| {
        b.set_antialias(false);
        b.pool_pixels(PAINT, Filter::Nearest, whole[0], &shared)
    });
    record("pool-pixels, f32, area", &|b| {
        b.pool_pixels(PAINT, Filter::Area, RECT, &shared)
    });
    record("images, area, aliased", &|b| {
        b.set_antialias(false);
        b.images(IMAGE, PAINT, Filter::Area, &[part])
    });
    record("fill-rects, smooth, aliased", &|b| {
        b.set_antialias(false);
        b.fill_rects(PAINT, true, &whole)
    });
}

/// Each kind of glyph record, with a name.
pub(crate) fn glyph_records() -> Vec<(&'static str, GlyphBuffer)> {
    let p = |x: f32, y: f32| Point::new(x, y);
    let triangle = [
        PathStep::Move(p(0.0, 0.0)),
        PathStep::Line(p(500.0, 0.0)),
        PathStep::Line(p(250.0, -700.0)),
        PathStep::Close,
    ];
    let curves = [
        PathStep::Move(p(1.0, 2.0)),
        PathStep::Quad(p(3.0, 4.0), p(5.0, 6.0)),
        PathStep::Cubic(p(7.0, 8.0), p(9.0, 10.0), p(11.0, 12.0)),
    ];
    let mut records = Vec::new();
    let mut record = |name, write: &dyn Fn(&mut GlyphBuffer)| {
        let mut buffer = GlyphBuffer::new();
        write(&mut buffer);
        records.push((name, buffer));
    };
    record("outline, empty", &|b| b.outline(32, 300, &[]));
    record("outline", &|b| b.outline(0x1234, 600, &triangle));
    record("outline, curves", &|b| b.outline(65, -1, &curves));
    record("layers", &|b| {
        b.layers(
            66,
            700,
            &[(Some(Color::rgba(1, 2, 3, 4)), &triangle), (None, &curves)],
        )
    });
    record("image", &|b| {
        b.image(67, 800, IMAGE, (-10, 700), (900, 950))
    });
    records
}

/// Every sample of a message as a whole packet.
pub(crate) fn packets() -> Vec<Vec<u8>> {
    let mut packets = Vec::new();
    requests(|request| {
        let mut packet = Vec::new();
        request.write(&mut packet);
        packets.push(packet);
    });
    events(|event| {
        let mut packet = Vec::new();
        event.write(&mut packet);
        packets.push(packet);
    });
    packets
}
