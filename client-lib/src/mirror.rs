//! What a program has on its server, kept so that it can all be made anew on another session.
//!
//! *Windows* are kept as the requests that made them and the newest of each kind that changed
//! them; *images* as their pixels; *glyph sets* as their glyphs; pictures as the drawing that
//! made them: the last full frame and the incremental ones since, or all since an off-screen
//! surface was last covered.
//!
//! Drawing is replayed in the order in which it was done, so that copying between surfaces gives
//! what it gave. Where something changed underneath (an image was patched, a surface begun anew)
//! or grew beyond a bound, replaying would give another picture: then the drawing is forgotten and
//! the program is asked to redraw. So a rebuilt picture is either the same or announced as lost.
//!
//! Images, surfaces, glyph sets, paints and lists that are destroyed but drawn with stay until no kept drawing
//! needs them. Their ids are never used again by this library.

use std::collections::BTreeMap;
use std::sync::Arc;

use transom_protocol::Request;
use transom_protocol::codec::Packet;
use transom_protocol::geometry::{PixelRect, PixelSize, Size};
use transom_protocol::ids::{FrameId, GlyphSetId, ImageId, ListId, PaintId, SurfaceId, WindowId};
use transom_protocol::request::{FrameKind, GlyphSetFlags, ImageFormat};
use transom_protocol::window::WindowStates;

use crate::canvas::{Recording, Uses, note};
pub use crate::rebuild::{Lost, Rebuild};

/// Bytes of drawing kept for each window and each off-screen surface.
pub const DRAWING_BYTES: usize = 1 << 20;

/// Bytes of pixels kept for all images together.
pub const IMAGE_BYTES: usize = 256 << 20;

/// Bytes of retained lists kept for all together.
pub const LIST_BYTES: usize = 32 << 20;

/// Bytes of glyphs kept for each set.
pub const GLYPH_BYTES: usize = 8 << 20;

/// One frame as the mirror is told of it.
pub(crate) struct MirroredFrame {
    pub(crate) window: WindowId,
    pub(crate) kind: FrameKind,
    pub(crate) size: Size,
    pub(crate) recording: Recording,
}

#[derive(Debug, Default)]
pub(crate) struct Mirror {
    pub(crate) windows: BTreeMap<WindowId, Window>,
    /// Pictures of windows and of off-screen surfaces.
    pub(crate) pictures: BTreeMap<SurfaceId, Picture>,
    pub(crate) images: BTreeMap<ImageId, Image>,
    pub(crate) sets: BTreeMap<GlyphSetId, Set>,
    pub(crate) paints: BTreeMap<PaintId, Paint>,
    pub(crate) lists: BTreeMap<ListId, List>,
    pub(crate) list_bytes: usize,
    pub(crate) image_bytes: usize,
    /// Counts drawings, so that they can be replayed in order.
    pub(crate) order: u64,
    /// Whether something destroyed is still kept.
    pub(crate) ghosts: bool,
}

#[derive(Debug)]
pub(crate) struct Window {
    pub(crate) create: Vec<u8>,
    pub(crate) parent: WindowId,
    /// The newest request of each kind.
    pub(crate) attributes: BTreeMap<Slot, Vec<u8>>,
    pub(crate) set: WindowStates,
    pub(crate) clear: WindowStates,
    pub(crate) image: Vec<ImageId>,
}

/// What a request replaces: its kind, and for regions which one.
type Slot = (u16, u8);

#[derive(Debug, Default)]
pub(crate) struct Picture {
    /// How an off-screen surface was made; empty for a window.
    pub(crate) create: Vec<u8>,
    pub(crate) pieces: Vec<Piece>,
    pub(crate) bytes: usize,
    pub(crate) lost: bool,
    pub(crate) destroyed: bool,
}

/// A drawing, or a frame of a window.
#[derive(Debug)]
pub(crate) struct Piece {
    pub(crate) order: u64,
    pub(crate) recording: Recording,
    pub(crate) frame: Option<(FrameId, FrameKind, Size)>,
}

#[derive(Debug)]
pub(crate) struct Image {
    pub(crate) size: PixelSize,
    pub(crate) format: ImageFormat,
    /// `None` beyond [`IMAGE_BYTES`].
    pub(crate) pixels: Option<Arc<[u8]>>,
    pub(crate) destroyed: bool,
}

