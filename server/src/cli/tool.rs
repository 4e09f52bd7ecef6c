//! The commands that ask a running server: `list`, `shot`, `inject`, `wait`, `close`.

use std::path::Path;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::args::{self, ButtonAction, Close, Inject, Input, List, Shot, TouchAction, Wait};
use super::link::Done;
use super::{Failure, find, print};
use crate::control::{self, Injection, KeyAction, Request, Until, WindowLine};

/// What `list --json` writes.
#[derive(Deserialize, Serialize)]
struct Windows {
    windows: Vec<WindowLine>,
}

/// `transom list`
pub(super) fn list(args: &List) -> Result<u8, Failure> {
    let windows: Windows = find::connect(&args.target)?.ask(&Request::List {})?;
    let text = match args.json {
        true => serde_json::to_string(&windows).map_err(Failure::new)? + "\n",
        false => table(&windows.windows),
    };
    print(text.as_bytes()).map(|()| 0)
}

/// `transom shot`
pub(super) fn shot(args: Shot) -> Result<u8, Failure> {
    let file = find::connect(&args.target)?.shot(args.window)?;
    match args.out.as_os_str() == "-" {
        true => print(&file),
        false => write_file(&args.out, &file),
    }
    .map(|()| 0)
}

/// Writes a picture.
pub(super) fn write_file(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    let problem = |e| Failure::new(format!("cannot write {}: {e}", path.display()));
    std::fs::write(path, bytes).map_err(problem)
}

/// `transom inject`
pub(super) fn inject(args: Inject) -> Result<u8, Failure> {
    let mut link = find::connect(&args.target)?;
    for injection in injections(args.input) {
        let _: Done = link.ask(&Request::Inject(injection))?;
    }
    Ok(0)
}

fn injections(input: Input) -> Vec<Injection> {
    match input {
        Input::Key {
            press,
            release,
            keys,
        } => {
            let action = match (press, release) {
                (true, _) => KeyAction::Press,
                (_, true) => KeyAction::Release,
                _ => KeyAction::Tap,
            };
            let key = |keys| Injection::Key { keys, action };
            keys.into_iter().map(key).collect()
        }
        Input::Text { text } => vec![Injection::Text { text }],
        Input::Preedit { text } => vec![Injection::Preedit { text, cursor: None }],
        Input::Commit { text } => vec![Injection::Commit { text }],
        Input::Click {
            place: args::Place { x, y, window },
            button,
            count,
        } => vec![Injection::Click {
            x: Some(x),
            y: Some(y),
            window,
            button,
            count,
        }],
        Input::Move {
            place: args::Place { x, y, window },
        } => vec![Injection::Move { x, y, window }],
        Input::Button { action, button } => vec![Injection::Button {
            button,
            action: match action {
                ButtonAction::Press => KeyAction::Press,
                ButtonAction::Release => KeyAction::Release,
            },
        }],
        Input::Touch {
            action,
            x,
            y,
            window,
            finger,
        } => vec![Injection::Touch {
            action: match action {
                TouchAction::Down => control::TouchAction::Down,
                TouchAction::Move => control::TouchAction::Move,
                TouchAction::Up => control::TouchAction::Up,
                TouchAction::Cancel => control::TouchAction::Cancel,
            },
            finger,
            x,
            y,
            window,
        }],
        Input::Scroll { lines_y, lines_x } => vec![Injection::Scroll {
            x: None,
            y: None,
            window: None,
            lines_x,
            lines_y,
        }],
    }
}

/// `transom wait`
pub(super) fn wait(args: Wait) -> Result<u8, Failure> {
    let mut link = find::connect(&args.target)?;
    let limit = Duration::from_secs_f64(args.timeout);
    link.allow(limit)?;
    let timeout_ms = limit.as_millis() as u64;
    match (args.window, args.frames) {
        (Some(title), _) => {
            #[derive(Deserialize)]
            struct Found {
                window: WindowLine,
            }
            let found: Found = link.ask(&Request::Wait(Until::Window { title, timeout_ms }))?;
            print(format!("{}\n", found.window.id).as_bytes())?;
        }
        (None, Some(count)) => {
            let _: Done = link.ask(&Request::Wait(Until::Frames { count, timeout_ms }))?;
        }
        (None, None) => {
            let _: Done = link.ask(&Request::Wait(Until::Idle { timeout_ms }))?;
        }
    }
    Ok(0)
}

/// `transom close`
pub(super) fn close(args: Close) -> Result<u8, Failure> {
    let request = Request::Close {
        window: args.window,
    };
    let _: Done = find::connect(&args.target)?.ask(&request)?;
    Ok(0)
}

/// Windows for a person to read, the front one first.
fn table(windows: &[WindowLine]) -> String {
    if windows.is_empty() {
        return "no windows\n".into();
    }
    let mut rows = vec![["ID", "PID", "PLACE", "STATE", "PROGRAM", "TITLE"].map(String::from)];
    rows.extend(windows.iter().rev().map(row));
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max();
    let widths: Vec<usize> = (0..5).map(|column| width(column).unwrap_or(0)).collect();
    let mut text = String::new();
    for row in &rows {
        let cells = widths.iter().zip(row);
        let cells: Vec<String> = cells.map(|(w, cell)| format!("{cell:w$}")).collect();
        text.push_str(format!("{}  {}", cells.join("  "), row[5]).trim_end());
        text.push('\n');
    }
    text
}

fn row(window: &WindowLine) -> [String; 6] {
    let rect = window.rect;
    let state = match window.state.is_empty() {
        true => "-".into(),
        false => window.state.join(","),
    };
    [
        window.id.to_string(),
        window.pid.to_string(),
        format!("{}x{}{:+}{:+}", rect.width, rect.height, rect.x, rect.y),
        state,
        printable(&window.app_id),
        printable(&window.title),
    ]
}

/// Text without what a terminal would obey.
fn printable(text: &str) -> String {
    let shown = |c: char| if c.is_control() { '\u{fffd}' } else { c };
    text.chars().map(shown).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::control::RectInfo;

    fn window(id: u64, title: &str) -> WindowLine {
        WindowLine {
            id,
            title: title.into(),
            app_id: "app".into(),
            rect: RectInfo {
                x: -3,
                y: 4,
                width: 50,
                height: 60,
            },
            state: vec!["active".into()],
            pid: 77,
        }
    }

    #[test]
    fn the_table_shows_the_front_window_first() {
        let text = table(&[window(1, "Back"), window(12, "Front")]);
        assert_eq!(
            text.lines().collect::<Vec<_>>(),
            [
                "ID  PID  PLACE      STATE   PROGRAM  TITLE",
                "12  77   50x60-3+4  active  app      Front",
                "1   77   50x60-3+4  active  app      Back",
            ]
        );
        assert_eq!(table(&[]), "no windows\n");
    }

    #[test]
    fn titles_cannot_steer_the_terminal() {
        let text = table(&[window(1, "\x1b[2Jboo\n")]);
        assert!(!text.contains('\x1b'), "{text}");
        assert_eq!(text.lines().count(), 2);
    }

    #[test]
    fn json_has_exactly_the_documented_fields() {
        let windows = Windows {
            windows: vec![window(5, "T")],
        };
        assert_eq!(
            serde_json::to_string(&windows).expect("plain data"),
            r#"{"windows":[{"id":5,"title":"T","app_id":"app","rect":{"x":-3,"y":4,"width":50,"height":60},"state":["active"],"pid":77}]}"#
        );
    }
}
