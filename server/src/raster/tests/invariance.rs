//! Bands do not show, whole pixels may be added, and no number panics.

use transom_protocol::color::{Color, Pixel, mul_div_255};
use transom_protocol::geometry::{PixelPoint, PixelRect, PixelSize, Point, Rect, Transform};

use super::super::*;
use super::Rng;

const SIZE: PixelSize = PixelSize::new(70, 60);

/// A random drawing operation, to be run as often as one likes.
enum Op {
    Clear(Pixel),
    Rect(PixelRect, Pixel),
    Path(Path, FillRule, bool, Pixel),
    Image(Pixmap, Rect, Rect, Transform, Filter, u8),
    Tinted(Pixmap, Rect, Rect, Transform, Filter, Pixel),
    Textured(Path, Pixmap, Rect, Transform, Filter),
    Blend(Pixmap, PixelRect, PixelPoint, u8),
    Copy(Pixmap, PixelRect, PixelPoint),
    Mask(Mask, PixelPoint, Pixel),
}

impl Op {
    fn run(&self, target: &mut Target<'_>, scratch: &mut Scratch) {
        match self {
            Self::Clear(color) => clear(target, *color),
            Self::Rect(rect, color) => fill_rect(target, *rect, *color),
            Self::Path(path, rule, antialias, color) => {
                let paint = Paint::Solid(*color);
                fill_path(target, path, *rule, *antialias, &paint, scratch);
            }
            Self::Image(image, src, dst, t, filter, opacity) => {
                let image = image.view();
                draw_image(target, &image, *src, *dst, t, *filter, *opacity, scratch);
            }
            Self::Tinted(mask, src, dst, t, filter, ink) => {
                let mask = mask.view();
                draw_tinted(target, &mask, *src, *dst, t, *filter, *ink, scratch);
            }
            Self::Textured(path, image, dst, t, filter) => {
                let src = Rect::new(0.0, 0.0, 9.0, 7.0);
                if let Some(p) = ImagePaint::new(&image.view(), src, *dst, t, *filter, 200) {
                    let paint = Paint::Image(p);
                    fill_path(target, path, FillRule::EvenOdd, true, &paint, scratch);
                }
            }
            Self::Blend(image, src, dst, opacity) => {
                blend_over(target, &image.view(), *src, *dst, *opacity);
            }
            Self::Copy(image, src, dst) => copy_from(target, &image.view(), *src, *dst),
            Self::Mask(mask, at, color) => draw_mask(target, mask, *at, *color),
        }
    }
}

fn color(rng: &mut Rng) -> Pixel {
    let [r, g, b, a] = rng.next().to_le_bytes();
    Color::rgba(r, g, b, if rng.below(2) == 0 { 255 } else { a }).premultiply()
}

fn path(rng: &mut Rng) -> Path {
    let reach = rng.pick(&[5.0, 40.0, 100.0, 3000.0]);
    let mut path = Path::new();
    for _ in 0..=rng.below(3) {
        path.move_to(rng.point(-reach, reach + 30.0));
        for _ in 0..=rng.below(6) {
            let mut p = || rng.point(-reach, reach + 30.0);
            let (a, b, c) = (p(), p(), p());
            match rng.below(4) {
                0 | 1 => path.line_to(a),
                2 => path.quad_to(a, b),
                _ => path.cubic_to(a, b, c),
            }
        }
        if rng.below(2) == 0 {
            path.close();
        }
    }
    path
}

fn stroke(rng: &mut Rng, dash: &[f32]) -> Path {
    let t = transform(rng);
    let stroke = Stroke {
        width: rng.pick(&[0.0, 0.3, 1.0, 4.0, 20.0]),
        cap: rng.pick(&[Cap::Butt, Cap::Round, Cap::Square]),
        join: rng.pick(&[Join::Miter, Join::Round, Join::Bevel]),
        dash: if rng.below(2) == 0 { dash } else { &[] },
        ..Stroke::default()
    };
    let mut out = Path::new();
    stroke_path(&path(rng), &stroke, &t, &mut out, &mut Scratch::new());
    out
}

