//! How the runs of a study were laid out: blocks, looks at them, and what was found before the first.

use crate::lab::runner::Made;
use crate::scenario::{Plan, RandomNumbers, RunPlan, Runtime, Until};
use serde::{Deserialize, Serialize};

/// How many blocks were planned and made, and why no more. A block is every variant once, and in live studies the baseline
/// once more.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DesignOfRuns {
    /// When there are enough blocks.
    pub until: Until,
    /// After how many blocks it was planned to look whether they are enough; the last is the most that there may be.
    pub looks: Vec<u32>,
    /// Blocks that are whole.
    pub blocks: u32,
    /// Why there are no more.
    pub stopped_by: StoppedBy,
    /// What the variants of a block drew from.
    pub random_numbers: RandomNumbers,
    /// Within what time it was to end, in nanoseconds; live studies only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time_limit_ns: Option<u64>,
    /// What the blocks took, pilots and waiting left out, in nanoseconds; none in virtual time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub took_ns: Option<u64>,
}

/// Why no more blocks were made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum StoppedBy {
    /// There were as many as there were to be at most.
    #[default]
    Planned,
    /// They were enough at an earlier look.
    Enough,
    /// The next would not have ended in time.
    TimeLimit,
    /// Somebody asked it to stop, or a run could not begin.
    Interrupted,
}

/// What a variant can do at most, found by pilot runs in which there is always work for its workers.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Saturation {
    /// Place of the variant.
    pub variant: usize,
    /// Jobs per second: the median of the pilots.
    pub per_second: f64,
    /// The least of them.
    pub low: f64,
    /// The greatest of them.
    pub high: f64,
    /// How many pilots.
    pub runs: u32,
}

/// How long a live study waited for its machine to become quiet, and how quiet it was then.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct WaitForQuiet {
    /// Time waited, in nanoseconds.
    pub waited_ns: u64,
    /// Processors that were busy over the last second of it; none if the system does not say.
    pub busy: Option<f64>,
    /// Processes that were running or waiting for the disk, over the minute before; none if the system does not say.
    pub load: Option<f64>,
    /// Whether it was quiet in the end.
    pub is_quiet: bool,
}

impl DesignOfRuns {
    /// What is planned for `plan`.
    #[must_use]
    pub fn of(plan: &Plan, runtime: Runtime) -> Self {
        let run = &plan.run;
        Self {
            until: run.until,
            looks: looks(run),
            blocks: 0,
            stopped_by: StoppedBy::Planned,
            random_numbers: run.random_numbers,
            time_limit_ns: run.time_limit.filter(|_| runtime == Runtime::Live).map(|limit| limit.0),
            took_ns: None,
        }
    }

    /// Notes what was made of it.
    pub(super) fn note(&mut self, made: &Made, runtime: Runtime) {
        self.blocks = made.blocks;
        self.stopped_by = made.stopped_by;
        self.took_ns = (runtime == Runtime::Live).then_some(made.took.0);
    }
}

/// A study of which nobody said how its runs were laid out.
impl Default for DesignOfRuns {
    fn default() -> Self {
        Self {
            until: Until::Fixed,
            looks: Vec::new(),
            blocks: 0,
            stopped_by: StoppedBy::Planned,
            random_numbers: RandomNumbers::Common,
            time_limit_ns: None,
            took_ns: None,
        }
    }
}

/// After how many blocks to look: `replications`, twice as many and so on, the last time at `at_most`.
fn looks(run: &RunPlan) -> Vec<u32> {
    let (each, most) = (run.replications.max(1), run.at_most.max(run.replications));
    let looks = match run.until {
        Until::Fixed => return vec![each],
        // So many that the error rates of its verdicts are kept.
        Until::Decided => run.looks(),
        Until::Precision(_) => most.div_ceil(each),
    };
    (1..=looks).map(|look| each.saturating_mul(look).min(most)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario;

    #[test]
    fn looks_lie_at_equal_distances_within_what_is_planned_at_most() {
        let plan = scenario::read("s.toml", include_str!("../../../scenarios/quickstart.toml")).unwrap();
        let looks = |until, replications, at_most| looks(&RunPlan { until, replications, at_most, ..plan.run.clone() });
        assert_eq!(looks(Until::Fixed, 5, 100), [5]);
        assert_eq!(looks(Until::Decided, 5, 100), [5, 10, 15]);
        assert_eq!(looks(Until::Decided, 5, 10), [5, 10]);
        assert_eq!(looks(Until::Decided, 5, 14), [5, 10, 14]);
        assert_eq!(looks(Until::Decided, 5, 3), [5]);
        assert_eq!(looks(Until::Precision(0.02), 5, 27), [5, 10, 15, 20, 25, 27]);
    }
}
