//! Paints and lists in the mirror: what other drawing is made with.

use transom_protocol::Request;
use transom_protocol::ids::{ImageId, ListId, PaintId};
use transom_protocol::request::DefineList;

use crate::canvas::{Recording, Uses, note};
use crate::mirror::{LIST_BYTES, List, Mirror, Paint, encoded};

impl Uses {
    /// Adds what another drawing needs.
    pub(crate) fn add(&mut self, other: &Self) {
        let Self {
            images,
            surfaces,
            sets,
            paints,
            lists,
        } = other;
        images.iter().for_each(|id| note(&mut self.images, *id));
        surfaces.iter().for_each(|id| note(&mut self.surfaces, *id));
        sets.iter().for_each(|id| note(&mut self.sets, *id));
        paints.iter().for_each(|id| note(&mut self.paints, *id));
        lists.iter().for_each(|id| note(&mut self.lists, *id));
    }
}

impl Mirror {
    pub(crate) fn create_paint(
        &mut self,
        paint: PaintId,
        request: &Request<'_>,
        image: Option<ImageId>,
    ) {
        let kept = Paint {
            create: encoded(request),
            image,
            lost: false,
            destroyed: false,
        };
        self.paints.insert(paint, kept);
    }

    pub(crate) fn destroy_paint(&mut self, paint: PaintId) {
        if let Some(kept) = self.paints.get_mut(&paint) {
            kept.destroyed = true;
            self.ghosts = true;
        }
        self.sweep();
    }

    pub(crate) fn create_list(&mut self, list: ListId, recording: Recording) {
        let ops = recording.ops.ops();
        let bytes = ops.as_bytes().len();
        let fits = self.list_bytes + bytes <= LIST_BYTES;
        let create = match fits {
            true => encoded(&DefineList { list, ops }.into()),
            false => Vec::new(),
        };
        self.list_bytes += create.len();
        let kept = List {
            create,
            lost: !fits || !self.is_exact(&recording.uses),
            uses: recording.uses,
            destroyed: false,
        };
        self.lists.insert(list, kept);
    }

    pub(crate) fn destroy_list(&mut self, list: ListId) {
        if let Some(kept) = self.lists.get_mut(&list) {
            kept.destroyed = true;
            self.ghosts = true;
        }
        self.sweep();
    }

    /// An image has changed that paints and lists keep as it was.
    pub(crate) fn lose_keepers(&mut self, image: ImageId) {
        let mut paints = Vec::new();
        for (id, paint) in &mut self.paints {
            if paint.image == Some(image) {
                paint.lost = true;
                paints.push(*id);
            }
        }
        // Lists draw only lists before them: one pass in order finds all.
        let mut lists = Vec::new();
        for (id, list) in &mut self.lists {
            let uses = &list.uses;
            let changed = uses.images.contains(&image)
                || uses.paints.iter().any(|id| paints.contains(id))
                || uses.lists.iter().any(|id| lists.contains(id));
            if changed {
                list.lost = true;
                lists.push(*id);
            }
        }
        self.lose_users(|uses| {
            uses.paints.iter().any(|id| paints.contains(id))
                || uses.lists.iter().any(|id| lists.contains(id))
        });
    }

    /// How many of everything there are.
    pub(crate) fn counts(&self) -> [usize; 5] {
        [
            self.pictures.len(),
            self.images.len(),
            self.sets.len(),
            self.paints.len(),
            self.lists.len(),
        ]
    }
}