fn transform(rng: &mut Rng) -> Transform {
    let scale = Transform::scale(rng.float(-2.0, 2.0), rng.float(-2.0, 2.0));
    let turn = Transform::rotate(rng.pick(&[0.0, 0.0, 0.7, -2.0]));
    Transform::translate(rng.grid(0.0, 50.0), rng.grid(0.0, 50.0))
        .after(turn)
        .after(scale)
}

fn image(rng: &mut Rng) -> Pixmap {
    let mut image = Pixmap::new(PixelSize::new(9, 7));
    for p in image.pixels_mut() {
        *p = color(rng).0;
    }
    image
}

fn pixel_rect(rng: &mut Rng) -> PixelRect {
    let mut edge = || rng.below(90) as i32 - 10;
    PixelRect::from_edges(edge(), edge(), edge(), edge())
}

fn op(rng: &mut Rng) -> Op {
    let at = PixelPoint::new(rng.below(70) as i32 - 5, rng.below(60) as i32 - 5);
    let rect = Rect::new(
        rng.float(-1.0, 5.0),
        rng.float(-1.0, 5.0),
        rng.float(0.0, 8.0),
        rng.float(0.0, 8.0),
    );
    let part = PixelRect::from_edges(-1, 1, 8, 9);
    let filter = rng.pick(&[Filter::Nearest, Filter::Linear]);
    match rng.below(18) {
        0 => Op::Clear(color(rng)),
        1 => Op::Rect(pixel_rect(rng), color(rng)),
        2 => Op::Blend(image(rng), part, at, rng.pick(&[255, 100])),
        3 => Op::Copy(image(rng), part, at),
        4 => {
            let mask = glyph_mask(&path(rng), 0.2, rng.below(4) as u8, &mut Scratch::new());
            Op::Mask(mask.unwrap_or(Mask::empty()), at, color(rng))
        }
        5..=7 => {
            let dst = Rect::new(0.0, 0.0, rng.float(1.0, 40.0), rng.float(1.0, 40.0));
            Op::Image(
                image(rng),
                rect,
                dst,
                transform(rng),
                filter,
                rng.pick(&[255, 90]),
            )
        }
        8 => {
            let dst = Rect::new(0.0, 0.0, rng.float(1.0, 40.0), rng.float(1.0, 40.0));
            Op::Textured(path(rng), image(rng), dst, transform(rng), filter)
        }
        16..=17 => {
            let dst = Rect::new(0.0, 0.0, rng.float(1.0, 40.0), rng.float(1.0, 40.0));
            let t = transform(rng);
            Op::Tinted(image(rng), rect, dst, t, filter, color(rng))
        }
        9..=11 => Op::Path(
            stroke(rng, &[5.0, 2.0, 0.0]),
            FillRule::NonZero,
            true,
            color(rng),
        ),
        _ => {
            let rule = rng.pick(&[FillRule::NonZero, FillRule::EvenOdd]);
            Op::Path(path(rng), rule, rng.below(4) > 0, color(rng))
        }
    }
}

/// A partition of `rect` by random cuts.
fn partition(rng: &mut Rng, rect: PixelRect, depth: u32, parts: &mut Vec<PixelRect>) {
    if depth == 0 || rect.is_empty() {
        parts.push(rect);
        return;
    }
    let (mut first, mut second) = (rect, rect);
    if rng.below(3) > 0 {
        first.y1 = rect.y0 + rng.below(rect.height() + 1) as i32;
        second.y0 = first.y1;
    } else {
        first.x1 = rect.x0 + rng.below(rect.width() + 1) as i32;
        second.x0 = first.x1;
    }
    partition(rng, first, depth - 1, parts);
    partition(rng, second, depth - 1, parts);
}

