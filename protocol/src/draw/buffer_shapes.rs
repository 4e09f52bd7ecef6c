//! Records of many small shapes, of blurred rectangles, nine-patches and meshes, and of lists.

use std::collections::HashMap;

use super::buffer::{
    DrawBuffer, MAX_ELEMENTS, aliased_flag, filter_flag, small_flag, smooth_flag, write_all,
    write_paint, write_shapes,
};
use super::mesh::Vertex;
use super::pixels::{PixelData, PoolPixels};
use super::shapes::{Ellipse, ImagePart, Triangle};
use super::style::{Filter, Paint};
use super::{OpKind, flags};
use crate::codec::Record;
use crate::geometry::{PixelSize, Point, Rect};
use crate::ids::{ImageId, ListId};
use crate::request::ImageFormat;

/// The most bytes of one mesh record; larger meshes become several.
const MAX_MESH_BYTES: usize = 256 << 10;

impl DrawBuffer {
    /// A retained list, under the current state.
    pub fn draw_list(&mut self, list: ListId) {
        self.record(OpKind::DRAW_LIST, 0, |out| list.write(out));
    }

    /// Rectangles with round corners, blurred by a Gaussian of the standard deviation `blur`, in
    /// logical units; with `inverse` what is outside them.
    pub fn fill_blurred(
        &mut self,
        paint: Paint,
        smooth: bool,
        inverse: bool,
        blur: f32,
        radii: [f32; 4],
        rects: &[Rect],
    ) {
        let inverse = if inverse { flags::INVERSE } else { 0 };
        self.shapes_record(
            OpKind::FILL_BLURRED,
            smooth_flag(smooth) | inverse,
            paint,
            rects,
            |out| {
                blur.write(out);
                write_all(&radii, out);
            },
        );
    }

    /// Images whose borders of `insets` image pixels (left, top, right, bottom) keep their width:
    /// `scale` logical units for an image pixel.
    pub fn nine_patch(
        &mut self,
        image: ImageId,
        paint: Paint,
        filter: Filter,
        insets: [f32; 4],
        scale: f32,
        parts: &[ImagePart],
    ) {
        let flags = self.usual_flag() | filter_flag(filter) | self.paint_flag(paint);
        for parts in parts.chunks(MAX_ELEMENTS) {
            let small = small_flag(parts);
            self.record(OpKind::NINE_PATCH, flags | small, |out| {
                image.write(out);
                write_paint(paint, out);
                write_all(&insets, out);
                scale.write(out);
                write_shapes(parts, small != 0, out);
            });
        }
    }

    /// Squares of the side `size` around points, or discs of that diameter.
    pub fn points(
        &mut self,
        paint: Paint,
        antialias: bool,
        round: bool,
        size: f32,
        points: &[Point],
    ) {
        let round = if round { flags::ROUND } else { 0 };
        let flags = aliased_flag(antialias) | round;
        self.shapes_record(OpKind::POINTS, flags, paint, points, |out| size.write(out));
    }

    /// Filled ellipses.
    pub fn fill_ellipses(&mut self, paint: Paint, antialias: bool, ellipses: &[Ellipse]) {
        let flags = aliased_flag(antialias);
        self.shapes_record(OpKind::FILL_ELLIPSES, flags, paint, ellipses, |_| {});
    }

    /// Outlines of ellipses, `width` logical units wide.
    pub fn stroke_ellipses(
        &mut self,
        paint: Paint,
        antialias: bool,
        width: f32,
        ellipses: &[Ellipse],
    ) {
        let flags = aliased_flag(antialias);
        self.shapes_record(OpKind::STROKE_ELLIPSES, flags, paint, ellipses, |out| {
            width.write(out);
        });
    }

    /// Filled triangles, each drawn for itself.
    pub fn triangles(&mut self, paint: Paint, antialias: bool, triangles: &[Triangle]) {
        let flags = aliased_flag(antialias);
        self.shapes_record(OpKind::TRIANGLES, flags, paint, triangles, |_| {});
    }

