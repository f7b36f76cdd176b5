//! Near duplicates of texts: shingles, MinHash, Jaccard similarity.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use midfuse_base::Seed;

use super::finding::Finding;
use super::folds::Folds;
use super::near::{Pair, pairs_finding};
use super::target::Target;
use crate::content::Content;
use crate::detector::Detector;
use crate::evidence::Evidence;

/// Near copies among the texts of each modality.
pub(crate) const DETECTOR: Detector = |evidence| evidence.of_contents(of_content);

fn of_content(evidence: &Evidence<'_>, content: &Content) -> Vec<Finding> {
    let Some(texts) = &content.texts else {
        return Vec::new();
    };
    let texts: Vec<Option<&str>> = texts.iter().map(Option::as_deref).collect();
    let found = near_duplicate_texts(
        &content.name,
        &texts,
        evidence.target().as_ref(),
        evidence.groups(),
        evidence.folds(),
    );
    found.into_iter().collect()
}

/// Words of a shingle of running text.
const WORDS: usize = 3;
/// Characters of a shingle of what has few words, such as a sequence of bases.
const LETTERS: usize = 5;
/// Texts of fewer shingles are not compared.
const FEWEST_SHINGLES: usize = 10;
/// Similarity that is never exceeded by chance in texts that have nothing in common.
const LEAST_SIMILARITY: f64 = 0.8;
/// Bands and hashes per band: similarity .8 is missed once in 5,000 pairs.
const BANDS: usize = 16;
const PER_BAND: usize = 4;
/// Random pairs of one class for the calibration.
const RANDOM_PAIRS: u64 = 2000;
/// In a bucket of more texts, each is compared with this many before it.
const MOST_IN_BUCKET: usize = 50;

/// Finds texts that are nearly the same but not identical:
/// [`Code::NearDuplicate`](super::Code::NearDuplicate).
///
/// Shingles are three words, or five characters where a text has fewer than eight words. Candidates
/// come from MinHash (Broder 1997) in 16 bands of 4, and are compared by the Jaccard similarity
/// of all their shingles. The threshold is .8, or half way from the 99.9 % quantile of 2,000 random pairs
/// of one class (a lower one below 5,000 texts) to 1 where that is higher, so that texts from one template are not called copies.
pub fn near_duplicate_texts(
    name: &str,
    texts: &[Option<&str>],
    target: Option<&Target<'_>>,
    groups: Option<&[usize]>,
    folds: Option<&Folds>,
) -> Option<Finding> {
    let sets = distinct(texts, target);
    let limit = calibrated(&sets);
    let mut buckets: BTreeMap<(usize, u64), Vec<usize>> = BTreeMap::new();
    for (at, text) in sets.iter().enumerate() {
        for (band, key) in bands(&text.shingles).into_iter().enumerate() {
            buckets.entry((band, key)).or_default().push(at);
        }
    }
    let mut seen = HashSet::new();
    let mut pairs: Vec<Pair> = Vec::new();
    for members in buckets.values() {
        for (place, &b) in members.iter().enumerate() {
            let before = members.iter().take(place).rev().take(MOST_IN_BUCKET);
            for &a in before {
                let (Some(one), Some(other)) = (sets.get(a), sets.get(b)) else {
                    continue;
                };
                if seen.insert((a, b)) && jaccard(&one.shingles, &other.shingles) >= limit {
                    pairs.push((one.rows.clone(), other.rows.clone()));
                }
            }
        }
    }
    let how = format!("share {:.0} % or more of their shingles", 100.0 * limit);
    pairs_finding(name, pairs, &how, texts.len(), groups, folds)
}

/// A text and the rows that hold it.
struct Text {
    rows: Vec<usize>,
    class: usize,
    shingles: Vec<u64>,
}

/// The distinct texts that are long enough, in an order that does not depend on that of the rows and
/// puts texts that begin alike far apart.
fn distinct(texts: &[Option<&str>], target: Option<&Target<'_>>) -> Vec<Text> {
    let mut rows_of: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (row, text) in texts.iter().enumerate() {
        if let Some(text) = text {
            rows_of.entry(text).or_default().push(row);
        }
    }
    let mut ordered: Vec<(u64, &str, Vec<usize>)> = rows_of
        .into_iter()
        .map(|(text, rows)| (hash(text.as_bytes()), text, rows))
        .collect();
    ordered.sort_unstable();
    ordered
        .into_iter()
        .filter_map(|(_, text, rows)| {
            let shingles = shingles(text);
            let classes = rows
                .iter()
                .map(|&row| target.map_or(0, |target| target.stratum(row)));
            Some(Text {
                class: classes.min()?,
                rows,
                shingles,
            })
        })
        .filter(|text| text.shingles.len() >= FEWEST_SHINGLES)
        .collect()
}

