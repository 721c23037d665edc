//! ```` ```lab name ```` blocks: TOML settings → what the figure says, or all that is wrong with them.
//!
//! The labs themselves are behind [`Labs`], so that this crate knows no model.

use crate::build::diagnostic::{Diagnostic, Source, did_you_mean};
use crate::build::{codes, place::Place};
use crate::render::{Found, LabBlock};
use crate::sidecar::{LabCard, LiveLab};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use toml::de::{DeTable, DeValue, Error};

/// The labs that articles may name.
pub trait Labs {
    /// The lab of that name, with nothing set.
    fn find(&self, name: &str) -> Option<Box<dyn Lab + '_>>;
    /// The names of all labs.
    fn names(&self) -> Vec<String>;
}

/// One lab and what a block sets of it.
pub trait Lab {
    /// Names the figure.
    fn caption(&self) -> &str;
    /// What to try first.
    fn question(&self) -> &str;
    /// What is being computed; nothing while the lab is planned. A planned lab is asked nothing of
    /// what follows.
    fn computes(&self) -> Option<&str>;
    /// The names of what may be set.
    fn parameters(&self) -> Vec<&str>;
    /// Sets a parameter, one of [`Lab::parameters`].
    ///
    /// # Errors
    /// If the value is of another type or out of the range.
    fn set(&mut self, setting: &Setting<'_>) -> Result<(), Refusal>;
    /// What differs from the defaults, in the lab's own writing.
    fn settings(&self) -> String;
    /// The still picture for the figure of this id: markup.
    ///
    /// # Errors
    /// Why there is none, in words that follow a colon.
    fn stage(&self, id: &str) -> Result<String, String>;
    /// Whether its figure starts the language model's workers and fetches models: then its page has a policy of its own.
    fn needs_language_model(&self) -> bool {
        false
    }
}

/// One line of a block.
#[derive(Clone, Debug, PartialEq)]
pub struct Setting<'b> {
    /// The parameter's name.
    pub parameter: &'b str,
    /// The value.
    pub value: Value,
    /// The value as written, quotes included.
    pub text: &'b str,
}

/// A value of TOML, as far as a lab can take it.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// An integer of 64 bits.
    Whole(i64),
    /// A number with a point or an exponent; also `inf` and `nan`.
    Number(f64),
    /// A string.
    Text(String),
    /// `true` or `false`.
    Switch(bool),
    /// What no lab takes, named: `a table`.
    Other(&'static str),
}

/// Why a value is refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// What is wrong, without a full stop.
    pub message: String,
    /// What to do about it, without a full stop.
    pub help: Option<String>,
}

/// What the figures of a post's labs say, by id.
pub(super) fn check_labs(
    source: &Source<'_>,
    blocks: &[Found<LabBlock>],
    labs: &dyn Labs,
) -> (BTreeMap<String, LabCard>, Vec<Diagnostic>) {
    let (mut cards, mut found) = (BTreeMap::new(), Vec::new());
    for Found { value: block, range } in blocks {
        let mut checker = Checker { source, block, range, found: &mut found };
        if let Some(card) = checker.card(labs) {
            cards.insert(block.id.clone(), card);
        }
    }
    (cards, found)
}

struct Checker<'c, 't> {
    source: &'c Source<'t>,
    block: &'c LabBlock,
    range: &'c Range<usize>,
    found: &'c mut Vec<Diagnostic>,
}

impl Checker<'_, '_> {
    fn card(&mut self, labs: &dyn Labs) -> Option<LabCard> {
        let name = &self.block.name;
        let Some(mut lab) = labs.find(name) else {
            let names = labs.names();
            let help = did_you_mean(name, names.iter().map(String::as_str));
            self.error(codes::LAB_UNKNOWN, self.range.clone(), format!("there is no lab `{name}`"), help);
            return None;
        };
        if self.block.nested {
            let message = format!("the lab `{name}` stands inside a list, a quotation, a note or raw HTML");
            let help = Some("labs stand between paragraphs".into());
            self.error(codes::LAB_INFO, self.range.clone(), message, help);
        }
        let (caption, question) = (lab.caption().to_owned(), lab.question().to_owned());
        let live = match lab.computes().map(str::to_owned) {
            Some(computes) => Some(self.live(computes, lab.as_mut())?),
            None => {
                self.planned();
                None
            }
        };
        Some(LabCard { caption, question, live })
    }

    fn planned(&mut self) {
        let name = &self.block.name;
        let (table, faults) = DeTable::parse_recoverable(&self.block.body);
        if table.get_ref().is_empty() && faults.is_empty() {
            let message = format!("the lab `{name}` is planned: its place is shown, and that it is not built yet");
            self.found.push(self.source.note(codes::LAB_PLANNED, self.range.clone(), message));
        } else {
            let message = format!("the lab `{name}` is not built yet and takes no parameters");
            self.error(codes::LAB_PARAMETERS, self.settings_place(), message, Some("leave the block empty".into()));
        }
    }

    fn live(&mut self, computes: String, lab: &mut dyn Lab) -> Option<LiveLab> {
        let n_before = self.found.len();
        self.settings(lab);
        // A nested lab has no id, and no figure to draw.
        if self.found.len() > n_before || self.block.nested {
            return None;
        }
        let settings = lab.settings();
        match lab.stage(&self.block.id) {
            Ok(stage) => Some(LiveLab { computes, settings, stage }),
            Err(why) => {
                let message = format!("the lab `{}` has no still picture: {why}", self.block.name);
                self.error(codes::LAB_STILL, self.settings_place(), message, None);
                None
            }
        }
    }

