//! The classes of characters that the pre-tokenizer tells apart.

use super::varint::Numbers;

/// What a character counts as between words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Class {
    /// White space, `\s`: the property White_Space.
    Space,
    /// A letter, `\p{L}`: the general categories Lu, Ll, Lt, Lm and Lo. `char::is_alphabetic` is wider: it also
    /// takes in letter numbers and the marks that spell vowels.
    Letter,
    /// A number, `\p{N}`: the general categories Nd, Nl and No.
    Number,
    /// Anything else.
    Other,
}

/// The classes of all characters.
#[derive(Debug, Clone)]
pub struct Classes {
    /// Runs of letters and of numbers in order: the first character, and the last.
    runs: Vec<(u32, u32, Class)>,
}

impl Default for Classes {
    fn default() -> Self {
        Self::new()
    }
}

impl Classes {
    /// Unpacks the table: for each run the gap before it, then twice its length and 1 where it is of numbers.
    pub fn new() -> Self {
        let mut numbers = Numbers(include_bytes!("classes.bin"));
        let (mut runs, mut at) = (Vec::new(), 0);
        while !numbers.0.is_empty() {
            at += numbers.next();
            let packed = numbers.next();
            let class = if packed & 1 == 1 { Class::Number } else { Class::Letter };
            runs.push((at, at + (packed >> 1) - 1, class));
            at += packed >> 1;
        }
        Self { runs }
    }

    /// The class of `c`.
    pub fn of(&self, c: char) -> Class {
        match c {
            'a'..='z' | 'A'..='Z' => return Class::Letter,
            '0'..='9' => return Class::Number,
            _ if c.is_whitespace() => return Class::Space,
            '\0'..='\x7f' => return Class::Other,
            _ => {}
        }
        let c = u32::from(c);
        let run = self.runs.partition_point(|(_, last, _)| *last < c);
        match self.runs.get(run) {
            Some((first, _, class)) if *first <= c => *class,
            _ => Class::Other,
        }
    }
}
