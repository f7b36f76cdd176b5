//! Image encoders with any number of channels: [`ConvNet`] for small images and small cohorts,
//! [`ResNet`] with torchvision's names and numbers.
//!
//! When to use which: a [`ConvNet`] has some ten thousand parameters and works on a few hundred
//! images of any size down to one pixel; a [`ResNet`] has millions and is worth it with many
//! images or with pretrained weights.
//!
//! ```
//! use midfuse_image::tch::{Device, Kind, Tensor, nn};
//! use midfuse_image::{Config, ConvNetConfig, Encoder, ImageInput, Mode};
//!
//! let vs = nn::VarStore::new(Device::Cpu);
//! let encoder = ConvNetConfig::new(1).init(vs.root())?;
//! let pixels = Tensor::rand([4, 1, 16, 15], (Kind::Float, Device::Cpu));
//! let encoded = encoder.encode(&ImageInput::new(pixels), Mode::Eval)?;
//! assert_eq!(encoded.pooled.size(), [4, encoder.d_out()]);
//! # Ok::<(), midfuse_image::Error>(())
//! ```
//!
//! # Absent images
//! [`ImageInput::present`] says which rows have an image. Only those rows are computed: batch
//! statistics, gradients and other rows never see the rest.
//!
//! # Panics
//! Shapes, dtypes and devices are checked once, in [`Encoder::embed`]; behind it libtorch's
//! operators panic only when memory runs out.
#![deny(missing_docs)]

mod conv;
mod conv_net;
mod input;
mod maps;
mod resnet;

pub use conv_net::{ConvNet, ConvNetConfig};
pub use input::ImageInput;
pub use maps::FeatureMaps;
pub use midfuse_core::{Config, Encoded, Encoder, Error, Mode, Result, Tokens, tch};
pub use resnet::{ResNet, ResNetConfig, Stem};
