//! Executes the records of a draw packet one after another.
//!
//! What draws on a surface is looked up once for as many records as possible: everything but a
//! [`Stop`] goes on with the same painter.

use transom_protocol::draw::{DrawOp, OpRecord};
use transom_protocol::ids::SurfaceId;

use super::budget::cost;
use super::copies::Source;
use super::paint::Painter;
use super::{Failure, Step};

/// Why a run of records has ended. But for [`Stop::End`] the cursor is at a record that is not finished.
#[derive(Debug)]
pub(super) enum Stop<'b> {
    /// All of them are executed.
    End,
    /// The slice is used up.
    Spent,
    /// This one is the first to draw on a buffer that does not hold yet what it should.
    Behind(DrawOp<'b>),
    /// This one copies from a surface that is not at hand.
    Source(SurfaceId),
    /// This one needs more than a painter has.
    Session(DrawOp<'b>),
    /// This one went wrong.
    Failed(Failure),
}

impl Painter<'_> {
    /// Executes records from the cursor on. `source` is the surface that is at hand to be copied from.
    /// What ends the connection is an error.
    pub(super) fn run<'b>(
        &mut self,
        bytes: &'b [u8],
        source: Option<Source<'_>>,
    ) -> Result<Stop<'b>, Failure> {
        // The record that a source was fetched for has been paid, and is executed in any case.
        let mut is_paid = source.is_some();
        loop {
            let rest = bytes.get(self.cursor.at..).unwrap_or(&[]);
            if rest.is_empty() {
                return Ok(Stop::End);
            }
            if !std::mem::take(&mut is_paid) {
                if self.budget.is_spent() {
                    return Ok(Stop::Spent);
                }
                self.budget.spend(cost::OP);
            }
            let (record, after) = OpRecord::split(rest)?;
            match self.record(record, source) {
                Ok(None) => self.cursor.next(rest.len() - after.len()),
                Ok(Some(stop)) => return Ok(stop),
                Err(fatal @ Failure::Fatal(..)) => return Err(fatal),
                Err(failure) => return Ok(Stop::Failed(failure)),
            }
        }
    }

    /// Executes one record, unless the run has to stop at it.
    #[inline]
    fn record<'b>(
        &mut self,
        record: OpRecord<'b>,
        source: Option<Source<'_>>,
    ) -> Result<Option<Stop<'b>>, Failure> {
        let op = record.decode()?;
        if let Some(inert) = self.inert {
            inert.check_op(&op)?;
        }
        if self.is_behind && touches_pixels(&op) {
            return Ok(Some(Stop::Behind(op)));
        }
        let step = match op {
            DrawOp::CopyArea {
                source: from,
                rect,
                to,
            } => {
                if from.is_none() || from == self.surface {
                    self.copy_within(rect, to)?
                } else if let Some(source) = source.filter(|source| source.id == from) {
                    self.copy_from(source, rect, to)?
                } else {
                    return Ok(Some(Stop::Source(from)));
                }
            }
            DrawOp::DrawList { .. }
            | DrawOp::BeginGroup { .. }
            | DrawOp::EndGroup
            | DrawOp::Reset => return Ok(Some(Stop::Session(op))),
            _ => self.execute(&op)?,
        };
        Ok(match step {
            Step::Done => None,
            Step::More => Some(Stop::Spent),
        })
    }
}

fn touches_pixels(op: &DrawOp<'_>) -> bool {
    !matches!(
        op,
        DrawOp::ClipRects { .. }
            | DrawOp::SetTransform { .. }
            | DrawOp::Concat { .. }
            | DrawOp::SetOpacity { .. }
            | DrawOp::SetBlend { .. }
            | DrawOp::ClipPath { .. }
            // What they draw has records of its own.
            | DrawOp::DrawList { .. }
            | DrawOp::BeginGroup { .. }
            | DrawOp::Save
            | DrawOp::Restore
            | DrawOp::Reset
    )
}
