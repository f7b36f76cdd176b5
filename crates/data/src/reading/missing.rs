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
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Missing {
    own: Vec<String>,
    usual: bool,
}

impl Missing {
    pub(crate) fn of(reading: &Reading) -> Self {
        Self {
            own: reading.missing.clone(),
            usual: reading.usual_missing.unwrap_or(true),
        }
    }

    /// Whether the text, without the blanks around it, means a missing value in any column.
    pub(crate) fn is_missing(&self, text: &str) -> bool {
        text.is_empty()
            || self.own.iter().any(|word| word == text)
            || (self.usual && is_one_of(&USUAL, text))
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
        assert!(Missing::of(&reading).is_missing("-999") && Missing::of(&reading).is_missing("NA"));
        let only = Missing::of(&Reading {
            usual_missing: Some(false),
            ..reading
        });
        assert!(only.is_missing("-999") && only.is_missing("") && !only.is_missing("NA"));
    }
}
