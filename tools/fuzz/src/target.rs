//! libFuzzer on the target that `MIDFUSE_FUZZ_TARGET` names. With `MIDFUSE_FUZZ_SEEDS` it writes the
//! seeds of every target into that folder instead, and prints the names of the targets.
#![no_main]

use std::panic::{self, AssertUnwindSafe};
use std::path::Path;
use std::sync::{Mutex, OnceLock, PoisonError};

use libfuzzer_sys::fuzz_target;
use midfuse_fuzz::Target;

static TARGET: OnceLock<Target> = OnceLock::new();
/// The last panic, in words.
static PANIC: Mutex<String> = Mutex::new(String::new());

fn write_seeds(folder: &Path) -> std::io::Result<()> {
    for target in midfuse_fuzz::targets() {
        let corpus = folder.join(target.name);
        std::fs::create_dir_all(&corpus)?;
        for (number, seed) in (target.seeds)().iter().enumerate() {
            std::fs::write(corpus.join(format!("seed-{number}")), seed)?;
        }
        println!("{}", target.name);
    }
    Ok(())
}

fuzz_target!(
    init: {
        if let Some(folder) = std::env::var_os("MIDFUSE_FUZZ_SEEDS") {
            write_seeds(folder.as_ref()).expect("the folder can be written");
            std::process::exit(0);
        }
        let name = std::env::var("MIDFUSE_FUZZ_TARGET").unwrap_or_default();
        let Some(target) = midfuse_fuzz::target(&name) else {
            eprintln!("MIDFUSE_FUZZ_TARGET: there is no target {name:?}");
            std::process::exit(2);
        };
        let _ = TARGET.set(target);
        // libfuzzer-sys aborts in the hook; but a reader may catch the panics of a library that it
        // calls, so only a panic that leaves the target counts.
        panic::set_hook(Box::new(|info| {
            *PANIC.lock().unwrap_or_else(PoisonError::into_inner) = info.to_string();
        }));
    },
    |bytes: &[u8]| {
        let run = TARGET.get().expect("set at the start").run;
        if panic::catch_unwind(AssertUnwindSafe(|| run(bytes))).is_err() {
            eprintln!("{}", PANIC.lock().unwrap_or_else(PoisonError::into_inner));
            std::process::abort();
        }
    }
);
