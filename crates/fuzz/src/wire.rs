//! Readers of the store of content that coordinator and workers share.

use midfuse_wire::store::Manifest;
use midfuse_wire::{ContentHash, ContentStore, StoreError};

use crate::scratch::folder;
use crate::target::Target;

/// The targets of this module.
pub(crate) const TARGETS: &[Target] = &[Target {
    name: "worker-content",
    covers: &[
        "ContentStore::open",
        "ContentStore::create",
        "ContentStore::put",
        "ContentStore::take",
    ],
    run: |bytes| {
        manifest(bytes);
        damaged(bytes);
        stored(bytes);
    },
    seeds: || {
        MANIFESTS
            .iter()
            .map(|text| text.as_bytes().to_vec())
            .collect()
    },
}];

/// The second one lists the file that [`damaged`] writes.
const MANIFESTS: [&str; 4] = [
    r#"{"format":1,"files":[]}"#,
    r#"{"format":1,"files":[{"name":"a","bytes":3,"sha256":"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"}]}"#,
    r#"{"format":1,"files":[{"name":"a","bytes":3,"sha256":"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},{"name":"b/c.npy","bytes":0,"sha256":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}]}"#,
    r#"{"format":1,"files":[{"name":"../../etc/passwd","bytes":18446744073709551615,"sha256":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}]}"#,
];

fn one_line(error: &impl std::fmt::Display) {
    let message = error.to_string();
    assert!(
        message.lines().count() == 1 && message.len() < 4_000,
        "{message:?}"
    );
}

/// What is read has one spelling, and its names stay inside.
fn manifest(bytes: &[u8]) {
    match Manifest::parse(bytes) {
        Ok(manifest) => {
            assert_eq!(manifest.as_bytes(), bytes);
            assert_eq!(manifest.hash(), ContentHash::of(bytes));
            for file in manifest.files() {
                let inside = file
                    .name
                    .split('/')
                    .all(|part| !matches!(part, "" | "." | ".."));
                assert!(inside, "{:?}", file.name);
            }
            let again = Manifest::new(manifest.files().to_vec()).expect("it was one");
            assert_eq!(again, manifest);
        }
        Err(error) => one_line(&error),
    }
}

/// A tree of this manifest that holds one file `a` of the bytes `abc`, and a store whose marker this is.
fn damaged(bytes: &[u8]) {
    folder(&[("store.json", bytes)], |root| {
        let store = ContentStore::open(root).expect("it has the marker");
        let hash = ContentHash::of(bytes);
        let tree = root.join(hash.to_string());
        std::fs::create_dir_all(tree.join("files")).expect("a folder can be made");
        std::fs::write(tree.join("manifest.json"), bytes).expect("a file can be written");
        std::fs::write(tree.join("files/a"), "abc").expect("a file can be written");
        let whole = Manifest::parse(bytes).is_ok_and(|manifest| {
            let files = manifest.files();
            files.len() == 1
                && files.iter().all(|file| {
                    let abc = ContentHash::of(b"abc");
                    (file.name.as_str(), file.bytes, file.sha256) == ("a", 3, abc)
                })
        });
        for outcome in [
            store.tree(hash).map(drop),
            store.take(hash, &root.join("taken")),
        ] {
            match outcome {
                Ok(()) => assert!(whole, "a tree that is not what its name says"),
                Err(error) => {
                    assert!(matches!(error, StoreError::Differs { .. }), "{error}");
                    assert!(!whole, "{error}");
                    one_line(&error);
                }
            }
        }
    });
}

/// Whatever is put into a store comes out of it.
fn stored(bytes: &[u8]) {
    folder(&[("a", bytes)], |dir| {
        let from = dir.join("from");
        std::fs::create_dir_all(from.join("b")).expect("a folder can be made");
        std::fs::write(from.join("b/c"), bytes).expect("a file can be written");
        let store = ContentStore::create(&dir.join("store")).expect("it is empty");
        let refused = ContentStore::create(dir);
        assert!(matches!(refused, Err(StoreError::Occupied { .. })));
        let hash = store.put(&from).expect("a folder can be stored");
        assert_eq!(store.put(&from).expect("it is there"), hash);
        let tree = store.tree(hash).expect("it was stored");
        assert_eq!(std::fs::read(tree.join("b/c")).expect("it is there"), bytes);
        store.take(hash, &dir.join("to")).expect("it was stored");
        let moved = std::fs::read(dir.join("to/b/c")).expect("it was taken");
        assert_eq!(moved, bytes);
        let gone = store.tree(hash);
        assert!(matches!(gone, Err(StoreError::Missing { .. })));
    });
}
