//! The hyperbolic tangent.

pub mod naive;

crate::elementwise::elementwise!(tanh, "tanh(x)", "(1 − y²)", |d_x: L, d_y, y| d_y
    .mul_add(L::splat(1.0).sub(y.mul(y)), d_x));
