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
//! Images, surfaces and glyph sets that are destroyed but drawn with stay until no kept drawing
//! needs them. Their ids are never used again by this library.

use std::collections::BTreeMap;
use std::sync::Arc;

use transom_protocol::Request;
use transom_protocol::codec::{MAGIC, Packed, Packet};
use transom_protocol::geometry::{PixelRect, PixelSize, Size};
use transom_protocol::hello::Codec;
use transom_protocol::ids::{FrameId, GlyphSetId, ImageId, Serial, SurfaceId, WindowId};
use transom_protocol::request::{
    AddGlyphs, Begin, BeginImage, ChangeState, Commit, CreateGlyphSet, DestroyGlyphSet,
    DestroyImage, DestroySurface, Draw, EndImage, FrameKind, GlyphSetFlags, ImageData, ImageFlags,
    ImageFormat, SetParent,
};
use transom_protocol::window::WindowStates;

use crate::canvas::{Recording, Uses, note};
use crate::image::CHUNK;

/// Bytes of drawing kept for each window and each off-screen surface.
pub const DRAWING_BYTES: usize = 1 << 20;

/// Bytes of pixels kept for all images together.
pub const IMAGE_BYTES: usize = 256 << 20;

/// Bytes of glyphs kept for each set.
pub const GLYPH_BYTES: usize = 8 << 20;

/// What makes a program's windows anew on a fresh session.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rebuild {
    /// Magic, hello and requests, as they are to be sent.
    pub bytes: Vec<u8>,
    /// What could not be kept and is blank until it is drawn or sent again.
    pub lost: Vec<Lost>,
}

/// Something of which the mirror has no exact copy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lost {
    /// A window's or off-screen surface's picture.
    Picture(SurfaceId),
    /// An image.
    Image(ImageId),
    /// A glyph set's glyphs.
    Glyphs(GlyphSetId),
}

/// One frame as the mirror is told of it.
pub(crate) struct MirroredFrame {
    pub(crate) window: WindowId,
    pub(crate) kind: FrameKind,
    pub(crate) size: Size,
    pub(crate) recording: Recording,
}

#[derive(Debug, Default)]
pub(crate) struct Mirror {
    windows: BTreeMap<WindowId, Window>,
    /// Pictures of windows and of off-screen surfaces.
    pictures: BTreeMap<SurfaceId, Picture>,
    images: BTreeMap<ImageId, Image>,
    sets: BTreeMap<GlyphSetId, Set>,
    image_bytes: usize,
    /// Counts drawings, so that they can be replayed in order.
    order: u64,
    /// Whether something destroyed is still kept.
    ghosts: bool,
}

#[derive(Debug)]
struct Window {
    create: Vec<u8>,
    parent: WindowId,
    /// The newest request of each kind.
    attributes: BTreeMap<Slot, Vec<u8>>,
    set: WindowStates,
    clear: WindowStates,
    image: Vec<ImageId>,
}

/// What a request replaces: its kind, and for regions which one.
type Slot = (u16, u8);

#[derive(Debug, Default)]
struct Picture {
    /// How an off-screen surface was made; empty for a window.
    create: Vec<u8>,
    pieces: Vec<Piece>,
    bytes: usize,
    lost: bool,
    destroyed: bool,
}

/// A drawing, or a frame of a window.
#[derive(Debug)]
struct Piece {
    order: u64,
    recording: Recording,
    frame: Option<(FrameId, FrameKind, Size)>,
}

#[derive(Debug)]
struct Image {
    size: PixelSize,
    format: ImageFormat,
    /// `None` beyond [`IMAGE_BYTES`].
    pixels: Option<Arc<[u8]>>,
    destroyed: bool,
}

