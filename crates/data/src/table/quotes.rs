//! Quotes that do not do what their author meant: RFC 4180 says what a quote may do, and a reader that is
//! more patient loses rows in silence.

use std::io::{self, Read};

/// Passes bytes on and follows their quotes.
pub(super) struct Quotes<R> {
    bytes: R,
    delimiter: u8,
    quote: Option<u8>,
    comment: Option<u8>,
    /// Delimiters in a row, of which a line inside quotes may be one.
    of_row: usize,
    at: At,
    line: u64,
    /// Line on which the quotes opened that the text is in or behind.
    opened: u64,
    /// Delimiters of the current line inside quotes.
    inside: usize,
    found: Found,
}

/// What was found on the way.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Found {
    /// The first wrong quote: the line on which it opened.
    pub(super) fault: Option<(Fault, u64)>,
    /// Lines without a character, which are no rows.
    pub(super) blank_lines: u64,
    /// The first cell that holds lines with as many delimiters as a row, and how many such lines.
    pub(super) swallowed: Option<(u64, u64)>,
}

/// What is wrong with a quote.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fault {
    /// The file ends before it closes.
    Unclosed,
    /// Something stands between the closing quote and the end of the cell.
    TextBehind,
    /// A blank stands between the start of the cell and the opening quote.
    BlankBefore,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum At {
    StartOfLine,
    StartOfCell,
    /// Blanks at the start of a cell.
    Blanks,
    Bare,
    Quoted,
    /// Behind a quote inside quotes: it closes, or is the first of two that mean one.
    Closing,
    Comment,
}

impl<R> Quotes<R> {
    pub(super) fn new(
        bytes: R,
        delimiter: u8,
        quote: Option<u8>,
        comment: Option<u8>,
        columns: usize,
    ) -> Self {
        Self {
            bytes,
            delimiter,
            quote,
            comment,
            of_row: columns.saturating_sub(1),
            at: At::StartOfLine,
            line: 1,
            opened: 0,
            inside: 0,
            found: Found::default(),
        }
    }

    /// What was found so far; at the end of the file, `is_end`, open quotes too.
    pub(super) fn found(&self, is_end: bool) -> Found {
        let mut found = self.found;
        if is_end && self.at == At::Quoted {
            found.fault.get_or_insert((Fault::Unclosed, self.opened));
        }
        found
    }

    fn fault(&mut self, fault: Fault, line: u64) {
        self.found.fault.get_or_insert((fault, line));
    }

    fn line_ends_inside(&mut self, is_first: bool) {
        // Two columns make many a line of text look like a row.
        if !is_first && self.of_row >= 2 && self.inside == self.of_row {
            let (_, lines) = self.found.swallowed.get_or_insert((self.opened, 0));
            *lines += 1;
        }
        self.inside = 0;
    }

    fn step(&mut self, byte: u8) {
        let is_quote = Some(byte) == self.quote;
        self.at = match (self.at, byte) {
            (At::Quoted, b'\n') => {
                self.line_ends_inside(self.line == self.opened);
                self.line += 1;
                At::Quoted
            }
            (At::Quoted, _) if is_quote => At::Closing,
            (At::Quoted, _) => {
                self.inside += usize::from(byte == self.delimiter);
                At::Quoted
            }
            (_, b'\n') => {
                self.found.blank_lines += u64::from(self.at == At::StartOfLine);
                self.line += 1;
                At::StartOfLine
            }
            (At::Comment, _) => At::Comment,
            (At::StartOfLine, b'\r') => At::StartOfLine,
            (At::StartOfLine, _) if Some(byte) == self.comment => At::Comment,
            (_, _) if byte == self.delimiter => At::StartOfCell,
            (At::StartOfLine | At::StartOfCell, _) if is_quote => {
                (self.opened, self.inside) = (self.line, 0);
                At::Quoted
            }
            (At::StartOfLine | At::StartOfCell | At::Blanks, b' ') => At::Blanks,
            (At::Blanks, _) if is_quote => {
                self.fault(Fault::BlankBefore, self.line);
                At::Bare
            }
            (At::StartOfLine | At::StartOfCell | At::Blanks | At::Bare, _) => At::Bare,
            (At::Closing, _) if is_quote => At::Quoted,
            (At::Closing, b'\r' | b' ') => At::Closing,
            (At::Closing, _) => {
                self.fault(Fault::TextBehind, self.opened);
                At::Bare
            }
        };
    }
}

impl<R: Read> Read for Quotes<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.bytes.read(buffer)?;
        for &byte in buffer.iter().take(read) {
            self.step(byte);
        }
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Found {
        let mut quotes = Quotes::new(text.as_bytes(), b',', Some(b'"'), Some(b'#'), 3);
        io::copy(&mut quotes, &mut io::sink()).unwrap();
        quotes.found(true)
    }

    #[test]
    fn what_rfc_4180_allows_is_no_fault() {
        for text in [
            "a,b,c\n1,\"x, \"\"y\"\"\",3\n",
            "a,b,c\r\n\"1\",\"two\r\nlines\",3\r\n",
            "a,b,c\n1,5\" pipe,3\n",
            "a,b,c\n# it's \"so\n1,\"\",\"\"",
        ] {
            assert_eq!(found(text).fault, None, "{text:?}");
        }
    }

    #[test]
    fn faults_name_the_line_on_which_the_quote_opened() {
        let fault = |text: &str| found(text).fault;
        assert_eq!(fault("a,b,c\n1,\"x,3\n2,y,3\n"), Some((Fault::Unclosed, 2)));
        assert_eq!(
            fault("a,b,c\n1,\"x,3\n2,\"y\",3\n"),
            Some((Fault::TextBehind, 2))
        );
        assert_eq!(fault("a,b,c\n1, \"x\",3\n"), Some((Fault::BlankBefore, 2)));
    }

    #[test]
    fn lines_that_are_no_rows_are_counted() {
        assert_eq!(found("a,b,c\n\n1,2,3\n\r\n").blank_lines, 2);
        let swallowed = "a,b,c\n1,\"x,3\n2,y,3\n3,y,3\n4,z\",3\n";
        assert_eq!(found(swallowed).swallowed, Some((2, 2)));
        assert_eq!(found("a,b,c\n1,\"one\ntwo, three\",3\n").swallowed, None);
    }
}
