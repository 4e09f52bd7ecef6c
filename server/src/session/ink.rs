//! [`Ink`]: what an operation draws with, found from its paint and the drawing state.

use transom_protocol::color::{Color, Pixel};
use transom_protocol::draw::{Blend, Paint};

use super::Failure;
use super::paint::{Painter, faded};
use crate::raster::{Brush, Shader};

/// What an operation draws with.
#[derive(Clone, Debug)]
pub(super) enum Ink<'a> {
    /// One colour, put over what is there: what nearly everything is.
    Plain(Pixel),
    /// Anything else.
    Brush(Brush<'a>),
}

impl<'a> Ink<'a> {
    /// The same as a brush.
    pub(super) fn brush(&self) -> Brush<'a> {
        match self {
            Self::Plain(color) => Brush {
                shader: Shader::Solid(*color),
                opacity: 255,
                blend: Blend::Over,
                mask: None,
            },
            Self::Brush(brush) => brush.clone(),
        }
    }

    /// The colour, where it is one that hides what is behind.
    pub(super) fn opaque(&self) -> Option<Pixel> {
        match self {
            Self::Plain(color) if color.alpha() == 255 => Some(*color),
            _ => None,
        }
    }

    /// What four pixels cost in units of those of one colour, which cost `plain`.
    pub(super) fn weight(&self, plain: u64) -> u64 {
        match self {
            Self::Plain(_) => plain,
            Self::Brush(brush) => plain + brush.weight(),
        }
    }
}

impl<'a> Painter<'a> {
    /// What `paint` is under the current state.
    pub(super) fn ink(&self, paint: Paint) -> Result<Ink<'a>, Failure> {
        match paint {
            Paint::Color(color) => Ok(self.color_ink(color)),
            Paint::Defined(id) => {
                let paint = self
                    .paints
                    .get(&id)
                    .ok_or(Failure::unknown("no such paint"))?;
                Ok(Ink::Brush(self.brush(paint.shader(self.state.device()))))
            }
        }
    }

    /// The same of a colour.
    pub(super) fn color_ink(&self, color: Color) -> Ink<'a> {
        match self.puts_plainly() {
            true => Ink::Plain(faded(color, self.state.opacity())),
            false => Ink::Brush(self.brush(Shader::Solid(color.premultiply()))),
        }
    }

    /// Whether what is drawn is put over what is there, and the clip is whole pixels.
    pub(super) fn puts_plainly(&self) -> bool {
        self.state.blend() == Blend::Over && self.state.mask().is_none()
    }

    /// The current state's way to draw with `shader`.
    pub(super) fn brush(&self, shader: Shader<'a>) -> Brush<'a> {
        Brush {
            shader,
            opacity: self.state.opacity(),
            blend: self.state.blend(),
            mask: self.state.mask().map(|mask| mask.coverage.clone()),
        }
    }
}
