//! Windows' buffers and off-screen surfaces: what is drawn on, what is shown, and what may be
//! drawn on again.

use std::sync::Arc;

use transom_protocol::geometry::{PixelRect, PixelSize, Scale, Size};
use transom_protocol::ids::{Serial, WindowId};

use super::Failure;
use super::canvas::Layer;
use super::limits::{MAX_DAMAGE_RECTS, Memory, SURFACE_BYTES};
use super::state::DrawState;
use crate::raster::{MAX_SIDE, Pixmap, copy_from};
use crate::region::Region;

/// Buffers kept for the next frame: one being shown and one that was.
const MAX_SPARES: usize = 2;

/// The buffers of one window.
#[derive(Debug)]
pub(super) struct WindowBuffers {
    /// As the client asked for it: the size of a first frame that does not say.
    created: Size,
    /// The window it is a popup of.
    pub(super) popup_of: Option<WindowId>,
    /// What its icon and pointer image are charged.
    pub(super) icon_bytes: [u64; 2],
    pub(super) frame: Frame,
    shown: Option<Shown>,
    spares: Vec<Spare>,
}

/// The frame that is being drawn.
#[derive(Debug, Default)]
pub(super) enum Frame {
    #[default]
    None,
    Begun(Box<Begun>),
}

impl Frame {
    /// What is being drawn.
    pub(super) fn begun(&mut self) -> Option<&mut Begun> {
        match self {
            Self::Begun(begun) => Some(begun),
            Self::None => None,
        }
    }
}

/// A frame between its begin and its commit.
#[derive(Debug)]
pub(super) struct Begun {
    pub(super) pixmap: Pixmap,
    pub(super) state: DrawState,
    /// Pictures of the groups that are open.
    pub(super) layers: Vec<Layer>,
    pub(super) damage: Region,
    setup: FrameSetup,
    forward: Forward,
}

impl Begun {
    /// Whether the buffer does not hold yet what it should before the first pixel is drawn.
    pub(super) fn is_behind(&self) -> bool {
        !matches!(self.forward, Forward::Nothing)
    }
}

/// What a begin fixes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct FrameSetup {
    pub(super) configure: Serial,
    pub(super) size: Size,
    pub(super) scale: Scale,
}

/// What has to happen before the first pixel is drawn.
#[derive(Debug)]
enum Forward {
    /// The buffer holds what it should.
    Nothing,
    /// It holds an old picture of another kind.
    Clear,
    /// It differs from the shown picture here.
    Copy(Region),
}

#[derive(Debug)]
struct Shown {
    pixmap: Arc<Pixmap>,
    setup: FrameSetup,
}

/// A buffer that was shown, or is until the presenter lets go of it.
#[derive(Debug)]
struct Spare {
    pixmap: Arc<Pixmap>,
    /// Where it differs from the shown picture.
    stale: Region,
}

/// What a commit hands to the desktop.
#[derive(Debug)]
pub(super) struct Published {
    pub(super) pixmap: Arc<Pixmap>,
    pub(super) setup: FrameSetup,
    pub(super) damage: Region,
}

impl WindowBuffers {
    /// Of a window that has not been drawn on.
    pub(super) fn new(created: Size, popup_of: Option<WindowId>) -> Result<Self, Failure> {
        checked_size(created, Scale::MIN)?;
        Ok(Self {
            created,
            popup_of,
            icon_bytes: [0; 2],
            frame: Frame::None,
            shown: None,
            spares: Vec::new(),
        })
    }

    /// The size and configure of a frame that does not say.
    pub(super) fn usual(&self) -> (Size, Serial) {
        self.shown
            .as_ref()
            .map_or((self.created, Serial::NONE), |s| {
                (s.setup.size, s.setup.configure)
            })
    }

    /// The set-up of the picture that is shown.
    pub(super) fn shown_setup(&self) -> Option<FrameSetup> {
        self.shown.as_ref().map(|s| s.setup)
    }

    /// What was drawn of a begun frame, else what is shown.
    pub(super) fn picture(&mut self) -> Option<&Pixmap> {
        if matches!(self.frame, Frame::Begun(_)) {
            self.bring_forward();
        }
        match &self.frame {
            Frame::Begun(begun) => Some(&begun.pixmap),
            _ => self.shown.as_ref().map(|s| &*s.pixmap),
        }
    }

