//! [`composite`]: a scene becomes pixels. A pure function; whoever calls it holds no lock.
//!
//! What the desktop adds to windows is only described in a scene: [`resolve`] it first.

use transom_protocol::geometry::PixelRect;

use crate::chrome::Painter;
use crate::desktop::{Layer, Picture, Scene};
use crate::raster::{Target, blend_over, clear, copy_from};
use crate::region::Region;

/// Beyond so many rectangles it is cheaper to draw what nobody sees than to find out.
const MAX_PIECES: usize = 128;

/// Has all that the desktop adds to windows drawn, so that `scene` can be composited. A presenter
/// keeps its painter, so that things are drawn when they change and not for every picture.
pub fn resolve(scene: &mut Scene, painter: &mut Painter) {
    painter.sweep();
    for layer in &mut scene.layers {
        if let Picture::Piece(piece, size) = &layer.picture {
            let pixmap = painter.picture(piece, scene.scale, *size);
            layer.picture = Picture::Pixels(pixmap);
        }
    }
}

/// Draws what `scene` shows inside `damage` on `target`, whose origin is the screen's.
///
/// Every pixel is decided alone: it is the background, or the topmost layer that is opaque there,
/// with all layers above put over. So the same pixels come out whatever the damage is made of.
/// Pieces that were not [resolved](resolve) are left out.
pub fn composite(scene: &Scene, damage: &Region, target: &mut Target<'_>) {
    let mut rest = damage.clone();
    rest.clip(PixelRect::from_size(scene.size).intersect(target.clip()));
    // From the front: what is to be drawn of each layer, and what is left for those behind.
    let mut parts = Vec::with_capacity(scene.layers.len());
    for layer in scene.layers.iter().rev() {
        if rest.is_empty() {
            break;
        }
        let touches = |r: &PixelRect| !r.intersect(layer.crop).is_empty();
        if !rest.rects().iter().any(touches) {
            continue;
        }
        let mut part = rest.clone();
        part.clip(layer.crop);
        if rest.rects().len() <= MAX_PIECES {
            rest.subtract(&layer.opaque);
        }
        parts.push((layer, part));
    }
    for rect in rest.rects() {
        clear(&mut target.clipped(*rect), scene.background);
    }
    for (layer, part) in parts.iter().rev() {
        draw(layer, part, target);
    }
}

/// Copies a layer where it is opaque and blends it elsewhere.
fn draw(layer: &Layer, part: &Region, target: &mut Target<'_>) {
    let Picture::Pixels(pixmap) = &layer.picture else {
        debug_assert!(false, "a scene is resolved before it is composited");
        return;
    };
    let image = pixmap.view();
    let (mut copied, mut blended) = (part.clone(), part.clone());
    copied.intersect(&layer.opaque);
    blended.subtract(&layer.opaque);
    for rect in copied.rects() {
        let target = &mut target.clipped(*rect);
        copy_from(target, &image, image.bounds(), layer.origin);
    }
    for rect in blended.rects() {
        let target = &mut target.clipped(*rect);
        blend_over(target, &image, image.bounds(), layer.origin, 255);
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use transom_protocol::color::{Color, Pixel};
    use transom_protocol::geometry::PixelSize;

    use super::*;
    use crate::desktop::Desktop;
    use crate::desktop::Output;
    use crate::raster::Pixmap;

    const SIZE: PixelSize = PixelSize::new(40, 30);

    fn layer(rect: PixelRect, color: Color, opaque: bool) -> Layer {
        let mut pixmap = Pixmap::new(rect.size());
        pixmap.pixels_mut().fill(color.premultiply().0);
        Layer {
            picture: Picture::Pixels(Arc::new(pixmap)),
            origin: rect.origin(),
            crop: rect.intersect(PixelRect::from_size(SIZE)),
            opaque: Region::from(if opaque { rect } else { PixelRect::EMPTY }),
        }
    }

    fn scene(layers: Vec<Layer>) -> Scene {
        let output = Output {
            size: SIZE,
            ..Output::default()
        };
        let mut scene = Desktop::new(output).scene();
        scene.layers = layers;
        scene
    }

    fn everything(scene: &Scene) -> Pixmap {
        let mut pixmap = Pixmap::new(SIZE);
        let all = pixmap.bounds();
        composite(scene, &Region::from(all), &mut pixmap.target(all));
        pixmap
    }

    fn at(pixmap: &Pixmap, x: usize, y: usize) -> Pixel {
        Pixel(pixmap.pixels()[y * SIZE.width as usize + x])
    }

    #[test]
    fn an_opaque_layer_hides_what_is_behind_and_others_let_it_through() {
        let scene = scene(vec![
            layer(PixelRect::new(0, 0, 20, 20), Color::RED, true),
            layer(PixelRect::new(10, 0, 20, 20), Color::BLUE, true),
            layer(
                PixelRect::new(-5, 10, 100, 10),
                Color::WHITE.with_alpha(128),
                false,
            ),
        ]);
        let picture = everything(&scene);
        assert_eq!(at(&picture, 5, 5), Color::RED.premultiply());
        assert_eq!(at(&picture, 15, 5), Color::BLUE.premultiply());
        assert_eq!(at(&picture, 15, 15), Pixel(0xff80_80ff));
        assert_eq!(at(&picture, 35, 5), scene.background);
        assert_eq!(at(&picture, 0, 29), scene.background);
    }

    #[test]
    fn nothing_outside_damage_and_target_is_touched() {
        let scene = scene(vec![layer(PixelRect::new(0, 0, 40, 30), Color::RED, true)]);
        let mut picture = Pixmap::new(SIZE);
        let damage: Region = [PixelRect::new(2, 2, 3, 3), PixelRect::new(30, 20, 99, 99)]
            .into_iter()
            .collect();
        let clip = PixelRect::new(0, 0, 35, 25);
        composite(&scene, &damage, &mut picture.target(clip));
        let drawn = picture.pixels().iter().filter(|p| **p != 0).count();
        assert_eq!(drawn, 9 + 25);
    }

    #[test]
    fn a_buffer_smaller_than_its_crop_leaves_the_rest_alone() {
        let small = Layer {
            crop: PixelRect::new(0, 0, 40, 30),
            ..layer(PixelRect::new(4, 4, 2, 2), Color::GREEN, true)
        };
        let scene = scene(vec![small]);
        let picture = everything(&scene);
        assert_eq!(at(&picture, 4, 4), Color::GREEN.premultiply());
        assert_eq!(at(&picture, 6, 4), scene.background);
    }

    #[test]
    fn parts_give_the_same_picture_as_the_whole() {
        let scene = scene(vec![
            layer(
                PixelRect::new(3, 2, 20, 20),
                Color::RED.with_alpha(90),
                false,
            ),
            // Says it is opaque and is not: still the same pixels, whatever the parts.
            layer(
                PixelRect::new(10, 5, 20, 20),
                Color::BLUE.with_alpha(90),
                true,
            ),
            layer(
                PixelRect::new(0, 12, 40, 3),
                Color::WHITE.with_alpha(90),
                false,
            ),
        ]);
        let mut picture = Pixmap::new(SIZE);
        let all = picture.bounds();
        for y in 0..30 {
            for x in (0..40).step_by(3) {
                let part = Region::from(PixelRect::new(x, y, 3, 1));
                composite(&scene, &part, &mut picture.target(all));
            }
        }
        assert_eq!(picture, everything(&scene));
    }
}
