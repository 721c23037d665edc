//! The tokenizer's tables of Unicode against the data of ICU4X, at every code point.
//!
//! `UPDATE_UNICODE=1 cargo test -p ml --test unicode` writes them anew, when the data has moved on.

#![cfg(not(target_family = "wasm"))]
#![allow(clippy::unwrap_used, reason = "a test may stop at what it did not expect")]

use icu_normalizer::ComposingNormalizerBorrowed;
use icu_normalizer::properties::{
    CanonicalCombiningClassMapBorrowed, CanonicalCompositionBorrowed, CanonicalDecompositionBorrowed, Decomposed,
};
use icu_properties::CodePointMapData;
use icu_properties::props::{GeneralCategory, GeneralCategoryGroup};
use ml::random::Random;
use ml::tokenizer::unicode::{Class, Classes, Nfc};

/// Seven bits a byte, low bits first.
fn number(mut n: u32, out: &mut Vec<u8>) {
    while n >= 0x80 {
        out.push(n as u8 | 0x80);
        n >>= 7;
    }
    out.push(n as u8);
}

fn signed(n: i64, out: &mut Vec<u8>) {
    let n = n as i32;
    number(((n << 1) ^ (n >> 31)) as u32, out);
}

/// Runs of characters to which `value` gives the same, where it gives any: first, length, value.
fn runs<T: PartialEq + Copy>(value: impl Fn(char) -> Option<T>) -> Vec<(u32, u32, T)> {
    let mut runs: Vec<(u32, u32, T)> = Vec::new();
    for c in '\0'..=char::MAX {
        let (at, Some(value)) = (u32::from(c), value(c)) else { continue };
        match runs.last_mut() {
            Some((first, length, of)) if *of == value && *first + *length == at => *length += 1,
            _ => runs.push((at, 1, value)),
        }
    }
    runs
}

fn is_number(c: char) -> Option<bool> {
    let category = CodePointMapData::<GeneralCategory>::new().get(c);
    let number = GeneralCategoryGroup::Number.contains(category);
    (number || GeneralCategoryGroup::Letter.contains(category)).then_some(number)
}

fn classes() -> Vec<u8> {
    let (mut out, mut at) = (Vec::new(), 0);
    for (first, length, is_number) in runs(is_number) {
        number(first - at, &mut out);
        number(length << 1 | u32::from(is_number), &mut out);
        at = first + length;
    }
    out
}

fn nfc() -> Vec<u8> {
    let compose = CanonicalCompositionBorrowed::new();
    let mut entries = Vec::new();
    for c in ('\0'..=char::MAX).filter(|c| !('\u{AC00}'..='\u{D7A3}').contains(c)) {
        match CanonicalDecompositionBorrowed::new().decompose(c) {
            Decomposed::Default => {}
            Decomposed::Singleton(a) => entries.push((c, 0, a, '\0')),
            Decomposed::Expansion(a, b) => {
                entries.push((c, if compose.compose(a, b) == Some(c) { 1 } else { 3 }, a, b))
            }
        }
    }
    let (mut out, mut at) = (Vec::new(), 0);
    number(entries.len() as u32, &mut out);
    for (c, kind, _, _) in &entries {
        number((u32::from(*c) - at) << 2 | kind, &mut out);
        at = u32::from(*c);
    }
    let seconds = entries.iter().filter(|entry| entry.1 & 1 == 1).map(|entry| entry.3);
    for column in [entries.iter().map(|entry| entry.2).collect::<Vec<_>>(), seconds.collect()] {
        let mut before = 0;
        for c in column {
            signed(i64::from(u32::from(c)) - before, &mut out);
            before = i64::from(u32::from(c));
        }
    }
    let map = CanonicalCombiningClassMapBorrowed::new();
    let combining = runs(|c| Some(map.get_u8(c)).filter(|class| *class > 0));
    number(combining.len() as u32, &mut out);
    let mut at = 0;
    for (first, length, class) in combining {
        number(first - at, &mut out);
        number(length, &mut out);
        number(u32::from(class), &mut out);
        at = first + length;
    }
    out
}

