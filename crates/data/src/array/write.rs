//! Writing npy files.

use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::path::Path;

use crate::error::{DataError, Result};

/// A type of value that npy files are written with.
pub(crate) trait NpyValue: Copy {
    /// NumPy's name of the little-endian type.
    const DESCR: &'static str;
    /// The bytes of a value, at most eight, and how many count.
    fn bytes(self) -> ([u8; 8], usize);
}

impl NpyValue for f32 {
    const DESCR: &'static str = "<f4";
    fn bytes(self) -> ([u8; 8], usize) {
        let [a, b, c, d] = self.to_le_bytes();
        ([a, b, c, d, 0, 0, 0, 0], 4)
    }
}

impl NpyValue for i64 {
    const DESCR: &'static str = "<i8";
    fn bytes(self) -> ([u8; 8], usize) {
        (self.to_le_bytes(), 8)
    }
}

/// Writes an npy file, version 1.0, row-major.
pub(crate) fn write_npy<T: NpyValue>(
    path: &Path,
    shape: &[usize],
    values: impl Iterator<Item = T>,
) -> Result<()> {
    let failed = |error: std::io::Error| DataError::write(path, &error);
    let sizes: Vec<String> = shape.iter().map(ToString::to_string).collect();
    let comma = if shape.len() == 1 { "," } else { "" };
    let mut header = format!(
        "{{'descr': '{}', 'fortran_order': False, 'shape': ({}{comma}), }}",
        T::DESCR,
        sizes.join(", ")
    );
    // The values start at a multiple of 64 bytes; a newline ends the header.
    let padding = (64 - (10 + header.len() + 1) % 64) % 64;
    header.push_str(&" ".repeat(padding));
    header.push('\n');
    let mut file = BufWriter::with_capacity(1 << 16, File::create(path).map_err(failed)?);
    file.write_all(b"\x93NUMPY\x01\x00").map_err(failed)?;
    file.write_all(&(header.len() as u16).to_le_bytes())
        .map_err(failed)?;
    file.write_all(header.as_bytes()).map_err(failed)?;
    for value in values {
        let (bytes, n) = value.bytes();
        file.write_all(bytes.get(..n).unwrap_or_default())
            .map_err(failed)?;
    }
    file.into_inner()
        .map_err(|e| failed(e.into_error()))?
        .sync_all()
        .map_err(failed)
}
