//! Words for a missing value.

use super::Reading;

/// What means a missing value in every column, whatever its case.
const USUAL: [&str; 10] = [
    "NA", "N/A", "#N/A", "<NA>", "NaN", "-NaN", "null", "#N/A N/A", "n.a.", "n/d",
];

/// What means one in a column of numbers beside those: a category may be called so.
const IN_NUMBERS: [&str; 17] = [
    "?",
    ".",
    "-",
    "--",
    "*",
    "none",
    "nil",
    "missing",
    "unknown",
    "unk",
    "not available",
    "#VALUE!",
    "#DIV/0!",
    "#REF!",
    "#NAME?",
    "#NUM!",
    "#NULL!",
];

/// The words for a missing value of one file.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Missing {
    own: Vec<String>,
    /// Those of them that are numbers: `-999` is `-999.0`.
    numbers: Vec<f64>,
    usual: bool,
}

impl Missing {
    pub(crate) fn of(reading: &Reading) -> Self {
        Self {
            own: reading.missing.clone(),
            numbers: reading
                .missing
                .iter()
                .filter_map(|word| word.parse().ok())
                .collect(),
            usual: reading.usual_missing.unwrap_or(true),
        }
    }

    /// Whether the text, without the blanks around it, means a missing value in any column.
    pub(crate) fn is_missing(&self, text: &str) -> bool {
        text.is_empty() || self.is_own(text) || (self.usual && is_one_of(&USUAL, text))
    }

    fn is_own(&self, text: &str) -> bool {
        let is_number = || text.parse().is_ok_and(|number| self.is_own_number(number));
        self.own.iter().any(|word| word == text) || (!self.numbers.is_empty() && is_number())
    }

    /// Whether a number of a typed file is one of the further words.
    pub(crate) fn is_own_number(&self, number: f64) -> bool {
        self.numbers
            .iter()
            .any(|own| own.total_cmp(&number).is_eq())
    }

    /// The same in a column of numbers.
    pub(crate) fn is_missing_number(&self, text: &str) -> bool {
        self.is_missing(text) || (self.usual && is_one_of(&IN_NUMBERS, text))
    }
}

fn is_one_of(words: &[&str], text: &str) -> bool {
    // Most cells are numbers.
    let first = text.as_bytes().first();
    first.is_some_and(|first| !first.is_ascii_digit())
        && words.iter().any(|word| word.eq_ignore_ascii_case(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_question_mark_is_missing_among_numbers_and_a_category_elsewhere() {
        let usual = Missing::of(&Reading::default());
        for word in ["", "NA", "nan", "NULL", "n/a", "#N/A"] {
            assert!(
                usual.is_missing(word) && usual.is_missing_number(word),
                "{word}"
            );
        }
        for word in ["?", ".", "-", "None", "Unknown", "#DIV/0!"] {
            assert!(
                !usual.is_missing(word) && usual.is_missing_number(word),
                "{word}"
            );
        }
        assert!(!usual.is_missing_number("-1") && !usual.is_missing_number("0"));
    }

    #[test]
    fn own_words_are_added_and_the_usual_ones_can_be_switched_off() {
        let reading = Reading {
            missing: vec!["-999".into()],
            ..Reading::default()
        };
        let own = Missing::of(&reading);
        assert!(own.is_missing("-999") && own.is_missing("-999.0") && own.is_missing("NA"));
        assert!(own.is_own_number(-999.0) && !own.is_own_number(999.0) && !own.is_missing("-99"));
        let only = Missing::of(&Reading {
            usual_missing: Some(false),
            ..reading
        });
        assert!(only.is_missing("-999") && only.is_missing("") && !only.is_missing("NA"));
    }
}
