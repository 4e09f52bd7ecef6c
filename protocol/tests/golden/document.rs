//! `PROTOCOL.md` against the source: examples, numbers, fields, links.

use std::collections::{BTreeMap, HashSet};

use transom_protocol::clipboard::{
    MAX_MIME_BYTES, MAX_MIME_TYPES, MimeTypes, Selection, TransferStatus,
};
use transom_protocol::codec::{Blob, HEADER_BYTES, MAGIC, MAX_PACKET, Packed, Text};
use transom_protocol::color::Color;
use transom_protocol::draw::{
    Blend, Cap, DrawBuffer, DrawOp, DrawOps, Filter, MAX_CLIP_RECTS, MAX_DASHES, MAX_GROUPS,
    MAX_SAVED_STATES, OpKind, OpRecord, Paint, PathStep, PixelData, PoolPixels, RunPositions,
    Segment, Vertex, flags,
};
use transom_protocol::error::ErrorCode;
use transom_protocol::event;
use transom_protocol::geometry::{PixelSize, Point, Rect, Scale, Size, Transform};
use transom_protocol::glyph::{GlyphBuffer, MAX_LAYERS};
use transom_protocol::hello::{ACCEPTS_RAW, Codec, Features, Hello, VERSION, Welcome};
use transom_protocol::ids::{
    FrameId, GlyphSetId, ImageId, OfferId, PaintId, PoolId, Serial, SurfaceId, TransferId, WindowId,
};
use transom_protocol::input::{CursorShape, KeyCode, KeyLocation, KeyState, LogicalKey, NamedKey};
use transom_protocol::paint::{DefineLinear, Extend, MAX_STOPS, Stop};
use transom_protocol::request::{self, FrameKind, GlyphSetFlags, ImageFormat};
use transom_protocol::window::{ColorSpace, Decorations, WindowKind, WindowStates};
use transom_protocol::{Event, Request};

use crate::{hex, samples};

const DOCUMENT: &str = include_str!("../../PROTOCOL.md");

/// The fenced blocks whose info string begins with `kind`, by the rest of it.
fn blocks(kind: &str) -> BTreeMap<&'static str, String> {
    let mut blocks = BTreeMap::new();
    let mut lines = DOCUMENT.lines();
    while let Some(line) = lines.next() {
        let Some(info) = line.strip_prefix("```") else {
            continue;
        };
        let body: Vec<_> = lines.by_ref().take_while(|line| *line != "```").collect();
        if let Some(name) = info.strip_prefix(kind) {
            let old = blocks.insert(name.trim(), body.join("\n"));
            assert_eq!(old, None, "two blocks called {name}");
        }
    }
    blocks
}

fn packet<'a>(request: impl Into<Request<'a>>) -> Vec<u8> {
    let mut out = Vec::new();
    request.into().write(&mut out);
    out
}

fn event_packet<'a>(event: impl Into<Event<'a>>) -> Vec<u8> {
    let mut out = Vec::new();
    event.into().write(&mut out);
    out
}

fn draw(surface: u32, ops: &DrawBuffer) -> Vec<u8> {
    packet(request::Draw {
        surface: SurfaceId(surface),
        ops: ops.ops(),
    })
}

fn begin(configure: Serial) -> Vec<u8> {
    packet(request::Begin {
        window: WindowId(1),
        configure,
        size: Size::new(320.0, 200.0),
    })
}

fn hello() -> Vec<u8> {
    packet(Hello {
        min_version: VERSION,
        max_version: VERSION,
        features: Features::NONE,
        codec: Codec::Raw,
        accepts: ACCEPTS_RAW,
        instance: std::array::from_fn(|i| 0x10 + i as u8),
        resume_secret: std::array::from_fn(|i| 0x20 + i as u8),
        resume: 0,
        pid: 4242,
        token: Blob(&[]),
        program: Text("hello"),
        host: Text("board"),
        extensions: &[],
    })
}

fn key(serial: u32, time: u32, pressed: bool) -> event::Key<'static> {
    let escape = LogicalKey::named(NamedKey::ESCAPE);
    event::Key {
        serial: Serial(serial),
        time,
        state: if pressed {
            KeyState::Pressed
        } else {
            KeyState::Released
        },
        code: if pressed {
            KeyCode::KEY_A
        } else {
            KeyCode::ESCAPE
        },
        evdev: if pressed { 30 } else { 1 },
        logical: if pressed {
            LogicalKey::character('A')
        } else {
            escape
        },
        unmodified: if pressed {
            LogicalKey::character('a')
        } else {
            escape
        },
        location: KeyLocation::Standard,
        text: Text(if pressed { "A" } else { "" }),
    }
}

