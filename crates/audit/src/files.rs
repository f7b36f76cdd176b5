//! The image files of a cohort, or the files that a column of a table names.

use std::collections::{BTreeSet, HashMap};
use std::fs;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use crate::check::{Column, Thumbnail, Values};
use midfuse_data::{Cohort, ImageHeader, image_header, read_image};

use super::AuditOptions;
use super::content::{Content, coded, hash, numbers, varies};
use crate::error::{Error, Result};
use midfuse_base::Problem;
use midfuse_data::column;
use midfuse_data::source::SourceOptions;

/// A file per row.
#[derive(Debug)]
pub(super) struct Files {
    /// Name of the modality, or of the column.
    pub(super) name: String,
    /// The file of each row, `[N]`.
    pub(super) paths: Vec<Option<PathBuf>>,
    /// Its name as the data gives it, `[N]`; all `None` where it is the row id.
    names: Vec<Option<String>>,
}

/// The image files of the modalities of a cohort.
pub(super) fn of_cohort(cohort: &Cohort) -> Result<Vec<Files>> {
    let mut all = Vec::new();
    for schema in cohort.modalities() {
        let Some(paths) = cohort.image_files(&schema.name)? else {
            continue;
        };
        let name = |path: Option<&Path>| {
            let path = path?;
            let inside = path.strip_prefix(cohort.dir()).unwrap_or(path);
            Some(inside.to_string_lossy().into_owned())
        };
        let names = paths.iter().copied().map(name).collect();
        let paths = paths.iter().map(|path| path.map(Path::to_owned));
        all.push(Files::new(
            &schema.name,
            paths.collect(),
            names,
            cohort.ids(),
        ));
    }
    Ok(all)
}

/// What the columns of a source are, where those that name files are read as they are written.
///
/// # Errors
/// [`Error::Option`] if they are named for a cohort.
pub(super) fn columns_of_files(path: &Path, options: &AuditOptions) -> Result<SourceOptions> {
    let mut columns = options.source.clone();
    let named = if options.files.is_empty() {
        options.folder.as_ref().map(|_| "--folder")
    } else {
        Some("--file")
    };
    if let (Some(name), true) = (named, path.is_dir()) {
        let reason = "is for tables";
        let mend = "a cohort says in its cohort.toml where its files are";
        return Err(Problem::conflict(reason, mend).of(name).into());
    }
    columns.categorical.extend(options.files.iter().cloned());
    Ok(columns)
}

/// The files of the columns of a table that were named.
pub(super) fn named(table: &Path, cohort: &Cohort, options: &AuditOptions) -> Result<Vec<Files>> {
    let beside = table.parent().unwrap_or(Path::new(""));
    let folder = options.folder.as_deref().unwrap_or(beside);
    let of = |name: &String| {
        let cells = column(cohort, name)?.ok_or_else(|| {
            let reason = "the column is used for something else";
            let problem = Problem::conflict(reason, "name a column of paths");
            Error::from(problem.of(format!("--file {name}")))
        })?;
        of_column(table, name, cells, cohort.ids(), folder)
    };
    options.files.iter().map(of).collect()
}

/// The files that a column of a table names, from `folder` on.
fn of_column(
    table: &Path,
    column: &str,
    cells: Vec<Option<String>>,
    ids: &[String],
    folder: &Path,
) -> Result<Files> {
    let mut paths = Vec::with_capacity(cells.len());
    for (cell, id) in cells.iter().zip(ids) {
        let path = cell.as_ref().map(|cell| folder.join(cell.trim()));
        if let Some(path) = &path
            && !path.is_file()
        {
            return Err(Error::NoFile {
                table: table.to_path_buf(),
                row: id.clone(),
                column: column.to_owned(),
                file: path.clone(),
            });
        }
        paths.push(path);
    }
    Ok(Files::new(column, paths, cells, ids))
}

impl Files {
    fn new(
        name: &str,
        paths: Vec<Option<PathBuf>>,
        names: Vec<Option<String>>,
        ids: &[String],
    ) -> Self {
        let by_id = |(path, id): (&Option<PathBuf>, &String)| {
            let stem = path.as_ref().map(|path| path.file_stem());
            stem.is_none_or(|stem| stem.is_some_and(|stem| stem == id.as_str()))
        };
        // What the ids say is judged once.
        let named_by_id = paths.iter().zip(ids).all(by_id);
        let names = names.into_iter().map(|name| name.filter(|_| !named_by_id));
        Self {
            name: name.to_owned(),
            names: names.collect(),
            paths,
        }
    }

