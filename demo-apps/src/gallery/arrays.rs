//! Many shapes at once, meshes, nine-patches, and images made smaller.

use transom::{
    Canvas, Color, Display, Ellipse, Error, Filter, Image, ImageFormat, ImagePart, NinePatch,
    Point, Rect, Triangle, Vertex,
};

use super::{Exhibit, Props, exhibit};
use crate::palette::{ACCENT, CARD, GOLD, INK, PLUM, TEAL};

pub(super) const ARRAYS: &[Exhibit] = &[
    exhibit("points, dots: a record for many", points),
    exhibit("fill_ellipses, stroke_ellipses", ellipses),
    exhibit("triangles, smooth and aliased", triangles),
    exhibit("mesh: colours, textures, no seams", mesh),
    exhibit("nine_patch: one image, four sizes", nine_patches),
    exhibit("nearest, linear, area: made small", smaller),
];

/// Images.
#[derive(Debug)]
pub(super) struct Arrays {
    button: Image,
    rings: Image,
}

impl Arrays {
    pub(super) fn new(display: &Display) -> Result<Self, Error> {
        Ok(Self {
            button: button(display)?,
            rings: rings(display)?,
        })
    }
}

/// A button of 24 by 24 pixels with borders of 8.
fn button(display: &Display) -> Result<Image, Error> {
    let pixel = |i: usize| {
        let (x, y) = ((i % 24) as i32, (i / 24) as i32);
        let (dx, dy) = ((7 - x).max(x - 16).max(0), (7 - y).max(y - 16).max(0));
        let color = match dx * dx + dy * dy {
            0..=16 if (x / 2 + y / 2) % 2 == 0 => GOLD,
            0..=16 => CARD,
            17..=36 => TEAL,
            37..=60 => INK,
            _ => Color::TRANSPARENT,
        };
        color.to_bytes()
    };
    let pixels: Vec<u8> = (0..24 * 24).flat_map(pixel).collect();
    display.image(24, 24, ImageFormat::Rgba, pixels)
}

/// Rings that get finer outwards, 240 pixels wide: what is read pixel by pixel turns into others.
fn rings(display: &Display) -> Result<Image, Error> {
    let pixel = |i: usize| {
        let (x, y) = ((i % 240) as i32 - 120, (i / 240) as i32 - 120);
        let color = if (x * x + y * y) / 512 % 2 == 0 {
            INK
        } else {
            CARD
        };
        color.to_bytes()
    };
    let pixels: Vec<u8> = (0..240 * 240).flat_map(pixel).collect();
    display.image(240, 240, ImageFormat::Rgba, pixels)
}

fn p(x: f32, y: f32) -> Point {
    Point::new(x, y)
}

fn points(canvas: &mut Canvas, _: &Props) {
    let spiral = |n: usize, x: f32| {
        let (sin, cos) = (n as f32 * 2.399_963).sin_cos();
        let r = 3.1 * (n as f32).sqrt();
        p(x + r * cos, 60.0 + r * sin)
    };
    let dots: Vec<_> = (0..240).map(|n| spiral(n, 52.0)).collect();
    canvas.dots(&dots, 4.0, TEAL);
    let squares: Vec<_> = (0..160).map(|n| spiral(n, 148.0)).collect();
    canvas.points(&squares, 3.0, PLUM);
    let pixels: Vec<_> = (160..240).map(|n| spiral(n, 148.0)).collect();
    canvas.points(&pixels, 0.0, INK);
}

fn ellipses(canvas: &mut Canvas, _: &Props) {
    let ellipse = |x: f32, y: f32, radius_x, radius_y| Ellipse {
        center: p(x, y),
        radius_x,
        radius_y,
    };
    let filled: Vec<_> = (0..6)
        .map(|n| ellipse(20.0 + 32.0 * n as f32, 32.0, 14.0, 3.0 + 4.0 * n as f32))
        .collect();
    canvas.fill_ellipses(&filled, ACCENT.with_alpha(200));
    let rings: Vec<_> = (0..8)
        .map(|n| ellipse(100.0, 86.0, 8.0 + 11.0 * n as f32, 28.0 - 3.0 * n as f32))
        .collect();
    canvas.stroke_ellipses(&rings, 1.5, TEAL);
}

