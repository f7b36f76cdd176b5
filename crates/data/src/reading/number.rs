//! The one grammar of numbers in text.

use std::borrow::Cow;

use super::{Reading, Strip};
use crate::error::quoted;

/// What may group digits by three.
pub(super) const GROUPING: [char; 4] = [',', '.', '\'', ' '];

/// How numbers are written in one file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Grammar {
    decimal: char,
    thousands: Option<char>,
    strip: Vec<Strip>,
}

/// What keeps a text from being a number, and would be a number without it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Dress {
    /// A decimal comma.
    DecimalComma,
    /// A decimal point, where the decimal sign is a comma.
    DecimalPoint,
    /// Digits that are grouped by this.
    Thousands(char),
    /// Something around it; a unit with its word.
    Around(Strip, String),
}

impl Dress {
    /// The option by which an example of it is read.
    pub(crate) fn way(&self, example: &str) -> String {
        let has_comma = example.contains(',');
        let example = quoted(example);
        match self {
            Self::DecimalComma => {
                format!("if {example} has a decimal comma: decimal = \",\" (--decimal ,)")
            }
            Self::DecimalPoint => {
                format!("if {example} has a decimal point: decimal = \".\" (--decimal .)")
            }
            Self::Thousands(sign) => {
                let comma = match sign {
                    ',' => "; if that is a decimal comma: decimal = \",\" (--decimal ,)",
                    '.' => " with decimal = \",\" (--decimal ,)",
                    _ if has_comma => " with decimal = \",\" (--decimal ,)",
                    _ => "",
                };
                format!(
                    "if {example} is grouped by three digits: thousands = \"{sign}\" (--thousands '{sign}'){comma}"
                )
            }
            Self::Around(strip, word) => {
                let name = strip.name();
                format!(
                    "to read {example} without {}: strip = [{name:?}] (--strip {name})",
                    quoted(word)
                )
            }
        }
    }
}

impl Grammar {
    pub(crate) fn of(reading: &Reading) -> Self {
        Self {
            decimal: reading.decimal.unwrap_or('.'),
            thousands: reading.thousands,
            strip: reading.strip.clone(),
        }
    }

    /// The number in a text as Rust writes it; `None` if it is none. Blanks of any kind around it, the unicode minus
    /// and the apostrophe by which a spreadsheet keeps a cell as text mean the same in every file.
    pub(crate) fn number<'a>(&self, text: &'a str) -> Option<Cow<'a, str>> {
        // The plain case first: nearly every cell.
        let text = trimmed(text);
        if self.decimal == '.' && is_plain(text) {
            return Some(Cow::Borrowed(text));
        }
        let mut text = Cow::Borrowed(unquoted(text));
        if text.starts_with('\u{2212}') {
            text = Cow::Owned(text.replacen('\u{2212}', "-", 1));
        }
        for &strip in &self.strip {
            if let Some((rest, _)) = undressed(strip, &text) {
                text = Cow::Owned(rest.to_owned());
            }
        }
        if let Some(sign) = self.thousands
            && let Some(joined) = ungrouped(&text, sign, self.decimal)
        {
            text = Cow::Owned(joined);
        }
        if self.decimal == ',' {
            if text.contains('.') {
                return None;
            }
            text = Cow::Owned(text.replacen(',', ".", 1));
        }
        is_plain(&text).then_some(text)
    }

    /// Whether a text is a number that is written in another way than in this file.
    pub(crate) fn dress(&self, text: &str) -> Option<Dress> {
        let text = unquoted(trimmed(text));
        if !text.bytes().any(|byte| byte.is_ascii_digit()) {
            return None;
        }
        let reads = |text: &str| self.number(text).is_some();
        for &(_, strip) in Strip::ALL {
            if let Some((rest, word)) = undressed(strip, text)
                && (reads(rest) || self.dress(rest).is_some())
            {
                return Some(Dress::Around(strip, word.to_owned()));
            }
        }
        let is_comma = text.contains(',') && !is_grouped(text, ',');
        if self.decimal == '.' && is_comma && is_plain(&text.replacen(',', ".", 1)) {
            return Some(Dress::DecimalComma);
        }
        for sign in GROUPING.into_iter().chain(['\u{a0}', '\u{202f}']) {
            let decimals = if sign == ',' { ['.', '.'] } else { ['.', ','] };
            let joins = |decimal: char| {
                decimal != sign
                    && ungrouped(text, sign, decimal)
                        .is_some_and(|t| is_plain(&t.replacen(',', ".", 1)))
            };
            if decimals.into_iter().any(joins) {
                let blank = sign.is_whitespace();
                return Some(Dress::Thousands(if blank { ' ' } else { sign }));
            }
        }
        (self.decimal == ',' && is_plain(text)).then_some(Dress::DecimalPoint)
    }
}