    /// Reads the block's body into the lab.
    fn settings(&mut self, lab: &mut dyn Lab) {
        let body = &self.block.body;
        let (table, mut faults) = DeTable::parse_recoverable(body);
        faults.sort_by_key(|fault| fault.span().map_or(0, |span| span.start));
        // Of a broken line, the parser makes a guess: nothing further is said about it.
        let mut broken = BTreeSet::new();
        for fault in &faults {
            if broken.insert(line_of(body, fault.span().unwrap_or_default().start)) {
                self.fault(fault, &table, lab);
            }
        }
        let mut entries: Vec<_> = table.get_ref().iter().collect();
        entries.sort_by_key(|(key, _)| key.span().start);
        for (key, value) in entries {
            if broken.contains(&line_of(body, key.span().start)) {
                continue;
            }
            let (parameter, place) = (key.get_ref().as_ref(), self.place());
            let text = body.get(value.span()).unwrap_or_default();
            let setting = Setting { parameter, value: Value::of(value.get_ref()), text };
            if !lab.parameters().contains(&parameter) {
                let (message, help) = unknown(&self.block.name, &setting, &lab.parameters());
                self.error(codes::LAB_PARAMETERS, place.span(key.span()), message, Some(help));
            } else if let Err(Refusal { message, help }) = lab.set(&setting) {
                self.error(codes::LAB_PARAMETERS, place.span(value.span()), message, help);
            }
        }
    }

    /// A line that is no TOML.
    fn fault(&mut self, fault: &Error, table: &toml::Spanned<DeTable<'_>>, lab: &dyn Lab) {
        let body = &self.block.body;
        let span = fault.span().unwrap_or_default();
        let written = body.get(span.clone()).unwrap_or_default();
        if fault.message().starts_with("duplicate key") {
            let first =
                table.get_ref().iter().find(|(key, _)| key.get_ref().as_ref() == written.trim_matches(['"', '\'']));
            let place = self.place();
            let help = first.map(|(key, _)| {
                let (line, _) = self.source.lines().position(place.at(key.span().start));
                format!("the first is on line {line}")
            });
            self.error(codes::LAB_SYNTAX, place.span(span), format!("`{written}` is set twice"), help);
            return;
        }
        let line = body.lines().nth(line_of(body, span.start)).unwrap_or_default().trim();
        let example = lab.parameters().first().map_or("top_k", |name| name).to_owned();
        let help = mended(line).unwrap_or_else(|| format!("a line is a name, `=` and a value, as in `{example} = …`"));
        let message = format!("not valid TOML: {}", fault.message().lines().collect::<Vec<_>>().join(", "));
        let place = self.place();
        self.error(codes::LAB_SYNTAX, place.span(span), message, Some(help));
    }

    fn place(&self) -> Place {
        Place::new(self.source.text(), &self.block.inner, &self.block.body)
    }

    /// The body without blank lines around it; where it is empty, the block.
    fn settings_place(&self) -> Range<usize> {
        let body = &self.block.body;
        let start = body.len() - body.trim_start().len();
        match body.trim_end().len() {
            end if end > start => self.place().span(start..end),
            _ => self.range.clone(),
        }
    }

    fn error(&mut self, code: &'static str, span: Range<usize>, message: String, help: Option<String>) {
        self.found.push(self.source.error(code, span, message).with_help_if(help));
    }
}

impl Value {
    fn of(value: &DeValue<'_>) -> Self {
        match value {
            DeValue::Integer(digits) => i64::from_str_radix(digits.as_str(), digits.radix())
                .map_or(Self::Other("a number of more than 64 bits"), Self::Whole),
            DeValue::Float(digits) => digits.as_str().parse().map_or(Self::Other("no number"), Self::Number),
            DeValue::String(text) => Self::Text(text.as_ref().to_owned()),
            DeValue::Boolean(is_on) => Self::Switch(*is_on),
            DeValue::Datetime(_) => Self::Other("a date"),
            DeValue::Array(_) => Self::Other("a list"),
            DeValue::Table(_) => Self::Other("a table"),
        }
    }
}

fn unknown(lab: &str, setting: &Setting<'_>, parameters: &[&str]) -> (String, String) {
    let name = setting.parameter;
    if setting.value == Value::Other("a table") {
        let help = "the settings of a lab stand one a line, without a heading before them".to_owned();
        return (format!("`{name}` is a table, which a lab block has no place for"), help);
    }
    let help = did_you_mean(name, parameters.iter().copied()).unwrap_or_else(|| match parameters {
        [] => "it takes none; leave the block empty".to_owned(),
        names => format!("its parameters are {}", names.join(", ")),
    });
    (format!("the lab `{lab}` has no parameter `{name}`"), help)
}

/// The line as it was probably meant: YAML's colon, or a name without its quotes.
fn mended(line: &str) -> Option<String> {
    let is_name =
        |text: &str| !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-'));
    let (key, value) = line.split_once('=').or_else(|| line.split_once(':'))?;
    let (key, value) = (key.trim(), value.trim());
    if !is_name(key) || value.is_empty() {
        return None;
    }
    let written = match value {
        "True" | "False" | "TRUE" | "FALSE" => value.to_lowercase(),
        _ if is_name(value) && value.starts_with(|c: char| c.is_ascii_alphabetic()) && !is_literal(value) => {
            format!("\"{value}\"")
        }
        _ => value.to_owned(),
    };
    // Only what would then be right is worth saying.
    let mended = format!("{key} = {written}");
    let (_, faults) = DeTable::parse_recoverable(&mended);
    (faults.is_empty() && mended != line).then(|| format!("write `{mended}`"))
}

fn is_literal(word: &str) -> bool {
    matches!(word, "true" | "false" | "inf" | "nan")
}

fn line_of(text: &str, at: usize) -> usize {
    text.bytes().take(at).filter(|byte| *byte == b'\n').count()
}

#[cfg(test)]
pub(crate) mod tests;
