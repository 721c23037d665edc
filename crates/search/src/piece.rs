//! A piece of the index: some terms in order, each with the posts that have it.
//!
//! Layout: version; then for each term the number of bytes that it shares with the term before, the rest of it, how
//! many posts follow, and the length of what follows; the distances of the posts' numbers, and a byte of score each.

use crate::{Damage, FORMAT, bytes::Reader};

/// The posts that have a term.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Postings<'b> {
    n_posts: u32,
    bytes: &'b [u8],
}

impl Postings<'_> {
    /// Tells each post's number and its score as a byte.
    pub(crate) fn each(&self, n_all: u32, mut tell: impl FnMut(u32, u8)) -> Result<(), Damage> {
        let n_posts = self.n_posts as usize;
        let at = self.bytes.len().checked_sub(n_posts).ok_or(Damage::Broken)?;
        let (distances, scores) = self.bytes.split_at(at);
        let (mut reader, mut post) = (Reader(distances), 0_u32);
        for (at, score) in scores.iter().enumerate() {
            let distance = reader.number()?;
            post = post.checked_add(distance).filter(|post| *post < n_all).ok_or(Damage::Broken)?;
            if at > 0 && distance == 0 {
                return Err(Damage::Broken);
            }
            tell(post, *score);
        }
        if reader.0.is_empty() { Ok(()) } else { Err(Damage::Broken) }
    }
}

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
        let n_shared = reader.number()? as usize;
        if n_shared > term.len() {
            return Err(Damage::Broken);
        }
        term.truncate(n_shared);
        let n_more = reader.number()?;
        term.extend_from_slice(reader.take(n_more)?);
        let n_posts = reader.number()?;
        let n_bytes = reader.number()?;
        let postings = Postings { n_posts, bytes: reader.take(n_bytes)? };
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
