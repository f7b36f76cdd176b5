//! Near duplicates of images, by a perceptual hash.
//!
//! The hash is that of pHash and PDQ (Zauner 2010; Davis & Rosen 2019): the low frequencies of a
//! discrete cosine transform. Their signs, 63 bits, find candidates; the coefficients themselves
//! decide, because how close is too close depends on how alike the images of a class are.

mod crop;
mod thumbnail;

use std::collections::BTreeMap;

use ndarray::Array2;

use self::crop::{Window, nearest_window, windows};
pub use self::thumbnail::Thumbnail;
use self::thumbnail::{FREQUENCIES, WHOLE, closer, cosines, turned};
use super::finding::Finding;
use super::folds::Folds;
use super::near::{NEIGHBOUR, Pair, dimension, pairs_finding, ratio_of};
use super::target::Target;
use crate::content::Content;
use crate::detector::Detector;
use crate::evidence::Evidence;

/// Near copies among the images of each modality.
pub(crate) const DETECTOR: Detector = |evidence| evidence.of_contents(of_content);

fn of_content(evidence: &Evidence<'_>, content: &Content) -> Vec<Finding> {
    let Some(thumbnails) = &content.thumbnails else {
        return Vec::new();
    };
    let images = Images {
        name: &content.name,
        hashes: &content.hashes,
        thumbnails,
    };
    let found = near_duplicate_images(
        &images,
        evidence.target().as_ref(),
        evidence.groups(),
        evidence.folds(),
    );
    found.into_iter().collect()
}

/// Images of one modality, row by row.
#[derive(Debug, Clone, Copy)]
pub struct Images<'a> {
    /// Name of the modality.
    pub name: &'a str,
    /// A hash of all pixels of each row, `[N]`: rows of equal hash are copies, which are left to
    /// [`exact_duplicates`](super::exact_duplicates).
    pub hashes: &'a [Option<u128>],
    /// The thumbnail of each row, `[N]`; `None` where there is no image, or a constant one.
    pub thumbnails: &'a [Option<Thumbnail>],
}

/// Images beyond this number are not compared.
const MOST_IMAGES: usize = 20_000;
/// Images of a class that the tenth neighbour is sought in.
const REFERENCE: usize = 2000;
/// Frequencies per axis whose signs are the bits: 63 without the brightness.
const BIT_FREQUENCIES: usize = 8;
/// Bits that differ at most in candidates for a copy, and for a crop.
const MOST_BITS: u32 = 20;
const MOST_BITS_OF_CROP: u32 = 15;
/// Images in which a crop is sought with care, the nearest first.
const CROPS_TRIED: usize = 2;

/// An image, and what it is compared by.
struct Entry<'a> {
    rows: Vec<usize>,
    class: usize,
    thumbnail: &'a Thumbnail,
    hash: Vec<f32>,
    bits: u64,
    /// Distance to the tenth neighbour of its class.
    scale: f32,
}

/// Finds images that look alike: [`Code::NearDuplicate`](super::Code::NearDuplicate).
///
/// An image is a copy of another if it is as good as equal after a change of size, brightness or
/// contrast, compression, one of the eight flips and quarter turns, or after one of the two was
/// cropped to 70 % or more of each side. What is as good as equal is measured on the class, as in
/// [`near_duplicates`](super::near_duplicates): the distance of the hashes must be below a share of the
/// distance from either image to the tenth neighbour of its class, chosen such that 1e-4 pairs of
/// the whole set are expected for each of the three kinds. In sets of images that are alike, such as
/// digits or frames of one camera, heavier changes are therefore not told from other images.
///
/// The grey values count, not the colours. Fewer than 11 images are not judged, and of more than
/// 20,000 those with the lowest hashes are.
pub fn near_duplicate_images(
    images: &Images<'_>,
    target: Option<&Target<'_>>,
    groups: Option<&[usize]>,
    folds: Option<&Folds>,
) -> Option<Finding> {
    let mut entries = entries(images, target)?;
    let dimension = set_scales(&mut entries)?;
    let limit = |comparisons: usize| ratio_of(dimension, entries.len() * comparisons) as f32;
    let (same, other_way, part) = (limit(1), limit(7), limit(windows().len()));
    let mut pairs: BTreeMap<(usize, usize), &'static str> = BTreeMap::new();
    look_alike(&entries, same, other_way, &mut pairs);
    crops(&entries, part, &mut pairs);
    let rows = |at: usize| entries.get(at).map(|entry| entry.rows.clone());
    let count = |kind: &str| pairs.values().filter(|&&found| found == kind).count();
    let how = format!(
        "look alike (in all rows: {} as they are, {} after a flip or turn, {} after a crop)",
        count(SAME),
        count(TURNED),
        count(CROPPED)
    );
    let found: Vec<Pair> = pairs
        .keys()
        .filter_map(|&(a, b)| Some((rows(a)?, rows(b)?)))
        .collect();
    pairs_finding(
        images.name,
        found,
        &how,
        images.thumbnails.len(),
        groups,
        folds,
    )
}

