//! A censored outcome from end to end with the real worker: fitted by Cox's likelihood, scored by
//! concordance and Brier, reported, concluded, predicted.
#![cfg(test)]

mod study_support;

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use midfuse_base::{Seed, SurvivalTask};
use midfuse_data::ndarray::Array2;
use midfuse_data::{
    Cohort, CohortWriter, ImportOptions, ImportSurvival, RowTable, TabularData, TargetColumn,
    Targets, Task, import,
};
use midfuse_study::{conclude, study};
use parquet::file::reader::{FileReader, SerializedFileReader};
use study_support::options;

/// A number in (0, 1) that depends on row and name alone.
fn uniform(row: usize, name: &str) -> f64 {
    let Seed(bits) = Seed(0).derive(&format!("{name}/{row}"));
    ((bits >> 11) as f64 + 0.5) / (1_u64 << 53) as f64
}

/// A number of mean 0 and variance 1.
fn normal(row: usize, name: &str) -> f64 {
    let radius = (-2.0 * uniform(row, name).ln()).sqrt();
    radius * (std::f64::consts::TAU * uniform(row, &format!("{name}/angle"))).cos()
}

/// Rows whose hazard is `exp(a + b)`, of which two modalities show one term each; about a third is
/// censored, and times are rounded, so that some are tied.
fn cohort(dir: &Path, n: usize) {
    let hazard = |row| (normal(row, "a") + normal(row, "b")).exp();
    let died = |row| -12.0 * uniform(row, "died").ln() / hazard(row);
    let left = |row| 4.0 + 40.0 * uniform(row, "left");
    let table = |name: &str| TabularData {
        numeric: Array2::from_shape_fn((n, 3), |(row, column)| match column {
            0 => normal(row, name) as f32,
            _ => normal(row, &format!("{name}{column}")) as f32,
        }),
        numeric_names: (0..3).map(|column| format!("{name}{column}")).collect(),
        categorical: vec![Vec::new(); n],
        categorical_names: Vec::new(),
        present: vec![true; n],
    };
    let months = |time: f64| (time * 10.0).ceil() / 10.0;
    let rows = RowTable {
        ids: (0..n).map(|row| format!("patient-{row:03}")).collect(),
        targets: vec![TargetColumn {
            name: "os".into(),
            task: Task::Survival(SurvivalTask::default().with_unit("months")),
            targets: Targets::Survival {
                time: (0..n).map(|row| months(died(row).min(left(row)))).collect(),
                event: (0..n).map(|row| died(row) <= left(row)).collect(),
            },
        }],
        ..RowTable::default()
    };
    let mut writer = CohortWriter::create(dir, rows).unwrap();
    for name in ["a", "b"] {
        writer.modality(name, &table(name).into()).unwrap();
    }
    writer.finish().unwrap();
}

fn study_file(folder: &Path, modalities: &[&str], protocol: &str, training: &str) -> PathBuf {
    let mut text = format!(
        "name = \"survival\"\ncohort = \"cohort\"\ntarget = \"os\"\n\
         [protocol]\nouter_folds = 3\ninner_folds = 2\nseed = 5\n{protocol}\n\
         [budget]\ntrials = 1\nepochs = 25\n[training]\n{training}\n"
    );
    for name in modalities {
        text += "[[modalities]]\nname = \"";
        text += name;
        text += "\"\nencoder = \"mlp\"\nconfig = { d_block = 16 }\n";
    }
    for fusion in ["single", "concat", "late"] {
        text += "[[strategies]]\nfusion = \"";
        text += fusion;
        text += "\"\n";
    }
    let path = folder.join("study.toml");
    fs::write(&path, text).unwrap();
    path
}

