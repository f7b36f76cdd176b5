//! Growing trees, and writing them as text.

use std::ffi::c_int;
use std::ptr;
use std::sync::Arc;

use super::owned::Owned;
use super::{Api, GAIN, ROW_MAJOR, c_text};
use crate::number::sealed::Number;
use crate::rows::CheckedRows;
use crate::{Error, Result};

/// Targets and weights are 32-bit numbers.
const FLOAT32: c_int = 0;

/// Grows trees on these rows and returns them as text.
pub(crate) fn train<T: Number + crate::Number>(
    api: &Arc<Api>,
    rows: &CheckedRows<'_, T>,
    parameters: &str,
    n_rounds: usize,
) -> Result<String> {
    const WHAT: &str = "training";
    let parameters = c_text(parameters);
    let (n_rows, n_columns) = rows.x.shape();
    let values = rows.x.values().as_ptr().cast();
    let dataset = Owned::new(api, WHAT, api.dataset_free, |out| {
        // SAFETY: `Matrix` holds as many values as its shape says, row after row; there is no
        // data set to refer to.
        unsafe {
            (api.dataset_from_mat)(
                values,
                <T as Number>::DTYPE,
                n_rows,
                n_columns,
                ROW_MAJOR,
                parameters.as_ptr(),
                ptr::null_mut(),
                out,
            )
        }
    })?;
    let fields = [
        (c"label", Some(&rows.labels)),
        (c"weight", rows.weights.as_ref()),
    ];
    for (name, values) in fields {
        let Some(values) = values else { continue };
        let n = values.len() as c_int;
        // SAFETY: the pointer is to `n` numbers of 32 bits, which are copied.
        let status = unsafe {
            let values = values.as_ptr().cast();
            (api.dataset_set_field)(dataset.handle, name.as_ptr(), values, n, FLOAT32)
        };
        api.check(WHAT, status)?;
    }
    // Dropped before the data set, which it refers to: later variables are dropped first.
    let booster = Owned::new(api, WHAT, api.booster_free, |out| {
        // SAFETY: the data set is alive.
        unsafe { (api.booster_create)(dataset.handle, parameters.as_ptr(), out) }
    })?;
    for _ in 0..n_rounds {
        // Not to grow once is no reason to stop: the next draw of rows or columns may grow.
        let mut no_split = 0;
        // SAFETY: the booster and its data set are alive.
        let status = unsafe { (api.booster_update)(booster.handle, &raw mut no_split) };
        api.check(WHAT, status)?;
    }
    to_text(&booster)
}

fn to_text(booster: &Owned) -> Result<String> {
    const WHAT: &str = "writing a model";
    let api = &booster.api;
    let mut buffer = vec![0_u8; 1 << 20];
    // Once more if the first buffer is too short: then nothing but the length is written.
    for _ in 0..2 {
        let mut n = 0_i64;
        let (length, to) = (buffer.len() as i64, buffer.as_mut_ptr().cast());
        // SAFETY: at most `length` bytes are written, and the buffer has as many.
        let status =
            unsafe { (api.booster_to_text)(booster.handle, 0, -1, GAIN, length, &raw mut n, to) };
        api.check(WHAT, status)?;
        let n = usize::try_from(n).unwrap_or_default();
        if n > buffer.len() {
            buffer = vec![0_u8; n];
            continue;
        }
        // The length counts the byte 0 at the end.
        buffer.truncate(n.saturating_sub(1));
        return String::from_utf8(buffer).map_err(|error| Error::LightGbm {
            what: WHAT,
            message: error.to_string(),
        });
    }
    Err(Error::LightGbm {
        what: WHAT,
        message: "its length changed while it was written".to_owned(),
    })
}
