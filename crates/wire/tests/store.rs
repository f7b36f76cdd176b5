//! The store of content: what is put in comes out, whatever is done to it is noticed, many may write.
#![cfg(test)]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use midfuse_wire::store::{ContentStore, FileEntry, Manifest, StoreError};
use midfuse_wire::{ContentHash, FailureKind};
use proptest::prelude::*;
use tempfile::TempDir;

type Files = BTreeMap<String, Vec<u8>>;

fn write(folder: &Path, files: &Files) {
    for (name, bytes) in files {
        let path = folder.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
}

fn read(folder: &Path) -> Files {
    let mut files = Files::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(inside) = folders.pop() {
        for entry in fs::read_dir(inside).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = path.strip_prefix(folder).unwrap();
                let name = name.to_str().unwrap().to_owned();
                files.insert(name, fs::read(path).unwrap());
            }
        }
    }
    files
}

fn some() -> Files {
    let file = |name: &str, bytes: &[u8]| (name.to_owned(), bytes.to_vec());
    Files::from([
        file("cohort.toml", b"format = 1\n"),
        file("m0.npy", &vec![0; 100_000]),
        file("m1/a.csv", b""),
    ])
}

/// A store that holds some files, and their name.
fn filled() -> (TempDir, ContentStore, ContentHash) {
    let place = tempfile::tempdir().unwrap();
    let store = ContentStore::create(&place.path().join("store")).unwrap();
    let staged = store.stage().unwrap();
    write(staged.folder(), &some());
    let hash = staged.commit().unwrap();
    (place, store, hash)
}

fn entries(folder: &Path) -> Vec<String> {
    let names = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap());
    names.collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn what_is_put_in_comes_out_under_the_same_name_everywhere(
        files in prop::collection::btree_map("[a-c]{1,2}/[x-z]{1,3}", prop::collection::vec(any::<u8>(), 0..40), 0..6),
    ) {
        let place = tempfile::tempdir().unwrap();
        let from = place.path().join("from");
        fs::create_dir(&from).unwrap();
        write(&from, &files);
        let store = ContentStore::create(&place.path().join("one")).unwrap();
        let hash = store.put(&from).unwrap();
        prop_assert_eq!(&read(&store.tree(hash).unwrap()), &files);
        let other = ContentStore::create(&place.path().join("two")).unwrap();
        prop_assert_eq!(other.put(&store.tree(hash).unwrap()).unwrap(), hash);
        // The name is that of the list of files, and of nothing else.
        let listed = files.iter().map(|(name, bytes)| FileEntry {
            name: name.clone(),
            bytes: bytes.len() as u64,
            sha256: ContentHash::of(bytes),
        });
        prop_assert_eq!(Manifest::new(listed.collect()).unwrap().hash(), hash);
        other.take(hash, &place.path().join("taken")).unwrap();
        prop_assert_eq!(&read(&place.path().join("taken")), &files);
        let gone = matches!(other.tree(hash), Err(StoreError::Missing { .. }));
        prop_assert!(gone, "it was taken");
    }

    #[test]
    fn a_name_never_leads_out_of_the_folder(name in "[a./\\\\\u{0}:é ]{0,12}") {
        let file = FileEntry { name: name.clone(), bytes: 0, sha256: ContentHash::of(b"") };
        if Manifest::new(vec![file]).is_ok() {
            let path = Path::new("/tree").join(&name);
            prop_assert!(path.starts_with("/tree"));
            prop_assert!(!name.split('/').any(|part| part == ".." || part.is_empty()));
        }
    }

    #[test]
    fn one_changed_byte_is_noticed(at in 0..100_000_usize, flip in 1..=255_u8) {
        let (_place, store, hash) = filled();
        let path = store.tree(hash).unwrap().join("m0.npy");
        let mut bytes = fs::read(&path).unwrap();
        bytes[at] ^= flip;
        fs::write(&path, bytes).unwrap();
        let error = store.tree(hash).unwrap_err();
        let differs = matches!(error, StoreError::Differs { .. });
        prop_assert!(differs, "{error}");
    }
}

