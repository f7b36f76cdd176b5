//! Setting libtorch up from the ordinary Python wheels.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

use crate::folder::{check_disk, create, remove, rename};
use crate::pip::{self, pip, python};
use crate::run::{exists, root, run};

const VERSION: &str = "2.11.0";
/// Wheels and unpacked libraries lie side by side for a moment.
const DISK_NEEDED_MB: u64 = 1200;
const CUDA_DISK_NEEDED_MB: u64 = 8000;
const OWN_LIBTORCH: &str = "\
Or install libtorch 2.11.0 by other means and set LIBTORCH to its folder (the one with lib/ and
include/), or install torch==2.11.0 into your Python and set LIBTORCH_USE_PYTORCH=1.";

/// Makes sure that there is a libtorch; a person's own wins.
pub(crate) fn setup() -> Result<(), String> {
    if env::var_os("LIBTORCH_USE_PYTORCH").is_some() {
        println!("libtorch: from your Python (LIBTORCH_USE_PYTORCH is set)");
        return Ok(());
    }
    let ours = root().join(".libtorch");
    if let Some(own) = env::var_os("LIBTORCH")
        .map(PathBuf::from)
        .filter(|own| *own != ours)
    {
        return check_own(&own);
    }
    if is_complete(&ours) {
        return Ok(());
    }
    install(&ours)
}

/// Installs the CUDA libraries of the same wheel, in a folder that the linker never sees.
pub(crate) fn setup_cuda() -> Result<(), String> {
    let target = root().join(".libtorch-cuda");
    if target.join("torch/lib/libtorch_cuda.so").exists() {
        println!("CUDA libraries: {} is there", target.display());
        return Ok(());
    }
    pip::check("libtorch", OWN_LIBTORCH)?;
    check_disk("libtorch", &root(), CUDA_DISK_NEEDED_MB)?;
    println!("CUDA libraries: fetching torch {VERSION} with its dependencies");
    let partial = root().join(".libtorch-cuda.partial");
    remove(&partial)?;
    run(pip().args(["install", "--only-binary=:all:", "--python-version", "3.12"]).args([
        "--no-cache-dir".as_ref(),
        "--target".as_ref(),
        partial.as_os_str(),
        format!("torch=={VERSION}").as_ref(),
    ]))
    .map_err(|error| format!("{error}\nThe package needed is torch=={VERSION} with its dependencies, for Linux x86-64"))?;
    rename(&partial, &target)?;
    println!("CUDA libraries: installed in {}", target.display());
    Ok(())
}

fn check_own(own: &Path) -> Result<(), String> {
    let library = own.join("lib/libtorch_cpu.so");
    if !library.exists() {
        return Err(format!(
            "LIBTORCH is {}, but {} is not there: unset LIBTORCH to let `cargo xtask setup` install \
             it, or point it to a libtorch {VERSION}",
            own.display(),
            library.display()
        ));
    }
    println!("libtorch: yours, in {} (LIBTORCH is set)", own.display());
    Ok(())
}

fn is_complete(folder: &Path) -> bool {
    let version = fs::read_to_string(folder.join("build-version")).unwrap_or_default();
    version.trim() == VERSION
        && folder.join("lib/libtorch.so").exists()
        && folder
            .join("include/torch/csrc/api/include/torch/torch.h")
            .exists()
}

fn install(target: &Path) -> Result<(), String> {
    pip::check("libtorch", OWN_LIBTORCH)?;
    if !["c++", "g++", "clang++"]
        .iter()
        .any(|cxx| exists(cxx, &["--version"]))
    {
        return Err("there is no C++ compiler; on Debian: apt-get install g++".to_owned());
    }
    check_disk("libtorch", &root(), DISK_NEEDED_MB)?;
    let partial = root().join(".libtorch.partial");
    let (wheels, unpacked) = (partial.join("wheels"), partial.join("unpacked"));
    let scratch = partial.join("scratch");
    for folder in [&wheels, &scratch] {
        create(folder)?;
    }
    println!("libtorch {VERSION}: fetching 0.5 GB of wheels (those already fetched are kept)");
    pip::download("tools/libtorch/requirements.txt", &wheels, &scratch).map_err(|error| {
        format!(
            "{error}\n\
             libtorch could not be fetched. When the network is the reason, fetch these three wheels \
             for CPython 3.12 on Linux x86-64 where there is one:\n\
             \x20 torch==2.11.0  nvidia-cuda-runtime==13.0.96  nvidia-cuda-cupti==13.0.85\n\
             put them into {} and run `cargo xtask setup` again.\n{OWN_LIBTORCH}",
            wheels.display()
        )
    })?;
    println!("libtorch {VERSION}: unpacking 0.5 GB");
    remove(&unpacked)?;
    run(Command::new(python())
        .arg(root().join("tools/libtorch/unpack.py"))
        .arg(&wheels)
        .arg(&unpacked))?;
    remove(target)?;
    rename(&unpacked, target)?;
    remove(&partial)?;
    println!("libtorch {VERSION}: installed in {}", target.display());
    Ok(())
}
