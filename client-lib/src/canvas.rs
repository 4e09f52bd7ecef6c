//! Drawing: a [`Canvas`] records operations, a [`Frame`] is one for a window.

use std::ops::{Deref, DerefMut};

use transom_protocol::draw::{DrawBuffer, Filter, ImagePart, Paint, RunPositions, Segment};
use transom_protocol::geometry::{Point, Rect, Scale, Size, Transform};
use transom_protocol::ids::{FrameId, GlyphSetId, ImageId, ListId, PaintId, Serial, SurfaceId};
use transom_protocol::request::FrameKind;

use crate::core::FrameRecord;
use crate::error::Error;
use crate::image::{GlyphSet, Image};
use crate::link::Link;
use crate::path::{Path, Stroke};
#[cfg(feature = "text")]
use crate::space::Space;
use crate::surface::Surface;
use crate::window::Window;
use transom_protocol::color::Color;
use transom_protocol::draw::FillRule;

/// What a drawing needs to be there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Uses {
    pub(crate) images: Vec<ImageId>,
    pub(crate) surfaces: Vec<SurfaceId>,
    pub(crate) sets: Vec<GlyphSetId>,
    pub(crate) paints: Vec<PaintId>,
    pub(crate) lists: Vec<ListId>,
}

/// Adds to a short list what is not in it.
pub(crate) fn note<T: PartialEq>(list: &mut Vec<T>, item: T) {
    if !list.contains(&item) {
        list.push(item);
    }
}

/// What was drawn, and what it takes.
#[derive(Clone, Debug, Default)]
pub(crate) struct Recording {
    pub(crate) ops: DrawBuffer,
    pub(crate) uses: Uses,
    /// Nothing that was there before can be seen.
    pub(crate) covers: bool,
    /// Whether it has pixels that may go through shared memory.
    pub(crate) streams: bool,
}

/// Records drawing operations, in logical units, x to the right and y downwards.
///
/// A canvas comes from [`Window::frame`], [`Window::incremental`] or [`Surface::draw`], which it
/// does nothing to until it is committed. It begins with everything visible, no transform and
/// full opacity. Colours are straight-alpha sRGB; drawing blends over what is there.
///
/// Rectangles, round corners or not, snap to whole device pixels, so that neighbours meet without a
/// seam at any scale; everything else is anti-aliased, unless [`Canvas::set_antialias`] says otherwise.
///
/// Nothing here fails at once: a path too long for one packet is left out and told by the commit.
#[derive(Debug)]
pub struct Canvas {
    /// Where outlines are kept.
    #[cfg(feature = "text")]
    pub(crate) link: Link,
    /// For which pixels text is made.
    #[cfg(feature = "text")]
    pub(crate) space: Space,
    pub(crate) recording: Recording,
    size: Size,
    antialias: bool,
    /// Nothing but the clearing that every full frame begins with.
    untouched: bool,
    failed: Option<Error>,
}

impl Canvas {
    pub(crate) fn new(link: Link, size: Size) -> Self {
        #[cfg(not(feature = "text"))]
        let _ = link;
        Self {
            #[cfg(feature = "text")]
            link,
            #[cfg(feature = "text")]
            space: Space::new(Scale::ONE),
            recording: Recording::default(),
            size,
            antialias: true,
            untouched: false,
            failed: None,
        }
    }

    /// A canvas on which nothing of what was there before is left.
    pub(crate) fn blank(link: Link, size: Size) -> Self {
        let mut canvas = Self::new(link, size);
        canvas.recording.covers = true;
        canvas.recording.ops.clear_to(Color::TRANSPARENT);
        canvas.untouched = true;
        canvas
    }

    /// For what may be drawn anywhere, in any size.
    pub(crate) fn anywhere(self) -> Self {
        Self {
            #[cfg(feature = "text")]
            space: Space::anywhere(),
            ..self
        }
    }

    /// For a surface of this scale.
    pub(crate) fn with_scale(self, scale: Scale) -> Self {
        #[cfg(feature = "text")]
        let space = Space::new(scale);
        #[cfg(not(feature = "text"))]
        let _ = scale;
        Self {
            #[cfg(feature = "text")]
            space,
            ..self
        }
    }

    pub(crate) fn ops(&mut self) -> &mut DrawBuffer {
        self.untouched = false;
        &mut self.recording.ops
    }

