//! Doing an operation for a while, by the clock.

use std::time::{Duration, Instant};

use transom_protocol::color::Color;
use transom_protocol::geometry::PixelRect;
use transom_protocol::ids::WindowId;

use super::ops::patterns::SIDE;
use super::ops::{Load, Op};
use super::server::Server;
use super::wire::Wire;
use super::{Outcome, calibrate};

/// Longer than a refresh: what is committed after such a pause is shown at once, so that the wait for
/// the next tick is not measured.
const PAUSE: Duration = Duration::from_millis(20);

/// A window to draw in, and a connection of its own.
pub struct Stage {
    wire: Wire,
    window: WindowId,
}

/// An operation that is ready to be measured.
pub struct Trial {
    stage: Stage,
    load: Load,
    passes: u64,
}

impl Stage {
    /// Connects and shows a white window.
    pub fn new(server: &Server) -> Outcome<Self> {
        let mut wire = Wire::connect(server.socket())?;
        let window = wire.window(SIDE as f32, SIDE as f32, "transom-perf");
        wire.draw_on(window.into())?;
        wire.draw(|out| out.clear_to(Color::WHITE))?;
        let frame = wire.commit(window);
        wire.wait_shown(frame)?;
        Ok(Self { wire, window })
    }

    /// Runs so many passes: from before the frame's begin to the answer to a `Sync` that was sent
    /// after the commit had been composited and shown.
    fn run(&mut self, load: &mut Load, passes: u64) -> Outcome<Duration> {
        self.wire.sync()?;
        std::thread::sleep(PAUSE);
        let start = Instant::now();
        if load.framed {
            self.begin(load)?;
        }
        for pass in 0..passes {
            (load.pass)(&mut self.wire, pass)?;
        }
        if load.framed {
            let frame = self.wire.commit(self.window);
            self.wire.wait_shown(frame)?;
        }
        self.wire.sync()?;
        Ok(start.elapsed())
    }

    fn begin(&mut self, load: &Load) -> Outcome<()> {
        self.wire.begin(self.window, SIDE as f32, SIDE as f32)?;
        self.wire.draw(|out| (load.start)(out))
    }
}

impl Trial {
    /// Makes what the operation needs, and finds out how often it is done in about `time`.
    pub fn new(server: &Server, op: &Op, time: Duration) -> Outcome<Self> {
        let mut stage = Stage::new(server)?;
        let mut load = (op.build)(&mut stage.wire, stage.window)?;
        stage.wire.sync()?;
        let passes = calibrate::passes(time, |passes| stage.run(&mut load, passes))?;
        Ok(Self {
            stage,
            load,
            passes,
        })
    }

    /// Objects per second, measured once.
    pub fn rate(&mut self) -> Outcome<f64> {
        let took = self.stage.run(&mut self.load, self.passes)?;
        Ok((self.passes * self.load.objects) as f64 / took.as_secs_f64())
    }

    /// The operation's load.
    pub fn load(&self) -> &Load {
        &self.load
    }

    /// The window's pixels after one pass on white, top to bottom, without alpha.
    pub fn picture(&mut self) -> Outcome<Vec<u32>> {
        let Self { stage, load, .. } = self;
        let wire = &mut stage.wire;
        wire.begin(stage.window, SIDE as f32, SIDE as f32)?;
        wire.draw(|out| out.clear_to(Color::WHITE))?;
        wire.draw(|out| (load.start)(out))?;
        (load.pass)(wire, 0)?;
        let frame = wire.commit(stage.window);
        wire.wait_shown(frame)?;
        let mut pixels = Vec::with_capacity((SIDE * SIDE) as usize);
        let all = PixelRect::new(0, 0, SIDE as u32, SIDE as u32);
        wire.read_pixels(stage.window.into(), all, |_, data| {
            let pixel = |b: &[u8]| u32::from_le_bytes([b[0], b[1], b[2], 0]);
            pixels.extend(data.chunks_exact(4).map(pixel));
        })?;
        Ok(pixels)
    }
}