    /// Begins a frame, or starts it over.
    pub(super) fn begin(&mut self, setup: FrameSetup, memory: &mut Memory) -> Result<(), Failure> {
        self.abandon();
        let size = checked_size(setup.size, setup.scale)?;
        let (pixmap, forward) = self.take_buffer(size, setup, memory)?;
        let state = DrawState::new(size, setup.scale);
        self.frame = Frame::Begun(Box::new(Begun {
            pixmap,
            state,
            layers: Vec::new(),
            damage: Region::new(),
            setup,
            forward,
        }));
        Ok(())
    }

    /// Makes the begun frame the shown one.
    pub(super) fn commit(&mut self, memory: &mut Memory) -> Option<Published> {
        if matches!(self.frame, Frame::Begun(_)) {
            self.bring_forward();
        }
        let Frame::Begun(begun) = std::mem::take(&mut self.frame) else {
            return None;
        };
        let Begun {
            pixmap,
            mut damage,
            setup,
            ..
        } = *begun;
        let same = self
            .shown
            .as_ref()
            .is_some_and(|s| s.pixmap.size() == pixmap.size());
        if !same {
            damage = Region::from(pixmap.bounds());
        }
        let pixmap = Arc::new(pixmap);
        let shown = Shown {
            pixmap: Arc::clone(&pixmap),
            setup,
        };
        if let Some(old) = self.shown.replace(shown) {
            self.spares.push(Spare {
                pixmap: old.pixmap,
                stale: Region::new(),
            });
        }
        for spare in &mut self.spares {
            spare.stale.union(&damage);
            spare.stale.simplify(MAX_DAMAGE_RECTS);
        }
        self.drop_spares(memory, |index, _| index >= MAX_SPARES);
        Some(Published {
            pixmap,
            setup,
            damage,
        })
    }

    /// Gives all memory back.
    pub(super) fn release(mut self, memory: &mut Memory) {
        self.abandon();
        memory.release(self.icon_bytes.iter().sum());
        self.drop_spares(memory, |_, _| true);
        if let Some(shown) = self.shown {
            memory.release(shown.pixmap.byte_size() as u64);
        }
    }

    /// Puts the buffer of a begun frame aside.
    pub(super) fn abandon(&mut self) {
        if let Frame::Begun(begun) = std::mem::take(&mut self.frame) {
            let stale = Region::from(begun.pixmap.bounds());
            self.spares.insert(
                0,
                Spare {
                    pixmap: Arc::new(begun.pixmap),
                    stale,
                },
            );
        }
    }

    fn take_buffer(
        &mut self,
        size: PixelSize,
        setup: FrameSetup,
        memory: &mut Memory,
    ) -> Result<(Pixmap, Forward), Failure> {
        self.drop_spares(memory, |_, spare| spare.pixmap.size() != size);
        let continues = self
            .shown
            .as_ref()
            .is_some_and(|s| s.pixmap.size() == size && s.setup.scale == setup.scale);
        let free = self
            .spares
            .iter_mut()
            .position(|s| Arc::get_mut(&mut s.pixmap).is_some());
        let Some(free) = free else {
            memory.charge(size.area() * 4)?;
            let everything = Region::from(PixelRect::from_size(size));
            let forward = if continues {
                Forward::Copy(everything)
            } else {
                Forward::Nothing
            };
            return Ok((Pixmap::new(size), forward));
        };
        let Spare { pixmap, stale } = self.spares.swap_remove(free);
        let pixmap = Arc::into_inner(pixmap)
            .expect("nobody else held it a moment ago, and only we could give it away");
        Ok((
            pixmap,
            if continues {
                Forward::Copy(stale)
            } else {
                Forward::Clear
            },
        ))
    }

    fn drop_spares(&mut self, memory: &mut Memory, which: impl Fn(usize, &Spare) -> bool) {
        let mut index = 0;
        self.spares.retain(|spare| {
            let drop = which(index, spare);
            index += 1;
            if drop {
                memory.release(spare.pixmap.byte_size() as u64);
            }
            !drop
        });
    }

