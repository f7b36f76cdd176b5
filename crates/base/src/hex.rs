//! Bytes as text.

/// Bytes in hexadecimal, lower case: `[10, 255]` is `0aff`.
pub fn hex(bytes: &[u8]) -> String {
    let digits = |byte: &u8| [byte >> 4, byte & 15].map(|d| char::from_digit(u32::from(d), 16));
    bytes.iter().flat_map(digits).flatten().collect()
}

#[cfg(test)]
mod tests {
    use super::hex;

    #[test]
    fn two_digits_a_byte() {
        assert_eq!(hex(&[0, 10, 255]), "000aff");
        assert_eq!(hex(&[]), "");
    }
}
