//! From text to labelled tokens.

use super::*;
use crate::sft::preset::Preset;
use ml::tokenizer::{Tokenizer, Training, train};

fn tokenizer() -> Tokenizer {
    let training = Training { vocab_size: 300, special: &["<|endoftext|>", "<|padding|>"], min_count: 2 };
    train(["Instruction: Name a color.\nResponse: Red."; 3], &training).unwrap()
}

fn pair(instruction: &str, completion: &str) -> Pair {
    Pair { instruction: instruction.to_owned(), completion: completion.to_owned() }
}

#[test]
fn a_completion_and_the_end_count_and_labels_stand_one_place_to_the_left() {
    let tokenizer = tokenizer();
    let template = Template::default();
    let recipe = Recipe { tokenizer: &tokenizer, template: &template, end: 0 };
    let example = recipe.example(&pair("Name a color.", " Red."));
    let text: String = example.tokens.iter().map(|&id| tokenizer.text(id).into_owned()).collect();
    assert_eq!(text, "Instruction: Name a color.\nResponse: Red.<|endoftext|>");
    let prompt = tokenizer.decode(&example.tokens[..example.n_prompt]);
    assert_eq!(prompt, "Instruction: Name a color.\nResponse:");

    let labelled = example.labelled(512, true);
    assert_eq!(labelled.len(), example.tokens.len() - 1);
    for (i, at) in labelled.iter().enumerate() {
        assert_eq!((at.input, at.label), (example.tokens[i], example.tokens[i + 1]));
        assert_eq!(at.counts, i + 1 >= example.n_prompt, "{i}");
        assert_eq!(at.counts, at.part != Part::Prompt);
    }
    // The first label that counts is predicted at the prompt's last token, the last is the end.
    let first = labelled.iter().position(|at| at.counts).unwrap();
    assert_eq!(tokenizer.text(labelled[first].input), ":");
    assert_eq!((labelled.last().unwrap().label, labelled.last().unwrap().part), (0, Part::End));
    assert!(example.labelled(512, false).iter().all(|at| at.counts), "an unmasked prompt counts");
}

/// The ids and the mask of the table in the article on fine-tuning: 12 inputs, of which the last three count.
#[test]
fn the_pair_of_the_article() {
    let tokens = vec![10548, 2705, 27, 9424, 247, 3295, 15, 187, 9604, 27, 4410, 15, 0];
    let example = Example { tokens, n_prompt: 10 };
    let labelled = example.labelled(64, true);
    let labels: Vec<i64> = labelled.iter().map(|at| if at.counts { i64::from(at.label) } else { -100 }).collect();
    assert_eq!(labels, [-100, -100, -100, -100, -100, -100, -100, -100, -100, 4410, 15, 0]);
}

#[test]
fn truncation_is_counted() {
    let example = |n_prompt, n_tokens| Lengths { n_prompt, n_tokens };
    // Eight positions read nine tokens.
    let lengths = [example(3, 9), example(3, 10), example(8, 12), example(9, 12), example(20, 30)];
    let found = truncation(lengths, 8);
    assert_eq!(found, Truncation { n_cut: 2, n_dropped: 2, n_lost_tokens: 1 + 3 + 3 + 21 });
    let long = Example { tokens: (0..30).collect(), n_prompt: 5 };
    assert_eq!((long.cut(8).len(), long.counts(8, true).iter().filter(|c| **c).count()), (9, 4));
    assert_eq!(long.labelled(8, true).len(), 8);
    assert_eq!(long.cut(usize::MAX).len(), 30);
    assert!(Example::default().labelled(8, true).is_empty());
}

#[test]
fn templates_have_one_place() {
    let prompt = Template::new("### {instruction} ###").unwrap().prompt("Go");
    assert_eq!(prompt, "### Go ###");
    let default = Template::default();
    assert_eq!(Template::new(&default.text()), Ok(default.clone()));
    assert_eq!(default.prompt("Name a color."), "Instruction: Name a color.\nResponse:");
    assert!(!default.ends_in_space() && Template::new("{instruction} ").unwrap().ends_in_space());
    for (text, expected) in [
        ("Response:", "the template has no {instruction}"),
        ("{instructions}:", "the template has no {instruction}; it has {instructions}"),
        ("{instruction}{instruction}", "the template has 2 places for the instruction; it should have one"),
    ] {
        assert_eq!(Template::new(text).unwrap_err().to_string(), expected);
    }
    assert!(matches!(Template::new(&"x".repeat(2001)), Err(TemplateError::TooLong { found: 2001 })));
}

#[test]
fn a_file_comes_back_as_it_was_written() {
    let pairs = [pair("Say \"hi\".\n", " 1. a\\b\t\u{1}"), pair("Où ?", " 東京 🙂")];
    let import = jsonl::read(jsonl::write(&pairs).as_bytes()).unwrap();
    assert_eq!((import.pairs.as_slice(), import.n_faults, import.n_unspaced), (&pairs[..], 0, 0));
    for preset in Preset::ALL {
        for text in [preset.trained(), preset.held_out()] {
            let import = jsonl::read(text.as_bytes()).unwrap();
            assert_eq!((import.pairs.len(), import.n_faults), (text.lines().count(), 0));
            assert_eq!(jsonl::write(&import.pairs), text, "{}", preset.name());
        }
    }
}

