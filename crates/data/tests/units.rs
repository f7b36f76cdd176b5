//! What one score counts and what no split parts, and columns that are no inputs.
#![cfg(test)]

mod folders;

use folders::{folder, manifest};
use midfuse_data::{
    Cohort, Defect, ImportOptions, ImportTarget, ModalityKind, Row, TabularShape, UnitReason,
    Units, column, import, modality_columns,
};
use tempfile::TempDir;

const ROWS: &str = "id,y,patient,site\n\
    a1,0,a,s\na2,0,a,s\nb1,1,b,s\nc1,1,c,t\nc2,1,c,t\nd1,0,d,t\n";

fn cohort(rows: &str, keys: &str) -> (TempDir, midfuse_data::Result<Cohort>) {
    let text = manifest(&format!(
        "{keys}\n[[targets]]\nname = 'y'\nkind = 'classification'\n"
    ));
    let dir = folder(&[
        ("cohort.toml", text.as_bytes()),
        ("rows.csv", rows.as_bytes()),
    ]);
    let opened = Cohort::open(dir.path());
    (dir, opened)
}

/// Units of the rows by name, their column, and why.
fn units(keys: &str) -> (Option<Vec<String>>, Option<String>, UnitReason) {
    let (_dir, cohort) = cohort(ROWS, keys);
    let cohort = cohort.unwrap();
    let Units {
        of_rows,
        column,
        reason,
    } = cohort.units_of(&cohort.targets()[0]);
    (
        of_rows.map(<[String]>::to_vec),
        column.map(str::to_owned),
        reason,
    )
}

fn names(names: &str) -> Option<Vec<String>> {
    Some(names.split(' ').map(str::to_owned).collect())
}

#[test]
fn declared_units_settle_what_counts() {
    let patients = names("a a b c c d");
    let patient = Some("patient".to_owned());
    for keys in ["unit = 'patient'", "unit = 'patient'\ngroup = 'site'"] {
        let want = (patients.clone(), patient.clone(), UnitReason::Declared);
        assert_eq!(units(keys), want, "{keys}");
    }
    for keys in ["unit = 'id'", "unit = 'id'\ngroup = 'site'"] {
        assert_eq!(units(keys), (None, None, UnitReason::Declared), "{keys}");
    }
    let of_sites = names("s s s t t t");
    let want = (of_sites, Some("site".to_owned()), UnitReason::Declared);
    assert_eq!(units("unit = 'site'\ngroup = 'site'"), want);
}

#[test]
fn without_units_the_targets_of_groups_say_it() {
    let want = (
        names("a a b c c d"),
        Some("patient".to_owned()),
        UnitReason::OneTargetPerGroup,
    );
    assert_eq!(units("group = 'patient'"), want);
    assert_eq!(
        units("group = 'site'"),
        (None, None, UnitReason::TargetsDiffer)
    );
    assert_eq!(units(""), (None, None, UnitReason::NoGroups));
    for (keys, said) in [
        (
            "group = 'patient'",
            Some("one score of y counts a `patient`"),
        ),
        ("group = 'site'", Some("one score of y counts a row")),
        ("unit = 'id'\ngroup = 'site'", None),
        ("unit = 'patient'\ngroup = 'site'", None),
    ] {
        let (_dir, cohort) = cohort(ROWS, keys);
        let summary = cohort.unwrap().summary().unwrap();
        let found = summary.warnings.iter().find(|w| w.contains("`unit`"));
        match said {
            Some(said) => assert!(found.unwrap().contains(said), "{keys}: {found:?}"),
            None => assert_eq!(found, None, "{keys}"),
        }
    }
}

