//! What the native window shows is what the server says it shows.

use transom_protocol::window::Decorations;

use super::client::{Client, Told};
use super::picture::Picture;
use super::screen::{Native, Screen};
use super::server::Server;
use super::until;

const SIZE: (f32, f32) = (500.0, 400.0);

/// Waits until the native window shows what the server has: it is a frame behind at times.
#[track_caller]
fn shows(screen: &Screen, window: &Native, server: &Server) -> Picture {
    let mut last = None;
    until("the window to show the scene", || {
        let (shot, capture) = (server.shot(), screen.capture(window));
        let difference = shot.difference(&capture);
        if difference != last {
            println!("{shot:?}, {capture:?}: {difference:?} pixels differ");
            last = difference;
        }
        (difference == Some(0)).then_some(shot)
    })
}

#[test]
fn the_native_picture_is_the_headless_one_pixel_for_pixel() {
    let Some(screen) = Screen::new() else { return };
    let at = ("DISPLAY", screen.display());
    let native = Server::start(at, &["--size", "800x600"]);
    let headless = Server::start(at, &["--headless", "--desktop", "--size", "800x600"]);
    let window = screen.window(&native.title());
    // An unfocused screen has no active window.
    screen.xdotool(&format!("windowfocus --sync {}", window.id));
    for decorations in [Decorations::None, Decorations::Server] {
        let mut clients =
            [&native, &headless].map(|s| Client::with(&s.socket(), SIZE, decorations));
        for seed in 0..4 {
            for client in &mut clients {
                client.draw(SIZE, seed);
            }
            // Only the clocks may differ for a moment, where a minute begins.
            until("both to be the same", || {
                let shown = shows(&screen, &window, &native);
                assert_eq!(shown.size(), (800, 600));
                (headless.shot().difference(&shown) == Some(0)).then_some(())
            });
        }
    }
}

#[test]
fn the_screen_follows_the_native_windows_size() {
    let Some(screen) = Screen::new() else { return };
    let server = Server::start(("DISPLAY", screen.display()), &["--size", "800x600"]);
    let window = screen.window(&server.title());
    let mut client = Client::new(&server.socket(), SIZE);
    client.draw(SIZE, 1);
    for (width, height) in [(700, 500), (901, 653), (400, 300), (800, 600)] {
        screen.xdotool(&format!("windowsize {} {width} {height}", window.id));
        let size = |told: &Told| *told == Told::Output(width, height);
        client.wait("another size", size);
        assert_eq!(shows(&screen, &window, &server).size(), (width, height));
        client.draw(SIZE, width);
        shows(&screen, &window, &server);
    }
}

#[test]
fn a_denser_screen_is_drawn_at_its_own_scale() {
    let Some(screen) = Screen::with_dpi(144) else {
        return;
    };
    let server = Server::start(("DISPLAY", screen.display()), &[]);
    let window = screen.window(&server.title());
    let mut client = Client::new(&server.socket(), (200.0, 100.0));
    client.draw((200.0, 100.0), 2);
    let [_, _, width, height] = server.window();
    assert_eq!((width, height), (300, 150));
    shows(&screen, &window, &server);
}

#[test]
fn a_window_that_was_covered_shows_everything_again() {
    let Some(screen) = Screen::new() else { return };
    let at = ("DISPLAY", screen.display());
    let server = Server::start(at, &["--size", "800x600"]);
    let window = screen.window(&server.title());
    let mut client = Client::new(&server.socket(), SIZE);
    client.draw(SIZE, 3);
    let before = shows(&screen, &window, &server);
    let cover = Server::start(at, &["--fullscreen"]);
    let covering = screen.window_of(cover.pid());
    until("the cover", || {
        (screen.capture(&covering).width == 1280).then_some(())
    });
    screen.xdotool(&format!("windowraise {}", covering.id));
    drop(cover);
    assert_eq!(
        shows(&screen, &window, &server).difference(&before),
        Some(0)
    );
}
