//! The native window loses the keyboard and gets it back.

use transom_protocol::input::KeyState;

use super::client::{Client, Told};
use super::screen::Screen;
use super::server::Server;

const SIZE: (f32, f32) = (300.0, 200.0);

#[test]
fn losing_the_keyboard_releases_everything_and_getting_it_back_presses_nothing() {
    let Some(screen) = Screen::new() else { return };
    let at = ("DISPLAY", screen.display());
    let [ours, other] = [(); 2].map(|()| Server::start(at, &["--size", "400x300"]));
    let [window, elsewhere] = [&ours, &other].map(|server| screen.window_of(server.pid()).id);
    let mut client = Client::new(&ours.socket(), SIZE);
    client.draw(SIZE, 0);
    let focus = |id: &str| screen.xdotool(&format!("windowfocus --sync {id}"));
    focus(&window);
    client.wait("the keyboard", |t| matches!(t, Told::KeyboardEnter(_)));
    client.forget();
    screen.xdotool("keydown Control_L keydown a");
    client.wait(
        "a key",
        |t| matches!(t, Told::Key { code, .. } if code == "KeyA"),
    );
    focus(&elsewhere);
    client.wait("the loss", |t| *t == Told::KeyboardLeave);
    client.forget();
    focus(&window);
    client.wait("the keyboard again", |t| *t == Told::KeyboardEnter(0));
    client.wait("the modifiers", |t| *t == Told::Modifiers(2));
    screen.xdotool("keyup a keyup Control_L");
    client.wait("no modifiers", |t| *t == Told::Modifiers(0));
    screen.xdotool("key b");
    client.wait("a key", |t| {
        matches!(
            t,
            Told::Key {
                state: KeyState::Released,
                ..
            }
        )
    });
    client.sync();
    let keys = client.recorded(|told| match told {
        Told::Key { state, code, .. } if *state != KeyState::Repeated => {
            Some(format!("{code} {state:?}"))
        }
        _ => None,
    });
    assert_eq!(keys, ["KeyB Pressed", "KeyB Released"]);
}
