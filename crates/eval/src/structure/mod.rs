//! How rows depend on one another, as a type.
//!
//! A structure is part of the type of the data and of every view of it, so an inner loop inherits
//! what the outer one knew. Each structure says which splitters are honest for it and checks every
//! partition, also one of a splitter that is not ours.

mod check;

use crate::split::{AnySplitter, Partition, SplitError, Splitter};

use crate::rows::RowSet;

mod sealed {
    pub trait Sealed {}
    impl Sealed for super::Iid {}
    impl Sealed for super::Grouped {}
    impl Sealed for super::Timed {}
    impl Sealed for super::GroupedTimed {}
    impl Sealed for super::Crossed {}
}

/// How rows depend on one another. Implemented by the structures of this module only.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a structure of rows",
    label = "not `Iid`, `Grouped`, `Timed`, `GroupedTimed` or `Crossed`",
    note = "rows that are near one another or alike are `Grouped`: `cluster` names their groups"
)]
pub trait Structure: sealed::Sealed + Sized + Send + Sync + 'static {
    /// Name in messages and files.
    const NAME: &'static str;

    /// Names of the splitters that are honest for it, for messages.
    const HONEST: &'static str;

    /// The splitter of that name, if it is honest for this structure.
    #[doc(hidden)]
    fn honest(splitter: &AnySplitter) -> Option<&dyn Splitter<Self>>;

    /// That no partition breaks the structure.
    #[doc(hidden)]
    fn check(rows: &RowSet<'_, Self>, fold: usize, part: &Partition) -> Result<(), SplitError>;
}

/// Rows that are independent of one another.
#[derive(Debug, Clone, Copy)]
pub struct Iid;

/// Rows that belong to groups (patients, speakers, sites): a group is on one side of a split.
#[derive(Debug, Clone, Copy)]
pub struct Grouped;

/// Rows that cover a time: no row of train covers a moment that a row of test covers.
#[derive(Debug, Clone, Copy)]
pub struct Timed;

/// Rows that have a group and cover a time: both promises hold.
#[derive(Debug, Clone, Copy)]
pub struct GroupedTimed;

/// Rows that belong to a group on each of several axes (drug and protein, user and item): no group
/// of any axis is on both sides.
#[derive(Debug, Clone, Copy)]
pub struct Crossed;

/// Structures whose rows have one group.
#[diagnostic::on_unimplemented(
    message = "`{Self}` rows have no group",
    label = "needs `Grouped` or `GroupedTimed` rows",
    note = "declare the groups with `Rows::with_groups` and claim them with `Data::grouped`"
)]
pub trait HasGroups: Structure {}
impl HasGroups for Grouped {}
impl HasGroups for GroupedTimed {}

/// Structures whose rows cover a time.
#[diagnostic::on_unimplemented(
    message = "`{Self}` rows cover no time",
    label = "needs `Timed` or `GroupedTimed` rows",
    note = "declare the times with `Rows::with_spans` and claim them with `Data::timed`"
)]
pub trait HasSpans: Structure {}
impl HasSpans for Timed {}
impl HasSpans for GroupedTimed {}

impl Structure for Iid {
    const NAME: &'static str = "Iid";
    const HONEST: &'static str = "KFold or StratifiedKFold";

    fn honest(splitter: &AnySplitter) -> Option<&dyn Splitter<Self>> {
        match splitter {
            AnySplitter::KFold(by) => Some(by),
            AnySplitter::StratifiedKFold(by) => Some(by),
            AnySplitter::ShuffleSplit(by) => Some(by),
            AnySplitter::StratifiedShuffleSplit(by) => Some(by),
            AnySplitter::IterativeKFold(by) => Some(by),
            AnySplitter::Bootstrap(by) => Some(by),
            AnySplitter::Repeated(by) => Some(by),
            AnySplitter::Predefined(by) => Some(by),
            _ => None,
        }
    }

    fn check(_: &RowSet<'_, Self>, _: usize, _: &Partition) -> Result<(), SplitError> {
        Ok(())
    }
}

impl Structure for Grouped {
    const NAME: &'static str = "Grouped";
    const HONEST: &'static str = "GroupKFold or StratifiedGroupKFold";

    fn honest(splitter: &AnySplitter) -> Option<&dyn Splitter<Self>> {
        match splitter {
            AnySplitter::GroupKFold(by) => Some(by),
            AnySplitter::StratifiedGroupKFold(by) => Some(by),
            AnySplitter::GroupShuffleSplit(by) => Some(by),
            AnySplitter::StratifiedGroupShuffleSplit(by) => Some(by),
            AnySplitter::LeaveGroupsOut(by) => Some(by),
            AnySplitter::Bootstrap(by) => Some(by),
            AnySplitter::Repeated(by) => Some(by),
            AnySplitter::Predefined(by) => Some(by),
            _ => None,
        }
    }

    fn check(rows: &RowSet<'_, Self>, fold: usize, part: &Partition) -> Result<(), SplitError> {
        check::groups(rows, fold, part)
    }
}

impl Structure for Timed {
    const NAME: &'static str = "Timed";
    const HONEST: &'static str =
        "BlockedKFold, PurgedKFold, CombinatorialPurged, ExpandingWindow or RollingWindow";

    fn honest(splitter: &AnySplitter) -> Option<&dyn Splitter<Self>> {
        match splitter {
            AnySplitter::BlockedKFold(by) => Some(by),
            AnySplitter::PurgedKFold(by) => Some(by),
            AnySplitter::CombinatorialPurged(by) => Some(by),
            AnySplitter::ExpandingWindow(by) => Some(by),
            AnySplitter::RollingWindow(by) => Some(by),
            AnySplitter::Repeated(by) => Some(by),
            AnySplitter::Predefined(by) => Some(by),
            _ => None,
        }
    }

    fn check(rows: &RowSet<'_, Self>, fold: usize, part: &Partition) -> Result<(), SplitError> {
        check::spans(rows, fold, part)
    }
}

impl Structure for GroupedTimed {
    const NAME: &'static str = "GroupedTimed";
    const HONEST: &'static str =
        "BlockedKFold, PurgedKFold, CombinatorialPurged, ExpandingWindow or RollingWindow";

    fn honest(splitter: &AnySplitter) -> Option<&dyn Splitter<Self>> {
        match splitter {
            AnySplitter::BlockedKFold(by) => Some(by),
            AnySplitter::PurgedKFold(by) => Some(by),
            AnySplitter::CombinatorialPurged(by) => Some(by),
            AnySplitter::ExpandingWindow(by) => Some(by),
            AnySplitter::RollingWindow(by) => Some(by),
            AnySplitter::Repeated(by) => Some(by),
            AnySplitter::Predefined(by) => Some(by),
            _ => None,
        }
    }

    fn check(rows: &RowSet<'_, Self>, fold: usize, part: &Partition) -> Result<(), SplitError> {
        check::groups(rows, fold, part)?;
        check::spans(rows, fold, part)
    }
}

impl Structure for Crossed {
    const NAME: &'static str = "Crossed";
    const HONEST: &'static str = "CrossedKFold";

    fn honest(splitter: &AnySplitter) -> Option<&dyn Splitter<Self>> {
        match splitter {
            AnySplitter::CrossedKFold(by) => Some(by),
            AnySplitter::Repeated(by) => Some(by),
            AnySplitter::Predefined(by) => Some(by),
            _ => None,
        }
    }

    fn check(rows: &RowSet<'_, Self>, fold: usize, part: &Partition) -> Result<(), SplitError> {
        check::groups(rows, fold, part)
    }
}
