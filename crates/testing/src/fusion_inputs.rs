//! Inputs of fusions: encodings of several modalities.

use midfuse_core::{Encoded, Seed, Tokens};
use tch::{Device, Kind, Tensor};

use crate::contract::Inputs;
use crate::on_another_device;

/// Encodings of `d_in.len()` modalities of these widths, modality `m` with `m + 2` tokens per row.
///
/// Their `absent` takes away every modality of a row, as the contract asks; and in every batch, all
/// present or not, the first modality is absent in every fourth row if there is more than one, so
/// that what stands for an absent modality is tried and learns.
pub fn fusion_inputs(d_in: &[i64]) -> Inputs<Vec<Encoded>> {
    let d_in = d_in.to_vec();
    Inputs {
        batch: Box::new(move |b, seed| {
            let several = d_in.len() > 1;
            (0_i64..)
                .zip(&d_in)
                .map(|(m, &d)| {
                    let t = m + 2;
                    let draw = |what: &str, dims: &[i64]| {
                        normal(seed.derive(&format!("{what}-{m}")), dims)
                    };
                    let lacks = |row: i64| several && m == 0 && row % 4 == 2;
                    // The last token of every other row is padding.
                    let valid: Vec<bool> = (0..b)
                        .flat_map(|row| (0..t).map(move |i| (row, i)))
                        .map(|(row, i)| !lacks(row) && (i < t - 1 || row % 2 == 0))
                        .collect();
                    let valid = Tensor::from_slice(&valid).view([b, t]);
                    let whole = Encoded {
                        pooled: draw("pooled", &[b, d]),
                        tokens: Tokens::masked(draw("tokens", &[b, t, d]), valid),
                    };
                    let all = Tensor::ones([b], (Kind::Bool, Device::Cpu));
                    mask(&whole, &all, 0.0)
                })
                .collect()
        }),
        select: Box::new(|parts, rows| {
            parts
                .iter()
                .map(|part| each(part, |t| t.index_select(0, rows)))
                .collect()
        }),
        absent: Box::new(|parts, present, fill| {
            parts.iter().map(|part| mask(part, present, fill)).collect()
        }),
        pad: Some(Box::new(|parts, fill| {
            parts.iter().map(|part| pad(part, fill)).collect()
        })),
        on_another_device: Some(Box::new(|parts| {
            parts
                .iter()
                .map(|part| each(part, on_another_device))
                .collect()
        })),
    }
}

/// Standard normal numbers that depend on the seed alone.
fn normal(seed: Seed, dims: &[i64]) -> Tensor {
    let n: i64 = dims.iter().product();
    let uniform: Vec<f64> = (0..n)
        .map(|i| (seed.hash(&i.to_le_bytes()) >> 11) as f64 / (1_u64 << 53) as f64)
        .collect();
    let centred = Tensor::from_slice(&uniform) * 2.0 - 1.0;
    ((centred * 0.999_999).erfinv() * 2.0_f64.sqrt())
        .to_kind(Kind::Float)
        .view(dims)
}

fn each(part: &Encoded, f: impl Fn(&Tensor) -> Tensor) -> Encoded {
    Encoded {
        pooled: f(&part.pooled),
        tokens: Tokens {
            x: f(&part.tokens.x),
            valid: part.tokens.valid.as_ref().map(&f),
        },
    }
}

/// Rows that are not `present` lose their tokens; whatever is invalid then holds `fill`.
fn mask(part: &Encoded, present: &Tensor, fill: f64) -> Encoded {
    let valid = part
        .tokens
        .valid_or_ones()
        .logical_and(&present.unsqueeze(1));
    let row = valid.any_dim(1, true);
    Encoded {
        pooled: part.pooled.masked_fill(&row.logical_not(), fill),
        tokens: Tokens {
            x: part
                .tokens
                .x
                .masked_fill(&valid.logical_not().unsqueeze(-1), fill),
            valid: Some(valid),
        },
    }
}

fn pad(part: &Encoded, fill: f64) -> Encoded {
    let size = part.tokens.x.size();
    let (b, d) = (size[0], size[2]);
    let more = Tensor::full([b, 2, d], fill, (Kind::Float, Device::Cpu));
    let invalid = Tensor::zeros([b, 2], (Kind::Bool, Device::Cpu));
    Encoded {
        pooled: part.pooled.shallow_clone(),
        tokens: Tokens {
            x: Tensor::cat(&[&part.tokens.x, &more], 1),
            valid: Some(Tensor::cat(&[&part.tokens.valid_or_ones(), &invalid], 1)),
        },
    }
}