/// The text without blanks of any kind around it: no-break ones, those of no width and byte order marks too.
pub(crate) fn trimmed(text: &str) -> &str {
    let bytes = text.as_bytes();
    let is_bare = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_graphic);
    if is_bare(bytes.first()) && is_bare(bytes.last()) {
        return text;
    }
    text.trim_matches(|c: char| c.is_whitespace() || is_zero_width(c))
}

/// Characters that nobody sees.
pub(crate) fn is_zero_width(c: char) -> bool {
    matches!(
        c,
        '\u{200b}'..='\u{200d}' | '\u{2060}' | '\u{feff}' | '\u{ad}'
    )
}

/// A finite or infinite number as Rust reads it.
fn is_plain(text: &str) -> bool {
    text.parse::<f64>().is_ok()
}

/// Without the apostrophe by which a spreadsheet keeps a cell as text.
fn unquoted(text: &str) -> &str {
    text.strip_prefix('\'').unwrap_or(text)
}

/// Digits in groups of three, all parted by `sign`, and nothing else: `1,234,567`.
fn is_grouped(text: &str, sign: char) -> bool {
    let digits = text.trim_start_matches(['-', '+', '\u{2212}']);
    let mut groups = digits.split(sign);
    let all_digits = |group: &str| group.bytes().all(|byte| byte.is_ascii_digit());
    let first = groups.next().unwrap_or_default();
    let mut count = 0;
    (1..=3).contains(&first.len())
        && all_digits(first)
        && groups.all(|group| {
            count += 1;
            group.len() == 3 && all_digits(group)
        })
        && count > 0
        // Nobody writes 0,123 for 123.
        && !first.starts_with('0')
}

/// Without `sign` between groups of three digits before the decimal sign; `None` unless the groups are so.
fn ungrouped(text: &str, sign: char, decimal: char) -> Option<String> {
    let text = if sign == ' ' {
        Cow::Owned(text.replace(['\u{a0}', '\u{202f}', '\u{2009}'], " "))
    } else {
        Cow::Borrowed(text)
    };
    let (whole, part) = match text.split_once(decimal) {
        Some((whole, part)) => (whole, Some(part)),
        None => (text.as_ref(), None),
    };
    if !is_grouped(whole, sign) {
        return None;
    }
    let mut joined = whole.replace(sign, "").replace('\u{2212}', "-");
    if let Some(part) = part {
        joined.push(decimal);
        joined.push_str(part);
    }
    Some(joined)
}

/// What is left of a text without this around it, and the word that was taken off.
fn undressed(strip: Strip, text: &str) -> Option<(&str, &str)> {
    const CURRENCIES: [char; 6] = ['$', '€', '£', '¥', '₹', '₽'];
    let taken = |rest: &'_ str| text.len() - rest.len();
    match strip {
        Strip::Percent => Some((trimmed(text.strip_suffix('%')?), "%")),
        Strip::Currency => {
            if let Some(rest) = text.strip_prefix(CURRENCIES) {
                return Some((trimmed(rest), text.get(..taken(rest))?));
            }
            let rest = text.strip_suffix(CURRENCIES)?;
            Some((trimmed(rest), text.get(rest.len()..)?))
        }
        Strip::Bound => {
            let rest = text.strip_prefix(['<', '>', '≤', '≥', '~'])?;
            let rest = trimmed(rest.strip_prefix('=').unwrap_or(rest));
            Some((rest, trimmed(text.get(..taken(rest))?)))
        }
        Strip::Unit => {
            let (number, word) = text.split_at_checked(first_word(text)?)?;
            let is_unit = word.chars().any(char::is_alphabetic) || word.contains('°');
            (is_unit && word.chars().count() <= 12).then(|| (trimmed(number), trimmed(word)))
        }
    }
}

