//! Days as numbers, and genes by samples.

use midfuse_data::{Cohort, Defect, ImportOptions, ModalityData};

use crate::folders::folder;
use crate::read_bytes;

#[test]
fn days_that_are_written_as_numbers_are_days_as_times() {
    let times = |days: [&str; 3]| {
        let rows = days.iter().zip(["a", "b", "a"]).zip(1..);
        let rows = rows.map(|((day, y), x)| format!("{x},{day},{y}\n"));
        let text = format!("x,day,y\n{}", rows.collect::<String>());
        let options = ImportOptions {
            time: Some(midfuse_data::TimeSpec {
                start: "day".into(),
                end: None,
            }),
            ..ImportOptions::default()
        };
        read_bytes("t.csv", text.as_bytes(), options).unwrap().1
    };
    let summary = times(["20240131", "20240201", "20240301"]);
    // 2024-01-31 is 19,753 days after 1970-01-01.
    assert_eq!(summary.times, Some((19753.0, 19783.0)));
    assert!(
        summary
            .to_string()
            .contains("day: time, dates, written as YYYYMMDD"),
        "{summary}"
    );
    // The 31st of February is none, so these are numbers.
    let summary = times(["20240131", "20240201", "20240231"]);
    assert_eq!(summary.times, Some((20_240_131.0, 20_240_231.0)));
}

#[test]
fn genes_by_samples_are_recognised_and_read_transposed() {
    let section = |more: &str| {
        format!(
            "format = 1\n[rows]\nfile = 'rows.csv'\nid = 'sample'\n[[modalities]]\nname = 'm'\nkind = 'tabular'\ntable = 'gex.tsv'\nid = 'gene'\n{more}"
        )
    };
    let cohort = |more: &str, gex: &str| {
        let dir = folder(&[
            ("cohort.toml", section(more).as_bytes()),
            ("rows.csv", b"sample\ns1\ns2\ns3\n"),
            ("gex.tsv", gex.as_bytes()),
        ]);
        Cohort::open(dir.path()).and_then(|cohort| {
            let summary = cohort.summary()?;
            Ok((cohort.load_all("m")?, summary))
        })
    };
    let gex = "gene\ts1\ts2\ts3\nG1\t1.5\t2\t3\nG2\t4\tNA\t6\n";
    let error = cohort("", gex).unwrap_err().to_string();
    assert!(
        error.contains("transpose = true") && error.contains("`s1` and 2 more"),
        "{error}"
    );
    let (data, summary) = cohort("transpose = true", gex).unwrap();
    let ModalityData::Tabular(data) = data else {
        panic!("a table")
    };
    assert_eq!(data.numeric_names, ["G1", "G2"]);
    assert_eq!(data.numeric.row(0).to_vec(), [1.5, 4.0]);
    assert!(data.numeric[[1, 1]].is_nan());
    assert!(
        summary.to_string().contains("gex.tsv: 3 rows read"),
        "{summary}"
    );
    let odd = gex.replace("\t6", "\thigh");
    let error = cohort("transpose = true", &odd).unwrap_err().to_string();
    assert!(
        error.contains("column 4") && error.contains("`high`"),
        "{error}"
    );
    let twice = gex.replace("G2", "G1");
    let error = cohort("transpose = true", &twice).unwrap_err();
    assert_eq!(error.defect, Defect::DuplicateColumn);
}
