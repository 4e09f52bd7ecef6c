//! [`DrawState`]: transform, clip and opacity of a surface, and what was remembered of them.

use std::sync::Arc;

use transom_protocol::draw::{MAX_CLIP_RECTS, MAX_SAVED_STATES, Shapes};
use transom_protocol::geometry::{PixelRect, PixelSize, Rect, Scale, Transform};

use super::Failure;
use super::limits::{MAX_CLIP_PARTS, MAX_SAVED_PARTS};
use super::shape::turned_rect;
use crate::raster::snap_rect;
use crate::region::Region;

/// How drawing operations become pixels of one surface.
#[derive(Debug)]
pub(super) struct DrawState {
    now: Current,
    saved: Vec<Current>,
    scale: f32,
    bounds: PixelRect,
}

#[derive(Clone, Debug)]
struct Current {
    transform: Transform,
    /// From logical units to device pixels: the transform, then the scale.
    device: Transform,
    opacity: u8,
    /// Shared with what is remembered.
    clip: Arc<Region>,
}

impl DrawState {
    /// Of a surface of `size` device pixels, drawn on at `scale`.
    pub(super) fn new(size: PixelSize, scale: Scale) -> Self {
        let scale = scale.factor();
        let bounds = PixelRect::from_size(size);
        let now = Current {
            transform: Transform::IDENTITY,
            device: Transform::scale(scale, scale),
            opacity: 255,
            clip: Arc::new(Region::from(bounds)),
        };
        Self {
            now,
            saved: Vec::new(),
            scale,
            bounds,
        }
    }

    /// Back to how it began.
    pub(super) fn reset(&mut self) {
        self.saved.clear();
        self.set_transform(Transform::IDENTITY);
        self.now.opacity = 255;
        self.now.clip = Arc::new(Region::from(self.bounds));
    }

    /// From logical units to device pixels.
    pub(super) fn device(&self) -> &Transform {
        &self.now.device
    }

    /// Where drawing may happen, in device pixels, always inside the surface.
    pub(super) fn clip(&self) -> &Region {
        &self.now.clip
    }

    /// Whether drawing may happen everywhere.
    pub(super) fn is_unclipped(&self) -> bool {
        self.now.clip.rects() == [self.bounds]
    }

    /// What every colour is multiplied with, in 255ths.
    pub(super) fn opacity(&self) -> u8 {
        self.now.opacity
    }

    pub(super) fn set_transform(&mut self, transform: Transform) {
        self.now.transform = transform;
        self.now.device = Transform::scale(self.scale, self.scale).after(transform);
    }

    pub(super) fn concat(&mut self, transform: Transform) {
        self.set_transform(self.now.transform.after(transform));
    }

    pub(super) fn set_opacity(&mut self, opacity: f32) -> Result<(), Failure> {
        if opacity.is_nan() {
            return Err(Failure::bad_argument("an opacity that is not a number"));
        }
        // A float to integer cast saturates.
        self.now.opacity = (opacity * 255.0 + 0.5) as u8;
        Ok(())
    }

    pub(super) fn save(&mut self) -> Result<(), Failure> {
        // Clips that are the same one are shared, and cost nothing.
        let parts: usize = self.saved.iter().map(|s| s.clip.rects().len()).sum();
        if self.saved.len() == MAX_SAVED_STATES || parts > MAX_SAVED_PARTS {
            return Err(Failure::quota("drawing states are nested too deeply"));
        }
        self.saved.push(self.now.clone());
        Ok(())
    }

    pub(super) fn restore(&mut self) {
        if let Some(saved) = self.saved.pop() {
            self.now = saved;
        }
    }

    /// Narrows the clip to the union of `rects`.
    pub(super) fn clip_to(&mut self, rects: Shapes<'_, Rect>) -> Result<(), Failure> {
        if rects.len() > MAX_CLIP_RECTS {
            return Err(Failure::bad_argument("too many rectangles in one clip"));
        }
        let device = self.now.device;
        let bounds = self.now.clip.bounds();
        let part = |rect| match snap_rect(rect, &device) {
            Some(snapped) => Region::from(snapped.intersect(bounds)),
            None => turned_rect(rect, &device, bounds),
        };
        let too_many = Failure::quota("a clip of too many parts");
        let turned = snap_rect(Rect::default(), &device).is_none();
        if turned && rects.len() as u64 * u64::from(bounds.height()) > MAX_CLIP_PARTS as u64 {
            return Err(too_many);
        }
        let inside =
            Region::union_of(rects.iter().map(part), MAX_CLIP_PARTS).ok_or(too_many.clone())?;
        match inside.rects() {
            [one] => Arc::make_mut(&mut self.now.clip).clip(*one),
            _ => {
                let both = self
                    .now
                    .clip
                    .intersection(&inside, MAX_CLIP_PARTS)
                    .ok_or(too_many)?;
                self.now.clip = Arc::new(both);
            }
        }
        Ok(())
    }
}