    /// What is drawn on, in logical units.
    pub fn size(&self) -> Size {
        self.size
    }

    /// What is drawn on, as a rectangle at the origin.
    pub fn bounds(&self) -> Rect {
        Rect::from_size(self.size)
    }

    /// Whether what follows has smooth edges, as it has at first: shapes, images, text, clips.
    /// Rectangles then still snap to whole pixels; see [`Canvas::fill_rect_smooth`].
    pub fn set_antialias(&mut self, antialias: bool) {
        self.antialias = antialias;
        self.recording.ops.set_antialias(antialias);
    }

    pub(crate) fn antialias(&self) -> bool {
        self.antialias
    }

    /// What is drawn next is all that can be seen: nothing needs to be drawn before it.
    pub(crate) fn cover(&mut self) {
        if std::mem::take(&mut self.untouched) {
            self.recording.ops.clear();
        }
    }

    /// Everything inside the clip becomes one colour, its alpha too.
    pub fn clear(&mut self, color: Color) {
        self.cover();
        self.ops().clear_to(color);
    }

    /// A filled rectangle, its edges on whole pixels.
    pub fn fill_rect(&mut self, rect: Rect, paint: impl Into<Paint>) {
        self.fill_rects(&[rect], paint);
    }

    /// Filled rectangles, their edges on whole pixels.
    pub fn fill_rects(&mut self, rects: &[Rect], paint: impl Into<Paint>) {
        self.ops().fill_rects(paint.into(), false, rects);
    }

    /// A filled rectangle that covers exactly its area, with soft edges between pixels: for what
    /// moves smoothly.
    pub fn fill_rect_smooth(&mut self, rect: Rect, paint: impl Into<Paint>) {
        self.ops().fill_rects(paint.into(), true, &[rect]);
    }

    /// The outline of a rectangle, `width` units wide, centred on its edge.
    pub fn stroke_rect(&mut self, rect: Rect, width: f32, paint: impl Into<Paint>) {
        self.stroke_rects(&[rect], width, paint);
    }

    /// Outlines of rectangles, `width` units wide, centred on their edges.
    pub fn stroke_rects(&mut self, rects: &[Rect], width: f32, paint: impl Into<Paint>) {
        self.ops().stroke_rects(paint.into(), false, width, rects);
    }

    /// A filled rectangle with round corners, its edges on whole pixels.
    pub fn fill_rounded(&mut self, rect: Rect, radius: f32, paint: impl Into<Paint>) {
        self.fill_rounded_rects(&[rect], [radius; 4], paint);
    }

    /// Filled rectangles with round corners: top left, top right, bottom right, bottom left.
    pub fn fill_rounded_rects(&mut self, rects: &[Rect], radii: [f32; 4], paint: impl Into<Paint>) {
        let antialias = self.antialias;
        self.ops()
            .fill_rounded(paint.into(), antialias, false, radii, rects);
    }

    /// The outline of a rectangle with round corners, centred on its edge, on whole pixels.
    pub fn stroke_rounded(&mut self, rect: Rect, radius: f32, width: f32, paint: impl Into<Paint>) {
        let antialias = self.antialias;
        self.ops()
            .stroke_rounded(paint.into(), antialias, false, width, [radius; 4], &[rect]);
    }

    /// A straight line. Of the stroke, width and ends count.
    pub fn line(
        &mut self,
        from: Point,
        to: Point,
        stroke: impl Into<Stroke>,
        paint: impl Into<Paint>,
    ) {
        self.segments(&[Segment { from, to }], stroke, paint);
    }

    /// Separate straight lines. Of the stroke, width and ends count.
    pub fn segments(
        &mut self,
        segments: &[Segment],
        stroke: impl Into<Stroke>,
        paint: impl Into<Paint>,
    ) {
        let ((width, cap), antialias) = (stroke.into().line(), self.antialias);
        self.ops()
            .segments(paint.into(), antialias, width, cap, segments);
    }

    /// Straight lines joined at their ends, drawn as one.
    pub fn polyline(
        &mut self,
        points: &[Point],
        stroke: impl Into<Stroke>,
        paint: impl Into<Paint>,
    ) {
        self.joined(points, false, &stroke.into(), paint.into());
    }

