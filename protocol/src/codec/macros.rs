//! The macros that make message types: enums, names, flags, bodies, and the two directions.

/// The fixed fields of a message, then nothing.
macro_rules! fixed_body {
    ($($name:ident $(<$l:lifetime>)?),* $(,)?) => {$(
        impl<'a> $crate::codec::Body<'a> for $name $(<$l>)? {
            const NAME: &'static str = stringify!($name);

            fn encode(&self, out: &mut Vec<u8>) {
                $crate::codec::encode_head(self, out);
            }

            fn decode(body: &'a [u8]) -> Result<Self, $crate::error::DecodeError> {
                let (head, rest) = $crate::codec::decode_head(Self::NAME, body)?;
                $crate::codec::expect_end(Self::NAME, rest)?;
                Ok(head)
            }
        }
    )*};
}
pub(crate) use fixed_body;

/// The fixed fields of a message, then an array of records or raw bytes up to the packet's end.
macro_rules! tail_body {
    ($($name:ident { $($field:ident),* } $tail:ident: $kind:ident),* $(,)?) => {$(
        impl<'a> $crate::codec::Body<'a> for $name<'a> {
            const NAME: &'static str = stringify!($name);

            fn encode(&self, out: &mut Vec<u8>) {
                $crate::codec::encode_head(($(&self.$field,)*), out);
                out.extend_from_slice($crate::codec::tail_body!(@bytes $kind self.$tail));
            }

            fn decode(body: &'a [u8]) -> Result<Self, $crate::error::DecodeError> {
                let (($($field,)*), rest) = $crate::codec::decode_head(Self::NAME, body)?;
                Ok(Self { $($field,)* $tail: $crate::codec::tail_body!(@read $kind Self::NAME, rest) })
            }
        }
    )*};
    (@bytes packed $tail:expr) => { $tail.as_bytes() };
    (@read packed $name:expr, $rest:expr) => { $crate::codec::Packed::tail($name, $rest)? };
    (@bytes raw $tail:expr) => { $tail };
    (@read raw $name:expr, $rest:expr) => { $rest };
    (@bytes ops $tail:expr) => { $tail.as_bytes() };
    (@read ops $name:expr, $rest:expr) => { $crate::draw::DrawOps::new($rest) };
    (@bytes list $tail:expr) => { $tail.as_bytes() };
    (@read list $name:expr, $rest:expr) => { $crate::clipboard::MimeTypes::new($name, $rest)? };
}
pub(crate) use tail_body;

