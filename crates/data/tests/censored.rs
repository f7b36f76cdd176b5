//! Censored outcomes: read as time and event, refused as a class or a number.
#![cfg(test)]

mod folders;

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use folders::{folder, manifest};
use midfuse_data::{
    Cohort, CohortWriter, DataError, Defect, ImportOptions, ImportSurvival, ImportTarget, RowTable,
    TargetColumn, Targets, Task, TaskKind, import,
};

/// A cohort of one target over these lines of `rows.csv`.
fn files(target: &str, rows: &str) -> tempfile::TempDir {
    let text = manifest(&format!("[[targets]]\nname = 'y'\n{target}"));
    let files = [
        ("cohort.toml", text.as_bytes()),
        ("rows.csv", rows.as_bytes()),
    ];
    folder(&files)
}

fn open(target: &str, rows: &str) -> Result<Cohort, DataError> {
    Cohort::open(files(target, rows).path())
}

fn refused(target: &str, rows: &str) -> DataError {
    open(target, rows).expect_err(target)
}

const SURVIVAL: &str = "kind = 'survival'\ntime = 't'\nevent = 'e'\n";

#[test]
fn times_and_events_are_read() {
    let unit = format!("{SURVIVAL}unit = 'months'");
    let cohort = open(&unit, "id,t,e\na,1.5,1\nb,0,0\nc,3,1:DECEASED\n").unwrap();
    let target = cohort.target("y").unwrap();
    let Targets::Survival { time, event } = &target.targets else {
        panic!("a survival");
    };
    assert_eq!(
        (time.as_slice(), event.as_slice()),
        (&[1.5, 0.0, 3.0][..], &[true, false, true][..])
    );
    let Task::Survival(task) = &target.task else {
        panic!("a survival");
    };
    assert_eq!((task.unit.as_str(), task.horizons.len()), ("months", 0));
    let folder = files(SURVIVAL, "id,t,e\na,0,1\nb,1,true\n");
    let summary = Cohort::open(folder.path()).unwrap().summary().unwrap();
    assert!(
        summary
            .to_string()
            .contains("survival, 2 events in 2 rows, times 0 to 1"),
        "{summary}"
    );
    assert!(
        summary
            .warnings
            .iter()
            .any(|w| w.contains("no censored row"))
    );
    assert!(
        summary
            .warnings
            .iter()
            .any(|w| w.contains("1 rows of time 0"))
    );
}

#[test]
fn declared_words_are_read() {
    let words = format!("{SURVIVAL}event_values = ['Dead']\ncensored_values = ['Alive', 'Lost']");
    let cohort = open(&words, "id,t,e\na,1,Dead\nb,2,Lost\nc,3,Alive\n").unwrap();
    let (_, event) = cohort.target("y").unwrap().targets.as_survival().unwrap();
    assert_eq!(event, [true, false, false]);
    let error = refused(&words, "id,t,e\na,1,Dead\nb,2,dead\n");
    assert_eq!(error.defect, Defect::UnknownCategory);
    assert!(error.to_string().contains("event_values"), "{error}");
}

#[test]
fn what_cannot_be_a_time_or_an_event_is_refused_with_its_row() {
    for (rows, defect, says) in [
        (
            "id,t,e\na,1,1\nb,-2,0\n",
            Defect::TimeOrder,
            "line 3, column `t`",
        ),
        ("id,t,e\na,inf,1\n", Defect::NonFinite, "line 2, column `t`"),
        ("id,t,e\na,,1\n", Defect::MissingValue, "line 2, column `t`"),
        (
            "id,t,e\na,1,NA\n",
            Defect::MissingValue,
            "line 2, column `e`",
        ),
        (
            "id,t,e\na,1 year,1\n",
            Defect::WrongDtype,
            "line 2, column `t`",
        ),
        ("id,t,e\na,1,2\n", Defect::UnknownCategory, "event_values"),
        (
            "id,t,e\na,1,DECEASED\n",
            Defect::UnknownCategory,
            "event_values",
        ),
    ] {
        let error = refused(SURVIVAL, rows);
        assert_eq!(error.defect, defect, "{error}");
        assert!(error.to_string().contains(says), "{error}");
    }
    // 1 of a column named after censoring means censored, more often than not.
    let named = "kind = 'survival'\ntime = 't'\nevent = 'censorship'\n";
    let error = refused(named, "id,t,censorship\na,1,1\n");
    assert_eq!(error.defect, Defect::UnknownCategory);
    assert!(
        error.to_string().contains("event_values = [\"0\"]"),
        "{error}"
    );
    let said = format!("{named}event_values = ['0']\ncensored_values = ['1']");
    let cohort = open(&said, "id,t,censorship\na,1,1\nb,2,0\n").unwrap();
    let (_, event) = cohort.target("y").unwrap().targets.as_survival().unwrap();
    assert_eq!(event, [false, true]);
}

