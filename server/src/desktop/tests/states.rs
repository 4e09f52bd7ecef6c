//! Configures, states, and another screen.

use transom_protocol::color::Color;
use transom_protocol::request::{ChangeState, SetDecorations, SetSizeLimits};
use transom_protocol::window::{Decorations, WindowStates};

use super::super::*;
use super::fixture::{Fixture, output, rect};

const SCREEN: PixelSize = PixelSize::new(200, 100);
const MAXIMIZED: WindowStates = WindowStates::MAXIMIZED;
const MINIMIZED: WindowStates = WindowStates::MINIMIZED;
const NONE: WindowStates = WindowStates::NONE;

fn change(f: &mut Fixture, key: WindowKey, set: WindowStates, clear: WindowStates) {
    let window = key.window;
    let request = ChangeState { window, set, clear };
    f.request(key.client, request).expect("not a popup");
}

#[test]
fn a_window_is_configured_when_it_appears_and_when_something_changes() {
    let mut f = Fixture::new(200, 100);
    let client = f.client();
    let window = f.create(client, 1);
    assert_eq!(
        f.configure(window),
        None,
        "it needs nothing for its first frame"
    );
    f.commit(window, (50, 50), Color::RED);
    let configure = f.configure(window).expect("it appeared");
    assert_eq!(configure.states, WindowStates::ACTIVE);
    assert_eq!(configure.size, PixelSize::default());
    assert_eq!(configure.bounds, SCREEN);
    f.commit(window, (60, 50), Color::RED);
    f.click(100.0, 50.0);
    assert_eq!(f.configure(window), None, "nothing is new");
    f.window(client, 2, (50, 50), Color::RED);
    let configure = f.configure(window).expect("it is no longer active");
    assert_eq!(configure.states, NONE);
}

#[test]
fn what_a_client_asks_for_is_answered_even_when_nothing_changes() {
    let mut f = Fixture::new(200, 100);
    let client = f.client();
    let window = f.create(client, 1);
    change(&mut f, window, NONE, MAXIMIZED);
    assert!(f.configure(window).is_some());
    let request = SetDecorations {
        window: window.window,
        decorations: Decorations::Client,
    };
    f.request(client, request).expect("not a popup");
    let configure = f.configure(window).expect("the answer");
    assert_eq!(configure.decorations, Decorations::Client);
    change(&mut f, window, WindowStates(u32::MAX), NONE);
    let configure = f.configure(window).expect("the answer");
    let refused = WindowStates::ACTIVE | WindowStates::RESIZING | WindowStates::TILED_TOP;
    assert!(!configure.states.intersects(refused));
}

#[test]
fn maximising_moves_a_window_with_the_frame_that_takes_it_up_and_back() {
    let mut f = Fixture::new(200, 100);
    let client = f.client();
    let window = f.window_at(client, 1, rect(30, 20, 50, 40), Color::RED);
    change(&mut f, window, MAXIMIZED, NONE);
    let configure = f.configure(window).expect("another size");
    assert_eq!(configure.size, SCREEN);
    f.commit(window, (50, 40), Color::GREEN);
    assert_eq!(f.rect_of(window), rect(30, 20, 50, 40), "not taken up yet");
    f.commit_for(window, SCREEN, configure.serial);
    assert_eq!(f.rect_of(window), rect(0, 0, 200, 100));
    f.present();

    change(&mut f, window, NONE, MAXIMIZED);
    let configure = f.configure(window).expect("another size");
    assert_eq!(configure.size, PixelSize::new(50, 40));
    f.commit(window, (200, 100), Color::GREEN);
    assert_eq!(f.configure(window), None, "the proposal stands");
    f.commit_for(window, configure.size, configure.serial);
    assert_eq!(f.rect_of(window), rect(30, 20, 50, 40));
    f.present();
    f.commit(window, (70, 40), Color::GREEN);
    assert_eq!(f.configure(window), None, "its own choice is not answered");
}

#[test]
fn the_clients_size_wins() {
    let mut f = Fixture::new(200, 100);
    let client = f.client();
    let window = f.window_at(client, 1, rect(30, 20, 50, 40), Color::RED);
    change(&mut f, window, WindowStates::FULLSCREEN, NONE);
    let configure = f.configure(window).expect("another size");
    f.commit_for(window, PixelSize::new(120, 90), configure.serial);
    assert_eq!(f.rect_of(window), rect(0, 0, 120, 90));
    f.present();
}

