//! Numbers and texts as bytes: seven bits a byte, the lowest first, the eighth says that more follow (LEB128).

/// Why a file of the index cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Damage {
    /// It ends too early, or holds what no writer writes.
    #[error("a file of the search index is damaged")]
    Broken,
    /// Another version of the site wrote it.
    #[error("the search index is of version {found}, and this page reads version {known}")]
    Version {
        /// Of the file.
        found: u8,
        /// Of this code.
        known: u8,
    },
}

/// What is left of a file.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Reader<'b>(pub(crate) &'b [u8]);

impl<'b> Reader<'b> {
    pub(crate) fn byte(&mut self) -> Result<u8, Damage> {
        let (&first, rest) = self.0.split_first().ok_or(Damage::Broken)?;
        self.0 = rest;
        Ok(first)
    }

    pub(crate) fn number(&mut self) -> Result<u32, Damage> {
        let mut number = 0_u64;
        for shift in (0..35).step_by(7) {
            let byte = self.byte()?;
            number |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return u32::try_from(number).map_err(|_| Damage::Broken);
            }
        }
        Err(Damage::Broken)
    }

    pub(crate) fn take(&mut self, n_bytes: u32) -> Result<&'b [u8], Damage> {
        let (taken, rest) = self.0.split_at_checked(n_bytes as usize).ok_or(Damage::Broken)?;
        self.0 = rest;
        Ok(taken)
    }

    /// Makes of one text the next, of which only what is new is there: how many bytes stay, how many follow, and those.
    pub(crate) fn text_after(&mut self, before: &mut Vec<u8>) -> Result<(), Damage> {
        let n_shared = self.number()? as usize;
        if n_shared > before.len() {
            return Err(Damage::Broken);
        }
        before.truncate(n_shared);
        let n_more = self.number()?;
        before.extend_from_slice(self.take(n_more)?);
        Ok(())
    }

    pub(crate) fn text(&mut self) -> Result<&'b str, Damage> {
        let n_bytes = self.number()?;
        str::from_utf8(self.take(n_bytes)?).map_err(|_| Damage::Broken)
    }
}

#[cfg(feature = "build")]
pub(crate) fn push_number(out: &mut Vec<u8>, mut number: u32) {
    while number >= 0x80 {
        out.push(number as u8 | 0x80);
        number >>= 7;
    }
    out.push(number as u8);
}

#[cfg(feature = "build")]
pub(crate) fn push_text(out: &mut Vec<u8>, text: &str) {
    push_number(out, text.len() as u32);
    out.extend_from_slice(text.as_bytes());
}

/// Writes what [`Reader::text_after`] reads.
#[cfg(feature = "build")]
pub(crate) fn push_text_after(out: &mut Vec<u8>, before: &str, text: &str) {
    let n_shared = text.bytes().zip(before.bytes()).take_while(|(a, b)| a == b).count();
    push_number(out, n_shared as u32);
    push_number(out, (text.len() - n_shared) as u32);
    out.extend_from_slice(&text.as_bytes()[n_shared..]);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_come_back() {
        let numbers = [0, 1, 127, 128, 16_383, 16_384, u32::MAX];
        let mut bytes = Vec::new();
        numbers.iter().for_each(|number| push_number(&mut bytes, *number));
        let mut reader = Reader(&bytes);
        assert_eq!(numbers.map(|_| reader.number().unwrap()), numbers);
        assert_eq!(reader.number(), Err(Damage::Broken), "it has ended");
        assert_eq!(Reader(&[0xff; 9]).number(), Err(Damage::Broken), "too long");
        assert_eq!(Reader(&[0xff, 0xff, 0xff, 0xff, 0x7f]).number(), Err(Damage::Broken), "too large");
        assert_eq!(Reader(&[200, 1, b'x']).text(), Err(Damage::Broken), "shorter than it says");
        assert_eq!(Reader(&[1, 0xff]).text(), Err(Damage::Broken), "no UTF-8");
    }
}
