use transom_protocol::color::Color;
use transom_protocol::error::ErrorCode;
use transom_protocol::event::Error;
use transom_protocol::geometry::{Rect, Scale};
use transom_protocol::ids::{FrameId, WindowId};
use transom_protocol::request::DestroyWindow;

use super::super::{Admission, Limits, Reserve};
use super::rig::{Rig, Told, WINDOW, window_request};
use crate::desktop::{ClientInfo, MAX_WINDOWS, MAX_WINDOWS_PER_CLIENT};

const RED: u32 = 0xffff_0000;
const BLUE: u32 = 0xff00_00ff;

fn fill(rig: &mut Rig, color: Color, x: f32, y: f32, side: f32) {
    rig.draw(WINDOW, |d| {
        d.fill_rects(color.into(), false, &[Rect::new(x, y, side, side)])
    });
}

#[test]
fn a_frame_continues_the_picture_before() {
    let mut rig = Rig::new();
    rig.window(8.0, 8.0);
    fill(&mut rig, Color::RED, 0.0, 0.0, 8.0);
    rig.commit(&[WINDOW]);
    for x in 0..6 {
        // Every other buffer is drawn on in turn, and each must have caught up.
        fill(&mut rig, Color::BLUE, x as f32, 0.0, 1.0);
        rig.commit(&[WINDOW]);
        let row: Vec<u32> = rig.pixels(WINDOW)[..8].to_vec();
        let expected: Vec<u32> = (0..8).map(|i| if i <= x { BLUE } else { RED }).collect();
        assert_eq!(row, expected);
    }
    assert_eq!(rig.errors(), []);
}

#[test]
fn buffers_are_used_again_once_the_presenter_let_go() {
    let mut rig = Rig::new();
    rig.window(100.0, 100.0);
    rig.commit(&[WINDOW]);
    fill(&mut rig, Color::RED, 0.0, 0.0, 5.0);
    rig.commit(&[WINDOW]);
    let _ = rig.desktop.lock().expect("no panic").scene();
    let held = rig.session.memory_used();
    for _ in 0..20 {
        fill(&mut rig, Color::BLUE, 1.0, 1.0, 5.0);
        rig.commit(&[WINDOW]);
    }
    assert_eq!(rig.session.memory_used(), held);
}

#[test]
fn another_size_begins_with_nothing() {
    let mut rig = Rig::new();
    rig.window(4.0, 4.0);
    fill(&mut rig, Color::RED, 0.0, 0.0, 4.0);
    rig.commit(&[WINDOW]);
    rig.begin(WINDOW, 5.0, 2.0);
    assert_eq!(rig.pixels(WINDOW), [0; 10]);
    rig.commit(&[WINDOW]);
    rig.begin(WINDOW, 4.0, 4.0);
    assert_eq!(rig.pixels(WINDOW), [0; 16]);
}

#[test]
fn beginning_again_drops_what_was_drawn() {
    let mut rig = Rig::new();
    rig.window(2.0, 1.0);
    fill(&mut rig, Color::RED, 0.0, 0.0, 2.0);
    rig.begin(WINDOW, 2.0, 1.0);
    assert_eq!(rig.pixels(WINDOW), [0, 0]);
    fill(&mut rig, Color::BLUE, 0.0, 0.0, 1.0);
    rig.commit(&[WINDOW]);
    fill(&mut rig, Color::RED, 1.0, 0.0, 1.0);
    rig.begin(WINDOW, 2.0, 1.0);
    assert_eq!(rig.pixels(WINDOW), [BLUE, 0]);
}

#[test]
fn a_first_draw_begins_a_frame_of_the_size_asked_for() {
    let mut rig = Rig::new();
    rig.create(WINDOW);
    fill(&mut rig, Color::RED, 0.0, 0.0, 20.0);
    assert_eq!(rig.pixels(WINDOW), [RED; 100]);
}

#[test]
fn a_refused_begin_begins_nothing() {
    let mut rig = Rig::new();
    rig.window(3.0, 1.0);
    rig.commit(&[WINDOW]);
    fill(&mut rig, Color::RED, 0.0, 0.0, 3.0);
    rig.begin(WINDOW, f32::NAN, 3.0);
    assert_eq!(rig.errors(), [(ErrorCode::BAD_ARGUMENT, 5, Error::NO_OP)]);
    fill(&mut rig, Color::BLUE, 0.0, 0.0, 1.0);
    assert_eq!(rig.pixels(WINDOW), [BLUE, 0, 0]);
    rig.begin(WINDOW, 40_000.0, 3.0);
    assert_eq!(rig.errors().len(), 1);
}

#[test]
fn a_commit_with_a_mistake_publishes_nothing() {
    let mut rig = Rig::new();
    rig.window(1.0, 1.0);
    rig.commit(&[WINDOW, WindowId(7)]);
    rig.commit(&[]);
    rig.commit_as(FrameId(2), &[WINDOW]);
    rig.commit_as(FrameId::NONE, &[WINDOW]);
    rig.commit_as(FrameId(2), &[WINDOW]);
    let codes: Vec<_> = rig
        .errors()
        .into_iter()
        .map(|(code, sequence, _)| (code, sequence))
        .collect();
    let bad = ErrorCode::BAD_ARGUMENT;
    assert_eq!(
        codes,
        [(ErrorCode::UNKNOWN_ID, 3), (bad, 4), (bad, 6), (bad, 7)]
    );
}

