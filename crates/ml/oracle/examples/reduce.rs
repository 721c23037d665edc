//! Reduces the `tokenizer.json` of GPT-NeoX-20B to what the tests of the tokenizer need.
//!
//! `GPT_NEOX_TOKENIZER=… cargo run --package ml-oracle --example reduce` writes
//! `crates/ml/tests/tokenizer/gpt-neox-reduced.json`. Kept are all added tokens, the bytes, the first 2,000 merges, and
//! every merge that leads to a token of the texts in `crates/ml/tests/tokenizer/cases.json`; ids and order stay.

use serde_json::{Map, Value, json};
use std::collections::HashSet;
use std::error::Error;

const FIRST_MERGES: usize = 2_000;

/// The two tokens of a merge and what they make.
fn parts(merge: &Value) -> Option<[String; 3]> {
    let (left, right) = merge.as_str()?.split_once(' ')?;
    Some([left.to_owned(), right.to_owned(), format!("{left}{right}")])
}

fn main() -> Result<(), Box<dyn Error>> {
    let path = ml_oracle::whole("the reduction").ok_or("the whole vocabulary is needed")?;
    let mut whole: Value = serde_json::from_str(&std::fs::read_to_string(path)?)?;
    let cases: Value = serde_json::from_str(include_str!("../../tests/tokenizer/cases.json"))?;
    let wanted: HashSet<u64> = cases["cases"]
        .as_array()
        .into_iter()
        .flatten()
        .flat_map(|case| case["ids"].as_array().into_iter().flatten().filter_map(Value::as_u64))
        .collect();
    let vocab: Map<String, Value> = whole["model"]["vocab"].as_object().ok_or("no vocabulary")?.clone();
    let merges: Vec<Value> = whole["model"]["merges"].as_array().ok_or("no merges")?.clone();
    let parts: Vec<[String; 3]> =
        merges.iter().map(|merge| parts(merge).ok_or("no merge")).collect::<Result<_, _>>()?;

    let mut kept: HashSet<String> = vocab
        .iter()
        .filter(|(token, id)| token.chars().count() == 1 || id.as_u64().is_some_and(|id| wanted.contains(&id)))
        .map(|(token, _)| token.clone())
        .collect();
    kept.extend(parts.iter().take(FIRST_MERGES).map(|[_, _, made]| made.clone()));
    // What a token is made of stands earlier in the list, so that one walk from the end finds all.
    for [left, right, made] in parts.iter().rev() {
        if kept.contains(made) {
            kept.extend([left.clone(), right.clone()]);
        }
    }
    let added = whole["added_tokens"].as_array().ok_or("no added tokens")?.clone();
    let mut vocabulary: Map<String, Value> = vocab.into_iter().filter(|(token, _)| kept.contains(token)).collect();
    vocabulary
        .extend(added.iter().filter_map(|token| Some((token["content"].as_str()?.to_owned(), token["id"].clone()))));
    let merges = merges.into_iter().zip(&parts).filter(|(_, merge)| merge.iter().all(|token| kept.contains(token)));
    whole["model"]["merges"] = merges.map(|(merge, _)| merge).collect();
    whole["model"]["vocab"] = json!(vocabulary);
    let reduced = ml::tokenizer::Tokenizer::from_json(whole.to_string().as_bytes())?;
    std::fs::write(ml_oracle::reduction(), reduced.to_json())?;
    Ok(())
}
