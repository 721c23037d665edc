//! The pairs of the table: edited, imported, held out.

use crate::sft::data::{DataSet, HeldOut, Lengths, MOST_PAIRS, Pair, Template, jsonl, order};
use crate::sft::preset::Preset;

/// Rows of the table at once: a large set is turned over like a book.
pub const PAGE_ROWS: usize = 5;

/// Part of an imported file that is held out, in percent.
const HELD_OUT_PERCENT: u8 = 10;

/// A pair and its part in a run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Row {
    /// What is asked and answered.
    pub pair: Pair,
    /// Whether it is never trained on.
    pub is_held_out: bool,
    /// How long it is, once the model's tokenizer has told.
    pub lengths: Option<Lengths>,
}

/// A side of a pair.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// What is asked.
    Instruction,
    /// What shall follow.
    Completion,
}

/// What a file of pairs takes the place of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// Of everything; one in ten is then held out.
    All,
    /// Of what is held out.
    HeldOut,
}

/// All pairs.
#[derive(Clone, Debug)]
pub struct Pairs {
    /// In the order of the table.
    pub rows: Vec<Row>,
    /// Where an instruction becomes a prompt.
    pub template: String,
    /// The set that the table began with, while it is as it was: its checker fits its answers.
    pub preset: Option<Preset>,
    /// Counts changes.
    pub version: u32,
    /// The first row that is shown.
    pub first: usize,
    /// What was wrong with the lines of the last file.
    pub faults: Vec<String>,
    /// Whether prompts end in a space.
    pub prompt_ends_in_space: bool,
}

fn row(pair: Pair, is_held_out: bool) -> Row {
    Row { pair, is_held_out, lengths: None }
}

impl Pairs {
    /// Those of a preset.
    pub fn of(preset: Preset) -> Self {
        let read = |text: &str| jsonl::read(text.as_bytes()).map(|import| import.pairs).unwrap_or_default();
        let trained = read(preset.trained()).into_iter().map(|pair| row(pair, false));
        let held_out = read(preset.held_out()).into_iter().map(|pair| row(pair, true));
        Self {
            rows: trained.chain(held_out).collect(),
            template: Template::default().text(),
            preset: Some(preset),
            version: 1,
            first: 0,
            faults: Vec::new(),
            prompt_ends_in_space: false,
        }
    }

    /// Those of a run that was taken up.
    pub fn take(&mut self, set: DataSet) {
        let HeldOut::Given(held_out) = set.held_out else { return };
        let fresh = set.pairs.into_iter().map(|pair| row(pair, false));
        self.rows = fresh.chain(held_out.into_iter().map(|pair| row(pair, true))).collect();
        self.template = set.template;
        self.first = 0;
        self.version += 1;
        let known = Preset::ALL.into_iter().find(|preset| Self::of(*preset).is_like(self));
        self.preset = known;
    }

    fn is_like(&self, other: &Self) -> bool {
        let is_alike = |(a, b): (&Row, &Row)| a.pair == b.pair && a.is_held_out == b.is_held_out;
        self.rows.len() == other.rows.len()
            && self.template == other.template
            && self.rows.iter().zip(&other.rows).all(is_alike)
    }

    /// As a worker takes them.
    pub fn set(&self) -> DataSet {
        let some = |is_held_out: bool| {
            self.rows.iter().filter(|row| row.is_held_out == is_held_out).map(|row| row.pair.clone()).collect()
        };
        DataSet { pairs: some(false), held_out: HeldOut::Given(some(true)), template: self.template.clone() }
    }

    /// Rows to train on, or held out, by their places.
    pub fn places(&self, is_held_out: bool) -> impl Iterator<Item = usize> {
        self.rows.iter().enumerate().filter(move |(_, row)| row.is_held_out == is_held_out).map(|(at, _)| at)
    }

    fn changed(&mut self) {
        self.version += 1;
        self.preset = None;
        self.first = self.first.min(self.rows.len().saturating_sub(1) / PAGE_ROWS * PAGE_ROWS);
        self.rows.iter_mut().for_each(|row| row.lengths = None);
    }

