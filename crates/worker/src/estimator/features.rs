//! The raw features of a job's rows as one table.

use midfuse_core::convert::to_f64s;
use ndarray::{Array1, Array2, Axis, Slice};
use tch::Kind;

use crate::modality::{AnyInput, Sizes};
use crate::{Error, Result};

/// `[N, P]` of N rows: the features of each modality, flattened, NaN for a number that is missing, zeros
/// for what else is absent; then one presence flag per modality.
pub(crate) fn features(inputs: &[AnyInput], sizes: &[Sizes], n: usize) -> Result<Array2<f64>> {
    let width: i64 = sizes.iter().map(Sizes::n_raw).sum();
    let mut table = Array2::zeros((n, width as usize + inputs.len()));
    let mut at = 0;
    for (nth, (input, sizes)) in inputs.iter().zip(sizes).enumerate() {
        let d = sizes.n_raw() as usize;
        let raw = input.raw_features(&sizes.n_codes());
        let mut values = raw.values.to_kind(Kind::Float).flatten(1, -1).copy();
        let mut flags = vec![1.0; n];
        if let Some(present) = &raw.present {
            values = values.masked_fill(&present.logical_not().unsqueeze(1), 0.0);
            flags = to_f64s(present)?;
        }
        if let Some(missing) = input.missing() {
            let width = missing.size().last().copied().unwrap_or_default();
            let _ = values.narrow(1, 0, width).masked_fill_(&missing, f64::NAN);
        }
        let values = to_f64s(&values)?;
        let block = Array2::from_shape_vec((n, d), values).map_err(|error| {
            let expected = format!("{n} rows of {d} features");
            Error::request(
                format!("a {} modality", sizes.kind()),
                expected,
                error.to_string(),
            )
        })?;
        table
            .slice_axis_mut(Axis(1), Slice::from(at..at + d))
            .assign(&block);
        let flags = Array1::from(flags);
        table.column_mut(width as usize + nth).assign(&flags);
        at += d;
    }
    Ok(table)
}

#[cfg(test)]
mod tests {
    use midfuse_tabular::TabularInput;
    use ndarray::array;
    use serde_json::{Value, json};
    use tch::{Device, Tensor};

    use super::*;
    use crate::modality::RowSizes;

    /// A row of this many numbers.
    #[derive(Debug)]
    struct Numbers(i64);

    impl RowSizes for Numbers {
        fn kind(&self) -> &'static str {
            "tabular"
        }

        fn fields(&self) -> Value {
            json!({})
        }

        fn n_raw(&self) -> i64 {
            self.0
        }

        fn rows_of_zeros(&self, b: i64, device: Device) -> midfuse_core::Result<AnyInput> {
            let zeros = Tensor::zeros([b, self.0], (Kind::Float, device));
            Ok(AnyInput::new(TabularInput::new(Some(zeros), None, None)?))
        }
    }

    #[test]
    fn modalities_stand_side_by_side_and_missing_numbers_are_nan() {
        let of = |values: &[f32], present: &[bool]| {
            let values = Tensor::from_slice(values).view([2, -1]);
            let present = Tensor::from_slice(present);
            AnyInput::new(TabularInput::new(Some(values), None, Some(present)).unwrap())
        };
        let inputs = [
            of(&[1.0, f32::NAN, 3.0, 4.0], &[true, true]),
            of(&[7.0, f32::NAN], &[true, false]),
        ];
        let sizes = [Sizes::new(Numbers(2)), Sizes::new(Numbers(1))];
        let table = features(&inputs, &sizes, 2).unwrap();
        assert!(table[[0, 1]].is_nan() && table[[1, 2]].is_nan());
        let expected = array![[1.0, 0.0, 7.0, 1.0, 1.0], [3.0, 4.0, 0.0, 1.0, 0.0]];
        assert_eq!(table.mapv(|x| if x.is_nan() { 0.0 } else { x }), expected);
        assert!(
            features(
                &inputs,
                &[Sizes::new(Numbers(3)), Sizes::new(Numbers(1))],
                2
            )
            .is_err()
        );
    }
}
