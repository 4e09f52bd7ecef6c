//! Which frames clients are told of, and when.

use std::time::Duration;

use transom_protocol::codec::Packed;
use transom_protocol::color::Color;
use transom_protocol::geometry::Rect;
use transom_protocol::request::{ChangeState, SetRegion};
use transom_protocol::window::{RegionKind, WindowStates};

use super::super::*;
use super::fixture::{Fixture, rect};

fn shown(f: &mut Fixture, client: ClientId) -> Vec<String> {
    let mut told = f.events(client);
    told.retain(|e| e.starts_with("shown"));
    told
}

#[test]
fn one_frame_shown_covers_all_frames_before_it() {
    let mut f = Fixture::new(200, 100);
    let client = f.client();
    let window = f.window(client, 1, (50, 50), Color::RED);
    f.commit(window, (50, 50), Color::GREEN);
    assert!(f.desktop.needs_frame() && shown(&mut f, client).is_empty());
    f.present();
    assert_eq!(shown(&mut f, client), ["shown 1 2 0"]);
    assert!(!f.desktop.needs_frame());
    f.present();
    assert!(shown(&mut f, client).is_empty());
}

#[test]
fn a_frame_committed_after_the_scene_was_taken_is_told_of_later() {
    let mut f = Fixture::new(200, 100);
    let client = f.client();
    let window = f.window(client, 1, (50, 50), Color::RED);
    let scene = f.desktop.scene();
    f.commit(window, (50, 50), Color::GREEN);
    f.desktop.presented(&scene, f.now);
    assert_eq!(shown(&mut f, client), ["shown 1 1 0"]);
    f.desktop.presented(&scene, f.now);
    assert!(shown(&mut f, client).is_empty(), "once is enough");
    assert!(f.desktop.needs_frame());
    f.desktop.damage(rect(0, 0, 200, 100));
    f.present();
    assert_eq!(shown(&mut f, client), ["shown 1 2 0"]);
}

#[test]
fn a_commit_without_a_picture_is_told_of_too() {
    let mut f = Fixture::new(200, 100);
    let client = f.client();
    let window = f.window(client, 1, (50, 50), Color::RED);
    f.present();
    f.commit_all(client, vec![(window.window, None)]);
    assert!(f.desktop.needs_frame());
    f.present();
    assert_eq!(shown(&mut f, client), ["shown 1 1 0", "shown 1 2 0"]);
}

#[test]
fn frames_nobody_can_see_are_acknowledged_once_a_second() {
    let hide: [fn(&mut Fixture, WindowKey); 3] = [
        |f, window| {
            let minimize = ChangeState {
                window: window.window,
                set: WindowStates::MINIMIZED,
                clear: WindowStates::NONE,
            };
            f.request(window.client, minimize).expect("allowed");
        },
        |f, window| {
            f.desktop.move_window(window, PixelPoint::new(500, 0));
            f.desktop.settle();
        },
        |f, window| {
            let cover = f.window_at(window.client, 2, rect(0, 0, 200, 100), Color::BLUE);
            let mut buffer = Vec::new();
            let region = SetRegion {
                window: cover.window,
                kind: RegionKind::Opaque,
                unset: 0,
                rects: Packed::pack(&[Rect::new(0.0, 0.0, 200.0, 100.0)], &mut buffer),
            };
            f.request(window.client, region).expect("few rectangles");
            f.commit(cover, (200, 100), Color::BLUE);
        },
    ];
    for hide in hide {
        let mut f = Fixture::new(200, 100);
        let client = f.client();
        let window = f.window_at(client, 1, rect(0, 0, 50, 50), Color::RED);
        hide(&mut f, window);
        f.present();
        f.pass(Duration::from_secs(5));
        f.forget_events(client);
        assert_eq!(f.desktop.next_deadline(), None, "idle means idle");

        let frame = f.commit(window, (50, 50), Color::GREEN).0;
        assert!(!f.desktop.needs_frame());
        f.present();
        let due = f.now.after(HIDDEN_ACKNOWLEDGEMENT);
        assert_eq!(f.desktop.next_deadline(), Some(due));
        f.pass(Duration::from_millis(999));
        assert!(shown(&mut f, client).is_empty());
        f.pass(Duration::from_millis(1));
        assert_eq!(shown(&mut f, client), [format!("shown 1 {frame} 2")]);
        assert_eq!(f.desktop.next_deadline(), None);
    }
}

#[test]
fn a_window_that_can_be_seen_again_is_shown_its_latest_frame() {
    let mut f = Fixture::new(200, 100);
    let client = f.client();
    let window = f.window_at(client, 1, rect(500, 0, 50, 50), Color::RED);
    f.commit(window, (50, 50), Color::GREEN);
    f.desktop.move_window(window, PixelPoint::new(0, 0));
    f.desktop.settle();
    assert_eq!(f.desktop.next_deadline(), None);
    f.present();
    assert_eq!(f.pixel(0, 0), Color::GREEN.premultiply());
    assert_eq!(shown(&mut f, client), ["shown 1 2 0"]);
}

#[test]
fn clients_are_woken_once_for_what_they_did_not_read() {
    let mut f = Fixture::new(200, 100);
    let client = f.client();
    f.window(client, 1, (50, 50), Color::RED);
    let mut woken = Vec::new();
    f.desktop.take_wakes(&mut woken);
    f.desktop.take_wakes(&mut woken);
    assert_eq!(woken, [client]);
    f.present();
    f.desktop.take_wakes(&mut woken);
    assert_eq!(woken, [client, client], "there is more");
    f.present();
    f.motion(100.0, 50.0);
    f.forget_events(client);
    f.desktop.take_wakes(&mut woken);
    assert_eq!(woken.len(), 2, "it came by itself");
}

#[test]
fn a_client_that_does_not_read_overflows_and_costs_no_more() {
    let mut f = Fixture::new(200, 100);
    let client = f.client();
    f.window_at(client, 1, rect(0, 0, 50, 50), Color::RED);
    while !f.desktop.overflowed(client) {
        f.click(10.0, 10.0);
    }
    f.click(10.0, 10.0);
    assert!(f.bytes(client).len() <= MAX_QUEUED_BYTES);
    f.desktop.remove_client(client);
    assert!(!f.desktop.overflowed(client));
}
