//! The pointer: selecting, scrolling, links, and what the program is told of it.

use std::time::Duration;

use alacritty_terminal::index::{Column, Line, Point as Place, Side};
use alacritty_terminal::selection::{Selection as Marked, SelectionType};
use transom::{Button, ButtonState, CursorShape, Event, Modifiers, Point, ScrollSource, Selection};

use super::bidi::Order;
use super::clicks::Clicks;
use super::emulator::Modes;
use super::links;
use super::mouse::{self, Act, Direction};
use super::terminal::{Change, Terminal};

/// Lines for a click of the wheel.
const WHEEL_LINES: f32 = 3.0;

/// Steps of a wheel that a program is told at once.
const MAX_STEPS: usize = 50;

/// How often the view moves on while text beyond it is being selected.
const DRAG_ON: Duration = Duration::from_millis(40);

/// Where the pointer is, and what it is about.
#[derive(Debug, Default)]
pub(crate) struct Pointer {
    at: Option<Point>,
    /// Column and row it was in when the program was told.
    told: Option<(usize, usize)>,
    /// Buttons that are held and were told to the program.
    reported: Vec<Button>,
    selecting: bool,
    clicks: Clicks,
    /// Parts of a step of the wheel.
    rest: f32,
    rest_sideways: f32,
    /// Rows by which the pointer is above (positive) or below the grid while selecting, and when
    /// the view moves on next.
    beyond: f32,
    move_on: Option<Duration>,
    shape: CursorShape,
}

impl Pointer {
    pub(crate) fn next_scroll(&self) -> Option<Duration> {
        self.move_on
    }
}

/// Where in the grid a point is.
#[derive(Clone, Copy, Debug)]
struct Spot {
    column: usize,
    row: usize,
    side: Side,
    /// Rows above (positive) or below the grid.
    beyond: f32,
}

