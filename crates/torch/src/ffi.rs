//! The border to C++: declarations of the shim, and safe functions over each.
//!
//! Safety, for all blocks below: a `Handle` is the pointer that a live [`Tensor`] holds, valid for
//! the length of the call because the `Tensor` is borrowed for it; arrays of handles are passed
//! with their length; the shim throws no exception; tensors that it returns are owned by the
//! caller, once.
#![expect(unsafe_code, reason = "this module is the border to C++")]

use std::ffi::{CStr, CString, c_char, c_void};
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

use tch::Tensor;
use torch_sys::C_tensor;

use crate::{Error, Result};

type Handle = *const C_tensor;

/// Numbers of one AdamW step, in the layout of the shim's `Hyper`.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub(crate) struct Hyper {
    pub(crate) lr: f64,
    pub(crate) beta1: f64,
    pub(crate) beta2: f64,
    pub(crate) eps: f64,
    pub(crate) weight_decay: f64,
}

/// Numbers of one SGD step, in the layout of the shim's `SgdHyper`.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub(crate) struct SgdHyper {
    pub(crate) lr: f64,
    pub(crate) momentum: f64,
    pub(crate) dampening: f64,
    pub(crate) weight_decay: f64,
    pub(crate) nesterov: bool,
}

// SAFETY: the signatures are those of the files in shim/.
unsafe extern "C" {
    fn midfuse_free_message(text: *mut c_char);
    fn midfuse_fused_adamw(
        params: *const Handle,
        exp_avgs: *const Handle,
        exp_avg_sqs: *const Handle,
        steps: *mut i64,
        n: usize,
        hyper: *const Hyper,
    ) -> *mut c_char;
    fn midfuse_fused_sgd(
        params: *const Handle,
        buffers: *const Handle,
        steps: *mut i64,
        n: usize,
        hyper: *const SgdHyper,
    ) -> *mut c_char;
    fn midfuse_clip_grad_norm(
        params: *const Handle,
        n: usize,
        max_norm: f64,
        norm: *mut *mut C_tensor,
    ) -> *mut c_char;
    fn midfuse_zero_grad(params: *const Handle, n: usize) -> *mut c_char;
    fn midfuse_copy_all(to: *const Handle, from: *const Handle, n: usize) -> *mut c_char;
    fn midfuse_seed(seed: u64) -> *mut c_char;
    fn midfuse_rng_state(device: i64, state: *mut *mut C_tensor) -> *mut c_char;
    fn midfuse_set_rng_state(device: i64, state: Handle) -> *mut c_char;
    fn midfuse_autocast_begin(
        cuda: bool,
        enabled: bool,
        dtype: i32,
        was_enabled: *mut bool,
        had_dtype: *mut i32,
    ) -> *mut c_char;
    fn midfuse_autocast_end(cuda: bool, was_enabled: bool, had_dtype: i32) -> *mut c_char;
    fn midfuse_cuda(loaded: *mut bool, devices: *mut i64) -> *mut c_char;
    fn midfuse_open_library(path: *const c_char) -> *mut c_char;
    fn midfuse_flops_begin(session: *mut *mut c_void) -> *mut c_char;
    fn midfuse_flops_end(session: *mut c_void, flops: *mut u64) -> *mut c_char;
    fn midfuse_memory_begin(session: *mut *mut c_void) -> *mut c_char;
    fn midfuse_memory_mark(session: *mut c_void, limit: i64) -> *mut c_char;
    fn midfuse_memory_read(session: *mut c_void, usage: *mut i64) -> *mut c_char;
    fn midfuse_memory_end(session: *mut c_void) -> *mut c_char;
}

/// Turns the shim's answer into a `Result` and frees its text.
fn check(what: &'static str, answer: *mut c_char) -> Result<()> {
    if answer.is_null() {
        return Ok(());
    }
    // SAFETY: a non-null answer is a C string of the shim that is ours to free, once.
    let message = unsafe {
        let message = CStr::from_ptr(answer).to_string_lossy().into_owned();
        midfuse_free_message(answer);
        message
    };
    Err(Error::Libtorch { what, message })
}

fn handles(tensors: &[Tensor]) -> Vec<Handle> {
    tensors.iter().map(Tensor::as_ptr).collect()
}

/// Owns a tensor that the shim returned.
fn own(tensor: *mut C_tensor) -> Tensor {
    // SAFETY: the shim made it with `new at::Tensor` and keeps no copy.
    unsafe { Tensor::from_ptr(tensor) }
}

