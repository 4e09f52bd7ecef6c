//! [`Client`]: a session after its hello. Requests become changes of its own resources, drawing,
//! and calls to the desktop.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use transom_protocol::codec::Packet;
use transom_protocol::error::ErrorCode;
use transom_protocol::event::{Error, Progress, SyncDone};
use transom_protocol::geometry::Scale;
use transom_protocol::hello::Features;
use transom_protocol::ids::{
    FrameId, GlyphSetId, ImageId, ListId, OfferId, PaintId, PoolId, SurfaceId, TransferId, WindowId,
};
use transom_protocol::paint::DefinePattern;
use transom_protocol::request::{
    AddGlyphs, BeginImage, BeginPatch, CreateGlyphSet, CreatePool, ImageData, PoolImage, Request,
};

use super::budget::{Budget, cost};
use super::glyphs::GlyphSets;
use super::ids::ById;
use super::images::{Image, Images};
use super::inert::{Inert, Kind};
use super::limits::{Limits, Memory, PROGRESS_BYTES};
use super::lists::{List, Nested};
use super::output::Output;
use super::paint::{Cursor, Tools};
use super::paints::Paints;
use super::pools::{Layout, Pools};
use super::surface::{OffScreen, WindowBuffers};
use super::{Failure, Step};
use crate::desktop::{ClientId, Desktop};
use crate::time::Timestamp;

/// What a request may use beside the client's own.
pub(super) struct Context<'a> {
    pub(super) desktop: &'a Mutex<Desktop>,
    pub(super) output: &'a mut Output,
    pub(super) now: Timestamp,
    pub(super) budget: &'a mut Budget,
}

impl Context<'_> {
    pub(super) fn desktop(&mut self) -> MutexGuard<'_, Desktop> {
        let desktop = lock(self.desktop);
        let windows = desktop.window_count() as u64;
        self.budget.spend(cost::DESKTOP + cost::SETTLED * windows);
        desktop
    }
}

/// The desktop. A panic under the lock is a bug, but no reason to take every other client down.
pub(super) fn lock(desktop: &Mutex<Desktop>) -> MutexGuard<'_, Desktop> {
    desktop.lock().unwrap_or_else(PoisonError::into_inner)
}

/// One client, all that is its own.
#[derive(Debug)]
pub(super) struct Client {
    pub(super) id: ClientId,
    /// What both sides can do.
    features: Features,
    pub(super) limits: Limits,
    pub(super) memory: Memory,
    pub(super) windows: ById<WindowId, WindowBuffers>,
    pub(super) last_window: WindowId,
    pub(super) last_frame: FrameId,
    pub(super) last_offer: OfferId,
    pub(super) last_transfer: TransferId,
    pub(super) surfaces: ById<SurfaceId, OffScreen>,
    pub(super) screen_scale: Scale,
    pub(super) images: Images,
    pub(super) glyphs: GlyphSets,
    pub(super) pools: Pools,
    pub(super) paints: Paints,
    pub(super) lists: ById<ListId, Arc<List>>,
    /// The lists being drawn, from the outermost.
    pub(super) nested: Vec<Nested>,
    /// Ids whose creation failed.
    pub(super) inert: Inert,
    pub(super) tools: Tools,
    /// The packet being executed: the first after the hello is 1.
    pub(super) sequence: u32,
    /// Whether it has been begun, and how far it has got.
    pub(super) executing: bool,
    pub(super) cursor: Cursor,
    /// Whether an error of it has been told.
    pub(super) reported: bool,
    /// Bytes executed, and how many of them the client has been told of.
    pub(super) bytes: u32,
    pub(super) told: u32,
}

impl Client {
    pub(super) fn new(
        id: ClientId,
        features: Features,
        limits: Limits,
        screen_scale: Scale,
    ) -> Self {
        Self {
            id,
            features,
            memory: Memory::within(&limits),
            limits,
            windows: ById::default(),
            last_window: WindowId::NONE,
            last_frame: FrameId::NONE,
            last_offer: OfferId::NONE,
            last_transfer: TransferId::NONE,
            surfaces: ById::default(),
            screen_scale,
            images: Images::default(),
            glyphs: GlyphSets::default(),
            pools: Pools::default(),
            paints: Paints::default(),
            lists: ById::default(),
            nested: Vec::new(),
            inert: Inert::default(),
            tools: Tools::default(),
            sequence: 0,
            executing: false,
            cursor: Cursor::default(),
            reported: false,
            bytes: 0,
            told: 0,
        }
    }

    /// Whether a feature is in use.
    pub(super) fn uses(&self, feature: Features) -> bool {
        self.features.contains(feature)
    }

    pub(super) fn id(&self) -> ClientId {
        self.id
    }

