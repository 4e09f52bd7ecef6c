//! [`PacketReader`]: received bytes on their way to being packets.

use super::Packet;
use crate::error::DecodeError;

/// Received bytes, gathered until they are whole packets, in memory that is used again and again.
///
/// Whoever receives asks for [`PacketReader::spare`] room, puts bytes there and tells how many with
/// [`PacketReader::received`]. After a large packet the memory goes back to what is asked for.
#[derive(Debug, Default)]
pub struct PacketReader {
    /// All of it may be written to; what was received is a part.
    bytes: Vec<u8>,
    start: usize,
    end: usize,
}

impl PacketReader {
    /// Memory kept between packets, if no more is asked for: what an ordinary stretch of the stream
    /// needs.
    pub const KEEP: usize = 64 << 10;

    /// With no bytes.
    pub fn new() -> Self {
        Self::default()
    }

    /// Appends received bytes.
    pub fn extend(&mut self, bytes: &[u8]) {
        self.spare(bytes.len())[..bytes.len()].copy_from_slice(bytes);
        self.received(bytes.len());
    }

    /// Room behind the received bytes: `size` bytes or more, whose contents mean nothing.
    pub fn spare(&mut self, size: usize) -> &mut [u8] {
        let pending = self.end - self.start;
        if self.start > 0 {
            self.bytes.copy_within(self.start..self.end, 0);
        }
        (self.start, self.end) = (0, pending);
        let needed = pending + size;
        if self.bytes.len() < needed {
            self.bytes.resize(needed, 0);
        } else if pending == 0 && self.bytes.len() > 2 * size.max(Self::KEEP) {
            self.bytes.truncate(size.max(Self::KEEP));
            self.bytes.shrink_to_fit();
        }
        &mut self.bytes[pending..]
    }

    /// Counts the first `count` bytes of what [`PacketReader::spare`] gave last as received.
    pub fn received(&mut self, count: usize) {
        self.end = (self.end + count).min(self.bytes.len());
    }

    /// Bytes that have not been consumed.
    pub fn pending(&self) -> &[u8] {
        &self.bytes[self.start..self.end]
    }

    /// Marks `count` bytes of [`PacketReader::pending`] as used.
    pub fn consume(&mut self, count: usize) {
        self.start = (self.start + count).min(self.end);
    }

    /// The first packet that is whole, and its length, which is to be consumed after use.
    pub fn packet(&self) -> Result<Option<(Packet<'_>, usize)>, DecodeError> {
        Packet::split(self.pending())
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
    }

    #[test]
    fn memory_for_a_large_packet_is_given_back_after_it() {
        let mut reader = PacketReader::new();
        reader.extend(&[1; 1 << 20]);
        assert_eq!(reader.spare(9).len(), 9);
        reader.consume(1 << 20);
        assert_eq!(reader.spare(9).len(), PacketReader::KEEP);
        assert!(reader.bytes.capacity() < 2 * PacketReader::KEEP);
    }

    #[test]
    fn what_is_received_follows_what_is_pending() {
        let mut reader = PacketReader::new();
        reader.extend(&[1, 2, 3]);
        reader.consume(2);
        reader.spare(100)[..2].copy_from_slice(&[4, 5]);
        reader.received(2);
        assert_eq!(reader.pending(), [3, 4, 5]);
        reader.consume(9);
        assert_eq!(reader.pending(), []);
        reader.received(usize::MAX / 2);
        assert!(reader.pending().len() <= reader.bytes.len());
    }
}
