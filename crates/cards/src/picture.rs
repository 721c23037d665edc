//! SVG → PNG with at most 256 colours: a card has a handful, and the steps between them at the edges of letters.

use crate::{CardError, Fonts, HEIGHT, WIDTH};
use resvg::{
    tiny_skia::{Pixmap, Transform},
    usvg::{Options, Tree},
};
use std::collections::HashMap;

type Colour = [u8; 3];

/// The card's picture.
///
/// # Errors
/// [`CardError::Drawing`], if the drawing is no SVG.
pub fn png(svg: &str, fonts: &Fonts) -> Result<Vec<u8>, CardError> {
    let refused = |why: &dyn std::fmt::Display| CardError::Drawing(why.to_string());
    let options = Options { fontdb: fonts.database.clone(), ..Options::default() };
    let tree = Tree::from_str(svg, &options).map_err(|error| refused(&error))?;
    let mut pixmap = Pixmap::new(WIDTH, HEIGHT).ok_or_else(|| refused(&"there is no memory"))?;
    resvg::render(&tree, Transform::identity(), &mut pixmap.as_mut());
    // The ground covers all, so that no pixel is transparent.
    let pixels: Vec<Colour> = pixmap.data().as_chunks::<4>().0.iter().map(|[r, g, b, _]| [*r, *g, *b]).collect();
    let (palette, indices) = reduce(&pixels);
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, WIDTH, HEIGHT);
    encoder.set_color(png::ColorType::Indexed);
    encoder.set_depth(png::BitDepth::Eight);
    encoder.set_palette(palette.concat());
    // The strongest takes three times as long for 2 % of the bytes: a quarter of a card's time.
    encoder.set_compression(png::Compression::Balanced);
    // Indices of colours are no amounts: differences of them say nothing.
    encoder.set_filter(png::Filter::NoFilter);
    let mut writer = encoder.write_header()?;
    writer.write_image_data(&indices)?;
    writer.finish()?;
    Ok(bytes)
}

