//! [`Emulator`]: the bytes of a program become a grid of cells, and answers for the program.

use std::fmt;
use std::time::Duration;

use alacritty_terminal::event::{Event, WindowSize};
use alacritty_terminal::grid::{Dimensions, Scroll};
use alacritty_terminal::index::{Line, Point};
use alacritty_terminal::term::cell::Flags;
use alacritty_terminal::term::{ClipboardType, Config, Term, TermMode};
use alacritty_terminal::vte::ansi::{CursorStyle, Processor, Rgb, Timeout};
use transom::Selection;

use super::bidi::Order;
use super::mailbox::Mailbox;
use super::palette::Palette;
use super::text;
use super::xterm::{Region, Xterm};

/// Lines that are kept above the screen: 100 columns of them take some 25 MB.
const HISTORY: usize = 10_000;

/// Columns and rows at most, however large the window.
const MAX_SIDE: usize = 1000;

/// Bytes of a title that are taken over.
const MAX_TITLE: usize = 1024;

/// How large the grid is, and each of its cells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GridSize {
    /// Cells in a row: 2 to 1000.
    pub columns: usize,
    /// 1 to 1000.
    pub rows: usize,
    /// A cell's width in device pixels.
    pub cell_width: u16,
    /// A cell's height in device pixels.
    pub cell_height: u16,
}

impl GridSize {
    /// So many cells, within the bounds there are.
    pub fn new(columns: usize, rows: usize, cell_width: u16, cell_height: u16) -> Self {
        Self {
            columns: columns.clamp(2, MAX_SIDE),
            rows: rows.clamp(1, MAX_SIDE),
            cell_width,
            cell_height,
        }
    }

    fn window(self) -> WindowSize {
        WindowSize {
            num_lines: self.rows as u16,
            num_cols: self.columns as u16,
            // Their product is to fit 16 bits.
            cell_width: self.cell_width.min(u16::MAX / self.columns as u16),
            cell_height: self.cell_height.min(u16::MAX / self.rows as u16),
        }
    }
}

impl Dimensions for GridSize {
    fn total_lines(&self) -> usize {
        self.rows
    }

    fn screen_lines(&self) -> usize {
        self.rows
    }

    fn columns(&self) -> usize {
        self.columns
    }
}

/// What a program has asked for beside text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Notice {
    /// Another title; `None`: the one at the start.
    Title(Option<String>),
    /// Attention.
    Bell,
    /// Text for the clipboard or the primary selection.
    Copy(Selection, String),
}

/// The modes that a program has set.
pub type Modes = TermMode;

/// Whether the program wants what it sends to be seen only when it is complete.
#[derive(Debug, Default)]
struct Held(bool);

impl Timeout for Held {
    fn set_timeout(&mut self, _: Duration) {
        self.0 = true;
    }

    fn clear_timeout(&mut self) {
        self.0 = false;
    }

    fn pending_timeout(&self) -> bool {
        self.0
    }
}

/// A terminal without window, pseudo-terminal and clock.
pub struct Emulator {
    term: Term<Mailbox>,
    parser: Processor<Held>,
    mailbox: Mailbox,
    region: Region,
    size: GridSize,
    reply: Vec<u8>,
    notices: Vec<Notice>,
}

impl fmt::Debug for Emulator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Emulator")
            .field("size", &self.size)
            .finish_non_exhaustive()
    }
}

impl Emulator {
    /// An empty one; `caret` is how its caret looks until the program asks for another.
    pub fn new(size: GridSize, caret: CursorStyle) -> Self {
        let mailbox = Mailbox::default();
        let config = Config {
            scrolling_history: HISTORY,
            default_cursor_style: caret,
            ..Config::default()
        };
        Self {
            term: Term::new(config, &size, mailbox.clone()),
            parser: Processor::new(),
            mailbox,
            region: Region::default(),
            size,
            reply: Vec::new(),
            notices: Vec::new(),
        }
    }

    /// Takes in output of the program.
    pub fn feed(&mut self, bytes: &[u8]) {
        let mut xterm = Xterm {
            term: &mut self.term,
            region: &mut self.region,
            mailbox: &self.mailbox,
        };
        self.parser.advance(&mut xterm, bytes);
        self.read_mail();
        self.bound_offset();
    }

    /// The crate lets the view go further back than there are lines when a region scrolls that
    /// does not begin at the top.
    fn bound_offset(&mut self) {
        if self.offset() > self.history() {
            self.term.scroll_display(Scroll::Delta(0));
        }
    }

    /// Whether a synchronised update has begun and not ended: what the program has sent since is
    /// not in the grid yet. After 150 ms [`Emulator::release`] should end it.
    pub fn holds(&self) -> bool {
        self.parser.sync_timeout().pending_timeout()
    }

    /// Ends a synchronised update that the program has not ended.
    pub fn release(&mut self) {
        if self.holds() {
            let mut xterm = Xterm {
                term: &mut self.term,
                region: &mut self.region,
                mailbox: &self.mailbox,
            };
            self.parser.stop_sync(&mut xterm);
            self.read_mail();
            self.bound_offset();
        }
    }

