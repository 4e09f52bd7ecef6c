//! Whatever bytes arrive, decoding answers; and what is written is what is read.

use proptest::collection::vec;
use proptest::prelude::*;
use transom_protocol::clipboard::{MAX_MIME_TYPES, MimeTypes};
use transom_protocol::codec::{
    Blob, HEADER_BYTES, MAX_PACKET, Packed, Packet, PacketReader, Record, Text, write_packet,
};
use transom_protocol::color::Color;
use transom_protocol::draw::{
    Cap, DrawBuffer, DrawOp, DrawOps, FillRule, Filter, GlyphPositions, ImagePart, Join, OpRecord,
    Paint, PathBuffer, PathStep, RunPositions, Segment, Shapes, StrokeStyle,
};
use transom_protocol::error::{DecodeError, ErrorCode};
use transom_protocol::event;
use transom_protocol::geometry::{PixelRect, PixelSize, Point, Rect, Scale, Size, Transform};
use transom_protocol::glyph::{GlyphBuffer, GlyphShape, Glyphs};
use transom_protocol::hello::{Codec, Features, Hello};
use transom_protocol::ids::{FrameId, GlyphSetId, ImageId, PaintId, Serial, SurfaceId, WindowId};
use transom_protocol::input::{KeyCode, KeyLocation, KeyState, LogicalKey};
use transom_protocol::request::{self, FrameKind};
use transom_protocol::window::{ColorSpace, Decorations, RegionKind, WindowKind, WindowStates};
use transom_protocol::{Event, Request};

#[path = "golden/samples.rs"]
mod samples;
#[path = "golden/walk.rs"]
mod walk;

fn only_packet(bytes: &[u8]) -> Packet<'_> {
    let split = Packet::split(bytes).expect("well formed");
    split.expect("a whole packet").0
}

/// Requests whose last field takes whatever follows, byte by byte.
const RAW_TAILS: &[&str] = &[
    "Hello",
    "Group",
    "Draw",
    "ImageData",
    "AddGlyphs",
    "DefineList",
    "TransferData",
    "Welcome",
    "Keymap",
    "Pixels",
];

fn name_of(opcode: u16) -> &'static str {
    let mut all = Request::OPCODES.iter().chain(Event::OPCODES);
    all.find(|(known, _)| *known == opcode)
        .expect("a sample's opcode")
        .1
}

#[test]
fn packets_cut_anywhere_are_errors_or_other_messages() {
    for bytes in samples::packets() {
        for cut in 0..bytes.len() {
            assert_eq!(Packet::split(&bytes[..cut]), Ok(None));
        }
        let whole = only_packet(&bytes);
        for cut in 0..whole.body.len() {
            let short = Packet {
                body: &whole.body[..cut],
                ..whole
            };
            if walk::packet(short).is_ok() {
                // Then it is a message of its own: these bytes and no others.
                let written = walk::rewritten(short).expect("it was decoded");
                assert_eq!(
                    &written[HEADER_BYTES..],
                    short.body,
                    "{}",
                    name_of(short.opcode)
                );
            }
        }
    }
}

#[test]
fn a_body_without_a_tail_cut_anywhere_is_malformed() {
    for bytes in samples::packets() {
        let whole = only_packet(&bytes);
        let name = name_of(whole.opcode);
        let has_tail = RAW_TAILS.contains(&name)
            || ["SetRegion", "Commit", "RemoveGlyphs", "CreateOffer"].contains(&name)
            || ["DefineLinear", "DefineRadial", "DefineConic"].contains(&name)
            || ["KeyboardEnter", "SelectionChanged"].contains(&name);
        for cut in (0..whole.body.len()).filter(|_| !has_tail) {
            let short = Packet {
                body: &whole.body[..cut],
                ..whole
            };
            let error = walk::packet(short).expect_err(name);
            assert_eq!(error.code(), ErrorCode::MALFORMED, "{name} cut at {cut}");
        }
    }
}

#[test]
fn a_body_that_goes_on_is_refused() {
    for bytes in samples::packets() {
        let whole = only_packet(&bytes);
        let mut body = whole.body.to_vec();
        body.push(7);
        let long = Packet {
            body: &body,
            ..whole
        };
        let name = name_of(whole.opcode);
        let decoded = walk::packet(long);
        if RAW_TAILS.contains(&name) {
            assert_eq!(decoded, Ok(()), "{name}");
        } else {
            let error = decoded.expect_err(name);
            assert_eq!(error.code(), ErrorCode::MALFORMED, "{name}");
        }
    }
}

