//! Bytes of a text file as UTF-8: packed or not, in any of the known encodings.

use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::Path;

use encoding_rs_io::DecodeReaderBytesBuilder;

use crate::error::{DataError, Defect, Result};
use crate::limits::Limits;
use crate::reading::Encoding;

/// How the bytes of a file are to be taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Coding {
    pub(super) packing: Packing,
    pub(super) encoding: Encoding,
}

/// How a file is packed, by its first bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Packing {
    None,
    Gzip,
    Zstd,
}

impl Packing {
    fn of(path: &Path) -> Result<Self> {
        let start = start(open_file(path)?, 4, path)?;
        Ok(match start.as_slice() {
            [0x1f, 0x8b, ..] => Self::Gzip,
            [0x28, 0xb5, 0x2f, 0xfd] => Self::Zstd,
            _ => Self::None,
        })
    }

    pub(super) fn name(self) -> Option<&'static str> {
        match self {
            Self::None => None,
            Self::Gzip => Some("gzip"),
            Self::Zstd => Some("zstd"),
        }
    }
}

impl Coding {
    /// What the first bytes of a file say, where `declared` does not: a mark at its start, or the zero bytes that
    /// plain letters have in UTF-16.
    pub(super) fn of(path: &Path, declared: Option<Encoding>) -> Result<Self> {
        let packing = Packing::of(path)?;
        let start = start(unpacked(path, packing)?, 4096, path)?;
        let encoding = match (declared, start.as_slice()) {
            (Some(encoding), _) => encoding,
            (None, [0xff, 0xfe, ..]) => Encoding::Utf16Le,
            (None, [0xfe, 0xff, ..]) => Encoding::Utf16Be,
            (None, start) => match zeros(start) {
                Zeros::None => Encoding::Utf8,
                Zeros::Second => Encoding::Utf16Le,
                Zeros::First => Encoding::Utf16Be,
                Zeros::Anywhere => {
                    return Err(DataError::new(
                        Defect::WrongDtype,
                        path,
                        "is a binary file, no text",
                        "save the table as CSV or Parquet",
                    ));
                }
            },
        };
        Ok(Self { packing, encoding })
    }

    /// The text of the file as UTF-8, without a mark at its start.
    pub(super) fn open(self, path: &Path) -> Result<Box<dyn Read>> {
        let bytes = unpacked(path, self.packing)?;
        let coding = match self.encoding {
            // The reader of lines checks it, and says where it is wrong.
            Encoding::Utf8 => return Ok(Box::new(WithoutMark::new(bytes))),
            Encoding::Utf16Le => encoding_rs::UTF_16LE,
            Encoding::Utf16Be => encoding_rs::UTF_16BE,
            Encoding::Latin1 | Encoding::Windows1252 => encoding_rs::WINDOWS_1252,
        };
        let decoded = DecodeReaderBytesBuilder::new()
            .encoding(Some(coding))
            .build(bytes);
        Ok(Box::new(WithoutMark::new(Box::new(decoded))))
    }
}

fn open_file(path: &Path) -> Result<BufReader<File>> {
    let file = File::open(path).map_err(|error| DataError::read(path, &error))?;
    Ok(BufReader::with_capacity(1 << 16, file))
}

fn start(bytes: impl Read, length: u64, path: &Path) -> Result<Vec<u8>> {
    let mut start = Vec::new();
    let read = bytes.take(length).read_to_end(&mut start);
    read.map_err(|error| DataError::read(path, &error))?;
    Ok(start)
}

fn unpacked(path: &Path, packing: Packing) -> Result<Box<dyn Read>> {
    let file = open_file(path)?;
    let length = std::fs::metadata(path)
        .map_err(|error| DataError::read(path, &error))?
        .len();
    Ok(match packing {
        Packing::None => Box::new(file),
        Packing::Gzip => Box::new(Bounded::new(
            flate2::bufread::MultiGzDecoder::new(file),
            length,
        )),
        Packing::Zstd => {
            let unpack = zstd::Decoder::with_buffer(file);
            let unpack = unpack.map_err(|error| DataError::read(path, &error))?;
            Box::new(Bounded::new(unpack, length))
        }
    })
}

/// Where the zero bytes of a text lie.
enum Zeros {
    None,
    First,
    Second,
    Anywhere,
}

