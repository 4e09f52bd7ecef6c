//! [`Terminal`]: the program without pseudo-terminal and clock: what comes in, and what goes out.

use std::fmt;
use std::time::Duration;

use alacritty_terminal::vte::ansi::{CursorShape as CaretShape, CursorStyle};
use transom::{
    Clipboard, Display, Error, Event, GlyphSet, Modifiers, Rect, Scale, Selection, Size,
    TextPurpose, Window,
};

use super::bar;
use super::caret::Blink;
use super::emulator::{Emulator, GridSize, Modes, Notice};
use super::glide::Glide;
use super::glyphs::{Glyphs, UNITS};
use super::links::Link;
use super::metrics::Metrics;
use super::options::{Geometry, Options};
use super::painter::Painter;
use super::pointer::Pointer;
use super::preedit;
use super::screen::{Screen, View};
use super::search::Search;
use crate::wants_redraw;

/// How long a program may keep what it sends from being seen, by a synchronised update.
const MAX_HELD: Duration = Duration::from_millis(150);

/// From one picture to the next, while the display has not said.
const REFRESH: Duration = Duration::from_nanos(16_666_667);

/// The window's title when nobody has said another.
const TITLE: &str = "Terminal";

/// What the terminal's surroundings have to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// The program is to be told another size.
    Grid(GridSize),
    /// A link is to be shown.
    Open(String),
    /// The person has closed the window.
    Close,
}

/// A terminal in a window. Times are of one clock, which never goes back.
pub struct Terminal<'a> {
    display: &'a Display,
    pub(super) window: Window,
    pub(super) emulator: Emulator,
    set: GlyphSet,
    glyphs: Glyphs,
    painter: Painter,
    pub(super) metrics: Metrics,
    pub(super) font_size: f32,
    pub(super) usual_size: f32,
    title: String,
    /// How many cells were asked for, while the window has not been given another size.
    wished: Option<Geometry>,
    pub(super) glide: Glide,
    /// How far the emulator is scrolled back, when it was looked at last.
    offset: usize,
    blink: Blink,
    focused: bool,
    pub(super) modifiers: Modifiers,
    pub(super) pointer: Pointer,
    pub(super) link: Option<Link>,
    pub(super) search: Option<Search>,
    preedit: String,
    /// Where the display was told that text is entered.
    told: Option<(usize, usize)>,
    pub(super) input: Vec<u8>,
    changes: Vec<Change>,
    held_since: Option<Duration>,
    refresh: Duration,
    pub(super) now: Duration,
    stale: bool,
}

impl fmt::Debug for Terminal<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut f = f.debug_struct("Terminal");
        f.field("window", &self.window)
            .field("emulator", &self.emulator)
            .finish_non_exhaustive()
    }
}

impl<'a> Terminal<'a> {
    /// Opens its window, of the size and with the text that the options say.
    pub fn new(display: &'a Display, options: &Options) -> Self {
        let metrics = Metrics::new(options.font_size, Scale::ONE);
        let Geometry { columns, rows } = options.geometry;
        let Size { width, height } = metrics.window(columns, rows);
        let title = options.title.clone().unwrap_or_else(|| TITLE.into());
        let window = display
            .window(&title)
            .size(width, height)
            .app_id("org.transom.term")
            .build();
        window.set_cursor(transom::CursorShape::TEXT);
        let caret = CursorStyle {
            shape: CaretShape::Block,
            blinking: true,
        };
        let emulator = Emulator::new(size_of(&metrics, columns, rows), caret);
        Self {
            display,
            window,
            emulator,
            set: display.glyph_set(UNITS),
            glyphs: Glyphs::default(),
            painter: Painter::default(),
            metrics,
            font_size: options.font_size,
            usual_size: options.font_size,
            title,
            wished: Some(options.geometry),
            glide: Glide::default(),
            offset: 0,
            blink: Blink::default(),
            focused: false,
            modifiers: Modifiers::NONE,
            pointer: Pointer::default(),
            link: None,
            search: None,
            preedit: String::new(),
            told: None,
            input: Vec::new(),
            changes: Vec::new(),
            held_since: None,
            refresh: REFRESH,
            now: Duration::ZERO,
            stale: true,
        }
    }

