//! What a lab that fine-tunes a language model does to the browser: models come from where the page says they lie and
//! are kept for the next visit, checkpoints have their files, workers start, and files are read and saved.
//!
//! Everything here is an effect and decides nothing: a view's state asks for it and is told by a callback. What begins
//! here ends when its handle is dropped. Sentences are for the reader.
//!
//! Order of reading: [`addresses`] (where things lie), [`shelf`] (models that are kept), [`download`] (models that
//! come), [`slots`] (files of checkpoints), [`language_link`] (the workers), [`pick`] (files of the reader).

pub mod addresses;
pub mod download;
mod js;
pub mod language_link;
pub mod pick;
pub mod shelf;
pub mod slots;
