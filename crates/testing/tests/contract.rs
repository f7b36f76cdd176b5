//! The contract passes a sound encoder and fusion, and catches each way of breaking one.
#![cfg(test)]

use std::borrow::Borrow;
use std::panic::{AssertUnwindSafe, catch_unwind};

use midfuse_core::check::{self, Dim};
use midfuse_core::{
    Config, Encoded, Encoder, Error, Fusion, Mode, Result, Seed, Tokens, Validate, tch,
};
use midfuse_testing::{
    Contract, ErrorKind, Inputs, check_encoder, check_fusion, fusion_inputs, on_another_device,
};
use serde::{Deserialize, Serialize};
use tch::nn::{self, Module};
use tch::{Device, Kind, Tensor};

/// Steps `[B, T, 3]` and their mask.
#[derive(Debug)]
struct Steps {
    x: Tensor,
    valid: Tensor,
}

/// A linear layer per step, one stage with a residual layer, a mean; with a fault on demand.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct ToyConfig {
    d: i64,
    dropout_p: f64,
    fault: Fault,
}

#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
enum Fault {
    None,
    LeaksAbsentRows,
    CountsPadding,
    NanInAbsentRows,
    UnusedParameter,
    DropoutInEval,
    IgnoresOrder,
    UnsavedState,
    WrongWidthAtDepth,
    NoDeviceCheck,
    WrongErrorForRank,
    EndlessStages,
    BufferMovesInEval,
}

#[derive(Debug)]
struct Toy {
    config: ToyConfig,
    embed: nn::Linear,
    layer: nn::Linear,
    steps_seen: Tensor,
    hidden_state: Tensor,
}

impl ToyConfig {
    fn new(fault: Fault) -> Self {
        Self {
            d: 8,
            dropout_p: 0.0,
            fault,
        }
    }
}

impl Config for ToyConfig {
    type Module = Toy;

    fn validate(&self) -> Result<()> {
        Validate::new("ToyConfig").positive("d", self.d)?;
        Ok(())
    }

    fn init<'a>(&self, vs: impl Borrow<nn::Path<'a>>) -> Result<Toy> {
        self.validate()?;
        let vs = vs.borrow();
        if self.fault == Fault::UnusedParameter {
            let _ = vs.zeros("unused", &[2]);
        }
        let noise = Tensor::rand([self.d], (Kind::Float, Device::Cpu));
        let hidden_state = match self.fault {
            Fault::UnsavedState => noise,
            _ => vs.add("offset", noise, false),
        };
        Ok(Toy {
            config: self.clone(),
            embed: nn::linear(vs / "embed", 3, self.d, Default::default()),
            layer: nn::linear(vs / "layer", self.d, self.d, Default::default()),
            steps_seen: vs.zeros_no_train("steps_seen", &[1]),
            hidden_state,
        })
    }
}

impl Encoder for Toy {
    type Input = Steps;
    type State = Tokens;

    fn embed(&self, input: &Steps, mode: Mode) -> Result<Tokens> {
        let fault = self.config.fault;
        let dims = [Dim::Any("B"), Dim::Any("T"), Dim::Is(3)];
        match check::shape("Toy", &input.x, &dims) {
            Err(_) if fault == Fault::WrongErrorForRank => {
                return Err(Error::Input {
                    module: "Toy",
                    expected: "something".into(),
                    got: "else".into(),
                });
            }
            other => other?,
        }
        check::kind("Toy", &input.x, Kind::Float)?;
        if fault == Fault::NoDeviceCheck && input.x.device() != Device::Cpu {
            return self.embed(&steps(2, Seed(1)), mode);
        }
        check::device("Toy", &input.x, self.embed.ws.device())?;
        if mode.is_train() || fault == Fault::BufferMovesInEval {
            let _ = self.steps_seen.shallow_clone().g_add_scalar_(1.0);
        }
        let mask = input.valid.logical_not().unsqueeze(-1);
        let x = match fault {
            Fault::LeaksAbsentRows => input.x.nan_to_num(1.0, 1.0, 1.0),
            _ => input.x.masked_fill(&mask, 0.0),
        };
        let mut x = self.embed.forward(&x).tanh();
        let p = self.config.dropout_p;
        if p > 0.0 && (mode.is_train() || fault == Fault::DropoutInEval) {
            x = x.dropout(p, true);
        }
        if fault == Fault::IgnoresOrder {
            let b = x.size()[0];
            x += Tensor::arange(b, (Kind::Float, Device::Cpu)).view([b, 1, 1]);
        }
        Ok(Tokens::masked(x, input.valid.shallow_clone()))
    }

    fn n_stages(&self) -> usize {
        1
    }

