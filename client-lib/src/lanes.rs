//! What waits to be sent, in lanes, and what the server has told about it.
//!
//! *Urgent* is everything but bulk image data; *patient* is that. Each lane keeps its order. A
//! patient packet never overtakes an urgent one. An urgent packet overtakes patient ones, but not
//! those it depends on: it names the last of them, and everything urgent behind it waits too.
//!
//! *Transfers*, data that somebody pastes, depend on nothing that draws: they go beside the patient
//! ones, behind everything urgent that need not wait.
//!
//! Urgent packets go out as soon as the socket takes them. Patient ones are held back while
//! [`CREDIT`] bytes are on their way, so that something urgent never finds a long queue ahead of
//! it in the network; a sync behind every [`MARK_EVERY`] bytes tells how far they have come.

use std::collections::VecDeque;
use std::ops::Range;
use std::sync::Arc;

use transom_protocol::Request;
use transom_protocol::codec::MAGIC;
use transom_protocol::hello::Codec;
use transom_protocol::ids::ImageId;
use transom_protocol::request::{ImageData, Sync};

/// Bytes on their way beyond which patient packets wait: a tenth of a second at 80 Mbit/s.
const CREDIT: u64 = 1 << 20;

/// Patient bytes between two of our own syncs.
const MARK_EVERY: u64 = 128 << 10;

/// Bytes of patient packets made ready at a time, so that urgent ones wait for no more than that.
const PATIENT_READY: usize = 64 << 10;

/// Set in the ids of syncs that the program did not ask for.
pub(crate) const OWN_SYNC: u32 = 1 << 31;

/// How many of the last packets are remembered by name, for errors that come back.
const REMEMBERED: usize = 1024;

/// A place in the patient lane: the number of packets up to and including one. 0: none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct PatientMark(u64);

/// An urgent packet that waits, and what for.
#[derive(Debug)]
struct Waiting {
    bytes: Vec<u8>,
    after: PatientMark,
}

/// A patient packet. Pixels stay shared until they are sent.
#[derive(Debug)]
enum Patient {
    Packet(Vec<u8>),
    Pixels {
        image: ImageId,
        pixels: Arc<[u8]>,
        range: Range<usize>,
    },
}

#[derive(Debug)]
pub(crate) struct Lanes {
    /// In the order of the wire; the part before `start` is sent.
    ready: Vec<u8>,
    start: usize,
    urgent: VecDeque<Waiting>,
    urgent_bytes: usize,
    patient: VecDeque<Patient>,
    transfers: VecDeque<Vec<u8>>,
    patient_queued: u64,
    patient_ready: u64,
    patient_bytes_since_mark: u64,
    /// Our own syncs on their way: the id, and the bytes up to it.
    marks: VecDeque<(u32, u64)>,
    next_mark: u32,
    /// Bytes made ready since the connection began, and those known to be executed.
    bytes: u64,
    executed: u64,
    packets: u64,
    opcodes: VecDeque<u16>,
}

impl Lanes {
    /// With the magic bytes, which begin a connection.
    pub(crate) fn new() -> Self {
        Self {
            ready: MAGIC.to_vec(),
            start: 0,
            urgent: VecDeque::new(),
            urgent_bytes: 0,
            patient: VecDeque::new(),
            transfers: VecDeque::new(),
            patient_queued: 0,
            patient_ready: 0,
            patient_bytes_since_mark: 0,
            marks: VecDeque::new(),
            next_mark: OWN_SYNC,
            bytes: MAGIC.len() as u64,
            executed: 0,
            packets: 0,
            opcodes: VecDeque::new(),
        }
    }

    /// Queues an urgent request that depends on no bulk data.
    pub(crate) fn urgent(&mut self, request: &Request<'_>) {
        self.urgent_after(request, PatientMark::default());
    }

