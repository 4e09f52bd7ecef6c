//! [`BlurCache`]: the blurred rectangles that were drawn last, which mostly come again with the next frame.

use super::blur::{Blur, BlurShape};

/// The most that are kept.
const MOST: usize = 16;
/// The most bytes that are kept of all but the last one: those of a dozen shadows of windows.
const MOST_BYTES: usize = 1 << 20;

/// Blurred rectangles, finished ones and those that are being made. Few enough to be looked through.
#[derive(Debug, Default)]
pub struct BlurCache {
    /// The one that was used last is the last one.
    blurs: Vec<Blur>,
}

impl BlurCache {
    /// Takes out the one of this shape, finished or not.
    pub fn take(&mut self, shape: &BlurShape) -> Option<Blur> {
        let at = self.blurs.iter().rposition(|b| b.shape().is(shape))?;
        Some(self.blurs.remove(at))
    }

    /// Puts one in, or back. The oldest are forgotten for it when they are too many or too large.
    pub fn put(&mut self, blur: Blur) {
        self.blurs.push(blur);
        let mut bytes = 0;
        let mut kept = 0;
        for blur in self.blurs.iter().rev() {
            bytes += blur.byte_size();
            if kept > 0 && (kept == MOST || bytes > MOST_BYTES) {
                break;
            }
            kept += 1;
        }
        self.blurs.drain(..self.blurs.len() - kept);
    }
}

#[cfg(test)]
mod tests {
    use super::super::scratch::Scratch;
    use super::*;

    fn shape(width: f32, deviation: f32) -> BlurShape {
        BlurShape {
            width,
            height: 40.0,
            radii: [f32::NAN; 4],
            deviation,
        }
    }

    #[test]
    fn the_last_few_are_kept() {
        let mut cache = BlurCache::default();
        for i in 0..MOST as u32 + 3 {
            cache.put(Blur::begin(shape(i as f32 + 1.0, 2.0)).expect("small"));
        }
        assert!(cache.take(&shape(3.0, 2.0)).is_none());
        assert!(cache.take(&shape(4.0, 2.5)).is_none());
        let found = cache.take(&shape(4.0, 2.0)).expect("kept");
        assert!(cache.take(&shape(4.0, 2.0)).is_none());
        // It is the youngest now.
        cache.put(found);
        for i in 0..MOST as u32 - 1 {
            cache.put(Blur::begin(shape(100.0 + i as f32, 2.0)).expect("small"));
        }
        assert!(cache.take(&shape(4.0, 2.0)).is_some());
    }

    #[test]
    fn a_large_one_leaves_no_room_for_others() {
        let (mut cache, scratch) = (BlurCache::default(), &mut Scratch::new());
        cache.put(Blur::begin(shape(1.0, 2.0)).expect("small"));
        let large = BlurShape {
            radii: [600.0; 4],
            height: 1300.0,
            ..shape(1300.0, 2.0)
        };
        let mut blur = Blur::begin(large).expect("not too large");
        blur.work(u64::MAX, scratch);
        assert!(blur.byte_size() > MOST_BYTES);
        cache.put(blur);
        assert!(cache.take(&shape(1.0, 2.0)).is_none());
        assert!(cache.take(&large).is_some());
    }
}
