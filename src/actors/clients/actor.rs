//! The clients, who make the calls of a load.

use super::call::{Call, Reply};
use super::calls::Calls;
use super::protocol::ClientsMessage;
use super::request::{JobRequest, On};
use crate::actors::accounting::observation::{Observation, Trace};
use crate::actors::actor::ActorId;
use crate::actors::context::QueueContext;
use crate::actors::message::Message;
use crate::actors::processes::protocol::ProcessMessage;
use crate::actors::queue::protocol::QueueMessage;
use crate::actors::roster::Roster;
use crate::job::JobId;
use crate::units::Instant;
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// All calls of a load. Jobs are numbered (`JobRequest::submission`) in the order of the calls, from 0.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Load {
    /// Each call is due at its time, whatever became of those before it: an open load. All at once means all due at 0.
    /// Times ascend.
    Open(Calls),
    /// So many clients, each with one job at a time: a client takes the next call, waits until its jobs have
    /// ended (calls that submit none: until they are answered), thinks, and takes the next.
    Closed {
        /// How many.
        clients: u32,
        /// Each call, and how long its client thinks before it.
        calls: Calls,
    },
}

impl Load {
    /// Whether any call reads whole jobs from their files.
    #[must_use]
    pub fn reads_documents(&self) -> bool {
        match self {
            Self::Open(calls) | Self::Closed { calls, .. } => calls.reads_documents(),
        }
    }

    /// An open load of these calls, each with the time at which it is due.
    pub fn open(calls: impl IntoIterator<Item = (Instant, Call)>) -> Self {
        Self::Open(calls.into_iter().map(|(due, call)| (due.since(Instant::ZERO), call)).collect())
    }

    /// The same load, with all calls made.
    #[must_use]
    pub fn listed(self) -> Self {
        match self {
            Self::Open(calls) => Self::Open(calls.collect()),
            Self::Closed { clients, calls } => Self::Closed { clients, calls: calls.collect() },
        }
    }

    /// Its calls, and when they are due or how long is thought before them.
    #[must_use]
    pub fn into_calls(self) -> Calls {
        match self {
            Self::Open(calls) | Self::Closed { calls, .. } => calls,
        }
    }

    /// How many jobs it submits.
    #[must_use]
    pub fn jobs(&self) -> usize {
        match self {
            Self::Open(calls) | Self::Closed { calls, .. } => calls.jobs(),
        }
    }
}

/// What is known of a call that is not complete.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
struct CallState {
    due: Instant,
    /// None once it is on its way.
    call: Option<Call>,
    /// Place of its first job among all jobs.
    first: u32,
    jobs: u32,
    ended: u32,
    replied: bool,
    complete: bool,
    /// Of a closed load.
    client: Option<u32>,
}

/// What became of the submission of a job.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
enum Submitted {
    /// Not answered yet.
    #[default]
    Unknown,
    Refused,
    As(JobId),
}

/// The jobs that ended last.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
struct Finished {
    /// So many are remembered.
    depth: usize,
    /// In the order of their ends.
    any: VecDeque<JobId>,
    of_class: BTreeMap<u16, VecDeque<JobId>>,
}

/// The clients. They hold the calls that are under way, and of all jobs no more than their ids.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Clients {
    calls: Calls,
    /// The next call of an open load, and when it is due.
    upcoming: Option<(Instant, Call)>,
    /// Of an open load: when it began.
    began: Instant,
    /// Clients, of a closed load.
    clients: Option<u32>,
    /// Whether a client found no further call to think about.
    exhausted: bool,
    /// Calls that are taken and not complete, in order; those in between that are complete stay for a while.
    live: VecDeque<CallState>,
    /// Number of the first of them.
    first_live: usize,
    jobs: Vec<Submitted>,
    /// Whether the run ends with the load.
    ends_run: bool,
    /// Calls that wait for a thread.
    waiting: BTreeSet<usize>,
    /// Calls that wait for the id of a job (by its place among all jobs) that they name.
    blocked: BTreeMap<u32, Vec<usize>>,
    idle: VecDeque<ActorId>,
    finished: Finished,
    stopping: bool,
}

impl Clients {
    /// A generator for `plan`; if `ends_run`, the run is over when all calls are answered and their jobs final.
    #[must_use]
    pub fn new(plan: Load, roster: &Roster, ends_run: bool) -> Self {
        let (calls, clients) = match plan {
            Load::Open(calls) => (calls, None),
            Load::Closed { clients, calls } => (calls, Some(clients)),
        };
        Self {
            finished: Finished { depth: calls.looks_back(), ..Finished::default() },
            calls,
            upcoming: None,
            began: Instant::ZERO,
            clients,
            exhausted: false,
            live: VecDeque::new(),
            first_live: 0,
            jobs: Vec::new(),
            ends_run,
            waiting: BTreeSet::new(),
            blocked: BTreeMap::new(),
            idle: (0..roster.threads()).map(|number| roster.thread(number)).collect(),
            stopping: false,
        }
    }

