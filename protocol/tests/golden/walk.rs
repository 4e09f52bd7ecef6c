//! Reads everything a message holds, down to the last array element.

#![allow(dead_code, reason = "each test binary uses a part of this")]

use std::fmt::{self, Debug, Write};

use transom_protocol::codec::Packet;
use transom_protocol::draw::{DrawOp, DrawOps, PathStep};
use transom_protocol::error::DecodeError;
use transom_protocol::glyph::{GlyphShape, Glyphs, Outline};
use transom_protocol::{Event, Request};

/// Takes text and forgets it.
struct Nowhere;

impl Write for Nowhere {
    fn write_str(&mut self, _: &str) -> fmt::Result {
        Ok(())
    }
}

/// Reads what a debug form reads: every field, every element of every array.
pub(crate) fn touch(value: &impl Debug) {
    write!(Nowhere, "{value:?}").expect("nothing fails");
}

fn steps(steps: impl Iterator<Item = PathStep>) -> usize {
    steps.map(|step| touch(&step)).count()
}

/// How many operations could be read.
pub(crate) fn ops(ops: DrawOps<'_>) -> usize {
    let mut good = 0;
    for op in ops.iter() {
        touch(&op);
        let Ok(op) = op else {
            continue;
        };
        good += 1;
        match op {
            DrawOp::FillPath { path, .. } | DrawOp::StrokePath { path, .. } => {
                assert_eq!(steps(path.steps()), path.len());
            }
            DrawOp::GlyphRun(run) => {
                assert_eq!(run.indices.iter().count(), run.indices.len());
                assert_eq!(run.indices.get(run.indices.len()), None);
            }
            _ => {}
        }
    }
    good
}

fn outline(outline: &Outline<'_>) {
    assert_eq!(steps(outline.steps()), outline.len());
}

/// How many glyphs could be read.
pub(crate) fn glyphs(bytes: &[u8]) -> usize {
    let mut good = 0;
    for glyph in Glyphs::new(bytes) {
        let Ok(glyph) = glyph else {
            continue;
        };
        good += 1;
        match &glyph.shape {
            GlyphShape::Outline(shape) => outline(shape),
            GlyphShape::Layers(layers) => layers.iter().for_each(|(_, shape)| outline(&shape)),
            GlyphShape::Image { .. } => {}
        }
    }
    good
}

/// Decodes a packet of either direction and reads all of it.
pub(crate) fn packet(packet: Packet<'_>) -> Result<(), DecodeError> {
    if packet.opcode >= 0x8000 {
        let event = Event::decode(packet)?;
        touch(&event);
        if let Event::SelectionChanged(selection) = &event {
            selection.types.iter().for_each(|mime| touch(&mime));
        }
        return Ok(());
    }
    let request = Request::decode(packet)?;
    touch(&request);
    match &request {
        Request::Draw(draw) => {
            ops(draw.ops);
        }
        Request::DefineList(list) => {
            ops(list.ops);
        }
        Request::AddGlyphs(add) => {
            glyphs(add.glyphs);
        }
        Request::CreateOffer(offer) => offer.types.iter().for_each(|mime| touch(&mime)),
        _ => {}
    }
    Ok(())
}

/// Decodes a packet of either direction and writes it again.
pub(crate) fn rewritten(packet: Packet<'_>) -> Result<Vec<u8>, DecodeError> {
    let mut out = Vec::new();
    if packet.opcode >= 0x8000 {
        Event::decode(packet)?.write(&mut out);
    } else {
        Request::decode(packet)?.write(&mut out);
    }
    Ok(out)
}
