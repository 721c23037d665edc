//! The tokenizer against Hugging Face's `tokenizers`: the same file, the same text, the same ids, the same text back.

#![cfg(not(target_family = "wasm"))]
#![allow(clippy::unwrap_used, reason = "a test may stop at what it did not expect")]

use ml::random::Random;
use ml::tokenizer::{Tokenizer, Training, train};
use std::path::Path;

const N_TEXTS: usize = 10_000;

/// Stretches of the scripts of the world, from the first to the last character, and how often each is drawn.
const SCRIPTS: [(char, char, u32); 26] = [
    ('a', 'z', 12),
    (' ', '~', 10),
    ('\u{a0}', '\u{17f}', 6),
    // Marks that join the letter before, out of their order too.
    ('\u{300}', '\u{345}', 6),
    ('Α', 'ώ', 3),
    ('А', 'я', 3),
    ('א', 'ת', 2),
    ('ء', 'ٟ', 3),
    ('٠', '٩', 1),
    ('ऀ', '९', 3),
    ('ঁ', '৺', 2),
    ('ก', '๛', 2),
    ('ᄀ', 'ᇿ', 3),
    ('Ḁ', 'ỹ', 3),
    ('ἀ', 'ῼ', 2),
    ('\u{2000}', '\u{206f}', 3),
    ('⁰', '₉', 1),
    ('℀', '↋', 2),
    ('①', '⒛', 1),
    ('\u{3000}', 'ヿ', 3),
    ('一', '龥', 4),
    ('가', '힣', 3),
    ('豈', '龎', 2),
    ('\u{1d15e}', '\u{1d1c0}', 1),
    ('😀', '🙏', 3),
    ('\u{0}', '\u{1f}', 1),
];

/// What the pattern and the added tokens look at.
const PIECES: [&str; 22] = [
    " ",
    " ",
    "  ",
    "    ",
    "         ",
    "                              ",
    "\n",
    "\n\n",
    "\t",
    "\r\n",
    " \n ",
    "'s",
    "'re",
    "'ll",
    "'T",
    "<|endoftext|>",
    "<|padding|>",
    "<|endof",
    "the ",
    " Instruction: ",
    "1234567890",
    "e\u{301}",
];

fn text(random: &mut Random) -> String {
    let total: u32 = SCRIPTS.iter().map(|script| script.2).sum();
    let mut text = String::new();
    for _ in 0..random.below(12) {
        if random.below(3) == 0 {
            text.push_str(PIECES[random.below(PIECES.len() as u32) as usize]);
            continue;
        }
        let mut at = random.below(total);
        let script = SCRIPTS.iter().find(|script| {
            let found = at < script.2;
            at = at.wrapping_sub(script.2);
            found
        });
        let (first, last, _) = script.unwrap();
        for _ in 0..=random.below(6) {
            text.extend(char::from_u32(u32::from(*first) + random.below(u32::from(*last) - u32::from(*first) + 1)));
        }
    }
    text
}

/// Compares `ours` with what the library makes of the same file.
fn compare(ours: &Tokenizer, file: &[u8]) {
    let theirs = tokenizers::Tokenizer::from_bytes(file).unwrap();
    let mut random = Random::new(2026, 31);
    let (mut n_ids, mut n_changed) = (0, 0);
    for _ in 0..N_TEXTS {
        let text = text(&mut random);
        let expected = theirs.encode_fast(text.as_str(), false).unwrap();
        let found = ours.encode(&text);
        assert_eq!(found, expected.get_ids(), "{text:?}");
        let decoded = ours.decode(&found);
        assert_eq!(decoded, theirs.decode(&found, false).unwrap(), "{text:?}");
        n_ids += found.len();
        n_changed += usize::from(decoded != text);
    }
    // The texts are long enough to say something, and form C has something to do.
    assert!(n_ids > 150_000 && n_changed > 500, "{n_ids} ids, {n_changed} texts changed by form C");
}

fn compare_file(path: &Path) {
    let file = std::fs::read(path).unwrap();
    compare(&Tokenizer::from_json(&file).unwrap(), &file);
}

#[test]
fn ids_are_those_of_the_library_with_the_reduced_vocabulary() {
    compare_file(&ml_oracle::reduction());
}

#[test]
fn ids_are_those_of_the_library_with_the_whole_vocabulary() {
    let Some(path) = ml_oracle::whole("ids of the library") else { return };
    compare_file(&path);
    let ours = Tokenizer::from_json(&std::fs::read(path).unwrap()).unwrap();
    let theirs = tokenizers::Tokenizer::from_bytes(ours.to_json()).unwrap();
    let cases: serde_json::Value = serde_json::from_str(include_str!("../../tests/tokenizer/cases.json")).unwrap();
    for case in cases["cases"].as_array().unwrap() {
        let found = theirs.encode(case["text"].as_str().unwrap(), false).unwrap();
        assert_eq!(serde_json::json!(found.get_ids()), case["ids"]);
    }
}

#[test]
fn the_library_loads_what_was_trained_here() {
    let mut random = Random::new(2026, 32);
    let corpus: Vec<String> = (0..3_000).map(|_| text(&mut random)).collect();
    let training = Training { vocab_size: 2_048, special: &["<|endoftext|>", "<|padding|>"], min_count: 2 };
    let ours = train(corpus.iter().map(String::as_str), &training).unwrap();
    assert_eq!(ours.vocab_size(), 2_048);
    compare(&ours, ours.to_json().as_bytes());
}
