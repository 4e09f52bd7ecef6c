//! [`Bridge`]: what happens on either side, and what the other is told of it.

use std::collections::{BTreeMap, HashMap};
use std::os::fd::AsFd;
use std::sync::Arc;

use tokio::io::Interest;
use tokio::io::unix::AsyncFd;
use tracing::debug;
use transom_protocol::clipboard::{Selection, TransferStatus};
use transom_protocol::ids::{OfferId, TransferId};
use x11rb::connection::Connection as _;
use x11rb::protocol::Event;
use x11rb::protocol::xfixes::SelectionNotifyEvent as OwnerEvent;
use x11rb::protocol::xproto::{
    Atom, AtomEnum, ConnectionExt as _, PropMode, Property, PropertyNotifyEvent,
    SELECTION_NOTIFY_EVENT, SelectionNotifyEvent, SelectionRequestEvent, Timestamp, Window,
};
use x11rb::wrapper::ConnectionExt as _;

use super::desk::{Desk, News};
use super::incoming::{MAX_READS, Read};
use super::outgoing::{Answer, CREDIT, Send, Step};
use super::types;
use super::x11::{Failed, X11};
use crate::hub::Hub;

/// The most conversions that one request may ask for: as many as an offer has types.
const MAX_PAIRS: u32 = 64;

const SELECTIONS: [Selection; 2] = [Selection::Clipboard, Selection::Primary];

/// Shares the clipboard until the server ends or the display is gone.
pub(super) fn run(hub: Arc<Hub>) -> Result<(), Failed> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_io()
        .build()?;
    runtime.block_on(async {
        let mut bridge = Bridge::new(hub)?;
        bridge.serve().await
    })
}

struct Bridge {
    x: X11,
    desk: Desk,
    sides: [Side; 2],
    /// What the display has offered, as long as it may be read.
    offers: BTreeMap<OfferId, Theirs>,
    reads: Vec<Read>,
    sends: Vec<Send>,
    answers: HashMap<u32, Answer>,
    last_answer: u32,
}

/// One of the selections.
#[derive(Debug, Default)]
struct Side {
    /// It is the display's, under this number.
    theirs: Option<OfferId>,
    /// It is one of our programs'.
    ours: Option<Ours>,
}

/// What one of our programs has copied.
#[derive(Debug)]
struct Ours {
    offer: OfferId,
    types: Vec<String>,
    /// Since when the bridge owns the X selection; `None` until the X server has said the time.
    since: Option<Timestamp>,
}

/// What an X program has copied.
#[derive(Debug)]
struct Theirs {
    selection: Selection,
    targets: Vec<String>,
    /// It is the selection no more.
    cancelled: bool,
}

/// How far a part of an answer has got.
enum Part {
    There,
    Refused,
    Underway,
}

impl Bridge {
    fn new(hub: Arc<Hub>) -> Result<Self, Failed> {
        let bridge = Self {
            x: X11::open()?,
            desk: Desk::new(hub),
            sides: Default::default(),
            offers: BTreeMap::new(),
            reads: Vec::new(),
            sends: Vec::new(),
            answers: HashMap::new(),
            last_answer: 0,
        };
        for selection in SELECTIONS {
            let atom = bridge.x.selection(selection);
            let owner = bridge.x.connection.get_selection_owner(atom)?.reply()?;
            if owner.owner != x11rb::NONE {
                bridge.ask_targets(selection, x11rb::CURRENT_TIME)?;
            }
        }
        Ok(bridge)
    }

