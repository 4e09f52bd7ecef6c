//! Gradients, patterns, blend modes and clip masks against tiny-skia.
//!
//! It computes in floating point, or in 8 bits with divisions by 256: a channel may be off by 2, and
//! by more in the few pixels where a gradient jumps, whose place is rounded differently.

use tiny_skia as ts;
use transom_protocol::color::{Color, Pixel};
use transom_protocol::draw::Blend;
use transom_protocol::geometry::{PixelSize, Point, Rect, Transform};
use transom_protocol::paint::{Extend, Stop};

use super::super::*;
use super::Rng;

const SIDE: u32 = 64;
/// How far apart a channel may be.
const NEAR: i32 = 2;
/// How many of a picture's pixels may be further apart.
const FEW: usize = 40;

fn ts_color(c: Color) -> ts::Color {
    ts::Color::from_rgba8(c.r, c.g, c.b, c.a)
}

fn color(rng: &mut Rng) -> Color {
    let [r, g, b, a] = rng.next().rotate_left(rng.below(32)).to_le_bytes();
    Color::rgba(r, g, b, if rng.below(3) == 0 { 255 } else { a })
}

fn brush(shader: Shader<'_>, blend: Blend) -> Brush<'_> {
    Brush {
        shader,
        opacity: 255,
        blend,
        mask: None,
    }
}

/// How many pixels of two pictures are further apart than [`NEAR`].
fn apart(ours: &Pixmap, theirs: &ts::Pixmap) -> usize {
    let pairs = ours.pixels().iter().zip(theirs.pixels());
    let differ = |(a, b): &(&u32, &ts::PremultipliedColorU8)| {
        let ours = Pixel(**a).channels().map(i32::from);
        let theirs = [b.alpha(), b.red(), b.green(), b.blue()].map(i32::from);
        ours.iter().zip(theirs).any(|(a, b)| (a - b).abs() > NEAR)
    };
    pairs.filter(differ).count()
}

fn fill_theirs(p: &mut ts::Pixmap, shader: ts::Shader<'_>, mode: ts::BlendMode) {
    let paint = ts::Paint {
        shader,
        blend_mode: mode,
        anti_alias: false,
        force_hq_pipeline: true,
        ..ts::Paint::default()
    };
    let all = ts::Rect::from_xywh(0.0, 0.0, SIDE as f32, SIDE as f32).expect("not empty");
    p.fill_rect(all, &paint, ts::Transform::identity(), None);
}

fn fill_ours(p: &mut Pixmap, brush: &Brush<'_>) {
    let all = p.bounds();
    brush_rect(&mut p.target(all), all, brush, &mut Scratch::new());
}

fn pictures() -> (Pixmap, ts::Pixmap) {
    let theirs = ts::Pixmap::new(SIDE, SIDE).expect("not empty");
    (Pixmap::new(PixelSize::new(SIDE, SIDE)), theirs)
}

const MODES: [(Blend, ts::BlendMode); 21] = [
    (Blend::Over, ts::BlendMode::SourceOver),
    (Blend::Clear, ts::BlendMode::Clear),
    (Blend::Source, ts::BlendMode::Source),
    (Blend::Destination, ts::BlendMode::Destination),
    (Blend::DestinationOver, ts::BlendMode::DestinationOver),
    (Blend::SourceIn, ts::BlendMode::SourceIn),
    (Blend::DestinationIn, ts::BlendMode::DestinationIn),
    (Blend::SourceOut, ts::BlendMode::SourceOut),
    (Blend::DestinationOut, ts::BlendMode::DestinationOut),
    (Blend::SourceAtop, ts::BlendMode::SourceAtop),
    (Blend::DestinationAtop, ts::BlendMode::DestinationAtop),
    (Blend::Xor, ts::BlendMode::Xor),
    (Blend::Add, ts::BlendMode::Plus),
    (Blend::Multiply, ts::BlendMode::Multiply),
    (Blend::Screen, ts::BlendMode::Screen),
    (Blend::Overlay, ts::BlendMode::Overlay),
    (Blend::Darken, ts::BlendMode::Darken),
    (Blend::Lighten, ts::BlendMode::Lighten),
    (Blend::HardLight, ts::BlendMode::HardLight),
    (Blend::Difference, ts::BlendMode::Difference),
    (Blend::Exclusion, ts::BlendMode::Exclusion),
];

#[test]
fn blend_modes_agree() {
    let mut rng = Rng(21);
    assert_eq!(MODES.map(|(ours, _)| ours), *Blend::ALL);
    for _ in 0..60 {
        let (mut before, mut ts_before) = pictures();
        for (ours, theirs) in before.pixels_mut().iter_mut().zip(ts_before.pixels_mut()) {
            let pixel = color(&mut rng).premultiply();
            *ours = pixel.0;
            let [a, r, g, b] = pixel.channels();
            *theirs = ts::PremultipliedColorU8::from_rgba(r, g, b, a).expect("premultiplied");
        }
        let source = color(&mut rng);
        for (mode, ts_mode) in MODES {
            let (mut ours, mut theirs) = (before.clone(), ts_before.clone());
            let shader = Shader::Solid(source.premultiply());
            fill_ours(&mut ours, &brush(shader, mode));
            fill_theirs(
                &mut theirs,
                ts::Shader::SolidColor(ts_color(source)),
                ts_mode,
            );
            assert_eq!(apart(&ours, &theirs), 0, "{mode:?} of {source:?}");
        }
    }
}

fn extend(rng: &mut Rng) -> (Extend, ts::SpreadMode) {
    rng.pick(&[
        (Extend::Pad, ts::SpreadMode::Pad),
        (Extend::Repeat, ts::SpreadMode::Repeat),
        (Extend::Reflect, ts::SpreadMode::Reflect),
    ])
}

fn transform(rng: &mut Rng) -> (Transform, ts::Transform) {
    let t = Transform::translate(rng.float(-5.0, 20.0), rng.float(-5.0, 20.0))
        .after(Transform::rotate(rng.float(0.0, 6.0)))
        .after(Transform::scale(rng.float(0.5, 1.5), rng.float(0.5, 1.5)));
    (t, ts::Transform::from_row(t.a, t.b, t.c, t.d, t.e, t.f))
}

#[test]
fn gradients_agree() {
    let mut rng = Rng(22);
    for round in 0..1500 {
        let count = 2 + rng.below(4);
        let stops: Vec<Stop> = (0..count)
            .map(|i| Stop {
                offset: i as f32 / (count - 1) as f32,
                // tiny-skia mixes straight colours, this one premultiplied ones.
                color: Color {
                    a: 255,
                    ..color(&mut rng)
                },
            })
            .collect();
        let ts_stops = |stops: &[Stop]| -> Vec<ts::GradientStop> {
            let stop = |s: &Stop| ts::GradientStop::new(s.offset, ts_color(s.color));
            stops.iter().map(stop).collect()
        };
        let (a, b) = (rng.point(0.0, 30.0), rng.point(34.0, 64.0));
        let ((extend, spread), (t, ts_t)) = (extend(&mut rng), transform(&mut rng));
        let p = |p: Point| ts::Point::from_xy(p.x, p.y);
        let (course, shader) = if round % 2 == 0 {
            let shader = ts::LinearGradient::new(p(a), p(b), ts_stops(&stops), spread, ts_t);
            (Course::Line(a, b), shader)
        } else {
            let radius = rng.float(20.0, 60.0);
            let stops = ts_stops(&stops);
            let shader = ts::RadialGradient::new(p(b), 0.0, p(b), radius, stops, spread, ts_t);
            (Course::Circles((b, 0.0), (b, radius)), shader)
        };
        let ramp = Ramp::new(stops.into_iter(), extend).expect("there are stops");
        let (mut ours, mut theirs) = pictures();
        let gradient = Gradient::new(&ramp, course, &t);
        fill_ours(&mut ours, &brush(Shader::Gradient(gradient), Blend::Source));
        let shader = shader.expect("it is not degenerate");
        fill_theirs(&mut theirs, shader, ts::BlendMode::Source);
        // Where it begins anew it jumps, all along lines.
        let few = if extend == Extend::Repeat {
            8 * FEW
        } else {
            FEW
        };
        let count = apart(&ours, &theirs);
        assert!(
            count <= few,
            "round {round} {course:?} {extend:?}: {count} pixels"
        );
    }
}

#[test]
fn patterns_agree() {
    let mut rng = Rng(23);
    for round in 0..300 {
        let size = PixelSize::new(9, 7);
        let mut image = Pixmap::new(size);
        let mut ts_image = ts::Pixmap::new(size.width, size.height).expect("not empty");
        for (ours, theirs) in image.pixels_mut().iter_mut().zip(ts_image.pixels_mut()) {
            let pixel = color(&mut rng).premultiply();
            *ours = pixel.0;
            let [a, r, g, b] = pixel.channels();
            *theirs = ts::PremultipliedColorU8::from_rgba(r, g, b, a).expect("premultiplied");
        }
        let ((extend, spread), (t, ts_t)) = (extend(&mut rng), transform(&mut rng));
        let view = image.view();
        let pattern = Pattern::new(&view, None, (extend, extend), &t, Filter::Linear);
        let quality = ts::FilterQuality::Bilinear;
        let shader = ts::Pattern::new(ts_image.as_ref(), spread, quality, 1.0, ts_t);
        let (mut ours, mut theirs) = pictures();
        let pattern = Shader::Pattern(pattern.expect("it has an inverse"));
        fill_ours(&mut ours, &brush(pattern, Blend::Source));
        fill_theirs(&mut theirs, shader, ts::BlendMode::Source);
        let count = apart(&ours, &theirs);
        assert!(count <= 8 * FEW, "round {round} {extend:?}: {count} pixels");
    }
}

#[test]
fn clip_masks_agree() {
    let mut rng = Rng(24);
    for round in 0..300 {
        let mut path = Path::new();
        let rect = Rect::new(
            rng.float(0.0, 30.0),
            rng.float(0.0, 30.0),
            rng.float(5.0, 34.0),
            rng.float(5.0, 34.0),
        );
        path.rounded_rect(rect, [rng.float(0.0, 20.0); 4]);
        let (mut ours, mut theirs) = pictures();
        let mut mask = ClipMask::new(ours.bounds());
        let (all, scratch) = (ours.bounds(), &mut Scratch::new());
        mask.add(&path, FillRule::NonZero, true, all, scratch);
        let mut brush = brush(Shader::Solid(Pixel(0xff00_0000)), Blend::Over);
        brush.mask = Some(std::sync::Arc::new(mask));
        fill_ours(&mut ours, &brush);
        let outline = super::reference::ts_path(&path).expect("a path");
        let mut ts_mask = ts::Mask::new(SIDE, SIDE).expect("not empty");
        let identity = ts::Transform::identity();
        ts_mask.fill_path(&outline, ts::FillRule::Winding, true, identity);
        let mut paint = ts::Paint::default();
        paint.set_color_rgba8(0, 0, 0, 255);
        let whole = ts::Rect::from_xywh(0.0, 0.0, 64.0, 64.0).expect("not empty");
        theirs.fill_rect(whole, &paint, identity, Some(&ts_mask));
        // It takes 16 samples of a pixel where this one takes the area.
        let far = ours
            .pixels()
            .iter()
            .zip(theirs.pixels())
            .filter(|(a, b)| ((**a >> 24) as i32 - i32::from(b.alpha())).abs() > 48);
        assert_eq!(far.count(), 0, "round {round}: {rect:?}");
    }
}