#[test]
fn records_cut_anywhere_or_made_longer_are_malformed() {
    for (name, buffer) in samples::draw_records() {
        let bytes = buffer.as_bytes();
        for cut in 1..bytes.len() {
            let ops: Vec<_> = DrawOps::new(&bytes[..cut]).iter().collect();
            assert!(
                matches!(ops[..], [Err(DecodeError::Malformed { .. })]),
                "{name}"
            );
        }
        // One word more than its fields have, which is not a whole element of its array either.
        let mut long = bytes.to_vec();
        long.extend([0; 4]);
        long[2] += 1;
        let points = ["polyline", "points"].iter().any(|n| name.starts_with(n));
        let ops: Vec<_> = DrawOps::new(&long).iter().collect();
        let malformed = matches!(ops[..], [Err(DecodeError::Malformed { .. })]);
        // A small point is one word, so an array of them may end in one more.
        assert_eq!(malformed, !points, "{name}: {ops:?}");
    }
    for (name, buffer) in samples::glyph_records() {
        let bytes = buffer.as_bytes();
        for cut in 1..bytes.len() {
            let glyphs: Vec<_> = Glyphs::new(&bytes[..cut]).collect();
            assert!(
                matches!(glyphs[..], [Err(DecodeError::Malformed { .. })]),
                "{name}"
            );
        }
        let mut long = bytes.to_vec();
        long.extend([0; 4]);
        long[6] += 1;
        let glyphs: Vec<_> = Glyphs::new(&long).collect();
        assert!(
            matches!(glyphs[..], [Err(DecodeError::Malformed { .. })]),
            "{name}"
        );
    }
}

#[test]
fn nothing_is_read_behind_a_malformed_record() {
    let mut ops = vec![0x01, 0, 3, 0, 1, 2, 3, 4, 0, 0, 0, 0];
    ops.extend(samples::draw_records()[0].1.as_bytes());
    assert_eq!(DrawOps::new(&ops).iter().count(), 1);
    assert_eq!(walk::ops(DrawOps::new(&ops)), 0);
}

#[test]
fn an_unknown_choice_costs_the_message_not_the_connection() {
    let mut bytes = Vec::new();
    samples::requests(|request| {
        if request.name() == "SetDecorations" {
            request.write(&mut bytes);
        }
    });
    *bytes.last_mut().expect("a body") = 77;
    let error = Request::decode(only_packet(&bytes)).expect_err("no such choice");
    assert_eq!(error.code(), ErrorCode::BAD_ARGUMENT);
    let unknown = Packet {
        opcode: 0x7fff,
        body: &[],
    };
    let error = Request::decode(unknown).expect_err("no such opcode");
    assert_eq!(error.code(), ErrorCode::UNSUPPORTED);
}

#[test]
fn a_hello_with_a_codec_of_the_future_is_understood() {
    let bytes = samples::packets().swap_remove(0);
    let mut body = only_packet(&bytes).body.to_vec();
    body[12] = 200;
    let packet = Packet {
        opcode: 1,
        body: &body,
    };
    let Ok(Request::Hello(hello)) = Request::decode(packet) else {
        panic!("a hello");
    };
    assert_eq!((hello.codec, hello.program.0), (Codec::Raw, "clock"));
}

#[test]
fn texts_are_cut_at_a_whole_character() {
    let long = "é".repeat(40_000);
    let mut bytes = Vec::new();
    Request::from(request::SetTitle {
        window: WindowId(1),
        title: Text(&long),
    })
    .write(&mut bytes);
    let Ok(Request::SetTitle(read)) = Request::decode(only_packet(&bytes)) else {
        panic!("a title");
    };
    assert_eq!(read.title.0, &long[..65_534]);
    let bad = Packet {
        opcode: 0x13,
        body: &[1, 0, 0, 0, 1, 0, 0xff],
    };
    let error = Request::decode(bad).expect_err("not UTF-8");
    assert_eq!(error.code(), ErrorCode::MALFORMED);
}

#[test]
fn mime_types_have_bounds() {
    let mut buffer = Vec::new();
    let types = MimeTypes::pack((0..100).map(|i| format!("x/{i}")), &mut buffer);
    assert_eq!(types.iter().count(), MAX_MIME_TYPES);
    let longest = "m".repeat(255);
    let mut buffer = Vec::new();
    let types = MimeTypes::pack(["m".repeat(256), longest.clone()], &mut buffer);
    assert_eq!(types.iter().collect::<Vec<_>>(), [longest.as_str()]);
    let mut body = vec![1, 0, 0, 0];
    body.resize(4 + MAX_MIME_TYPES + 1, 0);
    let packet = Packet {
        opcode: 0x90,
        body: &body,
    };
    assert!(Request::decode(packet).is_err());
}

#[test]
fn the_largest_packet_is_taken_and_one_byte_more_is_not() {
    let mut bytes = Vec::new();
    write_packet(&mut bytes, 0x0062, |out| {
        out.resize(HEADER_BYTES + MAX_PACKET - 2, 0)
    });
    let (packet, length) = Packet::split(&bytes)
        .expect("within the bound")
        .expect("a whole packet");
    assert_eq!((packet.body.len(), length), (MAX_PACKET - 2, bytes.len()));
    bytes[..4].copy_from_slice(&(MAX_PACKET as u32 + 1).to_le_bytes());
    assert!(matches!(
        Packet::split(&bytes),
        Err(DecodeError::TooLarge(_))
    ));
}

