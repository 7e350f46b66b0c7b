//! The clients, who make the calls of a load.

use super::call::{Call, Reply};
use super::calls::Calls;
use super::finished::Finished;
use super::load::Load;
use super::protocol::ClientsMessage;
use super::request::{JobRequest, On};
use crate::actors::accounting::observation::{Observation, Trace};
use crate::actors::actor::ActorId;
use crate::actors::context::QueueContext;
use crate::actors::impossible::impossible;
use crate::actors::message::Message;
use crate::actors::processes::protocol::{Handover, ProcessMessage};
use crate::actors::queue::protocol::QueueMessage;
use crate::actors::roster::Roster;
use crate::job::JobId;
use crate::units::Instant;
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// Where a load stands.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Course {
    /// The queue is not open yet. A closed load has so many clients.
    NotBegun { clients: Option<u32> },
    /// An open load: when it began; the next call, and when it is due.
    Open { began: Instant, upcoming: Option<(Instant, Call)> },
    /// A closed load: whether a client found no further call to think about.
    Closed { exhausted: bool },
}

/// A call that was taken from the load.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct TakenCall {
    /// Place of its first job among all jobs.
    first: u32,
    jobs: u32,
    /// Of these, how many have ended or were refused.
    ended: u32,
    /// Of a closed load: whose it is.
    client: Option<u32>,
    stage: CallStage,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum CallStage {
    /// Its client thinks about it.
    Thinking(Call),
    /// It waits for a thread, or for the id of a job that it names.
    Due {
        due: Instant,
        /// When the clients heard so.
        heard: Instant,
        call: Call,
    },
    /// A thread has it.
    Asked,
    /// It is answered; some of its jobs have not ended.
    Answered,
    /// There is nothing more to come. It stays until all calls before it are over, too.
    Over,
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

/// The clients. They hold the calls that are under way, and of all jobs no more than their ids.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Clients {
    calls: Calls,
    course: Course,
    /// Calls that are taken, in order, from the first that is not over.
    taken: VecDeque<TakenCall>,
    /// Number of the first of them.
    first_taken: usize,
    jobs: Vec<Submitted>,
    /// Whether the run ends with the load.
    ends_run: bool,
    /// Calls that wait for a thread.
    waiting: BTreeSet<usize>,
    /// Calls that wait for the id of a job (by its place among all jobs) that they name.
    blocked: BTreeMap<u32, Vec<usize>>,
    idle: VecDeque<ActorId>,
    finished: Finished,
    /// The load is to end early: no more calls are made.
    stopping: bool,
}

impl Clients {
    /// The clients of `load`; if `ends_run`, the run is over when all calls are answered and their jobs final.
    #[must_use]
    pub fn new(load: Load, roster: &Roster, ends_run: bool) -> Self {
        let (calls, clients) = match load {
            Load::Open(calls) => (calls, None),
            Load::Closed { clients, calls } => (calls, Some(clients)),
        };
        Self {
            finished: Finished::new(calls.looks_back()),
            calls,
            course: Course::NotBegun { clients },
            taken: VecDeque::new(),
            first_taken: 0,
            jobs: Vec::new(),
            ends_run,
            waiting: BTreeSet::new(),
            blocked: BTreeMap::new(),
            idle: (0..roster.threads()).map(|number| roster.thread(number)).collect(),
            stopping: false,
        }
    }

    /// Takes one message.
    ///
    /// # Panics
    /// If nobody can have sent it in this state.
    pub fn receive(&mut self, now: Instant, message: ClientsMessage, context: &mut impl QueueContext) {
        match message {
            ClientsMessage::Begin => self.begin(now, context),
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
            ClientsMessage::Idle if self.stopping => context.halt(),
            ClientsMessage::Idle => impossible(self, &message),
        }
        self.dispatch(now, context);
        if self.ends_run && self.taken.is_empty() && self.is_exhausted() {
            context.halt();
        }
    }

    fn begin(&mut self, now: Instant, context: &mut impl QueueContext) {
        let Course::NotBegun { clients } = self.course else { impossible(self, &ClientsMessage::Begin) };
        context.observe(Observation::LoadBegan);
        if let Some(clients) = clients {
            self.course = Course::Closed { exhausted: false };
            (0..clients).for_each(|client| self.think(client, context));
        } else {
            let upcoming = self.calls.next().map(|(due, call)| (now + due, call));
            self.course = Course::Open { began: now, upcoming };
            self.make_due(now, context);
        }
    }

    /// True if no call is left that is not taken yet.
    const fn is_exhausted(&self) -> bool {
        match self.course {
            Course::NotBegun { .. } => false,
            Course::Open { ref upcoming, .. } => upcoming.is_none(),
            Course::Closed { exhausted } => exhausted,
        }
    }

    /// Open load: takes what is due, and sets the timer for the next.
    fn make_due(&mut self, now: Instant, context: &mut impl QueueContext) {
        while !self.stopping {
            let Course::Open { began, upcoming } = &mut self.course else { impossible(self, &ClientsMessage::Due) };
            let Some((due, call)) = upcoming.take_if(|(due, _)| *due <= now) else {
                if let Some((due, _)) = upcoming {
                    context.after(due.since(now), Message::Clients(ClientsMessage::Due));
                }
                // The next call is not due yet, or there is none.
                return;
            };
            *upcoming = self.calls.next().map(|(due, call)| (*began + due, call));
            let number = self.take(call, |call| CallStage::Due { due, heard: now, call }, None);
            self.sort_in(number);
        }
    }

