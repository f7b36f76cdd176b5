//! Defects of embeddings: arrays with ids, archives by id, tables of columns and of lists.

use std::io::Write as _;

use midfuse_data::Defect;

use super::folders::{self, floats, npy};
use super::{case, check, line, record, text};

/// An npz file of these entries.
fn npz(entries: &[(&str, Vec<u8>)]) -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, content) in entries {
        let options = zip::write::SimpleFileOptions::default();
        archive.start_file(*name, options).unwrap();
        archive.write_all(content).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

fn vector(values: &[f32]) -> Vec<u8> {
    npy("<f4", &format!("({},)", values.len()), &floats(values))
}

#[test]
#[rustfmt::skip]
fn arrays() {
    let plain = "[[modalities]]\nname = 'e'\nkind = 'embedding'\narray = 'e.npy'";
    let shaped = "[[modalities]]\nname = 'e'\nkind = 'embedding'\narray = 'e.npy'\nshape = [3]";
    let ids = "[[modalities]]\nname = 'e'\nkind = 'embedding'\narray = 'e.npy'\nids = 'i.npy'";
    let good = || ("e.npy", npy("<f4", "(3, 2)", &floats(&[1.0, 2.0, 3.0, 4.0, 5.0, 6.0])));
    let of = |content: Vec<u8>| vec![("e.npy", content)];
    let with = |content: Vec<u8>| vec![good(), ("i.npy", content)];
    let name = |text: &str, n: usize| -> Vec<u8> { text.chars().map(u32::from).chain(std::iter::repeat(0)).take(n).flat_map(u32::to_le_bytes).collect() };
    let names = |names: [&str; 3]| npy("<U2", "(3,)", &names.map(|id| name(id, 2)).concat());
    for case in [
        case("nan", plain, of(npy("<f4", "(3, 2)", &floats(&[1.0, 2.0, 3.0, f32::NAN, 5.0, 6.0]))), Defect::NonFinite, "e.npy", record(2), Some("[1]")),
        case("infinite in 16 bits", plain, of(npy("<f2", "(3, 2)", &[0, 0, 0, 0, 0, 0, 0, 0, 0, 0x7c, 0, 0])), Defect::NonFinite, "e.npy", record(3), Some("[0]")),
        case("three dimensions", plain, of(npy("<f4", "(3, 1, 2)", &[0; 24])), Defect::WrongShape, "e.npy", None, None),
        case("one dimension", plain, of(npy("<f4", "(3,)", &[0; 12])), Defect::WrongShape, "e.npy", None, None),
        case("no values", plain, of(npy("<f4", "(3, 0)", &[])), Defect::Manifest, "cohort.toml", None, None),
        case("declared", shaped, vec![good()], Defect::WrongShape, "e.npy", None, None),
        case("too few rows", plain, of(npy("<f4", "(2, 2)", &[0; 16])), Defect::WrongShape, "e.npy", None, None),
        case("objects", plain, of(npy("|O", "(3,)", &[0; 24])), Defect::WrongDtype, "e.npy", None, None),
        case("id twice", ids, with(names(["a", "b", "a"])), Defect::DuplicateId, "i.npy", record(3), None),
        case("unknown id", ids, with(names(["a", "z", "c"])), Defect::UnmatchedId, "i.npy", record(2), None),
        case("empty id", ids, with(names(["a", "", "c"])), Defect::MissingValue, "i.npy", record(2), None),
        case("no text", ids, with(npy("<U1", "(3,)", &[0xff; 12])), Defect::WrongDtype, "i.npy", record(1), None),
        case("too few ids", ids, with(npy("|S1", "(2,)", b"ab")), Defect::WrongShape, "e.npy", None, None),
        case("ids of two dimensions", ids, with(npy("|S1", "(3, 1)", b"abc")), Defect::WrongShape, "i.npy", None, None),
        case("fractions as ids", ids, with(npy("<f4", "(3,)", &[0; 12])), Defect::WrongDtype, "i.npy", None, None),
        case("objects as ids", ids, with(npy("|O", "(3,)", &[0; 24])), Defect::WrongDtype, "i.npy", None, None),
        case("cut ids", ids, with(npy("|S1", "(3,)", b"ab")), Defect::Truncated, "i.npy", None, None),
    ] {
        check(&case);
    }
}

#[test]
#[rustfmt::skip]
fn archives() {
    let plain = "[[modalities]]\nname = 'e'\nkind = 'embedding'\narchive = 'e.npz'";
    let shaped = "[[modalities]]\nname = 'e'\nkind = 'embedding'\narchive = 'e.npz'\nshape = [3]";
    let of = |entries: &[(&str, Vec<u8>)]| vec![("e.npz", npz(entries))];
    let good = || ("a.npy", vector(&[1.0, 2.0]));
    let bag = npy("<f4", "(2, 2)", &floats(&[1.0, 2.0, 3.0, 4.0]));
    for case in [
        case("nan", plain, of(&[good(), ("b.npy", vector(&[1.0, f32::NAN]))]), Defect::NonFinite, "e.npz", None, Some("b[1]")),
        case("another length", plain, of(&[good(), ("b.npy", vector(&[1.0]))]), Defect::WrongShape, "e.npz", None, Some("b")),
        case("declared", shaped, of(&[good()]), Defect::WrongShape, "e.npz", None, Some("a")),
        case("a bag", plain, of(&[good(), ("b.npy", bag)]), Defect::WrongShape, "e.npz", None, Some("b")),
        case("unknown id", plain, of(&[good(), ("z.npy", vector(&[1.0, 2.0]))]), Defect::UnmatchedId, "e.npz", None, Some("z")),
        case("objects", plain, of(&[("a.npy", npy("|O", "(2,)", &[0; 16]))]), Defect::WrongDtype, "e.npz", None, Some("a")),
        case("no array", plain, of(&[("a.txt", b"1 2".to_vec())]), Defect::WrongDtype, "e.npz", None, None),
        case("cut", plain, of(&[("a.npy", npy("<f4", "(2,)", &[0; 4]))]), Defect::Truncated, "e.npz", None, Some("a")),
        case("longer", plain, of(&[("a.npy", npy("<f4", "(1,)", &[0; 8]))]), Defect::Hostile, "e.npz", None, Some("a")),
        case("lying", plain, of(&[("a.npy", npy("<f4", "(4000000000000000000,)", &[0; 8]))]), Defect::Hostile, "e.npz", None, Some("a")),
        case("nothing", plain, of(&[]), Defect::EmptyFile, "e.npz", None, None),
        case("no zip", plain, vec![text("e.npz", "no zip")], Defect::Truncated, "e.npz", None, None),
        case("no values", plain, of(&[("a.npy", npy("<f4", "(0,)", &[]))]), Defect::Manifest, "cohort.toml", None, None),
    ] {
        check(&case);
    }
}

#[test]
#[rustfmt::skip]
fn columns() {
    let named = "[[modalities]]\nname = 'e'\nkind = 'embedding'\ntable = 'e.csv'\ncolumns = ['u', 'v']";
    let prefix = "[[modalities]]\nname = 'e'\nkind = 'embedding'\ntable = 'e.csv'\nprefix = 'e_'";
    let shaped = "[[modalities]]\nname = 'e'\nkind = 'embedding'\ntable = 'e.csv'\nprefix = 'e_'\nshape = [3]";
    let target = "[[targets]]\nname = 'y'\nkind = 'classification'\n[[modalities]]\nname = 'e'\nkind = 'embedding'\nprefix = 'y'";
    let table = |content: &str| vec![text("e.csv", content)];
    for case in [
        case("nan", named, table("id,u,v\na,1,2\nb,3,nan\n"), Defect::MissingValue, "e.csv", line(3), Some("v")),
        case("a word", named, table("id,u,v\na,x,2\n"), Defect::WrongDtype, "e.csv", line(2), Some("u")),
        case("a gap", named, table("id,u,v\na,1,\n"), Defect::MissingValue, "e.csv", line(2), Some("v")),
        case("twice", named, table("id,u,v\na,1,2\na,1,2\n"), Defect::DuplicateId, "e.csv", line(3), Some("id")),
        case("unknown", named, table("id,u,v\nz,1,2\n"), Defect::UnmatchedId, "e.csv", line(2), Some("id")),
        case("no column", named, table("id,u\na,1\n"), Defect::MissingColumn, "e.csv", line(1), Some("v")),
        case("no number", prefix, table("id,e_0,e_x\na,1,2\n"), Defect::Manifest, "e.csv", None, Some("e_x")),
        case("a sign", prefix, table("id,e_0,e_+1\na,1,2\n"), Defect::Manifest, "e.csv", None, Some("e_+1")),
        case("a number lacks", prefix, table("id,e_0,e_2\na,1,2\n"), Defect::MissingColumn, "e.csv", None, Some("e_1")),
        case("from five on", prefix, table("id,e_5,e_6\na,1,2\n"), Defect::MissingColumn, "e.csv", None, Some("e_1")),
        case("one number twice", prefix, table("id,e_1,e_01\na,1,2\n"), Defect::DuplicateColumn, "e.csv", None, Some("e_01")),
        case("none", prefix, table("id,u\na,1\n"), Defect::MissingColumn, "e.csv", None, None),
        case("declared", shaped, table("id,e_0,e_1\na,1,2\n"), Defect::WrongShape, "e.csv", None, None),
        case("the target", target, vec![], Defect::Manifest, "rows.csv", None, Some("y")),
    ] {
        check(&case);
    }
}

#[test]
#[rustfmt::skip]
fn lists() {
    let of = "[[modalities]]\nname = 'e'\nkind = 'embedding'\ntable = 'e.parquet'\ncolumn = 'vector'";
    let flat = "[[modalities]]\nname = 'e'\nkind = 'embedding'\ntable = 'e.parquet'\ncolumn = 'other'";
    let shaped = "[[modalities]]\nname = 'e'\nkind = 'embedding'\ntable = 'e.parquet'\ncolumn = 'vector'\nshape = [4]";
    let csv = "[[modalities]]\nname = 'e'\nkind = 'embedding'\ntable = 'e.csv'\ncolumn = 'vector'";
    let read = |name: &str| ("e.parquet", std::fs::read(folders::golden().join(name)).unwrap());
    let rows = || text("rows.csv", "id\na\nb\nc\nd\n");
    let few = || text("rows.csv", "id\na\nb\nc\n");
    for case in [
        case("flat", flat, vec![rows(), read("embedding_list.parquet")], Defect::WrongDtype, "e.parquet", None, Some("other")),
        case("declared", shaped, vec![rows(), read("embedding_list.parquet")], Defect::WrongShape, "e.parquet", record(1), Some("vector")),
        case("unknown", of, vec![few(), read("embedding_list.parquet")], Defect::UnmatchedId, "e.parquet", record(4), Some("id")),
        case("ragged", of, vec![rows(), read("embedding_ragged.parquet")], Defect::WrongShape, "e.parquet", record(3), Some("vector")),
        case("nan", of, vec![rows(), read("embedding_nan.parquet")], Defect::MissingValue, "e.parquet", record(2), Some("vector[1]")),
        case("a gap", of, vec![rows(), read("embedding_gap.parquet")], Defect::MissingValue, "e.parquet", record(4), Some("vector[2]")),
        case("lists of lists", of, vec![rows(), read("embedding_nested.parquet")], Defect::WrongDtype, "e.parquet", record(1), Some("vector[0]")),
        case("a text", csv, vec![rows(), text("e.csv", "id,vector\na,\"[1, 2]\"\n")], Defect::WrongDtype, "e.csv", None, Some("vector")),
    ] {
        check(&case);
    }
}

#[test]
#[rustfmt::skip]
fn contradictions() {
    for section in [
        "",
        "array = 'e.npy'\narchive = 'e.npz'",
        "array = 'e.npy'\ntable = 'e.csv'",
        "archive = 'e.npz'\nkey = 'a'",
        "archive = 'e.npz'\nid = 'id'",
        "array = 'e.npz'\nids = 'i.csv'\nids_key = 'b'",
        "columns = []",
        "columns = ['u', 'u']",
        "columns = ['u']\nshape = [2]",
        "columns = ['u']\nprefix = 'u'",
        "prefix = ''",
        "column = 'y'",
        "array = 'e.npy'\nshape = [0]",
        "array = 'e.npy'\nshape = [1, 2]",
        "array = 'e.npy'\nwidth = 3",
    ] {
        let text = format!("[[targets]]\nname = 'y'\nkind = 'classification'\n[[modalities]]\nname = 'e'\nkind = 'embedding'\n{section}");
        let text = folders::manifest(&text);
        let dir = folders::folder(&[("cohort.toml", text.as_bytes()), ("rows.csv", b"id,y,u\na,0,1\nb,1,2\n")]);
        let error = super::first_error(dir.path()).unwrap_or_else(|| panic!("{section}: no error"));
        assert_eq!(error.defect, Defect::Manifest, "{section}: {error}");
    }
}
