//! What a study file names, with options of its own: optimisers and schedules.

use std::fmt::{self, Debug};
use std::sync::Arc;

use midfuse_base::OptionInfo;
use serde::{Serialize, Serializer};
use serde_json::{Map, Value};

use crate::Result;

/// A config that a study file can name.
///
/// What its type adds is in [`Fields`], which every config that serde can write has.
pub trait Named: Fields {
    /// What a study file calls it, in kebab case: `"one-cycle"`.
    fn name(&self) -> &'static str;

    /// What it is, in one line without a dot.
    fn summary(&self) -> &'static str;

    /// Checks every option.
    ///
    /// # Errors
    /// [`Error::Core`](crate::Error::Core) names the first option that is out of its range.
    fn validate(&self) -> Result<()>;

    /// Its options, as lists show them: those of [`options`](macro@midfuse_base::options). Nothing
    /// where it says nothing about them; lists then have their names and defaults.
    fn describe(&self) -> Vec<OptionInfo> {
        Vec::new()
    }
}

/// The options of a config whose type is known at run time only.
pub trait Fields: Debug + Send + Sync {
    /// Every option with its value; empty where the config has none.
    ///
    /// # Errors
    /// What serde says of a config that is not JSON.
    fn fields(&self) -> serde_json::Result<Map<String, Value>>;
}

impl<C: Serialize + Debug + Send + Sync> Fields for C {
    fn fields(&self) -> serde_json::Result<Map<String, Value>> {
        Ok(match serde_json::to_value(self)? {
            Value::Object(fields) => fields,
            _ => Map::new(),
        })
    }
}

/// One of several configs that do the same in different ways, with its options.
///
/// It is made from any of them, and written as a table of its name and every option.
pub struct Chosen<T: ?Sized>(pub(crate) Arc<T>);

impl<T: Named + ?Sized> Chosen<T> {
    /// Every option with its value, without the name.
    ///
    /// # Errors
    /// What serde says of a config that is not JSON.
    pub fn fields(&self) -> serde_json::Result<Map<String, Value>> {
        // Not `Fields` of this type itself, which serde can write as well: that has the name.
        self.0.fields()
    }
}

impl<T: ?Sized> std::ops::Deref for Chosen<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T: ?Sized> Clone for Chosen<T> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<T: Named + ?Sized> Debug for Chosen<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {:?}", self.name(), &self.0)
    }
}

impl<T: Named + ?Sized> PartialEq for Chosen<T> {
    fn eq(&self, other: &Self) -> bool {
        let fields = |chosen: &Self| chosen.fields().ok();
        self.name() == other.name() && fields(self) == fields(other)
    }
}

impl<T: Named + ?Sized> Serialize for Chosen<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        use serde::ser::Error as _;
        let mut table = Map::from_iter([("name".to_owned(), Value::from(self.name()))]);
        table.extend(self.fields().map_err(S::Error::custom)?);
        table.serialize(serializer)
    }
}
