//! Encoders, fusions and strategies of a researcher's own, in a worker of their own: this program starts itself
//! as one.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::indexing_slicing,
    reason = "tests say what they expect in the shortest way"
)]

mod support;

use std::borrow::Borrow;
use std::process::ExitCode;

use midfuse_core::{Config, Encoded, Fusion, Mode, Model, Output, Result, Tokens};
use midfuse_eval::job::Reply;
use midfuse_fusion::ConcatFusionConfig;
use midfuse_tabular::MlpConfig;
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
/// predictions, so it is no fusion.
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
        .strategy(
            Label::new("vote").summary("a head per modality votes"),
            vote,
        )
        .encoder("wide-mlp", MlpConfig::new(1, []).with_d_block(200))
}

fn main() -> ExitCode {
    if std::env::var_os(WORKER).is_some() {
        return match std::env::var_os("MIDFUSE_TEST_TWICE") {
            None => worker().run(),
            Some(_) => worker()
                .fusion("concat", ConcatFusionConfig::new([], 8))
                .run(),
        };
    }
    own_modules_are_named_like_built_in_ones();
    an_own_strategy_is_named_like_built_in_ones();
    a_name_is_registered_once();
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
    let out = tempfile::tempdir().unwrap();
    let (outcome, _) = program.run(&spec, out.path());
    assert_eq!(outcome.scores.len(), 100);
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
        let run = json!({"request": "run", "spec": spec, "out": out.path()});
        let message = program.failure(&run);
        assert!(message.contains(part), "{message}");
    }
    let mut alone = spec;
    alone["model"]["modalities"]
        .as_array_mut()
        .unwrap()
        .truncate(1);
    let run = json!({"request": "run", "spec": alone, "out": out.path()});
    let message = program.failure(&run);
    assert_eq!(message, "strategy: `vote` takes 2 to 3 modalities, got 1");
}

fn a_name_is_registered_once() {
    let done = std::process::Command::new(std::env::current_exe().unwrap())
        .env(WORKER, "1")
        .env("MIDFUSE_TEST_TWICE", "1")
        .stdin(std::process::Stdio::null())
        .output()
        .unwrap();
    let said = String::from_utf8(done.stderr).unwrap();
    assert_eq!(done.status.code(), Some(1), "{said}");
    assert!(
        said.contains("strategy `concat` is registered twice"),
        "{said}"
    );
}
