//! One worker process and the conversation with it.

use std::collections::VecDeque;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use midfuse_base::catalogue::Catalogue;
use midfuse_base::without_frames;
use midfuse_wire::{ContentStore, PROTOCOL_VERSION, Reply, Request};

use super::{Stop, Stripped, WorkerCommand};

/// How often a waiting coordinator looks whether it was asked to stop.
const LOOK: Duration = Duration::from_millis(50);
/// Lines of a worker's standard error that are kept for a message.
const KEPT_LINES: usize = 20;
/// Characters of one kept line.
const KEPT_CHARS: usize = 400;

/// What a worker said about itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Hello {
    /// Version of the worker program.
    pub(crate) version: String,
    /// Version of libtorch.
    pub(crate) libtorch: String,
}

/// Why a conversation ended before the reply.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Lost {
    /// The process ended, could not be started, or spoke nonsense.
    Died(String),
    /// The user asked to stop.
    Stopped,
}

/// A running worker; killed when dropped.
#[derive(Debug)]
pub(crate) struct Process {
    program: String,
    child: Child,
    stdin: Option<ChildStdin>,
    replies: Receiver<Reply>,
    /// Reads the standard error into `log`.
    errors: Option<JoinHandle<()>>,
    log: Arc<Mutex<VecDeque<String>>>,
    pub(crate) hello: Hello,
}

impl Process {
    /// Starts a worker, shakes hands, and lets it open the stripped cohort.
    pub(crate) fn start(
        command: &WorkerCommand,
        stripped: &Stripped,
        stop: &Stop,
    ) -> Result<Self, Lost> {
        let mut process = Self::greet(command, stripped.store.root(), stop)?;
        let request = Request::Open {
            data: stripped.data,
        };
        match process.ask(&request, stop)? {
            Reply::Opened { .. } => Ok(process),
            other => Err(unexpected(&other)),
        }
    }

    /// What a study file can name, as a worker says that is started for it, without any data.
    pub(crate) fn describe(command: &WorkerCommand, stop: &Stop) -> Result<Catalogue, Lost> {
        let no_store = |error: &dyn std::fmt::Display| {
            Lost::Died(format!("no empty store for a worker ({error})"))
        };
        let folder = tempfile::tempdir().map_err(|error| no_store(&error))?;
        ContentStore::create(folder.path()).map_err(|error| no_store(&error))?;
        let mut process = Self::greet(command, folder.path(), stop)?;
        match process.ask(&Request::Describe, stop)? {
            Reply::Described { catalogue } => Ok(*catalogue),
            other => Err(unexpected(&other)),
        }
    }

    /// Starts a worker with the store at `root` and shakes hands.
    ///
    /// Its working folder is the store, because it has to have one; nothing is named relative to it.
    fn greet(command: &WorkerCommand, root: &Path, stop: &Stop) -> Result<Self, Lost> {
        let shown = command.program.display();
        let mut child = Command::new(&command.program)
            .args(&command.args)
            .arg("--store")
            .arg(root)
            // A backtrace would push the reason out of the message.
            .env("RUST_BACKTRACE", "0")
            .envs(command.env.iter().map(|(name, value)| (name, value)))
            .current_dir(root)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(|error| Lost::Died(format!("{shown}: cannot be started ({error})")))?;
        let log = Arc::new(Mutex::new(VecDeque::new()));
        let replies = read_replies(&mut child, &log);
        let errors = read_errors(&mut child, &log);
        let stdin = child.stdin.take();
        let hello = Hello {
            version: String::new(),
            libtorch: String::new(),
        };
        let mut process = Self {
            program: shown.to_string(),
            child,
            stdin,
            replies,
            errors,
            log,
            hello,
        };
        let hello = Request::Hello {
            protocol: PROTOCOL_VERSION,
        };
        match process.ask(&hello, stop).map_err(unheard)? {
            Reply::Hello {
                protocol,
                version,
                libtorch,
            } => {
                if protocol != PROTOCOL_VERSION {
                    return Err(Lost::Died(format!(
                        "{shown}: speaks protocol {protocol}, this program {PROTOCOL_VERSION}; build both from the same version"
                    )));
                }
                process.hello = Hello { version, libtorch };
                Ok(process)
            }
            other => Err(unexpected(&other)),
        }
    }

