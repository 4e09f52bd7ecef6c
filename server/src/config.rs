//! What a server is started with, and what it is when nothing is said.

use transom_protocol::geometry::{PixelSize, Scale};

use crate::desktop::Output;
use crate::transport::ListenAddress;

/// The greatest width and height of a screen, in pixels: what a native window can have.
pub const MAX_OUTPUT_SIDE: u32 = 16_384;

/// The screen of a headless server when nothing else is said: 60 Hz.
pub const DEFAULT_OUTPUT: Output = Output {
    size: PixelSize {
        width: 1280,
        height: 800,
    },
    scale: Scale::ONE,
    refresh: 16_666_667,
};

/// How a server is started.
#[derive(Clone, Debug)]
pub struct Config {
    /// The screen.
    pub output: Output,
    /// Where programs may connect, besides the display's own socket.
    pub listen: Vec<ListenAddress>,
    /// The Unix socket of the display itself.
    pub display: DisplaySocket,
    /// Listening where others can reach it, without encryption, is meant.
    pub insecure: bool,
}

/// The Unix socket of the display itself. It decides where the control socket is, too.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DisplaySocket {
    /// The first free `:N`.
    FirstFree,
    /// The first free `:N` for the control socket, and no socket for programs.
    ControlOnly,
    /// At this path alone: a private server.
    Path(std::path::PathBuf),
}

impl Default for Config {
    fn default() -> Self {
        Self {
            output: DEFAULT_OUTPUT,
            listen: Vec::new(),
            display: DisplaySocket::FirstFree,
            insecure: false,
        }
    }
}

/// Reads a screen size such as `1280x800`, in pixels.
pub fn parse_size(text: &str) -> Result<PixelSize, String> {
    let problem =
        || format!("'{text}' is not a size such as 1280x800, at most {MAX_OUTPUT_SIDE} a side");
    let (width, height) = text.split_once(['x', 'X']).ok_or_else(problem)?;
    let side = |side: &str| match side.parse() {
        Ok(side @ 1..=MAX_OUTPUT_SIDE) => Ok(side),
        _ => Err(problem()),
    };
    Ok(PixelSize::new(side(width)?, side(height)?))
}

/// Reads a scale such as `1.5`.
pub fn parse_scale(text: &str) -> Result<Scale, String> {
    let (min, max) = (Scale::MIN.factor(), Scale::MAX.factor());
    match text.parse::<f64>() {
        Ok(factor) if (f64::from(min)..=f64::from(max)).contains(&factor) => {
            Ok(Scale::from_factor(factor))
        }
        _ => Err(format!("'{text}' is not a scale from {min} to {max}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_read_within_their_bounds() {
        assert_eq!(parse_size("640x480"), Ok(PixelSize::new(640, 480)));
        for bad in [
            "",
            "640",
            "x",
            "0x4",
            "640x",
            "-1x5",
            "640x480x2",
            "16385x1",
            "99999999999x1",
        ] {
            assert!(parse_size(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn scales_are_read_within_their_bounds() {
        assert_eq!(parse_scale("1.5"), Ok(Scale(180)));
        for bad in ["", "0", "-1", "17", "nan", "inf", "two"] {
            assert!(parse_scale(bad).is_err(), "{bad}");
        }
    }
}
