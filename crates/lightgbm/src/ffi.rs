//! The border to C: the functions of LightGBM that are called, and safe functions over each.
//!
//! Safety, for all blocks below: the signatures are those of `LightGBM/c_api.h` of version 4; the
//! functions catch every C++ exception and return a status; none keeps a pointer to an argument
//! after it returns, but for a booster in training, which refers to its data set and is freed before
//! it. The library is never closed, so its functions are there for as long as the program runs.
#![expect(unsafe_code, reason = "this module is the border to C")]

use std::ffi::{CStr, CString, c_char, c_int, c_void};
use std::mem::ManuallyDrop;
use std::path::Path;
use std::ptr;
use std::sync::Arc;

use crate::config::ALWAYS;
use crate::number::sealed::Number;
use crate::rows::{CheckedRows, Matrix};
use crate::text::ModelText;
use crate::{Error, Result};

/// A data set or a booster of LightGBM.
type Handle = *mut c_void;
type Callback = extern "C" fn(*const c_char);

const ROW_MAJOR: c_int = 1;
/// Probabilities and values, not scores.
const NORMAL: c_int = 0;
/// Total gain of the splits on a column.
const GAIN: c_int = 1;
const FLOAT32: c_int = 0;

/// A struct of pointers to C functions, and how it is filled.
macro_rules! functions {
    ($($field:ident: $name:literal = fn($($argument:ty),*) -> $output:ty;)+) => {
        /// The functions of an open library.
        pub(crate) struct Api {
            $($field: unsafe extern "C" fn($($argument),*) -> $output,)+
            /// Never closed: LightGBM keeps a callback for each thread, and OpenMP keeps threads.
            _library: ManuallyDrop<libloading::Library>,
        }

        impl Api {
            fn of(library: libloading::Library, path: &Path) -> Result<Self> {
                let library = ManuallyDrop::new(library);
                Ok(Self {
                    $($field: {
                        // SAFETY: the function of this name has this signature, see above.
                        let function = unsafe {
                            library.get::<unsafe extern "C" fn($($argument),*) -> $output>($name)
                        };
                        *function.map_err(|_| Error::Function {
                            path: path.to_owned(),
                            function: $name,
                        })?
                    },)+
                    _library: library,
                })
            }
        }
    };
}

functions! {
    last_error: "LGBM_GetLastError" = fn() -> *const c_char;
    register_log_callback: "LGBM_RegisterLogCallback" = fn(Callback) -> c_int;
    set_max_threads: "LGBM_SetMaxThreads" = fn(c_int) -> c_int;
    dataset_from_mat: "LGBM_DatasetCreateFromMat" =
        fn(*const c_void, c_int, i32, i32, c_int, *const c_char, Handle, *mut Handle) -> c_int;
    dataset_set_field: "LGBM_DatasetSetField" =
        fn(Handle, *const c_char, *const c_void, c_int, c_int) -> c_int;
    dataset_free: "LGBM_DatasetFree" = fn(Handle) -> c_int;
    booster_create: "LGBM_BoosterCreate" = fn(Handle, *const c_char, *mut Handle) -> c_int;
    booster_free: "LGBM_BoosterFree" = fn(Handle) -> c_int;
    booster_update: "LGBM_BoosterUpdateOneIter" = fn(Handle, *mut c_int) -> c_int;
    booster_to_text: "LGBM_BoosterSaveModelToString" =
        fn(Handle, c_int, c_int, c_int, i64, *mut i64, *mut c_char) -> c_int;
    booster_from_text: "LGBM_BoosterLoadModelFromString" =
        fn(*const c_char, *mut c_int, *mut Handle) -> c_int;
    booster_n_columns: "LGBM_BoosterGetNumFeature" = fn(Handle, *mut c_int) -> c_int;
    booster_n_predicted: "LGBM_BoosterCalcNumPredict" =
        fn(Handle, c_int, c_int, c_int, c_int, *mut i64) -> c_int;
    booster_predict: "LGBM_BoosterPredictForMat" =
        fn(Handle, *const c_void, c_int, i32, i32, c_int, c_int, c_int, c_int, *const c_char, *mut i64, *mut f64)
            -> c_int;
    booster_importance: "LGBM_BoosterFeatureImportance" =
        fn(Handle, c_int, c_int, *mut f64) -> c_int;
}

/// What LightGBM says besides its errors goes nowhere.
extern "C" fn silent(_message: *const c_char) {}

impl Api {
    /// Opens a library and holds it to one thread.
    pub(crate) fn open(path: &Path) -> Result<Arc<Self>> {
        let api = Arc::new(Self::of(open(path)?, path)?);
        // SAFETY: takes a number.
        api.check("limiting threads", unsafe { (api.set_max_threads)(1) })?;
        Ok(api)
    }

    /// Turns a status into a `Result`; LightGBM keeps the message of this thread's last error.
    fn check(&self, what: &'static str, status: c_int) -> Result<()> {
        if status == 0 {
            return Ok(());
        }
        // SAFETY: returns a C string of the library that lives until this thread's next call.
        let message = unsafe { CStr::from_ptr((self.last_error)()) };
        Err(Error::LightGbm {
            what,
            message: message.to_string_lossy().trim().to_owned(),
        })
    }

    /// LightGBM's log goes through a callback of each thread, so this comes before other calls.
    fn silence(&self) -> Result<()> {
        // SAFETY: `silent` lives as long as the program.
        let status = unsafe { (self.register_log_callback)(silent) };
        self.check("silencing its log", status)
    }
}

