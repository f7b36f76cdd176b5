//! What a C++ library said, without the stack of its frames.

/// How Rust words the panic of an operation that libtorch refused; the message is quoted behind it.
const UNWRAPPED: &str = "called `Result::unwrap()` on an `Err` value: ";
/// Where libtorch's messages go over into their stack.
const STACKS: [&str; 3] = [
    "Exception raised from ",
    "frame #",
    "C++ CapturedTraceback:",
];

/// The message of a C++ library, or of the panic that quotes one, in one line and without the frames
/// that follow it; any other message in one line.
///
/// ```
/// use midfuse_base::without_frames;
/// let said = "shapes differ\nException raised from check at a.cpp:7\nframe #0: f + 0x9 (a.so)";
/// assert_eq!(without_frames(said), "shapes differ");
/// let panic = format!("called `Result::unwrap()` on an `Err` value: Torch({said:?})");
/// assert_eq!(without_frames(&panic), "shapes differ");
/// ```
pub fn without_frames(text: &str) -> String {
    let text = unquoted(text);
    let end = STACKS.iter().filter_map(|mark| text.find(mark)).min();
    let said = end.and_then(|end| text.get(..end)).unwrap_or(&text);
    let lines = said.lines().map(str::trim);
    let lines: Vec<&str> = lines.filter(|line| !line.is_empty()).collect();
    lines.join(" ")
}

/// Whether [`without_frames`] leaves a stack out.
pub fn has_frames(text: &str) -> bool {
    STACKS.iter().any(|mark| text.contains(mark))
}

/// The text that a panic over a `Result` quotes, as it was before it was quoted.
fn unquoted(text: &str) -> String {
    let quoted = text.split_once(UNWRAPPED).map(|(_, value)| value);
    let inner = quoted.and_then(|value| {
        let (_, inner) = value.split_once("(\"")?;
        inner.trim_end().strip_suffix("\")")
    });
    match inner {
        Some(inner) => inner
            .replace("\\n", "\n")
            .replace("\\\"", "\"")
            .replace("\\'", "'"),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stack_is_cut_and_the_rest_is_one_line() {
        let text = "mat1 and mat2\nshapes differ\nException raised from x\nframe #0: y";
        assert_eq!(without_frames(text), "mat1 and mat2 shapes differ");
        assert!(has_frames(text));
        assert_eq!(without_frames("out of memory\nframe #0"), "out of memory");
    }

    #[test]
    fn a_panic_says_what_it_quotes() {
        let said = "can't allocate \"memory\": 82 bytes\nframe #0: c10::f + 0x9 (a.so)\n";
        let panic = format!("called `Result::unwrap()` on an `Err` value: Torch({said:?})");
        assert_eq!(
            without_frames(&panic),
            "can't allocate \"memory\": 82 bytes"
        );
        let other = "called `Result::unwrap()` on an `Err` value: Closed";
        assert_eq!(without_frames(other), other);
    }

    #[test]
    fn other_messages_stay() {
        assert_eq!(without_frames("a\n  b"), "a b");
        assert!(!has_frames("a data frame of 3 columns"));
    }
}
