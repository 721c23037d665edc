//! What is handed to the converter: LaTeX that it surely understands, with finished pieces of
//! MathML standing in it as single characters.

use super::token::FIRST_ISLAND;

/// TeX's styles, as far as they change how a formula is set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Style {
    Display,
    Text,
    Script,
    ScriptScript,
}

impl Style {
    /// The style of a superscript or subscript.
    pub fn script(self) -> Self {
        match self {
            Style::Display | Style::Text => Style::Script,
            Style::Script | Style::ScriptScript => Style::ScriptScript,
        }
    }

    /// The style of a numerator or denominator.
    pub fn fraction(self) -> Self {
        match self {
            Style::Display => Style::Text,
            other => other.script(),
        }
    }
}

/// What a private character of a draft stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Island {
    /// One node of MathML.
    Node(String),
    /// The name of an operator; `movable` if its limits become scripts in running text.
    Operator { name: String, movable: bool },
}

/// LaTeX for the converter, and where each part of it comes from.
#[derive(Debug, Default)]
pub(super) struct Draft {
    pub tex: String,
    /// Offset in `tex` → offset in the author's formula, in order of the first.
    places: Vec<(usize, usize)>,
    pub islands: Vec<Island>,
}

impl Draft {
    /// Adds LaTeX that comes from `at`.
    pub fn raw(&mut self, tex: &str, at: usize) {
        self.places.push((self.tex.len(), at));
        self.tex.push_str(tex);
    }

    pub fn char(&mut self, c: char, at: usize) {
        self.places.push((self.tex.len(), at));
        self.tex.push(c);
    }

    /// Adds `\name`, apart from what follows.
    pub fn command(&mut self, name: &str, at: usize) {
        self.raw("\\", at);
        self.tex.push_str(name);
        if name.ends_with(|c: char| c.is_ascii_alphabetic() || c == '*') {
            self.tex.push(' ');
        }
    }

    /// Adds one finished node.
    pub fn node(&mut self, node: String, at: usize) {
        let braced = format!("{{{}}}", self.island(Island::Node(node)));
        self.raw(&braced, at);
    }

    /// A character that stands for `island`, to be put where the converter keeps it.
    pub fn island(&mut self, island: Island) -> char {
        self.islands.push(island);
        u32::try_from(self.islands.len() - 1)
            .ok()
            .and_then(|index| char::from_u32(FIRST_ISLAND as u32 + index))
            .unwrap_or(FIRST_ISLAND)
    }

    /// The place in the author's formula of an offset in `tex`.
    pub fn place(&self, offset: usize) -> usize {
        let behind = self.places.partition_point(|(start, _)| *start <= offset);
        self.places.get(behind.saturating_sub(1)).map_or(0, |(_, at)| *at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offsets_lead_back() {
        let mut draft = Draft::default();
        draft.raw("{}", 3);
        draft.command("alpha", 7);
        draft.char('x', 20);
        assert_eq!(draft.tex, r"{}\alpha x");
        assert_eq!([0, 1, 2, 8, 9, 99].map(|offset| draft.place(offset)), [3, 3, 7, 7, 20, 20]);
    }
}