#[test]
fn a_line_that_is_no_pair_is_told_and_the_others_are_read() {
    let file = concat!(
        "\u{feff}{\"instruction\": \"a\", \"completion\": \" b\", \"id\": 3}\r\n",
        "\n",
        "{\"instruction\": \"a\", \"completion\": b}\n",
        "{\"instruction\": \"a\", \"response\": \" b\"}\n",
        "{\"instuction\": \"a\", \"completion\": \" b\"}\n",
        "{\"text\": \"a\"}\n",
        "{\"instruction\": \"a\", \"completion\": 3}\n",
        "{\"instruction\": \" \", \"completion\": \" b\"}\n",
        "{\"instruction\": \"a\", \"instruction\": \"b\"}\n",
        "3\n",
        "{\"instruction\": \"c\", \"completion\": \"d\"}",
    );
    let import = jsonl::read(file.as_bytes()).unwrap();
    assert_eq!(import.pairs, [pair("a", " b"), pair("c", "d")]);
    assert_eq!((import.n_unspaced, import.unread.as_slice()), (1, &["id".to_owned()][..]));
    let faults: Vec<String> = import.faults.iter().map(ToString::to_string).collect();
    assert_eq!(import.n_faults, 8);
    assert!(faults[0].starts_with("line 3: column 36: expected "), "{}", faults[0]);
    assert_eq!(
        faults[1..],
        [
            "line 4: there is no key `completion`; rename `response` if it is meant",
            "line 5: there is no key `instruction`; rename `instuction` if it is meant",
            "line 6: there is no key `instruction`",
            "line 7: `completion` should be a string and is a number",
            "line 8: the instruction is empty",
            "line 9: the key `instruction` is there twice",
            "line 10: expected an object such as {\"instruction\": \"…\", \"completion\": \"…\"}, found a number",
        ]
    );
}

#[test]
fn a_file_of_another_kind_is_one_sentence() {
    let error = |file: &[u8]| jsonl::read(file).unwrap_err().to_string();
    assert_eq!(error(b"\n \n"), "the file holds no line");
    assert_eq!(error(b"{}\n\xff\n"), "the file is no UTF-8 text: line 2 holds a byte that is none");
    assert!(error(b"\xff\xfe{\0").ends_with("it looks like UTF-16, save it as UTF-8"));
    assert!(error(b"[{\"instruction\": \"a\"},\n").starts_with("the file is one JSON array"));
    assert_eq!(error(&vec![b'\n'; 100_001]), "the file has more than 100000 lines");
    assert_eq!(error(&vec![b' '; (32 << 20) + 1]), "the file has 33554433 bytes; 33554432 is the most");
    // As many lines as are read, all of them broken: the first twenty are told, the others counted.
    let import = jsonl::read("{\n".repeat(100_000).as_bytes()).unwrap();
    assert_eq!((import.faults.len(), import.n_faults, import.pairs.len()), (20, 100_000, 0));
}

#[test]
fn held_out_pairs_are_drawn_by_seed_and_never_trained_on() {
    let split = order::split(50, 20, 7);
    assert_eq!((split.train.len(), split.held_out.len()), (40, 10));
    assert!(split.held_out.iter().all(|at| !split.train.contains(at)));
    assert_eq!(order::split(50, 20, 7), split);
    assert_ne!(order::split(50, 20, 8), split);
    assert_eq!(order::split(3, 1, 0).held_out.len(), 1, "at least one, where any are wanted");
    assert_eq!((order::split(1, 50, 0).train.len(), order::split(0, 50, 0).train.len()), (1, 0));
    let pairs: Vec<Pair> = (0..50).map(|n| pair(&format!("{n}"), " x")).collect();
    let template = Template::default().text();
    let set = DataSet { pairs: pairs.clone(), held_out: HeldOut::Drawn { percent: 20, seed: 7 }, template };
    let (_, all, n_trained) = set.checked().unwrap();
    assert_eq!((all.len(), n_trained), (50, 40));
    assert!(all[40..].iter().zip(&split.held_out).all(|(pair, at)| *pair == pairs[*at as usize]));
}

#[test]
fn data_that_cannot_be_used_is_one_sentence() {
    let set = |pairs, held_out| DataSet { pairs, held_out, template: Template::default().text() };
    let error = |set: DataSet| set.checked().unwrap_err().to_string();
    assert_eq!(error(set(vec![], HeldOut::Given(vec![pair("a", "b")]))), "there is no pair to train on");
    let drawn = HeldOut::Drawn { percent: 91, seed: 0 };
    assert_eq!(error(set(vec![pair("a", "b")], drawn)), "91 % of the pairs cannot be held out; from 0 to 90 % can");
    let long = pair("a", &"b".repeat(MOST_TEXT_BYTES + 1));
    let found = error(set(vec![long], HeldOut::Given(vec![])));
    assert_eq!(found, "the completion of pair 1 has 65537 bytes; 65536 is the most");
    let many = vec![Pair::default(); MOST_PAIRS + 1];
    assert_eq!(error(set(many, HeldOut::Given(vec![]))), "there are 100001 pairs; 100000 is the most");
}

#[test]
fn an_epoch_takes_every_example_once() {
    let walk = order::Walk { n_examples: 10, batch_size: 4, seed: 3 };
    let mut kept = order::Order::default();
    assert_eq!(walk.steps_per_epoch(), 3);
    let mut orders = Vec::new();
    for epoch in 0..3 {
        let mut seen = Vec::new();
        for at in 0..3 {
            assert_eq!(walk.place(epoch * 3 + at), (epoch, at));
            seen.extend_from_slice(walk.batch(epoch * 3 + at, &mut kept));
        }
        orders.push(seen.clone());
        seen.sort_unstable();
        assert_eq!(seen, (0..10).collect::<Vec<_>>());
    }
    assert!(orders[0] != orders[1] && orders[1] != orders[2]);
    // The same whoever asks first.
    let late = walk.batch(7, &mut order::Order::default()).to_vec();
    assert_eq!(walk.batch(7, &mut kept), late);
}