    /// Closed load: the client thinks about the next call.
    fn think(&mut self, client: u32, context: &mut impl QueueContext) {
        match self.calls.next() {
            Some((think, call)) => {
                let call = self.take(call, CallStage::Thinking, Some(client));
                context.after(think, Message::Clients(ClientsMessage::Thought { call }));
            }
            None => self.course = Course::Closed { exhausted: true },
        }
    }

    /// Closed load: a client has thought enough.
    fn make_thought_due(&mut self, now: Instant, number: usize) {
        if self.stopping {
            // It began to think before.
            return;
        }
        match self.go_on(number, CallStage::Asked) {
            CallStage::Thinking(call) => drop(self.go_on(number, CallStage::Due { due: now, heard: now, call })),
            stage => impossible(self, &(ClientsMessage::Thought { call: number }, stage)),
        }
        self.sort_in(number);
    }

    /// Numbers a call and its jobs.
    fn take(&mut self, mut call: Call, stage: impl FnOnce(Call) -> CallStage, client: Option<u32>) -> usize {
        let first = u32::try_from(self.jobs.len()).unwrap_or(u32::MAX);
        for request in call.requests_mut() {
            request.submission = u32::try_from(self.jobs.len()).ok();
            self.jobs.push(Submitted::Unknown);
        }
        let jobs = u32::try_from(self.jobs.len()).unwrap_or(u32::MAX) - first;
        let number = self.first_taken + self.taken.len();
        self.taken.push_back(TakenCall { first, jobs, ended: 0, client, stage: stage(call) });
        number
    }

    /// The call of this number, which is not over.
    fn call(&mut self, number: usize) -> &mut TakenCall {
        let place = number.checked_sub(self.first_taken).filter(|place| *place < self.taken.len());
        match place {
            Some(place) => &mut self.taken[place],
            None => impossible(self, &("no call has this number", number)),
        }
    }

    /// Puts a call into its next stage; the one before.
    fn go_on(&mut self, number: usize, next: CallStage) -> CallStage {
        std::mem::replace(&mut self.call(number).stage, next)
    }

    /// Puts a call that is due among those that wait for a thread, or for the id of the first job that it has to wait
    /// for.
    fn sort_in(&mut self, number: usize) {
        match self.unknown_job(number) {
            Some(job) => self.blocked.entry(job).or_default().push(number),
            None => drop(self.waiting.insert(number)),
        }
    }

    /// The first job named by a call whose id is not known yet.
    fn unknown_job(&self, number: usize) -> Option<u32> {
        let call = match &self.taken[number - self.first_taken].stage {
            CallStage::Due { call, .. } => call,
            stage => impossible(self, &("sorted in, but not due", number, stage)),
        };
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
        while let Some(&thread) = self.idle.front() {
            // Threads may be idle: there is nothing to do.
            let Some(number) = self.waiting.pop_first() else { return };
            self.idle.pop_front();
            let (due, heard, mut call) = match self.go_on(number, CallStage::Asked) {
                CallStage::Due { due, heard, call } => (due, heard, call),
                stage => impossible(self, &("waits, but is not due", number, stage)),
            };
            for request in call.requests_mut() {
                self.resolve(request);
            }
            let handover = Handover { heard, sent: now };
            let message = ProcessMessage::Call { number, due, handover, call: Box::new(call) };
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
        match self.go_on(number, CallStage::Answered) {
            // A thread had it, and its answer is what follows.
            CallStage::Asked => {}
            stage => impossible(self, &(stage, reply)),
        }
        let (first, jobs) = (self.call(number).first, self.call(number).jobs);
        for place in 0..jobs {
            let submitted = match (&reply, place) {
                (Reply::Submitted(id), 0) => Submitted::As(*id),
                (Reply::SubmittedMany(outcomes), _) => match outcomes[place as usize] {
                    Ok(id) => Submitted::As(id),
                    Err(_) => Submitted::Refused,
                },
                (Reply::Refused(_), _) => Submitted::Refused,
                _ => impossible(self, &("no answer to a submission", reply)),
            };
            self.jobs[(first + place) as usize] = submitted;
            self.call(number).ended += u32::from(submitted == Submitted::Refused);
        }
        for job in first..first + jobs {
            for blocked in self.blocked.remove(&job).unwrap_or_default() {
                self.sort_in(blocked);
            }
        }
        if context.tracing() {
            context.observe(Observation::Trace(Box::new(Trace::Replied { call: number, reply })));
        }
        self.note_over(number, context);
    }

    fn job_ended(&mut self, submission: u32, context: &mut impl QueueContext) {
        let after = self.taken.partition_point(|call| call.first <= submission);
        // Calls without jobs share their place with the next that has some.
        match (0..after).rev().find(|place| self.taken[*place].jobs > 0) {
            Some(place) if self.taken[place].ended < self.taken[place].jobs => {
                self.taken[place].ended += 1;
                self.note_over(self.first_taken + place, context);
            }
            _ => impossible(self, &("a job ended of a call that is over", submission)),
        }
    }

    /// If the call is answered and its jobs have ended, there is nothing more to come.
    fn note_over(&mut self, number: usize, context: &mut impl QueueContext) {
        let call = self.call(number);
        if !matches!(call.stage, CallStage::Answered) || call.ended < call.jobs {
            // Its answer or the end of a job is still to come.
            return;
        }
        call.stage = CallStage::Over;
        let client = call.client;
        while self.taken.front().is_some_and(|call| matches!(call.stage, CallStage::Over)) {
            self.taken.pop_front();
            self.first_taken += 1;
        }
        if let Some(client) = client {
            self.think(client, context);
        }
    }
}