#[derive(Debug)]
pub(crate) struct Set {
    pub(crate) units_per_em: u16,
    pub(crate) flags: GlyphSetFlags,
    pub(crate) added: Vec<Vec<u8>>,
    pub(crate) images: Vec<ImageId>,
    pub(crate) bytes: usize,
    pub(crate) lost: bool,
    pub(crate) destroyed: bool,
}

/// A gradient or pattern.
#[derive(Debug)]
pub(crate) struct Paint {
    pub(crate) create: Vec<u8>,
    pub(crate) image: Option<ImageId>,
    /// The image was changed since.
    pub(crate) lost: bool,
    pub(crate) destroyed: bool,
}

/// A retained list.
#[derive(Debug)]
pub(crate) struct List {
    /// Empty when there were too many bytes of lists.
    pub(crate) create: Vec<u8>,
    pub(crate) uses: Uses,
    /// Something that it draws with was changed since.
    pub(crate) lost: bool,
    pub(crate) destroyed: bool,
}

/// Windows.
impl Mirror {
    pub(crate) fn create_window(&mut self, window: WindowId, request: &Request<'_>) {
        let parent = match request {
            Request::CreateWindow(r) => r.parent,
            Request::CreatePopup(r) => r.parent,
            _ => WindowId::NONE,
        };
        let kept = Window {
            create: encoded(request),
            parent,
            attributes: BTreeMap::new(),
            set: WindowStates::NONE,
            clear: WindowStates::NONE,
            image: Vec::new(),
        };
        self.windows.insert(window, kept);
        self.pictures.insert(window.into(), Picture::default());
    }

    pub(crate) fn attribute(&mut self, window: WindowId, request: &Request<'_>) {
        let Some(kept) = self.windows.get_mut(&window) else {
            return;
        };
        match request {
            Request::SetParent(r) => kept.parent = r.parent,
            Request::ChangeState(r) => {
                kept.set = kept.set.without(r.clear).with(r.set);
                kept.clear = kept.clear.without(r.set).with(r.clear);
            }
            _ => kept.keep(request),
        }
        self.sweep();
    }

    pub(crate) fn destroy_window(&mut self, window: WindowId) {
        self.windows.remove(&window);
        self.lose_users(|uses| uses.surfaces.contains(&window.into()));
        self.pictures.remove(&window.into());
        self.sweep();
    }

    /// Keeps frames that were committed together.
    pub(crate) fn frame(
        &mut self,
        frame: FrameId,
        frames: impl IntoIterator<Item = MirroredFrame>,
    ) {
        for MirroredFrame {
            window,
            kind,
            size,
            recording,
        } in frames
        {
            if kind == FrameKind::Full {
                self.begin_anew(window.into());
            }
            self.keep(window.into(), recording, Some((frame, kind, size)));
        }
        self.sweep();
    }
}

impl Window {
    fn keep(&mut self, request: &Request<'_>) {
        let part = match request {
            Request::SetRegion(r) => r.kind as u8,
            _ => 0,
        };
        // A cursor is a shape or an image, not both.
        let slot = match request {
            Request::SetCursorImage(_) => (Request::opcode(request) - 1, part),
            _ => (request.opcode(), part),
        };
        self.attributes.insert(slot, encoded(request));
        let packets = self.attributes.values();
        self.image = packets.filter_map(|packet| image_named(packet)).collect();
    }
}

/// Off-screen surfaces.
impl Mirror {
    pub(crate) fn create_surface(&mut self, surface: SurfaceId, request: &Request<'_>) {
        let picture = Picture {
            create: encoded(request),
            ..Picture::default()
        };
        self.pictures.insert(surface, picture);
    }

    pub(crate) fn draw_surface(&mut self, surface: SurfaceId, recording: Recording) {
        if recording.covers {
            self.begin_anew(surface);
        }
        self.keep(surface, recording, None);
        self.sweep();
    }

    /// The server has made the surface anew, transparent.
    pub(crate) fn surface_blank(&mut self, surface: SurfaceId) {
        self.begin_anew(surface);
        self.sweep();
    }

