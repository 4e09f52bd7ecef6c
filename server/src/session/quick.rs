//! Arrays of small things under the usual state: a map that only moves and scales, and a clip that is
//! one rectangle.
//!
//! What is the same for all elements is found once. Pixels, order, and where a slice may end are those
//! of the general way, which every element that is not small and simple still takes.

use transom_protocol::draw::Shapes;
use transom_protocol::geometry::{PixelRect, Rect, Transform};

use super::Step;
use super::budget::cost;
use super::ink::Ink;
use super::paint::Painter;
use super::touched::Touched;
use crate::raster::{self, snap_rect};

/// So many rectangles are filled at once.
const BATCH: usize = 64;

impl Painter<'_> {
    /// The clip, when it is one rectangle and no element is half done.
    pub(super) fn only_clip(&self) -> Option<PixelRect> {
        match self.state.clip().rects() {
            [only] if self.cursor.is_between_elements() => Some(*only),
            _ => None,
        }
    }

    /// Filled rectangles in one colour. `None`: to be done in the general way.
    pub(super) fn quick_rects(&mut self, ink: &Ink<'_>, rects: Shapes<'_, Rect>) -> Option<Step> {
        let Ink::Plain(color) = *ink else {
            return None;
        };
        let clip = self.only_clip()?;
        let device = *self.state.device();
        if !device.is_axis_aligned() || !device.is_finite() {
            return None;
        }
        let snap = Snap::new(&device, rects.are_small());
        let mut touched = Touched::default();
        let mut batch = [PixelRect::EMPTY; BATCH];
        let mut shapes = rects.after(self.cursor.element).iter();
        let step = loop {
            // As many small ones as the budget has room for, but one at least.
            let (mut count, mut taken, mut work) = (0, 0, 0);
            let mut large = None;
            let left = self.budget.left();
            let mut is_over = false;
            while count < BATCH && (work < left || taken == 0) {
                let Some(rect) = shapes.next() else {
                    is_over = true;
                    break;
                };
                // Numbers that are not finite draw nothing.
                let snapped = snap.rect(rect, &device).unwrap_or(PixelRect::EMPTY);
                let part = snapped.intersect(clip);
                if part.is_empty() {
                    taken += 1;
                    work += cost::CULLED;
                    continue;
                }
                let pixels = cost::fill(part.area());
                if pixels > cost::SMALL {
                    large = Some(snapped);
                    break;
                }
                taken += 1;
                work += cost::RECT + pixels;
                batch[count] = part;
                count += 1;
                touched.add(part, self.damage.as_deref_mut());
            }
            raster::fill_rects(&mut self.pixmap.target(clip), &batch[..count], color);
            self.budget.spend(work);
            self.cursor.element += taken;
            if is_over {
                break Step::Done;
            }
            if taken > 0 && self.budget.is_spent() {
                break Step::More;
            }
            if let Some(large) = large {
                if let Step::More = self.rect(large, ink) {
                    break Step::More;
                }
                self.cursor.element += 1;
                if self.budget.is_spent() {
                    break Step::More;
                }
            }
        };
        touched.give(self.damage.as_deref_mut());
        Some(step)
    }
}

/// Rectangles to whole pixels, under an upright map.
#[derive(Clone, Copy)]
enum Snap {
    /// Whole numbers, moved by whole pixels.
    Moved(i32, i32),
    Mapped,
}

impl Snap {
    /// `small`: whether all coordinates are whole numbers of 16 bits.
    fn new(device: &Transform, small: bool) -> Self {
        /// Further moves are left to the general way.
        const NEAR: f32 = (1 << 20) as f32;
        let whole = |v: f32| v.abs() < NEAR && (v as i32) as f32 == v;
        match device {
            t if small && t.a == 1.0 && t.d == 1.0 && whole(t.e) && whole(t.f) => {
                Self::Moved(t.e as i32, t.f as i32)
            }
            _ => Self::Mapped,
        }
    }

    #[inline(always)]
    fn rect(self, rect: Rect, device: &Transform) -> Option<PixelRect> {
        match self {
            Self::Moved(dx, dy) => {
                let (x, y) = (rect.x as i32 + dx, rect.y as i32 + dy);
                let (width, height) = (rect.width as i32, rect.height as i32);
                Some(PixelRect::from_edges(x, y, x + width, y + height))
            }
            Self::Mapped => snap_rect(rect, device),
        }
    }
}
