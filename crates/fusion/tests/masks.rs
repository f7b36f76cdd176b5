//! Properties of every fusion over any pattern of absent modalities: what is absent has no say, and
//! rows do not meet.
#![cfg(test)]

use midfuse_core::Seed;
use midfuse_fusion::tch::nn::{Path, VarStore};
use midfuse_fusion::tch::{Device, Kind, Tensor};
use midfuse_fusion::{
    AttentionFusionConfig, ConcatFusionConfig, Config, EarlyFusionConfig, Encoded, Fusion, Mode,
    Pooling, Prediction, Tokens, mean_log_probabilities, mean_values,
};
use midfuse_testing::{assert_close, seeded};
use proptest::prelude::*;

const D_IN: [i64; 3] = [4, 2, 3];
const D_OUT: i64 = 8;

/// For each row, which tokens of each modality are real: modality `i` has `i + 1` tokens.
type Row = [bool; 6];

/// One part per modality; invalid tokens, and the pooled vector of an absent part, hold `fill`.
fn parts(rows: &[Row], fill: f64) -> Vec<Encoded> {
    let b = rows.len() as i64;
    let ranges = [0..1, 1..3, 3..6];
    let part = |(range, &d): (std::ops::Range<usize>, &i64)| {
        let t = range.len() as i64;
        let valid: Vec<bool> = rows
            .iter()
            .flat_map(|row| row[range.clone()].to_vec())
            .collect();
        let valid = Tensor::from_slice(&valid).view([b, t]);
        // Row-wise content: the same for a row alone as among others.
        let wave = |shift: f64, n: i64| {
            let row = (Tensor::arange(n, (Kind::Float, Device::Cpu)) + shift).sin();
            let factor = (Tensor::arange(b, (Kind::Float, Device::Cpu)) * 0.1 + 1.0).unsqueeze(1);
            factor * row.unsqueeze(0)
        };
        let absent = valid.any_dim(1, true).logical_not();
        Encoded {
            pooled: wave(0.5, d).masked_fill(&absent, fill),
            tokens: Tokens {
                x: wave(0.7, t * d)
                    .view([b, t, d])
                    .masked_fill(&valid.logical_not().unsqueeze(-1), fill),
                valid: Some(valid),
            },
        }
    };
    ranges.into_iter().zip(&D_IN).map(part).collect()
}

fn row(parts: &[Encoded], i: i64) -> Vec<Encoded> {
    let narrow = |part: &Encoded| Encoded {
        pooled: part.pooled.narrow(0, i, 1),
        tokens: Tokens {
            x: part.tokens.x.narrow(0, i, 1),
            valid: part
                .tokens
                .valid
                .as_ref()
                .map(|valid| valid.narrow(0, i, 1)),
        },
    };
    parts.iter().map(narrow).collect()
}

fn fusions(root: &Path) -> Vec<(&'static str, Box<dyn Fusion>)> {
    let attention = AttentionFusionConfig::new(D_IN, D_OUT);
    let mean = attention.clone().with_pooling(Pooling::Mean);
    let early = EarlyFusionConfig::new(D_IN, D_OUT);
    let concat = ConcatFusionConfig::new(D_IN, D_OUT);
    vec![
        ("concat", Box::new(concat.init(root / "concat").unwrap())),
        (
            "attention",
            Box::new(attention.init(root / "attention").unwrap()),
        ),
        (
            "attention, mean",
            Box::new(mean.init(root / "mean").unwrap()),
        ),
        ("early", Box::new(early.init(root / "early").unwrap())),
    ]
}

fn rows() -> impl Strategy<Value = Vec<Row>> {
    proptest::collection::vec(proptest::array::uniform6(any::<bool>()), 1..6)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn absent_content_has_no_say_and_rows_do_not_meet(rows in rows()) {
        let vs = VarStore::new(Device::Cpu);
        let fusions = seeded(Seed(1), || fusions(&vs.root()));
        let clean = parts(&rows, 0.0);
        let poisoned = parts(&rows, f64::NAN);
        for (name, fusion) in fusions {
            let fused = fusion.fuse(&clean, Mode::Eval).unwrap();
            let again = fusion.fuse(&poisoned, Mode::Eval).unwrap();
            prop_assert_eq!(&fused.pooled, &again.pooled, "{}", name);
            prop_assert_eq!(&fused.tokens.x, &again.tokens.x, "{}", name);
            let present = Vec::<bool>::try_from(fused.present().unwrap()).unwrap();
            for (i, has) in present.into_iter().enumerate() {
                prop_assert_eq!(has, rows[i].contains(&true), "{}: row {}", name, i);
                let pooled = fused.pooled.narrow(0, i as i64, 1);
                let size = pooled.abs().max().double_value(&[]);
                prop_assert_eq!(size > 0.0, has, "{}: row {}", name, i);
                let alone = fusion.fuse(&row(&poisoned, i as i64), Mode::Eval).unwrap();
                assert_close(name, &alone.pooled, &pooled, 1e-5);
            }
        }
    }

    #[test]
    fn late_fusion_is_the_mean_in_plain_numbers(
        logits in proptest::collection::vec(proptest::array::uniform3(-5.0_f64..5.0), 2..5),
        mask in proptest::collection::vec(any::<bool>(), 5),
    ) {
        let predictions = |k: usize| -> Vec<Prediction> {
            let of = |(logits, &has): (&[f64; 3], &bool)| {
                let values: Vec<f64> = logits[..k].iter().map(|&x| if has { x } else { f64::NAN }).collect();
                Prediction {
                    values: Tensor::from_slice(&values).view([1, k as i64]),
                    present: Some(Tensor::from_slice(&[has])),
                }
            };
            logits.iter().zip(&mask).map(of).collect()
        };
        let normalise = |x: [f64; 3]| {
            let total = x.map(f64::exp).iter().sum::<f64>().ln();
            x.map(|x| x - total)
        };
        let had: Vec<[f64; 3]> = logits.iter().zip(&mask).filter(|(_, has)| **has).map(|(x, _)| *x).collect();
        let n = had.len().max(1) as f64;
        let mean = |k: usize| had.iter().map(|&x| normalise(x)[k]).sum::<f64>() / n;
        let expected = normalise([mean(0), mean(1), mean(2)]);
        let scores = mean_log_probabilities(&predictions(3)).unwrap();
        assert_close("classification", &scores, &Tensor::from_slice(&expected).view([1, 3]), 1e-12);
        let value = had.iter().map(|x| x[0]).sum::<f64>() / n;
        let values = mean_values(&predictions(1)).unwrap();
        assert_close("regression", &values, &Tensor::from_slice(&[value]).view([1, 1]), 1e-12);
    }
}