    /// Its window.
    pub fn window(&self) -> &Window {
        &self.window
    }

    /// What the program has written.
    pub fn emulator(&self) -> &Emulator {
        &self.emulator
    }

    /// How large cells are.
    pub fn metrics(&self) -> &Metrics {
        &self.metrics
    }

    /// How many cells there are.
    pub fn grid(&self) -> GridSize {
        self.emulator.size()
    }

    /// Takes in output of the program.
    pub fn feed(&mut self, bytes: &[u8], now: Duration) {
        self.now = now;
        self.emulator.feed(bytes);
        self.after_output();
    }

    fn after_output(&mut self) {
        self.held_since = match (self.emulator.holds(), self.held_since) {
            (true, None) => Some(self.now),
            (true, since) => since,
            (false, _) => None,
        };
        self.follow_growth();
        for notice in self.emulator.take_notices() {
            self.notice(notice);
        }
        self.blink.restart(self.now);
        self.stale = true;
    }

    /// The view stays with what it shows while lines are added below.
    fn follow_growth(&mut self) {
        let grown = self.emulator.offset() as f32 - self.offset as f32;
        if grown != 0.0 {
            self.glide.grow(grown * self.metrics.height as f32);
        }
        self.offset = self.emulator.offset();
    }

    fn notice(&mut self, notice: Notice) {
        match notice {
            Notice::Title(title) => self.window.set_title(title.as_ref().unwrap_or(&self.title)),
            Notice::Bell => self.window.bell(),
            Notice::Copy(selection, text) => self.copy_text(selection, text),
        }
    }

    pub(super) fn copy_text(&self, selection: Selection, text: String) {
        self.clipboard(selection).copy_text(text);
    }

    pub(super) fn clipboard(&self, selection: Selection) -> Clipboard {
        match selection {
            Selection::Clipboard => self.display.clipboard(),
            Selection::Primary => self.display.primary(),
        }
    }

    /// Answers to the program's questions.
    pub fn take_reply(&mut self) -> Vec<u8> {
        self.emulator.take_reply()
    }

