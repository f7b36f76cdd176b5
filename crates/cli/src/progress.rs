//! Progress: a bar with the time left on a terminal, plain lines elsewhere.

use std::collections::BTreeSet;
use std::io::IsTerminal as _;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};
use midfuse_page::number::rounded_seconds;
use midfuse_study::{Event, Watch};

use crate::print;

/// How often a plain line is written.
const PLAIN: Duration = Duration::from_secs(5);

/// The listener for standard error as it is.
pub(crate) fn listener() -> Arc<dyn Watch> {
    if std::io::stderr().is_terminal() {
        Arc::new(Bar {
            bar: ProgressBar::hidden(),
            said: Said::default(),
        })
    } else {
        Arc::new(Plain::default())
    }
}

#[derive(Debug)]
struct Bar {
    bar: ProgressBar,
    said: Said,
}

/// Messages that were told: what fails every job for one reason is said once.
#[derive(Debug, Default)]
struct Said(Mutex<BTreeSet<String>>);

impl Said {
    /// The line, unless its message was told before.
    fn once(&self, message: &str, line: String) -> Option<String> {
        let mut said = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        said.insert(message.to_owned()).then_some(line)
    }
}

impl Watch for Bar {
    fn event(&self, event: &Event<'_>) {
        match *event {
            Event::Planned { jobs, workers } => {
                self.bar.set_length(jobs as u64);
                let style = "{bar:32} {pos}/{len} jobs, {elapsed} gone, {eta} left  {wide_msg}";
                if let Ok(style) = ProgressStyle::with_template(style) {
                    self.bar.set_style(style);
                }
                self.bar
                    .set_draw_target(indicatif::ProgressDrawTarget::stderr());
                self.bar.enable_steady_tick(Duration::from_millis(500));
                self.bar.println(planned(jobs, workers));
            }
            Event::Done { label, found, .. } => {
                self.bar.inc(1);
                if found {
                    // Looking a job up says nothing about the time that the others take.
                    self.bar.reset_eta();
                } else {
                    self.bar.set_message(label.to_owned());
                }
            }
            Event::Failed { label, message } => {
                self.bar.inc(1);
                if let Some(line) = self.said.once(message, failed(label, message)) {
                    self.bar.println(line);
                }
            }
            Event::WorkerDied { label, message } => {
                if let Some(line) = self.said.once(message, died(label, message)) {
                    self.bar.println(line);
                }
            }
        }
    }
}

impl Drop for Bar {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}

#[derive(Debug, Default)]
struct Plain {
    counts: Mutex<Counts>,
    said: Said,
}

#[derive(Debug, Default)]
struct Counts {
    jobs: usize,
    found: usize,
    run: usize,
    /// When the first job was run, and when the last line was written.
    times: Option<(Instant, Instant)>,
}

impl Watch for Plain {
    fn event(&self, event: &Event<'_>) {
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        match *event {
            Event::Planned { jobs, workers } => {
                counts.jobs = jobs;
                counts.times = Some((Instant::now(), Instant::now()));
                print::note(planned(jobs, workers));
            }
            Event::Done { found: true, .. } => counts.found += 1,
            Event::Done { .. } => {
                counts.run += 1;
                counts.report();
            }
            Event::Failed { label, message } => {
                counts.run += 1;
                if let Some(line) = self.said.once(message, failed(label, message)) {
                    print::note(line);
                }
                counts.report();
            }
            Event::WorkerDied { label, message } => {
                if let Some(line) = self.said.once(message, died(label, message)) {
                    print::note(line);
                }
            }
        }
    }
}

impl Counts {
    fn report(&mut self) {
        let Some((start, last)) = self.times else {
            return;
        };
        let done = self.found + self.run;
        if last.elapsed() < PLAIN && done < self.jobs {
            return;
        }
        self.times = Some((start, Instant::now()));
        let left = start.elapsed().as_secs_f64() / self.run.max(1) as f64
            * self.jobs.saturating_sub(done) as f64;
        print::note(format_args!(
            "{done}/{} jobs, about {} left",
            self.jobs,
            rounded_seconds(left)
        ));
    }
}

fn planned(jobs: usize, workers: usize) -> String {
    format!(
        "{jobs} jobs on {workers} worker process{}",
        if workers == 1 { "" } else { "es" }
    )
}

fn failed(label: &str, message: &str) -> String {
    format!("failed: {label}: {message}")
}

fn died(label: &str, message: &str) -> String {
    format!("a worker died and is started again: {label}: {message}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_said_once() {
        let said = Said::default();
        let once = |label: &str, message: &str| said.once(message, failed(label, message));
        assert_eq!(once("a", "why").unwrap(), "failed: a: why");
        assert_eq!(once("b", "why"), None);
        assert!(once("b", "another reason").is_some());
    }
}
