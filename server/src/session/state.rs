//! [`DrawState`]: transform, clip, opacity and blend mode of a surface, and what was remembered of
//! them.

use std::sync::Arc;

use transom_protocol::color::mul_div_255;
use transom_protocol::draw::{Blend, MAX_CLIP_RECTS, MAX_GROUPS, MAX_SAVED_STATES, Shapes};
use transom_protocol::geometry::{PixelRect, PixelSize, Rect, Scale, Transform};

use super::Failure;
use super::limits::{Charge, MAX_CLIP_PARTS, MAX_SAVED_PARTS};
use super::shape::turned_rect;
use crate::raster::{ClipMask, Upright, snap_rect};
use crate::region::Region;

/// How drawing operations become pixels of one surface.
#[derive(Debug)]
pub(super) struct DrawState {
    now: Current,
    saved: Vec<Current>,
    /// Groups that are open and lists that are drawn.
    nests: Vec<Nest>,
    /// Groups that were begun beyond those there may be, since the innermost list.
    beyond: u32,
    scale: f32,
    bounds: PixelRect,
}

/// A group that is open, or a list that is drawn.
#[derive(Debug)]
struct Nest {
    kind: NestKind,
    /// The state at its beginning.
    start: Current,
    /// How many states were remembered then.
    saved: usize,
    /// What [`DrawState::beyond`] was.
    beyond: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum NestKind {
    List,
    /// Whether it has a picture of its own.
    Group {
        layer: bool,
    },
}

/// A clip that is not whole pixels.
#[derive(Clone, Debug)]
pub(super) struct Mask {
    pub(super) coverage: Arc<ClipMask>,
    /// Its memory, as long as anybody remembers it.
    pub(super) _charge: Arc<Charge>,
}

#[derive(Clone, Debug)]
struct Current {
    transform: Transform,
    /// From logical units to device pixels: the transform, then the scale.
    device: Transform,
    /// The same map, if it is of that kind.
    upright: Option<Upright>,
    opacity: u8,
    blend: Blend,
    /// Shared with what is remembered.
    clip: Arc<Region>,
    /// How much of each pixel of the clip is inside; `None`: all.
    mask: Option<Mask>,
}

impl DrawState {
    /// Of a surface of `size` device pixels, drawn on at `scale`.
    pub(super) fn new(size: PixelSize, scale: Scale) -> Self {
        Self::with(PixelRect::from_size(size), scale.factor())
    }

    fn with(bounds: PixelRect, scale: f32) -> Self {
        let device = Transform::scale(scale, scale);
        let now = Current {
            transform: Transform::IDENTITY,
            device,
            upright: Upright::of(&device),
            opacity: 255,
            blend: Blend::Over,
            clip: Arc::new(Region::from(bounds)),
            mask: None,
        };
        Self {
            now,
            saved: Vec::new(),
            nests: Vec::new(),
            beyond: 0,
            scale,
            bounds,
        }
    }

    /// Back to how it began, or how the list that is drawn did. Returns how many groups with a
    /// picture end by that.
    pub(super) fn reset(&mut self) -> usize {
        let mut layers = 0;
        while let Some(Nest {
            kind: NestKind::Group { layer },
            ..
        }) = self.nests.last()
        {
            layers += usize::from(*layer);
            self.leave_nest();
        }
        if let Some(list) = self.nests.last() {
            self.now = list.start.clone();
            self.saved.truncate(list.saved);
        } else {
            *self = Self::with(self.bounds, self.scale);
        }
        self.beyond = 0;
        layers
    }

    /// Begins a list: what it sets counts from here.
    pub(super) fn enter_list(&mut self) {
        self.enter(NestKind::List);
        self.beyond = 0;
    }

    /// Ends a list and the groups it left open; returns how many of those have a picture.
    pub(super) fn leave_list(&mut self) -> usize {
        let layers = self.reset();
        self.leave_nest();
        layers
    }

    /// Begins a group that draws on the pixels of `layer`, or without a picture of its own where the
    /// state is. Beyond the bound nothing is begun, and its end ends nothing.
    pub(super) fn enter_group(&mut self, layer: Option<PixelRect>) {
        if !self.may_enter_group() {
            self.beyond = self.beyond.saturating_add(1);
            return;
        }
        let is_layer = layer.is_some();
        self.enter(NestKind::Group { layer: is_layer });
        if let Some(bounds) = layer {
            self.now.clip = Arc::new(Region::from(bounds));
            self.now.mask = None;
            self.now.opacity = 255;
            self.now.blend = Blend::Over;
        }
    }