#[test]
fn parts_of_a_clip_give_the_pixels_of_the_whole() {
    let mut rng = Rng(1);
    let (mut whole, mut banded) = (Pixmap::new(SIZE), Pixmap::new(SIZE));
    let (mut scratch, mut other) = (Scratch::new(), Scratch::new());
    for round in 0..3000 {
        let op = op(&mut rng);
        let clip = if rng.below(2) == 0 {
            whole.bounds()
        } else {
            pixel_rect(&mut rng)
        };
        op.run(&mut whole.target(clip), &mut scratch);
        let mut parts = Vec::new();
        let depth = rng.below(5);
        partition(&mut rng, clip, depth, &mut parts);
        for part in parts {
            op.run(&mut banded.target(part), &mut other);
        }
        assert!(whole == banded, "round {round}");
    }
}

#[test]
fn nothing_outside_the_clip_is_written() {
    let mut rng = Rng(2);
    let mut scratch = Scratch::new();
    for round in 0..1000 {
        let mut p = Pixmap::new(SIZE);
        clear(&mut p.target(p.bounds()), Pixel(0x1234_5678));
        let clip = pixel_rect(&mut rng);
        op(&mut rng).run(&mut p.target(clip), &mut scratch);
        for y in 0..SIZE.height as i32 {
            for (x, pixel) in p.row(y as u32).iter().enumerate() {
                let inside = clip.contains(PixelPoint::new(x as i32, y));
                assert!(inside || *pixel == 0x1234_5678, "round {round}: {x}, {y}");
            }
        }
    }
}

#[test]
fn what_moves_by_whole_pixels_keeps_its_pixels() {
    let mut rng = Rng(3);
    let mut scratch = Scratch::new();
    for round in 0..1500 {
        let (dx, dy) = (rng.below(40) as i32 - 20, rng.below(40) as i32 - 20);
        let shape = path(&mut rng);
        let mut moved = Path::new();
        shape.transform(&Transform::translate(dx as f32, dy as f32), &mut moved);
        let rule = rng.pick(&[FillRule::NonZero, FillRule::EvenOdd]);
        let antialias = rng.below(4) > 0;
        let paint = Paint::Solid(color(&mut rng));
        let (mut here, mut there) = (Pixmap::new(SIZE), Pixmap::new(SIZE));
        let clip = here.bounds().intersect(here.bounds().moved(dx, dy));
        let back = clip.moved(-dx, -dy);
        fill_path(
            &mut here.target(back),
            &shape,
            rule,
            antialias,
            &paint,
            &mut scratch,
        );
        fill_path(
            &mut there.target(clip),
            &moved,
            rule,
            antialias,
            &paint,
            &mut scratch,
        );
        let mut expected = Pixmap::new(SIZE);
        copy_from(
            &mut expected.target(clip),
            &here.view(),
            back,
            clip.origin(),
        );
        assert!(expected == there, "round {round} by {dx}, {dy}");
    }
}

#[test]
fn a_blit_is_what_sampling_would_give() {
    let mut rng = Rng(4);
    let mut scratch = Scratch::new();
    for _ in 0..100 {
        let image = image(&mut rng);
        let view = image.view();
        let src = Rect::new(1.0, 2.0, 6.0, 4.0);
        let dst = Rect::new(rng.float(-2.0, 30.0), rng.float(-2.0, 30.0), 6.0, 4.0);
        let filter = rng.pick(&[Filter::Nearest, Filter::Linear]);
        let (mut blit, mut sampled) = (Pixmap::new(SIZE), Pixmap::new(SIZE));
        let all = blit.bounds();
        let t = Transform::IDENTITY;
        draw_image(
            &mut blit.target(all),
            &view,
            src,
            dst,
            &t,
            filter,
            77,
            &mut scratch,
        );
        let pixels = snap_rect(dst, &t).expect("upright");
        let whole = Rect::new(
            pixels.x0 as f32,
            pixels.y0 as f32,
            pixels.width() as f32,
            pixels.height() as f32,
        );
        let paint = ImagePaint::new(&view, src, whole, &t, filter, 77).expect("invertible");
        let mut path = Path::new();
        path.rect(whole);
        let (rule, paint) = (FillRule::NonZero, Paint::Image(paint));
        fill_path(
            &mut sampled.target(all),
            &path,
            rule,
            true,
            &paint,
            &mut scratch,
        );
        assert!(blit == sampled);
    }
}

