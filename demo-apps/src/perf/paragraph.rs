//! What text costs a program before anything is sent: shaping, breaking lines, drawing; and how many
//! bytes it is. No server takes part.

use std::time::Instant;

use transom::core::{Core, Identity};
use transom::{Canvas, Display, Point, TextLayout, TextStyle, Window};

use super::latency::{Bench, Latency};
use super::{Failure, Outcome};

/// Characters of a paragraph.
const CHARACTERS: usize = 2000;

/// Logical units between its margins.
const WIDTH: f32 = 600.0;

/// Rounds that are not counted: nothing is warm before.
const WARM_UP: usize = 5;

const STYLE: TextStyle = TextStyle::new(14.0);

const WORDS: &str =
    "The quick brown fox jumps over the lazy dog, and typesetting it takes \"no time\", To. ";

/// All of them, in the order they are measured.
pub fn all() -> Vec<Latency> {
    vec![
        Latency {
            name: "paragraph",
            what: "2,000 characters shaped, broken, drawn; client alone",
            count: 500,
            ours: |_: &Bench<'_>, count| paragraphs(count),
            theirs: None,
        },
        Latency {
            name: "reflow",
            what: "2,000 characters broken anew and drawn; client alone",
            count: 500,
            ours: |_: &Bench<'_>, count| reflows(count),
            theirs: None,
        },
        Latency {
            name: "textline",
            what: "80 characters drawn before, drawn again; client alone",
            count: 2000,
            ours: |_: &Bench<'_>, count| lines(count),
            theirs: None,
        },
    ]
}

/// A program without a server.
struct Program {
    display: Display,
    window: Window,
}

impl Program {
    fn new() -> Outcome<Self> {
        let identity = Identity::of_process().map_err(|e| Failure::new(e.to_string()))?;
        let display = Display::detached(Core::new("nowhere", identity));
        let window = display.window("text").size(WIDTH, 800.0).build();
        Ok(Self { display, window })
    }

    /// Draws a frame, and says how many bytes it is.
    fn frame(&self, draw: impl FnOnce(&mut Canvas)) -> Outcome<usize> {
        let mut frame = self.window.frame();
        draw(&mut frame);
        frame.commit().map_err(|e| Failure::new(e.to_string()))?;
        Ok(self.display.with_core(|core| core.take_output()).len())
    }

    /// Microseconds that frames take, drawn so often; the bytes are taken out in between.
    fn times(&self, count: usize, mut draw: impl FnMut(&mut Canvas)) -> Outcome<Vec<f64>> {
        let mut times = Vec::with_capacity(count);
        for round in 0..WARM_UP + count {
            let started = Instant::now();
            let mut frame = self.window.frame();
            draw(&mut frame);
            frame.commit().map_err(|e| Failure::new(e.to_string()))?;
            if round >= WARM_UP {
                times.push(started.elapsed().as_secs_f64() * 1e6);
            }
            self.display.with_core(|core| core.take_output());
        }
        Ok(times)
    }
}

/// Another text for each number, so that nothing that was kept of one serves the next.
fn text(number: usize) -> String {
    let start = format!("{number} ");
    start
        .chars()
        .chain(WORDS.chars().cycle())
        .take(CHARACTERS)
        .collect()
}

fn paragraphs(count: usize) -> Outcome<Vec<f64>> {
    let texts: Vec<_> = (0..10).map(text).collect();
    let mut number = 0;
    Program::new()?.times(count, |canvas| {
        number += 1;
        let layout = TextLayout::new(&texts[number % texts.len()], &STYLE, Some(WIDTH));
        canvas.text_layout(Point::default(), &layout);
    })
}

fn reflows(count: usize) -> Outcome<Vec<f64>> {
    let mut layout = TextLayout::new(&text(0), &STYLE, None);
    let mut narrower = 0u8;
    Program::new()?.times(count, |canvas| {
        narrower = (narrower + 1) % 100;
        layout.reflow(Some(WIDTH - f32::from(narrower)));
        canvas.text_layout(Point::default(), &layout);
    })
}

fn lines(count: usize) -> Outcome<Vec<f64>> {
    let line: String = WORDS.chars().take(80).collect();
    Program::new()?.times(count, |canvas| canvas.text(0.0, 20.0, &line, &STYLE))
}

/// Bytes of a paragraph's first frame, glyphs and all, and of another frame with it.
pub fn bytes() -> Outcome<(usize, usize)> {
    let program = Program::new()?;
    let layout = TextLayout::new(&text(0), &STYLE, Some(WIDTH));
    let without = program.frame(|_| ())?;
    let draw = || program.frame(|canvas| canvas.text_layout(Point::default(), &layout));
    let (first, again) = (draw()?, draw()?);
    // What a window and its first frame cost without text is not the text's.
    let bare = program.frame(|_| ())?.min(without);
    Ok((first - bare, again - bare))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_paragraph_costs_its_glyphs_once() {
        let (first, again) = bytes().expect("nothing can fail");
        assert!(first > again + 1000, "{first} {again}");
        assert!((CHARACTERS..4 * CHARACTERS).contains(&again), "{again}");
    }

    #[test]
    fn each_is_measured_as_often_as_asked() {
        for measure in [paragraphs, reflows, lines] {
            assert_eq!(measure(3).expect("nothing can fail").len(), 3);
        }
    }
}
