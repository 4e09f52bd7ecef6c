//! [`DrawOp`]: every operation with its fields.

use serde::Serialize;

use super::blend::Blend;
use super::mesh::Mesh;
use super::path::PathData;
use super::pixels::{PixelData, PoolPixels};
use super::shapes::{Ellipse, ImagePart, Segment, Shapes, Triangle};
use super::style::{Cap, FillRule, Filter, Paint, StrokeStyle};
use super::text::GlyphRun;
use crate::color::Color;
use crate::geometry::{Point, Rect, Transform};
use crate::ids::{ImageId, ListId, SurfaceId};

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
        antialias: bool,
        smooth: bool,
        rects: Shapes<'a, Rect>,
    },
    /// Outlines of rectangles, centred on their edges. They snap to whole pixels unless `smooth`.
    StrokeRects {
        paint: Paint,
        antialias: bool,
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
        antialias: bool,
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
    /// A retained list, under the current state.
    DrawList { list: ListId },
    /// Rectangles with corners of `radii`, blurred by a Gaussian of the standard deviation `blur`.
    /// With `inverse` what is outside them.
    FillBlurred {
        paint: Paint,
        smooth: bool,
        inverse: bool,
        blur: f32,
        radii: [f32; 4],
        rects: Shapes<'a, Rect>,
    },
    /// Images whose borders, `insets` image pixels wide (left, top, right, bottom), keep their
    /// width of `scale` logical units for an image pixel.
    NinePatch {
        image: ImageId,
        paint: Paint,
        antialias: bool,
        filter: Filter,
        insets: [f32; 4],
        scale: f32,
        parts: Shapes<'a, ImagePart>,
    },
    /// Squares of the side `size` around points, or discs of that diameter.
    Points {
        paint: Paint,
        antialias: bool,
        round: bool,
        size: f32,
        points: Shapes<'a, Point>,
    },
    /// Filled ellipses.
    FillEllipses {
        paint: Paint,
        antialias: bool,
        ellipses: Shapes<'a, Ellipse>,
    },
    /// Outlines of ellipses, centred on them.
    StrokeEllipses {
        paint: Paint,
        antialias: bool,
        width: f32,
        ellipses: Shapes<'a, Ellipse>,
    },
    /// Filled triangles, each drawn for itself.
    Triangles {
        paint: Paint,
        antialias: bool,
        triangles: Shapes<'a, Triangle>,
    },
    /// Triangles with a colour at each corner, and a texture.
    Mesh(Mesh<'a>),
    /// Pixels that are in the record, scaled to `dest`. `paint` colours [`A8`](crate::request::ImageFormat::A8) ones.
    Pixels {
        paint: Paint,
        antialias: bool,
        filter: Filter,
        dest: Rect,
        pixels: PixelData<'a>,
    },
    /// Pixels that are in a pool, drawn in the same way.
    PoolPixels {
        paint: Paint,
        antialias: bool,
        filter: Filter,
        dest: Rect,
        pixels: PoolPixels,
    },
    /// Drawing happens only where it did and inside one of these.
    ClipRects { rects: Shapes<'a, Rect> },
    /// Replaces the transform.
    SetTransform { transform: Transform },
    /// What is drawn goes through `transform` first, then through what was there.
    Concat { transform: Transform },
    /// Every colour drawn is multiplied with this; 1 is as it is, 0 invisible.
    SetOpacity { opacity: f32 },
    /// Replaces the blend mode.
    SetBlend { blend: Blend },
    /// Drawing happens only where it did and, as much as coverage says, inside `path`, or `outside`.
    ClipPath {
        antialias: bool,
        outside: bool,
        rule: FillRule,
        path: PathData<'a>,
    },
    /// Begins a group: what follows, inside `bounds` unless they are empty, becomes one picture.
    BeginGroup { bounds: Rect },
    /// Draws the group begun last, as one thing.
    EndGroup,
    /// Remembers clip, transform, opacity and blend mode.
    Save,
    /// Goes back to what was remembered last; nothing when nothing was.
    Restore,
    /// No clip, no transform, opaque, source-over, nothing remembered, no group.
    Reset,
}
