//! Balls that bounce, as often as the screen shows frames: an animation that is paced by them.

use std::f32::consts::TAU;
use std::time::Duration;

use transom::{
    Align, Button, ButtonState, Canvas, Color, Display, Error, Event, Key, KeyEvent, KeyState,
    NamedKey, Path, Point, Rect, ShownFlags, Size, TextStyle, Window,
};

use crate::app::{App, Reaction};
use crate::palette::{ACCENT, CARD, FADED, GOLD, INK, LINE, PAPER, PLUM, TEAL};
use crate::widgets::mix;

/// Logical units per second, squared.
const GRAVITY: f32 = 900.0;

/// A time between two frames beyond which the world waits instead of jumping.
const LONGEST_STEP: f32 = 0.05;

/// The most balls there are; another one replaces the first.
const MAX_BALLS: usize = 60;

/// How much of the floor is seen, in logical units.
const FLOOR: f32 = 26.0;

/// What can be done.
const HINT: &str = "click for another";

/// Over how long the rate is measured.
const MEASURED: Duration = Duration::from_secs(1);

/// What moves.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Ball {
    /// Its middle.
    pub at: Point,
    /// Logical units in a second.
    pub speed: Point,
    /// Of the ball.
    pub radius: f32,
    /// Of the ball.
    pub color: Color,
}

impl Ball {
    /// Moves on by some seconds, in a room of this size. Floor and walls give all speed back, so
    /// that it never comes to rest.
    pub fn step(&mut self, seconds: f32, room: Size) {
        // The mean of old and new speed is exact for a fall.
        self.at.x += self.speed.x * seconds;
        self.at.y += self.speed.y * seconds + GRAVITY * seconds * seconds / 2.0;
        self.speed.y += GRAVITY * seconds;
        bounce(&mut self.at.x, &mut self.speed.x, self.radius, room.width);
        let fell = self.at.y + self.radius - room.height;
        if fell > 0.0 && self.speed.y > 0.0 {
            // As fast as it was when it met the floor, so that it rises as high as before.
            let met = (self.speed.y * self.speed.y - 2.0 * GRAVITY * fell).max(0.0);
            self.speed.y = -met.sqrt();
        }
        self.at.y = self.at.y.min(room.height - self.radius);
    }
}

/// Keeps a place between two walls, `0` and `end`.
fn bounce(at: &mut f32, speed: &mut f32, radius: f32, end: f32) {
    if *at < radius {
        (*at, *speed) = (radius, speed.abs());
    } else if *at > end - radius {
        (*at, *speed) = (end - radius, -speed.abs());
    }
}

/// How many frames a second were shown.
#[derive(Debug, Default)]
pub struct Rate {
    since: Duration,
    frames: u32,
    /// Frames per second, of the last second that is over.
    pub shown: Option<f32>,
}

impl Rate {
    /// Counts a frame that was shown at `time`.
    pub fn count(&mut self, time: Duration) {
        self.frames += 1;
        let passed = time.saturating_sub(self.since);
        if self.since.is_zero() || passed > 2 * MEASURED {
            *self = Self {
                since: time,
                frames: 0,
                shown: None,
            };
        } else if passed >= MEASURED {
            self.shown = Some(self.frames as f32 / passed.as_secs_f32());
            (self.since, self.frames) = (time, 0);
        }
    }
}

/// The program.
#[derive(Debug)]
pub struct Bounce {
    window: Window,
    balls: Vec<Ball>,
    /// How many there have ever been.
    thrown: usize,
    paused: bool,
    /// When the last frame was shown, by the server's clock.
    shown: Option<Duration>,
    rate: Rate,
    refresh: Duration,
}

impl Bounce {
    /// Opens its window.
    pub fn new(display: &Display) -> Self {
        let window = display
            .window("Bounce")
            .size(400.0, 336.0)
            .min_size(160.0, 120.0)
            .app_id("org.transom.bounce")
            .build();
        let mut bounce = Self {
            window,
            balls: Vec::new(),
            thrown: 0,
            paused: false,
            shown: None,
            rate: Rate::default(),
            refresh: Duration::ZERO,
        };
        for n in 0..7u8 {
            bounce.throw(Point::new(
                44.0 + 52.0 * f32::from(n),
                90.0 + 15.0 * f32::from(n % 4),
            ));
        }
        bounce
    }

    /// The balls, in the order they are drawn.
    pub fn balls(&self) -> &[Ball] {
        &self.balls
    }

    /// Another ball from here. Each has a size, colour and direction of its own.
    fn throw(&mut self, at: Point) {
        let colors = [TEAL, ACCENT, GOLD, PLUM, INK];
        let n = self.thrown;
        self.thrown += 1;
        if self.balls.len() == MAX_BALLS {
            self.balls.remove(0);
        }
        // The golden ratio spreads them evenly.
        let turn = (n as f32 * 0.618_034).fract();
        self.balls.push(Ball {
            at,
            speed: Point::new(220.0 * (turn * TAU).cos(), -120.0 * turn),
            radius: 11.0 + 13.0 * (turn * 3.0).fract(),
            color: colors[n % colors.len()],
        });
    }

    /// A frame was on the screen: the world moves by the time since the one before.
    fn move_on(&mut self, time: Duration, flags: ShownFlags) -> Reaction {
        let last = self.shown.replace(time);
        if !flags.intersects(ShownFlags::SKIPPED | ShownFlags::HIDDEN) {
            self.rate.count(time);
        }
        if self.paused {
            return Reaction::Nothing;
        }
        let passed = last.map_or(0.0, |last| time.saturating_sub(last).as_secs_f32());
        let room = room(self.window.size());
        let seconds = passed.min(LONGEST_STEP);
        self.balls
            .iter_mut()
            .for_each(|ball| ball.step(seconds, room));
        Reaction::Redraw
    }

