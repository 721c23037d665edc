//! Ids that are given once.

use std::collections::BTreeMap;

/// The names given so far.
#[derive(Debug, Default)]
pub(super) struct Anchors {
    /// Name → the number of the last one that was made from it.
    given: BTreeMap<String, u32>,
}

impl Anchors {
    /// `wanted`, or the first free of `wanted-2`, `wanted-3`, … (the hyphen is `joint`).
    pub(super) fn unique(&mut self, wanted: String, joint: char) -> String {
        let Some(last) = self.given.get(&wanted).copied() else {
            self.reserve(wanted.clone());
            return wanted;
        };
        let mut number = last;
        loop {
            number += 1;
            let mut name = wanted.clone();
            name.push(joint);
            name.push_str(&number.to_string());
            if !self.given.contains_key(&name) {
                self.reserve(name.clone());
                // The next one begins to search here, so that many equal headings stay cheap.
                self.given.insert(wanted, number);
                return name;
            }
        }
    }

    /// Gives `name` away, whether it was free or not.
    pub(super) fn reserve(&mut self, name: String) {
        self.given.entry(name).or_insert(1);
    }
}

/// `text` as a part of an id: what is neither letter, digit, `_`, `.` nor `-` becomes `-`.
pub(super) fn part(text: &str) -> String {
    text.chars().map(|c| if c.is_alphanumeric() || matches!(c, '_' | '.' | '-') { c } else { '-' }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_name_is_numbered_and_numbers_are_not_given_twice() {
        let mut anchors = Anchors::default();
        anchors.reserve("c".to_owned());
        let given: Vec<String> = ["a", "a", "a-2", "a", "b", "a-2", "c"]
            .iter()
            .map(|wanted| anchors.unique((*wanted).to_owned(), '-'))
            .collect();
        assert_eq!(given, ["a", "a-2", "a-2-2", "a-3", "b", "a-2-3", "c-2"]);
    }

    #[test]
    fn a_part_of_an_id_has_no_space() {
        assert_eq!(part("two moves(1)_é.x"), "two-moves-1-_é.x");
    }
}
