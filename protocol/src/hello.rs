//! The first packet each way: versions, features, who the client is, what the server is.

use serde::Serialize;

use crate::codec::{Blob, Body, Text, decode_head, encode_head, tail_body, wire_enum, wire_flags};
use crate::error::DecodeError;
use crate::geometry::{PixelSize, Scale};

/// The version of the protocol that this crate speaks.
pub const VERSION: u16 = 1;

/// Bytes of a token.
pub const TOKEN_BYTES: usize = 32;

wire_flags! {
    /// What a peer can do beyond the base. A feature is in use when both sides name it.
    pub struct Features: u64 {
        /// Groups of packets may be compressed.
        GROUPS = 1;
        /// Shared memory pools.
        POOLS = 2;
        /// The server sends keymaps.
        KEYMAPS = 4;
        /// Clipboard and primary selection.
        CLIPBOARD = 8;
        /// Touch events are understood.
        TOUCH = 16;
        /// A lost client can come back as the same one.
        RESUME = 32;
        /// Input methods.
        TEXT_INPUT = 64;
        /// Retained lists of drawing operations.
        LISTS = 128;
    }
}

wire_enum! {
    /// How a group of packets, or a piece of an image, is compressed.
    pub enum Codec {
        /// It is not.
        Raw = 0,
        /// Zstandard frames.
        Zstd = 1,
        /// QOI; for image data.
        Qoi = 2,
    }
}

/// The client's first packet.
///
/// It may be followed by anything at once; if the server refuses the hello, everything behind it
/// is refused with it. This layout is the same in all versions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Hello<'a> {
    /// The lowest version the client speaks.
    pub min_version: u16,
    /// The highest version the client speaks.
    pub max_version: u16,
    /// What the client can do beyond the base.
    pub features: Features,
    /// How the client's own groups are compressed, if it sends any. One that the reader does not
    /// know reads as [`Codec::Raw`].
    pub codec: Codec,
    /// The codecs the client can read: bit *n* for the codec with number *n*.
    pub accepts: u32,
    /// Chosen at random when the program starts; the same for every connection of this program.
    pub instance: [u8; 16],
    /// Chosen at random by the program; proves later that it is the same one. Servers keep a hash.
    pub resume_secret: [u8; 32],
    /// 1: this is a lost program that comes back and wants the places of its windows.
    pub resume: u8,
    /// The program's process id on its own machine; 0 when there is none.
    pub pid: u32,
    /// [`TOKEN_BYTES`] bytes, or none where the transport has shown who the peer is.
    pub token: Blob<'a>,
    /// The program's name.
    pub program: Text<'a>,
    /// The name of the machine it runs on.
    pub host: Text<'a>,
    /// Records of `u16` tag, `u16` length, bytes. None is defined; unknown ones are skipped.
    pub extensions: &'a [u8],
}

impl<'a> Body<'a> for Hello<'a> {
    const NAME: &'static str = "Hello";

    fn encode(&self, out: &mut Vec<u8>) {
        encode_head(
            (
                (self.min_version, self.max_version, self.features),
                (self.codec, self.accepts),
                (self.instance, self.resume_secret, self.resume, self.pid),
                (self.token, self.program, self.host),
            ),
            out,
        );
        out.extend_from_slice(self.extensions);
    }

    fn decode(body: &'a [u8]) -> Result<Self, DecodeError> {
        let (head, extensions) = decode_head(Self::NAME, body)?;
        let (
            (min_version, max_version, features),
            (codec, accepts),
            (instance, resume_secret, resume, pid),
            (token, program, host),
        ) = head;
        Ok(Self {
            min_version,
            max_version,
            features,
            // A client newer than this server may name a codec that the server has never heard of,
            // and is told so by the welcome's `accepts`, not by a refusal.
            codec: Codec::from_wire(codec).unwrap_or(Codec::Raw),
            accepts,
            instance,
            resume_secret,
            resume,
            pid,
            token,
            program,
            host,
            extensions,
        })
    }
}

impl Hello<'_> {
    /// The opcode with which every client begins.
    pub const OPCODE: u16 = 0x0001;
}

tail_body! {
    Welcome {
        version, features, codec, accepts, resumed, scale, output, refresh, max_packet, max_windows, memory,
        repeat_delay, repeat_interval, time, server
    } extensions: raw,
}

/// The server's first packet: the hello was accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Welcome<'a> {
    /// The version both sides speak from now on.
    pub version: u16,
    /// The features of both sides.
    pub features: Features,
    /// How the server's own groups are compressed, if it sends any.
    pub codec: Codec,
    /// The codecs the server can read: bit *n* for the codec with number *n*.
    pub accepts: u32,
    /// 1: the client has been recognised and its windows keep their places.
    pub resumed: u8,
    /// The scale at which windows that acknowledge no configure are drawn.
    pub scale: Scale,
    /// The screen's size in device pixels.
    pub output: PixelSize,
    /// Nanoseconds between two pictures of the screen; 0 when not known.
    pub refresh: u32,
    /// The largest packet the server takes (the value of the length field).
    pub max_packet: u32,
    /// How many windows the client may have.
    pub max_windows: u32,
    /// How many bytes of images, buffers and glyphs the client may have.
    pub memory: u64,
    /// Milliseconds from a key's press to its first repeat; 0 when keys do not repeat.
    pub repeat_delay: u16,
    /// Milliseconds between repeats.
    pub repeat_interval: u16,
    /// The server's clock in microseconds, the one of [`FrameShown`](crate::event::FrameShown).
    pub time: u64,
    /// The server's name and version.
    pub server: Text<'a>,
    /// As in [`Hello::extensions`].
    pub extensions: &'a [u8],
}

/// The codec set with only [`Codec::Raw`].
pub const ACCEPTS_RAW: u32 = 1;
