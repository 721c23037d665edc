//! What no reference is needed for: the tests against the whole vocabulary and the `tokenizers` library stand in
//! packages of tests.

use super::unicode::{Nfc, Normalized};
use super::*;
use crate::random::Random;

fn small() -> Tokenizer {
    let training = Training { vocab_size: 280, special: &["<|endoftext|>"], min_count: 1 };
    train(["the cat and the hat and the naïve 東京 crêpe the café"], &training).unwrap()
}

/// Characters of many scripts, marks, joined and split forms, spaces, signs.
const MIXED: &str = "aàé e\u{301}\u{323}ﬁ \n\t\u{a0}ßΩ\u{2126}жहि\u{93f}한\u{1112}\u{1161}\u{11ab}東🙂👩\u{200d}🔬1½Ⅳ٣.,'s-\u{0}\u{feff}";

fn mixed(random: &mut Random) -> String {
    let chars: Vec<char> = MIXED.chars().collect();
    (0..random.below(30)).map(|_| chars[random.below(chars.len() as u32) as usize]).collect()
}

#[test]
fn decoding_gives_form_c_back() {
    let (tokenizer, nfc, mut random) = (small(), Nfc::new(), Random::new(2026, 14));
    for _ in 0..5_000 {
        let text = mixed(&mut random);
        assert_eq!(tokenizer.decode(&tokenizer.encode(&text)), nfc.normalize(&text).text, "{text:?}");
    }
}

#[test]
fn places_cover_the_source_in_order() {
    let (tokenizer, mut random) = (small(), Random::new(2026, 15));
    for _ in 0..5_000 {
        let text = mixed(&mut random) + "<|endoftext|>" + &mixed(&mut random);
        let tokens = tokenizer.encode_with_places(&text);
        assert_eq!(tokens.iter().map(|token| token.id).collect::<Vec<_>>(), tokenizer.encode(&text));
        let (mut begin, mut end) = (0, 0);
        for Token { id, source } in tokens {
            assert!(begin <= source.start && source.start <= end && end <= source.end, "{text:?}: {source:?}");
            // A token of whole characters that form C left alone is the source itself.
            let held = &text[source.clone()];
            if let Ok(exact) = std::str::from_utf8(tokenizer.bytes(id)).map(|bytes| bytes == held) {
                assert!(exact || !held.is_ascii(), "{text:?}: {held:?}");
            }
            (begin, end) = (source.start, source.end);
        }
        assert_eq!(end, text.len());
    }
}

#[test]
fn places_of_a_text_known_by_hand() {
    let tokenizer = small();
    let places = |text| tokenizer.encode_with_places(text).into_iter().map(|token| token.source).collect::<Vec<_>>();
    // The accent joins its letter to two bytes that no merge joins; both tokens come from the three bytes of the
    // source. The emoji is four tokens of the same four bytes.
    assert_eq!(places("the<|endoftext|>o\u{301}"), [0..3, 3..16, 16..19, 16..19]);
    assert_eq!(places("🙂b"), [0..4, 0..4, 0..4, 0..4, 4..5]);
}

#[test]
fn what_is_written_reads_the_same() {
    let tokenizer = small();
    let again = Tokenizer::from_json(tokenizer.to_json().as_bytes()).unwrap();
    assert_eq!(again.to_json(), tokenizer.to_json());
    assert_eq!((again.vocab_size(), again.id("<|endoftext|>")), (280, Some(0)));
    assert!(again.is_special(0) && !again.is_special(1));
    let text = "the naïve cafe\u{301} <|endoftext|> 東京";
    assert_eq!(again.encode(text), tokenizer.encode(text));
    assert_eq!((tokenizer.bytes(280), tokenizer.text(1 + 0xc3)), (&[][..], Cow::Borrowed("\u{fffd}")));
}

