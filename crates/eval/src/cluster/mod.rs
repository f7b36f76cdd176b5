//! Groups by similarity or by place: names for [`Rows::with_groups`](crate::rows::Rows::with_groups).
//!
//! Rows that are alike, or near one another, depend on one another. Grouping them makes the rows
//! `Grouped`, so every splitter and every inner loop keeps them together.

mod connect;
mod error;
mod spatial;

pub use connect::{by_distance, by_edges};
pub use error::ClusterError;
pub use spatial::spatial_blocks;
