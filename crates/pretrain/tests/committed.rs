//! The committed model is what `cargo xtask pretrain` makes: its vocabulary is made anew, its first steps are made
//! again, and its files are those of the note. Nothing here trains it to the end.

use ml::neox::Layout;
use pretrain::corpus::Corpus;
use pretrain::folder::{self, CONFIG, NOTE, TOKENIZER, WEIGHTS};
use pretrain::parallel::Parallel;
use pretrain::plan;
use pretrain::stream::{Stream, first_text};
use std::path::{Path, PathBuf};

/// Sums differ between machines by fused multiply-add and the width of their lanes; twenty steps let that grow. Another
/// seed, batch or rate is off by more than ten times this.
const TOLERANCE: f64 = 2e-3;

fn models() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../models/pocket")
}

#[test]
fn the_first_losses_are_those_of_the_note() {
    let note = folder::note(&models()).unwrap();
    let noted: Vec<f64> = note["first_losses"].as_array().unwrap().iter().map(|l| l.as_f64().unwrap()).collect();
    assert_eq!(noted.len(), plan::FIRST_LOSSES);
    let corpus = Corpus::new(plan::SEED).unwrap();
    let tokenizer = plan::tokenizer(&corpus).unwrap();
    let mut stream = Stream::new(&corpus, &tokenizer, first_text::TRAINING);
    let mut parallel = Parallel::new(&plan::model().unwrap(), plan::WORKERS).unwrap();
    for (step, noted) in noted.iter().enumerate() {
        let loss = plan::step(&mut parallel, &mut stream, step as u32).unwrap();
        assert!((loss - noted).abs() < TOLERANCE, "step {step}: {loss} instead of {noted}");
    }
}

#[test]
fn the_vocabulary_is_made_from_the_corpus() {
    let tokenizer = plan::tokenizer(&Corpus::new(plan::SEED).unwrap()).unwrap();
    let committed = std::fs::read_to_string(models().join(TOKENIZER)).unwrap();
    assert!(tokenizer.to_json() == committed, "the corpus makes another vocabulary than {TOKENIZER}");
}

#[test]
fn the_files_are_those_of_the_note_and_small() {
    let note = folder::note(&models()).unwrap();
    let mut bytes = 0;
    for name in [WEIGHTS, TOKENIZER, CONFIG] {
        let file = std::fs::read(models().join(name)).unwrap();
        assert_eq!(note["sha256"][name].as_str(), Some(folder::sha256(&file).as_str()), "{name}");
        bytes += file.len();
    }
    assert!(bytes <= 3_000_000, "{bytes} bytes beside {NOTE}");
    assert_eq!(note["seed"].as_u64(), Some(plan::SEED));
    assert_eq!(note["steps"].as_u64(), Some(u64::from(plan::STEPS)));
    assert!(note["tokens"].as_u64().unwrap() >= 5_000_000);
}

#[test]
fn the_model_is_far_better_than_trigrams() {
    let note = folder::note(&models()).unwrap();
    let of = |name: &str| note[name].as_f64().unwrap();
    assert!(of("validation_perplexity") <= 0.7 * of("trigram_perplexity"));
    // What the note says, in brief: 8,192 tokens of the same held-out text instead of all.
    let (model, tokenizer) = folder::read(&models()).unwrap();
    assert_eq!(model.weights().len(), Layout::new(plan::config()).unwrap().len());
    let corpus = Corpus::new(plan::SEED).unwrap();
    let mut stream = Stream::new(&corpus, &tokenizer, first_text::VALIDATION);
    let mut parallel = Parallel::new(&model, plan::WORKERS).unwrap();
    let batches = 8;
    let tokens = (batches * plan::WORKERS * plan::ROWS * plan::LENGTH) as f64;
    let parts = || stream.parts(plan::WORKERS, plan::ROWS, plan::LENGTH).unwrap();
    let loss: f64 = std::iter::repeat_with(parts).take(batches).map(|parts| parallel.loss(&parts).unwrap()).sum();
    let (found, noted) = ((loss / tokens).exp(), of("validation_perplexity"));
    assert!((found / noted - 1.0).abs() < 0.1, "{found} on a part, {noted} noted");
}
