//! A study before it runs: its rows are split in a ledger that is forgotten, and a worker checks every
//! model section. Nothing is written to the cohort or to the output folder.

use std::path::Path;

use midfuse_eval::fold::Dev;
use midfuse_eval::ledger::Ledger;
use midfuse_eval::on_data;
use midfuse_eval::rows::Data;
use midfuse_eval::structure::Structure;

use super::blind::Blind;
use super::checked::CheckedStudy;
use super::options::Options;
use super::workers::{Handshake, Room};
use crate::Result;
use midfuse_plan::JobCount;
use midfuse_wire::ContentHash;

/// What `--status` and `--dry-run` know before they look jobs up or train.
pub(super) struct Preview<S: Structure> {
    pub(super) dev: Dev<S>,
    /// Rows that a run would seal.
    pub(super) n_sealed: usize,
    pub(super) jobs: JobCount,
    /// In memory: it takes what a replay of the study would record.
    pub(super) ledger: Ledger,
    pub(super) blind: Blind,
    pub(super) handshake: Handshake,
}

impl<S: Structure> Preview<S> {
    /// The worker's copy of the cohort is written near the folder `near`, and goes away with this.
    ///
    /// # Errors
    /// As [`CheckedStudy::seal`], [`CheckedStudy::job_count`] and [`Handshake::new`].
    pub(super) fn new(
        study: &CheckedStudy,
        options: &Options,
        data: Data<S>,
        near: &Path,
        room: Room,
    ) -> Result<Self> {
        let ledger = Ledger::in_memory();
        let (dev, sealed) = study.seal(data, &ledger)?;
        let blind = Blind::new(dev.ids(), study.file.protocol.seed);
        let handshake = Handshake::new(study, &blind, near, options, room)?;
        Ok(Self {
            jobs: study.job_count(&dev)?,
            dev,
            n_sealed: sealed.map_or(0, |sealed| sealed.len()),
            ledger,
            blind,
            handshake,
        })
    }

    /// Neutral ids, and the name of the stripped cohort that has them.
    pub(super) fn hidden(&self) -> (&Blind, ContentHash) {
        (&self.blind, self.handshake.data())
    }
}

/// Neutral ids of the rows that will not be sealed, after a rehearsal of every split; the ledger
/// beside the cohort does not hear of it.
///
/// # Errors
/// As [`CheckedStudy::seal`].
pub(super) fn rehearse(study: &CheckedStudy) -> Result<Blind> {
    on_data!(study.cohort.data()?, data => {
        let (dev, _) = study.seal(data, &Ledger::in_memory())?;
        study.splits().rehearse(&dev)?;
        Ok(Blind::new(dev.ids(), study.file.protocol.seed))
    })
}
