//! Readers of cohorts.

use midfuse_data::{Cohort, DataError, Result, image_header, read_image};

use crate::scratch::folder;
use crate::target::Target;

/// The targets of this module.
pub(crate) const TARGETS: &[Target] = &[
    Target {
        name: "cohort-manifest",
        covers: &["Cohort::open", "Manifest"],
        run: |bytes| open(&[("cohort.toml", bytes), ("rows.csv", ROWS), ("f.npy", NPY)]),
        seeds: || {
            MANIFESTS
                .iter()
                .map(|text| manifest(text).into_bytes())
                .collect()
        },
    },
    Target {
        name: "cohort-rows-csv",
        covers: &["RowTable"],
        run: |bytes| rows("rows.csv", bytes),
        seeds: || {
            vec![
                ROWS.to_vec(),
                ZONED.to_vec(),
                NAIVE.to_vec(),
                DATES.to_vec(),
            ]
        },
    },
    Target {
        name: "cohort-rows-parquet",
        covers: &["RowTable"],
        run: |bytes| rows("rows.parquet", bytes),
        seeds: || vec![PARQUET.to_vec(), INDEXED.to_vec()],
    },
    Target {
        name: "tabular-csv",
        covers: &["TabularSpec"],
        run: |bytes| modality("kind = 'tabular'\ntable = 'f.csv'", &[("f.csv", bytes)]),
        seeds: || vec![CSV.to_vec(), ROWS.to_vec()],
    },
    Target {
        name: "tabular-parquet",
        covers: &["TabularSpec"],
        run: |bytes| {
            modality(
                "kind = 'tabular'\ntable = 'f.parquet'",
                &[("f.parquet", bytes)],
            );
        },
        seeds: || vec![PARQUET.to_vec(), INDEXED.to_vec(), NESTED.to_vec()],
    },
    Target {
        name: "sequence-csv",
        covers: &["SequenceSpec"],
        run: |bytes| {
            let files = [("f.csv", bytes)];
            modality(
                "kind = 'sequence'\ntable = 'f.csv'\nstep = 't'\nfeatures = ['v']",
                &files,
            );
            modality(
                "kind = 'sequence'\ntable = 'f.csv'\ncolumns = ['t', 'v']",
                &files,
            );
        },
        seeds: || vec![STEPS.to_vec()],
    },
    Target {
        name: "text-csv",
        covers: &["TextSpec"],
        run: |bytes| {
            modality(
                "kind = 'text'\ntable = 'f.csv'\ncolumn = 'v'",
                &[("f.csv", bytes)],
            );
        },
        seeds: || vec![STEPS.to_vec(), b"id,v\na,\"two\nlines\"\nb,\n".to_vec()],
    },
    Target {
        name: "array-npy",
        covers: &["SequenceSpec", "ImageSpec"],
        run: |bytes| array("f.npy", bytes),
        seeds: || {
            vec![
                NPY.to_vec(),
                FORTRAN.to_vec(),
                BIG_ENDIAN.to_vec(),
                HALF.to_vec(),
            ]
        },
    },
    Target {
        name: "array-npz",
        covers: &["SequenceSpec", "ImageSpec"],
        run: |bytes| array("f.npz", bytes),
        seeds: || vec![DEFLATED.to_vec(), STORED.to_vec()],
    },
    Target {
        name: "embedding-npy",
        covers: &["EmbeddingSpec"],
        run: |bytes| {
            embedding("array = 'f.npy'", "f.npy", bytes);
            let files = [("f.npy", EMBEDDINGS), ("i.npy", bytes)];
            modality("kind = 'embedding'\narray = 'f.npy'\nids = 'i.npy'", &files);
        },
        seeds: || {
            vec![
                EMBEDDINGS.to_vec(),
                include_bytes!("../../data/tests/golden/embedding_f2.npy").to_vec(),
                include_bytes!("../../data/tests/golden/embedding_ids_text.npy").to_vec(),
                include_bytes!("../../data/tests/golden/embedding_ids_bytes.npy").to_vec(),
                include_bytes!("../../data/tests/golden/embedding_objects.npy").to_vec(),
            ]
        },
    },
    Target {
        name: "embedding-npz",
        covers: &["EmbeddingSpec"],
        run: |bytes| {
            embedding("archive = 'f.npz'", "f.npz", bytes);
            embedding("archive = 'f.npz'\nshape = [3]", "f.npz", bytes);
            let parallel = "array = 'f.npz'\nkey = 'vectors'\nids_key = 'names'";
            embedding(parallel, "f.npz", bytes);
        },
        seeds: || {
            vec![
                include_bytes!("../../data/tests/golden/embedding_by_id.npz").to_vec(),
                include_bytes!("../../data/tests/golden/embedding_by_id_rows.npz").to_vec(),
                include_bytes!("../../data/tests/golden/embedding_parallel.npz").to_vec(),
                include_bytes!("../../data/tests/golden/embedding_objects.npz").to_vec(),
            ]
        },
    },
    Target {
        name: "embedding-csv",
        covers: &["EmbeddingSpec"],
        run: |bytes| {
            embedding("table = 'f.csv'\nprefix = 'e'", "f.csv", bytes);
            embedding("table = 'f.csv'\ncolumns = ['e0', 'e2']", "f.csv", bytes);
        },
        seeds: || vec![include_bytes!("../../data/tests/golden/embedding_columns.csv").to_vec()],
    },
    Target {
        name: "embedding-parquet",
        covers: &["EmbeddingSpec"],
        run: |bytes| {
            embedding("table = 'f.parquet'\nprefix = 'e'", "f.parquet", bytes);
            embedding("table = 'f.parquet'\ncolumn = 'vector'", "f.parquet", bytes);
        },
        seeds: || {
            vec![
                include_bytes!("../../data/tests/golden/embedding_list.parquet").to_vec(),
                include_bytes!("../../data/tests/golden/embedding_half.parquet").to_vec(),
                include_bytes!("../../data/tests/golden/embedding_gap.parquet").to_vec(),
                include_bytes!("../../data/tests/golden/embedding_nested.parquet").to_vec(),
                include_bytes!("../../data/tests/golden/embedding_columns.parquet").to_vec(),
            ]
        },
    },
    Target {
        name: "image-png",
        covers: &["ImageSpec", "read_image", "image_header"],
        run: |bytes| image("f.png", bytes),
        seeds: || vec![include_bytes!("../../data/tests/golden/b.png").to_vec()],
    },
    Target {
        name: "image-jpeg",
        covers: &["ImageSpec", "read_image", "image_header"],
        run: |bytes| image("f.jpg", bytes),
        seeds: || vec![include_bytes!("../../data/tests/golden/b.jpg").to_vec()],
    },
    Target {
        name: "image-bmp",
        covers: &["ImageSpec", "read_image", "image_header"],
        run: |bytes| image("f.bmp", bytes),
        seeds: || vec![include_bytes!("../../data/tests/golden/b.bmp").to_vec()],
    },
    Target {
        name: "image-tiff",
        covers: &["ImageSpec", "read_image", "image_header"],
        run: |bytes| image("f.tiff", bytes),
        seeds: || vec![include_bytes!("../../data/tests/golden/b.tiff").to_vec()],
    },
];

