//! The conversation with a coordinator: one JSON line in, one out.

use std::any::Any;
use std::io::{BufRead, Write};
use std::time::Instant;

use midfuse_wire::store::Staged;
use midfuse_wire::{ContentHash, ContentStore, Cost, JobSpec, PROTOCOL_VERSION, Reply, Request};

use crate::cohort::OpenCohort;
use crate::job::{self, peak_rss_bytes};
use crate::registry::Registry;
use crate::{Error, Result};

/// Stack of the thread that runs a job, in bytes: what a main thread has.
const STACK_BYTES: usize = 8 << 20;

/// Answers requests until the input ends or nobody reads the replies.
pub(crate) fn serve(
    registry: &Registry,
    store: Option<ContentStore>,
    mut requests: impl BufRead,
    mut replies: impl Write,
) -> std::io::Result<()> {
    let mut worker = Serving {
        registry,
        store,
        cohort: None,
        greeted: false,
        process: peak_rss_bytes(),
    };
    let mut line = String::new();
    loop {
        line.clear();
        let read = requests.read_line(&mut line);
        let reply =
            match read {
                Ok(0) => return Ok(()),
                Ok(_) if line.trim().is_empty() => continue,
                Ok(_) => worker.answer(&line),
                // Not UTF-8: the line is consumed, the next one may be whole.
                Err(error) if error.kind() == std::io::ErrorKind::InvalidData => Err(
                    Error::request("request", "a line of JSON", error.to_string()),
                ),
                Err(error) => return Err(error),
            };
        let reply = reply.unwrap_or_else(|error| Reply::Failed {
            kind: error.kind(),
            message: error.line(),
            detail: error.detail(),
        });
        let mut json = serde_json::to_vec(&reply)?;
        json.push(b'\n');
        replies.write_all(&json)?;
        replies.flush()?;
    }
}

struct Serving<'a> {
    registry: &'a Registry,
    store: Option<ContentStore>,
    cohort: Option<(ContentHash, OpenCohort)>,
    greeted: bool,
    /// Bytes of the process before its first request.
    process: u64,
}

impl Serving<'_> {
    fn answer(&mut self, line: &str) -> Result<Reply> {
        let request: Request = serde_json::from_str(line)
            .map_err(|error| Error::request("request", "a line of JSON", error.to_string()))?;
        if !self.greeted && !matches!(request, Request::Hello { .. }) {
            return Err(Error::request("request", "`hello` first", "another one"));
        }
        match request {
            Request::Hello { protocol } => {
                if protocol != PROTOCOL_VERSION {
                    return Err(Error::Version {
                        expected: PROTOCOL_VERSION,
                        got: protocol,
                    });
                }
                self.greeted = true;
                Ok(Reply::Hello {
                    protocol: PROTOCOL_VERSION,
                    version: env!("CARGO_PKG_VERSION").to_owned(),
                    libtorch: midfuse_torch::version().to_owned(),
                })
            }
            Request::Describe => Ok(Reply::Described {
                catalogue: Box::new(self.registry.catalogue()?),
            }),
            Request::Open { data } => {
                let opened = OpenCohort::open(&self.store()?.tree(data)?)?;
                let rows = opened.cohort().len();
                self.cohort = Some((data, opened));
                Ok(Reply::Opened { rows })
            }
            Request::Validate {
                task,
                model,
                predict_batch,
            } => {
                let (registry, process) = (self.registry, self.process);
                let (_, cohort) = self.opened()?;
                let asked = job::Asked {
                    task: &task,
                    model: &model,
                    predict_batch,
                };
                isolated(|| job::validate(registry, cohort, &asked, process))
            }
            Request::Run { spec } => {
                let (registry, (data, cohort)) = (self.registry, self.opened()?);
                if spec.data != *data {
                    let expected = format!("the opened cohort {data}");
                    return Err(Error::request("data", expected, spec.data.to_string()));
                }
                let store = self.store()?;
                isolated(|| run(registry, store, cohort, &spec))
            }
        }
    }

    fn store(&self) -> Result<&ContentStore> {
        let missing = || Error::request("store", "a worker with `--store DIR`", "one without");
        self.store.as_ref().ok_or_else(missing)
    }

    fn opened(&self) -> Result<&(ContentHash, OpenCohort)> {
        let missing = || Error::request("request", "`open` with a cohort before jobs", "none");
        self.cohort.as_ref().ok_or_else(missing)
    }
}

fn run(
    registry: &Registry,
    store: &ContentStore,
    cohort: &OpenCohort,
    spec: &JobSpec,
) -> Result<Reply> {
    let start = Instant::now();
    let staged = spec.keep_model.then(|| store.stage()).transpose()?;
    let out = staged.as_ref().map(Staged::folder);
    let outcome = job::run(registry, cohort, spec, out)?;
    let files = staged.map(Staged::commit).transpose()?;
    Ok(Reply::Done {
        outcome: Box::new(outcome),
        cost: Cost {
            seconds: start.elapsed().as_secs_f64(),
            peak_rss_bytes: peak_rss_bytes(),
        },
        files,
    })
}

/// Runs `f` in a thread of its own. libtorch's grad mode belongs to the thread, so a panic (out of
/// memory) leaves no trace in the next job.
pub(crate) fn isolated<T: Send>(f: impl FnOnce() -> Result<T> + Send) -> Result<T> {
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new()
            .name("job".into())
            .stack_size(STACK_BYTES)
            .spawn_scoped(scope, f);
        match thread {
            Err(error) => Err(Error::Crash(format!("no thread for it: {error}"))),
            Ok(thread) => thread
                .join()
                .unwrap_or_else(|panic| Err(Error::Crash(message(panic.as_ref())))),
        }
    })
}

fn message(panic: &(dyn Any + Send)) -> String {
    let text = panic
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| panic.downcast_ref::<&str>().copied());
    text.unwrap_or("without a message").to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_crash_is_a_message_and_leaves_no_trace() {
        let crash = isolated::<()>(|| tch::no_grad(|| panic!("out of memory\nframe #0")));
        assert_eq!(crash.unwrap_err().line(), "the job crashed: out of memory");
        let requires_grad = isolated(|| {
            let x = tch::Tensor::from(1.0_f32).set_requires_grad(true);
            Ok((x * 2.0).requires_grad())
        });
        assert!(requires_grad.unwrap());
    }
}
