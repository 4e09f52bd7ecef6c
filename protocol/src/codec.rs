//! Packets and the bytes of their bodies, without I/O.
//!
//! This is the one place that names bincode, which writes our types in order, with fixed-size
//! little-endian integers. `PROTOCOL.md` specifies the bytes themselves, so that another encoder
//! could take its place by changing this file.

use std::fmt;
use std::marker::PhantomData;

pub(crate) use bincode::de::BorrowDecoder;
pub(crate) use bincode::enc::Encoder;
pub(crate) use bincode::error::{DecodeError as DecodeFailure, EncodeError as EncodeFailure};
pub(crate) use bincode::{BorrowDecode, Decode, Encode};
use serde::{Serialize, Serializer};

use crate::error::DecodeError;
use crate::geometry::{PixelPoint, PixelRect, PixelSize, Point, Rect, Scale, Size, Transform};

/// The eight bytes with which both directions of a connection begin.
pub const MAGIC: [u8; 8] = *b"TRANSOM\0";

/// The most bytes that may follow a packet's length field: 1 MiB.
///
/// Large enough for a path of a hundred thousand points in one operation, small enough that a
/// receive buffer for every one of many clients is affordable. Bulk data travels in chunks.
pub const MAX_PACKET: usize = 1 << 20;

/// Bytes of the length field before each packet.
pub const LENGTH_BYTES: usize = 4;

/// Bytes before each body: the length field and the opcode.
pub const HEADER_BYTES: usize = LENGTH_BYTES + 2;

const CONFIG: bincode::config::Configuration<
    bincode::config::LittleEndian,
    bincode::config::Fixint,
> = bincode::config::standard()
    .with_little_endian()
    .with_fixed_int_encoding();

/// One packet as it lies in a buffer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Packet<'a> {
    /// Which message it is.
    pub opcode: u16,
    /// The message's own bytes.
    pub body: &'a [u8],
}

impl<'a> Packet<'a> {
    /// The first packet of `bytes` and how many bytes it takes, length field included, or `None`
    /// until all of it has arrived. A length out of bounds is told as soon as the length is there.
    pub fn split(bytes: &'a [u8]) -> Result<Option<(Self, usize)>, DecodeError> {
        let Some((length, rest)) = bytes.split_first_chunk::<LENGTH_BYTES>() else {
            return Ok(None);
        };
        let length = u32::from_le_bytes(*length);
        if length as usize > MAX_PACKET {
            return Err(DecodeError::TooLarge(length));
        }
        if length < 2 {
            return Err(DecodeError::TooShort(length));
        }
        let Some(packet) = rest.get(..length as usize) else {
            return Ok(None);
        };
        let opcode = u16::from_le_bytes([packet[0], packet[1]]);
        Ok(Some((
            Self {
                opcode,
                body: &packet[2..],
            },
            LENGTH_BYTES + length as usize,
        )))
    }
}

/// Appends one packet to `out`; `body` writes what follows the opcode.
///
/// # Panics
///
/// When `body` writes more than [`MAX_PACKET`] allows: whoever sends splits before that.
pub fn write_packet(out: &mut Vec<u8>, opcode: u16, body: impl FnOnce(&mut Vec<u8>)) {
    let start = out.len();
    out.extend_from_slice(&[0; LENGTH_BYTES]);
    out.extend_from_slice(&opcode.to_le_bytes());
    body(out);
    let length = out.len() - start - LENGTH_BYTES;
    assert!(
        length <= MAX_PACKET,
        "packet 0x{opcode:04x} of {length} bytes; its sender must split it"
    );
    out[start..start + LENGTH_BYTES].copy_from_slice(&(length as u32).to_le_bytes());
}

/// The body of one message: how it is written and read.
pub trait Body<'a>: Sized {
    /// The message's name, as it stands in errors.
    const NAME: &'static str;

    /// Appends the bytes to `out`.
    fn encode(&self, out: &mut Vec<u8>);

    /// Reads the bytes, all of them, borrowing text and data from `body`.
    fn decode(body: &'a [u8]) -> Result<Self, DecodeError>;
}

/// Lets bincode append to a vector.
struct Appender<'a>(&'a mut Vec<u8>);

impl bincode::enc::write::Writer for Appender<'_> {
    fn write(&mut self, bytes: &[u8]) -> Result<(), EncodeFailure> {
        self.0.extend_from_slice(bytes);
        Ok(())
    }
}

