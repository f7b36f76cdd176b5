//! Leaks through rows that depend on one another, and through what is fitted outside the folds.

use super::nearest::{Honest, Inputs, Nearest, compare, leaky, normal, rows_of, uniform};
use midfuse_base::Seed;
use midfuse_eval::rows::{AnyData, Span};
use midfuse_eval::split::{AnySplitter, PurgedKFold, StratifiedKFold};

/// Taxonomy 6: labels at random per patient, rows of a patient alike. Reference: 1.000 and .503.
#[test]
fn patients_on_both_sides() {
    let (leaky, honest) = compare(|seed| {
        let mut inputs = Inputs::new();
        let mut rows = Vec::new();
        let mut patients = Vec::new();
        for row in 0..200 {
            let (id, patient) = (format!("row-{row}"), row / 10);
            let x = |f| {
                normal(seed, &format!("p{patient}-{f}")) + 0.3 * normal(seed, &format!("{id}-{f}"))
            };
            inputs.insert(id.clone(), (0..20).map(x).collect());
            // Half of the patients are ill, which ones is chance.
            let mut order: Vec<usize> = (0..20).collect();
            order.sort_by_key(|p| Seed(seed).hash(format!("ill-{p}").as_bytes()));
            rows.push((
                id,
                usize::from(order.iter().position(|&p| p == patient).unwrap() < 10),
            ));
            patients.push(format!("patient-{patient}"));
        }
        let data = AnyData::new(rows_of(&rows).with_groups("patient", &patients).unwrap()).unwrap();
        let learner = Nearest {
            inputs: &inputs,
            n_features: None,
        };
        (
            leaky(&inputs, &rows, None, seed),
            data.visit(Honest { by: None, learner }),
        )
    });
    assert!(leaky > 0.97, "{leaky}");
    assert!((honest - 0.5).abs() < 0.12, "{honest}");
}

/// Taxonomy 5: half of the rows have a jittered copy; the copies are one group. Reference: .781 and
/// .510.
#[test]
fn near_duplicates() {
    let (leaky, honest) = compare(|seed| {
        let mut inputs = Inputs::new();
        let mut rows = Vec::new();
        let mut clusters = Vec::new();
        for row in 0..120 {
            let x: Vec<f64> = (0..20)
                .map(|f| normal(seed, &format!("{row}-{f}")))
                .collect();
            let class = usize::from(uniform(seed, &format!("y{row}")) < 0.5);
            let copies = if row % 2 == 0 { 2 } else { 1 };
            for copy in 0..copies {
                let id = format!("row-{row}-{copy}");
                let jitter = |f: usize| 0.01 * normal(seed, &format!("{id}-{f}"));
                let near = x.iter().enumerate().map(|(f, x)| x + jitter(f)).collect();
                inputs.insert(id.clone(), near);
                rows.push((id, class));
                clusters.push(format!("cluster-{row}"));
            }
        }
        let data = AnyData::new(rows_of(&rows).with_groups("cluster", &clusters).unwrap()).unwrap();
        let learner = Nearest {
            inputs: &inputs,
            n_features: None,
        };
        (
            leaky(&inputs, &rows, None, seed),
            data.visit(Honest { by: None, learner }),
        )
    });
    assert!(leaky > 0.70, "{leaky}");
    assert!((honest - 0.5).abs() < 0.08, "{honest}");
}

/// Taxonomy 3: features chosen by class on all rows, pure noise. Reference: .929 and .472.
#[test]
fn features_chosen_outside_the_folds() {
    let (leaky, honest) = compare(|seed| {
        let mut inputs = Inputs::new();
        let mut rows = Vec::new();
        for row in 0..50 {
            let id = format!("row-{row}");
            let x = (0..2000)
                .map(|f| uniform(seed, &format!("{row}/{f}")))
                .collect();
            inputs.insert(id.clone(), x);
            rows.push((id, row % 2));
        }
        let data = AnyData::new(rows_of(&rows)).unwrap();
        let by = AnySplitter::StratifiedKFold(StratifiedKFold::new(5, Seed(1)));
        let learner = Nearest {
            inputs: &inputs,
            n_features: Some(50),
        };
        (
            leaky(&inputs, &rows, Some(50), seed),
            data.visit(Honest {
                by: Some(by),
                learner,
            }),
        )
    });
    assert!(leaky > 0.75, "{leaky}");
    assert!((honest - 0.5).abs() < 0.1, "{honest}");
}

/// Taxonomy 9: labels over 20 steps that overlap, time as the feature. Reference: .904 and .565.
#[test]
fn labels_that_overlap_in_time() {
    let (leaky, honest) = compare(|seed| {
        let step = |t: i64| normal(seed, &format!("step-{t}"));
        let label = |t: i64| usize::from((t..=t + 20).map(step).sum::<f64>() > 0.0);
        let rows: Vec<(String, usize)> = (0..400).map(|t| (format!("row-{t}"), label(t))).collect();
        let inputs: Inputs = rows
            .iter()
            .enumerate()
            .map(|(t, row)| (row.0.clone(), vec![t as f64]))
            .collect();
        let spans: Vec<Span> = (0..400).map(|t| Span::new(t, t + 20)).collect();
        let data = AnyData::new(rows_of(&rows).with_spans(&spans).unwrap()).unwrap();
        let by = Some(AnySplitter::PurgedKFold(PurgedKFold::new(5)));
        let learner = Nearest {
            inputs: &inputs,
            n_features: None,
        };
        (
            leaky(&inputs, &rows, None, seed),
            data.visit(Honest { by, learner }),
        )
    });
    assert!(leaky > 0.83, "{leaky}");
    assert!((honest - 0.5).abs() < 0.13, "{honest}");
}
