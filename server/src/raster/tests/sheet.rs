//! A contact sheet of everything, for looking at: `TRANSOM_SHEET=<file.png> cargo test contact_sheet`.

use std::fs::File;

use transom_protocol::color::{Color, Pixel};
use transom_protocol::geometry::{PixelPoint, PixelRect, PixelSize, Point, Rect, Transform};
use ttf_parser::{Face, GlyphId, OutlineBuilder};

use super::super::*;

const P: fn(f32, f32) -> Point = Point::new;
const INK: Paint<'_> = Paint::Solid(Pixel(0xff20_2830));

/// The sheet being drawn.
struct Sheet {
    pixmap: Pixmap,
    scratch: Scratch,
}

impl Sheet {
    fn fill(&mut self, path: &Path, rule: FillRule, antialias: bool, paint: &Paint<'_>) {
        let all = self.pixmap.bounds();
        let target = &mut self.pixmap.target(all);
        fill_path(target, path, rule, antialias, paint, &mut self.scratch);
    }

    fn stroke(&mut self, path: &Path, stroke: &Stroke<'_>, t: &Transform) {
        let mut out = Path::new();
        stroke_path(path, stroke, t, &mut out, &mut self.scratch);
        let half = Paint::Solid(Color::rgba(20, 60, 160, 160).premultiply());
        self.fill(&out, FillRule::NonZero, true, &half);
    }

    fn image(&mut self, dst: Rect, t: &Transform, filter: Filter, opacity: u8) {
        let image = checkers();
        let all = self.pixmap.bounds();
        let src = Rect::new(0.0, 0.0, 16.0, 16.0);
        let target = &mut self.pixmap.target(all);
        draw_image(
            target,
            &image.view(),
            src,
            dst,
            t,
            filter,
            opacity,
            &mut self.scratch,
        );
    }

    fn text(&mut self, text: &str, x: f32, y: i32, size: f32, color: Color) {
        let face = Face::parse(dejavu::sans::regular(), 0).expect("a bundled font");
        let scale = size / f32::from(face.units_per_em());
        let mut x = x;
        for c in text.chars() {
            let id = face.glyph_index(c).unwrap_or_default();
            let quarters = (x * 4.0 + 0.5).floor();
            let at = PixelPoint::new((quarters / 4.0).floor() as i32, y);
            let subpixel = quarters.rem_euclid(4.0) as u8;
            let mask = glyph_mask(&glyph(&face, id), scale, subpixel, &mut self.scratch);
            let all = self.pixmap.bounds();
            if let Some(mask) = mask {
                draw_mask(&mut self.pixmap.target(all), &mask, at, color.premultiply());
            }
            x += f32::from(face.glyph_hor_advance(id).unwrap_or(0)) * scale;
        }
    }
}

struct Outline(Path);

impl OutlineBuilder for Outline {
    fn move_to(&mut self, x: f32, y: f32) {
        self.0.move_to(P(x, y));
    }
    fn line_to(&mut self, x: f32, y: f32) {
        self.0.line_to(P(x, y));
    }
    fn quad_to(&mut self, cx: f32, cy: f32, x: f32, y: f32) {
        self.0.quad_to(P(cx, cy), P(x, y));
    }
    fn curve_to(&mut self, ax: f32, ay: f32, bx: f32, by: f32, x: f32, y: f32) {
        self.0.cubic_to(P(ax, ay), P(bx, by), P(x, y));
    }
    fn close(&mut self) {
        self.0.close();
    }
}

fn glyph(face: &Face<'_>, id: GlyphId) -> Path {
    let mut outline = Outline(Path::new());
    face.outline_glyph(id, &mut outline);
    outline.0
}

fn checkers() -> Pixmap {
    let mut image = Pixmap::new(PixelSize::new(16, 16));
    for (i, p) in image.pixels_mut().iter_mut().enumerate() {
        let (x, y) = (i as u32 % 16, i as u32 / 16);
        let light = (x / 4 + y / 4).is_multiple_of(2);
        *p = if light {
            0xffff_c020
        } else {
            0xff20_4000 | (x * 16)
        };
    }
    image
}

fn star(x: f32, y: f32, r: f32) -> Path {
    let mut path = Path::new();
    for i in 0..5 {
        let (sin, cos) = (i as f32 * 0.8 * std::f32::consts::PI).sin_cos();
        path.line_to(P(x + sin * r, y - cos * r));
    }
    path.close();
    path
}

fn zigzag() -> Path {
    let mut path = Path::new();
    path.move_to(P(10.0, 40.0));
    path.line_to(P(25.0, 12.0));
    path.line_to(P(40.0, 40.0));
    path.line_to(P(46.0, 14.0));
    path.cubic_to(P(60.0, -10.0), P(60.0, 70.0), P(80.0, 30.0));
    path
}

fn shapes(sheet: &mut Sheet) {
    for (i, rule) in [FillRule::NonZero, FillRule::EvenOdd]
        .into_iter()
        .enumerate()
    {
        let x = 50.0 + i as f32 * 90.0;
        sheet.fill(&star(x, 50.0, 40.0), rule, true, &INK);
        sheet.fill(&star(x + 180.0, 50.0, 40.0), rule, false, &INK);
    }
    for (i, r) in [0.0, 2.0, 4.0, 8.0, 16.0, 40.0].into_iter().enumerate() {
        let mut path = Path::new();
        let rect = Rect::new(380.0 + i as f32 * 64.5, 12.0 + i as f32 * 0.25, 56.0, 36.0);
        path.rounded_rect(rect, [r, r, r, r]);
        sheet.fill(&path, FillRule::NonZero, true, &INK);
        path.clear();
        let dot = Rect::new(380.0 + i as f32 * 64.5, 60.0, r + 2.0, r + 2.0);
        path.rounded_rect(dot, [99.0; 4]);
        sheet.fill(&path, FillRule::NonZero, true, &INK);
    }
}

