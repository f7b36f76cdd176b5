//! The least value of a function of the logarithm of a temperature.

/// Temperatures from e^-5 to e^5 are looked at.
const REACH: f64 = 5.0;
/// Points of the grid on either side of 0.
const GRID: i32 = 20;
/// Each step of the golden section keeps .618 of the interval: .25 * 2 becomes 1e-8.
const STEPS: usize = 38;

/// Where `f` is least: the best point of a grid, refined by a golden section between its neighbours.
pub(super) fn minimum(f: impl Fn(f64) -> f64) -> f64 {
    let step = REACH / f64::from(GRID);
    let grid = (-GRID..=GRID).map(|i| f64::from(i) * step);
    let scored = grid.map(|x| (x, f(x))).filter(|(_, y)| !y.is_nan());
    let best = scored.min_by(|a, b| a.1.total_cmp(&b.1));
    let centre = best.map_or(0.0, |(x, _)| x);
    let shrink = (5f64.sqrt() - 1.0) / 2.0;
    let (mut low, mut high) = (centre - step, centre + step);
    let mut left = high - shrink * (high - low);
    let mut right = low + shrink * (high - low);
    let (mut at_left, mut at_right) = (f(left), f(right));
    for _ in 0..STEPS {
        if at_left <= at_right {
            (high, right, at_right) = (right, left, at_left);
            left = high - shrink * (high - low);
            at_left = f(left);
        } else {
            (low, left, at_left) = (left, right, at_right);
            right = low + shrink * (high - low);
            at_right = f(right);
        }
    }
    f64::midpoint(low, high)
}

#[cfg(test)]
mod tests {
    use super::minimum;

    #[test]
    fn it_finds_the_lower_of_two_valleys() {
        let f = |x: f64| (x * x - 4.0).powi(2) + x;
        let at = minimum(f);
        assert!((at + 2.0309).abs() < 1e-3, "{at}");
        assert!((minimum(|x| (x - 0.3).abs()) - 0.3).abs() < 1e-6);
    }
}
