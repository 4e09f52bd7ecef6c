//! [`Xterm`]: the emulation, corrected where it differs from xterm and programs may notice.

use alacritty_terminal::Term;
use alacritty_terminal::event::{Event, EventListener};
use alacritty_terminal::grid::Dimensions;
use alacritty_terminal::index::{Column, Line, Point};
use alacritty_terminal::term::TermMode;
use alacritty_terminal::term::cell::Flags;
use alacritty_terminal::vte::ansi::cursor_icon::CursorIcon;
use alacritty_terminal::vte::ansi::{
    Attr, CharsetIndex, ClearMode, CursorShape, CursorStyle, Handler, Hyperlink, KeyboardModes,
    KeyboardModesApplyBehavior, LineClearMode, Mode, ModifyOtherKeys, NamedPrivateMode,
    PrivateMode, Rgb, ScpCharPath, ScpUpdateMode, StandardCharset, TabulationClearMode,
};

use super::joining::{self, Joins, joins};
use super::mailbox::Mailbox;

/// The older numbers of the alternate screen: without and with blanking it, and the caret alone.
const ALTERNATE: u16 = 47;
const ALTERNATE_BLANK: u16 = 1047;
const KEEP_CARET: u16 = 1048;

/// That characters which make one picture are in one cell.
const GRAPHEMES: u16 = 2027;

/// The rows that scroll: from the first to before the last, where they are not all.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Region(Option<(i32, i32)>);

/// A terminal to which a parser tells what a program has sent.
pub(crate) struct Xterm<'a> {
    pub(crate) term: &'a mut Term<Mailbox>,
    pub(crate) region: &'a mut Region,
    pub(crate) mailbox: &'a Mailbox,
}

impl Xterm<'_> {
    fn region(&self) -> (i32, i32) {
        self.region
            .0
            .unwrap_or((0, self.term.screen_lines() as i32))
    }

    fn caret(&mut self) -> &mut Point {
        &mut self.term.grid_mut().cursor.point
    }

    /// Goes to a row of the screen; what was known of a full row is forgotten.
    fn go(&mut self, line: i32) {
        self.caret().line = Line(line);
        self.term.grid_mut().cursor.input_needs_wrap = false;
    }

    fn is(&self, mode: TermMode) -> bool {
        self.term.mode().contains(mode)
    }

    fn answer(&self, text: String) {
        self.mailbox.send_event(Event::PtyWrite(text));
    }

    fn swap(&mut self, on: bool) {
        if self.is(TermMode::ALT_SCREEN) != on {
            // Unlike mode 1049 these do not keep the caret's place apart.
            let place = *self.caret();
            self.term.swap_alt();
            *self.caret() = place;
        }
    }

    fn older_mode(&mut self, mode: u16, on: bool) -> bool {
        match (mode, on) {
            (ALTERNATE | ALTERNATE_BLANK, _) => self.swap(on),
            (KEEP_CARET, true) => self.term.save_cursor_position(),
            (KEEP_CARET, false) => self.term.restore_cursor_position(),
            _ => return false,
        }
        true
    }

    /// The cell that was written last, if the caret has not been moved since.
    fn before(&self) -> Option<Point> {
        let cursor = &self.term.grid().cursor;
        let mut at = cursor.point;
        if !cursor.input_needs_wrap {
            at.column.0 = at.column.0.checked_sub(1)?;
        }
        if self.term.grid()[at].flags.contains(Flags::WIDE_CHAR_SPACER) {
            at.column.0 = at.column.0.checked_sub(1)?;
        }
        Some(at)
    }

    fn input_joined(&mut self, c: char) {
        let Some(at) = self.before() else {
            return self.term.input(c);
        };
        match joins(&self.term.grid()[at], c) {
            Joins::No => self.term.input(c),
            Joins::Cell => self.term.grid_mut()[at].push_zerowidth(c),
            Joins::Wide => self.widen(at, c),
            Joins::Full => {}
        }
    }

    /// Adds a character to a cell before the caret, which takes two columns then. As any wide
    /// character it goes to the next row if there is no room.
    fn widen(&mut self, at: Point, c: char) {
        let mut cell = self.term.grid()[at].clone();
        cell.push_zerowidth(c);
        if at.column == self.term.last_column() && !self.is(TermMode::LINE_WRAP) {
            self.term.grid_mut()[at] = cell;
            return;
        }
        *self.caret() = at;
        self.term.grid_mut().cursor.input_needs_wrap = false;
        if self.is(TermMode::INSERT) {
            // It makes room for both columns anew.
            self.term.delete_chars(1);
        }
        self.term.input(ANY_WIDE);
        if let Some(at) = self.before() {
            cell.flags.insert(Flags::WIDE_CHAR);
            self.term.grid_mut()[at] = cell;
        }
    }

    /// Rows at and below the caret, within the region, were moved: it goes to the first column.
    fn after_lines(&mut self) {
        let (top, bottom) = self.region();
        if (top..bottom).contains(&self.caret().line.0) {
            self.term.carriage_return();
        }
    }
}

