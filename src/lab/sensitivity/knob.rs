//! What is scaled, one thing at a time.

use crate::actors::accounting::LockKind;
use crate::lab::RunSummary;
use crate::lab::runner::Hold;
use crate::profile::CostPlace;
use crate::scenario::Variant;
use crate::units::Span;
use crate::written::exact_span;
use std::sync::Arc;

/// Something that can be scaled.
#[derive(Debug, Clone, Copy)]
pub(super) enum Knob {
    /// A cost of the machine.
    Cost(CostPlace),
    /// What is done while a lock of this kind is held.
    Hold(LockKind),
    /// How many workers there are.
    Workers,
    /// How many cores there are.
    Cores,
    /// The latency that the design adds to each file operation.
    DiskLatency,
    /// How long opcodes run.
    Run,
}

/// What to scale by; none: no limit.
pub(super) type Factor = Option<f64>;

impl Knob {
    /// Everything of a variant that can be scaled: what its runs paid for or held, its workers, and its cores where they are
    /// limited.
    pub(super) fn all(variant: &Variant, runs: &[RunSummary]) -> Vec<Self> {
        let profile = &variant.machine.profile;
        let costs = CostPlace::all(variant.design.codec).into_iter().filter(|cost| !cost.in_words(profile).is_empty());
        let is_held = |lock: &LockKind| runs.iter().any(|run| run.locks.contains_key(lock));
        let locks = LockKind::ALL.into_iter().filter(is_held);
        let mut all: Vec<Self> = costs.map(Self::Cost).chain(locks.map(Self::Hold)).collect();
        all.extend([Self::Workers, Self::Cores, Self::DiskLatency, Self::Run].into_iter().filter(|knob| match knob {
            Self::Cores => profile.cores < u32::MAX,
            Self::DiskLatency => !variant.design.disk_latency.is_zero(),
            _ => true,
        }));
        all
    }

    pub(super) fn name(self) -> String {
        match self {
            Self::Cost(cost) => cost.name(),
            Self::Hold(lock) => {
                let article = if matches!(lock, LockKind::Instance | LockKind::Node) { "" } else { "the " };
                format!("holding {article}{}", lock.name())
            }
            Self::Workers => "workers".to_owned(),
            Self::Cores => "cores".to_owned(),
            Self::DiskLatency => "disk latency".to_owned(),
            Self::Run => "running opcodes".to_owned(),
        }
    }

    pub(super) const fn about(self) -> &'static str {
        match self {
            Self::Cost(cost) => cost.about(),
            Self::Hold(_) => "all work of whoever holds it: file operations and running opcodes",
            Self::Workers => "how many there are",
            Self::Cores => "how many the machine has",
            Self::DiskLatency => "what the design adds to each file operation",
            Self::Run => "how long opcodes run",
        }
    }

    /// How much there is of it; empty if that is no single figure.
    pub(super) fn now(self, variant: &Variant) -> String {
        match self {
            Self::Cost(cost) => cost.in_words(&variant.machine.profile),
            Self::Workers => variant.design.workers.to_string(),
            Self::Cores => variant.machine.profile.cores.to_string(),
            Self::DiskLatency => exact_span(variant.design.disk_latency),
            Self::Hold(_) | Self::Run => String::new(),
        }
    }

    /// What it is scaled by, of these factors: there is no queue without workers or cores, but one with no lack of them.
    pub(super) fn factors(self, factors: &[f64], variant: &Variant) -> Vec<Factor> {
        let Some(count) = self.count(variant) else { return factors.iter().copied().map(Some).collect() };
        let changes = |factor: &&f64| **factor > 0.0 && times(count, **factor) != count;
        factors.iter().filter(changes).copied().map(Some).chain([None]).collect()
    }

    /// The variant with it scaled, and the lock that is held for another time.
    pub(super) fn scale(self, variant: &Variant, factor: Factor) -> (Variant, Option<Hold>) {
        let mut scaled = variant.clone();
        let by = factor.unwrap_or(1.0);
        let count = self.count(variant).map(|count| factor.map_or(u32::MAX, |factor| times(count, factor)));
        match self {
            Self::Cost(cost) => cost.scale(Arc::make_mut(&mut scaled.machine.profile), by),
            Self::Hold(lock) => return (scaled, Some((lock, thousandths(by)))),
            // No job waits for a worker if each may have one.
            Self::Workers => scaled.design.workers = count.unwrap_or(1).min(variant.workload.jobs).max(1),
            Self::Cores => Arc::make_mut(&mut scaled.machine.profile).cores = count.unwrap_or(1),
            Self::DiskLatency => {
                let latency = &mut scaled.design.disk_latency;
                *latency = Span::from_secs_f64(latency.as_secs_f64() * by);
            }
            Self::Run => {
                let opcodes = scaled.workload.classes.iter_mut().flat_map(|class| &mut class.opcodes);
                opcodes.for_each(|opcode| opcode.run = opcode.run.scaled(by));
            }
        }
        (scaled, None)
    }

    /// How many there are, of what is counted.
    fn count(self, variant: &Variant) -> Option<u32> {
        match self {
            Self::Workers => Some(variant.design.workers),
            Self::Cores => Some(variant.machine.profile.cores),
            _ => None,
        }
    }
}

/// At least one.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // saturates
fn times(count: u32, factor: f64) -> u32 {
    ((f64::from(count) * factor).round() as u32).max(1)
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // factors are not negative, and small
fn thousandths(factor: f64) -> u32 {
    (factor * 1e3).round() as u32
}