pub(crate) const ROWS: &[u8] = b"id,y,g,s,e\na,0,p,1,2\nb,1,q,3,4\nc,0,p,5,6\nd,1,q,7,8\n";
pub(crate) const ZONED: &[u8] = b"id,y,g,s,e\n\
    a,0,p,2024-01-01T00:00:00+02:00,2024-01-01T01:00:00Z\n\
    b,1,q,2024-03-31T02:30:00.5Z,2024-03-31 03:30:00-05:30\n";
const NAIVE: &[u8] = b"id,y,g,s,e\na,0,p,2024-01-01T00:00,2024-01-01 01:00:00\n";
const DATES: &[u8] = b"id,y,g,s,e\na,0,p,2024-02-29,2024-03-01\n";
const STEPS: &[u8] = b"id,t,v\na,0,1.5\na,1,2\nb,0,-3e4\nc,5,NA\nd,2,\n";
pub(crate) const CSV: &[u8] = include_bytes!("../../data/tests/golden/table.csv");
pub(crate) const PARQUET: &[u8] = include_bytes!("../../data/tests/golden/table.parquet");
pub(crate) const INDEXED: &[u8] = include_bytes!("../../data/tests/golden/indexed.parquet");
pub(crate) const NESTED: &[u8] = include_bytes!("../../data/tests/golden/nested.parquet");
const NPY: &[u8] = include_bytes!("../../data/tests/golden/f4.npy");
const FORTRAN: &[u8] = include_bytes!("../../data/tests/golden/u1_fortran.npy");
const BIG_ENDIAN: &[u8] = include_bytes!("../../data/tests/golden/f8_big_endian.npy");
const HALF: &[u8] = include_bytes!("../../data/tests/golden/f2.npy");
const DEFLATED: &[u8] = include_bytes!("../../data/tests/golden/deflated.npz");
const STORED: &[u8] = include_bytes!("../../data/tests/golden/stored.npz");

const EMBEDDINGS: &[u8] = include_bytes!("../../data/tests/golden/embedding_f4.npy");

