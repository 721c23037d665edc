//! Whole numbers of any size, as far as reading and writing decimals exactly needs them.

use std::cmp::Ordering;

/// A whole number: 32 bits a limb, the lowest first, none of them zero at the end.
#[derive(Clone)]
pub(super) struct Big(Vec<u32>);

impl Big {
    pub fn new(n: u64) -> Self {
        let mut big = Self(vec![n as u32, (n >> 32) as u32]);
        big.trim();
        big
    }

    /// Becomes `self` · `factor` + `more`.
    pub fn multiply_add(&mut self, factor: u32, more: u32) {
        let mut carry = u64::from(more);
        for limb in &mut self.0 {
            carry += u64::from(*limb) * u64::from(factor);
            *limb = carry as u32;
            carry >>= 32;
        }
        self.0.push(carry as u32);
        self.trim();
    }

    /// Becomes `self` · 10^`power`.
    pub fn scale_by_ten(&mut self, power: u32) {
        (0..power).for_each(|_| self.multiply_add(10, 0));
    }

    /// Becomes `self` · 2^`power`.
    pub fn scale_by_two(&mut self, power: u32) {
        self.multiply_add(1 << (power % 32), 0);
        self.0.splice(0..0, (0..power / 32).map(|_| 0));
        self.trim();
    }

    pub fn add(&mut self, other: &Self) {
        self.0.resize(self.0.len().max(other.0.len()) + 1, 0);
        self.combine(other, |limb, other, carry| limb.carrying_add(other, carry));
    }

    /// Takes away `other`, which is no larger.
    pub fn subtract(&mut self, other: &Self) {
        self.combine(other, |limb, other, carry| limb.borrowing_sub(other, carry));
    }

    fn combine(&mut self, other: &Self, step: impl Fn(u32, u32, bool) -> (u32, bool)) {
        let mut carry = false;
        let others = other.0.iter().copied().chain(std::iter::repeat(0));
        for (limb, other) in self.0.iter_mut().zip(others) {
            (*limb, carry) = step(*limb, other, carry);
        }
        self.trim();
    }

    pub fn compare(&self, other: &Self) -> Ordering {
        let by_length = self.0.len().cmp(&other.0.len());
        by_length.then_with(|| self.0.iter().rev().cmp(other.0.iter().rev()))
    }

    fn trim(&mut self) {
        while self.0.last() == Some(&0) {
            self.0.pop();
        }
    }
}
