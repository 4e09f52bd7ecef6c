//! How the server names clients and windows.

use transom_protocol::ids::WindowId;

/// A connection. Never reused while the server runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ClientId(pub u32);

/// A window as sessions name it. Never reused, because neither half is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct WindowKey {
    /// Whose.
    pub client: ClientId,
    /// The client's own name for it.
    pub window: WindowId,
}

impl WindowKey {
    /// The window of `client` called `window`.
    pub const fn new(client: ClientId, window: WindowId) -> Self {
        Self { client, window }
    }

    /// Another window of the same client.
    pub const fn sibling(self, window: WindowId) -> Self {
        Self::new(self.client, window)
    }
}

/// A window as tools outside name it: 1, 2, 3 and so on, in the order of creation, never reused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ScreenId(pub u64);
