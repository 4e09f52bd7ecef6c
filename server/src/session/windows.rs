//! Windows, their frames, and off-screen surfaces: what requests about them do.

use transom_protocol::event::{FrameShown, Redraw, ShownFlags};
use transom_protocol::geometry::{PixelPoint, Rect, Scale, Size};
use transom_protocol::ids::{ImageId, Serial, SurfaceId, WindowId};
use transom_protocol::request::{
    Begin, Commit, CreatePopup, CreateSurface, CreateWindow, Request, SetCursorImage, SetIcon,
};
use transom_protocol::window::{ColorSpace, Positioner};

use super::Failure;
use super::client::{Client, Context};
use super::images::Image;
use super::inert::Kind;
use super::limits::MAX_ICON_SIDE;
use super::output::Output;
use super::surface::{Follows, FrameSetup, OffScreen, WindowBuffers};
use crate::desktop::{CommittedWindow, Content, Desktop, WindowKey};
use crate::raster::Pixmap;

impl Client {
    fn key(&self, window: WindowId) -> WindowKey {
        WindowKey {
            client: self.id,
            window,
        }
    }

    /// The buffers of a window that exists.
    pub(super) fn window(&mut self, window: WindowId) -> Result<&mut WindowBuffers, Failure> {
        self.known(Kind::Surface, window.0)?;
        self.windows
            .get_mut(&window)
            .ok_or(Failure::unknown("no such window"))
    }

    /// Whether a new window may be called `window`; its number is used up either way.
    fn check_new_window(
        &mut self,
        window: WindowId,
        color_space: ColorSpace,
    ) -> Result<(), Failure> {
        if window.is_none()
            || window <= self.last_window
            || self.surfaces.contains_key(&window.into())
        {
            return Err(Failure::bad_id(
                "window ids must grow, and be no off-screen surface's",
            ));
        }
        self.last_window = window;
        if self.windows.len() >= self.limits.windows {
            return Err(Failure::quota("too many windows"));
        }
        check_color_space(color_space)
    }

    pub(super) fn create_window(
        &mut self,
        create: &CreateWindow<'_>,
        cx: &mut Context<'_>,
    ) -> Result<(), Failure> {
        self.creating(Kind::Surface, create.window.0, |client| {
            client.check_new_window(create.window, create.color_space)?;
            if !create.parent.is_none() {
                client.window(create.parent)?;
            }
            let buffers = WindowBuffers::new(create.size, None)?;
            with_room(&mut cx.desktop())?.create_window(client.id, create);
            client.windows.insert(create.window, buffers);
            Ok(())
        })
    }

    pub(super) fn create_popup(
        &mut self,
        create: &CreatePopup,
        cx: &mut Context<'_>,
    ) -> Result<(), Failure> {
        self.creating(Kind::Surface, create.window.0, |client| {
            client.check_new_window(create.window, create.color_space)?;
            client.window(create.parent)?;
            check_positioner(&create.positioner)?;
            let buffers = WindowBuffers::new(create.size, Some(create.parent))?;
            with_room(&mut cx.desktop())?.create_popup(client.id, create);
            client.windows.insert(create.window, buffers);
            Ok(())
        })
    }

    pub(super) fn destroy_window(
        &mut self,
        window: WindowId,
        cx: &mut Context<'_>,
    ) -> Result<(), Failure> {
        let existed = self.windows.contains_key(&window);
        if existed {
            self.remove_window(window, cx)?;
        }
        self.destroying(Kind::Surface, window.0, existed)
    }

    /// Removes a window after its popups, whose ids are inert until they are destroyed as well.
    fn remove_window(&mut self, window: WindowId, cx: &mut Context<'_>) -> Result<(), Failure> {
        let popups = self
            .windows
            .iter()
            .filter(|(_, w)| w.popup_of == Some(window));
        let popups: Vec<WindowId> = popups.map(|(id, _)| *id).collect();
        for popup in popups {
            self.remove_window(popup, cx)?;
            self.inert.add(Kind::Surface, popup.0)?;
        }
        if let Some(buffers) = self.windows.remove(&window) {
            cx.desktop().destroy_window(self.key(window));
            buffers.release(&mut self.memory);
        }
        Ok(())
    }