    /// Takes one message.
    pub fn receive(&mut self, now: Instant, message: ClientsMessage, context: &mut impl QueueContext) {
        match message {
            ClientsMessage::Begin => {
                context.observe(Observation::LoadBegan);
                self.begin(now, context);
            }
            ClientsMessage::Due => self.make_due(now, context),
            ClientsMessage::Thought { call } => self.make_thought_due(now, call),
            ClientsMessage::Replied { thread, call, reply } => {
                self.idle.push_back(thread);
                self.replied(call, reply, context);
            }
            ClientsMessage::JobEnded { id, submission, class } => {
                self.finished.push(id, class);
                self.job_ended(submission, context);
            }
            ClientsMessage::Stop => {
                self.stopping = true;
                self.waiting.clear();
                self.blocked.clear();
                context.send(Roster::QUEUE, Message::Queue(QueueMessage::PrepareShutdown { process: None }));
            }
            ClientsMessage::Idle => context.halt(),
        }
        self.dispatch(now, context);
        if self.ends_run && self.live.is_empty() && self.is_exhausted() {
            context.halt();
        }
    }

    fn begin(&mut self, now: Instant, context: &mut impl QueueContext) {
        match self.clients {
            Some(clients) => (0..clients).for_each(|client| self.think(client, context)),
            None => {
                self.began = now;
                self.look_ahead();
                self.make_due(now, context);
            }
        }
    }

    /// True if no call is left that is not taken yet.
    fn is_exhausted(&self) -> bool {
        match self.clients {
            None => self.upcoming.is_none(),
            Some(_) => self.exhausted,
        }
    }

    fn look_ahead(&mut self) {
        self.upcoming = self.calls.next().map(|(due, call)| (self.began + due, call));
    }

    /// Open load: takes what is due, and sets the timer for the next.
    fn make_due(&mut self, now: Instant, context: &mut impl QueueContext) {
        while let Some((due, _)) = &self.upcoming
            && !self.stopping
        {
            if *due > now {
                context.after(due.since(now), Message::Clients(ClientsMessage::Due));
                return;
            }
            if let Some((due, call)) = self.upcoming.take() {
                let number = self.take(due, call, None);
                self.sort_in(number);
            }
            self.look_ahead();
        }
    }

    /// Closed load: the client thinks about the next call.
    fn think(&mut self, client: u32, context: &mut impl QueueContext) {
        match self.calls.next() {
            Some((think, call)) => {
                let call = self.take(Instant::FAR_FUTURE, call, Some(client));
                context.after(think, Message::Clients(ClientsMessage::Thought { call }));
            }
            None => self.exhausted = true,
        }
    }

    /// Closed load: a client has thought enough.
    fn make_thought_due(&mut self, now: Instant, number: usize) {
        if !self.stopping
            && let Some(call) = self.live.get_mut(number - self.first_live)
        {
            call.due = now;
            self.sort_in(number);
        }
    }

    /// Numbers a call and its jobs.
    fn take(&mut self, due: Instant, mut call: Call, client: Option<u32>) -> usize {
        let first = u32::try_from(self.jobs.len()).unwrap_or(u32::MAX);
        for request in call.requests_mut() {
            request.submission = u32::try_from(self.jobs.len()).ok();
            self.jobs.push(Submitted::Unknown);
        }
        let jobs = u32::try_from(self.jobs.len()).unwrap_or(u32::MAX) - first;
        let number = self.first_live + self.live.len();
        self.live.push_back(CallState { due, call: Some(call), first, jobs, client, ..CallState::default() });
        number
    }

    /// Puts a call among those that wait for a thread, or for the id of the first job that it has to wait for.
    fn sort_in(&mut self, number: usize) {
        match self.unknown_job(number) {
            Some(job) => self.blocked.entry(job).or_default().push(number),
            None => drop(self.waiting.insert(number)),
        }
    }

    /// The first job named by a call whose id is not known yet.
    fn unknown_job(&self, number: usize) -> Option<u32> {
        let call = self.live.get(number.checked_sub(self.first_live)?)?.call.as_ref()?;
        let opcodes = call.requests().iter().flat_map(|request| &request.opcodes);
        opcodes.flat_map(|opcode| opcode.depends.iter().flatten()).find_map(|dependency| match dependency.on {
            On::Submission(job) if !self.is_known(job) => Some(job),
            _ => None,
        })
    }

