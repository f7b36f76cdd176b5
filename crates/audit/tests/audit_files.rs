//! `audit` of tables with a column of image files, and of rows in another order.
#![cfg(test)]

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use midfuse_audit::{Audit, AuditOptions, Code, Severity, audit};
use midfuse_base::Seed;
use midfuse_data::source::SourceOptions;

/// A grey value of an image that is unlike all others.
fn grey(image: u64, y: f64, x: f64) -> f64 {
    let wave = |k: u64| {
        let share = |part: &str| {
            (Seed(image).derive(part).hash(&k.to_le_bytes()) >> 11) as f64 / (1_u64 << 53) as f64
        };
        let size = 2.0 * 10.0_f64.powf(share("size"));
        let turn = std::f64::consts::TAU * share("turn");
        (size * (turn.cos() * y + turn.sin() * x) + std::f64::consts::TAU * share("phase")).sin()
            / size
    };
    128.0 + 120.0 * (0..30).map(wave).sum::<f64>() / 3.0
}

/// Writes a BMP of 24 bits.
fn bmp(file: &Path, height: usize, width: usize, pixel: impl Fn(f64, f64) -> f64) {
    let line = (3 * width).next_multiple_of(4);
    let mut bytes = b"BM".to_vec();
    let size = (54 + line * height) as u32;
    for word in [size, 0, 54, 40, width as u32, height as u32] {
        bytes.extend(word.to_le_bytes());
    }
    bytes.extend([1, 0, 24, 0]);
    bytes.extend([0; 24]);
    for y in (0..height).rev() {
        let start = bytes.len();
        for x in 0..width {
            let (y, x) = (
                (y as f64 + 0.5) / height as f64,
                (x as f64 + 0.5) / width as f64,
            );
            bytes.extend([pixel(y, x).clamp(0.0, 255.0).round() as u8; 3]);
        }
        bytes.resize(start + line, 0);
    }
    fs::write(file, bytes).unwrap();
}

/// 60 rows, an image each; `scan(row)` names the file, `label(row)` the target.
fn table(dir: &Path, scan: impl Fn(usize) -> String, label: impl Fn(usize) -> usize) {
    let mut csv = "id,patient,scan,label\n".to_owned();
    for row in 0..60 {
        writeln!(
            csv,
            "r{},p{},{},{}",
            (row * 37) % 60,
            row / 2,
            scan(row),
            label(row)
        )
        .unwrap();
    }
    fs::write(dir.join("rows.csv"), csv).unwrap();
    let mut folds = "fold,side,row\n".to_owned();
    for row in 0..60 {
        let side = if row < 40 { "train" } else { "test" };
        writeln!(folds, "0,{side},r{}", (row * 37) % 60).unwrap();
    }
    fs::write(dir.join("folds.csv"), folds).unwrap();
}

fn run(dir: &Path, groups: &[&str]) -> Audit {
    let options = AuditOptions {
        splits: Some(dir.join("folds.csv")),
        source: SourceOptions {
            target: Some("label".into()),
            groups: groups.iter().map(|&name| name.to_owned()).collect(),
            exclude: if groups.is_empty() {
                vec!["patient".into()]
            } else {
                Vec::new()
            },
            ..SourceOptions::default()
        },
        files: vec!["scan".into()],
        ..AuditOptions::default()
    };
    audit(&dir.join("rows.csv"), &options).unwrap()
}

fn codes(audit: &Audit) -> Vec<(Code, Severity, &str)> {
    let codes = audit.findings.iter();
    codes
        .map(|f| (f.code, f.severity, f.subject.as_str()))
        .collect()
}

fn even(row: usize) -> usize {
    usize::from(Seed(3).hash(&row.to_le_bytes()) & 1 == 1)
}

#[test]
fn images_of_any_size_are_compared_and_shared_files_are_found() {
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path();
    fs::create_dir(dir.join("scans")).unwrap();
    for k in 0..60 {
        let (height, width) = (30 + k % 3, 40 + k % 5);
        bmp(
            &dir.join(format!("scans/{k}.bmp")),
            height,
            width,
            |y, x| grey(k as u64, y, x),
        );
    }
    let own = |row: usize| format!("scans/{row}.bmp");
    table(dir, own, even);
    assert_eq!(codes(&run(dir, &["patient"])), []);

    // One scan under two patients, on both sides of the split.
    table(dir, |row| own(if row == 59 { 4 } else { row }), even);
    let found = run(dir, &["patient"]);
    assert_eq!(
        codes(&found),
        [(Code::SharedFile, Severity::Blocking, "scan")]
    );
    assert_eq!(found.findings[0].rows, [["r28", "r23"]]);

    // A smaller, brighter, mirrored copy of a training image among the test rows.
    bmp(&dir.join("scans/copy.bmp"), 24, 30, |y, x| {
        0.9 * grey(4, y, 1.0 - x) + 10.0
    });
    table(
        dir,
        |row| {
            if row == 59 {
                "scans/copy.bmp".into()
            } else {
                own(row)
            }
        },
        even,
    );
    let found = run(dir, &["patient"]);
    assert_eq!(
        codes(&found),
        [(Code::NearDuplicate, Severity::Blocking, "scan")]
    );

    fs::remove_file(dir.join("scans/7.bmp")).unwrap();
    let options = AuditOptions {
        files: vec!["scan".into()],
        ..AuditOptions::default()
    };
    let error = audit(&dir.join("rows.csv"), &options)
        .unwrap_err()
        .to_string();
    assert!(
        error.contains("scans/7.bmp") && error.contains("--folder"),
        "{error}"
    );
}