#[test]
fn long_draw_records_are_read_as_they_were_written() {
    let mut path = PathBuffer::new();
    path.push(PathStep::Move(Point::new(0.5, 0.0)));
    for i in 0..40_000 {
        path.push(PathStep::Line(Point::new(i as f32, 0.25)));
    }
    let mut buffer = DrawBuffer::new();
    let paint = Paint::Color(Color::RED);
    buffer.save();
    buffer
        .fill_path(paint, true, FillRule::NonZero, &path)
        .expect("fits a packet");
    buffer.restore();
    let bytes = buffer.as_bytes();
    assert!(bytes.len() > 65_535 * 4);
    assert_eq!(bytes[4 + 2..4 + 4], [0, 0], "the long form");
    let ops: Vec<_> = buffer
        .ops()
        .iter()
        .map(|op| op.expect("well formed"))
        .collect();
    let [
        DrawOp::Save,
        DrawOp::FillPath { path: read, .. },
        DrawOp::Restore,
    ] = &ops[..]
    else {
        panic!("three operations");
    };
    assert_eq!(read.len(), 40_001);
    assert_eq!(
        read.steps().last(),
        Some(PathStep::Line(Point::new(39_999.0, 0.25)))
    );

    path.clear();
    for i in 0..200_000 {
        path.push(PathStep::Line(Point::new(i as f32, 0.25)));
    }
    let before = buffer.as_bytes().len();
    assert!(
        buffer
            .fill_path(paint, true, FillRule::NonZero, &path)
            .is_err()
    );
    assert_eq!(
        buffer.as_bytes().len(),
        before,
        "nothing of what failed is left"
    );
}

#[test]
fn the_long_form_of_a_length_may_be_used_for_any_record() {
    let long = [0x13, 0, 0, 0, 3, 0, 0, 0, 0, 0, 0, 0x3f];
    let ops: Vec<_> = DrawOps::new(&long).iter().collect();
    assert_eq!(ops, [Ok(DrawOp::SetOpacity { opacity: 0.5 })]);
    for words in [0u32, 1, u32::MAX] {
        let mut bad = long;
        bad[4..8].copy_from_slice(&words.to_le_bytes());
        let ops: Vec<_> = DrawOps::new(&bad).iter().collect();
        assert!(
            matches!(ops[..], [Err(DecodeError::Malformed { .. })]),
            "{words}"
        );
    }
}

#[test]
fn long_glyph_records_are_read_as_they_were_written() {
    let steps: Vec<_> = (0..70_000)
        .map(|i| PathStep::Line(Point::new((i % 1000) as f32, -3.0)))
        .collect();
    let mut buffer = GlyphBuffer::new();
    buffer.outline(1, 10, &steps);
    buffer.outline(2, 20, &[]);
    assert!(buffer.as_bytes().len() > 65_535 * 4);
    let glyphs: Vec<_> = Glyphs::new(buffer.as_bytes())
        .map(|glyph| glyph.expect("well formed"))
        .collect();
    let [first, second] = &glyphs[..] else {
        panic!("two glyphs");
    };
    let GlyphShape::Outline(outline) = first.shape else {
        panic!("an outline");
    };
    assert_eq!((first.index, second.index, outline.len()), (1, 2, 65_535));
    assert!(outline.steps().eq(steps[..65_535].iter().copied()));
}

#[test]
fn glyphs_have_at_most_so_many_layers() {
    let empty: &[PathStep] = &[];
    let mut buffer = GlyphBuffer::new();
    buffer.layers(1, 0, &vec![(None, empty); 300]);
    let mut glyphs = Glyphs::new(buffer.as_bytes());
    let Some(Ok(glyph)) = glyphs.next() else {
        panic!("a glyph");
    };
    let GlyphShape::Layers(layers) = glyph.shape else {
        panic!("layers");
    };
    assert_eq!(layers.iter().count(), 256);
}

#[test]
fn pieces_are_whole_records_and_lose_nothing() {
    let mut buffer = DrawBuffer::new();
    for i in 0..500 {
        let rects = vec![Rect::new(i as f32, 0.5, 1.0, 1.0); i % 7 + 1];
        buffer.fill_rects(Paint::Color(Color::RED), false, &rects);
    }
    for max in [1, 100, 1000, 1 << 20] {
        let mut joined = Vec::new();
        for piece in buffer.pieces(max) {
            let bytes = piece.as_bytes();
            let count = piece.iter().count();
            assert!(piece.iter().all(|op| op.is_ok()));
            assert!(count > 0 && (bytes.len() <= max || count == 1));
            joined.extend_from_slice(bytes);
        }
        assert_eq!(joined, buffer.as_bytes(), "pieces of {max}");
    }
    assert_eq!(DrawBuffer::new().pieces(10).count(), 0);
}

#[test]
fn pieces_of_glyphs_are_whole_records_and_lose_nothing() {
    let mut buffer = GlyphBuffer::new();
    for index in 0..300 {
        let steps = vec![PathStep::Line(Point::new(1.0, 2.0)); usize::from(index % 9)];
        buffer.outline(index, 5, &steps);
    }
    for max in [1, 100, 1000, 1 << 20] {
        let mut joined = Vec::new();
        for piece in buffer.pieces(max) {
            let count = walk::glyphs(piece);
            assert_eq!(count, Glyphs::new(piece).count());
            assert!(count > 0 && (piece.len() <= max || count == 1));
            joined.extend_from_slice(piece);
        }
        assert_eq!(joined, buffer.as_bytes(), "pieces of {max}");
    }
    assert_eq!(GlyphBuffer::new().pieces(10).count(), 0);
}