#[test]
fn keys_that_do_not_fit_are_refused() {
    let rows = "id,t,e\na,1,1\n";
    for target in [
        "kind = 'survival'\ntime = 't'",
        "kind = 'survival'\ntime = 't'\nevent = 't'",
        "kind = 'survival'\ntime = 't'\nevent = 'e'\ncolumn = 't'",
        "kind = 'survival'\ntime = 't'\nevent = 'e'\nclasses = ['0', '1']",
        "kind = 'survival'\ntime = 't'\nevent = 'e'\nevent_values = ['1']",
        "kind = 'survival'\ntime = 't'\nevent = 'e'\nuncensored = true",
        "kind = 'regression'\ncolumn = 't'\nunit = 'months'",
        "kind = 'classification'\ncolumn = 'e'\ntime = 't'",
    ] {
        assert_eq!(refused(target, rows).defect, Defect::Manifest, "{target}");
    }
    // Neither column may be an input.
    let inputs =
        format!("{SURVIVAL}[[modalities]]\nkind = 'tabular'\nname = 'm'\nnumeric = ['x', 't']");
    let error = refused(&inputs, "id,t,e,x\na,1,1,0\n");
    assert_eq!(error.defect, Defect::Manifest, "{error}");
}

/// Rows with these two columns and a third that is an input.
fn pair(a: &str, b: &str, cells: &[(&str, &str)]) -> String {
    let rows = cells.iter().enumerate();
    let rows = rows.map(|(i, (a, b))| format!("r{i},{a},{b},{i}.5\n"));
    format!("id,{a},{b},x\n{}", rows.collect::<String>())
}

#[test]
fn a_censored_outcome_is_no_class_and_no_number() {
    let numbers = [("1", "3.5"), ("0", "9"), ("1", "1"), ("0", "12")];
    let words = [
        ("Dead", "300"),
        ("Alive", ""),
        ("Dead", "12"),
        ("Alive", ""),
        ("Dead", "7"),
    ];
    let portal = [("1:DECEASED", "3"), ("0:LIVING", "9"), ("0:LIVING", "1")];
    for (event, time, cells) in [
        ("OS", "OS.time", &numbers[..]),
        ("OS_STATUS", "OS_MONTHS", &portal),
        ("event", "time", &numbers),
        ("Status", "Time", &numbers),
        ("vital_status", "days_to_death", &words),
        ("censorship", "survival_months", &numbers),
    ] {
        let rows = pair(event, time, cells);
        for (kind, column) in [("classification", event), ("regression", time)] {
            if cells == words && column == time {
                continue; // its missing cells are refused as well, and that is fine
            }
            let target = format!("kind = '{kind}'\ncolumn = '{column}'\n");
            let error = refused(&target, &rows);
            assert_eq!(error.defect, Defect::Censored, "{error}");
            let line = format!("`kind = \"survival\"`, `time = {time:?}`, `event = {event:?}`");
            assert!(error.to_string().contains(&line), "{error}");
            assert!(error.to_string().contains("uncensored = true"), "{error}");
            open(&format!("{target}uncensored = true"), &rows).map_or_else(
                |error| assert_ne!(error.defect, Defect::Censored, "{error}"),
                |_| (),
            );
        }
    }
    let error = refused(
        "kind = 'classification'\ncolumn = 'vital_status'",
        &pair("vital_status", "days_to_death", &words),
    );
    assert!(
        error.to_string().contains("event_values = [\"Dead\"]"),
        "{error}"
    );
}

#[test]
fn the_line_that_mends_it_opens() {
    let rows = pair("OS", "OS.time", &[("1", "3.5"), ("0", "9"), ("1", "1")]);
    let cohort = open(
        "kind = \"survival\"\ntime = \"OS.time\"\nevent = \"OS\"",
        &rows,
    )
    .unwrap();
    assert_eq!(cohort.target("y").unwrap().kind(), TaskKind::Survival);
}

#[test]
fn names_alone_raise_no_alarm() {
    for (a, b, cells) in [
        // Three classes; times before 0; two distinct times; no such pair.
        ("status", "time", [("a", "1"), ("b", "2"), ("c", "3")]),
        ("status", "time", [("a", "-1"), ("b", "2"), ("b", "3")]),
        ("event", "time", [("1", "1"), ("0", "1"), ("0", "2")]),
        ("event", "time", [("1", "noon"), ("0", "two"), ("0", "six")]),
        ("diagnosis", "time", [("1", "1"), ("0", "2"), ("0", "3")]),
    ] {
        let target = format!("kind = 'classification'\ncolumn = '{a}'");
        open(&target, &pair(a, b, &cells)).unwrap_or_else(|error| panic!("{error}"));
    }
}

