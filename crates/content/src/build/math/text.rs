//! Text inside formulas: `\text{…}` with its fonts, signs, accents, and mathematics between dollars.

use super::cursor::Cursor;
use super::draft::{Draft, Style};
use super::names;
use super::rewrite::{Rewriter, Scope};
use super::signs;
use super::token::{Kind, error};
use crate::build::formula::FormulaError;

/// How letters look.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Face {
    bold: bool,
    italic: bool,
    capitals: bool,
    family: Option<&'static str>,
    line: Option<&'static str>,
    /// In hundredths of the size around it.
    size: Option<u16>,
}

impl Face {
    /// The face inside a command, or behind a switch.
    fn with(self, command: &str) -> Option<Self> {
        Some(match command {
            "text" | "mbox" | "hbox" => self,
            "textbf" | "bf" | "bfseries" => Face { bold: true, ..self },
            "textmd" | "mdseries" => Face { bold: false, ..self },
            "textit" | "it" | "itshape" | "textsl" => Face { italic: true, ..self },
            "emph" | "em" => Face { italic: !self.italic, ..self },
            "textup" | "upshape" => Face { italic: false, capitals: false, ..self },
            "textsc" | "scshape" => Face { capitals: true, ..self },
            "texttt" | "tt" | "ttfamily" => Face { family: Some("m-tt"), ..self },
            "textsf" | "sf" | "sffamily" => Face { family: Some("m-sf"), ..self },
            "textrm" | "rm" | "rmfamily" => Face { family: None, ..self },
            "textnormal" | "normalfont" => Face { size: self.size, ..Face::default() },
            "underline" | "underbar" => Face { line: Some("m-u"), ..self },
            "sout" => Face { line: Some("m-s"), ..self },
            _ => return None,
        })
    }

    fn attributes(self) -> String {
        let classes: Vec<&str> = [
            self.bold.then_some("m-b"),
            self.italic.then_some("m-i"),
            self.capitals.then_some("m-sc"),
            self.family,
            self.line,
        ]
        .into_iter()
        .flatten()
        .collect();
        let class = if classes.is_empty() { String::new() } else { format!(" class=\"{}\"", classes.join(" ")) };
        let size = self.size.map(|size| format!(" mathsize=\"{size}%\"")).unwrap_or_default();
        class + &size
    }
}

/// A character of text as XML.
pub(super) fn escaped(c: char) -> String {
    match c {
        '<' => "&lt;".to_owned(),
        '>' => "&gt;".to_owned(),
        '&' => "&amp;".to_owned(),
        other => other.to_string(),
    }
}

/// What `\verb` holds, as a node.
pub(super) fn verbatim(text: &str) -> String {
    let text: String = text.chars().map(|c| if c == ' ' { "\u{A0}".to_owned() } else { escaped(c) }).collect();
    format!("<mrow><mtext class=\"m-tt\">{text}</mtext></mrow>")
}

/// Pieces of text and of mathematics, side by side.
#[derive(Default)]
pub(super) struct Pieces {
    nodes: Vec<String>,
    letters: String,
    face: Face,
}

impl Pieces {
    fn letter(&mut self, c: char, face: Face) {
        if face != self.face {
            self.flush();
            self.face = face;
        }
        // Ordinary spaces vanish at the ends of an element.
        self.letters.push_str(&escaped(if c.is_whitespace() && c.is_ascii() { '\u{A0}' } else { c }));
    }

    fn flush(&mut self) {
        if !self.letters.is_empty() {
            let letters = std::mem::take(&mut self.letters);
            let node = format!("<mtext{}>{letters}</mtext>", self.face.attributes());
            let resized = self.face.family.is_some() || self.face.size.is_some();
            self.nodes.push(if resized { format!("<mrow>{node}</mrow>") } else { node });
        }
    }

    fn node(&mut self, node: String) {
        self.flush();
        self.nodes.push(node);
    }

    /// All pieces as one node.
    fn one(mut self) -> String {
        self.flush();
        match self.nodes.len() {
            0 => "<mtext></mtext>".to_owned(),
            1 => self.nodes.remove(0),
            _ => format!("<mrow>{}</mrow>", self.nodes.concat()),
        }
    }
}

impl<'a> Rewriter<'_> {
    /// `\text{…}` and its kin.
    pub fn text_command(
        &self,
        command: &str,
        at: usize,
        tokens: &mut Cursor<'_, 'a>,
        scope: Scope,
        draft: &mut Draft,
    ) -> Result<(), FormulaError> {
        let argument = tokens.argument(command, at)?;
        let face = Face::default().with(command).unwrap_or_default();
        draft.node(self.text(argument, face, scope)?, at);
        Ok(())
    }

    /// Plain text as one node.
    pub fn plain_text(&self, tokens: Cursor<'_, 'a>, scope: Scope) -> Result<String, FormulaError> {
        self.text(tokens, Face::default(), scope)
    }

