//! The exponential function.

pub mod naive;

crate::elementwise::elementwise!(exp, "exp(x)", "y", |d_x: L, d_y, y| d_y.mul_add(y, d_x));