    fn read_mail(&mut self) {
        for event in self.mailbox.take() {
            self.read(event);
        }
    }

    fn read(&mut self, event: Event) {
        match event {
            Event::PtyWrite(text) => self.reply.extend_from_slice(text.as_bytes()),
            Event::ColorRequest(index, answer) => {
                let color = Palette::new(self.term.colors()).indexed(index);
                let (r, g, b) = (color.r, color.g, color.b);
                self.reply
                    .extend_from_slice(answer(Rgb { r, g, b }).as_bytes());
            }
            Event::TextAreaSizeRequest(answer) => {
                self.reply
                    .extend_from_slice(answer(self.size.window()).as_bytes());
            }
            Event::Title(title) => self.notices.push(Notice::Title(Some(clean(&title)))),
            Event::ResetTitle => self.notices.push(Notice::Title(None)),
            Event::Bell => self.ring(),
            Event::ClipboardStore(ClipboardType::Clipboard, text) => {
                self.notices.push(Notice::Copy(Selection::Clipboard, text));
            }
            Event::ClipboardStore(ClipboardType::Selection, text) => {
                self.notices.push(Notice::Copy(Selection::Primary, text));
            }
            // Reading the clipboard is not allowed to programs; the rest is seen in the grid.
            Event::ClipboardLoad(..)
            | Event::CursorBlinkingChange
            | Event::MouseCursorDirty
            | Event::Wakeup
            | Event::Exit
            | Event::ChildExit(_) => {}
        }
    }

    /// Many bells at once are one.
    fn ring(&mut self) {
        if !self.notices.contains(&Notice::Bell) {
            self.notices.push(Notice::Bell);
        }
    }

    /// Answers to the program's questions, for it to read.
    pub fn take_reply(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.reply)
    }

    /// What the program has asked for beside text, oldest first.
    pub fn take_notices(&mut self) -> Vec<Notice> {
        std::mem::take(&mut self.notices)
    }

    /// Another size; lines that were wrapped flow anew.
    pub fn resize(&mut self, size: GridSize) {
        self.size = size;
        self.region = Region::default();
        self.term.resize(size);
        self.read_mail();
    }

    /// How large the grid is.
    pub fn size(&self) -> GridSize {
        self.size
    }

    /// The modes that the program has set.
    pub fn modes(&self) -> Modes {
        *self.term.mode()
    }

    /// How the caret looks.
    pub fn caret_style(&self) -> CursorStyle {
        self.term.cursor_style()
    }

    /// Lines above the screen.
    pub fn history(&self) -> usize {
        self.term.history_size()
    }

    /// How many lines the view is scrolled back.
    pub fn offset(&self) -> usize {
        self.term.grid().display_offset()
    }

    /// Scrolls the view back by so many lines from the bottom, as far as there are lines.
    pub fn set_offset(&mut self, lines: usize) {
        let delta = lines.min(self.history()) as i32 - self.offset() as i32;
        if delta != 0 {
            self.term.scroll_display(Scroll::Delta(delta));
        }
    }

    /// Forgets the lines above the screen.
    pub fn clear_history(&mut self) {
        self.term.grid_mut().clear_history();
    }

    /// The text of a line, blanks at its end left out; 0 is the top of the screen, and those above
    /// are negative.
    pub fn text(&self, line: i32) -> String {
        let text = text::line(&self.term, Line(line), 0, self.term.columns());
        text.trim_end().to_owned()
    }

    /// What is selected, if something is.
    pub fn selected(&self) -> Option<String> {
        text::selected(&self.term)
    }

    /// Where the caret is: column and row, from the top left corner of the screen.
    pub fn caret(&self) -> (usize, usize) {
        let Point { line, column } = self.term.grid().cursor.point;
        (column.0, line.0.max(0) as usize)
    }

    /// Where the caret is to be seen, which is elsewhere in text from right to left.
    pub(crate) fn caret_place(&self) -> (usize, usize) {
        let (column, row) = self.caret();
        let order = Order::of(&self.term.grid()[Line(row as i32)]);
        (order.map_or(column, |order| order.place(column)), row)
    }

    /// Whether a line goes on in the next.
    pub fn is_wrapped(&self, line: i32) -> bool {
        let last = Point::new(Line(line), self.term.last_column());
        self.term.grid()[last].flags.contains(Flags::WRAPLINE)
    }

    pub(crate) fn term(&self) -> &Term<Mailbox> {
        &self.term
    }

    pub(crate) fn term_mut(&mut self) -> &mut Term<Mailbox> {
        &mut self.term
    }
}

/// A title without what cannot be seen, and not too long.
fn clean(title: &str) -> String {
    let mut clean: String = title.chars().filter(|c| !c.is_control()).collect();
    if clean.len() > MAX_TITLE {
        let end = (0..=MAX_TITLE).rev().find(|at| clean.is_char_boundary(*at));
        clean.truncate(end.unwrap_or_default());
    }
    clean
}
