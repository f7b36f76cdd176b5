//! Reader x defect: each ends in an error that names the file, the row and the column.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests say what they expect in the shortest way"
)]

mod folders;

use std::path::Path;

use folders::{floats, folder, manifest, npy};
use midfuse_data::{Cohort, DataError, Defect, Row};

type Files = Vec<(&'static str, Vec<u8>)>;

/// What is wrong with which file, and what the error must say.
struct Case {
    what: &'static str,
    manifest: &'static str,
    files: Files,
    defect: Defect,
    file: &'static str,
    row: Option<Row>,
    column: Option<&'static str>,
}

/// The first error of opening a cohort and reading everything in it.
fn first_error(dir: &Path) -> Option<DataError> {
    Cohort::open(dir).and_then(|cohort| cohort.summary()).err()
}

fn check(case: &Case) {
    let mut files: Vec<(&str, &[u8])> = case
        .files
        .iter()
        .map(|(name, content)| (*name, content.as_slice()))
        .collect();
    let text = manifest(case.manifest);
    files.push(("cohort.toml", text.as_bytes()));
    if !files.iter().any(|(name, _)| *name == "rows.csv") {
        files.push(("rows.csv", b"id,y\na,0\nb,1\nc,0\n"));
    }
    let dir = folder(&files);
    let error = first_error(dir.path()).unwrap_or_else(|| panic!("{}: no error", case.what));
    let said = error.to_string();
    assert_eq!(error.defect, case.defect, "{}: {said}", case.what);
    assert_eq!(
        error.file,
        dir.path().join(case.file),
        "{}: {said}",
        case.what
    );
    assert_eq!(error.row, case.row, "{}: {said}", case.what);
    assert_eq!(
        error.column.as_deref(),
        case.column,
        "{}: {said}",
        case.what
    );
    assert!(
        !said.contains('\n') && said.len() < 700,
        "{}: {said}",
        case.what
    );
    assert!(
        !error.mend.is_empty() && !error.mend.ends_with('.'),
        "{}: {said}",
        case.what
    );
}

#[expect(
    clippy::too_many_arguments,
    reason = "one line per case is what makes the table readable"
)]
fn case(
    what: &'static str,
    manifest: &'static str,
    files: Files,
    defect: Defect,
    file: &'static str,
    row: Option<Row>,
    column: Option<&'static str>,
) -> Case {
    Case {
        what,
        manifest,
        files,
        defect,
        file,
        row,
        column,
    }
}

fn line(n: u64) -> Option<Row> {
    Some(Row::Line(n))
}

fn record(n: u64) -> Option<Row> {
    Some(Row::Record(n))
}

fn text(name: &'static str, content: &str) -> (&'static str, Vec<u8>) {
    (name, content.as_bytes().to_vec())
}

const CLASS: &str = "[[targets]]\nname = 'y'\nkind = 'classification'";
const NUMBER: &str = "[[targets]]\nname = 'y'\nkind = 'regression'";