const SAME: &str = "as they are";
const TURNED: &str = "turned";
const CROPPED: &str = "cropped";

/// One entry for each distinct image, in an order that does not depend on that of the rows.
fn entries<'a>(images: &Images<'a>, target: Option<&Target<'_>>) -> Option<Vec<Entry<'a>>> {
    let mut distinct: BTreeMap<u128, Vec<usize>> = BTreeMap::new();
    for (row, hash) in images.hashes.iter().enumerate() {
        if let (Some(hash), Some(Some(_))) = (hash, images.thumbnails.get(row)) {
            distinct.entry(*hash).or_default().push(row);
        }
    }
    if distinct.len() <= NEIGHBOUR {
        return None;
    }
    let mut entries: Vec<Entry<'a>> = distinct
        .into_values()
        .take(MOST_IMAGES)
        .filter_map(|rows| {
            let thumbnail = images.thumbnails.get(*rows.first()?)?.as_ref()?;
            let classes = rows
                .iter()
                .map(|&row| target.map_or(0, |target| target.stratum(row)));
            Some(Entry {
                class: classes.min()?,
                rows,
                hash: thumbnail.hash_of(WHOLE, WHOLE),
                thumbnail,
                bits: 0,
                scale: 0.0,
            })
        })
        .collect();
    let medians = medians(&entries);
    for entry in &mut entries {
        entry.bits = bits(&entry.hash, &medians);
    }
    Some(entries)
}

