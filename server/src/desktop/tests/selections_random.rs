//! Random copying, pasting, giving up and dying. After each step the invariants hold, nobody is told
//! what they may not know or sent more than they allowed; and every transfer that ends as complete
//! has brought exactly what its owner had.

use std::collections::BTreeMap;
use std::time::Duration;

use transom_protocol::clipboard::{Selection, TransferStatus};
use transom_protocol::color::Color;
use transom_protocol::ids::{OfferId, Serial, TransferId};
use transom_protocol::input::{KeyCode, KeyState};
use transom_protocol::request::SetSelection;

use super::super::*;
use super::fixture::{Fixture, each_event, rect};
use super::random::Random;
use super::selections::TEXT;

const SEQUENCES: u64 = 600;
const STEPS: usize = 120;
const CLIENTS: usize = 4;
const TYPES: [&str; 3] = [TEXT, "text/html", "image/png"];

/// What somebody has under an offer and a type: told apart from everything else, and of any length.
fn content(client: ClientId, offer: u32, mime: &str) -> Vec<u8> {
    let seed = client.0 * 31 + offer * 7 + mime.len() as u32;
    let length = [0, 1, 1000, 40_000, 65_535, 65_536, 300_000][seed as usize % 7];
    (0..length)
        .map(|i: u32| (i.wrapping_mul(seed) >> 3) as u8)
        .collect()
}

/// A client: what it was told, and what it has under way.
#[derive(Debug, Default)]
struct Program {
    offers: Vec<u32>,
    last_offer: u32,
    last_transfer: u32,
    /// What it was told the selections are.
    selections: [(OfferId, Vec<String>); 2],
    reading: BTreeMap<u32, Reading>,
    sending: BTreeMap<TransferId, Sending>,
}

#[derive(Debug)]
struct Reading {
    offer: OfferId,
    mime: String,
    credit: u64,
    data: Vec<u8>,
}

#[derive(Debug)]
struct Sending {
    data: Vec<u8>,
    credit: usize,
}

struct World {
    f: Fixture,
    random: Random,
    programs: BTreeMap<ClientId, Program>,
    /// What was behind each number that was told.
    meant: BTreeMap<OfferId, (ClientId, u32)>,
    completed: usize,
    kept: usize,
}

impl World {
    fn new(seed: u64) -> Self {
        let mut world = Self {
            f: Fixture::new(400, 60),
            random: Random(seed),
            programs: BTreeMap::new(),
            meant: BTreeMap::new(),
            completed: 0,
            kept: 0,
        };
        for _ in 0..CLIENTS {
            world.connect();
        }
        world
    }

    fn connect(&mut self) {
        let client = self.f.copier();
        let at = 100 * (client.0 as i32 % 4);
        self.f.window_at(client, 1, rect(at, 0, 90, 50), Color::RED);
        self.programs.insert(client, Program::default());
    }

    fn any(&mut self) -> ClientId {
        let all: Vec<_> = self.programs.keys().copied().collect();
        self.random.pick(&all).expect("there is always one")
    }

    /// Mostly who has the keyboard.
    fn someone(&mut self) -> ClientId {
        let focused = self.f.desktop.seat.keyboard.map(|k| k.client);
        let anyone = self.any();
        focused.filter(|_| self.random.chance(60)).unwrap_or(anyone)
    }

    fn step(&mut self) {
        let client = self.someone();
        match self.random.below(24) {
            0..=1 => self.turn(),
            2..=4 => self.copy(client),
            5 if self.random.chance(30) => self.destroy(client),
            6..=10 => self.paste(client),
            11..=12 => self.allow(client),
            13 => self.give_up(client),
            14..=17 => self.send(client),
            18 => self.end_early(client),
            19 if self.random.chance(60) => self.die(client),
            20 => self
                .f
                .pass(Duration::from_secs(self.random.below(20).into())),
            _ => self.read(client),
        }
        self.f.desktop.verify_invariants();
    }

    fn turn(&mut self) {
        let x = 100 * self.random.below(4) + 10;
        self.f.click(x.into(), 10.0);
        self.f.key(KeyCode::KEY_F, KeyState::Pressed, "");
        self.f.key(KeyCode::KEY_F, KeyState::Released, "");
    }

    fn serial(&mut self, client: ClientId) -> Serial {
        match self.random.chance(50) {
            true => self.f.last_input(client),
            false => Serial::NONE,
        }
    }

