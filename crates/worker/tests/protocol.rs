//! The worker program over pipes, on the bundled digits.
#![cfg(test)]

mod support;

use midfuse_wire::{ContentHash, FailureKind, Outcome, Reply, Stopped};
use serde_json::{Value, json};
use support::{DIGITS, Program, digits_spec, section};

const STRATEGIES: [&str; 6] = [
    "single",
    "early",
    "early-raw",
    "concat",
    "attention",
    "late",
];

/// Share of rows whose highest score is that of their digit.
fn accuracy(outcome: &Outcome, spec: &Value) -> f64 {
    let ids: Vec<&str> = spec["predict"]
        .as_array()
        .unwrap()
        .iter()
        .map(|id| id.as_str().unwrap())
        .collect();
    let truth = support::digits_of(&ids);
    let right = outcome.scores.iter().zip(&truth).filter(|(scores, digit)| {
        let best = (0..10)
            .max_by(|&a, &b| scores[a].total_cmp(&scores[b]))
            .unwrap();
        best == **digit
    });
    right.count() as f64 / ids.len() as f64
}

#[test]
fn every_strategy_learns_the_digits_and_repeats_its_bits() {
    let mut first = Program::start();
    let mut second = Program::start();
    first.open(DIGITS);
    second.open(DIGITS);
    let out = tempfile::tempdir().unwrap();
    let mut hashes = std::collections::BTreeSet::new();
    // The second worker takes the jobs in another order.
    let specs: Vec<Value> = STRATEGIES
        .iter()
        .map(|name| digits_spec(section(name)))
        .collect();
    let theirs: Vec<Outcome> = specs
        .iter()
        .rev()
        .map(|spec| second.run(spec, out.path()).0)
        .collect();
    for (spec, theirs) in specs.iter().zip(theirs.iter().rev()) {
        let (outcome, cost) = first.run(spec, out.path());
        let name = &spec["model"]["strategy"]["name"];
        assert_eq!(&outcome, theirs, "{name}");
        for scores in &outcome.scores {
            let total: f64 = scores.iter().map(|score| score.exp()).sum();
            assert!((total - 1.0).abs() < 1e-9, "{name}: {total}");
        }
        let accuracy = accuracy(&outcome, spec);
        assert!(accuracy > 0.5, "{name}: accuracy {accuracy}");
        assert!(
            outcome.n_parameters > 0 && outcome.flops_per_row > 0,
            "{name}"
        );
        assert!(
            outcome.epochs.iter().all(|epoch| epoch.stop_loss.is_some()),
            "{name}"
        );
        assert!(outcome.best_epoch < outcome.epochs.len(), "{name}");
        assert!(
            cost.seconds > 0.0 && cost.peak_rss_bytes > 1 << 20,
            "{name}"
        );
        assert!(
            hashes.insert(outcome.model_sha256),
            "{name}: the model of another strategy"
        );
    }
    assert!(first.end().success());
    assert!(second.end().success());
    assert_eq!(
        std::fs::read_dir(out.path()).unwrap().count(),
        0,
        "no model was asked for"
    );
}

#[test]
fn a_trimodal_worker_stays_small() {
    let mut worker = Program::start();
    worker.open(DIGITS);
    let out = tempfile::tempdir().unwrap();
    let (_, cost) = worker.run(&digits_spec(section("concat")), out.path());
    // All inputs of the digits are 5 MB as f32, read once and selected once more per job.
    let limit = 300 << 20;
    assert!(cost.peak_rss_bytes < limit, "{} bytes", cost.peak_rss_bytes);
}

#[test]
fn seed_and_early_stopping_matter() {
    let mut worker = Program::start();
    worker.open(DIGITS);
    let out = tempfile::tempdir().unwrap();
    let mut spec = digits_spec(section("concat"));
    let (first, _) = worker.run(&spec, out.path());
    spec["seed"] = json!(2);
    let (second, _) = worker.run(&spec, out.path());
    assert_ne!(first.model_sha256, second.model_sha256);
    assert_ne!(first.scores, second.scores);
    spec["model"]["training"] = json!({"epochs": 60, "lr": 0.05, "patience": 1});
    let (stopped, _) = worker.run(&spec, out.path());
    assert_eq!(stopped.stopped, Stopped::Early);
    assert!(stopped.epochs.len() < 60);
    spec["stop"] = json!([]);
    spec["model"]["training"] = json!({"epochs": 2});
    let (whole, _) = worker.run(&spec, out.path());
    assert_eq!((whole.epochs.len(), whole.best_epoch), (2, 1));
    assert!(whole.epochs.iter().all(|epoch| epoch.stop_loss.is_none()));
    assert!(whole.trace.is_empty());
    spec["trace"] = json!(true);
    let (traced, _) = worker.run(&spec, out.path());
    let epochs: Vec<usize> = traced.trace.iter().map(|traced| traced.epochs).collect();
    assert_eq!(epochs, [0, 1, 2]);
    assert_ne!(traced.trace[0].scores, traced.trace[1].scores);
    assert_eq!(traced.trace[2].scores, traced.scores);
    assert_eq!(traced.scores, whole.scores, "tracing changes nothing");
    assert_eq!(traced.model_sha256, whole.model_sha256);
}

