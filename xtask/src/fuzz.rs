//! Runs the fuzz targets of `crates/fuzz` under libFuzzer.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::Outcome;
use crate::run::{cargo, read, root, run};

/// Instruments for coverage; the flags are those of cargo-fuzz without a sanitizer, so a stable
/// compiler will do.
const FLAGS: &str = "-Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
    -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table \
    -Cllvm-args=-sanitizer-coverage-trace-compares -Cllvm-args=-simplifycfg-branch-fold-threshold=0 \
    -Ccodegen-units=1";

/// What `cargo xtask fuzz` is told.
#[derive(Debug, PartialEq, Eq)]
struct Options<'a> {
    seconds: u32,
    jobs: usize,
    targets: Vec<&'a str>,
}

impl<'a> Options<'a> {
    fn parse(args: &[&'a str]) -> Result<Self, String> {
        let mut options = Self {
            seconds: 60,
            jobs: 1,
            targets: Vec::new(),
        };
        let mut args = args.iter();
        while let Some(arg) = args.next() {
            let mut number = || {
                let value = args
                    .next()
                    .ok_or_else(|| format!("{arg}: expected a number"))?;
                let number = value.parse().ok().filter(|&number: &u32| number > 0);
                number.ok_or_else(|| format!("{arg}: expected a number above 0, got {value:?}"))
            };
            match *arg {
                "--seconds" => options.seconds = number()?,
                "--jobs" => options.jobs = number()? as usize,
                flag if flag.starts_with('-') => return Err(format!("{flag}: unknown option")),
                target => options.targets.push(target),
            }
        }
        Ok(options)
    }
}

/// One line of the table.
struct Line {
    target: String,
    runs: String,
    coverage: String,
    result: String,
    ok: bool,
}

/// Each target for a time, several at once; fails if one crashes, hangs or takes too much memory.
pub(crate) fn fuzz(args: &[&str]) -> Outcome {
    let options = Options::parse(args)?;
    let place = root().join("target/fuzz");
    let corpus = place.join("corpus");
    let program = build(&place)?;
    let known = read(Command::new(&program).env("MIDFUSE_FUZZ_SEEDS", &corpus))?;
    let known: Vec<&str> = known.lines().collect();
    if let Some(unknown) = options
        .targets
        .iter()
        .find(|target| !known.contains(target))
    {
        return Err(format!(
            "{unknown}: no such target; there are\n  {}",
            known.join("\n  ")
        ));
    }
    let targets = if options.targets.is_empty() {
        known
    } else {
        options.targets.clone()
    };
    let next = AtomicUsize::new(0);
    let lines = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..options.jobs {
            scope.spawn(|| {
                while let Some(target) = targets.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let line = run_one(&program, &place, target, options.seconds);
                    print(&line);
                    if let Ok(mut lines) = lines.lock() {
                        lines.push(line);
                    }
                }
            });
        }
    });
    let lines = lines.into_inner().unwrap_or_default();
    let failed: Vec<&str> = lines
        .iter()
        .filter(|line| !line.ok)
        .map(|line| line.target.as_str())
        .collect();
    println!(
        "{} targets, {} s each, {} failed",
        lines.len(),
        options.seconds,
        failed.len()
    );
    if failed.is_empty() && lines.len() == targets.len() {
        return Ok(());
    }
    Err(format!(
        "{}: see target/fuzz/logs; the inputs lie in target/fuzz/artifacts, and each becomes a test",
        failed.join(", ")
    ))
}

/// Builds the instrumented program. It has a target folder of its own, because its flags would make
/// everything else compile again.
fn build(place: &Path) -> Result<PathBuf, String> {
    let version = read(Command::new("rustc").arg("-vV"))?;
    let host = version
        .lines()
        .find_map(|line| line.strip_prefix("host: "))
        .ok_or("rustc does not say for which host it is")?;
    // With `--target`, build scripts and macros are not instrumented.
    run(cargo()
        .args(["build", "--release", "--target", host, "--manifest-path"])
        .arg(root().join("tools/fuzz/Cargo.toml"))
        .arg("--target-dir")
        .arg(place)
        .env("RUSTFLAGS", FLAGS))?;
    Ok(place.join(host).join("release/target"))
}

fn run_one(program: &Path, place: &Path, target: &str, seconds: u32) -> Line {
    let (corpus, artifacts) = (place.join("corpus").join(target), place.join("artifacts"));
    let log = place.join("logs").join(format!("{target}.log"));
    let attempt = || -> std::io::Result<(bool, String)> {
        fs::create_dir_all(&artifacts)?;
        fs::create_dir_all(place.join("logs"))?;
        let output = Command::new(program)
            .env("MIDFUSE_FUZZ_TARGET", target)
            .arg(format!("-max_total_time={seconds}"))
            .args([
                "-timeout=20",
                "-rss_limit_mb=2048",
                "-max_len=16384",
                "-print_final_stats=1",
            ])
            .arg(format!(
                "-artifact_prefix={}/{target}-",
                artifacts.display()
            ))
            .arg(&corpus)
            .output()?;
        let text = String::from_utf8_lossy(&output.stderr).into_owned();
        fs::write(&log, &text)?;
        Ok((output.status.success(), text))
    };
    let (ok, text) = attempt().unwrap_or_else(|error| (false, error.to_string()));
    let after = |marker: &str| {
        let at = text.rfind(marker)? + marker.len();
        text.get(at..)?.split_whitespace().next().map(str::to_owned)
    };
    let kind = |line: &&str| line.contains("ERROR: libFuzzer:") || line.contains("panicked at");
    let result = match text.lines().find(kind) {
        _ if ok => "ok".to_owned(),
        Some(line) => line.to_owned(),
        None => text
            .lines()
            .last()
            .unwrap_or("ended without a word")
            .to_owned(),
    };
    Line {
        target: target.to_owned(),
        runs: after("stat::number_of_executed_units:").unwrap_or_default(),
        coverage: after(" cov:").unwrap_or_default(),
        result,
        ok,
    }
}

fn print(line: &Line) {
    println!(
        "{:36} {:>10} runs  {:>6} edges  {}",
        line.target, line.runs, line.coverage, line.result
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_and_targets() {
        let options = Options::parse(&["--seconds", "5", "ledger", "--jobs", "2", "metrics"]);
        let expected = Options {
            seconds: 5,
            jobs: 2,
            targets: vec!["ledger", "metrics"],
        };
        assert_eq!(options, Ok(expected));
        for wrong in [
            &["--seconds"][..],
            &["--seconds", "0"],
            &["--quick"],
            &["--jobs", "x"],
        ] {
            assert!(Options::parse(wrong).is_err(), "{wrong:?}");
        }
    }
}