/// Appends `value` in fixed-size little-endian form.
pub(crate) fn encode_head<T: Encode>(value: T, out: &mut Vec<u8>) {
    bincode::encode_into_writer(value, Appender(out), CONFIG)
        .expect("our types and a vector cannot fail");
}

/// Reads a `T` from the front of `body` and returns what follows it.
pub(crate) fn decode_head<'a, T: BorrowDecode<'a, ()>>(
    what: &'static str,
    body: &'a [u8],
) -> Result<(T, &'a [u8]), DecodeError> {
    use DecodeFailure as E;
    match bincode::borrow_decode_from_slice(body, CONFIG) {
        Ok((value, used)) => Ok((value, &body[used..])),
        Err(E::Other(problem)) => Err(DecodeError::BadValue { what, problem }),
        Err(E::Utf8 { .. }) => Err(DecodeError::Malformed {
            what,
            problem: "text is not UTF-8",
        }),
        Err(_) => Err(DecodeError::Malformed {
            what,
            problem: "the body ends too early",
        }),
    }
}

/// Fails unless all bytes of a body have been read.
pub(crate) fn expect_end(what: &'static str, rest: &[u8]) -> Result<(), DecodeError> {
    match rest {
        [] => Ok(()),
        _ => Err(DecodeError::Malformed {
            what,
            problem: "the body is longer than its fields",
        }),
    }
}

/// Text with a `u16` length in bytes before it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Text<'a>(pub &'a str);

impl<'a> From<&'a str> for Text<'a> {
    fn from(text: &'a str) -> Self {
        Self(text)
    }
}

impl Encode for Text<'_> {
    /// Text beyond 65,535 bytes is cut at the last whole character that fits.
    fn encode<E: Encoder>(&self, encoder: &mut E) -> Result<(), EncodeFailure> {
        let text = &self.0[..self.0.floor_char_boundary(usize::from(u16::MAX))];
        Blob(text.as_bytes()).encode(encoder)
    }
}

impl<'de, C> BorrowDecode<'de, C> for Text<'de> {
    fn borrow_decode<D: BorrowDecoder<'de, Context = C>>(
        decoder: &mut D,
    ) -> Result<Self, DecodeFailure> {
        let Blob(bytes) = Blob::borrow_decode(decoder)?;
        let utf8 = |inner| DecodeFailure::Utf8 { inner };
        Ok(Self(std::str::from_utf8(bytes).map_err(utf8)?))
    }
}

/// Bytes with a `u16` length before them; what does not fit is cut.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Blob<'a>(pub &'a [u8]);

impl Encode for Blob<'_> {
    fn encode<E: Encoder>(&self, encoder: &mut E) -> Result<(), EncodeFailure> {
        use bincode::enc::write::Writer;
        let bytes = &self.0[..self.0.len().min(usize::from(u16::MAX))];
        (bytes.len() as u16).encode(encoder)?;
        encoder.writer().write(bytes)
    }
}

impl<'de, C> BorrowDecode<'de, C> for Blob<'de> {
    fn borrow_decode<D: BorrowDecoder<'de, Context = C>>(
        decoder: &mut D,
    ) -> Result<Self, DecodeFailure> {
        use bincode::de::read::BorrowReader;
        let length = u16::decode(decoder)?;
        Ok(Self(
            decoder.borrow_reader().take_bytes(usize::from(length))?,
        ))
    }
}

/// A value of fixed size inside a packed array.
pub trait Record: Copy + 'static {
    /// Bytes it takes.
    const SIZE: usize;

    /// Reads it from exactly [`Record::SIZE`] bytes.
    fn read(bytes: &[u8]) -> Self;

    /// Appends its bytes.
    fn write(&self, out: &mut Vec<u8>);
}

/// An array of records that stays the bytes it arrived in.
#[derive(Clone, Copy)]
pub struct Packed<'a, T> {
    bytes: &'a [u8],
    record: PhantomData<T>,
}

impl<'a, T: Record> Packed<'a, T> {
    /// The records in `bytes`, or `None` when the last one is incomplete.
    pub fn new(bytes: &'a [u8]) -> Option<Self> {
        bytes.len().is_multiple_of(T::SIZE).then_some(Self {
            bytes,
            record: PhantomData,
        })
    }

