//! How a program connects, where that is not as usual.

use crate::address::Address;
use crate::connection::Display;
use crate::core::Identity;
use crate::error::Error;

/// What a program says of itself when it connects. The default is what [`Display::connect`] and its
/// like say.
///
/// ```no_run
/// # fn main() -> Result<(), transom::Error> {
/// let display = transom::ConnectOptions::new().touch(true).connect()?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Copy, Debug, Default)]
#[must_use = "connect does it"]
pub struct ConnectOptions {
    touch: bool,
}

impl ConnectOptions {
    /// As usual.
    pub fn new() -> Self {
        Self::default()
    }

    /// Whether the program takes fingers: several at once, by [`Event::TouchDown`](crate::Event::TouchDown)
    /// and those after it. Otherwise the first finger is the pointer with its left button down, which
    /// is all that most programs need.
    pub fn touch(self, touch: bool) -> Self {
        Self { touch }
    }

    /// Connects to the display that `TRANSOM_DISPLAY` names.
    ///
    /// # Errors
    ///
    /// As [`Display::connect`].
    pub fn connect(self) -> Result<Display, Error> {
        self.open(&Address::from_environment()?)
    }

    /// Connects to an address as [`Address`] reads it.
    ///
    /// # Errors
    ///
    /// As [`Display::connect`].
    pub fn connect_to(self, address: &str) -> Result<Display, Error> {
        self.open(&address.parse()?)
    }

    /// Connects to what the program's `--display` option says or, without it, to what
    /// `TRANSOM_DISPLAY` says.
    ///
    /// # Errors
    ///
    /// As [`Display::connect`]; an empty option is an error too.
    pub fn connect_with(self, option: Option<&str>) -> Result<Display, Error> {
        match option {
            None => self.connect(),
            Some("") => Err(Error::EmptyDisplay("--display")),
            Some(address) => self.connect_to(address),
        }
    }

    /// Connects to an address. Blocks while a name is looked up and TCP connects.
    ///
    /// # Errors
    ///
    /// As [`Display::connect`].
    pub fn open(self, address: &Address) -> Result<Display, Error> {
        let mut identity = Identity::of_process()?;
        identity.touch = self.touch;
        Display::open_as(address, identity)
    }
}
