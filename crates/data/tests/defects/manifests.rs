//! Defects of `cohort.toml` and of the folder.

use midfuse_data::Defect;

use super::folders::folder;
use super::{CLASS, NUMBER, first_error, line};

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
