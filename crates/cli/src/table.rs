//! Tables in plain text, and the table of a study.

use comfy_table::{CellAlignment, ContentArrangement, Table, presets};
use midfuse_page::number::{interval, p_value, score, signed};
use midfuse_report::results::{ArmResult, Results};

/// Widest line of a table whose cells may go over several lines, in characters.
const WIDTH: u16 = 100;

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
    let name = if arm.baseline {
        format!("{} (baseline)", arm.name)
    } else {
        arm.name.clone()
    };
    let mut cells = vec![name];
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
    match results.against_best_single(&arm.name) {
        Some(c) => cells.extend([
            signed(c.improvement),
            interval(c.lower, c.upper, signed),
            p_value(c.p_holm),
        ]),
        None => cells.extend([String::new(), String::new(), String::new()]),
    }
    cells
}

/// Columns of equal width, two spaces apart; the first to the left, the others to the right.
pub(crate) fn align(rows: &[Vec<String>]) -> String {
    let mut table = plain(rows);
    for column in table.column_iter_mut().skip(1) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    table.trim_fmt()
}

/// Columns of equal width, two spaces apart, to the left; long cells go over several lines.
pub(crate) fn wrapped(rows: &[Vec<String>]) -> String {
    let mut table = plain(rows);
    table
        .set_content_arrangement(ContentArrangement::Dynamic)
        .set_width(WIDTH);
    table.trim_fmt()
}

fn plain(rows: &[Vec<String>]) -> Table {
    let mut table = Table::new();
    table.load_preset(presets::NOTHING).add_rows(rows);
    let last = table.column_count().saturating_sub(1);
    for (i, column) in table.column_iter_mut().enumerate() {
        column.set_padding((0, if i == last { 0 } else { 2 }));
    }
    table
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

    #[test]
    fn long_cells_go_over_several_lines() {
        let word = "word ".repeat(30);
        let text = wrapped(&[vec!["  a".to_owned(), word.trim_end().to_owned()]]);
        assert!(text.starts_with("  a  word word"), "{text}");
        assert!(text.lines().count() == 2 && text.lines().all(|line| line.len() <= 100));
    }
}