#[test]
fn many_shapes_become_records_that_fit_a_packet() {
    let rects = vec![Rect::new(0.5, 1.0, 2.0, 3.0); 100_000];
    let mut buffer = DrawBuffer::new();
    buffer.fill_rects(Paint::Color(Color::RED), false, &rects);
    buffer.clip_rects(&rects);
    let mut rest = buffer.as_bytes();
    while !rest.is_empty() {
        let (_, after) = OpRecord::split(rest).expect("well formed");
        let mut packet = Vec::new();
        let ops = DrawOps::new(&rest[..rest.len() - after.len()]);
        let surface = SurfaceId(1);
        Request::from(request::Draw { surface, ops }).write(&mut packet);
        rest = after;
    }
    let count = |op: Result<DrawOp<'_>, _>| match op {
        Ok(DrawOp::FillRects { rects, .. }) => rects.len(),
        _ => 0,
    };
    assert_eq!(buffer.ops().iter().map(count).sum::<usize>(), 100_000);
}

fn number() -> impl Strategy<Value = f32> {
    prop_oneof![
        (-40_000i32..40_000).prop_map(|v| v as f32),
        any::<i16>().prop_map(f32::from),
        any::<f32>(),
    ]
}

fn whole() -> impl Strategy<Value = f32> {
    any::<i16>().prop_map(f32::from)
}

fn rect(of: impl Strategy<Value = f32>) -> impl Strategy<Value = Rect> {
    let side = std::rc::Rc::new(of);
    proptest::array::uniform4(side).prop_map(|[x, y, w, h]| Rect::new(x, y, w, h))
}

fn point() -> impl Strategy<Value = Point> {
    (number(), number()).prop_map(|(x, y)| Point::new(x, y))
}

fn paint() -> impl Strategy<Value = Paint> {
    prop_oneof![
        any::<[u8; 4]>().prop_map(|bytes| Paint::Color(Color::from_bytes(bytes))),
        any::<u32>().prop_map(|n| Paint::Defined(PaintId(n))),
    ]
}

fn step() -> impl Strategy<Value = PathStep> {
    prop_oneof![
        point().prop_map(PathStep::Move),
        point().prop_map(PathStep::Line),
        (point(), point()).prop_map(|(a, b)| PathStep::Quad(a, b)),
        (point(), point(), point()).prop_map(|(a, b, c)| PathStep::Cubic(a, b, c)),
        Just(PathStep::Close),
    ]
}

/// Bits, so that NaN equals itself; negative zero and zero are one, as the contract says.
fn bits(rects: impl IntoIterator<Item = Rect>) -> Vec<[u32; 4]> {
    let bits = |v: f32| if v == 0.0 { 0 } else { v.to_bits() };
    let of = |r: Rect| [r.x, r.y, r.width, r.height].map(bits);
    rects.into_iter().map(of).collect()
}

fn point_bits(points: impl IntoIterator<Item = Point>) -> Vec<[u32; 4]> {
    bits(points.into_iter().map(|p| Rect::new(p.x, p.y, 0.0, 0.0)))
}

fn step_bits(steps: impl IntoIterator<Item = PathStep>) -> Vec<[u32; 4]> {
    let points = steps.into_iter().flat_map(|step| match step {
        PathStep::Move(p) | PathStep::Line(p) => vec![p],
        PathStep::Quad(a, b) => vec![a, b],
        PathStep::Cubic(a, b, c) => vec![a, b, c],
        PathStep::Close => vec![Point::new(-1.0, -1.0)],
    });
    point_bits(points)
}

/// The only operation of a buffer.
fn only_op(buffer: &DrawBuffer) -> DrawOp<'_> {
    let mut ops = buffer.ops().iter();
    let op = ops.next().expect("one operation").expect("well formed");
    assert!(ops.next().is_none());
    op
}

fn fill(rects: &[Rect]) -> DrawBuffer {
    let mut buffer = DrawBuffer::new();
    buffer.fill_rects(Paint::Color(Color::RED), false, rects);
    buffer
}