    /// As [`Packed::new`], with the error of a message called `what`.
    pub(crate) fn tail(what: &'static str, bytes: &'a [u8]) -> Result<Self, DecodeError> {
        Self::new(bytes).ok_or(DecodeError::Malformed {
            what,
            problem: "the last array element is incomplete",
        })
    }

    /// Packs `records` into `buffer`, which is emptied first.
    pub fn pack(records: &[T], buffer: &'a mut Vec<u8>) -> Self {
        buffer.clear();
        for record in records {
            record.write(buffer);
        }
        Self {
            bytes: buffer,
            record: PhantomData,
        }
    }

    /// How many records there are.
    pub fn len(&self) -> usize {
        self.bytes.len() / T::SIZE
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    /// The records, in order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = T> + Clone + 'a {
        self.bytes.chunks_exact(T::SIZE).map(T::read)
    }

    /// The bytes as they travel.
    pub fn as_bytes(&self) -> &'a [u8] {
        self.bytes
    }
}

impl<T> PartialEq for Packed<'_, T> {
    fn eq(&self, other: &Self) -> bool {
        self.bytes == other.bytes
    }
}

impl<T: Record + fmt::Debug> fmt::Debug for Packed<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

impl<T: Record + Serialize> Serialize for Packed<'_, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter())
    }
}

macro_rules! number_record {
    ($($number:ty),*) => {$(
        impl Record for $number {
            const SIZE: usize = size_of::<$number>();

            fn read(bytes: &[u8]) -> Self {
                Self::from_le_bytes(bytes.try_into().expect("the caller passes SIZE bytes"))
            }

            fn write(&self, out: &mut Vec<u8>) {
                out.extend_from_slice(&self.to_le_bytes());
            }
        }
    )*};
}
number_record!(u8, u16, i16, u32, u64, f32);

/// Structs that are their fields in order: as records, and for bincode.
macro_rules! plain_struct {
    ($($name:ident { $($field:ident: $type:ty),* })*) => {$(
        impl Record for $name {
            const SIZE: usize = 0 $(+ <$type as Record>::SIZE)*;

            fn read(bytes: &[u8]) -> Self {
                let mut rest = bytes;
                $(let $field = take::<$type>(&mut rest);)*
                Self { $($field),* }
            }

            fn write(&self, out: &mut Vec<u8>) {
                $(Record::write(&self.$field, out);)*
            }
        }

        impl Encode for $name {
            fn encode<E: Encoder>(&self, encoder: &mut E) -> Result<(), EncodeFailure> {
                $(Encode::encode(&self.$field, encoder)?;)*
                Ok(())
            }
        }

        impl<C> Decode<C> for $name {
            fn decode<D: bincode::de::Decoder<Context = C>>(
                decoder: &mut D,
            ) -> Result<Self, DecodeFailure> {
                Ok(Self { $($field: Decode::decode(decoder)?),* })
            }
        }

        impl<'de, C> BorrowDecode<'de, C> for $name {
            fn borrow_decode<D: BorrowDecoder<'de, Context = C>>(
                decoder: &mut D,
            ) -> Result<Self, DecodeFailure> {
                Decode::decode(decoder)
            }
        }
    )*};
}

/// Reads one record from the front of `rest`.
fn take<T: Record>(rest: &mut &[u8]) -> T {
    let (head, tail) = rest.split_at(T::SIZE);
    *rest = tail;
    T::read(head)
}

plain_struct! {
    Point { x: f32, y: f32 }
    Size { width: f32, height: f32 }
    Rect { x: f32, y: f32, width: f32, height: f32 }
    Transform { a: f32, b: f32, c: f32, d: f32, e: f32, f: f32 }
    PixelSize { width: u32, height: u32 }
}

impl Record for PixelPoint {
    const SIZE: usize = 8;

    fn read(bytes: &[u8]) -> Self {
        let mut rest = bytes;
        Self::new(take::<u32>(&mut rest) as i32, take::<u32>(&mut rest) as i32)
    }

    fn write(&self, out: &mut Vec<u8>) {
        Record::write(&(self.x as u32), out);
        Record::write(&(self.y as u32), out);
    }
}

/// On the wire a rectangle of pixels is `i32 x, i32 y, u32 width, u32 height`.
impl Encode for PixelRect {
    fn encode<E: Encoder>(&self, encoder: &mut E) -> Result<(), EncodeFailure> {
        (self.x0, self.y0, self.width(), self.height()).encode(encoder)
    }
}

