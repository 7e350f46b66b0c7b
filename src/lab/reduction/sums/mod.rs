//! Jobs and dependency checks summed up while a run goes on, so that memory does not grow with its length.
//!
//! Sums are kept by the order in which jobs came: if the end of the warm-up is to be found afterwards, in parts of
//! consecutive jobs (five each; twice as many whenever there are too many parts), of which those after the cut are
//! added up at the end. If it is known beforehand, what comes before it is not summed up at all.
//!
//! What holds: the order in which jobs end changes nothing but how readers at once are told apart at a cut.

use super::readers::Sweep;
use super::{CheckSums, JobSums, Presence, Series};
use crate::actors::accounting::{DependencyCheck, JobRow};
use crate::lab::warmup::mser;
use crate::scenario::WarmUp;
use crate::units::Instant;

/// Jobs of a part, to begin with.
const PART: u32 = 5;
/// Most parts.
const PARTS_MAX: usize = 1024;

/// What was summed up.
#[derive(Debug, Clone)]
pub struct Sums {
    warmup: WarmUp,
    classes: usize,
    /// Sojourns of all jobs, in the order of the load.
    series: Series,
    presence: Presence,
    /// Jobs of a part, if parts are told apart.
    size: u32,
    parts: Vec<Part>,
    sweep: Sweep,
    /// The last place in the load that was seen.
    latest: u32,
    /// Times that an opcode began to run which had run before, in the whole run.
    runs_again: u64,
}

/// Sums of consecutive jobs.
#[derive(Debug, Clone, Default)]
struct Part {
    /// By class.
    jobs: Vec<JobSums>,
    checks: CheckSums,
}

/// The sums after the cut.
#[derive(Debug)]
pub struct Summed {
    /// Jobs that were cut off.
    pub cut: u64,
    /// By class.
    pub jobs: Vec<JobSums>,
    /// Dependency checks of these jobs.
    pub checks: CheckSums,
    /// Jobs in the queue, the warm-up included.
    pub presence: Presence,
    /// Times that an opcode began to run which had run before, the warm-up included.
    pub runs_again: u64,
}

impl Sums {
    /// Nothing yet, of jobs of so many classes.
    #[must_use]
    pub fn new(warmup: WarmUp, classes: usize) -> Self {
        Self {
            warmup,
            classes,
            series: Series::default(),
            presence: Presence::default(),
            size: PART,
            parts: Vec::new(),
            sweep: Sweep::default(),
            latest: 0,
            runs_again: 0,
        }
    }

    /// Takes a job in that has ended.
    pub fn add_job(&mut self, job: &JobRow) {
        let place = self.place(job.submission);
        self.series.add(place, job.finished.since(job.due));
        self.presence.add(job.due, job.finished);
        self.runs_again += u64::from(job.runs_again);
        if self.counts(place, job.due)
            && let Some(sums) = self.part(place).jobs.get_mut(usize::from(job.class))
        {
            sums.add(job);
        }
    }

    /// Takes a dependency check in.
    pub fn add_check(&mut self, check: &DependencyCheck) {
        let place = self.place(check.submission);
        if !self.counts(place, check.began) {
            return;
        }
        self.part(place).checks.add(check);
        if let Some((began, ended)) = check.reading
            && self.sweep.add(began, ended, place)
        {
            self.sweep_up(false);
        }
    }

    /// Jobs that ended.
    #[must_use]
    pub fn ended(&self) -> u64 {
        self.series.count()
    }

    /// Sojourns of all jobs, in the order of the load.
    #[must_use]
    pub const fn series(&self) -> &Series {
        &self.series
    }

    /// The part that is the first to count. The flag is false if the sojourns never settled; then nothing is cut.
    #[must_use]
    pub fn first_part(&self) -> (usize, bool) {
        if self.warmup != WarmUp::Mser5 {
            return (0, true);
        }
        let (places, means): (Vec<usize>, Vec<f64>) = self.part_means().into_iter().unzip();
        match mser(&means) {
            Some(cut) => (places.get(cut).copied().unwrap_or(0), true),
            None => (0, false),
        }
    }

    /// Mean sojourns of the parts, in nanoseconds: those that are complete, and of others those in between.
    fn part_means(&self) -> Vec<(usize, f64)> {
        let sums = |part: &Part| part.jobs.iter().map(|jobs| (jobs.n, jobs.sojourn.total)).fold((0, 0), add_pairs);
        let mut parts: Vec<(usize, (u64, u128))> = self.parts.iter().map(sums).enumerate().collect();
        parts.retain(|(_, (n, _))| *n > 0);
        if parts.last().is_some_and(|(_, (n, _))| *n < u64::from(self.size)) {
            parts.pop();
        }
        parts.into_iter().map(|(index, (n, total))| (index, total as f64 / n as f64)).collect()
    }

    /// All sums from part `first` on (0, if the cut was known beforehand).
    #[must_use]
    pub fn after(mut self, first: usize) -> Summed {
        self.sweep_up(true);
        self.presence.settle();
        let mut sum = Part { jobs: vec![JobSums::default(); self.classes], ..Part::default() };
        for part in self.parts.iter().skip(first) {
            sum.merge(part);
        }
        let counted: u64 = sum.jobs.iter().map(|jobs| jobs.n).sum();
        Summed {
            cut: self.series.count() - counted,
            jobs: sum.jobs,
            checks: sum.checks,
            presence: self.presence,
            runs_again: self.runs_again,
        }
    }

    /// The place in the load. What the load did not submit counts with the last job before it.
    fn place(&mut self, submission: Option<u32>) -> u32 {
        let place = submission.unwrap_or(self.latest);
        self.latest = self.latest.max(place);
        place
    }

    fn counts(&self, place: u32, at: Instant) -> bool {
        match self.warmup {
            WarmUp::None | WarmUp::Mser5 => true,
            WarmUp::Jobs(count) => place >= count,
            WarmUp::Time(span) => at >= Instant::ZERO + span,
        }
    }

    fn part(&mut self, place: u32) -> &mut Part {
        if self.warmup != WarmUp::Mser5 {
            return self.part_at(0);
        }
        while (place / self.size) as usize >= PARTS_MAX {
            self.size *= 2;
            self.parts = self.parts.chunks(2).map(Part::of_all).collect();
        }
        self.part_at((place / self.size) as usize)
    }

    fn part_at(&mut self, index: usize) -> &mut Part {
        if self.parts.len() <= index {
            let classes = self.classes;
            let new = || Part { jobs: vec![JobSums::default(); classes], ..Part::default() };
            self.parts.resize_with(index + 1, new);
        }
        &mut self.parts[index]
    }

    /// Adds what is known for good of readers at once to the part of the job that began to read last.
    fn sweep_up(&mut self, to_the_end: bool) {
        for stretch in self.sweep.settle(to_the_end) {
            self.part(stretch.place).checks.readers.add(stretch.span, stretch.readers);
        }
    }
}

impl Part {
    fn of_all(parts: &[Self]) -> Self {
        let (first, others) = parts.split_first().map_or((Self::default(), parts), |(one, all)| (one.clone(), all));
        others.iter().fold(first, |mut sum, part| {
            sum.merge(part);
            sum
        })
    }

    fn merge(&mut self, other: &Self) {
        for (sum, jobs) in self.jobs.iter_mut().zip(&other.jobs) {
            sum.merge(jobs);
        }
        self.checks.merge(&other.checks);
    }
}

const fn add_pairs(one: (u64, u128), other: (u64, u128)) -> (u64, u128) {
    (one.0 + other.0, one.1 + other.1)
}

#[cfg(test)]
mod tests;
