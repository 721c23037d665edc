//! The site's drawing as bitmaps, for systems that take no SVG as an app's icon.
//!
//! The drawing is `<rect>` and `<circle>` filled with colours of six digits, in a square `viewBox`; whatever else it
//! holds is an error, so that nothing is lost in silence.

use crate::threads;
use anyhow::{Context, Result, bail, ensure};
use flate2::{Compression, Crc, write::ZlibEncoder};
use roxmltree::{Document, Node};
use std::io::Write;

/// A bitmap to be made.
pub(super) struct Icon {
    pub(super) file: &'static str,
    pub(super) size_px: u32,
    /// The system may cut it to any shape that holds a circle of 80 % of its width. Source: W3C, "Web Application
    /// Manifest", §"Icon masks and safe zone".
    pub(super) is_maskable: bool,
}

/// All that are made.
pub(super) const ICONS: [Icon; 3] = [
    Icon { file: "icon-192.png", size_px: 192, is_maskable: false },
    Icon { file: "icon-512.png", size_px: 512, is_maskable: false },
    Icon { file: "icon-maskable-512.png", size_px: 512, is_maskable: true },
];

/// The icon that Apple's systems take, which read no manifest.
pub const TOUCH_ICON: &str = ICONS[0].file;

/// How much smaller a maskable drawing is: a mark in a corner then lies within the circle that is never cut.
const SHRUNK: f64 = 0.72;
/// Samples of a pixel, in each direction.
const SAMPLES: u32 = 4;

/// The bitmaps of a drawing: names and PNG files.
///
/// # Errors
/// The drawing holds something else than described above.
pub fn icons(svg: &str) -> Result<Vec<(&'static str, Vec<u8>)>> {
    let drawing = Drawing::read(svg)?;
    Ok(threads::map(&ICONS[..], |icon| (icon.file, drawing.png(icon))))
}

#[derive(Debug)]
enum Shape {
    Rect { x: f64, y: f64, width: f64, height: f64 },
    Circle { x: f64, y: f64, radius: f64 },
}

impl Shape {
    fn covers(&self, x: f64, y: f64) -> bool {
        match *self {
            Self::Rect { x: left, y: top, width, height } => {
                (left..left + width).contains(&x) && (top..top + height).contains(&y)
            }
            Self::Circle { x: cx, y: cy, radius } => (x - cx).powi(2) + (y - cy).powi(2) <= radius * radius,
        }
    }

    /// Left, top, width and height of what holds it.
    fn bounds(&self) -> [f64; 4] {
        match *self {
            Self::Rect { x, y, width, height } => [x, y, width, height],
            Self::Circle { x, y, radius } => [x - radius, y - radius, 2.0 * radius, 2.0 * radius],
        }
    }
}

type Rgb = [u8; 3];

#[derive(Debug)]
struct Drawing {
    width: f64,
    /// From the lowest to the uppermost.
    shapes: Vec<(Shape, Rgb)>,
}

impl Drawing {
    fn read(svg: &str) -> Result<Self> {
        let document = Document::parse(svg).context("the icon is no SVG")?;
        let root = document.root_element();
        let view: Vec<f64> =
            root.attribute("viewBox").unwrap_or_default().split(' ').filter_map(|side| side.parse().ok()).collect();
        let [0.0, 0.0, width, height] = view[..] else { bail!("the icon's viewBox must be `0 0 W W`") };
        ensure!(width > 0.0 && width == height, "the icon must be a square");
        let mut drawing = Self { width, shapes: Vec::new() };
        drawing.draw(root, None)?;
        let covers = |shape: &Shape| matches!(*shape, Shape::Rect { x: 0.0, y: 0.0, width: w, height: h } if w == width && h == width);
        ensure!(
            drawing.shapes.first().is_some_and(|(shape, _)| covers(shape)),
            "the icon must begin with a `<rect>` that covers it, which masked icons are enlarged by"
        );
        Ok(drawing)
    }

