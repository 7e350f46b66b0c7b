//! Calibration: what this machine costs, measured as live runs measure it, as a profile.
//!
//! All figures are measured in several rounds, one after the other in each, so that what drifts on the machine hits
//! all alike; how far the rounds differ is reported beside each figure. What computes is timed by the clock of the
//! thread's own computing, so that waits for a core do not count twice; the device has what is left of the elapsed time.
//!
//! What it never does: write outside of a temporary directory below the one that it is given.

// It times the machine that it runs on, with threads of its own.
#![allow(clippy::disallowed_methods, clippy::disallowed_types)] // measures files and clocks

mod clocks;
mod crowd;
mod cycle;
mod fit;
mod profile;
mod shapes;

use crate::actors::machine::Profile;
use crate::job::Fault;
use crate::lab::temporary_queue::{Fate, TemporaryQueue};
use crate::queue_dir::{QueueDirError, QueueDirectory};
use crate::runtime::live::{LiveError, hops};
use crate::runtime::record::Typical;
use fit::Sample;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

/// How long it may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effort {
    /// A minute or two.
    Full,
    /// A few seconds: to see that it works. The figures are coarse.
    Quick,
}

/// What was measured of one cost, for people.
#[derive(Debug, Clone, PartialEq)]
pub struct Figure {
    /// What it is: `fsync, device`.
    pub name: String,
    /// Single times taken.
    pub samples: usize,
    /// What is typical of them, if all are of the same thing (and not of files of several sizes).
    pub typical: Option<Typical>,
    /// How far the medians of the rounds lie apart: as a share of the largest.
    pub disagreement: f64,
}

/// What a calibration came to.
#[derive(Debug, Clone, PartialEq)]
pub struct Calibration {
    /// The machine.
    pub profile: Profile,
    /// What was measured, in the order of the profile.
    pub figures: Vec<Figure>,
    /// What makes the figures doubtful; also in the profile's source.
    pub doubts: Vec<String>,
}

/// Why there is none.
#[derive(Debug, thiserror::Error)]
pub enum CalibrationError {
    /// It was stopped.
    #[error("stopped before it was done")]
    Stopped,
    /// Files cannot be written or read.
    #[error(transparent)]
    Files(#[from] QueueDirError),
    /// No temporary directory can be made.
    #[error("cannot make a temporary directory in {}: {source}", directory.display())]
    Directory {
        /// Where.
        directory: PathBuf,
        /// What it was.
        source: std::io::Error,
    },
    /// Threads cannot be started.
    #[error(transparent)]
    Threads(#[from] LiveError),
}

impl From<Fault> for CalibrationError {
    fn from(fault: Fault) -> Self {
        Self::Files(fault.into())
    }
}

/// The samples of one cost, by its name.
type Samples = BTreeMap<&'static str, Vec<Sample>>;

/// How many of everything.
struct Counts {
    rounds: u32,
    /// Cycles of each shape in a round: of small files, and of files of 100 KB and more.
    cycles: [u32; 2],
    /// Exchanges of messages in a round.
    exchanges: u32,
    /// Writes of each thread of a crowd in a round.
    crowd_writes: u32,
}

impl Effort {
    const fn counts(self) -> Counts {
        match self {
            Self::Full => Counts { rounds: 12, cycles: [350, 25], exchanges: 1_200, crowd_writes: 150 },
            Self::Quick => Counts { rounds: 2, cycles: [12, 2], exchanges: 100, crowd_writes: 10 },
        }
    }
}

/// Measures this machine, with files in a temporary directory below `directory`. `progress` is told what share is done.
///
/// # Errors
/// If files or threads cannot be had, or it is stopped.
pub fn calibrate(
    directory: &Path,
    effort: Effort,
    stop: &AtomicBool,
    progress: &mut dyn FnMut(f64),
) -> Result<Calibration, CalibrationError> {
    let counts = effort.counts();
    let mut machine = crate::lab::Machine::of(directory);
    let shapes = shapes::shapes();
    let mut samples = Samples::new();
    let mut crowds = crowd::Crowds::default();
    let parts = f64::from(counts.rounds) * 4.0;
    let mut done = 0.0;
    let mut part_is_done = || {
        done += 1.0;
        progress(done / parts);
        if stop.load(Ordering::Relaxed) { Err(CalibrationError::Stopped) } else { Ok(()) }
    };
    for round in 0..counts.rounds {
        // A directory of its own, as every live run has.
        let made = TemporaryQueue::make(directory, Fate::Goes);
        let place = made.map_err(|source| CalibrationError::Directory { directory: directory.to_owned(), source })?;
        let (queue, _) = QueueDirectory::open(&place.path().join("queue"))?;
        let mut cycles = cycle::Cycles::new(&queue, &shapes)?;
        cycles.small(round, counts.cycles[0], &mut samples, stop)?;
        part_is_done()?;
        cycles.large(round, counts.cycles[1], &mut samples, stop)?;
        part_is_done()?;
        crowds.measure(&queue, counts.crowd_writes)?;
        part_is_done()?;
        for (name, times) in hops::measure(counts.exchanges)?.named() {
            let sample = |time: &crate::units::Span| Sample { round, bytes: 0, entries: 0, secs: time.as_secs_f64() };
            samples.entry(name).or_default().extend(times.iter().map(sample));
        }
        part_is_done()?;
    }
    machine.note_end();
    Ok(profile::assemble(&samples, &crowds, &machine, effort))
}
