//! The promises of the splitters, as properties, and the known failures of others as named cases.
#![cfg(test)]
#![allow(clippy::float_cmp, reason = "the expected numbers are exact")]

mod split;
