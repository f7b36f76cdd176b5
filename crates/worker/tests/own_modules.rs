//! Encoders, fusions, strategies, optimisers and schedules of a researcher's own, in a worker of
//! their own: this program starts itself as one.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::indexing_slicing,
    reason = "tests say what they expect in the shortest way"
)]

#[path = "own/broken.rs"]
mod broken;
mod support;

use std::borrow::Borrow;
use std::process::ExitCode;

use broken::BrokenConfig;
use midfuse_core::{Config, Encoded, Fusion, Mode, Model, Output, Result, Tokens};
use midfuse_fusion::ConcatFusionConfig;
use midfuse_tabular::MlpConfig;
use midfuse_train::{At, Group, Named, Optimizer, OptimizerConfig, Params, Schedule, State};
use midfuse_wire::Reply;
use midfuse_worker::{AnyInput, Label, Needs, Parts, Strategy, Worker};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use support::{DIGITS, Program, digits_spec, section};
use tch::nn::{self, Module};
use tch::{Kind, Tensor};

/// Set in the process that is the worker.
const WORKER: &str = "MIDFUSE_TEST_IS_WORKER";

/// The sum of a linear map of each part.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct SumConfig {
    d_in: Vec<i64>,
    d_out: i64,
}

#[derive(Debug)]
struct Sum {
    maps: Vec<nn::Linear>,
    d_out: i64,
}

impl Config for SumConfig {
    type Module = Sum;

    fn validate(&self) -> Result<()> {
        Ok(())
    }

    fn init<'a>(&self, vs: impl Borrow<nn::Path<'a>>) -> Result<Sum> {
        let vs = vs.borrow();
        let parts = self.d_in.iter().enumerate();
        let maps = parts
            .map(|(i, &d)| midfuse_nn::linear(vs / i, d, self.d_out))
            .collect();
        Ok(Sum {
            maps,
            d_out: self.d_out,
        })
    }
}

impl Fusion for Sum {
    fn fuse(&self, parts: &[Encoded], _mode: Mode) -> Result<Encoded> {
        let mapped: Vec<Tensor> = parts
            .iter()
            .zip(&self.maps)
            .map(|(part, map)| map.forward(&part.pooled))
            .collect();
        let pooled =
            Tensor::stack(&mapped, 0).sum_dim_intlist([0_i64].as_slice(), false, Kind::Float);
        let tokens = Tokens::all_valid(pooled.unsqueeze(1));
        Ok(Encoded { pooled, tokens })
    }

    fn d_out(&self) -> i64 {
        self.d_out
    }
}

/// A linear head per modality over what its encoder says, and the mean of the logits: it ends in
/// predictions, so it is not a fusion.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct VoteConfig {
    d_in: Vec<i64>,
    /// The logits are divided by it.
    temperature: f64,
}

#[derive(Debug)]
struct Vote {
    parts: Parts,
    heads: Vec<nn::Linear>,
    temperature: f64,
}

impl Strategy for VoteConfig {
    type Model = Vote;

    const NEEDS: Needs = Needs {
        at_most: Some(3),
        ..Needs::fusion()
    };

    const FROM_DATA: &'static [&'static str] = &["d_in"];

    fn from_data(&self, parts: &Parts) -> midfuse_worker::Result<Map<String, Value>> {
        let d_in = json!(parts.d_out());
        Ok(Map::from_iter([("d_in".to_owned(), d_in)]))
    }

    fn build(&self, parts: Parts, vs: &nn::Path<'_>) -> midfuse_worker::Result<Vote> {
        let n_scores = parts.task().n_scores() as i64;
        let widths = self.d_in.iter().enumerate();
        let heads = widths
            .map(|(i, &d)| midfuse_nn::linear(vs / "vote" / i, d, n_scores))
            .collect();
        Ok(Vote {
            parts,
            heads,
            temperature: self.temperature,
        })
    }
}

impl Model for Vote {
    type Batch = Vec<AnyInput>;

