//! Where a canvas draws: from its coordinates to device pixels, as text has to know.

use transom_protocol::geometry::{Scale, Transform};

/// The transform of a canvas and those that were saved, as the server will have them.
#[derive(Clone, Debug)]
pub(crate) struct Space {
    /// Device pixels per logical unit.
    scale: f32,
    /// Whether it is known where this is drawn: a list may be drawn anywhere.
    known: bool,
    transform: Transform,
    saved: Vec<Transform>,
}

impl Space {
    pub(crate) fn new(scale: Scale) -> Self {
        Self {
            scale: scale.factor(),
            known: true,
            transform: Transform::IDENTITY,
            saved: Vec::new(),
        }
    }

    /// For what may be drawn anywhere, in any size.
    pub(crate) fn anywhere() -> Self {
        Self {
            known: false,
            // Of pictures there is one size, which is enough for most.
            ..Self::new(Scale(240))
        }
    }

    pub(crate) fn set(&mut self, transform: Transform) {
        self.transform = transform;
    }

    pub(crate) fn concat(&mut self, transform: Transform) {
        self.transform = self.transform.after(transform);
    }

    pub(crate) fn save(&mut self) {
        self.saved.push(self.transform);
    }

    pub(crate) fn restore(&mut self) {
        if let Some(transform) = self.saved.pop() {
            self.transform = transform;
        }
    }

    /// Device pixels per unit, and where the rows of pixels are, while nothing is turned, sheared,
    /// mirrored or stretched.
    pub(crate) fn upright(&self) -> Option<Upright> {
        let Transform { a, b, c, d, f, .. } = self.transform;
        (self.known && b == 0.0 && c == 0.0 && a == d && a > 0.0).then_some(Upright {
            scale: a * self.scale,
            top: f * self.scale,
        })
    }

    /// Device pixels per unit, on an average of all directions.
    pub(crate) fn mean_scale(&self) -> f32 {
        let Transform { a, b, c, d, .. } = self.transform;
        (a * d - b * c).abs().sqrt() * self.scale
    }
}

/// Text stands upright: see [`Space::upright`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Upright {
    pub(crate) scale: f32,
    top: f32,
}

impl Upright {
    /// The row of pixels that the server puts a baseline on.
    pub(crate) fn row(&self, y: f32) -> f32 {
        (y * self.scale + self.top + 0.5).floor()
    }

    /// Where the upper edge of a row of pixels is.
    pub(crate) fn y(&self, row: f32) -> f32 {
        (row - self.top) / self.scale
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_may_be_drawn_anywhere_fits_no_pixels() {
        assert_eq!(Space::anywhere().upright(), None);
        assert_eq!(Space::anywhere().mean_scale(), 2.0);
    }

    #[test]
    fn what_was_saved_comes_back() {
        let mut space = Space::new(Scale(180));
        let scale = |space: &Space| space.upright().map(|upright| upright.scale);
        assert_eq!(scale(&space), Some(1.5));
        space.save();
        space.concat(Transform::scale(2.0, 2.0));
        space.concat(Transform::translate(0.0, 5.0));
        let upright = space.upright().expect("moved and scaled");
        assert_eq!((upright.scale, upright.row(1.0)), (3.0, 18.0));
        assert_eq!(upright.y(18.0), 1.0);
        space.save();
        space.concat(Transform::rotate(1.0));
        assert_eq!(space.upright(), None);
        assert!((space.mean_scale() - 3.0).abs() < 1e-3);
        space.restore();
        assert_eq!(scale(&space), Some(3.0));
        space.set(Transform::scale(1.0, 2.0));
        assert_eq!(space.upright(), None, "stretched");
        space.restore();
        space.restore();
        assert_eq!(
            scale(&space),
            Some(1.5),
            "one restore too many changes nothing"
        );
    }
}
