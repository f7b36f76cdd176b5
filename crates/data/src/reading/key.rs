//! Keys: ids, groups, units, classes and categories. Two that differ only in how they are typed are one, as a
//! rule, and a reader that takes them for two puts one patient on both sides of a split.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use serde::{Deserialize, Serialize};
use unicode_normalization::{UnicodeNormalization as _, is_nfc};

use super::named::named;
use super::number::is_zero_width;
use crate::error::{DataError, Defect, Result, Row, quoted};
use crate::table::Table;

/// What of a key is the same however it is typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Normalise {
    /// Blanks: none around a key, one between words; those that nobody sees are gone.
    Trim,
    /// Letters are small.
    Case,
    /// Numbers have no zeros in front: `P007` is `P7`.
    Zeros,
    /// Whole numbers have no `.0`.
    Float,
    /// Letters with accents are one character (Unicode NFC).
    Unicode,
    /// Keys that differ at all are two.
    None,
}

named!(Normalise:
    Trim "trim",
    Case "case",
    Zeros "zeros",
    Float "float",
    Unicode "unicode",
    None "none",
);

impl Normalise {
    /// In the order in which they are applied: `007.0` is a whole number before its zeros go.
    const ORDER: [Self; 5] = [
        Self::Unicode,
        Self::Trim,
        Self::Float,
        Self::Zeros,
        Self::Case,
    ];

    /// In what two keys differ that it makes one.
    fn difference(self) -> &'static str {
        match self {
            Self::Trim => "blanks",
            Self::Case => "case",
            Self::Zeros => "leading zeros",
            Self::Float => "`.0`",
            Self::Unicode => "the Unicode form of a letter",
            Self::None => "nothing",
        }
    }

    fn apply(self, key: Cow<'_, str>) -> Cow<'_, str> {
        match self {
            Self::Trim => {
                let is_blank = |c: char| c.is_whitespace() || is_zero_width(c);
                if !key.chars().any(is_blank) {
                    return key;
                }
                let seen: String = key.chars().filter(|c| !is_zero_width(*c)).collect();
                Cow::Owned(seen.split_whitespace().collect::<Vec<_>>().join(" "))
            }
            Self::Case if key.chars().any(char::is_uppercase) => Cow::Owned(key.to_lowercase()),
            Self::Zeros if key.contains('0') => Cow::Owned(without_zeros(&key)),
            Self::Float => match key.strip_suffix(".0") {
                Some(whole) if is_whole(whole) => Cow::Owned(whole.to_owned()),
                _ => key,
            },
            Self::Unicode if !is_nfc(&key) => Cow::Owned(key.nfc().collect()),
            Self::Case | Self::Zeros | Self::Unicode | Self::None => key,
        }
    }
}

fn is_whole(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
}

/// Without zeros before another digit, but for those behind a decimal sign.
fn without_zeros(key: &str) -> String {
    let mut kept = String::with_capacity(key.len());
    let mut chars = key.chars().peekable();
    let mut before = ' ';
    while let Some(c) = chars.next() {
        let is_leading = c == '0' && !before.is_ascii_digit() && !matches!(before, '.' | ',');
        if !(is_leading && chars.peek().is_some_and(char::is_ascii_digit)) {
            kept.push(c);
            before = c;
        }
    }
    kept
}

/// A key in these ways.
pub(crate) fn normalised<'a>(key: Cow<'a, str>, ways: &[Normalise]) -> Cow<'a, str> {
    let ways = Normalise::ORDER.iter().filter(|way| ways.contains(way));
    ways.fold(key, |key, way| way.apply(key))
}

/// What is left of a key when nothing of how it is typed counts.
fn folded(key: &str) -> Cow<'_, str> {
    normalised(Cow::Borrowed(key), &Normalise::ORDER)
}