fn triangles(canvas: &mut Canvas, _: &Props) {
    for side in 0..2u8 {
        let x = 52.0 + 96.0 * f32::from(side);
        let fan = |n: u8| {
            let corner = |n: u8| {
                let (sin, cos) = (f32::from(n) * std::f32::consts::TAU / 18.0).sin_cos();
                p(x + 44.0 * cos, 60.0 + 44.0 * sin)
            };
            Triangle::new(p(x, 60.0), corner(n), corner(n + 1))
        };
        canvas.set_antialias(side == 0);
        let (even, odd): (Vec<_>, Vec<_>) = (0..18).partition(|n: &u8| n.is_multiple_of(2));
        let fans = |which: Vec<u8>| which.into_iter().map(fan).collect::<Vec<_>>();
        canvas.triangles(&fans(even), TEAL);
        canvas.triangles(&fans(odd), GOLD);
    }
    canvas.set_antialias(true);
}

fn mesh(canvas: &mut Canvas, props: &Props) {
    let vertex = |x, y, color| Vertex {
        position: p(x, y),
        texture: Point::default(),
        color,
    };
    let rim = [ACCENT, GOLD, TEAL, PLUM, INK, CARD];
    let mut wheel = vec![vertex(52.0, 60.0, CARD)];
    for (n, color) in rim.into_iter().enumerate() {
        let (sin, cos) = (n as f32 * std::f32::consts::TAU / 6.0).sin_cos();
        wheel.push(vertex(52.0 + 44.0 * cos, 60.0 + 44.0 * sin, color));
    }
    let spokes: Vec<u32> = (0..6).flat_map(|n| [0, 1 + n, 1 + (n + 1) % 6]).collect();
    canvas.mesh(None, &wheel, &spokes);
    // A cloth of squares, hanging in waves.
    let image = &props.arrays.rings;
    let mut cloth = Vec::new();
    for n in 0..81u8 {
        let (u, v) = (f32::from(n % 9) / 8.0, f32::from(n / 9) / 8.0);
        let sag = 7.0 * (u * 9.0 + v * 2.0).sin() * v;
        let light = (215.0 + 40.0 * (u * 9.0 + v * 2.0).cos()) as u8;
        cloth.push(Vertex {
            position: p(108.0 + 80.0 * u + sag, 12.0 + 92.0 * v - sag / 2.0),
            texture: p(240.0 * u, 240.0 * v),
            color: Color::rgb(light, light, light),
        });
    }
    let squares = (0..64u32).map(|n| n / 8 * 9 + n % 8);
    let halves = squares.flat_map(|a| [a, a + 1, a + 9, a + 1, a + 10, a + 9]);
    canvas.mesh(Some(image), &cloth, &halves.collect::<Vec<_>>());
}

fn nine_patches(canvas: &mut Canvas, props: &Props) {
    let patch = NinePatch {
        insets: [8.0; 4],
        scale: 1.0,
        filter: Filter::Linear,
    };
    let button = &props.arrays.button;
    for rect in [
        Rect::new(8.0, 8.0, 112.0, 40.0),
        Rect::new(130.0, 8.0, 60.0, 104.0),
        Rect::new(8.0, 58.0, 24.0, 54.0),
        Rect::new(42.0, 58.0, 78.0, 24.0),
    ] {
        canvas.nine_patch(button, &patch, rect);
    }
    let fine = NinePatch {
        scale: 0.5,
        ..patch
    };
    canvas.nine_patch(button, &fine, Rect::new(42.0, 90.0, 78.0, 22.0));
}

fn smaller(canvas: &mut Canvas, props: &Props) {
    for (n, filter) in Filter::ALL.iter().enumerate() {
        let x = 6.0 + 64.0 * n as f32;
        let large = ImagePart {
            source: Rect::default(),
            dest: Rect::new(x, 6.0, 60.0, 60.0),
        };
        let small = ImagePart {
            source: Rect::default(),
            dest: Rect::new(x + 11.0, 74.0, 38.0, 38.0),
        };
        let image = &props.arrays.rings;
        canvas.image_parts(image, &[large, small], *filter, Color::WHITE);
    }
}
