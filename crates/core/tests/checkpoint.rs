//! Checkpoints: what is saved comes back; what does not fit changes nothing and is listed.
#![cfg(test)]

use std::collections::BTreeMap;
use std::fs;

use midfuse_core::checkpoint::{copy, load, load_pretrained, save, strip_prefix, to_bytes};
use midfuse_core::{Error, tch};
use tch::nn::{Init, VarStore};
use tch::{Device, Kind, Tensor};

/// A trained weight, a bias and a buffer, filled with `value`.
fn store(value: f64) -> VarStore {
    let vs = VarStore::new(Device::Cpu);
    let root = vs.root();
    let _ = (&root / "fc").var("weight", &[2, 3], Init::Const(value));
    let _ = (&root / "fc").var("bias", &[2], Init::Const(value));
    let mean = Tensor::full([2], value, (Kind::Float, Device::Cpu));
    let _ = (&root / "norm").add("running_mean", mean, false);
    vs
}

fn values(vs: &VarStore) -> BTreeMap<String, Vec<f64>> {
    vs.variables()
        .into_iter()
        .map(|(name, t)| {
            (
                name,
                Vec::try_from(t.to_kind(Kind::Double).view([-1])).unwrap(),
            )
        })
        .collect()
}

/// A file with the entries of `vs`.
fn written(vs: &VarStore) -> (tempfile::TempDir, std::path::PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("m.safetensors");
    save(vs, &path).unwrap();
    (folder, path)
}

#[test]
fn what_is_saved_comes_back_bit_for_bit() {
    let (src, dst) = (store(0.1), store(9.0));
    let (folder, path) = written(&src);
    load(&dst, &path).unwrap();
    assert_eq!(values(&src), values(&dst));
    assert_eq!(to_bytes(&src).unwrap(), to_bytes(&dst).unwrap());
    assert_eq!(fs::read(&path).unwrap(), to_bytes(&src).unwrap());
    assert_eq!(
        fs::read_dir(folder.path()).unwrap().count(),
        1,
        "no temporary file"
    );
    let fc = &dst.variables()["fc.weight"];
    assert!(fc.requires_grad() && fc.is_leaf());
}

#[test]
fn bytes_do_not_depend_on_the_order_of_creation() {
    let make = |names: [&str; 3]| {
        let vs = VarStore::new(Device::Cpu);
        for name in names {
            let _ = vs.root().var(name, &[2], Init::Const(name.len() as f64));
        }
        to_bytes(&vs).unwrap()
    };
    assert_eq!(make(["a", "bb", "ccc"]), make(["ccc", "a", "bb"]));
}

#[test]
fn every_dtype_is_saved() {
    let make = |fill: bool| {
        let vs = VarStore::new(Device::Cpu);
        for kind in [
            Kind::Uint8,
            Kind::Int8,
            Kind::Int16,
            Kind::Int,
            Kind::Int64,
            Kind::Half,
            Kind::BFloat16,
            Kind::Float,
            Kind::Double,
            Kind::Bool,
        ] {
            let t = Tensor::from_slice(&[0_i64, 1, i64::from(fill)]).to_kind(kind);
            let _ = vs.root().add(&format!("{kind:?}"), t, false);
        }
        vs
    };
    let (src, dst) = (make(true), make(false));
    let (_folder, path) = written(&src);
    assert_ne!(values(&src), values(&dst));
    load(&dst, &path).unwrap();
    assert_eq!(values(&src), values(&dst));
}