    fn draw(&mut self, parent: Node<'_, '_>, inherited: Option<Rgb>) -> Result<()> {
        for node in parent.children().filter(Node::is_element) {
            let name = node.tag_name().name();
            let known: &[&str] = match name {
                "g" => &["fill"],
                "rect" => &["fill", "x", "y", "width", "height"],
                "circle" => &["fill", "cx", "cy", "r"],
                _ => bail!("the icon holds `<{name}>`; only `<rect>`, `<circle>` and `<g>` become a bitmap"),
            };
            if let Some(unknown) = node.attributes().find(|attribute| !known.contains(&attribute.name())) {
                bail!("the icon's `<{name}>` has `{}`, which no bitmap would show", unknown.name());
            }
            let fill = node.attribute("fill").map(colour).transpose()?.or(inherited);
            if name == "g" {
                self.draw(node, fill)?;
                continue;
            }
            let number = |name: &str| match node.attribute(name) {
                Some(text) => text.parse::<f64>().with_context(|| format!("the icon has `{name}=\"{text}\"`")),
                None => Ok(0.0),
            };
            let shape = match name {
                "rect" => {
                    Shape::Rect { x: number("x")?, y: number("y")?, width: number("width")?, height: number("height")? }
                }
                _ => Shape::Circle { x: number("cx")?, y: number("cy")?, radius: number("r")? },
            };
            self.shapes.push((shape, fill.context("a shape of the icon has no `fill`")?));
        }
        Ok(())
    }

    /// The colour of the ground, which is there beyond the drawing too.
    fn ground(&self) -> Rgb {
        self.shapes.first().map_or([0; 3], |(_, colour)| *colour)
    }

    /// The shapes over the ground that may have a point between these.
    fn near(&self, [left, top]: [f64; 2], [right, bottom]: [f64; 2]) -> Vec<&(Shape, Rgb)> {
        let reaches = |(shape, _): &&(Shape, Rgb)| {
            let [x, y, width, height] = shape.bounds();
            x <= right && left <= x + width && y <= bottom && top <= y + height
        };
        self.shapes.iter().skip(1).filter(reaches).collect()
    }

    fn png(&self, icon: &Icon) -> Vec<u8> {
        let scale = if icon.is_maskable { 1.0 / SHRUNK } else { 1.0 };
        let n_samples = icon.size_px * SAMPLES;
        // The middle of a sample, from the middle of the drawing.
        let place = |sample: u32| {
            let part = (f64::from(sample) + 0.5) / f64::from(n_samples) - 0.5;
            self.width * (0.5 + part * scale)
        };
        let mut rows = Vec::new();
        for row in 0..icon.size_px {
            // No filter.
            rows.push(0);
            for column in 0..icon.size_px {
                let first = [column, row].map(|at| place(at * SAMPLES));
                let shapes = self.near(first, [column, row].map(|at| place(at * SAMPLES + SAMPLES - 1)));
                if shapes.is_empty() {
                    rows.extend(self.ground());
                    continue;
                }
                let mut sum = [0_u32; 3];
                for sample in 0..SAMPLES * SAMPLES {
                    let (x, y) = (column * SAMPLES + sample % SAMPLES, row * SAMPLES + sample / SAMPLES);
                    let covers = |shape: &&&(Shape, Rgb)| shape.0.covers(place(x), place(y));
                    let colour = shapes.iter().rfind(covers).map_or(self.ground(), |shape| shape.1);
                    for (sum, part) in sum.iter_mut().zip(colour) {
                        *sum += u32::from(part);
                    }
                }
                // A mean of bytes is a byte.
                rows.extend(sum.map(|sum| ((sum + SAMPLES * SAMPLES / 2) / (SAMPLES * SAMPLES)) as u8));
            }
        }
        encode(icon.size_px, &rows)
    }
}

fn colour(text: &str) -> Result<Rgb> {
    let digits = text.strip_prefix('#').filter(|digits| digits.len() == 6);
    let number = digits.and_then(|digits| u32::from_str_radix(digits, 16).ok());
    let [_, red, green, blue] =
        number.with_context(|| format!("the icon's colour `{text}` is not `#` and six digits"))?.to_be_bytes();
    Ok([red, green, blue])
}

