//! From a workload to the calls of clients.
//!
//! A load is a row of slots, one a job: when it is due, of which class it is, how long it runs. Slots follow from
//! the seed alone, so they are the same for all variants. Calls are made of slots: one each, or one for a batch, or
//! one for a group of a class whose dependencies span a group; a group is due when its first job is.

use super::arrivals::{ArrivalProcess, Rate};
use super::file_size::fill;
use super::plan::{Class, LockPlan, Shape, Workload};
use crate::actors::clients::Load;
use crate::actors::clients::{Call, DependencyRequest, JobRequest, On, OpcodeRequest};
use crate::actors::clients::{CallSource, Calls};
use crate::actors::clients::{LogPlan, OpcodeOutcome, Program};
use crate::actors::locks::{Level, LockRequest, LockSelection};
use crate::runtime::streams::{Purpose, Stream, Streams, fingerprint};
use crate::units::Span;
use std::collections::VecDeque;
use std::sync::Arc;

/// What follows from chance alone.
#[derive(Debug, Clone)]
struct Slot {
    number: u32,
    class: u16,
    due: Span,
}

/// A call in the making: its slots, and the place of its first job among all jobs.
#[derive(Debug, Clone)]
struct Group {
    slots: Vec<Slot>,
    first: u32,
}

/// What jobs are drawn from: streams, and who came before.
#[derive(Debug, Clone)]
struct JobChance {
    /// For each class its jobs so far, by their places among all jobs, in that order; empty unless some class
    /// depends on the jobs of a class.
    of_class: Vec<Vec<u32>>,
    run_times: Stream,
    locks: Stream,
    failures: Stream,
    dependencies: Stream,
}

/// Makes the calls of a workload, one by one.
#[derive(Debug, Clone)]
struct CallMaker {
    workload: Arc<Workload>,
    /// Tells it from makers with another workload or other streams.
    key: u64,
    arrivals: Stream,
    classes: Stream,
    chance: JobChance,
    /// When the last slot was due, in seconds.
    at: f64,
    /// Slots drawn so far.
    drawn: u32,
    /// Jobs of the calls made so far.
    made: u32,
    /// Calls in the making, in the order of their first slots. Some still take slots.
    groups: VecDeque<Group>,
    /// Number of the first of them.
    first_group: usize,
    /// For each class the number of the group that still takes jobs; the last entry is for the batches.
    open: Vec<Option<usize>>,
}

impl Workload {
    /// The calls of one run; the same for the same workload and streams. Jobs whose rate is a share of a saturation that
    /// nobody has found yet are all due at the start.
    #[must_use]
    pub fn load(&self, streams: Streams) -> Load {
        let calls = Calls::Made(Box::new(CallMaker::new(self.clone(), streams)));
        match &self.arrivals {
            ArrivalProcess::Closed { clients, .. } => Load::Closed { clients: *clients, calls },
            _ => Load::Open(calls),
        }
    }

    /// The class in whose part of 0 to 1 `place` lies.
    fn class_at(&self, place: f64) -> u16 {
        let mut end = 0.0;
        let found = self.classes.iter().position(|class| {
            end += class.share;
            place < end
        });
        // The shares may add up to a little less than 1.
        let last_used = || self.classes.iter().rposition(|class| class.share > 0.0);
        found.or_else(last_used).and_then(|index| u16::try_from(index).ok()).unwrap_or_default()
    }

    fn call(&self, group: &Group, chance: &JobChance) -> Call {
        let job = |(place, slot): (u32, &Slot)| self.job(group, place, slot, chance);
        let mut jobs: Vec<JobRequest> = (0..).zip(&group.slots).map(job).collect();
        let class = &self.classes[usize::from(group.slots[0].class)];
        let batched = matches!(self.arrivals, ArrivalProcess::AtOnce { batch: Some(_) });
        match jobs.pop() {
            Some(job) if jobs.is_empty() && class.depends.shape.group() == 1 && !batched => Call::Submit(job),
            last => {
                jobs.extend(last);
                Call::SubmitMany(jobs)
            }
        }
    }

