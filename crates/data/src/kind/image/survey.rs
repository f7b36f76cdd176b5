//! What the headers of many image files say: shapes and depths with their counts.

use std::collections::BTreeMap;
use std::path::Path;

use super::decode::{ImageHeader, image_header};

/// Files by shape and by bits per channel; those that cannot be read are left out.
#[derive(Debug, Default)]
pub(super) struct Survey {
    shapes: BTreeMap<[usize; 3], usize>,
    bits: BTreeMap<usize, usize>,
}

impl Survey {
    pub(super) fn of<'a>(files: impl Iterator<Item = &'a Path>) -> Self {
        let mut survey = Self::default();
        for file in files {
            if let Ok(Some(header)) = image_header(file) {
                survey.push(&header);
            }
        }
        survey
    }

    fn push(&mut self, header: &ImageHeader) {
        let shape = [header.channels, header.height, header.width];
        *self.shapes.entry(shape).or_default() += 1;
        *self.bits.entry(header.bits).or_default() += 1;
    }

    /// `"40 files are 1 x 64 x 64, 3 are 3 x 64 x 64"`, the most frequent first.
    pub(super) fn shapes(&self) -> String {
        const SHOWN: usize = 4;
        let mut shapes: Vec<(&[usize; 3], &usize)> = self.shapes.iter().collect();
        shapes.sort_by_key(|(shape, files)| (std::cmp::Reverse(**files), **shape));
        let shown = shapes
            .iter()
            .take(SHOWN)
            .enumerate()
            .map(|(at, ([c, h, w], files))| {
                let noun = if at == 0 { " files" } else { "" };
                format!("{files}{noun} are {c} x {h} x {w}")
            });
        let mut text = shown.collect::<Vec<_>>().join(", ");
        if shapes.len() > SHOWN {
            let more: usize = shapes.iter().skip(SHOWN).map(|(_, files)| **files).sum();
            text = format!(
                "{text}, {more} are of {} other shapes",
                shapes.len() - SHOWN
            );
        }
        text
    }

    /// That depths differ, with counts: values of one are 257 times those of the other.
    pub(super) fn mixed_depths(&self) -> Option<String> {
        if self.bits.len() < 2 {
            return None;
        }
        let files = self.bits.iter();
        let files: Vec<String> = files
            .map(|(bits, files)| format!("{files} files have {bits} bits"))
            .collect();
        Some(format!(
            "{} per channel, so their values are on different scales: write all with one depth",
            files.join(", ")
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_the_most_frequent_first() {
        let mut survey = Survey::default();
        for (channels, bits) in [(3, 8), (1, 8), (1, 16)] {
            survey.push(&ImageHeader {
                format: "png",
                channels,
                height: 5,
                width: 4,
                bits,
            });
        }
        assert_eq!(survey.shapes(), "2 files are 1 x 5 x 4, 1 are 3 x 5 x 4");
        let mixed = survey.mixed_depths().unwrap();
        assert!(
            mixed.starts_with("2 files have 8 bits, 1 files have 16 bits"),
            "{mixed}"
        );
        assert_eq!(Survey::default().mixed_depths(), None);
    }
}
