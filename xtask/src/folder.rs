//! Folders that are made whole: room for them, and moving them to where they belong.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::run::read;

/// Asks `df`, since the standard library cannot; where `df` is silent the check is left out.
pub(crate) fn check_disk(what: &str, folder: &Path, needed_mb: u64) -> Result<(), String> {
    let table = read(Command::new("df").args(["-Pm"]).arg(folder)).unwrap_or_default();
    let free = table
        .lines()
        .nth(1)
        .and_then(|line| line.split_whitespace().nth(3))
        .and_then(|field| field.parse::<u64>().ok());
    match free {
        Some(free) if free < needed_mb => Err(format!(
            "{needed_mb} MB of disk are needed for {what}, {free} MB are free at {}",
            folder.display()
        )),
        _ => Ok(()),
    }
}

pub(crate) fn create(path: &Path) -> Result<(), String> {
    fs::create_dir_all(path).map_err(|error| format!("{}: {error}", path.display()))
}

pub(crate) fn remove(path: &Path) -> Result<(), String> {
    if path.exists() {
        fs::remove_dir_all(path).map_err(|error| format!("{}: {error}", path.display()))?;
    }
    Ok(())
}

pub(crate) fn rename(from: &Path, to: &Path) -> Result<(), String> {
    fs::rename(from, to).map_err(|error| format!("{} -> {}: {error}", from.display(), to.display()))
}
