//! The table of a study, in plain text.

use midfuse_page::number::{interval, p_value, score, signed};
use midfuse_report::results::{ArmResult, Results};

/// One line per strategy: score, interval, improvement on the best single modality, corrected p.
pub(crate) fn of(results: &Results) -> String {
    let metric = &results.study.metric;
    let mut rows = vec![
        [
            "strategy",
            metric,
            "95 % interval",
            "improvement",
            "95 % interval",
            "p (Holm)",
        ]
        .map(str::to_owned)
        .to_vec(),
    ];
    rows.extend(results.arms.iter().map(|arm| row(results, arm)));
    if let Some(best) = results
        .best_single
        .as_ref()
        .and_then(|best| best.scores.get(metric))
    {
        rows.push(vec![
            "best single".to_owned(),
            score(best.mean),
            interval(best.lower, best.upper, score),
            "reference".to_owned(),
            String::new(),
            String::new(),
        ]);
    }
    align(&rows)
}

fn row(results: &Results, arm: &ArmResult) -> Vec<String> {
    let mut cells = vec![arm.name.clone()];
    match arm.scores.get(&results.study.metric) {
        Some(of_arm) => cells.extend([
            score(of_arm.mean),
            interval(of_arm.lower, of_arm.upper, score),
        ]),
        None => cells.extend([
            format!("failed {} of {} jobs", arm.jobs_failed, arm.jobs),
            String::new(),
        ]),
    }
    match results
        .comparisons
        .iter()
        .find(|comparison| comparison.arm == arm.name)
    {
        Some(c) => cells.extend([
            signed(c.improvement),
            interval(c.lower, c.upper, signed),
            p_value(c.p_holm),
        ]),
        None => cells.extend([String::new(), String::new(), String::new()]),
    }
    cells
}

/// Columns of equal width; the first to the left, the others to the right.
pub(crate) fn align(rows: &[Vec<String>]) -> String {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let width = |column: usize| {
        rows.iter()
            .filter_map(|row| row.get(column))
            .map(|cell| cell.chars().count())
            .max()
            .unwrap_or(0)
    };
    let widths: Vec<usize> = (0..columns).map(width).collect();
    let lines: Vec<String> = rows
        .iter()
        .map(|row| {
            let cells: Vec<String> = row
                .iter()
                .zip(&widths)
                .enumerate()
                .map(|(i, (cell, &width))| {
                    if i == 0 {
                        format!("{cell:<width$}")
                    } else {
                        format!("{cell:>width$}")
                    }
                })
                .collect();
            cells.join("  ").trim_end().to_owned()
        })
        .collect();
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_line_up() {
        let rows = [
            vec!["a".to_owned(), "1".to_owned()],
            vec!["long".to_owned(), "22".to_owned()],
        ];
        assert_eq!(align(&rows), "a      1\nlong  22");
    }
}
