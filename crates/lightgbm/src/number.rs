//! The numbers that LightGBM reads.

/// A number of a matrix: `f32` or `f64`.
pub trait Number: sealed::Number {}

impl Number for f32 {}
impl Number for f64 {}

pub(crate) mod sealed {
    /// What the C functions need to know; only numbers of this crate have it.
    pub trait Number: Copy {
        /// LightGBM's `C_API_DTYPE_FLOAT32` or `C_API_DTYPE_FLOAT64`.
        const DTYPE: i32;

        /// The same number.
        fn wide(self) -> f64;
    }

    impl Number for f32 {
        const DTYPE: i32 = 0;

        fn wide(self) -> f64 {
            f64::from(self)
        }
    }

    impl Number for f64 {
        const DTYPE: i32 = 1;

        fn wide(self) -> f64 {
            self
        }
    }
}