    async fn serve(&mut self) -> Result<(), Failed> {
        let socket = self.x.connection.stream().as_fd().try_clone_to_owned()?;
        #[expect(
            deprecated,
            reason = "its successor is unsafe and asks for a descriptor that stays the same: this one does"
        )]
        let socket = AsyncFd::with_interest(socket, Interest::READABLE)?;
        let wake = self.desk.wake();
        loop {
            self.take_in()?;
            if self.desk.is_ending() {
                return Ok(());
            }
            tokio::select! {
                () = wake.notified() => {}
                ready = socket.readable() => {
                    let mut ready = ready?;
                    self.take_in()?;
                    // What becomes ready from here on is another readiness, which this keeps.
                    ready.clear_ready();
                }
            }
        }
    }

    /// Deals with all that has happened on both sides.
    fn take_in(&mut self) -> Result<(), Failed> {
        loop {
            let mut idle = true;
            while let Some(event) = self.x.connection.poll_for_event()? {
                idle = false;
                self.event(&event)?;
            }
            for news in self.desk.news() {
                idle = false;
                self.news(news)?;
            }
            // Answers to what was asked may have brought events with them.
            self.x.connection.flush()?;
            if idle {
                return Ok(());
            }
        }
    }

    fn event(&mut self, event: &Event) -> Result<(), Failed> {
        match event {
            Event::XfixesSelectionNotify(e) => self.owner_changed(e),
            Event::SelectionNotify(e) => self.answered(e),
            Event::SelectionRequest(e) => self.requested(e),
            Event::PropertyNotify(e) => self.property_changed(e),
            Event::SelectionClear(e) => {
                if let Some(selection) = self.x.selection_of(e.selection) {
                    self.sides[selection as usize].ours = None;
                }
                Ok(())
            }
            Event::DestroyNotify(e) => self.window_gone(e.window),
            Event::Error(e) => {
                // Other programs' windows come and go.
                debug!("the X server says {:?} to the clipboard", e.error_kind);
                Ok(())
            }
            _ => Ok(()),
        }
    }

    fn news(&mut self, news: News) -> Result<(), Failed> {
        match news {
            News::Changed {
                selection,
                offer,
                types,
            } => self.copied(selection, offer, types),
            News::Cancelled(offer) => {
                if let Some(theirs) = self.offers.get_mut(&offer) {
                    theirs.cancelled = true;
                }
                self.sweep(offer);
                Ok(())
            }
            News::Wanted {
                transfer,
                offer,
                mime,
            } => self.wanted(transfer, offer, &mime),
            News::Allowed(transfer, bytes) => self.with_read(
                |r| r.transfer == transfer,
                |r, x, desk| r.allow(x, desk, bytes),
            ),
            News::GivenUp(transfer) => self.with_read(
                |r| r.transfer == transfer,
                |r, x, _| r.give_up(x).map(|()| true),
            ),
            News::Data(transfer, bytes) => self.with_send(
                |s| s.transfer == transfer,
                |s, x, desk| s.data(x, desk, bytes),
            ),
            News::End(transfer, status) => self.with_send(
                |s| s.transfer == transfer,
                |s, x, desk| s.end(x, desk, status),
            ),
        }
    }
}

/// What the display has.
impl Bridge {
    fn owner_changed(&mut self, e: &OwnerEvent) -> Result<(), Failed> {
        let Some(selection) = self.x.selection_of(e.selection) else {
            return Ok(());
        };
        if e.owner == self.x.window {
            return Ok(());
        }
        let side = &mut self.sides[selection as usize];
        if e.owner == x11rb::NONE {
            if side.theirs.take().is_some() {
                self.desk.clear(selection);
            }
            return Ok(());
        }
        side.ours = None;
        self.ask_targets(selection, e.selection_timestamp)
    }

    fn ask_targets(&self, selection: Selection, time: Timestamp) -> Result<(), Failed> {
        let (atom, targets) = (self.x.selection(selection), self.x.atoms.TARGETS);
        let property = self.x.targets_property(selection);
        let window = self.x.window;
        self.x
            .connection
            .convert_selection(window, atom, targets, property, time)?;
        Ok(())
    }

    /// An X program has answered what the bridge asked it for.
    fn answered(&mut self, e: &SelectionNotifyEvent) -> Result<(), Failed> {
        let Some(selection) = self.x.selection_of(e.selection) else {
            return Ok(());
        };
        if e.target == self.x.atoms.TARGETS {
            return self.offered(selection, e.property);
        }
        let there = e.property != x11rb::NONE;
        let (property, target) = (e.property, e.target);
        // A refusal names no property; then the oldest question for that is meant.
        self.with_read(
            |r| {
                if there {
                    r.property == property
                } else {
                    r.is_asked(target, selection)
                }
            },
            |r, x, desk| r.answered(x, desk, there),
        )
    }

