//! Rows in blocks of space.

use midfuse_base::Validate;

use super::ClusterError;

/// Square blocks of side `side` on a grid; a group per row, in the order of `ids`. Coordinates are in
/// the unit of `side`, in a projection in which distances are true (not degrees).
///
/// Rows near a border still have near rows in the block beside it: make `side` several times the
/// distance over which rows are alike, or group by distance with
/// [`by_distance`](super::by_distance), which keeps groups apart.
///
/// Source: Roberts et al., *Ecography* 40 (2017), blocks in space.
///
/// # Errors
/// [`ClusterError::Length`]; [`ClusterError::Number`] for a coordinate that is not finite;
/// [`ClusterError::Config`] for a side that is not above 0.
pub fn spatial_blocks(
    ids: &[String],
    points: &[(f64, f64)],
    side: f64,
) -> Result<Vec<String>, ClusterError> {
    Validate::new("spatial_blocks").above_zero("side", side)?;
    if ids.len() != points.len() {
        let (expected, got) = (ids.len(), points.len());
        return Err(ClusterError::Length {
            what: "points",
            expected,
            got,
        });
    }
    let block = |(id, &(x, y)): (&String, &(f64, f64))| {
        // Adding 0 makes the one 0 of both, so that a sign that nobody sees names no other block.
        let cell = |value: f64| (value / side).floor() + 0.0;
        match [x, y].into_iter().find(|value| !cell(*value).is_finite()) {
            Some(got) => Err(ClusterError::Number {
                id: id.clone(),
                what: "coordinate",
                got,
            }),
            None => Ok(format!("block {} {}", cell(x), cell(y))),
        }
    };
    ids.iter().zip(points).map(block).collect()
}
