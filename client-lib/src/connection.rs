//! The connection as a program sees it: a [`Display`] is a [`Core`] with a socket.

use std::os::fd::{AsFd, BorrowedFd};
use std::sync::Arc;
use std::time::{Duration, Instant};

use transom_protocol::geometry::{PixelRect, PixelSize, Scale, Size};
use transom_protocol::ids::{FrameId, Serial, SurfaceId, WindowId};
use transom_protocol::request::{GlyphSetFlags, ImageFormat};

use crate::address::Address;
use crate::canvas::Frame;
use crate::clipboard::{Clipboard, Selection};
use crate::core::{Core, Identity, ServerInfo};
use crate::error::Error;
use crate::events::Event;
use crate::image::{GlyphSet, Image};
use crate::link::Link;
use crate::options::ConnectOptions;
use crate::pacing::Stats;
use crate::socket::Socket;
use crate::surface::Surface;
use crate::window::WindowBuilder;

/// A display, connected: where windows are made and events come from.
///
/// Nothing here waits for an answer unless it says so. Connecting, making windows and images and
/// drawing are all one flight; that a server refuses the program shows when the program waits for
/// events. A `Display` and its windows may be used from several threads.
#[derive(Debug)]
pub struct Display {
    link: Link,
    #[cfg(feature = "tokio")]
    pub(crate) reactor: std::sync::OnceLock<tokio::io::unix::AsyncFd<Arc<Socket>>>,
}

impl Display {
    /// Connects to the display that `TRANSOM_DISPLAY` names.
    ///
    /// # Errors
    ///
    /// When the variable is not set, empty or no address, or when nothing answers there. That the
    /// server refuses the program is told by the first wait for events.
    pub fn connect() -> Result<Self, Error> {
        ConnectOptions::new().connect()
    }

    /// Connects to an address as [`Address`] reads it.
    ///
    /// # Errors
    ///
    /// As [`Display::connect`].
    pub fn connect_to(address: &str) -> Result<Self, Error> {
        ConnectOptions::new().connect_to(address)
    }

    /// Connects to what the program's `--display` option says or, without it, to what
    /// `TRANSOM_DISPLAY` says.
    ///
    /// # Errors
    ///
    /// As [`Display::connect`]; an empty option is an error too.
    pub fn connect_with(option: Option<&str>) -> Result<Self, Error> {
        ConnectOptions::new().connect_with(option)
    }

    /// Connects to an address. Blocks while a name is looked up and TCP connects.
    ///
    /// # Errors
    ///
    /// As [`Display::connect`].
    pub fn open(address: &Address) -> Result<Self, Error> {
        ConnectOptions::new().open(address)
    }

    pub(crate) fn open_as(address: &Address, mut identity: Identity) -> Result<Self, Error> {
        let (socket, token) = Socket::connect(address)?;
        identity.token = token;
        Ok(Self::over(
            Core::new(address.to_string(), identity),
            Some(socket),
        ))
    }

    /// A display without a connection, whose bytes somebody else carries: see [`crate::core`].
    pub fn detached(core: Core) -> Self {
        Self::over(core, None)
    }

    fn over(core: Core, socket: Option<Socket>) -> Self {
        Self {
            link: Link::new(core, socket),
            #[cfg(feature = "tokio")]
            reactor: Default::default(),
        }
    }

    /// Begins to describe a window with this title.
    pub fn window(&self, title: impl Into<String>) -> WindowBuilder {
        WindowBuilder::new(self.link.clone(), title.into())
    }

    /// Makes an image of pixels, in rows from top to bottom without gaps. An `Arc<[u8]>` is
    /// shared, a `Vec<u8>` or slice is copied once; the library keeps the pixels as long as the
    /// server does, to be able to send them again.
    ///
    /// # Errors
    ///
    /// When there are not as many bytes as the size needs, or no pixel at all.
    pub fn image(
        &self,
        width: u32,
        height: u32,
        format: ImageFormat,
        pixels: impl Into<Arc<[u8]>>,
    ) -> Result<Image, Error> {
        let size = PixelSize::new(width, height);
        Image::new(self.link.clone(), size, format, pixels.into(), false)
    }

    /// Makes an image as [`Display::image`] does that may be drawn while it is being sent: what
    /// has not arrived is transparent.
    ///
    /// # Errors
    ///
    /// As [`Display::image`].
    pub fn progressive_image(
        &self,
        width: u32,
        height: u32,
        format: ImageFormat,
        pixels: impl Into<Arc<[u8]>>,
    ) -> Result<Image, Error> {
        let size = PixelSize::new(width, height);
        Image::new(self.link.clone(), size, format, pixels.into(), true)
    }

    /// Makes an off-screen surface of a size in logical units and a scale of its own, or (`None`)
    /// that of the screen. See also [`Window::surface`](crate::Window::surface).
    pub fn surface(&self, width: f32, height: f32, scale: Option<Scale>) -> Surface {
        Surface::new(
            self.link.clone(),
            Size::new(width, height),
            scale,
            WindowId::NONE,
        )
    }

