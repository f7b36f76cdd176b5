//! The few drawing means that the plots share.

/// Maps values to pixels, linearly.
#[derive(Debug, Clone, Copy)]
pub struct Axis {
    low: f64,
    high: f64,
    from: f64,
    to: f64,
}

impl Axis {
    /// An axis over all finite values, with a margin of 4 %, from pixel `from` to pixel `to`.
    pub fn over(values: impl Iterator<Item = f64>, from: f64, to: f64) -> Self {
        let (mut low, mut high) = (f64::INFINITY, f64::NEG_INFINITY);
        for value in values.filter(|value| value.is_finite()) {
            low = low.min(value);
            high = high.max(value);
        }
        if low > high {
            (low, high) = (0.0, 1.0);
        }
        let margin = if high > low {
            (high - low) * 0.04
        } else {
            low.abs().max(1.0) * 0.05
        };
        Self {
            low: low - margin,
            high: high + margin,
            from,
            to,
        }
    }

    /// An axis from `low` to `high`.
    pub fn exact(low: f64, high: f64, from: f64, to: f64) -> Self {
        Self {
            low,
            high,
            from,
            to,
        }
    }

    /// The pixel of a value; values that are not finite, or outside, lie on the edge.
    pub fn at(&self, value: f64) -> f64 {
        let value = if value.is_nan() {
            self.low
        } else {
            value.clamp(self.low, self.high)
        };
        self.from + (value - self.low) / (self.high - self.low) * (self.to - self.from)
    }

    /// About `n` round values within the axis.
    pub fn ticks(&self, n: usize) -> Vec<f64> {
        let raw = (self.high - self.low) / n.max(1) as f64;
        let magnitude = 10_f64.powf(raw.log10().floor());
        let step = [1.0, 2.0, 5.0, 10.0]
            .into_iter()
            .map(|factor| factor * magnitude)
            .find(|&step| step >= raw)
            .unwrap_or(raw);
        let first = (self.low / step).ceil() as i64;
        let last = (self.high / step).floor() as i64;
        (first..=last.min(first + 20))
            .map(|i| i as f64 * step)
            .collect()
    }
}

/// A tick's label: as many decimals as its neighbours need.
pub fn tick_label(value: f64, ticks: &[f64]) -> String {
    let step = match ticks {
        [first, second, ..] => (second - first).abs(),
        _ => value.abs(),
    };
    let decimals = if step > 0.0 {
        (-step.log10().floor()).clamp(0.0, 8.0) as usize
    } else {
        0
    };
    let label = format!("{value:.decimals$}");
    if label
        .trim_start_matches('-')
        .chars()
        .all(|c| c == '0' || c == '.')
    {
        "0".to_owned()
    } else {
        label
    }
}

/// An `<svg>` of this size with a title for people who cannot see it; `title` is escaped already.
pub fn svg(width: f64, height: f64, title: &str, body: &str) -> String {
    format!(
        "<svg viewBox=\"0 0 {width} {height}\" width=\"{width}\" height=\"{height}\" role=\"img\" aria-label=\"{title}\">{body}</svg>"
    )
}

/// The points of a polyline.
pub fn path(points: impl Iterator<Item = (f64, f64)>) -> String {
    points
        .map(|(x, y)| format!("{x:.1},{y:.1}"))
        .collect::<Vec<_>>()
        .join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_are_round_and_inside() {
        let axis = Axis::exact(0.0, 1.0, 0.0, 100.0);
        assert_eq!(axis.ticks(5).len(), 6);
        assert_eq!(tick_label(0.2, &axis.ticks(5)), "0.2");
        assert!((axis.at(0.25) - 25.0).abs() < 1e-12);
        assert!((axis.at(f64::NAN)).abs() < 1e-12);
    }

    #[test]
    fn an_axis_over_nothing_or_one_value_is_usable() {
        for values in [
            vec![],
            vec![2.0],
            vec![f64::NAN, f64::INFINITY],
            vec![0.0, 0.0],
        ] {
            let axis = Axis::over(values.into_iter(), 0.0, 10.0);
            assert!(axis.at(2.0).is_finite());
            assert!(!axis.ticks(4).is_empty());
        }
    }
}