    fn stage(&self, i: usize, state: Tokens, _mode: Mode) -> Result<Tokens> {
        if i >= 1 && self.config.fault != Fault::EndlessStages {
            return Err(Error::Input {
                module: "Toy",
                expected: "stage 0".into(),
                got: i.to_string(),
            });
        }
        let x = &state.x + self.layer.forward(&state.x);
        Ok(Tokens { x, ..state })
    }

    fn tokens(&self, state: &Tokens) -> Result<Tokens> {
        Ok(state.shallow_clone())
    }

    fn d_at(&self, depth: usize) -> i64 {
        match self.config.fault {
            Fault::WrongWidthAtDepth if depth == 0 => 3,
            _ => self.config.d,
        }
    }

    fn pool(&self, state: Tokens, _mode: Mode) -> Result<Encoded> {
        let valid = state.valid_or_ones();
        let count = match self.config.fault {
            Fault::CountsPadding => valid.ones_like(),
            _ => valid.shallow_clone(),
        };
        let count = count.sum_dim_intlist([1_i64].as_slice(), true, Kind::Float);
        let count = match self.config.fault {
            Fault::NanInAbsentRows => count,
            _ => count.clamp_min(1.0),
        };
        let kept = match self.config.fault {
            Fault::LeaksAbsentRows => state.x.shallow_clone(),
            _ => state.x.masked_fill(&valid.logical_not().unsqueeze(-1), 0.0),
        };
        let mean = kept.sum_dim_intlist([1_i64].as_slice(), false, Kind::Float) / count;
        let present = valid.any_dim(1, true);
        let pooled = match self.config.fault {
            Fault::LeaksAbsentRows | Fault::NanInAbsentRows => mean + &self.hidden_state,
            _ => (mean + &self.hidden_state) * present,
        };
        Ok(Encoded {
            pooled,
            tokens: state,
        })
    }

    fn d_out(&self) -> i64 {
        self.config.d
    }
}

fn steps(b: i64, seed: Seed) -> Steps {
    let numbers: Vec<f32> = (0..b * 12)
        .map(|i| (seed.hash(&i.to_le_bytes()) % 2001) as f32 / 1000.0 - 1.0)
        .collect();
    Steps {
        x: Tensor::from_slice(&numbers).view([b, 4, 3]),
        valid: Tensor::ones([b, 4], (Kind::Bool, Device::Cpu)),
    }
}

fn inputs() -> Inputs<Steps> {
    Inputs {
        batch: Box::new(steps),
        select: Box::new(|input, rows| Steps {
            x: input.x.index_select(0, rows),
            valid: input.valid.index_select(0, rows),
        }),
        absent: Box::new(|input, present, fill| Steps {
            x: input
                .x
                .masked_fill(&present.logical_not().view([-1, 1, 1]), fill),
            valid: input.valid.logical_and(&present.unsqueeze(1)),
        }),
        pad: Some(Box::new(|input, fill| {
            let b = input.x.size()[0];
            let more = Tensor::full([b, 2, 3], fill, (Kind::Float, Device::Cpu));
            let invalid = Tensor::zeros([b, 2], (Kind::Bool, Device::Cpu));
            Steps {
                x: Tensor::cat(&[&input.x, &more], 1),
                valid: Tensor::cat(&[&input.valid, &invalid], 1),
            }
        })),
        on_another_device: Some(Box::new(|input| Steps {
            x: on_another_device(&input.x),
            valid: on_another_device(&input.valid),
        })),
    }
}

fn contract(fault: Fault) -> Contract<ToyConfig, Steps> {
    let with = |x: Tensor| Steps {
        x,
        ..steps(2, Seed(0))
    };
    let of = |dims: &[i64], kind| Tensor::zeros(dims, (kind, Device::Cpu));
    Contract::new("Toy", ToyConfig::new(fault), 8, inputs())
        .with_dropout(|mut config, p| {
            config.dropout_p = p;
            config
        })
        .rejects("rank", with(of(&[2, 4], Kind::Float)), ErrorKind::Shape)
        .rejects("width", with(of(&[2, 4, 5], Kind::Float)), ErrorKind::Shape)
        .rejects("dtype", with(of(&[2, 4, 3], Kind::Double)), ErrorKind::Kind)
        .rejects_config(
            "d",
            ToyConfig {
                d: 0,
                ..ToyConfig::new(fault)
            },
        )
        .overfits_with(0.02, 300)
}

/// The message of the check that fails, `None` if all pass.
fn failure(f: impl FnOnce()) -> Option<String> {
    let panic = catch_unwind(AssertUnwindSafe(f)).err()?;
    let text = panic
        .downcast_ref::<String>()
        .cloned()
        .or_else(|| panic.downcast_ref::<&str>().map(|&text| text.to_owned()));
    Some(text.unwrap_or_default())
}

#[test]
fn a_sound_encoder_passes() {
    check_encoder(&contract(Fault::None));
}