    /// Makes an empty set of glyphs with so many font units in an em.
    pub fn glyph_set(&self, units_per_em: u16) -> GlyphSet {
        GlyphSet::new(self.link.clone(), units_per_em.max(1), GlyphSetFlags::NONE)
    }

    /// Asks for device pixels of one of the program's own surfaces or windows. The number returned
    /// comes back in [`Event::Pixels`].
    pub fn read_pixels(&self, surface: impl Into<SurfaceId>, rect: PixelRect) -> u32 {
        self.link
            .core(|core| core.read_pixels(surface.into(), rect))
    }

    /// Publishes frames of several windows at the same moment: a window with its popup, say.
    ///
    /// # Errors
    ///
    /// As [`Frame::commit`]; then none of the frames is sent. All must be of this display.
    pub fn commit_together<'a>(
        &self,
        frames: impl IntoIterator<Item = Frame<'a>>,
    ) -> Result<FrameId, Error> {
        let record = |frame: Frame<'_>| match frame.link().is_same(&self.link) {
            true => frame.record(),
            false => Err(Error::OtherDisplay),
        };
        self.link
            .commit(frames.into_iter().map(record).collect::<Result<_, _>>()?)
    }

    /// Waits for the next event, sending meanwhile what waits to be sent.
    ///
    /// # Errors
    ///
    /// When the connection has ended, the server having refused the program for one; all events
    /// before that are given first. Every call after that returns the same error.
    pub fn next_event(&self) -> Result<Event, Error> {
        loop {
            if let Some(event) = self.wait_event(Duration::MAX)? {
                return Ok(event);
            }
        }
    }

    /// The next event if there is one, without waiting.
    ///
    /// # Errors
    ///
    /// As [`Display::next_event`].
    pub fn poll_event(&self) -> Result<Option<Event>, Error> {
        self.wait_event(Duration::ZERO)
    }

    /// Waits for the next event, but no longer than `timeout`; then there is none.
    ///
    /// # Errors
    ///
    /// As [`Display::next_event`].
    pub fn wait_event(&self, timeout: Duration) -> Result<Option<Event>, Error> {
        let deadline = Instant::now().checked_add(timeout);
        loop {
            if let Some(event) = self.link.take_event()? {
                return Ok(Some(event));
            }
            let left = deadline.map(|at| at.saturating_duration_since(Instant::now()));
            if left.is_some_and(|left| left.is_zero()) {
                return Ok(None);
            }
            self.link.wait(left)?;
        }
    }

    /// Sends everything that can be sent, waiting until the system has taken it.
    ///
    /// # Errors
    ///
    /// When the connection has ended.
    pub fn flush(&self) -> Result<(), Error> {
        self.link.wait_until(|core| core.output().is_empty())
    }

    /// Waits until the server has executed everything asked before, images included: one round
    /// trip. Programs hardly ever need it. Events that come meanwhile can be read afterwards.
    ///
    /// # Errors
    ///
    /// When the connection has ended.
    pub fn sync(&self) -> Result<(), Error> {
        let id = self.link.core(Core::sync);
        self.link.wait_until(|core| core.is_synced(id))
    }

    /// What copy and paste use.
    pub fn clipboard(&self) -> Clipboard {
        Clipboard::new(self.link.clone(), Selection::Clipboard)
    }

    /// What is selected with the pointer and pasted with its middle button.
    pub fn primary(&self) -> Clipboard {
        Clipboard::new(self.link.clone(), Selection::Primary)
    }

    /// Numbers about the connection so far.
    pub fn stats(&self) -> Stats {
        self.link.core(|core| core.stats())
    }

    /// What the server said about itself, once it has; nothing needs to wait for it.
    pub fn server(&self) -> Option<ServerInfo> {
        self.link.core(|core| core.server().cloned())
    }

    /// The input that the program has read last, for popups that take pointer and keyboard.
    pub fn last_input(&self) -> Serial {
        self.link.core(|core| core.seat.last_serial)
    }

    /// Looks into the state machine inside: for tests and for transports of one's own. Windows and
    /// canvases must not be touched meanwhile.
    pub fn with_core<T>(&self, look: impl FnOnce(&mut Core) -> T) -> T {
        self.link.core(look)
    }

    pub(crate) fn link(&self) -> &Link {
        &self.link
    }
}

impl AsFd for Display {
    /// The socket, for a loop of one's own: when it is readable, call [`Display::poll_event`]
    /// until there is no event. Call it too after asking for something, which sends it.
    ///
    /// # Panics
    ///
    /// For a [`Display::detached`], which has none.
    fn as_fd(&self) -> BorrowedFd<'_> {
        let socket = self
            .link
            .socket()
            .expect("a detached display has no socket");
        (**socket).as_fd()
    }
}

impl Drop for Display {
    /// What can be sent without waiting is.
    fn drop(&mut self) {
        self.link.send_ready();
    }
}
