//! Whether both draw the same: what X makes of the requests that x11perf would send, pixel by pixel.

use x11rb::connection::Connection;
use x11rb::protocol::xproto::{
    Arc, CapStyle, ConnectionExt, CoordMode, CreateGCAux, CreateWindowAux, Drawable, Gcontext,
    ImageFormat, JoinStyle, Point, PolyShape, Rectangle, Segment, WindowClass,
};
use x11rb::rust_connection::RustConnection;

use super::ops::Same;
use super::ops::patterns::{self, Four, SIDE, Spot};
use super::{Failure, Outcome};

const SIDE16: u16 = SIDE as u16;

/// A full circle, in 64ths of a degree.
const ROUND: i16 = 360 * 64;

/// What came of a comparison.
#[derive(Clone, Debug, PartialEq)]
pub enum Agreement {
    /// Not a pixel differs.
    Same,
    /// So many differ, of so many that either draws.
    Differ(usize, usize),
    /// Not compared, and why.
    NotCompared(&'static str),
}

impl std::fmt::Display for Agreement {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Same => f.write_str("same"),
            Self::Differ(pixels, of) => {
                write!(f, "{:.1} %", *pixels as f64 * 100.0 / (*of).max(1) as f64)
            }
            Self::NotCompared(_) => f.write_str("-"),
        }
    }
}

/// Counts the pixels that differ, and those that are not white in either.
pub fn compare(ours: &[u32], theirs: &[u32]) -> Agreement {
    let white = 0x00ff_ffff;
    let differ =
        ours.iter().zip(theirs).filter(|(a, b)| a != b).count() + ours.len().abs_diff(theirs.len());
    let drawn = ours
        .iter()
        .zip(theirs)
        .filter(|(a, b)| **a != white || **b != white);
    match differ {
        0 => Agreement::Same,
        pixels => Agreement::Differ(pixels, drawn.count().max(pixels)),
    }
}

/// The pixels X draws, or why there are none.
pub fn drawn_by_x(display: &str, same: &Same) -> Outcome<Result<Vec<u32>, &'static str>> {
    if let Same::No(reason) = same {
        return Ok(Err(reason));
    }
    let sheet = Sheet::new(display).map_err(|e| Failure::new(format!("X: {e}")))?;
    sheet
        .draw(same)
        .map_err(|e| Failure::new(format!("X: {e}")))?;
    sheet
        .pixels()
        .map(Ok)
        .map_err(|e| Failure::new(format!("X: {e}")))
}

type XResult<T> = Result<T, Box<dyn std::error::Error>>;

/// A white window in X.
struct Sheet {
    connection: RustConnection,
    window: Drawable,
    black: u32,
    white: u32,
}

impl Sheet {
    fn new(display: &str) -> XResult<Self> {
        let (connection, screen) = RustConnection::connect(Some(display))?;
        let screen = &connection.setup().roots[screen];
        let (black, white) = (screen.black_pixel, screen.white_pixel);
        let window = connection.generate_id()?;
        let look = CreateWindowAux::new()
            .background_pixel(white)
            .override_redirect(1);
        connection.create_window(
            screen.root_depth,
            window,
            screen.root,
            0,
            0,
            SIDE16,
            SIDE16,
            0,
            WindowClass::INPUT_OUTPUT,
            screen.root_visual,
            &look,
        )?;
        connection.map_window(window)?;
        Ok(Self {
            connection,
            window,
            black,
            white,
        })
    }

    fn ink(&self, line_width: u16) -> XResult<Gcontext> {
        let round = line_width > 0;
        let look = CreateGCAux::new()
            .foreground(self.black)
            .background(self.white)
            .graphics_exposures(0)
            .line_width(u32::from(line_width))
            .cap_style(if round {
                CapStyle::ROUND
            } else {
                CapStyle::NOT_LAST
            })
            .join_style(if round {
                JoinStyle::ROUND
            } else {
                JoinStyle::MITER
            });
        let gc = self.connection.generate_id()?;
        self.connection.create_gc(gc, self.window, &look)?;
        Ok(gc)
    }