    /// A code of the file of each row: equal where rows name the same one.
    pub(super) fn codes(&self) -> Vec<Option<usize>> {
        let real = |path: &PathBuf| fs::canonicalize(path).unwrap_or_else(|_| path.clone());
        let path =
            |path: &Option<PathBuf>| Some(real(path.as_ref()?).to_string_lossy().into_owned());
        coded(self.paths.iter().map(path))
    }

    /// Hashes and thumbnails; files that are not images are hashed byte by byte.
    pub(super) fn content(&self) -> Result<Content> {
        let mut known: HashMap<&PathBuf, (Option<u128>, Option<Thumbnail>)> = HashMap::new();
        let mut content = Content {
            name: self.name.clone(),
            missing: self.paths.iter().map(Option::is_none).collect(),
            ..Content::default()
        };
        let mut thumbnails = Vec::with_capacity(self.paths.len());
        for path in &self.paths {
            let read = match path {
                None => (None, None),
                Some(path) => {
                    if !known.contains_key(path) {
                        known.insert(path, read(path)?);
                    }
                    known.get(path).cloned().unwrap_or_default()
                }
            };
            content.hashes.push(read.0);
            thumbnails.push(read.1);
        }
        content.thumbnails = Some(thumbnails);
        Ok(content)
    }

    /// What is known of the files besides their content: numbers and few categories.
    pub(super) fn metadata(&self) -> Result<Vec<Column>> {
        let name = &self.name;
        let mut headers: Vec<Option<ImageHeader>> = Vec::with_capacity(self.paths.len());
        for path in &self.paths {
            headers.push(match path {
                Some(path) => image_header(path)?,
                None => None,
            });
        }
        let of_file = |of: &dyn Fn(&fs::Metadata) -> Option<f64>| -> Vec<f64> {
            let value = |path: &Option<PathBuf>| of(&fs::metadata(path.as_ref()?).ok()?);
            let values = self.paths.iter().map(value);
            values.map(|value| value.unwrap_or(f64::NAN)).collect()
        };
        let of_header = |of: &dyn Fn(&ImageHeader) -> usize| -> Vec<f64> {
            let value = |header: &Option<ImageHeader>| header.as_ref().map(of);
            let values = headers.iter().map(value);
            values
                .map(|value| value.map_or(f64::NAN, |value| value as f64))
                .collect()
        };
        // By the day: a copy of a folder is written file by file within the hour.
        let day = |meta: &fs::Metadata| {
            let since = meta.modified().ok()?.duration_since(UNIX_EPOCH).ok()?;
            Some((since.as_secs() / 86_400) as f64)
        };
        let mut columns = vec![
            numbers(
                format!("file size of {name}"),
                of_file(&|meta| Some(meta.len() as f64)),
            ),
            numbers(
                format!("day on which the file of {name} was written"),
                of_file(&day),
            ),
            numbers(
                format!("width of {name}"),
                of_header(&|header| header.width),
            ),
            numbers(
                format!("height of {name}"),
                of_header(&|header| header.height),
            ),
            numbers(
                format!("number of channels of {name}"),
                of_header(&|header| header.channels),
            ),
            numbers(
                format!("bits per value of {name}"),
                of_header(&|header| header.bits),
            ),
        ];
        let format = |(header, path): (&Option<ImageHeader>, &Option<PathBuf>)| {
            let ending = || Some(path.as_ref()?.extension()?.to_string_lossy().to_lowercase());
            header
                .as_ref()
                .map(|header| header.format.to_owned())
                .or_else(ending)
        };
        columns.push(categories(
            format!("file format of {name}"),
            headers.iter().zip(&self.paths).map(format),
        ));
        let stem = |name: &Option<String>| {
            let stem = Path::new(name.as_ref()?).file_stem()?;
            Some(stem.to_string_lossy().into_owned())
        };
        let stems: Vec<Option<String>> = self.names.iter().map(stem).collect();
        columns.extend(name_columns(&format!("file name of {name}"), &stems));
        columns.push(self.folders());
        Ok(columns)
    }

    /// Names of series: what may be ids of groups.
    pub(super) fn series(&self) -> Vec<Column> {
        let without_extension = |name: &Option<String>| {
            let name = Path::new(name.as_ref()?).with_extension("");
            Some(name.to_string_lossy().into_owned())
        };
        let names: Vec<Option<String>> = self.names.iter().map(without_extension).collect();
        let what = format!("file name of {}", self.name);
        vec![self.folders(), series_column(&what, &names)]
    }

