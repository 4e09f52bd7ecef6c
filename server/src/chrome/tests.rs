//! Pictures of everything at the scales that screens have. `TRANSOM_ACCEPT=1` accepts what is drawn
//! now; a picture that differs is kept beside the accepted one as `….actual.png`.

use std::fs::File;
use std::io::BufReader;
use std::path::PathBuf;
use std::sync::Arc;

use transom_protocol::color::{Color, Pixel};
use transom_protocol::geometry::{PixelPoint, PixelRect, PixelSize, Scale};

use super::*;
use crate::desktop::BACKGROUND;
use crate::raster::{Pixmap, blend_over, clear, fill_rect};

const BUTTONS: &[FrameButton] = &[
    FrameButton::Close,
    FrameButton::Maximize,
    FrameButton::Minimize,
];

/// A picture that pieces are put on, at places in logical units.
struct Desk {
    picture: Pixmap,
    painter: Painter,
    metrics: Metrics,
}

impl Desk {
    fn new(width: i32, height: i32, scale: Scale) -> Self {
        let metrics = Metrics::new(scale);
        let size = PixelSize::new(metrics.px(width) as u32, metrics.px(height) as u32);
        let mut picture = Pixmap::new(size);
        clear(&mut picture.target(PixelRect::from_size(size)), BACKGROUND);
        Self {
            picture,
            painter: Painter::new(),
            metrics,
        }
    }

    fn rect(&self, x: i32, y: i32, width: i32, height: i32) -> PixelRect {
        let px = |v| if v == 0 { 0 } else { self.metrics.px(v) };
        PixelRect::new(px(x), px(y), px(width) as u32, px(height) as u32)
    }

    fn put(&mut self, piece: Piece, origin: PixelPoint, size: PixelSize, crop: PixelRect) {
        let scale = self.metrics.scale();
        let picture = self.painter.picture(&Arc::new(piece), scale, size);
        let view = picture.view();
        let target = &mut self.picture.target(crop);
        blend_over(target, &view, view.bounds(), origin, 255);
    }

    fn put_at(&mut self, piece: Piece, rect: PixelRect) {
        self.put(piece, rect.origin(), rect.size(), rect);
    }

    fn window(&mut self, frame: PixelRect, bar: TitleBar) {
        let shadow = bar.shape == FrameShape::Floating;
        for place in self.metrics.ring_parts(frame, shadow) {
            let ring = Ring {
                part: place.part,
                active: bar.active,
                shadow,
            };
            self.put(Piece::Ring(ring), place.origin, place.size, place.crop);
        }
        let insets = self.metrics.insets(bar.shape);
        let title = PixelRect::new(frame.x0, frame.y0, frame.width(), insets.top as u32);
        self.put_at(Piece::TitleBar(bar), title);
        let paper = Color::hex(0xf4f1ea).premultiply();
        let content = insets.inside(frame);
        fill_rect(&mut self.picture.target(content), content, paper);
    }
}

fn title(text: &str, active: bool) -> TitleBar {
    TitleBar {
        title: text.to_string(),
        shape: FrameShape::Floating,
        active,
        mark: TitleMark::None,
        buttons: BUTTONS,
        hover: None,
    }
}

fn item(text: &str) -> TaskItem {
    TaskItem {
        title: text.to_string(),
        ..TaskItem::default()
    }
}

fn windows(scale: Scale) -> Pixmap {
    let mut desk = Desk::new(560, 310, scale);
    let urgent = TitleBar {
        mark: TitleMark::Urgent,
        hover: Some((FrameButton::Maximize, false)),
        ..title("Mail: three new messages", false)
    };
    let silent = TitleBar {
        mark: TitleMark::NotResponding,
        hover: Some((FrameButton::Close, false)),
        ..title("Simulation", false)
    };
    let tiled = TitleBar {
        shape: FrameShape::Tiled,
        hover: Some((FrameButton::Minimize, true)),
        ..title("A title much too long for so narrow a window", true)
    };
    let maximized = TitleBar {
        shape: FrameShape::Maximized,
        ..title("Maximised", true)
    };
    desk.window(desk.rect(290, 60, 250, 100), silent);
    desk.window(desk.rect(20, 60, 250, 100), urgent);
    desk.window(
        desk.rect(60, 110, 280, 90),
        title("Paint: Äpfel & Öl", false),
    );
    desk.window(desk.rect(120, 150, 300, 110), title("Clock", true));
    desk.window(desk.rect(450, 180, 90, 60), title("Tiny", true));
    desk.window(desk.rect(0, 270, 200, 40), tiled);
    desk.window(desk.rect(0, 0, 560, 40), maximized);
    desk.picture
}

