//! A piece of the index: some terms in order, each with the posts that have it.
//!
//! Layout: version; then for each term the number of bytes that it shares with the term before, the rest of it, and its
//! [`Postings`] with their length.

use crate::{Damage, FORMAT, bytes::Reader, postings::Postings};

/// Tells each term of a piece that begins with `prefix`, in order.
pub(crate) fn each_term(
    piece: &[u8],
    prefix: &str,
    mut tell: impl FnMut(&str, Postings<'_>) -> Result<(), Damage>,
) -> Result<(), Damage> {
    let mut reader = Reader(piece);
    version(&mut reader)?;
    let mut term = Vec::new();
    while !reader.0.is_empty() {
        reader.text_after(&mut term)?;
        let n_bytes = reader.number()?;
        let postings = Postings(reader.take(n_bytes)?);
        let text = str::from_utf8(&term).map_err(|_| Damage::Broken)?;
        if text.starts_with(prefix) {
            tell(text, postings)?;
        } else if text > prefix {
            break;
        }
    }
    Ok(())
}

/// That a file is of the version that this code reads.
pub(crate) fn version(reader: &mut Reader<'_>) -> Result<(), Damage> {
    match reader.byte()? {
        FORMAT => Ok(()),
        found => Err(Damage::Version { found, known: FORMAT }),
    }
}
