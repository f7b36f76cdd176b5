//! Readers of studies: the study file, scores and predictions to compare, data to audit, results.

use std::fmt::Display;
use std::path::Path;

use midfuse_audit::{AuditOptions, audit, html as audit_html};
use midfuse_base::Task;
use midfuse_compare::{CompareOptions, compare, html as comparison_html};
use midfuse_data::source::SourceOptions;
use midfuse_plan::file::{StudyFile, template};
use midfuse_report::checklist::{Facts, fill};
use midfuse_report::results::{Results, Timings};
use midfuse_report::{PredictionTable, page};
use midfuse_study::split::{SplitOptions, split};

use crate::scratch::folder;
use crate::target::Target;

/// The targets of this module.
pub(crate) const TARGETS: &[Target] = &[
    Target {
        name: "study-file",
        covers: &["StudyFile::read", "BaselineSection"],
        run: |bytes| {
            folder(&[("study.toml", bytes)], |dir| {
                if let Some(file) = check(StudyFile::read(&dir.join("study.toml"))) {
                    file.cohort_dir(dir);
                }
            });
        },
        seeds: || vec![SMALL.as_bytes().to_vec(), template(None, true).into_bytes()],
    },
    Target {
        name: "compare-csv",
        covers: &["compare"],
        run: |bytes| comparison("scores.csv", bytes),
        seeds: || SCORES.iter().map(|text| text.as_bytes().to_vec()).collect(),
    },
    Target {
        name: "compare-parquet",
        covers: &["compare"],
        run: |bytes| comparison("scores.parquet", bytes),
        seeds: || vec![include_bytes!("../../data/tests/golden/table.parquet").to_vec()],
    },
    Target {
        name: "audit-table",
        covers: &["audit"],
        run: |bytes| {
            let options = AuditOptions {
                source: SourceOptions {
                    target: Some("y".into()),
                    groups: vec!["g".into()],
                    ..SourceOptions::default()
                },
                ..AuditOptions::default()
            };
            for options in [options, AuditOptions::default()] {
                audited(&[("table.csv", bytes)], &options);
            }
        },
        seeds: || vec![TABLE.as_bytes().to_vec()],
    },
    Target {
        name: "split-table",
        covers: &["split"],
        run: |bytes| {
            for groups in [vec![], vec!["g".to_owned()]] {
                let options = SplitOptions {
                    source: SourceOptions {
                        target: Some("y".into()),
                        groups,
                        ..SourceOptions::default()
                    },
                    folds: 2,
                    ..SplitOptions::default()
                };
                folder(&[("table.csv", bytes)], |dir| {
                    if let Some(made) = check(split(&dir.join("table.csv"), &options)) {
                        assert_eq!(made.folds.len(), 2);
                        for fold in &made.folds {
                            assert_eq!(fold.train + fold.test + fold.dropped, made.rows);
                        }
                    }
                });
            }
        },
        seeds: || vec![TABLE.as_bytes().to_vec()],
    },
    Target {
        name: "audit-split-file",
        covers: &["audit"],
        run: |bytes| {
            for name in ["splits.csv", "splits.json"] {
                let options = AuditOptions {
                    splits: Some(name.into()),
                    source: SourceOptions {
                        target: Some("y".into()),
                        ..SourceOptions::default()
                    },
                    ..AuditOptions::default()
                };
                audited(&[("table.csv", TABLE.as_bytes()), (name, bytes)], &options);
            }
        },
        seeds: || {
            vec![
                b"fold,side,row\n0,train,a\n0,train,b\n0,test,c\n0,test,d\n".to_vec(),
                br#"{"folds": [{"train": ["a", "b"], "test": ["c", "d"]}]}"#.to_vec(),
            ]
        },
    },
    Target {
        name: "results-json",
        covers: &["Results", "Timings"],
        run: results,
        seeds: || vec![RESULTS.to_vec()],
    },
];

