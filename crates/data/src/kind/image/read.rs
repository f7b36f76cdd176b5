//! The reader of images.

use std::path::{Path, PathBuf};

use ndarray::{Array4, Axis};

use super::section::ImageSource;
use super::survey::Survey;
use super::{ImageData, ImageShape, ImageSpec, decode};
use crate::array::{ArrayFile, zeros};
use crate::cohort::Context;
use crate::error::{DataError, Defect, Result, Row, quoted};
use crate::kind::Reader;
use crate::kind::array_rows::{ArrayIds, array_rows, check_shape};
use crate::kind::matching::{Matcher, Selection};

/// An image modality whose files are there.
#[derive(Debug)]
pub(crate) struct ImageReader {
    name: String,
    shape: [usize; 3],
    pixels: Pixels,
}

#[derive(Debug)]
enum Pixels {
    /// `rows`: the cohort's row of each image.
    Array { array: ArrayFile, rows: Vec<usize> },
    /// The file of each row of the cohort.
    Files(Vec<Option<ImageFile>>),
}

/// An image file, and the cell of a table that names it.
#[derive(Debug, Clone)]
struct ImageFile {
    path: PathBuf,
    named_in: Option<(PathBuf, Row, String)>,
}

impl ImageReader {
    pub(super) fn open(context: &Context<'_>, spec: &ImageSpec) -> Result<Self> {
        let pixels = match spec
            .source()
            .map_err(|e| context.contradiction(&spec.name, &e))?
        {
            ImageSource::Array(file) => {
                let array = ArrayFile::open(&context.folder.file(file)?, spec.key.as_deref())?;
                check_shape(&array, &spec.shape, 0)?;
                let rows = array_rows(
                    context,
                    &array,
                    ArrayIds::of(spec.ids.as_deref(), spec.id.as_deref()),
                )?;
                Pixels::Array { array, rows }
            }
            ImageSource::Column(column) => Pixels::Files(files_in_column(context, spec, column)?),
            ImageSource::Folder { folder, extension } => {
                Pixels::Files(files_in_folder(context, folder, extension)?)
            }
        };
        Ok(Self {
            name: spec.name.clone(),
            shape: spec.shape,
            pixels,
        })
    }
}

impl Reader for ImageReader {
    type Shape = ImageShape;
    type Content = ImageData;

    fn shape(&self) -> ImageShape {
        let [channels, height, width] = self.shape;
        ImageShape {
            channels,
            height,
            width,
        }
    }

    /// `None` if the images are an array.
    fn image_files(&self) -> Option<Vec<Option<&Path>>> {
        let Pixels::Files(files) = &self.pixels else {
            return None;
        };
        let files = files.iter().map(Option::as_ref);
        Some(files.map(|file| Some(file?.path.as_path())).collect())
    }

    fn warnings(&self) -> Vec<String> {
        let files = self.image_files().unwrap_or_default();
        let survey = Survey::of(files.into_iter().flatten());
        survey.mixed_depths().into_iter().collect()
    }

    fn load(&self, context: &Context<'_>, wanted: &Selection) -> Result<ImageData> {
        let n = wanted.len();
        let [channels, height, width] = self.shape;
        let size = channels * height * width;
        let total = n.saturating_mul(size);
        let mut present = vec![false; n];
        let mut mark = |place: usize| {
            if let Some(slot) = present.get_mut(place) {
                *slot = true;
            }
        };
        let mut flat = match &self.pixels {
            Pixels::Array { array, .. } => zeros(total, array.path())?,
            Pixels::Files(_) => zeros(total, context.folder.root())?,
        };
        match &self.pixels {
            Pixels::Array { array, rows } => {
                let place = |row: usize| rows.get(row).and_then(|&row| wanted.place(row));
                array.read_rows(place, |_| size, &mut flat)?;
                (0..rows.len()).filter_map(place).for_each(&mut mark);
            }
            Pixels::Files(files) => {
                for (row, file) in files.iter().enumerate() {
                    let (Some(file), Some(place)) = (file, wanted.place(row)) else {
                        continue;
                    };
                    if let Some(out) = flat.get_mut(place * size..(place + 1) * size) {
                        decode::decode(&file.path, self.shape, out)
                            .map_err(|error| file.blame(with_counts(error, files)))?;
                        mark(place);
                    }
                }
            }
        }
        let mut pixels = Array4::from_shape_vec((n, channels, height, width), flat)
            .map_err(|e| context.contradiction(&self.name, &e.to_string()))?;
        wanted.repeat(|from, to| {
            let image = pixels.index_axis(Axis(0), from).to_owned();
            pixels.index_axis_mut(Axis(0), to).assign(&image);
            let there = present.get(from).copied().unwrap_or_default();
            if let Some(slot) = present.get_mut(to) {
                *slot = there;
            }
        });
        Ok(ImageData { pixels, present })
    }
}

