//! Names of choices, the same in files and options.

/// Every value with its name, and the name of each.
macro_rules! named {
    ($type:ident: $($variant:ident $name:literal),+ $(,)?) => {
        impl $type {
            /// Every one with its name in files and options.
            pub const ALL: &'static [(&'static str, Self)] = &[$(($name, Self::$variant)),+];

            /// Its name.
            pub fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)+
                }
            }
        }
    };
}

pub(super) use named;
