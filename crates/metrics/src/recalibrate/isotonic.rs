//! Rising curves of probabilities: isotonic regression by pool-adjacent-violators, as scikit-learn's
//! `IsotonicRegression` and, for more than two classes, its `CalibratedClassifierCV` (one class
//! against the rest, divided by the sum).
//!
//! A curve ends at 1 / (n + 2) and 1 - 1 / (n + 2) for n units, where scikit-learn's ends at 0 and 1:
//! one row that is certain and wrong would cost without bound.

use midfuse_base::{Knots, Recalibration};

use super::ClassRows;

pub(super) fn fit(rows: &ClassRows) -> Recalibration {
    let classes = if rows.n_classes == 2 {
        1..2
    } else {
        0..rows.n_classes
    };
    let curves = classes.map(|class| curve(rows, class)).collect();
    Recalibration::Isotonic { curves }
}

/// The curve of one class against the rest.
fn curve(rows: &ClassRows, class: usize) -> Knots {
    let mut points: Vec<(f64, f64, f64)> = rows
        .rows
        .iter()
        .filter_map(|row| {
            let probability = row.log_probabilities.get(class)?.exp();
            let hit = f64::from(u8::from(row.class == class));
            Some((probability, hit, row.weight))
        })
        .collect();
    points.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut blocks: Vec<Block> = Vec::new();
    for tied in points.chunk_by(|a, b| a.0.total_cmp(&b.0).is_eq()) {
        blocks.push(Block::of(tied));
        while let [.., before, last] = blocks.as_slice()
            && before.mean() >= last.mean()
        {
            let merged = before.with(last);
            blocks.truncate(blocks.len() - 2);
            blocks.push(merged);
        }
    }
    let edge = 1.0 / (rows.units() + 2.0);
    let (mut x, mut y) = (Vec::new(), Vec::new());
    for block in blocks {
        let height = block.mean().clamp(edge, 1.0 - edge);
        x.push(block.first);
        y.push(height);
        if block.last > block.first {
            x.push(block.last);
            y.push(height);
        }
    }
    Knots::new(x, y)
}

/// Neighbouring probabilities that share one height.
struct Block {
    first: f64,
    last: f64,
    hits: f64,
    weight: f64,
}

impl Block {
    fn of(tied: &[(f64, f64, f64)]) -> Self {
        let at = tied.first().map_or(0.0, |point| point.0);
        Self {
            first: at,
            last: at,
            hits: tied.iter().map(|point| point.1 * point.2).sum(),
            weight: tied.iter().map(|point| point.2).sum(),
        }
    }

    fn mean(&self) -> f64 {
        self.hits / self.weight
    }

    fn with(&self, next: &Self) -> Self {
        Self {
            first: self.first,
            last: next.last,
            hits: self.hits + next.hits,
            weight: self.weight + next.weight,
        }
    }
}