    /// Queues an urgent request that must come after a place in the patient lane.
    pub(crate) fn urgent_after(&mut self, request: &Request<'_>, after: PatientMark) {
        if self.urgent.is_empty() && after.0 <= self.patient_ready {
            self.write(request);
        } else {
            let mut bytes = Vec::new();
            request.write(&mut bytes);
            self.urgent_bytes += bytes.len();
            self.urgent.push_back(Waiting { bytes, after });
        }
    }

    /// Sends a request ahead of everything that waits: nothing depends on it.
    pub(crate) fn at_once(&mut self, request: &Request<'_>) {
        self.write(request);
    }

    /// Queues data for somebody who pastes, or its end. In order among themselves.
    pub(crate) fn transfer(&mut self, request: &Request<'_>) {
        let mut bytes = Vec::new();
        request.write(&mut bytes);
        self.transfers.push_back(bytes);
    }

    /// Queues a patient request.
    pub(crate) fn patient(&mut self, request: &Request<'_>) -> PatientMark {
        let mut bytes = Vec::new();
        request.write(&mut bytes);
        self.push_patient(Patient::Packet(bytes))
    }

    /// Queues a piece of an image's pixels.
    pub(crate) fn pixels(&mut self, image: ImageId, pixels: &Arc<[u8]>, range: Range<usize>) {
        self.push_patient(Patient::Pixels {
            image,
            pixels: pixels.clone(),
            range,
        });
    }

    fn push_patient(&mut self, packet: Patient) -> PatientMark {
        self.patient.push_back(packet);
        self.patient_queued += 1;
        PatientMark(self.patient_queued)
    }

    /// The end of the patient lane as it is now.
    pub(crate) fn patient_end(&self) -> PatientMark {
        PatientMark(self.patient_queued)
    }

    /// Whether everything up to `mark` is on its way.
    pub(crate) fn has_passed(&self, mark: PatientMark) -> bool {
        mark.0 <= self.patient_ready
    }

    /// The bytes to be sent now; empty when there is nothing or it has to wait for the server.
    pub(crate) fn output(&mut self) -> &[u8] {
        self.fill();
        &self.ready[self.start..]
    }

    /// Marks `count` bytes of [`Lanes::output`] as sent.
    pub(crate) fn advance(&mut self, count: usize) {
        self.start = (self.start + count).min(self.ready.len());
        if self.start == self.ready.len() {
            self.ready.clear();
            self.ready.shrink_to(4 * PATIENT_READY);
            self.start = 0;
        }
    }

    /// Urgent bytes that have not been sent.
    pub(crate) fn backlog(&self) -> usize {
        self.ready.len() - self.start + self.urgent_bytes
    }

    /// Bytes sent or ready, packets among them, both since the connection began.
    pub(crate) fn written(&self) -> (u64, u64) {
        (
            self.bytes - (self.ready.len() - self.start) as u64,
            self.packets,
        )
    }

    /// The place in the stream behind everything made ready so far.
    pub(crate) fn position(&self) -> u64 {
        self.bytes
    }

    /// The place up to which the server is known to have executed the stream.
    pub(crate) fn known_executed(&self) -> u64 {
        self.executed
    }

    /// Whether an urgent request would be made ready at once, though it comes after `mark`.
    pub(crate) fn is_free(&self, mark: PatientMark) -> bool {
        self.urgent.is_empty() && self.has_passed(mark)
    }

    /// Notes that the server has executed the stream up to a place.
    pub(crate) fn executed(&mut self, position: u64) {
        self.executed = self.executed.max(position.min(self.bytes));
    }

    /// The same, from the low 32 bits of the place.
    pub(crate) fn executed_low_bits(&mut self, low: u32) {
        let behind = (self.bytes as u32).wrapping_sub(low);
        self.executed(self.bytes.saturating_sub(u64::from(behind)));
    }

    /// Notes that one of our own syncs was answered.
    pub(crate) fn mark_answered(&mut self, id: u32) {
        while let Some((mark, position)) = self.marks.pop_front() {
            self.executed(position);
            if mark == id {
                break;
            }
        }
    }

