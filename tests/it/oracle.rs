//! Compositing the damage gives the same picture as compositing everything, whatever programs do.

use transom::Scale;
use transom_protocol::geometry::PixelSize;
use transom_server::desktop::Output;
use transom_tests::fixture::Fixture;
use transom_tests::program::{Op, Program};
use transom_tests::random::Random;

/// What happens to a screen.
#[derive(Debug)]
enum Step {
    /// One of the programs does something.
    Program(usize, Op),
    /// One of them goes, another comes.
    Replace(usize),
    /// The pointer goes there.
    Motion(usize, usize),
    /// A click where it is, which raises what is below.
    Click,
    /// The screen has another size and scale.
    Output(u32, u32, Scale),
    /// What is pending is shown, in slices of this size.
    Present(u64),
}

fn step(random: &mut Random) -> Step {
    match random.below(40) {
        0 => Step::Replace(random.below(2)),
        1 | 2 => Step::Motion(random.below(170), random.below(130)),
        3 | 4 => Step::Click,
        5 if random.chance(30) => {
            let side = |r: &mut Random| 60 + r.below(120) as u32;
            let scale = Scale([120, 150, 180, 200][random.below(4)]);
            Step::Output(side(random), side(random), scale)
        }
        5..=12 => Step::Present([1, 500, 250_000][random.below(3)]),
        _ => Step::Program(random.below(2), random.op()),
    }
}

struct World {
    fixture: Fixture,
    programs: Vec<Program>,
}

impl World {
    fn new(random: &mut Random) -> Self {
        let scale = Scale([120, 150, 180][random.below(3)]);
        let mut world = Self {
            fixture: Fixture::new(160, 120, scale),
            programs: Vec::new(),
        };
        world.add();
        world.add();
        world
    }

    fn add(&mut self) {
        let client = self.fixture.connect();
        // The program holds the connection from now on; the fixture needs the same one to move
        // its bytes, so both hold it.
        let display = self.fixture.clients[client].display.clone();
        self.programs.push(Program::new(display));
    }

    fn apply(&mut self, step: &Step) {
        match step {
            Step::Program(which, op) => self.programs[*which].apply(op),
            Step::Replace(which) => {
                self.programs.remove(*which);
                self.fixture.disconnect(*which);
                self.add();
            }
            Step::Motion(x, y) => self.fixture.motion(*x as f64, *y as f64),
            Step::Click => self.fixture.click(),
            Step::Output(width, height, scale) => {
                let output = Output {
                    size: PixelSize::new(*width, *height),
                    scale: *scale,
                    refresh: 16_666_667,
                };
                self.fixture.desktop().set_output(output);
            }
            Step::Present(budget) => {
                self.fixture.pump_in_slices(*budget);
                self.fixture.present();
            }
        }
    }
}

#[test]
fn compositing_the_damage_gives_the_same_picture_as_compositing_everything() {
    let mut windows = 0;
    for seed in 0..400 {
        let mut random = Random(seed);
        let mut world = World::new(&mut random);
        let mut done = Vec::new();
        for _ in 0..60 {
            done.push(step(&mut random));
            let last = done.last().expect("it was pushed");
            let applied = std::panic::AssertUnwindSafe(|| world.apply(last));
            if let Err(panic) = std::panic::catch_unwind(applied) {
                eprintln!("seed {seed}, after these steps: {done:#?}");
                std::panic::resume_unwind(panic);
            }
        }
        world.apply(&Step::Present(u64::MAX));
        windows += world.fixture.desktop().windows().len();
        for client in &mut world.fixture.clients {
            client.events(); // None of them was disconnected.
        }
    }
    assert!(windows > 600, "the programs showed only {windows} windows");
}
