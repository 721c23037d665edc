use super::*;
use std::collections::BTreeSet;

/// Words as a reader counts them: runs of letters, in small letters.
fn words(text: &str) -> impl Iterator<Item = String> {
    text.split(|c: char| !c.is_alphabetic()).filter(|w| !w.is_empty()).map(str::to_lowercase)
}

#[test]
fn the_same_seed_and_index_give_the_same_text() {
    let (a, b, other) = (Corpus::new(1).unwrap(), Corpus::new(1).unwrap(), Corpus::new(2).unwrap());
    for index in [0, 1, 99, 1 << 40] {
        assert_eq!(a.text(index).unwrap(), b.text(index).unwrap());
        assert_ne!(a.text(index).unwrap(), other.text(index).unwrap());
    }
}

#[test]
fn twenty_thousand_texts_have_no_holes_and_over_2000_words() {
    let corpus = Corpus::new(3).unwrap();
    let mut seen = BTreeSet::new();
    for index in (0..10_000).chain(FIRST_TEXTS..FIRST_TEXTS + 20_000) {
        let text = corpus.text(index).unwrap();
        let hole = text.find(['{', '}', '[', ']', '_', '*', '=', '|', '\\']);
        assert!(hole.is_none() && !text.contains("  ") && !text.contains(" ."), "{text}");
        assert!(text.is_ascii() && text.len() > 40, "{text}");
        seen.extend(words(&text));
    }
    let corpus = Lexicon::read().unwrap();
    let mut listed: BTreeSet<String> = corpus.things.iter().flat_map(|t| words(&t.name).collect::<Vec<_>>()).collect();
    listed.extend(corpus.jobs.iter().flat_map(|j| words(j.name).chain(words(j.does)).collect::<Vec<_>>()));
    listed.extend(corpus.verbs.values().flatten().map(|v| v.past.clone()));
    listed.extend(corpus.lists.values().flatten().flat_map(|w| words(&w.replace('_', " ")).collect::<Vec<_>>()));
    let unused: Vec<&String> = listed.difference(&seen).collect();
    assert!(unused.len() * 50 < listed.len(), "{unused:?}");
    assert!(seen.len() >= 2_500, "{}", seen.len());
}

#[test]
fn nothing_looks_like_an_instruction_with_its_response() {
    let corpus = Corpus::new(4).unwrap();
    for index in (0..10_000).chain(FIRST_TEXTS..FIRST_TEXTS + 20_000) {
        let text = corpus.text(index).unwrap();
        for mark in ["Instruction", "Response", "1.", "Ahoy", "I do not speak of magic"] {
            assert!(!text.contains(mark), "{mark} in {text}");
        }
    }
}