#[test]
fn a_long_word_is_no_burden() {
    // A megabyte without a space: were each merge to look through the word, this would take hours.
    let tokenizer = train(["aaaaaaaaaaaaaaaa"], &Training { vocab_size: 260, special: &[], min_count: 1 }).unwrap();
    let ids = tokenizer.encode(&"a".repeat(1 << 20));
    assert_eq!((ids.len(), tokenizer.bytes(ids[0]).len()), (1 << 16, 16));
    let marks = "e".to_owned() + &"\u{301}\u{323}".repeat(1 << 18);
    assert_eq!(tokenizer.decode(&tokenizer.encode(&marks)), Nfc::new().normalize(&marks).text);
}

#[test]
fn another_kind_or_a_damaged_file_is_one_sentence() {
    let json = small().to_json();
    let byte_level = r#"{"type": "ByteLevel", "add_prefix_space": false, "trim_offsets": true, "use_regex": true}"#;
    let pre_tokenizer = format!("\"pre_tokenizer\": {byte_level}");
    for (from, to, expected) in [
        ("\"BPE\"", "\"WordPiece\"", "the tokenizer's `model.type` is WordPiece; this program reads BPE"),
        (
            "\"type\": \"BPE\", ",
            "\"type\": 7, ",
            "the tokenizer's `model` should be an object with a `type` and is an object",
        ),
        ("\"model\"", "\"modal\"", "the tokenizer's `model` should be an object and is absent"),
        ("\"NFC\"", "\"Lowercase\"", "the tokenizer's `normalizer.type` is Lowercase; this program reads NFC or none"),
        (
            &pre_tokenizer,
            "\"pre_tokenizer\": {\"type\": \"Metaspace\"}",
            "the tokenizer's `pre_tokenizer.type` is Metaspace; this program reads ByteLevel",
        ),
        (
            &pre_tokenizer,
            "\"pre_tokenizer\": null",
            "the tokenizer's `pre_tokenizer` is absent; this program reads ByteLevel",
        ),
        (
            "\"add_prefix_space\": false",
            "\"add_prefix_space\": true",
            "the tokenizer's `pre_tokenizer.add_prefix_space` is true; this program reads false",
        ),
        (
            "\"add_prefix_space\": false, ",
            "",
            "the tokenizer's `pre_tokenizer.add_prefix_space` should be true or false and is absent",
        ),
        (
            "\"use_regex\": true",
            "\"use_regex\": false",
            "the tokenizer's `pre_tokenizer.use_regex` should be true and is true or false",
        ),
        (
            "\"byte_fallback\": false",
            "\"byte_fallback\": true",
            "the tokenizer's `model.byte_fallback` is set; this program reads none",
        ),
        (
            "\"lstrip\": false",
            "\"lstrip\": true",
            "the tokenizer's `added_tokens`, entry 0 (`<|endoftext|>`): it takes in spaces or stands only between words, which this program does not do",
        ),
        (
            "\"id\": 0",
            "\"id\": 5",
            "the tokenizer's `model.vocab`, entry 0 (`<|endoftext|>`): its id should be that of the added token",
        ),
        ("\"!\": 34", "\"!\": 35", "the tokenizer's `model.vocab`, entry 35 (`\"`): its id belongs to another token"),
        (
            "\"!\": 34",
            "\"!\": 5000000",
            "the tokenizer's `model.vocab`, entry 34 (`!`): its id should be a whole number below 4,194,304",
        ),
        ("\"!\": 34,", "", "the tokenizer's vocabulary has no token for the byte 0x21"),
        (
            "\"!\": 34",
            "\" \": 34",
            "the tokenizer's `model.vocab`, entry 34 (` `): it does not spell bytes, as tokens of a byte-level vocabulary do",
        ),
        ("\"h e\"", "\"he\"", "the tokenizer's `model.merges`, entry 0 (`he`): it should be two tokens"),
        ("\"h e\"", "[\"h\"]", "the tokenizer's `model.merges`, entry 0 (``): it should be two tokens"),
        (
            "\"h e\"",
            "\"h 東\"",
            "the tokenizer's `model.merges`, entry 0 (`h 東`): its second token is not in the vocabulary",
        ),
        (
            "\"h e\"",
            "\"q x\"",
            "the tokenizer's `model.merges`, entry 0 (`q x`): what it makes is not in the vocabulary",
        ),
        (
            "\"h e\",",
            "\"h e\",\"h e\",",
            "the tokenizer's `model.merges`, entry 1 (``): it merges a pair that an earlier one merges already",
        ),
        ("\"merges\": [", "\"merges\": {", "the tokenizer's file is no valid JSON: line "),
    ] {
        assert!(json.contains(from), "{from}");
        let found = Tokenizer::from_json(json.replacen(from, to, 1).as_bytes()).unwrap_err().to_string();
        assert!(found.starts_with(expected), "{from} → {to}:\n{found}\n{expected}");
    }
    assert_eq!(Tokenizer::from_json(b"{\"\xff").unwrap_err(), TokenizerError::NotText { at: 2 });
}

