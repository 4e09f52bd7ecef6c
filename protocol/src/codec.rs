//! Packets and the bytes of their bodies, without I/O.
//!
//! This is the one place that names bincode, which writes our types in order, with fixed-size
//! little-endian integers. `PROTOCOL.md` specifies the bytes themselves, so that another encoder
//! could take its place by changing this file.

mod macros;
mod reader;

use std::fmt;
use std::marker::PhantomData;

pub(crate) use bincode::de::BorrowDecoder;
pub(crate) use bincode::enc::Encoder;
pub(crate) use bincode::error::{DecodeError as DecodeFailure, EncodeError as EncodeFailure};
pub(crate) use bincode::{BorrowDecode, Decode, Encode};
use serde::{Serialize, Serializer};

pub(crate) use self::macros::{
    fixed_body, messages, tail_body, wire_enum, wire_flags, wire_names, wire_newtype,
};
pub use self::reader::PacketReader;

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
}
