//! Reads a Hugging Face `tokenizer.json`.
//!
//! Source: the format that the `tokenizers` library writes (version "1.0"), as of its release 0.23.

use super::added::Added;
use super::error::beginning;
use super::merge::{Merge, Merges};
use super::unicode::{self, Normalize};
use super::{Tokenizer, TokenizerError, alphabet};
use crate::json::Json;
use std::borrow::Cow;

/// The highest id that is taken: sixteen times what the largest vocabularies have. An embedding of more rows fits no
/// browser.
const MOST_IDS: u64 = 1 << 22;
/// The longest added token in bytes, so that looking for it takes a bounded time at each place of a text.
const LONGEST_ADDED: usize = 512;

type Result<T> = std::result::Result<T, TokenizerError>;

fn member(place: &'static str, expected: &'static str, found: Option<&Json<'_>>) -> TokenizerError {
    let found = match found {
        None => "absent".to_owned(),
        Some(Json::Text(text)) => format!("`{}`", beginning(text)),
        Some(Json::Number(text)) => beginning(text),
        Some(other) => other.kind().to_owned(),
    };
    TokenizerError::Member { place, expected, found }
}

fn entry(place: &'static str, entry: usize, text: &str, problem: &'static str) -> TokenizerError {
    TokenizerError::Entry { place, entry, text: beginning(text), problem }
}

fn kind(place: &'static str, expected: &'static str, found: impl Into<String>) -> TokenizerError {
    TokenizerError::Kind { place, expected, found: found.into() }
}

/// The `type` of a part, for comparison and for a message.
fn type_of<'a>(place: &'static str, part: &'a Json<'_>) -> Result<&'a str> {
    part.get("type").and_then(Json::as_text).ok_or_else(|| member(place, "an object with a `type`", Some(part)))
}

impl Tokenizer {
    /// Reads the bytes of a `tokenizer.json`.
    ///
    /// # Errors
    /// [`TokenizerError`] if the file is damaged, or describes another tokenizer than byte-level BPE with the pattern
    /// of GPT-2, form C or no normalization, and no prefix space.
    pub fn from_json(file: &[u8]) -> Result<Self> {
        Self::from_json_normalizing(file, unicode::normalize)
    }

    /// The same, with something else than our tables to bring texts into form C, where the file asks for that.
    ///
    /// # Errors
    /// As [`Self::from_json`].
    pub fn from_json_normalizing(file: &[u8], normalize: Normalize) -> Result<Self> {
        let text = std::str::from_utf8(file).map_err(|error| TokenizerError::NotText { at: error.valid_up_to() })?;
        let root = Json::parse(text)?;
        let model = root.get("model").ok_or_else(|| member("model", "an object", None))?;
        check_model(model)?;
        let normalize = normalizer(root.get("normalizer"))?.then_some(normalize);
        check_around(&root)?;
        let added = added_tokens(root.get("added_tokens"))?;
        let vocabulary = Vocabulary::read(model, &added)?;
        let byte_ids = vocabulary.byte_ids()?;
        let merges = Merges::new(vocabulary.merges(model)?, vocabulary.tokens.len());
        if let Some(merge) = merges.repeated() {
            return Err(entry("model.merges", merge, "", "it merges a pair that an earlier one merges already"));
        }
        Ok(Self::assemble(&vocabulary.tokens, byte_ids, merges, added, normalize))
    }
}

