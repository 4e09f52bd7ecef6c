//! Meshes: triangles with a colour at each corner, and a texture.

use std::fmt;

use serde::{Serialize, Serializer};

use super::style::Filter;
use crate::codec::Record;
use crate::color::Color;
use crate::geometry::Point;
use crate::ids::ImageId;

/// A corner of a mesh's triangles.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Vertex {
    /// Where it is, in logical units.
    pub position: Point,
    /// Where it is in the texture, in pixels of the image from its top left corner.
    pub texture: Point,
    /// Its colour, straight or premultiplied as the mesh says.
    pub color: Color,
}

impl Vertex {
    pub(super) const fn bytes(small: bool) -> usize {
        if small { 12 } else { 20 }
    }

    fn read(bytes: &[u8], small: bool) -> Self {
        let number = |i: usize| match small {
            true => f32::from(i16::read(&bytes[i * 2..i * 2 + 2])),
            false => f32::read(&bytes[i * 4..i * 4 + 4]),
        };
        let color = &bytes[bytes.len() - 4..];
        Self {
            position: Point::new(number(0), number(1)),
            texture: Point::new(number(2), number(3)),
            color: Color::rgba(color[0], color[1], color[2], color[3]),
        }
    }

    pub(super) fn is_small(&self) -> bool {
        let small = |v: f32| f32::from(v as i16) == v;
        let Self {
            position, texture, ..
        } = self;
        [position.x, position.y, texture.x, texture.y]
            .into_iter()
            .all(small)
    }

    pub(super) fn write(&self, small: bool, out: &mut Vec<u8>) {
        let Self {
            position, texture, ..
        } = self;
        for v in [position.x, position.y, texture.x, texture.y] {
            match small {
                true => (v as i16).write(out),
                false => v.write(out),
            }
        }
        out.extend_from_slice(&self.color.to_bytes());
    }
}

/// Vertices that stay the bytes they arrived in.
#[derive(Clone, Copy)]
pub struct Vertices<'a> {
    bytes: &'a [u8],
    small: bool,
}

impl<'a> Vertices<'a> {
    /// `bytes` are a whole number of vertices.
    pub(super) fn new(bytes: &'a [u8], small: bool) -> Self {
        Self { bytes, small }
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.bytes.len() / Vertex::bytes(self.small)
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    /// The vertex at `index`, or `None` behind the end.
    #[inline]
    pub fn get(&self, index: usize) -> Option<Vertex> {
        let size = Vertex::bytes(self.small);
        let at = index.checked_mul(size)?;
        let bytes = self.bytes.get(at..at.checked_add(size)?)?;
        Some(Vertex::read(bytes, self.small))
    }

    /// The vertices, in order.
    pub fn iter(&self) -> impl Iterator<Item = Vertex> + 'a {
        let this = *self;
        (0..this.len()).filter_map(move |i| this.get(i))
    }
}

impl PartialEq for Vertices<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.iter().eq(other.iter())
    }
}

impl fmt::Debug for Vertices<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

impl Serialize for Vertices<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter())
    }
}

/// Which vertices make which triangle.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub enum MeshIndices<'a> {
    /// Three of the vertices after one another each.
    InOrder,
    /// Three numbers each.
    Short(crate::codec::Packed<'a, u16>),
    /// The same, for meshes of more than 65,536 vertices.
    Long(crate::codec::Packed<'a, u32>),
}

impl MeshIndices<'_> {
    /// The number at `position`, or `None` behind the end.
    #[inline]
    fn get(&self, position: usize) -> Option<u32> {
        match self {
            Self::InOrder => u32::try_from(position).ok(),
            Self::Short(packed) => {
                let at = position.checked_mul(2)?;
                let bytes = packed.as_bytes().get(at..at.checked_add(2)?)?;
                Some(u32::from(u16::read(bytes)))
            }
            Self::Long(packed) => {
                let at = position.checked_mul(4)?;
                packed.as_bytes().get(at..at.checked_add(4)?).map(u32::read)
            }
        }
    }
}

/// Triangles with a colour at each corner, and a texture.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Mesh<'a> {
    /// The texture; none: white.
    pub image: ImageId,
    /// How the texture is sampled.
    pub filter: Filter,
    /// Whether the vertices' colours are premultiplied.
    pub premultiplied: bool,
    /// The corners.
    pub vertices: Vertices<'a>,
    /// Which of them make which triangle.
    pub indices: MeshIndices<'a>,
}

impl Mesh<'_> {
    /// How many triangles there are.
    pub fn len(&self) -> usize {
        match &self.indices {
            MeshIndices::InOrder => self.vertices.len() / 3,
            MeshIndices::Short(packed) => packed.len() / 3,
            MeshIndices::Long(packed) => packed.len() / 3,
        }
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The corners of a triangle; `None` behind the end, and where a number is not a vertex's.
    #[inline]
    pub fn triangle(&self, number: usize) -> Option<[Vertex; 3]> {
        let vertex = |i| {
            let index = self.indices.get(number.checked_mul(3)?.checked_add(i)?)?;
            self.vertices.get(index as usize)
        };
        Some([vertex(0)?, vertex(1)?, vertex(2)?])
    }
}