    fn copy(&mut self, client: ClientId) {
        let program = self.programs.get_mut(&client).expect("it lives");
        if program.offers.is_empty() || self.random.chance(70) {
            program.last_offer += 1;
            let offer = program.last_offer;
            if program.offers.len() == MAX_OFFERS {
                return;
            }
            program.offers.push(offer);
            let first = self.random.below(3) as usize;
            self.f.offer(client, offer, &TYPES[first..]);
        }
        let program = &self.programs[&client];
        let offer = self.random.pick(&program.offers).expect("one at least");
        let offer = if self.random.chance(8) { 0 } else { offer };
        let selection = [Selection::Clipboard, Selection::Primary][self.random.below(2) as usize];
        let request = SetSelection {
            selection,
            offer: OfferId(offer),
            serial: self.serial(client),
        };
        let before = self.f.desktop.selections.current[selection as usize]
            .as_ref()
            .map(|c| c.id);
        let done = self.f.desktop.set_selection(client, &request, self.f.now);
        assert_eq!(done, Ok(()));
        let after = self.f.desktop.selections.current[selection as usize]
            .as_ref()
            .map(|c| c.id);
        if let Some(id) = after.filter(|_| after != before) {
            self.meant.insert(id, (client, offer));
        }
    }

    fn destroy(&mut self, client: ClientId) {
        let program = self.programs.get_mut(&client).expect("it lives");
        if let Some(offer) = self.random.pick(&program.offers) {
            program.offers.retain(|o| *o != offer);
            assert!(self.f.desktop.destroy_offer(client, OfferId(offer)));
        }
    }

    fn paste(&mut self, client: ClientId) {
        let which = self.random.below(2) as usize;
        let program = self.programs.get_mut(&client).expect("it lives");
        let (offer, types) = &program.selections[which];
        let Some(mime) = types.get(self.random.below(3) as usize).cloned() else {
            return;
        };
        let offer = *offer;
        program.last_transfer += 1;
        let transfer = program.last_transfer;
        if self.f.receive(client, transfer, offer, &mime).is_ok() {
            let program = self.programs.get_mut(&client).expect("it lives");
            let reading = Reading {
                offer,
                mime,
                credit: 0,
                data: Vec::new(),
            };
            program.reading.insert(transfer, reading);
        }
    }

    fn allow(&mut self, client: ClientId) {
        let program = self.programs.get_mut(&client).expect("it lives");
        let all: Vec<_> = program.reading.keys().copied().collect();
        if let Some(transfer) = self.random.pick(&all) {
            let bytes = [1, 5000, 70_000, u32::MAX][self.random.below(4) as usize];
            let reading = program.reading.get_mut(&transfer).expect("one of them");
            reading.credit += u64::from(bytes);
            self.f.allow(client, transfer, bytes);
        }
    }

    fn give_up(&mut self, client: ClientId) {
        let program = self.programs.get_mut(&client).expect("it lives");
        let all: Vec<_> = program.reading.keys().copied().collect();
        if let Some(transfer) = self.random.pick(&all) {
            program.reading.remove(&transfer);
            self.f
                .end(client, TransferId(transfer), TransferStatus::Cancelled);
        }
    }

    /// Sends some of what it may; all of it ends the transfer.
    fn send(&mut self, client: ClientId) {
        let program = self.programs.get_mut(&client).expect("it lives");
        let all: Vec<_> = program.sending.keys().copied().collect();
        let Some(transfer) = self.random.pick(&all) else {
            return;
        };
        let sending = program.sending.get_mut(&transfer).expect("one of them");
        let most = sending.credit.min(sending.data.len());
        let count = match self.random.chance(60) {
            true => most,
            false => self.random.below(most as u32 + 1) as usize,
        };
        let piece: Vec<u8> = sending.data.drain(..count).collect();
        sending.credit -= count;
        let done = sending.data.is_empty();
        assert_eq!(self.f.send_data(client, transfer, &piece), Ok(()));
        if done {
            program_of(&mut self.programs, client)
                .sending
                .remove(&transfer);
            self.f.end(client, transfer, TransferStatus::Complete);
        }
    }

    fn end_early(&mut self, client: ClientId) {
        let program = self.programs.get_mut(&client).expect("it lives");
        let all: Vec<_> = program.sending.keys().copied().collect();
        if let Some(transfer) = self.random.pick(&all) {
            program.sending.remove(&transfer);
            self.f.end(client, transfer, TransferStatus::Cancelled);
        }
    }