    pub(super) fn sequence(&self) -> u32 {
        self.sequence
    }

    /// Counts a packet that cannot even be told from the next: the one at fault.
    pub(super) fn at_fault(&mut self) {
        self.sequence = self.sequence.wrapping_add(1);
    }

    /// Bytes of images, buffers and glyphs held.
    pub(super) fn memory_used(&self) -> u64 {
        self.memory.used()
    }

    /// Counts bytes that came before the first request.
    pub(super) fn count_bytes(&mut self, bytes: usize) {
        self.bytes = self.bytes.wrapping_add(bytes as u32);
    }

    /// Executes a packet of `length` bytes, or goes on with it. An error ends the connection.
    pub(super) fn execute(
        &mut self,
        packet: Packet<'_>,
        length: usize,
        cx: &mut Context<'_>,
    ) -> Result<Step, (ErrorCode, String)> {
        if !self.executing {
            cx.budget.spend(cost::PACKET);
            self.sequence = self.sequence.wrapping_add(1);
            self.executing = true;
            self.reported = false;
        }
        let step = match Request::decode(packet)
            .map_err(Failure::from)
            .and_then(|r| self.request(&r, cx))
        {
            Ok(step) => step,
            Err(Failure::Fatal(code, text)) => return Err((code, text.into_owned())),
            Err(failure) => {
                self.report(failure, Error::NO_OP, cx.output);
                Step::Done
            }
        };
        if step == Step::Done {
            self.cursor = Cursor::default();
            self.executing = false;
            self.count_bytes(length);
            self.progress(cx.output);
        }
        Ok(step)
    }

    /// Tells the client once in a while how far the server has got.
    fn progress(&mut self, output: &mut Output) {
        if self.bytes.wrapping_sub(self.told) >= PROGRESS_BYTES {
            self.told = self.bytes;
            output.event(Progress {
                sequence: self.sequence,
                bytes: self.bytes,
            });
        }
    }

    /// Tells a failure, the first of each packet.
    pub(super) fn report(&mut self, failure: Failure, op: u32, output: &mut Output) {
        let Failure::Skip(code, text) = failure else {
            return;
        };
        if !self.reported {
            self.reported = true;
            output.error(self.sequence, op, code, text);
        }
    }

    fn request(&mut self, request: &Request<'_>, cx: &mut Context<'_>) -> Result<Step, Failure> {
        match request {
            Request::Draw(draw) => return self.draw(draw, cx),
            Request::ReadPixels(read) => return self.read_pixels(read, cx),
            Request::PoolImage(copy) => return self.pool_image(copy, cx),
            Request::DefinePattern(define) => return self.define_pattern(define, cx),
            Request::Begin(begin) => self.begin(begin, cx),
            Request::Commit(commit) => self.commit(commit, cx),
            Request::Sync(sync) => self.sync(sync.id, cx),

            Request::CreateWindow(create) => self.create_window(create, cx),
            Request::CreatePopup(create) => self.create_popup(create, cx),
            Request::DestroyWindow(destroy) => self.destroy_window(destroy.window, cx),
            Request::SetIcon(icon) => self.set_icon(icon, cx),
            Request::SetCursorImage(cursor) => self.set_cursor_image(cursor, cx),

            Request::CreateSurface(create) => self.create_surface(create, cx),
            Request::DestroySurface(destroy) => self.destroy_surface(destroy.surface),

            Request::BeginImage(begin) => self.begin_image(begin),
            Request::BeginPatch(begin) => self.begin_patch(begin),
            Request::ImageData(data) => self.image_data(data, cx),
            Request::EndImage(end) => self.end_image(end.image, cx),
            Request::DestroyImage(destroy) => self.destroy_image(destroy.image),

            Request::CreateGlyphSet(create) => self.create_glyph_set(create),
            Request::AddGlyphs(add) => self.add_glyphs(add, cx),
            Request::RemoveGlyphs(remove) => {
                self.known(Kind::GlyphSet, remove.set.0)?;
                self.glyphs
                    .remove(remove.set, remove.glyphs.iter(), &mut self.memory)
            }
            Request::DestroyGlyphSet(destroy) => self.destroy_glyph_set(destroy.set),

            Request::Hello(_) => Err(Failure::Fatal(
                ErrorCode::HANDSHAKE,
                "a second hello".into(),
            )),
            Request::DefineList(define) => self.define_list(define.list, define.ops, cx),
            Request::DestroyList(destroy) => self.destroy_list(destroy.list),
            Request::DefineLinear(_)
            | Request::DefineRadial(_)
            | Request::DefineConic(_)
            | Request::DestroyPaint(_) => self.paint_request(request, cx),
            Request::CreatePool(create) => self.create_pool(create),
            Request::DestroyPool(destroy) => self.destroy_pool(destroy.pool),
            Request::CreateOffer(_)
            | Request::DestroyOffer(_)
            | Request::SetSelection(_)
            | Request::Receive(_)
            | Request::TransferData(_)
            | Request::TransferEnd(_)
            | Request::TransferCredit(_) => self.clipboard_request(request, cx),
            Request::Group(group) => self.group(group.count, cx.output),
            Request::SetTextInput(_) if !self.uses(Features::TEXT_INPUT) => unsupported(),

            other => self.window_request(other, cx),
        }
        .map(|()| Step::Done)
    }