    /// What was typed, pasted or done with the pointer, as the program is sent it.
    pub fn take_input(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.input)
    }

    /// What the surroundings have to do, in order.
    pub fn take_changes(&mut self) -> Vec<Change> {
        std::mem::take(&mut self.changes)
    }

    pub(super) fn change(&mut self, change: Change) {
        self.changes.push(change);
    }

    pub(super) fn modes(&self) -> Modes {
        self.emulator.modes()
    }

    /// There is something new to show.
    pub(super) fn touch(&mut self) {
        self.stale = true;
    }

    /// Takes in what the display tells.
    pub fn handle(&mut self, event: &Event, now: Duration) {
        self.now = now;
        if event
            .window()
            .is_some_and(|window| window != self.window.id())
        {
            return;
        }
        if wants_redraw(event, self.window.id()) {
            self.painter.forget();
            self.stale = true;
        }
        match event {
            Event::Connected { scale, .. } => self.first_scale(*scale),
            Event::Resized { size, scale, .. } => self.resized(*size, *scale),
            Event::CloseRequested { .. } => self.change(Change::Close),
            Event::FrameShown { refresh, .. } if !refresh.is_zero() => self.refresh = *refresh,
            Event::KeyboardEnter { .. } => self.focus(true),
            Event::KeyboardLeave { .. } => self.focus(false),
            Event::ModifiersChanged { modifiers } => {
                self.modifiers = *modifiers;
                self.look_for_link();
            }
            Event::Key(key) => self.key(key),
            Event::Preedit { text, .. } => self.compose(text),
            Event::TextCommit { text, .. } => self.typed(text.as_bytes()),
            Event::Pasted(pasted) => self.pasted(&pasted.text()),
            _ => self.pointed(event),
        }
    }

    /// At a scale that was not known when the window was made, it is made as large as asked for.
    fn first_scale(&mut self, scale: Scale) {
        if let Some(Geometry { columns, rows }) = self.wished.filter(|_| scale != Scale::ONE) {
            let size = Metrics::new(self.font_size, scale).window(columns, rows);
            self.window.set_size(size.width, size.height);
            self.resized(size, scale);
            self.painter.forget();
        }
    }

    fn resized(&mut self, size: Size, scale: Scale) {
        self.metrics = Metrics::new(self.font_size, scale);
        let (columns, rows) = self.metrics.grid(size);
        self.set_grid(size_of(&self.metrics, columns, rows));
    }

    fn set_grid(&mut self, size: GridSize) {
        if size != self.emulator.size() {
            self.emulator.resize(size);
            self.glide.jump(0.0);
            self.settle_view();
            self.change(Change::Grid(size));
            self.after_output();
        }
        self.stale = true;
    }

    /// Another size of text, in the same window.
    pub(super) fn set_font_size(&mut self, font_size: f32) {
        self.font_size = super::metrics::bounded(font_size);
        self.wished = None;
        self.resized(self.window.size(), self.metrics.scale);
        self.painter.forget();
    }

    fn focus(&mut self, focused: bool) {
        self.focused = focused;
        self.blink.restart(self.now);
        self.stale = true;
        if self.modes().contains(Modes::FOCUS_IN_OUT) {
            self.input
                .extend_from_slice(if focused { b"\x1b[I" } else { b"\x1b[O" });
        }
        self.told = None;
        match focused {
            true => self.tell_caret(),
            false => self.window.set_text_input(None, TextPurpose::TERMINAL),
        }
    }

    fn compose(&mut self, text: &str) {
        if text.chars().any(char::is_control) {
            return;
        }
        self.preedit = text.to_owned();
        self.tell_caret();
        self.stale = true;
    }

    /// Tells the display where text is entered. It costs 28 bytes, so it is told when an input
    /// method is at work, and when the caret has come to another row; not for each letter.
    fn tell_caret(&mut self) {
        let (column, row) = self.emulator.caret_place();
        let old = self.told.replace((column, row));
        if !self.focused || old == self.told {
            return;
        }
        let unit = 1.0 / self.metrics.scale.factor();
        let Metrics {
            width,
            height,
            padding,
            ..
        } = self.metrics;
        let place = |cells: usize, cell: u32| (padding + cells as u32 * cell) as f32 * unit;
        let (x, y) = (place(column, width), place(row, height));
        let caret = Rect::new(x, y, width as f32 * unit, height as f32 * unit);
        self.window
            .set_text_input(Some(caret), TextPurpose::TERMINAL);
    }

    /// Something was typed: the view goes to where it appears.
    pub(super) fn typed(&mut self, bytes: &[u8]) {
        self.input.extend_from_slice(bytes);
        self.glide.jump(0.0);
        self.settle_view();
        self.blink.restart(self.now);
    }

    /// Scrolls by device pixels; positive is back, to older lines.
    pub(super) fn scroll(&mut self, by: f32, smoothly: bool) {
        let limit = self.scroll_limit();
        self.glide.head(by, limit, self.now);
        if !smoothly {
            self.glide.finish();
        }
        self.settle_view();
    }

    pub(super) fn scroll_limit(&self) -> f32 {
        (self.emulator.history() * self.metrics.height as usize) as f32
    }

    /// Shows what the glide has come to.
    pub(super) fn settle_view(&mut self) {
        let limit = self.scroll_limit();
        if self.glide.pixels() as f32 > limit {
            self.glide.jump(limit);
        }
        let lines = self.glide.pixels().div_ceil(self.metrics.height) as usize;
        self.emulator.set_offset(lines);
        self.offset = self.emulator.offset();
        self.stale = true;
    }

    fn lift(&self) -> u32 {
        self.glide.pixels() % self.metrics.height
    }

    /// Time has come to `now`: what moves by itself does.
    pub fn tick(&mut self, now: Duration) {
        let was_lit = self.is_lit();
        self.now = now;
        self.stale |= self.is_lit() != was_lit;
        if self.held_since.is_some_and(|since| now >= since + MAX_HELD) {
            self.emulator.release();
            self.held_since = None;
            self.after_output();
        }
        self.drag_on();
    }

    fn is_lit(&self) -> bool {
        !self.emulator.caret_style().blinking || self.blink.is_lit(self.now)
    }

    /// When [`Terminal::tick`] has something to do, if nothing happens before; `None`: never.
    pub fn next_wake(&self) -> Option<Duration> {
        let blinks = self.focused && self.emulator.caret_style().blinking;
        let blink = self.blink.next_change(self.now).filter(|_| blinks);
        let held = self.held_since.map(|since| since + MAX_HELD);
        let dragged = self.pointer.next_scroll();
        [blink, held, dragged].into_iter().flatten().min()
    }

    /// Whether there is something new to show.
    pub fn wants_draw(&self) -> bool {
        (self.stale && self.held_since.is_none()) || self.glide.is_moving()
    }

    /// Whether a frame would not get ahead of the screen and the link.
    pub fn can_draw(&self) -> bool {
        self.window.can_draw()
    }

    /// How long after a frame the next may follow.
    pub fn pace(&self) -> Duration {
        match self.display.stats().frames_in_flight {
            0 => Duration::ZERO,
            _ => self.refresh,
        }
    }

    /// Shows what is new. Draws nothing if nothing is.
    ///
    /// # Errors
    ///
    /// When the connection has ended.
    pub fn draw(&mut self, now: Duration) -> Result<(), Error> {
        self.now = now;
        if self.glide.is_moving() {
            self.glide.step(now);
            self.settle_view();
        }
        self.stale = false;
        if self
            .told
            .is_some_and(|(_, row)| row != self.emulator.caret().1)
        {
            self.tell_caret();
        }
        if self.glyphs.is_full() {
            self.set = self.display.glyph_set(UNITS);
            self.glyphs = Glyphs::default();
            self.painter.forget();
        }
        let screen = self.screen();
        let Some(painting) = self.painter.paint(&screen, &self.metrics, &mut self.glyphs) else {
            return Ok(());
        };
        if let Some(new) = self.glyphs.take_new() {
            self.set.add(&new)?;
        }
        let mut frame = match painting.full {
            true => self.window.frame(),
            false => self.window.incremental(),
        };
        painting.records.draw(&mut frame, &self.set, &self.metrics);
        frame.commit().map(drop)
    }

    fn screen(&mut self) -> Screen {
        let rows = self.emulator.size().rows as i32;
        let offset = self.emulator.offset() as i32;
        let mut view = View {
            focused: self.focused,
            caret_lit: self.is_lit(),
            lift: self.lift(),
            link: self.link.as_ref().map(|link| link.span.clone()),
            ..View::default()
        };
        if let Some(search) = &mut self.search {
            view.found = search.between(&self.emulator, -offset, rows - offset);
            view.found_here = search.here().cloned();
            view.caret_lit = false;
        }
        let mut screen = Screen::new(&self.emulator, &view, &mut self.glyphs.clusters);
        if !self.preedit.is_empty() {
            preedit::put(&mut screen, &self.preedit, &self.emulator);
        }
        if let (Some(search), Some(last)) = (&self.search, screen.rows.last_mut()) {
            *last = bar::row(search, last.cells.len());
        }
        screen
    }
}

/// A grid of cells of the metrics' size.
fn size_of(metrics: &Metrics, columns: usize, rows: usize) -> GridSize {
    GridSize::new(columns, rows, metrics.width as u16, metrics.height as u16)
}