/// A closed choice of one byte: a value outside it is [`DecodeError::BadValue`].
macro_rules! wire_enum {
    ($(#[$meta:meta])* pub enum $name:ident { $($(#[$vmeta:meta])* $variant:ident = $value:literal),* $(,)? }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
        #[repr(u8)]
        pub enum $name { $($(#[$vmeta])* $variant = $value),* }

        impl $name {
            /// Every value.
            pub const ALL: &[Self] = &[$(Self::$variant),*];

            /// The choice with this number on the wire.
            pub const fn from_wire(value: u8) -> Option<Self> {
                match value {
                    $($value => Some(Self::$variant),)*
                    _ => None,
                }
            }
        }

        impl $crate::codec::Encode for $name {
            fn encode<E: $crate::codec::Encoder>(&self, encoder: &mut E) -> Result<(), $crate::codec::EncodeFailure> {
                (*self as u8).encode(encoder)
            }
        }

        impl<'de, C> $crate::codec::BorrowDecode<'de, C> for $name {
            fn borrow_decode<D: $crate::codec::BorrowDecoder<'de, Context = C>>(
                decoder: &mut D,
            ) -> Result<Self, $crate::codec::DecodeFailure> {
                let value: u8 = $crate::codec::Decode::decode(decoder)?;
                Self::from_wire(value)
                    .ok_or($crate::codec::DecodeFailure::Other(concat!("unknown ", stringify!($name))))
            }
        }
    };
}
pub(crate) use wire_enum;

/// An open set of named numbers: one that this version does not know keeps its number.
macro_rules! wire_names {
    ($(#[$meta:meta])* pub struct $name:ident: $number:ty {
        $($(#[$vmeta:meta])* $constant:ident = $value:literal, $text:literal;)*
    }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
        pub struct $name(pub $number);

        impl $name {
            $($(#[$vmeta])* #[doc = concat!("(`", $text, "`)")] pub const $constant: Self = Self($value);)*

            /// Every value this version knows, with its name.
            pub const NAMED: &[(Self, &str)] = &[$((Self($value), $text)),*];

            /// The name, or `None` for a number this version does not know.
            pub fn name(self) -> Option<&'static str> {
                Self::NAMED.iter().find(|(value, _)| *value == self).map(|(_, name)| *name)
            }

            /// The value called `name`, whatever its case.
            pub fn from_name(name: &str) -> Option<Self> {
                Self::NAMED.iter().find(|(_, n)| n.eq_ignore_ascii_case(name)).map(|(value, _)| *value)
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                match self.name() {
                    Some(name) => f.write_str(name),
                    None => write!(f, "{}", self.0),
                }
            }
        }

        $crate::codec::wire_newtype!($name: $number);
    };
}
pub(crate) use wire_names;

/// A set of bits; those this version does not know are kept.
macro_rules! wire_flags {
    ($(#[$meta:meta])* pub struct $name:ident: $number:ty {
        $($(#[$vmeta:meta])* $constant:ident = $value:expr;)*
    }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
        pub struct $name(pub $number);

        impl $name {
            /// No bit.
            pub const NONE: Self = Self(0);
            $($(#[$vmeta])* pub const $constant: Self = Self($value);)*
            /// Every bit this version knows.
            pub const ALL: Self = Self(0 $(| $value)*);

            /// Whether all bits of `other` are set.
            pub const fn contains(self, other: Self) -> bool {
                self.0 & other.0 == other.0
            }

            /// Whether any bit of `other` is set.
            pub const fn intersects(self, other: Self) -> bool {
                self.0 & other.0 != 0
            }

            /// These bits and those of `other`.
            pub const fn with(self, other: Self) -> Self {
                Self(self.0 | other.0)
            }

            /// These bits without those of `other`.
            pub const fn without(self, other: Self) -> Self {
                Self(self.0 & !other.0)
            }

            /// The bits that `other` has too.
            pub const fn common(self, other: Self) -> Self {
                Self(self.0 & other.0)
            }

            /// `other`'s bits set or cleared.
            pub const fn set(self, other: Self, on: bool) -> Self {
                if on { self.with(other) } else { self.without(other) }
            }
        }

        impl std::ops::BitOr for $name {
            type Output = Self;

            fn bitor(self, other: Self) -> Self {
                self.with(other)
            }
        }

        $crate::codec::wire_newtype!($name: $number);
    };
}
pub(crate) use wire_flags;

/// A struct around one number, which travels as that number.
macro_rules! wire_newtype {
    ($name:ident: $number:ty) => {
        impl $crate::codec::Encode for $name {
            fn encode<E: $crate::codec::Encoder>(
                &self,
                encoder: &mut E,
            ) -> Result<(), $crate::codec::EncodeFailure> {
                $crate::codec::Encode::encode(&self.0, encoder)
            }
        }

        impl<'de, C> $crate::codec::BorrowDecode<'de, C> for $name {
            fn borrow_decode<D: $crate::codec::BorrowDecoder<'de, Context = C>>(
                decoder: &mut D,
            ) -> Result<Self, $crate::codec::DecodeFailure> {
                Ok(Self($crate::codec::Decode::decode(decoder)?))
            }
        }

        impl $crate::codec::Record for $name {
            const SIZE: usize = size_of::<$number>();

            fn read(bytes: &[u8]) -> Self {
                Self($crate::codec::Record::read(bytes))
            }

            fn write(&self, out: &mut Vec<u8>) {
                $crate::codec::Record::write(&self.0, out);
            }
        }
    };
}
pub(crate) use wire_newtype;

/// One direction of the protocol: an enum of messages, each with its opcode.
macro_rules! messages {
    ($(#[$meta:meta])* pub enum $name:ident {
        $($(#[$vmeta:meta])* $opcode:literal $message:ident $(<$l:lifetime>)?,)*
    }) => {
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, serde::Serialize)]
        pub enum $name<'a> {
            $($(#[$vmeta])* #[doc = concat!("Opcode `", stringify!($opcode), "`.")] $message($message $(<$l>)?)),*
        }

        impl<'a> $name<'a> {
            /// Every opcode of this direction with its message's name.
            pub const OPCODES: &'static [(u16, &'static str)] = &[$(($opcode, stringify!($message))),*];

            /// Which message this is.
            pub const fn opcode(&self) -> u16 {
                match self {
                    $(Self::$message(_) => $opcode,)*
                }
            }

            /// The message's name, for logs.
            pub const fn name(&self) -> &'static str {
                match self {
                    $(Self::$message(_) => stringify!($message),)*
                }
            }

            /// Appends the whole packet to `out`.
            ///
            /// # Panics
            ///
            /// When the packet would be larger than [`MAX_PACKET`](crate::codec::MAX_PACKET).
            pub fn write(&self, out: &mut Vec<u8>) {
                $crate::codec::write_packet(out, self.opcode(), |out| match self {
                    $(Self::$message(body) => $crate::codec::Body::encode(body, out),)*
                });
            }

            /// The message in `packet`, borrowing from it.
            pub fn decode(packet: $crate::codec::Packet<'a>) -> Result<Self, $crate::error::DecodeError> {
                match packet.opcode {
                    $($opcode => Ok(Self::$message($crate::codec::Body::decode(packet.body)?)),)*
                    unknown => Err($crate::error::DecodeError::Unknown(unknown)),
                }
            }
        }

        $(impl<'a> From<$message $(<$l>)?> for $name<'a> {
            fn from(message: $message $(<$l>)?) -> Self {
                Self::$message(message)
            }
        })*
    };
}
pub(crate) use messages;
