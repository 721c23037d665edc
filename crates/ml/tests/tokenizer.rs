//! The tokenizer with the vocabulary of GPT-NeoX: reduced, and whole where `GPT_NEOX_TOKENIZER` names it.

#![cfg(not(target_family = "wasm"))]
#![allow(clippy::unwrap_used, reason = "a test may stop at what it did not expect")]

use ml::tokenizer::Tokenizer;
use serde_json::Value;
use std::io::Write;

const REDUCED: &[u8] = include_bytes!("tokenizer/gpt-neox-reduced.json");
const CASES: &str = include_str!("tokenizer/cases.json");

fn whole(what: &str) -> Option<Tokenizer> {
    let Some(path) = std::env::var_os("GPT_NEOX_TOKENIZER") else {
        // A test's own output is shown only when it fails; this is shown always.
        let note = format!("SKIPPED: {what} with the whole vocabulary: GPT_NEOX_TOKENIZER is not set\n");
        std::io::stderr().write_all(note.as_bytes()).unwrap();
        return None;
    };
    Some(Tokenizer::from_json(&std::fs::read(path).unwrap()).unwrap())
}

fn check(tokenizer: &Tokenizer) {
    let cases: Value = serde_json::from_str(CASES).unwrap();
    for case in cases["cases"].as_array().unwrap() {
        let text = case["text"].as_str().unwrap();
        let expected: Vec<u32> = case["ids"].as_array().unwrap().iter().map(|id| id.as_u64().unwrap() as u32).collect();
        assert_eq!(tokenizer.encode(text), expected, "{text:?}");
        assert_eq!(tokenizer.decode(&expected), text);
    }
    assert_eq!(tokenizer.vocab_size(), 50_277);
    assert_eq!(tokenizer.special_ids().collect::<Vec<_>>(), [0, 1]);
    assert_eq!((tokenizer.id("<|endoftext|>"), tokenizer.id("  ")), (Some(0), Some(50_276)));
    // The rows that pad the embedding to 50,304 are no tokens.
    assert_eq!(tokenizer.decode(&[12_092, 50_280, 1_533]), "Hello world");
    // 東 is two tokens, each a part of the character.
    let places: Vec<_> = tokenizer.encode_with_places("— 東京").into_iter().map(|token| token.source).collect();
    assert_eq!(places, [0..3, 3..4, 4..7, 4..7, 7..10, 7..10]);
}

#[test]
fn known_texts_with_the_reduced_vocabulary() {
    check(&Tokenizer::from_json(REDUCED).unwrap());
}

#[test]
fn known_texts_with_the_whole_vocabulary() {
    if let Some(tokenizer) = whole("known texts") {
        check(&tokenizer);
        let again = Tokenizer::from_json(tokenizer.to_json().as_bytes()).unwrap();
        check(&again);
    }
}