#[test]
fn row_table() {
    let rows = |content: &str| vec![text("rows.csv", content)];
    let grouped = "group = 'g'";
    let timed = "time = { start = 's', end = 'e' }";
    let declared = "[[targets]]\nname = 'y'\nkind = 'classification'\nclasses = ['0', '1']";
    for case in [
        case(
            "no id",
            CLASS,
            rows("key,y\na,0\n"),
            Defect::MissingColumn,
            "rows.csv",
            line(1),
            Some("id"),
        ),
        case(
            "no target",
            CLASS,
            rows("id\na\n"),
            Defect::MissingColumn,
            "rows.csv",
            line(1),
            Some("y"),
        ),
        case(
            "no group",
            grouped,
            rows("id\na\n"),
            Defect::MissingColumn,
            "rows.csv",
            line(1),
            Some("g"),
        ),
        case(
            "twice",
            "",
            rows("id\na\nb\na\n"),
            Defect::DuplicateId,
            "rows.csv",
            line(4),
            Some("id"),
        ),
        case(
            "empty id",
            "",
            rows("id,y\na,1\n,1\n"),
            Defect::MissingValue,
            "rows.csv",
            line(3),
            Some("id"),
        ),
        case(
            "ragged",
            "",
            rows("id,y\na,0\nb\n"),
            Defect::RaggedRow,
            "rows.csv",
            line(3),
            None,
        ),
        case(
            "too wide",
            "",
            rows("id,y\na,0\nb,1,2\n"),
            Defect::RaggedRow,
            "rows.csv",
            line(3),
            None,
        ),
        case(
            "empty",
            "",
            rows(""),
            Defect::EmptyFile,
            "rows.csv",
            None,
            None,
        ),
        case(
            "no rows",
            "",
            rows("id,y\n"),
            Defect::EmptyFile,
            "rows.csv",
            None,
            None,
        ),
        case(
            "two columns",
            "",
            rows("id,y,y\na,0,0\n"),
            Defect::DuplicateColumn,
            "rows.csv",
            line(1),
            Some("y"),
        ),
        case(
            "no label",
            CLASS,
            rows("id,y\na,0\nb,\n"),
            Defect::MissingValue,
            "rows.csv",
            line(3),
            Some("y"),
        ),
        case(
            "text target",
            NUMBER,
            rows("id,y\na,0\nb,x\n"),
            Defect::WrongDtype,
            "rows.csv",
            line(3),
            Some("y"),
        ),
        case(
            "nan target",
            NUMBER,
            rows("id,y\na,0\nb,NaN\n"),
            Defect::NonFinite,
            "rows.csv",
            line(3),
            Some("y"),
        ),
        case(
            "inf target",
            NUMBER,
            rows("id,y\na,-inf\n"),
            Defect::NonFinite,
            "rows.csv",
            line(2),
            Some("y"),
        ),
        case(
            "class",
            declared,
            rows("id,y\na,0\nb,2\n"),
            Defect::UnknownCategory,
            "rows.csv",
            line(3),
            Some("y"),
        ),
        case(
            "no group cell",
            grouped,
            rows("id,g\na,x\nb,\n"),
            Defect::MissingValue,
            "rows.csv",
            line(3),
            Some("g"),
        ),
        case(
            "order",
            timed,
            rows("id,s,e\na,1,2\nb,5,4\n"),
            Defect::TimeOrder,
            "rows.csv",
            line(3),
            Some("e"),
        ),
        case(
            "dates",
            timed,
            rows("id,s,e\na,2000-01-01,2000-01-02\nb,7,8\n"),
            Defect::WrongDtype,
            "rows.csv",
            line(3),
            Some("s"),
        ),
        case(
            "no time",
            timed,
            rows("id,s,e\na,1,\n"),
            Defect::MissingValue,
            "rows.csv",
            line(2),
            Some("e"),
        ),
        case(
            "binary",
            "",
            vec![("rows.csv", b"PK\x03\x04\0\0\0".to_vec())],
            Defect::WrongDtype,
            "rows.csv",
            None,
            None,
        ),
        case(
            "latin-1",
            "",
            vec![("rows.csv", b"id,y\na,0\n\xe9,1\n".to_vec())],
            Defect::WrongDtype,
            "rows.csv",
            line(3),
            None,
        ),
    ] {
        check(&case);
    }
}

