//! Files as NumPy, pandas, pyarrow and Pillow write them read as the values they were written with.
//! The files and their versions: `tools/golden/data_readers.py`, `tests/golden/versions.json`.
#![cfg(test)]

mod folders;

use folders::golden_cohort;
use midfuse_data::ndarray::Axis;
use midfuse_data::{
    Cohort, DataError, Defect, ImageData, ModalityData, ModalityKind, SequenceData, TabularData,
    TabularShape,
};

/// The value of each element, by its position.
type Formula = fn(usize) -> f32;

/// Element `i` of the arrays that the script wrote.
fn value(i: usize) -> f32 {
    (i % 100) as f32
}

fn pixels(cohort: &Cohort) -> Vec<f32> {
    match cohort.load_all("m").unwrap() {
        ModalityData::Image(ImageData { pixels, present }) => {
            assert!(present.iter().all(|&there| there));
            pixels.into_iter().collect()
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn every_dtype_order_and_container() {
    let whole: Formula = value;
    let cases: [(&str, Formula); 10] = [
        ("array = 'f4.npy'", whole),
        ("array = 'f2.npy'", whole),
        ("array = 'f8_big_endian.npy'", whole),
        ("array = 'i2_big_endian.npy'", |i| value(i) - 50.0),
        ("array = 'u1_fortran.npy'", whole),
        ("array = 'i8.npy'", whole),
        ("array = 'bool.npy'", |i| value(i) % 2.0),
        ("array = 'version2.npy'", whole),
        ("array = 'stored.npz'\nkey = 'right'", |i| -value(i)),
        ("array = 'deflated.npz'", whole),
    ];
    for (source, expected) in cases {
        let section = format!("kind = 'image'\nshape = [2, 3, 5]\n{source}");
        let (_dir, cohort) = golden_cohort(&section);
        let expected: Vec<f32> = (0..120).map(expected).collect();
        assert_eq!(pixels(&cohort), expected, "{source}");
    }
}

#[test]
fn rows_come_in_the_order_that_was_asked_for() {
    for array in ["f4.npy", "u1_fortran.npy", "deflated.npz"] {
        let section = format!("kind = 'image'\nshape = [2, 3, 5]\narray = '{array}'");
        let (_dir, cohort) = golden_cohort(&section);
        let ModalityData::Image(ImageData { pixels, present }) =
            cohort.load("m", &[3, 1, 3]).unwrap()
        else {
            panic!("an image");
        };
        assert_eq!(present, [true; 3]);
        for (place, row) in [3, 1, 3].into_iter().enumerate() {
            let expected: Vec<f32> = (row * 30..row * 30 + 30).map(value).collect();
            let actual: Vec<f32> = pixels.index_axis(Axis(0), place).iter().copied().collect();
            assert_eq!(actual, expected, "{array}");
        }
    }
}

#[test]
fn image_files() {
    let cases: [(&str, [usize; 3], Formula, f32); 3] = [
        ("png", [1, 3, 5], value, 0.0),
        ("bmp", [3, 3, 5], value, 0.0),
        ("tiff", [1, 3, 5], |i| value(i) * 600.0, 0.0),
    ];
    for (extension, shape, expected, tolerance) in cases {
        check_files(extension, shape, expected, tolerance);
    }
    // Each JPEG is one shade of grey.
    check_files("jpg", [1, 8, 8], |i| 40.0 * (i / 64) as f32, 2.0);
}

fn check_files(extension: &str, shape: [usize; 3], expected: Formula, tolerance: f32) {
    let dir = tempfile::tempdir().unwrap();
    std::fs::create_dir(dir.path().join("images")).unwrap();
    let mut table = String::from("id,file\n");
    for id in ["a", "b", "c", "d"] {
        let name = format!("{id}.{extension}");
        std::fs::copy(
            folders::golden().join(&name),
            dir.path().join("images").join(&name),
        )
        .unwrap();
        table = format!("{table}{id},{name}\n");
    }
    std::fs::write(dir.path().join("rows.csv"), table).unwrap();
    let by_folder = format!("folder = 'images'\nextension = '{extension}'");
    for source in [by_folder, "folder = 'images'\ncolumn = 'file'".into()] {
        let section =
            format!("[[modalities]]\nname = 'm'\nkind = 'image'\nshape = {shape:?}\n{source}");
        std::fs::write(dir.path().join("cohort.toml"), folders::manifest(&section)).unwrap();
        let actual = pixels(&Cohort::open(dir.path()).unwrap());
        assert_eq!(actual.len(), 4 * shape.iter().product::<usize>());
        for (i, actual) in actual.into_iter().enumerate() {
            assert!(
                (actual - expected(i)).abs() <= tolerance,
                "{source}: {i} is {actual}"
            );
        }
    }
}

#[test]
fn sequences_with_lengths() {
    let (_dir, cohort) = golden_cohort(
        "kind = 'sequence'\nshape = [6, 2]\narray = 'sequences.npy'\nlengths = 'lengths.npy'",
    );
    let ModalityData::Sequence(SequenceData { values, lengths }) = cohort.load_all("m").unwrap()
    else {
        panic!("a sequence");
    };
    assert_eq!(lengths, [6, 0, 1, 3]);
    for ((row, step, feature), &actual) in values.indexed_iter() {
        let there = step < lengths[row];
        let expected = if there {
            value((row * 6 + step) * 2 + feature)
        } else {
            0.0
        };
        assert!(
            (actual - expected).abs() < f32::EPSILON,
            "{row} {step} {feature}"
        );
    }
}

fn check_table(file: &str) {
    let section = format!(
        "kind = 'tabular'\ntable = '{file}'\nnumeric = ['number', 'whole', 'single']\n\
         categorical = ['label', 'level', 'day']"
    );
    let (_dir, cohort) = golden_cohort(&section);
    let ModalityData::Tabular(TabularData {
        numeric,
        categorical,
        ..
    }) = cohort.load_all("m").unwrap()
    else {
        panic!("a table");
    };
    let numbers: Vec<Option<f32>> = numeric
        .iter()
        .map(|value| (!value.is_nan()).then_some(*value))
        .collect();
    let expected = [
        [Some(0.5), Some(1.0), Some(0.1)],
        [None, Some(2.0), Some(0.2)],
        [Some(-1.0), None, Some(0.3)],
        [Some(2.0), Some(4.0), Some(0.4)],
    ];
    assert_eq!(numbers, expected.concat(), "{file}");
    let labels: Vec<Vec<Option<&str>>> = categorical
        .iter()
        .map(|row| row.iter().map(Option::as_deref).collect())
        .collect();
    let expected = [
        [Some("x"), Some("low"), Some("2000-02-29")],
        [None, Some("high"), Some("1969-12-31")],
        [Some("y"), Some("low"), Some("1970-01-01")],
        [Some("x"), None, Some("2024-01-01")],
    ];
    assert_eq!(labels, expected, "{file}");
}

#[test]
fn tables_of_every_format() {
    for file in ["table.csv", "table.tsv", "table.parquet", "indexed.parquet"] {
        check_table(file);
    }
}

#[test]
fn types_of_columns_are_inferred() {
    for (file, truth_is_numeric) in [("table.csv", false), ("table.parquet", true)] {
        let (_dir, cohort) = golden_cohort(&format!(
            "kind = 'tabular'\ntable = '{file}'\nexclude = ['day']"
        ));
        let ModalityKind::Tabular(TabularShape {
            numeric,
            categorical,
        }) = &cohort.modalities()[0].kind
        else {
            panic!("a table");
        };
        assert!(numeric.starts_with(&["number", "whole", "single"].map(String::from)));
        assert_eq!(
            numeric.contains(&"truth".to_owned()),
            truth_is_numeric,
            "{file}"
        );
        assert!(categorical.contains(&"label".to_owned()) && !numeric.contains(&"id".to_owned()));
    }
}

#[test]
fn a_nested_column_is_refused() {
    let (_dir, cohort) =
        golden_cohort("kind = 'tabular'\ntable = 'nested.parquet'\ncategorical = ['list']");
    let DataError { defect, column, .. } = cohort.load_all("m").unwrap_err();
    assert_eq!(
        (defect, column.as_deref()),
        (Defect::WrongDtype, Some("list"))
    );
}