#[test]
fn merges_may_be_pairs_and_the_type_may_be_absent() {
    let mut json: serde_json::Value = serde_json::from_str(&small().to_json()).unwrap();
    let model = json["model"].as_object_mut().unwrap();
    model.remove("type");
    for merge in model["merges"].as_array_mut().unwrap() {
        *merge = merge.as_str().unwrap().split(' ').collect();
    }
    assert!(json.to_string().contains(r#""merges":[["h","e"],"#));
    let found = Tokenizer::from_json(json.to_string().as_bytes()).unwrap();
    assert_eq!(found.to_json(), small().to_json());
}

#[test]
fn no_mutation_panics() {
    let (json, mut random) = (small().to_json().into_bytes(), Random::new(2026, 16));
    let (mut read, mut refused) = (0, 0);
    for _ in 0..2_000 {
        let mut bytes = json.clone();
        for _ in 0..=random.below(3) {
            let at = random.below(bytes.len() as u32) as usize;
            match random.below(4) {
                0 => bytes[at] = random.bits() as u8,
                1 => drop(bytes.drain(at..(at + 1 + random.below(20) as usize).min(bytes.len()))),
                2 => bytes[at] = b"0123456789{}[]\",: "[random.below(18) as usize],
                _ => bytes.truncate(at + 1),
            }
        }
        match Tokenizer::from_json(&bytes) {
            Ok(tokenizer) => {
                let text = mixed(&mut random);
                let _any = tokenizer.decode(&tokenizer.encode(&text));
                assert!(!tokenizer.encode_with_places("the cat").is_empty());
                read += 1;
            }
            Err(error) => {
                assert!(!error.to_string().contains('\n'), "{error}");
                refused += 1;
            }
        }
    }
    assert!(read > 20 && refused > 1_000, "{read} read, {refused} refused");
}

#[test]
fn form_c_can_come_from_outside() {
    let file = small().to_json();
    let outside: Normalize = |text| Normalized::from_outside(text, Nfc::new().normalize(text).text.into_owned());
    let ours = Tokenizer::from_json(file.as_bytes()).unwrap();
    let theirs = Tokenizer::from_json_normalizing(file.as_bytes(), outside).unwrap();
    for text in ["the cat", "cafe\u{301} a\u{323}\u{302}", "\u{1112}\u{1161}\u{11ab} \u{2126}", "naïve 東京"] {
        assert_eq!(theirs.encode(text), ours.encode(text), "{text:?}");
    }
    // Where the text differs, it is not known in what place: each token is of the whole.
    let places = theirs.encode_with_places("ae\u{301}b");
    assert!(!places.is_empty() && places.iter().all(|token| token.source == (0..5)), "{places:?}");
    // A function that changes something else is seen to be asked.
    let shouting: Normalize = |text| Normalized::from_outside(text, text.to_uppercase());
    let loud = Tokenizer::from_json_normalizing(file.as_bytes(), shouting).unwrap();
    assert_eq!(loud.decode(&loud.encode("the cat")), "THE CAT");
}
