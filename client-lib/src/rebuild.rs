//! Making anew, on a fresh session, what the mirror keeps.

use std::collections::BTreeMap;

use transom_protocol::Request;
use transom_protocol::codec::{MAGIC, Packed};
use transom_protocol::geometry::Size;
use transom_protocol::hello::Codec;
use transom_protocol::ids::{
    FrameId, GlyphSetId, ImageId, ListId, PaintId, Serial, SurfaceId, WindowId,
};
use transom_protocol::paint::DestroyPaint;
use transom_protocol::request::{
    AddGlyphs, Begin, BeginImage, ChangeState, Commit, CreateGlyphSet, DestroyGlyphSet,
    DestroyImage, DestroyList, DestroySurface, Draw, EndImage, FrameKind, ImageData, ImageFlags,
    SetParent,
};
use transom_protocol::window::WindowStates;

use crate::image::CHUNK;
use crate::mirror::{Image, Mirror, Picture, Piece, Set, Window, decoded};

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
    /// A pattern whose image has changed since it was made.
    Paint(PaintId),
    /// A list, or something that it drew with.
    List(ListId),
}

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
        self.rebuild_kept(&mut out);
        self.windows
            .iter()
            .for_each(|(id, window)| self.rebuild_window(*id, window, &mut out));
        for (window, kept) in self.windows.iter().filter(|(id, kept)| kept.parent > **id) {
            self.rebuild_parent(*window, kept.parent, &mut out);
        }
        for (surface, picture) in &self.pictures {
            self.rebuild_surface(picture, &mut out);
            if picture.lost && !picture.destroyed {
                out.lost.push(Lost::Picture(*surface));
            }
        }
        self.replay(&mut out);
        self.bury(&mut out);
        out
    }

    /// Paints, then lists, those that others draw before them.
    fn rebuild_kept(&self, out: &mut Rebuild) {
        for (id, paint) in &self.paints {
            out.bytes.extend_from_slice(&paint.create);
            if paint.lost && !paint.destroyed {
                out.lost.push(Lost::Paint(*id));
            }
        }
        for (id, list) in &self.lists {
            out.bytes.extend_from_slice(&list.create);
            if list.lost && !list.destroyed {
                out.lost.push(Lost::List(*id));
            }
        }
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

    /// A surface that followed a window which is gone follows the screen: no window can be named
    /// that the session has never had.
    fn rebuild_surface(&self, picture: &Picture, out: &mut Rebuild) {
        if picture.create.is_empty() {
            return;
        }
        match decoded(&picture.create) {
            Request::CreateSurface(mut r) if !self.windows.contains_key(&r.follow) => {
                r.follow = WindowId::NONE;
                Request::from(r).write(&mut out.bytes);
            }
            _ => out.bytes.extend_from_slice(&picture.create),
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
        for (list, _) in self.lists.iter().filter(|(_, l)| l.destroyed) {
            Request::from(DestroyList { list: *list }).write(bytes);
        }
        for (paint, _) in self.paints.iter().filter(|(_, p)| p.destroyed) {
            Request::from(DestroyPaint { paint: *paint }).write(bytes);
        }
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
