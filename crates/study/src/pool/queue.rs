//! The queue of jobs and the threads that feed it to worker processes.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Sender, channel};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread::JoinHandle;

use midfuse_base::Seed;
use midfuse_wire::{JobSpec, Reply, Request};

use super::detail::with_file;
use super::receive::{Done, receive};
use super::{Lost, Process, Stop, Stripped, WorkerCommand};
use crate::store::{Store, Stored};
use crate::watch::{Event, Watch};
use crate::{Error, Result};

/// How often a job is tried on workers that die before it counts as failed.
const ATTEMPTS: usize = 5;

/// Why a job has no result.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Failure {
    /// The worker refused or failed, or died again and again: the message.
    Failed(String),
    /// The study was stopped before the job was done.
    Stopped,
}

/// Worker processes that take job after job; results go to the store.
#[derive(Debug)]
pub(crate) struct Pool {
    shared: Arc<Shared>,
    threads: Vec<JoinHandle<()>>,
}

#[derive(Debug)]
struct Shared {
    queue: Mutex<Queue>,
    wake: Condvar,
    command: WorkerCommand,
    stripped: Stripped,
    store: Arc<Store>,
    stop: Stop,
    watch: Arc<dyn Watch>,
    shuffle: Option<Seed>,
    found: AtomicUsize,
    ran: AtomicUsize,
}

#[derive(Debug, Default)]
struct Queue {
    tasks: VecDeque<Task>,
    closed: bool,
}

#[derive(Debug)]
struct Task {
    key: String,
    label: String,
    spec: JobSpec,
    index: usize,
    answer: Sender<(usize, Answer)>,
}

type Answer = std::result::Result<Stored, Failure>;

impl Pool {
    /// `workers` processes of `command` on the stripped cohort. With `shuffle`, jobs run
    /// in a random order: the results must not change.
    pub(crate) fn start(
        workers: usize,
        command: WorkerCommand,
        stripped: Stripped,
        store: Arc<Store>,
        stop: Stop,
        watch: Arc<dyn Watch>,
        shuffle: Option<Seed>,
    ) -> Self {
        let shared = Arc::new(Shared {
            queue: Mutex::default(),
            wake: Condvar::new(),
            command,
            stripped,
            store,
            stop,
            watch,
            shuffle,
            found: AtomicUsize::new(0),
            ran: AtomicUsize::new(0),
        });
        let threads = (0..workers.max(1))
            .map(|_| {
                let shared = Arc::clone(&shared);
                std::thread::spawn(move || serve(&shared))
            })
            .collect();
        Self { shared, threads }
    }

    /// Runs jobs, or looks their results up, and answers in their order. Blocks; many threads may
    /// call it at once.
    ///
    /// # Errors
    /// [`Error::Interrupted`] after a stop; [`Error::Io`] from the store. A job that fails is an
    /// `Err` of its own in the list.
    pub(crate) fn run(
        &self,
        jobs: Vec<(String, JobSpec)>,
    ) -> Result<Vec<std::result::Result<Stored, String>>> {
        let mut answers: Vec<Option<Answer>> = Vec::new();
        let (sender, receiver) = channel();
        let mut waiting = Vec::new();
        for (index, (label, spec)) in jobs.into_iter().enumerate() {
            let key = self.shared.store.key(&spec)?;
            let found = self.shared.store.find(&key)?;
            if let Some(stored) = &found {
                self.shared.found.fetch_add(1, Ordering::Relaxed);
                self.shared.watch.event(&Event::Done {
                    label: &label,
                    seconds: stored.cost.seconds,
                    found: true,
                });
            } else {
                waiting.push(Task {
                    key,
                    label,
                    spec,
                    index,
                    answer: sender.clone(),
                });
            }
            answers.push(found.map(Ok));
        }
        drop(sender);
        self.enqueue(waiting);
        for (index, answer) in receiver {
            if let Some(slot) = answers.get_mut(index) {
                *slot = Some(answer);
            }
        }
        answers
            .into_iter()
            .map(|answer| match answer {
                Some(Ok(stored)) => Ok(Ok(stored)),
                Some(Err(Failure::Failed(message))) => Ok(Err(message)),
                Some(Err(Failure::Stopped)) | None => Err(Error::Interrupted),
            })
            .collect()
    }