const PAINT: Paint = Paint::Color(Color::hex(0x33_66_cc));

fn two_rects(ops: &mut DrawBuffer) {
    let rects = [
        Rect::new(20.0, 30.0, 100.0, 50.0),
        Rect::new(-5.0, 90.0, 330.0, 1.0),
    ];
    ops.fill_rects(PAINT, false, &rects);
}

/// What each example in the document has to be.
fn examples() -> BTreeMap<&'static str, Vec<u8>> {
    let mut examples = BTreeMap::new();
    examples.insert("magic", MAGIC.to_vec());
    examples.insert("flight-magic", MAGIC.to_vec());
    examples.insert("flight-hello", hello());
    examples.insert(
        "flight-create",
        packet(request::CreateWindow {
            window: WindowId(1),
            stable: 1,
            parent: WindowId::NONE,
            kind: WindowKind::Normal,
            decorations: Decorations::Server,
            color_space: ColorSpace::SRGB,
            size: Size::new(320.0, 200.0),
            title: Text("Hello"),
            app_id: Text("org.example.hello"),
        }),
    );
    examples.insert("flight-begin", begin(Serial::NONE));
    let mut ops = DrawBuffer::new();
    ops.clear_to(Color::WHITE);
    two_rects(&mut ops);
    examples.insert("flight-draw", draw(1, &ops));
    let mut buffer = Vec::new();
    examples.insert(
        "flight-commit",
        packet(request::Commit {
            frame: FrameId(1),
            kind: FrameKind::Full,
            windows: Packed::pack(&[WindowId(1)], &mut buffer),
        }),
    );
    examples.insert("key", event_packet(key(17, 250_000, true)));
    examples.insert("key-released", event_packet(key(18, 250_090, false)));
    examples.insert(
        "error",
        event_packet(event::Error {
            sequence: 4,
            op: 2,
            code: ErrorCode::UNKNOWN_ID,
            text: Text("no image 7"),
        }),
    );
    let scale = Scale(180);
    let configured = PixelSize::new(480, 300);
    assert_eq!(scale.logical_size(configured), Size::new(320.0, 200.0));
    examples.insert(
        "configure",
        event_packet(event::Configure {
            window: WindowId(1),
            serial: Serial(19),
            size: configured,
            scale,
            states: WindowStates::ACTIVE,
            decorations: Decorations::Server,
            bounds: PixelSize::new(1920, 1040),
        }),
    );
    examples.insert("configured-begin", begin(Serial(19)));
    server_examples(&mut examples);
    clipboard_examples(&mut examples);
    touch_examples(&mut examples);
    ops.clear();
    two_rects(&mut ops);
    examples.insert("rects-small", ops.as_bytes().to_vec());
    ops.clear();
    ops.fill_rects(PAINT, false, &[Rect::new(20.5, 30.0, 100.0, 50.0)]);
    examples.insert("rects-f32", ops.as_bytes().to_vec());
    ops.clear();
    let line = |x0, y0, x1, y1| Segment {
        from: Point::new(x0, y0),
        to: Point::new(x1, y1),
    };
    let lines = [
        line(10.0, 20.0, 200.0, 100.0),
        line(200.0, 20.0, 10.0, 100.0),
    ];
    let red = Paint::Color(Color::RED.with_alpha(128));
    ops.segments(red, true, 2.0, Cap::Round, &lines);
    examples.insert("segments", ops.as_bytes().to_vec());
    let set = GlyphSetId(1);
    examples.insert(
        "glyph-set",
        packet(request::CreateGlyphSet {
            set,
            units_per_em: 1000,
            flags: GlyphSetFlags::NONE,
        }),
    );
    let mut glyphs = GlyphBuffer::new();
    let triangle = [
        PathStep::Move(Point::new(50.0, 0.0)),
        PathStep::Line(Point::new(650.0, 0.0)),
        PathStep::Line(Point::new(350.0, 700.0)),
        PathStep::Close,
    ];
    glyphs.outline(65, 700, &triangle);
    glyphs.outline(32, 300, &[]);
    let glyphs = glyphs.as_bytes();
    examples.insert("glyph-upload", packet(request::AddGlyphs { set, glyphs }));
    ops.clear();
    let black = Paint::Color(Color::BLACK);
    let origin = Point::new(10.0, 40.0);
    ops.glyph_run(
        set,
        black,
        20.0,
        origin,
        RunPositions::Natural,
        &[65, 32, 65],
    );
    examples.insert("glyph-run", draw(1, &ops));
    model_examples(&mut examples);
    examples.insert("long-head", vec![2, 0, 0, 0, 0x73, 0x11, 1, 0]);
    examples
}

