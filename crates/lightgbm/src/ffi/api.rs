//! The C functions, found in an open library.

use std::ffi::{CStr, c_char, c_int, c_void};
use std::mem::ManuallyDrop;
use std::path::Path;
use std::sync::Arc;

use crate::{Error, Result};

/// A data set or a booster of LightGBM.
pub(super) type Handle = *mut c_void;
type Callback = extern "C" fn(*const c_char);

/// A struct of pointers to C functions, and how it is filled.
macro_rules! functions {
    ($($field:ident: $name:literal = fn($($argument:ty),*) -> $output:ty;)+) => {
        /// The functions of an open library.
        pub(crate) struct Api {
            $(pub(super) $field: unsafe extern "C" fn($($argument),*) -> $output,)+
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
    pub(super) fn check(&self, what: &'static str, status: c_int) -> Result<()> {
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
    pub(super) fn silence(&self) -> Result<()> {
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
