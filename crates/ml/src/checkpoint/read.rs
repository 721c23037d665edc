//! A checkpoint as it comes, in chunks of any length.

use super::{CheckpointError, Crc32, END, FORMAT_VERSION, Header, MAGIC, SECTION};

/// What a checkpoint says next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event<'a> {
    /// Its header, which comes first.
    Header(Header),
    /// A section begins: its name and the bytes of its data.
    Section(String, u64),
    /// Data of the section that began last. Only the section's end shows whether they are whole.
    Data(&'a [u8]),
    /// The section's data were whole.
    SectionEnd,
    /// The checkpoint was whole.
    End,
}

/// The part that is being read.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    /// Up to the header's length.
    Beginning,
    Header(usize),
    /// What tells section from end.
    Mark,
    NameLength,
    Name(usize),
    /// What is left of a section's data.
    Data(u64),
    DataSum,
    End,
    Nothing,
}

/// The longest header and the longest name: what is longer is damaged, and is not waited for.
const LONGEST: usize = 1 << 24;
/// Version and length after the magic bytes; a sum.
const BEGINNING: usize = MAGIC.len() + 8;
const SUM: usize = 4;

/// Reads a checkpoint from chunks of bytes.
#[derive(Debug)]
pub struct Reader {
    part: Part,
    crc: Crc32,
    /// What has come of a part that is read whole.
    framing: Vec<u8>,
    at: u64,
    /// The section that began last.
    section: Option<String>,
    n_sections: u32,
}

impl Default for Reader {
    fn default() -> Self {
        Self::new()
    }
}

impl Reader {
    /// Before the first byte.
    pub fn new() -> Self {
        let (part, crc) = (Part::Beginning, Crc32::new());
        Self { part, crc, framing: Vec::new(), at: 0, section: None, n_sections: 0 }
    }

    fn place(&self) -> String {
        match (&self.part, &self.section) {
            (Part::Beginning | Part::Header(_), _) => "in its header".to_owned(),
            (Part::End | Part::Nothing, _) => "at its end".to_owned(),
            (Part::Data(_) | Part::DataSum, Some(name)) => format!("in its section `{name}`"),
            (_, Some(name)) => format!("after its section `{name}`"),
            (_, None) => "after its header".to_owned(),
        }
    }

    fn damaged(&self) -> CheckpointError {
        CheckpointError::Damaged { place: self.place(), at: self.at }
    }

    /// Takes bytes from `chunk` until `framing` holds `n`; whether it does.
    fn fill(&mut self, n: usize, chunk: &mut &[u8]) -> bool {
        let (taken, rest) = chunk.split_at(chunk.len().min(n.saturating_sub(self.framing.len())));
        self.framing.extend_from_slice(taken);
        self.at += taken.len() as u64;
        *chunk = rest;
        self.framing.len() >= n
    }

    /// Whether the sum at the end of `framing` is that of all before it. Starts the next part either way.
    fn closes(&mut self) -> Result<(), CheckpointError> {
        let (body, sum) = self.framing.split_at(self.framing.len().saturating_sub(SUM));
        self.crc.update(body);
        let fits = self.crc.sum().to_le_bytes() == *sum;
        self.framing.clear();
        if fits { Ok(()) } else { Err(self.damaged()) }
    }

    /// The number in four bytes of `framing` from `from` on.
    fn number(&self, from: usize) -> u32 {
        let bytes = self.framing.get(from..).and_then(|rest| rest.first_chunk());
        bytes.map_or(0, |bytes| u32::from_le_bytes(*bytes))
    }

    /// A length that is no sign of damage.
    fn length(&self, from: usize) -> Result<usize, CheckpointError> {
        Ok(self.number(from) as usize).and_then(|n| if n <= LONGEST { Ok(n) } else { Err(self.damaged()) })
    }