    fn folders(&self) -> Column {
        let folder = |name: &Option<String>| {
            let folder = Path::new(name.as_ref()?).parent()?;
            let folder = folder.to_string_lossy().into_owned();
            (!folder.is_empty()).then_some(folder)
        };
        categories(
            format!("folder of {}", self.name),
            self.names.iter().map(folder),
        )
    }
}

fn read(path: &Path) -> Result<(Option<u128>, Option<Thumbnail>)> {
    let Some(image) = read_image(path)? else {
        let bytes = fs::read(path).map_err(Error::io(path))?;
        return Ok((Some(hash(bytes.iter().map(|&byte| u32::from(byte)))), None));
    };
    let hash = varies(image.iter()).then(|| hash(image.iter().map(|value| value.to_bits())));
    Ok((hash, Thumbnail::new(image.view())))
}

/// What names without an ending say: their place in order, the number in them, their length, their letters.
pub(super) fn name_columns(what: &str, names: &[Option<String>]) -> Vec<Column> {
    let sorted: BTreeSet<&String> = names.iter().flatten().collect();
    let place: HashMap<&String, usize> = sorted
        .into_iter()
        .enumerate()
        .map(|(k, name)| (name, k))
        .collect();
    let number = |name: &Option<String>| -> Option<f64> {
        let digits: String = name
            .as_ref()?
            .chars()
            .filter(char::is_ascii_digit)
            .collect();
        digits.parse().ok()
    };
    let letters = |name: &Option<String>| {
        let letters = name.as_ref()?.chars().filter(|c| !c.is_ascii_digit());
        Some(letters.collect::<String>())
    };
    let number_column = |name: String, values: Vec<Option<f64>>| {
        numbers(
            name,
            values
                .into_iter()
                .map(|value| value.unwrap_or(f64::NAN))
                .collect(),
        )
    };
    vec![
        number_column(
            format!("place of the {what} in alphabetical order"),
            names
                .iter()
                .map(|name| place.get(name.as_ref()?).map(|&place| place as f64))
                .collect(),
        ),
        number_column(
            format!("number in the {what}"),
            names.iter().map(number).collect(),
        ),
        number_column(
            format!("length of the {what}"),
            names
                .iter()
                .map(|name| name.as_ref().map(|name| name.len() as f64))
                .collect(),
        ),
        categories(
            format!("{what} without its digits"),
            names.iter().map(letters),
        ),
    ]
}

/// Names up to their last number: those of the slices of one scan agree.
pub(super) fn series_column(what: &str, names: &[Option<String>]) -> Column {
    let series = |name: &Option<String>| {
        let name = name.as_ref()?;
        let last = name.rfind(|c: char| c.is_ascii_digit())?;
        let first = name.get(..last)?.rfind(|c: char| !c.is_ascii_digit())?;
        let series = name
            .get(..=first)?
            .trim_end_matches(|c: char| !c.is_alphanumeric());
        (!series.is_empty()).then(|| series.to_owned())
    };
    categories(
        format!("{what} before its last number"),
        names.iter().map(series),
    )
}

fn categories(name: String, values: impl Iterator<Item = Option<String>>) -> Column {
    Column {
        name,
        values: Values::Categories(coded(values)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(all: &[&str]) -> Vec<Option<String>> {
        all.iter().map(|&name| Some(name.to_owned())).collect()
    }

    fn codes(column: &Column) -> Vec<Option<usize>> {
        match &column.values {
            Values::Categories(codes) => codes.clone(),
            Values::Numbers(_) => Vec::new(),
        }
    }

    #[test]
    fn names_are_taken_apart() {
        let names = names(&["tumour_01", "normal_02", "tumour_30"]);
        let columns = name_columns("name", &names);
        let number = |k: usize| match &columns[k].values {
            Values::Numbers(values) => values.clone(),
            Values::Categories(_) => Vec::new(),
        };
        assert_eq!(number(0), [1.0, 0.0, 2.0]);
        assert_eq!(number(1), [1.0, 2.0, 30.0]);
        assert_eq!(number(2), [9.0, 9.0, 9.0]);
        assert_eq!(codes(&columns[3]), [Some(0), Some(1), Some(0)]);
    }

    #[test]
    fn slices_of_one_scan_are_one_series() {
        let names = names(&[
            "TCGA_CS_4941_19",
            "TCGA_CS_4941_20",
            "TCGA_DU_1_20",
            "p7/3",
            "p7/4",
        ]);
        let series = codes(&series_column("name", &names));
        assert_eq!(series, [Some(0), Some(0), Some(1), Some(2), Some(2)]);
        assert_eq!(
            codes(&series_column("name", &[Some("abc".into()), None])),
            [None, None]
        );
    }
}