#[test]
fn tabular() {
    let infer = "[[modalities]]\nname = 't'\nkind = 'tabular'\ntable = 't.csv'";
    let declared = "[[modalities]]\nname = 't'\nkind = 'tabular'\ntable = 't.csv'\n\
                    numeric = ['x']\ncategorical = ['c']\ncategories = { c = ['u', 'v'] }";
    let table = |content: &str| vec![text("t.csv", content)];
    let many: String = (0..30).map(|i| format!("{i},{i}.5\n")).collect();
    let rows: String = (0..31).map(|i| format!("{i}\n")).collect();
    let slip = vec![
        text("rows.csv", &format!("id\n{rows}")),
        text("t.csv", &format!("id,x\n{many}30,\"1,5\"\n")),
    ];
    for case in [
        case(
            "no column",
            declared,
            table("id,x\na,1\n"),
            Defect::MissingColumn,
            "t.csv",
            line(1),
            Some("c"),
        ),
        case(
            "no id",
            declared,
            table("key,x,c\na,1,u\n"),
            Defect::MissingColumn,
            "t.csv",
            line(1),
            Some("id"),
        ),
        case(
            "twice",
            declared,
            table("id,x,c\na,1,u\na,2,u\n"),
            Defect::DuplicateId,
            "t.csv",
            line(3),
            Some("id"),
        ),
        case(
            "unmatched",
            declared,
            table("id,x,c\na,1,u\nz,2,u\n"),
            Defect::UnmatchedId,
            "t.csv",
            line(3),
            Some("id"),
        ),
        case(
            "ragged",
            declared,
            table("id,x,c\na,1,u\nb,2\n"),
            Defect::RaggedRow,
            "t.csv",
            line(3),
            None,
        ),
        case(
            "infinite",
            declared,
            table("id,x,c\na,1,u\nb,inf,u\n"),
            Defect::NonFinite,
            "t.csv",
            line(3),
            Some("x"),
        ),
        case(
            "too large",
            declared,
            table("id,x,c\na,1e39,u\n"),
            Defect::NonFinite,
            "t.csv",
            line(2),
            Some("x"),
        ),
        case(
            "no number",
            declared,
            table("id,x,c\na,1,u\nb,high,u\n"),
            Defect::WrongDtype,
            "t.csv",
            line(3),
            Some("x"),
        ),
        case(
            "category",
            declared,
            table("id,x,c\na,1,u\nb,2,w\n"),
            Defect::UnknownCategory,
            "t.csv",
            line(3),
            Some("c"),
        ),
        case(
            "empty",
            infer,
            table(""),
            Defect::EmptyFile,
            "t.csv",
            None,
            None,
        ),
        case(
            "missing",
            infer,
            vec![],
            Defect::MissingFile,
            "t.csv",
            None,
            None,
        ),
        case(
            "only ids",
            infer,
            table("id\na\n"),
            Defect::MissingColumn,
            "t.csv",
            None,
            None,
        ),
        case(
            "nan inferred",
            infer,
            table("id,x\na,1\nb,nan\n"),
            Defect::NonFinite,
            "t.csv",
            line(3),
            Some("x"),
        ),
        case(
            "slip",
            infer,
            slip,
            Defect::WrongDtype,
            "t.csv",
            line(32),
            Some("x"),
        ),
        case(
            "semicolons",
            declared,
            table("id;x;c\na;1;u\n"),
            Defect::MissingColumn,
            "t.csv",
            line(1),
            Some("id"),
        ),
        case(
            "extension",
            "[[modalities]]\nname = 't'\nkind = 'tabular'\ntable = 't.xlsx'",
            vec![text("t.xlsx", "id,x\n")],
            Defect::WrongDtype,
            "t.xlsx",
            None,
            None,
        ),
    ] {
        check(&case);
    }
}

#[test]
fn parquet() {
    let section =
        "[[modalities]]\nname = 't'\nkind = 'tabular'\ntable = 't.parquet'\nnumeric = ['number']";
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
        case(
            "truncated",
            section,
            vec![rows(), (path, cut)],
            Defect::Truncated,
            path,
            None,
            None,
        ),
        case(
            "damaged",
            section,
            vec![rows(), (path, damaged)],
            Defect::Truncated,
            path,
            record(1),
            None,
        ),
        case(
            "no Parquet",
            section,
            vec![rows(), text(path, "id,x\n")],
            Defect::Truncated,
            path,
            None,
            None,
        ),
        case(
            "empty",
            section,
            vec![rows(), text(path, "")],
            Defect::EmptyFile,
            path,
            None,
            None,
        ),
        case(
            "column",
            missing,
            vec![rows(), (path, whole.clone())],
            Defect::MissingColumn,
            path,
            None,
            Some("gone"),
        ),
        case(
            "unmatched",
            section,
            vec![few(), (path, whole)],
            Defect::UnmatchedId,
            path,
            record(4),
            Some("id"),
        ),
    ] {
        check(&case);
    }
}

