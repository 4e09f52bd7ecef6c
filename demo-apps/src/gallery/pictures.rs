//! Images, copies and off-screen surfaces.

use transom::{
    Canvas, Color, Display, Error, Filter, Image, ImageFormat, ImagePart, Point, Rect, Scale,
    Surface, SurfaceId, TextStyle, Transform, Window,
};

use super::{Exhibit, Props, exhibit};
use crate::palette::{ACCENT, CARD, GOLD, INK, LINE, PLUM, TEAL};
use crate::widgets::mix;

pub(super) const IMAGES: &[Exhibit] = &[
    exhibit("image_parts: nearest and linear", filters),
    exhibit("turned: edges stay smooth", turned),
    exhibit("formats: BGRA, BGRX, RGBA, A8", formats),
    exhibit("parts of an image, each in place", parts),
    exhibit("image, under opacity 1, ½ and ¼", faded),
    exhibit("A8: one mask, many paints", masks),
];

pub(super) const COPIES: &[Exhibit] = &[
    exhibit("copy_area: within what is drawn", moved),
    exhibit("copy_area: onto itself, to scroll", scrolled),
    exhibit("copy_from: an off-screen surface", stamped),
    exhibit("copy_from: a part, inside a clip", clipped),
    exhibit("surfaces of scale ½, 1 and 2", scales),
    exhibit("clear: all inside the clip", cleared),
];

/// What is uploaded once, when the gallery opens.
#[derive(Debug)]
pub(super) struct Pictures {
    face: Image,
    scene: Image,
    glow: Image,
    mask: Image,
    /// The first follows the window's scale, the others have one of their own.
    stamps: [Surface; 4],
}

impl Pictures {
    pub(super) fn new(display: &Display, window: &Window) -> Result<Self, Error> {
        let own = |scale| display.surface(46.0, 46.0, Some(Scale(scale)));
        let stamps = [window.surface(64.0, 64.0), own(60), own(120), own(240)];
        stamps.iter().try_for_each(draw_stamp)?;
        Ok(Self {
            face: display.image(12, 12, ImageFormat::Bgra, face())?,
            scene: display.image(160, 100, ImageFormat::Bgrx, scene())?,
            glow: display.image(64, 64, ImageFormat::Rgba, glow())?,
            mask: display.image(48, 48, ImageFormat::A8, mask())?,
            stamps,
        })
    }

    /// Draws an off-screen surface anew that the server has lost. Whether there is such a one.
    pub(super) fn redraw(&self, surface: SurfaceId) -> Result<bool, Error> {
        let lost = self.stamps.iter().find(|stamp| stamp.id() == surface);
        lost.map(draw_stamp)
            .transpose()
            .map(|drawn| drawn.is_some())
    }
}

fn draw_stamp(stamp: &Surface) -> Result<(), Error> {
    let mut canvas = stamp.draw_anew();
    let (bounds, middle) = (canvas.bounds(), canvas.bounds().center());
    let part = |of: f32| of / 64.0 * bounds.width;
    canvas.fill_rect(bounds, CARD);
    canvas.fill_circle(middle, part(29.0), TEAL);
    canvas.stroke_circle(middle, part(24.0), 2.0, CARD);
    let style = TextStyle::new(part(30.0)).bold().color(CARD).centered();
    canvas.text(middle.x, middle.y + part(11.0), "T", &style);
    canvas.commit()
}

/// A face of twelve by twelve pixels, for looking at pixels.
fn face() -> Vec<u8> {
    const ROWS: [&str; 12] = [
        "...######...",
        "..#oooooo#..",
        ".#oooooooo#.",
        "#ooo#oo#ooo#",
        "#ooo#oo#ooo#",
        "#oooooooooo#",
        "#o+oooooo+o#",
        "#oo#oooo#oo#",
        "#ooo####ooo#",
        ".#oooooooo#.",
        "..#oooooo#..",
        "...######...",
    ];
    let pixel = |c| match c {
        '#' => INK,
        'o' => GOLD,
        '+' => ACCENT,
        _ => Color::TRANSPARENT,
    };
    ROWS.iter()
        .flat_map(|row| row.chars().map(pixel))
        .flat_map(bgra)
        .collect()
}

/// In the order of [`ImageFormat::Bgra`]; all colours here are opaque or nothing.
fn bgra(color: Color) -> [u8; 4] {
    [color.b, color.g, color.r, color.a]
}

