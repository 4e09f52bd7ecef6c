//! Work before the first pixel is cut into slices, too.

use transom_protocol::color::Color;
use transom_protocol::draw::{DrawBuffer, Filter, ImagePart};
use transom_protocol::geometry::{PixelRect, PixelSize, Rect, Scale, Transform};
use transom_protocol::hello::Codec;
use transom_protocol::ids::{ImageId, PaintId, SurfaceId};
use transom_protocol::paint::{DefinePattern, Extend};
use transom_protocol::request::{BeginImage, EndImage, ImageData, ImageFlags, ImageFormat};

use super::rig::Rig;

const SIDE: f32 = 60.0;

const IMAGE: ImageId = ImageId(1);
const SURFACE: SurfaceId = SurfaceId(5);

/// With an image, and a surface to draw on.
fn rig() -> Rig {
    let mut rig = Rig::new();
    rig.surface(SURFACE.0, SIDE, SIDE, Scale::ONE);
    let size = PixelSize::new(300, 200);
    rig.send(BeginImage {
        image: IMAGE,
        size,
        format: ImageFormat::Bgra,
        flags: ImageFlags::NONE,
    });
    let bytes: Vec<u8> = (0..size.area() * 4)
        .map(|i| (i * i / 77) as u8 | 0xc0)
        .collect();
    rig.send(ImageData {
        image: IMAGE,
        codec: Codec::Raw,
        data: &bytes,
    });
    rig.send(EndImage { image: IMAGE });
    rig
}

/// The pixels of what `write` draws, and in how many slices.
fn drawn(budget: u64, write: impl Fn(&mut DrawBuffer)) -> (Vec<u32>, usize) {
    let mut rig = rig();
    rig.budget = budget;
    let slices = rig.draw(SURFACE, write);
    rig.budget = u64::MAX;
    assert_eq!(rig.errors(), []);
    (rig.pixels(SURFACE), slices)
}

#[test]
fn smaller_copies_of_an_image_are_made_in_slices() {
    let write = |d: &mut DrawBuffer| {
        let part = ImagePart {
            source: Rect::default(),
            dest: Rect::new(3.0, 4.0, 20.0, 15.0),
        };
        d.images(IMAGE, Color::WHITE.into(), Filter::Area, &[part]);
    };
    let (whole, one) = drawn(u64::MAX, write);
    assert_eq!(one, 1);
    assert!(whole.iter().any(|p| *p != 0));
    // Of 60,000 pixels, 20,000 at the least are looked at in one slice.
    let (sliced, slices) = drawn(20_000, write);
    assert!(slices > 3, "{slices}");
    assert!(sliced == whole);
}

#[test]
fn smaller_copies_of_a_pattern_are_made_in_slices() {
    let drawn = |budget, part| {
        let mut rig = rig();
        rig.budget = budget;
        let slices = rig.send(DefinePattern {
            paint: PaintId(3),
            image: IMAGE,
            part,
            transform: Transform::scale(0.1, 0.1),
            extend_x: Extend::Repeat,
            extend_y: Extend::Repeat,
            filter: Filter::Area,
        });
        rig.budget = u64::MAX;
        rig.draw(SURFACE, |d| {
            d.fill_rects(PaintId(3).into(), false, &[Rect::new(0.0, 0.0, SIDE, SIDE)]);
        });
        assert_eq!(rig.errors(), []);
        (rig.pixels(SURFACE), slices)
    };
    for part in [PixelRect::EMPTY, PixelRect::new(20, 10, 250, 180)] {
        let (whole, one) = drawn(u64::MAX, part);
        assert_eq!(one, 1);
        assert!(whole.iter().any(|p| *p != 0));
        let (sliced, slices) = drawn(20_000, part);
        assert!(slices > 3, "{slices}");
        assert!(sliced == whole);
    }
}

#[test]
fn corners_of_a_shadow_are_blurred_in_slices() {
    let write = |d: &mut DrawBuffer| {
        let (blur, radii) = (4.0, [300.0; 4]);
        let rect = Rect::new(-30.0, -30.0, 540.0, 530.0);
        d.fill_blurred(Color::RED.into(), false, false, blur, radii, &[rect]);
    };
    let (whole, one) = drawn(u64::MAX, write);
    assert_eq!(one, 1);
    assert!(whole.iter().any(|p| *p != 0));
    // Of 300,000 cells, each of which costs twenty.
    let (sliced, slices) = drawn(100_000, write);
    assert!(slices > 50, "{slices}");
    assert!(sliced == whole);
}

#[test]
fn a_shadow_whose_corners_are_no_numbers_comes_to_an_end() {
    let write = |radius: f32| {
        move |d: &mut DrawBuffer| {
            let (blur, radii) = (4.0, [radius, 0.0, 9.0, 0.0]);
            let rect = Rect::new(5.0, 6.0, 40.0, 30.0);
            d.fill_blurred(Color::RED.into(), true, false, blur, radii, &[rect]);
        }
    };
    let (square, _) = drawn(u64::MAX, write(0.0));
    assert!(square.iter().any(|p| *p != 0));
    let (sliced, slices) = drawn(5_000, write(f32::NAN));
    assert!(slices > 3, "{slices}");
    assert!(sliced == square, "it counts as 0");
}