#[test]
fn arrays() {
    let section = "[[modalities]]\nname = 'i'\nkind = 'image'\nshape = [1, 1, 2]\narray = 'i.npy'";
    let with_ids = "[[modalities]]\nname = 'i'\nkind = 'image'\nshape = [1, 1, 2]\narray = 'i.npy'\nids = 'i.csv'";
    let good = npy("<f4", "(3, 1, 2)", &floats(&[1.0, 2.0, 3.0, 4.0, 5.0, 6.0]));
    let array = |content: Vec<u8>| vec![("i.npy", content)];
    let nan = npy(
        "<f4",
        "(3, 1, 2)",
        &floats(&[1.0, 2.0, 3.0, f32::NAN, 5.0, 6.0]),
    );
    let vast = npy("<f4", "(3, 4000000000, 4000000000, 4000000000)", &[]);
    let ids = |content: &str| vec![("i.npy", good.clone()), text("i.csv", content)];
    let mut longer = good.clone();
    longer.push(0);
    let name = "i.npy";
    for case in [
        case(
            "missing",
            section,
            vec![],
            Defect::MissingFile,
            name,
            None,
            None,
        ),
        case(
            "empty",
            section,
            array(vec![]),
            Defect::EmptyFile,
            name,
            None,
            None,
        ),
        case(
            "cut values",
            section,
            array(good[..good.len() - 1].to_vec()),
            Defect::Truncated,
            name,
            None,
            None,
        ),
        case(
            "cut header",
            section,
            array(good[..20].to_vec()),
            Defect::Truncated,
            name,
            None,
            None,
        ),
        case(
            "longer",
            section,
            array(longer),
            Defect::Hostile,
            name,
            None,
            None,
        ),
        case(
            "no npy",
            section,
            array(b"hello, world".to_vec()),
            Defect::WrongDtype,
            name,
            None,
            None,
        ),
        case(
            "objects",
            section,
            array(npy("|O", "(3, 1, 2)", &[0; 48])),
            Defect::WrongDtype,
            name,
            None,
            None,
        ),
        case(
            "texts",
            section,
            array(npy("<U1", "(3, 1, 2)", &[0; 24])),
            Defect::WrongDtype,
            name,
            None,
            None,
        ),
        case(
            "absurd",
            section,
            array(vast),
            Defect::Hostile,
            name,
            None,
            None,
        ),
        case(
            "lying",
            section,
            array(npy("<f4", "(3, 1, 20000000)", &[0; 8])),
            Defect::Truncated,
            name,
            None,
            None,
        ),
        case(
            "long header",
            section,
            array(b"\x93NUMPY\x02\x00\xff\xff\xff\xff".to_vec()),
            Defect::Hostile,
            name,
            None,
            None,
        ),
        case(
            "shape",
            section,
            array(npy("<f4", "(3, 2, 1)", &[0; 24])),
            Defect::WrongShape,
            name,
            None,
            None,
        ),
        case(
            "too few",
            section,
            array(npy("<f4", "(2, 1, 2)", &[0; 16])),
            Defect::WrongShape,
            name,
            None,
            None,
        ),
        case(
            "nan",
            section,
            array(nan),
            Defect::NonFinite,
            name,
            record(2),
            Some("[0, 1]"),
        ),
        case(
            "double",
            section,
            array(npy("<f8", "(3, 1, 2)", &1e300_f64.to_le_bytes().repeat(6))),
            Defect::NonFinite,
            name,
            record(1),
            Some("[0, 0]"),
        ),
        case(
            "id twice",
            with_ids,
            ids("id\na\na\nb\n"),
            Defect::DuplicateId,
            "i.csv",
            line(3),
            Some("id"),
        ),
        case(
            "unmatched",
            with_ids,
            ids("id\na\nb\nz\n"),
            Defect::UnmatchedId,
            "i.csv",
            line(4),
            Some("id"),
        ),
        case(
            "ids",
            with_ids,
            ids("id\na\nb\n"),
            Defect::WrongShape,
            name,
            None,
            None,
        ),
    ] {
        check(&case);
    }
}