    /// Sets one side of a pair.
    pub fn edit(&mut self, at: usize, side: Side, text: &str) {
        let Some(row) = self.rows.get_mut(at) else { return };
        let place = match side {
            Side::Instruction => &mut row.pair.instruction,
            Side::Completion => &mut row.pair.completion,
        };
        if place != text {
            text.clone_into(place);
            self.changed();
        }
    }

    /// Holds a pair out, or trains on it.
    pub fn hold_out(&mut self, at: usize, is_held_out: bool) {
        if let Some(row) = self.rows.get_mut(at) {
            row.is_held_out = is_held_out;
            self.changed();
        }
    }

    /// Draws which pairs are held out.
    pub fn split(&mut self, percent: u8, seed: u64) {
        let drawn = order::split(self.rows.len(), percent, seed).held_out;
        self.rows.iter_mut().for_each(|row| row.is_held_out = false);
        for at in drawn {
            self.rows[at as usize].is_held_out = true;
        }
        self.changed();
    }

    /// Takes a pair away.
    pub fn delete(&mut self, at: usize) {
        if at < self.rows.len() {
            self.rows.remove(at);
            self.changed();
        }
    }

    /// Adds an empty pair at the end, and shows it.
    pub fn add(&mut self) {
        if self.rows.len() < MOST_PAIRS {
            let pair = Pair { instruction: "What is this?".to_owned(), completion: " An answer.".to_owned() };
            self.rows.push(row(pair, false));
            self.first = (self.rows.len() - 1) / PAGE_ROWS * PAGE_ROWS;
            self.changed();
        }
    }

    /// Turns the table's pages; beyond an end it stays.
    pub fn turn(&mut self, n_pages: isize) {
        let last = self.rows.len().saturating_sub(1) / PAGE_ROWS;
        self.first = (self.first / PAGE_ROWS).saturating_add_signed(n_pages).min(last) * PAGE_ROWS;
    }

    /// Reads a template.
    ///
    /// # Errors
    /// A sentence, if it is none; the old one stays.
    pub fn set_template(&mut self, text: &str) -> Result<(), String> {
        let template = Template::new(text).map_err(|error| sentence(&error.to_string()))?;
        if template.text() != self.template {
            self.template = template.text();
            self.changed();
        }
        Ok(())
    }

    /// Reads a file of pairs in place of others.
    ///
    /// # Errors
    /// A sentence, if no pair can be read; all stays as it was.
    pub fn import(&mut self, part: Part, file: &[u8], seed: u64) -> Result<String, String> {
        let found = jsonl::read(file).map_err(|error| sentence(&error.to_string()))?;
        self.faults = found.faults.iter().map(|fault| sentence(&fault.to_string())).collect();
        let n_more = found.n_faults - found.faults.len();
        if n_more > 0 {
            self.faults.push(format!("{n_more} further lines are no pairs either."));
        }
        let n = found.pairs.len();
        if n == 0 {
            return Err("No line of the file is a pair, so the table stays as it was.".to_owned());
        }
        let mut said = format!("{n} pairs were read");
        match part {
            Part::All => {
                self.rows = found.pairs.into_iter().map(|pair| row(pair, false)).collect();
                self.split(HELD_OUT_PERCENT, seed);
                said += &format!("; {HELD_OUT_PERCENT} % of them are held out");
            }
            Part::HeldOut => {
                self.rows.retain(|row| !row.is_held_out);
                let room = MOST_PAIRS.saturating_sub(self.rows.len());
                self.rows.extend(found.pairs.into_iter().take(room).map(|pair| row(pair, true)));
                self.changed();
                said += ", all held out";
            }
        }
        if found.n_faults > 0 {
            said += &format!("; {} lines could not be", found.n_faults);
        }
        if found.n_unspaced > 0 {
            said += &format!(
                ". {} completions begin without a space, so their first token is an unusual one",
                found.n_unspaced
            );
        }
        self.first = 0;
        Ok(said + ".")
    }