    /// Triangles of three `indices` each, or without indices of three vertices each, in the colours
    /// of their corners and with a texture, if any. A triangle that names no vertex is left out.
    pub fn mesh(
        &mut self,
        image: ImageId,
        filter: Filter,
        premultiplied: bool,
        vertices: &[Vertex],
        indices: &[u32],
    ) {
        let premultiplied = if premultiplied {
            flags::PREMULTIPLIED
        } else {
            0
        };
        let flags = filter_flag(filter) & flags::LINEAR | premultiplied;
        let whole = vertices.len() * 20 + indices.len() * 4 <= MAX_MESH_BYTES;
        let valid = indices.iter().all(|i| (*i as usize) < vertices.len());
        if whole && valid {
            return self.mesh_record(image, flags, vertices, indices);
        }
        let in_order: Vec<u32> = match indices {
            [] => (0..vertices.len() as u32).collect(),
            _ => indices.to_vec(),
        };
        let known = |triangle: &&[u32]| triangle.iter().all(|i| (*i as usize) < vertices.len());
        let all: Vec<_> = in_order.chunks_exact(3).filter(known).collect();
        for part in all.chunks(MAX_ELEMENTS / 2) {
            let (mut used, mut places) = (Vec::new(), HashMap::new());
            let place = |index: &u32| {
                *places.entry(*index).or_insert_with(|| {
                    used.push(vertices[*index as usize]);
                    used.len() as u32 - 1
                })
            };
            let indices: Vec<_> = part.iter().copied().flatten().map(place).collect();
            self.mesh_record(image, flags, &used, &indices);
        }
    }

    /// Pixels scaled to `dest`, from the record itself. `paint` colours those of the format
    /// [`A8`](ImageFormat::A8).
    pub fn pixels(&mut self, paint: Paint, filter: Filter, dest: Rect, pixels: &PixelData<'_>) {
        self.picture(OpKind::PIXELS, paint, filter, dest, |out| {
            write_picture(pixels.size(), pixels.format(), out);
            out.extend_from_slice(pixels.bytes());
        });
    }

    /// The same of rows that need not lie one behind the other. Each counts as far as `size` goes; what
    /// is missing is zero. More than [`PixelData::MAX_BYTES`] do not fit a packet.
    pub fn pixel_rows<'a>(
        &mut self,
        paint: Paint,
        filter: Filter,
        dest: Rect,
        (size, format): (PixelSize, ImageFormat),
        rows: impl IntoIterator<Item = &'a [u8]>,
    ) {
        self.picture(OpKind::PIXELS, paint, filter, dest, |out| {
            write_picture(size, format, out);
            let width = size.width as usize * format.bytes_per_pixel();
            let mut end = out.len();
            let all = end + width * size.height as usize;
            for row in rows.into_iter().take(size.height as usize) {
                end += width;
                out.extend_from_slice(&row[..row.len().min(width)]);
                out.resize(end, 0);
            }
            out.resize(all, 0);
        });
    }

    /// Pixels scaled to `dest`, from a pool. A side longer than 65,535 is cut to that.
    pub fn pool_pixels(&mut self, paint: Paint, filter: Filter, dest: Rect, pixels: &PoolPixels) {
        self.picture(OpKind::POOL_PIXELS, paint, filter, dest, |out| {
            pixels.pool.write(out);
            pixels.offset.write(out);
            pixels.stride.write(out);
            write_picture(pixels.size, pixels.format, out);
        });
    }

    fn picture(
        &mut self,
        kind: OpKind,
        paint: Paint,
        filter: Filter,
        dest: Rect,
        fields: impl FnOnce(&mut Vec<u8>),
    ) {
        let small = small_flag(&[dest]);
        let flags = self.usual_flag() | filter_flag(filter) | small | self.paint_flag(paint);
        self.record(kind, flags, |out| {
            write_paint(paint, out);
            write_shapes(&[dest], small != 0, out);
            fields(out);
        });
    }

    fn mesh_record(&mut self, image: ImageId, flags: u8, vertices: &[Vertex], indices: &[u32]) {
        if vertices.is_empty() {
            return;
        }
        let small = vertices.iter().all(Vertex::is_small);
        let long = vertices.len() > 1 << 16;
        let form = if small { flags::SMALL } else { 0 } | if long { flags::LONG } else { 0 };
        self.record(OpKind::MESH, flags | form, |out| {
            image.write(out);
            (vertices.len() as u32).write(out);
            (indices.len() as u32).write(out);
            vertices.iter().for_each(|vertex| vertex.write(small, out));
            match long {
                true => write_all(indices, out),
                false => indices.iter().for_each(|i| (*i as u16).write(out)),
            }
        });
    }
}

fn write_picture(size: PixelSize, format: ImageFormat, out: &mut Vec<u8>) {
    let side = |v: u32| u16::try_from(v).unwrap_or(u16::MAX);
    write_all(&[side(size.width), side(size.height)], out);
    out.extend_from_slice(&[format as u8, 0, 0, 0]);
}
