//! Some rows of a modality that was read whole.

use midfuse_data::ModalityData;
use ndarray::Axis;

/// The rows at these positions, in this order; positions are known to exist.
pub(crate) fn select_rows(data: &ModalityData, rows: &[usize]) -> ModalityData {
    fn pick<T: Clone>(values: &[T], rows: &[usize]) -> Vec<T> {
        rows.iter()
            .filter_map(|&row| values.get(row))
            .cloned()
            .collect()
    }
    match data {
        ModalityData::Image { pixels, present } => ModalityData::Image {
            pixels: pixels.select(Axis(0), rows),
            present: pick(present, rows),
        },
        ModalityData::Sequence { values, lengths } => ModalityData::Sequence {
            values: values.select(Axis(0), rows),
            lengths: pick(lengths, rows),
        },
        ModalityData::Text { texts } => ModalityData::Text {
            texts: pick(texts, rows),
        },
        ModalityData::Tabular {
            numeric,
            numeric_names,
            categorical,
            categorical_names,
            present,
        } => ModalityData::Tabular {
            numeric: numeric.select(Axis(0), rows),
            numeric_names: numeric_names.clone(),
            categorical: pick(categorical, rows),
            categorical_names: categorical_names.clone(),
            present: pick(present, rows),
        },
    }
}