#[test]
fn the_popups_of_a_window_end_with_it_and_are_inert() {
    let mut rig = Rig::new();
    rig.window(5.0, 5.0);
    rig.popup(WindowId(2), WINDOW);
    rig.popup(WindowId(3), WindowId(2));
    rig.send(DestroyWindow { window: WINDOW });
    fill(&mut rig, Color::RED, 0.0, 0.0, 1.0);
    rig.draw(WindowId(3), |d| d.clear_to(Color::RED));
    rig.popup(WindowId(4), WindowId(3));
    rig.draw(WindowId(4), |d| d.clear_to(Color::RED));
    for window in [2, 3, 4, 4] {
        rig.send(DestroyWindow {
            window: WindowId(window),
        });
    }
    assert_eq!(
        rig.errors(),
        [
            (ErrorCode::UNKNOWN_ID, 6, Error::NO_OP),
            (ErrorCode::UNKNOWN_ID, 13, Error::NO_OP)
        ]
    );
    assert_eq!(rig.session.memory_used(), 0);
}

#[test]
fn a_windows_memory_comes_back_with_it() {
    let limits = Limits {
        memory: 100_000,
        ..Limits::default()
    };
    let mut rig = Rig::with(Admission::Trusted, limits, Scale::ONE);
    rig.window(100.0, 100.0);
    rig.commit(&[WINDOW]);
    rig.begin(WINDOW, 100.0, 100.0);
    assert_eq!(rig.session.memory_used(), 80_000);
    rig.create(WindowId(2));
    rig.begin(WindowId(2), 100.0, 100.0);
    assert_eq!(rig.errors().len(), 1);
    rig.send(DestroyWindow { window: WINDOW });
    assert_eq!(rig.session.memory_used(), 0);
    rig.begin(WindowId(2), 100.0, 100.0);
    assert_eq!(rig.errors(), []);
    assert_eq!(rig.session.memory_used(), 40_000);
}

#[test]
fn all_clients_share_a_reserve_of_memory() {
    let limits = Limits {
        memory: 200_000,
        reserve: Reserve::new(100_000),
        ..Limits::default()
    };
    let rig = || Rig::with(Admission::Trusted, limits.clone(), Scale::ONE);
    let (mut first, mut second) = (rig(), rig());
    first.window(100.0, 100.0);
    first.commit(&[WINDOW]);
    first.begin(WINDOW, 100.0, 100.0);
    assert_eq!((first.errors(), limits.reserve.used()), (vec![], 80_000));
    second.window(100.0, 100.0);
    let told = second.texts();
    assert!(told.iter().any(|t| t.contains("all programs")), "{told:?}");
    // It comes back with a window, or with its whole client.
    first.send(DestroyWindow { window: WINDOW });
    assert_eq!(limits.reserve.used(), 0);
    second.begin(WINDOW, 100.0, 100.0);
    assert_eq!((second.errors(), limits.reserve.used()), (vec![], 40_000));
    drop(second);
    assert_eq!(limits.reserve.used(), 0);
}

/// Whoever waits for its frames must not wait for ever.
#[test]
fn frames_of_a_window_that_was_refused_are_answered() {
    let limits = Limits {
        windows: 1,
        ..Limits::default()
    };
    let mut rig = Rig::with(Admission::Trusted, limits, Scale::ONE);
    let (made, refused) = (WINDOW, WindowId(2));
    rig.window(10.0, 10.0);
    rig.create(refused);
    assert_eq!(rig.errors().len(), 1);
    for frame in [1, 2] {
        rig.begin(refused, 10.0, 10.0);
        rig.commit_as(FrameId(frame), &[refused]);
        assert_eq!(rig.events(), [Told::Refused(refused, FrameId(frame))]);
    }
    rig.commit_as(FrameId(3), &[made, refused]);
    let told = rig.events();
    assert!(
        told.contains(&Told::Refused(refused, FrameId(3))),
        "{told:?}"
    );
    assert!(!told.contains(&Told::Refused(made, FrameId(3))), "{told:?}");
}

#[test]
fn a_desktop_takes_only_so_many_windows_of_all_clients() {
    let mut rig = Rig::new();
    let others = MAX_WINDOWS / MAX_WINDOWS_PER_CLIENT;
    for _ in 0..others {
        let mut desktop = rig.desktop.lock().expect("no panic");
        let client = desktop.add_client(ClientInfo::default());
        for id in 1..=MAX_WINDOWS_PER_CLIENT as u32 {
            desktop.create_window(client, &window_request(WindowId(id)));
        }
    }
    rig.create(WINDOW);
    let told = rig.texts();
    assert!(told.iter().any(|t| t.contains("all programs")), "{told:?}");
    rig.popup(WindowId(2), WINDOW);
    rig.begin(WINDOW, 10.0, 10.0);
    assert_eq!(rig.errors(), [], "inert");
}

#[test]
fn the_drawing_state_ends_with_its_frame() {
    let mut rig = Rig::new();
    rig.window(4.0, 1.0);
    rig.draw(WINDOW, |d| {
        d.save();
        d.clip_rects(&[Rect::new(0.0, 0.0, 1.0, 1.0)]);
        d.set_opacity(0.0);
    });
    rig.commit(&[WINDOW]);
    fill(&mut rig, Color::RED, 0.0, 0.0, 4.0);
    assert_eq!(rig.pixels(WINDOW), [RED; 4]);
}
