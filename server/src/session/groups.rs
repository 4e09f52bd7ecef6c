//! Groups: what is drawn between their begin and end becomes a picture of its own first.

use transom_protocol::geometry::{PixelPoint, PixelRect, Point, Rect, Transform};

use super::budget::{Budget, cost};
use super::canvas::Layer;
use super::limits::Memory;
use super::paint::Painter;
use super::state::DrawState;
use super::{Failure, Step};
use crate::raster::{self, Pixmap, Shader};

/// Begins a group of what `bounds` cover under the state's transform: from here on `layers` has its
/// picture. When that cannot be had, what follows is drawn without.
pub(super) fn begin(
    bounds: Rect,
    state: &mut DrawState,
    layers: &mut Vec<Layer>,
    memory: &Memory,
    budget: &mut Budget,
) -> Result<(), Failure> {
    let area = pixels_of(bounds, state);
    let layer = match state.may_enter_group() {
        true => new_layer(area, memory),
        false => Err(Failure::quota("groups are nested too deeply")),
    };
    state.enter_group(layer.is_ok().then_some(area));
    budget.spend(area.area() / 4 + cost::RECT);
    layer.map(|layer| layers.push(layer))
}

fn new_layer(area: PixelRect, memory: &Memory) -> Result<Layer, Failure> {
    let charge = memory.reserve(area.area() * 4)?;
    Ok(Layer {
        pixmap: Pixmap::new(area.size()),
        origin: area.origin(),
        _charge: charge,
    })
}

/// The pixels that a group of these bounds draws on.
fn pixels_of(bounds: Rect, state: &DrawState) -> PixelRect {
    let all = state.clip().bounds();
    if bounds.width == 0.0 || bounds.height == 0.0 || !bounds.is_finite() {
        return all;
    }
    let area = outward(bounds, state.device()).intersect(all);
    if area.is_empty() {
        PixelRect::EMPTY
    } else {
        area
    }
}

/// The whole pixels that a rectangle touches.
fn outward(rect: Rect, device: &Transform) -> PixelRect {
    let corners = [
        Point::new(rect.x, rect.y),
        Point::new(rect.right(), rect.y),
        Point::new(rect.right(), rect.bottom()),
        Point::new(rect.x, rect.bottom()),
    ]
    .map(|corner| device.apply(corner));
    let low = |of: fn(&Point) -> f32| corners.iter().map(of).fold(f32::INFINITY, f32::min);
    let high = |of: fn(&Point) -> f32| corners.iter().map(of).fold(f32::NEG_INFINITY, f32::max);
    // Casts saturate, and NaN is 0.
    PixelRect::from_edges(
        low(|p| p.x).floor() as i32,
        low(|p| p.y).floor() as i32,
        high(|p| p.x).ceil() as i32,
        high(|p| p.y).ceil() as i32,
    )
}

impl Painter<'_> {
    /// Draws a group's picture under the current state.
    pub(super) fn draw_layer(&mut self, layer: &Layer) -> Step {
        let (view, bounds) = (layer.pixmap.view(), layer.bounds());
        let (source, origin) = (view.bounds(), layer.origin);
        if self.puts_plainly() {
            let opacity = self.state.opacity();
            return self.pixels(bounds, 2, cost::RECT, |target, _| {
                raster::blend_over(target, &view, source, origin, opacity);
            });
        }
        let brush = self.brush(Shader::Solid(Default::default()));
        self.pixels(bounds, 2 + brush.weight(), cost::RECT, |target, tools| {
            let scratch = &mut tools.scratch;
            raster::brush_pixels(target, &view, source, origin, &brush, scratch);
        })
    }
}

/// The part of a source that a picture has, counted from its own first pixel.
pub(super) fn from_origin(rect: PixelRect, origin: PixelPoint) -> PixelRect {
    rect.moved(origin.x.saturating_neg(), origin.y.saturating_neg())
}
