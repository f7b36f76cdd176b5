//! Hash of what a row holds.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// First 128 bits of a SHA-256 over what a row holds, in hex.
///
/// The ledger knows rows by it, so a test set is recognised after its rows were renamed or
/// reordered. Hash the inputs, not the id; rows that declare no content are hashed by id, and a
/// renamed row is then a new one.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RowHash(String);

impl RowHash {
    /// Hash of the parts of a row, one per modality or column. Lengths are hashed with them, so
    /// moving a byte from one part to the next changes the hash.
    ///
    /// ```
    /// use midfuse_eval::rows::RowHash;
    /// assert_eq!(RowHash::of(["ab", "c"]), RowHash::of(["ab", "c"]));
    /// assert_ne!(RowHash::of(["ab", "c"]), RowHash::of(["a", "bc"]));
    /// ```
    pub fn of<P: AsRef<[u8]>>(parts: impl IntoIterator<Item = P>) -> Self {
        let mut digest = Sha256::new();
        for part in parts {
            let bytes = part.as_ref();
            digest.update((bytes.len() as u64).to_le_bytes());
            digest.update(bytes);
        }
        Self(hex(digest.finalize().as_slice(), 16))
    }

    /// Hash of a row that declares no content.
    pub(crate) fn of_id(id: &str) -> Self {
        Self::of(["id", id])
    }

    /// 32 hexadecimal digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The first `n` bytes in hexadecimal.
pub(crate) fn hex(bytes: &[u8], n: usize) -> String {
    let digits = |byte: &u8| [byte >> 4, byte & 15].map(|d| char::from_digit(u32::from(d), 16));
    bytes.iter().take(n).flat_map(digits).flatten().collect()
}
