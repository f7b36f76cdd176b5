//! How tables are read where their own bytes do not say: `[reading]` of `cohort.toml`, and options of every
//! command that opens a plain table.

mod key;
mod missing;
mod named;
mod number;

use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

pub use key::Normalise;
pub(crate) use key::{Keys, differences, joining, normalised};
pub(crate) use missing::Missing;
use named::named;
pub(crate) use number::{Dress, Grammar, trimmed};

/// How tables are read. What is not set is seen in each file where that is certain, and is otherwise as RFC 4180
/// has it, with a decimal point.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Reading {
    /// What stands between the cells of a text file, one ASCII character.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub delimiter: Option<char>,
    /// The decimal sign, `.` or `,`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub decimal: Option<char>,
    /// What groups the digits of large numbers by three: `,`, `.`, `'` or a blank.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub thousands: Option<char>,
    /// How the bytes of a text file mean characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub encoding: Option<Encoding>,
    /// What cells with a delimiter or a line break are wrapped in, one ASCII character; empty: nothing is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quote: Option<String>,
    /// What a line begins with that is no row, one ASCII character.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub comment: Option<char>,
    /// Cells that say that a value is missing, beside the usual ones.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub missing: Vec<String>,
    /// Whether the usual words for a missing value (`NA`, `null`) mean one. Default: yes; an empty cell does always.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub usual_missing: Option<bool>,
    /// What is taken off the numbers of a column before they are read.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub strip: Vec<Strip>,
    /// What of ids, groups, units, classes and categories is the same however it is typed.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub normalise: Vec<Normalise>,
}

/// How bytes mean characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Encoding {
    /// UTF-8.
    #[serde(rename = "utf-8")]
    Utf8,
    /// UTF-16, the low byte first.
    #[serde(rename = "utf-16le")]
    Utf16Le,
    /// UTF-16, the high byte first.
    #[serde(rename = "utf-16be")]
    Utf16Be,
    /// ISO 8859-1; read as Windows-1252, which has it and more.
    #[serde(rename = "latin-1")]
    Latin1,
    /// Windows-1252, "ANSI" of Western spreadsheets.
    #[serde(rename = "windows-1252")]
    Windows1252,
}

/// Something that stands around a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Strip {
    /// A percent sign behind it: `35 %` is 35.
    Percent,
    /// A word behind it, the same in the whole column: `20 mg` is 20.
    Unit,
    /// A sign of a currency before or behind it: `$20` is 20.
    Currency,
    /// A sign that it is a bound: `<0.5` is 0.5.
    Bound,
}

named!(Encoding:
    Utf8 "utf-8",
    Utf16Le "utf-16le",
    Utf16Be "utf-16be",
    Latin1 "latin-1",
    Windows1252 "windows-1252",
);

named!(Strip:
    Percent "percent",
    Unit "unit",
    Currency "currency",
    Bound "bound",
);

impl Reading {
    /// This reading where it says something, and `other` where it does not.
    #[must_use]
    pub fn or(&self, other: &Self) -> Self {
        let list =
            |own: &[String], others: &[String]| if own.is_empty() { others } else { own }.to_vec();
        Self {
            delimiter: self.delimiter.or(other.delimiter),
            decimal: self.decimal.or(other.decimal),
            thousands: self.thousands.or(other.thousands),
            encoding: self.encoding.or(other.encoding),
            quote: self.quote.clone().or_else(|| other.quote.clone()),
            comment: self.comment.or(other.comment),
            missing: list(&self.missing, &other.missing),
            usual_missing: self.usual_missing.or(other.usual_missing),
            strip: if self.strip.is_empty() {
                other.strip.clone()
            } else {
                self.strip.clone()
            },
            normalise: if self.normalise.is_empty() {
                other.normalise.clone()
            } else {
                self.normalise.clone()
            },
        }
    }

    /// How files of our own are read: what is missing is empty there, and every word means itself.
    pub fn literal() -> Self {
        Self {
            usual_missing: Some(false),
            normalise: vec![Normalise::None],
            ..Self::default()
        }
    }