/// At most 256 colours that stand for all, the most frequent exactly, and each pixel's number among them.
fn reduce(pixels: &[Colour]) -> (Vec<Colour>, Vec<u8>) {
    let mut counts: HashMap<Colour, u32> = HashMap::new();
    for run in pixels.chunk_by(|a, b| a == b) {
        *counts.entry(run[0]).or_default() += run.len() as u32;
    }
    let mut colours: Vec<(u32, Colour)> = counts.into_iter().map(|(colour, count)| (count, colour)).collect();
    colours.sort_unstable_by(|a, b| b.cmp(a));
    let (mut palette, mut numbers): (Vec<Colour>, HashMap<Colour, u8>) = (Vec::new(), HashMap::new());
    // Coarser and coarser, until there is a place for each cell of colours: of two bits a channel there are 64.
    for n_kept_bits in (2..=8).rev() {
        (palette, numbers) = (Vec::new(), HashMap::new());
        let mut cells: HashMap<Colour, u8> = HashMap::new();
        let mut fits = true;
        for (_, colour) in &colours {
            let cell = colour.map(|channel| channel >> (8 - n_kept_bits));
            let number = match (cells.get(&cell).copied(), u8::try_from(palette.len())) {
                (Some(number), _) => number,
                (None, Ok(number)) => {
                    palette.push(*colour);
                    cells.insert(cell, number);
                    number
                }
                (None, Err(_)) => {
                    fits = false;
                    break;
                }
            };
            numbers.insert(*colour, number);
        }
        if fits {
            break;
        }
    }
    let mut indices = Vec::with_capacity(pixels.len());
    for run in pixels.chunk_by(|a, b| a == b) {
        let number = numbers.get(&run[0]).copied().unwrap_or(0);
        indices.resize(indices.len() + run.len(), number);
    }
    (palette, indices)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Card, Palette, draw};

    #[test]
    fn few_colours_stay_exact_and_many_stay_near() {
        let few = [[1, 2, 3], [1, 2, 3], [9, 9, 9]];
        assert_eq!(reduce(&few), (vec![[1, 2, 3], [9, 9, 9]], vec![0, 0, 1]));
        let ramp: Vec<Colour> =
            (0..2_000_u32).map(|at| [(at % 251) as u8, (at / 8) as u8, (at % 7 * 30) as u8]).collect();
        let (palette, indices) = reduce(&ramp);
        assert!(palette.len() <= 256 && indices.len() == ramp.len());
        for (colour, index) in ramp.iter().zip(&indices) {
            let shown = palette[usize::from(*index)];
            let worst = colour.iter().zip(shown).map(|(a, b)| a.abs_diff(b)).max().unwrap();
            assert!(worst < 64, "{colour:?} is shown as {shown:?}");
        }
    }

    fn card<'a>(title: &'a str, plate: Option<&'a str>) -> Card<'a> {
        Card { title, site: "A site & more", note: "tag · 2026", plate, slug: "a-post" }
    }

    /// The size in pixels stands in the header chunk. Source: PNG, third edition, §11.2.1.
    #[test]
    fn a_card_is_a_small_png_of_its_size() {
        let fonts = Fonts::new().unwrap();
        let plate = "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"plate\" viewBox=\"0 0 64 64\"><path class=\"a\" d=\"M6 6L58 58\"/></svg>";
        let long = "why ".repeat(150);
        for (title, plate) in [("Routing <tokens> & λ", Some(plate)), ("Routing", None), (&*long, None), ("", None)] {
            let bytes = png(&draw(card(title, plate), &fonts, &Palette::default()), &fonts).unwrap();
            assert_eq!(&bytes[..8], b"\x89PNG\r\n\x1a\n");
            assert_eq!(&bytes[12..24], [b"IHDR".as_slice(), &WIDTH.to_be_bytes(), &HEIGHT.to_be_bytes()].concat());
            assert!(bytes.len() < 60 * 1024, "{title}: {} bytes", bytes.len());
        }
    }

    /// What is drawn where, and in which colours: the ground's, the title's ink, the drawing's accent.
    #[test]
    fn title_and_drawing_are_there() {
        let fonts = Fonts::new().unwrap();
        let plate = "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"plate\" viewBox=\"0 0 64 64\"><circle class=\"af\" cx=\"32\" cy=\"32\" r=\"20\"/></svg>";
        let of = |title| {
            let bytes = png(&draw(card(title, Some(plate)), &fonts, &Palette::default()), &fonts).unwrap();
            let mut decoder = png::Decoder::new(std::io::Cursor::new(bytes));
            decoder.set_transformations(png::Transformations::EXPAND);
            let mut reader = decoder.read_info().unwrap();
            let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
            reader.next_frame(&mut pixels).unwrap();
            pixels
        };
        let (with, without) = (of("Routing"), of(""));
        let at = |pixels: &[u8], x: usize, y: usize| -> Colour {
            let start = (y * WIDTH as usize + x) * 3;
            [pixels[start], pixels[start + 1], pixels[start + 2]]
        };
        assert_eq!(at(&with, 20, 300), [0xfb, 0xfa, 0xf6], "paper");
        assert_eq!(at(&with, 968, 335), [0xa5, 0x33, 0x1c], "the drawing's accent");
        let n_ink = |pixels: &[u8]| {
            let title = (150..520).flat_map(|y| (72..762).map(move |x| (x, y)));
            title.filter(|(x, y)| at(pixels, *x, *y) == [0x21, 0x1e, 0x1a]).count()
        };
        assert!(n_ink(&with) > 2_000 && n_ink(&without) == 0, "{} {}", n_ink(&with), n_ink(&without));
    }

    #[test]
    fn the_same_card_is_the_same_bytes() {
        let fonts = Fonts::new().unwrap();
        let make = || png(&draw(card("Routing", None), &fonts, &Palette::default()), &fonts).unwrap();
        assert_eq!(make(), make());
    }
}
