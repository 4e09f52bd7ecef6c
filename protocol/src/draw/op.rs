//! [`DrawOp`]: every operation with its fields.

use serde::Serialize;

use super::path::PathData;
use super::shapes::{ImagePart, Segment, Shapes};
use super::style::{Cap, FillRule, Filter, Paint, StrokeStyle};
use super::text::GlyphRun;
use crate::color::Color;
use crate::geometry::{Point, Rect, Transform};
use crate::ids::{ImageId, SurfaceId};

/// One operation, borrowing its arrays from the packet.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[expect(
    missing_docs,
    reason = "fields mean what they do in PROTOCOL.md, and each variant says it in one line"
)]
pub enum DrawOp<'a> {
    /// Everything inside the clip becomes `color`, its alpha too.
    Clear { color: Color },
    /// Filled rectangles. Their edges snap to whole pixels unless `smooth`.
    FillRects {
        paint: Paint,
        smooth: bool,
        rects: Shapes<'a, Rect>,
    },
    /// Outlines of rectangles, centred on their edges. They snap to whole pixels unless `smooth`.
    StrokeRects {
        paint: Paint,
        smooth: bool,
        width: f32,
        rects: Shapes<'a, Rect>,
    },
    /// Rectangles with corners of `radii` (top left, top right, bottom right, bottom left). Their
    /// edges snap to whole pixels unless `smooth`.
    FillRounded {
        paint: Paint,
        antialias: bool,
        smooth: bool,
        radii: [f32; 4],
        rects: Shapes<'a, Rect>,
    },
    /// Outlines of such rectangles, centred on their edges. They snap to whole pixels unless `smooth`.
    StrokeRounded {
        paint: Paint,
        antialias: bool,
        smooth: bool,
        width: f32,
        radii: [f32; 4],
        rects: Shapes<'a, Rect>,
    },
    /// Separate straight lines, each drawn for itself.
    Segments {
        paint: Paint,
        antialias: bool,
        width: f32,
        cap: Cap,
        segments: Shapes<'a, Segment>,
    },
    /// Straight lines joined at their ends, drawn as one.
    Polyline {
        paint: Paint,
        antialias: bool,
        closed: bool,
        stroke: StrokeStyle<'a>,
        points: Shapes<'a, Point>,
    },
    /// The inside of a path; open sub-paths are closed for it.
    FillPath {
        paint: Paint,
        antialias: bool,
        rule: FillRule,
        path: PathData<'a>,
    },
    /// A line along a path, drawn as one.
    StrokePath {
        paint: Paint,
        antialias: bool,
        stroke: StrokeStyle<'a>,
        path: PathData<'a>,
    },
    /// Parts of an image, each scaled to its place. `paint` colours [`A8`](crate::request::ImageFormat::A8) images.
    Images {
        image: ImageId,
        paint: Paint,
        filter: Filter,
        parts: Shapes<'a, ImagePart>,
    },
    /// Text after layout.
    GlyphRun(GlyphRun<'a>),
    /// Pixels of `source` (none: this surface) put with the top left corner of `rect` at `to`, replacing what is there.
    CopyArea {
        source: SurfaceId,
        rect: Rect,
        to: Point,
    },
    /// Drawing happens only where it did and inside one of these.
    ClipRects { rects: Shapes<'a, Rect> },
    /// Replaces the transform.
    SetTransform { transform: Transform },
    /// What is drawn goes through `transform` first, then through what was there.
    Concat { transform: Transform },
    /// Every colour drawn is multiplied with this; 1 is as it is, 0 invisible.
    SetOpacity { opacity: f32 },
    /// Remembers clip, transform and opacity.
    Save,
    /// Goes back to what was remembered last; nothing when nothing was.
    Restore,
    /// No clip, no transform, opaque, nothing remembered.
    Reset,
}