fn panels(scale: Scale) -> Pixmap {
    let mut desk = Desk::new(640, 330, scale);
    let metrics = desk.metrics;
    let menu = Menu {
        rows: ["Clock", "Paint", "Calculator", "", "Close all windows"]
            .map(String::from)
            .to_vec(),
        chosen: Some(1),
    };
    let size = MenuLayout::new(&menu, metrics).size;
    let at = desk.rect(6, 20, 1, 1).origin();
    desk.put_at(Piece::Menu(menu), PixelRect::at(at, size));
    desk.put_at(Piece::Preview, desk.rect(20, 200, 190, 90));
    let gone = TaskItem {
        minimized: true,
        ..item("Gallery")
    };
    let urgent = TaskItem {
        urgent: true,
        ..item("Mail: three new messages, and some more to read")
    };
    let active = TaskItem {
        active: true,
        ..item("Clock")
    };
    let rows = vec![
        item("Paint: Äpfel & Öl"),
        active.clone(),
        gone.clone(),
        urgent.clone(),
    ];
    let switcher = Switcher { rows, chosen: 0 };
    let size = SwitcherLayout::new(&switcher, desk.picture.size(), metrics).size;
    let at = desk.rect(225, 60, 1, 1).origin();
    desk.put_at(Piece::Switcher(switcher), PixelRect::at(at, size));
    let bar = TaskBar {
        menu: true,
        menu_lit: false,
        items: vec![item("Paint: Äpfel & Öl"), active, gone, urgent],
        hover: Some(2),
        clock: "Sat 22 Nov  15:22".to_string(),
    };
    let height = desk.picture.size().height as i32;
    let width = desk.picture.size().width as i32;
    let rect = PixelRect::from_edges(0, height - metrics.task_bar(), width, height);
    desk.put_at(Piece::TaskBar(bar), rect);
    desk.picture
}

fn path(name: &str) -> PathBuf {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/chrome/snapshots");
    PathBuf::from(folder).join(name)
}

fn save(picture: &Pixmap, path: &PathBuf) {
    let PixelSize { width, height } = picture.size();
    let file = File::create(path).expect("the folder of the snapshots can be written");
    let mut encoder = png::Encoder::new(file, width, height);
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_compression(png::Compression::High);
    let mut writer = encoder.write_header().expect("a PNG header");
    writer
        .write_image_data(&bytes(picture))
        .expect("a PNG file");
}

fn bytes(picture: &Pixmap) -> Vec<u8> {
    let pixels = picture.pixels().iter().map(|p| Pixel(*p).channels());
    pixels.flat_map(|[_, r, g, b]| [r, g, b]).collect()
}

fn load(path: &PathBuf) -> Option<Vec<u8>> {
    let file = BufReader::new(File::open(path).ok()?);
    let mut reader = png::Decoder::new(file).read_info().ok()?;
    let mut bytes = vec![0; reader.output_buffer_size()?];
    reader.next_frame(&mut bytes).ok()?;
    Some(bytes)
}

fn check(name: &str, draw: fn(Scale) -> Pixmap) {
    for scale in [120, 150, 180, 240] {
        let picture = draw(Scale(scale));
        let accepted = path(&format!("{name}-{scale}.png"));
        let actual = path(&format!("{name}-{scale}.actual.png"));
        if std::env::var_os("TRANSOM_ACCEPT").is_some() {
            save(&picture, &accepted);
        } else if load(&accepted).as_deref() != Some(&bytes(&picture)) {
            save(&picture, &actual);
            panic!("{accepted:?} looks different now: see {actual:?}");
        }
    }
}

#[test]
fn windows_look_as_accepted() {
    check("windows", windows);
}

#[test]
fn panels_look_as_accepted() {
    check("panels", panels);
}

#[test]
fn the_parts_of_a_ring_cover_each_pixel_around_the_content_once() {
    for scale in [30, 120, 150, 180, 240] {
        let metrics = Metrics::new(Scale(scale));
        for (width, height) in [(9, 33), (12, 36), (30, 40), (90, 70), (700, 500)] {
            let frame = PixelRect::new(100, 100, width, height);
            for shadow in [false, true] {
                let parts = metrics.ring_parts(frame, shadow);
                for (i, part) in parts.iter().enumerate() {
                    let picture = PixelRect::at(part.origin, part.size);
                    assert!(
                        picture.contains_rect(part.crop) || part.crop.is_empty(),
                        "{part:?}"
                    );
                    let apart = |o: &RingPlace| o.crop.intersect(part.crop).is_empty();
                    assert!(parts[i + 1..].iter().all(apart), "{parts:?}");
                }
            }
        }
    }
}

#[test]
fn a_picture_is_drawn_once_while_it_is_in_use() {
    let mut painter = Painter::new();
    let piece = Arc::new(Piece::TitleBar(title("once", true)));
    let size = PixelSize::new(200, 30);
    let first = painter.picture(&piece, Scale::ONE, size);
    painter.sweep();
    let second = painter.picture(&piece, Scale::ONE, size);
    assert!(Arc::ptr_eq(&first, &second));
    painter.sweep();
    painter.sweep();
    assert_eq!(painter.byte_size(), 0);
}

#[test]
fn pieces_of_absurd_sizes_are_drawn_without_a_panic() {
    let mut painter = Painter::new();
    let bar = TaskBar {
        menu: true,
        items: vec![item("x"); 50],
        clock: "12:00".to_string(),
        ..TaskBar::default()
    };
    let pieces = [
        Piece::TaskBar(bar),
        Piece::TitleBar(title("x", true)),
        Piece::Menu(Menu::default()),
        Piece::Switcher(Switcher::default()),
        Piece::Preview,
    ];
    for piece in pieces.map(Arc::new) {
        for size in [(0, 0), (1, 1), (3, 200), (5000, 2)] {
            for scale in [Scale::MIN, Scale::ONE, Scale::MAX] {
                painter.picture(&piece, scale, PixelSize::new(size.0, size.1));
            }
        }
    }
}
