//! A damaged or hostile checkpoint is an error, never a crash, and changes nothing.
#![cfg(test)]

use std::fs;

use midfuse_core::checkpoint::{load, load_pretrained, to_bytes};
use midfuse_core::{Error, Result, tch};
use proptest::prelude::*;
use tch::Device;
use tch::nn::{Init, VarStore};

fn store(value: f64) -> VarStore {
    let vs = VarStore::new(Device::Cpu);
    let _ = vs.root().var("weight", &[2, 3], Init::Const(value));
    let _ = vs.root().var("bias", &[2], Init::Const(value));
    vs
}

/// Loads `bytes` as a file into a fresh model; asserts that a failure changed nothing.
fn load_bytes(bytes: &[u8]) -> Result<()> {
    let file = tempfile::NamedTempFile::new().unwrap();
    fs::write(file.path(), bytes).unwrap();
    let vs = store(1.0);
    let before = to_bytes(&vs).unwrap();
    let result = load(&vs, file.path());
    if result.is_err() {
        assert_eq!(to_bytes(&vs).unwrap(), before);
        // The lenient way in must not crash either.
        let _ = load_pretrained(&vs, file.path(), |name| Some(name.to_owned()));
    }
    result
}

/// A file with this header and `n` bytes of data.
fn with_header(header: &str, n: usize) -> Vec<u8> {
    let mut bytes = (header.len() as u64).to_le_bytes().to_vec();
    bytes.extend(header.as_bytes());
    bytes.extend(vec![0; n]);
    bytes
}

#[test]
fn named_attacks_are_file_errors() {
    let good = to_bytes(&store(2.0)).unwrap();
    load_bytes(&good).unwrap();
    let claim = |n: u64| [n.to_le_bytes().to_vec(), good[8..].to_vec()].concat();
    let mut longer = good.clone();
    longer.push(0);
    // Adding the header's length to this end overflows.
    let wrapping = format!(
        r#"{{"weight":{{"dtype":"U8","shape":[{0}],"data_offsets":[0,{0}]}}}}"#,
        u64::MAX
    );
    let cases = [
        ("empty", Vec::new()),
        ("7 bytes", good[..7].to_vec()),
        ("no header", good[..8].to_vec()),
        ("half the header", good[..40].to_vec()),
        ("one byte short", good[..good.len() - 1].to_vec()),
        ("one byte long", longer),
        ("header of 2^64 - 1 bytes", claim(u64::MAX)),
        ("header of 2^63 bytes", claim(1 << 63)),
        ("header as long as the file", claim(good.len() as u64)),
        ("header of 0 bytes", claim(0)),
        ("not JSON", with_header("hello", 32)),
        (
            "not UTF-8",
            [8_u64.to_le_bytes().as_slice(), &[0xff; 8]].concat(),
        ),
        ("JSON of another kind", with_header("[1, 2]", 0)),
        ("deep JSON", with_header(&"[".repeat(100_000), 0)),
        ("an end that overflows", with_header(&wrapping, 0)),
        (
            "offsets in reverse",
            with_header(
                r#"{"weight":{"dtype":"F32","shape":[6],"data_offsets":[24,0]}}"#,
                24,
            ),
        ),
        (
            "offsets beyond the data",
            with_header(
                r#"{"weight":{"dtype":"F32","shape":[6],"data_offsets":[0,24]}}"#,
                4,
            ),
        ),
        (
            "shape that overflows",
            with_header(
                r#"{"weight":{"dtype":"F64","shape":[4294967296,4294967296,2],"data_offsets":[0,8]}}"#,
                8,
            ),
        ),
        (
            "unknown dtype",
            with_header(
                r#"{"weight":{"dtype":"F7","shape":[1],"data_offsets":[0,1]}}"#,
                1,
            ),
        ),
        (
            "overlapping entries",
            with_header(
                r#"{"weight":{"dtype":"F32","shape":[2,3],"data_offsets":[0,24]},"bias":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}"#,
                24,
            ),
        ),
    ];
    for (what, bytes) in cases {
        let error = load_bytes(&bytes).unwrap_err();
        assert!(
            matches!(error, Error::CheckpointFile { .. }),
            "{what}: {error}"
        );
        assert!(!error.to_string().contains('\n'), "{what}: {error}");
    }
}

#[test]
fn a_negative_size_is_a_misfit() {
    // 2^64 - 1 times 0 is no overflow; as a signed size it would be -1.
    let header =
        r#"{"weight":{"dtype":"F32","shape":[18446744073709551615,0],"data_offsets":[0,0]}}"#;
    let error = load_bytes(&with_header(header, 0)).unwrap_err();
    assert!(matches!(error, Error::Checkpoint { .. }), "{error}");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn mutated_bytes_never_crash(
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6),
        keep in prop::option::of(any::<prop::sample::Index>()),
    ) {
        let mut bytes = to_bytes(&store(2.0)).unwrap();
        for (at, byte) in &changes {
            let at = at.index(bytes.len());
            bytes[at] = *byte;
        }
        if let Some(keep) = keep {
            bytes.truncate(keep.index(bytes.len()));
        }
        let _ = load_bytes(&bytes);
    }

    #[test]
    fn mutated_header_never_crashes(
        at in any::<prop::sample::Index>(),
        insert in "[0-9]{1,20}|[\\[\\]{},:\"]|-|e9|null",
        cut in 0_usize..4,
    ) {
        let good = to_bytes(&store(2.0)).unwrap();
        let n = u64::from_le_bytes(good[..8].try_into().unwrap()) as usize;
        let mut header = good[8..8 + n].to_vec();
        let at = at.index(header.len());
        let end = (at + cut).min(header.len());
        header.splice(at..end, insert.bytes());
        let mut bytes = (header.len() as u64).to_le_bytes().to_vec();
        bytes.extend(&header);
        bytes.extend(&good[8 + n..]);
        let _ = load_bytes(&bytes);
    }
}