    fn forward(&self, batch: &Vec<AnyInput>, mode: Mode) -> Result<Output> {
        let encoded = self.parts.encode(batch, mode)?;
        let votes: Vec<Tensor> = encoded
            .iter()
            .zip(&self.heads)
            .map(|(part, head)| head.forward(&part.pooled))
            .collect();
        let mean = Tensor::stack(&votes, 0).mean_dim([0_i64].as_slice(), false, Kind::Float);
        Ok(Output {
            logits: mean / self.temperature,
        })
    }
}

/// Steps of one size against the sign of each gradient.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct SignConfig {
    scale: f64,
}

#[derive(Debug)]
struct Sign {
    params: Vec<Tensor>,
    scale: f64,
}

impl Named for SignConfig {
    fn name(&self) -> &'static str {
        "sign"
    }

    fn summary(&self) -> &'static str {
        "steps of one size"
    }

    fn validate(&self) -> midfuse_train::Result<()> {
        Ok(())
    }
}

impl OptimizerConfig for SignConfig {
    fn init(&self, params: &Params) -> midfuse_train::Result<Box<dyn Optimizer>> {
        let params = params.groups().iter().flat_map(Group::tensors).collect();
        let scale = self.scale;
        Ok(Box::new(Sign { params, scale }))
    }
}

impl Optimizer for Sign {
    fn step(&mut self, lr: f64) -> midfuse_train::Result<()> {
        let lr = lr * self.scale;
        tch::no_grad(|| {
            for param in &mut self.params {
                let gradient = param.grad();
                if gradient.defined() {
                    let _ = param.g_sub_(&(gradient.sign() * lr));
                }
            }
        });
        Ok(())
    }

    fn state(&self) -> Vec<(String, Tensor)> {
        Vec::new()
    }

    fn restore(&mut self, _state: State<'_>) -> midfuse_train::Result<()> {
        Ok(())
    }
}

/// The learning rate falls with the root of the steps.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct InverseRoot {}

impl Named for InverseRoot {
    fn name(&self) -> &'static str {
        "inverse-root"
    }

    fn summary(&self) -> &'static str {
        "falls with the root of the steps"
    }

    fn validate(&self) -> midfuse_train::Result<()> {
        Ok(())
    }
}

impl Schedule for InverseRoot {
    fn after(&self, lr: f64, at: At) -> f64 {
        lr / ((at.step + 1 - at.warmup_steps) as f64).sqrt()
    }
}

fn worker() -> Worker {
    let config = SumConfig {
        d_in: Vec::new(),
        d_out: 24,
    };
    let vote = VoteConfig {
        d_in: Vec::new(),
        temperature: 1.0,
    };
    Worker::new()
        .fusion("sum", config)
        .fusion("broken", BrokenConfig {})
        .strategy(
            Label::new("vote").summary("a head per modality votes"),
            vote,
        )
        .encoder("wide-mlp", MlpConfig::new(1, []).with_d_block(200))
        .optimizer(SignConfig { scale: 0.1 })
        .schedule(InverseRoot {})
}

fn main() -> ExitCode {
    if std::env::var_os(WORKER).is_some() {
        let twice = std::env::var("MIDFUSE_TEST_TWICE").unwrap_or_default();
        return match twice.as_str() {
            "fusion" => worker()
                .fusion("concat", ConcatFusionConfig::new([], 8))
                .run(),
            "optimizer" => worker().optimizer(SignConfig::default()).run(),
            _ => worker().run(),
        };
    }
    own_modules_are_named_like_built_in_ones();
    an_own_strategy_is_named_like_built_in_ones();
    broken::what_libtorch_refuses_is_a_line(&mut Program::start_self(WORKER));
    a_name_is_registered_once("fusion", "strategy `concat` is registered twice");
    a_name_is_registered_once("optimizer", "optimizer `sign` is registered twice");
    println!("own modules: ok");
    ExitCode::SUCCESS
}

