//! examples of midfuse.