#[test]
fn units_of_several_rows_are_groups_where_none_are_declared() {
    let groups = |keys: &str| {
        let (_dir, cohort) = cohort(ROWS, keys);
        let cohort = cohort.unwrap();
        (
            cohort.groups().map(<[String]>::to_vec),
            cohort.group_column().map(str::to_owned),
        )
    };
    assert_eq!(
        groups("unit = 'patient'"),
        (names("a a b c c d"), Some("patient".into()))
    );
    assert_eq!(groups("unit = 'id'"), (None, None));
    let both = groups("unit = 'patient'\ngroup = 'site'");
    assert_eq!(both, (names("s s s t t t"), Some("site".into())));
    let (_dir, cohort) = cohort(ROWS, "unit = 'patient'\ngroup = 'site'");
    let shown = cohort.unwrap().summary().unwrap().to_string();
    assert!(shown.contains("6 rows of 4 units in 2 groups"), "{shown}");
}

#[test]
fn a_unit_lies_in_one_group() {
    let rows = ROWS.replace("c2,1,c,t", "c2,1,c,s");
    let (_dir, refused) = cohort(&rows, "unit = 'patient'\ngroup = 'site'");
    let error = refused.unwrap_err();
    assert_eq!(error.defect, Defect::UnitAcrossGroups, "{error}");
    assert_eq!(
        (error.row, error.column.as_deref()),
        (Some(Row::Line(6)), Some("patient"))
    );
    let said = error.to_string();
    for part in ["\"c\"", "\"s\"", "\"t\"", "line 5"] {
        let plain = part.trim_matches('"');
        assert!(
            said.contains(part) || said.contains(&format!("`{plain}`")),
            "{part}: {said}"
        );
    }
    let (_dir, empty) = cohort(&ROWS.replace("d1,0,d", "d1,0,"), "unit = 'patient'");
    assert_eq!(empty.unwrap_err().defect, Defect::MissingValue);
}

#[test]
fn an_import_writes_the_unit() {
    let table = ROWS
        .replace("id,y,patient,site", "id,y,patient,site,x,sex")
        .replace("\n", ",1.5,f\n");
    let table = table.replace("site,x,sex,1.5,f", "site,x,sex");
    let dir = folder(&[("t.csv", table.as_bytes())]);
    let made = |name: &str, unit: Option<&str>, group: &str| {
        let options = ImportOptions {
            targets: vec![ImportTarget {
                column: "y".into(),
                kind: None,
            }],
            unit: unit.map(Into::into),
            group: Some(group.into()),
            exclude: if group == "site" && unit.is_none() {
                vec!["patient".into()]
            } else {
                Vec::new()
            },
            keep: vec!["sex".into()],
            ..ImportOptions::default()
        };
        let out = dir.path().join(name);
        import(dir.path().join("t.csv"), &out, &options).unwrap();
        Cohort::open(out).unwrap()
    };
    let rows = |cohort: &Cohort| {
        let rows = &cohort.manifest().rows;
        (rows.unit.clone(), rows.group.clone())
    };
    let some = |name: &str| Some(name.to_owned());
    let sites = made("sites", None, "site");
    assert_eq!(rows(&sites), (some("id"), some("site")));
    let patients = made("patients", None, "patient");
    assert_eq!(rows(&patients), (some("patient"), some("patient")));
    let both = made("both", Some("patient"), "site");
    assert_eq!(rows(&both), (some("patient"), some("site")));
    assert_eq!(both.units().unwrap(), names("a a b c c d").unwrap());
    // A column that was kept is no input, and is there.
    for cohort in [&sites, &patients, &both] {
        let inputs: Vec<&str> = cohort.modalities()[0].kind.columns();
        assert!(!inputs.contains(&"sex"), "{inputs:?}");
        assert_eq!(
            column(cohort, "sex").unwrap().unwrap()[0].as_deref(),
            Some("f")
        );
        assert!(
            cohort
                .summary()
                .unwrap()
                .warnings
                .iter()
                .all(|w| !w.contains("`unit`"))
        );
    }
    let options = ImportOptions {
        targets: vec![ImportTarget {
            column: "y".into(),
            kind: None,
        }],
        keep: vec!["y".into()],
        ..ImportOptions::default()
    };
    let refused = import(dir.path().join("t.csv"), dir.path().join("no"), &options).unwrap_err();
    assert_eq!(refused.defect, Defect::Request, "{refused}");
}