/// Hills under an evening sky, 160 by 100.
fn scene() -> Vec<u8> {
    let (night, dusk) = (Color::hex(0x28406b), Color::hex(0xf3b27a));
    let pixel = |(x, y): (f32, f32)| {
        let sky = mix(night, dusk, y / 78.0);
        let sun = 1.0 - (((x - 108.0).hypot(y - 56.0) - 13.0) / 1.5).clamp(0.0, 1.0);
        let mut color = mix(sky, Color::hex(0xfff1c9), sun);
        let hills = [
            (62.0, 11.0, 0.045, PLUM),
            (74.0, 8.0, 0.07, TEAL),
            (86.0, 5.0, 0.1, INK),
        ];
        for (height, swing, often, shade) in hills {
            let edge = height + swing * (x * often + height).sin();
            color = mix(color, mix(shade, dusk, 0.15), (y - edge).clamp(0.0, 1.0));
        }
        color
    };
    let places = (0..100u8).flat_map(|y| (0..160u8).map(move |x| (x.into(), y.into())));
    places.map(pixel).flat_map(bgra).collect()
}

/// Light that fades outwards, 64 by 64.
fn glow() -> Vec<u8> {
    let pixel = |(x, y): (f32, f32)| {
        let far = (x - 31.5).hypot(y - 31.5) / 32.0;
        let alpha = (255.0 * (1.0 - far).clamp(0.0, 1.0)) as u8;
        mix(GOLD, ACCENT, far.min(1.0)).with_alpha(alpha)
    };
    let places = (0..64u8).flat_map(|y| (0..64u8).map(move |x| (x.into(), y.into())));
    places.map(pixel).flat_map(Color::to_bytes).collect()
}

/// A heart of coverage, 48 by 48: of four by four points in each pixel, how many are inside.
fn mask() -> Vec<u8> {
    let inside = |x: f32, y: f32| {
        let (x, y) = ((x - 24.0) / 19.0, (27.0 - y) / 19.0);
        (x * x + y * y - 1.0).powi(3) < x * x * y * y * y
    };
    let covered = |(x, y): (f32, f32)| {
        let points = (0..16u8).map(|n| (f32::from(n % 4) / 4.0, f32::from(n / 4) / 4.0));
        let count = points.filter(|(dx, dy)| inside(x + dx, y + dy)).count();
        (count * 255 / 16) as u8
    };
    let places = (0..48u8).flat_map(|y| (0..48u8).map(move |x| (x.into(), y.into())));
    places.map(covered).collect()
}

fn whole(dest: Rect) -> [ImagePart; 1] {
    [ImagePart {
        source: Rect::default(),
        dest,
    }]
}

fn filters(canvas: &mut Canvas, props: &Props) {
    for (x, filter) in [(14.0, Filter::Nearest), (106.0, Filter::Linear)] {
        let dest = Rect::new(x, 20.0, 80.0, 80.0);
        canvas.image_parts(&props.pictures.face, &whole(dest), filter, Color::WHITE);
    }
}

fn turned(canvas: &mut Canvas, props: &Props) {
    for (x, y, turn) in [(62.0, 60.0, -0.25), (146.0, 60.0, 0.5)] {
        canvas.saved(|canvas| {
            canvas.translate(x, y);
            canvas.concat(Transform::rotate(turn));
            canvas.image(&props.pictures.scene, Rect::new(-40.0, -25.0, 80.0, 50.0));
        });
    }
}

fn formats(canvas: &mut Canvas, props: &Props) {
    chequers(canvas, Rect::new(10.0, 10.0, 180.0, 100.0));
    let Pictures {
        face,
        scene,
        glow,
        mask,
        ..
    } = &props.pictures;
    for (image, x, y) in [(face, 30.0, 12.0), (glow, 30.0, 62.0), (mask, 120.0, 62.0)] {
        let dest = Rect::new(x, y, 46.0, 46.0);
        canvas.image_parts(image, &whole(dest), Filter::Linear, ACCENT);
    }
    canvas.image(scene, Rect::new(106.0, 13.0, 74.0, 46.0));
}

/// What shows through.
fn chequers(canvas: &mut Canvas, area: Rect) {
    let (columns, rows) = ((area.width / 10.0) as usize, (area.height / 10.0) as usize);
    let cells = (0..columns * rows).filter(|n| (n % columns + n / columns) % 2 == 0);
    let rect = |n: usize| {
        let (x, y) = ((n % columns) as f32, (n / columns) as f32);
        Rect::new(area.x + 10.0 * x, area.y + 10.0 * y, 10.0, 10.0)
    };
    canvas.fill_rects(&cells.map(rect).collect::<Vec<_>>(), mix(CARD, LINE, 0.5));
}

