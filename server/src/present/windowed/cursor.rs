//! The pointer's picture: how the desktop has it becomes how winit has it.

use transom_protocol::color::Pixel;
use transom_protocol::geometry::PixelPoint;
use transom_protocol::input::CursorShape;
use winit::window::{CursorIcon, CustomCursor, CustomCursorSource};

use crate::raster::Pixmap;

/// The cursor of this name; `None` for no cursor at all. Both sides have the names of CSS.
pub(super) fn icon(shape: CursorShape) -> Option<CursorIcon> {
    if shape == CursorShape::NONE {
        return None;
    }
    let icon = shape.name().and_then(|name| name.parse().ok());
    Some(icon.unwrap_or_default())
}

/// A cursor that looks like this, as far as the native display allows such sizes.
pub(super) fn custom(image: &Pixmap, hotspot: PixelPoint) -> Option<CustomCursorSource> {
    let side = |side: u32| u16::try_from(side).ok();
    let (width, height) = (side(image.size().width)?, side(image.size().height)?);
    let inside = |at: i32, side: u16| at.clamp(0, i32::from(side.max(1)) - 1) as u16;
    let (x, y) = (inside(hotspot.x, width), inside(hotspot.y, height));
    CustomCursor::from_rgba(straight(image), width, height, x, y).ok()
}

/// The picture's bytes with straight alpha.
fn straight(image: &Pixmap) -> Vec<u8> {
    let pixels = image.pixels().iter();
    pixels
        .flat_map(|p| Pixel(*p).to_color().to_bytes())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use transom_protocol::geometry::PixelSize;

    #[test]
    fn every_shape_has_a_cursor_of_the_same_name() {
        let shapes = (0..).map(CursorShape).take_while(|s| s.name().is_some());
        for shape in shapes.filter(|s| *s != CursorShape::NONE) {
            let icon = icon(shape).expect("one that is seen");
            assert_eq!(Some(icon.name()), shape.name());
        }
        assert_eq!(icon(CursorShape::NONE), None);
        assert_eq!(icon(CursorShape(9999)), Some(CursorIcon::Default));
    }

    #[test]
    fn pictures_lose_their_premultiplication() {
        let mut image = Pixmap::new(PixelSize::new(2, 1));
        image.pixels_mut().copy_from_slice(&[0x8040_0000, 0]);
        assert_eq!(straight(&image), [0x80, 0, 0, 0x80, 0, 0, 0, 0]);
    }

    #[test]
    fn pictures_that_cannot_be_cursors_are_none() {
        let source = |size| custom(&Pixmap::new(size), PixelPoint::new(99, -1)).is_some();
        assert!(source(PixelSize::new(16, 24)));
        assert!(!source(PixelSize::new(0, 0)));
        assert!(!source(PixelSize::new(5000, 1)));
    }
}