    /// As [`Canvas::polyline`], the last point joined to the first.
    pub fn polygon(
        &mut self,
        points: &[Point],
        stroke: impl Into<Stroke>,
        paint: impl Into<Paint>,
    ) {
        self.joined(points, true, &stroke.into(), paint.into());
    }

    fn joined(&mut self, points: &[Point], closed: bool, stroke: &Stroke, paint: Paint) {
        let antialias = self.antialias;
        let done = self
            .ops()
            .polyline(paint, antialias, closed, &stroke.style(), points);
        self.keep(done);
    }

    /// The inside of a path, by the non-zero rule.
    pub fn fill(&mut self, path: &Path, paint: impl Into<Paint>) {
        self.fill_by(FillRule::NonZero, path, paint);
    }

    /// The inside of a path, by either rule.
    pub fn fill_by(&mut self, rule: FillRule, path: &Path, paint: impl Into<Paint>) {
        let antialias = self.antialias;
        let done = self
            .ops()
            .fill_path(paint.into(), antialias, rule, path.buffer());
        self.keep(done);
    }

    /// A line along a path.
    pub fn stroke(&mut self, path: &Path, stroke: impl Into<Stroke>, paint: impl Into<Paint>) {
        let (antialias, stroke) = (self.antialias, stroke.into());
        let done = self
            .ops()
            .stroke_path(paint.into(), antialias, &stroke.style(), path.buffer());
        self.keep(done);
    }

    /// A filled circle.
    pub fn fill_circle(&mut self, center: Point, radius: f32, paint: impl Into<Paint>) {
        let side = 2.0 * radius;
        let square = Rect::new(center.x - radius, center.y - radius, side, side);
        let antialias = self.antialias;
        self.ops()
            .fill_rounded(paint.into(), antialias, true, [radius; 4], &[square]);
    }

    /// The outline of a circle, centred on it.
    pub fn stroke_circle(
        &mut self,
        center: Point,
        radius: f32,
        stroke: impl Into<Stroke>,
        paint: impl Into<Paint>,
    ) {
        self.stroke(Path::new().circle(center, radius), stroke, paint);
    }

    /// An image, scaled to `dest` with linear interpolation. The frame waits until the image is
    /// sent, unless it is progressive.
    pub fn image(&mut self, image: &Image, dest: Rect) {
        let parts = [ImagePart {
            source: Rect::default(),
            dest,
        }];
        self.image_parts(image, &parts, Filter::Linear, Color::WHITE);
    }

    /// Parts of an image, each scaled to its place. `paint` colours images of
    /// [`ImageFormat::A8`](crate::ImageFormat::A8) and means nothing for others.
    pub fn image_parts(
        &mut self,
        image: &Image,
        parts: &[ImagePart],
        filter: Filter,
        paint: impl Into<Paint>,
    ) {
        note(&mut self.recording.uses.images, image.id());
        self.ops().images(image.id(), paint.into(), filter, parts);
    }

    /// Glyphs of a set of the program's own; `origin` is on the baseline.
    pub fn glyph_run(
        &mut self,
        set: &GlyphSet,
        size: f32,
        origin: Point,
        positions: RunPositions<'_>,
        indices: &[u16],
        paint: impl Into<Paint>,
    ) {
        self.run(set.id(), size, origin, positions, indices, paint.into());
    }

    pub(crate) fn run(
        &mut self,
        set: GlyphSetId,
        size: f32,
        origin: Point,
        positions: RunPositions<'_>,
        indices: &[u16],
        paint: Paint,
    ) {
        note(&mut self.recording.uses.sets, set);
        self.ops()
            .glyph_run(set, paint, size, origin, positions, indices);
    }

    /// Moves pixels within what is drawn on, replacing what is at their new place: for scrolling.
    pub fn copy_area(&mut self, rect: Rect, to: Point) {
        self.ops().copy_area(SurfaceId::NONE, rect, to);
    }

    /// Copies pixels of an off-screen surface, replacing what is there.
    pub fn copy_from(&mut self, source: &Surface, rect: Rect, to: Point) {
        note(&mut self.recording.uses.surfaces, source.id());
        self.ops().copy_area(source.id(), rect, to);
    }

