//! The header of a file: which tensors there are, and where.

use super::{Dtype, SafetensorsError};
use crate::json::Json;
use std::ops::Range;

/// The longest header that is read: what the format's own library takes.
const LONGEST: u64 = 100_000_000;
/// The bytes that tell the header's length.
pub(super) const PREFIX: usize = 8;

type Result<T> = std::result::Result<T, SafetensorsError>;

/// A tensor of the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its name.
    pub name: String,
    /// The type of its elements.
    pub dtype: Dtype,
    /// Its shape; none for a scalar.
    pub shape: Vec<u64>,
    /// Its bytes in the file.
    pub range: Range<u64>,
}

/// What a file holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header {
    /// The tensors in the order of their places in the file.
    pub entries: Vec<Entry>,
    /// The file's own texts, such as `format` → `pt`.
    pub metadata: Vec<(String, String)>,
    /// The bytes of the whole file, as the header has it.
    pub file_len: u64,
}

impl Header {
    /// How many bytes the header takes with what tells its length, by the first eight of the file or more.
    ///
    /// # Errors
    /// [`SafetensorsError::Truncated`] or [`SafetensorsError::HeaderLength`].
    pub fn len(file: &[u8]) -> Result<u64> {
        let found = file.len() as u64;
        let prefix = file.first_chunk().ok_or(SafetensorsError::Truncated { found, expected: PREFIX as u64 })?;
        match u64::from_le_bytes(*prefix) {
            length if length > LONGEST => Err(SafetensorsError::HeaderLength { found: length, most: LONGEST }),
            length => Ok(PREFIX as u64 + length),
        }
    }

    /// Reads the header at the beginning of `file`; the rest need not be there yet.
    ///
    /// # Errors
    /// [`SafetensorsError`] for all that is wrong with the header itself.
    pub fn read(file: &[u8]) -> Result<Self> {
        let expected = Self::len(file)?;
        let text = usize::try_from(expected).ok().and_then(|end| file.get(PREFIX..end));
        let text = text.ok_or(SafetensorsError::Truncated { found: file.len() as u64, expected })?;
        let text = std::str::from_utf8(text).map_err(|error| SafetensorsError::NotText { at: error.valid_up_to() })?;
        // Spaces may pad the header behind, but not before.
        let json = Json::parse(if text.starts_with('{') { text } else { "" })?;
        let members = json.as_object().ok_or(SafetensorsError::Member {
            name: String::new(),
            member: "header",
            expected: "an object",
        })?;
        let mut header = Self { entries: Vec::new(), metadata: Vec::new(), file_len: expected };
        for (name, value) in members {
            match &**name {
                "__metadata__" => header.metadata = metadata(value)?,
                name => header.entries.push(entry(name, value, expected)?),
            }
        }
        let entries = &header.entries;
        let mut order: Vec<u32> = (0..entries.len() as u32).collect();
        let begin = |at: u32| entries[at as usize].range.start;
        // Of tensors at one place the empty ones go first.
        let end = |at: u32| entries[at as usize].range.end;
        crate::order::sort(&mut order, &|a, b| (begin(a), end(a)).cmp(&(begin(b), end(b))));
        header.entries = order.into_iter().map(|at| entries[at as usize].clone()).collect();
        for entry in &header.entries {
            if entry.range.start != header.file_len {
                let (expected, found) = (header.file_len - expected, entry.range.start - expected);
                return Err(SafetensorsError::Range { name: entry.name.clone(), expected, found });
            }
            header.file_len = entry.range.end;
        }
        Ok(header)
    }

    /// The tensor `name`.
    ///
    /// # Errors
    /// [`SafetensorsError::Missing`].
    pub fn get(&self, name: &str) -> Result<&Entry> {
        let found = self.entries.iter().find(|entry| entry.name == name);
        found.ok_or_else(|| SafetensorsError::Missing { name: name.to_owned() })
    }

    /// That the file has `found` bytes, as its header has it.
    ///
    /// # Errors
    /// [`SafetensorsError::FileLength`].
    pub fn check_file_len(&self, found: u64) -> Result<()> {
        if found == self.file_len {
            return Ok(());
        }
        let cut = self.entries.iter().find(|entry| entry.range.end > found).map(|entry| entry.name.clone());
        Err(SafetensorsError::FileLength { expected: self.file_len, found, name: cut })
    }

    /// That every tensor is one that `is_known` or that shall be left aside: one that `is_skipped`.
    ///
    /// # Errors
    /// [`SafetensorsError::Unexpected`] for the first that is neither.
    pub fn check_names(&self, is_known: &dyn Fn(&str) -> bool, is_skipped: &dyn Fn(&str) -> bool) -> Result<()> {
        match self.entries.iter().find(|entry| !is_known(&entry.name) && !is_skipped(&entry.name)) {
            Some(entry) => Err(SafetensorsError::Unexpected { name: entry.name.clone() }),
            None => Ok(()),
        }
    }
}

fn metadata(value: &Json<'_>) -> Result<Vec<(String, String)>> {
    let wrong = || SafetensorsError::Member { name: "__metadata__".to_owned(), member: "values", expected: "texts" };
    let members = value.as_object().ok_or_else(wrong)?;
    let text = |(name, value): &(std::borrow::Cow<'_, str>, Json<'_>)| {
        value.as_text().map(|text| (name.clone().into_owned(), text.to_owned())).ok_or_else(wrong)
    };
    members.iter().map(text).collect()
}

fn entry(name: &str, value: &Json<'_>, data: u64) -> Result<Entry> {
    let wrong = |member, expected| SafetensorsError::Member { name: name.to_owned(), member, expected };
    let dtype = value.get("dtype").and_then(Json::as_text).and_then(Dtype::named);
    let dtype = dtype.ok_or_else(|| wrong("dtype", "the name of a type, such as \"F16\""))?;
    let numbers = |member| {
        let list = value.get(member).and_then(Json::as_list)?;
        list.iter().map(Json::as_u64).collect::<Option<Vec<u64>>>()
    };
    let shape = numbers("shape").ok_or_else(|| wrong("shape", "an array of whole numbers"))?;
    let offsets = numbers("data_offsets");
    let (begin, end) = match offsets.as_deref() {
        Some([begin, end]) if begin <= end && data.checked_add(*end).is_some() => (*begin, *end),
        _ => return Err(wrong("data_offsets", "a begin and an end")),
    };
    let bits = shape.iter().try_fold(dtype.bits(), |bits, axis| bits.checked_mul(*axis));
    let expected = bits.filter(|bits| bits % 8 == 0).map_or(u64::MAX, |bits| bits / 8);
    if expected != end - begin {
        return Err(SafetensorsError::Size { name: name.to_owned(), expected, found: end - begin });
    }
    Ok(Entry { name: name.to_owned(), dtype, shape, range: data + begin..data + end })
}