fn parts(canvas: &mut Canvas, props: &Props) {
    let part = |n: usize| {
        let (x, y) = ((n % 4) as f32, (n / 4) as f32);
        let source = Rect::new(40.0 * x, 50.0 * y, 40.0, 50.0);
        let dest = Rect::new(12.0 + 45.0 * x, 8.0 + 53.0 * y, 41.0, 49.0);
        ImagePart { source, dest }
    };
    let parts: Vec<_> = (0..8).map(part).collect();
    canvas.image_parts(&props.pictures.scene, &parts, Filter::Linear, Color::WHITE);
}

fn faded(canvas: &mut Canvas, props: &Props) {
    chequers(canvas, Rect::new(10.0, 30.0, 180.0, 60.0));
    for (x, opacity) in [(14.0, 1.0), (73.0, 0.5), (132.0, 0.25)] {
        canvas.saved(|canvas| {
            canvas.set_opacity(opacity);
            canvas.image(&props.pictures.scene, Rect::new(x, 36.0, 54.0, 48.0));
        });
    }
}

fn masks(canvas: &mut Canvas, props: &Props) {
    let paints = [ACCENT, GOLD, TEAL, PLUM, INK, ACCENT.with_alpha(90)];
    for (n, paint) in paints.into_iter().enumerate() {
        let (x, y) = ((n % 3) as f32, (n / 3) as f32);
        let dest = Rect::new(22.0 + 56.0 * x, 10.0 + 52.0 * y, 46.0, 46.0);
        canvas.image_parts(&props.pictures.mask, &whole(dest), Filter::Linear, paint);
    }
}

fn moved(canvas: &mut Canvas, props: &Props) {
    let first = Rect::new(16.0, 14.0, 46.0, 92.0);
    canvas.fill_rect(first, mix(CARD, TEAL, 0.2));
    canvas.fill_circle(Point::new(39.0, 40.0), 16.0, TEAL);
    canvas.image(&props.pictures.face, Rect::new(22.0, 66.0, 34.0, 34.0));
    canvas.copy_area(first, Point::new(77.0, 14.0));
    canvas.copy_area(first, Point::new(138.0, 14.0));
}

fn scrolled(canvas: &mut Canvas, _: &Props) {
    for (n, color) in [TEAL, GOLD, ACCENT, PLUM].into_iter().enumerate() {
        canvas.fill_rounded(
            Rect::new(20.0 + 42.0 * n as f32, 12.0, 34.0, 34.0),
            8.0,
            color,
        );
    }
    // Each copy takes what the one before has left: a staircase.
    for _ in 0..4 {
        canvas.copy_area(Rect::new(20.0, 12.0, 160.0, 78.0), Point::new(20.0, 28.0));
    }
}

fn stamped(canvas: &mut Canvas, props: &Props) {
    let stamp = Rect::from_size(props.pictures.stamps[0].size());
    for x in [24.0, 112.0] {
        canvas.copy_from(&props.pictures.stamps[0], stamp, Point::new(x, 28.0));
    }
}

fn clipped(canvas: &mut Canvas, props: &Props) {
    canvas.saved(|canvas| {
        let bar = |n: u8| Rect::new(36.0 + 22.0 * f32::from(n), 20.0, 14.0, 80.0);
        canvas.clip_rects(&(0..6).map(bar).collect::<Vec<_>>());
        canvas.fill_rect(Rect::new(0.0, 0.0, 200.0, 120.0), mix(CARD, GOLD, 0.4));
        let lower = Rect::new(0.0, 20.0, 64.0, 44.0);
        canvas.copy_from(&props.pictures.stamps[0], lower, Point::new(36.0, 38.0));
        canvas.copy_from(&props.pictures.stamps[0], lower, Point::new(102.0, 38.0));
    });
}

fn scales(canvas: &mut Canvas, props: &Props) {
    let [_, own @ ..] = &props.pictures.stamps;
    canvas.saved(|canvas| {
        canvas.clip_rect(Rect::new(1.0, 1.0, 198.0, 118.0));
        for (stamp, x) in own.iter().zip([10.0, 40.0, 96.0]) {
            canvas.copy_from(stamp, Rect::from_size(stamp.size()), Point::new(x, 14.0));
        }
    });
}

fn cleared(canvas: &mut Canvas, _: &Props) {
    canvas.saved(|canvas| {
        canvas.clip_rects(&[
            Rect::new(12.0, 10.0, 110.0, 70.0),
            Rect::new(78.0, 40.0, 110.0, 70.0),
        ]);
        canvas.fill_circle(Point::new(100.0, 60.0), 70.0, GOLD);
        canvas.clear(mix(CARD, TEAL, 0.3));
        canvas.fill_circle(Point::new(100.0, 60.0), 30.0, TEAL);
    });
}