const TABLE: &str = "id,age,stage,sex,code,y\na,40.5,1,f,7,0\nb,50.5,2,m,8,1\nc,60.5,1,f,9,0\n";

/// Numeric and categorical inputs of the table with these keys.
fn inputs(keys: &str) -> midfuse_data::Result<(Vec<String>, Vec<String>, Cohort, TempDir)> {
    let text = manifest(&format!(
        "[[targets]]\nname = 'y'\nkind = 'classification'\n\
         [[modalities]]\nname = 't'\nkind = 'tabular'\ntable = 't.csv'\n{keys}"
    ));
    let dir = folder(&[
        ("cohort.toml", text.as_bytes()),
        ("rows.csv", b"id,y\na,0\nb,1\nc,0\n"),
        ("t.csv", TABLE.as_bytes()),
    ]);
    let cohort = Cohort::open(dir.path())?;
    let ModalityKind::Tabular(TabularShape {
        numeric,
        categorical,
    }) = cohort.modalities()[0].kind.clone()
    else {
        panic!("a table");
    };
    Ok((numeric, categorical, cohort, dir))
}

#[test]
fn one_list_of_columns_leaves_the_others_to_inference() {
    for (keys, numeric, categorical) in [
        ("", "age stage code", "sex"),
        ("categorical = ['stage']", "age code", "stage sex"),
        ("numeric = ['age']", "age stage code", "sex"),
        (
            "categorical = ['stage']\nexclude = ['code']",
            "age",
            "stage sex",
        ),
        (
            "numeric = ['age']\ncategories = { stage = ['1', '2'] }",
            "age code",
            "stage sex",
        ),
        ("numeric = ['age']\ncategorical = ['sex']", "age", "sex"),
        ("numeric = ['age']\ncategorical = []", "age", ""),
    ] {
        let (got_numeric, got_categorical, ..) = inputs(keys).unwrap();
        let split =
            |names: &str| -> Vec<String> { names.split_whitespace().map(str::to_owned).collect() };
        assert_eq!(got_numeric, split(numeric), "{keys}");
        assert_eq!(got_categorical, split(categorical), "{keys}");
    }
    for keys in [
        "categorical = []",
        "numeric = []\ncategorical = []",
        "numeric = ['age']\ncategorical = ['sex']\nexclude = ['code']",
        "numeric = ['age']\nexclude = ['age']",
        "numeric = ['age']\ncategories = { age = ['1'] }",
        "numeric = ['age']\ncategorical = ['sex']\ncategories = { stage = ['1'] }",
        "numeric = ['age']\ncategorical = ['age']",
    ] {
        let refused = inputs(keys).map(|_| ()).unwrap_err();
        assert_eq!(refused.defect, Defect::Manifest, "{keys}: {refused}");
    }
}

#[test]
fn a_column_that_is_no_input_can_be_looked_up() {
    for keys in [
        "exclude = ['sex']",
        "numeric = ['age']\ncategorical = ['stage']",
    ] {
        let (.., cohort, _dir) = inputs(keys).unwrap();
        assert!(!cohort.modalities()[0].kind.columns().contains(&"sex"));
        let sex = column(&cohort, "sex").unwrap().unwrap();
        assert_eq!(
            sex,
            ["f", "m", "f"].map(|cell| Some(cell.to_owned())),
            "{keys}"
        );
        assert!(modality_columns(&cohort).any(|name| name == "sex"));
        assert!(!cohort.other_columns().contains(&"id"));
        // The copy that workers open has none of it.
        let out = tempfile::tempdir().unwrap();
        let stripped = out.path().join("stripped");
        cohort
            .write_stripped(&stripped, &[0, 1], str::to_owned)
            .unwrap();
        let stripped = Cohort::open(stripped).unwrap();
        assert_eq!(column(&stripped, "sex").unwrap(), None);
    }
}
