//! Defects of the row table.

use midfuse_data::Defect;

use super::{CLASS, NUMBER, case, check, line, text};

#[test]
#[rustfmt::skip]
fn row_table() {
    let rows = |content: &str| vec![text("rows.csv", content)];
    let grouped = "group = 'g'";
    let timed = "time = { start = 's', end = 'e' }";
    let declared = "[[targets]]\nname = 'y'\nkind = 'classification'\nclasses = ['0', '1']";
    for case in [
        case("no id", CLASS, rows("key,y\na,0\n"), Defect::MissingColumn, "rows.csv", line(1), Some("id")),
        case("no target", CLASS, rows("id\na\n"), Defect::MissingColumn, "rows.csv", line(1), Some("y")),
        case("no group", grouped, rows("id\na\n"), Defect::MissingColumn, "rows.csv", line(1), Some("g")),
        case("twice", "", rows("id\na\nb\na\n"), Defect::DuplicateId, "rows.csv", line(4), Some("id")),
        case("empty id", "", rows("id,y\na,1\n,1\n"), Defect::MissingValue, "rows.csv", line(3), Some("id")),
        case("ragged", "", rows("id,y\na,0\nb\n"), Defect::RaggedRow, "rows.csv", line(3), None),
        case("too wide", "", rows("id,y\na,0\nb,1,2\n"), Defect::RaggedRow, "rows.csv", line(3), None),
        case("empty", "", rows(""), Defect::EmptyFile, "rows.csv", None, None),
        case("no rows", "", rows("id,y\n"), Defect::EmptyFile, "rows.csv", None, None),
        case("two columns", "", rows("id,y,y\na,0,0\n"), Defect::DuplicateColumn, "rows.csv", line(1), Some("y")),
        case("no label", CLASS, rows("id,y\na,0\nb,\n"), Defect::MissingValue, "rows.csv", line(3), Some("y")),
        case("text target", NUMBER, rows("id,y\na,0\nb,x\n"), Defect::WrongDtype, "rows.csv", line(3), Some("y")),
        case("nan target", NUMBER, rows("id,y\na,0\nb,NaN\n"), Defect::MissingValue, "rows.csv", line(3), Some("y")),
        case("inf target", NUMBER, rows("id,y\na,-inf\n"), Defect::NonFinite, "rows.csv", line(2), Some("y")),
        case("class", declared, rows("id,y\na,0\nb,2\n"), Defect::UnknownCategory, "rows.csv", line(3), Some("y")),
        case("no group cell", grouped, rows("id,g\na,x\nb,\n"), Defect::MissingValue, "rows.csv", line(3), Some("g")),
        case("order", timed, rows("id,s,e\na,1,2\nb,5,4\n"), Defect::TimeOrder, "rows.csv", line(3), Some("e")),
        case("dates", timed, rows("id,s,e\na,2000-01-01,2000-01-02\nb,7,8\n"), Defect::MixedTimes, "rows.csv", line(3), Some("s")),
        case("zones", timed, rows("id,s,e\na,2024-01-01T00:00:00+02:00,2024-01-01T00:00:00Z\nb,2024-01-01T00:00:00Z,2024-01-02T00:00:00\n"), Defect::MixedTimes, "rows.csv", line(3), Some("e")),
        case("date and date-time", timed, rows("id,s,e\na,2024-01-01,2024-01-01T00:00:00\n"), Defect::MixedTimes, "rows.csv", line(2), Some("e")),
        case("order across zones", timed, rows("id,s,e\na,2024-01-01T00:00:00-02:00,2024-01-01T00:30:00Z\n"), Defect::TimeOrder, "rows.csv", line(2), Some("e")),
        case("no such hour", timed, rows("id,s,e\na,2024-01-01T24:30:00Z,1\n"), Defect::WrongDtype, "rows.csv", line(2), Some("s")),
        case("infinite time", timed, rows("id,s,e\na,1,inf\n"), Defect::NonFinite, "rows.csv", line(2), Some("e")),
        case("no time", timed, rows("id,s,e\na,1,\n"), Defect::MissingValue, "rows.csv", line(2), Some("e")),
        case("binary", "", vec![("rows.csv", b"PK\x03\x04\0\0\0".to_vec())], Defect::WrongDtype, "rows.csv", None, None),
        case("latin-1", "", vec![("rows.csv", b"id,y\na,0\n\xe9,1\n".to_vec())], Defect::WrongDtype, "rows.csv", line(3), None),
    ] {
        check(&case);
    }
}