/// Hashes of the shingles of a text, ascending, without repeats.
fn shingles(text: &str) -> Vec<u64> {
    let lower = text.to_lowercase();
    let words: Vec<&str> = lower
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .collect();
    let hashes: BTreeSet<u64> = if words.len() >= 8 {
        let shingle = |words: &[&str]| hash(words.join(" ").as_bytes());
        words.windows(WORDS).map(shingle).collect()
    } else {
        let letters: Vec<char> = lower.chars().collect();
        let shingle = |letters: &[char]| hash(letters.iter().collect::<String>().as_bytes());
        letters.windows(LETTERS).map(shingle).collect()
    };
    hashes.into_iter().collect()
}

/// FNV-1a, then a finaliser: the same on every platform and in every release.
fn hash(bytes: &[u8]) -> u64 {
    mix(bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, &byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    }))
}

/// The finaliser of SplitMix64.
fn mix(value: u64) -> u64 {
    let value = (value ^ (value >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let value = (value ^ (value >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    value ^ (value >> 31)
}

/// One key per band: equal for similar sets.
fn bands(set: &[u64]) -> Vec<u64> {
    let lowest = |k: u64| {
        let salt = mix(k.wrapping_mul(0x9e37_79b9_7f4a_7c15));
        set.iter()
            .map(|&shingle| mix(shingle ^ salt))
            .min()
            .unwrap_or(0)
    };
    let signature: Vec<u64> = (1..=(BANDS * PER_BAND) as u64).map(lowest).collect();
    let key = |band: &[u64]| {
        let bytes: Vec<u8> = band.iter().flat_map(|word| word.to_le_bytes()).collect();
        hash(&bytes)
    };
    signature.chunks(PER_BAND).map(key).collect()
}

/// Share of common elements of two ascending lists.
fn jaccard(a: &[u64], b: &[u64]) -> f64 {
    let common = a
        .iter()
        .filter(|shingle| b.binary_search(shingle).is_ok())
        .count();
    common as f64 / (a.len() + b.len() - common).max(1) as f64
}

/// The similarity from which a pair is a copy.
fn calibrated(sets: &[Text]) -> f64 {
    let mut classes: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (at, text) in sets.iter().enumerate() {
        classes.entry(text.class).or_default().push(at);
    }
    let pick = |seed: u64, draw: u64, of: usize| {
        (Seed(seed).hash(&draw.to_le_bytes()) % of.max(1) as u64) as usize
    };
    let mut similar: Vec<f64> = (0..RANDOM_PAIRS)
        .filter_map(|draw| {
            let first = pick(2, draw, sets.len());
            let one = sets.get(first)?;
            let class = classes.get(&one.class)?;
            let second = *class.get(pick(1, draw, class.len()))?;
            let other = sets.get(second)?;
            (first != second).then(|| jaccard(&one.shingles, &other.shingles))
        })
        .collect();
    similar.sort_by(f64::total_cmp);
    // Copies among the random pairs must not set the threshold: there are about one per text.
    let level = 1.0 - (5.0 / sets.len().max(1) as f64).clamp(0.001, 1.0);
    let quantile = similar
        .get((similar.len() as f64 * level) as usize)
        .or(similar.last())
        .copied()
        .unwrap_or(0.0);
    LEAST_SIMILARITY.max(f64::midpoint(1.0, quantile))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn note(row: u64) -> String {
        let words: Vec<String> = (0..60)
            .map(|k| format!("w{}", Seed(row).hash(&[k]) % 200))
            .collect();
        words.join(" ")
    }

    #[test]
    fn a_text_with_one_word_changed_is_a_copy() {
        let mut notes: Vec<String> = (0..80).map(note).collect();
        let found = |notes: &[String]| {
            let texts: Vec<Option<&str>> = notes.iter().map(|note| Some(note.as_str())).collect();
            near_duplicate_texts("note", &texts, None, None, None).map(|found| found.rows)
        };
        assert_eq!(found(&notes), None);
        notes[70] = notes[5].replacen("w1", "changed", 1);
        assert_eq!(found(&notes), Some(vec![vec![5, 70]]));
    }

    #[test]
    fn a_shifted_window_of_bases_is_a_copy() {
        let bases: String = (0..400_u64)
            .map(|k| char::from(b"ACGT"[(Seed(k).hash(&[]) % 4) as usize]))
            .collect();
        let mut windows: Vec<&str> = (0..12).map(|k| &bases[30 * k..30 * k + 30]).collect();
        windows.push(&bases[91..121]);
        let texts: Vec<Option<&str>> = windows.into_iter().map(Some).collect();
        let found = near_duplicate_texts("guide", &texts, None, None, None);
        assert_eq!(found.map(|found| found.rows), Some(vec![vec![3, 12]]));
    }

    #[test]
    fn texts_of_one_template_are_no_copies() {
        let form = |row: u64| {
            format!(
                "{} the patient was seen on day {row} and is well again thank you",
                "this is the form of the ward ".repeat(3)
            )
        };
        let notes: Vec<String> = (0..60).map(form).collect();
        let texts: Vec<Option<&str>> = notes.iter().map(|note| Some(note.as_str())).collect();
        assert_eq!(near_duplicate_texts("note", &texts, None, None, None), None);
    }
}