/// The ways that make one of two keys; empty where they are two whatever is done.
pub(crate) fn differences(a: &str, b: &str) -> Vec<Normalise> {
    let are_one = |ways: &[Normalise]| {
        normalised(Cow::Borrowed(a), ways) == normalised(Cow::Borrowed(b), ways)
    };
    if !are_one(&Normalise::ORDER) {
        return Vec::new();
    }
    let mut ways = Normalise::ORDER.to_vec();
    for way in Normalise::ORDER {
        let fewer: Vec<Normalise> = ways.iter().copied().filter(|kept| *kept != way).collect();
        if are_one(&fewer) {
            ways = fewer;
        }
    }
    ways
}

/// Differences and the option that joins them, for a message.
pub(crate) fn joining(ways: &[Normalise]) -> (String, String) {
    let differences: Vec<&str> = ways.iter().map(|way| way.difference()).collect();
    let keys: Vec<String> = ways.iter().map(|way| format!("{:?}", way.name())).collect();
    let options: Vec<String> = ways
        .iter()
        .map(|way| format!("--normalise {}", way.name()))
        .collect();
    let option = format!("normalise = [{}] ({})", keys.join(", "), options.join(" "));
    (differences.join(" and "), option)
}

/// Keys of one kind that were met; a new one that is an old one but for how it is typed is refused.
#[derive(Debug, Default)]
pub(crate) struct Keys {
    met: HashMap<String, (String, Row)>,
    /// Keys as they are, so that one that comes again costs little.
    known: HashSet<String>,
}

impl Keys {
    /// Takes a key in. `what`: what such a key is, for the message.
    pub(crate) fn admit(
        &mut self,
        table: &Table,
        row: Row,
        column: usize,
        key: &str,
        what: &str,
    ) -> Result<()> {
        if table.keeps_keys() || self.known.contains(key) {
            return Ok(());
        }
        self.known.insert(key.to_owned());
        let folded = folded(key);
        match self.met.get(folded.as_ref()) {
            None => {
                self.met.insert(folded.into_owned(), (key.to_owned(), row));
                Ok(())
            }
            Some((first, _)) if first == key => Ok(()),
            Some((first, first_row)) => Err(two_of_one(
                table,
                row,
                column,
                key,
                (first, *first_row),
                what,
            )),
        }
    }
}

fn two_of_one(
    table: &Table,
    row: Row,
    column: usize,
    key: &str,
    (first, first_row): (&str, Row),
    what: &str,
) -> DataError {
    let (differ, join) = joining(&differences(key, first));
    let reason = format!(
        "the {what} {} and {} on {first_row} differ only by {differ}",
        quoted(key),
        quoted(first)
    );
    let mend = format!(
        "correct one, or read them as one: {join}; if they are two: normalise = [\"none\"] (--normalise none)"
    );
    table.cell_error(Defect::NearlyEqual, row, column, reason, mend)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_difference_is_known_by_the_way_that_joins_it() {
        use Normalise::{Case, Float, Trim, Unicode, Zeros};
        for (a, b, ways) in [
            ("P012", "P012 ", &[Trim][..]),
            ("P012", "P\u{200b}012\u{a0}", &[Trim]),
            ("P012", "p012", &[Case]),
            ("1", "001", &[Zeros]),
            ("P7", "P007", &[Zeros]),
            ("12", "12.0", &[Float]),
            ("7", "007.0", &[Float, Zeros]),
            ("caf\u{e9}", "cafe\u{301}", &[Unicode]),
            ("Yes ", "yes", &[Trim, Case]),
            ("1.05", "1.5", &[]),
            ("10", "1", &[]),
            ("0", "00", &[Zeros]),
            ("a b", "ab", &[]),
        ] {
            assert_eq!(differences(a, b), ways, "{a:?} {b:?}");
        }
        let (differ, join) = joining(&[Trim, Case]);
        assert_eq!(differ, "blanks and case");
        assert_eq!(
            join,
            "normalise = [\"trim\", \"case\"] (--normalise trim --normalise case)"
        );
    }

    fn serde_name(way: Normalise) -> String {
        let value = toml::Value::try_from(way).unwrap();
        value.as_str().unwrap().to_owned()
    }

    #[test]
    fn names_are_those_of_files() {
        for &(name, way) in Normalise::ALL {
            assert_eq!((serde_name(way), way.name()), (name.to_owned(), name));
        }
    }
}
