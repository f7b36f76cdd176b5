//! Setting LightGBM up from the ordinary Python wheel.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

use crate::folder::{create, remove, rename};
use crate::run::{root, run};
use crate::{Outcome, pip};

const VERSION: &str = "4.7.0";
const LIBRARY: &str = "lib_lightgbm.so";
const OPENMP: &str = "libgomp.so.1";
const OWN_LIGHTGBM: &str = "\
Or install the Python package lightgbm 4.7.0 by other means and set MIDFUSE_LIGHTGBM to the path of
its lib_lightgbm.so. Without it everything but boosted trees works.";

/// Makes sure that there is a LightGBM; a person's own wins. Comes after libtorch's set-up, which
/// brings an OpenMP for machines that have none.
pub(crate) fn setup() -> Outcome {
    let ours = root().join(".lightgbm");
    let own = env::var_os("MIDFUSE_LIGHTGBM").map(PathBuf::from);
    if let Some(own) = own.filter(|own| *own != ours.join(LIBRARY)) {
        return check_own(&own);
    }
    if is_complete(&ours) {
        return Ok(());
    }
    install(&ours)
}

fn check_own(own: &Path) -> Outcome {
    if !own.is_file() {
        return Err(format!(
            "MIDFUSE_LIGHTGBM is {}, which is no file: unset it to let `cargo xtask setup` install \
             LightGBM, or point it to a {LIBRARY} of version {VERSION}",
            own.display()
        ));
    }
    println!(
        "LightGBM: yours, {} (MIDFUSE_LIGHTGBM is set)",
        own.display()
    );
    Ok(())
}

fn is_complete(folder: &Path) -> bool {
    let version = fs::read_to_string(folder.join("version")).unwrap_or_default();
    version.trim() == VERSION && folder.join(LIBRARY).is_file()
}

fn install(target: &Path) -> Outcome {
    pip::check("LightGBM", OWN_LIGHTGBM)?;
    let partial = root().join(".lightgbm.partial");
    let [wheels, scratch, unpacked, library] =
        ["wheels", "scratch", "unpacked", "library"].map(|name| partial.join(name));
    for folder in [&wheels, &scratch] {
        create(folder)?;
    }
    println!("LightGBM {VERSION}: fetching a wheel of 3.5 MB");
    pip::download("tools/lightgbm/requirements.txt", &wheels, &scratch).map_err(|error| {
        format!(
            "{error}\n\
             LightGBM could not be fetched. When the network is the reason, fetch the wheel of \
             lightgbm=={VERSION} for Linux x86-64 where there is one,\n\
             put it into {} and run `cargo xtask setup` again.\n{OWN_LIGHTGBM}",
            wheels.display()
        )
    })?;
    for folder in [&unpacked, &library] {
        remove(folder)?;
        create(folder)?;
    }
    let wheel = only_wheel(&wheels)?;
    // Checks each member's CRC; pip has checked the wheel's SHA-256.
    run(Command::new(pip::python())
        .args(["-m", "zipfile", "-e"])
        .arg(&wheel)
        .arg(&unpacked))?;
    let licence = format!("lightgbm-{VERSION}.dist-info/licenses/LICENSE");
    rename(
        &unpacked.join("lightgbm/lib").join(LIBRARY),
        &library.join(LIBRARY),
    )?;
    rename(&unpacked.join(licence), &library.join("LICENSE"))?;
    let libtorch = env::var_os("LIBTORCH").map_or_else(|| root().join(".libtorch"), PathBuf::from);
    let openmp = libtorch.join("lib").join(OPENMP);
    if openmp.is_file() {
        copy(&openmp, &library.join(OPENMP))?;
    }
    let version = library.join("version");
    fs::write(&version, VERSION).map_err(|error| format!("{}: {error}", version.display()))?;
    remove(target)?;
    rename(&library, target)?;
    remove(&partial)?;
    println!("LightGBM {VERSION}: installed in {}", target.display());
    Ok(())
}

fn only_wheel(folder: &Path) -> Result<PathBuf, String> {
    let entries = fs::read_dir(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let mut wheels = entries.flatten().map(|entry| entry.path()).filter(|path| {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        name.starts_with(&format!("lightgbm-{VERSION}-"))
    });
    match (wheels.next(), wheels.next()) {
        (Some(wheel), None) => Ok(wheel),
        _ => Err(format!(
            "one wheel of lightgbm {VERSION} should be in {}",
            folder.display()
        )),
    }
}

fn copy(from: &Path, to: &Path) -> Outcome {
    let copied = fs::copy(from, to);
    copied.map_err(|error| format!("{} -> {}: {error}", from.display(), to.display()))?;
    Ok(())
}