/// Opens a library. OpenMP is the one that the process has or the system brings; where there is
/// none, the one beside the library.
fn open(path: &Path) -> Result<libloading::Library> {
    let load = |path: &Path| {
        // SAFETY: initialisers of the library run; the caller trusts the file that it names.
        unsafe { libloading::Library::new(path) }
    };
    let openmp = path.with_file_name("libgomp.so.1");
    let opened = load(path).or_else(|error| match openmp.is_file().then(|| load(&openmp)) {
        Some(Ok(openmp)) => {
            // Stays open with the library that needs it.
            std::mem::forget(openmp);
            load(path)
        }
        _ => Err(error),
    });
    opened.map_err(|error| {
        let cause = std::error::Error::source(&error).map(ToString::to_string);
        Error::Open {
            path: path.to_owned(),
            message: cause.unwrap_or_else(|| error.to_string()),
        }
    })
}

/// A handle that is freed once.
struct Owned {
    api: Arc<Api>,
    handle: Handle,
    free: unsafe extern "C" fn(Handle) -> c_int,
}

impl Owned {
    /// The handle that `make` writes; `make` returns a status.
    fn new(
        api: &Arc<Api>,
        what: &'static str,
        free: unsafe extern "C" fn(Handle) -> c_int,
        make: impl FnOnce(*mut Handle) -> c_int,
    ) -> Result<Self> {
        let mut handle = ptr::null_mut();
        api.silence()?;
        api.check(what, make(&raw mut handle))?;
        Ok(Self {
            api: Arc::clone(api),
            handle,
            free,
        })
    }
}

impl Drop for Owned {
    fn drop(&mut self) {
        // SAFETY: the handle is ours and used nowhere after this. A failure would leak it.
        unsafe { (self.free)(self.handle) };
    }
}

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

/// Parameters are of our own making and hold no byte 0.
fn c_text(text: &str) -> CString {
    CString::new(text).unwrap_or_default()
}

/// A booster that predicts.
pub(crate) struct Model(Owned);

// SAFETY: LightGBM binds a booster to no thread; what it keeps for each thread is the last error and
// the log's callback. It is not `Sync`: a prediction writes the rounds that it uses into the booster.
unsafe impl Send for Model {}

impl Model {
    /// The booster of a checked text.
    pub(crate) fn new(api: &Arc<Api>, text: &ModelText) -> Result<Self> {
        const WHAT: &str = "reading a model";
        let mut n_rounds = 0;
        let owned = Owned::new(api, WHAT, api.booster_free, |out| {
            // SAFETY: a C string whose every index is in its range: `ModelText::read` checks it.
            unsafe { (api.booster_from_text)(text.text.as_ptr(), &raw mut n_rounds, out) }
        })?;
        let model = Self(owned);
        let mut n_columns = 0;
        // SAFETY: the booster is alive.
        let status = unsafe { (api.booster_n_columns)(model.0.handle, &raw mut n_columns) };
        api.check(WHAT, status)?;
        let read = (usize::try_from(n_rounds), usize::try_from(n_columns));
        if read == (Ok(text.n_rounds), Ok(text.n_columns)) {
            return Ok(model);
        }
        Err(Error::LightGbm {
            what: WHAT,
            message: format!("it read {n_rounds} rounds and {n_columns} columns"),
        })
    }

    /// `[N * n_outputs]` of the first rounds; `x` has as many columns as the model.
    pub(crate) fn predict<T: Number + crate::Number>(
        &self,
        x: &Matrix<'_, T>,
        n_rounds: i32,
        n_outputs: usize,
    ) -> Result<Vec<f64>> {
        const WHAT: &str = "predicting";
        let Owned { api, handle, .. } = &self.0;
        api.silence()?;
        let (n_rows, n_columns) = x.shape();
        let mut n = 0;
        // SAFETY: the booster is alive.
        let status =
            unsafe { (api.booster_n_predicted)(*handle, n_rows, NORMAL, 0, n_rounds, &raw mut n) };
        api.check(WHAT, status)?;
        let mut predicted = vec![0.0; n_outputs.saturating_mul(n_rows as usize)];
        if usize::try_from(n) != Ok(predicted.len()) {
            return Err(Error::LightGbm {
                what: WHAT,
                message: format!("{} numbers were expected, and it has {n}", predicted.len()),
            });
        }
        let parameters = c_text(ALWAYS);
        // SAFETY: `Matrix` holds as many values as its shape says, row after row; the booster has
        // just said that it writes as many numbers as `predicted` has.
        let status = unsafe {
            (api.booster_predict)(
                *handle,
                x.values().as_ptr().cast(),
                <T as Number>::DTYPE,
                n_rows,
                n_columns,
                ROW_MAJOR,
                NORMAL,
                0,
                n_rounds,
                parameters.as_ptr(),
                &raw mut n,
                predicted.as_mut_ptr(),
            )
        };
        api.check(WHAT, status)?;
        Ok(predicted)
    }

    /// `[P]`: total gain of the splits on each column in the first rounds.
    pub(crate) fn gains(&self, n_columns: usize, n_rounds: i32) -> Result<Vec<f64>> {
        let Owned { api, handle, .. } = &self.0;
        api.silence()?;
        let mut gains = vec![0.0; n_columns];
        // SAFETY: a number for each column is written, and `Model::new` has compared their number.
        let status =
            unsafe { (api.booster_importance)(*handle, n_rounds, GAIN, gains.as_mut_ptr()) };
        api.check("importance", status)?;
        Ok(gains)
    }
}
