//! Models that are equally good over many data sets, and several comparisons at once.

use midfuse_metrics::stats::{
    Blocks, ZeroDifferences, benjamini_hochberg, benjamini_yekutieli, friedman, hochberg, holm,
    hommel, wilcoxon,
};
use rand::Rng;

use crate::table::{Bound, Table, rejects};
use crate::world::{generator, normal};

const DATA_SETS: usize = 12;
const MODELS: usize = 4;
const COMPARISONS: usize = 8;

pub(crate) fn run(repeats: usize) -> Table {
    let mut table = Table::new(
        "Equally good models over 12 data sets; 8 comparisons at once",
        "rejects any at .05",
    );
    for repeat in 0..repeats {
        let mut rng = generator("data sets", repeat);
        let scores: Vec<Vec<f64>> = (0..DATA_SETS)
            .map(|_| {
                let level = 0.5 * normal(&mut rng);
                (0..MODELS).map(|_| level + normal(&mut rng)).collect()
            })
            .collect();
        let differences: Vec<f64> = scores.iter().map(|row| row[1] - row[0]).collect();
        let p = wilcoxon(&differences, ZeroDifferences::Drop, Blocks::Datasets, 0.95);
        table.count(
            "Wilcoxon",
            Bound::AtMost(0.05),
            rejects(p.ok().map(|result| result.p_value)),
        );
        let ranks = friedman(&scores, Blocks::Datasets, 0.05).expect("scores differ");
        table.count(
            "Friedman, Iman-Davenport F",
            Bound::AtMost(0.07),
            ranks.p_value < 0.05,
        );
        let any = !ranks.different_pairs().is_empty();
        table.count("Nemenyi, any pair", Bound::AtMost(0.05), any);
        corrections(&mut table, &mut rng);
    }
    table
}

fn corrections(table: &mut Table, rng: &mut impl Rng) {
    let p: Vec<f64> = (0..COMPARISONS).map(|_| rng.random()).collect();
    let any = |p: &[f64]| p.iter().any(|&p| p < 0.05);
    table.count("no correction, 8 comparisons", Bound::Shown, any(&p));
    for (name, correct) in [
        ("Holm", holm as fn(&[f64]) -> _),
        ("Hochberg", hochberg),
        ("Hommel", hommel),
        ("Benjamini-Hochberg", benjamini_hochberg),
        ("Benjamini-Yekutieli", benjamini_yekutieli),
    ] {
        let adjusted: Vec<f64> = correct(&p).expect("p in [0, 1]");
        table.count(name, Bound::AtMost(0.05), any(&adjusted));
    }
}