#[test]
fn a_window_can_ask_for_the_whole_screen_before_its_first_frame() {
    let mut f = Fixture::new(200, 100);
    let client = f.client();
    let window = f.create(client, 1);
    change(&mut f, window, MAXIMIZED, NONE);
    let configure = f.configure(window).expect("another size");
    f.commit_for(window, configure.size, configure.serial);
    assert_eq!(f.rect_of(window), rect(0, 0, 200, 100));
    change(&mut f, window, NONE, MAXIMIZED);
    let configure = f.configure(window).expect("another state");
    assert!(configure.size.is_empty(), "it never had another size");
    f.commit_for(window, PixelSize::new(40, 40), configure.serial);
    assert_eq!(f.rect_of(window), rect(80, 30, 40, 40));
}

#[test]
fn a_minimised_window_is_not_shown_and_has_no_keyboard() {
    let mut f = Fixture::new(200, 100);
    let client = f.client();
    let first = f.window(client, 1, (50, 50), Color::RED);
    let second = f.window(client, 2, (50, 50), Color::RED);
    change(&mut f, second, MINIMIZED, NONE);
    assert_eq!(f.shown(), [(1, 1)]);
    assert_eq!(f.desktop.seat.focus, Some(first));
    let configure = f.configure(second).expect("another state");
    assert_eq!(configure.states, MINIMIZED | WindowStates::HIDDEN);
    assert_eq!(f.desktop.windows().len(), 2, "tools see it");
    change(&mut f, second, NONE, MINIMIZED);
    assert_eq!(f.desktop.seat.focus, Some(second));
    change(&mut f, first, MINIMIZED, NONE);
    change(&mut f, second, MINIMIZED, NONE);
    assert_eq!(f.desktop.seat.focus, None);
}

#[test]
fn the_size_to_go_back_to_keeps_the_limits() {
    let mut f = Fixture::new(200, 100);
    let client = f.client();
    let window = f.window_at(client, 1, rect(30, 20, 50, 40), Color::RED);
    change(&mut f, window, MAXIMIZED, NONE);
    let configure = f.configure(window).expect("another size");
    let limits = SetSizeLimits {
        window: window.window,
        min: transom_protocol::geometry::Size::new(60.0, 0.0),
        max: transom_protocol::geometry::Size::new(0.0, 30.0),
    };
    f.request(client, limits).expect("a window");
    f.commit_for(window, SCREEN, configure.serial);
    change(&mut f, window, NONE, MAXIMIZED);
    let configure = f.configure(window).expect("another size");
    assert_eq!(configure.size, PixelSize::new(60, 30));
}

#[test]
fn another_scale_is_proposed_to_every_window() {
    let mut f = Fixture::new(200, 100);
    let client = f.client();
    let window = f.window_at(client, 1, rect(10, 10, 50, 40), Color::RED);
    f.forget_events(client);
    f.desktop.set_output(Output {
        scale: Scale(240),
        ..output(200, 100)
    });
    let configure = f.configure(window).expect("another scale");
    assert_eq!(configure.scale, Scale(240));
    let scale = f.desktop.begin(window, configure.serial);
    assert_eq!(scale, Some(Scale(240)));
    assert_eq!(
        f.desktop.begin(window, Serial::NONE),
        scale,
        "none was taken up"
    );
    assert_eq!(f.desktop.begin(window, Serial(999)), None);
    f.present();
}

#[test]
fn a_smaller_screen_keeps_windows_within_reach() {
    let mut f = Fixture::new(200, 100);
    let client = f.client();
    let window = f.window_at(client, 1, rect(150, 70, 50, 30), Color::RED);
    let large = f.window_at(client, 2, rect(0, 0, 10, 10), Color::RED);
    change(&mut f, large, MAXIMIZED, NONE);
    f.forget_events(client);
    f.desktop.set_output(output(100, 60));
    assert_eq!(f.rect_of(window), rect(50, 28, 50, 30));
    let bytes = f.bytes(client);
    let mut told = Vec::new();
    super::fixture::each_event(&bytes, |e| told.push(e.name().to_string()));
    f.present();
    assert_eq!(told, ["OutputChanged", "Configure", "Configure"]);
    let proposed = f.desktop.windows[&large].proposed;
    assert_eq!(proposed, PixelSize::new(100, 60));
    f.desktop.set_output(output(0, 0));
    f.present();
    f.desktop.verify_invariants();
}
