//! Whole numbers of one to five bytes: seven bits in each, low bits first, the highest bit where more follow.

/// The numbers of a table, one after the other; 0 past its end.
pub(super) struct Numbers<'a>(pub &'a [u8]);

impl Numbers<'_> {
    pub fn next(&mut self) -> u32 {
        let (mut number, mut shift) = (0_u32, 0_u32);
        while let Some((byte, rest)) = self.0.split_first() {
            self.0 = rest;
            number |= u32::from(byte & 0x7f).checked_shl(shift).unwrap_or(0);
            shift += 7;
            if byte & 0x80 == 0 {
                break;
            }
        }
        number
    }

    /// A number that may be negative: 0, −1, 1, −2, …
    pub fn signed(&mut self) -> i32 {
        let number = self.next();
        (number >> 1) as i32 ^ -((number & 1) as i32)
    }
}