#[test]
fn an_import_reads_or_refuses() {
    let rows = pair("OS", "OS.time", &[("1", "3.5"), ("0", "9"), ("1", "1")]);
    let dir = folder(&[("t.csv", rows.as_bytes())]);
    let class = ImportOptions {
        targets: vec![ImportTarget {
            column: "OS".into(),
            kind: None,
        }],
        ..ImportOptions::default()
    };
    let (file, out) = (dir.path().join("t.csv"), dir.path().join("out"));
    let error = import(&file, &out, &class).unwrap_err();
    assert_eq!(error.defect, Defect::Censored);
    assert!(
        error
            .to_string()
            .contains("--event \"OS\" --event-time \"OS.time\""),
        "{error}"
    );
    let survival = ImportOptions {
        survival: Some(ImportSurvival {
            name: "os".into(),
            time: "OS.time".into(),
            event: "OS".into(),
            unit: Some("days".into()),
            ..ImportSurvival::default()
        }),
        ..ImportOptions::default()
    };
    import(&file, &out, &survival).unwrap();
    let cohort = Cohort::open(&out).unwrap();
    let target = cohort.target("os").unwrap();
    let (time, event) = target.targets.as_survival().unwrap();
    assert_eq!(
        (time, event),
        (&[3.5, 9.0, 1.0][..], &[true, false, true][..])
    );
    let text = std::fs::read_to_string(out.join("cohort.toml")).unwrap();
    assert!(text.contains("unit = \"days\""), "{text}");
    // Neither column is an input.
    let schema = format!("{:?}", cohort.modalities());
    assert!(!schema.contains("OS"), "{schema}");
    let insisted = ImportOptions {
        uncensored: true,
        ..class
    };
    import(&file, dir.path().join("class"), &insisted).unwrap();
}

#[test]
fn a_written_survival_reads_the_same() {
    let dir = tempfile::tempdir().unwrap();
    let target = TargetColumn {
        name: "os".into(),
        task: Task::Survival(midfuse_base::SurvivalTask::default().with_unit("years")),
        targets: Targets::Survival {
            time: vec![0.1, 2.0],
            event: vec![false, true],
        },
    };
    let rows = RowTable {
        ids: vec!["a".into(), "b".into()],
        targets: vec![target.clone()],
        ..RowTable::default()
    };
    let path = dir.path().join("cohort");
    CohortWriter::create(&path, rows).unwrap().finish().unwrap();
    assert_eq!(Cohort::open(&path).unwrap().targets(), [target]);
}

/// A table of the TCGA data of MCAT; says so where it is absent.
fn tcga(name: &str) -> Option<(tempfile::TempDir, PathBuf)> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data");
    let root = std::env::var_os("MIDFUSE_SHARED_DATA").map_or(beside, PathBuf::from);
    let file = root.join("tcga-luad-blca").join(name);
    let unpacked = Command::new("gzip").arg("-dc").arg(&file).output();
    if let (true, Ok(unpacked)) = (file.is_file(), unpacked) {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("tcga.csv");
        std::fs::write(&path, unpacked.stdout).unwrap();
        return Some((dir, path));
    }
    if let Some(log) = std::env::var_os("MIDFUSE_SKIPPED") {
        let log = std::fs::OpenOptions::new()
            .append(true)
            .create(true)
            .open(log);
        writeln!(
            log.unwrap(),
            "censored: no data set tcga-luad-blca; name its folder in MIDFUSE_SHARED_DATA"
        )
        .unwrap();
    }
    None
}

#[test]
fn tcga_is_refused_as_a_class_and_as_a_number_and_read_as_a_survival() {
    for name in ["tcga_luad.csv.gz", "tcga_blca.csv.gz"] {
        let Some((dir, file)) = tcga(name) else {
            return;
        };
        let out = dir.path().join("out");
        for column in ["censorship", "survival_months"] {
            let options = ImportOptions {
                id: Some("slide_id".into()),
                group: Some("case_id".into()),
                targets: vec![ImportTarget {
                    column: column.into(),
                    kind: None,
                }],
                ..ImportOptions::default()
            };
            let error = import(&file, &out, &options).unwrap_err();
            assert_eq!(error.defect, Defect::Censored, "{name} {column}: {error}");
            let line = "--event \"censorship\" --event-time \"survival_months\" --event-values \
                        \"0\" --censored-values \"1\"";
            assert!(error.to_string().contains(line), "{error}");
        }
        let options = ImportOptions {
            id: Some("slide_id".into()),
            group: Some("case_id".into()),
            survival: Some(ImportSurvival {
                name: "os".into(),
                time: "survival_months".into(),
                event: "censorship".into(),
                unit: Some("months".into()),
                event_values: vec!["0".into()],
                censored_values: vec!["1".into()],
            }),
            // Codes of hospitals, most of which are digits.
            categorical: vec!["site".into()],
            ..ImportOptions::default()
        };
        import(&file, &out, &options).unwrap();
        let cohort = Cohort::open(&out).unwrap();
        let (_, event) = cohort.target("os").unwrap().targets.as_survival().unwrap();
        let events = event.iter().filter(|&&event| event).count();
        let want = if name.contains("luad") {
            (516, 202)
        } else {
            (437, 201)
        };
        assert_eq!((cohort.len(), events), want);
    }
}