    /// The name of the request with this sequence number, if it is not too long ago.
    pub(crate) fn request_name(&self, sequence: u32) -> Option<&'static str> {
        // The hello is packet 0.
        let newest = self.packets.checked_sub(1)? as u32;
        let back = newest.wrapping_sub(sequence) as usize;
        let at = self.opcodes.len().checked_sub(back + 1)?;
        let opcode = self.opcodes[at];
        Request::OPCODES
            .iter()
            .find(|(number, _)| *number == opcode)
            .map(|(_, name)| *name)
    }

    /// Moves to `ready` what may go.
    fn fill(&mut self) {
        loop {
            while let Some(head) = self.urgent.front() {
                if head.after.0 > self.patient_ready {
                    break;
                }
                let head = self.urgent.pop_front().expect("it was just looked at");
                self.urgent_bytes -= head.bytes.len();
                self.append(&head.bytes);
            }
            let ready = self.ready.len() - self.start;
            let on_the_way = self.bytes - self.executed;
            if ready >= PATIENT_READY || on_the_way >= CREDIT {
                break;
            }
            let transferred = self.fill_transfer();
            if !self.fill_patient() && !transferred {
                break;
            }
        }
    }

    /// Moves one patient packet, and a mark behind it when it is time.
    fn fill_patient(&mut self) -> bool {
        let Some(packet) = self.patient.pop_front() else {
            return false;
        };
        let before = self.bytes;
        match packet {
            Patient::Packet(bytes) => self.append(&bytes),
            Patient::Pixels {
                image,
                pixels,
                range,
            } => {
                let data = &pixels[range];
                self.write(
                    &ImageData {
                        image,
                        codec: Codec::Raw,
                        data,
                    }
                    .into(),
                );
            }
        }
        self.patient_ready += 1;
        self.count_bulk(before);
        true
    }

    /// Moves one packet of a transfer.
    fn fill_transfer(&mut self) -> bool {
        let Some(packet) = self.transfers.pop_front() else {
            return false;
        };
        let before = self.bytes;
        self.append(&packet);
        self.count_bulk(before);
        true
    }

    /// Puts a mark behind what has gone since `before` when it is time.
    fn count_bulk(&mut self, before: u64) {
        self.patient_bytes_since_mark += self.bytes - before;
        if self.patient_bytes_since_mark >= MARK_EVERY {
            self.mark();
        }
    }

    /// Puts one of our own syncs into the stream. Its id is returned.
    pub(crate) fn mark(&mut self) -> u32 {
        let id = self.next_mark;
        self.next_mark = id.wrapping_add(1) | OWN_SYNC;
        self.patient_bytes_since_mark = 0;
        self.write(&Sync { id }.into());
        self.marks.push_back((id, self.bytes));
        id
    }

    fn write(&mut self, request: &Request<'_>) {
        let before = self.ready.len();
        request.write(&mut self.ready);
        self.count(before);
    }

    fn append(&mut self, packet: &[u8]) {
        let before = self.ready.len();
        self.ready.extend_from_slice(packet);
        self.count(before);
    }

    fn count(&mut self, before: usize) {
        self.bytes += (self.ready.len() - before) as u64;
        self.packets += 1;
        if self.opcodes.len() == REMEMBERED {
            self.opcodes.pop_front();
        }
        self.opcodes.push_back(u16::from_le_bytes([
            self.ready[before + 4],
            self.ready[before + 5],
        ]));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use transom_protocol::codec::Packet;
    use transom_protocol::request::{Bell, EndImage};

    const IMAGE: ImageId = ImageId(1);

    fn bell() -> Request<'static> {
        Bell {
            window: Default::default(),
        }
        .into()
    }

    fn end() -> Request<'static> {
        EndImage { image: IMAGE }.into()
    }

    /// Takes all output there is and names its packets.
    fn take(lanes: &mut Lanes) -> Vec<&'static str> {
        let mut names = Vec::new();
        loop {
            let mut output = lanes.output().to_vec();
            lanes.advance(output.len());
            if output.starts_with(&MAGIC) {
                output.drain(..MAGIC.len());
            }
            if output.is_empty() {
                return names;
            }
            let mut rest = &output[..];
            while let Ok(Some((packet, length))) = Packet::split(rest) {
                names.push(Request::decode(packet).expect("our own").name());
                rest = &rest[length..];
            }
        }
    }

    #[test]
    fn urgent_packets_overtake_bulk_data() {
        let mut lanes = Lanes::new();
        lanes.patient(&end());
        lanes.urgent(&bell());
        assert_eq!(take(&mut lanes), ["Bell", "EndImage"]);
    }

    #[test]
    fn an_urgent_packet_waits_for_the_bulk_data_it_depends_on_and_for_no_more() {
        let mut lanes = Lanes::new();
        let needed = lanes.patient(&end());
        lanes.pixels(IMAGE, &Arc::from([0; 8]), 0..8);
        lanes.urgent_after(&Sync { id: 1 }.into(), needed);
        lanes.urgent(&bell());
        assert_eq!(take(&mut lanes), ["EndImage", "Sync", "Bell", "ImageData"]);
    }

    #[test]
    fn bulk_data_never_overtakes_what_was_queued_before_it() {
        let mut lanes = Lanes::new();
        let first = lanes.patient(&end());
        lanes.urgent_after(&bell(), first);
        lanes.pixels(IMAGE, &Arc::from([0; 8]), 0..8);
        assert_eq!(take(&mut lanes), ["EndImage", "Bell", "ImageData"]);
    }

    #[test]
    fn transfers_go_beside_bulk_data_and_behind_what_is_urgent() {
        let mut lanes = Lanes::new();
        (0..2).for_each(|_| _ = lanes.patient(&end()));
        lanes.transfer(&Sync { id: 1 }.into());
        lanes.urgent(&bell());
        lanes.transfer(&Sync { id: 2 }.into());
        let expected = ["Bell", "Sync", "EndImage", "Sync", "EndImage"];
        assert_eq!(take(&mut lanes), expected);
    }

    #[test]
    fn bulk_data_stops_at_its_credit_until_a_mark_is_answered() {
        let mut lanes = Lanes::new();
        let pixels: Arc<[u8]> = vec![0; 64 << 10].into();
        for _ in 0..64 {
            lanes.pixels(IMAGE, &pixels, 0..pixels.len());
        }
        let first = take(&mut lanes);
        let sent = |names: &[&str]| names.iter().filter(|n| **n == "ImageData").count();
        assert_eq!(sent(&first), 16, "1 MiB of 4");
        lanes.urgent(&bell());
        assert_eq!(take(&mut lanes), ["Bell"], "what is urgent needs no credit");
        lanes.mark_answered(OWN_SYNC + 3);
        assert_eq!(sent(&take(&mut lanes)), 8, "half of it was executed");
        for id in 4.. {
            if take(&mut lanes).is_empty() && lanes.patient.is_empty() {
                break;
            }
            lanes.mark_answered(OWN_SYNC + id);
        }
        assert_eq!(lanes.packets, 64 + 1 + 32);
    }

    #[test]
    fn the_place_executed_is_known_from_its_low_bits() {
        let mut lanes = Lanes::new();
        lanes.bytes = (1 << 32) + 100;
        lanes.executed_low_bits(90);
        assert_eq!(lanes.executed, (1 << 32) + 90);
        lanes.executed_low_bits(u32::MAX);
        assert_eq!(lanes.executed, (1 << 32) + 90, "an old one changes nothing");
    }

    #[test]
    fn a_request_is_known_by_its_sequence_number() {
        let mut lanes = Lanes::new();
        for request in [Sync { id: 0 }.into(), bell(), end()] {
            lanes.urgent(&request);
        }
        assert_eq!(lanes.request_name(1), Some("Bell"));
        assert_eq!(lanes.request_name(2), Some("EndImage"));
        assert_eq!(lanes.request_name(3), None);
    }
}