impl Terminal<'_> {
    /// Takes in what the pointer does.
    pub(super) fn pointed(&mut self, event: &Event) {
        match event {
            Event::PointerEnter { at, .. } | Event::PointerMoved { at, .. } => self.moved(*at),
            Event::PointerLeave { .. } => self.left(),
            Event::Button {
                button,
                state,
                at,
                modifiers,
                ..
            } => {
                self.modifiers = *modifiers;
                self.pointer.at = Some(*at);
                match state {
                    ButtonState::Pressed => self.pressed(*button),
                    ButtonState::Released => self.released(*button),
                }
            }
            Event::Scroll {
                at,
                lines,
                pixels,
                source,
                modifiers,
                ..
            } => {
                self.modifiers = *modifiers;
                self.pointer.at = Some(*at);
                self.wheel(*lines, *pixels, *source);
            }
            _ => {}
        }
    }

    fn spot(&self) -> Option<Spot> {
        let at = self.pointer.at?;
        let grid = self.grid();
        let factor = self.metrics.scale.factor();
        let inside = |v: f32| v * factor - self.metrics.padding as f32;
        let column = inside(at.x) / self.metrics.width as f32;
        let row = inside(at.y) / self.metrics.height as f32;
        let lifted = self.glide.pixels() % self.metrics.height;
        let lift = match lifted {
            0 => 0.0,
            lifted => 1.0 - lifted as f32 / self.metrics.height as f32,
        };
        let rows = grid.rows as f32;
        let last = (grid.columns - 1) as f32;
        let side = match column > last + 1.0 || (column >= 0.0 && column.fract() >= 0.5) {
            true => Side::Right,
            false => Side::Left,
        };
        let beyond = match row {
            row if row < 0.0 => -row,
            row if row >= rows => rows - row - 0.01,
            _ => 0.0,
        };
        Some(self.read(Spot {
            column: column.clamp(0.0, last) as usize,
            row: (row.clamp(0.0, rows - 1.0) + lift) as usize,
            side,
            beyond,
        }))
    }

    /// The same with the column as the text is read.
    fn read(&self, spot: Spot) -> Spot {
        let Place { line, .. } = self.place(spot);
        let Some(order) = Order::of(&self.emulator.term().grid()[line]) else {
            return spot;
        };
        let column = order.column(spot.column);
        let side = match (order.is_leftwards(column), spot.side) {
            (false, side) => side,
            (true, Side::Left) => Side::Right,
            (true, Side::Right) => Side::Left,
        };
        Spot {
            column,
            side,
            ..spot
        }
    }

    fn place(&self, spot: Spot) -> Place {
        let line = spot.row as i32 - self.emulator.offset() as i32;
        Place::new(Line(line), Column(spot.column))
    }

    /// Whether the program gets the pointer; Shift keeps it from it.
    fn is_reported(&self) -> bool {
        self.modes().intersects(Modes::MOUSE_MODE) && !self.modifiers.contains(Modifiers::SHIFT)
    }

    fn report(&mut self, act: Act, spot: Spot) {
        let modes = self.modes();
        let row = spot.row.min(self.grid().rows - 1);
        let bytes = mouse::encode(act, spot.column, row, self.modifiers, modes);
        self.input.extend(bytes.unwrap_or_default());
        self.pointer.told = Some((spot.column, spot.row));
    }

    fn moved(&mut self, at: Point) {
        self.pointer.at = Some(at);
        let Some(spot) = self.spot() else { return };
        if self.pointer.selecting {
            self.drag(spot);
        } else if self.pointer.told != Some((spot.column, spot.row)) && self.is_reported() {
            let held = self.pointer.reported.last().copied();
            self.report(Act::Move(held), spot);
        }
        self.look_for_link();
    }

    fn left(&mut self) {
        self.pointer.at = None;
        self.pointer.told = None;
        self.pointer.reported.clear();
        self.end_drag();
        self.look_for_link();
    }

    fn pressed(&mut self, button: Button) {
        let Some(spot) = self.spot() else { return };
        let opens = button == Button::LEFT && self.modifiers.contains(Modifiers::CONTROL);
        if let Some(link) = self.link.as_ref().filter(|_| opens) {
            let uri = link.uri.clone();
            self.change(Change::Open(uri));
            return;
        }
        if self.is_reported() {
            if !self.pointer.reported.contains(&button) {
                self.pointer.reported.push(button);
            }
            self.report(Act::Press(button), spot);
            return;
        }
        match button {
            Button::LEFT => self.begin_selection(spot),
            Button::RIGHT => self.extend_selection(spot),
            Button::MIDDLE => self.paste(Selection::Primary),
            _ => {}
        }
    }

    fn released(&mut self, button: Button) {
        let Some(spot) = self.spot() else { return };
        if let Some(held) = self.pointer.reported.iter().position(|b| *b == button) {
            self.pointer.reported.remove(held);
            self.report(Act::Release(button), spot);
        } else if matches!(button, Button::LEFT | Button::RIGHT) {
            self.end_drag();
        }
    }

    fn begin_selection(&mut self, spot: Spot) {
        let clicks = self.pointer.clicks.press((spot.column, spot.row), self.now);
        let selected = self.emulator.term().selection.is_some();
        if selected && clicks == 1 && self.modifiers.contains(Modifiers::SHIFT) {
            self.extend_selection(spot);
            return;
        }
        let block = self.modifiers.contains(Modifiers::ALT);
        let kind = match clicks {
            1 if block => SelectionType::Block,
            1 => SelectionType::Simple,
            2 => SelectionType::Semantic,
            _ => SelectionType::Lines,
        };
        let place = self.place(spot);
        self.emulator.term_mut().selection = Some(Marked::new(kind, place, spot.side));
        self.pointer.selecting = true;
        self.touch();
    }

    fn extend_selection(&mut self, spot: Spot) {
        if self.emulator.term().selection.is_some() {
            self.pointer.selecting = true;
            self.drag(spot);
        }
    }

    fn drag(&mut self, spot: Spot) {
        let place = self.place(spot);
        if let Some(selection) = &mut self.emulator.term_mut().selection {
            selection.update(place, spot.side);
            self.touch();
        }
        self.pointer.beyond = spot.beyond;
        self.pointer.move_on = match spot.beyond {
            0.0 => None,
            _ => self.pointer.move_on.or(Some(self.now + DRAG_ON)),
        };
    }

    /// While the pointer is held beyond the grid, the view goes on there.
    pub(super) fn drag_on(&mut self) {
        if self.pointer.move_on.is_none_or(|at| self.now < at) {
            return;
        }
        self.pointer.move_on = Some(self.now + DRAG_ON);
        let rows = self.pointer.beyond.signum() * self.pointer.beyond.abs().ceil().min(5.0);
        self.scroll(rows * self.metrics.height as f32, false);
        if let Some(spot) = self.spot() {
            self.drag(spot);
        }
    }

    fn end_drag(&mut self) {
        self.pointer.move_on = None;
        if std::mem::take(&mut self.pointer.selecting) {
            let empty = self
                .emulator
                .term()
                .selection
                .as_ref()
                .is_some_and(Marked::is_empty);
            match empty {
                true => self.emulator.term_mut().selection = None,
                false => self.copy(Selection::Primary),
            }
            self.touch();
        }
    }

    fn wheel(&mut self, lines: Point, pixels: Point, source: ScrollSource) {
        let Some(spot) = self.spot() else { return };
        let height = self.metrics.height as f32;
        let factor = self.metrics.scale.factor();
        let reported = self.is_reported();
        let keys = self
            .modes()
            .contains(Modes::ALT_SCREEN | Modes::ALTERNATE_SCROLL)
            && !self.modifiers.contains(Modifiers::SHIFT);
        if !reported && !keys {
            let by = lines.y * WHEEL_LINES * height + pixels.y * factor;
            self.scroll(-by, source == ScrollSource::Wheel);
            return;
        }
        let wide = self.metrics.width as f32;
        let down = steps(&mut self.pointer.rest, lines.y + pixels.y * factor / height);
        let right = steps(
            &mut self.pointer.rest_sideways,
            lines.x + pixels.x * factor / wide,
        );
        let each = |count: i32, plus: Direction, minus: Direction| {
            let direction = if count > 0 { plus } else { minus };
            std::iter::repeat_n(direction, (count.unsigned_abs() as usize).min(MAX_STEPS))
        };
        let steps = each(down, Direction::Down, Direction::Up).chain(each(
            right,
            Direction::Right,
            Direction::Left,
        ));
        for direction in steps {
            match reported {
                true => self.report(Act::Wheel(direction), spot),
                false => self.arrows(direction),
            }
        }
    }

    /// On the alternate screen there are no older lines; a pager gets arrow keys.
    fn arrows(&mut self, direction: Direction) {
        let letter = match direction {
            Direction::Up => "A",
            Direction::Down => "B",
            Direction::Left | Direction::Right => return,
        };
        let begin = match self.modes().contains(Modes::APP_CURSOR) {
            true => "\x1bO",
            false => "\x1b[",
        };
        let keys = [begin, letter].concat().repeat(WHEEL_LINES as usize);
        self.input.extend_from_slice(keys.as_bytes());
    }

    /// With Control held the link under the pointer is marked.
    pub(super) fn look_for_link(&mut self) {
        let wanted = self.modifiers.contains(Modifiers::CONTROL) && !self.pointer.selecting;
        let place = self.spot().filter(|_| wanted).map(|spot| self.place(spot));
        let link = place.and_then(|place| links::at(&self.emulator, place));
        if link != self.link {
            self.link = link;
            self.touch();
        }
        let shape = match &self.link {
            Some(_) => CursorShape::POINTER,
            None if self.is_reported() => CursorShape::DEFAULT,
            None => CursorShape::TEXT,
        };
        if shape != std::mem::replace(&mut self.pointer.shape, shape) {
            self.window.set_cursor(shape);
        }
    }
}

/// Whole steps; what is left over goes to the next time.
fn steps(rest: &mut f32, more: f32) -> i32 {
    *rest += more;
    let whole = rest.trunc();
    *rest -= whole;
    whole as i32
}
