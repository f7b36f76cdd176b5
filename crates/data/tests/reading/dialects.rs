//! How a file is written.

use midfuse_data::{Defect, ImportOptions, Row};

use crate::{numbers, read, read_bytes, read_with, refused};

#[test]
fn dialects_are_seen_and_said() {
    let utf16: Vec<u8> = "\u{feff}x\ty\r\n1,5\ta\r\n2\tb\r\n"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    let packed = zstd::encode_all(&b"x;y\n1,5;a\n2;b\n"[..], 1).unwrap();
    for (name, bytes, note) in [
        ("t.csv", b"x;y\n1,5;a\n2;b\n".to_vec(), "delimiter `;`"),
        (
            "t.csv",
            b"sep=;\nx;y\n1,5;a\n2;b\n".to_vec(),
            "as its first line says",
        ),
        (
            "t.csv",
            "\u{feff}x;y\n1,5;a\n2;b\n".as_bytes().to_vec(),
            "decimal sign `,`",
        ),
        ("t.csv", utf16, "utf-16le"),
        ("t.txt", b"x|y\n1.5|a\n2|b\n".to_vec(), "delimiter `|`"),
        ("t.csv.zst", packed, "packed with zstd"),
        (
            "t.csv",
            b"x,y,\n1.5,a,\n2,b,\n,,\n , ,\n".to_vec(),
            "2 rows without a value at its end skipped",
        ),
        (
            "t.csv",
            b"x,y\n1.5,a\n\n2,b\n".to_vec(),
            "1 blank lines skipped",
        ),
    ] {
        let (data, summary) = read_bytes(name, &bytes, ImportOptions::default()).unwrap();
        assert_eq!(numbers(&data), [1.5, 2.0], "{note}");
        assert!(summary.to_string().contains(note), "{note}: {summary}");
    }
    let latin = b"x;y\n1,5;\xe4\n2;b\n";
    let error = read_bytes("t.csv", latin, ImportOptions::default()).unwrap_err();
    assert!(
        error.to_string().contains("--encoding windows-1252"),
        "{error}"
    );
}

#[test]
fn an_open_quote_loses_no_row() {
    let error = refused("x,y\n1,a\n2,\"b\n3,a\n4,b\n", &["--quote"]);
    assert_eq!(
        (error.defect, error.row),
        (Defect::Truncated, Some(Row::Line(3)))
    );
    // The row that it swallows has too few cells, and that is not what is wrong.
    let error = refused("x,y,z\n1,a,b\n2,\"b,c\n3,a,b\n", &["a quote opens here"]);
    assert_eq!(error.row, Some(Row::Line(3)));
    let error = refused("x,y\n1,a\n\"2,b\n\"3\",a\n4,b\n", &["goes on"]);
    assert_eq!(error.row, Some(Row::Line(3)));
    let (data, _) = read_with("x,y\n1,\"a\n2,b\n", "quote = \"\"").unwrap();
    assert_eq!(numbers(&data), [1.0, 2.0]);
}

#[test]
fn a_column_without_a_name_is_no_input_in_silence() {
    refused("x,y,\n1,a,\n2,b,7\n", &["column 3 has no name", "line 3"]);
    // pandas and R write the names of rows so.
    let (data, summary) = read(",x,y\np1,1,a\np2,2,b\n").unwrap();
    assert_eq!(numbers(&data), [1.0, 2.0]);
    assert!(summary.to_string().contains("(no name): id"), "{summary}");
}
