//! [`X11`]: the bridge's own connection to the X server, its window and the names of things.

use std::collections::HashMap;

use transom_protocol::clipboard::Selection;
use x11rb::connection::Connection;
use x11rb::errors::ReplyError;
use x11rb::protocol::xfixes::{ConnectionExt as _, SelectionEventMask};
use x11rb::protocol::xproto::{
    Atom, AtomEnum, ChangeWindowAttributesAux, ConnectionExt as _, CreateWindowAux, EventMask,
    GetPropertyReply, PropMode, SELECTION_NOTIFY_EVENT, SelectionNotifyEvent, Window, WindowClass,
};
use x11rb::rust_connection::RustConnection;
use x11rb::wrapper::ConnectionExt as _;

x11rb::atom_manager! {
    /// Names that mean something to the bridge.
    pub(super) Atoms: AtomsCookie {
        CLIPBOARD,
        TARGETS,
        MULTIPLE,
        TIMESTAMP,
        INCR,
        ATOM_PAIR,
        // Where the time is asked for.
        TRANSOM_TIME,
        // Where the lists of targets arrive.
        TRANSOM_CLIPBOARD_TARGETS,
        TRANSOM_PRIMARY_TARGETS,
    }
}

/// The most names that our programs can have the X server keep: it never forgets one.
const MAX_NAMES: usize = 4096;

/// The most entries of a list of targets that are looked at, several times what any program has.
const MAX_TARGETS: u32 = 256;

pub(super) type Failed = Box<dyn std::error::Error + Send + Sync>;

pub(super) struct X11 {
    pub(super) connection: RustConnection,
    pub(super) window: Window,
    pub(super) atoms: Atoms,
    names: HashMap<Atom, String>,
    known: HashMap<String, Atom>,
}

impl X11 {
    /// Connects to where the environment says, and asks to be told of selections.
    pub(super) fn open() -> Result<Self, Failed> {
        let (connection, screen) = x11rb::connect(None)?;
        let atoms = Atoms::new(&connection)?.reply()?;
        connection.xfixes_query_version(5, 0)?.reply()?;
        let root = connection.setup().roots[screen].root;
        let window = connection.generate_id()?;
        let events = CreateWindowAux::new().event_mask(EventMask::PROPERTY_CHANGE);
        connection.create_window(
            0, // As windows that show nothing have it.
            window,
            root,
            0,
            0,
            1,
            1,
            0,
            WindowClass::INPUT_ONLY,
            x11rb::COPY_FROM_PARENT,
            &events,
        )?;
        let x = Self {
            connection,
            window,
            atoms,
            names: HashMap::new(),
            known: HashMap::new(),
        };
        for selection in [Selection::Clipboard, Selection::Primary] {
            let mask = SelectionEventMask::SET_SELECTION_OWNER
                | SelectionEventMask::SELECTION_WINDOW_DESTROY
                | SelectionEventMask::SELECTION_CLIENT_CLOSE;
            let atom = x.selection(selection);
            x.connection
                .xfixes_select_selection_input(window, atom, mask)?;
        }
        Ok(x)
    }

    pub(super) fn selection(&self, selection: Selection) -> Atom {
        match selection {
            Selection::Clipboard => self.atoms.CLIPBOARD,
            Selection::Primary => AtomEnum::PRIMARY.into(),
        }
    }

    pub(super) fn selection_of(&self, atom: Atom) -> Option<Selection> {
        let all = [Selection::Clipboard, Selection::Primary];
        all.into_iter().find(|s| self.selection(*s) == atom)
    }

    /// Where the list of a selection's targets arrives.
    pub(super) fn targets_property(&self, selection: Selection) -> Atom {
        match selection {
            Selection::Clipboard => self.atoms.TRANSOM_CLIPBOARD_TARGETS,
            Selection::Primary => self.atoms.TRANSOM_PRIMARY_TARGETS,
        }
    }