#[test]
fn a_known_signal_is_found_reported_concluded_and_predicted() {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path().join("cohort");
    cohort(&dir, 300);
    let file = study_file(folder.path(), &["a", "b"], "", "lr = 0.01\nbatch_size = 64");
    let out = folder.path().join("out");
    let results = study(&file, &options(&out)).unwrap().results;

    let Task::Survival(task) = &results.study.task else {
        panic!("a survival");
    };
    assert_eq!(
        (results.study.metric.as_str(), task.horizons.len()),
        ("concordance", 3)
    );
    assert!(results.failed_arms().next().is_none());
    let mean = |arm: &str, metric: &str| {
        let arm = results.arms.iter().find(|of| of.name == arm).unwrap();
        arm.scores[metric].mean
    };
    let prior = results.prior_loss.iter().sum::<f64>() / results.prior_loss.len() as f64;
    for metric in ["concordance", "concordance-uno", "dynamic-auc"] {
        // The order of the true hazard has about .8 here; each term alone .69.
        assert!(
            mean("concat", metric) > 0.7,
            "{metric} {}",
            mean("concat", metric)
        );
        assert!(mean("concat", metric) > mean("single-a", metric) + 0.02);
        assert!(mean("single-b", metric) > 0.58);
    }
    assert!(mean("concat", "integrated-brier") < 0.85 * prior);
    assert!(mean("single-a", "integrated-brier") < prior);

    let verdict = serde_json::to_string(&results.verdict).unwrap();
    for word in ["class", "log loss", "nats"] {
        assert!(!verdict.contains(word), "{word}: {verdict}");
    }
    let page = fs::read_to_string(out.join("report.html")).unwrap();
    for title in [
        "Survival by predicted risk",
        "numbers at risk",
        "Calibration at the horizons",
        "Scores at the horizons",
        "Brier of the prior",
        "months",
    ] {
        assert!(page.contains(title), "{title}");
    }
    for title in [
        "ROC curves",
        "What is taken for what",
        "Predicted against true",
    ] {
        assert!(!page.contains(title), "{title}");
    }
    let parquet =
        SerializedFileReader::new(fs::File::open(out.join("predictions.parquet")).unwrap());
    let schema = parquet
        .unwrap()
        .metadata()
        .file_metadata()
        .schema_descr_ptr();
    let names: Vec<String> = schema
        .columns()
        .iter()
        .map(|c| c.name().to_owned())
        .collect();
    assert_eq!(
        names[..7],
        [
            "row", "repeat", "fold", "strategy", "time", "event", "log_risk"
        ]
    );
    assert_eq!(names.len(), 7 + task.times.len());

    let (conclusion, _) = conclude(&file, &[], &options(&out)).unwrap();
    assert_eq!(conclusion.comparisons.len(), 2);
    let concat = conclusion
        .arms
        .iter()
        .find(|arm| arm.arm == "concat")
        .unwrap();
    assert!(concat.scores["concordance"] > 0.62 && concat.lower.is_some());
    assert!(concat.scores.contains_key("integrated-brier"));
    let page = fs::read_to_string(out.join("conclusion.html")).unwrap();
    assert!(page.contains("Survival by predicted risk"));

    let predictions = folder.path().join("predictions.csv");
    predict(&out.join("final/concat"), &dir, &predictions);
    let text = fs::read_to_string(&predictions).unwrap();
    let head: Vec<&str> = text.lines().next().unwrap().split(',').collect();
    assert_eq!(head[..2], ["id", "log risk"]);
    assert!(
        head[2].starts_with("survival at ") && head[2].ends_with(" months"),
        "{head:?}"
    );
    for line in text.lines().skip(1) {
        let survival: Vec<f64> = line
            .split(',')
            .skip(2)
            .map(|p| p.parse().unwrap())
            .collect();
        assert!(survival.iter().all(|p| (0.0..=1.0).contains(p)));
        assert!(
            survival.windows(2).all(|pair| pair[1] <= pair[0]),
            "survival never rises"
        );
    }
}

