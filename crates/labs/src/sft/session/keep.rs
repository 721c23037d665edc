//! Weights that are kept to go back to.

use ml::safetensors::{bf16_to_f32, f16_to_f32, f32_to_bf16, f32_to_f16};

/// Weights, in half the space where that loses nothing, as it does for a file of half precision before its first step.
#[derive(Debug)]
pub(super) enum Weights {
    Half(Vec<u16>),
    Brain(Vec<u16>),
    Single(Vec<f32>),
}

impl Weights {
    pub(super) fn of(values: &[f32]) -> Self {
        let is_exact = |narrow: fn(f32) -> u16, widen: fn(u16) -> f32| {
            values.iter().all(|value| widen(narrow(*value)).to_bits() == value.to_bits())
        };
        if is_exact(f32_to_f16, f16_to_f32) {
            Self::Half(values.iter().map(|value| f32_to_f16(*value)).collect())
        } else if is_exact(f32_to_bf16, bf16_to_f32) {
            Self::Brain(values.iter().map(|value| f32_to_bf16(*value)).collect())
        } else {
            Self::Single(values.to_vec())
        }
    }

    /// Takes the place of what was kept, in the same memory where it can.
    pub(super) fn replace(&mut self, values: &[f32]) {
        match self {
            Self::Single(kept) if kept.len() == values.len() => kept.copy_from_slice(values),
            _ => *self = Self::of(values),
        }
    }

    /// Overwrites `out`, which is as long.
    pub(super) fn put(&self, out: &mut [f32]) {
        match self {
            Self::Half(kept) => out.iter_mut().zip(kept).for_each(|(out, kept)| *out = f16_to_f32(*kept)),
            Self::Brain(kept) => out.iter_mut().zip(kept).for_each(|(out, kept)| *out = bf16_to_f32(*kept)),
            Self::Single(kept) => out.iter_mut().zip(kept).for_each(|(out, kept)| *out = *kept),
        }
    }

    pub(super) fn len(&self) -> usize {
        match self {
            Self::Half(kept) | Self::Brain(kept) => kept.len(),
            Self::Single(kept) => kept.len(),
        }
    }
}

/// What a run can go back to.
#[derive(Debug)]
pub(super) struct Shelf {
    /// Before the first step: all that is trained.
    pub(super) start: Weights,
    /// After so many steps, with the lowest loss on held-out pairs.
    pub(super) best: Option<(u32, Weights)>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_comes_back_bit_by_bit_in_the_least_space() {
        let half = [0.0, -0.0, 1.5, -65504.0, 5.960_464_5e-8];
        let brain = [f32::from_bits(0x7149_0000), f32::from_bits(0x8e80_0000), 1.5];
        let single = [0.1, 1.0, -7.25e-20];
        for (values, width) in [(&half[..], 0), (&brain[..], 1), (&single[..], 2)] {
            let mut kept = Weights::of(values);
            let found = match kept {
                Weights::Half(_) => 0,
                Weights::Brain(_) => 1,
                Weights::Single(_) => 2,
            };
            assert_eq!((found, kept.len()), (width, values.len()));
            let mut out = vec![f32::NAN; values.len()];
            kept.put(&mut out);
            let bits = |values: &[f32]| values.iter().map(|value| value.to_bits()).collect::<Vec<_>>();
            assert_eq!(bits(&out), bits(values));
            let other: Vec<f32> = values.iter().map(|value| value * 0.3).collect();
            kept.replace(&other);
            kept.put(&mut out);
            assert_eq!(bits(&out), bits(&other));
        }
    }
}
