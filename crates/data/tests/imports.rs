//! A plain table becomes a cohort, whole or not at all.
#![cfg(test)]

mod folders;

use folders::{files, folder, golden};
use midfuse_data::{
    Cohort, Defect, ImportOptions, ImportTarget, ModalityKind, Row, Summary, TabularShape, Targets,
    TaskKind, TextShape, import,
};

fn target(column: &str) -> Vec<ImportTarget> {
    vec![ImportTarget {
        column: column.into(),
        kind: None,
    }]
}

fn kinds(cohort: &Cohort) -> (Vec<String>, Vec<String>) {
    match &cohort.modality("table").unwrap().kind {
        ModalityKind::Tabular(TabularShape {
            numeric,
            categorical,
        }) => (numeric.clone(), categorical.clone()),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_csv_with_everything() {
    let mut table = String::from("name,patient,age,sex,stage,note,junk,outcome\n");
    for i in 0..30 {
        let sex = if i % 3 == 0 { "f" } else { "m" };
        let age = if i == 4 {
            String::new()
        } else {
            format!("{}.5", 40 + i)
        };
        let outcome = if i % 2 == 0 { "yes" } else { "no" };
        let (patient, stage) = (i / 3, i % 4);
        let cells = format!("n{i},p{patient},{age},{sex},{stage},\"text, {i}\",{i},{outcome}\n");
        table.push_str(&cells);
    }
    let dir = folder(&[("t.csv", table.as_bytes())]);
    let options = ImportOptions {
        id: Some("name".into()),
        targets: target("outcome"),
        group: Some("patient".into()),
        text: vec!["note".into()],
        categorical: vec!["stage".into()],
        exclude: vec!["junk".into()],
        ..ImportOptions::default()
    };
    let out = dir.path().join("out");
    let summary = import(dir.path().join("t.csv"), &out, &options).unwrap();
    assert_eq!(
        (summary.rows, summary.groups, summary.name.as_str()),
        (30, Some(10), "t")
    );
    let cohort = Cohort::open(&out).unwrap();
    // What was read is the table, and afterwards what was written of it.
    let read: Vec<_> = summary
        .tables
        .iter()
        .map(|table| (table.file.as_str(), table.rows))
        .collect();
    assert_eq!(read, [("t.csv", 30)]);
    let written = cohort.summary().unwrap();
    let tables = summary.tables.clone();
    assert_eq!(Summary { tables, ..written }, summary);
    assert_eq!(
        kinds(&cohort),
        (vec!["age".into()], vec!["sex".into(), "stage".into()])
    );
    assert_eq!(
        cohort.modality("text").unwrap().kind,
        ModalityKind::Text(TextShape)
    );
    assert_eq!(cohort.targets()[0].kind(), TaskKind::Classification);
    assert_eq!(summary.modalities[0].missing_cells, 1);
}

#[test]
fn rows_without_ids_are_numbered() {
    let dir = folder(&[("t.tsv", b"x\ty\n0.5\t1.25\n1.5\t2\n")]);
    let options = ImportOptions {
        targets: target("y"),
        ..ImportOptions::default()
    };
    import(dir.path().join("t.tsv"), dir.path().join("out"), &options).unwrap();
    let cohort = Cohort::open(dir.path().join("out")).unwrap();
    assert_eq!(cohort.ids(), ["1", "2"]);
    assert_eq!(
        cohort.target("y").unwrap().targets,
        Targets::Value(vec![1.25, 2.0])
    );
    assert_eq!(kinds(&cohort), (vec!["x".into()], vec![]));
}

#[test]
fn a_parquet_file_with_an_index() {
    let dir = tempfile::tempdir().unwrap();
    let options = ImportOptions {
        targets: target("truth"),
        exclude: vec!["day".into()],
        ..ImportOptions::default()
    };
    import(
        golden().join("indexed.parquet"),
        dir.path().join("out"),
        &options,
    )
    .unwrap();
    let cohort = Cohort::open(dir.path().join("out")).unwrap();
    assert_eq!(cohort.ids(), ["c", "a", "d", "b"]);
    let truth = &cohort.targets()[0];
    let (classes, Targets::Class(labels)) = (truth.task.classes(), &truth.targets) else {
        panic!("truth is a class");
    };
    assert_eq!(
        (classes.join(" ").as_str(), labels.as_slice()),
        ("false true", &[1, 1, 0, 0][..])
    );
}

#[test]
fn kinds_of_targets() {
    let table = |values: &mut dyn Iterator<Item = String>| {
        let rows: String = values
            .map(|value| format!("1,{value}\n"))
            .collect::<Vec<_>>()
            .concat();
        folder(&[("t.csv", format!("x,y\n{rows}").as_bytes())])
    };
    let kind = |dir: &tempfile::TempDir| {
        let options = ImportOptions {
            targets: target("y"),
            ..ImportOptions::default()
        };
        import(dir.path().join("t.csv"), dir.path().join("out"), &options).unwrap();
        Cohort::open(dir.path().join("out")).unwrap().targets()[0].kind()
    };
    let classes = TaskKind::Classification;
    assert_eq!(
        kind(&table(&mut (0..40).map(|i| (i % 10).to_string()))),
        classes
    );
    assert_eq!(kind(&table(&mut (0..40).map(|i| format!("c{i}")))), classes);
    assert_eq!(
        kind(&table(&mut (0..40).map(|i| i.to_string()))),
        TaskKind::Regression
    );
    assert_eq!(
        kind(&table(&mut (0..4).map(|i| format!("{i}.5")))),
        TaskKind::Regression
    );
}

/// The trap of the bundled data's source: column numbers for a header, the label among them.
#[test]
fn a_label_among_the_inputs_is_pointed_out() {
    let rows: String = (0..40)
        .map(|i| format!("{i}.25,{},{}\n", i % 7, i % 2))
        .collect::<Vec<_>>()
        .concat();
    let dir = folder(&[("t.csv", format!("0,1,2\n{rows}").as_bytes())]);
    let summary = import(
        dir.path().join("t.csv"),
        dir.path().join("a"),
        &ImportOptions::default(),
    )
    .unwrap();
    assert!(
        summary
            .warnings
            .iter()
            .any(|w| w.contains("named by a number")),
        "{summary}"
    );

    let rows: String = (0..40)
        .map(|i| format!("{i}.25,{},{}\n", i % 2, ["n", "y"][i % 2]))
        .collect::<Vec<_>>()
        .concat();
    let dir = folder(&[("t.csv", format!("x,coded,y\n{rows}").as_bytes())]);
    let options = ImportOptions {
        targets: target("y"),
        ..ImportOptions::default()
    };
    let summary = import(dir.path().join("t.csv"), dir.path().join("a"), &options).unwrap();
    let leak = summary
        .warnings
        .iter()
        .find(|w| w.contains("a leak?"))
        .unwrap();
    assert!(
        leak.contains("column coded") && leak.contains("target y"),
        "{leak}"
    );
}

#[test]
fn defects_leave_nothing_behind() {
    let options = ImportOptions {
        id: Some("id".into()),
        targets: target("y"),
        ..ImportOptions::default()
    };
    let slip: String = (0..20)
        .map(|i| format!("{i},{i},0\n"))
        .collect::<Vec<_>>()
        .concat();
    let slip = format!("id,x,y\n{slip}20,7a,0\n");
    let cases: [(&str, Defect, Option<Row>, Option<&str>); 8] = [
        ("", Defect::EmptyFile, None, None),
        ("id,x,y\n", Defect::EmptyFile, None, None),
        (
            "id,x\na,1\n",
            Defect::MissingColumn,
            Some(Row::Line(1)),
            Some("y"),
        ),
        (
            "id,x,y\na,1,0\na,2,1\n",
            Defect::DuplicateId,
            Some(Row::Line(3)),
            Some("id"),
        ),
        (
            "id,x,y\na,1,0\nb,2\n",
            Defect::RaggedRow,
            Some(Row::Line(3)),
            None,
        ),
        (
            "id,x,y\na,1,0\nb,inf,1\n",
            Defect::NonFinite,
            Some(Row::Line(3)),
            Some("x"),
        ),
        (
            "id,x,y\na,1,0\nb,2,\n",
            Defect::MissingValue,
            Some(Row::Line(3)),
            Some("y"),
        ),
        (&slip, Defect::WrongDtype, Some(Row::Line(22)), Some("x")),
    ];
    for (content, defect, row, column) in cases {
        let dir = folder(&[("t.csv", content.as_bytes())]);
        let file = dir.path().join("t.csv");
        let error = import(&file, dir.path().join("out"), &options).unwrap_err();
        assert_eq!(
            (error.defect, error.row, error.column.as_deref()),
            (defect, row, column),
            "{error}"
        );
        assert_eq!(error.file, file, "{error}");
        assert_eq!(files(dir.path()), [file]);
    }
    let dir = folder(&[("t.csv", b"id,y\na,0\n")]);
    let error = import(dir.path().join("t.csv"), dir.path().join("out"), &options).unwrap_err();
    assert_eq!(error.defect, Defect::MissingColumn, "{error}");
    let error = import(
        dir.path().join("gone.csv"),
        dir.path().join("out"),
        &options,
    )
    .unwrap_err();
    assert_eq!(error.defect, Defect::MissingFile, "{error}");
}

/// Columns made of the target: a threshold of a number, a count that is 0 in one class alone.
#[test]
fn functions_of_the_target_are_pointed_out() {
    let leaks = |rows: Vec<String>| {
        let table = format!("x,made,y\n{}", rows.concat());
        let dir = folder(&[("t.csv", table.as_bytes())]);
        let options = ImportOptions {
            targets: target("y"),
            ..ImportOptions::default()
        };
        let summary = import(dir.path().join("t.csv"), dir.path().join("a"), &options).unwrap();
        let found = summary.warnings.iter().filter(|w| w.contains("a leak?"));
        let columns = found.map(|w| w.split_whitespace().nth(3).unwrap().to_owned());
        columns.collect::<Vec<_>>()
    };
    let number = |i: usize| (i * 7 % 40) as f64 + 0.5;
    let threshold = |i: usize| format!("{},{},{}\n", i % 5, u8::from(number(i) > 30.0), number(i));
    let count = |i: usize| format!("{},{},{}\n", i % 5, (i % 2) * i, ["no", "yes"][i % 2]);
    let noise = |i: usize| format!("{},{},{}\n", i % 5, i % 3, ["no", "yes"][i % 2]);
    assert_eq!(leaks((0..40).map(threshold).collect()), ["made"]);
    assert_eq!(leaks((0..40).map(count).collect()), ["made"]);
    assert!(leaks((0..40).map(noise).collect()).is_empty());
}