fn filled<'a>(op: &DrawOp<'a>) -> Shapes<'a, Rect> {
    match op {
        DrawOp::FillRects { rects, .. } => *rects,
        other => panic!("not rectangles: {other:?}"),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(4000) })]

    #[test]
    fn mutated_packets_never_panic(
        which in any::<prop::sample::Index>(),
        changes in vec((any::<prop::sample::Index>(), any::<u8>()), 1..8),
        cut in proptest::option::of(any::<prop::sample::Index>()),
    ) {
        thread_local! {
            static PACKETS: Vec<Vec<u8>> = samples::packets();
        }
        let mut bytes = PACKETS.with(|packets| which.get(packets).clone());
        for (at, value) in &changes {
            let at = at.index(bytes.len());
            bytes[at] = *value;
        }
        if let Some(cut) = cut {
            bytes.truncate(cut.index(bytes.len()));
        }
        if let Ok(Some((packet, length))) = Packet::split(&bytes) {
            prop_assert!(length <= bytes.len());
            let _ = walk::packet(packet);
        }
        // The body under every other opcode, too.
        if let Some(body) = bytes.get(HEADER_BYTES..) {
            for (opcode, _) in Request::OPCODES.iter().chain(Event::OPCODES) {
                let _ = walk::packet(Packet { opcode: *opcode, body });
            }
        }
    }

    #[test]
    fn mutated_draw_records_never_panic(
        which in vec(any::<prop::sample::Index>(), 1..4),
        changes in vec((any::<prop::sample::Index>(), any::<u8>()), 1..8),
    ) {
        thread_local! {
            static RECORDS: Vec<Vec<u8>> =
                samples::draw_records().iter().map(|(_, b)| b.as_bytes().to_vec()).collect();
        }
        let mut bytes = Vec::new();
        for which in &which {
            RECORDS.with(|records| bytes.extend(which.get(records)));
        }
        for (at, value) in &changes {
            let at = at.index(bytes.len());
            bytes[at] = *value;
        }
        walk::ops(DrawOps::new(&bytes));
    }

    #[test]
    fn mutated_glyph_records_never_panic(
        which in vec(any::<prop::sample::Index>(), 1..4),
        changes in vec((any::<prop::sample::Index>(), any::<u8>()), 1..8),
    ) {
        thread_local! {
            static RECORDS: Vec<Vec<u8>> =
                samples::glyph_records().iter().map(|(_, b)| b.as_bytes().to_vec()).collect();
        }
        let mut bytes = Vec::new();
        for which in &which {
            RECORDS.with(|records| bytes.extend(which.get(records)));
        }
        for (at, value) in &changes {
            let at = at.index(bytes.len());
            bytes[at] = *value;
        }
        walk::glyphs(&bytes);
    }

    #[test]
    fn arbitrary_bytes_never_panic(kind in 0u8..0x18, bytes in vec(any::<u8>(), 0..200)) {
        let _ = Packet::split(&bytes);
        walk::ops(DrawOps::new(&bytes));
        walk::glyphs(&bytes);
        // As the fields of a record of every kind.
        let mut record = vec![kind, bytes.first().copied().unwrap_or(0), 0, 0];
        record.extend(&bytes);
        record.resize(record.len().next_multiple_of(4), 0);
        record[2] = (record.len() / 4) as u8;
        walk::ops(DrawOps::new(&record));
        for (opcode, _) in Request::OPCODES.iter().chain(Event::OPCODES) {
            let _ = walk::packet(Packet { opcode: *opcode, body: &bytes });
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(500) })]

    #[test]
    fn a_stream_in_any_pieces_is_the_same_packets(cuts in vec(1usize..50, 1..40)) {
        let packets = samples::packets();
        let stream = packets.concat();
        let (mut reader, mut at, mut seen) = (PacketReader::new(), 0, 0);
        for cut in cuts.iter().cycle() {
            let end = (at + cut).min(stream.len());
            reader.extend(&stream[at..end]);
            at = end;
            while let Some((packet, length)) = reader.packet().expect("well formed") {
                prop_assert_eq!(packet, only_packet(&packets[seen]));
                reader.consume(length);
                seen += 1;
            }
            if at == stream.len() {
                break;
            }
        }
        prop_assert_eq!(seen, packets.len());
    }

    #[test]
    fn hellos_survive(
        numbers in any::<(u16, u16, u64, u32, u32)>(),
        instance in any::<[u8; 16]>(),
        resume_secret in any::<[u8; 32]>(),
        token in vec(any::<u8>(), 0..40),
        program in ".{0,20}",
        extensions in vec(any::<u8>(), 0..10),
    ) {
        let hello = Hello {
            min_version: numbers.0,
            max_version: numbers.1,
            features: Features(numbers.2),
            codec: Codec::Zstd,
            accepts: numbers.3,
            instance,
            resume_secret,
            resume: 1,
            pid: numbers.4,
            token: Blob(&token),
            program: Text(&program),
            host: Text("host"),
            extensions: &extensions,
        };
        let mut bytes = Vec::new();
        Request::from(hello).write(&mut bytes);
        prop_assert_eq!(Request::decode(only_packet(&bytes)), Ok(hello.into()));
    }

    #[test]
    fn windows_survive(
        numbers in any::<(u32, u32, u32, u8)>(),
        kind in prop::sample::select(WindowKind::ALL),
        decorations in prop::sample::select(Decorations::ALL),
        size in (0.0f32..1e6, 0.0f32..1e6),
        title in ".{0,40}",
        app_id in ".{0,40}",
    ) {
        let create = request::CreateWindow {
            window: WindowId(numbers.0),
            stable: numbers.1,
            parent: WindowId(numbers.2),
            kind,
            decorations,
            color_space: ColorSpace(numbers.3),
            size: Size::new(size.0, size.1),
            title: Text(&title),
            app_id: Text(&app_id),
        };
        let mut bytes = Vec::new();
        Request::from(create).write(&mut bytes);
        prop_assert_eq!(Request::decode(only_packet(&bytes)), Ok(create.into()));
    }

    #[test]
    fn commits_and_regions_survive(
        frame in any::<u32>(),
        kind in prop::sample::select(FrameKind::ALL),
        windows in vec(any::<u32>().prop_map(WindowId), 0..20),
        rects in vec(rect(whole()), 0..20),
    ) {
        let (mut buffer, mut bytes) = (Vec::new(), Vec::new());
        let commit = request::Commit {
            frame: FrameId(frame),
            kind,
            windows: Packed::pack(&windows, &mut buffer),
        };
        Request::from(commit).write(&mut bytes);
        prop_assert_eq!(Request::decode(only_packet(&bytes)), Ok(commit.into()));
        prop_assert!(commit.windows.iter().eq(windows));

        let (mut buffer, mut bytes) = (Vec::new(), Vec::new());
        let region = request::SetRegion {
            window: WindowId(frame),
            kind: RegionKind::Input,
            unset: 0,
            rects: Packed::pack(&rects, &mut buffer),
        };
        Request::from(region).write(&mut bytes);
        prop_assert_eq!(Request::decode(only_packet(&bytes)), Ok(region.into()));
    }

    #[test]
    fn keys_and_configures_survive(
        numbers in any::<(u32, u32, u16, u16, u32, u32)>(),
        state in prop::sample::select(KeyState::ALL),
        location in prop::sample::select(KeyLocation::ALL),
        text in ".{0,4}",
    ) {
        let key = event::Key {
            serial: Serial(numbers.0),
            time: numbers.1,
            state,
            code: KeyCode(numbers.2),
            evdev: numbers.3,
            logical: LogicalKey(numbers.4),
            unmodified: LogicalKey(numbers.5),
            location,
            text: Text(&text),
        };
        let mut bytes = Vec::new();
        Event::from(key).write(&mut bytes);
        prop_assert_eq!(Event::decode(only_packet(&bytes)), Ok(key.into()));

        let configure = event::Configure {
            window: WindowId(numbers.0),
            serial: Serial(numbers.1),
            size: PixelSize::new(numbers.4, numbers.5),
            scale: Scale(numbers.1),
            states: WindowStates(numbers.4),
            decorations: Decorations::None,
            bounds: PixelSize::new(numbers.5, numbers.0),
        };
        let mut bytes = Vec::new();
        Event::from(configure).write(&mut bytes);
        prop_assert_eq!(Event::decode(only_packet(&bytes)), Ok(configure.into()));
    }

    #[test]
    fn pixel_rectangles_never_overflow(x in any::<i32>(), y in any::<i32>(), w in any::<u32>(), h in any::<u32>()) {
        let mut body = Vec::new();
        for number in [9, 1, x as u32, y as u32, w, h] {
            Record::write(&number, &mut body);
        }
        let packet = Packet { opcode: 0x42, body: &body };
        let Ok(Request::ReadPixels(read)) = Request::decode(packet) else {
            panic!("a read");
        };
        prop_assert_eq!(read.rect, PixelRect::new(x, y, w, h));
    }

    #[test]
    fn whole_coordinates_take_two_bytes_and_others_four(
        small in vec(rect(whole()), 1..20),
        large in vec(rect(number()), 1..20),
    ) {
        let buffer = fill(&small);
        prop_assert_eq!(buffer.as_bytes().len(), 8 + small.len() * 8);
        prop_assert_eq!(bits(filled(&only_op(&buffer)).iter()), bits(small));

        let buffer = fill(&large);
        let fits = |v: f32| v.fract() == 0.0 && (-32_768.0..32_768.0).contains(&v);
        let all = large.iter().all(|r| [r.x, r.y, r.width, r.height].into_iter().all(fits));
        prop_assert_eq!(buffer.as_bytes().len(), 8 + large.len() * if all { 8 } else { 16 });
        prop_assert_eq!(bits(filled(&only_op(&buffer)).iter()), bits(large));
    }

    #[test]
    fn what_is_drawn_is_what_is_read(
        colour in paint(),
        flags in any::<(bool, bool)>(),
        width in number(),
        radii in proptest::array::uniform4(-1e6f32..1e6),
        rects in vec(rect(number()), 1..10),
        points in vec(point(), 0..10),
        dashes in vec(0.0f32..100.0, 0..70),
        cap in prop::sample::select(Cap::ALL),
        join in prop::sample::select(Join::ALL),
        path_steps in vec(step(), 0..12),
    ) {
        let mut b = DrawBuffer::new();
        b.stroke_rects(colour, flags.0, width, &rects);
        let DrawOp::StrokeRects { paint, smooth, width: w, rects: read, .. } = only_op(&b) else { panic!() };
        prop_assert_eq!((paint, smooth, w.to_bits()), (colour, flags.0, width.to_bits()));
        prop_assert_eq!(bits(read.iter()), bits(rects.iter().copied()));

        b.clear();
        b.stroke_rounded(colour, flags.0, flags.1, width, radii, &rects);
        let DrawOp::StrokeRounded { paint, antialias, smooth, width: w, radii: r, rects: read } = only_op(&b)
        else { panic!() };
        prop_assert_eq!((paint, antialias, smooth), (colour, flags.0, flags.1));
        prop_assert_eq!((w.to_bits(), r), (width.to_bits(), radii));
        prop_assert_eq!(bits(read.iter()), bits(rects.iter().copied()));

        b.clear();
        b.fill_rounded(colour, flags.1, flags.0, radii, &rects);
        let DrawOp::FillRounded { paint, antialias, smooth, radii: r, rects: read } = only_op(&b) else { panic!() };
        prop_assert_eq!((paint, antialias, smooth, r), (colour, flags.1, flags.0, radii));
        prop_assert_eq!(bits(read.iter()), bits(rects.iter().copied()));

        b.clear();
        let lines: Vec<_> = rects.iter()
            .map(|r| Segment { from: Point::new(r.x, r.y), to: Point::new(r.width, r.height) })
            .collect();
        b.segments(colour, flags.0, width, cap, &lines);
        let DrawOp::Segments { paint, antialias, cap: c, segments, .. } = only_op(&b) else { panic!() };
        prop_assert_eq!((paint, antialias, c), (colour, flags.0, cap));
        let read = segments.iter().map(|s| Rect::new(s.from.x, s.from.y, s.to.x, s.to.y));
        prop_assert_eq!(bits(read), bits(rects.iter().copied()));

        let mut packed = Vec::new();
        let stroke = StrokeStyle {
            width: 2.5,
            cap,
            join,
            miter_limit: 4.0,
            dash_phase: if dashes.is_empty() { 0.0 } else { 1.5 },
            dashes: Packed::pack(&dashes[..dashes.len().min(64)], &mut packed),
        };
        b.clear();
        b.polyline(colour, flags.0, flags.1, &stroke, &points).expect("short");
        let DrawOp::Polyline { paint, antialias, closed, stroke: s, points: read } = only_op(&b)
        else { panic!() };
        prop_assert_eq!((paint, antialias, closed, s), (colour, flags.0, flags.1, stroke));
        prop_assert_eq!(point_bits(read.iter()), point_bits(points.iter().copied()));

        let mut path = PathBuffer::new();
        for step in &path_steps {
            path.push(*step);
        }
        b.clear();
        b.stroke_path(colour, flags.0, &stroke, &path).expect("short");
        let DrawOp::StrokePath { paint, antialias, stroke: s, path: read } = only_op(&b) else { panic!() };
        prop_assert_eq!((paint, antialias, s), (colour, flags.0, stroke));
        prop_assert_eq!(step_bits(read.steps()), step_bits(path_steps.iter().copied()));

        b.clear();
        let rule = if flags.1 { FillRule::EvenOdd } else { FillRule::NonZero };
        b.fill_path(colour, flags.0, rule, &path).expect("short");
        let DrawOp::FillPath { paint, antialias, rule: r, path: read } = only_op(&b) else { panic!() };
        prop_assert_eq!((paint, antialias, r), (colour, flags.0, rule));
        prop_assert_eq!(step_bits(read.steps()), step_bits(path_steps));
    }

    #[test]
    fn images_copies_clips_and_state_are_what_is_read(
        colour in paint(),
        id in any::<u32>(),
        rects in vec(rect(number()), 1..10),
        numbers in proptest::array::uniform6(-1e6f32..1e6),
        linear in any::<bool>(),
    ) {
        let filter = if linear { Filter::Linear } else { Filter::Nearest };
        let parts: Vec<_> = rects.iter().map(|r| ImagePart { source: *r, dest: rects[0] }).collect();
        let mut b = DrawBuffer::new();
        b.images(ImageId(id), colour, filter, &parts);
        let DrawOp::Images { image, paint, filter: f, parts: read, .. } = only_op(&b) else { panic!() };
        prop_assert_eq!((image, paint, f), (ImageId(id), colour, filter));
        prop_assert_eq!(bits(read.iter().map(|p| p.source)), bits(rects.iter().copied()));
        prop_assert!(bits(read.iter().map(|p| p.dest)).iter().all(|r| *r == bits([rects[0]])[0]));

        b.clear();
        b.clip_rects(&rects);
        let DrawOp::ClipRects { rects: read } = only_op(&b) else { panic!() };
        prop_assert_eq!(bits(read.iter()), bits(rects));

        let [a, bb, c, d, e, f] = numbers;
        let transform = Transform { a, b: bb, c, d, e, f };
        let (rect, to) = (Rect::new(a, bb, c, d), Point::new(e, f));
        b.clear();
        b.set_transform(transform);
        b.concat(transform);
        b.set_opacity(a);
        b.copy_area(SurfaceId(id), rect, to);
        b.save();
        b.restore();
        b.reset();
        let ops: Vec<_> = b.ops().iter().map(|op| op.expect("well formed")).collect();
        prop_assert_eq!(ops, [
            DrawOp::SetTransform { transform },
            DrawOp::Concat { transform },
            DrawOp::SetOpacity { opacity: a },
            DrawOp::CopyArea { source: SurfaceId(id), rect, to },
            DrawOp::Save,
            DrawOp::Restore,
            DrawOp::Reset,
        ]);
    }

    #[test]
    fn glyph_runs_are_what_is_read(
        colour in paint(),
        set in any::<u32>(),
        indices in prop_oneof![vec(0u16..256, 0..40), vec(any::<u16>(), 0..40)],
        advances in vec(any::<i16>(), 0..40),
        points in vec((-1e6f32..1e6, -1e6f32..1e6), 0..40),
        origin in (-1e4f32..1e4, prop_oneof![Just(3.0f32), -1e4f32..1e4]),
    ) {
        let points: Vec<_> = points.into_iter().map(|(x, y)| Point::new(x, y)).collect();
        let origin = Point::new(origin.0, origin.1);
        let shortest = |places: usize| &indices[..indices.len().min(places)];
        for (positions, expected) in [
            (RunPositions::Constant(7.25), &indices[..]),
            (RunPositions::Natural, &indices[..]),
            (RunPositions::Advances(&advances), shortest(advances.len())),
            (RunPositions::Points(&points), shortest(points.len())),
        ] {
            let mut b = DrawBuffer::new();
            b.glyph_run(GlyphSetId(set), colour, 12.5, origin, positions, &indices);
            let DrawOp::GlyphRun(run) = only_op(&b) else { panic!() };
            prop_assert_eq!((run.set, run.paint, run.size), (GlyphSetId(set), colour, 12.5));
            prop_assert_eq!(run.origin, origin);
            prop_assert!(run.indices.iter().eq(expected.iter().copied()));
            let same = match (positions, run.positions) {
                (RunPositions::Constant(a), GlyphPositions::Constant(b)) => a == b,
                (RunPositions::Natural, GlyphPositions::Natural) => true,
                (RunPositions::Advances(a), GlyphPositions::Advances(b)) =>
                    b.iter().eq(a[..expected.len()].iter().copied()),
                (RunPositions::Points(a), GlyphPositions::Points(b)) =>
                    b.iter().eq(a[..expected.len()].iter().copied()),
                _ => false,
            };
            prop_assert!(same, "{:?}", run.positions);
        }
    }

    #[test]
    fn glyphs_are_what_is_read(
        index in any::<u16>(),
        advance in any::<i16>(),
        steps in vec(step(), 0..20),
        layers in vec((proptest::option::of(any::<[u8; 4]>()), vec(step(), 0..5)), 0..5),
        place in any::<(i16, i16, u16, u16)>(),
    ) {
        let rounded = |steps: &[PathStep]| -> Vec<PathStep> {
            let p = |p: Point| Point::new(f32::from(p.x.round() as i16), f32::from(p.y.round() as i16));
            steps.iter().map(|step| match *step {
                PathStep::Move(a) => PathStep::Move(p(a)),
                PathStep::Line(a) => PathStep::Line(p(a)),
                PathStep::Quad(a, b) => PathStep::Quad(p(a), p(b)),
                PathStep::Cubic(a, b, c) => PathStep::Cubic(p(a), p(b), p(c)),
                PathStep::Close => PathStep::Close,
            }).collect()
        };
        let mut buffer = GlyphBuffer::new();
        buffer.outline(index, advance, &steps);
        let pairs: Vec<_> = layers.iter()
            .map(|(color, steps)| (color.map(Color::from_bytes), steps.as_slice()))
            .collect();
        buffer.layers(index, advance, &pairs);
        buffer.image(index, advance, ImageId(7), (place.0, place.1), (place.2, place.3));
        let glyphs: Vec<_> = Glyphs::new(buffer.as_bytes()).map(|g| g.expect("well formed")).collect();
        prop_assert_eq!(glyphs.len(), 3);
        prop_assert!(glyphs.iter().all(|g| (g.index, g.advance) == (index, advance)));
        let GlyphShape::Outline(outline) = glyphs[0].shape else { panic!() };
        prop_assert!(outline.steps().eq(rounded(&steps)));
        let GlyphShape::Layers(read) = glyphs[1].shape else { panic!() };
        prop_assert_eq!(read.iter().count(), layers.len());
        for ((color, outline), (expected, steps)) in read.iter().zip(&pairs) {
            prop_assert_eq!(color, *expected);
            prop_assert!(outline.steps().eq(rounded(steps)));
        }
        let image = GlyphShape::Image { image: ImageId(7), x: place.0, y: place.1, width: place.2, height: place.3 };
        prop_assert_eq!(glyphs[2].shape, image);
    }
}

#[test]
fn whole_numbers_are_short_up_to_the_last_one() {
    let record = |v: f32| fill(&[Rect::new(v, 1.0, 2.0, -3.0)]);
    for v in (-32_768..=32_767).map(|v| v as f32).chain([-0.0]) {
        let buffer = record(v);
        assert_eq!(buffer.as_bytes().len(), 16, "{v}");
        let read = filled(&only_op(&buffer)).iter().next();
        assert_eq!(read, Some(Rect::new(v, 1.0, 2.0, -3.0)));
    }
    let others = [
        0.5,
        -0.25,
        1e-40,
        32_767.5,
        32_768.0,
        -32_769.0,
        65_536.0,
        8_388_608.0,
        -12_582_912.0,
        1e30,
        f32::INFINITY,
        f32::NAN,
    ];
    for v in others {
        assert_eq!(record(v).as_bytes().len(), 24, "{v}");
    }
}
