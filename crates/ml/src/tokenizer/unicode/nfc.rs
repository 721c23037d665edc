//! Normalization form C: marks in canonical order, and every pair that has a composed form composed.
//!
//! Source: Unicode Standard Annex #15; The Unicode Standard, §3.11 (D108 to D118) and §3.12 (Hangul).

use super::varint::Numbers;
use crate::part::part;
use std::borrow::Cow;
use std::ops::Range;
use std::sync::LazyLock;

/// The tables of canonical decomposition, composition and order.
#[derive(Debug, Clone)]
pub struct Nfc {
    /// What a character decomposes into, in the order of the characters; the second is 0 where there is none.
    decompositions: Vec<(u32, [u32; 2])>,
    /// Indices into `decompositions` of pairs that compose, in the order of the pairs.
    compositions: Vec<u32>,
    /// Runs of characters of the same combining class other than 0: first, last, class.
    combining: Vec<(u32, u32, u8)>,
    /// Characters of class 0 that may still join the one before, in order.
    joining: Vec<u32>,
}

/// A normalized text, and where its parts come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Normalized<'a> {
    /// The text in form C.
    pub text: Cow<'a, str>,
    /// The stretches that changed: where in `text`, and where in the source. In between, byte stands for byte.
    pub changes: Vec<(Range<usize>, Range<usize>)>,
}

impl<'a> Normalized<'a> {
    /// A text that is in form C already.
    pub fn unchanged(text: &'a str) -> Self {
        Self { text: Cow::Borrowed(text), changes: Vec::new() }
    }

    /// `text`, by what somebody else made of it. Where it differs, the whole is one change.
    pub fn from_outside(text: &'a str, normalized: String) -> Self {
        if normalized == text {
            return Self::unchanged(text);
        }
        let change = (0..normalized.len(), 0..text.len());
        Self { text: Cow::Owned(normalized), changes: vec![change] }
    }
}

/// What brings a text into form C: [`normalize`], or what the world around has for it.
pub type Normalize = for<'a> fn(&'a str) -> Normalized<'a>;

/// Form C of `text`, by the tables of this module, which are unpacked when they are first needed.
pub fn normalize(text: &str) -> Normalized<'_> {
    static TABLES: LazyLock<Nfc> = LazyLock::new(Nfc::new);
    TABLES.normalize(text)
}

/// Hangul syllables: the first, and the number of vowels and of finals, "none" included.
const SYLLABLE: u32 = 0xAC00;
const VOWELS: u32 = 21;
const FINALS: u32 = 28;
const SYLLABLES: u32 = 19 * VOWELS * FINALS;
/// The first leading consonant, the first vowel, and what stands before the first final.
const LEADING: u32 = 0x1100;
const VOWEL: u32 = 0x1161;
const FINAL: u32 = 0x11A7;

impl Default for Nfc {
    fn default() -> Self {
        Self::new()
    }
}

impl Nfc {
    /// Unpacks the table.
    ///
    /// It holds, each with its count before it: for every character that decomposes the step from the one before,
    /// times four, plus 1 where it becomes a pair, plus 2 where that pair does not compose; the first characters,
    /// then the second ones, as steps; and runs of equal combining class as gap, length and class.
    pub fn new() -> Self {
        let mut numbers = Numbers(include_bytes!("nfc.bin"));
        let mut c = 0;
        let heads: Vec<(u32, u32)> = (0..numbers.next())
            .map(|_| {
                let packed = numbers.next();
                c += packed >> 2;
                (c, packed & 3)
            })
            .collect();
        let mut decompositions: Vec<(u32, [u32; 2])> = heads.iter().map(|(c, _)| (*c, [0; 2])).collect();
        for part in 0..2 {
            let mut before = 0_u32;
            for ((_, parts), _) in
                decompositions.iter_mut().zip(&heads).filter(|(_, head)| part == 0 || head.1 & 1 == 1)
            {
                before = before.wrapping_add_signed(numbers.signed());
                parts[part] = before;
            }
        }
        let mut compositions: Vec<u32> =
            heads.iter().zip(0..).filter(|((_, kind), _)| *kind == 1).map(|(_, entry)| entry).collect();
        let parts = |entry: u32| decompositions[entry as usize].1;
        crate::order::sort(&mut compositions, &|a, b| parts(a).cmp(&parts(b)));
        let mut joining: Vec<u32> = compositions.iter().map(|entry| parts(*entry)[1]).collect();
        let mut at = 0;
        let combining = (0..numbers.next())
            .map(|_| {
                at += numbers.next();
                let (first, length) = (at, numbers.next());
                at += length;
                (first, at - 1, numbers.next() as u8)
            })
            .collect();
        joining.extend((VOWEL..VOWEL + VOWELS).chain(FINAL + 1..FINAL + FINALS));
        crate::order::sort(&mut joining, &|a, b| a.cmp(&b));
        joining.dedup();
        Self { decompositions, compositions, combining, joining }
    }

    fn combining_class(&self, c: u32) -> u8 {
        let run = self.combining.partition_point(|(_, last, _)| *last < c);
        match self.combining.get(run) {
            Some((first, _, class)) if *first <= c => *class,
            _ => 0,
        }
    }