#[test]
fn archives() {
    let section = "[[modalities]]\nname = 'i'\nkind = 'image'\nshape = [2, 3, 5]\narray = 'i.npz'";
    let keyed = "[[modalities]]\nname = 'i'\nkind = 'image'\nshape = [2, 3, 5]\narray = 'i.npz'\nkey = 'gone'";
    let read = |name: &str| std::fs::read(folders::golden().join(name)).unwrap();
    let (one, two) = (read("deflated.npz"), read("stored.npz"));
    let rows = || text("rows.csv", "id\na\nb\nc\nd\n");
    let cut = one[..one.len() - 30].to_vec();
    // One byte of the stored values: the checksum tells.
    let mut flipped = two.clone();
    flipped[400] ^= 1;
    let left = "[[modalities]]\nname = 'i'\nkind = 'image'\nshape = [2, 3, 5]\narray = 'i.npz'\nkey = 'left'";
    let file = "i.npz";
    for case in [
        case(
            "cut",
            section,
            vec![rows(), (file, cut)],
            Defect::Truncated,
            file,
            None,
            None,
        ),
        case(
            "two arrays",
            section,
            vec![rows(), (file, two)],
            Defect::MissingColumn,
            file,
            None,
            None,
        ),
        case(
            "no such key",
            keyed,
            vec![rows(), (file, one)],
            Defect::MissingColumn,
            file,
            None,
            None,
        ),
        case(
            "flipped",
            left,
            vec![rows(), (file, flipped)],
            Defect::Truncated,
            file,
            None,
            None,
        ),
        case(
            "no zip",
            section,
            vec![rows(), text(file, "no zip")],
            Defect::Truncated,
            file,
            None,
            None,
        ),
        case(
            "empty",
            section,
            vec![rows(), text(file, "")],
            Defect::EmptyFile,
            file,
            None,
            None,
        ),
    ] {
        check(&case);
    }
}

/// An archive of half a megabyte that claims half a gigabyte.
#[test]
fn a_zip_bomb_is_refused_before_it_expands() {
    use std::io::Write as _;
    let rows = 1 << 20;
    let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default()
        .compression_method(zip::CompressionMethod::Deflated);
    archive.start_file("bomb.npy", options).unwrap();
    archive
        .write_all(&npy("|u1", &format!("({rows}, 512)"), &[]))
        .unwrap();
    let zeros = vec![0; 1 << 20];
    for _ in 0..512 {
        archive.write_all(&zeros).unwrap();
    }
    let bomb = archive.finish().unwrap().into_inner();
    assert!(bomb.len() < 1 << 20, "{}", bomb.len());
    let section =
        "[[modalities]]\nname = 's'\nkind = 'sequence'\nshape = [512, 1]\narray = 's.npz'";
    check(&case(
        "bomb",
        section,
        vec![("s.npz", bomb)],
        Defect::Hostile,
        "s.npz",
        None,
        None,
    ));
}