/// That the model is BPE without what would change its merges.
fn check_model(model: &Json<'_>) -> Result<()> {
    match model.get("type") {
        // Files of old releases name no type; only BPE has merges.
        None if model.get("merges").is_some() => {}
        _ => match type_of("model", model)? {
            "BPE" => {}
            other => return Err(kind("model.type", "BPE", beginning(other))),
        },
    }
    let none = "none";
    let says = |name, unless: &dyn Fn(&Json<'_>) -> bool| model.get(name).filter(|value| !unless(value)).is_some();
    let empty = |value: &Json<'_>| value.as_text() == Some("");
    let off = |value: &Json<'_>| value.as_bool() == Some(false);
    for (place, wrong) in [
        ("model.dropout", says("dropout", &|value| value.as_f64() == Some(0.0))),
        ("model.continuing_subword_prefix", says("continuing_subword_prefix", &empty)),
        ("model.end_of_word_suffix", says("end_of_word_suffix", &empty)),
        ("model.byte_fallback", says("byte_fallback", &off)),
        ("model.ignore_merges", says("ignore_merges", &off)),
    ] {
        if wrong {
            return Err(kind(place, none, "set"));
        }
    }
    Ok(())
}

/// Whether the text is brought into form C.
fn normalizer(part: Option<&Json<'_>>) -> Result<bool> {
    let Some(part) = part else { return Ok(false) };
    let expected = "NFC or none";
    match type_of("normalizer", part)? {
        "NFC" => Ok(true),
        "Sequence" => match part.get("normalizers").and_then(Json::as_list) {
            Some([]) => Ok(false),
            Some([one]) => normalizer(Some(one)),
            _ => Err(kind("normalizer", expected, "a sequence of several")),
        },
        other => Err(kind("normalizer.type", expected, beginning(other))),
    }
}

/// That the other parts are those of byte-level BPE.
fn check_around(root: &Json<'_>) -> Result<()> {
    let before = root.get("pre_tokenizer").ok_or_else(|| kind("pre_tokenizer", "ByteLevel", "absent"))?;
    match type_of("pre_tokenizer", before)? {
        "ByteLevel" => {}
        other => return Err(kind("pre_tokenizer.type", "ByteLevel", beginning(other))),
    }
    let place = "pre_tokenizer.add_prefix_space";
    match before.get("add_prefix_space").map(|value| (value, value.as_bool())) {
        Some((_, Some(false))) => {}
        Some((_, Some(true))) => return Err(kind(place, "false", "true")),
        found => return Err(member(place, "true or false", found.map(|(value, _)| value))),
    }
    if let Some(value) = before.get("use_regex").filter(|value| value.as_bool() != Some(true)) {
        return Err(member("pre_tokenizer.use_regex", "true", Some(value)));
    }
    for (name, place) in [("post_processor", "post_processor.type"), ("decoder", "decoder.type")] {
        let Some(part) = root.get(name) else { continue };
        match type_of(place, part)? {
            "ByteLevel" => {}
            other => return Err(kind(place, "ByteLevel or none", beginning(other))),
        }
    }
    Ok(())
}

/// An id that an embedding can have.
fn id(value: &Json<'_>) -> Option<u32> {
    value.as_u64().filter(|id| *id < MOST_IDS).map(|id| id as u32)
}

fn added_tokens(list: Option<&Json<'_>>) -> Result<Vec<Added>> {
    let place = "added_tokens";
    let Some(list) = list else { return Ok(Vec::new()) };
    let list = list.as_list().ok_or_else(|| member(place, "an array", Some(list)))?;
    let mut added = Vec::with_capacity(list.len());
    for (at, token) in list.iter().enumerate() {
        let content = token.get("content").and_then(Json::as_text);
        let content = content.ok_or_else(|| entry(place, at, "", "it has no `content`"))?;
        let wrong = |problem| entry(place, at, content, problem);
        let is = |name| token.get(name).and_then(Json::as_bool) == Some(true);
        if content.is_empty() || content.len() > LONGEST_ADDED {
            return Err(wrong("its `content` should be 1 to 512 bytes"));
        }
        if is("lstrip") || is("rstrip") || is("single_word") {
            return Err(wrong("it takes in spaces or stands only between words, which this program does not do"));
        }
        let id =
            token.get("id").and_then(id).ok_or_else(|| wrong("its `id` should be a whole number below 4,194,304"))?;
        added.push(Added { id, content: content.to_owned(), special: is("special"), normalized: is("normalized") });
    }
    Ok(added)
}

/// The tokens of the file.
struct Vocabulary<'a> {
    /// How each is spelled, with its id, in the order of the spellings.
    spelled: Vec<(&'a str, u32)>,
    /// The bytes of each id.
    tokens: Vec<Vec<u8>>,
}

impl<'a> Vocabulary<'a> {
    fn read(model: &'a Json<'_>, added: &[Added]) -> Result<Self> {
        let place = "model.vocab";
        let members = model.get("vocab");
        let members =
            members.and_then(Json::as_object).ok_or_else(|| member(place, "an object of tokens and ids", members))?;
        let mut tokens: Vec<Vec<u8>> = Vec::new();
        let mut put = |id: u32, bytes: Vec<u8>| {
            let at = id as usize;
            if tokens.len() <= at {
                tokens.resize(at + 1, Vec::new());
            }
            let free = tokens[at].is_empty() || tokens[at] == bytes;
            tokens[at] = bytes;
            free
        };
        for (at, token) in added.iter().enumerate() {
            if !put(token.id, token.content.clone().into_bytes()) {
                return Err(entry("added_tokens", at, &token.content, "its id belongs to another token"));
            }
        }
        let mut by_content: Vec<u32> = (0..added.len() as u32).collect();
        let content = |at: u32| added[at as usize].content.as_str();
        crate::order::sort(&mut by_content, &|a, b| content(a).cmp(content(b)));
        for (at, (spelling, value)) in members.iter().enumerate() {
            let wrong = |problem| entry(place, at, spelling, problem);
            let id = id(value).ok_or_else(|| wrong("its id should be a whole number below 4,194,304"))?;
            let bytes = match by_content.binary_search_by(|at| content(*at).cmp(spelling)) {
                Ok(found) if added[by_content[found] as usize].id == id => continue,
                Ok(_) => return Err(wrong("its id should be that of the added token")),
                Err(_) => {
                    let mut bytes = Vec::new();
                    if !alphabet::bytes(spelling, &mut bytes) || bytes.is_empty() {
                        return Err(wrong("it does not spell bytes, as tokens of a byte-level vocabulary do"));
                    }
                    bytes
                }
            };
            if !put(id, bytes) {
                return Err(wrong("its id belongs to another token"));
            }
        }
        let mut order: Vec<u32> = (0..members.len() as u32).collect();
        let spelling = |at: u32| &*members[at as usize].0;
        crate::order::sort(&mut order, &|a, b| spelling(a).cmp(spelling(b)));
        let spelled = order.into_iter().filter_map(|at| Some((spelling(at), id(&members[at as usize].1)?))).collect();
        Ok(Self { spelled, tokens })
    }

    fn id(&self, spelling: &str) -> Option<u32> {
        let found = self.spelled.binary_search_by(|(token, _)| (*token).cmp(spelling)).ok()?;
        Some(self.spelled[found].1)
    }

    /// The tokens of single bytes, of all that UTF-8 uses.
    fn byte_ids(&self) -> Result<[u32; 256]> {
        let mut ids = [0; 256];
        for (byte, c) in (0..=255).zip(alphabet::characters()) {
            match self.id(c.encode_utf8(&mut [0; 4])) {
                Some(id) => ids[usize::from(byte)] = id,
                None if matches!(byte, 0xc0 | 0xc1 | 0xf5..) => {}
                None => return Err(TokenizerError::MissingByte { byte }),
            }
        }
        Ok(ids)
    }

    /// The merges, written as `"a b"` or as `["a", "b"]`.
    fn merges(&self, model: &Json<'_>) -> Result<Vec<Merge>> {
        let place = "model.merges";
        let list = model.get("merges");
        let list = list.and_then(Json::as_list).ok_or_else(|| member(place, "an array", list))?;
        let mut merges = Vec::with_capacity(list.len());
        let mut whole = String::new();
        for (at, merge) in list.iter().enumerate() {
            let pair = match merge {
                Json::Text(text) => text.split_once(' ').filter(|(_, right)| !right.contains(' ')),
                Json::List(pair) => match pair.as_slice() {
                    [left, right] => left.as_text().zip(right.as_text()),
                    _ => None,
                },
                _ => None,
            };
            let shown = merge.as_text().map_or(Cow::Borrowed(""), Cow::Borrowed);
            let Some((left, right)) = pair else {
                return Err(entry(place, at, &shown, "it should be two tokens"));
            };
            whole.clear();
            whole.extend([left, right]);
            let find = |token: &str, problem| self.id(token).ok_or_else(|| entry(place, at, &shown, problem));
            merges.push(Merge {
                left: find(left, "its first token is not in the vocabulary")?,
                right: find(right, "its second token is not in the vocabulary")?,
                whole: find(&whole, "what it makes is not in the vocabulary")?,
            });
        }
        Ok(merges)
    }
}
