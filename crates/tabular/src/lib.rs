//! Encoders of tables: MLP and FT-Transformer over numeric and categorical columns.
#![deny(missing_docs)]
