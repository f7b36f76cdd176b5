//! The name under which something is registered, and what it says about itself.

use midfuse_base::Options;
use midfuse_base::catalogue::OptionEntry;

/// The name under which an encoder, a fusion or a strategy is registered, and what `midfuse models`
/// shows beside it. A plain name is one.
///
/// ```
/// use midfuse_worker::Label;
/// let plain = Label::from("gated-sum");
/// let with_summary = Label::new("gated-sum").summary("sum of the parts, each with a gate");
/// assert_ne!(plain, with_summary);
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Label {
    pub(super) name: String,
    pub(super) summary: String,
    pub(super) options: Vec<OptionEntry>,
}

impl Label {
    /// A name and nothing more.
    pub fn new(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            summary: String::new(),
            options: Vec::new(),
        }
    }

    /// Says in one line what it is.
    #[must_use]
    pub fn summary(mut self, line: impl Into<String>) -> Self {
        self.summary = line.into();
        self
    }

    /// Says what the options of a config mean, and which values they take. Without it they are
    /// listed by name and default.
    #[must_use]
    pub fn options<C: Options>(mut self) -> Self {
        self.options = C::options().iter().map(OptionEntry::from).collect();
        self
    }
}

impl From<&str> for Label {
    fn from(name: &str) -> Self {
        Self::new(name)
    }
}
