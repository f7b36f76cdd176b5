//! Image encoders: ConvNet and ResNet with any number of channels.
#![deny(missing_docs)]