    /// Reads on in `chunk`, which shrinks; `None` when the next chunk is wanted. [`Reader::finish`] tells whether
    /// none is missing.
    ///
    /// # Errors
    /// [`CheckpointError`] as soon as a damage shows.
    pub fn next<'a>(&mut self, chunk: &mut &'a [u8]) -> Result<Option<Event<'a>>, CheckpointError> {
        loop {
            match self.part {
                Part::Beginning => {
                    let whole = self.fill(BEGINNING, chunk);
                    let n_magic = self.framing.len().min(MAGIC.len());
                    if self.framing[..n_magic] != MAGIC[..n_magic] {
                        return Err(CheckpointError::NotACheckpoint);
                    }
                    if !whole {
                        return Ok(None);
                    }
                    let found = self.number(MAGIC.len());
                    if found != FORMAT_VERSION {
                        return Err(CheckpointError::Version { expected: FORMAT_VERSION, found });
                    }
                    self.part = Part::Header(BEGINNING + self.length(BEGINNING - 4)?);
                }
                Part::Header(end) => {
                    if !self.fill(end + SUM, chunk) {
                        return Ok(None);
                    }
                    let header = Header::read(&self.framing[BEGINNING..end]);
                    self.closes()?;
                    self.part = Part::Mark;
                    return header.map(|header| Some(Event::Header(header))).ok_or_else(|| self.damaged());
                }
                Part::Mark => {
                    if !self.fill(1, chunk) {
                        return Ok(None);
                    }
                    self.part = match self.framing[0] {
                        SECTION => Part::NameLength,
                        END => Part::End,
                        _ => return Err(self.damaged()),
                    };
                }
                Part::NameLength => {
                    if !self.fill(1 + 4, chunk) {
                        return Ok(None);
                    }
                    self.part = Part::Name(1 + 4 + self.length(1)?);
                }
                Part::Name(end) => {
                    if !self.fill(end + 8 + SUM, chunk) {
                        return Ok(None);
                    }
                    let name = String::from_utf8(self.framing[5..end].to_vec());
                    let length = u64::from(self.number(end)) | u64::from(self.number(end + 4)) << 32;
                    self.closes()?;
                    let name = name.map_err(|_| self.damaged())?;
                    self.section = Some(name.clone());
                    self.n_sections += 1;
                    self.part = if length == 0 { Part::DataSum } else { Part::Data(length) };
                    return Ok(Some(Event::Section(name, length)));
                }
                Part::Data(left) => {
                    if chunk.is_empty() {
                        return Ok(None);
                    }
                    let n = chunk.len().min(usize::try_from(left).unwrap_or(usize::MAX));
                    let (data, rest) = chunk.split_at(n);
                    *chunk = rest;
                    self.at += n as u64;
                    self.crc.update(data);
                    let left = left - n as u64;
                    self.part = if left == 0 { Part::DataSum } else { Part::Data(left) };
                    return Ok(Some(Event::Data(data)));
                }
                Part::DataSum => {
                    if !self.fill(SUM, chunk) {
                        return Ok(None);
                    }
                    self.closes()?;
                    self.part = Part::Mark;
                    return Ok(Some(Event::SectionEnd));
                }
                Part::End => {
                    if !self.fill(1 + 4 + SUM, chunk) {
                        return Ok(None);
                    }
                    let n_sections = self.number(1);
                    self.closes()?;
                    if n_sections != self.n_sections {
                        return Err(self.damaged());
                    }
                    self.part = Part::Nothing;
                    return Ok(Some(Event::End));
                }
                Part::Nothing if chunk.is_empty() => return Ok(None),
                Part::Nothing => return Err(CheckpointError::Longer { at: self.at }),
            }
        }
    }

    /// That the checkpoint came to its end.
    ///
    /// # Errors
    /// [`CheckpointError::Cut`].
    pub fn finish(&self) -> Result<(), CheckpointError> {
        if self.part == Part::Nothing {
            return Ok(());
        }
        Err(CheckpointError::Cut { place: self.place(), at: self.at })
    }
}

/// The header of a checkpoint of which every byte is as it was written. A run reads a file once so, before it lets
/// any of it into its memory.
///
/// # Errors
/// [`CheckpointError`] for the first damage.
pub fn verify<'a>(chunks: impl IntoIterator<Item = &'a [u8]>) -> Result<Header, CheckpointError> {
    let (mut reader, mut header) = (Reader::new(), None);
    for mut chunk in chunks {
        while let Some(event) = reader.next(&mut chunk)? {
            if let Event::Header(found) = event {
                header = Some(found);
            }
        }
    }
    reader.finish()?;
    header.ok_or(CheckpointError::NotACheckpoint)
}