    pub(super) fn set_icon(&mut self, icon: &SetIcon, cx: &mut Context<'_>) -> Result<(), Failure> {
        self.window(icon.window)?;
        let picture = match icon.image.is_none() {
            true => None,
            false => Some(self.pointer_sized(icon.image)?.share()),
        };
        self.charge_icon(icon.window, 0, picture.as_deref())?;
        cx.desktop().set_icon(self.key(icon.window), picture);
        Ok(())
    }

    pub(super) fn set_cursor_image(
        &mut self,
        cursor: &SetCursorImage,
        cx: &mut Context<'_>,
    ) -> Result<(), Failure> {
        self.window(cursor.window)?;
        let picture = self.pointer_sized(cursor.image)?.share();
        if !cursor.hotspot.is_finite() {
            return Err(Failure::bad_argument("a hotspot that is not finite"));
        }
        self.charge_icon(cursor.window, 1, Some(&picture))?;
        // A float to integer cast saturates.
        let hotspot = PixelPoint::new(cursor.hotspot.x as i32, cursor.hotspot.y as i32);
        cx.desktop()
            .set_cursor_image(self.key(cursor.window), picture, hotspot);
        Ok(())
    }

    /// Counts a picture that is kept with a window, in place of the one before.
    fn charge_icon(
        &mut self,
        window: WindowId,
        slot: usize,
        picture: Option<&Pixmap>,
    ) -> Result<(), Failure> {
        let bytes = picture.map_or(0, |p| p.byte_size() as u64);
        self.memory.charge(bytes)?;
        if let Some(buffers) = self.windows.get_mut(&window) {
            let before = std::mem::replace(&mut buffers.icon_bytes[slot], bytes);
            self.memory.release(before);
        }
        Ok(())
    }

    /// An image small enough for an icon or a pointer.
    fn pointer_sized(&self, id: ImageId) -> Result<&Image, Failure> {
        let image = self.image(id)?;
        let size = image.size();
        if size.width > MAX_ICON_SIDE || size.height > MAX_ICON_SIDE || image.is_mask() {
            return Err(Failure::bad_argument(
                "icons and pointers are at most 256 pixels wide and high, and no masks",
            ));
        }
        Ok(image)
    }

    /// Requests that are wholly the desktop's, once their window is known to exist.
    pub(super) fn window_request(
        &mut self,
        request: &Request<'_>,
        cx: &mut Context<'_>,
    ) -> Result<(), Failure> {
        if let Some(window) = window_of(request) {
            self.window(window)?;
        }
        if let Request::SetParent(set) = request {
            self.known(Kind::Surface, set.parent.0)?;
        }
        check_numbers(request)?;
        let (id, now) = (self.id, cx.now);
        cx.desktop()
            .window_request(id, request, now)
            .map_err(|(code, text)| Failure::Skip(code, text))
    }

    // Frames.

    pub(super) fn begin(&mut self, begin: &Begin, cx: &mut Context<'_>) -> Result<(), Failure> {
        self.window(begin.window)?.abandon();
        self.start(begin.window, begin.size, begin.configure, cx)
    }

    /// Begins a frame like the one before, for a draw that did not say so.
    pub(super) fn begin_again(
        &mut self,
        window: WindowId,
        cx: &mut Context<'_>,
    ) -> Result<(), Failure> {
        let (size, configure) = self.window(window)?.usual();
        self.start(window, size, configure, cx)
    }

    fn start(
        &mut self,
        window: WindowId,
        size: Size,
        configure: Serial,
        cx: &mut Context<'_>,
    ) -> Result<(), Failure> {
        let key = self.key(window);
        let mut desktop = cx.desktop();
        let (scale, screen) = (desktop.begin(key, configure), desktop.output().scale);
        drop(desktop);
        self.follow_screen(screen, cx.output);
        let scale = scale.ok_or(Failure::bad_argument(
            "a configure that cannot be quoted any more",
        ))?;
        let memory = &mut self.memory;
        let Some(buffers) = self.windows.get_mut(&window) else {
            return Err(Failure::Inert);
        };
        let before = buffers.current_setup().map(|s| s.scale);
        buffers.begin(
            FrameSetup {
                configure,
                size,
                scale,
            },
            memory,
        )?;
        if before != Some(scale) {
            self.follow(Follows::Window(window), scale, cx.output);
        }
        Ok(())
    }

