//! The demo programs, which are where this one is.

use std::path::{Path, PathBuf};

use transom_protocol::geometry::{PixelRect, Scale};

use crate::desktop::MenuEntry;

/// A demo program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Program {
    /// Its file's name.
    pub(super) name: &'static str,
    /// What a person calls it.
    label: &'static str,
    /// What it is told where it is shown with the others.
    pub(super) arguments: &'static [&'static str],
}

const fn program(name: &'static str, label: &'static str) -> Program {
    Program {
        name,
        label,
        arguments: &[],
    }
}

/// What the terminal shows before its shell.
const GREETING: &str = r#"
printf '\033[1mA terminal\033[0m with a shell: \033[3mslanted\033[0m, '
printf '\033[4:3;58;2;209;73;91mcurly\033[0m, \033[9mstruck\033[0m\n'
i=0
while [ $i -lt 40 ]; do
  printf '\033[48;2;%d;%d;%dm ' $((42 + i * 4)) $((127 - i)) $((134 - i))
  i=$((i + 1))
done
printf '\033[0m\n'
exec "${SHELL:-sh}"
"#;

/// All of them. The one that is started last has the keyboard.
pub(super) const PROGRAMS: &[Program] = &[
    program("gallery", "Gallery"),
    program("bounce", "Bounce"),
    program("clock", "Clock"),
    program("snake", "Snake"),
    Program {
        arguments: &["--geometry", "48x14", "-e", "sh", "-c", GREETING],
        ..program("term", "Terminal")
    },
    program("calc", "Calculator"),
    Program {
        arguments: &["--sketch"],
        ..program("paint", "Paint")
    },
];

/// Where each of them is shown, in parts of [`BLOCK`]: left, top, width and height, frames and gaps
/// included.
const PLACES: [[f64; 4]; 7] = [
    [0.0, 0.0, 574.0, 402.0],
    [768.0, 418.0, 240.0, 316.0],
    [1024.0, 418.0, 208.0, 316.0],
    [436.0, 418.0, 316.0, 316.0],
    [0.0, 418.0, 420.0, 316.0],
    [992.0, 0.0, 240.0, 402.0],
    [590.0, 0.0, 386.0, 402.0],
];

/// The size of all of them together, in logical units, on the usual screen.
const BLOCK: (f64, f64) = (1232.0, 734.0);

/// Between the block and the screen's edges.
const GAP: f64 = 16.0;

/// How much smaller the block is made on small screens, and larger on large ones.
const LEAST: f64 = 0.8;
const MOST: f64 = 1.3;

/// Where the demo programs are shown side by side, frames included: in the middle of `area`. Nothing
/// where there is not enough room.
pub(super) fn arrangement(area: PixelRect, scale: Scale) -> Option<[PixelRect; 7]> {
    let factor = f64::from(scale.factor());
    let (width, height) = (f64::from(area.width()), f64::from(area.height()));
    // A gap at every side, as between the windows.
    let fits = |side: f64, block: f64| side / (block + 2.0 * GAP) / factor;
    let by = fits(width, BLOCK.0).min(fits(height, BLOCK.1)).min(MOST);
    if by < LEAST {
        return None;
    }
    let (by_x, by_y) = (
        fits(width, BLOCK.0).min(MOST) * factor,
        fits(height, BLOCK.1).min(MOST) * factor,
    );
    let left = f64::from(area.x0) + (width - BLOCK.0 * by_x) / 2.0;
    let top = f64::from(area.y0) + (height - BLOCK.1 * by_y) / 2.0;
    Some(PLACES.map(|[x, y, width, height]| {
        let at = |from: f64, part: f64, by: f64| (from + part * by).round() as i32;
        PixelRect::from_edges(
            at(left, x, by_x),
            at(top, y, by_y),
            at(left, x + width, by_x),
            at(top, y + height, by_y),
        )
    }))
}

impl Program {
    /// Where it is, or would be.
    pub(super) fn path(self) -> std::io::Result<PathBuf> {
        Ok(std::env::current_exe()?.with_file_name(self.name))
    }
}

/// The desktop's menu when nothing else is said: those programs that are there.
pub(super) fn menu() -> Vec<MenuEntry> {
    let entry = |program: &Program| {
        let path = program.path().ok().filter(|path| path.is_file())?;
        Some(MenuEntry {
            label: program.label.into(),
            command: command(&path),
        })
    };
    // What is wanted most comes first.
    let (tools, others): (Vec<_>, Vec<_>) = PROGRAMS.iter().partition(|p| p.name == "term");
    tools.into_iter().chain(others).filter_map(entry).collect()
}

/// What a shell runs for the program, which the shell is not to outlive.
fn command(path: &Path) -> String {
    format!("exec {}", quoted(&path.to_string_lossy()))
}

/// Text as one word of a shell.
pub(super) fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_programs_stand_side_by_side_on_screens_of_many_sizes() {
        for (width, height, scale) in [
            (1280, 766, 120),
            (1920, 1050, 120),
            (1100, 640, 120),
            (2560, 1532, 240),
            (1600, 960, 150),
            (3840, 2100, 120),
        ] {
            let area = PixelRect::new(0, 0, width, height);
            let places = arrangement(area, Scale(scale)).expect("room");
            for (i, place) in places.iter().enumerate() {
                assert!(area.contains_rect(*place), "{place:?} of {area:?}");
                let others = places.iter().skip(i + 1);
                assert!(others.clone().all(|o| o.intersect(*place).is_empty()));
            }
        }
        let small = PixelRect::new(0, 0, 800, 600);
        assert_eq!(arrangement(small, Scale::ONE), None);
    }

    #[test]
    fn words_are_quoted_for_a_shell() {
        assert_eq!(quoted(":0"), "':0'");
        assert_eq!(quoted("unix:/a'b"), r"'unix:/a'\''b'");
        assert_eq!(command(Path::new("/a b/calc")), "exec '/a b/calc'");
    }
}