#[test]
fn sequences() {
    let array = "[[modalities]]\nname = 's'\nkind = 'sequence'\nshape = [2, 1]\narray = 's.npy'\nlengths = 'l.npy'";
    let wide = "[[modalities]]\nname = 's'\nkind = 'sequence'\ntable = 's.csv'\ncolumns = ['t0', 't1', 't2']";
    let long = "[[modalities]]\nname = 's'\nkind = 'sequence'\ntable = 's.csv'\nstep = 't'\nfeatures = ['v']";
    let short = "[[modalities]]\nname = 's'\nkind = 'sequence'\ntable = 's.csv'\nstep = 't'\nfeatures = ['v']\nshape = [1, 1]";
    let values = || ("s.npy", npy("<f4", "(3, 2)", &[0; 24]));
    let lengths = |values: [i64; 3]| {
        let raw: Vec<u8> = values.iter().flat_map(|v| v.to_le_bytes()).collect();
        ("l.npy", npy("<i8", "(3,)", &raw))
    };
    let table = |content: &str| vec![text("s.csv", content)];
    for case in [
        case(
            "too long",
            array,
            vec![values(), lengths([1, 3, 0])],
            Defect::WrongShape,
            "l.npy",
            record(2),
            None,
        ),
        case(
            "negative",
            array,
            vec![values(), lengths([1, 2, -1])],
            Defect::WrongShape,
            "l.npy",
            record(3),
            None,
        ),
        case(
            "fractions",
            array,
            vec![values(), ("l.npy", npy("<f4", "(3,)", &[0; 12]))],
            Defect::WrongDtype,
            "l.npy",
            None,
            None,
        ),
        case(
            "two lengths",
            array,
            vec![values(), ("l.npy", npy("<i8", "(2,)", &[0; 16]))],
            Defect::WrongShape,
            "l.npy",
            None,
            None,
        ),
        case(
            "no lengths",
            array,
            vec![values()],
            Defect::MissingFile,
            "l.npy",
            None,
            None,
        ),
        case(
            "gap",
            wide,
            table("id,t0,t1,t2\na,1,,3\n"),
            Defect::MissingValue,
            "s.csv",
            line(2),
            Some("t1"),
        ),
        case(
            "no step column",
            wide,
            table("id,t0,t1\na,1,2\n"),
            Defect::MissingColumn,
            "s.csv",
            line(1),
            Some("t2"),
        ),
        case(
            "nan",
            wide,
            table("id,t0,t1,t2\na,1,2,3\nb,1,nan,3\n"),
            Defect::NonFinite,
            "s.csv",
            line(3),
            Some("t1"),
        ),
        case(
            "wide unmatched",
            wide,
            table("id,t0,t1,t2\nz,1,2,3\n"),
            Defect::UnmatchedId,
            "s.csv",
            line(2),
            Some("id"),
        ),
        case(
            "wide twice",
            wide,
            table("id,t0,t1,t2\na,1,2,3\na,1,2,3\n"),
            Defect::DuplicateId,
            "s.csv",
            line(3),
            Some("id"),
        ),
        case(
            "same step",
            long,
            table("id,t,v\na,1,5\na,2,5\na,1,6\n"),
            Defect::DuplicateId,
            "s.csv",
            line(4),
            Some("t"),
        ),
        case(
            "no step",
            long,
            table("id,t,v\na,,5\n"),
            Defect::MissingValue,
            "s.csv",
            line(2),
            Some("t"),
        ),
        case(
            "no value",
            long,
            table("id,t,v\na,1,\n"),
            Defect::MissingValue,
            "s.csv",
            line(2),
            Some("v"),
        ),
        case(
            "no number",
            long,
            table("id,t,v\na,1,up\n"),
            Defect::WrongDtype,
            "s.csv",
            line(2),
            Some("v"),
        ),
        case(
            "long unmatched",
            long,
            table("id,t,v\na,1,1\nz,1,1\n"),
            Defect::UnmatchedId,
            "s.csv",
            line(3),
            Some("id"),
        ),
        case(
            "declared",
            short,
            table("id,t,v\na,1,1\na,2,1\n"),
            Defect::WrongShape,
            "s.csv",
            line(3),
            Some("id"),
        ),
        case(
            "no lines",
            long,
            table("id,t,v\n"),
            Defect::EmptyFile,
            "s.csv",
            None,
            None,
        ),
    ] {
        check(&case);
    }
}

