//! A fusion that libtorch refuses.

use std::borrow::Borrow;

use midfuse_core::{Config, Encoded, Fusion, Mode, Result, Tokens};
use midfuse_wire::Reply;
use serde::{Deserialize, Serialize};
use serde_json::json;
use tch::nn;

use super::support::{DIGITS, Program, digits_spec, section};

/// Asks libtorch for what it refuses.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct BrokenConfig {}

#[derive(Debug)]
pub(crate) struct Broken;

impl Config for BrokenConfig {
    type Module = Broken;

    fn validate(&self) -> Result<()> {
        Ok(())
    }

    fn init<'a>(&self, _vs: impl Borrow<nn::Path<'a>>) -> Result<Broken> {
        Ok(Broken)
    }
}

impl Fusion for Broken {
    fn fuse(&self, parts: &[Encoded], _mode: Mode) -> Result<Encoded> {
        let pooled = parts[0].pooled.matmul(&parts[0].pooled);
        let tokens = Tokens::all_valid(pooled.unsqueeze(1));
        Ok(Encoded { pooled, tokens })
    }

    fn d_out(&self) -> i64 {
        2
    }
}

/// The frames of C++ go into the detail, in a check and in a job.
pub(crate) fn what_libtorch_refuses_is_a_line(program: &mut Program) {
    program.open(DIGITS);
    let mut model = section("concat");
    model["strategy"] = json!({"name": "broken"});
    let spec = digits_spec(model);
    let check = json!({"request": "validate", "task": spec["task"], "model": spec["model"]});
    for request in [check, program.job(&spec)] {
        let Reply::Failed {
            message, detail, ..
        } = program.ask(&request)
        else {
            panic!("it worked")
        };
        assert!(message.contains("shapes cannot be multiplied"), "{message}");
        assert!(
            message.len() < 200 && !message.contains("frame"),
            "{message}"
        );
        let detail = detail.unwrap();
        assert!(
            detail.lines().any(|line| line.starts_with("frame #")),
            "{detail}"
        );
    }
}