    /// Whether a job's submission was answered. One that the load will never have cannot be waited for.
    fn is_known(&self, job: u32) -> bool {
        self.jobs.get(job as usize).is_some_and(|submitted| *submitted != Submitted::Unknown)
    }

    /// Hands waiting calls to idle threads, in their order.
    fn dispatch(&mut self, now: Instant, context: &mut impl QueueContext) {
        while !self.idle.is_empty() {
            let Some(number) = self.waiting.pop_first() else { return };
            let Some(state) = self.live.get_mut(number - self.first_live) else { continue };
            let (due, Some(mut call)) = (state.due, state.call.take()) else { continue };
            let Some(thread) = self.idle.pop_front() else { return };
            for request in call.requests_mut() {
                self.resolve(request);
            }
            let message = ProcessMessage::Call { number, due, sent: now, call: Box::new(call) };
            context.send(thread, Message::Process(message));
        }
    }

    /// Puts ids in the place of jobs named otherwise. One that was refused has none: 0 names no job. A job that
    /// wants more finished jobs than there are takes those there are.
    fn resolve(&self, request: &mut JobRequest) {
        for depends in request.opcodes.iter_mut().filter_map(|opcode| opcode.depends.as_mut().ok()) {
            depends.retain_mut(|one| {
                let found = match one.on {
                    On::Submission(job) => Some(On::Id(match self.jobs.get(job as usize) {
                        Some(Submitted::As(id)) => *id,
                        _ => JobId(0),
                    })),
                    On::Finished(back) => self.finished.nth_last(back).map(On::Id),
                    On::FinishedOf(class, back) => self.finished.nth_last_of(class, back).map(On::Id),
                    other => Some(other),
                };
                one.on = found.unwrap_or(one.on);
                found.is_some()
            });
        }
    }

    fn replied(&mut self, number: usize, reply: Reply, context: &mut impl QueueContext) {
        let Some(call) = self.live.get_mut(number - self.first_live) else { return };
        call.replied = true;
        let (first, count) = (call.first as usize, call.jobs as usize);
        let outcome = |place: usize| match &reply {
            Reply::Submitted(id) => Submitted::As(*id),
            Reply::SubmittedMany(outcomes) => match outcomes.get(place) {
                Some(Ok(id)) => Submitted::As(*id),
                _ => Submitted::Refused,
            },
            _ => Submitted::Refused,
        };
        for (place, job) in self.jobs[first..first + count].iter_mut().enumerate() {
            *job = outcome(place);
            call.ended += u32::from(*job == Submitted::Refused);
        }
        for job in call.first..call.first + call.jobs {
            for blocked in self.blocked.remove(&job).unwrap_or_default() {
                self.sort_in(blocked);
            }
        }
        if context.tracing() {
            context.observe(Observation::Trace(Box::new(Trace::Replied { call: number, reply })));
        }
        self.note_complete(number, context);
    }

    fn job_ended(&mut self, submission: u32, context: &mut impl QueueContext) {
        let after = self.live.partition_point(|call| call.first <= submission);
        // Calls without jobs share their place with the next that has some.
        let of_job = |place: &usize| self.live[*place].jobs > 0;
        if let Some(place) = (0..after).rev().find(of_job) {
            self.live[place].ended += 1;
            self.note_complete(self.first_live + place, context);
        }
    }

    fn note_complete(&mut self, number: usize, context: &mut impl QueueContext) {
        let Some(call) = self.live.get_mut(number - self.first_live) else { return };
        if !call.replied || call.ended < call.jobs || call.complete {
            return;
        }
        call.complete = true;
        let client = call.client;
        while self.live.front().is_some_and(|call| call.complete) {
            self.live.pop_front();
            self.first_live += 1;
        }
        if let Some(client) = client {
            self.think(client, context);
        }
    }
}

impl Finished {
    fn push(&mut self, id: JobId, class: u16) {
        if self.depth > 0 {
            for jobs in [&mut self.any, self.of_class.entry(class).or_default()] {
                if jobs.len() == self.depth {
                    jobs.pop_front();
                }
                jobs.push_back(id);
            }
        }
    }

    fn nth_last(&self, back: u32) -> Option<JobId> {
        self.any.iter().rev().nth(back as usize).copied()
    }

    fn nth_last_of(&self, class: u16, back: u32) -> Option<JobId> {
        self.of_class.get(&class)?.iter().rev().nth(back as usize).copied()
    }
}
