//! One operation after another: which of them is drawn how.

use transom_protocol::color::Color;
use transom_protocol::draw::{Blend, DrawOp, Shapes};
use transom_protocol::geometry::{Rect, Transform};

use super::super::budget::cost;
use super::super::glyphs;
use super::super::model::Borders;
use super::super::state::DrawState;
use super::super::streamed::Manner;
use super::super::{Failure, Step};
use super::{Done, Painter};
use crate::raster;

impl Painter<'_> {
    /// Executes one operation, or as much of it as the budget allows; none of those that a run of records
    /// does by itself or stops at.
    pub(in crate::session) fn execute(&mut self, op: &DrawOp<'_>) -> Done {
        match *op {
            DrawOp::Clear { color } => self.clear(color),
            DrawOp::FillRects {
                paint,
                antialias,
                smooth,
                rects,
            } => self.fill_rects(paint, antialias, smooth, rects),
            DrawOp::StrokeRects {
                paint,
                antialias,
                smooth,
                width,
                rects,
            } => self.stroke_rects(paint, antialias, smooth, width, rects),
            DrawOp::FillRounded {
                paint,
                antialias,
                smooth,
                radii,
                rects,
            } => self.fill_rounded(paint, antialias, smooth, radii, rects),
            DrawOp::StrokeRounded {
                paint,
                antialias,
                smooth,
                width,
                radii,
                rects,
            } => self.stroke_rounded(paint, antialias, smooth, width, radii, rects),
            DrawOp::Segments {
                paint,
                antialias,
                width,
                cap,
                segments,
            } => self.segments(paint, antialias, width, cap, segments),
            DrawOp::Polyline {
                paint,
                antialias,
                closed,
                stroke,
                points,
            } => self.polyline(paint, antialias, closed, &stroke, points),
            DrawOp::FillPath {
                paint,
                antialias,
                rule,
                path,
            } => self.fill_path(paint, antialias, rule, path),
            DrawOp::StrokePath {
                paint,
                antialias,
                stroke,
                path,
            } => self.stroke_path(paint, antialias, &stroke, |user| {
                glyphs::append(user, path.steps())
            }),
            DrawOp::Images {
                image,
                paint,
                antialias,
                filter,
                parts,
            } => self.draw_images(image, paint, filter, antialias, parts),
            DrawOp::GlyphRun(run) => self.glyph_run(&run),
            DrawOp::FillBlurred { .. }
            | DrawOp::NinePatch { .. }
            | DrawOp::Points { .. }
            | DrawOp::FillEllipses { .. }
            | DrawOp::StrokeEllipses { .. }
            | DrawOp::Triangles { .. }
            | DrawOp::Mesh(_)
            | DrawOp::Pixels { .. }
            | DrawOp::PoolPixels { .. } => self.execute_model(op),
            DrawOp::CopyArea { .. }
            | DrawOp::DrawList { .. }
            | DrawOp::BeginGroup { .. }
            | DrawOp::EndGroup
            | DrawOp::Reset => Err(Failure::bad_state("an operation that needs its session")),
            DrawOp::SetBlend { blend } => self.set_state(|state| state.set_blend(blend)),
            DrawOp::ClipPath {
                antialias,
                outside,
                rule,
                path,
            } => self.clip_path(antialias, outside, rule, path),
            DrawOp::ClipRects { rects } => self.clip_to(rects),
            DrawOp::SetTransform { transform } => {
                self.transform(transform, DrawState::set_transform)
            }
            DrawOp::Concat { transform } => self.transform(transform, DrawState::concat),
            DrawOp::SetOpacity { opacity } => self.state.set_opacity(opacity).map(|()| Step::Done),
            DrawOp::Save => self.state.save().map(|()| Step::Done),
            DrawOp::Restore => self.set_state(DrawState::restore),
        }
    }

    /// Executes an operation of many small shapes, or of a shape with a picture of its own.
    fn execute_model(&mut self, op: &DrawOp<'_>) -> Done {
        match *op {
            DrawOp::FillBlurred {
                paint,
                smooth,
                inverse,
                blur,
                radii,
                rects,
            } => self.fill_blurred(paint, smooth, inverse, blur, radii, rects),
            DrawOp::NinePatch {
                image,
                paint,
                antialias,
                filter,
                insets,
                scale,
                parts,
            } => {
                let borders = Borders { insets, scale };
                self.nine_patch(image, paint, antialias, filter, borders, parts)
            }
            DrawOp::Points {
                paint,
                antialias,
                round,
                size,
                points,
            } => self.points(paint, antialias, round, size, points),
            DrawOp::FillEllipses {
                paint,
                antialias,
                ellipses,
            } => self.fill_ellipses(paint, antialias, ellipses),
            DrawOp::StrokeEllipses {
                paint,
                antialias,
                width,
                ellipses,
            } => self.stroke_ellipses(paint, antialias, width, ellipses),
            DrawOp::Triangles {
                paint,
                antialias,
                triangles,
            } => self.triangles(paint, antialias, triangles),
            DrawOp::Mesh(mesh) => self.mesh(&mesh),
            DrawOp::Pixels {
                paint,
                antialias,
                filter,
                dest,
                pixels,
            } => {
                let manner = Manner {
                    paint,
                    antialias,
                    filter,
                    dest,
                };
                self.record_pixels(&pixels, &manner)
            }
            DrawOp::PoolPixels {
                paint,
                antialias,
                filter,
                dest,
                pixels,
            } => {
                let manner = Manner {
                    paint,
                    antialias,
                    filter,
                    dest,
                };
                self.pool_pixels(&pixels, &manner)
            }
            _ => Ok(Step::Done),
        }
    }

    fn clip_to(&mut self, rects: Shapes<'_, Rect>) -> Done {
        let before = self.state.clip().rects().len();
        let done = self.state.clip_to(rects);
        let work = before + rects.len() + self.state.clip().rects().len();
        self.budget.spend(cost::CLIP_RECT * work as u64);
        done.map(|()| Step::Done)
    }

    fn set_state(&mut self, change: impl FnOnce(&mut DrawState)) -> Done {
        change(self.state);
        Ok(Step::Done)
    }

    fn transform(&mut self, transform: Transform, put: fn(&mut DrawState, Transform)) -> Done {
        if !transform.is_finite() {
            return Err(Failure::bad_argument(
                "a transform with a number that is not finite",
            ));
        }
        self.set_state(|state| put(state, transform))
    }

    fn clear(&mut self, color: Color) -> Done {
        let pixel = color.premultiply();
        let all = self.pixmap.bounds();
        let Some(mask) = self.state.mask() else {
            return Ok(self.pixels(all, 1, 0, |target, _| raster::clear(target, pixel)));
        };
        let brush = raster::Brush {
            shader: raster::Shader::Solid(pixel),
            opacity: 255,
            blend: Blend::Source,
            mask: Some(mask.coverage.clone()),
        };
        Ok(self.pixels(all, brush.weight(), 0, |target, tools| {
            raster::brush_rect(target, all, &brush, &mut tools.scratch);
        }))
    }
}
