//! Splitters: how rows are divided, honest for the structure that they name.
//!
//! Every splitter orders rows and groups by a hash of their ids with a seed, never by their
//! position, so a split does not depend on the order of rows or on the platform.

mod any;
mod blocked_k_fold;
mod bootstrap;
mod choose;
mod combinatorial_purged;
mod crossed_k_fold;
mod error;
mod expanding_window;
mod extent;
mod group_k_fold;
mod group_shuffle_split;
mod iterative_k_fold;
mod k_fold;
mod leave_groups_out;
mod order;
mod partition;
mod predefined;
mod promise;
mod purged_k_fold;
mod repeated;
mod rolling_window;
mod shuffle_split;
pub mod split_file;
mod stratified_group;
mod stratified_group_k_fold;
mod stratified_group_shuffle_split;
mod stratified_k_fold;
mod stratified_shuffle_split;
mod time_order;
mod walk;

pub use any::{AnySplitter, SPLITTERS};
pub use blocked_k_fold::BlockedKFold;
pub use bootstrap::Bootstrap;
pub use group_shuffle_split::GroupShuffleSplit;
pub use iterative_k_fold::IterativeKFold;
pub use leave_groups_out::LeaveGroupsOut;
pub use predefined::{FileFold, Predefined};
pub use repeated::{Repeated, Reseed};
pub use shuffle_split::ShuffleSplit;
pub use stratified_group_shuffle_split::StratifiedGroupShuffleSplit;
pub use stratified_shuffle_split::StratifiedShuffleSplit;

pub use combinatorial_purged::CombinatorialPurged;
pub use crossed_k_fold::CrossedKFold;
pub use error::{Side, SplitError};
pub use expanding_window::ExpandingWindow;
pub use extent::Extent;
pub use group_k_fold::GroupKFold;
pub use k_fold::KFold;
pub use partition::Partition;
pub(crate) use partition::checked;
pub use purged_k_fold::PurgedKFold;
pub use rolling_window::RollingWindow;
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
    note = "use a splitter that respects the structure: `GroupKFold` for `Grouped`, `PurgedKFold` for `Timed` and `GroupedTimed`, `CrossedKFold` for `Crossed`",
    note = "rows that are independent are declared with `Data::iid`"
)]
pub trait Splitter<S: Structure> {
    /// The partitions, as positions in `rows`.
    ///
    /// # Errors
    /// [`SplitError`] if the splitter cannot keep its promise on these rows.
    fn split(&self, rows: &RowSet<'_, S>) -> Result<Vec<Partition>, SplitError>;
}