    /// Jobs that an earlier run had done, and jobs that this pool did.
    pub(crate) fn counts(&self) -> (usize, usize) {
        (
            self.shared.found.load(Ordering::Relaxed),
            self.shared.ran.load(Ordering::Relaxed),
        )
    }

    fn enqueue(&self, tasks: Vec<Task>) {
        let mut queue = self
            .shared
            .queue
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        queue.tasks.extend(tasks);
        if let Some(seed) = self.shared.shuffle {
            queue
                .tasks
                .make_contiguous()
                .sort_by_key(|task| seed.hash(task.key.as_bytes()));
        }
        drop(queue);
        self.shared.wake.notify_all();
    }
}

impl Drop for Pool {
    fn drop(&mut self) {
        self.shared
            .queue
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .closed = true;
        self.shared.wake.notify_all();
        for thread in self.threads.drain(..) {
            let _ = thread.join();
        }
    }
}

/// One thread: takes tasks and feeds them to a process of its own.
fn serve(shared: &Shared) {
    let mut process = None;
    while let Some(task) = next(shared) {
        let answer = attempt(shared, &task, &mut process);
        match &answer {
            Ok(stored) => {
                shared.ran.fetch_add(1, Ordering::Relaxed);
                shared.watch.event(&Event::Done {
                    label: &task.label,
                    seconds: stored.cost.seconds,
                    found: false,
                });
            }
            Err(Failure::Failed(message)) => shared.watch.event(&Event::Failed {
                label: &task.label,
                message,
            }),
            Err(Failure::Stopped) => {}
        }
        // The caller may have gone away after an error of its own.
        let _ = task.answer.send((task.index, answer));
    }
}

fn next(shared: &Shared) -> Option<Task> {
    let mut queue = shared.queue.lock().unwrap_or_else(PoisonError::into_inner);
    loop {
        if let Some(task) = queue.tasks.pop_front() {
            return Some(task);
        }
        if queue.closed {
            return None;
        }
        queue = shared
            .wake
            .wait(queue)
            .unwrap_or_else(PoisonError::into_inner);
    }
}

/// Runs a task until it has a result, fails for a reason of its own, or has killed too many workers.
fn attempt(shared: &Shared, task: &Task, process: &mut Option<Process>) -> Answer {
    let mut last = String::new();
    for _ in 0..ATTEMPTS {
        if shared.stop.is_asked() {
            return Err(Failure::Stopped);
        }
        match once(shared, task, process) {
            Ok(answer) => return answer,
            Err(Lost::Stopped) => return Err(Failure::Stopped),
            Err(Lost::Died(message)) => {
                *process = None;
                if shared.stop.is_asked() {
                    return Err(Failure::Stopped);
                }
                shared.watch.event(&Event::WorkerDied {
                    label: &task.label,
                    message: &message,
                });
                last = message;
            }
        }
    }
    Err(Failure::Failed(format!("{last} ({ATTEMPTS} attempts)")))
}

fn once(
    shared: &Shared,
    task: &Task,
    process: &mut Option<Process>,
) -> std::result::Result<Answer, Lost> {
    let worker = match process {
        Some(worker) => worker,
        None => process.insert(Process::start(
            &shared.command,
            &shared.stripped,
            &shared.stop,
        )?),
    };
    let request = Request::Run {
        spec: Box::new(task.spec.clone()),
    };
    match worker.ask(&request, &shared.stop)? {
        Reply::Done {
            outcome,
            cost,
            files,
        } => {
            let done = Done {
                outcome: *outcome,
                cost,
                files,
            };
            let job = (task.key.as_str(), &task.spec);
            receive(job, &done, &shared.stripped.store, &shared.store)
                .map(|stored| stored.map_err(Failure::Failed))
        }
        Reply::Failed {
            message, detail, ..
        } => {
            let message = with_file(shared.store.errors(), message, detail.as_deref());
            Ok(Err(Failure::Failed(message)))
        }
        other => Err(Lost::Died(format!(
            "the worker answered out of turn: {other:?}"
        ))),
    }
}
