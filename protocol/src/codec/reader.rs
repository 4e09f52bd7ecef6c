//! [`PacketReader`]: received bytes on their way to being packets.

use super::Packet;
use crate::error::DecodeError;

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
    use super::super::write_packet;
    use super::*;

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
