//! Pixels copied: within the window, from an off-screen surface, and within one.

use transom_protocol::color::Color;
use transom_protocol::draw::{DrawBuffer, Paint};
use transom_protocol::geometry::{Rect, Scale, Size};
use transom_protocol::ids::{SurfaceId, WindowId};
use transom_protocol::request::CreateSurface;
use transom_protocol::window::ColorSpace;

use super::super::Outcome;
use super::super::wire::Wire;
use super::patterns::{self, SIDE, Spot};
use super::{Load, Op, Peer, Same, op, point, rects};

/// Different sets of four copies; then they begin again.
const PLACES: usize = 512;

/// What x11perf scrolls by: a line of the 6x13 font.
const LINE: i32 = 13;

/// Adds them.
pub fn add(all: &mut Vec<Op>) {
    for (name, what, size) in [
        ("scroll10", "10x10 pixels scrolled", 10),
        ("scroll100", "100x100 pixels scrolled", 100),
        ("scroll500", "500x500 pixels scrolled", 500),
    ] {
        all.push(op(name, what, Peer::Drawing, move || scroll(size)));
    }
    for (name, what, size) in [
        ("copywinwin10", "10x10 copied within the window", 10),
        ("copywinwin100", "100x100 copied within the window", 100),
        ("copywinwin500", "500x500 copied within the window", 500),
        (
            "compwinwin10",
            "10x10 composited within the window: opaque, so a copy",
            10,
        ),
        (
            "compwinwin100",
            "100x100 composited within the window: a copy",
            100,
        ),
        (
            "compwinwin500",
            "500x500 composited within the window: a copy",
            500,
        ),
    ] {
        all.push(op(name, what, Peer::Drawing, move || within(size)));
    }
    for (name, what, size) in [
        ("copypixwin10", "10x10 copied from a surface", 10),
        ("copypixwin100", "100x100 copied from a surface", 100),
        ("copypixwin500", "500x500 copied from a surface", 500),
    ] {
        all.push(Op {
            name,
            what,
            peer: Peer::Drawing,
            build: Box::new(move |wire, window| {
                let source = surface(wire)?;
                wire.draw_on(window.into())?;
                let copies = patterns::copies(size, PLACES);
                Ok(copied(size, copies, source, Same::No("as copywinwin")))
            }),
        });
    }
    all.push(Op {
        name: "copypixpix500",
        what: "500x500 copied within a surface",
        peer: Peer::Drawing,
        build: Box::new(within_surface),
    });
}

/// Something to copy.
pub(super) fn draw_picture(out: &mut DrawBuffer) {
    out.clear_to(Color::WHITE);
    out.fill_rects(
        Paint::Color(Color::BLACK),
        false,
        &rects(&patterns::picture()),
    );
}

fn square(at: Spot, size: i32) -> Rect {
    let corner = point(at);
    Rect::new(corner.x, corner.y, size as f32, size as f32)
}

fn scroll(size: i32) -> Load {
    let places = patterns::scrolls(size, LINE, PLACES);
    let moves: Vec<(Spot, Spot)> = places
        .iter()
        .map(|to| ([to[0], to[1] + LINE as i16], *to))
        .collect();
    let same = Same::Copies(size as i16, moves.clone());
    copied(size, moves, SurfaceId::NONE, same).starting(draw_picture)
}

fn within(size: i32) -> Load {
    let copies = patterns::copies(size, PLACES);
    let same = Same::Copies(size as i16, copies.clone());
    copied(size, copies, SurfaceId::NONE, same).starting(draw_picture)
}

fn copied(size: i32, copies: Vec<(Spot, Spot)>, source: SurfaceId, same: Same) -> Load {
    Load::each(
        copies,
        move |out, _, (from, to)| out.copy_area(source, square(*from, size), point(*to)),
        same,
    )
}

/// An off-screen surface with the picture on it.
fn surface(wire: &mut Wire) -> Outcome<SurfaceId> {
    let surface: SurfaceId = wire.new_window_id().into();
    wire.request(CreateSurface {
        surface,
        size: Size::new(SIDE as f32, SIDE as f32),
        scale: Scale::ONE,
        follow: WindowId::NONE,
        color_space: ColorSpace::SRGB,
    });
    wire.draw_on(surface)?;
    wire.draw(draw_picture)?;
    Ok(surface)
}

fn within_surface(wire: &mut Wire, window: WindowId) -> Outcome<Load> {
    let surface = surface(wire)?;
    wire.draw_on(window.into())?;
    let copies = patterns::copies(500, PLACES);
    let count = copies.len() as u64;
    Ok(Load::requests(count, move |wire, pass| {
        if pass == 0 {
            wire.draw_on(surface)?;
        }
        for (from, to) in &copies {
            wire.draw(|out| out.copy_area(SurfaceId::NONE, square(*from, 500), point(*to)))?;
        }
        Ok(())
    }))
}
