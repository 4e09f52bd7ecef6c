//! What a [`Canvas`] draws beside rectangles, lines, paths, images and text.

use transom_protocol::color::Color;
use transom_protocol::draw::{
    Blend, Ellipse, FillRule, Filter, ImagePart, Paint, Triangle, Vertex,
};
use transom_protocol::geometry::{Point, Rect};
use transom_protocol::ids::ImageId;

use crate::canvas::{Canvas, note};

use crate::image::Image;
use crate::list::List;
use crate::path::{Path, Stroke};

/// How a [`Canvas::nine_patch`] is cut.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct NinePatch {
    /// How wide the borders are, in pixels of the image: left, top, right, bottom.
    pub insets: [f32; 4],
    /// Logical units of an image pixel in the borders: ½ for an image made for twice the resolution.
    pub scale: f32,
    /// How the image is read between its pixels.
    pub filter: Filter,
}

/// A shadow, as style sheets describe it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Shadow {
    /// How far it is moved from what casts it.
    pub offset: Point,
    /// How soft it is: twice the blur's standard deviation, in logical units.
    pub blur: f32,
    /// By how much it is larger than what casts it, on each side.
    pub spread: f32,
    /// Its colour.
    pub color: Color,
}

/// Many shapes at once.
impl Canvas {
    /// Square dots of the side `size`, each around its point; with a size of 0 single device pixels.
    pub fn points(&mut self, points: &[Point], size: f32, paint: impl Into<Paint>) {
        let antialias = self.antialias();
        self.ops()
            .points(paint.into(), antialias, false, size, points);
    }

    /// Round dots of a diameter, each around its point.
    pub fn dots(&mut self, points: &[Point], diameter: f32, paint: impl Into<Paint>) {
        let antialias = self.antialias();
        self.ops()
            .points(paint.into(), antialias, true, diameter, points);
    }

    /// Filled ellipses; circles are [`Ellipse::circle`].
    pub fn fill_ellipses(&mut self, ellipses: &[Ellipse], paint: impl Into<Paint>) {
        let antialias = self.antialias();
        self.ops().fill_ellipses(paint.into(), antialias, ellipses);
    }

    /// Outlines of ellipses, centred on them. Of the stroke the width counts.
    pub fn stroke_ellipses(
        &mut self,
        ellipses: &[Ellipse],
        stroke: impl Into<Stroke>,
        paint: impl Into<Paint>,
    ) {
        let ((width, _), antialias) = (stroke.into().line(), self.antialias());
        self.ops()
            .stroke_ellipses(paint.into(), antialias, width, ellipses);
    }

    /// Filled triangles, each drawn for itself: smooth neighbours show a seam, which those of a
    /// [`Canvas::mesh`] do not.
    pub fn triangles(&mut self, triangles: &[Triangle], paint: impl Into<Paint>) {
        let antialias = self.antialias();
        self.ops().triangles(paint.into(), antialias, triangles);
    }

    /// Triangles of three `indices` each (none: of three vertices each), in the colours of their
    /// corners times those of a texture, as immediate-mode toolkits make them. Never anti-aliased.
    pub fn mesh(&mut self, texture: Option<&Image>, vertices: &[Vertex], indices: &[u32]) {
        self.draw_mesh(texture, false, vertices, indices);
    }

    /// The same, the vertices' colours premultiplied: with an alpha of 0 a colour is added.
    pub fn mesh_premultiplied(
        &mut self,
        texture: Option<&Image>,
        vertices: &[Vertex],
        indices: &[u32],
    ) {
        self.draw_mesh(texture, true, vertices, indices);
    }

    fn draw_mesh(
        &mut self,
        texture: Option<&Image>,
        premultiplied: bool,
        vertices: &[Vertex],
        indices: &[u32],
    ) {
        let image = texture.map_or(ImageId::NONE, Image::id);
        if !image.is_none() {
            note(&mut self.recording.uses.images, image);
        }
        self.ops()
            .mesh(image, Filter::Linear, premultiplied, vertices, indices);
    }

