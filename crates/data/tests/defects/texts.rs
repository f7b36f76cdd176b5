//! Defects of texts.

use midfuse_data::Defect;

use super::{case, check, line, text};

#[test]
#[rustfmt::skip]
fn texts() {
    let section = "[[modalities]]\nname = 'n'\nkind = 'text'\ntable = 'n.csv'\ncolumn = 'note'";
    let table = |content: &str| vec![text("n.csv", content)];
    for case in [
        case("column", section, table("id,text\na,x\n"), Defect::MissingColumn, "n.csv", line(1), Some("note")),
        case("unmatched", section, table("id,note\nz,x\n"), Defect::UnmatchedId, "n.csv", line(2), Some("id")),
        // A quoted note of two lines before it: lines are counted, not rows.
        case("twice", section, table("id,note\na,\"x\ny\"\nb,z\na,x\n"), Defect::DuplicateId, "n.csv", line(5), Some("id")),
        case("ragged", section, table("id,note\na,x,y\n"), Defect::RaggedRow, "n.csv", line(2), None),
    ] {
        check(&case);
    }
}
