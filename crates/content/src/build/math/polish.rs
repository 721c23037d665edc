//! The converter's MathML made fit for our pages: no `style`, islands in their places, accents and
//! primes that Chromium sets where they belong.

use super::draft::Island;
use super::length;
use super::token::{FIRST_ISLAND, LAST_ISLAND};
use std::borrow::Cow;
use std::fmt::Write;

/// A run of MathML nodes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Fragment {
    pub xml: String,
    /// How many nodes stand side by side.
    pub nodes: usize,
}

impl Fragment {
    /// The run as one node.
    pub fn one(self) -> String {
        if self.nodes == 1 { self.xml } else { format!("<mrow>{}</mrow>", self.xml) }
    }

    /// The run inside an element; `attributes` with a leading space.
    pub fn inside(&self, element: &str, attributes: &str) -> String {
        format!("<{element}{attributes}>{}</{element}>", self.xml)
    }
}

/// Polishes what the converter wrote; `None` if it wrote what it never has before.
pub(super) fn polish(xml: &str, islands: &[Island]) -> Option<Fragment> {
    let mut polisher = Polisher {
        rest: xml,
        islands,
        done: Fragment { xml: String::with_capacity(xml.len()), nodes: 0 },
        open: Vec::new(),
    };
    while !polisher.rest.is_empty() {
        polisher.step()?;
    }
    polisher.open.is_empty().then_some(polisher.done)
}

/// An element that is open.
struct Open<'x> {
    name: &'x str,
    /// What is written for its end tag, if it is another.
    end: Option<String>,
}

struct Polisher<'x> {
    rest: &'x str,
    islands: &'x [Island],
    done: Fragment,
    open: Vec<Open<'x>>,
}

/// The opening of an identifier that the converter protects from Firefox's spacing.
const GUARDED: &str = "<mrow><mspace/><mi";

impl<'x> Polisher<'x> {
    fn step(&mut self) -> Option<()> {
        if let Some(ended) = self.rest.strip_prefix("</") {
            let (name, rest) = split(ended, b'>')?;
            self.rest = rest;
            let open = self.open.pop()?;
            match &open.end {
                Some(end) => self.done.xml.push_str(end),
                None => self.put(&["</", name, ">"]),
            }
            return (open.name == name).then_some(());
        }
        if self.guarded_letter().is_some() {
            return Some(());
        }
        let (tag, rest) = split(self.rest.strip_prefix('<')?, b'>')?;
        self.rest = rest;
        let (name, attributes) = split(tag, b' ').unwrap_or((tag, ""));
        match name.trim_end_matches('/') {
            "mi" | "mo" | "mn" | "mtext" => self.leaf(name, attributes),
            "mspace" => {
                let space = space(attributes.trim_end_matches('/'))?;
                self.node(&[&space]);
                Some(())
            }
            "mpadded" if attributes.starts_with("style") => self.spaced(attributes),
            _ if tag.ends_with('/') => {
                self.node(&["<", tag, ">"]);
                Some(())
            }
            _ => {
                let attributes = restyled(attributes)?;
                self.node(&["<", name, &attributes, ">"]);
                self.open.push(Open { name, end: None });
                Some(())
            }
        }
    }

    /// Writes a node or its start, and counts it if it is an outermost one.
    fn node(&mut self, pieces: &[&str]) {
        self.done.nodes += usize::from(self.open.is_empty());
        self.put(pieces);
    }

    fn put(&mut self, pieces: &[&str]) {
        pieces.iter().for_each(|piece| self.done.xml.push_str(piece));
    }

    /// A single letter or an island needs no guard.
    fn guarded_letter(&mut self) -> Option<()> {
        let (attributes, rest) = split(self.rest.strip_prefix(GUARDED)?, b'>')?;
        let (text, rest) = rest.split_once("</mi></mrow>")?;
        let text = &*without_selectors(text);
        let mut letters = text.chars();
        let only = letters.next().filter(|_| letters.next().is_none())?;
        if is_island(only) {
            self.rest = rest;
            self.island(only)
        } else if attributes.is_empty() {
            self.rest = rest;
            self.node(&["<mi>", text, "</mi>"]);
            Some(())
        } else {
            None
        }
    }

    fn island(&mut self, c: char) -> Option<()> {
        match self.islands.get(c as usize - FIRST_ISLAND as usize)? {
            Island::Node(node) => self.node(&[node]),
            Island::Operator { .. } => return None,
        }
        Some(())
    }

