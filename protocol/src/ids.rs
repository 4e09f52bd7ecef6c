//! Ids and serial numbers, each its own type. Clients choose the ids of what they create.

use crate::codec::wire_newtype;
use serde::{Deserialize, Serialize};

macro_rules! ids {
    ($($(#[$meta:meta])* $name:ident;)*) => {$(
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub u32);

        impl $name {
            /// Names nothing.
            pub const NONE: Self = Self(0);

            /// Whether this names nothing.
            pub const fn is_none(self) -> bool {
                self.0 == 0
            }
        }

        wire_newtype!($name: u32);
    )*};
}

ids! {
    /// Something that can be drawn on: a window or an off-screen surface, which share their numbers.
    SurfaceId;
    /// A window. Each new one has a greater number than all before it on its connection.
    WindowId;
    /// An image. Its number is free again once destroyed.
    ImageId;
    /// A set of glyphs. Its number is free again once destroyed.
    GlyphSetId;
    /// A paint: a gradient or a pattern. Its number is free again once destroyed.
    PaintId;
    /// A retained list of drawing operations. Its number is free again once destroyed.
    ListId;
    /// A pool of shared memory. Its number is free again once destroyed.
    PoolId;
    /// What a selection offers. Greater than all before it; the server's have the top bit set.
    OfferId;
    /// One passage of clipboard data. Greater than all before it; the server's have the top bit set.
    TransferId;
    /// A frame of a connection, numbered by the client; compared as [`Serial`]s are.
    FrameId;
}

impl From<WindowId> for SurfaceId {
    fn from(window: WindowId) -> Self {
        Self(window.0)
    }
}

impl OfferId {
    /// Set in the ids that the server chooses.
    pub const SERVER: u32 = 1 << 31;
}

impl TransferId {
    /// Set in the ids that the server chooses.
    pub const SERVER: u32 = 1 << 31;
}

impl FrameId {
    /// Whether this frame came after `other`, the numbers wrapping around.
    pub const fn is_after(self, other: Self) -> bool {
        Serial(self.0).is_after(Serial(other.0))
    }

    /// The next frame's number; never [`FrameId::NONE`].
    pub const fn next(self) -> Self {
        Self(Serial(self.0).next().0)
    }
}

/// Ties an answer to its cause. 0 means none; they wrap around, so compare with [`Serial::is_after`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Serial(pub u32);

wire_newtype!(Serial: u32);

impl Serial {
    /// No serial.
    pub const NONE: Self = Self(0);

    /// Whether this is none.
    pub const fn is_none(self) -> bool {
        self.0 == 0
    }

    /// Whether this was given out after `other`, provided they are less than 2^31 apart.
    pub const fn is_after(self, other: Self) -> bool {
        self.0 != other.0 && self.0.wrapping_sub(other.0) < 1 << 31
    }

    /// The following serial, leaving out 0.
    pub const fn next(self) -> Self {
        match self.0.wrapping_add(1) {
            0 => Self(1),
            n => Self(n),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn serials_are_compared_across_the_wrap() {
        assert!(Serial(1).is_after(Serial(u32::MAX)));
        assert!(!Serial(u32::MAX).is_after(Serial(1)));
        assert!(!Serial(5).is_after(Serial(5)));
        assert_eq!(Serial(u32::MAX).next(), Serial(1));
    }
}