pub(crate) fn fused_adamw(
    params: &[Tensor],
    exp_avgs: &[Tensor],
    exp_avg_sqs: &[Tensor],
    steps: &mut [i64],
    hyper: &Hyper,
) -> Result<()> {
    let n = params.len();
    if [exp_avgs.len(), exp_avg_sqs.len(), steps.len()] != [n; 3] {
        return Err(Error::Argument {
            what: "fused AdamW",
            expected: "as many moments and counts as parameters",
            got: format!("{} and {} for {n}", exp_avgs.len(), steps.len()),
        });
    }
    let (p, m, v) = (handles(params), handles(exp_avgs), handles(exp_avg_sqs));
    // SAFETY: four arrays of length `n`, alive for the call.
    let answer = unsafe {
        midfuse_fused_adamw(
            p.as_ptr(),
            m.as_ptr(),
            v.as_ptr(),
            steps.as_mut_ptr(),
            n,
            hyper,
        )
    };
    check("fused AdamW", answer)
}

/// `buffers`: one per parameter, or none at all without momentum.
pub(crate) fn fused_sgd(
    params: &[Tensor],
    buffers: Option<&[Tensor]>,
    steps: &mut [i64],
    hyper: &SgdHyper,
) -> Result<()> {
    let n = params.len();
    if steps.len() != n || buffers.is_some_and(|buffers| buffers.len() != n) {
        return Err(Error::Argument {
            what: "fused SGD",
            expected: "as many momentum buffers and counts as parameters",
            got: format!(
                "{} and {} for {n}",
                buffers.map_or(0, <[Tensor]>::len),
                steps.len()
            ),
        });
    }
    let (params, buffers) = (handles(params), buffers.map(handles));
    let buffers = buffers.as_ref().map_or(std::ptr::null(), Vec::as_ptr);
    // SAFETY: three arrays of length `n`, alive for the call; the second may be null.
    let answer =
        unsafe { midfuse_fused_sgd(params.as_ptr(), buffers, steps.as_mut_ptr(), n, hyper) };
    check("fused SGD", answer)
}

pub(crate) fn clip_grad_norm(params: &[Tensor], max_norm: f64) -> Result<Tensor> {
    let mut norm = std::ptr::null_mut();
    let list = handles(params);
    // SAFETY: an array with its length; `norm` is written on success.
    let answer =
        unsafe { midfuse_clip_grad_norm(list.as_ptr(), list.len(), max_norm, &raw mut norm) };
    check("clipping the gradient norm", answer)?;
    Ok(own(norm))
}

pub(crate) fn zero_grad(params: &[Tensor]) -> Result<()> {
    let list = handles(params);
    // SAFETY: an array with its length.
    check("resetting gradients", unsafe {
        midfuse_zero_grad(list.as_ptr(), list.len())
    })
}

pub(crate) fn copy_all(to: &[Tensor], from: &[Tensor]) -> Result<()> {
    if to.len() != from.len() {
        return Err(Error::Argument {
            what: "copying tensors",
            expected: "two lists of the same length",
            got: format!("{} and {}", to.len(), from.len()),
        });
    }
    let (to, from) = (handles(to), handles(from));
    // SAFETY: two arrays of the same length.
    let answer = unsafe { midfuse_copy_all(to.as_ptr(), from.as_ptr(), to.len()) };
    check("copying tensors", answer)
}

pub(crate) fn seed(seed: u64) -> Result<()> {
    // SAFETY: no pointers go in.
    check("seeding", unsafe { midfuse_seed(seed) })
}

/// `device`: −1 for the CPU, otherwise the index of a CUDA device.
pub(crate) fn rng_state(device: i64) -> Result<Tensor> {
    let mut state = std::ptr::null_mut();
    // SAFETY: `state` is written on success.
    check("reading the generator's state", unsafe {
        midfuse_rng_state(device, &raw mut state)
    })?;
    Ok(own(state))
}

pub(crate) fn set_rng_state(device: i64, state: &Tensor) -> Result<()> {
    // SAFETY: one live handle; libtorch checks its dtype and length.
    let answer = unsafe { midfuse_set_rng_state(device, state.as_ptr()) };
    check("setting the generator's state", answer)
}

