//! [`Witness`]: a well-behaved program that animates beside whatever else happens. It notices when
//! anything is not as it should be.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::thread::JoinHandle;

use transom::{Color, Display, Error, Event, FrameId, Rect, TextStyle, Window};

use crate::{PATIENCE, eventually};

/// A program on a thread of its own.
#[derive(Debug)]
pub struct Witness {
    thread: Option<JoinHandle<Result<(), String>>>,
    frames: Arc<AtomicU32>,
    done: Arc<AtomicBool>,
}

impl Witness {
    /// Starts it, and waits until it has shown something.
    pub fn start(display: Display) -> Self {
        let (frames, done) = (Arc::<AtomicU32>::default(), Arc::<AtomicBool>::default());
        let (count, end) = (frames.clone(), done.clone());
        let thread = std::thread::spawn(move || animate(&display, &count, &end));
        let witness = Self {
            thread: Some(thread),
            frames,
            done,
        };
        witness.sees(2);
        witness
    }

    /// How many of its frames were shown so far.
    pub fn frames(&self) -> u32 {
        self.frames.load(Ordering::Acquire)
    }

    /// Waits until so many more of its frames were shown.
    pub fn sees(&self, more: u32) {
        let goal = self.frames() + more;
        eventually(|| match self.frames() {
            count if count >= goal || self.has_ended() => Ok(()),
            count => Err(format!("only {count} of {goal} frames were shown")),
        });
        assert!(!self.has_ended(), "the witness has ended");
    }

    fn has_ended(&self) -> bool {
        self.thread.as_ref().is_none_or(JoinHandle::is_finished)
    }

    /// Ends it. Fails when it has noticed anything.
    pub fn ask(mut self) -> u32 {
        self.sees(3);
        self.done.store(true, Ordering::Release);
        let thread = self.thread.take().expect("it is taken only here");
        let told = thread.join().expect("it does not panic");
        assert_eq!(told, Ok(()), "the witness noticed something");
        self.frames()
    }
}

impl Drop for Witness {
    fn drop(&mut self) {
        self.done.store(true, Ordering::Release);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// Shows one frame after the other until told to end.
fn animate(display: &Display, count: &AtomicU32, done: &AtomicBool) -> Result<(), String> {
    let window = display.window("witness").size(120.0, 60.0).build();
    let mut last = None;
    while !done.load(Ordering::Acquire) {
        let frame = draw(&window, count.load(Ordering::Relaxed)).map_err(|e| e.to_string())?;
        if let Some(last) = last.replace(frame)
            && frame == last
        {
            return Err(format!("two frames are called {frame:?}"));
        }
        wait_shown(display, &window, frame)?;
        count.fetch_add(1, Ordering::Release);
    }
    Ok(())
}

fn draw(window: &Window, count: u32) -> Result<FrameId, Error> {
    let mut canvas = window.frame();
    canvas.clear(Color::WHITE);
    let x = (count % 100) as f32;
    canvas.fill_rect(Rect::new(x, 5.0, 20.0, 20.0), Color::BLUE);
    let style = TextStyle::new(14.0);
    canvas.text(5.0, 50.0, &format!("frame {count}"), &style);
    canvas.commit()
}

/// Reads events until the frame was shown, which has to be the next that is told of.
fn wait_shown(display: &Display, window: &Window, frame: FrameId) -> Result<(), String> {
    loop {
        let event = display.wait_event(PATIENCE).map_err(|e| e.to_string())?;
        match event {
            None => return Err(format!("{frame:?} was not shown within {PATIENCE:?}")),
            Some(Event::FrameShown {
                window: w,
                frame: shown,
                ..
            }) if w == window.id() => match shown == frame {
                true => return Ok(()),
                false => return Err(format!("{shown:?} was shown and not {frame:?}")),
            },
            Some(event @ Event::RequestFailed { .. }) => return Err(format!("{event:?}")),
            Some(_) => {}
        }
    }
}