    /// The set-up of the frame that is being drawn, else of the picture that is shown.
    pub(super) fn current_setup(&self) -> Option<FrameSetup> {
        match &self.frame {
            Frame::Begun(begun) => Some(begun.setup),
            Frame::None => self.shown_setup(),
        }
    }

    /// Makes the begun frame's buffer hold what it should before it is drawn on, as far as about
    /// `pixels` go. Returns how many that took, and whether all is done.
    pub(super) fn bring_forward_some(&mut self, pixels: u64) -> (u64, bool) {
        let Frame::Begun(begun) = &mut self.frame else {
            return (0, true);
        };
        let (Forward::Copy(stale), Some(shown)) = (&mut begun.forward, &self.shown) else {
            return (self.bring_forward(), true);
        };
        let mut moved = 0;
        while let Some(rect) = stale.rects().first().copied() {
            if moved >= pixels {
                return (moved, false);
            }
            let rows =
                ((pixels - moved) / u64::from(rect.width())).clamp(1, u64::from(rect.height()));
            let piece = PixelRect {
                y1: rect.y0.saturating_add_unsigned(rows as u32),
                ..rect
            };
            copy_from(
                &mut begun.pixmap.target(piece),
                &shown.pixmap.view(),
                piece,
                piece.origin(),
            );
            stale.subtract_rect(piece);
            moved += piece.area();
        }
        begun.forward = Forward::Nothing;
        (moved, true)
    }

    /// The same, all of it.
    pub(super) fn bring_forward(&mut self) -> u64 {
        let Frame::Begun(begun) = &mut self.frame else {
            return 0;
        };
        match std::mem::replace(&mut begun.forward, Forward::Nothing) {
            Forward::Nothing => 0,
            Forward::Clear => {
                begun.pixmap.pixels_mut().fill(0);
                begun.pixmap.size().area()
            }
            Forward::Copy(stale) => {
                let Some(shown) = &self.shown else { return 0 };
                for rect in stale.rects() {
                    let view = shown.pixmap.view();
                    copy_from(&mut begun.pixmap.target(*rect), &view, *rect, rect.origin());
                }
                stale.area()
            }
        }
    }

    /// Says that everything is about to be drawn over, so nothing needs to be brought forward.
    pub(super) fn cover(&mut self) {
        if let Frame::Begun(begun) = &mut self.frame {
            begun.forward = Forward::Nothing;
        }
    }
}

/// An off-screen surface.
#[derive(Debug)]
pub(super) struct OffScreen {
    pub(super) pixmap: Pixmap,
    pub(super) state: DrawState,
    /// Pictures of the groups that are open.
    pub(super) layers: Vec<Layer>,
    pub(super) size: Size,
    pub(super) scale: Scale,
    pub(super) follows: Follows,
}

/// Where an off-screen surface has its scale from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Follows {
    Nothing,
    Screen,
    Window(WindowId),
}

impl OffScreen {
    pub(super) fn new(
        size: Size,
        scale: Scale,
        follows: Follows,
        memory: &mut Memory,
    ) -> Result<Self, Failure> {
        let pixels = checked_size(size, scale)?;
        memory.charge(pixels.area() * 4 + SURFACE_BYTES)?;
        let state = DrawState::new(pixels, scale);
        Ok(Self {
            pixmap: Pixmap::new(pixels),
            state,
            layers: Vec::new(),
            size,
            scale,
            follows,
        })
    }

    /// Gives its memory back.
    pub(super) fn release(self, memory: &mut Memory) {
        memory.release(self.bytes());
    }

    /// What it is charged.
    pub(super) fn bytes(&self) -> u64 {
        self.pixmap.byte_size() as u64 + SURFACE_BYTES
    }
}

/// How many pixels a surface of `size` has, if it may.
fn checked_size(size: Size, scale: Scale) -> Result<PixelSize, Failure> {
    let fine = |v: f32| v.is_finite() && v > 0.0;
    if !fine(size.width) || !fine(size.height) {
        return Err(Failure::bad_argument("a size that is not positive"));
    }
    let pixels = scale.pixel_size(size);
    if pixels.width > MAX_SIDE || pixels.height > MAX_SIDE {
        return Err(Failure::bad_argument(
            "a side longer than the server can draw",
        ));
    }
    Ok(pixels)
}
