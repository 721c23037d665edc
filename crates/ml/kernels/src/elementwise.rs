//! The frame of the functions whose slope follows from their result.

/// Writes `forward` and `backward` of a function of one number: `$function` is its name in [`lanes`](crate::lanes),
/// `$formula` its result and `$slope` its derivative in words, `$update` the same as code: from `d_x`, `d_y` and `y` to
/// the new `d_x`.
macro_rules! elementwise {
    ($function:ident, $formula:literal, $slope:literal, $update:expr) => {
        use crate::Error;
        use crate::error::length;
        use crate::lanes::{self, Kernel, Lanes, dispatch};

        #[doc = concat!("`y = ", $formula, "`, element by element.")]
        ///
        /// # Errors
        /// [`Error::Length`] if `y` is not as long as `x`.
        pub fn forward(x: &[f32], y: &mut [f32]) -> Result<(), Error> {
            length(stringify!($function), "y", x.len(), y.len())?;
            dispatch(Forward { x, y });
            Ok(())
        }

        #[doc = concat!("`d_x += d_y · ", $slope, "`, where `y = ", stringify!($function), "(x)`.")]
        ///
        /// # Errors
        /// [`Error::Length`] if the slices are not equally long.
        pub fn backward(y: &[f32], d_y: &[f32], d_x: &mut [f32]) -> Result<(), Error> {
            const NAME: &str = concat!(stringify!($function), " backward");
            length(NAME, "d_y", y.len(), d_y.len())?;
            length(NAME, "d_x", y.len(), d_x.len())?;
            dispatch(Backward { y, d_y, d_x });
            Ok(())
        }

        struct Forward<'a> {
            x: &'a [f32],
            y: &'a mut [f32],
        }

        impl Kernel for Forward<'_> {
            type Output = ();

            #[inline(always)]
            fn run<L: Lanes>(self) {
                lanes::map(self.x, self.y, lanes::$function::<L>);
            }
        }

        struct Backward<'a> {
            y: &'a [f32],
            d_y: &'a [f32],
            d_x: &'a mut [f32],
        }

        impl Kernel for Backward<'_> {
            type Output = ();

            #[inline(always)]
            fn run<L: Lanes>(self) {
                lanes::update_2(self.d_x, self.d_y, self.y, $update);
            }
        }
    };
}
pub(crate) use elementwise;
