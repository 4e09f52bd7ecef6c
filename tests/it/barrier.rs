//! A client that draws for a long time delays nobody else: the desktop is not locked meanwhile.

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;

use transom::{Color, Rect, Transform};
use transom_protocol::draw::DrawBuffer;
use transom_protocol::geometry::{PixelSize, Scale, Size};
use transom_protocol::ids::WindowId;
use transom_protocol::request::Draw;
use transom_protocol::{Event, Request};
use transom_server::desktop::{Desktop, Output};
use transom_server::session::{Run, SLICE, Session};
use transom_server::time::Timestamp;
use transom_tests::client::{Raw, create_window, hello};
use transom_tests::eventually;
use transom_tests::fixture::session;
use transom_tests::server::Server;

fn desktop() -> Mutex<Desktop> {
    Mutex::new(Desktop::new(Output {
        size: PixelSize::new(1000, 800),
        scale: Scale::ONE,
        refresh: 16_666_667,
    }))
}

/// A session that has a window, with a first frame begun, and is read to the end.
fn greeted(desktop: &Mutex<Desktop>) -> Session {
    let mut session = session();
    let mut bytes = transom_protocol::codec::MAGIC.to_vec();
    let size = Size::new(1000.0, 800.0);
    Request::from(hello(&[])).write(&mut bytes);
    Request::from(create_window(1, "w", size)).write(&mut bytes);
    Request::from(transom_protocol::request::Begin {
        window: WindowId(1),
        configure: transom::Serial::NONE,
        size,
    })
    .write(&mut bytes);
    session.input().extend(&bytes);
    assert_eq!(session.run(desktop, Timestamp::ZERO, u64::MAX), Run::Done);
    session.collect_events(desktop);
    session.written(session.output().len());
    session
}

/// Turned, translucent rectangles that cover everything, so many times.
fn heavy(ops: &mut DrawBuffer, times: usize) {
    ops.concat(Transform::translate(500.0, 400.0).after(Transform::rotate(0.3)));
    let rect = Rect::new(-900.0, -900.0, 1800.0, 1800.0);
    let rects = vec![rect; times];
    ops.fill_rects(Color::rgba(20, 120, 130, 40).into(), true, &rects);
    ops.reset();
}

fn feed_heavy(session: &mut Session, times: usize) {
    let mut ops = DrawBuffer::new();
    heavy(&mut ops, times);
    let mut bytes = Vec::new();
    let surface = WindowId(1).into();
    Request::from(Draw {
        surface,
        ops: ops.ops(),
    })
    .write(&mut bytes);
    session.input().extend(&bytes);
}

/// Asks a session for a sync and returns whether it was answered at once.
fn sync(session: &mut Session, desktop: &Mutex<Desktop>, id: u32) -> bool {
    let mut bytes = Vec::new();
    Request::from(transom_protocol::request::Sync { id }).write(&mut bytes);
    session.input().extend(&bytes);
    assert_eq!(session.run(desktop, Timestamp::ZERO, SLICE), Run::Done);
    session.collect_events(desktop);
    let output = session.output().to_vec();
    session.written(output.len());
    let mut rest = &output[..];
    while let Ok(Some((packet, length))) = transom_protocol::codec::Packet::split(rest) {
        if let Ok(Event::SyncDone(done)) = Event::decode(packet) {
            return done.id == id;
        }
        rest = &rest[length..];
    }
    false
}

#[test]
fn others_are_answered_between_the_slices_of_a_long_drawing() {
    let desktop = desktop();
    let (mut busy, mut other) = (greeted(&desktop), greeted(&desktop));
    feed_heavy(&mut busy, 20);
    let mut slices = 0;
    while busy.run(&desktop, Timestamp::ZERO, SLICE) == Run::More {
        slices += 1;
        let free = desktop.try_lock().map(|mut desktop| desktop.scene());
        assert!(free.is_ok(), "the desktop is locked between slices");
        assert!(
            sync(&mut other, &desktop, slices),
            "no answer in slice {slices}"
        );
    }
    assert!(slices > 20, "a long drawing took only {slices} slices");
}

#[test]
fn others_are_answered_while_one_client_is_in_the_middle_of_drawing() {
    let desktop = desktop();
    let (mut busy, mut other) = (greeted(&desktop), greeted(&desktop));
    // Odd while the busy session executes one drawing, in one piece.
    let drawing = AtomicU64::new(0);
    let done = AtomicBool::new(false);
    thread::scope(|scope| {
        scope.spawn(|| {
            while !done.load(Ordering::Acquire) {
                feed_heavy(&mut busy, 10);
                drawing.fetch_add(1, Ordering::AcqRel);
                let run = busy.run(&desktop, Timestamp::ZERO, u64::MAX);
                drawing.fetch_add(1, Ordering::AcqRel);
                if run != Run::Done {
                    return;
                }
                busy.written(busy.output().len());
            }
        });
        let mut id = 0;
        for _ in 0..20 {
            // Answered, and a scene handed out, within one and the same drawing.
            eventually(|| {
                id += 1;
                let before = drawing.load(Ordering::Acquire);
                let answered = sync(&mut other, &desktop, id);
                let scene = desktop.try_lock().map(|mut desktop| desktop.scene());
                let after = drawing.load(Ordering::Acquire);
                match before % 2 == 1 && before == after && answered && scene.is_ok() {
                    true => Ok(()),
                    false => Err("no answer while another client draws".into()),
                }
            });
        }
        done.store(true, Ordering::Release);
    });
}

#[test]
fn a_real_server_answers_others_before_a_long_drawing_is_done() {
    let server = Server::start();
    let (mut busy, mut other) = (Raw::unix(&server.socket()), Raw::unix(&server.socket()));
    let size = Size::new(1000.0, 800.0);
    other.greet(&[]).window(1, "other", 10.0, 10.0);
    other.sync(1);
    busy.greet(&[]).window(1, "busy", 1000.0, 800.0);
    busy.frame(1, size, 1, |d| {
        d.fill_rects(Color::RED.into(), false, &[Rect::from_size(size)])
    });
    busy.sync(1);
    // Seconds of work.
    busy.send(transom_protocol::request::Begin {
        window: WindowId(1),
        configure: transom::Serial::NONE,
        size,
    });
    busy.draw(WindowId(1).into(), |d| heavy(d, 100));
    busy.send(transom_protocol::request::Sync { id: 2 });
    let done = AtomicBool::new(false);
    let answers = thread::scope(|scope| {
        scope.spawn(|| {
            busy.until(|event| matches!(event, Event::SyncDone(done) if done.id == 2));
            done.store(true, Ordering::Release);
        });
        let mut answers = 0;
        while !done.load(Ordering::Acquire) {
            assert_eq!(other.sync(answers + 2), Vec::<String>::new());
            answers += 1;
        }
        answers
    });
    println!("{answers} answers to others while one client drew");
    assert!(
        answers > 20,
        "only {answers} answers while another client drew"
    );
}