impl<'de, C> BorrowDecode<'de, C> for PixelRect {
    fn borrow_decode<D: BorrowDecoder<'de, Context = C>>(
        decoder: &mut D,
    ) -> Result<Self, DecodeFailure> {
        let (x, y, width, height) = Decode::decode(decoder)?;
        Ok(Self::new(x, y, width, height))
    }
}

impl Encode for Scale {
    fn encode<E: Encoder>(&self, encoder: &mut E) -> Result<(), EncodeFailure> {
        self.0.encode(encoder)
    }
}

impl<'de, C> BorrowDecode<'de, C> for Scale {
    fn borrow_decode<D: BorrowDecoder<'de, Context = C>>(
        decoder: &mut D,
    ) -> Result<Self, DecodeFailure> {
        Ok(Self(Decode::decode(decoder)?))
    }
}

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

/// Received bytes, gathered until they are whole packets; it never holds more than it was given
/// and gives its memory back after a large packet.
#[derive(Debug, Default)]
pub struct PacketReader {
    bytes: Vec<u8>,
    start: usize,
}

impl PacketReader {
    /// Memory kept between packets: what an ordinary stretch of the stream needs.
    const KEEP: usize = 64 << 10;

    /// With no bytes.
    pub fn new() -> Self {
        Self::default()
    }

    /// Appends received bytes.
    pub fn extend(&mut self, bytes: &[u8]) {
        self.compact();
        self.bytes.extend_from_slice(bytes);
    }

    /// The vector to which a reader appends received bytes.
    pub fn spare(&mut self) -> &mut Vec<u8> {
        self.compact();
        &mut self.bytes
    }

    /// Bytes that have not been consumed.
    pub fn pending(&self) -> &[u8] {
        &self.bytes[self.start..]
    }

    /// Marks `count` bytes of [`PacketReader::pending`] as used.
    pub fn consume(&mut self, count: usize) {
        self.start = (self.start + count).min(self.bytes.len());
    }

    /// The first packet that is whole, and its length, which is to be consumed after use.
    pub fn packet(&self) -> Result<Option<(Packet<'_>, usize)>, DecodeError> {
        Packet::split(self.pending())
    }

    fn compact(&mut self) {
        if self.start == self.bytes.len() {
            self.bytes.clear();
            self.bytes.shrink_to(Self::KEEP);
        } else if self.start > 0 {
            self.bytes.copy_within(self.start.., 0);
            self.bytes.truncate(self.bytes.len() - self.start);
        }
        self.start = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_packet_is_found_when_its_last_byte_arrives() {
        let mut bytes = Vec::new();
        write_packet(&mut bytes, 0x0102, |out| out.extend_from_slice(b"abc"));
        for cut in 0..bytes.len() {
            assert_eq!(Packet::split(&bytes[..cut]), Ok(None));
        }
        bytes.push(9);
        assert_eq!(
            Packet::split(&bytes),
            Ok(Some((
                Packet {
                    opcode: 0x0102,
                    body: b"abc"
                },
                9
            )))
        );
    }

    #[test]
    fn absurd_lengths_are_refused_before_anything_is_allocated() {
        assert_eq!(
            Packet::split(&u32::MAX.to_le_bytes()),
            Err(DecodeError::TooLarge(u32::MAX))
        );
        assert_eq!(
            Packet::split(&1u32.to_le_bytes()),
            Err(DecodeError::TooShort(1))
        );
    }

    #[test]
    fn a_reader_gives_packets_in_order_and_its_memory_back() {
        let mut stream = Vec::new();
        for opcode in 0..200u16 {
            write_packet(&mut stream, opcode, |out| {
                out.resize(out.len() + usize::from(opcode) * 40, 7)
            });
        }
        let mut reader = PacketReader::new();
        let mut seen = 0;
        for piece in stream.chunks(1000) {
            reader.extend(piece);
            while let Some((packet, length)) = reader.packet().expect("well formed") {
                assert_eq!(
                    (packet.opcode, packet.body.len()),
                    (seen, usize::from(seen) * 40)
                );
                reader.consume(length);
                seen += 1;
            }
        }
        assert_eq!((seen, reader.pending()), (200, &[][..]));
        assert!(reader.spare().capacity() <= PacketReader::KEEP);
    }
}