    pub(crate) fn destroy_surface(&mut self, surface: SurfaceId) {
        if let Some(picture) = self.pictures.get_mut(&surface) {
            picture.destroyed = true;
            self.ghosts = true;
        }
        self.sweep();
    }

    /// Nothing that a surface showed matters any more, but to those who copied from it.
    fn begin_anew(&mut self, surface: SurfaceId) {
        let Some(picture) = self.pictures.get_mut(&surface) else {
            return;
        };
        picture.pieces.clear();
        picture.bytes = 0;
        picture.lost = false;
        self.lose_users(|uses| uses.surfaces.contains(&surface));
    }

    fn keep(
        &mut self,
        surface: SurfaceId,
        recording: Recording,
        frame: Option<(FrameId, FrameKind, Size)>,
    ) {
        self.order += 1;
        let exact = self.is_exact(&recording.uses);
        let order = self.order;
        let Some(picture) = self.pictures.get_mut(&surface) else {
            return;
        };
        if picture.lost {
            return;
        }
        picture.bytes += recording.ops.as_bytes().len();
        picture.pieces.push(Piece {
            order,
            recording,
            frame,
        });
        if !exact || picture.bytes > DRAWING_BYTES {
            self.lose(surface);
        }
    }

    /// Whether everything a drawing needs can be made anew.
    pub(crate) fn is_exact(&self, uses: &Uses) -> bool {
        uses.images
            .iter()
            .all(|id| self.images.get(id).is_some_and(|i| i.pixels.is_some()))
            && uses
                .sets
                .iter()
                .all(|id| self.sets.get(id).is_some_and(|s| !s.lost))
            && uses.paints.iter().all(|id| self.is_exact_paint(id))
            && uses
                .lists
                .iter()
                .all(|id| self.lists.get(id).is_some_and(|l| !l.lost))
            && uses
                .surfaces
                .iter()
                .all(|id| self.pictures.get(id).is_some_and(|p| !p.lost))
    }

    fn is_exact_paint(&self, id: &PaintId) -> bool {
        let image = |id: ImageId| self.images.get(&id).is_some_and(|i| i.pixels.is_some());
        let paint = self.paints.get(id);
        paint.is_some_and(|paint| !paint.lost && paint.image.is_none_or(image))
    }

    /// Forgets a picture, and those of others that were copied from it.
    fn lose(&mut self, surface: SurfaceId) {
        let Some(picture) = self.pictures.get_mut(&surface) else {
            return;
        };
        if !picture.lost {
            picture.lost = true;
            picture.pieces = Vec::new();
            picture.bytes = 0;
            self.lose_users(|uses| uses.surfaces.contains(&surface));
        }
    }

    pub(crate) fn lose_users(&mut self, uses: impl Fn(&Uses) -> bool) {
        let users = |picture: &Picture| picture.pieces.iter().any(|p| uses(&p.recording.uses));
        let users = self
            .pictures
            .iter()
            .filter(|(_, p)| users(p))
            .map(|(id, _)| *id);
        for surface in users.collect::<Vec<_>>() {
            self.lose(surface);
        }
    }
}

/// Images and glyphs.
impl Mirror {
    pub(crate) fn create_image(
        &mut self,
        image: ImageId,
        size: PixelSize,
        format: ImageFormat,
        pixels: Arc<[u8]>,
    ) {
        let fits = self.image_bytes + pixels.len() <= IMAGE_BYTES;
        self.image_bytes += if fits { pixels.len() } else { 0 };
        let pixels = fits.then_some(pixels);
        self.images.insert(
            image,
            Image {
                size,
                format,
                pixels,
                destroyed: false,
            },
        );
    }

    pub(crate) fn patch_image(&mut self, image: ImageId, rect: PixelRect, data: &[u8]) {
        if let Some(kept) = self.images.get_mut(&image) {
            kept.patch(rect, data);
        }
        self.lose_keepers(image);
        self.lose_users(|uses| uses.images.contains(&image));
    }

    pub(crate) fn destroy_image(&mut self, image: ImageId) {
        if let Some(kept) = self.images.get_mut(&image) {
            kept.destroyed = true;
            self.ghosts = true;
        }
        self.sweep();
    }