#[test]
fn a_tinted_mask_is_an_image_in_that_ink() {
    let mut rng = Rng(7);
    let mut scratch = Scratch::new();
    let quarter = Transform {
        a: 0.0,
        b: 2.0,
        c: -1.5,
        d: 0.0,
        e: 40.0,
        f: 3.0,
    };
    for _ in 0..300 {
        let (mask, ink) = (image(&mut rng), color(&mut rng));
        let mut inked = mask.clone();
        for p in inked.pixels_mut() {
            let alpha = Pixel(*p).alpha();
            let [a, r, g, b] = ink.channels().map(|c| mul_div_255(c, alpha));
            *p = Pixel::from_channels(a, r, g, b).0;
        }
        // One to one, upright, mirrored, turned.
        let t = match rng.below(4) {
            0 => Transform::translate(rng.float(0.0, 50.0), rng.float(0.0, 50.0)),
            1 => quarter,
            _ => transform(&mut rng),
        };
        let (src, dst) = (
            Rect::new(-1.0, 1.0, 8.0, 7.0),
            Rect::new(1.0, 2.0, 8.0, 7.0),
        );
        let (mut expected, mut tinted) = (Pixmap::new(SIZE), Pixmap::new(SIZE));
        let all = expected.bounds();
        let ground = color(&mut rng);
        clear(&mut expected.target(all), ground);
        clear(&mut tinted.target(all), ground);
        let target = &mut expected.target(all);
        let (image, filter) = (inked.view(), Filter::Nearest);
        draw_image(target, &image, src, dst, &t, filter, 255, &mut scratch);
        let target = &mut tinted.target(all);
        draw_tinted(
            target,
            &mask.view(),
            src,
            dst,
            &t,
            filter,
            ink,
            &mut scratch,
        );
        assert!(expected == tinted, "{t:?}");
    }
}

#[test]
fn an_image_known_to_be_opaque_gives_the_same_pixels() {
    let mut rng = Rng(6);
    let mut scratch = Scratch::new();
    for _ in 0..200 {
        let mut image = image(&mut rng);
        image
            .pixels_mut()
            .iter_mut()
            .for_each(|p| *p |= 0xff00_0000);
        let (src, dst) = (
            Rect::new(0.5, 1.0, 7.0, 5.5),
            Rect::new(0.0, 0.0, 20.0, 15.0),
        );
        let t = transform(&mut rng);
        let filter = rng.pick(&[Filter::Nearest, Filter::Linear]);
        let [plain, known] = [false, true].map(|opaque| {
            let mut p = Pixmap::new(SIZE);
            let all = p.bounds();
            let view = image.view().with_opaque(opaque);
            draw_image(
                &mut p.target(all),
                &view,
                src,
                dst,
                &t,
                filter,
                255,
                &mut scratch,
            );
            p
        });
        assert!(plain == known);
    }
}