/// A gradient, a group and a mesh.
fn model_examples(examples: &mut BTreeMap<&'static str, Vec<u8>>) {
    let stop = |offset, color| Stop { offset, color };
    let stops = [
        stop(0.0, Color::WHITE),
        stop(1.0, Color::BLUE.with_alpha(128)),
    ];
    let mut buffer = Vec::new();
    let gradient = DefineLinear {
        paint: PaintId(1),
        from: Point::new(0.0, 0.0),
        to: Point::new(100.0, 0.0),
        transform: Transform::IDENTITY,
        extend: Extend::Pad,
        stops: Packed::pack(&stops, &mut buffer),
    };
    examples.insert("gradient", packet(gradient));
    let mut record = |name, write: &dyn Fn(&mut DrawBuffer)| {
        let mut ops = DrawBuffer::new();
        write(&mut ops);
        examples.insert(name, ops.as_bytes().to_vec());
    };
    let rect = Rect::new(0.0, 0.0, 100.0, 50.0);
    record("gradient-rect", &|ops| {
        ops.fill_rects(PaintId(1).into(), false, &[rect])
    });
    record("group", &|ops| {
        ops.set_opacity(0.5);
        ops.set_blend(Blend::Multiply);
        ops.begin_group(Rect::default());
        ops.end_group();
    });
    let vertex = |x, y, color| Vertex {
        position: Point::new(x, y),
        texture: Point::default(),
        color,
    };
    let corners = [
        vertex(10.0, 10.0, Color::RED),
        vertex(90.0, 10.0, Color::GREEN),
        vertex(50.0, 80.0, Color::BLUE),
    ];
    record("mesh", &|ops| {
        ops.mesh(ImageId::NONE, Filter::Nearest, false, &corners, &[0, 1, 2])
    });
    let black = Paint::Color(Color::BLACK);
    let (white, dark) = ([255, 255, 255, 0], [0; 4]);
    let bytes = [white, dark, dark, white].concat();
    let pixels = PixelData::new(PixelSize::new(2, 2), ImageFormat::Bgrx, &bytes);
    let pixels = pixels.expect("as many as it has");
    record("pixels", &|ops| {
        let dest = Rect::new(3.0, 4.0, 2.0, 2.0);
        ops.pixels(black, Filter::Nearest, dest, &pixels)
    });
    let shared = PoolPixels {
        pool: PoolId(1),
        offset: 4096,
        stride: 2560,
        size: PixelSize::new(640, 480),
        format: ImageFormat::Bgrx,
    };
    record("pool-pixels", &|ops| {
        let dest = Rect::new(0.0, 0.0, 640.0, 480.0);
        ops.pool_pixels(black, Filter::Nearest, dest, &shared)
    });
}

#[test]
fn the_examples_are_what_the_encoder_writes() {
    let written = blocks("hex ");
    let expected = examples();
    for (name, bytes) in &expected {
        let example = written
            .get(name)
            .unwrap_or_else(|| panic!("no example called {name}"));
        assert_eq!(hex::write(&hex::read(example)), hex::write(bytes), "{name}");
    }
    assert_eq!(written.len(), expected.len(), "an example nobody checks");
}

#[test]
fn a_long_record_has_the_head_of_the_example() {
    let mut record = hex::read(&blocks("hex ")["long-head"]);
    record.resize(70_003 * 4, 0);
    let ops: Vec<_> = DrawOps::new(&record).iter().collect();
    let [Ok(DrawOp::FillRects { rects, .. })] = &ops[..] else {
        panic!("one record of rectangles");
    };
    assert_eq!(rects.len(), 17_500);
}

/// Whether a line of the document is this heading.
fn has_heading(title: &str) -> bool {
    DOCUMENT
        .lines()
        .any(|line| line.trim_start_matches('#').trim() == title && line != title)
}