    /// An image whose borders keep their width while the rest of it is stretched to `dest`.
    pub fn nine_patch(&mut self, image: &Image, patch: &NinePatch, dest: Rect) {
        note(&mut self.recording.uses.images, image.id());
        let parts = [ImagePart {
            source: Rect::default(),
            dest,
        }];
        let NinePatch {
            insets,
            scale,
            filter,
        } = *patch;
        let paint = Paint::Color(Color::WHITE);
        self.ops()
            .nine_patch(image.id(), paint, filter, insets, scale, &parts);
    }

    /// A list recorded by [`Display::list`](crate::Display::list), under the current state.
    pub fn draw_list(&mut self, list: &List) {
        note(&mut self.recording.uses.lists, list.id());
        self.ops().draw_list(list.id());
    }
}

/// Shadows.
impl Canvas {
    /// The shadow of a rectangle with round corners, to be drawn before it.
    pub fn shadow(&mut self, rect: Rect, radius: f32, shadow: &Shadow) {
        let Shadow {
            offset,
            blur,
            spread,
            color,
        } = *shadow;
        let cast = Rect::new(
            rect.x + offset.x - spread,
            rect.y + offset.y - spread,
            rect.width + 2.0 * spread,
            rect.height + 2.0 * spread,
        );
        let radius = if radius > 0.0 { radius + spread } else { 0.0 };
        self.fill_blurred(cast, radius, blur / 2.0, color);
    }

    /// The shadow that falls from a rectangle's edges onto what is inside it.
    pub fn inner_shadow(&mut self, rect: Rect, radius: f32, shadow: &Shadow) {
        let Shadow {
            offset,
            blur,
            spread,
            color,
        } = *shadow;
        let lit = Rect::new(
            rect.x + offset.x + spread,
            rect.y + offset.y + spread,
            rect.width - 2.0 * spread,
            rect.height - 2.0 * spread,
        );
        self.saved(|c| {
            c.clip_path(Path::new().rounded_rect(rect, radius));
            let radii = [(radius - spread).max(0.0); 4];
            let paint = color.into();
            c.ops()
                .fill_blurred(paint, false, true, blur / 2.0, radii, &[lit]);
        });
    }

    /// A filled rectangle with round corners, blurred by a Gaussian of this standard deviation.
    pub fn fill_blurred(
        &mut self,
        rect: Rect,
        radius: f32,
        deviation: f32,
        paint: impl Into<Paint>,
    ) {
        let radii = [radius; 4];
        self.ops()
            .fill_blurred(paint.into(), false, false, deviation, radii, &[rect]);
    }
}

/// State.
impl Canvas {
    /// How what follows and what is there become one; at first it is put over it.
    pub fn set_blend(&mut self, blend: Blend) {
        self.ops().set_blend(blend);
    }

    /// What follows is drawn only inside a path, with smooth edges, and where it could be before.
    pub fn clip_path(&mut self, path: &Path) {
        self.clip_path_by(FillRule::NonZero, false, path);
    }

    /// What follows is drawn only outside a path, and where it could be before.
    pub fn clip_outside(&mut self, path: &Path) {
        self.clip_path_by(FillRule::NonZero, true, path);
    }

    /// What follows is drawn only inside (or outside) a path, by either rule.
    pub fn clip_path_by(&mut self, rule: FillRule, outside: bool, path: &Path) {
        let antialias = self.antialias();
        let done = self
            .ops()
            .clip_path(antialias, outside, rule, path.buffer());
        self.keep(done);
    }

    /// Draws several things as one: they become a picture first, which is then drawn in the current
    /// opacity and blend mode. Inside, both begin anew, and clip and transform end with it.
    pub fn group(&mut self, draw: impl FnOnce(&mut Self)) {
        self.group_in(Rect::default(), draw);
    }

    /// The same where only what is inside `bounds` is needed, which costs less.
    pub fn group_in(&mut self, bounds: Rect, draw: impl FnOnce(&mut Self)) {
        self.begin_group(bounds);
        draw(self);
        self.end_group();
    }
}
