//! The registry of kinds: what turns one line per kind into one type for all of them.

/// Makes the type that holds the fitted transforms of any kind, and hands each call on to the kind.
///
/// One line per kind: its variant, which is that of the cohort format, and what it fits. A kind of
/// the cohort format that has no line does not compile.
macro_rules! kinds {
    ($($Kind:ident: $module:ident::$Fitted:ident;)+) => {
        /// What was learned from the fitting rows about one modality.
        #[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
        #[serde(tag = "kind", rename_all = "kebab-case")]
        pub(crate) enum Fitted {
            $($Kind($module::$Fitted),)+
        }

        /// Every kind.
        const KINDS: &[KnownKind] = &[
            $(KnownKind {
                name: <<$module::$Fitted as Transform>::Shape>::KIND,
                input: TypeId::of::<<$module::$Fitted as Transform>::Input>,
                sizes: || Sizes::new(<$module::$Fitted as Transform>::Sizes::default()),
                listed: <$module::$Fitted as Transform>::listed,
            },)+
        ];

        impl Fitted {
            /// Fits on the fitting rows among `data`, whose rows have the ids `ids`, of which the
            /// first have `targets`. Takes the keys that are the transform's own out of the encoder's section, which stands at `path`.
            pub(crate) fn fit(
                data: &ModalityData,
                ids: &[String],
                fit_rows: &FitRows<'_>,
                targets: &Targets,
                encoder: &mut Map<String, Value>,
                path: &str,
            ) -> Result<Self> {
                Ok(match data {
                    $(ModalityData::$Kind(data) => {
                        let options = <$module::$Fitted>::options(encoder, path)?;
                        let fitted =
                            <$module::$Fitted>::fit(data, ids, fit_rows, targets, &options)?;
                        Self::$Kind(fitted)
                    })+
                })
            }

            /// Transforms rows to the input of an encoder, on the CPU.
            pub(crate) fn apply(&self, data: &ModalityData, modality: &str) -> Result<AnyInput> {
                match self {
                    $(Self::$Kind(fitted) => match data {
                        ModalityData::$Kind(data) => {
                            Ok(AnyInput::new(fitted.apply(data, modality)?))
                        }
                        other => {
                            Err(another_kind(modality, fitted.sizes().kind(), other.kind()))
                        }
                    },)+
                }
            }

            /// What training rows go through each time they are seen.
            pub(crate) fn augmentation(&self) -> Option<Box<dyn Augmentation>> {
                match self { $(Self::$Kind(fitted) => fitted.augmentation(),)+ }
            }

            /// The sizes of a transformed row.
            pub(crate) fn sizes(&self) -> Sizes {
                match self { $(Self::$Kind(fitted) => fitted.sizes(),)+ }
            }

            /// The sizes as if all rows of the cohort were fitted on; `whole` reads all of them.
            /// Takes the keys that are the transform's own out of the encoder's section.
            pub(crate) fn sizes_of(
                kind: &ModalityKind,
                encoder: &mut Map<String, Value>,
                path: &str,
                whole: impl FnOnce() -> Result<Arc<ModalityData>>,
            ) -> Result<Sizes> {
                match kind {
                    $(ModalityKind::$Kind(shape) => {
                        let options = <$module::$Fitted>::options(encoder, path)?;
                        <$module::$Fitted>::sizes_of(shape, &options, whole)
                    })+
                }
            }
        }
    };
}

pub(super) use kinds;