#[test]
fn neighbouring_images_meet_without_a_seam_and_do_not_bleed() {
    let mut image = Pixmap::new(PixelSize::new(8, 8));
    for (i, p) in image.pixels_mut().iter_mut().enumerate() {
        // What lies outside the part to be drawn is red.
        let (x, y) = (i % 8, i / 8);
        let inside = (2..6).contains(&x) && (2..6).contains(&y);
        *p = if inside { 0xff00_8000 } else { 0xffff_0000 };
    }
    let src = Rect::new(2.0, 2.0, 4.0, 4.0);
    for scale in [0.7, 1.0, 1.25, 1.5, 2.2] {
        for turn in [Transform::IDENTITY, Transform::scale(-1.0, -1.0)] {
            let t = Transform::translate(35.0, 30.0)
                .after(turn)
                .after(Transform::scale(scale, scale));
            let mut p = Pixmap::new(SIZE);
            let all = p.bounds();
            for i in 0..25 {
                let (x, y) = ((i % 5) as f32 - 2.5, (i / 5) as f32 - 2.5);
                let dst = Rect::new(x * 4.3, y * 4.3, 4.3, 4.3);
                let scratch = &mut Scratch::new();
                let view = image.view();
                draw_image(
                    &mut p.target(all),
                    &view,
                    src,
                    dst,
                    &t,
                    Filter::Linear,
                    255,
                    scratch,
                );
            }
            let whole = snap_rect(Rect::new(-10.75, -10.75, 21.5, 21.5), &t).expect("upright");
            let painted = p.pixels().iter().filter(|p| **p == 0xff00_8000).count();
            assert_eq!(painted as u64, whole.intersect(all).area(), "at {scale}");
            assert!(p.pixels().iter().all(|p| [0, 0xff00_8000].contains(p)));
        }
    }
}

#[test]
fn wild_numbers_are_harmless() {
    let mut rng = Rng(5);
    let mut scratch = Scratch::new();
    let mut p = Pixmap::new(PixelSize::new(40, 30));
    let image = image(&mut rng);
    for _ in 0..2000 {
        let all = p.bounds();
        let mut path = Path::new();
        for _ in 0..6 {
            let mut wild = || Point::new(rng.wild(), rng.wild());
            let (a, b, c) = (wild(), wild(), wild());
            match rng.below(5) {
                0 => path.move_to(a),
                1 => path.line_to(a),
                2 => path.quad_to(a, b),
                3 => path.cubic_to(a, b, c),
                _ => path.close(),
            }
        }
        let mut wild_rect = || Rect::new(rng.wild(), rng.wild(), rng.wild(), rng.wild());
        let (src, dst) = (wild_rect(), wild_rect());
        path.rounded_rect(dst, [src.x, src.y, src.width, src.height]);
        let t = Transform {
            a: rng.wild(),
            b: rng.pick(&[0.0, 1.0, f32::NAN, 1e20]),
            c: rng.pick(&[0.0, 1.0, 1e-30]),
            d: rng.wild(),
            e: rng.wild(),
            f: rng.wild(),
        };
        let rule = rng.pick(&[FillRule::NonZero, FillRule::EvenOdd]);
        let paint = Paint::Solid(Pixel(0xff00_ff00));
        let target = &mut p.target(all);
        fill_path(target, &path, rule, rng.below(2) == 0, &paint, &mut scratch);
        let dash = [rng.wild().abs(), rng.wild().abs()];
        let stroke = Stroke {
            width: rng.wild().abs(),
            cap: rng.pick(&[Cap::Butt, Cap::Round, Cap::Square]),
            join: rng.pick(&[Join::Miter, Join::Round, Join::Bevel]),
            miter_limit: rng.wild(),
            dash: &dash,
            dash_phase: rng.wild(),
        };
        let mut outline = Path::new();
        stroke_path(&path, &stroke, &t, &mut outline, &mut scratch);
        fill_path(target, &outline, rule, true, &paint, &mut scratch);
        draw_image(
            target,
            &image.view(),
            src,
            dst,
            &t,
            Filter::Linear,
            255,
            &mut scratch,
        );
        draw_tinted(
            target,
            &image.view(),
            src,
            dst,
            &t,
            Filter::Nearest,
            Pixel(u32::MAX),
            &mut scratch,
        );
        glyph_mask(&path, t.a, 3, &mut scratch);
        snap_rect(dst, &t);
        path.bounds();
    }
}
