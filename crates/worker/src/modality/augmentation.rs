//! What training rows go through each time they are seen, and predicted rows never.

use std::fmt::Debug;

use midfuse_base::Seed;
use midfuse_image::ImageInput;
use rand::Rng as _;
use tch::Tensor;

use super::{AnyInput, Modality};

/// Changes the rows of a batch at random, by the seed alone.
pub(crate) trait Augmentation: Debug + Send {
    /// The changed rows; an input of another type stays as it is.
    fn apply(&self, input: AnyInput, seed: Seed) -> AnyInput;
}

/// Images moved up, down, left and right, and mirrored.
#[derive(Debug, Clone, Copy)]
pub(super) struct Moved {
    /// Most pixels each way; zeros, which are the mean, come in.
    pub(super) by: i64,
    /// Whether every other image is mirrored left to right.
    pub(super) flips: bool,
}

impl Augmentation for Moved {
    fn apply(&self, input: AnyInput, seed: Seed) -> AnyInput {
        match ImageInput::of(&input) {
            Some(images) => AnyInput::new(ImageInput {
                pixels: self.moved(&images.pixels, seed),
                present: images.present.as_ref().map(Tensor::shallow_clone),
            }),
            None => input,
        }
    }
}

impl Moved {
    /// `[B, C, H, W]` to the same shape.
    fn moved(&self, pixels: &Tensor, seed: Seed) -> Tensor {
        let [_, _, height, width] = *pixels.size() else {
            return pixels.shallow_clone();
        };
        let mut rng = seed.rng();
        let by = self.by;
        let padded = pixels.constant_pad_nd([by, by, by, by]);
        let rows: Vec<Tensor> = padded
            .unbind(0)
            .into_iter()
            .map(|image| {
                let (down, right) = (rng.random_range(0..=2 * by), rng.random_range(0..=2 * by));
                let mirrored = self.flips && rng.random_bool(0.5);
                let cut = image.narrow(1, down, height).narrow(2, right, width);
                if mirrored { cut.flip([2]) } else { cut }
            })
            .collect();
        Tensor::stack(&rows, 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tch::{Device, Kind};

    fn pixels(n: i64) -> Tensor {
        let one = Tensor::arange(12, (Kind::Float, Device::Cpu)).view([1, 1, 3, 4]) + 1.0;
        one.repeat([n, 1, 1, 1])
    }

    #[test]
    fn an_image_is_cut_out_of_a_frame_of_zeros() {
        let moved = Moved {
            by: 1,
            flips: false,
        };
        let pixels = pixels(64);
        let all = moved.moved(&pixels, Seed(3));
        assert_eq!(all.size(), pixels.size());
        assert_eq!(all, moved.moved(&pixels, Seed(3)));
        assert_ne!(all, moved.moved(&pixels, Seed(4)));
        let framed = pixels.get(0).constant_pad_nd([1, 1, 1, 1]);
        let mut seen = [0; 9];
        for image in all.unbind(0) {
            let places = (0..9).filter(|at| {
                let cut = framed.narrow(1, at / 3, 3).narrow(2, at % 3, 4);
                image == cut
            });
            for at in places {
                seen[at as usize] += 1;
            }
        }
        assert_eq!(seen.iter().sum::<i32>(), 64);
        assert!(seen.iter().all(|&n| n > 0), "{seen:?}");
    }

    #[test]
    fn about_half_are_mirrored() {
        let moved = Moved { by: 0, flips: true };
        let pixels = pixels(64);
        let mirrored = pixels.get(0).flip([2]);
        let all = moved.moved(&pixels, Seed(0)).unbind(0);
        let n = all.iter().filter(|image| **image == mirrored).count();
        let same = all.iter().filter(|image| **image == pixels.get(0)).count();
        assert_eq!(n + same, 64);
        assert!((20..=44).contains(&n), "{n}");
    }
}