#[test]
fn the_tables_are_those_of_the_data() {
    for (name, bytes, committed) in [
        ("classes.bin", classes(), include_bytes!("../src/tokenizer/unicode/classes.bin").as_slice()),
        ("nfc.bin", nfc(), include_bytes!("../src/tokenizer/unicode/nfc.bin").as_slice()),
    ] {
        if std::env::var_os("UPDATE_UNICODE").is_some() {
            let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/tokenizer/unicode/");
            std::fs::write(format!("{folder}{name}"), &bytes).unwrap();
        } else {
            assert!(bytes == committed, "{name} is of another version of Unicode: see the head of this file");
        }
    }
}

#[test]
fn every_character_has_the_class_of_its_general_category() {
    let classes = Classes::new();
    for c in '\0'..=char::MAX {
        let expected = match is_number(c) {
            Some(true) => Class::Number,
            Some(false) => Class::Letter,
            None if c.is_whitespace() => Class::Space,
            None => Class::Other,
        };
        assert_eq!(classes.of(c), expected, "{c:?}");
    }
    // U+24B6 is alphabetic and a symbol, U+0345 alphabetic and a mark, U+2160 alphabetic and a letter number.
    let found = ['Ⓐ', '\u{345}', 'Ⅰ', 'é', '東', '٣', '½', '\u{a0}', '🙂'].map(|c| classes.of(c));
    use Class::{Letter, Number, Other, Space};
    assert_eq!(found, [Other, Other, Number, Letter, Letter, Number, Number, Space, Other]);
}

/// The tables were compared with ICU's own, so the algorithm is what remains: every character by itself, after and
/// before others, and random rows of the characters that take part in composition.
#[test]
fn composition_equals_that_of_icu() {
    let (nfc, icu) = (Nfc::new(), ComposingNormalizerBorrowed::new_nfc());
    let check = |text: &str| assert_eq!(nfc.normalize(text).text, icu.normalize(text), "{text:?}");
    let map = CanonicalCombiningClassMapBorrowed::new();
    let mut busy = Vec::new();
    for c in '\0'..=char::MAX {
        check(c.encode_utf8(&mut [0; 4]));
        check(&format!("e{c}\u{301}\u{323}"));
        let decomposes = CanonicalDecompositionBorrowed::new().decompose(c) != Decomposed::Default;
        if map.get_u8(c) > 0 || decomposes && !('\u{AC00}'..='\u{D7A3}').contains(&c) || nfc_second(c) {
            busy.push(c);
        }
    }
    busy.extend("aeiouAE 가각\u{1100}\u{1112}\u{1161}\u{1175}\u{11a8}\u{11c2}\u{11a7}".chars());
    let mut random = Random::new(2026, 11);
    for _ in 0..200_000 {
        let length = 1 + random.below(9);
        let text: String = (0..length).map(|_| busy[random.below(busy.len() as u32) as usize]).collect();
        check(&text);
    }
}

/// Whether some character of a small sample composes with `c`.
fn nfc_second(c: char) -> bool {
    let compose = CanonicalCompositionBorrowed::new();
    ['a', 'e', 'o', '\u{9c7}', '\u{b47}', '\u{1b05}', '\u{11099}']
        .iter()
        .any(|first| compose.compose(*first, c).is_some())
}

#[test]
fn changes_say_where_they_come_from() {
    let nfc = Nfc::new();
    let source = "ae\u{301}b\u{2126}c";
    let normalized = nfc.normalize(source);
    assert_eq!(normalized.text, "a\u{e9}bΩc");
    assert_eq!(normalized.changes, [(1..3, 1..4), (4..6, 5..8)]);
    assert!(nfc.normalize("naïve 東京").changes.is_empty());
}