#[test]
fn every_message_and_record_has_its_place() {
    for (opcode, name) in Request::OPCODES.iter().chain(Event::OPCODES) {
        assert!(has_heading(&format!("0x{opcode:04x} {name}")), "{name}");
        let anchor = format!("`0x{opcode:04x}` [{name}](#");
        assert!(DOCUMENT.contains(&anchor), "{name} is not in the list");
    }
    for (kind, name) in OpKind::NAMED {
        assert!(has_heading(&format!("0x{:02x} {name}", kind.0)), "{name}");
        let anchor = format!("`0x{:02x}` | [{name}](#", kind.0);
        assert!(DOCUMENT.contains(&anchor), "{name} is not in the list");
    }
}

#[test]
fn every_number_with_a_name_is_told() {
    for (code, name) in ErrorCode::NAMED {
        let row = format!("| {} | `{name}` |", code.0);
        assert!(DOCUMENT.contains(&row), "{row}");
    }
    for blend in Blend::ALL {
        let name: String = format!("{blend:?}")
            .chars()
            .flat_map(|c| match c.is_uppercase() {
                true => vec!['-', c.to_ascii_lowercase()],
                false => vec![c],
            })
            .skip(1)
            .collect();
        let row = format!("| {} | {name} |", *blend as u8);
        assert!(DOCUMENT.contains(&row), "{row}");
    }
    let told = |kind: &str| -> Vec<(u16, String)> {
        let block = &blocks(kind)[""];
        let words: Vec<_> = block.split_whitespace().collect();
        let number = |word: &str| match word.strip_prefix("0x") {
            Some(digits) => u16::from_str_radix(digits, 16).expect("hex"),
            None => word.parse().expect("a number"),
        };
        let mut pairs: Vec<_> = words
            .chunks(2)
            .map(|pair| (number(pair[0]), pair[1].to_string()))
            .collect();
        pairs.sort();
        pairs
    };
    let named = |named: Vec<(u16, &str)>| -> Vec<(u16, String)> {
        let mut pairs: Vec<_> = named
            .iter()
            .map(|(n, name)| (*n, name.to_string()))
            .collect();
        pairs.sort();
        pairs
    };
    let keys = KeyCode::NAMED.iter().map(|(k, n)| (k.0, *n)).collect();
    assert_eq!(told("key-codes"), named(keys));
    let keys = NamedKey::NAMED.iter().map(|(k, n)| (k.0, *n)).collect();
    assert_eq!(told("named-keys"), named(keys));
    let shapes = CursorShape::NAMED.iter().map(|(s, n)| (s.0, *n)).collect();
    assert_eq!(told("cursor-shapes"), named(shapes));
}

#[test]
fn bounds_are_those_of_the_source() {
    assert_eq!((MAX_PACKET, MAX_DASHES, MAX_LAYERS), (1_048_576, 64, 256));
    assert_eq!((MAX_CLIP_RECTS, MAX_SAVED_STATES), (256, 64));
    assert_eq!((MAX_STOPS, MAX_GROUPS), (1024, 32));
    assert_eq!((MAX_MIME_TYPES, MAX_MIME_BYTES), (64, 255));
    assert_eq!((Scale::MIN, Scale::MAX), (Scale(30), Scale(1920)));
}

/// What a server says to a first flight.
fn server_examples(examples: &mut BTreeMap<&'static str, Vec<u8>>) {
    let (window, output) = (WindowId(1), PixelSize::new(1280, 800));
    let welcome = Welcome {
        version: 1,
        features: Features::NONE,
        codec: Codec::Raw,
        accepts: 1,
        resumed: 0,
        scale: Scale::ONE,
        output,
        refresh: 16_666_667,
        max_packet: 1 << 20,
        max_windows: 256,
        memory: 512 << 20,
        repeat_delay: 500,
        repeat_interval: 33,
        time: 1_000_000,
        server: Text("transom"),
        extensions: &[],
    };
    examples.insert("welcome", event_packet(welcome));
    let mut keys = Vec::new();
    let keys = Packed::pack(&[KeyCode::SHIFT_LEFT], &mut keys);
    examples.insert(
        "keyboard-enter",
        event_packet(event::KeyboardEnter {
            window,
            serial: Serial(1),
            keys,
        }),
    );
    let configure = event::Configure {
        window,
        serial: Serial(2),
        size: PixelSize::default(),
        scale: Scale::ONE,
        states: WindowStates::ACTIVE,
        decorations: Decorations::Server,
        bounds: output,
    };
    examples.insert("first-configure", event_packet(configure));
    let shown = event::FrameShown {
        window,
        frame: FrameId(1),
        time: 1_016_667,
        refresh: 16_666_667,
        flags: event::ShownFlags::NONE,
    };
    examples.insert("frame-shown", event_packet(shown));
    let closed = event::Closed {
        code: ErrorCode::TOKEN,
        sequence: 0,
        text: Text("the token is wrong"),
    };
    examples.insert("closed", event_packet(closed));
}