    /// A file of pairs.
    pub fn export(&self, part: Part) -> String {
        let pairs: Vec<Pair> = self
            .rows
            .iter()
            .filter(|row| row.is_held_out == (part == Part::HeldOut))
            .map(|row| row.pair.clone())
            .collect();
        jsonl::write(&pairs)
    }

    /// Takes what the tokenizer told: pairs to train on first.
    pub fn measure(&mut self, lengths: &[Lengths]) {
        let order: Vec<usize> = self.places(false).chain(self.places(true)).collect();
        for (at, lengths) in order.into_iter().zip(lengths) {
            self.rows[at].lengths = Some(*lengths);
        }
    }
}

/// With a capital at its beginning and a full stop at its end.
pub(super) fn sentence(text: &str) -> String {
    let mut text = text.to_owned();
    if let Some(first) = text.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    if !text.ends_with('.') {
        text.push('.');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_preset_is_known_again_and_an_edit_makes_it_another_set() {
        let mut pairs = Pairs::of(Preset::Style);
        assert_eq!((pairs.places(false).count(), pairs.places(true).count()), (42, 20));
        let set = pairs.set();
        pairs.edit(0, Side::Completion, " No.");
        assert_eq!((pairs.preset, pairs.version), (None, 2));
        pairs.take(set);
        assert_eq!(pairs.preset, Some(Preset::Style));
    }

    #[test]
    fn the_table_turns_and_never_shows_nothing() {
        let mut pairs = Pairs::of(Preset::Style);
        pairs.turn(-1);
        assert_eq!(pairs.first, 0);
        pairs.turn(1_000_000);
        assert_eq!(pairs.first, 60);
        (0..2).for_each(|_| pairs.delete(60));
        assert_eq!((pairs.rows.len(), pairs.first), (60, 55));
        pairs.add();
        assert_eq!((pairs.rows.len(), pairs.first), (61, 60));
    }

    #[test]
    fn a_file_with_broken_lines_brings_the_others_and_says_which() {
        let mut pairs = Pairs::of(Preset::Style);
        let file = b"{\"instruction\": \"A?\", \"completion\": \" B.\"}\n{\"prompt\": 1}\n{}\n";
        let said = pairs.import(Part::All, file, 1).unwrap();
        assert_eq!(said, "1 pairs were read; 10 % of them are held out; 2 lines could not be.");
        assert!(pairs.faults[0].starts_with("Line 2: "), "{:?}", pairs.faults);
        assert_eq!((pairs.rows.len(), pairs.faults.len()), (1, 2));
        let before = pairs.rows.clone();
        assert!(pairs.import(Part::All, b"[]", 1).is_err() && pairs.import(Part::HeldOut, &[0xff], 1).is_err());
        assert_eq!(pairs.rows, before);
    }

    #[test]
    fn what_is_exported_is_imported() {
        let mut pairs = Pairs::of(Preset::Format);
        let (trained, held_out) = (pairs.export(Part::All), pairs.export(Part::HeldOut));
        let before = pairs.set();
        pairs.import(Part::All, trained.as_bytes(), 1).unwrap();
        pairs.rows.iter_mut().for_each(|row| row.is_held_out = false);
        pairs.import(Part::HeldOut, held_out.as_bytes(), 1).unwrap();
        assert_eq!(pairs.set(), before);
    }

    #[test]
    fn a_hundred_thousand_lines_are_taken_and_one_more_is_not() {
        let line = "{\"instruction\": \"A?\", \"completion\": \" B.\"}\n";
        let mut pairs = Pairs::of(Preset::Style);
        assert!(pairs.import(Part::All, line.repeat(MOST_PAIRS).as_bytes(), 1).is_ok());
        assert_eq!((pairs.rows.len(), pairs.places(true).count()), (MOST_PAIRS, MOST_PAIRS / 10));
        assert!(pairs.import(Part::All, line.repeat(MOST_PAIRS + 1).as_bytes(), 1).is_err());
    }
}
