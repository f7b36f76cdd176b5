//! Planted leaks: a cohort in which the leaky protocol scores high and the honest one at chance.
//!
//! Each leaky number is computed on bare indices, as a script would; each honest one through the
//! typed loops. Margins are three standard deviations or more over the seeds.
#![cfg(test)]

mod leak;