#[derive(Debug)]
struct Set {
    units_per_em: u16,
    flags: GlyphSetFlags,
    added: Vec<Vec<u8>>,
    images: Vec<ImageId>,
    bytes: usize,
    lost: bool,
    destroyed: bool,
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
    fn is_exact(&self, uses: &Uses) -> bool {
        uses.images
            .iter()
            .all(|id| self.images.get(id).is_some_and(|i| i.pixels.is_some()))
            && uses
                .sets
                .iter()
                .all(|id| self.sets.get(id).is_some_and(|s| !s.lost))
            && uses
                .surfaces
                .iter()
                .all(|id| self.pictures.get(id).is_some_and(|p| !p.lost))
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

    fn lose_users(&mut self, uses: impl Fn(&Uses) -> bool) {
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
    fn sweep(&mut self) {
        while self.ghosts && self.sweep_once() {}
    }

    /// What goes may have been the last to hold something else: whether anything went.
    fn sweep_once(&mut self) -> bool {
        let mut used = Uses::default();
        for piece in self.pictures.values().flat_map(|picture| &picture.pieces) {
            let Uses {
                images,
                surfaces,
                sets,
            } = &piece.recording.uses;
            images.iter().for_each(|id| note(&mut used.images, *id));
            surfaces.iter().for_each(|id| note(&mut used.surfaces, *id));
            sets.iter().for_each(|id| note(&mut used.sets, *id));
        }
        let of_windows = self.windows.values().flat_map(|window| &window.image);
        let of_sets = self.sets.values().flat_map(|set| &set.images);
        of_windows
            .chain(of_sets)
            .for_each(|id| note(&mut used.images, *id));

        let before = (self.pictures.len(), self.images.len(), self.sets.len());
        self.pictures
            .retain(|id, p| !p.destroyed || used.surfaces.contains(id));
        self.images
            .retain(|id, i| !i.destroyed || used.images.contains(id));
        self.sets
            .retain(|id, s| !s.destroyed || used.sets.contains(id));
        let pixels = self
            .images
            .values()
            .filter_map(|image| image.pixels.as_ref());
        self.image_bytes = pixels.map(|pixels| pixels.len()).sum();
        self.ghosts = self.pictures.values().any(|p| p.destroyed)
            || self.images.values().any(|i| i.destroyed)
            || self.sets.values().any(|s| s.destroyed);
        before != (self.pictures.len(), self.images.len(), self.sets.len())
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

/// Making it all anew.
impl Mirror {
    pub(crate) fn rebuild(&self, hello: &Request<'_>) -> Rebuild {
        let mut out = Rebuild {
            bytes: MAGIC.to_vec(),
            lost: Vec::new(),
        };
        hello.write(&mut out.bytes);
        self.images
            .iter()
            .for_each(|(id, image)| image.rebuild(*id, &mut out));
        self.sets
            .iter()
            .for_each(|(id, set)| set.rebuild(*id, &mut out));
        self.windows
            .iter()
            .for_each(|(id, window)| self.rebuild_window(*id, window, &mut out));
        for (window, kept) in self.windows.iter().filter(|(id, kept)| kept.parent > **id) {
            self.rebuild_parent(*window, kept.parent, &mut out);
        }
        for (surface, picture) in &self.pictures {
            out.bytes.extend_from_slice(&picture.create);
            if picture.lost && !picture.destroyed {
                out.lost.push(Lost::Picture(*surface));
            }
        }
        self.replay(&mut out);
        self.bury(&mut out);
        out
    }

    fn rebuild_window(&self, id: WindowId, window: &Window, out: &mut Rebuild) {
        let known = |parent: WindowId| match parent < id && self.windows.contains_key(&parent) {
            true => parent,
            false => WindowId::NONE,
        };
        let size = self.size_of(id);
        match decoded(&window.create) {
            Request::CreateWindow(mut r) => {
                r.parent = known(window.parent);
                r.size = size.unwrap_or(r.size);
                Request::from(r).write(&mut out.bytes);
            }
            Request::CreatePopup(mut r) => {
                r.size = size.unwrap_or(r.size);
                Request::from(r).write(&mut out.bytes);
            }
            _ => {}
        }
        window
            .attributes
            .values()
            .for_each(|packet| out.bytes.extend_from_slice(packet));
        let (set, clear) = (window.set, window.clear);
        if set.with(clear) != WindowStates::NONE {
            Request::from(ChangeState {
                window: id,
                set,
                clear,
            })
            .write(&mut out.bytes);
        }
    }

    fn rebuild_parent(&self, window: WindowId, parent: WindowId, out: &mut Rebuild) {
        if self.windows.contains_key(&parent) {
            Request::from(SetParent { window, parent }).write(&mut out.bytes);
        }
    }

    /// The size of a window's last frame.
    fn size_of(&self, window: WindowId) -> Option<Size> {
        let pieces = &self.pictures.get(&window.into())?.pieces;
        pieces.last()?.frame.map(|(_, _, size)| size)
    }

    /// All drawing that is kept, in the order it was done, frames that belong together published
    /// together.
    fn replay(&self, out: &mut Rebuild) {
        let all = self.pictures.iter();
        let mut pieces: Vec<_> = all
            .flat_map(|(surface, p)| p.pieces.iter().map(move |piece| (*surface, piece)))
            .collect();
        pieces.sort_unstable_by_key(|(_, piece)| piece.order);
        let together = |a: &(_, &Piece), b: &(_, &Piece)| {
            a.1.frame.is_some() && a.1.frame.map(|f| f.0) == b.1.frame.map(|f| f.0)
        };
        let mut sizes = BTreeMap::new();
        for group in pieces.chunk_by(together) {
            for (surface, piece) in group {
                let size = piece.frame.map(|(_, _, size)| size);
                let begins = sizes.insert(*surface, size) != Some(size);
                piece.rebuild(*surface, size.filter(|_| begins), out);
            }
            if let Some((frame, _, _)) = group[0].1.frame {
                commit(frame, group, out);
            }
        }
    }

    fn bury(&self, out: &mut Rebuild) {
        let bytes = &mut out.bytes;
        for (surface, _) in self.pictures.iter().filter(|(_, p)| p.destroyed) {
            Request::from(DestroySurface { surface: *surface }).write(bytes);
        }
        for (set, _) in self.sets.iter().filter(|(_, s)| s.destroyed) {
            Request::from(DestroyGlyphSet { set: *set }).write(bytes);
        }
        for (image, _) in self.images.iter().filter(|(_, i)| i.destroyed) {
            Request::from(DestroyImage { image: *image }).write(bytes);
        }
    }
}

impl Piece {
    /// `begin`: the size of a frame that is not that of the one before.
    fn rebuild(&self, surface: SurfaceId, begin: Option<Size>, out: &mut Rebuild) {
        if let Some(size) = begin {
            let (window, configure) = (WindowId(surface.0), Serial::NONE);
            let begin = Begin {
                window,
                configure,
                size,
            };
            Request::from(begin).write(&mut out.bytes);
        }
        for ops in self
            .recording
            .ops
            .pieces(transom_protocol::draw::MAX_OP_BYTES)
        {
            Request::from(Draw { surface, ops }).write(&mut out.bytes);
        }
    }
}

fn commit(frame: FrameId, group: &[(SurfaceId, &Piece)], out: &mut Rebuild) {
    let full = |(_, piece): &(SurfaceId, &Piece)| {
        piece
            .frame
            .is_some_and(|(_, kind, _)| kind == FrameKind::Full)
    };
    let kind = if group.iter().all(full) {
        FrameKind::Full
    } else {
        FrameKind::Incremental
    };
    let windows: Vec<_> = group
        .iter()
        .map(|(surface, _)| WindowId(surface.0))
        .collect();
    let mut packed = Vec::new();
    let windows = Packed::pack(&windows, &mut packed);
    Request::from(Commit {
        frame,
        kind,
        windows,
    })
    .write(&mut out.bytes);
}

impl Image {
    fn rebuild(&self, image: ImageId, out: &mut Rebuild) {
        let Some(pixels) = &self.pixels else {
            out.lost.push(Lost::Image(image));
            return;
        };
        let (size, format, flags) = (self.size, self.format, ImageFlags::NONE);
        Request::from(BeginImage {
            image,
            size,
            format,
            flags,
        })
        .write(&mut out.bytes);
        for data in pixels.chunks(CHUNK) {
            Request::from(ImageData {
                image,
                codec: Codec::Raw,
                data,
            })
            .write(&mut out.bytes);
        }
        Request::from(EndImage { image }).write(&mut out.bytes);
    }
}

impl Set {
    fn rebuild(&self, set: GlyphSetId, out: &mut Rebuild) {
        let (units_per_em, flags) = (self.units_per_em, self.flags);
        Request::from(CreateGlyphSet {
            set,
            units_per_em,
            flags,
        })
        .write(&mut out.bytes);
        for glyphs in &self.added {
            Request::from(AddGlyphs { set, glyphs }).write(&mut out.bytes);
        }
        if self.lost {
            out.lost.push(Lost::Glyphs(set));
        }
    }
}

fn encoded(request: &Request<'_>) -> Vec<u8> {
    let mut bytes = Vec::new();
    request.write(&mut bytes);
    bytes
}

fn decoded(bytes: &[u8]) -> Request<'_> {
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
