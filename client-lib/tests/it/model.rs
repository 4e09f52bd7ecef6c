//! What a server would show after a stream of requests, without drawing: a picture is the list of
//! operations that made it, what they use put in their place.

use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash, Hasher};

use transom_protocol::Request;
use transom_protocol::draw::{DrawOp, DrawOps};
use transom_protocol::ids::{GlyphSetId, ImageId, SurfaceId, WindowId};

use crate::each_request;

/// The operations since everything was covered, each as text.
type Picture = Vec<String>;

#[derive(Debug, Default, PartialEq)]
pub(crate) struct Model {
    pub(crate) windows: BTreeMap<WindowId, Window>,
    pub(crate) surfaces: BTreeMap<SurfaceId, Picture>,
    pub(crate) images: BTreeMap<ImageId, Image>,
    pub(crate) sets: BTreeMap<GlyphSetId, u64>,
}

#[derive(Debug, Default, PartialEq)]
pub(crate) struct Window {
    pub(crate) title: String,
    pub(crate) parent: WindowId,
    pub(crate) icon: u64,
    pub(crate) shown: Option<Picture>,
    back: Option<Picture>,
    /// Only known for windows that have been drawn on.
    pub(crate) size: Option<(f32, f32)>,
}

#[derive(Debug, Default, Clone, PartialEq)]
pub(crate) struct Image {
    width: usize,
    pixel: usize,
    pixels: Vec<u8>,
    arriving: Option<(Vec<u8>, [usize; 4])>,
    ready: bool,
}

fn hash(value: impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}

impl Model {
    pub(crate) fn of(bytes: &[u8]) -> Self {
        let mut model = Self::default();
        each_request(bytes, |request| model.execute(request));
        model
    }

    fn execute(&mut self, request: Request<'_>) {
        match request {
            Request::CreateWindow(r) => {
                let title = r.title.0.to_owned();
                let last = self
                    .windows
                    .last_key_value()
                    .map(|(id, _)| *id)
                    .unwrap_or_default();
                assert!(r.window > last, "window ids grow");
                assert!(
                    r.parent.is_none() || self.windows.contains_key(&r.parent),
                    "a known parent"
                );
                let window = Window {
                    title,
                    parent: r.parent,
                    ..Window::default()
                };
                self.windows.insert(r.window, window);
            }
            Request::DestroyWindow(r) => drop(self.windows.remove(&r.window)),
            Request::SetTitle(r) => self.window(r.window).title = r.title.0.to_owned(),
            Request::SetParent(r) => self.window(r.window).parent = r.parent,
            Request::SetIcon(r) => self.window(r.window).icon = self.image(r.image),
            Request::CreateSurface(r) => drop(self.surfaces.insert(r.surface, Picture::new())),
            Request::DestroySurface(r) => drop(self.surfaces.remove(&r.surface)),
            Request::Begin(r) => {
                let window = self.window(r.window);
                window.size = Some((r.size.width, r.size.height));
                window.back = Some(window.shown.clone().unwrap_or_default());
            }
            Request::Draw(r) => self.draw(r.surface, r.ops),
            Request::Commit(r) => {
                for id in r.windows.iter() {
                    let window = self.window(id);
                    if let Some(back) = window.back.take() {
                        window.shown = Some(back);
                    }
                }
            }
            Request::BeginImage(r) => {
                let (width, height) = (r.size.width as usize, r.size.height as usize);
                let pixel = r.format.bytes_per_pixel();
                let arriving = Some((Vec::new(), [0, 0, width, height]));
                let image = Image {
                    width,
                    pixel,
                    arriving,
                    ..Image::default()
                };
                self.images.insert(r.image, image);
            }
            Request::BeginPatch(r) => {
                let part = [r.rect.x0, r.rect.y0, r.rect.x1, r.rect.y1].map(|v| v as usize);
                self.images.get_mut(&r.image).expect("it exists").arriving =
                    Some((Vec::new(), part));
            }
            Request::ImageData(r) => {
                let image = self.images.get_mut(&r.image).expect("it was begun");
                image
                    .arriving
                    .as_mut()
                    .expect("it was begun")
                    .0
                    .extend_from_slice(r.data);
            }
            Request::EndImage(r) => self.images.get_mut(&r.image).expect("it was begun").end(),
            Request::DestroyImage(r) => {
                self.images.remove(&r.image).expect("it was there");
            }
            Request::CreateGlyphSet(r) => drop(self.sets.insert(r.set, 0)),
            Request::AddGlyphs(r) => {
                let set = self.sets.get_mut(&r.set).expect("it was made");
                // Packets may be cut differently.
                *set = set.wrapping_add(r.glyphs.iter().map(|b| u64::from(*b)).sum());
            }
            Request::DestroyGlyphSet(r) => drop(self.sets.remove(&r.set)),
            _ => {}
        }
    }

    fn window(&mut self, id: WindowId) -> &mut Window {
        self.windows
            .get_mut(&id)
            .expect("requests are about windows that exist")
    }

    /// What an image is at the moment.
    fn image(&self, id: ImageId) -> u64 {
        if id.is_none() {
            return 0;
        }
        let image = self
            .images
            .get(&id)
            .expect("an image is there before it is used");
        assert!(image.ready, "an image has arrived before it is used");
        hash((&image.pixels, image.width))
    }

    fn picture(&self, id: SurfaceId) -> &Picture {
        let window = self
            .windows
            .get(&WindowId(id.0))
            .and_then(|window| window.shown.as_ref());
        window
            .or_else(|| self.surfaces.get(&id))
            .expect("a surface is there before it is used")
    }

    fn draw(&mut self, surface: SurfaceId, ops: DrawOps<'_>) {
        let mut picture = match self.windows.get_mut(&WindowId(surface.0)) {
            Some(window) => window
                .back
                .take()
                .or(window.shown.clone())
                .unwrap_or_default(),
            None => self.surfaces.remove(&surface).expect("it was made"),
        };
        for op in ops.iter() {
            let op = op.expect("the client encodes rightly");
            let uses = match &op {
                DrawOp::Clear { .. } => {
                    picture.clear();
                    0
                }
                DrawOp::Images { image, .. } => self.image(*image),
                DrawOp::CopyArea { source, .. } if source.is_none() => hash(&picture),
                DrawOp::CopyArea { source, .. } => hash(self.picture(*source)),
                DrawOp::GlyphRun(run) => u64::from(self.sets.contains_key(&run.set)),
                _ => 0,
            };
            picture.push(format!("{op:?} {uses}"));
        }
        match self.windows.get_mut(&WindowId(surface.0)) {
            Some(window) => window.back = Some(picture),
            None => drop(self.surfaces.insert(surface, picture)),
        }
    }
}

impl Image {
    fn end(&mut self) {
        let (data, [x0, y0, x1, y1]) = self.arriving.take().expect("it was begun");
        let row = (x1 - x0) * self.pixel;
        assert_eq!(data.len(), row * (y1 - y0), "as many bytes as the part has");
        if !self.ready {
            self.pixels = data;
            self.ready = true;
            return;
        }
        for (y, line) in (y0..).zip(data.chunks_exact(row)) {
            let start = (y * self.width + x0) * self.pixel;
            self.pixels[start..start + row].copy_from_slice(line);
        }
    }
}