/// Sections of `cohort.toml` that use every key.
const MANIFESTS: [&str; 5] = [
    "unit = 'id'\ngroup = 'g'\ntime = { start = 's', end = 'e' }\n[[targets]]\nname = 'y'\nkind = 'classification'\nclasses = ['0', '1']\n[[modalities]]\nname = 'm'\nkind = 'tabular'\nnumeric = ['s']\ncategorical = ['g']",
    "unit = 'g'\n[[targets]]\nname = 'z'\ncolumn = 'y'\nkind = 'regression'\n[[modalities]]\nname = 'm'\nkind = 'image'\nshape = [2, 3, 5]\narray = 'f.npy'",
    "[[modalities]]\nname = 'm'\nkind = 'sequence'\nshape = [2, 1]\narray = 'f.npy'\nlengths = 'f.npy'",
    "[[modalities]]\nname = 'm'\nkind = 'text'\ncolumn = 'g'\n[[modalities]]\nname = 'n'\nkind = 'sequence'\ntable = 'rows.csv'\ncolumns = ['s', 'e']",
    "[[modalities]]\nname = 'm'\nkind = 'embedding'\nshape = [2]\ncolumns = ['s', 'e']\n[[modalities]]\nname = 'n'\nkind = 'embedding'\ntable = 'rows.csv'\nid = 'id'\nprefix = 's'",
];

fn manifest(sections: &str) -> String {
    format!("format = 1\n[rows]\nfile = 'rows.csv'\n{sections}\n")
}

/// Opens a cohort of these files and reads everything in it.
fn open(files: &[(&str, &[u8])]) {
    let all = |dir: &std::path::Path| -> Result<()> {
        let cohort = Cohort::open(dir)?;
        cohort.summary()?;
        for modality in cohort.modalities() {
            cohort.load(&modality.name, &[cohort.len() - 1, 0])?;
        }
        for name in cohort.other_columns() {
            let column = cohort.other_column(name)?;
            assert!(column.is_none_or(|cells| cells.len() == cohort.len()));
        }
        for target in cohort.targets() {
            let units = cohort.units_of(target).of_rows;
            assert!(units.is_none_or(|units| units.len() == cohort.len()));
        }
        let hashes = cohort.row_hashes()?;
        assert_eq!(hashes.len(), cohort.len());
        let times = cohort.times().unwrap_or_default();
        assert!(
            times
                .iter()
                .all(|span| span.start <= span.end && span.end.is_finite())
        );
        Ok(())
    };
    check(folder(files, all));
}

/// A defect is one line of bounded length that says how to mend it.
pub(crate) fn check<T>(outcome: Result<T, DataError>) {
    if let Err(error) = outcome {
        let message = error.to_string();
        assert!(
            !message.contains('\n') && message.len() < 4_000,
            "{message}"
        );
        assert!(!error.mend.is_empty(), "{message}");
    }
}

/// A row table with a target, a group and times.
fn rows(name: &str, bytes: &[u8]) {
    let plain = format!("format = 1\n[rows]\nfile = '{name}'\n");
    let whole = format!(
        "{plain}group = 'g'\ntime = {{ start = 's', end = 'e' }}\n\
         [[targets]]\nname = 'y'\nkind = 'classification'\n"
    );
    for text in [plain, whole] {
        open(&[("cohort.toml", text.as_bytes()), (name, bytes)]);
    }
}

/// A modality of four rows.
fn modality(section: &str, files: &[(&str, &[u8])]) {
    let text = manifest(&format!("[[modalities]]\nname = 'm'\n{section}"));
    let mut all: Vec<(&str, &[u8])> = vec![("cohort.toml", text.as_bytes()), ("rows.csv", ROWS)];
    all.extend(files);
    open(&all);
}

fn array(name: &str, bytes: &[u8]) {
    let files = [(name, bytes)];
    modality(
        &format!("kind = 'image'\nshape = [2, 3, 5]\narray = '{name}'"),
        &files,
    );
    modality(
        &format!("kind = 'sequence'\nshape = [3, 1]\narray = '{name}'"),
        &files,
    );
    let key = if std::path::Path::new(name)
        .extension()
        .is_some_and(|e| e == "npz")
    {
        "\nkey = 'left'"
    } else {
        ""
    };
    modality(
        &format!("kind = 'image'\nshape = [1, 2, 2]\narray = '{name}'{key}"),
        &files,
    );
}

fn embedding(source: &str, name: &str, bytes: &[u8]) {
    modality(&format!("kind = 'embedding'\n{source}"), &[(name, bytes)]);
}

fn image(name: &str, bytes: &[u8]) {
    let rows = format!("id,file\na,{name}\nb,\nc,\nd,\n");
    let text =
        manifest("[[modalities]]\nname = 'm'\nkind = 'image'\nshape = [1, 3, 5]\ncolumn = 'file'");
    open(&[
        ("cohort.toml", text.as_bytes()),
        ("rows.csv", rows.as_bytes()),
        (name, bytes),
    ]);
    folder(&[(name, bytes)], |dir| {
        let file = dir.join(name);
        let (header, image) = (image_header(&file), read_image(&file));
        if let (Ok(Some(header)), Ok(Some(image))) = (&header, &image) {
            assert_eq!(image.dim(), (header.channels, header.height, header.width));
        }
        check(header);
        check(image);
    });
}
