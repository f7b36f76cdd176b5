//! Rows that hang together.

use std::collections::BTreeMap;

use midfuse_base::Validate;

use super::ClusterError;

/// The connected components of a graph of similar rows; a group per row, in the order of `ids`.
///
/// A group is named after the first of its ids in the order of names, so neither the order of the
/// rows nor that of the edges matters.
///
/// # Errors
/// [`ClusterError::UnknownRow`], [`ClusterError::DuplicateId`].
///
/// ```
/// let ids = ["a", "b", "c"].map(String::from);
/// let similar = [("c".to_owned(), "b".to_owned())];
/// let groups = midfuse_eval::cluster::by_edges(&ids, &similar)?;
/// assert_eq!(groups, ["a", "b", "b"]);
/// # Ok::<(), midfuse_eval::cluster::ClusterError>(())
/// ```
pub fn by_edges(ids: &[String], edges: &[(String, String)]) -> Result<Vec<String>, ClusterError> {
    let mut forest = Forest::new(ids)?;
    for (edge, (a, b)) in edges.iter().enumerate() {
        let unknown = |id: &String| ClusterError::UnknownRow {
            edge,
            id: id.clone(),
        };
        let a = forest.find_id(a).ok_or_else(|| unknown(a))?;
        let b = forest.find_id(b).ok_or_else(|| unknown(b))?;
        forest.join(a, b);
    }
    Ok(forest.names())
}

/// The connected components of the rows at most `threshold` apart (single linkage); a group per
/// row, in the order of `ids`. Rows of two groups are more than `threshold` apart.
///
/// `distances` holds the pairs above the diagonal, row after row: `(0,1), (0,2), ..., (1,2), ...`.
///
/// # Errors
/// [`ClusterError::Length`] unless there are `n (n - 1) / 2` distances; [`ClusterError::Number`] for
/// one that is negative or not finite; [`ClusterError::Config`] for such a threshold;
/// [`ClusterError::DuplicateId`].
pub fn by_distance(
    ids: &[String],
    distances: &[f64],
    threshold: f64,
) -> Result<Vec<String>, ClusterError> {
    Validate::new("by_distance").non_negative("threshold", threshold)?;
    let (n, got) = (ids.len(), distances.len());
    let expected = n * n.saturating_sub(1) / 2;
    if got != expected {
        return Err(ClusterError::Length {
            what: "distances",
            expected,
            got,
        });
    }
    let mut forest = Forest::new(ids)?;
    let pairs = (0..n).flat_map(|a| (a + 1..n).map(move |b| (a, b)));
    for ((a, b), &distance) in pairs.zip(distances) {
        if !distance.is_finite() || distance < 0.0 {
            let id = ids.get(a).cloned().unwrap_or_default();
            return Err(ClusterError::Number {
                id,
                what: "distance of at least 0",
                got: distance,
            });
        }
        if distance <= threshold {
            forest.join(a, b);
        }
    }
    Ok(forest.names())
}

/// Disjoint sets of rows, each with the position of its first id as root.
struct Forest<'a> {
    ids: &'a [String],
    position: BTreeMap<&'a str, usize>,
    parent: Vec<usize>,
}

impl<'a> Forest<'a> {
    fn new(ids: &'a [String]) -> Result<Self, ClusterError> {
        let mut position = BTreeMap::new();
        for (at, id) in ids.iter().enumerate() {
            if position.insert(id.as_str(), at).is_some() {
                return Err(ClusterError::DuplicateId { id: id.clone() });
            }
        }
        Ok(Self {
            ids,
            position,
            parent: (0..ids.len()).collect(),
        })
    }

    fn find_id(&self, id: &str) -> Option<usize> {
        self.position.get(id).copied()
    }

    fn root(&mut self, row: usize) -> usize {
        let mut root = row;
        while let Some(&above) = self.parent.get(root).filter(|&&above| above != root) {
            root = above;
        }
        // Paths are shortened on the way.
        let mut at = row;
        while at != root {
            let Some(slot) = self.parent.get_mut(at) else {
                break;
            };
            at = std::mem::replace(slot, root);
        }
        root
    }

    fn join(&mut self, a: usize, b: usize) {
        let (a, b) = (self.root(a), self.root(b));
        let (first, second) = if self.ids.get(a) <= self.ids.get(b) {
            (a, b)
        } else {
            (b, a)
        };
        if let Some(slot) = self.parent.get_mut(second) {
            *slot = first;
        }
    }

    fn names(mut self) -> Vec<String> {
        let roots: Vec<usize> = (0..self.ids.len()).map(|row| self.root(row)).collect();
        roots
            .into_iter()
            .filter_map(|root| self.ids.get(root).cloned())
            .collect()
    }
}