    fn key(&mut self, key: &KeyEvent) -> Reaction {
        match key.key {
            // A key that is held and repeats is one key.
            _ if key.state != KeyState::Pressed => Reaction::Nothing,
            Key::Named(NamedKey::ESCAPE) => Reaction::Close,
            Key::Character(' ') => {
                self.paused = !self.paused;
                (self.shown, self.rate) = (None, Rate::default());
                Reaction::Redraw
            }
            _ => Reaction::Nothing,
        }
    }

    fn caption(&self) -> String {
        let refresh = self.refresh.as_secs_f32();
        match self.rate.shown {
            _ if self.paused => "paused".to_owned(),
            Some(rate) if refresh > 0.0 => {
                format!("{rate:.1} of {:.0} frames a second", 1.0 / refresh)
            }
            Some(rate) => format!("{rate:.1} frames a second"),
            None => "measuring …".to_owned(),
        }
    }
}

impl App for Bounce {
    fn window(&self) -> &Window {
        &self.window
    }

    fn handle(&mut self, event: &Event) -> Reaction {
        match event {
            Event::FrameShown {
                window,
                time,
                refresh,
                flags,
                ..
            } if *window == self.window.id() => {
                self.refresh = *refresh;
                self.move_on(*time, *flags)
            }
            Event::Key(key) => self.key(key),
            Event::Button {
                button: Button::LEFT,
                state: ButtonState::Pressed,
                at,
                ..
            } => {
                self.throw(*at);
                Reaction::Redraw
            }
            _ => Reaction::Nothing,
        }
    }

    fn draw(&mut self) -> Result<(), Error> {
        let mut canvas = self.window.frame();
        draw(&mut canvas, &self.balls, &self.caption());
        canvas.commit().map(drop)
    }
}

/// Draws all of it.
pub fn draw(canvas: &mut Canvas, balls: &[Ball], caption: &str) {
    let bounds = canvas.bounds();
    canvas.clear(PAPER);
    let floor = room(canvas.size()).height;
    canvas.fill_rect(
        Rect::new(0.0, floor, bounds.width, FLOOR),
        mix(PAPER, LINE, 0.6),
    );
    balls.iter().for_each(|ball| shadow(canvas, ball, floor));
    for ball in balls {
        let on =
            |x: f32, y: f32| Point::new(ball.at.x + x * ball.radius, ball.at.y + y * ball.radius);
        canvas.fill_circle(ball.at, ball.radius, mix(ball.color, INK, 0.2));
        canvas.fill_circle(on(-0.07, -0.07), ball.radius * 0.9, ball.color);
        canvas.fill_circle(
            on(-0.34, -0.38),
            ball.radius * 0.26,
            mix(ball.color, CARD, 0.5),
        );
    }
    let style = TextStyle::new(13.0).color(FADED);
    canvas.text(14.0, 24.0, caption, &style);
    if style.measure(caption).width + style.measure(HINT).width + 60.0 < bounds.width {
        canvas.text(
            bounds.right() - 14.0,
            24.0,
            HINT,
            &style.align(Align::Right),
        );
    }
}

/// Where the balls are: above the floor.
fn room(size: Size) -> Size {
    Size::new(size.width, size.height - FLOOR)
}

/// On the floor, wider and fainter the higher the ball is.
fn shadow(canvas: &mut Canvas, ball: &Ball, floor: f32) {
    let height = ((floor - ball.at.y - ball.radius) / floor).clamp(0.0, 1.0);
    let width = ball.radius * (0.9 + 0.6 * height);
    let middle = Point::new(ball.at.x, floor + FLOOR * 0.3);
    let color = INK.with_alpha((80.0 * (1.0 - height)) as u8);
    canvas.fill(Path::new().ellipse(middle, width, FLOOR * 0.18), color);
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROOM: Size = Size::new(400.0, 300.0);

    fn ball(x: f32, y: f32, dx: f32, dy: f32) -> Ball {
        Ball {
            at: Point::new(x, y),
            speed: Point::new(dx, dy),
            radius: 10.0,
            color: INK,
        }
    }

    #[test]
    fn a_ball_rises_as_high_as_it_fell_from_for_minutes() {
        let mut ball = ball(200.0, 100.0, 90.0, 0.0);
        let mut highest = f32::MAX;
        for frame in 0..60 * 120 {
            ball.step(1.0 / 60.0, ROOM);
            if frame > 60 * 115 {
                highest = highest.min(ball.at.y);
            }
            assert!(
                (10.0..=390.0).contains(&ball.at.x) && ball.at.y <= 290.0,
                "{ball:?}"
            );
        }
        assert!((highest - 100.0).abs() < 4.0, "{highest}");
    }

    #[test]
    fn a_room_that_gets_smaller_takes_its_balls_along() {
        let mut ball = ball(380.0, 280.0, 0.0, 0.0);
        ball.step(0.01, Size::new(100.0, 80.0));
        assert_eq!((ball.at.x, ball.at.y), (90.0, 70.0));
    }

    #[test]
    fn the_rate_is_that_of_the_last_second() {
        let mut rate = Rate::default();
        for frame in 1..=61 {
            rate.count(Duration::from_millis(20) * frame);
        }
        assert_eq!(rate.shown, Some(50.0));
        rate.count(Duration::from_secs(60));
        assert_eq!(rate.shown, None, "after a rest it is measured anew");
    }
}