    /// Packets that nobody can read still count; the error names the first of them.
    fn group(&mut self, count: u32, output: &mut Output) -> Result<(), Failure> {
        let refused =
            Failure::unsupported("compressed groups are not in this version of the server");
        self.report(refused, Error::NO_OP, output);
        self.sequence = self.sequence.wrapping_add(count.max(1) - 1);
        Ok(())
    }

    /// Runs a create; its id is inert when it fails, unless it names something already.
    pub(super) fn creating(
        &mut self,
        kind: Kind,
        id: u32,
        create: impl FnOnce(&mut Self) -> Result<(), Failure>,
    ) -> Result<(), Failure> {
        self.known(kind, id)?;
        let created = create(self);
        if created.is_err() && id != 0 && !self.names_something(kind, id) {
            self.inert.add(kind, id)?;
        }
        created
    }

    fn names_something(&self, kind: Kind, id: u32) -> bool {
        match kind {
            Kind::Surface => {
                self.windows.contains_key(&WindowId(id))
                    || self.surfaces.contains_key(&SurfaceId(id))
            }
            Kind::Image => self.images.get(ImageId(id)).is_some(),
            Kind::GlyphSet => self.glyphs.get(GlyphSetId(id)).is_some(),
            Kind::Pool => self.pools.has(PoolId(id)),
            Kind::Paint => self.paints.all().contains_key(&PaintId(id)),
            Kind::List => self.lists.contains_key(&ListId(id)),
            Kind::Offer => false,
        }
    }

    /// Ends a destroy: `existed`, or was inert, or is unknown.
    pub(super) fn destroying(&mut self, kind: Kind, id: u32, existed: bool) -> Result<(), Failure> {
        match self.inert.remove(kind, id) || existed {
            true => Ok(()),
            false => Err(Failure::unknown("nothing of that id to destroy")),
        }
    }

    /// Stops a request that names an inert id.
    pub(super) fn known(&self, kind: Kind, id: u32) -> Result<(), Failure> {
        self.inert.check(kind, id)
    }

    // Events.

    fn sync(&mut self, id: u32, cx: &mut Context<'_>) -> Result<(), Failure> {
        self.collect_events(cx);
        cx.output.event(SyncDone { id });
        Ok(())
    }

    pub(super) fn collect_events(&mut self, cx: &mut Context<'_>) {
        let mut desktop = lock(cx.desktop);
        cx.output.packets(|out| desktop.drain_events(self.id, out));
    }

    // Images.

    pub(super) fn image(&self, image: ImageId) -> Result<&Image, Failure> {
        self.known(Kind::Image, image.0)?;
        self.images
            .get(image)
            .ok_or(Failure::unknown("no such image"))
    }

    fn begin_image(&mut self, begin: &BeginImage) -> Result<(), Failure> {
        self.creating(Kind::Image, begin.image.0, |client| {
            client
                .images
                .begin(begin, &client.limits, &mut client.memory)
        })
    }

    fn begin_patch(&mut self, begin: &BeginPatch) -> Result<(), Failure> {
        self.known(Kind::Image, begin.image.0)?;
        self.images
            .begin_patch(begin, &self.limits, &mut self.memory)
    }

    fn image_data(&mut self, data: &ImageData<'_>, cx: &mut Context<'_>) -> Result<(), Failure> {
        self.known(Kind::Image, data.image.0)?;
        cx.budget.spend(self.images.data(data)?);
        Ok(())
    }

    fn end_image(&mut self, image: ImageId, cx: &mut Context<'_>) -> Result<(), Failure> {
        self.known(Kind::Image, image.0)?;
        cx.budget.spend(self.images.end(image, &mut self.memory)?);
        Ok(())
    }

    fn destroy_image(&mut self, image: ImageId) -> Result<(), Failure> {
        let existed = self.images.destroy(image, &mut self.memory);
        self.destroying(Kind::Image, image.0, existed)
    }

    // Pools.

    fn create_pool(&mut self, create: &CreatePool) -> Result<(), Failure> {
        self.creating(Kind::Pool, create.pool.0, |client| {
            if !client.uses(Features::POOLS) {
                return unsupported();
            }
            client.pools.create(create, &mut client.memory)
        })
    }

