//! Every block against PyTorch: outputs, gradients, running statistics, initial values.
#![cfg(test)]

use midfuse_core::{Config, Mode, Seed, tch};
use midfuse_nn::init::{TruncNormal, kaiming_normal_fan_out, trunc_normal, xavier_uniform};
use midfuse_nn::{
    Activation, MlpConfig, MultiHeadAttentionConfig, TransformerBlockConfig, batch_norm1d,
    batch_norm2d, linear,
};
use midfuse_testing::golden::{self, Golden};
use midfuse_testing::seeded;
use tch::nn::VarStore;
use tch::{Device, Kind, Tensor};

fn load(name: &str) -> Golden {
    golden::load(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden"), name)
}

// Every test runs in `seeded`: initial values come from the one generator of the process, and
// `initial_values` needs it alone.

/// The loss of the script: every element has its own weight.
fn backward(y: &Tensor) {
    let n = y.numel() as i64;
    let weights = (Tensor::arange(n, (Kind::Float, Device::Cpu)) * 1.7 + 0.3).sin();
    (y * weights.view_as(y)).sum(Kind::Float).backward();
}

fn leaf(golden: &Golden, name: &str) -> Tensor {
    golden.tensor(name).set_requires_grad(true)
}

#[test]
fn attention() {
    seeded(Seed(0), || {
        for (name, d_kv) in [("attention_self", None), ("attention_cross", Some(6))] {
            let golden = load(name);
            let vs = VarStore::new(Device::Cpu);
            let mut config = MultiHeadAttentionConfig::new(8, 2);
            config.d_kv = d_kv;
            let attention = config.init(vs.root()).unwrap();
            golden.fill(&vs, "p.");
            let query = leaf(&golden, "query");
            let kv = match d_kv {
                None => query.shallow_clone(),
                Some(_) => leaf(&golden, "kv"),
            };
            let valid = golden.tensor("valid");
            let (y, weights) =
                attention.forward_with_weights(&query, &kv, Some(&valid), Mode::Eval);
            golden.assert_close("y", &y);
            golden.assert_close("weights", &weights);
            let y = attention.forward(&query, &kv, Some(&valid), Mode::Train);
            golden.assert_close("y", &y);
            backward(&y);
            golden.assert_gradients(&vs, "g.");
            golden.assert_close("query_grad", &query.grad());
            if d_kv.is_some() {
                golden.assert_close("kv_grad", &kv.grad());
            }
        }
    });
}

#[test]
fn transformer_block() {
    seeded(Seed(0), || {
        let cases = [
            ("transformer_post_relu", false, Activation::Relu),
            ("transformer_pre_gelu", true, Activation::Gelu),
        ];
        for (name, norm_first, activation) in cases {
            let golden = load(name);
            let vs = VarStore::new(Device::Cpu);
            let block = TransformerBlockConfig::new(8, 2)
                .with_d_ff(16)
                .with_dropout_p(0.0)
                .with_norm_first(norm_first)
                .with_activation(activation)
                .init(vs.root())
                .unwrap();
            golden.fill(&vs, "p.");
            let x = leaf(&golden, "x");
            let y = block.forward(&x, Some(&golden.tensor("valid")), Mode::Train);
            golden.assert_close("y", &y);
            backward(&y);
            golden.assert_gradients(&vs, "g.");
            golden.assert_close("x_grad", &x.grad());
        }
    });
}

#[test]
fn mlp() {
    seeded(Seed(0), || {
        let golden = load("mlp");
        let vs = VarStore::new(Device::Cpu);
        let mlp = MlpConfig::new(5, [7, 6], 3)
            .with_activation(Activation::Silu)
            .init(vs.root())
            .unwrap();
        golden.fill(&vs, "p.");
        let x = leaf(&golden, "x");
        let y = mlp.forward(&x, Mode::Train);
        golden.assert_close("y", &y);
        backward(&y);
        golden.assert_gradients(&vs, "g.");
        golden.assert_close("x_grad", &x.grad());
    });
}

#[test]
fn batch_norm() {
    seeded(Seed(0), || {
        for name in ["batch_norm1d", "batch_norm1d_steps", "batch_norm2d"] {
            let golden = load(name);
            let vs = VarStore::new(Device::Cpu);
            let norm = match name {
                "batch_norm2d" => batch_norm2d(vs.root(), 3),
                _ => batch_norm1d(vs.root(), 3),
            };
            golden.fill(&vs, "p.");
            let x = leaf(&golden, "x");
            // Absent rows among the present ones must not show.
            let nan = Tensor::full_like(&x.detach().narrow(0, 0, 1), f64::NAN);
            let b = x.size()[0];
            let among = Tensor::cat(&[&x.narrow(0, 0, 1), &nan, &x.narrow(0, 1, b - 1)], 0);
            let mut present = vec![true; b as usize + 1];
            present[1] = false;
            let present = Tensor::from_slice(&present);
            let without = |y: &Tensor| Tensor::cat(&[y.narrow(0, 0, 1), y.narrow(0, 2, b - 1)], 0);
            let y = without(&norm.forward(&among, Some(&present), Mode::Train).unwrap());
            golden.assert_close("y_train", &y);
            backward(&y);
            golden.assert_gradients(&vs, "g.");
            golden.assert_close("x_grad", &x.grad());
            golden.assert_close("running_mean", &norm.running_mean);
            golden.assert_close("running_var", &norm.running_var);
            golden.assert_close("y_eval", &norm.forward(&x, None, Mode::Eval).unwrap());
            let y = norm.forward(&among, Some(&present), Mode::Eval).unwrap();
            golden.assert_close("y_eval", &without(&y));
            // Without a mask, from the same state.
            golden.fill(&vs, "p.");
            golden.assert_close("y_train", &norm.forward(&x, None, Mode::Train).unwrap());
            golden.assert_close("running_var", &norm.running_var);
        }
    });
}

#[test]
fn initial_values() {
    let golden = load("initial_values");
    let drawn = |make: &dyn Fn(&VarStore)| {
        let vs = VarStore::new(Device::Cpu);
        seeded(Seed(7), || make(&vs));
        vs.variables()
    };
    let variables = drawn(&|vs| {
        let _ = linear(vs.root() / "linear", 5, 4);
    });
    golden.assert_close("linear.weight", &variables["linear.weight"]);
    golden.assert_close("linear.bias", &variables["linear.bias"]);
    let variables = drawn(&|vs| {
        let distribution = TruncNormal {
            mean: 0.0,
            std: 0.5,
            lo: -0.6,
            hi: 0.9,
        };
        let _ = trunc_normal(vs.root(), "x", &[6, 5], distribution);
    });
    golden.assert_close("trunc_normal", &variables["x"]);
    let variables = drawn(&|vs| {
        let _ = vs.root().var("x", &[6, 4], xavier_uniform(4, 6));
    });
    golden.assert_close("xavier", &variables["x"]);
    let variables = drawn(&|vs| {
        let _ = vs
            .root()
            .var("x", &[6, 4, 3, 3], kaiming_normal_fan_out(6 * 9));
    });
    golden.assert_close("kaiming", &variables["x"]);
}
