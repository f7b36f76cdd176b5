//! A tensor that lies elsewhere, on a machine without an accelerator.

use tch::{CModule, Tensor};

/// The shape and dtype of `tensor` on libtorch's meta device, which holds no values.
///
/// tch reports it as [`tch::Device::Mps`], so it is what a module with parameters on the CPU must
/// refuse with [`midfuse_core::Error::Device`]. The module behind it is made by
/// `tools/golden/testing_meta.py`.
pub fn on_another_device(tensor: &Tensor) -> Tensor {
    let mut bytes: &[u8] = include_bytes!("../assets/to_meta.pt");
    let module = CModule::load_data(&mut bytes).expect("the TorchScript module is whole");
    module
        .forward_ts(&[tensor])
        .expect("every tensor can be moved to the meta device")
}

#[cfg(test)]
mod tests {
    use super::*;
    use midfuse_core::check;
    use tch::{Device, Kind};

    #[test]
    fn it_is_not_on_the_cpu() {
        let here = Tensor::ones([2, 3], (Kind::Float, Device::Cpu));
        let there = on_another_device(&here);
        assert_eq!(there.size(), [2, 3]);
        assert_eq!(there.kind(), Kind::Float);
        assert!(check::device("M", &here, Device::Cpu).is_ok());
        assert!(check::device("M", &there, Device::Cpu).is_err());
    }
}
