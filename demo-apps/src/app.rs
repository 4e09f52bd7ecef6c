//! How the programs run that take input: events in, frames out, nothing in between.

use std::time::{Duration, Instant};

use transom::{Display, Error, Event, Key, KeyEvent, Modifiers, Window};

use crate::wants_redraw;

/// What an event means to a program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reaction {
    /// Nothing to be seen.
    Nothing,
    /// There is something new to show.
    Redraw,
    /// The program is done.
    Close,
}

/// A program in one window. It neither waits nor looks at a clock, so that a test can drive it.
pub trait App {
    /// Its window.
    fn window(&self) -> &Window;

    /// Takes in what happened. Closing and loss of the picture are seen to by [`turn`].
    fn handle(&mut self, event: &Event) -> Reaction;

    /// Commits a frame.
    ///
    /// # Errors
    ///
    /// When the connection has ended.
    fn draw(&mut self) -> Result<(), Error>;

    /// How often to [`step`](App::step), for a program that moves by itself; `None` at rest.
    fn pace(&self) -> Option<Duration> {
        None
    }

    /// Moves on by itself.
    fn step(&mut self) -> Reaction {
        Reaction::Nothing
    }
}

/// Runs a program until it is closed.
///
/// # Errors
///
/// When the connection has ended.
pub fn drive(display: &Display, app: &mut impl App) -> Result<(), Error> {
    let mut stale = true;
    let mut stepped = Instant::now();
    loop {
        // Everything that has come is taken in before one frame shows it: several motions of the
        // pointer, say. While the screen or the link is busy, more gathers for the next.
        if stale && app.window().can_draw() {
            app.draw()?;
            stale = false;
        }
        let pace = app.pace();
        let wait = pace.map_or(Duration::MAX, |pace| pace.saturating_sub(stepped.elapsed()));
        let mut reaction = turn(display, app, wait)?;
        if pace.is_none() {
            stepped = Instant::now();
        } else if pace.is_some_and(|pace| stepped.elapsed() >= pace) {
            stepped = Instant::now();
            reaction = more(reaction, app.step());
        }
        match reaction {
            Reaction::Nothing => {}
            Reaction::Redraw => stale = true,
            Reaction::Close => return Ok(()),
        }
    }
}

/// Waits for an event and lets the program take it in, with all that have come meanwhile.
///
/// # Errors
///
/// When the connection has ended.
pub fn turn(display: &Display, app: &mut impl App, wait: Duration) -> Result<Reaction, Error> {
    let mut reaction = Reaction::Nothing;
    let mut event = display.wait_event(wait)?;
    while let Some(happened) = event {
        reaction = more(reaction, react(app, &happened));
        if reaction == Reaction::Close {
            break;
        }
        event = display.poll_event()?;
    }
    Ok(reaction)
}

fn react(app: &mut impl App, event: &Event) -> Reaction {
    let window = app.window().id();
    let closed = matches!(event, Event::CloseRequested { window: w } if *w == window);
    if closed || matches!(event, Event::Key(key) if is_shortcut(key, 'q')) {
        return Reaction::Close;
    }
    let lost = match wants_redraw(event, window) {
        true => Reaction::Redraw,
        false => Reaction::Nothing,
    };
    more(lost, app.handle(event))
}

fn more(a: Reaction, b: Reaction) -> Reaction {
    match (a, b) {
        (Reaction::Close, _) | (_, Reaction::Close) => Reaction::Close,
        (Reaction::Redraw, _) | (_, Reaction::Redraw) => Reaction::Redraw,
        _ => Reaction::Nothing,
    }
}

/// Whether this is Control and a letter, going down.
pub fn is_shortcut(key: &KeyEvent, letter: char) -> bool {
    key.is_press()
        && key.modifiers.contains(Modifiers::CONTROL)
        && matches!(key.unmodified, Key::Character(c) if c.eq_ignore_ascii_case(&letter))
}
