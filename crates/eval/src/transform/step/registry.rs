//! The registry of steps: what turns one line per step into one type for all of them.

/// Makes the types of any step and of any fitted step, and hands each call on to the step.
///
/// One line per step, under its summary: name in a study file, variant, and its config.
macro_rules! steps {
    ($(#[doc = $summary:literal] $name:literal $Step:ident: $Config:ty;)+) => {
        /// A step of any kind, as a study file names it: by a word, or a table of its name and options.
        #[derive(Debug, Clone, PartialEq, Serialize)]
        #[serde(tag = "name")]
        pub enum AnyStep {
            $(#[doc = $summary] #[serde(rename = $name)] $Step($Config),)+
        }

        #[derive(Deserialize)]
        #[serde(tag = "name")]
        enum Named {
            $(#[serde(rename = $name)] $Step($Config),)+
        }

        impl From<Named> for AnyStep {
            fn from(step: Named) -> Self {
                match step { $(Named::$Step(step) => Self::$Step(step),)+ }
            }
        }

        /// A fitted step of any kind.
        #[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
        #[serde(tag = "name")]
        pub enum AnyFitted {
            $(#[doc = $summary] #[serde(rename = $name)] $Step(<$Config as Step>::Fitted),)+
        }

        impl AnyStep {
            /// Name, summary and options of every step.
            pub fn all() -> Vec<(&'static str, &'static str, Vec<OptionInfo>)> {
                vec![$(($name, $summary.trim(), <$Config as Options>::options()),)+]
            }

            /// Holds its options against their ranges.
            ///
            /// # Errors
            /// [`TransformError::Config`].
            pub fn check(&self) -> Result<(), TransformError> {
                Ok(match self {
                    $(Self::$Step(step) => step.check_options(midfuse_base::Validate::new($name)),)+
                }?)
            }

            pub(super) fn fit(&self, train: &StepTrain<'_>) -> Result<AnyFitted, TransformError> {
                Ok(match self { $(Self::$Step(step) => AnyFitted::$Step(step.fit(train)?),)+ })
            }

            pub(super) fn most(&self, columns: Columns) -> Columns {
                match self { $(Self::$Step(step) => step.most(columns),)+ }
            }
        }

        impl AnyFitted {
            pub(super) fn d_in(&self) -> usize {
                match self { $(Self::$Step(step) => step.d_in(),)+ }
            }

            pub(super) fn d_out(&self) -> usize {
                match self { $(Self::$Step(step) => step.d_out(),)+ }
            }

            pub(super) fn check(&self) -> Result<(), &'static str> {
                match self { $(Self::$Step(step) => step.check(),)+ }
            }

            pub(super) fn names(&self, names: &[String]) -> Vec<String> {
                match self { $(Self::$Step(step) => step.names(names),)+ }
            }

            pub(super) fn apply(&self, row: &mut Vec<f64>) -> Result<(), TransformError> {
                match self { $(Self::$Step(step) => step.apply(row),)+ }
            }
        }
    };
}

pub(super) use steps;

use serde::{Deserialize, Deserializer};
use serde_json::{Value, json};

use super::{AnyStep, Named};

// By hand: serde's `untagged` would say of a misspelt option only that nothing fits.
impl<'de> Deserialize<'de> for AnyStep {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        use serde::de::Error as _;
        let value = match Value::deserialize(deserializer)? {
            Value::String(name) => json!({"name": name}),
            table @ Value::Object(_) => table,
            other => {
                let expected = "the name of a step, or a table { name = .. }";
                return Err(D::Error::custom(format!(
                    "expected {expected}, got {other}"
                )));
            }
        };
        let step: Named = serde_json::from_value(value).map_err(|error| {
            let said = midfuse_base::with_nearest(&error.to_string());
            D::Error::custom(said.replace("unknown name", "no step"))
        })?;
        Ok(step.into())
    }
}
