//! Tables in plain text, and the table of a study.

use comfy_table::{CellAlignment, ContentArrangement, Table, presets};
use midfuse_report::cells::{ScoreLine, added_lines, added_on_sealed, score_lines};
use midfuse_report::results::{Conclusion, Failed, Results};

use crate::print;

/// Widest line of a table whose cells may go over several lines, in characters.
const WIDTH: u16 = 100;

/// One line per strategy: score, interval, improvement on the best single modality, p.
pub(crate) fn of(results: &Results) -> String {
    lines(&results.study.metric, score_lines(results))
}

/// What each strategy adds to the columns that are known.
pub(crate) struct Added<'a> {
    pub(crate) columns: &'a [String],
    pub(crate) table: String,
    pub(crate) failures: &'a [Failed],
}

impl<'a> Added<'a> {
    /// Over the outer folds; none where the study names no columns.
    pub(crate) fn of(results: &'a Results) -> Option<Self> {
        let known = results.clinical_baseline.as_ref()?;
        Some(Self {
            columns: &known.columns,
            table: lines(&results.study.metric, added_lines(results, known)),
            failures: &known.failures,
        })
    }

    /// On the sealed rows.
    pub(crate) fn on_sealed(conclusion: &'a Conclusion) -> Option<Self> {
        let known = conclusion.clinical_baseline.as_ref()?;
        let metric = &conclusion.metric;
        Some(Self {
            columns: &known.columns,
            table: lines(metric, added_on_sealed(known, metric)),
            failures: &known.failures,
        })
    }

    pub(crate) fn print(&self) {
        print::line(format_args!(
            "what each adds to {}, which are known without it:",
            self.columns.join(", ")
        ));
        print::line(&self.table);
        for failed in self.failures {
            print::note(format_args!("{}: {}", failed.job, failed.message));
        }
        print::line("");
    }
}

/// Heads of a table of scores.
pub(crate) fn head(metric: &str) -> Vec<String> {
    [
        "strategy",
        metric,
        "95 % interval",
        "improvement",
        "95 % interval",
        "p",
        "p (Holm)",
    ]
    .map(str::to_owned)
    .to_vec()
}

fn lines(metric: &str, lines: Vec<ScoreLine<'_>>) -> String {
    let mut rows = vec![head(metric)];
    rows.extend(lines.into_iter().map(|line| {
        let mut cells = vec![line.name];
        cells.extend(line.cells);
        cells.resize(7, String::new());
        cells
    }));
    align(&rows)
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
    use midfuse_report::checklist::{self, Facts};
    use midfuse_report::results::Timings;
    use midfuse_report::{PredictionTable, page};

    use super::*;

    /// What stands between `<td>`s of the first table of a page that has this in its head.
    fn cells_of(page: &str, head: &str) -> Vec<String> {
        let table = page
            .split("<table>")
            .find(|table| table.contains(head))
            .unwrap();
        let rows = table.split("</table>").next().unwrap().split("<td").skip(1);
        let cell = |cell: &str| {
            let text = cell
                .split_once('>')
                .unwrap()
                .1
                .split("</td>")
                .next()
                .unwrap();
            text.replace("&lt;", "<").replace("&amp;", "&")
        };
        rows.map(cell).collect()
    }

    #[test]
    fn the_report_has_the_cells_of_the_terminal() {
        let results: Results =
            serde_json::from_str(include_str!("../../fuzz/seeds/results.json")).unwrap();
        let timings = Timings::default();
        let predictions = PredictionTable {
            task: results.study.task.clone(),
            rows: Vec::new(),
        };
        let checklist = checklist::fill(&Facts {
            results: &results,
            timings: None,
            disclosures: 0,
            conclusion: None,
        });
        let page = page::html(&results, &timings, &predictions, &checklist);
        let on_page: Vec<String> = cells_of(&page, "<th>Improvement</th>")
            .into_iter()
            .filter(|cell| !cell.is_empty())
            .collect();
        let shown = of(&results);
        let on_terminal: Vec<String> = shown
            .lines()
            .skip(1)
            .flat_map(|line| line.split("  "))
            .map(|cell| cell.trim().to_owned())
            .filter(|cell| !cell.is_empty())
            .collect();
        assert_eq!(on_page, on_terminal, "{shown}");
        assert!(
            on_terminal.iter().any(|cell| cell.starts_with('[')),
            "{shown}"
        );
    }

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