    /// An X program has said what it has.
    fn offered(&mut self, selection: Selection, property: Atom) -> Result<(), Failed> {
        let targets = match property {
            x11rb::NONE => Vec::new(),
            property => self.x.take_targets(property)?,
        };
        if self.sides[selection as usize].ours.is_some() {
            return Ok(()); // One of our programs was quicker.
        }
        let names: Vec<&str> = targets.iter().map(String::as_str).collect();
        let types = types::types_of(&names);
        if types.is_empty() {
            self.sides[selection as usize].theirs = None;
            self.desk.clear(selection);
            return Ok(());
        }
        let offer = self.desk.offer(selection, &types);
        let theirs = Theirs {
            selection,
            targets,
            cancelled: false,
        };
        self.offers.insert(offer, theirs);
        self.sides[selection as usize].theirs = Some(offer);
        Ok(())
    }

    /// One of our programs wants what the display has.
    fn wanted(&mut self, transfer: TransferId, offer: OfferId, mime: &str) -> Result<(), Failed> {
        let read = self.begin_read(transfer, offer, mime)?;
        match read {
            Some(read) => self.reads.push(read),
            None => self.desk.end(transfer, TransferStatus::Unavailable),
        }
        Ok(())
    }

    fn begin_read(
        &mut self,
        transfer: TransferId,
        offer: OfferId,
        mime: &str,
    ) -> Result<Option<Read>, Failed> {
        let Some(theirs) = self.offers.get(&offer) else {
            return Ok(None);
        };
        let selection = theirs.selection;
        // The display has something else by now.
        if self.sides[selection as usize].theirs != Some(offer) || self.reads.len() >= MAX_READS {
            return Ok(None);
        }
        let targets: Vec<&str> = theirs.targets.iter().map(String::as_str).collect();
        let Some((target, coding)) = types::target_for(mime, &targets) else {
            return Ok(None);
        };
        let (Some(target), Some(property)) = (self.x.intern_one(&target)?, self.free_place()?)
        else {
            return Ok(None);
        };
        let names = (transfer, offer);
        Read::begin(&self.x, names, selection, (target, coding), property).map(Some)
    }

    /// A property that no other transfer arrives in.
    fn free_place(&mut self) -> Result<Option<Atom>, Failed> {
        for n in 0..MAX_READS {
            let place = self.x.intern_one(&format!("TRANSOM_DATA_{n}"))?;
            if !self.reads.iter().any(|r| Some(r.property) == place) {
                return Ok(place);
            }
        }
        Ok(None)
    }

    /// Goes on with a transfer to one of our programs; one that is over is forgotten.
    fn with_read(
        &mut self,
        is: impl FnMut(&Read) -> bool,
        act: impl FnOnce(&mut Read, &X11, &Desk) -> Result<bool, Failed>,
    ) -> Result<(), Failed> {
        if let Some(index) = self.reads.iter().position(is)
            && act(&mut self.reads[index], &self.x, &self.desk)?
        {
            let read = self.reads.remove(index);
            self.sweep(read.offer);
        }
        Ok(())
    }

    /// Ends an offer that is neither a selection nor read any more.
    fn sweep(&mut self, offer: OfferId) {
        let read = self.reads.iter().any(|r| r.offer == offer);
        if !read && self.offers.get(&offer).is_some_and(|o| o.cancelled) {
            self.offers.remove(&offer);
            self.desk.destroy(offer);
        }
    }
}

/// What our programs have.
impl Bridge {
    /// One of our programs has copied something, or what it copied is gone.
    fn copied(
        &mut self,
        selection: Selection,
        offer: OfferId,
        types: Vec<String>,
    ) -> Result<(), Failed> {
        let side = &mut self.sides[selection as usize];
        if !types.is_empty() {
            side.theirs = None;
            let since = None;
            side.ours = Some(Ours {
                offer,
                types,
                since,
            });
            return self.x.ask_time();
        }
        if let Some(since) = side.ours.take().and_then(|ours| ours.since) {
            let (none, atom) = (x11rb::NONE, self.x.selection(selection));
            self.x.connection.set_selection_owner(none, atom, since)?;
        }
        Ok(())
    }

    /// The X server has said what time it is: what was copied before is from then.
    fn own(&mut self, time: Timestamp) -> Result<(), Failed> {
        for selection in SELECTIONS {
            let atom = self.x.selection(selection);
            let ours = self.sides[selection as usize].ours.as_mut();
            if let Some(ours) = ours.filter(|ours| ours.since.is_none()) {
                ours.since = Some(time);
                self.x
                    .connection
                    .set_selection_owner(self.x.window, atom, time)?;
            }
        }
        Ok(())
    }

