//! Pictures compared with accepted ones, exactly.
//!
//! Accepted pictures are in `tests/snapshots`. `TRANSOM_ACCEPT=1 cargo test` accepts what comes
//! out; look at it before. A failure keeps what was expected, what came, and where they differ
//! under `target/snapshots`.

use std::path::{Path, PathBuf};

use transom_protocol::color::{Color, Pixel};
use transom_protocol::geometry::PixelSize;
use transom_server::present::{channels_of, encode_png};
use transom_server::raster::Pixmap;

/// A picture with straight alpha, as a PNG file has it.
#[derive(Clone, PartialEq, Eq)]
pub struct Picture {
    /// Pixels in a row.
    pub width: u32,
    /// Rows.
    pub height: u32,
    /// Row by row.
    pub pixels: Vec<Color>,
}

impl std::fmt::Debug for Picture {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "a picture of {}x{}", self.width, self.height)
    }
}

impl From<&Pixmap> for Picture {
    fn from(pixmap: &Pixmap) -> Self {
        let size = pixmap.size();
        let straight = |pixel: &u32| Pixel(*pixel).to_color();
        Self {
            width: size.width,
            height: size.height,
            pixels: pixmap.pixels().iter().map(straight).collect(),
        }
    }
}

impl Picture {
    /// Reads a PNG file of 8 bits with or without alpha.
    pub fn from_png(file: &[u8]) -> Self {
        let decoder = png::Decoder::new(std::io::Cursor::new(file));
        let mut reader = decoder.read_info().expect("a PNG file");
        let mut bytes = vec![0; reader.output_buffer_size().expect("it fits memory")];
        reader.next_frame(&mut bytes).expect("a whole picture");
        let info = reader.info();
        let channels = match info.color_type {
            png::ColorType::Rgb => 3,
            png::ColorType::Rgba => 4,
            other => panic!("{other:?} in a picture of ours"),
        };
        let color = |p: &[u8]| Color::rgba(p[0], p[1], p[2], p.get(3).copied().unwrap_or(255));
        Self {
            width: info.width,
            height: info.height,
            pixels: bytes.chunks(channels).map(color).collect(),
        }
    }

    /// As a PNG file.
    pub fn to_png(&self) -> Vec<u8> {
        let mut pixmap = Pixmap::new(PixelSize::new(self.width, self.height));
        let opaque = self.pixels.iter().all(|c| c.to_bytes()[3] == 255);
        if opaque {
            let pixels = pixmap.pixels_mut().iter_mut().zip(&self.pixels);
            pixels.for_each(|(to, from)| *to = from.premultiply().0);
            return encode_png(&pixmap, channels_of(&pixmap)).expect("in memory");
        }
        // Written here: through premultiplied pixels the colours would change.
        let mut file = Vec::new();
        let mut encoder = png::Encoder::new(&mut file, self.width, self.height);
        encoder.set_depth(png::BitDepth::Eight);
        encoder.set_color(png::ColorType::Rgba);
        let bytes: Vec<u8> = self.pixels.iter().flat_map(|c| c.to_bytes()).collect();
        let mut writer = encoder.write_header().expect("in memory");
        writer.write_image_data(&bytes).expect("as many as needed");
        writer.finish().expect("in memory");
        file
    }

    /// The colour at a place.
    pub fn at(&self, x: u32, y: u32) -> Color {
        assert!(x < self.width && y < self.height, "{x},{y} in {self:?}");
        self.pixels[(y * self.width + x) as usize]
    }

    /// How many colours there are.
    pub fn colors(&self) -> usize {
        let mut colors: Vec<_> = self.pixels.iter().map(|c| c.to_bytes()).collect();
        colors.sort_unstable();
        colors.dedup();
        colors.len()
    }

    /// How many pixels differ from another picture of the same size.
    pub fn differing(&self, other: &Self) -> usize {
        assert_eq!((self.width, self.height), (other.width, other.height));
        let pairs = self.pixels.iter().zip(&other.pixels);
        pairs.filter(|(a, b)| a != b).count()
    }

    /// White where it differs from another, dimmed where it does not.
    fn difference(&self, other: &Self) -> Self {
        let at = |picture: &Self, x: u32, y: u32| {
            let inside = x < picture.width && y < picture.height;
            inside.then(|| picture.at(x, y))
        };
        let (width, height) = (self.width.max(other.width), self.height.max(other.height));
        let places = (0..height).flat_map(|y| (0..width).map(move |x| (x, y)));
        let pixel = |(x, y)| match (at(self, x, y), at(other, x, y)) {
            (Some(a), Some(b)) if a == b => {
                let [r, g, b, _] = a.to_bytes();
                Color::rgb(r / 4, g / 4, b / 4)
            }
            _ => Color::WHITE,
        };
        Self {
            width,
            height,
            pixels: places.map(pixel).collect(),
        }
    }
}

/// Fails unless the picture is the accepted one of this name.
#[track_caller]
pub fn assert_snapshot(name: &str, actual: &Picture) {
    let accepted = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("snapshots")
        .join(format!("{name}.png"));
    let expected = std::fs::read(&accepted).ok();
    let expected = expected.map(|file| Picture::from_png(&file));
    if expected.as_ref() == Some(actual) {
        return;
    }
    if std::env::var_os("TRANSOM_ACCEPT").is_some_and(|v| v == "1") {
        std::fs::write(&accepted, actual.to_png()).expect("the sources can be written");
        println!("accepted {}", accepted.display());
        return;
    }
    let kept = keep(name, expected.as_ref(), actual);
    let problem = match expected {
        None => "there is no such accepted picture".to_owned(),
        Some(expected) if (expected.width, expected.height) != (actual.width, actual.height) => {
            format!("it was {expected:?} and is {actual:?}")
        }
        Some(expected) => format!("{} pixels differ", expected.differing(actual)),
    };
    panic!(
        "{name}: {problem}; see {}. TRANSOM_ACCEPT=1 accepts it",
        kept.display()
    );
}

/// Writes what can be looked at after a failure; returns where.
fn keep(name: &str, expected: Option<&Picture>, actual: &Picture) -> PathBuf {
    let directory = std::env::current_exe().expect("a test has a path");
    let directory = directory
        .ancestors()
        .nth(3)
        .expect("it is in target/profile/deps")
        .join("snapshots");
    std::fs::create_dir_all(&directory).expect("target can be written");
    let write = |what: &str, picture: &Picture| {
        let path = directory.join(format!("{name}.{what}.png"));
        std::fs::write(path, picture.to_png()).expect("target can be written");
    };
    write("actual", actual);
    if let Some(expected) = expected {
        write("expected", expected);
        write("diff", &expected.difference(actual));
    }
    directory
}
