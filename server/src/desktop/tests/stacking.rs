//! Order, places and damage.

use transom_protocol::color::Color;
use transom_protocol::ids::WindowId;
use transom_protocol::request::{ChangeState, SetParent};
use transom_protocol::window::{WindowKind, WindowStates};

use super::super::*;
use super::fixture::{Fixture, filled, rect, window_request};

#[test]
fn a_window_is_hidden_until_its_first_commit_with_content() {
    let mut f = Fixture::new(200, 100);
    let client = f.client();
    let window = f.create(client, 1);
    f.commit_all(client, vec![(window.window, None)]);
    assert_eq!((f.shown(), f.desktop.windows().len()), (vec![], 0));
    f.commit(window, (20, 10), Color::RED);
    assert_eq!(f.shown(), [(1, 1)]);
    assert_eq!(f.take_damage(), [rect(90, 45, 20, 10)]);
    let info = &f.desktop.windows()[0];
    assert_eq!((info.id, info.frames), (ScreenId(1), 2));
    assert_eq!(info.rect, rect(90, 45, 20, 10));
}

#[test]
fn raising_a_window_damages_only_what_it_uncovers() {
    let mut f = Fixture::new(200, 100);
    let client = f.client();
    f.window_at(client, 1, rect(0, 0, 100, 100), Color::RED);
    f.window_at(client, 2, rect(50, 0, 100, 100), Color::BLUE);
    f.present();
    f.click(10.0, 10.0); // clicking the red window raises it
    assert_eq!(f.take_damage(), [rect(50, 0, 50, 100)]);
    f.desktop.damage(rect(50, 0, 50, 100));
    f.present();
    assert_eq!(f.pixel(60, 10), Color::RED.premultiply());
    f.click(20.0, 10.0);
    assert_eq!(f.take_damage(), [], "it is in front already");
}

#[test]
fn a_commit_damages_what_its_client_says_where_the_window_is() {
    let mut f = Fixture::new(200, 100);
    let client = f.client();
    let window = f.window_at(client, 1, rect(150, 10, 100, 50), Color::RED);
    f.present();
    let damage = [rect(2, 2, 3, 3), rect(48, 0, 50, 1)].into_iter().collect();
    let pixmap = filled(PixelSize::new(100, 50), Color::RED);
    f.commit_content(window, pixmap, damage, Serial::NONE);
    assert_eq!(f.take_damage(), [rect(198, 10, 2, 1), rect(152, 12, 3, 3)]);
}

#[test]
fn a_window_that_shrinks_gives_back_the_rest() {
    let mut f = Fixture::new(200, 100);
    let client = f.client();
    let window = f.window_at(client, 1, rect(0, 0, 100, 50), Color::RED);
    f.present();
    f.commit(window, (60, 50), Color::RED);
    f.present();
    assert_eq!(f.pixel(59, 0), Color::RED.premultiply());
    assert_eq!(f.pixel(60, 0), BACKGROUND);
    f.desktop.destroy_window(window);
    assert_eq!(f.take_damage(), [rect(0, 0, 60, 50)]);
}

#[test]
fn dialogs_are_over_the_middle_of_their_parents_and_stay_above() {
    let mut f = Fixture::new(400, 300);
    let client = f.client();
    let parent = f.window_at(client, 1, rect(100, 100, 100, 100), Color::RED);
    let other = f.client();
    f.window_at(other, 1, rect(0, 0, 50, 50), Color::BLUE);
    let dialog = f.dialog(parent, 2, (50, 20));
    assert_eq!(f.rect_of(dialog), rect(125, 140, 50, 20));
    f.desktop.raise(parent);
    f.desktop.settle();
    assert_eq!(f.shown(), [(2, 1), (1, 1), (1, 2)]);
    f.click(10.0, 10.0);
    assert_eq!(f.shown(), [(1, 1), (1, 2), (2, 1)]);
    f.click(102.0, 102.0);
    assert_eq!(
        f.shown(),
        [(2, 1), (1, 1), (1, 2)],
        "they are raised together"
    );
}

#[test]
fn a_window_that_stays_above_is_above_raised_ones() {
    let mut f = Fixture::new(200, 100);
    let client = f.client();
    f.window_at(client, 1, rect(0, 0, 50, 50), Color::RED);
    f.window_at(client, 2, rect(60, 0, 50, 50), Color::BLUE);
    let above = ChangeState {
        window: WindowId(1),
        set: WindowStates::ABOVE,
        clear: WindowStates::NONE,
    };
    f.request(client, above).expect("allowed");
    f.click(70.0, 10.0);
    assert_eq!(f.shown(), [(1, 2), (1, 1)]);
    let below = ChangeState {
        set: WindowStates::NONE,
        clear: WindowStates::ABOVE,
        ..above
    };
    f.request(client, below).expect("allowed");
    assert_eq!(f.shown(), [(1, 1), (1, 2)]);
}

