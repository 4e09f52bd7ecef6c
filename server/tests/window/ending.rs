//! However the native window ends, programs are told and nothing is left behind; and where there is
//! none to begin with, a person is told why.

use super::client::{Client, Told};
use super::screen::Screen;
use super::server::{Dir, Server};
use super::{sockets, until};

const SIZE: (f32, f32) = (300.0, 200.0);

/// Starts a server with a program, does `end` to it, and returns its exit code.
fn end(end: impl FnOnce(&Screen, &Server, &str)) -> Option<i32> {
    let screen = Screen::new()?;
    let mut server = Server::start(("DISPLAY", screen.display()), &["--size", "400x300"]);
    let window = screen.window(&server.title());
    let mut client = Client::new(&server.socket(), SIZE);
    client.draw(SIZE, 0);
    assert_eq!(sockets(server.dir()).len(), 2);
    screen.xdotool(&format!("windowfocus --sync {}", window.id));
    end(&screen, &server, &window.id);
    client.wait(
        "the reason",
        |t| matches!(t, Told::Closed(text) if text.contains("server ends")),
    );
    let code = server.ended().code();
    assert_eq!(sockets(server.dir()), [""; 0]);
    code
}

#[test]
fn closing_the_window_ends_the_server() {
    // As the person does: the window manager asks the window.
    let code = end(|screen, _, _| {
        // The manager may not look after the window yet: a person would try again, too.
        for _ in 0..5 {
            drop(screen.xdotool("key alt+F4"));
            std::thread::sleep(std::time::Duration::from_millis(400));
        }
    });
    assert!(matches!(code, None | Some(0)));
}

#[test]
fn a_signal_ends_the_server() {
    let code = end(|_, server, _| server.terminate());
    assert!(matches!(code, None | Some(0)));
}

#[test]
fn a_destroyed_window_ends_the_server() {
    let code = end(|screen, _, id| drop(screen.xdotool(&format!("windowclose {id}"))));
    assert!(matches!(code, None | Some(0)));
}

#[test]
fn a_killed_connection_ends_the_server() {
    let code = end(|screen, _, id| drop(screen.xdotool(&format!("windowkill {id}"))));
    assert!(matches!(code, None | Some(1)));
}

#[test]
fn without_a_screen_a_person_is_told_what_to_do() {
    for (variable, value, expected) in [
        ("DISPLAY", "", "neither DISPLAY nor WAYLAND_DISPLAY is set"),
        ("DISPLAY", ":4999", "DISPLAY=:4999"),
        ("WAYLAND_DISPLAY", "none", "WAYLAND_DISPLAY=none"),
    ] {
        let dir = Dir::new();
        let mut serve = dir.transom();
        let output = serve
            .arg("serve")
            .env(variable, value)
            .output()
            .expect("runs");
        let complaint = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{complaint}");
        assert_eq!(complaint.lines().count(), 1, "{complaint}");
        assert!(complaint.contains(expected), "{complaint}");
        assert!(complaint.contains("--headless"), "{complaint}");
        assert!(output.stdout.is_empty());
        until("no sockets", || {
            sockets(dir.path()).is_empty().then_some(())
        });
    }
}
