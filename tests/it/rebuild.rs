//! The mirror: what the library would make anew on a fresh session shows the same pictures.

use transom::mirror::Lost;
use transom::{PixelRect, Scale, SurfaceId};
use transom_protocol::Event;
use transom_protocol::codec::{MAGIC, Packet};
use transom_protocol::request::{ReadPixels, Request};
use transom_server::session::{Run, Session};
use transom_server::time::Timestamp;
use transom_tests::fixture::{Fixture, session};
use transom_tests::program::{Mark, Op, Program};
use transom_tests::random::Random;

/// A copy under a turned transform fails; programs may ask for it all the same.
const TURNED_COPY: &str = "copies need a transform";

/// What is done to a screen with one program.
#[derive(Clone, Debug)]
enum Step {
    Op(Op),
    /// All is executed and shown.
    Settle,
    /// The same, and what is shown is compared with what a fresh session would show.
    Check,
}

/// How many pictures were the same, and how many are to be drawn again.
type Counts = (usize, usize);

/// Takes the steps; an error says what a fresh session would show differently.
fn run(scale: Scale, steps: &[Step]) -> Result<Counts, String> {
    let mut fixture = Fixture::new(160, 120, scale);
    let client = fixture.connect();
    let mut program = Program::new(fixture.clients[client].display.clone());
    let mut counts = (0, 0);
    for step in steps {
        match step {
            Step::Op(op) => program.apply(op),
            Step::Settle => fixture.settle(),
            Step::Check => check(&mut fixture, &program, &mut counts)?,
        }
    }
    for event in fixture.clients[0].events() {
        if let transom::Event::RequestFailed { text, .. } = &event
            && !text.contains(TURNED_COPY)
        {
            return Err(format!("{event:?}"));
        }
    }
    Ok(counts)
}

fn check(fixture: &mut Fixture, program: &Program, counts: &mut Counts) -> Result<(), String> {
    fixture.settle();
    let rebuild = program.display.with_core(|core| core.rebuild());
    let scale = fixture.desktop().output().scale;
    let mut fresh = Fixture::new(160, 120, scale);
    let mut after = session();
    execute(&mut after, &fresh, &rebuild.bytes)?;
    let windows = fixture.desktop().windows();
    // Popups have no title to be recognised by.
    for window in windows.iter().filter(|window| !window.popup) {
        match fresh.window(&window.title) {
            Some(rebuilt) if Some(&rebuilt) == fixture.window(&window.title).as_ref() => {
                counts.0 += 1;
            }
            Some(_) => return Err(format!("{} differs", window.title)),
            None if rebuild.lost.is_empty() => {
                return Err(format!("{} is missing and was not announced", window.title));
            }
            None => counts.1 += 1,
        }
    }
    for surface in &program.surfaces {
        let id = surface.id();
        if rebuild.lost.contains(&Lost::Picture(id)) {
            counts.1 += 1;
            continue;
        }
        let before = pixels(&mut fixture.clients[0].session, &fixture.desktop, id)?;
        let rebuilt = pixels(&mut after, &fresh.desktop, id)?;
        if before != rebuilt {
            return Err(format!("{id:?} differs"));
        }
        counts.0 += 1;
    }
    fresh.present();
    Ok(())
}

/// The fewest of these steps that still go wrong, found by leaving out one after the other.
fn shrink(scale: Scale, mut steps: Vec<Step>) -> Vec<Step> {
    let mut at = steps.len();
    while at > 0 {
        at -= 1;
        let mut fewer = steps.clone();
        fewer.remove(at);
        if run(scale, &fewer).is_err() {
            steps = fewer;
            continue;
        }
        for painting in [0, 1] {
            let marks = marks_of(&mut steps[at], painting).map_or(0, |marks| marks.len());
            for mark in (0..marks).rev() {
                let mut fewer = steps.clone();
                marks_of(&mut fewer[at], painting).map(|marks| marks.remove(mark));
                if run(scale, &fewer).is_err() {
                    steps = fewer;
                }
            }
        }
    }
    steps
}

