//! From what small rows take to what large rows take.

/// The value at `x` of the polynomial through the last three points; through fewer of a square alone,
/// which errs towards too much; never less than the last point's, since a larger row takes no less. The points are sorted.
pub(super) fn extrapolate(points: &[(f64, f64)], x: f64) -> f64 {
    let at = match *points {
        [] => return 0.0,
        [(x0, y0)] => y0 * (x / x0).powi(2),
        [(x0, y0), (x1, y1)] => y0 + (y1 - y0) * (x * x - x0 * x0) / (x1 * x1 - x0 * x0),
        [.., (x0, y0), (x1, y1), (x2, y2)] => {
            // Newton's divided differences.
            let (first, second) = ((y1 - y0) / (x1 - x0), (y2 - y1) / (x2 - x1));
            let curvature = (second - first) / (x2 - x0);
            y2 + (x - x2) * (second + curvature.max(0.0) * (x - x1))
        }
    };
    let last = points.last().map_or(0.0, |&(_, y)| y);
    at.max(last)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_parabola_is_met() {
        let of = |x: f64| 5.0 + 3.0 * x + 2.0 * x * x;
        let points = [0.25, 1.0, 4.0].map(|x| (x, of(x)));
        assert!((extrapolate(&points, 64.0) - of(64.0)).abs() < 1e-9);
        let square = |x: f64| 5.0 + 2.0 * x * x;
        let points = [1.0, 4.0].map(|x| (x, square(x)));
        assert!((extrapolate(&points, 64.0) - square(64.0)).abs() < 1e-9);
        assert!((extrapolate(&points[..1], 2.0) - 4.0 * square(1.0)).abs() < 1e-9);
    }

    #[test]
    fn it_does_not_fall() {
        // What is saturated stays; a dent is no reason to believe in less.
        assert!((extrapolate(&[(1.0, 2.0), (4.0, 8.0), (16.0, 8.0)], 64.0) - 8.0).abs() < 1e-9);
        assert!(extrapolate(&[(1.0, 2.0), (4.0, 9.0), (16.0, 8.0)], 64.0) >= 8.0);
        assert!(extrapolate(&[], 1.0).abs() < 1e-9);
    }
}