/// A PNG of 8 bits for each of red, green and blue. Source: W3C, "Portable Network Graphics", §5 and §11.2.
fn encode(size_px: u32, rows: &[u8]) -> Vec<u8> {
    let mut png = b"\x89PNG\r\n\x1a\n".to_vec();
    let mut chunk = |name: &[u8; 4], data: &[u8]| {
        let mut crc = Crc::new();
        crc.update(name);
        crc.update(data);
        // An icon has fewer bytes than a chunk's 2³¹.
        png.extend((data.len() as u32).to_be_bytes());
        png.extend([name.as_slice(), data, &crc.sum().to_be_bytes()].concat());
    };
    let size = size_px.to_be_bytes();
    chunk(b"IHDR", &[&size[..], &size, &[8, 2, 0, 0, 0]].concat());
    // Writing to memory cannot fail.
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::best());
    let _ = encoder.write_all(rows);
    chunk(b"IDAT", &encoder.finish().unwrap_or_default());
    chunk(b"IEND", &[]);
    png
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Read;

    const OWN: &str = include_str!("../../../../style/icon.svg");

    /// The colour of a pixel, read back from the file.
    fn pixel(png: &[u8], size_px: usize, x: usize, y: usize) -> Rgb {
        let at = png.windows(4).position(|name| name == b"IDAT").unwrap() + 4;
        let mut rows = Vec::new();
        flate2::read::ZlibDecoder::new(&png[at..]).read_to_end(&mut rows).unwrap();
        assert_eq!(rows.len(), size_px * (3 * size_px + 1));
        let at = y * (3 * size_px + 1) + 1 + 3 * x;
        rows[at..at + 3].try_into().unwrap()
    }

    #[test]
    fn the_bitmaps_show_the_drawing() {
        let [paper, ink, accent] = [[0xfb, 0xfa, 0xf6], [0x21, 0x1e, 0x1a], [0xa5, 0x33, 0x1c]];
        let icons = icons(OWN).unwrap();
        assert_eq!(icons.iter().map(|(file, _)| *file).collect::<Vec<_>>(), ICONS.map(|icon| icon.file));
        // The circles of the drawing's corners, at 7 and 25 of 32.
        for (idx, size_px, near, far) in [(0, 192, 42, 150), (1, 512, 112, 400), (2, 512, 152, 360)] {
            let png = &icons[idx].1;
            // The last four bytes are the checksum of `IEND`, the same in every PNG.
            assert!(png.starts_with(b"\x89PNG\r\n\x1a\n") && png.ends_with(b"IEND\xae\x42\x60\x82"));
            assert_eq!(pixel(png, size_px, 0, 0), paper);
            assert_eq!(pixel(png, size_px, near, near), ink, "{idx}");
            assert_eq!(pixel(png, size_px, far, far), accent, "{idx}");
            assert!(png.len() < 12_000, "{} bytes", png.len());
        }
    }

    #[test]
    fn the_safe_zone_holds_every_mark_of_a_maskable_icon() {
        let drawing = Drawing::read(OWN).unwrap();
        for (shape, _) in &drawing.shapes[1..] {
            let Shape::Circle { x, y, radius } = *shape else { panic!("{shape:?}") };
            let reach = ((x - 16.0).hypot(y - 16.0) + radius) * SHRUNK / 32.0;
            assert!(reach <= 0.4, "{shape:?} reaches {reach}");
        }
    }

    #[test]
    fn what_cannot_be_drawn_is_refused() {
        let svg = |inside: &str| {
            format!("<svg viewBox=\"0 0 8 8\"><rect width=\"8\" height=\"8\" fill=\"#ffffff\"/>{inside}</svg>")
        };
        assert!(icons(&svg("")).is_ok());
        for (inside, message) in [
            ("<path d=\"M0 0\"/>", "the icon holds `<path>`; only `<rect>`, `<circle>` and `<g>` become a bitmap"),
            ("<circle r=\"1\" opacity=\"0\"/>", "the icon's `<circle>` has `opacity`, which no bitmap would show"),
            ("<circle r=\"1\" fill=\"red\"/>", "the icon's colour `red` is not `#` and six digits"),
            ("<circle r=\"1\"/>", "a shape of the icon has no `fill`"),
        ] {
            assert_eq!(icons(&svg(inside)).unwrap_err().to_string(), message);
        }
        let message = icons("<svg viewBox=\"0 0 8 8\"/>").unwrap_err().to_string();
        assert!(message.contains("must begin with a `<rect>`"), "{message}");
    }
}