/// Switches autocast on this thread; returns what [`autocast_end`] needs to switch it back.
pub(crate) fn autocast_begin(cuda: bool, enabled: bool, dtype: i32) -> Result<(bool, i32)> {
    let (mut was_enabled, mut had_dtype) = (false, 0);
    // SAFETY: two places to write to.
    let answer = unsafe {
        midfuse_autocast_begin(
            cuda,
            enabled,
            dtype,
            &raw mut was_enabled,
            &raw mut had_dtype,
        )
    };
    check("autocast", answer)?;
    Ok((was_enabled, had_dtype))
}

pub(crate) fn autocast_end(cuda: bool, (was_enabled, had_dtype): (bool, i32)) -> Result<()> {
    // SAFETY: no pointers go in.
    check("autocast", unsafe {
        midfuse_autocast_end(cuda, was_enabled, had_dtype)
    })
}

/// Whether libtorch's CUDA part has registered itself, and how many devices it can use.
pub(crate) fn cuda() -> Result<(bool, i64)> {
    let (mut loaded, mut devices) = (false, 0);
    // SAFETY: two places to write to.
    check("asking for CUDA", unsafe {
        midfuse_cuda(&raw mut loaded, &raw mut devices)
    })?;
    Ok((loaded, devices))
}

/// A count in progress on this thread; ends when it is dropped.
#[derive(Debug)]
pub(crate) struct FlopSession(*mut c_void);

impl FlopSession {
    pub(crate) fn begin() -> Result<Self> {
        let mut session = std::ptr::null_mut();
        // SAFETY: `session` is written on success.
        check("counting FLOPs", unsafe {
            midfuse_flops_begin(&raw mut session)
        })?;
        Ok(Self(session))
    }

    /// Operations of matrix products, convolutions, attention and recurrent layers.
    pub(crate) fn end(mut self) -> Result<[u64; 4]> {
        self.close()
    }

    fn close(&mut self) -> Result<[u64; 4]> {
        let mut flops = [0; 4];
        let session = std::mem::replace(&mut self.0, std::ptr::null_mut());
        if session.is_null() {
            return Ok(flops);
        }
        // SAFETY: the pointer came from `begin` and is given back once; the array has room for 4.
        check("counting FLOPs", unsafe {
            midfuse_flops_end(session, flops.as_mut_ptr())
        })?;
        Ok(flops)
    }
}

impl Drop for FlopSession {
    fn drop(&mut self) {
        // A panic unwinds: the callback must go; its count is of no use to anybody.
        let _unused = self.close();
    }
}

/// Watches what this thread allocates on the CPU; ends when it is dropped, on the thread that began it.
#[derive(Debug)]
pub(crate) struct MemorySession(*mut c_void);

impl MemorySession {
    pub(crate) fn begin() -> Result<Self> {
        let mut session = std::ptr::null_mut();
        // SAFETY: `session` is written on success.
        check("watching memory", unsafe {
            midfuse_memory_begin(&raw mut session)
        })?;
        Ok(Self(session))
    }

    /// Counts the peak from here on, and refuses what would take more than `limit` bytes above it.
    pub(crate) fn mark(&self, limit: i64) -> Result<()> {
        // SAFETY: the pointer came from `begin` and is given back by `drop` alone.
        check("watching memory", unsafe {
            midfuse_memory_mark(self.0, limit)
        })
    }

    /// Bytes that live now, most bytes since the mark, and whether something was refused since.
    pub(crate) fn read(&self) -> Result<[i64; 3]> {
        let mut usage = [0; 3];
        // SAFETY: as in `mark`; the array has room for 3.
        check("watching memory", unsafe {
            midfuse_memory_read(self.0, usage.as_mut_ptr())
        })?;
        Ok(usage)
    }
}

impl Drop for MemorySession {
    fn drop(&mut self) {
        // SAFETY: the pointer came from `begin` and is given back once. There is nobody to tell of an
        // error, which would be that of freeing it.
        let _unused = check("watching memory", unsafe { midfuse_memory_end(self.0) });
    }
}

/// Opens a library for the whole process, as if the program were linked against it.
pub(crate) fn open_library(path: &Path) -> Result<()> {
    let name = CString::new(path.as_os_str().as_bytes()).map_err(|_| Error::Argument {
        what: "opening a library",
        expected: "a path without zero bytes",
        got: path.display().to_string(),
    })?;
    // SAFETY: a C string goes in. The initialisers of libtorch_cuda run: they register its
    // operators, as when it is linked.
    check("opening a library", unsafe {
        midfuse_open_library(name.as_ptr())
    })
}