    /// The job at `place` of its group.
    fn job(&self, group: &Group, place: u32, slot: &Slot, chance: &JobChance) -> JobRequest {
        let class = &self.classes[usize::from(slot.class)];
        let fails = chance.failures.at(slot.number, 0).unit() < class.fails;
        let mut opcodes: Vec<OpcodeRequest> =
            (0..).zip(&class.opcodes).map(|(index, _)| self.opcode(class, index, slot, chance)).collect();
        if let (true, Some(last)) = (fails, opcodes.last_mut()) {
            let class = "OpExecError".to_owned();
            last.program.outcome = OpcodeOutcome::Failure { class, text: "Failed, as the workload has it".to_owned() };
        }
        if let Some(first) = opcodes.first_mut() {
            let on = self.dependencies(class, group, place, slot, chance);
            let wanted = &class.depends.wanted;
            let depends = on.into_iter().map(|on| DependencyRequest { on, wanted: wanted.clone() });
            first.depends = Ok(depends.collect());
        }
        let mut request = JobRequest { opcodes, class: slot.class, submission: None };
        if let Some(size) = class.file_size {
            fill(&mut request, size, class.filling);
        }
        request
    }

    /// What the job at `place` of its group depends on.
    fn dependencies(&self, class: &Class, group: &Group, place: u32, slot: &Slot, chance: &JobChance) -> Vec<On> {
        let size = u32::try_from(group.slots.len()).unwrap_or(u32::MAX);
        let before = group.first + place;
        let only = class.depends.class.as_ref();
        let only = only.and_then(|name| self.classes.iter().position(|class| class.name == *name));
        // The jobs before it that count, and the one that stands so far back among them.
        let earlier = match only {
            None => before,
            Some(class) => {
                let there = chance.of_class[class].partition_point(|job| *job < before);
                u32::try_from(there).unwrap_or(u32::MAX)
            }
        };
        let counted_back = |back: u32| {
            let number = earlier - 1 - back;
            let job = only.map_or(number, |class| chance.of_class[class][number as usize]);
            // A job of the same call has no id yet that others could know: it is named relative to this one.
            if job >= group.first { On::Relative(-i64::from(before - job)) } else { On::Submission(job) }
        };
        let back = |count: u32| (1..=count).map(|back| On::Relative(-i64::from(back))).collect();
        match class.depends.shape {
            Shape::Previous { count } => (0..count.min(earlier)).map(counted_back).collect(),
            Shape::Chain { .. } => back(place.min(1)),
            Shape::FanIn { .. } => back(if place + 1 == size { place } else { 0 }),
            Shape::FanOut { .. } if place > 0 => vec![On::Relative(-i64::from(place))],
            Shape::None | Shape::Together { .. } | Shape::FanOut { .. } => Vec::new(),
            Shape::Finished { count } => {
                let class = only.and_then(|class| u16::try_from(class).ok());
                let finished = |back| class.map_or(On::Finished(back), |class| On::FinishedOf(class, back));
                (0..count).map(finished).collect()
            }
            Shape::RandomEarlier { count, within } => {
                let among = within.unwrap_or(earlier).min(earlier);
                let drawn = chance.dependencies.at(slot.number, 0).distinct(count, among);
                drawn.into_iter().map(counted_back).collect()
            }
        }
    }

    fn opcode(&self, class: &Class, index: u32, slot: &Slot, chance: &JobChance) -> OpcodeRequest {
        let step = &class.opcodes[index as usize];
        let run = step.run.sample(&mut chance.run_times.at(slot.number, index));
        let mut draws = chance.locks.at(slot.number, index);
        let locks = step.locks.iter().map(|lock| {
            let names = match lock.level {
                Level::Node => self.cluster.nodes(),
                _ => self.cluster.instances(),
            };
            lock_request(lock, names, |count, below| draws.distinct(count, below))
        });
        let locks = locks.collect();
        let text = step.log_text.map(|size| Arc::from(".".repeat(size as usize)));
        let log = LogPlan { messages: step.log_messages, text };
        OpcodeRequest {
            priority: class.priority.map(|priority| i64::from(priority.value())),
            ..OpcodeRequest::delay(Program { locks, log, ..Program::running(run) })
        }
    }
}

impl CallMaker {
    fn new(workload: Workload, streams: Streams) -> Self {
        let by_class = workload.classes.iter().any(|class| class.depends.class.is_some());
        let chance = JobChance {
            of_class: vec![Vec::new(); if by_class { workload.classes.len() } else { 0 }],
            run_times: streams.stream(Purpose::RunTimes),
            locks: streams.stream(Purpose::Locks),
            failures: streams.stream(Purpose::Failures),
            dependencies: streams.stream(Purpose::Dependencies),
        };
        Self {
            key: fingerprint(&format!("{streams} {workload:?}")),
            arrivals: streams.stream(Purpose::Arrivals),
            classes: streams.stream(Purpose::Classes),
            chance,
            at: 0.0,
            drawn: 0,
            made: 0,
            groups: VecDeque::new(),
            first_group: 0,
            open: vec![None; workload.classes.len() + 1],
            workload: Arc::new(workload),
        }
    }

