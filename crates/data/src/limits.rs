//! How large the parts of an honest cohort may be.

/// Upper limits that readers enforce before they allocate.
///
/// They lie far above any real cohort; their purpose is that a damaged or hostile file ends in an
/// error and not in exhausted memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of `cohort.toml`. Default 16 MiB.
    pub manifest_bytes: u64,
    /// Bytes of the header of an npy array. Default 64 KiB; NumPy's own header is about 100 bytes.
    pub npy_header_bytes: usize,
    /// Values in one row of a modality (C x H x W, T x F, columns). Default 2^28.
    pub values_per_row: usize,
    /// Rows in one table or array. Default 2^31.
    pub rows: u64,
    /// Columns in one table. Default 2^20.
    pub columns: usize,
    /// Bytes that one encoded image file may have. Default 1 GiB.
    pub image_bytes: u64,
    /// Bytes of an archive entry above which [`Limits::expansion`] is enforced. Default 256 MiB.
    pub expansion_from: u64,
    /// How many times larger than its compressed form a large archive entry may be. Default 200.
    pub expansion: u64,
}

impl Limits {
    /// The limits that every reader of this crate uses.
    pub const STANDARD: Self = Self {
        manifest_bytes: 16 << 20,
        npy_header_bytes: 64 << 10,
        values_per_row: 1 << 28,
        rows: 1 << 31,
        columns: 1 << 20,
        image_bytes: 1 << 30,
        expansion_from: 256 << 20,
        expansion: 200,
    };
}

impl Default for Limits {
    fn default() -> Self {
        Self::STANDARD
    }
}