    fn property_changed(&mut self, e: &PropertyNotifyEvent) -> Result<(), Failed> {
        let (window, property) = (e.window, e.atom);
        if window != self.x.window {
            if e.state != Property::DELETE {
                return Ok(());
            }
            let is = |s: &Send| (s.requestor, s.property) == (window, property) && s.is_in_pieces();
            return self.with_send(is, |s, x, desk| s.removed(x, desk));
        }
        if e.state != Property::NEW_VALUE {
            return Ok(());
        }
        if property == self.x.atoms.TRANSOM_TIME {
            return self.own(e.time);
        }
        self.with_read(|r| r.property == property, |r, x, desk| r.arrived(x, desk))
    }

    /// An X program wants what one of ours has.
    fn requested(&mut self, e: &SelectionRequestEvent) -> Result<(), Failed> {
        // Programs older than the rules name no property.
        let property = match e.property {
            x11rb::NONE => e.target,
            property => property,
        };
        let event = SelectionNotifyEvent {
            response_type: SELECTION_NOTIFY_EVENT,
            sequence: 0,
            time: e.time,
            requestor: e.requestor,
            selection: e.selection,
            target: e.target,
            property,
        };
        self.last_answer = self.last_answer.wrapping_add(1);
        let id = self.last_answer;
        let wants: Vec<(Atom, Atom)> = match e.target == self.x.atoms.MULTIPLE {
            true => self.pairs(e.requestor, property)?,
            false => vec![(e.target, property)],
        };
        let pairs = (e.target == self.x.atoms.MULTIPLE).then(|| {
            let flat = wants.iter().flat_map(|(target, place)| [*target, *place]);
            (property, flat.collect())
        });
        // One more than there are, until all have been begun.
        let waiting = wants.len() + 1;
        let answer = Answer {
            event,
            waiting,
            pairs,
        };
        self.answers.insert(id, answer);
        for (target, place) in wants {
            match self.part(e, target, place, id)? {
                Part::There => self.part_done(id, place, true)?,
                Part::Refused => self.part_done(id, place, false)?,
                Part::Underway => {}
            }
        }
        self.part_done(id, x11rb::NONE, true)
    }

    /// The conversions that are asked for at once.
    fn pairs(&self, window: Window, property: Atom) -> Result<Vec<(Atom, Atom)>, Failed> {
        let any = AtomEnum::ANY;
        let cookie =
            self.x
                .connection
                .get_property(false, window, property, any, 0, 2 * MAX_PAIRS)?;
        // The window may be gone.
        let Ok(reply) = cookie.reply() else {
            return Ok(Vec::new());
        };
        let atoms: Vec<Atom> = reply.value32().into_iter().flatten().collect();
        Ok(atoms
            .chunks_exact(2)
            .map(|pair| (pair[0], pair[1]))
            .collect())
    }

    /// Begins to put one target into one property.
    fn part(
        &mut self,
        e: &SelectionRequestEvent,
        target: Atom,
        property: Atom,
        answer: u32,
    ) -> Result<Part, Failed> {
        let selection = self.x.selection_of(e.selection);
        let Some(ours) = selection.and_then(|s| self.sides[s as usize].ours.as_ref()) else {
            return Ok(Part::Refused);
        };
        let Some(since) = ours.since.filter(|since| !is_before(e.time, *since)) else {
            return Ok(Part::Refused);
        };
        let (window, replace) = (e.requestor, PropMode::REPLACE);
        if target == self.x.atoms.TIMESTAMP {
            let kind = AtomEnum::INTEGER;
            self.x
                .connection
                .change_property32(replace, window, property, kind, &[since])?;
            return Ok(Part::There);
        }
        if target == self.x.atoms.TARGETS {
            let own = [
                self.x.atoms.TARGETS,
                self.x.atoms.TIMESTAMP,
                self.x.atoms.MULTIPLE,
            ];
            let names = types::targets_of(&ours.types);
            let known = self.x.intern(&names)?;
            let all: Vec<Atom> = own.into_iter().chain(known.into_iter().flatten()).collect();
            let kind = AtomEnum::ATOM;
            self.x
                .connection
                .change_property32(replace, window, property, kind, &all)?;
            return Ok(Part::There);
        }
        let names = self.x.names(&[target])?;
        let name = names.first().map(String::as_str).unwrap_or_default();
        let Some((mime, coding)) = types::mime_for(name, &ours.types) else {
            return Ok(Part::Refused);
        };
        let Some(transfer) = self.desk.receive(ours.offer, mime, CREDIT) else {
            return Ok(Part::Refused);
        };
        // TEXT is whatever it is said to be.
        let kind = match name {
            "TEXT" => self.x.intern_one("UTF8_STRING")?.unwrap_or(target),
            _ => target,
        };
        let place = (window, property);
        self.sends
            .push(Send::new(transfer, place, (kind, coding), answer));
        Ok(Part::Underway)
    }