    fn die(&mut self, client: ClientId) {
        self.f.desktop.remove_client(client);
        self.programs.remove(&client);
        self.connect();
    }

    /// A client takes in everything that there is for it.
    fn read(&mut self, client: ClientId) {
        let mut woken = Vec::new();
        self.f.desktop.take_wakes(&mut woken);
        let has_keyboard = self
            .f
            .desktop
            .seat
            .keyboard
            .is_some_and(|k| k.client == client);
        let bytes = self.f.bytes(client);
        let (programs, f) = (&mut self.programs, &mut self.f);
        let program = program_of(programs, client);
        each_event(&bytes, |event| match event {
            Event::SelectionChanged(e) => {
                assert!(has_keyboard, "it may not know");
                let types = e.types.iter().map(str::to_owned).collect();
                program.selections[e.selection as usize] = (e.offer, types);
            }
            Event::SendRequested(e) => {
                let data = content(client, e.offer.0, e.mime.0);
                program
                    .sending
                    .insert(e.transfer, Sending { data, credit: 0 });
            }
            Event::TransferCredit(e) => {
                if let Some(sending) = program.sending.get_mut(&e.transfer) {
                    sending.credit += e.bytes as usize;
                }
            }
            Event::TransferEnd(e) => {
                program.sending.remove(&e.transfer);
            }
            _ => {}
        });
        while let Some(delivery) = f.desktop.take_transfer(client) {
            match delivery {
                Delivery::Data(transfer, piece) => {
                    assert!(!piece.is_empty() && piece.len() <= MAX_CHUNK);
                    let reading = program.reading.get_mut(&transfer.0).expect("it is read");
                    reading.credit -= piece.len() as u64;
                    reading.data.extend(piece);
                }
                Delivery::End(transfer, status) => {
                    let reading = program.reading.remove(&transfer.0).expect("it is read");
                    if status == TransferStatus::Complete {
                        let (owner, offer) = self
                            .meant
                            .get(&reading.offer)
                            .copied()
                            .or_else(|| kept_by(&self.meant, &reading))
                            .expect("it was told");
                        assert!(reading.data == content(owner, offer, &reading.mime));
                        self.completed += 1;
                        self.kept += usize::from(!self.meant.contains_key(&reading.offer));
                    }
                }
            }
        }
    }

    /// Everybody does their part: then every transfer ends.
    fn finish(&mut self) {
        for _ in 0..400 {
            let clients: Vec<_> = self.programs.keys().copied().collect();
            for client in clients {
                self.read(client);
                let reading: Vec<_> = self.programs[&client].reading.keys().copied().collect();
                for transfer in reading {
                    program_of(&mut self.programs, client)
                        .reading
                        .get_mut(&transfer)
                        .expect("one of them")
                        .credit += 100_000;
                    self.f.allow(client, transfer, 100_000);
                }
                self.send(client);
            }
            if self.f.desktop.transfer_count() == 0 {
                break;
            }
        }
        assert_eq!(self.f.desktop.transfer_count(), 0);
        assert!(self.programs.values().all(|p| p.reading.is_empty()));
    }
}

fn program_of(programs: &mut BTreeMap<ClientId, Program>, client: ClientId) -> &mut Program {
    programs.get_mut(&client).expect("it lives")
}

/// A text whose owner has gone has a number of its own: whose it was shows in what it is.
fn kept_by(
    meant: &BTreeMap<OfferId, (ClientId, u32)>,
    reading: &Reading,
) -> Option<(ClientId, u32)> {
    let was = |(c, o): &&(ClientId, u32)| content(*c, *o, &reading.mime) == reading.data;
    meant.values().find(was).copied()
}

#[test]
fn whatever_is_copied_and_pasted_arrives_as_it_was_or_not_at_all() {
    let (mut completed, mut kept) = (0, 0);
    for seed in 0..SEQUENCES {
        let mut world = World::new(seed);
        for _ in 0..STEPS {
            world.step();
        }
        world.finish();
        completed += world.completed;
        kept += world.kept;
    }
    // A test that pastes nothing shows nothing.
    assert!(completed > SEQUENCES as usize, "{completed} completed");
    assert!(kept > 0, "{kept} from owners that had gone");
}