    /// The next slot.
    fn draw_slot(&mut self) -> Option<Slot> {
        let number = self.drawn;
        if number == self.workload.jobs {
            return None;
        }
        self.drawn += 1;
        // Where no rate is known, nothing holds jobs back: all are due at the start.
        match (&self.workload.arrivals, self.workload.arrivals.rate().and_then(Rate::per_second)) {
            (ArrivalProcess::Poisson { .. }, Some(per_second)) => {
                self.at += self.arrivals.at(number, 0).exponential() / per_second;
            }
            (_, Some(per_second)) => self.at = f64::from(number) / per_second,
            (_, None) => {}
        }
        let class = self.workload.class_at(self.classes.at(number, 0).unit());
        Some(Slot { number, class, due: Span::from_secs_f64(self.at) })
    }

    /// Where the slots of a class gather, and how many make a call.
    fn gathering(&self, class: u16) -> (usize, u32) {
        let batch = match self.workload.arrivals {
            ArrivalProcess::AtOnce { batch } => batch.unwrap_or(1),
            _ => 1,
        };
        match self.workload.classes[usize::from(class)].depends.shape.group() {
            1 => (self.workload.classes.len(), batch),
            size => (usize::from(class), size),
        }
    }

    /// The next call in the making, complete: slots are drawn until it is.
    fn next_group(&mut self) -> Option<Group> {
        loop {
            if let Some(group) = self.groups.front() {
                let (_, size) = self.gathering(group.slots[0].class);
                if group.slots.len() == size as usize {
                    break;
                }
            }
            let Some(slot) = self.draw_slot() else { break };
            let (place, size) = self.gathering(slot.class);
            let group = self.open[place].and_then(|number| number.checked_sub(self.first_group));
            match group.and_then(|index| self.groups.get_mut(index)) {
                Some(group) if group.slots.len() < size as usize => group.slots.push(slot),
                _ => {
                    self.open[place] = Some(self.first_group + self.groups.len());
                    self.groups.push_back(Group { slots: vec![slot], first: 0 });
                }
            }
        }
        let mut group = self.groups.pop_front()?;
        self.first_group += 1;
        group.first = self.made;
        for slot in &group.slots {
            if let Some(jobs) = self.chance.of_class.get_mut(usize::from(slot.class)) {
                jobs.push(self.made);
            }
            self.made += 1;
        }
        Some(group)
    }
}

impl CallSource for CallMaker {
    fn next_call(&mut self) -> Option<(Span, Call)> {
        let group = self.next_group()?;
        let when = match &self.workload.arrivals {
            ArrivalProcess::Closed { think, .. } => think.sample(&mut self.arrivals.at(group.slots[0].number, 0)),
            _ => group.slots[0].due,
        };
        Some((when, self.workload.call(&group, &self.chance)))
    }

    fn jobs(&self) -> u32 {
        self.workload.jobs
    }

    fn reads_documents(&self) -> bool {
        // Scenarios only submit.
        false
    }

    fn looks_back(&self) -> usize {
        let back = |class: &Class| match class.depends.shape {
            Shape::Finished { count } => count as usize,
            _ => 0,
        };
        self.workload.classes.iter().map(back).max().unwrap_or(0)
    }

    fn identity(&self) -> (u64, u64) {
        (self.key, u64::from(self.made))
    }

    fn copy(&self) -> Box<dyn CallSource> {
        Box::new(self.clone())
    }
}

fn lock_request(lock: &LockPlan, names: &[String], draw: impl FnOnce(u32, u32) -> Vec<u32>) -> LockRequest {
    let selection = match lock.count {
        None => LockSelection::All,
        Some(count) => {
            let drawn = draw(count, u32::try_from(names.len()).unwrap_or(u32::MAX));
            LockSelection::Named(drawn.into_iter().map(|number| names[number as usize].clone()).collect())
        }
    };
    LockRequest { level: lock.level, selection, mode: lock.mode }
}