    fn text(&self, tokens: Cursor<'_, 'a>, face: Face, scope: Scope) -> Result<String, FormulaError> {
        let mut pieces = Pieces::default();
        self.text_into(tokens, face, scope, &mut pieces)?;
        Ok(pieces.one())
    }

    fn text_into(
        &self,
        mut tokens: Cursor<'_, 'a>,
        mut face: Face,
        scope: Scope,
        pieces: &mut Pieces,
    ) -> Result<(), FormulaError> {
        let scope = scope.inner(tokens.place())?;
        while let Some(token) = tokens.next() {
            let at = token.at;
            match token.kind {
                Kind::Space | Kind::Tie => pieces.letter(' ', face),
                Kind::Char('#') | Kind::Param(_) => {
                    return Err(error(at, "`#` stands alone", r"write `\#` for the sign itself"));
                }
                Kind::Char(c) => pieces.letter(ligature(c, &mut tokens), face),
                Kind::Verbatim(text) => pieces.node(verbatim(text)),
                Kind::Open => self.text_into(tokens.group(at)?, face, scope, pieces)?,
                Kind::Dollar => {
                    let inner = tokens.until_dollar(at)?;
                    pieces.node(self.maths(inner, scope)?);
                }
                Kind::Command("(") => {
                    let (inner, _) = tokens.until(at, "(", ")")?;
                    pieces.node(self.maths(inner, scope)?);
                }
                Kind::Command(name) => self.text_part(name, at, &mut tokens, &mut face, scope, pieces)?,
                Kind::Sup | Kind::Sub | Kind::Cell => {
                    let sign = match token.kind {
                        Kind::Sup => '^',
                        Kind::Sub => '_',
                        _ => '&',
                    };
                    return Err(error(
                        at,
                        format!("`{sign}` stands in text"),
                        r"write `\_`, `\^{}` or `\&` for the sign, or put mathematics between dollars",
                    ));
                }
                Kind::Close => return Err(error(at, "`}` closes a brace that was never opened", None)),
            }
        }
        Ok(())
    }

    fn maths(&self, inner: Cursor<'_, 'a>, scope: Scope) -> Result<String, FormulaError> {
        let style = if scope.style == Style::Display { Style::Text } else { scope.style };
        Ok(self.fragment(inner, Scope { variant: None, ..scope.styled(style) })?.one())
    }

    fn text_part(
        &self,
        name: &'a str,
        at: usize,
        tokens: &mut Cursor<'_, 'a>,
        face: &mut Face,
        scope: Scope,
        pieces: &mut Pieces,
    ) -> Result<(), FormulaError> {
        if let Some(sign) = signs::sign(name) {
            sign.chars().for_each(|c| pieces.letter(c, *face));
            return Ok(());
        }
        if let Some(size) = names::size(name) {
            face.size = Some((size / scope.size * 100.0).round() as u16);
            return Ok(());
        }
        if let Some(mark) = signs::accent(name) {
            let base = tokens.argument(name, at)?.plain_or_sign();
            let Some(base) = base else {
                return Err(error(at, format!("`\\{name}` needs a letter to stand on"), None));
            };
            let mut letters = base.chars();
            pieces.letter(letters.next().unwrap_or('\u{A0}'), *face);
            pieces.letter(mark, *face);
            letters.for_each(|c| pieces.letter(c, *face));
            return Ok(());
        }
        match name {
            "textcolor" | "color" | "fbox" | "colorbox" | "fcolorbox" | "raisebox" => {
                let mut draft = Draft::default();
                self.command(name, at, tokens, &mut scope.clone(), &mut draft)?;
                pieces.node(self.core.convert(&draft, scope.style)?.one());
                Ok(())
            }
            "bf" | "it" | "tt" | "sf" | "rm" | "em" | "bfseries" | "mdseries" | "itshape" | "upshape" | "scshape"
            | "ttfamily" | "sffamily" | "rmfamily" | "normalfont" => {
                *face = face.with(name).unwrap_or(*face);
                Ok(())
            }
            _ => match face.with(name) {
                Some(inside) => self.text_into(tokens.argument(name, at)?, inside, scope, pieces),
                None if names::is_known(name) => Err(error(
                    at,
                    format!("`\\{name}` is mathematics and stands in text"),
                    r"put it between dollars: `\text{… $x$ …}`",
                )),
                None => Err(self.unknown(name, at)),
            },
        }
    }
}

/// Quotes and dashes as TeX joins them.
fn ligature(c: char, tokens: &mut Cursor<'_, '_>) -> char {
    let mut follows = |wanted: char| {
        let yes = tokens.peek().is_some_and(|next| next.kind == Kind::Char(wanted));
        if yes {
            tokens.next();
        }
        yes
    };
    match c {
        '-' if follows('-') => {
            if follows('-') {
                '—'
            } else {
                '–'
            }
        }
        '`' => {
            if follows('`') {
                '“'
            } else {
                '‘'
            }
        }
        '\'' => {
            if follows('\'') {
                '”'
            } else {
                '’'
            }
        }
        '"' => '”',
        other => other,
    }
}
