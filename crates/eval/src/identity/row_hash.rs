//! Hash of what a row holds.

use std::fmt;

use midfuse_base::hex;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use sha2::{Digest, Sha256};

/// First 128 bits of a SHA-256 over what a row holds; 32 hexadecimal digits in a file.
///
/// The ledger knows rows by it, so a test set is recognised after its rows were renamed or
/// reordered, beside its id. Hash the inputs, not the id; rows that declare no content are hashed by
/// id, and a renamed row is then a new one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RowHash([u8; 16]);

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
        let mut first = [0; 16];
        for (slot, byte) in first.iter_mut().zip(digest.finalize()) {
            *slot = byte;
        }
        Self(first)
    }

    /// Hash of a row that declares no content.
    pub(crate) fn of_id(id: &str) -> Self {
        Self::of(["id", id])
    }

    /// The bits.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Display for RowHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex(&self.0))
    }
}

impl Serialize for RowHash {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for RowHash {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let wrong = || de::Error::custom(format!("expected 32 hexadecimal digits, got {text:?}"));
        let number = u128::from_str_radix(&text, 16).map_err(|_| wrong())?;
        let hash = Self(number.to_be_bytes());
        // One spelling only: lower case, no sign, no digit missing.
        if hash.to_string() == text {
            Ok(hash)
        } else {
            Err(wrong())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_has_one_spelling() {
        let hash = RowHash::of(["a"]);
        let json = serde_json::to_string(&hash).unwrap();
        assert_eq!(json.len(), 34);
        assert_eq!(serde_json::from_str::<RowHash>(&json).unwrap(), hash);
        for bad in [
            json.to_uppercase(),
            json.replacen('"', "\"0", 1),
            "\"\"".into(),
            "\"+1\"".into(),
        ] {
            assert!(serde_json::from_str::<RowHash>(&bad).is_err(), "{bad}");
        }
    }
}
