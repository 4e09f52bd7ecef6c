//! Requests that draw little or nothing. Printed beside x11perf's, but never part of a mean: X does
//! something else there.

use transom_protocol::codec::Text;
use transom_protocol::color::Color;
use transom_protocol::draw::{DrawBuffer, DrawOps};
use transom_protocol::geometry::{Rect, Size};
use transom_protocol::ids::{Serial, SurfaceId, WindowId};
use transom_protocol::request::{
    AckInput, CreatePopup, CreateWindow, DestroyWindow, Draw, Request,
};
use transom_protocol::window::{ColorSpace, Decorations, Positioner, WindowKind};

use super::super::Outcome;
use super::super::wire::Wire;
use super::{Load, Op, Peer, op};

/// Windows made at a time, as with `x11perf -subs 50`.
const WINDOWS: u64 = 50;

/// The side of such a window.
const SIDE: f32 = 8.0;

/// Adds them.
pub fn add(all: &mut Vec<Op>) {
    all.push(op(
        "noop",
        "request that does nothing",
        Peer::Printed,
        || Load::requests(1, |wire, _| wire.batched(AckInput { serial: Serial(1) })),
    ));
    all.push(op("pointer", "round trip", Peer::Printed, || {
        Load::requests(1, |wire, _| wire.sync())
    }));
    all.push(op(
        "gc",
        "change of the drawing state",
        Peer::Printed,
        || {
            Load::drawing(
                1,
                |out, _| out.set_opacity(1.0),
                super::Same::No("nothing is drawn"),
            )
        },
    ));
    all.push(op(
        "ucreate",
        "window made and destroyed, never shown",
        Peer::Printed,
        || {
            Load::requests(WINDOWS, |wire, _| {
                let made: Vec<WindowId> = (0..WINDOWS).map(|_| create(wire)).collect();
                destroy(wire, &made)
            })
        },
    ));
    all.push(op(
        "create",
        "window made, drawn, shown and destroyed",
        Peer::Printed,
        || {
            Load::requests(WINDOWS, |wire, _| {
                let made: Vec<WindowId> = (0..WINDOWS).map(|_| create(wire)).collect();
                for window in &made {
                    show(wire, *window);
                }
                destroy(wire, &made)
            })
        },
    ));
    all.push(Op {
        name: "popup",
        what: "popup made, drawn, shown and destroyed",
        peer: Peer::Printed,
        build: Box::new(|_, parent| {
            Ok(Load::requests(1, move |wire, _| {
                let popup = popup(wire, parent);
                show(wire, popup);
                destroy(wire, &[popup])
            }))
        }),
    });
}

fn create(wire: &mut Wire) -> WindowId {
    let window = wire.new_window_id();
    wire.request(CreateWindow {
        window,
        stable: 0,
        parent: WindowId::NONE,
        kind: WindowKind::Normal,
        decorations: Decorations::None,
        color_space: ColorSpace::SRGB,
        size: Size::new(SIDE, SIDE),
        title: Text(""),
        app_id: Text(""),
    });
    window
}

fn popup(wire: &mut Wire, parent: WindowId) -> WindowId {
    let window = wire.new_window_id();
    wire.request(CreatePopup {
        window,
        stable: 0,
        parent,
        color_space: ColorSpace::SRGB,
        size: Size::new(SIDE, SIDE),
        positioner: Positioner {
            anchor_rect: Rect::new(10.0, 10.0, SIDE, SIDE),
            ..Positioner::default()
        },
    });
    window
}

fn show(wire: &mut Wire, window: WindowId) {
    let mut records = DrawBuffer::new();
    records.clear_to(Color::BLACK);
    wire.request(Request::from(Draw {
        surface: SurfaceId::from(window),
        ops: DrawOps::new(records.as_bytes()),
    }));
    wire.commit(window);
}

fn destroy(wire: &mut Wire, windows: &[WindowId]) -> Outcome<()> {
    for window in windows {
        wire.request(DestroyWindow { window: *window });
    }
    wire.flush()
}