    /// The numbers of names; `None` for one too many.
    pub(super) fn intern<S: AsRef<str>>(
        &mut self,
        names: &[S],
    ) -> Result<Vec<Option<Atom>>, Failed> {
        let mut asked = Vec::new();
        for name in names.iter().map(AsRef::as_ref) {
            let room = self.known.len() + asked.len() < MAX_NAMES;
            if room && !self.known.contains_key(name) {
                asked.push((name, self.connection.intern_atom(false, name.as_bytes())?));
            }
        }
        for (name, cookie) in asked {
            self.known.insert(name.to_owned(), cookie.reply()?.atom);
        }
        let atom = |name: &S| self.known.get(name.as_ref()).copied();
        Ok(names.iter().map(atom).collect())
    }

    /// The number of a name; `None` for one too many.
    pub(super) fn intern_one(&mut self, name: &str) -> Result<Option<Atom>, Failed> {
        Ok(self.intern(&[name])?.into_iter().flatten().next())
    }

    /// The names of numbers; those of none are left out.
    pub(super) fn names(&mut self, atoms: &[Atom]) -> Result<Vec<String>, Failed> {
        // All that X programs ever named are not ours to keep.
        if self.names.len() > MAX_NAMES {
            self.names.clear();
        }
        let mut asked = Vec::new();
        for atom in atoms.iter().filter(|atom| !self.names.contains_key(atom)) {
            asked.push((*atom, self.connection.get_atom_name(*atom)?));
        }
        for (atom, cookie) in asked {
            match cookie.reply() {
                Ok(reply) => {
                    let name = String::from_utf8_lossy(&reply.name).into_owned();
                    self.names.insert(atom, name);
                }
                Err(ReplyError::X11Error(_)) => {}
                Err(e) => return Err(e.into()),
            }
        }
        Ok(atoms
            .iter()
            .filter_map(|a| self.names.get(a).cloned())
            .collect())
    }

    /// The names in the list that has arrived in a property.
    pub(super) fn take_targets(&mut self, property: Atom) -> Result<Vec<String>, Failed> {
        let reply = self.property(property, 0, 4 * MAX_TARGETS)?;
        self.connection.delete_property(self.window, property)?;
        let atoms: Vec<Atom> = reply.value32().into_iter().flatten().collect();
        self.names(&atoms)
    }

    /// A part of a property of the bridge's window; both numbers are bytes, and multiples of 4.
    pub(super) fn property(
        &self,
        property: Atom,
        offset: u32,
        length: u32,
    ) -> Result<GetPropertyReply, Failed> {
        let (window, any) = (self.window, AtomEnum::ANY);
        let cookie =
            self.connection
                .get_property(false, window, property, any, offset / 4, length / 4)?;
        Ok(cookie.reply()?)
    }

    /// Asks the X server what time it is: the property changes.
    pub(super) fn ask_time(&self) -> Result<(), Failed> {
        self.connection.change_property8(
            PropMode::APPEND,
            self.window,
            self.atoms.TRANSOM_TIME,
            AtomEnum::STRING,
            &[],
        )?;
        Ok(())
    }

    /// Chooses what is told of another program's window, which may be gone.
    pub(super) fn watch(&self, window: Window, watch: bool) -> Result<(), Failed> {
        let events = match watch {
            true => EventMask::PROPERTY_CHANGE | EventMask::STRUCTURE_NOTIFY,
            false => EventMask::NO_EVENT,
        };
        let change = ChangeWindowAttributesAux::new().event_mask(events);
        self.connection.change_window_attributes(window, &change)?;
        Ok(())
    }

    /// Tells a program that what it asked for is there.
    pub(super) fn notify(&self, event: SelectionNotifyEvent) -> Result<(), Failed> {
        debug_assert_eq!(event.response_type, SELECTION_NOTIFY_EVENT);
        self.connection
            .send_event(false, event.requestor, EventMask::NO_EVENT, event)?;
        Ok(())
    }
}
