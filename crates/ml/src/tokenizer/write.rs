//! Writes a `tokenizer.json` that Hugging Face's libraries load.

use super::{Tokenizer, alphabet};
use crate::json::escaped;
use std::fmt::Write;

impl Tokenizer {
    /// The tokenizer as a `tokenizer.json`. Added tokens stand in the vocabulary too, so that ids which leave some out
    /// keep their numbers.
    pub fn to_json(&self) -> String {
        let characters = alphabet::characters();
        let spell = |id: u32| match self.added.iter().find(|token| token.id == id) {
            Some(token) => token.content.clone(),
            None => alphabet::spelling(self.bytes(id), &characters),
        };
        let mut out =
            String::from("{\n\"version\": \"1.0\",\n\"truncation\": null,\n\"padding\": null,\n\"added_tokens\": [");
        // Writing to a string never fails.
        for (at, token) in self.added.iter().enumerate() {
            let comma = if at == 0 { "" } else { "," };
            let _ = write!(out, "{comma}\n{{\"id\": {}, \"content\": \"", token.id);
            escaped(&token.content, &mut out);
            let _ = write!(
                out,
                "\", \"single_word\": false, \"lstrip\": false, \"rstrip\": false, \"normalized\": {}, \"special\": {}}}",
                token.normalized, token.special
            );
        }
        let normalizer = if self.normalize.is_some() { "{\"type\": \"NFC\"}" } else { "null" };
        let byte_level =
            "{\"type\": \"ByteLevel\", \"add_prefix_space\": false, \"trim_offsets\": true, \"use_regex\": true}";
        let _ = write!(
            out,
            "],\n\"normalizer\": {normalizer},\n\"pre_tokenizer\": {byte_level},\n\"post_processor\": {byte_level},\n\
             \"decoder\": {byte_level},\n\"model\": {{\"type\": \"BPE\", \"dropout\": null, \"unk_token\": null, \
             \"continuing_subword_prefix\": null, \"end_of_word_suffix\": null, \"fuse_unk\": false, \
             \"byte_fallback\": false, \"ignore_merges\": false,\n\"vocab\": {{"
        );
        let mut comma = "";
        for id in (0..self.vocab_size() as u32).filter(|id| !self.bytes(*id).is_empty()) {
            let _ = write!(out, "{comma}\n\"");
            escaped(&spell(id), &mut out);
            let _ = write!(out, "\": {id}");
            comma = ",";
        }
        out.push_str("},\n\"merges\": [");
        for (at, merge) in self.merges.list().iter().enumerate() {
            out.push_str(if at == 0 { "\n\"" } else { ",\n\"" });
            escaped(&spell(merge.left), &mut out);
            out.push(' ');
            escaped(&spell(merge.right), &mut out);
            out.push('"');
        }
        out.push_str("]}\n}\n");
        out
    }
}
