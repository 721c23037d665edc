//! The site's own fonts, unpacked from the files that its readers fetch.

use crate::CardError;
use resvg::usvg::fontdb::Database;
use skrifa::{FontRef, MetadataProvider, instance::LocationRef, prelude::Size};
use std::sync::Arc;

/// File name, bytes: titles, the small words, and what titles may need beside Latin letters.
const FILES: [(&str, &[u8]); 3] = [
    ("text.woff2", include_bytes!("../../../style/fonts/text.woff2")),
    ("sans.woff2", include_bytes!("../../../style/fonts/sans.woff2")),
    ("math.woff2", include_bytes!("../../../style/fonts/math.woff2")),
];

/// One of the faces.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Face {
    /// STIX Two Text.
    Title,
    /// Blog Sans.
    Small,
}

/// The fonts, ready to draw with.
#[derive(Clone, Debug)]
pub struct Fonts {
    pub(crate) database: Arc<Database>,
    /// As OpenType, in the order of [`FILES`].
    files: [Vec<u8>; 3],
}

impl Fonts {
    /// Unpacks them.
    ///
    /// # Errors
    /// [`CardError::Font`], if a file is no font.
    pub fn new() -> Result<Self, CardError> {
        let mut files = [const { Vec::new() }; 3];
        let mut database = Database::new();
        for ((name, packed), file) in FILES.into_iter().zip(&mut files) {
            let refused = |why: String| CardError::Font { name, why };
            *file = wuff::decompress_woff2(packed).map_err(|error| refused(format!("{error:?}")))?;
            FontRef::new(file).map_err(|error| refused(error.to_string()))?;
            database.load_font_data(file.clone());
        }
        Ok(Self { database: Arc::new(database), files })
    }

    /// How wide a text is, in pixels, without kerning, which makes few texts wider and most narrower.
    pub fn width(&self, text: &str, face: Face, size_px: f32) -> f32 {
        let own = match face {
            Face::Title => 0,
            Face::Small => 1,
        };
        let fonts = [own, 2].map(|file| FontRef::new(&self.files[file]).ok());
        let advance = |c: char| {
            fonts.iter().flatten().find_map(|font| {
                let glyph = font.charmap().map(c)?;
                font.glyph_metrics(Size::new(size_px), LocationRef::default()).advance_width(glyph)
            })
        };
        // A sign that no font has is not drawn.
        text.chars().filter_map(advance).sum()
    }

    /// The signs of a text that no font has, each once, in their order.
    pub fn missing(&self, text: &str) -> Vec<char> {
        let mut missing = Vec::new();
        for c in text.chars().filter(|c| !self.has(*c)) {
            if !missing.contains(&c) {
                missing.push(c);
            }
        }
        missing
    }

    /// The text without the signs that no font has.
    pub fn known(&self, text: &str) -> String {
        let known: String = text.chars().filter(|c| self.has(*c)).collect();
        known.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    fn has(&self, c: char) -> bool {
        c.is_whitespace() || c.is_ascii_graphic() || self.maps(c)
    }

    fn maps(&self, c: char) -> bool {
        let has = |file: &usize| FontRef::new(&self.files[*file]).is_ok_and(|font| font.charmap().map(c).is_some());
        [0, 2].iter().any(has)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sites_fonts_can_be_read_and_have_their_names() {
        let fonts = Fonts::new().unwrap();
        let names: Vec<_> = fonts.database.faces().map(|face| face.families[0].0.clone()).collect();
        assert_eq!(names, ["STIX Two Text", "Blog Sans", "STIX Two Math"]);
    }

    #[test]
    fn signs_of_no_font_are_named_once_and_left_out() {
        let fonts = Fonts::new().unwrap();
        assert_eq!(fonts.missing("A title: “λ‑calculus” & naïve ∇f"), ['\u{2011}'; 0]);
        assert_eq!(fonts.missing("猫 and 犬 and 猫 🙂"), ['猫', '犬', '🙂']);
        assert_eq!(fonts.known("猫 and 犬 and 猫"), "and and");
        // Which of them are there is not asked.
        assert!(('!'..='~').all(|c| fonts.maps(c)));
    }

    #[test]
    fn widths_are_the_fonts_own() {
        let fonts = Fonts::new().unwrap();
        let (one, two) = (fonts.width("abc", Face::Title, 100.0), fonts.width("abcabc", Face::Title, 100.0));
        assert!((fonts.width("abc", Face::Title, 50.0) * 2.0 - one).abs() < 1e-3);
        assert!((two - 2.0 * one).abs() < 1e-3 && (100.0..220.0).contains(&one), "{one} {two}");
    }
}
