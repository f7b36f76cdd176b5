//! The mean of several maps: those of the folds of a study, for the model that is fitted on all rows.

use super::{Knots, Recalibration};

impl Recalibration {
    /// The mean of the maps of one method, the most frequent one (of equally frequent ones the first
    /// in [`RecalibrationMethod`](super::RecalibrationMethod)): of the logarithms of temperatures and
    /// weights, of biases, of the heights of curves. `None` without any.
    pub fn mean(maps: &[&Self]) -> Option<Self> {
        let (mut logs, mut vectors, mut curves) = (Vec::new(), Vec::new(), Vec::new());
        for map in maps {
            match map {
                Self::Temperature { temperature } => logs.push(temperature.ln()),
                Self::Vector { weights, biases } => vectors.push((weights, biases)),
                Self::Isotonic { curves: of_map } => curves.push(of_map),
            }
        }
        let most = logs.len().max(vectors.len()).max(curves.len());
        if most == 0 {
            None
        } else if logs.len() == most {
            let temperature = mean_of(logs.into_iter()).exp();
            Some(Self::Temperature { temperature })
        } else if vectors.len() == most {
            let n_classes = vectors.iter().map(|(weights, _)| weights.len()).max()?;
            let weight = |class: usize| {
                let of_maps = vectors.iter().filter_map(|(weights, _)| weights.get(class));
                mean_of(of_maps.map(|weight: &f64| weight.ln())).exp()
            };
            let bias = |class: usize| {
                let of_maps = vectors.iter().filter_map(|(_, biases)| biases.get(class));
                mean_of(of_maps.copied())
            };
            Some(Self::Vector {
                weights: (0..n_classes).map(weight).collect(),
                biases: (0..n_classes).map(bias).collect(),
            })
        } else {
            let n_curves = curves.iter().map(|of_map| of_map.len()).max()?;
            let curve = |i: usize| {
                let of_maps: Vec<&Knots> = curves.iter().filter_map(|map| map.get(i)).collect();
                let mut x: Vec<f64> = of_maps
                    .iter()
                    .flat_map(|knots| knots.x())
                    .copied()
                    .collect();
                x.sort_by(f64::total_cmp);
                x.dedup();
                let height = |&x: &f64| mean_of(of_maps.iter().map(|knots| knots.at(x)));
                let y = x.iter().map(height).collect();
                Knots::new(x, y)
            };
            Some(Self::Isotonic {
                curves: (0..n_curves).map(curve).collect(),
            })
        }
    }
}

fn mean_of(values: impl Iterator<Item = f64>) -> f64 {
    let (sum, n) = values.fold((0.0, 0.0), |(sum, n), value| (sum + value, n + 1.0));
    sum / n
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn temperatures_are_averaged_as_factors() {
        let [cold, warm] = [0.5, 8.0].map(|temperature| Recalibration::Temperature { temperature });
        let mean = Recalibration::mean(&[&cold, &warm]).unwrap();
        assert!((mean.temperature().unwrap() - 2.0).abs() < 1e-12);
        assert_eq!(Recalibration::mean(&[]), None);
    }

    #[test]
    fn weights_as_factors_biases_as_terms_and_the_rarer_method_is_left_out() {
        let vector = |weight: f64, bias: f64| Recalibration::Vector {
            weights: vec![weight, 1.0],
            biases: vec![bias, 0.0],
        };
        let (a, b) = (vector(1.0, 1.0), vector(4.0, 2.0));
        let other = Recalibration::Temperature { temperature: 9.0 };
        let mean = Recalibration::mean(&[&a, &other, &b]).unwrap();
        let Recalibration::Vector { weights, biases } = mean else {
            panic!("two of three are vectors")
        };
        assert!((weights[0] - 2.0).abs() < 1e-12 && (biases[0] - 1.5).abs() < 1e-12);
    }

    #[test]
    fn curves_are_averaged_at_the_points_of_all() {
        let curve = |x: &[f64], y: &[f64]| Recalibration::Isotonic {
            curves: vec![Knots::new(x.to_vec(), y.to_vec())],
        };
        let (a, b) = (curve(&[0.2, 0.6], &[0.1, 0.5]), curve(&[0.4], &[0.7]));
        let mean = Recalibration::mean(&[&a, &b]).unwrap();
        assert_eq!(mean.check(2), Ok(()));
        let Recalibration::Isotonic { curves } = mean else {
            panic!("both are curves")
        };
        for (x, want) in [(0.2, 0.4), (0.4, 0.5), (0.6, 0.6)] {
            assert!((curves[0].at(x) - want).abs() < 1e-12);
        }
    }
}