#[test]
fn names_sizes_and_headers_of_files_that_tell_the_target_are_found() {
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path();
    let name = |row: usize| format!("{}_{row:03}.bmp", ["normal", "tumour"][even(row)]);
    for row in 0..60 {
        bmp(&dir.join(name(row)), 20, 20 + 4 * even(row), |y, x| {
            grey(row as u64, y, x)
        });
    }
    table(dir, name, even);
    let found = run(dir, &[]);
    let told: BTreeSet<&str> = found
        .findings
        .iter()
        .filter(|finding| finding.code == Code::MetadataTellsTarget)
        .map(|finding| finding.subject.as_str())
        .collect();
    let expected = [
        "file name of scan without its digits",
        "file size of scan",
        "place of the file name of scan in alphabetical order",
        "width of scan",
    ];
    assert_eq!(told, BTreeSet::from(expected), "{:?}", codes(&found));
    assert!(!found.is_blocked());
}

#[test]
fn other_files_are_compared_byte_by_byte_and_broken_images_are_errors() {
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path();
    for row in 0..60 {
        let content = if row == 59 { 0 } else { row };
        fs::write(dir.join(format!("{row}.svs")), format!("slide {content}")).unwrap();
    }
    table(dir, |row| format!("{row}.svs"), even);
    let found = run(dir, &["patient"]);
    assert!(
        codes(&found).contains(&(Code::ExactDuplicate, Severity::Blocking, "scan")),
        "{found:?}"
    );
    fs::write(dir.join("5.png"), "no image").unwrap();
    table(
        dir,
        |row| {
            if row == 5 {
                "5.png".into()
            } else {
                format!("{row}.svs")
            }
        },
        even,
    );
    let options = AuditOptions {
        files: vec!["scan".into()],
        ..AuditOptions::default()
    };
    let error = audit(&dir.join("rows.csv"), &options)
        .unwrap_err()
        .to_string();
    assert!(
        error.contains("5.png") && error.contains("cannot be decoded"),
        "{error}"
    );
}

#[test]
fn the_order_of_rows_does_not_count() {
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path();
    let share = |row: u64, k: u64| (Seed(k).hash(&row.to_le_bytes()) >> 40) as f64 / 16_777_216.0;
    let line = |row: u64| {
        let twin = if row == 150 { 3 } else { row };
        let values: Vec<String> = (0..5)
            .map(|k| {
                format!(
                    "{:.5}",
                    share(twin, k) + if row == 150 { 1e-4 } else { 0.0 }
                )
            })
            .collect();
        let like = if row == 160 { 8 } else { row };
        let note: Vec<String> = (0..40)
            .map(|k| {
                if (row, k) == (160, 39) {
                    "other".into()
                } else {
                    format!("w{}", (share(like, 100 + k) * 300.0) as u32)
                }
            })
            .collect();
        let label = u64::from(share(twin, 9) > 0.5);

        let shifted = share(twin, 10) + if twin >= 100 { 0.6 } else { 0.0 };
        format!(
            "x{},{},{label},{:.4},{shifted:.5},{}\n",
            row * 7919 % 997,
            values.join(","),
            share(twin, 11) * 0.3 + label as f64,
            note.join(" ")
        )
    };
    let find = |order: &[u64]| {
        let mut csv = "id,a,b,c,d,e,label,copy,age,note\n".to_owned();
        for &row in order {
            csv.push_str(&line(row));
        }
        fs::write(dir.join("rows.csv"), csv).unwrap();
        let mut folds = "fold,side,row\n".to_owned();
        for &row in order {
            let side = if row < 100 { "train" } else { "test" };
            writeln!(folds, "0,{side},x{}", row * 7919 % 997).unwrap();
        }
        fs::write(dir.join("folds.csv"), folds).unwrap();
        let options = AuditOptions {
            splits: Some(dir.join("folds.csv")),
            source: SourceOptions {
                target: Some("label".into()),
                text: vec!["note".into()],
                ..SourceOptions::default()
            },
            ..AuditOptions::default()
        };
        let found = audit(&dir.join("rows.csv"), &options).unwrap();
        let found: BTreeSet<String> = found
            .findings
            .into_iter()
            .map(|f| {
                let rows: BTreeSet<BTreeSet<String>> = f
                    .rows
                    .into_iter()
                    .map(|set| set.into_iter().collect())
                    .collect();
                format!(
                    "{} {:?} {} {:.6} {rows:?}",
                    f.code.name(),
                    f.severity,
                    f.subject,
                    f.strength
                )
            })
            .collect();
        found
    };
    let order: Vec<u64> = (0..200).collect();
    let plain = find(&order);
    let with = |code: &str| plain.iter().any(|found| found.starts_with(code));
    for code in [
        "near-duplicate Blocking table",
        "near-duplicate Blocking text",
        "column-names-target",
        "shifted-test-rows",
    ] {
        assert!(with(code), "{code}: {plain:#?}");
    }
    for seed in 0..3 {
        let mut shuffled = order.clone();
        shuffled.sort_by_key(|row| Seed(seed).hash(&row.to_le_bytes()));
        assert_eq!(find(&shuffled), plain);
    }
}
