//! The search as a wasm module of its own.
//!
//! Who asks nothing goes without it. It fetches nothing: it says which files of the index a question needs, and the
//! client brings them. Lists of strings stand for whatever has parts, as between client and renderer.

use search::{File, Hits, Index, Stretch};
use std::cell::RefCell;
use wasm_bindgen::prelude::wasm_bindgen;

fn main() {}

thread_local! {
    static INDEX: RefCell<Option<Index>> = const { RefCell::new(None) };
}

fn with_index<T>(call: impl FnOnce(&mut Index) -> Option<T>) -> Option<T> {
    INDEX.with_borrow_mut(|index| index.as_mut().and_then(call))
}

/// Takes the index's directory; tells whether it is one.
#[wasm_bindgen]
pub fn open(directory: &[u8]) -> bool {
    INDEX.set(Index::open(directory).ok());
    INDEX.with_borrow(Option::is_some)
}

/// Takes a file, by the path that [`answer`] gave.
#[wasm_bindgen]
pub fn give(path: &str, bytes: Vec<u8>) {
    with_index(|index| {
        index.give(File::named(path.rsplit('/').next()?)?, bytes);
        Some(())
    });
}

/// What answers a question, as far as is known: a sentence that tells how many posts do, the number of files that are
/// lacking, their paths from the directory's folder, and slug, title, description and date of each of the best that is
/// known. Those are the first `n_first` of `n_best` at least, or none before the files that tell of them are given; the
/// sentence is right with the first. An empty list: the index is damaged.
#[wasm_bindgen]
pub fn answer(question: &str, n_first: usize, n_best: usize) -> Vec<String> {
    with_index(|index| {
        let question = &index.question(question);
        let mut lacking = index.needs(question);
        if !lacking.is_empty() {
            return Some(list(index, String::new(), &lacking));
        }
        let hits = index.search(question, n_best).ok()?;
        lacking = index.entries_needed(hits.best.get(..n_first).unwrap_or(&hits.best));
        if !lacking.is_empty() {
            return Some(list(index, String::new(), &lacking));
        }
        let mut list = list(index, told(&hits), &index.entries_needed(&hits.best));
        for hit in hits.best {
            // What comes after one that is lacking would stand in its place.
            let Some(entry) = index.entry(hit.post).ok()? else { break };
            list.extend([entry.slug, entry.title, entry.description, entry.date]);
        }
        Some(list)
    })
    .unwrap_or_default()
}

fn list(index: &Index, told: String, lacking: &[File]) -> Vec<String> {
    let paths = lacking.iter().map(|file| index.path(*file));
    [told, lacking.len().to_string()].into_iter().chain(paths).collect()
}

fn told(hits: &Hits) -> String {
    match (hits.n_all, hits.has_some_words_only) {
        (0, _) => "No article has these words.".to_owned(),
        (1, false) => "1 article".to_owned(),
        (n, false) => [&n.to_string(), " articles"].concat(),
        (n, true) => ["No article has all of these words; ", &n.to_string(), " with some of them"].concat(),
    }
}

/// The stretch of a text that answers best, in parts that are by turns plain and asked for; the first is plain.
#[wasm_bindgen]
pub fn excerpt(text: &str, question: &str, n_words: usize) -> Vec<String> {
    let mut list: Vec<String> = Vec::new();
    let stretches = with_index(|index| Some(search::excerpt(text, &index.question(question), n_words)));
    for Stretch { text, is_asked } in stretches.unwrap_or_default() {
        // The list has an even length where the next part is plain.
        if is_asked == list.len().is_multiple_of(2) {
            match list.last_mut() {
                Some(last) if !is_asked => {
                    last.push_str(&text);
                    continue;
                }
                _ => list.push(String::new()),
            }
        }
        list.push(text);
    }
    list
}
