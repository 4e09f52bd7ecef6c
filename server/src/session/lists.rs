//! Retained lists: operations kept with all they draw with, and drawn many times.
//!
//! A list names what was there when it was made, so it can only draw lists that are older: none ever
//! draws itself. What a list draws with is kept as it was, and counts as memory once more.

use std::sync::Arc;

use transom_protocol::draw::{DrawOp, DrawOps, GlyphRun, OpRecord, Paint};
use transom_protocol::ids::{GlyphSetId, ImageId, ListId, PaintId};

use super::Failure;
use super::budget::{Budget, cost};
use super::client::{Client, Context};
use super::glyphs::GlyphSet;
use super::ids::ById;
use super::images::Image;
use super::inert::Kind;
use super::limits::{Charge, MAX_LIST_DEPTH, MAX_LIST_RECORDS};
use super::paint::Cursor;
use super::paints::PaintData;

/// What a list costs beside its records and what it keeps.
const LIST_BYTES: u64 = 512;

/// Things that operations name.
#[derive(Clone, Copy)]
pub(super) struct Palette<'a> {
    pub(super) images: &'a ById<ImageId, Image>,
    pub(super) sets: &'a ById<GlyphSetId, GlyphSet>,
    pub(super) paints: &'a ById<PaintId, Arc<PaintData>>,
    pub(super) lists: &'a ById<ListId, Arc<List>>,
}

/// Operations, and what they name.
#[derive(Debug, Default)]
pub(super) struct List {
    pub(super) ops: Box<[u8]>,
    images: ById<ImageId, Image>,
    sets: ById<GlyphSetId, GlyphSet>,
    paints: ById<PaintId, Arc<PaintData>>,
    lists: ById<ListId, Arc<List>>,
    /// How many records drawing it comes to.
    records: u64,
    /// How deep it draws lists.
    depth: u32,
    bytes: u64,
    charge: Option<Charge>,
}

impl List {
    pub(super) fn palette(&self) -> Palette<'_> {
        Palette {
            images: &self.images,
            sets: &self.sets,
            paints: &self.paints,
            lists: &self.lists,
        }
    }

    /// Of `ops`, which are read to their end. A failure comes with the number of its record.
    fn new(
        ops: DrawOps<'_>,
        palette: &Palette<'_>,
        budget: &mut Budget,
    ) -> Result<Self, (u32, Failure)> {
        let bytes = ops.as_bytes();
        let mut list = Self {
            ops: bytes.into(),
            bytes: bytes.len() as u64 + LIST_BYTES,
            ..Self::default()
        };
        budget.spend(list.bytes / 16);
        let mut rest = bytes;
        let mut number = 0;
        while !rest.is_empty() {
            budget.spend(cost::OP);
            let at = |failure: Failure| (number, failure);
            let (record, after) = OpRecord::split(rest).map_err(|e| at(e.into()))?;
            let op = record.decode().map_err(|e| at(e.into()))?;
            list.keep(&op, palette).map_err(at)?;
            list.records = list.records.saturating_add(1);
            if list.records > MAX_LIST_RECORDS || list.depth > MAX_LIST_DEPTH {
                return Err(at(Failure::quota("a list that draws too much")));
            }
            (rest, number) = (after, number + 1);
        }
        Ok(list)
    }

    /// Keeps what an operation names.
    fn keep(&mut self, op: &DrawOp<'_>, palette: &Palette<'_>) -> Result<(), Failure> {
        if let Some(Paint::Defined(id)) = paint_of(op) {
            self.keep_paint(id, palette)?;
        }
        match *op {
            DrawOp::Images { image, .. } | DrawOp::NinePatch { image, .. } => {
                self.keep_image(image, palette)
            }
            DrawOp::Mesh(mesh) if !mesh.image.is_none() => self.keep_image(mesh.image, palette),
            DrawOp::GlyphRun(run) => self.keep_glyphs(&run, palette),
            DrawOp::DrawList { list } => self.keep_list(list, palette),
            DrawOp::CopyArea { .. } => Err(Failure::bad_state("a copy in a list")),
            DrawOp::PoolPixels { .. } => Err(Failure::bad_state("pixels of a pool in a list")),
            _ => Ok(()),
        }
    }

    fn keep_paint(&mut self, id: PaintId, palette: &Palette<'_>) -> Result<(), Failure> {
        let paint = palette.paints.get(&id);
        let paint = paint.ok_or(Failure::unknown("no such paint"))?;
        if self.paints.insert(id, Arc::clone(paint)).is_none() {
            self.bytes += paint.bytes();
        }
        Ok(())
    }

    fn keep_image(&mut self, id: ImageId, palette: &Palette<'_>) -> Result<(), Failure> {
        let image = palette.images.get(&id);
        let image = image.ok_or(Failure::unknown("no such image"))?;
        if self.images.insert(id, image.kept()).is_none() {
            self.bytes += image.byte_size();
        }
        Ok(())
    }

    fn keep_glyphs(&mut self, run: &GlyphRun<'_>, palette: &Palette<'_>) -> Result<(), Failure> {
        let set = palette.sets.get(&run.set);
        let set = set.ok_or(Failure::unknown("no such glyph set"))?;
        let kept = self.sets.entry(run.set).or_insert_with(|| set.emptied());
        self.bytes += kept.keep(set, run.indices.iter());
        Ok(())
    }

    fn keep_list(&mut self, id: ListId, palette: &Palette<'_>) -> Result<(), Failure> {
        let list = palette.lists.get(&id);
        let list = list.ok_or(Failure::unknown("no such list"))?;
        self.records = self.records.saturating_add(list.records);
        self.depth = self.depth.max(list.depth + 1);
        if self.lists.insert(id, Arc::clone(list)).is_none() {
            self.bytes = self.bytes.saturating_add(list.bytes);
        }
        Ok(())
    }
}