#[test]
fn every_misfit_is_listed_and_nothing_changes() {
    let other = VarStore::new(Device::Cpu);
    let root = other.root();
    let _ = (&root / "fc").var("weight", &[3, 2], Init::Const(1.0));
    let double = Tensor::zeros([2], (Kind::Double, Device::Cpu));
    let _ = (&root / "fc").add("bias", double, true);
    let _ = (&root / "head").var("weight", &[1], Init::Const(1.0));
    let (_folder, path) = written(&other);
    let vs = store(0.5);
    let before = values(&vs);
    let error = load(&vs, &path).unwrap_err();
    let Error::Checkpoint { misfit, .. } = &error else {
        panic!("{error}")
    };
    assert_eq!(misfit.missing, ["norm.running_mean"]);
    assert_eq!(misfit.unexpected, ["head.weight"]);
    let names: Vec<_> = misfit.mismatched.iter().map(|m| m.name.as_str()).collect();
    assert_eq!(names, ["fc.bias", "fc.weight"]);
    let message = error.to_string();
    for part in [
        "m.safetensors",
        "expected [2] F32, got [2] F64",
        "expected [2, 3] F32, got [3, 2] F32",
    ] {
        assert!(message.contains(part), "{message}");
    }
    assert!(!message.contains('\n'));
    assert_eq!(values(&vs), before);
    assert!(matches!(copy(&other, &vs), Err(Error::Checkpoint { .. })));
    assert_eq!(values(&vs), before);
}

#[test]
fn copy_copies_values_and_not_handles() {
    let (src, dst) = (store(0.25), store(1.0));
    copy(&src, &dst).unwrap();
    assert_eq!(values(&src), values(&dst));
    let _ = tch::no_grad(|| src.variables()["fc.bias"].shallow_clone().fill_(7.0));
    assert_ne!(values(&src), values(&dst));
}

#[test]
fn missing_file_folder_and_unwritable_place() {
    let folder = tempfile::tempdir().unwrap();
    let vs = store(1.0);
    let absent = folder.path().join("absent.safetensors");
    assert!(matches!(load(&vs, &absent), Err(Error::Io { .. })));
    assert!(matches!(
        load(&vs, folder.path()),
        Err(Error::CheckpointFile { .. })
    ));
    let nowhere = folder.path().join("no/such/folder/m.safetensors");
    assert!(matches!(save(&vs, &nowhere), Err(Error::Io { .. })));
}

#[test]
fn pretrained_reports_what_it_did() {
    // What torchvision and Hugging Face add: a prefix, a counter, a head, half precision.
    let theirs = VarStore::new(Device::Cpu);
    let root = theirs.root();
    let backbone = &root / "bert";
    let half = Tensor::full([2, 3], 0.5, (Kind::Half, Device::Cpu));
    let _ = (&backbone / "fc").add("weight", half, false);
    let _ = (&backbone / "fc").var("bias", &[4], Init::Const(1.0));
    let counter = Tensor::from(3_i64);
    let _ = (&backbone / "norm").add("num_batches_tracked", counter, false);
    let _ = (&root / "classifier").var("weight", &[9], Init::Const(1.0));
    let _ = (&root / "pooler").var("weight", &[9], Init::Const(1.0));
    let (_folder, path) = written(&theirs);

    let vs = store(0.125);
    let mapping = |name: &str| {
        let strip = strip_prefix("bert.");
        (!name.starts_with("pooler."))
            .then(|| strip(name))
            .flatten()
    };
    let report = load_pretrained(&vs, &path, mapping).unwrap();
    assert_eq!(report.loaded, ["fc.weight"]);
    assert_eq!(report.converted, ["fc.weight"]);
    assert_eq!(report.missing, ["norm.running_mean"]);
    assert_eq!(report.unexpected, ["classifier.weight"]);
    assert_eq!(
        report.ignored,
        ["bert.norm.num_batches_tracked", "pooler.weight"]
    );
    assert_eq!(report.mismatched.len(), 1);
    assert_eq!(report.mismatched[0].name, "fc.bias");
    assert_eq!(values(&vs)["fc.weight"], [0.5; 6]);
    assert_eq!(values(&vs)["fc.bias"], [0.125; 2]);
    assert_eq!(vs.variables()["fc.weight"].kind(), Kind::Float);
}

#[test]
fn a_mapping_that_fits_nothing_is_an_error() {
    let vs = store(1.0);
    let (_folder, path) = written(&store(2.0));
    let before = values(&vs);
    let nothing = load_pretrained(&vs, &path, |name| Some(format!("x.{name}")));
    assert!(
        matches!(nothing, Err(Error::Checkpoint { .. })),
        "{nothing:?}"
    );
    let twice = load_pretrained(&vs, &path, |_| Some("fc.bias".into()));
    assert!(matches!(twice, Err(Error::Input { .. })), "{twice:?}");
    assert_eq!(values(&vs), before);
}
