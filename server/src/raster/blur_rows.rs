//! Rows of a blurred rectangle that lies upright: columns are found once for all of them, and cells are
//! mixed downwards once a row.

use transom_protocol::color::Pixel;
use transom_protocol::draw::Blend;
use transom_protocol::geometry::PixelRect;

use super::blend;
use super::brush::{Brush, Shader, brush_coverage, with_sink};
use super::coverage::Sink;
use super::kernels::Between;
use super::paint::SolidSink;
use super::placed_blur::PlacedBlur;
use super::scratch::Scratch;
use super::target::Target;

/// Working memory.
#[derive(Debug, Default)]
pub(super) struct BlurRows {
    between: Between,
    /// Cells mixed downwards.
    cells: Vec<u32>,
    coverage: Vec<u8>,
    /// What the coverage is that of.
    mixed: Option<(usize, u32)>,
}

impl BlurRows {
    /// For `width` pixels from `x` on.
    fn begin(&mut self, blur: &PlacedBlur<'_>, x: i32, width: u32) {
        self.between.clear();
        blur.columns(x, width, |first, part| self.between.push(first, part));
        self.coverage.clear();
        self.coverage.resize(width as usize, 0);
        self.mixed = None;
    }

    /// The coverage of the row `y`, with the bits `flip` turned.
    fn row(&mut self, blur: &PlacedBlur<'_>, y: i32, flip: u8) -> &[u8] {
        let Some(place) = blur.row_place(y) else {
            self.mixed = None;
            self.coverage.fill(flip);
            return &self.coverage;
        };
        if self.mixed != Some(place) {
            self.mixed = Some(place);
            blur.mix_cells(place, &self.between, &mut self.cells);
            self.between.fill(&self.cells, flip, &mut self.coverage);
        }
        &self.coverage
    }

    /// How many bytes are kept for the next one.
    #[cfg(test)]
    pub(super) fn kept(&self) -> usize {
        let cells = self.cells.capacity() * size_of::<u32>();
        cells + self.coverage.capacity() + self.between.byte_size()
    }
}

/// Draws on what a blurred rectangle covers, with `inverse` on what it does not, within `area`.
pub fn brush_blur(
    target: &mut Target<'_>,
    blur: &PlacedBlur<'_>,
    inverse: bool,
    area: PixelRect,
    brush: &Brush<'_>,
    scratch: &mut Scratch,
) {
    let area = area.intersect(target.clip());
    if area.is_empty() {
        return;
    }
    if !blur.is_upright() {
        return brush_coverage(target, area, brush, scratch, |y, x, run| {
            blur.coverage(y, x, inverse, run);
        });
    }
    let Scratch {
        colors,
        narrowed,
        blur: rows,
        ..
    } = scratch;
    rows.begin(blur, area.x0, area.width());
    match (&brush.shader, brush.blend, &brush.mask) {
        (Shader::Solid(color), Blend::Over, None) => {
            let color = Pixel(blend::scale(color.0, brush.opacity));
            draw(rows, blur, inverse, area, &mut SolidSink { target, color });
        }
        _ => with_sink(target, brush.shader, brush, (colors, narrowed), |sink| {
            draw(rows, blur, inverse, area, sink);
        }),
    }
}

fn draw(
    rows: &mut BlurRows,
    blur: &PlacedBlur<'_>,
    inverse: bool,
    area: PixelRect,
    sink: &mut impl Sink,
) {
    let flip = if inverse { 255 } else { 0 };
    for y in area.y0..area.y1 {
        sink.masked(y, area.x0, rows.row(blur, y, flip));
    }
}

#[cfg(test)]
mod tests {
    use transom_protocol::geometry::Transform;

    use super::super::blur::{Blur, BlurShape};
    use super::super::tests::Rng;
    use super::*;

    #[test]
    fn rows_are_what_each_pixel_is_by_itself() {
        let mut rng = Rng(21);
        let (mut rows, scratch) = (BlurRows::default(), &mut Scratch::new());
        for round in 0..300 {
            let shape = BlurShape {
                width: rng.float(0.5, 90.0),
                height: rng.float(0.5, 60.0),
                radii: std::array::from_fn(|_| rng.float(-5.0, 30.0)),
                deviation: rng.pick(&[0.0, 0.4, 2.0, 7.0, 17.0]),
            };
            let mut blur = Blur::begin(shape).expect("small");
            blur.work(u64::MAX, scratch);
            let scale = [1.0, -1.0, 0.3, 2.5, 1e9];
            let map = Transform::scale(rng.pick(&scale), rng.pick(&scale))
                .after(Transform::translate(rng.float(-20.0, 20.0), 3.0));
            let placed = blur.placed(&map).expect("an inverse");
            assert!(placed.is_upright());
            let (x, width) = (rng.below(200) as i32 - 100, 1 + rng.below(150));
            rows.begin(&placed, x, width);
            let inverse = rng.below(2) == 0;
            let flip = if inverse { 255 } else { 0 };
            for y in -60..120 {
                let mut expected = vec![0; width as usize];
                placed.coverage(y, x, inverse, &mut expected);
                assert_eq!(rows.row(&placed, y, flip), expected, "round {round}, {y}");
            }
        }
    }
}
