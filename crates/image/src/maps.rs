//! What flows between the stages of a convolutional encoder.

use midfuse_core::{Encoded, Error, Mode, Result, Tokens};
use tch::{Kind, Tensor};

/// Feature maps of the present rows of a batch.
///
/// Absent rows are taken out before the first convolution and put back, as invalid tokens, where
/// [`tokens`](Self::tokens) are asked for: batch statistics cannot meet them and nothing is
/// computed for them.
#[derive(Debug)]
pub struct FeatureMaps {
    /// `[P, C, H, W]`, channels last in memory; `P` present rows of a batch of `B`.
    maps: Tensor,
    /// `None` if every row is present.
    rows: Option<PresentRows>,
}

/// Where the present rows lie in the batch.
#[derive(Debug)]
struct PresentRows {
    /// `[B]` bool.
    present: Tensor,
    /// `[P]` i64.
    positions: Tensor,
    n_rows: i64,
}

impl FeatureMaps {
    /// `[P, C, H, W]`: the maps of the present rows, in the order of the batch.
    pub fn maps(&self) -> &Tensor {
        &self.maps
    }

    /// `pixels: [B, C, H, W]`, `present: [B]` bool.
    pub(crate) fn gather(pixels: &Tensor, present: Option<&Tensor>) -> Self {
        let Some(present) = present else {
            return Self {
                maps: channels_last(pixels),
                rows: None,
            };
        };
        let positions = present.nonzero().squeeze_dim(1);
        let maps = channels_last(&pixels.index_select(0, &positions));
        Self {
            maps,
            rows: Some(PresentRows {
                present: present.shallow_clone(),
                positions,
                n_rows: size(pixels, 0),
            }),
        }
    }

    /// The same rows with other maps.
    pub(crate) fn with_maps(self, maps: Tensor) -> Self {
        Self {
            maps,
            rows: self.rows,
        }
    }

    /// The mode for batch statistics: with no present row there is nothing to take them of, and
    /// the running ones must stay.
    pub(crate) fn norm_mode(&self, mode: Mode) -> Mode {
        if size(&self.maps, 0) == 0 {
            Mode::Eval
        } else {
            mode
        }
    }

    /// Refuses a training batch with one present row, whose batch statistics mean nothing. Asked
    /// before the first stage, so that no running statistic has moved.
    pub(crate) fn check_statistics(&self, module: &'static str, mode: Mode) -> Result<()> {
        let n_present = size(&self.maps, 0);
        if mode == Mode::Train && n_present == 1 {
            return Err(Error::TooFewRows {
                module,
                needed: 2,
                got: n_present,
                mode: "train",
            });
        }
        Ok(())
    }

    /// Spatial positions as tokens `[B, H*W, C]`, row by row; those of absent rows are zero and
    /// invalid.
    pub fn tokens(&self) -> Tokens {
        let positions_last = self.maps.permute([0, 2, 3, 1]);
        let x = positions_last.flatten(1, 2);
        let Some(rows) = &self.rows else {
            return Tokens::all_valid(x);
        };
        let n_tokens = size(&x, 1);
        let valid = rows
            .present
            .unsqueeze(1)
            .expand([rows.n_rows, n_tokens], false)
            .contiguous();
        Tokens::masked(rows.scatter(&x), valid)
    }

    /// As [`tokens`](Self::tokens), but at most `most`: where there are more positions, each token is
    /// the mean of a square patch, the smallest that is enough; at the borders of what lies within.
    pub fn tokens_at_most(&self, most: i64) -> Tokens {
        let (height, width) = (size(&self.maps, 2), size(&self.maps, 3));
        let most = most.max(1);
        let patches = |n: i64, side: i64| (n + side - 1) / side;
        let mut side = 1;
        while patches(height, side) * patches(width, side) > most {
            side += 1;
        }
        if side == 1 {
            return self.tokens();
        }
        let patch = [side.min(height), side.min(width)];
        let maps = self
            .maps
            .avg_pool2d(patch, patch, [0, 0], true, false, None::<i64>);
        let coarse = Self {
            maps,
            rows: self.rows.as_ref().map(PresentRows::shallow_clone),
        };
        coarse.tokens()
    }

    /// Mean over the spatial positions `[B, C]`, then `finish`; zeros in absent rows.
    pub(crate) fn encode(&self, finish: impl FnOnce(Tensor) -> Tensor) -> Encoded {
        let mean = self
            .maps
            .mean_dim([2_i64, 3].as_slice(), false, None::<Kind>);
        let pooled = finish(mean);
        Encoded {
            pooled: match &self.rows {
                Some(rows) => rows.scatter(&pooled),
                None => pooled,
            },
            tokens: self.tokens(),
        }
    }
}