/// Where the first letter behind a digit stands that is no exponent.
fn first_word(text: &str) -> Option<usize> {
    let mut seen_digit = false;
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let next = chars.peek().map(|(_, c)| *c);
        let is_exponent = matches!(c, 'e' | 'E')
            && next.is_some_and(|next| next.is_ascii_digit() || matches!(next, '-' | '+'));
        if seen_digit && !is_exponent && (c.is_alphabetic() || c == '°') {
            return Some(at);
        }
        seen_digit |= c.is_ascii_digit();
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grammar(text: &str) -> Grammar {
        Grammar::of(&toml::from_str(text).unwrap())
    }

    #[test]
    fn numbers_of_every_file() {
        let plain = grammar("");
        for (text, number) in [
            ("1.5", "1.5"),
            (" -1e-3 ", "-1e-3"),
            ("\u{a0}7\u{200b}", "7"),
            ("\u{2212}3", "-3"),
            ("'042", "042"),
            ("+4", "+4"),
        ] {
            assert_eq!(plain.number(text).as_deref(), Some(number), "{text:?}");
        }
        for text in [
            "", "1,5", "12a", "35%", "1 234", "0x10", "1_000", "-", "--1",
        ] {
            assert_eq!(plain.number(text), None, "{text:?}");
        }
    }

    #[test]
    fn declared_signs_and_words() {
        let comma = grammar("decimal = \",\"\nthousands = \".\"");
        assert_eq!(comma.number("1.234,5").as_deref(), Some("1234.5"));
        assert_eq!(comma.number("12,5").as_deref(), Some("12.5"));
        assert_eq!(comma.number("7").as_deref(), Some("7"));
        // Half a group is a decimal point, in a file that has none.
        assert_eq!(comma.number("12.5"), None);
        let swiss = grammar("thousands = \"'\"");
        assert_eq!(swiss.number("1'234'567.25").as_deref(), Some("1234567.25"));
        let blank = grammar("thousands = \" \"");
        assert_eq!(blank.number("1\u{202f}234").as_deref(), Some("1234"));
        let all = grammar("strip = [\"percent\", \"unit\", \"currency\", \"bound\"]");
        for (text, number) in [
            ("35 %", "35"),
            ("20 mg", "20"),
            ("1e3 g", "1e3"),
            ("18.5 kg/m2", "18.5"),
            ("$20", "20"),
            ("20 €", "20"),
            ("<0.5", "0.5"),
            (">= 15", "15"),
            ("3", "3"),
        ] {
            assert_eq!(all.number(text).as_deref(), Some(number), "{text}");
        }
    }

    #[test]
    fn a_dress_is_known_by_its_name() {
        let plain = grammar("");
        let around = |strip, word: &str| Some(Dress::Around(strip, word.to_owned()));
        for (text, dress) in [
            ("12,7", Some(Dress::DecimalComma)),
            ("0,125", Some(Dress::DecimalComma)),
            ("1,234", Some(Dress::Thousands(','))),
            ("1.234.567", Some(Dress::Thousands('.'))),
            ("1'234", Some(Dress::Thousands('\''))),
            ("12 345,6", Some(Dress::Thousands(' '))),
            ("35%", around(Strip::Percent, "%")),
            ("20 mg", around(Strip::Unit, "mg")),
            ("12a", around(Strip::Unit, "a")),
            ("20 mg/dl", around(Strip::Unit, "mg/dl")),
            ("€3", around(Strip::Currency, "€")),
            ("<0.5", around(Strip::Bound, "<")),
            ("≤ 5", around(Strip::Bound, "≤")),
            ("12,7 mg", around(Strip::Unit, "mg")),
            ("T2", None),
            ("10-20", None),
            ("2024-01-31", None),
            ("high", None),
            ("1.2.3", None),
        ] {
            assert_eq!(plain.dress(text), dress, "{text}");
        }
        assert_eq!(
            grammar("decimal = \",\"").dress("1.5"),
            Some(Dress::DecimalPoint)
        );
    }
}
