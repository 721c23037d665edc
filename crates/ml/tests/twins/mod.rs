//! Every fast kernel against its naive twin, on random shapes. Compiled into a native test, and into the module that
//! `wasm.rs` runs.

mod elementwise;
mod language;
mod products;
mod rows;
mod steps;

use ml::Error;
use ml::random::Random;

/// Counts what was compared; remembers the first difference.
pub struct Twins {
    random: Random,
    compared: u32,
    difference: Option<String>,
}

/// Lengths around the numbers of lanes, and some that are longer.
const LENGTHS: [usize; 13] = [0, 1, 2, 3, 4, 5, 7, 8, 9, 16, 17, 31, 130];

impl Twins {
    /// Compares all kernels.
    ///
    /// # Errors
    /// A sentence about the first difference.
    pub fn compare_all() -> Result<u32, String> {
        let mut twins = Self { random: Random::new(2026, 7), compared: 0, difference: None };
        let kernels = [
            Self::elementwise,
            Self::rows,
            Self::products,
            Self::strided_products,
            Self::steps,
            Self::attention,
            Self::linear_cross_entropies,
        ];
        kernels.into_iter().try_for_each(|kernel| kernel(&mut twins)).map_err(|error| error.to_string())?;
        twins.difference.map_or(Ok(twins.compared), Err)
    }

    fn normal(&mut self, n: usize, scale: f32) -> Vec<f32> {
        (0..n).map(|_| scale * self.random.normal()).collect()
    }

    /// Calls `fast` and `naive` with the same vectors, which they change, and compares these within 1e-5 of the larger
    /// of an element and the root mean square of its vector.
    fn compare<const N: usize>(
        &mut self,
        what: &str,
        of: [Vec<f32>; N],
        fast: impl FnOnce([&mut [f32]; N]) -> Result<(), Error>,
        naive: impl FnOnce([&mut [f32]; N]) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let (mut found, mut expected) = (of.clone(), of);
        fast(found.each_mut().map(Vec::as_mut_slice))?;
        naive(expected.each_mut().map(Vec::as_mut_slice))?;
        for (vector, (found, expected)) in found.iter().zip(&expected).enumerate() {
            let square: f32 = expected.iter().map(|x| x * x).sum();
            let typical = (square / expected.len().max(1) as f32).sqrt();
            for (i, (f, e)) in found.iter().zip(expected).enumerate() {
                self.compared += 1;
                let same = f == e || (f - e).abs() <= 1e-5 * e.abs().max(typical);
                if !same && self.difference.is_none() {
                    self.difference = Some(format!("{what}, vector {vector}, element {i}: {f}, but naively {e}"));
                }
            }
        }
        Ok(())
    }
}