impl PresentRows {
    fn shallow_clone(&self) -> Self {
        Self {
            present: self.present.shallow_clone(),
            positions: self.positions.shallow_clone(),
            n_rows: self.n_rows,
        }
    }

    /// `[P, ...]` to `[B, ...]` with zeros in absent rows.
    fn scatter(&self, x: &Tensor) -> Tensor {
        let mut shape = x.size();
        if let Some(first) = shape.first_mut() {
            *first = self.n_rows;
        }
        Tensor::zeros(shape, (x.kind(), x.device())).index_copy(0, &self.positions, x)
    }
}

/// The same tensor `[B, C, H, W]`, images or kernels, with channels last in memory, which libtorch's
/// convolutions follow from the strides.
pub(crate) fn channels_last(x: &Tensor) -> Tensor {
    let last = x.permute([0, 2, 3, 1]).contiguous().permute([0, 3, 1, 2]);
    match *last.size() {
        // With one channel both layouts are the same memory; only the stride of the channel tells
        // libtorch which is meant.
        [b, 1, height, width] => last.as_strided(
            [b, 1, height, width],
            [height * width, 1, width, 1],
            None::<i64>,
        ),
        _ => last,
    }
}

fn size(x: &Tensor, dim: usize) -> i64 {
    x.size().get(dim).copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use tch::Device;

    fn pixels() -> Tensor {
        Tensor::arange(12, (Kind::Float, Device::Cpu)).reshape([3, 2, 1, 2])
    }

    #[test]
    fn tokens_are_positions_and_absent_rows_are_zero() {
        let present = Tensor::from_slice(&[true, false, true]);
        let maps = FeatureMaps::gather(&pixels(), Some(&present));
        assert_eq!(maps.maps().size(), [2, 2, 1, 2]);
        let tokens = maps.tokens();
        let expected = [0.0, 2.0, 1.0, 3.0, 0.0, 0.0, 0.0, 0.0, 8.0, 10.0, 9.0, 11.0];
        let expected = Tensor::from_slice(&expected.map(|v: f32| v)).reshape([3, 2, 2]);
        assert_eq!(tokens.x, expected);
        let valid = Vec::<bool>::try_from(tokens.valid.unwrap().flatten(0, -1)).unwrap();
        assert_eq!(valid, [true, true, false, false, true, true]);
    }

    #[test]
    fn too_many_positions_become_means_of_patches() {
        let pixels = Tensor::arange(15, (Kind::Float, Device::Cpu)).reshape([1, 1, 3, 5]);
        let maps = FeatureMaps::gather(&pixels, None);
        let values = |most| Vec::<f32>::try_from(maps.tokens_at_most(most).x.view(-1)).unwrap();
        assert_eq!(values(15).len(), 15);
        // Patches of two: 0 1 5 6, 2 3 7 8, 4 9, 10 11, 12 13, 14.
        assert_eq!(values(14), [3.0, 5.0, 6.5, 10.5, 12.5, 14.0]);
        assert_eq!(values(1), [7.0]);
        let absent = FeatureMaps::gather(&pixels, Some(&Tensor::from_slice(&[false])));
        let tokens = absent.tokens_at_most(6);
        assert_eq!(tokens.x.size(), [1, 6, 1]);
        assert!(!bool::try_from(tokens.valid.unwrap().any()).unwrap());
    }

    #[test]
    fn pooled_is_the_mean_of_positions() {
        let encoded = FeatureMaps::gather(&pixels(), None).encode(|x| x);
        let expected = Tensor::from_slice(&[0.5_f32, 2.5, 4.5, 6.5, 8.5, 10.5]).reshape([3, 2]);
        assert_eq!(encoded.pooled, expected);
        assert!(encoded.tokens.valid.is_none());
    }

    #[test]
    fn memory_is_channels_last() {
        let maps = FeatureMaps::gather(
            &Tensor::zeros([2, 3, 4, 5], (Kind::Float, Device::Cpu)),
            None,
        );
        assert_eq!(maps.maps().stride(), [60, 1, 15, 3]);
        let grey = Tensor::zeros([5, 1, 4, 3], (Kind::Float, Device::Cpu)).narrow(0, 2, 2);
        let maps = FeatureMaps::gather(&grey, None);
        assert_eq!(maps.maps().stride(), [12, 1, 3, 1]);
    }

    #[test]
    fn one_row_has_no_batch_statistics() {
        let maps = |n| {
            FeatureMaps::gather(
                &Tensor::zeros([n, 1, 4, 4], (Kind::Float, Device::Cpu)),
                None,
            )
        };
        assert!(maps(1).check_statistics("M", Mode::Eval).is_ok());
        assert!(maps(2).check_statistics("M", Mode::Train).is_ok());
        assert!(matches!(
            maps(1).check_statistics("M", Mode::Train),
            Err(Error::TooFewRows {
                needed: 2,
                got: 1,
                ..
            })
        ));
    }
}
