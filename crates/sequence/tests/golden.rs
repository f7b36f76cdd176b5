//! Numbers and gradients of `torch.nn.GRU`, `torch.nn.LSTM` and `torch.nn.TransformerEncoderLayer`,
//! in train mode; the cases are those of `tools/golden/sequence_*.py`.
#![cfg(test)]

use midfuse_sequence::tch::{Device, Kind, nn};
use midfuse_sequence::{
    Config, Encoder, GruConfig, LstmConfig, Mode, Position, SequenceInput, SequencePooling,
    SequenceTransformerConfig, Steps, StepsConfig,
};
use midfuse_testing::golden::{self, Golden};

const VALUES: StepsConfig = StepsConfig::Values { d_in: 3 };
const IDS: StepsConfig = StepsConfig::Ids { n_ids: 7 };

fn load(name: &str) -> Golden {
    golden::load(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden"), name)
}

fn input(golden: &Golden, case: &str) -> SequenceInput {
    let x = golden.tensor(&format!("{case}/x"));
    let steps = match x.kind() {
        Kind::Int64 => Steps::Ids(x),
        _ => Steps::Values(x),
    };
    let key = format!("{case}/lengths");
    if golden.names(&key).is_empty() {
        return SequenceInput::new(steps, None).unwrap();
    }
    let lengths: Vec<i64> = golden.tensor(&key).try_into().unwrap();
    match steps {
        Steps::Ids(ids) => SequenceInput::ids(ids, &lengths),
        Steps::Values(values) => SequenceInput::values(values, &lengths),
    }
    .unwrap()
}

fn check<C>(golden: &Golden, case: &str, config: &C)
where
    C: Config,
    C::Module: Encoder<Input = SequenceInput>,
{
    let vs = nn::VarStore::new(Device::Cpu);
    let encoder = config.init(vs.root()).unwrap();
    golden.fill(&vs, &format!("{case}/parameter/"));
    let input = input(golden, case);
    let key = format!("{case}/depth_1");
    if !golden.names(&key).is_empty() {
        let depth_1 = encoder.encode_to(&input, 1, Mode::Train).unwrap();
        golden.assert_close(&key, &depth_1.x);
    }
    let out = encoder.encode(&input, Mode::Train).unwrap();
    golden.assert_close(&format!("{case}/tokens"), &out.tokens.x);
    golden.assert_close(&format!("{case}/pooled"), &out.pooled);
    let of_pooled = &out.pooled * golden.tensor(&format!("{case}/c"));
    let of_tokens = &out.tokens.x * golden.tensor(&format!("{case}/d"));
    (of_pooled.sum(Kind::Float) + of_tokens.sum(Kind::Float)).backward();
    golden.assert_gradients(&vs, &format!("{case}/gradient/"));
}

#[test]
fn gru_over_packed_sequences() {
    let golden = load("recurrent");
    let gru = |steps| GruConfig::new(steps, 3);
    check(&golden, "gru_lengths", &gru(VALUES));
    let deep = gru(VALUES).with_n_layers(2).with_bidirectional(true);
    check(&golden, "gru_2_layers_bidirectional_lengths", &deep);
    let projected = gru(VALUES).with_d_embed(4).with_bidirectional(true);
    check(&golden, "gru_bidirectional_projected_full", &projected);
    check(&golden, "gru_ids_lengths", &gru(IDS).with_d_embed(4));
}

#[test]
fn lstm_over_packed_sequences() {
    let golden = load("recurrent");
    check(&golden, "lstm_lengths", &LstmConfig::new(VALUES, 3));
    let deep = |steps| {
        LstmConfig::new(steps, 3)
            .with_n_layers(2)
            .with_bidirectional(true)
    };
    let over_ids = deep(IDS).with_d_embed(4);
    check(
        &golden,
        "lstm_2_layers_bidirectional_ids_lengths",
        &over_ids,
    );
    check(&golden, "lstm_2_layers_bidirectional_full", &deep(VALUES));
}

#[test]
fn sequence_transformer_as_composition_of_torch_modules() {
    let golden = load("transformer");
    let config = |steps| {
        SequenceTransformerConfig::new(steps, 8)
            .with_n_heads(2)
            .with_d_ff(12)
            .with_max_len(6)
            .with_dropout_p(0.0)
    };
    check(&golden, "values_learned_pre_norm_mean", &config(VALUES));
    let post_norm = config(IDS)
        .with_position(Position::Sinusoidal)
        .with_norm_first(false)
        .with_activation(midfuse_nn::Activation::Relu);
    check(&golden, "ids_sinusoidal_post_norm_mean", &post_norm);
    let cls = config(IDS).with_pooling(SequencePooling::Cls);
    check(&golden, "ids_learned_pre_norm_cls", &cls);
    let full = config(VALUES)
        .with_position(Position::Sinusoidal)
        .with_norm_first(false)
        .with_pooling(SequencePooling::Cls);
    check(&golden, "values_sinusoidal_post_norm_cls_full", &full);
}
