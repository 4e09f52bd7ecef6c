//! The rules of the game, without a screen or a clock.

use std::collections::VecDeque;

/// Cells in a row.
pub const COLUMNS: i32 = 20;

/// Number of rows.
pub const ROWS: i32 = 15;

/// Turns that may wait: a quick corner is two keys within one step.
const MAX_TURNS: usize = 2;

/// Where something is: column and row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cell {
    /// From the left.
    pub x: i32,
    /// From the top.
    pub y: i32,
}

impl Cell {
    /// The cell in this column and row.
    pub const fn new(x: i32, y: i32) -> Self {
        Self { x, y }
    }

    fn next(self, heading: Heading) -> Self {
        let (dx, dy) = heading.step();
        Self::new(self.x + dx, self.y + dy)
    }

    fn is_on_board(self) -> bool {
        (0..COLUMNS).contains(&self.x) && (0..ROWS).contains(&self.y)
    }
}

/// Where the snake goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Heading {
    /// Upwards.
    Up,
    /// Downwards.
    Down,
    /// To the left.
    Left,
    /// To the right.
    Right,
}

impl Heading {
    /// Columns and rows in one step.
    pub const fn step(self) -> (i32, i32) {
        match self {
            Self::Up => (0, -1),
            Self::Down => (0, 1),
            Self::Left => (-1, 0),
            Self::Right => (1, 0),
        }
    }

    fn is_along(self, other: Self) -> bool {
        (self.step().0 == 0) == (other.step().0 == 0)
    }
}

/// What is going on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// Nothing yet: the first turn begins it.
    Ready,
    /// The snake moves.
    Running,
    /// It waits where it is.
    Paused,
    /// It hit something.
    Over,
    /// There is no room left.
    Won,
}

/// One game.
#[derive(Clone, Debug)]
pub struct Game {
    /// From head to tail.
    snake: VecDeque<Cell>,
    heading: Heading,
    turns: VecDeque<Heading>,
    food: Cell,
    phase: Phase,
    score: u32,
    random: u64,
}

impl Game {
    /// A new game. The same seed gives the same food.
    pub fn new(seed: u64) -> Self {
        let middle = ROWS / 2;
        let mut game = Self {
            snake: (0..4).map(|n| Cell::new(6 - n, middle)).collect(),
            heading: Heading::Right,
            turns: VecDeque::new(),
            food: Cell::new(13, middle),
            phase: Phase::Ready,
            score: 0,
            random: seed,
        };
        game.place_food();
        game
    }

