//! The logistic function.

pub mod naive;

crate::elementwise::elementwise!(sigmoid, "1 / (1 + exp(−x))", "y · (1 − y)", |d_x: L, d_y, y| d_y
    .mul_add(y.mul(L::splat(1.0).sub(y)), d_x));