    /// Whether another group may be begun.
    pub(super) fn may_enter_group(&self) -> bool {
        let is_group = |nest: &&Nest| matches!(nest.kind, NestKind::Group { .. });
        self.nests.iter().filter(is_group).count() < MAX_GROUPS
    }

    /// Ends the innermost group and goes back to the state at its beginning. Whether it has a
    /// picture; `None` when no group is open.
    pub(super) fn leave_group(&mut self) -> Option<bool> {
        if self.beyond > 0 {
            self.beyond -= 1;
            return Some(false);
        }
        match self.nests.last()?.kind {
            NestKind::List => None,
            NestKind::Group { layer } => {
                self.leave_nest();
                Some(layer)
            }
        }
    }

    fn enter(&mut self, kind: NestKind) {
        self.nests.push(Nest {
            kind,
            start: self.now.clone(),
            saved: self.saved.len(),
            beyond: self.beyond,
        });
    }

    fn leave_nest(&mut self) {
        if let Some(nest) = self.nests.pop() {
            self.saved.truncate(nest.saved);
            self.now = nest.start;
            self.beyond = nest.beyond;
        }
    }

    /// The state at the beginning of the list that is drawn.
    fn list_start(&self) -> Option<&Current> {
        let lists = self.nests.iter().rev();
        let mut lists = lists.filter(|nest| nest.kind == NestKind::List);
        lists.next().map(|nest| &nest.start)
    }

    /// The opacity of the list that is drawn; groups begin anew inside it.
    fn list_opacity(&self) -> u8 {
        match self.nests.last() {
            Some(Nest {
                kind: NestKind::List,
                start,
                ..
            }) => start.opacity,
            Some(Nest {
                kind: NestKind::Group { layer: false },
                ..
            }) => self.list_start().map_or(255, |start| start.opacity),
            _ => 255,
        }
    }

    /// From logical units to device pixels.
    pub(super) fn device(&self) -> &Transform {
        &self.now.device
    }

    /// The same map, where it neither turns nor mirrors.
    pub(super) fn upright(&self) -> Option<&Upright> {
        self.now.upright.as_ref()
    }

    /// The whole device pixels that stand for `rect`, as [`snap_rect`] has it.
    #[inline]
    pub(super) fn snap(&self, rect: Rect) -> Option<PixelRect> {
        match &self.now.upright {
            Some(upright) => upright.snap(rect),
            None => snap_rect(rect, &self.now.device),
        }
    }

    /// Where drawing may happen, in device pixels, always inside the surface.
    pub(super) fn clip(&self) -> &Region {
        &self.now.clip
    }

    /// Whether drawing may happen everywhere.
    pub(super) fn is_unclipped(&self) -> bool {
        self.now.clip.rects() == [self.bounds] && self.now.mask.is_none()
    }

    /// How much of each pixel of the clip is inside; `None`: all.
    pub(super) fn mask(&self) -> Option<&Mask> {
        self.now.mask.as_ref()
    }

    /// How what is drawn and what is there become one.
    pub(super) fn blend(&self) -> Blend {
        self.now.blend
    }

    pub(super) fn set_blend(&mut self, blend: Blend) {
        self.now.blend = blend;
    }

    /// Narrows the clip to what a mask covers, which lies inside it and counts what was there.
    pub(super) fn set_mask(&mut self, mask: Mask) {
        let bounds = mask.coverage.bounds();
        Arc::make_mut(&mut self.now.clip).clip(bounds);
        self.now.mask = Some(mask);
    }

    /// What every colour is multiplied with, in 255ths.
    pub(super) fn opacity(&self) -> u8 {
        self.now.opacity
    }

    pub(super) fn set_transform(&mut self, transform: Transform) {
        let base = self.list_start().map(|start| start.transform);
        self.put_transform(base.map_or(transform, |base| base.after(transform)));
    }

    pub(super) fn concat(&mut self, transform: Transform) {
        self.put_transform(self.now.transform.after(transform));
    }

    fn put_transform(&mut self, transform: Transform) {
        self.now.transform = transform;
        self.now.device = Transform::scale(self.scale, self.scale).after(transform);
        self.now.upright = Upright::of(&self.now.device);
    }

    pub(super) fn set_opacity(&mut self, opacity: f32) -> Result<(), Failure> {
        if opacity.is_nan() {
            return Err(Failure::bad_argument("an opacity that is not a number"));
        }
        // A float to integer cast saturates.
        let opacity = (opacity * 255.0 + 0.5) as u8;
        self.now.opacity = mul_div_255(opacity, self.list_opacity());
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
        let floor = self.nests.last().map_or(0, |nest| nest.saved);
        if self.saved.len() > floor
            && let Some(saved) = self.saved.pop()
        {
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