fn touch_examples(examples: &mut BTreeMap<&'static str, Vec<u8>>) {
    let down = event::TouchDown {
        window: WindowId(1),
        serial: Serial(11),
        time: 1000,
        touch: 0,
        at: Point::new(10.0, 20.0),
    };
    let moved = event::TouchMove {
        time: 1008,
        touch: 0,
        at: Point::new(12.0, 21.0),
    };
    let up = event::TouchUp {
        serial: Serial(13),
        time: 1100,
        touch: 0,
    };
    examples.extend([
        ("touch-down", event_packet(down)),
        ("touch-move", event_packet(moved)),
        ("touch-up", event_packet(up)),
        ("touch-frame", event_packet(event::TouchFrame {})),
        ("touch-cancel", event_packet(event::TouchCancel {})),
    ]);
}

fn clipboard_examples(examples: &mut BTreeMap<&'static str, Vec<u8>>) {
    let text = "text/plain;charset=utf-8";
    let selection = Selection::Clipboard;
    let (own, told) = (OfferId(1), OfferId(OfferId::SERVER + 3));
    let (mut mine, mut theirs) = (Vec::new(), Vec::new());
    let transfer = TransferId(1);
    let credit = request::TransferCredit {
        transfer,
        bytes: 65_536,
    };
    let data = b"Hello";
    let status = TransferStatus::Complete;
    examples.extend([
        (
            "create-offer",
            packet(request::CreateOffer {
                offer: own,
                types: MimeTypes::pack([text], &mut mine),
            }),
        ),
        (
            "set-selection",
            packet(request::SetSelection {
                selection,
                offer: own,
                serial: Serial(7),
            }),
        ),
        (
            "selection-changed",
            event_packet(event::SelectionChanged {
                selection,
                offer: told,
                types: MimeTypes::pack([text], &mut theirs),
            }),
        ),
        (
            "receive",
            packet(request::Receive {
                transfer,
                offer: told,
                serial: Serial(9),
                mime: Text(text),
            }),
        ),
        ("transfer-credit", packet(Request::TransferCredit(credit))),
        (
            "transfer-data",
            event_packet(Event::TransferData(event::TransferData { transfer, data })),
        ),
        (
            "transfer-end",
            event_packet(Event::TransferEnd(event::TransferEnd { transfer, status })),
        ),
    ]);
}

/// The fields that the table under a heading gives: type and name.
fn table(title: &str) -> Vec<(String, &'static str)> {
    let section: Vec<_> = DOCUMENT
        .lines()
        .skip_while(|line| *line != title)
        .skip(1)
        .take_while(|line| !line.starts_with('#'))
        .collect();
    let rows = section
        .iter()
        .skip_while(|line| **line != "| Type | Field | Meaning |")
        .skip(2)
        .take_while(|line| line.starts_with('|'));
    rows.map(|row| {
        let cells: Vec<_> = row.split('|').map(str::trim).collect();
        (cells[1].replace('`', ""), cells[2])
    })
    .collect()
}

/// How many bytes a field of a type takes at the front of `bytes`.
fn field_bytes(kind: &str, bytes: &[u8]) -> usize {
    match kind {
        "u8" => 1,
        "u16" | "i16" => 2,
        "u32" | "i32" | "f32" => 4,
        "u64" | "point" | "size" | "pixel_size" => 8,
        "rect" | "pixel_rect" | "u8[16]" => 16,
        "u8[32]" => 32,
        "transform" => 24,
        "stop" => 8,
        "positioner" => 31,
        "text" | "blob" => 2 + usize::from(u16::from_le_bytes([bytes[0], bytes[1]])),
        "mime…" => bytes.len(),
        tail => {
            let element = tail.strip_suffix('…').expect("a known type");
            assert!(bytes.len().is_multiple_of(field_bytes(element, &[])));
            bytes.len()
        }
    }
}