#[test]
fn windows_without_a_picture_change_nothing_but_the_order() {
    let mut f = Fixture::new(200, 100);
    let client = f.client();
    let first = f.window_at(client, 1, rect(0, 0, 50, 50), Color::RED);
    f.present();
    f.forget_events(client);
    let order = |f: &Fixture| -> Vec<u32> { f.desktop.stack.iter().map(|k| k.window.0).collect() };
    let second = f.create(client, 2);
    f.desktop
        .create_window(client, &window_request(3, WindowKind::Dialog, 1));
    f.desktop.verify_invariants();
    assert_eq!(order(&f), [1, 3, 2]);
    let above = ChangeState {
        window: WindowId(1),
        set: WindowStates::ABOVE,
        clear: WindowStates::NONE,
    };
    f.request(client, above).expect("allowed");
    f.forget_events(client);
    f.create(client, 4);
    f.desktop.verify_invariants();
    assert_eq!(order(&f), [2, 4, 1, 3]);
    f.desktop.destroy_window(second);
    f.desktop.verify_invariants();
    assert_eq!(order(&f), [4, 1, 3]);
    assert_eq!((f.take_damage(), f.events(client)), (vec![], vec![]));
    // What belongs to it is nobody's then.
    f.desktop.destroy_window(first);
    f.desktop.verify_invariants();
    assert_eq!(order(&f), [3, 4]);
}

#[test]
fn a_window_cannot_belong_to_itself_however_far_around() {
    let mut f = Fixture::new(200, 100);
    let client = f.client();
    for window in 1..=3 {
        let request = window_request(window, WindowKind::Utility, window - 1);
        f.desktop.create_window(client, &request);
    }
    let request = |window, parent| SetParent {
        window: WindowId(window),
        parent: WindowId(parent),
    };
    assert!(f.request(client, request(1, 3)).is_err());
    assert!(f.request(client, request(2, 2)).is_err());
    assert!(f.request(client, request(2, 9)).is_err());
    assert!(f.request(client, request(3, 0)).is_ok());
    assert!(f.request(client, request(1, 3)).is_ok());
    f.desktop.verify_invariants();
}

#[test]
fn windows_of_a_client_that_is_gone_leave_no_trace() {
    let mut f = Fixture::new(200, 100);
    let (client, other) = (f.client(), f.client());
    let parent = f.window_at(client, 1, rect(0, 0, 50, 50), Color::RED);
    f.dialog(parent, 2, (20, 20));
    f.window_at(other, 1, rect(100, 0, 50, 50), Color::BLUE);
    f.press(10.0, 10.0);
    f.desktop.remove_client(client);
    f.desktop.verify_invariants();
    assert_eq!(f.shown(), [(2, 1)]);
    f.present();
    assert_eq!(f.pixel(10, 10), BACKGROUND);
    f.release();
    f.commit(parent, (50, 50), Color::RED);
    assert_eq!(f.shown(), [(2, 1)], "nothing can be committed any more");
}

#[test]
fn one_commit_shows_several_windows_at_once() {
    let mut f = Fixture::new(200, 100);
    let client = f.client();
    let (first, second) = (f.create(client, 1), f.create(client, 2));
    let content = |color| {
        Some(Content {
            pixmap: filled(PixelSize::new(20, 20), color),
            scale: Scale::ONE,
            configure: Serial::NONE,
            damage: Region::new(),
        })
    };
    f.commit_all(
        client,
        vec![
            (second.window, content(Color::RED)),
            (first.window, content(Color::BLUE)),
        ],
    );
    assert_eq!(f.shown().len(), 2);
    f.present();
}

#[test]
fn the_picture_that_was_replaced_is_given_back() {
    let mut f = Fixture::new(200, 100);
    let client = f.client();
    let window = f.window(client, 1, (20, 20), Color::RED);
    let scene = f.desktop.scene();
    let mut committed = [CommittedWindow {
        window: window.window,
        content: Some(Content {
            pixmap: filled(PixelSize::new(20, 20), Color::BLUE),
            scale: Scale::ONE,
            configure: Serial::NONE,
            damage: Region::new(),
        }),
        retired: None,
    }];
    let frame = f.frame.next();
    f.desktop.commit(client, frame, &mut committed, f.now);
    let retired = committed[0].retired.take().expect("there was one");
    let Picture::Pixels(shown) = &scene.layers[0].picture else {
        panic!("a window's picture is pixels");
    };
    assert!(std::sync::Arc::ptr_eq(&retired, shown));
    drop(scene);
    assert_eq!(std::sync::Arc::strong_count(&retired), 1);
}
