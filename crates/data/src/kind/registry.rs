//! The registry of kinds: what turns one line per kind into one type for all of them.

/// Makes the types that hold a modality of any kind, and hands each call on to the kind.
///
/// One line per kind: its variant, its name in `cohort.toml`, and its four types.
macro_rules! kinds {
    ($(
        $(#[doc = $doc:literal])+
        $Kind:ident = $name:literal: $module:ident::{$Spec:ident, $Reader:ident, $Shape:ident, $Data:ident};
    )+) => {
        $(pub use $module::{$Data, $Shape, $Spec};)+

        /// One `[[modalities]]` section; its key `kind` says which.
        #[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(tag = "kind")]
        pub enum ModalitySpec {
            $($(#[doc = $doc])+ #[serde(rename = $name)] $Kind($Spec),)+
        }

        impl ModalitySpec {
            /// Its name.
            pub fn name(&self) -> &str {
                match self { $(Self::$Kind(spec) => Section::name(spec),)+ }
            }

            /// What must hold beyond syntax; the error says what does not.
            pub(crate) fn check(&self) -> Result<(), String> {
                match self { $(Self::$Kind(spec) => Section::check(spec),)+ }
            }

            /// The table of its input columns (`None`: the row table), and the columns it names.
            pub(crate) fn inputs(&self) -> (Option<&str>, Vec<&str>) {
                match self { $(Self::$Kind(spec) => Section::inputs(spec),)+ }
            }

            /// The table whose rows are columns of its file.
            pub(crate) fn transposed(&self) -> Option<Transposed<'_>> {
                match self { $(Self::$Kind(spec) => Section::transposed(spec),)+ }
            }

            /// The sections that a plain table makes when it is imported.
            pub(crate) fn import(source: &ImportSource<'_>) -> Result<Vec<Self>> {
                let mut sections = Vec::new();
                $(sections.extend($Spec::import(source)?.into_iter().map(Self::$Kind));)+
                Ok(sections)
            }
        }

        /// A modality whose files are there.
        #[derive(Debug)]
        pub(crate) enum ModalityReader {
            $($Kind($module::$Reader),)+
        }

        impl ModalityReader {
            pub(crate) fn open(context: &Context<'_>, spec: &ModalitySpec) -> Result<Self> {
                Ok(match spec {
                    $(ModalitySpec::$Kind(spec) => Self::$Kind(Section::open(spec, context)?),)+
                })
            }

            pub(crate) fn kind(&self) -> ModalityKind {
                match self { $(Self::$Kind(reader) => ModalityKind::$Kind(Reader::shape(reader)),)+ }
            }

            pub(crate) fn load(
                &self,
                context: &Context<'_>,
                wanted: &Selection,
            ) -> Result<ModalityData> {
                Ok(match self {
                    $(Self::$Kind(reader) => {
                        ModalityData::$Kind(Reader::load(reader, context, wanted)?)
                    })+
                })
            }

            /// Columns of its table that are no inputs.
            pub(crate) fn other_columns(&self) -> Vec<&str> {
                match self { $(Self::$Kind(reader) => Reader::other_columns(reader),)+ }
            }

            /// Such a column as text, `[N]`; `None` if there is none of this name.
            pub(crate) fn other_column(
                &self,
                context: &Context<'_>,
                name: &str,
            ) -> Result<Option<Vec<Option<String>>>> {
                match self { $(Self::$Kind(reader) => Reader::other_column(reader, context, name),)+ }
            }

            /// What of its files is not a defect and deserves a look, one sentence each.
            pub(crate) fn warnings(&self) -> Vec<String> {
                match self { $(Self::$Kind(reader) => Reader::warnings(reader),)+ }
            }

            /// The image file of each row, `[N]`, where there are such files.
            pub(crate) fn image_files(&self) -> Option<Vec<Option<&Path>>> {
                match self { $(Self::$Kind(reader) => Reader::image_files(reader),)+ }
            }
        }

        /// Kind of a modality, with the shape of one row.
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub enum ModalityKind {
            $($(#[doc = $doc])+ $Kind($Shape),)+
        }

        impl ModalityKind {
            /// The names of all kinds in `cohort.toml`.
            pub const NAMES: &'static [&'static str] = &[$($name),+];

            /// The encoder that a new study file names, by the name of the kind.
            pub const ENCODERS: &'static [(&'static str, &'static str)] =
                &[$(($name, <$Shape as Shape>::ENCODER)),+];

            /// The name of the kind in `cohort.toml`.
            pub fn name(&self) -> &'static str {
                match self { $(Self::$Kind(_) => $name,)+ }
            }

            /// The encoder that a new study file names.
            pub fn encoder(&self) -> &'static str {
                match self { $(Self::$Kind(_) => <$Shape as Shape>::ENCODER,)+ }
            }

            /// The shape in words: `"1 x 16 x 15 (channels x height x width)"`.
            pub fn describe(&self) -> String {
                match self { $(Self::$Kind(shape) => Shape::describe(shape),)+ }
            }

            /// About how many bytes a row takes in memory.
            pub fn row_bytes(&self) -> usize {
                match self { $(Self::$Kind(shape) => Shape::row_bytes(shape),)+ }
            }

            /// Columns that have a type, with it.
            pub(crate) fn typed_columns(&self) -> Vec<(&str, ColumnType)> {
                match self { $(Self::$Kind(shape) => Shape::typed_columns(shape),)+ }
            }

            /// Names of its columns; empty for a kind whose parts have no names of their own.
            pub fn columns(&self) -> Vec<&str> {
                match self { $(Self::$Kind(shape) => Shape::columns(shape),)+ }
            }
        }

        /// Content of a modality for the N rows that were asked for, in that order.
        #[derive(Debug, Clone, PartialEq)]
        pub enum ModalityData {
            $($(#[doc = $doc])+ $Kind($Data),)+
        }

        impl ModalityData {
            /// The name of the kind in `cohort.toml`.
            pub fn kind(&self) -> &'static str {
                match self { $(Self::$Kind(_) => $name,)+ }
            }

            /// Number of rows, N.
            pub fn len(&self) -> usize {
                match self { $(Self::$Kind(data) => Content::len(data),)+ }
            }

            /// True without rows.
            pub fn is_empty(&self) -> bool {
                self.len() == 0
            }

            /// Whether each row has the modality, `[N]`.
            pub fn present(&self) -> Vec<bool> {
                match self { $(Self::$Kind(data) => Content::present(data),)+ }
            }

            /// The rows at these positions, in this order; positions that do not exist are passed
            /// over.
            #[must_use]
            pub fn select(&self, rows: &[usize]) -> Self {
                match self { $(Self::$Kind(data) => Self::$Kind(Content::select(data, rows)),)+ }
            }

            /// What the rows look like to those who search them, whatever the kind.
            pub fn view(&self) -> View<'_> {
                match self { $(Self::$Kind(data) => Content::view(data),)+ }
            }

            /// A column of this name as text, `[N]`; `None` if there is none.
            pub fn column(&self, name: &str) -> Option<Vec<Option<String>>> {
                match self { $(Self::$Kind(data) => Content::column(data, name),)+ }
            }

            /// How many cells there are and how many lack; `None` for a kind without cells.
            pub fn cells(&self) -> Option<Cells> {
                match self { $(Self::$Kind(data) => Content::cells(data),)+ }
            }

            /// SHA-256 of what a row holds.
            pub(crate) fn digest(&self, row: usize) -> [u8; 32] {
                match self {
                    $(Self::$Kind(data) => {
                        let mut digest = RowDigest::new($name);
                        Content::digest(data, row, &mut digest);
                        digest.finish()
                    })+
                }
            }

            /// The same content without what is equal in all rows; `None` where it has no parts.
            pub(crate) fn varying(&self) -> Option<Self> {
                match self { $(Self::$Kind(data) => Content::varying(data).map(Self::$Kind),)+ }
            }

            /// Writes the rows that have the modality; returns the section that reads them.
            pub(crate) fn write(&self, name: &str, files: &Files<'_>) -> Result<ModalitySpec> {
                Ok(match self {
                    $(Self::$Kind(data) => ModalitySpec::$Kind(Content::write(data, name, files)?),)+
                })
            }

            /// What is not a defect and deserves a look, one sentence each.
            pub(crate) fn warnings(&self, targets: &[TargetColumn]) -> Vec<String> {
                match self { $(Self::$Kind(data) => Content::warnings(data, targets),)+ }
            }
        }

        $(impl $Shape {
            /// The name of the kind in `cohort.toml`.
            pub const KIND: &'static str = $name;
        })+

        $(impl From<$Data> for ModalityData {
            fn from(data: $Data) -> Self {
                Self::$Kind(data)
            }
        })+
    };
}

pub(super) use kinds;