#[test]
fn images() {
    let files = "[[modalities]]\nname = 'i'\nkind = 'image'\nshape = [1, 3, 5]\nfolder = 'i'\nextension = 'png'";
    let column = "[[modalities]]\nname = 'i'\nkind = 'image'\nshape = [1, 3, 5]\ntable = 't.csv'\ncolumn = 'file'";
    let png = std::fs::read(folders::golden().join("b.png")).unwrap();
    let jpg = std::fs::read(folders::golden().join("a.jpg")).unwrap();
    let cut = png[..png.len() / 2].to_vec();
    // The header of the PNG: width and height follow the first 16 bytes.
    let mut huge = png.clone();
    huge[16..24].copy_from_slice(&[0x7f, 0xff, 0xff, 0xff, 0x7f, 0xff, 0xff, 0xff]);
    let table =
        |content: &str, image: &[u8]| vec![text("t.csv", content), ("a.png", image.to_vec())];
    for case in [
        case(
            "no folder",
            files,
            vec![],
            Defect::MissingFile,
            "i",
            None,
            None,
        ),
        case(
            "no files",
            files,
            vec![text("i/a.txt", "")],
            Defect::EmptyFile,
            "i",
            None,
            None,
        ),
        case(
            "text",
            files,
            vec![text("i/a.png", "no image")],
            Defect::UnreadableImage,
            "i/a.png",
            None,
            None,
        ),
        case(
            "cut",
            files,
            vec![("i/a.png", cut.clone())],
            Defect::UnreadableImage,
            "i/a.png",
            None,
            None,
        ),
        case(
            "empty",
            files,
            vec![text("i/a.png", "")],
            Defect::EmptyFile,
            "i/a.png",
            None,
            None,
        ),
        case(
            "huge",
            files,
            vec![("i/a.png", huge)],
            Defect::UnreadableImage,
            "i/a.png",
            None,
            None,
        ),
        case(
            "size",
            files,
            vec![("i/a.png", jpg)],
            Defect::WrongShape,
            "i/a.png",
            None,
            None,
        ),
        case(
            "unmatched",
            files,
            vec![("i/z.png", png.clone())],
            Defect::UnmatchedId,
            "i/z.png",
            None,
            None,
        ),
        case(
            "not there",
            column,
            table("id,file\na,b.png\n", &png),
            Defect::MissingFile,
            "t.csv",
            line(2),
            Some("file"),
        ),
        case(
            "leaves",
            column,
            table("id,file\na,../b.png\n", &png),
            Defect::Hostile,
            "t.csv",
            line(2),
            Some("file"),
        ),
        case(
            "absolute",
            column,
            table("id,file\na,/etc/passwd\n", &png),
            Defect::Hostile,
            "t.csv",
            line(2),
            Some("file"),
        ),
        case(
            "named text",
            column,
            table("id,file\na,a.png\n", b"no image"),
            Defect::UnreadableImage,
            "t.csv",
            line(2),
            Some("file"),
        ),
        case(
            "named cut",
            column,
            table("id,file\nb,\na,a.png\n", &cut),
            Defect::UnreadableImage,
            "t.csv",
            line(3),
            Some("file"),
        ),
        case(
            "twice",
            column,
            table("id,file\na,a.png\na,a.png\n", &png),
            Defect::DuplicateId,
            "t.csv",
            line(3),
            Some("id"),
        ),
    ] {
        check(&case);
    }
}

#[test]
fn texts() {
    let section = "[[modalities]]\nname = 'n'\nkind = 'text'\ntable = 'n.csv'\ncolumn = 'note'";
    let table = |content: &str| vec![text("n.csv", content)];
    for case in [
        case(
            "column",
            section,
            table("id,text\na,x\n"),
            Defect::MissingColumn,
            "n.csv",
            line(1),
            Some("note"),
        ),
        case(
            "unmatched",
            section,
            table("id,note\nz,x\n"),
            Defect::UnmatchedId,
            "n.csv",
            line(2),
            Some("id"),
        ),
        // A quoted note of two lines before it: lines are counted, not rows.
        case(
            "twice",
            section,
            table("id,note\na,\"x\ny\"\nb,z\na,x\n"),
            Defect::DuplicateId,
            "n.csv",
            line(5),
            Some("id"),
        ),
        case(
            "ragged",
            section,
            table("id,note\na,x,y\n"),
            Defect::RaggedRow,
            "n.csv",
            line(2),
            None,
        ),
    ] {
        check(&case);
    }
}