    pub(super) fn commit(
        &mut self,
        commit: &Commit<'_>,
        cx: &mut Context<'_>,
    ) -> Result<(), Failure> {
        if commit.windows.is_empty() {
            return Err(Failure::bad_argument("a commit of no window"));
        }
        if commit.frame.is_none() || !commit.frame.is_after(self.last_frame) {
            return Err(Failure::bad_argument("frame numbers have to grow"));
        }
        let mut windows: Vec<WindowId> =
            Vec::with_capacity(commit.windows.len().min(self.windows.len()));
        let mut refused = Vec::new();
        for window in commit.windows.iter() {
            match self.window(window) {
                Ok(_) if windows.contains(&window) => {}
                Ok(_) => windows.push(window),
                Err(Failure::Inert) => refused.push(window),
                Err(failure) => return Err(failure),
            }
        }
        self.last_frame = commit.frame;
        for window in refused {
            // At once: it waits for nothing.
            cx.output.event(FrameShown {
                window,
                frame: commit.frame,
                time: cx.now.0,
                refresh: 0,
                flags: ShownFlags::HIDDEN | ShownFlags::REFUSED,
            });
        }
        let mut published: Vec<CommittedWindow> = Vec::with_capacity(windows.len());
        for window in windows {
            published.push(self.publish(window, cx)?);
        }
        let (id, now) = (self.id, cx.now);
        cx.desktop().commit(id, commit.frame, &mut published, now);
        Ok(())
    }

    fn publish(
        &mut self,
        window: WindowId,
        cx: &mut Context<'_>,
    ) -> Result<CommittedWindow, Failure> {
        self.window(window)?;
        let Some(buffers) = self.windows.get_mut(&window) else {
            return Err(Failure::Inert);
        };
        cx.budget.spend(buffers.bring_forward());
        let content = buffers.commit(&mut self.memory).map(|p| Content {
            pixmap: p.pixmap,
            scale: p.setup.scale,
            configure: p.setup.configure,
            damage: p.damage,
        });
        Ok(CommittedWindow {
            window,
            content,
            retired: None,
        })
    }

    // Off-screen surfaces.

    pub(super) fn create_surface(
        &mut self,
        create: &CreateSurface,
        cx: &mut Context<'_>,
    ) -> Result<(), Failure> {
        let screen = cx.desktop().output().scale;
        self.follow_screen(screen, cx.output);
        self.creating(Kind::Surface, create.surface.0, |client| {
            let id = create.surface;
            let taken =
                client.surfaces.contains_key(&id) || client.windows.contains_key(&WindowId(id.0));
            if id.is_none() || taken {
                return Err(Failure::bad_id(
                    "this surface is there already, or has no id",
                ));
            }
            if client.surfaces.len() >= client.limits.surfaces {
                return Err(Failure::quota("too many off-screen surfaces"));
            }
            check_color_space(create.color_space)?;
            let (scale, follows) = client.surface_scale(create)?;
            let surface = OffScreen::new(create.size, scale, follows, &mut client.memory)?;
            client.surfaces.insert(id, surface);
            Ok(())
        })
    }

    fn surface_scale(&mut self, create: &CreateSurface) -> Result<(Scale, Follows), Failure> {
        let screen = self.screen_scale;
        match (create.scale, create.follow) {
            (Scale(0), WindowId::NONE) => Ok((screen, Follows::Screen)),
            (Scale(0), window) => {
                let scale = self
                    .window(window)?
                    .current_setup()
                    .map_or(screen, |s| s.scale);
                Ok((scale, Follows::Window(window)))
            }
            (scale, _) if scale.is_valid() => Ok((scale, Follows::Nothing)),
            _ => Err(Failure::bad_argument("a scale outside 0.25 to 16")),
        }
    }

    pub(super) fn destroy_surface(&mut self, surface: SurfaceId) -> Result<(), Failure> {
        let removed = self.surfaces.remove(&surface);
        let existed = removed.is_some();
        if let Some(removed) = removed {
            removed.release(&mut self.memory);
        }
        self.destroying(Kind::Surface, surface.0, existed)
    }

