//! [`Stamp`]: what a shape covers, found once and drawn many times: buttons, dots, frames.

use transom_protocol::color::Pixel;
use transom_protocol::geometry::{PixelPoint, PixelRect};

use super::cache::{Cache, Kept, Key};
use super::coverage::{FillRule, Sink, bounds};
use super::kernels::{Pieces, Run, blend_runs, kernels};
use super::line::Marks;
use super::paint::SolidSink;
use super::path::Path;
use super::scratch::Scratch;
use super::target::Target;
use super::trace::PixelLine;

/// The most bytes of stamps that are kept.
pub const STAMP_CACHE_BYTES: usize = 2 << 20;
/// Shapes up to so many pixels wide and high are made into stamps.
pub const MAX_STAMP_SIDE: u32 = 1024;

/// A shape and how it is drawn, relative to a whole pixel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct StampKey {
    /// Which kind of shape, as its user numbers them.
    pub kind: u8,
    /// Whether it is anti-aliased.
    pub antialias: bool,
    /// The bits of all numbers that matter.
    pub numbers: [u32; 16],
}

impl Key for StampKey {
    #[inline(always)]
    fn some_bits(&self) -> usize {
        // Turned, because the lower bits of most numbers are zeros.
        let mix = |sum: u32, n: &u32| (sum.rotate_left(15) ^ n).wrapping_mul(0x9e37_79b9);
        let sum = self
            .numbers
            .iter()
            .step_by(3)
            .fold(u32::from(self.kind), mix);
        (sum >> 16) as usize
    }
}

/// Stamps by key, at most [`STAMP_CACHE_BYTES`] of them.
pub type StampCache = Cache<StampKey, Stamp>;

/// The coverage of a shape as runs of pixels.
#[derive(Clone, Debug, Default)]
pub struct Stamp {
    /// Those that are covered fully.
    solid: Vec<Run>,
    /// The same once more.
    pieces: Pieces,
    /// The other ones, and the coverage of one after the other.
    masked: Vec<Run>,
    masks: Vec<u8>,
    /// Where the coverage of each run begins.
    starts: Vec<u32>,
    bounds: PixelRect,
    pixel_count: u64,
}

impl Kept for Stamp {
    const CACHE_BYTES: usize = STAMP_CACHE_BYTES;

    fn byte_size(&self) -> usize {
        let runs = self.run_count();
        let pieces = self.pieces.byte_size();
        let masks = self.masks.len() + self.starts.len() * size_of::<u32>();
        size_of::<Self>() + runs * size_of::<Run>() + pieces + masks
    }
}

impl Stamp {
    /// What `path`, in pixels, covers. `None`: it is too large, or too far away from the origin.
    pub fn of_path(
        path: &Path,
        rule: FillRule,
        antialias: bool,
        scratch: &mut Scratch,
    ) -> Option<Self> {
        let area = bounds(path);
        let mut recorder = Recorder::new(area)?;
        scratch
            .coverage
            .sweep(path, rule, antialias, area, &mut recorder);
        Some(recorder.0)
    }

    /// Whether there can be a stamp of a path, and which pixels that may touch.
    pub fn bounds_of(path: &Path) -> Option<PixelRect> {
        let area = bounds(path);
        is_near(area).then_some(area)
    }

    /// The pixels of hairlines. `None`: too large, or too far away from the origin.
    pub fn of_lines(lines: &[PixelLine], marks: &mut Marks) -> Option<Self> {
        let area = lines.iter().fold(PixelRect::EMPTY, |all, [a, b]| {
            let high = |a: i32, b: i32| a.max(b).saturating_add(1);
            let (x, y) = (a.x.min(b.x), a.y.min(b.y));
            all.union(PixelRect::from_edges(x, y, high(a.x, b.x), high(a.y, b.y)))
        });
        let mut recorder = Recorder::new(area)?;
        marks.mark(area, lines);
        marks.each_run(|y, x0, x1| recorder.solid(y, x0, x1));
        Some(recorder.0)
    }

    /// The pixels it may touch.
    pub fn bounds(&self) -> PixelRect {
        self.bounds
    }

    /// How many runs of pixels there are.
    pub fn run_count(&self) -> usize {
        self.solid.len() + self.masked.len()
    }

    /// How many pixels all of them have.
    pub fn pixel_count(&self) -> u64 {
        self.pixel_count
    }

