//! The reader of sequences.

use ndarray::{Array3, Axis};

use super::section::SequenceSource;
use super::tables::{LongTable, WideTable};
use super::{SequenceData, SequenceShape, SequenceSpec};
use crate::array::{ArrayFile, zeros};
use crate::cohort::Context;
use crate::error::{DataError, Defect, Result};
use crate::kind::Reader;
use crate::kind::array_rows::{ArrayIds, array_rows, check_shape};
use crate::kind::matching::Selection;

/// A sequence modality whose files and columns are there.
#[derive(Debug)]
pub(crate) struct SequenceReader {
    name: String,
    shape: [usize; 2],
    steps: Steps,
}

#[derive(Debug)]
enum Steps {
    /// `rows` and `lengths`: the cohort's row and the valid steps of each sequence.
    Array {
        array: ArrayFile,
        rows: Vec<usize>,
        lengths: Option<Vec<usize>>,
    },
    Wide(WideTable),
    Long(LongTable),
}

/// Where sequences are read to.
pub(super) struct Sequences<'a> {
    /// Values, `[N, T, F]`, zeros.
    pub(super) values: &'a mut [f32],
    /// Valid steps, `[N]`, zeros.
    pub(super) lengths: &'a mut [usize],
    /// T and F.
    pub(super) shape: [usize; 2],
}

impl Sequences<'_> {
    /// The values and the length of one row.
    pub(super) fn row(&mut self, place: usize) -> Option<(&mut [f32], &mut usize)> {
        let size = self.shape.iter().product::<usize>();
        let values = self.values.get_mut(place * size..(place + 1) * size)?;
        Some((values, self.lengths.get_mut(place)?))
    }
}

impl SequenceReader {
    pub(super) fn open(context: &Context<'_>, spec: &SequenceSpec) -> Result<Self> {
        let id = spec.id.as_deref();
        let (shape, steps) = match spec
            .source()
            .map_err(|e| context.contradiction(&spec.name, &e))?
        {
            SequenceSource::Array { array: file, shape } => {
                let array = ArrayFile::open(&context.folder.file(file)?, spec.key.as_deref())?;
                check_shape(&array, &shape, 1)?;
                let rows = array_rows(context, &array, ArrayIds::of(spec.ids.as_deref(), id))?;
                let lengths = match &spec.lengths {
                    Some(file) => Some(read_lengths(context, file, rows.len(), shape[0])?),
                    None => None,
                };
                (
                    shape,
                    Steps::Array {
                        array,
                        rows,
                        lengths,
                    },
                )
            }
            SequenceSource::Wide { columns, shape } => {
                let table = context.table(spec.table.as_deref())?;
                (
                    shape,
                    Steps::Wide(WideTable::open(table, context.id(id), columns)?),
                )
            }
            SequenceSource::Long { step, features } => {
                let table = context.table(spec.table.as_deref())?;
                let table = LongTable::open(table, context.id(id), step, features)?;
                let shape = match spec.shape {
                    Some([t, f]) if f == features.len() => [t, f],
                    Some([_, f]) => {
                        let n = features.len();
                        let reason = format!("`shape` wants {f} features, `features` names {n}");
                        return Err(context.contradiction(&spec.name, &reason));
                    }
                    None => [table.longest(context)?, features.len()],
                };
                (shape, Steps::Long(table))
            }
        };
        Ok(Self {
            name: spec.name.clone(),
            shape,
            steps,
        })
    }
}

impl Reader for SequenceReader {
    type Shape = SequenceShape;
    type Content = SequenceData;

    fn shape(&self) -> SequenceShape {
        let [max_len, features] = self.shape;
        SequenceShape { max_len, features }
    }

    fn load(&self, context: &Context<'_>, wanted: &Selection) -> Result<SequenceData> {
        let n = wanted.len();
        let [t, f] = self.shape;
        let mut values = zeros(n.saturating_mul(t * f), context.folder.root())?;
        let mut lengths = vec![0; n];
        let mut out = Sequences {
            values: &mut values,
            lengths: &mut lengths,
            shape: self.shape,
        };
        match &self.steps {
            Steps::Array {
                array,
                rows,
                lengths,
            } => {
                let place = |row: usize| rows.get(row).and_then(|&row| wanted.place(row));
                let length = |row: usize| match lengths {
                    Some(lengths) => lengths.get(row).copied().unwrap_or_default(),
                    None => t,
                };
                array.read_rows(place, |row| length(row) * f, out.values)?;
                for row in 0..rows.len() {
                    if let Some((_, slot)) = place(row).and_then(|place| out.row(place)) {
                        *slot = length(row);
                    }
                }
            }
            Steps::Wide(table) => table.load(context, wanted, &mut out)?,
            Steps::Long(table) => table.load(context, wanted, &mut out)?,
        }
        let mut values = Array3::from_shape_vec((n, t, f), values)
            .map_err(|e| context.contradiction(&self.name, &e.to_string()))?;
        wanted.repeat(|from, to| {
            let row = values.index_axis(Axis(0), from).to_owned();
            values.index_axis_mut(Axis(0), to).assign(&row);
            let length = lengths.get(from).copied().unwrap_or_default();
            if let Some(slot) = lengths.get_mut(to) {
                *slot = length;
            }
        });
        Ok(SequenceData { values, lengths })
    }
}

fn read_lengths(context: &Context<'_>, file: &str, n: usize, max_len: usize) -> Result<Vec<usize>> {
    let array = ArrayFile::open(&context.folder.file(file)?, None)?;
    let lengths = array.read_lengths(max_len)?;
    if lengths.len() == n {
        return Ok(lengths);
    }
    Err(DataError::new(
        Defect::WrongShape,
        array.path(),
        format!("has {} lengths for {n} sequences", lengths.len()),
        "save one length per sequence",
    ))
}