fn zeros(start: &[u8]) -> Zeros {
    let at = |odd: usize| {
        start
            .iter()
            .skip(odd)
            .step_by(2)
            .filter(|byte| **byte == 0)
            .count()
    };
    let (even, odd, pairs) = (at(0), at(1), start.len() / 2);
    match (even, odd) {
        (0, 0) => Zeros::None,
        (0, odd) if odd * 2 >= pairs => Zeros::Second,
        (even, 0) if even * 2 >= pairs => Zeros::First,
        _ => Zeros::Anywhere,
    }
}

/// Bytes that are unpacked, no more than an honest file holds.
struct Bounded<R> {
    bytes: R,
    left: u64,
}

impl<R> Bounded<R> {
    fn new(bytes: R, packed: u64) -> Self {
        let limits = Limits::STANDARD;
        Self {
            bytes,
            left: limits
                .expansion_from
                .max(packed.saturating_mul(limits.expansion)),
        }
    }
}

impl<R: Read> Read for Bounded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.bytes.read(buffer)?;
        self.left = self.left.checked_sub(read as u64).ok_or_else(|| {
            let expansion = Limits::STANDARD.expansion;
            io::Error::other(format!(
                "it unpacks to more than {expansion} times its size"
            ))
        })?;
        Ok(read)
    }
}

/// Text without a byte order mark at its start.
struct WithoutMark {
    start: io::Cursor<Vec<u8>>,
    is_begun: bool,
    rest: Box<dyn Read>,
}

impl WithoutMark {
    fn new(rest: Box<dyn Read>) -> Self {
        Self {
            start: io::Cursor::default(),
            is_begun: false,
            rest,
        }
    }
}

impl Read for WithoutMark {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if !self.is_begun {
            self.is_begun = true;
            let mut start = Vec::new();
            (&mut self.rest).take(3).read_to_end(&mut start)?;
            if start != "\u{feff}".as_bytes() {
                self.start = io::Cursor::new(start);
            }
        }
        match self.start.read(buffer)? {
            0 => self.rest.read(buffer),
            read => Ok(read),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    fn decoded(bytes: &[u8], declared: Option<Encoding>) -> (Coding, String) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("t.csv");
        std::fs::write(&path, bytes).unwrap();
        let coding = Coding::of(&path, declared).unwrap();
        let mut text = String::new();
        coding
            .open(&path)
            .unwrap()
            .read_to_string(&mut text)
            .unwrap();
        (coding, text)
    }

    #[test]
    fn marks_and_zero_bytes_tell_the_encoding() {
        let utf16 =
            |text: &str| -> Vec<u8> { text.encode_utf16().flat_map(u16::to_le_bytes).collect() };
        for (bytes, encoding) in [
            ("\u{feff}x,ü\n".as_bytes().to_vec(), Encoding::Utf8),
            (utf16("\u{feff}x,ü\n"), Encoding::Utf16Le),
            (utf16("x,ü\n"), Encoding::Utf16Le),
            (
                "x,ü\n".encode_utf16().flat_map(u16::to_be_bytes).collect(),
                Encoding::Utf16Be,
            ),
        ] {
            let (coding, text) = decoded(&bytes, None);
            assert_eq!((coding.encoding, text.as_str()), (encoding, "x,ü\n"));
        }
        let (_, text) = decoded(b"x,\xfc\n", Some(Encoding::Latin1));
        assert_eq!(text, "x,ü\n");
    }

    #[test]
    fn packed_files_are_known_by_their_bytes() {
        let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        gzip.write_all(b"x,y\n").unwrap();
        let (coding, text) = decoded(&gzip.finish().unwrap(), None);
        assert_eq!((coding.packing, text.as_str()), (Packing::Gzip, "x,y\n"));
        let (coding, text) = decoded(&zstd::encode_all(&b"x,y\n"[..], 1).unwrap(), None);
        assert_eq!((coding.packing, text.as_str()), (Packing::Zstd, "x,y\n"));
    }

    #[test]
    fn a_bomb_ends_at_its_limit() {
        let mut bounded = Bounded {
            bytes: io::repeat(0),
            left: 10,
        };
        let mut eight = [0; 8];
        assert_eq!(bounded.read(&mut eight).unwrap(), 8);
        let error = bounded.read(&mut eight).unwrap_err();
        assert!(error.to_string().contains("200 times"), "{error}");
    }
}