const SMALL: &str = "name = 'small'\ncohort = 'c'\ntarget = 'y'\n[protocol]\nouter_folds = 3\n[budget]\ntrials = 2\ndraw = 'grid'\n[[modalities]]\nname = 'a'\nencoder = 'mlp'\n[[modalities]]\nname = 'b'\nencoder = 'gru'\nconfig = { width = 8 }\n[[strategies]]\nfusion = 'single'\n[[strategies]]\nfusion = 'concat'\nname = 'both'\n[strategies.search]\n'fusion.width' = [4, 8]\n[search]\n'training.lr' = { min = 1e-4, max = 1e-2, scale = 'log' }\n";

const SCORES: [&str; 4] = [
    "model,fold,score\nA,1,0.80\nA,2,0.82\nA,3,0.79\nB,1,0.83\nB,2,0.84\nB,3,0.80\n",
    "model,repeat,fold,score,n_train,n_test\nA,1,1,0.8,8,2\nA,2,1,0.7,8,2\nB,1,1,0.9,8,2\nB,2,1,0.6,8,2\n",
    "model,row,target,score_no,score_yes,group\na,1,yes,0.1,0.9,p\na,2,no,0.7,0.3,q\na,3,yes,0.4,0.6,r\nb,1,yes,0.2,0.8,p\nb,2,no,0.6,0.4,q\nb,3,yes,0.5,0.5,r\n",
    "model,id,target,score,fold\na,1,0.5,0.4,1\na,2,1.5,1.6,2\nb,1,0.5,0.6,1\nb,2,1.5,1,2\n",
];

const TABLE: &str = "id,y,g,x,z\na,0,p,1.5,u\nb,1,q,2.5,v\nc,0,p,3.5,u\nd,1,r,,w\n";

/// Of a small study of made-up patients, with short lists.
const RESULTS: &[u8] = include_bytes!("../seeds/results.json");

/// An error is one line of bounded length.
fn check<T, E: Display>(outcome: Result<T, E>) -> Option<T> {
    outcome
        .map_err(|error| {
            let message = error.to_string();
            assert!(
                !message.is_empty() && message.lines().count() == 1,
                "{message:?}"
            );
        })
        .ok()
}

fn comparison(name: &str, bytes: &[u8]) {
    folder(&[(name, bytes)], |dir| {
        let files = [dir.join(name)];
        let positive = CompareOptions {
            positive: Some("yes".into()),
            ..CompareOptions::default()
        };
        for options in [CompareOptions::default(), positive] {
            if let Some(comparison) = check(compare(&files, &options)) {
                assert!(!comparison.summary.is_empty());
                comparison_html(&comparison);
            }
        }
    });
}

fn audited(files: &[(&str, &[u8])], options: &AuditOptions) {
    folder(files, |dir: &Path| {
        let options = AuditOptions {
            splits: options.splits.as_ref().map(|name| dir.join(name)),
            ..options.clone()
        };
        if let Some(found) = check(audit(&dir.join("table.csv"), &options)) {
            check(found.json());
            audit_html(&found);
            assert!(!found.summary().is_empty());
        }
    });
}

/// Results that are read are reported and written again as they were.
fn results(bytes: &[u8]) {
    let Ok(results) = serde_json::from_slice::<Results>(bytes) else {
        return;
    };
    let text = serde_json::to_vec(&results).expect("what was JSON is JSON");
    let again: Results = serde_json::from_slice(&text).expect("what is written is read");
    assert_eq!(again, results);
    let timings = Timings::default();
    let predictions = PredictionTable {
        task: Task::Regression,
        rows: Vec::new(),
    };
    let filled = fill(&Facts {
        results: &results,
        timings: Some(&timings),
        disclosures: 0,
        conclusion: None,
    });
    page::html(&results, &timings, &predictions, &filled);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_seed_of_results_is_whole() {
        let read = serde_json::from_slice::<Results>(RESULTS);
        assert!(read.is_ok(), "{:?}", read.err());
    }
}