    /// What follows is drawn only inside this rectangle, and where it could be before.
    pub fn clip_rect(&mut self, rect: Rect) {
        self.clip_rects(&[rect]);
    }

    /// What follows is drawn only inside one of these, and where it could be before.
    pub fn clip_rects(&mut self, rects: &[Rect]) {
        self.ops().clip_rects(rects);
    }

    /// Replaces the transform.
    pub fn set_transform(&mut self, transform: Transform) {
        #[cfg(feature = "text")]
        self.space.set(transform);
        self.ops().set_transform(transform);
    }

    /// What follows goes through `transform` first, then through what was there.
    pub fn concat(&mut self, transform: Transform) {
        #[cfg(feature = "text")]
        self.space.concat(transform);
        self.ops().concat(transform);
    }

    /// Moves the origin.
    pub fn translate(&mut self, x: f32, y: f32) {
        self.concat(Transform::translate(x, y));
    }

    /// Colours of what follows are multiplied with this; 1 is as it is, 0 invisible.
    pub fn set_opacity(&mut self, opacity: f32) {
        self.ops().set_opacity(opacity);
    }

    /// Remembers clip, transform, opacity and blend mode.
    pub fn save(&mut self) {
        #[cfg(feature = "text")]
        self.space.save();
        self.ops().save();
    }

    /// Goes back to what was remembered last.
    pub fn restore(&mut self) {
        #[cfg(feature = "text")]
        self.space.restore();
        self.ops().restore();
    }

    pub(crate) fn begin_group(&mut self, bounds: Rect) {
        self.ops().begin_group(bounds);
        #[cfg(feature = "text")]
        self.space.save();
    }

    pub(crate) fn end_group(&mut self) {
        self.ops().end_group();
        #[cfg(feature = "text")]
        self.space.restore();
    }

    /// Draws with clip, transform, opacity and blend mode of its own, which end with it.
    pub fn saved(&mut self, draw: impl FnOnce(&mut Self)) {
        self.save();
        draw(self);
        self.restore();
    }

    /// The first thing that went wrong is told by the commit.
    pub(crate) fn keep<E: Into<Error>>(&mut self, done: Result<(), E>) {
        if let Err(error) = done {
            self.failed.get_or_insert(error.into());
        }
    }

    pub(crate) fn take(mut self) -> Result<Recording, Error> {
        self.recording.uses.paints = self.recording.ops.paints().to_vec();
        match self.failed {
            Some(error) => Err(error),
            None => Ok(self.recording),
        }
    }
}

/// One frame of a window: a [`Canvas`] until it is committed. Dropped instead, it leaves no trace.
#[derive(Debug)]
#[must_use = "a frame is seen only after its commit"]
pub struct Frame<'a> {
    window: &'a Window,
    kind: FrameKind,
    configure: Serial,
    canvas: Canvas,
}

impl<'a> Frame<'a> {
    pub(crate) fn new(
        window: &'a Window,
        kind: FrameKind,
        configure: Serial,
        canvas: Canvas,
    ) -> Self {
        Self {
            window,
            kind,
            configure,
            canvas,
        }
    }

    /// Sends the frame; the window shows it, all at once, when it has arrived.
    /// [`Event::FrameShown`](crate::Event::FrameShown) tells when, with the number returned here.
    ///
    /// What the socket does not take at once is sent while the program waits for events; only when
    /// several megabytes wait already does this block.
    ///
    /// # Errors
    ///
    /// When the connection has ended, or something drawn does not fit a packet; then nothing of
    /// the frame is sent.
    pub fn commit(self) -> Result<FrameId, Error> {
        let link = self.window.link().clone();
        link.commit(vec![self.record()?])
    }

    pub(crate) fn link(&self) -> &Link {
        self.window.link()
    }

    pub(crate) fn record(self) -> Result<FrameRecord, Error> {
        let size = self.canvas.size();
        Ok(FrameRecord {
            window: self.window.id(),
            kind: self.kind,
            configure: self.configure,
            size,
            recording: self.canvas.take()?,
        })
    }
}

impl Deref for Frame<'_> {
    type Target = Canvas;

    fn deref(&self) -> &Canvas {
        &self.canvas
    }
}

impl DerefMut for Frame<'_> {
    fn deref_mut(&mut self) -> &mut Canvas {
        &mut self.canvas
    }
}
