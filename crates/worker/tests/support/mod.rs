//! A worker program at the other end of two pipes, and jobs for it.
#![allow(dead_code, reason = "each test file uses its own part")]

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, ExitStatus, Stdio};

use midfuse_base::catalogue::Catalogue;
use midfuse_data::{Cohort, Targets};
use midfuse_wire::{ContentHash, ContentStore, Cost, Outcome, PROTOCOL_VERSION, Reply};
use serde_json::{Value, json};
use tempfile::TempDir;

/// The bundled cohort.
pub(crate) const DIGITS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../examples/data/digits");

/// Synthetic: 30 patients, absent modalities, missing cells, categories.
pub(crate) const GROUPED: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../../examples/data/grouped-absent"
);
/// Synthetic: a curve and a table, a number to predict.
pub(crate) const REGRESSION: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../../examples/data/regression"
);

/// A running worker.
pub(crate) struct Program {
    child: Child,
    requests: Option<ChildStdin>,
    replies: BufReader<ChildStdout>,
    store: ContentStore,
    data: Option<ContentHash>,
    place: TempDir,
}

impl Program {
    /// A worker that was greeted.
    pub(crate) fn start() -> Self {
        let mut program = Self::start_silent();
        program.greet();
        program
    }

    fn greet(&mut self) {
        let reply = self.ask(&json!({"request": "hello", "protocol": PROTOCOL_VERSION}));
        assert!(
            matches!(
                reply,
                Reply::Hello {
                    protocol: PROTOCOL_VERSION,
                    ..
                }
            ),
            "{reply:?}"
        );
    }

    /// A worker that was not greeted.
    pub(crate) fn start_silent() -> Self {
        Self::spawn(&mut Command::new(env!("CARGO_BIN_EXE_midfuse-worker")))
    }

    /// A worker in a folder on a store; greeted.
    pub(crate) fn start_at(store: &Path, folder: &Path) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_midfuse-worker"));
        let place = tempfile::tempdir().unwrap();
        let mut program = Self::spawn_in(command.current_dir(folder), store.to_owned(), place);
        program.greet();
        program
    }

    /// This program again, as a worker.
    pub(crate) fn start_self(variable: &str) -> Self {
        let program = std::env::current_exe().unwrap();
        let mut program = Self::spawn(Command::new(program).env(variable, "1"));
        program.greet();
        program
    }

    fn spawn(command: &mut Command) -> Self {
        let place = tempfile::tempdir().unwrap();
        Self::spawn_in(command, place.path().join("store"), place)
    }

    fn spawn_in(command: &mut Command, store: PathBuf, place: TempDir) -> Self {
        let store = ContentStore::create(&store).unwrap();
        let mut child = command
            .arg("--store")
            .arg(store.root())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        Self {
            requests: child.stdin.take(),
            replies: BufReader::new(child.stdout.take().unwrap()),
            child,
            store,
            data: None,
            place,
        }
    }

    pub(crate) fn ask(&mut self, request: &Value) -> Reply {
        let requests = self.requests.as_mut().unwrap();
        writeln!(requests, "{request}").unwrap();
        requests.flush().unwrap();
        let mut line = String::new();
        self.replies.read_line(&mut line).unwrap();
        serde_json::from_str(&line).unwrap_or_else(|error| panic!("{error}: {line:?}"))
    }

    /// What a study file can name.
    pub(crate) fn catalogue(&mut self) -> Catalogue {
        match self.ask(&json!({"request": "describe"})) {
            Reply::Described { catalogue } => *catalogue,
            reply => panic!("{reply:?}"),
        }
    }

    /// Puts a cohort into the store and lets the worker open it.
    pub(crate) fn open(&mut self, cohort: impl AsRef<Path>) {
        let data = self.store.put(cohort.as_ref()).unwrap();
        self.open_data(data);
    }

    /// Lets the worker open a cohort that lies in the store.
    pub(crate) fn open_data(&mut self, data: ContentHash) {
        let reply = self.ask(&json!({"request": "open", "data": data}));
        assert!(matches!(reply, Reply::Opened { .. }), "{reply:?}");
        self.data = Some(data);
    }

    /// The request to run a job on the opened cohort.
    pub(crate) fn job(&self, spec: &Value) -> Value {
        let mut spec = spec.clone();
        spec["data"] = json!(self.data.unwrap_or(ContentHash::of(b"none")));
        json!({"request": "run", "spec": spec})
    }

    /// Runs a job; the files of a model that it keeps go to `out`, an empty folder.
    pub(crate) fn run(&mut self, spec: &Value, out: &Path) -> (Outcome, Cost) {
        match self.ask(&self.job(spec)) {
            Reply::Done {
                outcome,
                cost,
                files,
            } => {
                if let Some(files) = files {
                    self.store.take(files, out).unwrap();
                }
                (*outcome, cost)
            }
            reply => panic!("{}: {reply:?}", spec["model"]["strategy"]),
        }
    }

    /// The message of a request that must fail.
    pub(crate) fn failure(&mut self, request: &Value) -> String {
        match self.ask(request) {
            Reply::Failed { message, .. } => message,
            reply => panic!("{request}: {reply:?}"),
        }
    }

    /// Most bytes that it had of the machine's memory so far.
    pub(crate) fn peak_bytes(&self) -> u64 {
        let status = format!("/proc/{}/status", self.child.id());
        let status = std::fs::read_to_string(status).unwrap();
        let line = status.lines().find(|line| line.starts_with("VmHWM:"));
        let kib: u64 = line
            .unwrap()
            .split_whitespace()
            .nth(1)
            .unwrap()
            .parse()
            .unwrap();
        kib * 1024
    }

    /// Closes its input and waits.
    pub(crate) fn end(mut self) -> ExitStatus {
        drop(self.requests.take());
        self.child.wait().unwrap()
    }
}