/// What the emulation does as it is.
macro_rules! as_it_is {
    ($($name:ident($($argument:ident: $type:ty),*);)*) => {
        $(
            #[inline]
            fn $name(&mut self, $($argument: $type),*) {
                self.term.$name($($argument),*);
            }
        )*
    };
}

impl Handler for Xterm<'_> {
    as_it_is! {
        set_title(title: Option<String>);
        set_cursor_style(style: Option<CursorStyle>);
        set_cursor_shape(shape: CursorShape);
        goto(line: i32, column: usize);
        goto_line(line: i32);
        insert_blank(count: usize);
        identify_terminal(intermediate: Option<char>);
        move_forward(columns: usize);
        move_backward(columns: usize);
        put_tab(count: u16);
        backspace();
        carriage_return();
        bell();
        substitute();
        set_horizontal_tabstop();
        scroll_up(count: usize);
        scroll_down(count: usize);
        erase_chars(count: usize);
        move_backward_tabs(count: u16);
        move_forward_tabs(count: u16);
        save_cursor_position();
        restore_cursor_position();
        clear_line(mode: LineClearMode);
        clear_tabs(mode: TabulationClearMode);
        set_tabs(interval: u16);
        reverse_index();
        set_mode(mode: Mode);
        unset_mode(mode: Mode);
        report_mode(mode: Mode);
        set_keypad_application_mode();
        unset_keypad_application_mode();
        set_active_charset(index: CharsetIndex);
        configure_charset(index: CharsetIndex, charset: StandardCharset);
        set_color(index: usize, color: Rgb);
        dynamic_color_sequence(prefix: String, index: usize, terminator: &str);
        reset_color(index: usize);
        clipboard_store(clipboard: u8, base64: &[u8]);
        clipboard_load(clipboard: u8, terminator: &str);
        decaln();
        push_title();
        pop_title();
        text_area_size_pixels();
        text_area_size_chars();
        set_hyperlink(hyperlink: Option<Hyperlink>);
        set_mouse_cursor_icon(icon: CursorIcon);
        report_keyboard_mode();
        push_keyboard_mode(mode: KeyboardModes);
        pop_keyboard_modes(count: u16);
        set_keyboard_mode(mode: KeyboardModes, behavior: KeyboardModesApplyBehavior);
        set_modify_other_keys(mode: ModifyOtherKeys);
        report_modify_other_keys();
        set_scp(path: ScpCharPath, mode: ScpUpdateMode);
    }

    /// Pictures of several characters are one.
    #[inline]
    fn input(&mut self, c: char) {
        match c < joining::FIRST {
            true => self.term.input(c),
            false => self.input_joined(c),
        }
    }

    /// A full row is left where the caret is, and in new line mode the next one begins.
    fn linefeed(&mut self) {
        self.term.linefeed();
        self.term.grid_mut().cursor.input_needs_wrap = false;
        if self.is(TermMode::LINE_FEED_NEW_LINE) {
            self.term.carriage_return();
        }
    }

    fn newline(&mut self) {
        self.linefeed();
        self.term.carriage_return();
    }

    /// Stays in the row, in origin mode too.
    fn goto_col(&mut self, column: usize) {
        let last = self.term.last_column();
        self.caret().column = Column(column).min(last);
        self.term.grid_mut().cursor.input_needs_wrap = false;
    }

    /// Stops at the region's first row, if the caret is not above it.
    fn move_up(&mut self, count: usize) {
        let (top, _) = self.region();
        let line = self.caret().line.0;
        let least = if line < top { 0 } else { top };
        self.go(line
            .saturating_sub_unsigned(count.min(MOST) as u32)
            .max(least));
    }

    /// Stops at the region's last row, if the caret is not below it.
    fn move_down(&mut self, count: usize) {
        let (_, bottom) = self.region();
        let line = self.caret().line.0;
        let last = self.term.bottommost_line().0;
        let most = if line >= bottom { last } else { bottom - 1 };
        self.go(line
            .saturating_add_unsigned(count.min(MOST) as u32)
            .min(most));
    }

    fn move_up_and_cr(&mut self, count: usize) {
        self.move_up(count);
        self.term.carriage_return();
    }

    fn move_down_and_cr(&mut self, count: usize) {
        self.move_down(count);
        self.term.carriage_return();
    }

    fn insert_blank_lines(&mut self, count: usize) {
        self.term.insert_blank_lines(count);
        self.after_lines();
    }

    fn delete_lines(&mut self, count: usize) {
        self.term.delete_lines(count);
        self.after_lines();
    }

    /// Not more than there are: the emulation would blank what is before the caret.
    fn delete_chars(&mut self, count: usize) {
        let rest = self.term.columns() - self.caret().column.0;
        self.term.delete_chars(count.min(rest));
    }

    /// The emulation forgets the row above the second one.
    fn clear_screen(&mut self, mode: ClearMode) {
        if matches!(mode, ClearMode::Above) && self.caret().line == Line(1) {
            self.term.grid_mut().reset_region(..Line(1));
        }
        self.term.clear_screen(mode);
    }

    fn reset_state(&mut self) {
        *self.region = Region::default();
        self.term.reset_state();
    }

    /// 21 is a double line, and 22 ends bold.
    fn terminal_attribute(&mut self, attribute: Attr) {
        self.term.terminal_attribute(match attribute {
            Attr::CancelBold => Attr::DoubleUnderline,
            attribute => attribute,
        });
    }

    fn set_scrolling_region(&mut self, top: usize, bottom: Option<usize>) {
        let rows = self.term.screen_lines();
        let bottom_row = bottom.unwrap_or(rows).min(rows);
        if top < bottom.unwrap_or(rows) {
            let first = top.saturating_sub(1).min(rows);
            *self.region = Region(Some((first as i32, bottom_row as i32)));
        }
        self.term.set_scrolling_region(top, bottom);
    }

    fn set_private_mode(&mut self, mode: PrivateMode) {
        if matches!(mode, PrivateMode::Named(NamedPrivateMode::ColumnMode)) {
            *self.region = Region::default();
        }
        if !self.older_mode(mode.raw(), true) {
            self.term.set_private_mode(mode);
        }
    }

    fn unset_private_mode(&mut self, mode: PrivateMode) {
        if matches!(mode, PrivateMode::Named(NamedPrivateMode::ColumnMode)) {
            *self.region = Region::default();
        }
        if !self.older_mode(mode.raw(), false) {
            self.term.unset_private_mode(mode);
        }
    }

    fn report_private_mode(&mut self, mode: PrivateMode) {
        match mode.raw() {
            number @ (ALTERNATE | ALTERNATE_BLANK) => {
                let state = if self.is(TermMode::ALT_SCREEN) { 1 } else { 2 };
                self.answer(format!("\x1b[?{number};{state}$y"));
            }
            // What is seen as one character is in one cell, always.
            GRAPHEMES => self.answer(format!("\x1b[?{GRAPHEMES};3$y")),
            _ => self.term.report_private_mode(mode),
        }
    }

    /// In origin mode rows count from the region's first.
    fn device_status(&mut self, question: usize) {
        if question != 6 {
            self.term.device_status(question);
            return;
        }
        let first = if self.is(TermMode::ORIGIN) {
            self.region().0
        } else {
            0
        };
        let Point { line, column } = *self.caret();
        self.answer(format!("\x1b[{};{}R", line.0 - first + 1, column.0 + 1));
    }
}

/// Stands for another wide character.
const ANY_WIDE: char = '\u{6f22}';

/// More rows than there can be.
const MOST: usize = 10_000;
