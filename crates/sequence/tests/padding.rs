//! Padding changes nothing: not its content, not its amount, not what else is in the batch.
#![cfg(test)]

use midfuse_sequence::tch::{Device, Kind, Tensor, nn};
use midfuse_sequence::{
    Config, Encoded, Encoder, GruConfig, LstmConfig, Mode, Position, RecurrentPooling,
    SequenceInput, SequencePooling, SequenceTransformerConfig, StepsConfig,
};
use proptest::prelude::*;

const D_IN: i64 = 3;

fn steps() -> StepsConfig {
    StepsConfig::values(D_IN)
}

/// Every kind of encoder and of pooling, as functions from input to output and gradients.
fn for_each_encoder(check: impl Fn(&str, &dyn Fn(&SequenceInput) -> (Encoded, Vec<Tensor>))) {
    for pooling in [
        RecurrentPooling::Last,
        RecurrentPooling::Mean,
        RecurrentPooling::Max,
    ] {
        let gru = GruConfig::new(steps(), 4)
            .with_bidirectional(true)
            .with_n_layers(2)
            .with_pooling(pooling);
        run("gru", &gru, &check);
        let lstm = LstmConfig::new(steps(), 4)
            .with_d_embed(5)
            .with_pooling(pooling);
        run("lstm", &lstm, &check);
    }
    for pooling in [SequencePooling::Mean, SequencePooling::Cls] {
        for (norm_first, position) in [(true, Position::Learned), (false, Position::Sinusoidal)] {
            let transformer = SequenceTransformerConfig::new(steps(), 8)
                .with_n_heads(2)
                .with_dropout_p(0.0)
                .with_norm_first(norm_first)
                .with_position(position)
                .with_pooling(pooling);
            run("transformer", &transformer, &check);
        }
    }
}

fn run<C: Config>(
    name: &str,
    config: &C,
    check: &impl Fn(&str, &dyn Fn(&SequenceInput) -> (Encoded, Vec<Tensor>)),
) where
    C::Module: Encoder<Input = SequenceInput>,
{
    let vs = nn::VarStore::new(Device::Cpu);
    let encoder = config.init(vs.root()).unwrap();
    check(name, &|input| {
        let mut parameters: Vec<_> = vs.variables().into_iter().collect();
        parameters.sort_by(|a, b| a.0.cmp(&b.0));
        for (_, parameter) in &mut parameters {
            parameter.zero_grad();
        }
        let out = encoder.encode(input, Mode::Train).unwrap();
        let loss = out.pooled.square().sum(Kind::Float) + out.tokens.x.sin().sum(Kind::Float);
        loss.backward();
        let gradients = parameters.iter().map(|(_, p)| p.grad().copy()).collect();
        (out, gradients)
    });
}

fn close(a: &Tensor, b: &Tensor) -> bool {
    (a - b).abs().max().double_value(&[]) < 2e-5
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(8))]

    #[test]
    fn content_of_padding_changes_no_bit(lengths in prop::collection::vec(0_i64..=4, 1..4)) {
        let b = lengths.len() as i64;
        let x = Tensor::randn([b, 4, D_IN], (Kind::Float, Device::Cpu));
        let clean = SequenceInput::values(x.shallow_clone(), &lengths).unwrap();
        let padding = clean.valid().unwrap().logical_not().unsqueeze(-1);
        let poisoned = SequenceInput::values(x.masked_fill(&padding, f64::NAN), &lengths).unwrap();
        for_each_encoder(|name, encode| {
            let (a, gradients_a) = encode(&clean);
            let (b, gradients_b) = encode(&poisoned);
            assert_eq!(a.pooled, b.pooled, "{name}");
            assert_eq!(a.tokens.x, b.tokens.x, "{name}");
            assert_eq!(gradients_a, gradients_b, "{name}");
            assert!(a.pooled.isfinite().all().int64_value(&[]) == 1, "{name}");
            for (row, &length) in (0..).zip(&lengths) {
                let norm = a.pooled.get(row).abs().max().double_value(&[]);
                assert_eq!(norm > 0.0, length > 0, "{name}: absent rows give zeros");
            }
        });
    }

    #[test]
    fn a_row_alone_is_the_row_in_a_padded_batch(
        lengths in prop::collection::vec(1_i64..=4, 1..4),
        extra in 0_i64..3,
    ) {
        let b = lengths.len() as i64;
        let x = Tensor::randn([b, 4 + extra, D_IN], (Kind::Float, Device::Cpu));
        let batch = SequenceInput::values(x.shallow_clone(), &lengths).unwrap();
        for_each_encoder(|name, encode| {
            let (together, _) = encode(&batch);
            for (row, &length) in (0..).zip(&lengths) {
                let alone = x.narrow(0, row, 1).narrow(1, 0, length);
                let alone = SequenceInput::values(alone, &[length]).unwrap();
                let (alone, _) = encode(&alone);
                assert!(close(&alone.pooled.get(0), &together.pooled.get(row)), "{name}");
                let n_tokens = alone.tokens.x.size()[1];
                let tokens = together.tokens.x.get(row).narrow(0, 0, n_tokens);
                assert!(close(&alone.tokens.x.get(0), &tokens), "{name}");
            }
        });
    }
}
