//! What is measured: operations named and shaped as x11perf's wherever the same thing exists, and
//! some that X has not.

pub mod copies;
pub mod curves;
pub mod fills;
pub mod fonts;
pub mod images;
pub mod lines;
pub mod own;
pub mod patterns;
pub mod polygons;
pub mod requests;
pub mod text;

use transom_protocol::color::Color;
use transom_protocol::draw::{DrawBuffer, Paint};
use transom_protocol::geometry::{Point, Rect};
use transom_protocol::ids::WindowId;

use self::patterns::{Four, Spot};
use super::Outcome;
use super::wire::Wire;

/// One thing that is drawn or asked many times.
pub struct Op {
    /// As x11perf's test, where there is one.
    pub name: &'static str,
    /// What one object of it is.
    pub what: &'static str,
    /// What it is compared with.
    pub peer: Peer,
    /// Makes what it needs on the server.
    pub build: Box<Build>,
}

/// Makes what an operation needs on a connection with a window.
pub type Build = dyn Fn(&mut Wire, WindowId) -> Outcome<Load>;

/// Does it once; passes are numbered from 0.
pub type Pass = dyn FnMut(&mut Wire, u64) -> Outcome<()>;

/// The x11perf test an operation is compared with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Peer {
    /// The one of the same name; part of the mean.
    Drawing,
    /// The one of the same name; printed, but something else is done there.
    Printed,
    /// X has nothing like it.
    None,
}

/// How an operation is done.
pub struct Load {
    /// Objects in one pass.
    pub objects: u64,
    /// Whether passes draw a frame that is to be committed.
    pub framed: bool,
    /// What every frame of it begins with: a transform, say.
    pub start: Box<dyn Fn(&mut DrawBuffer)>,
    /// One pass, with its number.
    pub pass: Box<Pass>,
    /// The same as X requests, when both should set the same pixels.
    pub same: Same,
}

/// What X draws for the first pass of an operation.
#[derive(Clone, Debug)]
pub enum Same {
    /// Filled rectangles.
    Rects(Vec<Four>),
    /// Lines without width, the last pixel left out.
    Segments(Vec<Four>),
    /// Joined lines of this width.
    Lines(Vec<Spot>, u16),
    /// Filled polygons.
    Polygons(Vec<Vec<Spot>>),
    /// Circles and ellipses, filled or drawn.
    Arcs(Vec<Four>, bool),
    /// The picture, and squares of this side copied within it.
    Copies(i16, Vec<(Spot, Spot)>),
    /// Why the pixels cannot be compared.
    No(&'static str),
}

impl Load {
    /// Draws in every pass, black and white in turn, which is what x11perf does.
    pub fn drawing(
        objects: usize,
        mut record: impl FnMut(&mut DrawBuffer, Paint) + 'static,
        same: Same,
    ) -> Self {
        Self {
            objects: objects as u64,
            framed: true,
            start: Box::new(|_| {}),
            pass: Box::new(move |wire, pass| wire.draw(|out| record(out, ink(pass)))),
            same,
        }
    }

    /// As [`Load::drawing`], with each of `shapes` in a record of its own.
    pub fn each<S: 'static>(
        shapes: Vec<S>,
        record: impl Fn(&mut DrawBuffer, Paint, &S) + 'static,
        same: Same,
    ) -> Self {
        Self {
            objects: shapes.len() as u64,
            framed: true,
            start: Box::new(|_| {}),
            pass: Box::new(move |wire, pass| {
                let paint = ink(pass);
                shapes
                    .iter()
                    .try_for_each(|shape| wire.draw(|out| record(out, paint, shape)))
            }),
            same,
        }
    }

    /// Begins every frame with something.
    pub fn starting(self, start: impl Fn(&mut DrawBuffer) + 'static) -> Self {
        Self {
            start: Box::new(start),
            ..self
        }
    }

    /// Requests that draw no frame.
    pub fn requests(
        objects: u64,
        pass: impl FnMut(&mut Wire, u64) -> Outcome<()> + 'static,
    ) -> Self {
        Self {
            objects,
            framed: false,
            start: Box::new(|_| {}),
            pass: Box::new(pass),
            same: Same::No("nothing is drawn"),
        }
    }
}

/// All operations, in the order they are measured.
pub fn all() -> Vec<Op> {
    let mut all = Vec::new();
    fills::add(&mut all);
    lines::add(&mut all);
    curves::add(&mut all);
    polygons::add(&mut all);
    text::add(&mut all);
    copies::add(&mut all);
    images::add(&mut all);
    requests::add(&mut all);
    own::add(&mut all);
    all
}

/// An operation that needs nothing on the server but its drawing.
fn op(name: &'static str, what: &'static str, peer: Peer, load: impl Fn() -> Load + 'static) -> Op {
    Op {
        name,
        what,
        peer,
        build: Box::new(move |_, _| Ok(load())),
    }
}

/// Black in even passes, white in odd ones.
fn ink(pass: u64) -> Paint {
    Paint::Color(if pass.is_multiple_of(2) {
        Color::BLACK
    } else {
        Color::WHITE
    })
}

fn rect([x, y, width, height]: Four) -> Rect {
    Rect::new(x.into(), y.into(), width.into(), height.into())
}

fn rects(boxes: &[Four]) -> Vec<Rect> {
    boxes.iter().map(|place| rect(*place)).collect()
}

fn point([x, y]: Spot) -> Point {
    Point::new(x.into(), y.into())
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn names_are_unique() {
        let all = all();
        let names: HashSet<&str> = all.iter().map(|op| op.name).collect();
        assert_eq!(names.len(), all.len());
    }

    #[test]
    fn black_and_white_take_turns() {
        assert_eq!(ink(0), Paint::Color(Color::BLACK));
        assert_eq!(ink(1), Paint::Color(Color::WHITE));
    }
}