#[test]
fn every_fault_is_caught_by_its_check() {
    let faults = [
        (Fault::LeaksAbsentRows, "absent"),
        (Fault::CountsPadding, "padding"),
        (Fault::NanInAbsentRows, "pooled of absent rows is zero"),
        (Fault::UnusedParameter, "gradients: unused"),
        (Fault::DropoutInEval, "dropout is off in eval mode"),
        (Fault::IgnoresOrder, "a row alone"),
        (Fault::UnsavedState, "checkpoint"),
        (Fault::WrongWidthAtDepth, "depth 0: tokens"),
        (Fault::NoDeviceCheck, "another device: accepted"),
        (Fault::WrongErrorForRank, "rank"),
        (Fault::EndlessStages, "there is a stage after the last one"),
        (Fault::BufferMovesInEval, "eval leaves steps_seen alone"),
    ];
    for (fault, expected) in faults {
        let message = failure(|| check_encoder(&contract(fault)))
            .unwrap_or_else(|| panic!("{fault:?} passes"));
        assert!(message.contains(expected), "{fault:?}: {message}");
    }
}

#[test]
fn a_false_claim_is_caught() {
    let wrong_width = Contract::new("Toy", ToyConfig::new(Fault::None), 9, inputs());
    assert!(failure(|| check_encoder(&wrong_width)).is_some());
    let excuse = contract(Fault::None).without_gradient("embed.weight", "none");
    let message = failure(|| check_encoder(&excuse)).unwrap();
    assert!(message.contains("wrongly listed"), "{message}");
    let slow = contract(Fault::None).overfits_with(1e-9, 3);
    let message = failure(|| check_encoder(&slow)).unwrap();
    assert!(message.contains("eight rows by heart"), "{message}");
    let no_error = contract(Fault::None).rejects("nothing", steps(2, Seed(3)), ErrorKind::Shape);
    let message = failure(|| check_encoder(&no_error)).unwrap();
    assert!(message.contains("nothing: accepted"), "{message}");
}

/// The sum of two linear maps of the pooled vectors of those that are present.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct SumConfig {
    d_in: Vec<i64>,
}

#[derive(Debug)]
struct Sum {
    maps: Vec<nn::Linear>,
}

impl Config for SumConfig {
    type Module = Sum;

    fn validate(&self) -> Result<()> {
        let n = self.d_in.len();
        Validate::new("SumConfig").ensure(n > 0, "d_in", "at least one width", n)?;
        Ok(())
    }

    fn init<'a>(&self, vs: impl Borrow<nn::Path<'a>>) -> Result<Sum> {
        self.validate()?;
        let vs = vs.borrow();
        let maps = self
            .d_in
            .iter()
            .enumerate()
            .map(|(i, &d)| nn::linear(vs / i, d, 6, Default::default()))
            .collect();
        Ok(Sum { maps })
    }
}

impl Fusion for Sum {
    fn fuse(&self, parts: &[Encoded], _mode: Mode) -> Result<Encoded> {
        if parts.len() != self.maps.len() {
            return Err(Error::Input {
                module: "Sum",
                expected: format!("{} parts", self.maps.len()),
                got: parts.len().to_string(),
            });
        }
        let mut terms = Vec::new();
        let mut any = Tensor::from(false);
        for (part, map) in parts.iter().zip(&self.maps) {
            check::shape(
                "Sum",
                &part.pooled,
                &[Dim::Any("B"), Dim::Is(map.ws.size()[1])],
            )?;
            check::kind("Sum", &part.pooled, Kind::Float)?;
            check::device("Sum", &part.pooled, Device::Cpu)?;
            let present = part.tokens.valid_or_ones().any_dim(1, true);
            let clean = part.pooled.masked_fill(&present.logical_not(), 0.0);
            terms.push(map.forward(&clean) * &present);
            any = any.logical_or(&present);
        }
        let sum = terms.into_iter().sum::<Tensor>();
        let tokens = Tokens::masked(sum.unsqueeze(1), any);
        Ok(Encoded {
            pooled: sum,
            tokens,
        })
    }

    fn d_out(&self) -> i64 {
        6
    }
}

#[test]
fn a_sound_fusion_passes() {
    let config = SumConfig { d_in: vec![4, 5] };
    let wrong = |d: &[i64]| (fusion_inputs(d).batch)(3, Seed(1));
    let contract = Contract::new("Sum", config, 6, fusion_inputs(&[4, 5]))
        .rejects("one part", wrong(&[4]), ErrorKind::Input)
        .rejects("widths", wrong(&[5, 4]), ErrorKind::Shape)
        .rejects_config("d_in", SumConfig { d_in: Vec::new() })
        .overfits_with(0.05, 600);
    check_fusion(&contract);
}