    fn draw(&self, same: &Same) -> XResult<()> {
        let (x, window) = (&self.connection, self.window);
        match same {
            Same::Rects(boxes) => {
                x.poly_fill_rectangle(window, self.ink(0)?, &rectangles(boxes))?;
            }
            Same::Segments(ends) => {
                let lines: Vec<Segment> = ends
                    .iter()
                    .map(|[x1, y1, x2, y2]| segment(*x1, *y1, *x2, *y2))
                    .collect();
                x.poly_segment(window, self.ink(0)?, &lines)?;
            }
            Same::Lines(ends, width) => {
                x.poly_line(CoordMode::ORIGIN, window, self.ink(*width)?, &points(ends))?;
            }
            Same::Polygons(shapes) => {
                let gc = self.ink(0)?;
                for shape in shapes {
                    let (shape, mode) = (points(shape), CoordMode::ORIGIN);
                    x.fill_poly(window, gc, PolyShape::COMPLEX, mode, &shape)?;
                }
            }
            Same::Arcs(boxes, true) => {
                x.poly_fill_arc(window, self.ink(0)?, &arcs(boxes))?;
            }
            Same::Arcs(boxes, false) => {
                x.poly_arc(window, self.ink(0)?, &arcs(boxes))?;
            }
            Same::Copies(size, moves) => self.copy(*size, moves)?,
            Same::No(_) => {}
        }
        Ok(())
    }

    fn copy(&self, size: i16, moves: &[(Spot, Spot)]) -> XResult<()> {
        let (gc, window, side) = (self.ink(0)?, self.window, size as u16);
        let picture = rectangles(&patterns::picture());
        self.connection.poly_fill_rectangle(window, gc, &picture)?;
        for (from, to) in moves {
            self.connection.copy_area(
                window, window, gc, from[0], from[1], to[0], to[1], side, side,
            )?;
        }
        Ok(())
    }

    fn pixels(&self) -> XResult<Vec<u32>> {
        let format = ImageFormat::Z_PIXMAP;
        let image = self
            .connection
            .get_image(format, self.window, 0, 0, SIDE16, SIDE16, !0)?
            .reply()?;
        let pixel = |b: &[u8]| u32::from_le_bytes([b[0], b[1], b[2], 0]);
        Ok(image.data.chunks_exact(4).map(pixel).collect())
    }
}

fn rectangles(boxes: &[Four]) -> Vec<Rectangle> {
    let rectangle = |[x, y, width, height]: &Four| Rectangle {
        x: *x,
        y: *y,
        width: *width as u16,
        height: *height as u16,
    };
    boxes.iter().map(rectangle).collect()
}

fn segment(x1: i16, y1: i16, x2: i16, y2: i16) -> Segment {
    Segment { x1, y1, x2, y2 }
}

fn points(spots: &[Spot]) -> Vec<Point> {
    spots.iter().map(|[x, y]| Point { x: *x, y: *y }).collect()
}

fn arcs(boxes: &[Four]) -> Vec<Arc> {
    let arc = |[x, y, width, height]: &Four| Arc {
        x: *x,
        y: *y,
        width: *width as u16,
        height: *height as u16,
        angle1: 0,
        angle2: ROUND,
    };
    boxes.iter().map(arc).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_single_pixel_counts() {
        let (white, black) = (0x00ff_ffff, 0);
        assert_eq!(compare(&[white, black], &[white, black]), Agreement::Same);
        assert_eq!(
            compare(&[black, black, white], &[black, white, white]),
            Agreement::Differ(1, 2)
        );
        assert_eq!(compare(&[white], &[]), Agreement::Differ(1, 1));
        assert_eq!(Agreement::Differ(1, 2).to_string(), "50.0 %");
    }
}