/// The names of a message's own fields, from its debug form: those indented twice.
fn field_names(debug: &str) -> Vec<String> {
    let fields = debug.lines().filter(|line| {
        line.starts_with("        ") && !line[8..].starts_with([' ', '}', ']', ')'])
    });
    fields
        .filter_map(|line| line.trim().split_once(':'))
        .map(|(name, _)| name.to_string())
        .collect()
}

fn check_table(opcode: u16, name: &str, debug: &str, bytes: &[u8]) {
    let table = table(&format!("#### 0x{opcode:04x} {name}"));
    let names: Vec<_> = table.iter().map(|(_, name)| *name).collect();
    assert_eq!(names, field_names(debug), "fields of {name}");
    let mut rest = &bytes[HEADER_BYTES..];
    for (kind, _) in table {
        rest = &rest[field_bytes(&kind, rest)..];
    }
    assert!(rest.is_empty(), "{name}: {} bytes not told of", rest.len());
}

#[test]
fn the_tables_tell_the_fields_in_order_and_with_their_sizes() {
    samples::requests(|request| {
        let (debug, bytes) = (format!("{request:#?}"), packet(request.clone()));
        check_table(request.opcode(), request.name(), &debug, &bytes);
    });
    samples::events(|event| {
        let (debug, bytes) = (format!("{event:#?}"), event_packet(event.clone()));
        check_table(event.opcode(), event.name(), &debug, &bytes);
    });
}

/// How many bytes a field of a draw record takes at the front of `bytes`.
fn record_field_bytes(kind: &str, small: bool, bytes: &[u8]) -> usize {
    let coordinate = if small { 2 } else { 4 };
    let array = |coordinates: usize| {
        assert!(bytes.len().is_multiple_of(coordinates * coordinate));
        bytes.len()
    };
    let number = |at: usize| usize::from(u16::from_le_bytes([bytes[at], bytes[at + 1]]));
    match kind {
        "paint" | "color" => 4,
        "u8[3]" => 3,
        "f32 × 4" => 16,
        "transform" => 24,
        "Point…" => array(2),
        "Rect" => 4 * coordinate,
        "Rect…" | "Segment…" | "Ellipse…" => array(4),
        "Triangle…" => array(6),
        "*mesh*" | "*bytes*" => bytes.len(),
        "Part…" => array(8),
        "*stroke*" => match number(10) {
            0 => 12,
            dashes => 12 + 4 + dashes * 4,
        },
        "*path*" => {
            let points = 4 + number(0).next_multiple_of(4);
            points + record_field_bytes("Point…", small, &bytes[points..])
        }
        plain => field_bytes(plain, bytes),
    }
}

#[test]
fn the_tables_tell_the_fields_of_draw_records() {
    for (name, buffer) in samples::draw_records() {
        let (record, _) = OpRecord::split(buffer.as_bytes()).expect("well formed");
        // Which fields a glyph run has depends on its flags; its example is checked above.
        if record.kind == OpKind::GLYPH_RUN {
            continue;
        }
        let table = table(&format!("#### 0x{:02x} {}", record.kind.0, record.kind));
        let mut rest = &buffer.as_bytes()[4..];
        for (kind, _) in table {
            let small = record.flags & flags::SMALL != 0;
            rest = &rest[record_field_bytes(&kind, small, rest)..];
        }
        assert!(rest.is_empty(), "{name}: {} bytes not told of", rest.len());
    }
}

#[test]
fn links_lead_somewhere() {
    let anchor = |heading: &str| -> String {
        heading
            .to_lowercase()
            .chars()
            .filter(|c| c.is_alphanumeric() || "-_ ".contains(*c))
            .map(|c| if c == ' ' { '-' } else { c })
            .collect()
    };
    let headings: HashSet<_> = DOCUMENT
        .lines()
        .filter(|line| line.starts_with('#'))
        .map(|line| anchor(line.trim_start_matches('#').trim()))
        .collect();
    for link in DOCUMENT.split("](#").skip(1) {
        let target = link.split(')').next().expect("a link ends");
        assert!(headings.contains(target), "no heading for #{target}");
    }
}