    /// Puts `color` over what it covers, with its origin in the pixel `at`.
    pub fn draw(&self, target: &mut Target<'_>, at: PixelPoint, color: Pixel) {
        let place = self.bounds.moved(at.x, at.y);
        let clip = target.clip();
        if clip.intersect(place).is_empty() {
            return;
        }
        if clip.contains_rect(place) {
            return self.draw_inside(target, &[[at.x - clip.x0, at.y - clip.y0]], color);
        }
        let mut sink = SolidSink { target, color };
        let place = |run: &Run| at.moved(run.x.into(), run.y.into());
        for run in rows_of(&self.solid, at, clip).1 {
            let PixelPoint { x, y } = place(run);
            sink.solid(y, x, x.saturating_add(run.length.into()));
        }
        let (first, masked) = rows_of(&self.masked, at, clip);
        for (run, start) in masked.iter().zip(&self.starts[first..]) {
            let PixelPoint { x, y } = place(run);
            let mask = &self.masks[*start as usize..][..run.length.into()];
            sink.masked_in(clip, y, x, mask);
        }
    }

    /// The same with its origin in each of `places`, which are relative to the clip's first pixel: all of
    /// it must lie inside the clip.
    pub fn draw_inside(&self, target: &mut Target<'_>, places: &[[i32; 2]], color: Pixel) {
        let clip = target.clip();
        (kernels().pieces)(target.block(clip), &self.pieces, places, color.0);
        if self.masked.is_empty() {
            return;
        }
        for place in places {
            blend_runs(
                target.block(clip),
                &self.masked,
                &self.masks,
                *place,
                color.0,
            );
        }
    }
}

/// Those of `runs`, relative to the pixel `at`, whose rows lie in a clip, and the number of their first.
fn rows_of(runs: &[Run], at: PixelPoint, clip: PixelRect) -> (usize, &[Run]) {
    let row = move |run: &Run| at.y.saturating_add(run.y.into());
    let first = runs.partition_point(|run| row(run) < clip.y0);
    let end = runs.partition_point(|run| row(run) < clip.y1);
    (first, &runs[first..end.max(first)])
}

impl SolidSink<'_, '_> {
    /// [`Sink::masked`] of a run that may lie outside the clip in part.
    fn masked_in(&mut self, clip: PixelRect, y: i32, x: i32, mask: &[u8]) {
        let left = (i64::from(clip.x0) - i64::from(x)).clamp(0, mask.len() as i64) as usize;
        let right = (i64::from(clip.x1) - i64::from(x)).clamp(left as i64, mask.len() as i64);
        self.masked(
            y,
            x.saturating_add(left as i32),
            &mask[left..right as usize],
        );
    }
}

/// Whether a shape is small enough, and near enough to the origin.
fn is_near(bounds: PixelRect) -> bool {
    const NEAR: PixelRect = PixelRect::from_edges(-4096, -4096, 4096, 4096);
    let is_small = bounds.width() <= MAX_STAMP_SIDE && bounds.height() <= MAX_STAMP_SIDE;
    is_small && NEAR.contains_rect(bounds)
}

/// Writes down what a shape covers.
struct Recorder(Stamp);

impl Recorder {
    fn new(bounds: PixelRect) -> Option<Self> {
        is_near(bounds).then(|| {
            Self(Stamp {
                bounds,
                ..Stamp::default()
            })
        })
    }

    fn push(&mut self, y: i32, x: i32, length: usize, is_masked: bool) {
        // A stamp is small and near the origin.
        let (x, y) = (x as i16, y as i16);
        let run = Run {
            x,
            y,
            length: length as u16,
        };
        self.0.pixel_count += u64::from(run.length);
        match is_masked {
            true => self.0.masked.push(run),
            false => {
                self.0.pieces.push(x, y, run.length);
                self.0.solid.push(run);
            }
        }
    }
}

impl Sink for Recorder {
    fn solid(&mut self, y: i32, x0: i32, x1: i32) {
        if x0 < x1 {
            self.push(y, x0, x0.abs_diff(x1) as usize, false);
        }
    }

    fn masked(&mut self, y: i32, x: i32, mask: &[u8]) {
        self.push(y, x, mask.len(), true);
        self.0.starts.push(self.0.masks.len() as u32);
        self.0.masks.extend_from_slice(mask);
    }
}

#[cfg(test)]
mod tests {
    use transom_protocol::geometry::{PixelSize, Point, Rect, Transform};

    use super::super::fill::fill_path;
    use super::super::paint::Paint;
    use super::super::pixmap::Pixmap;
    use super::super::tests::Rng;
    use super::*;

    const SIZE: PixelSize = PixelSize::new(60, 50);

