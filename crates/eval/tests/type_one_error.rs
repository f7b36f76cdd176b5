//! The simulation of `docs/statistics.md` with fewer repeats: every bound of its tables holds.
#![cfg(test)]

#[path = "../examples/type_one_error/cross_validation.rs"]
mod cross_validation;
#[path = "../examples/type_one_error/data_sets.rs"]
mod data_sets;
#[path = "../examples/type_one_error/groups.rs"]
mod groups;
#[path = "../examples/type_one_error/held_out.rs"]
mod held_out;
#[path = "../examples/type_one_error/in_time.rs"]
mod in_time;
#[path = "../examples/type_one_error/intervals.rs"]
mod intervals;
#[path = "../examples/type_one_error/labels.rs"]
mod labels;
#[path = "../examples/type_one_error/logistic.rs"]
mod logistic;
#[path = "../examples/type_one_error/table.rs"]
mod table;
#[path = "../examples/type_one_error/world.rs"]
mod world;

fn holds(table: &table::Table) {
    let broken = table.broken();
    assert!(broken.is_empty(), "{broken:?}\n{table}");
}

#[test]
fn the_corrected_t_stays_below_the_naive_one() {
    holds(&cross_validation::run(30));
}

#[test]
fn the_corrected_t_holds_over_folds_in_time() {
    holds(&in_time::run(200));
}

#[test]
fn tests_of_fitted_models_hold_their_level() {
    holds(&held_out::run(40));
}

#[test]
fn tests_of_groups_hold_their_level() {
    holds(&groups::run(40));
}

#[test]
fn whole_groups_are_permuted() {
    holds(&labels::run(200));
}

#[test]
fn tests_over_data_sets_hold_their_level() {
    holds(&data_sets::run(400));
}

#[test]
fn intervals_cover() {
    holds(&intervals::run(100));
}
