//! The reader of embeddings.

use std::path::Path;

use ndarray::{Array2, Axis};

use super::columns::{ColumnTable, numbered};
use super::lists::ListTable;
use super::section::EmbeddingSource;
use super::{EmbeddingData, EmbeddingShape, EmbeddingSpec};
use crate::array::{ArrayFile, VectorArchive, zeros};
use crate::cohort::Context;
use crate::error::{DataError, Defect, Result, quoted};
use crate::kind::Reader;
use crate::kind::array_rows::{ArrayIds, array_rows, check_shape};
use crate::kind::matching::Selection;
use crate::limits::Limits;

/// An embedding modality whose files and columns are there.
#[derive(Debug)]
pub(crate) struct EmbeddingReader {
    name: String,
    d: usize,
    vectors: Vectors,
}

#[derive(Debug)]
enum Vectors {
    /// `rows`: the cohort's row of each vector.
    Array {
        array: ArrayFile,
        rows: Vec<usize>,
    },
    Archive {
        archive: VectorArchive,
        rows: Vec<usize>,
    },
    Columns(ColumnTable),
    Lists(ListTable),
}

/// Where vectors are read to.
pub(super) struct Slots<'a> {
    /// `[N, D]`, zeros.
    pub(super) values: &'a mut [f32],
    /// `[N]`, false.
    pub(super) present: &'a mut [bool],
    pub(super) d: usize,
}

impl Slots<'_> {
    /// The vector of a row, and whether it is there.
    pub(super) fn row(&mut self, place: usize) -> Option<(&mut [f32], &mut bool)> {
        let values = self.values.get_mut(place * self.d..(place + 1) * self.d)?;
        Some((values, self.present.get_mut(place)?))
    }
}

impl EmbeddingReader {
    pub(super) fn open(context: &Context<'_>, spec: &EmbeddingSpec) -> Result<Self> {
        let id = context.id(spec.id.as_deref());
        let declared = spec.shape.map(|[d]| d);
        let table = || context.table(spec.table.as_deref());
        let source = spec.source();
        let (d, vectors) = match source.map_err(|e| context.contradiction(&spec.name, &e))? {
            EmbeddingSource::Array(file) => open_array(context, spec, file)?,
            EmbeddingSource::Archive(file) => {
                let archive = VectorArchive::open(&context.folder.file(file)?, declared)?;
                let rows = archive_rows(context, &archive)?;
                (archive.d(), Vectors::Archive { archive, rows })
            }
            EmbeddingSource::Columns(columns) => {
                let table = ColumnTable::open(table()?, id, columns)?;
                (columns.len(), Vectors::Columns(table))
            }
            EmbeddingSource::Prefix(prefix) => {
                let table = table()?;
                let columns = numbered(&table, prefix, &context.reserved())?;
                let d = columns.len();
                if let Some(declared) = declared.filter(|&declared| declared != d) {
                    let reason = format!(
                        "has {d} columns of {}, `shape` declares {declared}",
                        quoted(prefix)
                    );
                    let mend = "correct `shape` or `prefix` in cohort.toml";
                    return Err(DataError::new(
                        Defect::WrongShape,
                        table.path(),
                        reason,
                        mend,
                    ));
                }
                (d, Vectors::Columns(ColumnTable::open(table, id, &columns)?))
            }
            EmbeddingSource::Lists(column) => {
                let table = ListTable::open(context, table()?, id, column, declared)?;
                (table.d(), Vectors::Lists(table))
            }
        };
        let most = Limits::STANDARD.values_per_row;
        if !(1..=most).contains(&d) {
            let reason = format!("a vector of {d} values, where 1 to {most} are possible");
            return Err(context.contradiction(&spec.name, &reason));
        }
        Ok(Self {
            name: spec.name.clone(),
            d,
            vectors,
        })
    }
}

impl Reader for EmbeddingReader {
    type Shape = EmbeddingShape;
    type Content = EmbeddingData;

    fn shape(&self) -> EmbeddingShape {
        EmbeddingShape { d: self.d }
    }

    fn load(&self, context: &Context<'_>, wanted: &Selection) -> Result<EmbeddingData> {
        let (n, d) = (wanted.len(), self.d);
        let mut values = zeros(n.saturating_mul(d), context.folder.root())?;
        let mut present = vec![false; n];
        let mut slots = Slots {
            values: &mut values,
            present: &mut present,
            d,
        };
        match &self.vectors {
            Vectors::Array { array, rows } => {
                let place = |row: usize| rows.get(row).and_then(|&row| wanted.place(row));
                array.read_rows(place, |_| d, slots.values)?;
                mark(rows, wanted, &mut slots);
            }
            Vectors::Archive { archive, rows } => {
                let place = |at: usize| rows.get(at).and_then(|&row| wanted.place(row));
                archive.read(place, slots.values)?;
                mark(rows, wanted, &mut slots);
            }
            Vectors::Columns(table) => table.load(context, wanted, &mut slots)?,
            Vectors::Lists(table) => table.load(context, wanted, &mut slots)?,
        }
        let mut vectors = Array2::from_shape_vec((n, d), values)
            .map_err(|e| context.contradiction(&self.name, &e.to_string()))?;
        wanted.repeat(|from, to| {
            let vector = vectors.index_axis(Axis(0), from).to_owned();
            vectors.index_axis_mut(Axis(0), to).assign(&vector);
            let there = present.get(from).copied().unwrap_or_default();
            if let Some(slot) = present.get_mut(to) {
                *slot = there;
            }
        });
        Ok(EmbeddingData { vectors, present })
    }
}

/// Marks the wanted rows among `rows` as present.
fn mark(rows: &[usize], wanted: &Selection, slots: &mut Slots<'_>) {
    for place in rows.iter().filter_map(|&row| wanted.place(row)) {
        if let Some((_, present)) = slots.row(place) {
            *present = true;
        }
    }
}

fn open_array(context: &Context<'_>, spec: &EmbeddingSpec, file: &str) -> Result<(usize, Vectors)> {
    let array = ArrayFile::open(&context.folder.file(file)?, spec.key.as_deref())?;
    let &[_, d] = array.shape() else {
        return Err(DataError::new(
            Defect::WrongShape,
            array.path(),
            format!("has the shape {:?}, vectors have [N, D]", array.shape()),
            "save one vector per row; several vectors of a row are a modality of the kind `sequence`",
        ));
    };
    if let Some(shape) = spec.shape {
        let no_place = usize::MAX;
        check_shape(&array, &shape, no_place)?;
    }
    let ids = match spec.ids_key.as_deref() {
        Some(key) => ArrayIds::Beside(key),
        None => ArrayIds::of(spec.ids.as_deref(), spec.id.as_deref()),
    };
    let rows = array_rows(context, &array, ids)?;
    Ok((d, Vectors::Array { array, rows }))
}

/// The cohort's row of each vector of an archive.
fn archive_rows(context: &Context<'_>, archive: &VectorArchive) -> Result<Vec<usize>> {
    let row = |id: &String| {
        context
            .index
            .get(id)
            .ok_or_else(|| unknown(archive.path(), id))
    };
    archive.names().iter().map(row).collect()
}

fn unknown(path: &Path, id: &str) -> DataError {
    DataError::new(
        Defect::UnmatchedId,
        path,
        format!("the id {} is not in the row table", quoted(id)),
        "leave the array out, or add the id to the row table",
    )
    .at_column(id)
}