/// Median of each coefficient over the images: where all of them share a background, signs alone
/// would be equal.
fn medians(entries: &[Entry<'_>]) -> Vec<f32> {
    let median = |at: usize| {
        let mut values: Vec<f32> = entries
            .iter()
            .filter_map(|entry| entry.hash.get(at).copied())
            .collect();
        let middle = values.len() / 2;
        if values.is_empty() {
            return 0.0;
        }
        *values.select_nth_unstable_by(middle, f32::total_cmp).1
    };
    (0..FREQUENCIES * FREQUENCIES).map(median).collect()
}

/// Which of the lowest frequencies lie above their median.
fn bits(hash: &[f32], medians: &[f32]) -> u64 {
    let rows = hash
        .chunks(FREQUENCIES)
        .zip(medians.chunks(FREQUENCIES))
        .take(BIT_FREQUENCIES);
    rows.flat_map(|(hash, medians)| hash.iter().zip(medians).take(BIT_FREQUENCIES))
        .fold(0, |bits, (value, median)| {
            bits << 1 | u64::from(value > median)
        })
}

/// Sets the distance to the tenth neighbour of each image, in its class where that has more than ten
/// images; gives the dimension of the set.
fn set_scales(entries: &mut [Entry<'_>]) -> Option<f64> {
    let mut classes: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (at, entry) in entries.iter().enumerate() {
        classes.entry(entry.class).or_default().push(at);
    }
    let all: Vec<usize> = (0..entries.len()).collect();
    // The order of the entries is that of a hash: the first are a random sample.
    let reference = |entry: &Entry<'_>| {
        let class = classes.get(&entry.class);
        class
            .filter(|class| class.len() > NEIGHBOUR)
            .unwrap_or(&all)
    };
    let mut nearest: Vec<Vec<f64>> = Vec::with_capacity(entries.len());
    for (at, entry) in entries.iter().enumerate() {
        let mut distances: Vec<f64> = Vec::with_capacity(NEIGHBOUR + 1);
        for &other in reference(entry).iter().take(REFERENCE) {
            let limit = distances
                .get(NEIGHBOUR - 1)
                .copied()
                .unwrap_or(f64::INFINITY);
            let Some(theirs) = entries.get(other).filter(|_| other != at) else {
                continue;
            };
            if let Some(distance) = closer(&entry.hash, &theirs.hash, limit as f32) {
                let distance = f64::from(distance);
                let place = distances.partition_point(|&known| known < distance);
                distances.insert(place, distance);
                distances.truncate(NEIGHBOUR);
            }
        }
        nearest.push(distances);
    }
    let dimension = dimension(nearest.iter().map(Vec::as_slice))?;
    let shares: Vec<f64> = entries
        .iter()
        .map(|entry| {
            let size = reference(entry).len();
            size.min(REFERENCE) as f64 / size as f64
        })
        .collect();
    for ((entry, near), share) in entries.iter_mut().zip(&nearest).zip(shares) {
        // In a sample the tenth neighbour is farther away than among all.
        let tenth = near.get(NEIGHBOUR - 1).copied().unwrap_or(0.0);
        entry.scale = (tenth * share.powf(1.0 / dimension)) as f32;
    }
    Some(dimension)
}

/// Pairs that are equal as they are, or after a flip or turn.
fn look_alike(
    entries: &[Entry<'_>],
    same: f32,
    other_way: f32,
    pairs: &mut BTreeMap<(usize, usize), &'static str>,
) {
    let medians = medians(entries);
    for (b, other) in entries.iter().enumerate() {
        for (which, turned) in turned(&other.hash).iter().enumerate() {
            let (ratio, kind) = if which == 0 {
                (same, SAME)
            } else {
                (other_way, TURNED)
            };
            let bits = bits(turned, &medians);
            for (a, one) in entries.iter().enumerate().take(b) {
                if (one.bits ^ bits).count_ones() <= MOST_BITS
                    && closer(&one.hash, turned, ratio * one.scale.min(other.scale)).is_some()
                {
                    pairs.entry((a, b)).or_insert(kind);
                }
            }
        }
    }
}

/// The cosine transforms of a window on the two axes.
type Cosines = (Array2<f32>, Array2<f32>);
/// Distance of an image to a part of another one, the place of that one, and the window.
type Part = (f32, usize, Window);

/// Pairs of which one is a part of the other.
fn crops(entries: &[Entry<'_>], ratio: f32, pairs: &mut BTreeMap<(usize, usize), &'static str>) {
    let medians = medians(entries);
    let windows = windows();
    let mut known: BTreeMap<(usize, usize), Vec<Cosines>> = BTreeMap::new();
    let mut nearest: Vec<Vec<Part>> = vec![Vec::new(); entries.len()];
    for (b, uncropped) in entries.iter().enumerate() {
        let (height, width) = uncropped.thumbnail.size();
        let cosines = known.entry((height, width)).or_insert_with(|| {
            let of = |&(down, across): &Window| (cosines(height, down), cosines(width, across));
            windows.iter().map(of).collect()
        });
        for (window, (down, across)) in windows.iter().zip(cosines) {
            let part = uncropped.thumbnail.hash(down, across);
            let bits = bits(&part, &medians);
            for ((a, one), nearest) in entries.iter().enumerate().zip(&mut nearest) {
                if (one.bits ^ bits).count_ones() > MOST_BITS_OF_CROP || a == b {
                    continue;
                }
                let own = nearest.iter().position(|&(_, other, _)| other == b);
                let last = match own {
                    Some(own) => nearest.get(own),
                    None => nearest.get(CROPS_TRIED - 1),
                };
                let limit = last.map_or(f32::INFINITY, |&(distance, ..)| distance);
                if let Some(distance) = closer(&one.hash, &part, limit) {
                    if let Some(own) = own {
                        nearest.remove(own);
                    }
                    let place = nearest.partition_point(|&(known, ..)| known < distance);
                    nearest.insert(place, (distance, b, *window));
                    nearest.truncate(CROPS_TRIED);
                }
            }
        }
    }
    for (a, (one, nearest)) in entries.iter().zip(&nearest).enumerate() {
        for &(_, b, start) in nearest {
            let Some(uncropped) = entries.get(b) else {
                continue;
            };
            let pair = (a.min(b), a.max(b));
            if !pairs.contains_key(&pair)
                && nearest_window(&one.hash, uncropped.thumbnail, start)
                    < ratio * one.scale.min(uncropped.scale)
            {
                pairs.insert(pair, CROPPED);
            }
        }
    }
}
