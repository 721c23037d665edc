//! The card as SVG.

use crate::{
    HEIGHT, WIDTH,
    fonts::{Face, Fonts},
    lines::{LEADING, set},
    motif::motif,
};
use std::fmt::Write as _;

/// What a card says.
#[derive(Clone, Copy, Debug)]
pub struct Card<'a> {
    /// The post's, as plain text.
    pub title: &'a str,
    /// The site's name.
    pub site: &'a str,
    /// A line below, such as tags and date.
    pub note: &'a str,
    /// The post's own drawing, a whole `<svg>` that was checked; without one its name decides the drawing.
    pub plate: Option<&'a str>,
    /// The post's name.
    pub slug: &'a str,
}

/// Colours as CSS writes them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Palette {
    /// The ground.
    pub paper: String,
    /// Text and lines.
    pub ink: String,
    /// Small words.
    pub soft: String,
    /// Hairlines.
    pub rule: String,
    /// Quiet lines of drawings.
    pub edge: String,
    /// What stands out.
    pub accent: String,
}

/// Those of the light theme.
impl Default for Palette {
    fn default() -> Self {
        let [paper, ink, soft, rule, edge, accent] =
            ["#fbfaf6", "#211e1a", "#5f594f", "#d9d4c8", "#857d70", "#a5331c"].map(str::to_owned);
        Self { paper, ink, soft, rule, edge, accent }
    }
}

/// Ground at the edges.
const MARGIN: f32 = 72.0;
/// The title's place: top, width, height.
const TITLE: (f32, f32, f32) = (150.0, 690.0, 370.0);
/// Side of the drawing's square.
const DRAWING: f32 = 320.0;
/// The small words, where they are not too long.
const SMALL: f32 = 28.0;

/// Draws a card. Signs that no font has are left out.
pub fn draw(card: Card<'_>, fonts: &Fonts, palette: &Palette) -> String {
    let Palette { paper, ink, soft, rule, edge, accent } = palette;
    let (top, title_width, title_height) = TITLE;
    let right = WIDTH as f32 - MARGIN;
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{WIDTH}\" height=\"{HEIGHT}\">\
         <style>text{{white-space:pre}} .t{{font-family:'STIX Two Text','STIX Two Math';fill:{ink}}} \
         .s{{font-family:'Blog Sans','STIX Two Math';fill:{soft}}} .plate{{fill:none;stroke:{ink};stroke-width:1;\
         stroke-linecap:round;stroke-linejoin:round}} .a{{stroke:{accent};stroke-width:1.4}} \
         .q{{stroke:{edge};stroke-width:.7}} .f{{fill:{ink};stroke:none}} .af{{fill:{accent};stroke:none}}</style>\
         <rect width=\"{WIDTH}\" height=\"{HEIGHT}\" fill=\"{paper}\"/>\
         <rect width=\"{WIDTH}\" height=\"10\" fill=\"{accent}\"/>\
         <path d=\"M{MARGIN} 538.5H{right}\" stroke=\"{rule}\" stroke-width=\"2\"/>"
    );
    small(&mut svg, card.site, 98.0, fonts);
    small(&mut svg, card.note, 588.0, fonts);
    let title = set(&fonts.known(card.title), fonts, title_width, title_height);
    let leading = title.size_px * LEADING;
    // In the middle of its place; a line's letters stand about a third above the middle of the line.
    let first = top + (title_height - leading * title.lines.len() as f32) / 2.0 + leading * 0.78;
    for (line_idx, line) in title.lines.iter().enumerate() {
        let y = first + leading * line_idx as f32;
        let (size, text) = (title.size_px, escape(line));
        let _ = write!(svg, "<text class=\"t\" x=\"{MARGIN}\" y=\"{y:.1}\" font-size=\"{size}\">{text}</text>");
    }
    let (x, y) = (right - DRAWING, top + (title_height - DRAWING) / 2.0);
    let place = format!("x=\"{x}\" y=\"{y}\" width=\"{DRAWING}\" height=\"{DRAWING}\"");
    match card.plate.and_then(|plate| plate.split_once("<svg ")) {
        Some((_, rest)) => {
            let _ = write!(svg, "<svg {place} {rest}");
        }
        None => {
            let drawing = motif(card.slug);
            let _ = write!(svg, "<svg {place} class=\"plate\" viewBox=\"0 0 64 64\">{drawing}</svg>");
        }
    }
    svg.push_str("</svg>");
    svg
}

/// A line of small words, smaller still where it would be too wide, and cut where that is not enough.
fn small(svg: &mut String, text: &str, y: f32, fonts: &Fonts) {
    let wide = WIDTH as f32 - 2.0 * MARGIN;
    let mut text = fonts.known(text);
    let size = (SMALL * wide / fonts.width(&text, Face::Small, SMALL).max(1.0)).clamp(20.0, SMALL);
    if fonts.width(&text, Face::Small, size) > wide + 1.0 {
        while !text.is_empty() && fonts.width(&format!("{text}…"), Face::Small, size) > wide {
            text.pop();
        }
        text.push('…');
    }
    let text = escape(&text);
    let _ = write!(svg, "<text class=\"s\" x=\"{MARGIN}\" y=\"{y}\" font-size=\"{size:.1}\">{text}</text>");
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
