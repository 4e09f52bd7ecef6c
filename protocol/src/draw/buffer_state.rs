//! Records that change the drawing state: clip, transform, opacity, blend mode, groups.

use super::blend::Blend;
use super::buffer::{
    DrawBuffer, PathTooLong, aliased_flag, check_length, rule_flag, small_flag, write_path,
    write_shapes,
};
use super::path::PathBuffer;
use super::style::FillRule;
use super::{MAX_CLIP_RECTS, OpKind, flags};
use crate::codec::Record;
use crate::geometry::{Rect, Transform};

impl DrawBuffer {
    /// Narrows where drawing may happen to these rectangles; those beyond [`MAX_CLIP_RECTS`] are left out.
    pub fn clip_rects(&mut self, rects: &[Rect]) {
        // One record, however many: a second one would narrow the first.
        let rects = &rects[..rects.len().min(MAX_CLIP_RECTS)];
        let small = small_flag(rects);
        self.record(OpKind::CLIP_RECTS, small, |out| {
            write_shapes(rects, small != 0, out)
        });
    }

    /// Replaces the transform.
    pub fn set_transform(&mut self, transform: Transform) {
        self.record(OpKind::SET_TRANSFORM, 0, |out| transform.write(out));
    }

    /// Puts `transform` before the current one.
    pub fn concat(&mut self, transform: Transform) {
        self.record(OpKind::CONCAT, 0, |out| transform.write(out));
    }

    /// Replaces the opacity.
    pub fn set_opacity(&mut self, opacity: f32) {
        self.record(OpKind::SET_OPACITY, 0, |out| opacity.write(out));
    }

    /// Remembers clip, transform and opacity.
    pub fn save(&mut self) {
        self.record(OpKind::SAVE, 0, |_| {});
    }

    /// Goes back to what was remembered.
    pub fn restore(&mut self) {
        self.record(OpKind::RESTORE, 0, |_| {});
    }

    /// No clip, no transform, opaque, nothing remembered.
    pub fn reset(&mut self) {
        self.record(OpKind::RESET, 0, |_| {});
    }

    /// Replaces the blend mode.
    pub fn set_blend(&mut self, blend: Blend) {
        self.record(OpKind::SET_BLEND, 0, |out| {
            out.extend_from_slice(&[blend as u8, 0, 0, 0]);
        });
    }

    /// Narrows where drawing may happen to the inside of a path, or to its `outside`.
    pub fn clip_path(
        &mut self,
        antialias: bool,
        outside: bool,
        rule: FillRule,
        path: &PathBuffer,
    ) -> Result<(), PathTooLong> {
        check_length(path.wire_bytes())?;
        let small = small_flag(path.points());
        let outside = if outside { flags::OUTSIDE } else { 0 };
        let flags = aliased_flag(antialias) | rule_flag(rule) | outside | small;
        self.record(OpKind::CLIP_PATH, flags, |out| {
            write_path(path, small != 0, out)
        });
        Ok(())
    }

    /// Begins a group; empty bounds are those of the clip.
    pub fn begin_group(&mut self, bounds: Rect) {
        self.record(OpKind::BEGIN_GROUP, 0, |out| bounds.write(out));
    }

    /// Draws the group begun last.
    pub fn end_group(&mut self) {
        self.record(OpKind::END_GROUP, 0, |_| {});
    }
}