    fn entry(&self, c: u32) -> Option<[u32; 2]> {
        self.decompositions.binary_search_by(|(of, _)| of.cmp(&c)).ok().map(|entry| self.decompositions[entry].1)
    }

    /// Whether nothing before `c` can have to do with it, so that a text may be cut before it.
    fn begins(&self, c: u32) -> bool {
        if c < 0x300 {
            return true;
        }
        let first = self.decomposed_first(c);
        self.combining_class(first) == 0 && self.joining.binary_search(&first).is_err()
    }

    /// The first character of the full decomposition.
    fn decomposed_first(&self, mut c: u32) -> u32 {
        while let Some([first, _]) = self.entry(c) {
            c = first;
        }
        c
    }

    /// Appends the full decomposition of `c`, each character with its combining class.
    fn decompose(&self, c: u32, out: &mut Vec<(u32, u8)>) {
        if let Some(index) = c.checked_sub(SYLLABLE).filter(|index| *index < SYLLABLES) {
            let (vowel, last) = (index / FINALS % VOWELS, index % FINALS);
            out.extend([(LEADING + index / FINALS / VOWELS, 0), (VOWEL + vowel, 0)]);
            out.extend((last > 0).then_some((FINAL + last, 0)));
            return;
        }
        match self.entry(c) {
            // The second never decomposes; the first is a chain of at most three.
            Some([first, second]) => {
                self.decompose(first, out);
                if second > 0 {
                    self.decompose(second, out);
                }
            }
            None => out.push((c, self.combining_class(c))),
        }
    }

    fn compose(&self, first: u32, second: u32) -> Option<u32> {
        let consonant = first.wrapping_sub(LEADING);
        let vowel = second.wrapping_sub(VOWEL);
        if consonant < 19 && vowel < VOWELS {
            return Some(SYLLABLE + (consonant * VOWELS + vowel) * FINALS);
        }
        let (index, last) = (first.wrapping_sub(SYLLABLE), second.wrapping_sub(FINAL));
        if index < SYLLABLES && index.is_multiple_of(FINALS) && (1..FINALS).contains(&last) {
            return Some(first + last);
        }
        let of = |entry: &u32| self.decompositions[*entry as usize].1;
        let found = self.compositions.binary_search_by(|entry| of(entry).cmp(&[first, second])).ok()?;
        Some(self.decompositions[self.compositions[found] as usize].0)
    }

    /// Appends form C of a stretch that begins where a text may be cut.
    fn compose_stretch(&self, stretch: &str, out: &mut String) {
        let mut marks: Vec<(u32, u8)> = Vec::new();
        stretch.chars().for_each(|c| self.decompose(u32::from(c), &mut marks));
        // Canonical order: marks between two characters of class 0 go by class, those of equal class stay in order.
        for run in marks.split_mut(|(_, class)| *class == 0) {
            if !run.is_sorted_by_key(|(_, class)| *class) {
                let mut order: Vec<u32> = (0..run.len() as u32).collect();
                let class = |at: u32| run[at as usize].1;
                crate::order::sort(&mut order, &|a, b| class(a).cmp(&class(b)));
                let sorted: Vec<_> = order.iter().map(|at| run[*at as usize]).collect();
                run.copy_from_slice(&sorted);
            }
        }
        // D117: a character joins the last starter where nothing between the two is of class 0 or of a class as
        // high. Since classes rise, only the last that stayed matters.
        let mut composed: Vec<u32> = Vec::with_capacity(marks.len());
        let (mut starter, mut last_class) = (None, None);
        for (c, class) in marks {
            let open = last_class.is_none_or(|last| last < class);
            let joined = starter.filter(|_| open).and_then(|at: usize| Some((at, self.compose(composed[at], c)?)));
            if let Some((at, whole)) = joined {
                composed[at] = whole;
                continue;
            }
            (starter, last_class) = if class == 0 { (Some(composed.len()), None) } else { (starter, Some(class)) };
            composed.push(c);
        }
        out.extend(composed.into_iter().filter_map(char::from_u32));
    }

    /// Form C of `text`, borrowed where it is in that form already.
    pub fn normalize<'a>(&self, text: &'a str) -> Normalized<'a> {
        let mut normalized = Normalized::unchanged(text);
        // How much of the source has been dealt with, and how much of it is in `out`.
        let (mut out, mut copied, mut composed) = (String::new(), 0, String::new());
        let mut chars = text.char_indices().peekable();
        while let Some((from, c)) = chars.next() {
            let mut to = from + c.len_utf8();
            while let Some((at, next)) = chars.next_if(|(_, next)| !self.begins(u32::from(*next))) {
                to = at + next.len_utf8();
            }
            if to - from == 1 {
                continue;
            }
            let stretch = part(text, from..to);
            composed.clear();
            self.compose_stretch(stretch, &mut composed);
            if composed != stretch {
                out.push_str(part(text, copied..from));
                let begin = out.len();
                out.push_str(&composed);
                normalized.changes.push((begin..out.len(), from..to));
                copied = to;
            }
        }
        if copied > 0 {
            out.push_str(part(text, copied..text.len()));
            normalized.text = Cow::Owned(out);
        }
        normalized
    }
}
