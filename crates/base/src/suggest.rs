//! Turns serde's "unknown field" into a sentence that names the nearest known key.

/// Adds the nearest known name to a message of serde that lists what it expected; other messages
/// come back as they are.
///
/// ```text
/// unknown field `epoch`, expected one of `trials`, `epochs`
/// -> unknown key `epoch`: did you mean `epochs`? known here: `trials`, `epochs`
/// ```
pub fn with_nearest(message: &str) -> String {
    for what in ["field", "variant"] {
        if let Some(rewritten) = rewrite(message, what) {
            return rewritten;
        }
    }
    message.to_owned()
}

fn rewrite(message: &str, what: &str) -> Option<String> {
    let start = message.find(&format!("unknown {what} `"))?;
    let (before, rest) = message.split_at(start);
    let mut quoted = rest.split('`').skip(1).step_by(2);
    let unknown = quoted.next()?;
    let known: Vec<&str> = quoted.collect();
    let shown = if what == "field" { "key" } else { "name" };
    let list = known
        .iter()
        .map(|name| format!("`{name}`"))
        .collect::<Vec<_>>()
        .join(", ");
    Some(match nearest(unknown, &known) {
        Some(name) => {
            format!(
                "{before}unknown {shown} `{unknown}`: did you mean `{name}`? known here: {list}"
            )
        }
        None => format!("{before}unknown {shown} `{unknown}`; known here: {list}"),
    })
}

/// The known name that is fewest edits away, if that is less than half of the name's length.
pub fn nearest<'a>(unknown: &str, known: &[&'a str]) -> Option<&'a str> {
    known
        .iter()
        .map(|&name| (edits(unknown, name), name))
        .min()
        .filter(|&(distance, name)| 2 * distance <= name.chars().count().max(2))
        .map(|(_, name)| name)
}

/// What follows on an unknown name: the [`nearest`] known name, where one is near, and all of them.
///
/// ```
/// use midfuse_base::suggest::there_are;
/// let known = ["late", "early"];
/// assert_eq!(
///     format!("no strategy `erly`{}", there_are("erly", known)),
///     "no strategy `erly`: did you mean `early`? There are late, early"
/// );
/// assert_eq!(there_are("mixture", known), "; there are late, early");
/// ```
pub fn there_are<'a>(unknown: &str, known: impl IntoIterator<Item = &'a str>) -> String {
    let known: Vec<&str> = known.into_iter().collect();
    let list = known.join(", ");
    match nearest(unknown, &known) {
        Some(name) => format!(": did you mean `{name}`? There are {list}"),
        None => format!("; there are {list}"),
    }
}

/// Levenshtein distance: insertions, deletions and replacements of one character.
fn edits(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, ca) in a.chars().enumerate() {
        let mut next = vec![i + 1];
        for (&cb, pair) in b.iter().zip(row.windows(2)) {
            let &[diagonal, above] = pair else { continue };
            let left = next.last().copied().unwrap_or(0);
            next.push(
                (left + 1)
                    .min(above + 1)
                    .min(diagonal + usize::from(ca != cb)),
            );
        }
        row = next;
    }
    row.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn edits_are_counted() {
        assert_eq!(edits("kitten", "sitting"), 3);
        assert_eq!(edits("", "abc"), 3);
        assert_eq!(edits("abc", ""), 3);
    }

    #[test]
    fn nearest_is_near_or_nothing() {
        assert_eq!(nearest("epoch", &["trials", "epochs"]), Some("epochs"));
        assert_eq!(nearest("colour", &["trials", "epochs"]), None);
    }

    #[test]
    fn messages_of_serde_are_rewritten() {
        assert_eq!(
            with_nearest("unknown field `epoch`, expected one of `trials`, `epochs`"),
            "unknown key `epoch`: did you mean `epochs`? known here: `trials`, `epochs`"
        );
        assert_eq!(
            with_nearest("unknown variant `idd`, expected `iid` or `grouped`"),
            "unknown name `idd`: did you mean `iid`? known here: `iid`, `grouped`"
        );
        assert_eq!(with_nearest("missing field `name`"), "missing field `name`");
    }
}