    fn shape(rng: &mut Rng) -> Path {
        let mut path = Path::new();
        let (x, y) = (rng.float(0.0, 1.0), rng.float(0.0, 1.0));
        let (width, height) = (rng.float(0.5, 50.0), rng.float(0.5, 40.0));
        path.rounded_rect(Rect::new(x, y, width, height), [rng.float(0.0, 20.0); 4]);
        if rng.below(3) == 0 {
            path.move_to(Point::new(3.0, 3.0));
            path.line_to(rng.point(-9.0, 30.0));
            path.line_to(rng.point(-9.0, 30.0));
        }
        path
    }

    #[test]
    fn a_stamp_gives_the_pixels_of_its_path() {
        let mut rng = Rng(21);
        let (mut scratch, mut moved) = (Scratch::new(), Path::new());
        for round in 0..3000 {
            let path = shape(&mut rng);
            let antialias = rng.below(2) == 0;
            let rule = rng.pick(&[FillRule::NonZero, FillRule::EvenOdd]);
            let color = Pixel(rng.pick(&[0xff12_3456, 0x8040_2010]));
            let at = PixelPoint::new(rng.below(90) as i32 - 30, rng.below(80) as i32 - 30);
            let clip = match rng.below(2) {
                0 => PixelRect::from_size(SIZE),
                _ => PixelRect::new(
                    rng.below(50) as i32,
                    rng.below(40) as i32,
                    rng.below(40),
                    20,
                ),
            };
            let (mut stamped, mut filled) = (Pixmap::new(SIZE), Pixmap::new(SIZE));
            let stamp = Stamp::of_path(&path, rule, antialias, &mut scratch).expect("small");
            stamp.draw(&mut stamped.target(clip), at, color);
            moved.clear();
            path.transform(&Transform::translate(at.x as f32, at.y as f32), &mut moved);
            let paint = Paint::Solid(color);
            let target = &mut filled.target(clip);
            fill_path(target, &moved, rule, antialias, &paint, &mut scratch);
            // Moved in single precision, a point may be rounded to another 256th of a pixel.
            let differ = |(a, b): (&u32, &u32)| {
                a.to_le_bytes()
                    .iter()
                    .zip(b.to_le_bytes())
                    .any(|(a, b)| a.abs_diff(b) > 3)
            };
            if antialias {
                let pixels = stamped.pixels().iter().zip(filled.pixels());
                assert_eq!(pixels.filter(|p| differ(*p)).count(), 0, "round {round}");
            }
            let mut outside = stamped.clone();
            stamp.draw(
                &mut outside.target(clip),
                PixelPoint::new(i32::MAX, i32::MIN),
                color,
            );
            assert!(outside == stamped);
        }
    }

    #[test]
    fn what_is_cut_is_the_same_as_the_whole() {
        let mut rng = Rng(22);
        let mut scratch = Scratch::new();
        for _ in 0..1000 {
            let path = shape(&mut rng);
            let stamp = Stamp::of_path(&path, FillRule::NonZero, rng.below(2) == 0, &mut scratch)
                .expect("small");
            let at = PixelPoint::new(rng.below(30) as i32 - 9, rng.below(30) as i32 - 9);
            let color = Pixel(rng.pick(&[0xff12_3456, 0x8040_2010]));
            let (mut whole, mut parted) = (Pixmap::new(SIZE), Pixmap::new(SIZE));
            let all = whole.bounds();
            stamp.draw(&mut whole.target(all), at, color);
            let (x, y) = (rng.below(60) as i32, rng.below(50) as i32);
            for part in [
                PixelRect::from_edges(0, 0, x, y),
                PixelRect::from_edges(x, 0, 60, y),
                PixelRect::from_edges(0, y, 60, 50),
            ] {
                stamp.draw(&mut parted.target(part), at, color);
            }
            assert!(whole == parted);
        }
    }

    #[test]
    fn large_and_far_shapes_have_no_stamp() {
        let stamp = |rect: Rect| {
            let mut path = Path::new();
            path.rect(rect);
            Stamp::of_path(&path, FillRule::NonZero, true, &mut Scratch::new())
        };
        assert!(stamp(Rect::new(0.0, 0.0, 1024.0, 1024.0)).is_some());
        assert!(stamp(Rect::new(0.0, 0.0, 1025.0, 3.0)).is_none());
        assert!(stamp(Rect::new(9000.0, 0.0, 3.0, 3.0)).is_none());
        assert!(stamp(Rect::new(f32::NAN, 0.0, 3.0, 3.0)).is_some_and(|s| s.run_count() == 0));
    }
}