/// The paint that an operation draws with.
pub(super) fn paint_of(op: &DrawOp<'_>) -> Option<Paint> {
    match *op {
        DrawOp::FillRects { paint, .. }
        | DrawOp::StrokeRects { paint, .. }
        | DrawOp::FillRounded { paint, .. }
        | DrawOp::StrokeRounded { paint, .. }
        | DrawOp::Segments { paint, .. }
        | DrawOp::Polyline { paint, .. }
        | DrawOp::FillPath { paint, .. }
        | DrawOp::StrokePath { paint, .. }
        | DrawOp::Images { paint, .. }
        | DrawOp::GlyphRun(GlyphRun { paint, .. })
        | DrawOp::FillBlurred { paint, .. }
        | DrawOp::NinePatch { paint, .. }
        | DrawOp::Points { paint, .. }
        | DrawOp::FillEllipses { paint, .. }
        | DrawOp::StrokeEllipses { paint, .. }
        | DrawOp::Triangles { paint, .. }
        | DrawOp::Pixels { paint, .. }
        | DrawOp::PoolPixels { paint, .. } => Some(paint),
        _ => None,
    }
}

/// A list that is being drawn.
#[derive(Debug)]
pub(super) struct Nested {
    pub(super) list: Arc<List>,
    /// How far what draws it has got.
    pub(super) outer: Cursor,
}

impl Client {
    /// What operations name that are in no list.
    pub(super) fn palette(&self) -> Palette<'_> {
        Palette {
            images: self.images.all(),
            sets: self.glyphs.all(),
            paints: self.paints.all(),
            lists: &self.lists,
        }
    }

    pub(super) fn define_list(
        &mut self,
        id: ListId,
        ops: DrawOps<'_>,
        cx: &mut Context<'_>,
    ) -> Result<(), Failure> {
        self.creating(Kind::List, id.0, |client| {
            if id.is_none() {
                return Err(Failure::bad_id("a list needs an id"));
            }
            if client.lists.len() >= client.limits.lists && !client.lists.contains_key(&id) {
                return Err(Failure::quota("too many lists"));
            }
            let made = List::new(ops, &client.palette(), cx.budget);
            let mut list = match made {
                Ok(list) => list,
                Err((_, fatal @ Failure::Fatal(..))) => return Err(fatal),
                Err((op, failure)) => {
                    client.report(failure, op, cx.output);
                    return Err(Failure::Inert);
                }
            };
            list.charge = Some(client.memory.reserve(list.bytes)?);
            client.lists.insert(id, Arc::new(list));
            Ok(())
        })
    }

    pub(super) fn destroy_list(&mut self, id: ListId) -> Result<(), Failure> {
        let existed = self.lists.remove(&id).is_some();
        self.destroying(Kind::List, id.0, existed)
    }
}
