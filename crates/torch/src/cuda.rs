//! Opens libtorch's CUDA library, so that one program serves the CPU and the GPU.
//!
//! libtorch keeps CUDA in a library of its own, `libtorch_cuda.so`, which nothing links against.
//! [`load`] opens it when it is there; this must come before the first other call to libtorch,
//! because libtorch looks for CUDA once. `cargo xtask setup --cuda` puts it where [`load`] looks.

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use crate::{Error, Result, ffi};

/// What [`load`] found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cuda {
    /// There is no `libtorch_cuda.so`: the CPU serves.
    Absent,
    /// The library is open; [`device_count`] says whether a driver and a device are there too.
    Loaded,
}

/// The variable that names the folder of `libtorch_cuda.so`, if it is not in a usual place.
pub const FOLDER_VARIABLE: &str = "MIDFUSE_LIBTORCH_CUDA";

/// Opens `libtorch_cuda.so` where it is there. Call it first in `main`; further calls return what
/// the first one found.
///
/// Looks in the folder that `MIDFUSE_LIBTORCH_CUDA` names, else beside the `libtorch_cpu.so` that
/// this program was linked to, else in the folder of `cargo xtask setup --cuda`: for a libtorch in
/// `.libtorch` that is `.libtorch-cuda/torch/lib`.
///
/// # Errors
/// [`Error::Cuda`] if the named folder has no such library, if the dynamic linker cannot open it,
/// or if libtorch was used before.
pub fn load() -> Result<Cuda> {
    static FOUND: OnceLock<Result<Cuda>> = OnceLock::new();
    FOUND
        .get_or_init(|| {
            let named = std::env::var_os(FOLDER_VARIABLE).map(PathBuf::from);
            open(named.as_deref(), Path::new(midfuse_libtorch::LIB_DIR))
        })
        .clone()
}

/// How many CUDA devices libtorch can use here: 0 without [`load`], a driver or a device.
pub fn device_count() -> i64 {
    ffi::cuda().map_or(0, |(_, devices)| devices)
}

/// Whether a CUDA device can be used.
pub fn is_available() -> bool {
    device_count() > 0
}

const LIBRARY: &str = "libtorch_cuda.so";

fn open(named: Option<&Path>, lib: &Path) -> Result<Cuda> {
    let Some(path) = find(named, lib)? else {
        return Ok(Cuda::Absent);
    };
    ffi::open_library(&path).map_err(|error| Error::Cuda {
        path: path.clone(),
        message: error.to_string(),
    })?;
    match ffi::cuda()? {
        (true, _) => Ok(Cuda::Loaded),
        (false, _) => Err(Error::Cuda {
            path,
            message: "libtorch was used before its CUDA library was opened; \
                      call midfuse_torch::cuda::load first in main"
                .to_owned(),
        }),
    }
}

fn find(named: Option<&Path>, lib: &Path) -> Result<Option<PathBuf>> {
    if let Some(folder) = named {
        let path = folder.join(LIBRARY);
        if path.exists() {
            return Ok(Some(path));
        }
        return Err(Error::Cuda {
            path,
            message: format!("{FOLDER_VARIABLE} names this folder, but the file is not there"),
        });
    }
    let of_setup = lib.parent().map(|root| {
        let mut folder = root.as_os_str().to_owned();
        folder.push("-cuda");
        Path::new(&folder).join("torch/lib").join(LIBRARY)
    });
    let usual = [Some(lib.join(LIBRARY)), of_setup];
    Ok(usual.into_iter().flatten().find(|path| path.exists()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_the_library_the_cpu_serves() {
        let empty = Path::new("/nowhere/lib");
        assert_eq!(open(None, empty), Ok(Cuda::Absent));
    }

    #[test]
    fn a_named_folder_must_hold_it() {
        let error = open(Some(Path::new("/nowhere")), Path::new("/nowhere")).unwrap_err();
        let text = error.to_string();
        assert!(
            text.starts_with("/nowhere/libtorch_cuda.so: MIDFUSE_LIBTORCH_CUDA"),
            "{text}"
        );
    }

    #[test]
    fn the_folder_of_setup_is_searched() {
        let root = std::env::temp_dir().join(format!("midfuse-setup-{}", std::process::id()));
        let folder = root.join(".libtorch-cuda/torch/lib");
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(folder.join(LIBRARY), "").unwrap();
        let found = find(None, &root.join(".libtorch/lib"));
        std::fs::remove_dir_all(&root).unwrap();
        assert_eq!(found, Ok(Some(folder.join(LIBRARY))));
    }

    #[test]
    fn a_file_that_is_no_library_is_an_error() {
        let folder = std::env::temp_dir().join(format!("midfuse-cuda-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(folder.join(LIBRARY), "not a library").unwrap();
        let result = open(Some(&folder), Path::new("/nowhere"));
        std::fs::remove_dir_all(&folder).unwrap();
        assert!(matches!(result, Err(Error::Cuda { .. })), "{result:?}");
    }
}
