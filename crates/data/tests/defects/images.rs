//! Defects of image files.

use midfuse_data::Defect;

use super::folders;
use super::{case, check, line, text};

#[test]
#[rustfmt::skip]
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
        case("no folder", files, vec![], Defect::MissingFile, "i", None, None),
        case("no files", files, vec![text("i/a.txt", "")], Defect::EmptyFile, "i", None, None),
        case("text", files, vec![text("i/a.png", "no image")], Defect::UnreadableImage, "i/a.png", None, None),
        case("cut", files, vec![("i/a.png", cut.clone())], Defect::UnreadableImage, "i/a.png", None, None),
        case("empty", files, vec![text("i/a.png", "")], Defect::EmptyFile, "i/a.png", None, None),
        case("huge", files, vec![("i/a.png", huge)], Defect::UnreadableImage, "i/a.png", None, None),
        case("size", files, vec![("i/a.png", jpg)], Defect::WrongShape, "i/a.png", None, None),
        case("unmatched", files, vec![("i/z.png", png.clone())], Defect::UnmatchedId, "i/z.png", None, None),
        case("not there", column, table("id,file\na,b.png\n", &png), Defect::MissingFile, "t.csv", line(2), Some("file")),
        case("leaves", column, table("id,file\na,../b.png\n", &png), Defect::Hostile, "t.csv", line(2), Some("file")),
        case("absolute", column, table("id,file\na,/etc/passwd\n", &png), Defect::Hostile, "t.csv", line(2), Some("file")),
        case("named text", column, table("id,file\na,a.png\n", b"no image"), Defect::UnreadableImage, "t.csv", line(2), Some("file")),
        case("named cut", column, table("id,file\nb,\na,a.png\n", &cut), Defect::UnreadableImage, "t.csv", line(3), Some("file")),
        case("twice", column, table("id,file\na,a.png\na,a.png\n", &png), Defect::DuplicateId, "t.csv", line(3), Some("id")),
    ] {
        check(&case);
    }
}