fn strokes(sheet: &mut Sheet) {
    let joins = [Join::Miter, Join::Round, Join::Bevel];
    let caps = [Cap::Butt, Cap::Round, Cap::Square];
    for (i, join) in joins.into_iter().enumerate() {
        for (k, cap) in caps.into_iter().enumerate() {
            let at = Transform::translate(10.0 + k as f32 * 90.0, 110.0 + i as f32 * 60.0);
            let stroke = Stroke {
                width: 7.0,
                cap,
                join,
                miter_limit: 6.0,
                ..Stroke::default()
            };
            sheet.stroke(&zigzag(), &stroke, &at);
            let at = Transform::translate(280.0, 0.0).after(at);
            let stroke = Stroke {
                width: 3.0,
                dash: &[9.0, 5.0, 0.0, 5.0],
                ..stroke
            };
            sheet.stroke(&zigzag(), &stroke, &at);
        }
        let at = Transform::translate(560.0, 110.0 + i as f32 * 60.0);
        let stretched = at.after(Transform::scale(2.0, 0.8));
        let stroke = Stroke {
            width: 8.0,
            join,
            cap: caps[i],
            ..Stroke::default()
        };
        sheet.stroke(&zigzag(), &stroke, &stretched);
    }
    let mut tight = Path::new();
    tight.move_to(P(20.0, 40.0));
    tight.cubic_to(P(60.0, -40.0), P(-30.0, -40.0), P(40.0, 40.0));
    tight.quad_to(P(90.0, 0.0), P(60.0, 40.0));
    for (i, width) in [0.0, 0.25, 0.5, 1.0, 2.0, 6.0, 16.0, 30.0]
        .into_iter()
        .enumerate()
    {
        let at = Transform::translate(10.0 + i as f32 * 92.0, 310.0);
        let stroke = Stroke {
            width,
            ..Stroke::default()
        };
        sheet.stroke(&tight, &stroke, &at);
        let mut fan = Path::new();
        for k in 0..9 {
            fan.move_to(P(0.0, 0.0));
            fan.line_to(P(60.0, k as f32 * 7.0));
        }
        sheet.stroke(
            &fan,
            &stroke,
            &Transform::translate(10.0 + i as f32 * 92.0, 370.0),
        );
    }
}

fn images(sheet: &mut Sheet) {
    let square = Rect::new(0.0, 0.0, 16.0, 16.0);
    let at = |x: f32, t: Transform| Transform::translate(x, 450.0).after(t);
    let zoom = Transform::scale(4.0, 4.0);
    for (i, filter) in [Filter::Nearest, Filter::Linear].into_iter().enumerate() {
        let x = 10.0 + i as f32 * 330.0;
        sheet.image(square, &at(x, zoom), filter, 255);
        let turned = Transform::rotate(0.4).after(zoom);
        sheet.image(square, &at(x + 110.0, turned), filter, 255);
        let mirrored = Transform::scale(-3.3, 3.3);
        sheet.image(square, &at(x + 220.0, mirrored), filter, 160);
        let small = Transform::rotate(-0.2).after(Transform::scale(0.8, 0.8));
        sheet.image(square, &at(x + 240.0, small), filter, 255);
        let skewed = Transform {
            c: 1.5,
            ..Transform::scale(3.0, 3.0)
        };
        sheet.image(square, &at(x + 265.0, skewed), filter, 255);
    }
}

fn texts(sheet: &mut Sheet) {
    let all = sheet.pixmap.bounds();
    let dark = PixelRect::new(400, 550, 400, 250);
    fill_rect(&mut sheet.pixmap.target(all), dark, Pixel(0xff00_0000));
    let sentence = "Hamburgefonstiv 0123 — quick brown fox, jumps.";
    for (x, color) in [(10.0, Color::BLACK), (410.0, Color::WHITE)] {
        let mut y = 570;
        for size in [9.0, 11.0, 12.0, 13.0, 14.0, 16.0, 20.0, 28.0] {
            sheet.text(sentence, x, y, size, color);
            y += (size * 1.35) as i32;
        }
        sheet.text("Ra&g", x, y + 40, 64.0, color);
    }
    let clip = PixelRect::new(380, 550, 20, 250);
    fill_rect(&mut sheet.pixmap.target(all), clip, Pixel(0xffff_ffff));
}

#[test]
fn contact_sheet() {
    let mut sheet = Sheet {
        pixmap: Pixmap::new(PixelSize::new(800, 800)),
        scratch: Scratch::new(),
    };
    let all = sheet.pixmap.bounds();
    clear(&mut sheet.pixmap.target(all), Pixel(0xffff_ffff));
    shapes(&mut sheet);
    strokes(&mut sheet);
    images(&mut sheet);
    texts(&mut sheet);
    assert!(sheet.pixmap.pixels().iter().all(|p| p >> 24 == 255));
    if let Some(path) = std::env::var_os("TRANSOM_SHEET") {
        let file = File::create(path).expect("a writable file");
        let mut encoder = png::Encoder::new(file, 800, 800);
        encoder.set_color(png::ColorType::Rgb);
        let bytes: Vec<u8> = sheet
            .pixmap
            .pixels()
            .iter()
            .flat_map(|p| p.to_be_bytes().into_iter().skip(1))
            .collect();
        let mut writer = encoder.write_header().expect("a header");
        writer.write_image_data(&bytes).expect("all pixels");
    }
}
