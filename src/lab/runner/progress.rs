//! What is told while a plan is run.

use crate::units::Span;

/// What happens while a plan is run. In virtual time several runs are under way at once.
#[derive(Debug, Clone, Copy)]
pub enum Event<'a> {
    /// A live study waits for its machine to become quiet.
    Waiting {
        /// Processors that were busy over the last second.
        busy: f64,
    },
    /// A run begins.
    Began {
        /// Which.
        run: RunName<'a>,
        /// Jobs of its load.
        jobs: u64,
    },
    /// A run goes on.
    Going {
        /// Its number.
        number: usize,
        /// How far it is.
        stage: Stage,
    },
    /// A run is over. Runs are told of in the order of their numbers.
    Ended {
        /// Which.
        run: RunName<'a>,
        /// Jobs that ended.
        jobs: u64,
        /// What it took.
        elapsed: Span,
    },
    /// There will be no more runs.
    Over,
}

/// A run among those of its study.
#[derive(Debug, Clone, Copy)]
pub struct RunName<'a> {
    /// Its number, from 1.
    pub number: usize,
    /// Of so many at most.
    pub runs: usize,
    /// Blocks, at most.
    pub blocks: u32,
    /// Place in its block, from 1.
    pub place: usize,
    /// Of so many.
    pub of_block: usize,
    /// Name of the variant.
    pub variant: &'a str,
    /// Number of its block, from 0.
    pub replication: u32,
    /// Whether it is the control of a live run.
    pub control: bool,
}

/// How far a run is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stage {
    /// Jobs that have ended.
    pub jobs: u64,
    /// How far virtual time is; none of a live run.
    pub simulated: Option<Simulated>,
}

/// How far virtual time is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Simulated {
    /// The time.
    pub time: Span,
    /// Messages delivered.
    pub messages: u64,
}

/// Whoever wants to know how far a study is.
pub trait Progress {
    /// Takes an event.
    fn tell(&mut self, event: Event<'_>);
}

/// Nobody wants to know.
impl Progress for () {
    fn tell(&mut self, _: Event<'_>) {}
}

impl std::fmt::Display for RunName<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let control = if self.control { ", control" } else { "" };
        write!(f, "{}, replication {}{control}", self.variant, self.replication + 1)
    }
}