#[test]
fn whatever_differs_is_refused_and_put_right_by_writing_it_again() {
    type Damage = (&'static str, fn(&Path));
    let change: [Damage; 9] = [
        ("another file", |tree| {
            fs::write(tree.join("files/more"), "x").unwrap();
        }),
        ("a file less", |tree| {
            fs::remove_file(tree.join("files/m1/a.csv")).unwrap();
        }),
        ("a longer file", |tree| {
            fs::write(tree.join("files/m1/a.csv"), "x").unwrap();
        }),
        ("a shorter file", |tree| {
            fs::write(tree.join("files/m0.npy"), [0; 99]).unwrap();
        }),
        ("a folder for a file", |tree| {
            fs::remove_file(tree.join("files/m0.npy")).unwrap();
            fs::create_dir(tree.join("files/m0.npy")).unwrap();
        }),
        ("a file for a tree", |tree| {
            fs::remove_dir_all(tree).unwrap();
            fs::write(tree, "x").unwrap();
        }),
        ("no manifest", |tree| {
            fs::remove_file(tree.join("manifest.json")).unwrap();
        }),
        ("another manifest", |tree| {
            let honest = r#"{"format":1,"files":[]}"#;
            fs::write(tree.join("manifest.json"), honest).unwrap();
        }),
        ("no files", |tree| {
            fs::remove_dir_all(tree.join("files")).unwrap();
        }),
    ];
    for (what, damage) in change {
        let (_place, store, hash) = filled();
        let tree = store.root().join(hash.to_string());
        damage(&tree);
        let error = store.tree(hash).unwrap_err();
        assert!(
            matches!(error, StoreError::Differs { .. }),
            "{what}: {error}"
        );
        assert_eq!(FailureKind::from(&error), FailureKind::Differs);
        assert_eq!(error.to_string().lines().count(), 1, "{what}: {error}");
        // Whoever has the right files puts them there.
        let staged = store.stage().unwrap();
        write(staged.folder(), &some());
        assert_eq!(staged.commit().unwrap(), hash, "{what}");
        assert_eq!(read(&store.tree(hash).unwrap()), some(), "{what}");
        assert_eq!(
            entries(store.root()).len(),
            2,
            "{what}: the mark and the tree"
        );
    }
}

#[cfg(unix)]
#[test]
fn links_and_pipes_are_neither_followed_nor_stored() {
    use std::os::unix::fs::symlink;
    let (place, store, hash) = filled();
    let secret = place.path().join("secret");
    fs::write(&secret, "").unwrap();
    let link = store.tree(hash).unwrap().join("m1/a.csv");
    fs::remove_file(&link).unwrap();
    // The same content, and still not a file of the tree.
    symlink(&secret, &link).unwrap();
    let error = store.tree(hash).unwrap_err().to_string();
    assert!(error.contains("m1/a.csv is not a regular file"), "{error}");
    let from = place.path().join("from");
    fs::create_dir(&from).unwrap();
    symlink("/etc", from.join("etc")).unwrap();
    let error = store.put(&from).unwrap_err().to_string();
    assert!(error.contains("is not a regular file"), "{error}");
    fs::remove_file(from.join("etc")).unwrap();
    fs::write(from.join("a\nb"), "").unwrap();
    assert!(matches!(store.put(&from), Err(StoreError::Name(_))));
}

#[test]
fn a_manifest_that_leaves_its_folder_opens_nothing() {
    let (place, store, _) = filled();
    fs::write(place.path().join("secret"), "").unwrap();
    let text = format!(
        r#"{{"format":1,"files":[{{"name":"../../../secret","bytes":0,"sha256":"{}"}}]}}"#,
        ContentHash::of(b"")
    );
    let hash = ContentHash::of(text.as_bytes());
    let tree = store.root().join(hash.to_string());
    fs::create_dir_all(tree.join("files")).unwrap();
    fs::write(tree.join("manifest.json"), text).unwrap();
    let error = store.tree(hash).unwrap_err();
    assert!(matches!(error, StoreError::Differs { .. }), "{error}");
    assert!(error.to_string().contains("`..`"), "{error}");
}

#[test]
fn only_a_store_is_opened_and_only_an_empty_folder_becomes_one() {
    let place = tempfile::tempdir().unwrap();
    let at = |name: &str| place.path().join(name);
    assert!(matches!(
        ContentStore::open(&at("no")),
        Err(StoreError::NoStore { .. })
    ));
    fs::create_dir(at("cohort")).unwrap();
    fs::write(at("cohort/targets.csv"), "y\n1\n").unwrap();
    let occupied = ContentStore::create(&at("cohort"));
    assert!(matches!(occupied, Err(StoreError::Occupied { .. })));
    assert_eq!(entries(&at("cohort")), ["targets.csv"]);
    let store = ContentStore::create(&at("a/b/store")).unwrap();
    assert_eq!(ContentStore::create(&at("a/b/store")).unwrap(), store);
    assert_eq!(ContentStore::open(&at("a/b/store")).unwrap(), store);
    // What is not committed leaves nothing.
    let staged = store.stage().unwrap();
    write(staged.folder(), &some());
    drop(staged);
    assert_eq!(entries(store.root()), ["store.json"]);
}

#[test]
fn many_may_write_the_same_at_once_and_one_takes_it() {
    let place = tempfile::tempdir().unwrap();
    let root = place.path().join("store");
    let hashes: Vec<ContentHash> = std::thread::scope(|scope| {
        let writers: Vec<_> = (0..8)
            .map(|_| {
                let root = root.clone();
                scope.spawn(move || {
                    let store = ContentStore::create(&root).unwrap();
                    let staged = store.stage().unwrap();
                    write(staged.folder(), &some());
                    let hash = staged.commit().unwrap();
                    assert_eq!(read(&store.tree(hash).unwrap()), some());
                    hash
                })
            })
            .collect();
        writers
            .into_iter()
            .map(|writer| writer.join().unwrap())
            .collect()
    });
    assert!(hashes.windows(2).all(|pair| pair[0] == pair[1]));
    let store = ContentStore::open(&root).unwrap();
    assert_eq!(entries(&root).len(), 2, "the mark and one tree");
    let takers: Vec<PathBuf> = (0..4)
        .map(|i| place.path().join(format!("to{i}")))
        .collect();
    let taken = std::thread::scope(|scope| {
        let threads: Vec<_> = takers
            .iter()
            .map(|to| scope.spawn(|| store.take(hashes[0], to)))
            .collect();
        let outcomes = threads.into_iter().map(|thread| thread.join().unwrap());
        outcomes.flatten().count()
    });
    assert_eq!(taken, 1);
    let got: Vec<&PathBuf> = takers.iter().filter(|to| to.exists()).collect();
    assert_eq!(read(got[0]), some());
    assert_eq!(entries(&root), ["store.json"]);
}

#[test]
fn what_differs_is_not_taken() {
    let (place, store, hash) = filled();
    fs::write(
        store.tree(hash).unwrap().join("cohort.toml"),
        "format = 2\n",
    )
    .unwrap();
    let to = place.path().join("to");
    assert!(matches!(
        store.take(hash, &to),
        Err(StoreError::Differs { .. })
    ));
    assert!(!to.exists());
    assert_eq!(
        entries(store.root()),
        ["store.json"],
        "what is damaged goes"
    );
}