#[test]
fn class_weights_change_the_model() {
    let mut worker = Program::start();
    worker.open(DIGITS);
    let out = tempfile::tempdir().unwrap();
    // One class is rarer than the others, or weights would all be 1.
    let mut spec = digits_spec(section("concat"));
    let plain = worker.run(&spec, out.path()).0;
    spec["model"]["training"]["class_weights"] = json!("balanced");
    assert_ne!(
        worker.run(&spec, out.path()).0.model_sha256,
        plain.model_sha256
    );
}

#[test]
fn a_section_names_its_optimizer_and_schedule() {
    let mut worker = Program::start();
    worker.open(DIGITS);
    let out = tempfile::tempdir().unwrap();
    let mut spec = digits_spec(section("concat"));
    spec["model"]["training"] = json!({
        "epochs": 12,
        "batch_size": 16,
        "lr": 0.05,
        "optimizer": {"name": "sgd", "momentum": 0.9, "nesterov": true},
        "schedule": "step",
        "milestones": [0.6],
    });
    let (outcome, _) = worker.run(&spec, out.path());
    assert_eq!(outcome, worker.run(&spec, out.path()).0);
    let accuracy = accuracy(&outcome, &spec);
    assert!(accuracy > 0.5, "accuracy {accuracy}");
    let request = json!({"request": "validate", "task": spec["task"], "model": spec["model"]});
    let Reply::Valid { resolved, .. } = worker.ask(&request) else {
        panic!("not valid")
    };
    let training = &resolved["training"];
    assert_eq!(
        training["optimizer"],
        json!({"name": "sgd", "momentum": 0.9, "nesterov": true, "dampening": 0.0, "weight_decay": 0.0})
    );
    assert_eq!(
        training["schedule"],
        json!({"name": "step", "milestones": [0.6], "gamma": 0.1})
    );
    assert!(training.get("milestones").is_none());
    // What is resolved trains to the same bits.
    spec["model"]["training"] = training.clone();
    assert_eq!(outcome, worker.run(&spec, out.path()).0);
}

#[test]
fn a_section_is_validated_and_filled_in() {
    let mut worker = Program::start();
    worker.open(DIGITS);
    for name in STRATEGIES {
        let spec = digits_spec(section(name));
        let out = tempfile::tempdir().unwrap();
        let request = json!({"request": "validate", "task": spec["task"], "model": spec["model"]});
        let Reply::Valid {
            n_parameters,
            resolved,
        } = worker.ask(&request)
        else {
            panic!("{name}: not valid")
        };
        // What is resolved has every field, is itself not changed by a look at the data, and
        // trains to the same model.
        let encoder = &resolved["modalities"][0]["encoder"];
        assert!(name == "early-raw" || encoder["channels"] == 1, "{encoder}");
        assert!(resolved["training"]["batch_size"].is_number());
        let (outcome, _) = worker.run(&spec, out.path());
        assert_eq!(outcome.n_parameters, n_parameters, "{name}");
    }
}

/// The hidden layer of `[head]` is in every strategy, unless `late` says otherwise of its own heads.
#[test]
fn the_head_is_that_of_every_strategy() {
    let mut worker = Program::start();
    worker.open(DIGITS);
    let mut n_parameters = |name: &str, head: Value, own: Value| {
        let mut model = digits_spec(section(name))["model"].take();
        model["head"] = head;
        if let Value::Object(own) = own {
            model["strategy"].as_object_mut().unwrap().extend(own);
        }
        let task = &digits_spec(section(name))["task"];
        let request = json!({"request": "validate", "task": task, "model": model});
        let Reply::Valid {
            n_parameters,
            resolved,
        } = worker.ask(&request)
        else {
            panic!("{name}: not valid")
        };
        (n_parameters, resolved)
    };
    for name in STRATEGIES {
        let (plain, resolved) = n_parameters(name, json!({}), json!({}));
        assert_eq!(resolved["head"]["d_hidden"], json!([]), "{name}");
        let (hidden, resolved) = n_parameters(name, json!({"d_hidden": [5]}), json!({}));
        assert_eq!(resolved["head"]["d_hidden"], json!([5]), "{name}");
        assert_ne!(hidden, plain, "{name}");
    }
    let (five, resolved) = n_parameters("late", json!({"d_hidden": [5]}), json!({}));
    assert_eq!(resolved["strategy"]["d_hidden"], json!([5]));
    let own = json!({"d_hidden": [7]});
    let (seven, resolved) = n_parameters("late", json!({"d_hidden": [5]}), own);
    assert_eq!(resolved["strategy"]["d_hidden"], json!([7]));
    assert!(seven > five);
}