    pub(crate) fn create_set(&mut self, set: GlyphSetId, units_per_em: u16, flags: GlyphSetFlags) {
        let kept = Set {
            units_per_em,
            flags,
            added: Vec::new(),
            images: Vec::new(),
            bytes: 0,
            lost: false,
            destroyed: false,
        };
        self.sets.insert(set, kept);
    }

    pub(crate) fn add_glyphs(&mut self, set: GlyphSetId, glyphs: &[u8], images: Vec<ImageId>) {
        let Some(kept) = self.sets.get_mut(&set) else {
            return;
        };
        kept.bytes += glyphs.len();
        if kept.bytes > GLYPH_BYTES {
            (kept.lost, kept.added) = (true, Vec::new());
            self.lose_users(|uses| uses.sets.contains(&set));
        } else {
            kept.added.push(glyphs.to_vec());
            images
                .into_iter()
                .for_each(|image| note(&mut kept.images, image));
        }
    }

    pub(crate) fn destroy_set(&mut self, set: GlyphSetId) {
        if let Some(kept) = self.sets.get_mut(&set) {
            kept.destroyed = true;
            self.ghosts = true;
        }
        self.sweep();
    }

    /// Lets go of what is destroyed and no longer drawn with.
    pub(crate) fn sweep(&mut self) {
        while self.ghosts && self.sweep_once() {}
    }

    /// What goes may have been the last to hold something else: whether anything went.
    fn sweep_once(&mut self) -> bool {
        let mut used = Uses::default();
        for piece in self.pictures.values().flat_map(|picture| &picture.pieces) {
            used.add(&piece.recording.uses);
        }
        self.lists.values().for_each(|list| used.add(&list.uses));
        let of_paints = self.paints.values().filter_map(|paint| paint.image);
        of_paints.for_each(|image| note(&mut used.images, image));
        let of_windows = self.windows.values().flat_map(|window| &window.image);
        let of_sets = self.sets.values().flat_map(|set| &set.images);
        of_windows
            .chain(of_sets)
            .for_each(|id| note(&mut used.images, *id));

        let before = self.counts();
        self.pictures
            .retain(|id, p| !p.destroyed || used.surfaces.contains(id));
        self.images
            .retain(|id, i| !i.destroyed || used.images.contains(id));
        self.sets
            .retain(|id, s| !s.destroyed || used.sets.contains(id));
        self.paints
            .retain(|id, p| !p.destroyed || used.paints.contains(id));
        self.lists
            .retain(|id, l| !l.destroyed || used.lists.contains(id));
        self.list_bytes = self.lists.values().map(|list| list.create.len()).sum();
        let pixels = self
            .images
            .values()
            .filter_map(|image| image.pixels.as_ref());
        self.image_bytes = pixels.map(|pixels| pixels.len()).sum();
        self.ghosts = self.pictures.values().any(|p| p.destroyed)
            || self.images.values().any(|i| i.destroyed)
            || self.sets.values().any(|s| s.destroyed)
            || self.paints.values().any(|p| p.destroyed)
            || self.lists.values().any(|l| l.destroyed);
        before != self.counts()
    }
}

impl Image {
    fn patch(&mut self, rect: PixelRect, data: &[u8]) {
        let Some(pixels) = &mut self.pixels else {
            return;
        };
        let bytes = self.format.bytes_per_pixel();
        let row = rect.width() as usize * bytes;
        let all = Arc::make_mut(pixels);
        for (y, line) in (rect.y0 as usize..).zip(data.chunks_exact(row)) {
            let start = (y * self.size.width as usize + rect.x0 as usize) * bytes;
            all[start..start + row].copy_from_slice(line);
        }
    }
}

pub(crate) fn encoded(request: &Request<'_>) -> Vec<u8> {
    let mut bytes = Vec::new();
    request.write(&mut bytes);
    bytes
}

pub(crate) fn decoded(bytes: &[u8]) -> Request<'_> {
    let packet = Packet::split(bytes).expect("we wrote it").expect("whole").0;
    Request::decode(packet).expect("we wrote it")
}

/// The image that an icon or a cursor is.
fn image_named(packet: &[u8]) -> Option<ImageId> {
    match decoded(packet) {
        Request::SetIcon(r) => Some(r.image).filter(|image| !image.is_none()),
        Request::SetCursorImage(r) => Some(r.image),
        _ => None,
    }
}
