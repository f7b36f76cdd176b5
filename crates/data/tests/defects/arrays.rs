//! Defects of npy files and npz archives.

use midfuse_data::Defect;

use super::folders::{self, floats, npy};
use super::{case, check, line, record, text};

#[test]
#[rustfmt::skip]
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
        case("missing", section, vec![], Defect::MissingFile, name, None, None),
        case("empty", section, array(vec![]), Defect::EmptyFile, name, None, None),
        case("cut values", section, array(good[..good.len() - 1].to_vec()), Defect::Truncated, name, None, None),
        case("cut header", section, array(good[..20].to_vec()), Defect::Truncated, name, None, None),
        case("longer", section, array(longer), Defect::Hostile, name, None, None),
        case("no npy", section, array(b"hello, world".to_vec()), Defect::WrongDtype, name, None, None),
        case("objects", section, array(npy("|O", "(3, 1, 2)", &[0; 48])), Defect::WrongDtype, name, None, None),
        case("texts", section, array(npy("<U1", "(3, 1, 2)", &[0; 24])), Defect::WrongDtype, name, None, None),
        case("absurd", section, array(vast), Defect::Hostile, name, None, None),
        case("lying", section, array(npy("<f4", "(3, 1, 20000000)", &[0; 8])), Defect::Truncated, name, None, None),
        case("long header", section, array(b"\x93NUMPY\x02\x00\xff\xff\xff\xff".to_vec()), Defect::Hostile, name, None, None),
        case("shape", section, array(npy("<f4", "(3, 2, 1)", &[0; 24])), Defect::WrongShape, name, None, None),
        case("too few", section, array(npy("<f4", "(2, 1, 2)", &[0; 16])), Defect::WrongShape, name, None, None),
        case("nan", section, array(nan), Defect::NonFinite, name, record(2), Some("[0, 1]")),
        case("double", section, array(npy("<f8", "(3, 1, 2)", &1e300_f64.to_le_bytes().repeat(6))), Defect::NonFinite, name, record(1), Some("[0, 0]")),
        case("id twice", with_ids, ids("id\na\na\nb\n"), Defect::DuplicateId, "i.csv", line(3), Some("id")),
        case("unmatched", with_ids, ids("id\na\nb\nz\n"), Defect::UnmatchedId, "i.csv", line(4), Some("id")),
        case("ids", with_ids, ids("id\na\nb\n"), Defect::WrongShape, name, None, None),
    ] {
        check(&case);
    }
}

#[test]
#[rustfmt::skip]
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
        case("cut", section, vec![rows(), (file, cut)], Defect::Truncated, file, None, None),
        case("two arrays", section, vec![rows(), (file, two)], Defect::MissingColumn, file, None, None),
        case("no such key", keyed, vec![rows(), (file, one)], Defect::MissingColumn, file, None, None),
        case("flipped", left, vec![rows(), (file, flipped)], Defect::Truncated, file, None, None),
        case("no zip", section, vec![rows(), text(file, "no zip")], Defect::Truncated, file, None, None),
        case("empty", section, vec![rows(), text(file, "")], Defect::EmptyFile, file, None, None),
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
