//! Defects of sequences: arrays with lengths, wide tables, long tables.

use midfuse_data::Defect;

use super::folders::npy;
use super::{case, check, line, record, text};

#[test]
#[rustfmt::skip]
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
        case("too long", array, vec![values(), lengths([1, 3, 0])], Defect::WrongShape, "l.npy", record(2), None),
        case("negative", array, vec![values(), lengths([1, 2, -1])], Defect::WrongShape, "l.npy", record(3), None),
        case("fractions", array, vec![values(), ("l.npy", npy("<f4", "(3)", &[0; 12]))], Defect::WrongDtype, "l.npy", None, None),
        case("two lengths", array, vec![values(), ("l.npy", npy("<i8", "(2)", &[0; 16]))], Defect::WrongShape, "l.npy", None, None),
        case("no lengths", array, vec![values()], Defect::MissingFile, "l.npy", None, None),
        case("gap", wide, table("id,t0,t1,t2\na,1,,3\n"), Defect::MissingValue, "s.csv", line(2), Some("t1")),
        case("no step column", wide, table("id,t0,t1\na,1,2\n"), Defect::MissingColumn, "s.csv", line(1), Some("t2")),
        case("nan", wide, table("id,t0,t1,t2\na,1,2,3\nb,1,nan,3\n"), Defect::MissingValue, "s.csv", line(3), Some("t1")),
        case("wide unmatched", wide, table("id,t0,t1,t2\nz,1,2,3\n"), Defect::UnmatchedId, "s.csv", line(2), Some("id")),
        case("wide twice", wide, table("id,t0,t1,t2\na,1,2,3\na,1,2,3\n"), Defect::DuplicateId, "s.csv", line(3), Some("id")),
        case("same step", long, table("id,t,v\na,1,5\na,2,5\na,1,6\n"), Defect::DuplicateId, "s.csv", line(4), Some("t")),
        case("no step", long, table("id,t,v\na,,5\n"), Defect::MissingValue, "s.csv", line(2), Some("t")),
        case("no value", long, table("id,t,v\na,1,\n"), Defect::MissingValue, "s.csv", line(2), Some("v")),
        case("no number", long, table("id,t,v\na,1,up\n"), Defect::WrongDtype, "s.csv", line(2), Some("v")),
        case("long unmatched", long, table("id,t,v\na,1,1\nz,1,1\n"), Defect::UnmatchedId, "s.csv", line(3), Some("id")),
        case("declared", short, table("id,t,v\na,1,1\na,2,1\n"), Defect::WrongShape, "s.csv", line(3), Some("id")),
        case("no lines", long, table("id,t,v\n"), Defect::EmptyFile, "s.csv", None, None),
    ] {
        check(&case);
    }
}
