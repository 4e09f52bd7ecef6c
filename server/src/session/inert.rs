//! [`Inert`]: ids whose creation failed. What names one is ignored, so that one mistake is told once.

use std::collections::HashSet;

use transom_protocol::draw::{DrawOp, Paint};
use transom_protocol::error::ErrorCode;

use super::Failure;
use super::limits::MAX_INERT;
use super::lists::paint_of;

/// The kinds of ids that can be inert.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Kind {
    Surface,
    Image,
    GlyphSet,
    Paint,
    List,
    Pool,
    Offer,
}

/// Ids whose creation failed, until they are destroyed.
#[derive(Debug, Default)]
pub(super) struct Inert(HashSet<(Kind, u32)>);

impl Inert {
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Has what names `id` ignored until it is destroyed.
    pub(super) fn add(&mut self, kind: Kind, id: u32) -> Result<(), Failure> {
        if self.0.len() >= MAX_INERT {
            return Err(Failure::Fatal(
                ErrorCode::TOO_LARGE,
                "too many ids whose creation failed".into(),
            ));
        }
        self.0.insert((kind, id));
        Ok(())
    }

    /// Forgets an id; whether it was inert.
    pub(super) fn remove(&mut self, kind: Kind, id: u32) -> bool {
        self.0.remove(&(kind, id))
    }

    /// Stops what names an inert id.
    pub(super) fn check(&self, kind: Kind, id: u32) -> Result<(), Failure> {
        match self.0.contains(&(kind, id)) {
            true => Err(Failure::Inert),
            false => Ok(()),
        }
    }

    /// Stops an operation that names an inert id.
    pub(super) fn check_op(&self, op: &DrawOp<'_>) -> Result<(), Failure> {
        if let Some(Paint::Defined(paint)) = paint_of(op) {
            self.check(Kind::Paint, paint.0)?;
        }
        match *op {
            DrawOp::Images { image, .. } | DrawOp::NinePatch { image, .. } => {
                self.check(Kind::Image, image.0)
            }
            DrawOp::Mesh(mesh) => self.check(Kind::Image, mesh.image.0),
            DrawOp::GlyphRun(run) => self.check(Kind::GlyphSet, run.set.0),
            DrawOp::DrawList { list } => self.check(Kind::List, list.0),
            DrawOp::PoolPixels { pixels, .. } => self.check(Kind::Pool, pixels.pool.0),
            DrawOp::CopyArea { source, .. } => self.check(Kind::Surface, source.0),
            _ => Ok(()),
        }
    }
}
