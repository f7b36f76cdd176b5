//! Finds libtorch before anything is compiled against it and says how to install it.
//!
//! The build script looks where torch-sys looks: `LIBTORCH_USE_PYTORCH` (the PyTorch that
//! `python3` imports), then `LIBTORCH` (a folder with `lib` and `include`), then `/usr`. Where
//! there is none, or another version than [`VERSION`], the build stops at once with one message
//! that says what to do.
//!
//! # How a program finds libtorch when it starts
//!
//! What cargo runs (`cargo run`, `cargo test`, doctests, benchmarks) finds libtorch by itself:
//! `midfuse-torch` puts a link to the folder on the search path that cargo gives to what it runs.
//! This holds in any workspace, with any `LIBTORCH`, `RUSTFLAGS` or `CARGO_TARGET_DIR`.
//!
//! A program that is started **without** cargo needs the folder in its own header (rpath). Its
//! package depends on this crate directly and has this build script:
//!
//! ```no_run
//! if let Ok(lib) = std::env::var("DEP_MIDFUSE_LIBTORCH_LIB") {
//!     println!("cargo::rustc-link-arg=-Wl,-rpath,{lib}");
//! }
//! ```
//!
//! A program that moves to another machine takes `libtorch_cpu.so`, `libc10.so` and the other
//! files of [`LIB_DIR`] with it and names their folder in `LD_LIBRARY_PATH`.
#![deny(missing_docs)]

#[cfg(test)]
#[expect(
    dead_code,
    reason = "the build script uses all of it, these tests most of it"
)]
mod locate;

/// The folder of `libtorch_cpu.so` that this build links, as an absolute path.
pub const LIB_DIR: &str = env!("MIDFUSE_LIBTORCH_LIB");

/// The version of libtorch that the workspace is written against; tch 0.24 takes no other.
pub const VERSION: &str = env!("MIDFUSE_LIBTORCH_VERSION");

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use super::locate::{self, Libtorch, Missing, locate};

    fn no_python() -> Result<String, String> {
        Err("python3 cannot import torch".to_owned())
    }

    fn folder(version: &str) -> tempfile::TempDir {
        let root = tempfile::tempdir().unwrap();
        for part in ["lib", "include/torch/headeronly"] {
            fs::create_dir_all(root.path().join(part)).unwrap();
        }
        fs::write(root.path().join("lib/libtorch_cpu.so"), "").unwrap();
        let header = format!("#define TORCH_VERSION \\\n  \"{version}\"\n");
        fs::write(
            root.path().join("include/torch/headeronly/version.h"),
            header,
        )
        .unwrap();
        root
    }

    fn with(variables: &[(&str, &Path)]) -> Result<Libtorch, Missing> {
        let env = |name: &str| {
            let found = variables.iter().find(|(key, _)| *key == name);
            found.map(|(_, path)| path.to_str().unwrap().to_owned())
        };
        locate(&env, &no_python, Path::new("/nowhere"))
    }

    #[test]
    fn a_whole_folder_is_found() {
        let root = folder("2.11.0");
        let found = with(&[("LIBTORCH", root.path())]).unwrap();
        assert_eq!(found.lib, root.path().join("lib"));
        assert!(found.include.contains(&root.path().join("include")));
        assert_eq!(locate::VERSION, super::VERSION);
    }

    #[test]
    fn every_defect_says_how_to_mend_it() {
        let old = folder("2.9.1");
        let empty = tempfile::tempdir().unwrap();
        let stated = folder("2.11.0");
        fs::write(stated.path().join("build-version"), "2.10.0+cpu\n").unwrap();
        let cases: [(&[(&str, &Path)], &str); 6] = [
            (&[], "LIBTORCH is not set"),
            (
                &[("LIBTORCH", Path::new("libtorch"))],
                "relative path libtorch",
            ),
            (
                &[("LIBTORCH", empty.path())],
                "lib/libtorch_cpu.so is missing",
            ),
            (
                &[("LIBTORCH", old.path())],
                "version 2.9.1, expected 2.11.0",
            ),
            (
                &[("LIBTORCH", stated.path())],
                "version 2.10.0, expected 2.11.0",
            ),
            (
                &[("LIBTORCH_USE_PYTORCH", Path::new("1"))],
                "python3 cannot import torch",
            ),
        ];
        for (variables, expected) in cases {
            let message = with(variables).unwrap_err().to_string();
            assert!(message.contains(expected), "{message}");
            assert!(message.contains("cargo xtask setup"), "{message}");
            assert!(!message.contains('\n'), "{message}");
        }
    }

    #[test]
    fn pytorch_wins_over_libtorch() {
        let root = folder("2.11.0");
        let (lib, include) = (root.path().join("lib"), root.path().join("include"));
        let output = format!("INCLUDE {}\nLIB {}\n", include.display(), lib.display());
        let env = |name: &str| (name != "LIBTORCH_BYPASS_VERSION_CHECK").then(|| "/x".to_owned());
        let found = locate(&env, &|| Ok(output.clone()), Path::new("/nowhere")).unwrap();
        assert_eq!(
            found,
            Libtorch {
                lib,
                include: vec![include]
            }
        );
    }

    #[test]
    fn a_version_check_can_be_switched_off() {
        let root = folder("2.12.0");
        let one = Path::new("1");
        let variables = [
            ("LIBTORCH", root.path()),
            ("LIBTORCH_BYPASS_VERSION_CHECK", one),
        ];
        assert!(with(&variables).is_ok());
    }
}