    fn leaf(&mut self, name: &str, attributes: &str) -> Option<()> {
        let (text, rest) = split(self.rest, b'<')?;
        self.rest = rest.strip_prefix('/')?.strip_prefix(name)?.strip_prefix('>')?;
        let text = &*without_selectors(text);
        let first = text.chars().next();
        if let Some(c) = first.filter(|c| is_island(*c)) {
            if text.chars().count() > 1 {
                return None;
            }
            return match self.islands.get(c as usize - FIRST_ISLAND as usize)? {
                Island::Node(node) if name == "mi" => {
                    self.node(&[node]);
                    Some(())
                }
                Island::Operator { name: shown, movable } if name == "mo" => {
                    let movable = if *movable { r#" movablelimits="true""# } else { "" };
                    self.node(&["<mo", movable, " ", attributes, ">", shown, "</mo>"]);
                    Some(())
                }
                _ => None,
            };
        }
        let space = if attributes.is_empty() { "" } else { " " };
        let raised = self.open.iter().any(|open| matches!(open.name, "msup" | "msubsup"));
        match (name, text) {
            // Its glyph has no width and Chromium sets it by its left end.
            ("mo", "\u{20D7}") => self.node(&[r#"<mo class="m-vec" stretchy="false" lspace="0" rspace="0">→</mo>"#]),
            // Nor have theirs.
            ("mo", "\u{20DB}") => self.node(&["<mo>¨˙</mo>"]),
            ("mo", "\u{20DC}") => self.node(&["<mo>¨¨</mo>"]),
            // The low line stretches in every mathematical font, also above.
            ("mo", "\u{332}") => self.node(&[r#"<mo class="m-line" stretchy="true">_</mo>"#]),
            // Firefox takes them for large operators.
            ("mo", "⊕" | "⊖" | "⊗" | "⊙") => {
                self.node(&["<mo", space, attributes, " largeop=\"false\">", text, "</mo>"]);
            }
            ("mo", "~") => self.node(&["<mo stretchy=\"true\">\u{303}</mo>"]),
            ("mo", "′" | "″" | "‴" | "⁗") if raised => self.node(&[r#"<mo class="m-prime">"#, text, "</mo>"]),
            // Chromium stretches no sign that is itself the base of a script.
            ("mo", _) if attributes.contains("minsize") && self.in_script() => {
                self.node(&["<mrow><mo ", attributes, ">", text, "</mo></mrow>"]);
            }
            _ => self.node(&["<", name, space, attributes, ">", text, "</", name, ">"]),
        }
        Some(())
    }

    /// Directly inside an element of scripts or limits.
    fn in_script(&self) -> bool {
        let scripted = ["msub", "msup", "msubsup", "munder", "mover", "munderover", "mmultiscripts"];
        self.open.last().is_some_and(|open| scripted.contains(&open.name))
    }

    /// Padding becomes space on both sides.
    fn spaced(&mut self, attributes: &str) -> Option<()> {
        let style = attributes.strip_prefix("style=\"")?.strip_suffix('"')?;
        let (mut left, mut right) = (0.0, 0.0);
        for declaration in style.split_terminator(';') {
            match declaration.split_once(':')? {
                ("padding-left", value) => left = em(value)?,
                ("padding-right", value) => right = em(value)?,
                _ => return None,
            }
        }
        self.node(&["<mrow>"]);
        let side = |width: f32| {
            if width > 0.0 { format!("<mspace width=\"{}\"/>", length::attribute(width)) } else { String::new() }
        };
        self.done.xml.push_str(&side(left));
        self.open.push(Open { name: "mpadded", end: Some(side(right) + "</mrow>") });
        Some(())
    }
}

/// As `text.split_once(sign)`, for an ASCII sign that comes soon.
fn split(text: &str, sign: u8) -> Option<(&str, &str)> {
    let at = text.bytes().position(|byte| byte == sign)?;
    Some((&text[..at], &text[at + 1..]))
}

fn is_island(c: char) -> bool {
    (FIRST_ISLAND..=LAST_ISLAND).contains(&c)
}

/// Selectors of script shapes, which no font here knows and some browsers show as a gap.
fn without_selectors(text: &str) -> Cow<'_, str> {
    // Most texts are a letter, which none of them begins like.
    if text.bytes().all(|byte| byte != 0xEF) {
        return text.into();
    }
    text.replace(['\u{FE00}', '\u{FE01}'], "").into()
}

/// A length in em or rem (which at TeX's size is the same), or 0.
fn em(value: &str) -> Option<f32> {
    let number = value.strip_suffix("rem").or_else(|| value.strip_suffix("em")).unwrap_or(value);
    number.parse().ok()
}

/// Attributes with a leading space, `style` turned into a class.
fn restyled(attributes: &str) -> Option<String> {
    if attributes.is_empty() {
        return Some(String::new());
    }
    let mut written = String::new();
    for attribute in attributes.split_inclusive('"').collect::<Vec<_>>().chunks(2) {
        let [name, value] = attribute else { return None };
        let name = name.trim().strip_suffix("=\"")?;
        let value = value.strip_suffix('"')?;
        let _ = match (name, value) {
            ("style", "padding-top: 0.1667em") => write!(written, r#" class="m-cfrac""#),
            ("style", "math-shift:compact;") => write!(written, r#" class="m-cramped""#),
            ("style", _) => return None,
            (_, rem) if rem.ends_with("rem") => write!(written, " {name}=\"{}\"", length::attribute(em(rem)?)),
            _ => write!(written, " {name}=\"{value}\""),
        };
    }
    Some(written)
}

/// Space of any width, negative widths by classes since no attribute of MathML Core moves back.
fn space(attributes: &str) -> Option<String> {
    if attributes.is_empty() {
        return Some("<mspace/>".to_owned());
    }
    let width = match attributes.split('"').collect::<Vec<_>>().as_slice() {
        ["style=", style, ""] => em(style.strip_prefix("margin-left:")?.strip_suffix(';')?)?,
        ["width=", width, ..] => em(width)?,
        _ => return None,
    };
    Some(if width < 0.0 { backward(-width) } else { format!("<mspace width=\"{}\"/>", length::attribute(width)) })
}

/// The widths, in eighteenths of an em, that have a class for going back.
pub(super) const BACKWARD: [u32; 8] = [36, 18, 9, 5, 4, 3, 2, 1];

fn backward(em: f32) -> String {
    let mut left = (em.min(20.0) * 18.0).round() as u32;
    let mut spaces = String::new();
    let mut count = 0;
    for width in BACKWARD {
        while left >= width {
            let _ = write!(spaces, r#"<mspace class="m-n{width}"/>"#);
            left -= width;
            count += 1;
        }
    }
    match count {
        0 => "<mspace/>".to_owned(),
        1 => spaces,
        _ => format!("<mrow>{spaces}</mrow>"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(before: &str, after: &str) {
        let islands = [
            Island::Node("<mtext>t</mtext>".to_owned()),
            Island::Operator { name: "arg max".to_owned(), movable: true },
        ];
        assert_eq!(polish(before, &islands).unwrap().xml, after);
    }

    #[test]
    fn styles_become_attributes_or_classes() {
        check(r#"<mspace style="margin-left:-0.16666667em;"/>"#, r#"<mspace class="m-n3"/>"#);
        check(
            r#"<mspace style="margin-left:-1.5rem;"/>"#,
            r#"<mrow><mspace class="m-n18"/><mspace class="m-n9"/></mrow>"#,
        );
        check(r#"<mspace width="2.8453rem" style="width:2.8453rem"/>"#, r#"<mspace width="2.8453em"/>"#);
        check(
            r#"<mpadded style="padding-left:0;padding-right:0.1667em;"><mi>X</mi></mpadded>"#,
            r#"<mrow><mi>X</mi><mspace width="0.1667em"/></mrow>"#,
        );
        check(
            r#"<mfrac displaystyle="true" scriptlevel="0" style="padding-top: 0.1667em"><mn>1</mn><mn>2</mn></mfrac>"#,
            r#"<mfrac displaystyle="true" scriptlevel="0" class="m-cfrac"><mn>1</mn><mn>2</mn></mfrac>"#,
        );
        check(
            r#"<mfrac linethickness="0.2rem"><mn>1</mn><mn>2</mn></mfrac>"#,
            r#"<mfrac linethickness="0.2em"><mn>1</mn><mn>2</mn></mfrac>"#,
        );
        assert_eq!(polish(r#"<mrow style="color:red"></mrow>"#, &[]), None, "an unknown style must not pass");
    }

    #[test]
    fn islands_take_the_place_of_their_characters() {
        check("<mi>\u{F0000}</mi>", "<mtext>t</mtext>");
        check("<mrow><mspace/><mi mathvariant=\"normal\">\u{F0000}</mi></mrow>", "<mtext>t</mtext>");
        check("<mo lspace=\"0\">\u{F0001}</mo>", r#"<mo movablelimits="true" lspace="0">arg max</mo>"#);
        assert_eq!(polish("<mi>\u{F0009}</mi>", &[]), None);
    }

    #[test]
    fn script_letters_lose_their_selector_and_words_keep_their_guard() {
        check("<mrow><mspace/><mi>ℒ\u{FE00}</mi></mrow>", "<mi>ℒ</mi>");
        check("<mrow><mspace/><mi>KL</mi></mrow>", "<mrow><mspace/><mi>KL</mi></mrow>");
        check(
            r#"<mrow><mspace/><mi mathvariant="normal">d</mi></mrow>"#,
            r#"<mrow><mspace/><mi mathvariant="normal">d</mi></mrow>"#,
        );
    }

    #[test]
    fn counts_the_outermost_nodes() {
        assert_eq!(polish("<mi>a</mi><mrow><mi>b</mi><mi>c</mi></mrow><mspace/>", &[]).unwrap().nodes, 3);
    }

    #[test]
    fn big_fences_with_scripts_have_a_row_to_stretch_in() {
        let fence = r#"<mo minsize="1.2em" maxsize="1.2em">)</mo>"#;
        check(fence, fence);
        check(&format!("<msup>{fence}<mn>2</mn></msup>"), &format!("<msup><mrow>{fence}</mrow><mn>2</mn></msup>"));
    }

    #[test]
    fn primes_have_a_class_where_they_are_raised() {
        check(
            "<msup><mi>f</mi><mo>′</mo></msup><mo>′</mo>",
            r#"<msup><mi>f</mi><mo class="m-prime">′</mo></msup><mo>′</mo>"#,
        );
    }
}