fn predict(model: &Path, cohort: &Path, out: &Path) {
    let status = Command::new(env!("CARGO_BIN_EXE_midfuse-worker"))
        .arg("predict")
        .args(["--model".as_ref(), model.as_os_str()])
        .args(["--cohort".as_ref(), cohort.as_os_str()])
        .args(["--out".as_ref(), out.as_os_str()])
        .status()
        .unwrap();
    assert!(status.success());
}

#[test]
fn what_a_survival_cannot_have_is_refused_before_anything_is_trained() {
    let folder = tempfile::tempdir().unwrap();
    cohort(&folder.path().join("cohort"), 60);
    let out = folder.path().join("out");
    for (protocol, training, says) in [
        ("metric = \"auc\"", "", "protocol.metric"),
        ("", "class_weights = \"balanced\"", "class_weights"),
    ] {
        let file = study_file(folder.path(), &["a", "b"], protocol, training);
        let error = study(&file, &options(&out)).unwrap_err().to_string();
        assert!(error.contains(says), "{error}");
    }
}

/// The lung cohort of TCGA as MCAT publishes it, cut to its first columns; says so where it is absent.
fn luad(to: &Path) -> Option<PathBuf> {
    const COLUMNS: usize = 60;
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data");
    let root = std::env::var_os("MIDFUSE_SHARED_DATA").map_or(beside, PathBuf::from);
    let file = root.join("tcga-luad-blca/tcga_luad.csv.gz");
    let unpacked = Command::new("gzip").arg("-dc").arg(&file).output();
    let (true, Ok(unpacked)) = (file.is_file(), unpacked) else {
        if let Some(log) = std::env::var_os("MIDFUSE_SKIPPED") {
            let log = fs::OpenOptions::new().append(true).create(true).open(log);
            writeln!(
                log.unwrap(),
                "study_survival: no data set tcga-luad-blca; name its folder in MIDFUSE_SHARED_DATA"
            )
            .unwrap();
        }
        return None;
    };
    let text = String::from_utf8(unpacked.stdout).unwrap();
    let cut = |line: &str| line.split(',').take(COLUMNS).collect::<Vec<_>>().join(",");
    let lines: Vec<String> = text.lines().map(cut).collect();
    let path = to.join("luad.csv");
    fs::write(&path, lines.join("\n")).unwrap();
    Some(path)
}

#[test]
fn the_lung_cohort_of_tcga_is_studied_by_patient() {
    let folder = tempfile::tempdir().unwrap();
    let Some(table) = luad(folder.path()) else {
        return;
    };
    let dir = folder.path().join("cohort");
    let columns = ImportOptions {
        id: Some("slide_id".into()),
        group: Some("case_id".into()),
        exclude: ["site", "oncotree_code"].map(String::from).to_vec(),
        survival: Some(ImportSurvival {
            name: "os".into(),
            time: "survival_months".into(),
            event: "censorship".into(),
            unit: Some("months".into()),
            event_values: vec!["0".into()],
            censored_values: vec!["1".into()],
        }),
        ..ImportOptions::default()
    };
    import(&table, &dir, &columns).unwrap();
    assert_eq!(Cohort::open(&dir).unwrap().len(), 516);
    let mut text = fs::read_to_string(study_file(folder.path(), &["table"], "", "")).unwrap();
    text = text.replace(
        "[[strategies]]\nfusion = \"concat\"\n[[strategies]]\nfusion = \"late\"\n",
        "",
    );
    text = text.replace("epochs = 25", "epochs = 3");
    text.push_str("[survival]\nhorizons = [12, 24, 36]\n");
    let file = folder.path().join("study.toml");
    fs::write(&file, text).unwrap();
    let finished = study(&file, &options(&folder.path().join("out")));
    let results = finished.unwrap().results;
    assert_eq!(results.study.unit, "group");
    assert!(results.failed_arms().next().is_none());
    let scores = &results.arms[0].scores;
    for metric in [
        "concordance",
        "concordance-uno",
        "dynamic-auc",
        "integrated-brier",
    ] {
        assert!((0.0..=1.0).contains(&scores[metric].mean), "{metric}");
    }
}