    fn destroy_pool(&mut self, pool: PoolId) -> Result<(), Failure> {
        let existed = self.pools.destroy(pool, &mut self.memory);
        self.destroying(Kind::Pool, pool.0, existed)
    }

    /// Copies rows from a pool to an image, as many at a time as the budget allows.
    fn pool_image(&mut self, copy: &PoolImage, cx: &mut Context<'_>) -> Result<Step, Failure> {
        self.known(Kind::Image, copy.image.0)?;
        self.known(Kind::Pool, copy.pool.0)?;
        let (pixmap, format) = self.images.part_mut(copy.image, copy.rect)?;
        let pool = self.pools.get(copy.pool)?;
        let layout = Layout {
            offset: copy.offset,
            stride: copy.stride,
            size: copy.rect.size(),
            format,
        };
        pool.check(&layout)?;
        let (left, width) = (copy.rect.x0 as usize, layout.size.width as usize);
        for row in self.cursor.element as u32..layout.size.height {
            let start = (copy.rect.y0 as u32 + row) as usize * pixmap.size().width as usize + left;
            let out = &mut pixmap.pixels_mut()[start..start + width];
            pool.pixels(&layout, 0, row, out);
            cx.budget.spend(width as u64);
            self.cursor.element += 1;
            if cx.budget.is_spent() && row + 1 < layout.size.height {
                return Ok(Step::More);
            }
        }
        Ok(Step::Done)
    }

    // Paints.

    fn paint_request(
        &mut self,
        request: &Request<'_>,
        cx: &mut Context<'_>,
    ) -> Result<(), Failure> {
        match request {
            Request::DefineLinear(define) => self.creating(Kind::Paint, define.paint.0, |c| {
                cx.budget.spend(define.stops.len() as u64 * cost::STOP);
                c.paints.linear(define, &c.limits, &c.memory)
            }),
            Request::DefineRadial(define) => self.creating(Kind::Paint, define.paint.0, |c| {
                cx.budget.spend(define.stops.len() as u64 * cost::STOP);
                c.paints.radial(define, &c.limits, &c.memory)
            }),
            Request::DefineConic(define) => self.creating(Kind::Paint, define.paint.0, |c| {
                cx.budget.spend(define.stops.len() as u64 * cost::STOP);
                c.paints.conic(define, &c.limits, &c.memory)
            }),
            Request::DestroyPaint(destroy) => {
                let existed = self.paints.destroy(destroy.paint);
                self.destroying(Kind::Paint, destroy.paint.0, existed)
            }
            _ => Ok(()),
        }
    }

    /// Makes smaller copies of a pattern, as many at a time as the budget allows.
    fn define_pattern(
        &mut self,
        define: &DefinePattern,
        cx: &mut Context<'_>,
    ) -> Result<Step, Failure> {
        let mut step = Step::Done;
        self.creating(Kind::Paint, define.paint.0, |c| {
            c.known(Kind::Image, define.image.0)?;
            let image = c.images.get(define.image);
            let image = image.ok_or(Failure::unknown("no such image"))?;
            let so_far = (c.cursor.element > 0, cx.budget.left().max(cost::SMALL));
            let pattern = c
                .paints
                .pattern(define, image, so_far, &c.limits, &c.memory);
            let (made, pixels) = pattern?;
            cx.budget.spend(pixels);
            step = made;
            Ok(())
        })?;
        self.cursor.element += 1;
        Ok(step)
    }

    // Glyphs.

    fn create_glyph_set(&mut self, create: &CreateGlyphSet) -> Result<(), Failure> {
        self.creating(Kind::GlyphSet, create.set.0, |client| {
            client.glyphs.create(create, &client.limits)
        })
    }

    fn add_glyphs(&mut self, add: &AddGlyphs<'_>, cx: &mut Context<'_>) -> Result<(), Failure> {
        self.known(Kind::GlyphSet, add.set.0)?;
        let mut failed = Ok(());
        let points = self.glyphs.add(
            add.set,
            add.glyphs,
            &self.images,
            &mut self.memory,
            |index, failure| {
                failed = failed.clone().and(Err((index, failure)));
            },
        )?;
        if let Err((index, failure)) = failed {
            self.report(failure, index, cx.output);
        }
        cx.budget.spend(points * 4);
        Ok(())
    }

    fn destroy_glyph_set(&mut self, set: GlyphSetId) -> Result<(), Failure> {
        let existed = self.glyphs.destroy(set, &mut self.memory);
        if self.glyphs.all().is_empty() {
            self.tools.text = None;
        }
        self.destroying(Kind::GlyphSet, set.0, existed)
    }
}

pub(super) fn unsupported() -> Result<(), Failure> {
    Err(Failure::unsupported("not in this version of the server"))
}