    /// Sends a request and waits for its reply.
    pub(crate) fn ask(&mut self, request: &Request, stop: &Stop) -> Result<Reply, Lost> {
        let mut line =
            serde_json::to_vec(request).map_err(|error| Lost::Died(error.to_string()))?;
        line.push(b'\n');
        let sent = match self.stdin.as_mut() {
            Some(stdin) => stdin.write_all(&line).and_then(|()| stdin.flush()),
            None => return Err(Lost::Died("its standard input is closed".to_owned())),
        };
        loop {
            if stop.is_asked() {
                return Err(Lost::Stopped);
            }
            match self.replies.recv_timeout(LOOK) {
                Ok(reply) if sent.is_ok() => return Ok(reply),
                Err(RecvTimeoutError::Timeout) if sent.is_ok() => {}
                _ => return Err(Lost::Died(self.obituary())),
            }
        }
    }

    /// How the process ended, with its last words.
    fn obituary(&mut self) -> String {
        // Its output is closed, so the end is near; a worker that closed it without ending is
        // ended here.
        for _ in 0..20 {
            if matches!(self.child.try_wait(), Ok(Some(_))) {
                break;
            }
            std::thread::sleep(LOOK);
        }
        let _ = self.child.kill();
        let status = self
            .child
            .wait()
            .map_or_else(|error| error.to_string(), |status| status.to_string());
        // What it wrote may still be in the pipe, which a process that it started may hold open.
        for _ in 0..20 {
            if self.errors.as_ref().is_none_or(JoinHandle::is_finished) {
                break;
            }
            std::thread::sleep(LOOK);
        }
        let log = self.log.lock().unwrap_or_else(PoisonError::into_inner);
        let words = log
            .iter()
            .map(String::as_str)
            .collect::<Vec<_>>()
            .join(" | ");
        let words: String = words.chars().take(KEPT_CHARS).collect();
        if words.is_empty() {
            format!("{}: the worker ended ({status})", self.program)
        } else {
            format!("{}: the worker ended ({status}): {words}", self.program)
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.stdin = None;
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A worker that ends before it says anything may be of a time when workers were told paths.
fn unheard(lost: Lost) -> Lost {
    match lost {
        Lost::Died(message) => Lost::Died(format!(
            "{message}; a worker of protocol {PROTOCOL_VERSION} is started with `--store DIR` and answers `hello`"
        )),
        Lost::Stopped => Lost::Stopped,
    }
}

fn unexpected(reply: &Reply) -> Lost {
    match reply {
        Reply::Failed { message, .. } => Lost::Died(message.clone()),
        other => Lost::Died(format!("the worker answered out of turn: {other:?}")),
    }
}

/// A thread that turns the worker's lines into replies. A line that is no reply (a print left in a
/// researcher's own encoder) goes to the log.
fn read_replies(child: &mut Child, log: &Arc<Mutex<VecDeque<String>>>) -> Receiver<Reply> {
    let (sender, receiver) = channel();
    if let Some(stdout) = child.stdout.take() {
        let log = Arc::clone(log);
        std::thread::spawn(move || {
            for line in BufReader::new(stdout).split(b'\n') {
                let Ok(line) = line else { break };
                match serde_json::from_slice::<Reply>(&line) {
                    Ok(reply) => {
                        if sender.send(reply).is_err() {
                            break;
                        }
                    }
                    Err(_) => keep(&log, &line),
                }
            }
        });
    }
    receiver
}

/// A thread that puts the standard error into the log, until it is closed.
fn read_errors(child: &mut Child, log: &Arc<Mutex<VecDeque<String>>>) -> Option<JoinHandle<()>> {
    let stderr = child.stderr.take()?;
    let log = Arc::clone(log);
    Some(std::thread::spawn(move || {
        for line in BufReader::new(stderr).split(b'\n') {
            let Ok(line) = line else { break };
            keep(&log, &line);
        }
    }))
}

fn keep(log: &Mutex<VecDeque<String>>, line: &[u8]) {
    let text: String = without_frames(&String::from_utf8_lossy(line))
        .chars()
        .take(KEPT_CHARS)
        .collect();
    if text.is_empty() {
        return;
    }
    let mut log = log.lock().unwrap_or_else(PoisonError::into_inner);
    if log.len() == KEPT_LINES {
        log.pop_front();
    }
    log.push_back(text);
}
