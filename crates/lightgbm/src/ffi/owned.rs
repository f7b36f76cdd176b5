//! Handles, each freed once.

use std::ffi::c_int;
use std::ptr;
use std::sync::Arc;

use super::api::{Api, Handle};
use crate::Result;

/// A handle that is freed once.
pub(super) struct Owned {
    pub(super) api: Arc<Api>,
    pub(super) handle: Handle,
    free: unsafe extern "C" fn(Handle) -> c_int,
}

impl Owned {
    /// The handle that `make` writes; `make` returns a status.
    pub(super) fn new(
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
