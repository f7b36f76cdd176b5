//! Near names: what a misspelt key, column or model was probably meant to be.

/// The known name that is fewest edits away, if that is at most half of the name's length. Two
/// neighbouring letters that changed places are one edit (optimal string alignment distance).
///
/// ```
/// use midfuse_base::nearest;
/// assert_eq!(nearest("epoch", &["trials", "epochs"]), Some("epochs"));
/// assert_eq!(nearest("colour", &["trials", "epochs"]), None);
/// ```
pub fn nearest<'a>(unknown: &str, known: &[&'a str]) -> Option<&'a str> {
    known
        .iter()
        .map(|&name| (strsim::osa_distance(unknown, name), name))
        .min()
        .filter(|&(distance, name)| 2 * distance <= name.chars().count().max(2))
        .map(|(_, name)| name)
}

/// `": did you mean `NAME`?"` with the [`nearest`] known name; nothing where none is near.
pub fn did_you_mean(unknown: &str, known: &[&str]) -> String {
    nearest(unknown, known).map_or_else(String::new, |name| format!(": did you mean `{name}`?"))
}

/// What follows on an unknown name: the [`nearest`] known name, where one is near, and all of them.
///
/// ```
/// use midfuse_base::there_are;
/// let known = ["late", "early"];
/// assert_eq!(
///     format!("no strategy `ealry`{}", there_are("ealry", known)),
///     "no strategy `ealry`: did you mean `early`? There are late, early"
/// );
/// assert_eq!(there_are("mixture", known), "; there are late, early");
/// ```
pub fn there_are<'a>(unknown: &str, known: impl IntoIterator<Item = &'a str>) -> String {
    let known: Vec<&str> = known.into_iter().collect();
    let list = known.join(", ");
    match nearest(unknown, &known) {
        Some(name) => format!(": did you mean `{name}`? There are {list}"),
        None if known.is_empty() => "; there are none".to_owned(),
        None => format!("; there are {list}"),
    }
}

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
    let hint = match did_you_mean(unknown, &known) {
        none if none.is_empty() => ";".to_owned(),
        hint => hint,
    };
    Some(format!(
        "{before}unknown {shown} `{unknown}`{hint} known here: {list}"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn swapped_letters_are_one_edit() {
        assert_eq!(nearest("ealry", &["late", "early"]), Some("early"));
        assert_eq!(nearest("lr", &["d"]), None);
        assert_eq!(did_you_mean("colour", &["epochs"]), "");
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
        assert_eq!(
            with_nearest("a: unknown field `colour`, expected `epochs`"),
            "a: unknown key `colour`; known here: `epochs`"
        );
        assert_eq!(with_nearest("missing field `name`"), "missing field `name`");
    }
}