/// An error about the shape of a file, with how many files have which.
fn with_counts(error: DataError, files: &[Option<ImageFile>]) -> DataError {
    if error.defect != Defect::WrongShape {
        return error;
    }
    let files = files.iter().flatten();
    let counted = Survey::of(files.map(|file| file.path.as_path())).shapes();
    DataError {
        reason: format!("{}; {counted}", error.reason),
        ..error
    }
}

impl ImageFile {
    /// An error about an image file, with the cell that names it.
    fn blame(&self, error: DataError) -> DataError {
        let Some((table, row, column)) = &self.named_in else {
            return error;
        };
        let file = error.file.display().to_string();
        DataError {
            file: table.clone(),
            row: Some(*row),
            column: Some(column.clone()),
            reason: format!("the image {}: {}", quoted(&file), error.reason),
            ..error
        }
    }
}

/// The files that a column names, relative to `folder` or to the cohort.
fn files_in_column(
    context: &Context<'_>,
    spec: &ImageSpec,
    column: &str,
) -> Result<Vec<Option<ImageFile>>> {
    let table = context.table(spec.table.as_deref())?;
    let columns = [
        table.position(context.id(spec.id.as_deref()))?,
        table.position(column)?,
    ];
    let [id_column, file_column] = columns;
    let mut files = vec![None; context.ids.len()];
    let mut matcher = Matcher::once(context.index);
    table.for_each(&columns, |row, cells| {
        let [id, cell] = cells else { return Ok(()) };
        let position = matcher.find(&table, row, id_column, id)?;
        let Some(name) = cell.text() else {
            return Ok(());
        };
        let name = match &spec.folder {
            Some(folder) => format!("{folder}/{name}"),
            None => name.into_owned(),
        };
        let path = context.folder.file(&name).map_err(|error| {
            let reason = format!("the image {}: {}", quoted(&name), error.reason);
            table.cell_error(error.defect, row, file_column, reason, error.mend)
        })?;
        let named_in = Some((table.path().to_path_buf(), row, column.to_owned()));
        if let Some(slot) = files.get_mut(position) {
            *slot = Some(ImageFile { path, named_in });
        }
        Ok(())
    })?;
    Ok(files)
}

/// The files `<id>.<extension>` of a folder; a row without a file is absent.
fn files_in_folder(
    context: &Context<'_>,
    folder: &str,
    extension: &str,
) -> Result<Vec<Option<ImageFile>>> {
    let path = context.folder.folder(folder)?;
    let mut files = vec![None; context.ids.len()];
    let entries = std::fs::read_dir(&path).map_err(|e| DataError::read(&path, &e))?;
    let mut names = Vec::new();
    for entry in entries {
        let entry = entry.map_err(|e| DataError::read(&path, &e))?;
        names.push(entry.file_name().to_string_lossy().into_owned());
    }
    names.sort_unstable();
    for name in names {
        let Some(id) = name
            .strip_suffix(extension)
            .and_then(|rest| rest.strip_suffix('.'))
        else {
            continue;
        };
        let file = context.folder.file(&format!("{folder}/{name}"))?;
        let Some(slot) = context
            .index
            .get(id)
            .and_then(|position| files.get_mut(position))
        else {
            return Err(DataError::new(
                Defect::UnmatchedId,
                &file,
                format!("the id {} is not in the row table", quoted(id)),
                "remove the file, or add the id to the row table",
            ));
        };
        *slot = Some(ImageFile {
            path: file,
            named_in: None,
        });
    }
    if files.iter().all(Option::is_none) {
        return Err(DataError::new(
            Defect::EmptyFile,
            &path,
            format!("has no file <id>.{extension}"),
            "name the files after the row ids, or correct `extension`",
        ));
    }
    Ok(files)
}