/// A model section over pixels, profiles and Zernike moments; `single` takes the pixels.
pub(crate) fn section(strategy: &str) -> Value {
    let mut modalities = vec![
        json!({"name": "pixels", "encoder": {"name": "conv-net", "dropout_p": 0.1}}),
        json!({"name": "profiles", "encoder": {"name": "gru", "d_hidden": 16}}),
        json!({"name": "zernike", "encoder": {"name": "mlp", "d_block": 32}}),
    ];
    if strategy == "single" {
        modalities.truncate(1);
    }
    let strategy = match strategy {
        "early" => json!({"name": "early", "d_model": 16, "n_layers": 1, "depth": 1}),
        name => json!({"name": name}),
    };
    json!({
        "modalities": modalities,
        "strategy": strategy,
        "training": {"epochs": 8, "batch_size": 16, "lr": 0.01},
    })
}

/// A job on 240 rows of the digits to fit on (every fifth decides the stopping) and 100 to predict.
pub(crate) fn digits_spec(model: Value) -> Value {
    let cohort = Cohort::open(DIGITS).unwrap();
    let every = |start: usize, step: usize, n: usize| -> Vec<&str> {
        (0..n)
            .map(|i| cohort.ids()[(start + i * step) % cohort.len()].as_str())
            .collect()
    };
    // Positions are 0 modulo 8 here and 3 or 7 there.
    let fit = every(0, 8, 240);
    let predict = every(3, 20, 100);
    json!({
        "task": {"kind": "classification", "classes": classes()},
        "model": model,
        "seed": 1,
        "fit": fit,
        "targets": {"kind": "class", "values": digits_of(&fit)},
        "stop": (0..fit.len()).step_by(5).collect::<Vec<_>>(),
        "predict": predict,
        "threads": 1,
        "predict_batch": 64,
        "device": "cpu",
        "keep_model": false,
    })
}

pub(crate) fn classes() -> Vec<String> {
    (0..10).map(|digit| digit.to_string()).collect()
}

/// The digit of each row.
pub(crate) fn digits_of(ids: &[&str]) -> Vec<usize> {
    let cohort = Cohort::open(DIGITS).unwrap();
    let target = cohort.target("digit").unwrap();
    let Targets::Class(labels) = &target.targets else {
        panic!("digits are classes")
    };
    ids.iter()
        .map(|id| labels[cohort.position(id).unwrap()])
        .collect()
}

/// A job with the target of a cohort: every fourth row is predicted, every fifth of the others
/// decides the stopping.
pub(crate) fn spec_of(folder: &str, target: &str, model: Value) -> Value {
    let cohort = Cohort::open(folder).unwrap();
    let (predict, fit): (Vec<usize>, Vec<usize>) = (0..cohort.len()).partition(|row| row % 4 == 3);
    let ids = |rows: &[usize]| -> Vec<String> {
        rows.iter().map(|&row| cohort.ids()[row].clone()).collect()
    };
    let target = cohort.target(target).unwrap();
    let (task, targets) = (&target.task, target.targets.select(fit.iter().copied()));
    json!({
        "task": task,
        "model": model,
        "seed": 3,
        "fit": ids(&fit),
        "targets": targets,
        "stop": (0..fit.len()).step_by(5).collect::<Vec<_>>(),
        "predict": ids(&predict),
        "threads": 1,
        "predict_batch": 16,
        "device": "cpu",
        "keep_model": true,
    })
}

/// Runs `midfuse-worker predict`; its exit code and what it said on standard error.
pub(crate) fn predict(model: &Path, cohort: &Path, out: &Path) -> (i32, String) {
    let done = Command::new(env!("CARGO_BIN_EXE_midfuse-worker"))
        .arg("predict")
        .arg("--model")
        .arg(model)
        .arg("--cohort")
        .arg(cohort)
        .arg("--out")
        .arg(out)
        .output()
        .unwrap();
    let said = String::from_utf8(done.stderr).unwrap();
    (done.status.code().unwrap(), said)
}

/// Says that a test left something out.
pub(crate) fn skipped(what: &str) {
    if let Some(log) = std::env::var_os("MIDFUSE_SKIPPED") {
        let log = std::fs::OpenOptions::new()
            .append(true)
            .create(true)
            .open(log);
        writeln!(log.unwrap(), "{what}").unwrap();
    }
}
