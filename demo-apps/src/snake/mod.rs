//! Snake: arrows or WASD turn it, Space pauses, Enter begins anew.

mod game;

use std::time::Duration;

use transom::{
    Canvas, Display, Error, Event, Key, KeyEvent, KeyState, NamedKey, Path, Point, Rect, Size,
    Stroke, TextStyle, Window,
};

pub use game::{COLUMNS, Cell, Game, Heading, Phase, ROWS};

use crate::app::{App, Reaction};
use crate::palette::{ACCENT, CARD, FADED, INK, LINE, PAPER, TEAL};
use crate::widgets::mix;

/// The line of text above the board, in cells.
const HEADER: f32 = 1.6;

/// Room around the board, in cells.
const MARGIN: f32 = 0.8;

/// From one step to the next at first, and when it cannot get faster.
const SLOW: Duration = Duration::from_millis(150);
const FAST: Duration = Duration::from_millis(70);

/// The program.
#[derive(Debug)]
pub struct Snake {
    window: Window,
    game: Game,
    best: u32,
    seed: u64,
}

impl Snake {
    /// Opens its window. The same seed gives the same food.
    pub fn new(display: &Display, seed: u64) -> Self {
        let window = display
            .window("Snake")
            .size(400.0, 352.0)
            .min_size(200.0, 176.0)
            .app_id("org.transom.snake")
            .build();
        Self {
            window,
            game: Game::new(seed),
            best: 0,
            seed,
        }
    }

    /// What is being played.
    pub fn game(&self) -> &Game {
        &self.game
    }

    fn key(&mut self, key: &KeyEvent) -> Reaction {
        // A key that is held and repeats is one key.
        if key.state != KeyState::Pressed {
            return Reaction::Nothing;
        }
        match key.key {
            Key::Named(NamedKey::ESCAPE) => return Reaction::Close,
            Key::Named(NamedKey::ENTER) => self.begin_anew(),
            Key::Character(' ') if self.is_over() => self.begin_anew(),
            Key::Character(' ') => self.game.pause(),
            key => match heading_of(key) {
                Some(heading) => self.game.turn(heading),
                None => return Reaction::Nothing,
            },
        }
        Reaction::Redraw
    }

    fn is_over(&self) -> bool {
        matches!(self.game.phase(), Phase::Over | Phase::Won)
    }

    fn begin_anew(&mut self) {
        self.seed = self.seed.wrapping_add(1);
        self.game = Game::new(self.seed);
    }
}

impl App for Snake {
    fn window(&self) -> &Window {
        &self.window
    }

    fn handle(&mut self, event: &Event) -> Reaction {
        match event {
            Event::Key(key) => self.key(key),
            // Nobody is playing.
            Event::KeyboardLeave { .. } if self.game.phase() == Phase::Running => {
                self.game.pause();
                Reaction::Redraw
            }
            _ => Reaction::Nothing,
        }
    }

    fn draw(&mut self) -> Result<(), Error> {
        let mut canvas = self.window.frame();
        draw(&mut canvas, &self.game, self.best);
        canvas.commit().map(drop)
    }

    fn pace(&self) -> Option<Duration> {
        let faster = Duration::from_millis(4) * self.game.score();
        (self.game.phase() == Phase::Running).then(|| SLOW.saturating_sub(faster).max(FAST))
    }

    fn step(&mut self) -> Reaction {
        self.game.step();
        self.best = self.best.max(self.game.score());
        Reaction::Redraw
    }
}

fn heading_of(key: Key) -> Option<Heading> {
    Some(match key {
        Key::Named(NamedKey::ARROW_UP) | Key::Character('w' | 'W') => Heading::Up,
        Key::Named(NamedKey::ARROW_DOWN) | Key::Character('s' | 'S') => Heading::Down,
        Key::Named(NamedKey::ARROW_LEFT) | Key::Character('a' | 'A') => Heading::Left,
        Key::Named(NamedKey::ARROW_RIGHT) | Key::Character('d' | 'D') => Heading::Right,
        _ => return None,
    })
}

/// The board on a canvas: as large as fits, in the middle.
struct Board {
    left: f32,
    top: f32,
    /// The side of a cell.
    cell: f32,
}

impl Board {
    fn new(size: Size) -> Self {
        let (columns, rows) = (COLUMNS as f32, ROWS as f32);
        let wide = size.width / (columns + 2.0 * MARGIN);
        let high = size.height / (rows + 2.0 * MARGIN + HEADER);
        let cell = wide.min(high);
        Self {
            left: (size.width - cell * columns) / 2.0,
            top: (size.height - cell * (rows + HEADER)) / 2.0 + cell * HEADER,
            cell,
        }
    }

    fn rect(&self) -> Rect {
        let (columns, rows) = (COLUMNS as f32, ROWS as f32);
        Rect::new(self.left, self.top, self.cell * columns, self.cell * rows)
    }

    /// The middle of a cell.
    fn middle(&self, cell: Cell) -> Point {
        let along = |start: f32, n: i32| start + (n as f32 + 0.5) * self.cell;
        Point::new(along(self.left, cell.x), along(self.top, cell.y))
    }
}

