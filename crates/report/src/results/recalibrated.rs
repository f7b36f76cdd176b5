//! What predictions passed through, in one place for page and checklist.

use midfuse_base::{Recalibration, RecalibrationMethod};

use super::Results;

impl Results {
    /// How predictions of the refits were recalibrated, with the temperatures of each strategy.
    pub fn recalibration_sentence(&self) -> String {
        let refits = || self.arms.iter().flat_map(|arm| &arm.folds);
        let count = |method| {
            let maps = refits().filter_map(|fold| fold.recalibration.as_ref());
            maps.filter(|map| map.method() == method).count()
        };
        let asked = self.study.protocol.calibration;
        let total = refits().count();
        let plain = refits().filter(|fold| fold.recalibration.is_none()).count();
        if plain == total {
            let why = match asked {
                Some(RecalibrationMethod::None) | None => String::new(),
                Some(_) => few(),
            };
            return format!("Predictions are as the models make them, without recalibration{why}.");
        }
        let text =
            "Predictions of each refit passed through a map that the predictions of its inner folds decided: "
                .to_owned();
        let mut parts = Vec::new();
        let temperatures: Vec<String> = self
            .arms
            .iter()
            .filter_map(|arm| {
                let maps = arm
                    .folds
                    .iter()
                    .filter_map(|fold| fold.recalibration.as_ref());
                let of_arm: Vec<f64> = maps.filter_map(Recalibration::temperature).collect();
                let low = of_arm.iter().copied().reduce(f64::min)?;
                let high = of_arm.iter().copied().reduce(f64::max)?;
                Some(format!("{} {low:.2} to {high:.2}", arm.name))
            })
            .collect();
        if !temperatures.is_empty() {
            parts.push(format!(
                "one temperature, above 1 where a model was too sure ({})",
                temperatures.join(", ")
            ));
        }
        for (method, what) in [
            (RecalibrationMethod::Vector, "a weight and a bias per class"),
            (RecalibrationMethod::Isotonic, "a rising curve"),
        ] {
            match count(method) {
                0 => {}
                n => parts.push(format!("{what} ({n} of {total} refits)")),
            }
        }
        if plain > 0 {
            parts.push(format!("none for {plain} of {total} refits{}", few()));
        }
        text + &parts.join("; ") + "."
    }
}

fn few() -> String {
    let fewest = RecalibrationMethod::Temperature.fewest_units();
    format!(", whose inner folds have fewer than {fewest} units (or events)")
}