    /// From head to tail.
    pub fn snake(&self) -> impl ExactSizeIterator<Item = Cell> + '_ {
        self.snake.iter().copied()
    }

    /// Where the snake goes.
    pub fn heading(&self) -> Heading {
        self.heading
    }

    /// What it is after.
    pub fn food(&self) -> Cell {
        self.food
    }

    /// What is going on.
    pub fn phase(&self) -> Phase {
        self.phase
    }

    /// What it has eaten.
    pub fn score(&self) -> u32 {
        self.score
    }

    /// Turns the snake with its next step, and sets it going. It cannot turn back on itself.
    pub fn turn(&mut self, heading: Heading) {
        match self.phase {
            Phase::Ready | Phase::Paused => self.phase = Phase::Running,
            Phase::Running => {}
            Phase::Over | Phase::Won => return,
        }
        let last = self.turns.back().unwrap_or(&self.heading);
        if !heading.is_along(*last) && self.turns.len() < MAX_TURNS {
            self.turns.push_back(heading);
        }
    }

    /// Lets it wait, or go on.
    pub fn pause(&mut self) {
        self.phase = match self.phase {
            Phase::Running => Phase::Paused,
            Phase::Ready | Phase::Paused => Phase::Running,
            ended => ended,
        };
    }

    /// Moves the snake by one cell.
    pub fn step(&mut self) {
        if self.phase != Phase::Running {
            return;
        }
        self.heading = self.turns.pop_front().unwrap_or(self.heading);
        let head = self.snake[0].next(self.heading);
        let eats = head == self.food;
        // The tail moves on, and is not in the way, unless the snake grows.
        let tail = if eats { None } else { self.snake.pop_back() };
        if !head.is_on_board() || self.snake.contains(&head) {
            self.snake.extend(tail);
            self.phase = Phase::Over;
            return;
        }
        self.snake.push_front(head);
        if eats {
            self.score += 1;
            self.place_food();
        }
    }

    /// Puts food on one of the free cells.
    fn place_food(&mut self) {
        let cells = (0..ROWS).flat_map(|y| (0..COLUMNS).map(move |x| Cell::new(x, y)));
        let free: Vec<_> = cells.filter(|cell| !self.snake.contains(cell)).collect();
        if free.is_empty() {
            self.phase = Phase::Won;
        } else {
            self.food = free[self.random() as usize % free.len()];
        }
    }

    /// SplitMix64.
    fn random(&mut self) -> u64 {
        self.random = self.random.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.random ^ (self.random >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A running game with food in a corner.
    fn running() -> Game {
        let mut game = Game::new(1);
        game.food = Cell::new(0, 0);
        game.turn(Heading::Right);
        game
    }

    fn head(game: &Game) -> Cell {
        game.snake[0]
    }

    #[test]
    fn it_waits_for_the_first_turn() {
        let mut game = Game::new(1);
        let before = head(&game);
        game.step();
        assert_eq!((game.phase(), head(&game)), (Phase::Ready, before));
        game.turn(Heading::Up);
        game.step();
        assert_eq!(head(&game), Cell::new(before.x, before.y - 1));
    }

    #[test]
    fn it_cannot_turn_back_on_itself_however_quick_the_keys() {
        let mut game = running();
        game.turn(Heading::Left);
        game.step();
        assert_eq!(head(&game), Cell::new(7, ROWS / 2));
        for heading in [Heading::Up, Heading::Left] {
            game.turn(heading);
        }
        game.step();
        game.step();
        assert_eq!(
            head(&game),
            Cell::new(6, ROWS / 2 - 1),
            "two keys are two corners"
        );
        assert_eq!(game.phase(), Phase::Running);
    }

    #[test]
    fn it_grows_by_what_it_eats() {
        let mut game = running();
        game.food = Cell::new(8, ROWS / 2);
        game.step();
        assert_eq!((game.score(), game.snake().len()), (0, 4));
        game.step();
        assert_eq!((game.score(), game.snake().len()), (1, 5));
        assert!(!game.snake.contains(&game.food), "there is other food");
    }

    #[test]
    fn the_wall_ends_it_and_nothing_moves_after_that() {
        let mut game = running();
        (0..COLUMNS).for_each(|_| game.step());
        assert_eq!((game.phase(), head(&game).x), (Phase::Over, COLUMNS - 1));
        assert_eq!(game.snake().len(), 4);
        game.turn(Heading::Up);
        game.step();
        assert_eq!((game.phase(), head(&game).x), (Phase::Over, COLUMNS - 1));
    }

    #[test]
    fn it_may_follow_its_own_tail_but_not_bite_itself() {
        let square = [Heading::Up, Heading::Left, Heading::Down, Heading::Right];
        let mut game = running();
        for heading in square.repeat(3) {
            game.turn(heading);
            game.step();
            assert_eq!(
                game.phase(),
                Phase::Running,
                "four cells go round in a square"
            );
        }
        let around = square.map(|heading| head(&game).next(heading));
        game.snake.extend(around);
        game.snake.push_back(Cell::new(0, 5));
        game.step();
        assert_eq!(game.phase(), Phase::Over);
    }

    #[test]
    fn a_pause_lasts_until_a_key() {
        let mut game = running();
        game.pause();
        let before = head(&game);
        game.step();
        assert_eq!((game.phase(), head(&game)), (Phase::Paused, before));
        game.pause();
        assert_eq!(game.phase(), Phase::Running);
    }

    #[test]
    fn a_full_board_is_won() {
        let mut game = running();
        let cells = (0..ROWS).flat_map(|y| (0..COLUMNS).map(move |x| Cell::new(x, y)));
        let food = Cell::new(1, 0);
        game.snake = cells.filter(|cell| *cell != food).collect();
        (game.food, game.heading) = (food, Heading::Right);
        game.step();
        assert_eq!(game.phase(), Phase::Won);
    }

    #[test]
    fn food_is_never_under_the_snake() {
        for seed in 0..200 {
            let game = Game::new(seed);
            assert!(game.food.is_on_board() && !game.snake.contains(&game.food));
        }
    }
}