/// Draws all of it.
pub fn draw(canvas: &mut Canvas, game: &Game, best: u32) {
    let board = Board::new(canvas.size());
    let (rect, cell) = (board.rect(), board.cell);
    canvas.clear(PAPER);
    header(canvas, &board, game.score(), best);
    let edge = rect.inset(-cell * 0.2);
    canvas.fill_rounded(edge, cell * 0.4, CARD);
    checks(canvas, &board);
    canvas.stroke_rounded(edge, cell * 0.4, 1.0, LINE);
    apple(canvas, board.middle(game.food()), cell * 0.48);
    snake(canvas, &board, game);
    match game.phase() {
        Phase::Running => {}
        Phase::Ready => notice(canvas, &board, "Snake", "An arrow key begins"),
        Phase::Paused => notice(canvas, &board, "Paused", "Space or an arrow key goes on"),
        Phase::Over => notice(canvas, &board, "Game over", "Enter begins anew"),
        Phase::Won => notice(canvas, &board, "You won!", "Enter begins anew"),
    }
}

fn header(canvas: &mut Canvas, board: &Board, score: u32, best: u32) {
    let (rect, cell) = (board.rect(), board.cell);
    let (y, small) = (
        rect.y - cell * 0.65,
        TextStyle::new(cell * 0.72).color(FADED),
    );
    let heading = small.bold().color(INK);
    canvas.text(rect.x, y, &score.to_string(), &heading);
    let after = heading.measure(&score.to_string()).width + cell * 0.35;
    canvas.text(
        rect.x + after,
        y,
        if score == 1 { "apple" } else { "apples" },
        &small,
    );
    let best = format!("best {best}");
    canvas.text(rect.right(), y, &best, &small.align(transom::Align::Right));
}

/// Every other cell a shade darker, which helps the eye along.
fn checks(canvas: &mut Canvas, board: &Board) {
    let cells = (0..ROWS).flat_map(|y| (0..COLUMNS).map(move |x| (x, y)));
    let dark: Vec<_> = cells
        .filter(|(x, y)| (x + y) % 2 == 0)
        .map(|(x, y)| {
            let (x, y) = (x as f32 * board.cell, y as f32 * board.cell);
            Rect::new(board.left + x, board.top + y, board.cell, board.cell)
        })
        .collect();
    canvas.fill_rects(&dark, mix(CARD, LINE, 0.22));
}

fn apple(canvas: &mut Canvas, at: Point, radius: f32) {
    let on = |x: f32, y: f32| Point::new(at.x + x * radius, at.y + y * radius);
    canvas.fill_circle(on(0.0, 0.12), radius * 0.88, ACCENT);
    canvas.fill_circle(on(-0.3, -0.2), radius * 0.2, mix(ACCENT, CARD, 0.55));
    let (stalk, leaf) = (on(0.0, -0.6), on(0.7, -1.15));
    canvas.line(
        stalk,
        on(0.12, -1.05),
        Stroke::new(radius * 0.18).round(),
        INK,
    );
    let mut path = Path::new();
    path.move_to(stalk.x, stalk.y)
        .quad_to(stalk.x, leaf.y, leaf.x, leaf.y)
        .quad_to(leaf.x, stalk.y, stalk.x, stalk.y);
    canvas.fill(&path, TEAL);
}

/// One thick line from head to tail, and a face.
fn snake(canvas: &mut Canvas, board: &Board, game: &Game) {
    let cell = board.cell;
    let points: Vec<_> = game.snake().map(|place| board.middle(place)).collect();
    let over = game.phase() == Phase::Over;
    let body = if over { mix(TEAL, FADED, 0.7) } else { TEAL };
    canvas.polyline(&points, Stroke::new(cell * 0.78).round(), body);
    let shine = mix(body, CARD, 0.25);
    canvas.polyline(&points, Stroke::new(cell * 0.2).round(), shine);
    let head = points[0];
    canvas.fill_circle(head, cell * 0.47, body);
    let (dx, dy) = game.heading().step();
    let (dx, dy) = (dx as f32, dy as f32);
    for side in [-1.0, 1.0] {
        let on = |along: f32, across: f32| {
            let (x, y) = (
                along * dx - across * side * dy,
                along * dy + across * side * dx,
            );
            Point::new(head.x + x * cell, head.y + y * cell)
        };
        canvas.fill_circle(on(0.12, 0.21), cell * 0.14, CARD);
        canvas.fill_circle(on(0.17, 0.21), cell * 0.075, INK);
    }
}

fn notice(canvas: &mut Canvas, board: &Board, heading: &str, text: &str) {
    let (rect, cell) = (board.rect(), board.cell);
    canvas.fill_rect(rect, CARD.with_alpha(150));
    let (middle, width, height) = (rect.center(), cell * 11.0, cell * 4.4);
    let sheet = Rect::new(
        middle.x - width / 2.0,
        middle.y - height / 2.0,
        width,
        height,
    );
    canvas.fill_rounded(sheet, cell * 0.5, PAPER);
    canvas.stroke_rounded(sheet, cell * 0.5, 1.0, LINE);
    let large = TextStyle::new(cell * 1.3).bold().color(INK).centered();
    canvas.text(middle.x, middle.y - cell * 0.1, heading, &large);
    let small = TextStyle::new(cell * 0.66).color(FADED).centered();
    canvas.text(middle.x, middle.y + cell * 1.2, text, &small);
}
