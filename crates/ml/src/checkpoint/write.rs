//! A checkpoint, chunk by chunk.

use super::{Crc32, END, FORMAT_VERSION, Header, MAGIC, SECTION};

/// The longest chunk: what is summed and written without a pause.
const CHUNK: usize = 1 << 20;

/// The bytes of numbers as they lie in memory, which is little endian on every target of this crate.
#[cfg(target_endian = "little")]
pub fn bytes_of(values: &[f32]) -> &[u8] {
    // SAFETY: the slice covers the very bytes of `values`, which are initialized, need no alignment as bytes, and
    // stay borrowed as long as it lives.
    unsafe { std::slice::from_raw_parts(values.as_ptr().cast(), size_of_val(values)) }
}

/// The same, to be overwritten.
#[cfg(target_endian = "little")]
pub fn bytes_of_mut(values: &mut [f32]) -> &mut [u8] {
    // SAFETY: as above, and any four bytes are a number.
    unsafe { std::slice::from_raw_parts_mut(values.as_mut_ptr().cast(), size_of_val(values)) }
}

/// The numbers whose bytes these are; nothing where one is cut, or where the bytes begin between two numbers.
#[cfg(target_endian = "little")]
pub fn numbers_of(bytes: &[u8]) -> Option<&[f32]> {
    // SAFETY: any four bytes are a number.
    let (before, numbers, after) = unsafe { bytes.align_to() };
    (before.is_empty() && after.is_empty()).then_some(numbers)
}

/// A part of the run's state.
#[derive(Debug, Clone, Copy)]
pub struct Section<'a> {
    /// What it is, such as `weights` or `first moments`.
    pub name: &'a str,
    /// Its bytes.
    pub data: &'a [u8],
}

/// What comes next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Next {
    Header,
    Section(usize),
    Data(usize, usize),
    Sum(usize),
    End,
    Nothing,
}

/// Gives a checkpoint as chunks of at most a megabyte. Those of sections are borrowed from where they lie, for one chunk
/// at a time: who returns to an event loop in between can let go of them.
#[derive(Debug)]
pub struct Writer {
    next: Next,
    crc: Crc32,
    /// What is no section's data.
    framing: Vec<u8>,
    len: u64,
}

impl Writer {
    /// For a checkpoint of `sections`, in this order.
    pub fn new(header: &Header, sections: &[Section<'_>]) -> Self {
        let header = header.write();
        let mut framing = MAGIC.to_vec();
        framing.extend(FORMAT_VERSION.to_le_bytes());
        framing.extend((header.len() as u32).to_le_bytes());
        framing.extend(header);
        // For each section: what marks it, the lengths of name and data, two sums.
        let around = |section: &Section<'_>| 1 + 4 + section.name.len() as u64 + 8 + 4 + 4;
        let all: u64 = sections.iter().map(|section| around(section) + section.data.len() as u64).sum();
        let len = framing.len() as u64 + 4 + all + 1 + 4 + 4;
        Self { next: Next::Header, crc: Crc32::new(), framing, len }
    }

    /// The bytes of the whole checkpoint.
    #[expect(clippy::len_without_is_empty, reason = "no checkpoint is empty")]
    pub fn len(&self) -> u64 {
        self.len
    }

    /// The next chunk; `None` after the last. `sections` are those of [`Self::new`], unchanged.
    pub fn next_chunk<'c>(&'c mut self, sections: &'c [Section<'_>]) -> Option<&'c [u8]> {
        match self.next {
            Next::Header => self.next = if sections.is_empty() { Next::End } else { Next::Section(0) },
            Next::Section(at) => {
                let Section { name, data } = sections.get(at)?;
                self.framing.clear();
                self.framing.push(SECTION);
                self.framing.extend((name.len() as u32).to_le_bytes());
                self.framing.extend(name.bytes());
                self.framing.extend((data.len() as u64).to_le_bytes());
                self.next = if data.is_empty() { Next::Sum(at) } else { Next::Data(at, 0) };
            }
            Next::Data(at, from) => {
                let data = sections.get(at)?.data.get(from..)?;
                let chunk = &data[..data.len().min(CHUNK)];
                self.next = if chunk.len() == data.len() { Next::Sum(at) } else { Next::Data(at, from + chunk.len()) };
                self.crc.update(chunk);
                return Some(chunk);
            }
            Next::Sum(at) => {
                self.framing.clear();
                self.next = if at + 1 < sections.len() { Next::Section(at + 1) } else { Next::End };
            }
            Next::End => {
                self.framing.clear();
                self.framing.push(END);
                self.framing.extend((sections.len() as u32).to_le_bytes());
                self.next = Next::Nothing;
            }
            Next::Nothing => return None,
        }
        self.crc.update(&self.framing);
        self.framing.extend(self.crc.sum().to_le_bytes());
        Some(&self.framing)
    }
}