fn own_modules_are_named_like_built_in_ones() {
    let mut program = Program::start_self(WORKER);
    let catalogue = program.catalogue();
    let wide = catalogue.encoder("tabular", "wide-mlp").unwrap();
    assert_eq!(wide.option("encoder", "d_block").unwrap().default, 200);
    assert!(wide.from_data.contains(&"cardinalities".to_owned()));
    assert!(catalogue.encoder("text", "gru").is_ok());
    let sum = catalogue.strategy("sum").unwrap();
    assert_eq!(sum.needs, Needs::fusion());
    assert_eq!(sum.entry.from_data, ["d_in"]);
    assert!(catalogue.strategy("early-raw").is_ok());
    program.open(DIGITS);
    let mut model = section("concat");
    model["strategy"] = json!({"name": "sum", "d_out": 12});
    model["modalities"][2]["encoder"] = json!({"name": "wide-mlp", "n_blocks": 1});
    model["training"]["optimizer"] = json!("sign");
    model["training"]["schedule"] = json!("inverse-root");
    let spec = digits_spec(model);
    let request = json!({"request": "validate", "task": spec["task"], "model": spec["model"]});
    let Reply::Valid { resolved, .. } = program.ask(&request) else {
        panic!("not valid")
    };
    assert_eq!(
        resolved["strategy"],
        json!({"name": "sum", "d_in": [64, 16, 200], "d_out": 12})
    );
    assert_eq!(resolved["modalities"][2]["encoder"]["d_block"], 200);
    assert_eq!(
        resolved["training"]["optimizer"],
        json!({"name": "sign", "scale": 0.1})
    );
    let out = tempfile::tempdir().unwrap();
    let (outcome, _) = program.run(&spec, out.path());
    assert_eq!(outcome.scores.len(), 100);
    let losses: Vec<f64> = outcome.epochs.iter().map(|e| e.train_loss).collect();
    assert!(losses[losses.len() - 1] < losses[0], "{losses:?}");
}

fn an_own_strategy_is_named_like_built_in_ones() {
    let mut program = Program::start_self(WORKER);
    let catalogue = program.catalogue();
    let vote = catalogue.strategy("vote").unwrap();
    assert_eq!(vote.entry.summary, "a head per modality votes");
    assert_eq!(vote.needs.count(), "2 to 3 modalities");
    let names: Vec<&str> = vote.entry.options.iter().map(|o| o.name.as_str()).collect();
    assert_eq!(names, ["temperature"]);
    program.open(DIGITS);
    let mut model = section("concat");
    model["strategy"] = json!({"name": "vote", "temperature": 2.0});
    let spec = digits_spec(model);
    let out = tempfile::tempdir().unwrap();
    let (outcome, _) = program.run(&spec, out.path());
    let right = |row: &Vec<f64>| (row.iter().map(|score| score.exp()).sum::<f64>() - 1.0).abs();
    assert!(outcome.scores.iter().all(|row| right(row) < 1e-9));
    for (field, value, part) in [
        ("d_in", json!([1]), "strategy.d_in: comes from the data"),
        (
            "temprature",
            json!(1),
            "strategy: unknown field `temprature`",
        ),
        (
            "name",
            json!("vot"),
            "no strategy `vot`: did you mean `vote`?",
        ),
    ] {
        let mut spec = spec.clone();
        spec["model"]["strategy"][field] = value;
        let message = program.failure(&program.job(&spec));
        assert!(message.contains(part), "{message}");
    }
    let mut alone = spec;
    alone["model"]["modalities"]
        .as_array_mut()
        .unwrap()
        .truncate(1);
    let message = program.failure(&program.job(&alone));
    assert_eq!(message, "strategy: `vote` takes 2 to 3 modalities, got 1");
}

fn a_name_is_registered_once(what: &str, complaint: &str) {
    let done = std::process::Command::new(std::env::current_exe().unwrap())
        .env(WORKER, "1")
        .env("MIDFUSE_TEST_TWICE", what)
        .stdin(std::process::Stdio::null())
        .output()
        .unwrap();
    let said = String::from_utf8(done.stderr).unwrap();
    assert_eq!(done.status.code(), Some(1), "{said}");
    assert!(said.contains(complaint), "{said}");
}