    fn follow_screen(&mut self, scale: Scale, output: &mut Output) {
        if self.screen_scale != scale {
            self.screen_scale = scale;
            self.follow(Follows::Screen, scale, output);
        }
    }

    /// Makes the surfaces anew whose scale comes from `leader`, and says that they are empty.
    fn follow(&mut self, leader: Follows, scale: Scale, output: &mut Output) {
        for (id, surface) in &mut self.surfaces {
            if surface.follows != leader || surface.scale == scale {
                continue;
            }
            let old = surface.bytes();
            self.memory.release(old);
            match OffScreen::new(surface.size, scale, leader, &mut self.memory) {
                Ok(new) => {
                    *surface = new;
                    output.event(Redraw { surface: *id });
                }
                // It keeps its pixels and its old scale: a coarser picture beats none.
                Err(_) => self.memory.charge(old).unwrap_or(()),
            }
        }
    }
}

fn check_color_space(color_space: ColorSpace) -> Result<(), Failure> {
    match color_space {
        ColorSpace::SRGB => Ok(()),
        _ => Err(Failure::unsupported("colours other than sRGB")),
    }
}

/// The window that a request of the desktop's is about.
fn window_of(request: &Request<'_>) -> Option<WindowId> {
    match request {
        Request::SetTitle(r) => Some(r.window),
        Request::SetAppId(r) => Some(r.window),
        Request::SetCursor(r) => Some(r.window),
        Request::SetSizeLimits(r) => Some(r.window),
        Request::SetRegion(r) => Some(r.window),
        Request::SetContentRect(r) => Some(r.window),
        Request::SetDecorations(r) => Some(r.window),
        Request::SetParent(r) => Some(r.window),
        Request::ChangeState(r) => Some(r.window),
        Request::Activate(r) => Some(r.window),
        Request::StartMove(r) => Some(r.window),
        Request::StartResize(r) => Some(r.window),
        Request::ShowMenu(r) => Some(r.window),
        Request::MovePopup(r) => Some(r.window),
        Request::Bell(r) => Some(r.window),
        Request::GrabKeyboard(r) => Some(r.window),
        Request::SetTextInput(r) => Some(r.window),
        _ => None,
    }
}

/// Whether the sizes, rectangles and points of a request of the desktop's are ones.
fn check_numbers(request: &Request<'_>) -> Result<(), Failure> {
    let fine = match request {
        Request::SetRegion(r) => r.rects.iter().all(is_rect),
        Request::SetContentRect(r) => is_rect(r.rect),
        Request::SetSizeLimits(r) => are_limits(r.min, r.max),
        Request::MovePopup(r) => return check_positioner(&r.positioner),
        Request::ShowMenu(r) => r.at.is_finite(),
        Request::SetTextInput(r) => is_rect(r.caret),
        _ => true,
    };
    if fine {
        Ok(())
    } else {
        Err(Failure::bad_argument(
            "a number that is not finite, or a negative size",
        ))
    }
}

fn check_positioner(positioner: &Positioner) -> Result<(), Failure> {
    match is_rect(positioner.anchor_rect) && positioner.offset.is_finite() {
        true => Ok(()),
        false => Err(Failure::bad_argument(
            "a positioner with a number that is not finite, or a negative size",
        )),
    }
}

fn is_rect(rect: Rect) -> bool {
    rect.is_finite() && rect.width >= 0.0 && rect.height >= 0.0
}

/// No bound is 0; a largest size is not below the least.
fn are_limits(min: Size, max: Size) -> bool {
    let fine = |v: f32| v.is_finite() && v >= 0.0;
    let ordered = |min: f32, max: f32| max == 0.0 || max >= min;
    [min.width, min.height, max.width, max.height]
        .into_iter()
        .all(fine)
        && ordered(min.width, max.width)
        && ordered(min.height, max.height)
}

/// The desktop, if it takes one more window.
fn with_room(desktop: &mut Desktop) -> Result<&mut Desktop, Failure> {
    match desktop.is_full() {
        true => Err(Failure::quota(
            "the display has as many windows as it takes, of all programs together",
        )),
        false => Ok(desktop),
    }
}
