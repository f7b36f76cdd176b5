//! Defects of CSV and Parquet tables.

use midfuse_data::Defect;

use super::folders::{self, folder, manifest};
use super::{case, check, first_error, line, record, text};

#[test]
#[rustfmt::skip]
fn tabular() {
    let infer = "[[modalities]]\nname = 't'\nkind = 'tabular'\ntable = 't.csv'";
    let declared = "[[modalities]]\nname = 't'\nkind = 'tabular'\ntable = 't.csv'\n\
                    numeric = ['x']\ncategorical = ['c']\ncategories = { c = ['u', 'v'] }";
    let table = |content: &str| vec![text("t.csv", content)];
    let many: String = (0..30).map(|i| format!("{i},{i}.5\n")).collect::<Vec<_>>().concat();
    let rows: String = (0..31).map(|i| format!("{i}\n")).collect::<Vec<_>>().concat();
    let slip = vec![
        text("rows.csv", &format!("id\n{rows}")),
        text("t.csv", &format!("id,x\n{many}30,\"1,5\"\n")),
    ];
    for case in [
        case("no column", declared, table("id,x\na,1\n"), Defect::MissingColumn, "t.csv", line(1), Some("c")),
        case("no id", declared, table("key,x,c\na,1,u\n"), Defect::MissingColumn, "t.csv", line(1), Some("id")),
        case("twice", declared, table("id,x,c\na,1,u\na,2,u\n"), Defect::DuplicateId, "t.csv", line(3), Some("id")),
        case("unmatched", declared, table("id,x,c\na,1,u\nz,2,u\n"), Defect::UnmatchedId, "t.csv", line(3), Some("id")),
        case("ragged", declared, table("id,x,c\na,1,u\nb,2\n"), Defect::RaggedRow, "t.csv", line(3), None),
        case("infinite", declared, table("id,x,c\na,1,u\nb,inf,u\n"), Defect::NonFinite, "t.csv", line(3), Some("x")),
        case("too large", declared, table("id,x,c\na,1e39,u\n"), Defect::NonFinite, "t.csv", line(2), Some("x")),
        case("no number", declared, table("id,x,c\na,1,u\nb,high,u\n"), Defect::WrongDtype, "t.csv", line(3), Some("x")),
        case("category", declared, table("id,x,c\na,1,u\nb,2,w\n"), Defect::UnknownCategory, "t.csv", line(3), Some("c")),
        case("empty", infer, table(""), Defect::EmptyFile, "t.csv", None, None),
        case("missing", infer, vec![], Defect::MissingFile, "t.csv", None, None),
        case("only ids", infer, table("id\na\n"), Defect::MissingColumn, "t.csv", None, None),
        case("infinite", infer, table("id,x\na,1\nb,inf\n"), Defect::NonFinite, "t.csv", line(3), Some("x")),
        case("slip", infer, slip, Defect::WrongDtype, "t.csv", line(32), Some("x")),
        case("extension", "[[modalities]]\nname = 't'\nkind = 'tabular'\ntable = 't.xlsx'", vec![text("t.xlsx", "id,x\n")], Defect::WrongDtype, "t.xlsx", None, None),
    ] {
        check(&case);
    }
}

#[test]
#[rustfmt::skip]
fn parquet() {
    let section =
        "[[modalities]]\nname = 't'\nkind = 'tabular'\ntable = 't.parquet'\nnumeric = ['number']\nexclude = ['day']";
    let missing =
        "[[modalities]]\nname = 't'\nkind = 'tabular'\ntable = 't.parquet'\nnumeric = ['gone']";
    let whole = std::fs::read(folders::golden().join("table.parquet")).unwrap();
    let cut = whole[..whole.len() - 100].to_vec();
    // The pages start after the first four bytes; the footer stays whole.
    let mut damaged = whole.clone();
    damaged[4..60].fill(0xff);
    let rows = || text("rows.csv", "id\na\nb\nc\nd\n");
    let few = || text("rows.csv", "id\na\nb\nc\n");
    let path = "t.parquet";
    for case in [
        case("truncated", section, vec![rows(), (path, cut)], Defect::Truncated, path, None, None),
        case("damaged", section, vec![rows(), (path, damaged)], Defect::Truncated, path, record(1), None),
        case("no Parquet", section, vec![rows(), text(path, "id,x\n")], Defect::Truncated, path, None, None),
        case("empty", section, vec![rows(), text(path, "")], Defect::EmptyFile, path, None, None),
        case("column", missing, vec![rows(), (path, whole.clone())], Defect::MissingColumn, path, None, Some("gone")),
        case("unmatched", section, vec![few(), (path, whole)], Defect::UnmatchedId, path, record(4), Some("id")),
    ] {
        check(&case);
    }
}

/// Bytes of the footer change one by one: the parquet crate asserts some of what they break.
#[test]
fn parquet_footers_that_break_assertions() {
    let section = "[[modalities]]\nname = 't'\nkind = 'tabular'\ntable = 't.parquet'";
    let whole = std::fs::read(folders::golden().join("table.parquet")).unwrap();
    let text = manifest(section);
    let dir = folder(&[
        ("cohort.toml", text.as_bytes()),
        ("rows.csv", b"id\na\nb\nc\nd\n"),
    ]);
    let mut errors = 0;
    for at in (whole.len() - 5000..whole.len() - 8).step_by(17) {
        let mut damaged = whole.clone();
        damaged[at] ^= 1;
        std::fs::write(dir.path().join("t.parquet"), damaged).unwrap();
        if let Some(error) = first_error(dir.path()) {
            assert!(error.file.ends_with("t.parquet"), "{error}");
            errors += 1;
        }
    }
    assert!(errors > 20, "{errors}");
}