#[test]
fn mistakes_are_one_line_and_the_worker_goes_on() {
    let mut worker = Program::start();
    let missing = ContentHash::of(b"nowhere at all");
    let early = json!({"request": "open", "data": missing});
    let mut fresh = Program::start_silent();
    assert!(fresh.failure(&early).contains("`hello` first"));
    let newer = json!({"request": "hello", "protocol": 99});
    assert!(fresh.failure(&newer).contains("protocol: expected version"));
    assert!(
        worker
            .failure(&json!({"request": "fly"}))
            .contains("unknown variant `fly`")
    );
    let spec = digits_spec(section("concat"));
    let out = tempfile::tempdir().unwrap();
    let early = worker.job(&spec);
    assert!(worker.failure(&early).contains("`open` with a cohort"));
    let nowhere = json!({"request": "open", "data": missing});
    let Reply::Failed { kind, message } = worker.ask(&nowhere) else {
        panic!("opened what is not there")
    };
    assert_eq!(kind, FailureKind::Missing);
    assert!(message.contains(&missing.to_string()), "{message}");
    worker.open(DIGITS);
    let mut other = worker.job(&spec);
    other["spec"]["data"] = json!(missing);
    assert!(
        worker
            .failure(&other)
            .contains("data: expected the opened cohort")
    );

    let with = |path: &[&str], value: Value| {
        let mut spec = spec.clone();
        let mut place = &mut spec;
        for key in path {
            place = match key.parse::<usize>() {
                Ok(index) => &mut place[index],
                Err(_) => &mut place[*key],
            };
        }
        *place = value;
        spec
    };
    let first = ["model", "modalities", "0", "encoder"];
    let encoder = |key| [&first[..], &[key]].concat();
    let cases = [
        (
            with(&encoder("name"), json!("vgg")),
            "no encoder `vgg` for image modalities; there are conv-net",
        ),
        (
            with(&encoder("widht"), json!(1)),
            "modalities.pixels.encoder: unknown field `widht`",
        ),
        (
            with(&encoder("channels"), json!(1)),
            "modalities.pixels.encoder.channels: comes from the data",
        ),
        (
            with(&encoder("dropout_p"), json!(2.0)),
            "ConvNetConfig.dropout_p: expected a probability",
        ),
        (
            with(&["model", "modalities", "0", "name"], json!("x-ray")),
            "x-ray",
        ),
        (
            with(&["model", "strategy", "name"], json!("vote")),
            "no strategy `vote`",
        ),
        (
            with(&["model", "strategy", "n_heads"], json!(2)),
            "strategy: unknown field `n_heads`",
        ),
        (
            with(&["model", "head"], json!({"d_hiden": [1]})),
            "head: unknown field `d_hiden`",
        ),
        (
            with(&["model", "strategy", "d_in"], json!([1])),
            "strategy.d_in: comes from the data",
        ),
        (
            with(
                &["model", "strategy"],
                json!({"name": "early", "depth": 99}),
            ),
            "strategy.depth: expected at most",
        ),
        (
            with(&["model", "strategy"], json!({"name": "single"})),
            "`single` takes one modality",
        ),
        (
            with(&["model", "training", "epochs"], json!(0)),
            "TrainConfig.epochs",
        ),
        (
            with(&["model", "training", "optimizer"], json!("sdg")),
            "training: optimizer: no optimizer `sdg`: did you mean `sgd`?",
        ),
        (
            with(&["model", "training", "momentum"], json!(0.9)),
            "it is an option of the optimizer `sgd`, and this is `adamw`",
        ),
        (with(&["fit", "0"], json!("nobody")), "`nobody`"),
        (
            with(&["targets", "values", "0"], json!(10)),
            "target 0 is class 10, the task has classes 0 to 9",
        ),
        (
            with(&["targets", "kind"], json!("value")),
            "a classification",
        ),
        (
            with(&["stop", "0"], json!(100_000)),
            "stop: expected positions below",
        ),
        (with(&["device"], json!("cuda:7")), "device: expected `cpu`"),
        (with(&["threads"], json!(0)), "threads"),
        (
            with(&["model", "training", "lr"], json!(1e30)),
            "lower `lr`",
        ),
    ];
    for (spec, expected) in cases {
        let message = worker.failure(&worker.job(&spec));
        assert!(
            message.contains(expected),
            "expected {expected:?} in {message:?}"
        );
        assert!(!message.contains('\n'), "{message:?}");
    }
    // After all that it still works.
    let (outcome, _) = worker.run(&spec, out.path());
    assert_eq!(
        outcome.scores.len(),
        spec["predict"].as_array().unwrap().len()
    );
    assert!(worker.end().success());
}