    /// Whether it says nothing.
    pub fn is_default(&self) -> bool {
        *self == Self::default()
    }

    /// What it contradicts; each message names the key.
    pub(crate) fn check(&self) -> Result<(), String> {
        let one_byte = |key: &str, sign: Option<char>| match sign {
            Some(sign) if !sign.is_ascii() || matches!(sign, '\n' | '\r' | '\0') => Err(format!(
                "`{key}` is one ASCII character that is no line break"
            )),
            _ => Ok(()),
        };
        one_byte("delimiter", self.delimiter)?;
        one_byte("comment", self.comment)?;
        if let Some(quote) = &self.quote {
            let mut signs = quote.chars();
            let (first, more) = (signs.next(), signs.next());
            if more.is_some() {
                return Err("`quote` is one ASCII character, or empty".into());
            }
            one_byte("quote", first)?;
        }
        if self.normalise.len() > 1 && self.normalise.contains(&Normalise::None) {
            return Err("`normalise` is \"none\" alone, or other ways".into());
        }
        if self.decimal.is_some_and(|sign| !matches!(sign, '.' | ',')) {
            return Err("`decimal` is \".\" or \",\"".into());
        }
        if let Some(sign) = self.thousands {
            if !number::GROUPING.contains(&sign) {
                return Err("`thousands` is \",\", \".\", \"'\" or \" \"".into());
            }
            if sign == self.decimal.unwrap_or('.') {
                return Err(format!(
                    "`thousands` and the decimal sign are both `{sign}`; write `decimal`, too"
                ));
            }
        }
        Ok(())
    }
}

/// What texts of one file mean.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Rules {
    pub(crate) missing: Missing,
    pub(crate) grammar: Grammar,
    pub(crate) normalise: Vec<Normalise>,
}

impl Rules {
    /// Those of a file without options.
    pub(crate) fn plain() -> &'static Self {
        static PLAIN: LazyLock<Rules> = LazyLock::new(|| Rules::of(&Reading::default()));
        &PLAIN
    }

    pub(crate) fn of(reading: &Reading) -> Self {
        Self {
            missing: Missing::of(reading),
            grammar: Grammar::of(reading),
            normalise: reading.normalise.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_those_of_files() {
        for &(name, encoding) in Encoding::ALL {
            let text = toml::to_string(&Reading {
                encoding: Some(encoding),
                ..Reading::default()
            });
            assert_eq!(text.unwrap(), format!("encoding = \"{name}\"\n"));
            assert_eq!(encoding.name(), name);
        }
        for &(name, strip) in Strip::ALL {
            let reading: Reading = toml::from_str(&format!("strip = [\"{name}\"]")).unwrap();
            assert_eq!((reading.strip, strip.name()), (vec![strip], name));
        }
    }

    #[test]
    fn what_contradicts_itself_is_refused_by_its_key() {
        let wrong = |text: &str| {
            toml::from_str::<Reading>(text)
                .unwrap()
                .check()
                .unwrap_err()
        };
        assert!(wrong("delimiter = \"ä\"").contains("`delimiter`"));
        assert!(wrong("quote = \"''\"").contains("`quote`"));
        assert!(wrong("decimal = \";\"").contains("`decimal`"));
        assert!(wrong("thousands = \".\"").contains("both `.`"));
        let right = "thousands = \".\"\ndecimal = \",\"\nquote = \"\"";
        assert!(toml::from_str::<Reading>(right).unwrap().check().is_ok());
    }

    #[test]
    fn what_a_file_says_goes_before_what_all_say() {
        let all: Reading = toml::from_str("decimal = \",\"\nmissing = [\"x\"]").unwrap();
        let one: Reading = toml::from_str("missing = [\"y\"]").unwrap();
        let both = one.or(&all);
        assert_eq!(
            (both.decimal, both.missing),
            (Some(','), vec!["y".to_owned()])
        );
    }
}
