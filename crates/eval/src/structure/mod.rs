//! How rows depend on one another, as a type.
//!
//! A structure is part of the type of the data and of every view of it, so an inner loop inherits
//! what the outer one knew. [`split`](crate::split) says which splitters are honest for which structure,
//! and checks every partition, also one of a splitter that is not ours.

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

    /// The same as a value.
    const KIND: StructureKind;
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

macro_rules! structures {
    ($($(#[$doc:meta])+ $name:ident),+ $(,)?) => {
        /// A [`Structure`] as a value, for tables and files.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum StructureKind {
            $($(#[$doc])+ $name,)+
        }

        impl StructureKind {
            /// Every structure.
            pub const ALL: &[Self] = &[$(Self::$name),+];
        }

        $(impl Structure for $name {
            const NAME: &'static str = stringify!($name);
            const KIND: StructureKind = StructureKind::$name;
        })+
    };
}

structures! {
    /// [`Iid`].
    Iid,
    /// [`Grouped`].
    Grouped,
    /// [`Timed`].
    Timed,
    /// [`GroupedTimed`].
    GroupedTimed,
    /// [`Crossed`].
    Crossed,
}

impl StructureKind {
    /// Whether a group, of whichever axis, is on one side only.
    pub fn keeps_groups(self) -> bool {
        match self {
            Self::Grouped | Self::GroupedTimed | Self::Crossed => true,
            Self::Iid | Self::Timed => false,
        }
    }

    /// Whether no train row covers a moment that a test row covers.
    pub fn keeps_times(self) -> bool {
        match self {
            Self::Timed | Self::GroupedTimed => true,
            Self::Iid | Self::Grouped | Self::Crossed => false,
        }
    }
}
