//! The checksum CRC-32 of Ethernet, gzip and PNG, eight bytes at a time.
//!
//! The maintained crate `crc32fast` adds 18 KB to a WebAssembly module after gzip, since its tables are constants;
//! here they are computed when a sum begins.
//!
//! Source: ISO/IEC 13239; Kounavis and Berry 2008, "Novel table lookup-based algorithms for high-performance CRC
//! generation", §3 (slicing by eight).

/// The polynomial, its lowest power in the highest bit.
const POLYNOMIAL: u32 = 0xEDB8_8320;

/// A sum over bytes as they come.
#[derive(Debug, Clone)]
pub struct Crc32 {
    state: u32,
    /// `tables[k][b]`: what the byte `b` does to the sum when `k` bytes come after it.
    tables: Box<[[u32; 256]; 8]>,
}

impl Default for Crc32 {
    fn default() -> Self {
        Self::new()
    }
}

impl Crc32 {
    /// Over no bytes yet.
    pub fn new() -> Self {
        let mut tables = Box::new([[0; 256]; 8]);
        for byte in 0..256_u32 {
            let step = |sum: u32| if sum & 1 == 1 { sum >> 1 ^ POLYNOMIAL } else { sum >> 1 };
            tables[0][byte as usize] = (0..8).fold(byte, |sum, _| step(sum));
        }
        for table in 1..8 {
            for byte in 0..256 {
                let before = tables[table - 1][byte];
                tables[table][byte] = before >> 8 ^ tables[0][before as usize & 0xff];
            }
        }
        Self { state: u32::MAX, tables }
    }

    /// Takes in more bytes.
    pub fn update(&mut self, bytes: &[u8]) {
        let t = &self.tables;
        let mut sum = self.state;
        let (eights, rest) = bytes.as_chunks::<8>();
        for [a, b, c, d, e, f, g, h] in eights {
            let [i, j, k, l] = (sum ^ u32::from_le_bytes([*a, *b, *c, *d])).to_le_bytes().map(usize::from);
            let [e, f, g, h] = [*e, *f, *g, *h].map(usize::from);
            sum = t[7][i] ^ t[6][j] ^ t[5][k] ^ t[4][l] ^ t[3][e] ^ t[2][f] ^ t[1][g] ^ t[0][h];
        }
        for byte in rest {
            sum = sum >> 8 ^ t[0][(sum ^ u32::from(*byte)) as usize & 0xff];
        }
        self.state = sum;
    }

    /// The sum so far.
    pub fn sum(&self) -> u32 {
        !self.state
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Random;

    fn sum(bytes: &[u8]) -> u32 {
        let mut crc = Crc32::new();
        crc.update(bytes);
        crc.sum()
    }

    /// "123456789" is the check value of CRC-32/ISO-HDLC in Greg Cook's catalogue of CRC algorithms; the zeros and
    /// ones are of RFC 3385's polynomial of Ethernet as zlib's `crc32` gives them.
    #[test]
    fn sums_are_those_published() {
        assert_eq!(sum(b"123456789"), 0xCBF4_3926);
        assert_eq!((sum(b""), sum(b"a"), sum(b"abc")), (0, 0xE8B7_BE43, 0x3524_41C2));
        assert_eq!(sum(b"The quick brown fox jumps over the lazy dog"), 0x414F_A339);
        assert_eq!((sum(&[0; 32]), sum(&[0xff; 32])), (0x190A_55AD, 0xFF6C_AB0B));
    }

    #[test]
    fn eight_at_a_time_equals_bit_by_bit_in_any_pieces() {
        let mut random = Random::new(2026, 51);
        for _ in 0..500 {
            let bytes: Vec<u8> = (0..random.below(100)).map(|_| random.bits() as u8).collect();
            let naive = bytes.iter().fold(u32::MAX, |sum, byte| {
                (0..8).fold(sum ^ u32::from(*byte), |sum, _| (sum >> 1) ^ (POLYNOMIAL * (sum & 1)))
            });
            let (first, second) = bytes.split_at(random.below(bytes.len() as u32 + 1) as usize);
            let mut crc = Crc32::new();
            crc.update(first);
            crc.update(second);
            assert_eq!(crc.sum(), !naive);
        }
    }
}