#[test]
fn manifests() {
    let mend = |text: &str| {
        let dir = folder(&[
            ("cohort.toml", text.as_bytes()),
            ("rows.csv", b"id,y\na,0\n"),
        ]);
        let error = first_error(dir.path()).unwrap_or_else(|| panic!("{text}"));
        assert_eq!(error.file, dir.path().join("cohort.toml"), "{error}");
        assert!(!error.to_string().contains('\n'), "{error}");
        (error.defect, error.row, error.to_string())
    };
    let rows = "format = 1\n[rows]\nfile = 'rows.csv'\n";
    let bad = |sections: &str| mend(&format!("{rows}{sections}"));
    let image = "[[modalities]]\nname = 'i'\nkind = 'image'\n";
    assert_eq!(mend("").0, Defect::EmptyFile);
    for (text, at) in [
        ("format = 1\nrows = ", 2),
        ("format = 1\ncolour = 1\n[rows]\nfile = 'rows.csv'\n", 2),
        ("format = 1\n[rows]\nfile = 'rows.csv'\nids = 'id'\n", 4),
        ("format = 'one'\n", 1),
    ] {
        assert_eq!(
            (mend(text).0, mend(text).1),
            (Defect::Manifest, line(at)),
            "{text}"
        );
    }
    assert!(mend("format = 2\nnew = 1\n").2.contains("is of format 2"));
    for (sections, word) in [
        (format!("{CLASS}\n{CLASS}"), "twice"),
        ("[[targets]]\nname = ''\nkind = 'regression'".into(), "name"),
        (format!("{NUMBER}\nclasses = ['a', 'b']"), "classes"),
        (format!("{CLASS}\nclasses = ['a', 'a']"), "classes"),
        (format!("{image}shape = [1, 2, 3]"), "array"),
        (
            format!("{image}shape = [1, 0, 3]\narray = 'i.npy'"),
            "shape",
        ),
        (
            format!("{image}shape = [99999, 99999, 99999]\narray = 'i.npy'"),
            "shape",
        ),
        (
            format!("{image}shape = [1, 2, 3]\narray = 'i.npy'\nfolder = 'i'"),
            "array",
        ),
        (
            format!("{image}shape = [1, 2, 3]\narray = 'i.npy'\npath = 'i'"),
            "path",
        ),
        (
            "[[modalities]]\nname = '../x'\nkind = 'text'\ncolumn = 'y'".into(),
            "name",
        ),
        ("[[modalities]]\nname = 'x'\nkind = 'sound'".into(), "sound"),
        (
            "[[modalities]]\nname = 's'\nkind = 'sequence'\ncolumns = ['a', 'a']".into(),
            "twice",
        ),
        (
            "[[modalities]]\nname = 's'\nkind = 'sequence'\nstep = 'a'".into(),
            "features",
        ),
        (
            format!("{CLASS}\n[[modalities]]\nname = 't'\nkind = 'tabular'\nnumeric = ['y']"),
            "target",
        ),
    ] {
        let (defect, _, said) = bad(&sections);
        assert_eq!(defect, Defect::Manifest, "{said}");
        assert!(said.contains(word), "{said}");
    }
}

#[test]
fn folders_that_are_none() {
    let dir = folder(&[("file", b"x")]);
    for (path, file) in [
        (dir.path().to_path_buf(), dir.path().join("cohort.toml")),
        (dir.path().join("gone"), dir.path().join("gone")),
        (dir.path().join("file"), dir.path().join("file")),
    ] {
        let error = first_error(&path).unwrap();
        assert_eq!((error.defect, error.file), (Defect::MissingFile, file));
    }
}

#[test]
fn paths_that_leave_the_folder() {
    for name in ["../rows.csv", "/etc/passwd", "a/../rows.csv", ""] {
        let text = format!("format = 1\n[rows]\nfile = '{name}'\n");
        let dir = folder(&[("cohort.toml", text.as_bytes())]);
        let error = first_error(dir.path()).unwrap();
        assert_eq!(error.defect, Defect::Hostile, "{name}: {error}");
    }
}