    /// A part of an answer is there, or announced, or cannot be had. The last one sends the answer.
    fn part_done(&mut self, id: u32, place: Atom, there: bool) -> Result<(), Failed> {
        let Some(answer) = self.answers.get_mut(&id) else {
            return Ok(());
        };
        answer.waiting -= 1;
        match &mut answer.pairs {
            _ if there => {}
            None => answer.event.property = x11rb::NONE,
            Some((_, pairs)) => {
                let failed = pairs.chunks_exact_mut(2).find(|pair| pair[1] == place);
                failed.into_iter().for_each(|pair| pair[1] = x11rb::NONE);
            }
        }
        if answer.waiting > 0 {
            return Ok(());
        }
        let Some(answer) = self.answers.remove(&id) else {
            return Ok(());
        };
        if let Some((property, pairs)) = &answer.pairs {
            let (window, kind) = (answer.event.requestor, self.x.atoms.ATOM_PAIR);
            let replace = PropMode::REPLACE;
            self.x
                .connection
                .change_property32(replace, window, *property, kind, pairs)?;
        }
        self.x.notify(answer.event)
    }

    /// Goes on with a transfer to an X program.
    fn with_send(
        &mut self,
        is: impl FnMut(&Send) -> bool,
        act: impl FnOnce(&mut Send, &X11, &Desk) -> Result<Step, Failed>,
    ) -> Result<(), Failed> {
        let Some(index) = self.sends.iter().position(is) else {
            return Ok(());
        };
        let step = act(&mut self.sends[index], &self.x, &self.desk)?;
        let (answer, property) = (self.sends[index].answer, self.sends[index].property);
        match step {
            Step::Waits => {}
            Step::Begun => self.part_done(answer, property, true)?,
            Step::Answered => {
                self.sends.remove(index);
                self.part_done(answer, property, true)?;
            }
            Step::Failed => {
                self.sends.remove(index);
                self.part_done(answer, property, false)?;
            }
            Step::Over => {
                let send = self.sends.remove(index);
                self.unwatch(send.requestor)?;
            }
        }
        Ok(())
    }

    fn unwatch(&self, window: Window) -> Result<(), Failed> {
        let watched = |s: &Send| s.requestor == window && s.is_in_pieces();
        match self.sends.iter().any(watched) {
            true => Ok(()),
            false => self.x.watch(window, false),
        }
    }

    /// An X program's window is gone, and with it what it was reading.
    fn window_gone(&mut self, window: Window) -> Result<(), Failed> {
        let (gone, kept) = std::mem::take(&mut self.sends)
            .into_iter()
            .partition(|s| s.requestor == window);
        self.sends = kept;
        for send in gone {
            self.desk.end(send.transfer, TransferStatus::Cancelled);
            if !send.is_in_pieces() {
                self.part_done(send.answer, send.property, false)?;
            }
        }
        Ok(())
    }
}

/// Whether a time of the X server's is before another, around its wrap; "now" never is.
fn is_before(time: Timestamp, other: Timestamp) -> bool {
    time != x11rb::CURRENT_TIME && time.wrapping_sub(other) > u32::MAX / 2
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_compared_around_their_wrap() {
        assert!(is_before(1, 2) && is_before(u32::MAX, 1));
        assert!(!is_before(2, 2) && !is_before(1, u32::MAX));
        assert!(!is_before(x11rb::CURRENT_TIME, 1000));
    }
}
