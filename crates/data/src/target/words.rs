//! The words of an event column: which mean that the event was seen, which that the row was censored.

use crate::manifest::TargetSpec;
use crate::table::Cell;

const DECLARE: &str = "name the words of both: `event_values = [\"DECEASED\"]` and \
                       `censored_values = [\"LIVING\"]`, none in both";

/// Declared words, or the usual ones: 1 and 0, true and false, `1:DECEASED` and `0:LIVING` as
/// cBioPortal writes them.
#[derive(Debug, Clone, Default)]
pub(super) struct Words {
    declared: Option<(Vec<String>, Vec<String>)>,
}

impl Words {
    /// The words of a target; an error is the reason and how to mend it.
    pub(super) fn of(spec: &TargetSpec) -> Result<Self, (String, &'static str)> {
        let declared = match (&spec.event_values, &spec.censored_values) {
            (None, None) => None,
            (Some(event), Some(censored)) if !event.is_empty() && !censored.is_empty() => {
                if let Some(word) = event.iter().find(|word| censored.contains(word)) {
                    let reason =
                        format!("`{word}` is in both `event_values` and `censored_values`");
                    return Err((reason, DECLARE));
                }
                Some((event.clone(), censored.clone()))
            }
            (Some(_), _) | (_, Some(_)) => {
                let reason = "`event_values` and `censored_values` come together, neither empty";
                return Err((reason.into(), DECLARE));
            }
        };
        Ok(Self { declared })
    }

    /// Whether the study said which words mean what.
    pub(super) fn is_declared(&self) -> bool {
        self.declared.is_some()
    }

    /// Whether the event was seen; `None` for a word that is not known.
    pub(super) fn read(&self, cell: &Cell<'_>) -> Option<bool> {
        let text = cell.text()?;
        let text = text.trim();
        match &self.declared {
            Some((event, _)) if event.iter().any(|word| same(word, text)) => Some(true),
            Some((_, censored)) if censored.iter().any(|word| same(word, text)) => Some(false),
            Some(_) => None,
            None => usual(text),
        }
    }

    /// What to do about a word that is not known.
    pub(super) fn mend(&self) -> String {
        let usual = match self.declared {
            Some(_) => "correct the cell or declare the word",
            None => "write 1 and 0, or true and false, or declare the words",
        };
        format!(
            "{usual}: `event_values = [\"DECEASED\"]` and `censored_values = [\"LIVING\"]` under \
             the target (in an import --event-values DECEASED --censored-values LIVING)"
        )
    }
}

/// Equal as text, or as numbers: `1` is `1.0`.
fn same(word: &str, text: &str) -> bool {
    word == text
        || matches!((word.parse::<f64>(), text.parse::<f64>()), (Ok(a), Ok(b)) if a.total_cmp(&b).is_eq())
}

/// The usual words.
pub(super) fn usual(text: &str) -> Option<bool> {
    if let Some((number, word)) = text.split_once(':')
        && !word.trim().is_empty()
    {
        return match number.trim() {
            "1" => Some(true),
            "0" => Some(false),
            _ => None,
        };
    }
    if text.eq_ignore_ascii_case("true") || same("1", text) {
        return Some(true);
    }
    (text.eq_ignore_ascii_case("false") || same("0", text)).then_some(false)
}

/// Whether a column is named after censoring, so that its 1 may mean censored.
pub(super) fn names_censoring(column: &str) -> bool {
    let lower = column.to_lowercase();
    let mut words = lower.split(|c: char| !c.is_alphanumeric());
    lower.contains("censor") || words.any(|word| word == "cens")
}

#[cfg(test)]
mod tests {
    use midfuse_base::TaskKind;

    use super::*;
    use crate::table::text;

    #[test]
    fn usual_words() {
        let words = Words::default();
        for word in [
            "1",
            "1.0",
            " 1 ",
            "true",
            "TRUE",
            "1:DECEASED",
            "1:Recurred/Progressed",
        ] {
            assert_eq!(words.read(&text(word)), Some(true), "{word}");
        }
        for word in ["0", "0.0", "false", "False", "0:LIVING", "0:DiseaseFree"] {
            assert_eq!(words.read(&text(word)), Some(false), "{word}");
        }
        // 2 is R's event and its 1 is censored; a guess would turn the data round.
        for word in ["2", "DECEASED", "alive", "yes", "-1", "1:", "2:dead", "0.5"] {
            assert_eq!(words.read(&text(word)), None, "{word}");
        }
        assert_eq!(words.read(&Cell::Bool(true)), Some(true));
        assert_eq!(words.read(&Cell::Int(0)), Some(false));
        assert_eq!(words.read(&Cell::Float(1.0)), Some(true));
    }

    #[test]
    fn declared_words_replace_the_usual_ones() {
        let spec = |event: &[&str], censored: &[&str]| TargetSpec {
            event_values: Some(event.iter().map(ToString::to_string).collect()),
            censored_values: Some(censored.iter().map(ToString::to_string).collect()),
            ..TargetSpec::new("os", TaskKind::Survival)
        };
        let words = Words::of(&spec(&["0"], &["1"])).unwrap();
        assert_eq!(words.read(&Cell::Int(1)), Some(false));
        assert_eq!(words.read(&text("0.0")), Some(true));
        assert_eq!(words.read(&text("true")), None);
        assert!(Words::of(&spec(&["a"], &["a"])).is_err());
        assert!(Words::of(&spec(&["a"], &[])).is_err());
    }

    #[test]
    fn columns_of_censoring_are_known_by_name() {
        for name in ["censorship", "Censored", "cens", "OS_CENS", "rightcensored"] {
            assert!(names_censoring(name), "{name}");
        }
        for name in ["event", "census", "OS", "incensed"] {
            assert!(!names_censoring(name), "{name}");
        }
    }
}
