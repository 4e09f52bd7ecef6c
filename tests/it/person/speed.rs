//! A thousand clicks and keys at full speed: from the person to the program to the pixel.

use transom::{ButtonState, Color, Decorations, Display, Event, Key, KeyState, Rect, Window};
use transom_tests::eventually;
use transom_tests::random::Random;
use transom_tests::screen::Screen;

use super::{Desk, rect};

const COUNT: usize = 1000;

/// Cells in a row, and the side of each: a window of 1000 x 500.
const COLUMNS: usize = 50;
const CELL: usize = 20;
const SIZE: (f32, f32) = (1000.0, 500.0);

/// What a press looks like: one of the letters, or a button by its number.
fn color(what: u32) -> Color {
    Color::hex(what.wrapping_mul(2_654_435_761) & 0xff_ffff)
}

/// Shows a cell for each press, in the order they come, until there are [`COUNT`].
fn record(display: &Display) -> (Window, usize) {
    let window = display
        .window("Presses")
        .size(SIZE.0, SIZE.1)
        .decorations(Decorations::None)
        .build();
    let mut seen = Vec::new();
    draw(&window, &seen);
    while seen.len() < COUNT {
        seen.extend(press(&display.next_event().expect("connected")));
        while let Some(event) = display.poll_event().expect("connected") {
            seen.extend(press(&event));
        }
        draw(&window, &seen);
    }
    (window, seen.len())
}

fn press(event: &Event) -> Option<Color> {
    match event {
        Event::Key(key) if key.state == KeyState::Pressed => match key.key {
            Key::Character(c) => Some(color(u32::from(c))),
            _ => None,
        },
        Event::Button {
            button,
            state: ButtonState::Pressed,
            ..
        } => Some(color(u32::from(button.0))),
        _ => None,
    }
}

fn draw(window: &Window, seen: &[Color]) {
    let mut canvas = window.frame();
    canvas.clear(Color::WHITE);
    for (n, color) in seen.iter().enumerate() {
        let (x, y) = (n % COLUMNS * CELL, n / COLUMNS * CELL);
        let cell = Rect::new(x as f32, y as f32, CELL as f32, CELL as f32);
        canvas.fill_rect(cell, *color);
    }
    canvas.commit().expect("connected");
}

#[test]
fn a_thousand_clicks_and_keys_become_pixels_in_their_order() {
    let Some(mut desk) = Screen::unmanaged().and_then(Desk::on) else {
        return;
    };
    let display = desk.server.connect();
    let program = std::thread::spawn(move || (record(&display), display));
    desk.control.wait_window("Presses");
    let content = rect(&desk.find("Presses").expect("it is there"));
    let mut random = Random(11);
    let (mut words, mut expected) = (String::new(), Vec::new());
    for _ in 0..COUNT {
        if random.chance(50) {
            let letter = (b'a' + random.below(26) as u8) as char;
            words += &format!("key --delay 0 {letter} ");
            expected.push(color(u32::from(letter)));
        } else {
            let (x, y) = (random.below(980) as i32, random.below(480) as i32);
            let button = 1 + random.below(3) as u32;
            let at = desk.at(content.x0 + 10 + x, content.y0 + 10 + y);
            words += &format!("mousemove {at} click --delay 0 {button} ");
            expected.push(color(match button {
                2 => u32::from(transom::Button::MIDDLE.0),
                3 => u32::from(transom::Button::RIGHT.0),
                _ => u32::from(transom::Button::LEFT.0),
            }));
        }
    }
    desk.hands(&words);
    let ((_window, count), _display) = program.join().expect("it draws");
    assert_eq!(count, COUNT, "one press too many");
    eventually(|| {
        let shown = desk.screen.capture(&desk.window);
        let cell = |n: usize| {
            let (x, y) = (n % COLUMNS * CELL + CELL / 2, n / COLUMNS * CELL + CELL / 2);
            shown.at(content.x0 as u32 + x as u32, content.y0 as u32 + y as u32)
        };
        match (0..COUNT).find(|n| cell(*n) != expected[*n]) {
            None => Ok(()),
            Some(n) => Err(format!("press {n} is {:?}, not {:?}", cell(n), expected[n])),
        }
    });
    desk.look("presses");
}
