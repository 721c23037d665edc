//! The search as a wasm module of its own.
//!
//! Who asks nothing goes without it. It fetches nothing: it says which files of the index a question needs, and the
//! client brings them. Lists of strings stand for whatever has parts, as between client and renderer.

use search::{File, Index, Stretch};
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

/// The answer to a question, or what it lacks: `needs` and the paths of files, from the directory's folder, that must
/// be given before it is asked again; or `found`, how many posts answer, whether only with some of the words (`some` or nothing), and for each of the
/// best its slug, title, description and date. An empty list: the index is damaged.
#[wasm_bindgen]
pub fn answer(question: &str, n_best: usize) -> Vec<String> {
    with_index(|index| {
        let mut lacking = index.needs(question);
        let hits = index.search(question, n_best).ok()?;
        if lacking.is_empty() {
            lacking = index.entries_needed(&hits.best);
        }
        if !lacking.is_empty() {
            let paths = lacking.into_iter().map(|file| index.path(file));
            return Some(std::iter::once("needs".to_owned()).chain(paths).collect());
        }
        let some = if hits.has_some_words_only { "some" } else { "" };
        let mut list = vec!["found".to_owned(), hits.n_all.to_string(), some.to_owned()];
        for hit in hits.best {
            let entry = index.entry(hit.post).ok()??;
            list.extend([entry.slug, entry.title, entry.description, entry.date]);
        }
        Some(list)
    })
    .unwrap_or_default()
}

/// The stretch of a text that answers best, in parts that are by turns plain and asked for; the first is plain.
#[wasm_bindgen]
pub fn excerpt(text: &str, question: &str, n_words: usize) -> Vec<String> {
    let mut list: Vec<String> = Vec::new();
    for Stretch { text, is_asked } in search::excerpt(text, question, n_words) {
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