fn marks_of(step: &mut Step, painting: usize) -> Option<&mut Vec<Mark>> {
    match (step, painting) {
        (Step::Op(Op::Frame(_, p) | Op::DrawSurface(_, p) | Op::Frames(p, _)), 0)
        | (Step::Op(Op::Frames(_, p)), 1) => Some(&mut p.marks),
        _ => None,
    }
}

pub(crate) fn execute(
    session: &mut Session,
    fixture: &Fixture,
    bytes: &[u8],
) -> Result<(), String> {
    session.input().extend(bytes);
    loop {
        match session.run(&fixture.desktop, Timestamp::ZERO, u64::MAX) {
            Run::Done => break,
            Run::More => {}
            Run::Blocked => session.written(session.output().len()),
            Run::Closed => panic!("{:?}", String::from_utf8_lossy(session.output())),
        }
    }
    session.collect_events(&fixture.desktop);
    let mut failed = Vec::new();
    each_event(session, |event| {
        if let Event::Error(error) = event {
            failed.push((error.sequence, format!("{}: {}", error.code, error.text.0)));
        }
    });
    for (sequence, problem) in failed {
        let request = request(bytes, sequence);
        if !problem.contains(TURNED_COPY) {
            return Err(format!("{problem}: {request}"));
        }
    }
    Ok(())
}

/// The request with this number in a stream that begins with magic and hello.
fn request(stream: &[u8], sequence: u32) -> String {
    let mut rest = &stream[MAGIC.len()..];
    let mut number = 0;
    while let Some((packet, length)) = Packet::split(rest).expect("whole packets") {
        if number == sequence {
            return format!("{:?}", Request::decode(packet));
        }
        number += 1;
        rest = &rest[length..];
    }
    "?".into()
}

fn each_event(session: &mut Session, mut see: impl FnMut(Event<'_>)) {
    let bytes = session.output().to_vec();
    session.written(bytes.len());
    let mut rest = bytes.strip_prefix(&MAGIC).unwrap_or(&bytes);
    while let Some((packet, length)) = Packet::split(rest).expect("whole packets") {
        see(Event::decode(packet).expect("well formed"));
        rest = &rest[length..];
    }
}

/// All pixels of an off-screen surface.
fn pixels(
    session: &mut Session,
    desktop: &std::sync::Mutex<transom_server::desktop::Desktop>,
    surface: SurfaceId,
) -> Result<Vec<u8>, String> {
    let rect = PixelRect::new(0, 0, u32::MAX, u32::MAX);
    let mut bytes = Vec::new();
    let id = 1;
    Request::from(ReadPixels { id, surface, rect }).write(&mut bytes);
    session.input().extend(&bytes);
    let (mut pixels, mut whole, mut failed) = (Vec::new(), false, None);
    while !whole && failed.is_none() {
        session.run(desktop, Timestamp::ZERO, u64::MAX);
        each_event(session, |event| match event {
            Event::Pixels(part) => {
                pixels.extend_from_slice(part.data);
                whole = part.last != 0;
            }
            Event::Error(error) => failed = Some(format!("{error:?}")),
            _ => {}
        });
    }
    failed.map_or(Ok(pixels), Err)
}

#[test]
fn a_fresh_session_rebuilt_from_the_mirror_shows_the_same_pictures() {
    let (mut same, mut lost) = (0, 0);
    for seed in 0..300 {
        let mut random = Random(seed);
        let scale = Scale([120, 150, 180][random.below(3)]);
        let mut steps = Vec::new();
        for step in 1..=75 {
            steps.push(Step::Op(random.op()));
            if step % 25 == 0 {
                steps.push(Step::Check);
            } else if random.chance(20) {
                steps.push(Step::Settle);
            }
        }
        match run(scale, &steps) {
            Ok((s, l)) => {
                same += s;
                lost += l;
            }
            Err(problem) => {
                let steps = shrink(scale, steps);
                let first = run(scale, &steps);
                panic!("seed {seed}: {problem}; {first:?} after {steps:#?}");
            }
        }
    }
    println!("{same} pictures were the same, {lost} are to be drawn again");
    assert!(same > 2 * lost && same > 500, "{same} same, {lost} lost");
}
