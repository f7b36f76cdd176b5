//! Rows per group and class.

/// Rows of each class in each group, and the weight of each class in the objective. The last column
/// counts all rows, so that folds have about equal sizes too.
#[derive(Debug)]
pub(crate) struct Counts {
    cells: Vec<i64>,
    /// Columns: classes, and one for all rows.
    pub(super) width: usize,
    pub(super) n_groups: usize,
    pub(super) weights: Vec<i128>,
    /// Rows per column.
    pub(super) totals: Vec<i64>,
}

impl Counts {
    /// Counts the rows; `group_of` and `class_of` have one entry per row.
    pub(crate) fn new(
        group_of: &[usize],
        n_groups: usize,
        class_of: &[usize],
        n_classes: usize,
    ) -> Self {
        let width = n_classes + 1;
        let mut cells = vec![0_i64; n_groups * width];
        let mut totals = vec![0_i64; width];
        for (&group, &class) in group_of.iter().zip(class_of) {
            for column in [class, n_classes] {
                cells[group * width + column] += 1;
                totals[column] += 1;
            }
        }
        let weight = |&total: &i64| (1_i128 << 72) / i128::from(total).pow(2).max(1);
        let weights = totals.iter().map(weight).collect();
        Self {
            cells,
            width,
            n_groups,
            weights,
            totals,
        }
    }

    pub(super) fn group(&self, group: usize) -> &[i64] {
        &self.cells[group * self.width..(group + 1) * self.width]
    }

    /// How much a group weighs in the objective on its own.
    pub(super) fn mass(&self, group: usize) -> i128 {
        let cells = self.group(group).iter().zip(&self.weights);
        cells
            .map(|(&count, weight)| i128::from(count).pow(2) * weight)
            .sum()
    }
}
