//! Weights in torchvision's format: names with `fc` and `num_batches_tracked`.
#![cfg(test)]

#[allow(
    dead_code,
    reason = "shared by several tests, each of which uses a part"
)]
mod summary;

use std::collections::BTreeMap;

use midfuse_core::checkpoint::{load_pretrained, save};
use midfuse_image::tch::{Device, Kind, Tensor, nn};
use midfuse_image::{Config, Encoder, ImageInput, Mode, ResNet, ResNetConfig};
use serde::Deserialize;
use summary::{fill_state, read};

#[derive(Deserialize)]
struct Golden {
    cases: Vec<Case>,
}

/// The names of torchvision's parameters and buffers, as its own script wrote them down.
#[derive(Deserialize)]
struct Case {
    gradients: BTreeMap<String, Vec<f64>>,
    buffers: BTreeMap<String, Vec<f64>>,
}

/// A state dict of torchvision's ResNet-18 with 1000 classes, as safetensors.
fn write_state_dict(path: &std::path::Path) -> nn::VarStore {
    let vs = nn::VarStore::new(Device::Cpu);
    let _net = ResNetConfig::resnet18(3).init(vs.root()).unwrap();
    fill_state(&vs);
    let case = read::<Golden>("resnet.json").cases.swap_remove(0);
    let names: Vec<_> = case.gradients.keys().chain(case.buffers.keys()).collect();
    assert_eq!(names.len(), vs.len());
    let whole = nn::VarStore::new(Device::Cpu);
    let add = |name: &str, tensor: Tensor| {
        let (path, last) = name.rsplit_once('.').unwrap();
        let path = path.split('.').fold(whole.root(), |path, part| path / part);
        let _ = path.add(last, tensor, false);
    };
    for name in names {
        add(name, vs.variables()[name].detach());
    }
    for norm in case
        .buffers
        .keys()
        .filter_map(|name| name.strip_suffix("running_mean"))
    {
        add(&format!("{norm}num_batches_tracked"), Tensor::from(7_i64));
    }
    let float = (Kind::Float, Device::Cpu);
    add("fc.weight", Tensor::ones([1000, 512], float));
    add("fc.bias", Tensor::ones([1000], float));
    save(&whole, path).unwrap();
    vs
}

fn pooled(net: &ResNet) -> Tensor {
    let pixels = summary::fill("pixels", &[2, 3, 40, 33]).to_kind(Kind::Float);
    net.encode(&ImageInput::new(pixels), Mode::Eval)
        .unwrap()
        .pooled
}

#[test]
fn torchvision_weights_load_by_name() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("resnet18.safetensors");
    let expected = write_state_dict(&path);

    let vs = nn::VarStore::new(Device::Cpu);
    let net = ResNetConfig::resnet18(3).init(vs.root()).unwrap();
    let report = load_pretrained(&vs, &path, |name| Some(name.to_owned())).unwrap();
    assert_eq!(report.loaded.len(), vs.len());
    assert!(report.missing.is_empty() && report.mismatched.is_empty());
    assert_eq!(report.unexpected, ["fc.bias", "fc.weight"]);
    assert_eq!(report.ignored.len(), 20);
    assert!(
        report
            .ignored
            .iter()
            .all(|name| name.ends_with("num_batches_tracked"))
    );
    let expected_variables = expected.variables();
    for (name, variable) in vs.variables() {
        assert_eq!(variable, expected_variables[&name], "{name}");
    }
    let again = ResNetConfig::resnet18(3).init(nn::VarStore::new(Device::Cpu).root());
    assert_ne!(pooled(&net), pooled(&again.unwrap()));
}

#[test]
fn a_stem_of_other_channels_keeps_its_initial_values() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("resnet18.safetensors");
    let _expected = write_state_dict(&path);

    let vs = nn::VarStore::new(Device::Cpu);
    let _net = ResNetConfig::resnet18(13).init(vs.root()).unwrap();
    let before = vs.variables()["conv1.weight"].detach().copy();
    let report = load_pretrained(&vs, &path, |name| Some(name.to_owned())).unwrap();
    let mismatched: Vec<_> = report.mismatched.iter().map(|m| m.name.as_str()).collect();
    assert_eq!(mismatched, ["conv1.weight"]);
    assert_eq!(report.loaded.len(), vs.len() - 1);
    assert_eq!(vs.variables()["conv1.weight"], before);
}
