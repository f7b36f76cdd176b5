//! Splitters: how rows are divided, honest for the structure that they name.
//!
//! Every splitter orders rows and groups by a hash of their ids with a seed, never by their
//! position, so a split does not depend on the order of rows or on the platform.

mod any;
mod error;
mod group_k_fold;
mod k_fold;
mod order;
mod partition;
mod stratified_group;
mod stratified_group_k_fold;
mod stratified_k_fold;

pub use any::AnySplitter;
pub use error::{Side, SplitError};
pub use group_k_fold::GroupKFold;
pub use k_fold::KFold;
pub use partition::Partition;
pub(crate) use partition::checked;
pub use stratified_group_k_fold::{Imbalance, StratifiedGroupKFold};
pub use stratified_k_fold::StratifiedKFold;

use crate::rows::RowSet;
use crate::structure::Structure;

/// Divides rows of structure `S` into train and test, once or several times.
///
/// Implement it for a splitter of your own: the loops check every partition that it gives, so a
/// group on both sides, a row on both sides or an empty side is an error and never a fold.
#[diagnostic::on_unimplemented(
    message = "`{Self}` would split dependent rows (`{S}`)",
    label = "not honest for `{S}` rows",
    note = "use a splitter that respects the structure: `GroupKFold` for `Grouped`, `PurgedKFold` for `Timed`",
    note = "rows that are independent are declared with `Data::iid`"
)]
pub trait Splitter<S: Structure> {
    /// The partitions, as positions in `rows`.
    ///
    /// # Errors
    /// [`SplitError`] if the splitter cannot keep its promise on these rows.
    fn split(&self, rows: &RowSet<'_, S>) -> Result<Vec<Partition>, SplitError>;
}
