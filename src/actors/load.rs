//! The load: the calls of clients, and the generator that makes them.

use super::message::{LoadMessage, Message, ProcessMessage, QueueMessage};
use super::observation::{Observation, Trace};
use super::request::{Call, JobRequest, On, Reply};
use super::{ActorId, Context, Roster};
use crate::job::JobId;
use crate::units::{Instant, Span};
use std::collections::{BTreeMap, VecDeque};

/// All calls of a load. Jobs are numbered (`JobRequest::submission`) in the order of the calls, from 0.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum LoadPlan {
    /// Each call is due at its time, whatever became of those before it: an open load. All at once means all due at 0.
    Open(Vec<(Instant, Call)>),
    /// So many clients, each with one job at a time: a client takes the next call, waits until its jobs have
    /// ended (calls that submit none: until they are answered), thinks, and takes the next.
    Closed {
        /// How many.
        clients: u32,
        /// Each call, and how long its client thinks before it.
        calls: Vec<(Span, Call)>,
    },
}

impl LoadPlan {
    /// How many jobs it submits.
    #[must_use]
    pub fn jobs(&self) -> usize {
        match self {
            Self::Open(calls) => calls.iter().map(|(_, call)| call.requests().len()).sum(),
            Self::Closed { calls, .. } => calls.iter().map(|(_, call)| call.requests().len()).sum(),
        }
    }
}

/// What is known of a call.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
struct CallState {
    due: Instant,
    /// None once it is on its way.
    call: Option<Call>,
    /// Place of its first job among all jobs.
    first: usize,
    jobs: usize,
    ended: usize,
    replied: bool,
    /// Of a closed load.
    client: Option<u32>,
}

/// What is known of a job.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
struct JobState {
    call: usize,
    class: u16,
    id: Option<JobId>,
    refused: bool,
}

/// The load generator.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Load {
    calls: Vec<CallState>,
    jobs: Vec<JobState>,
    /// Clients of a closed load, and how long is thought before each call.
    closed: Option<(u32, Vec<Span>)>,
    /// Whether the run ends with the load.
    ends_run: bool,
    /// The first call that is not due yet.
    next: usize,
    /// Calls that are due and wait for a thread, or for a job that they name.
    waiting: VecDeque<usize>,
    idle: VecDeque<ActorId>,
    /// Calls that are complete: answered, and all their jobs final.
    complete: usize,
    /// Jobs that ended, in that order.
    finished: Vec<JobId>,
    /// The same by class.
    finished_of: BTreeMap<u16, Vec<JobId>>,
    stopping: bool,
}

impl Load {
    /// A generator for `plan`; if `ends_run`, the run is over when all calls are answered and their jobs final.
    #[must_use]
    pub fn new(plan: LoadPlan, roster: &Roster, ends_run: bool) -> Self {
        let (calls, closed) = match plan {
            LoadPlan::Open(calls) => (calls, None),
            LoadPlan::Closed { clients, calls } => {
                let (thinks, calls): (Vec<_>, Vec<_>) = calls.into_iter().unzip();
                (calls.into_iter().map(|call| (Instant::FAR_FUTURE, call)).collect(), Some((clients, thinks)))
            }
        };
        let mut jobs = Vec::new();
        let calls = calls.into_iter().enumerate().map(|(number, (due, mut call))| {
            let first = jobs.len();
            for request in call.requests_mut() {
                request.submission = u32::try_from(jobs.len()).ok();
                jobs.push(JobState { call: number, class: request.class, ..JobState::default() });
            }
            CallState { due, call: Some(call), first, jobs: jobs.len() - first, ..CallState::default() }
        });
        let calls = calls.collect();
        Self {
            calls,
            jobs,
            closed,
            ends_run,
            next: 0,
            waiting: VecDeque::new(),
            idle: (0..roster.threads()).map(|number| roster.thread(number)).collect(),
            complete: 0,
            finished: Vec::new(),
            finished_of: BTreeMap::new(),
            stopping: false,
        }
    }

    /// Takes one message.
    pub fn receive<C>(&mut self, now: Instant, message: LoadMessage, context: &mut C)
    where
        C: Context<Message = Message, Observation = Observation>,
    {
        match message {
            LoadMessage::Begin => self.begin(now, context),
            LoadMessage::Due => self.make_due(now, context),
            LoadMessage::Thought { client } => self.next_of_client(now, client),
            LoadMessage::Replied { thread, call, reply } => {
                self.idle.push_back(thread);
                self.replied(call, reply, context);
            }
            LoadMessage::JobEnded { id, submission } => {
                self.finished.push(id);
                if let Some(job) = self.jobs.get(submission as usize) {
                    let call = job.call;
                    self.finished_of.entry(job.class).or_default().push(id);
                    self.calls[call].ended += 1;
                    self.note_complete(call, context);
                }
            }
            LoadMessage::Stop => {
                self.stopping = true;
                self.waiting.clear();
                context.send(Roster::QUEUE, Message::Queue(QueueMessage::PrepareShutdown { process: None }));
            }
            LoadMessage::Idle => context.halt(),
        }
        self.dispatch(now, context);
        if self.ends_run && self.complete == self.calls.len() {
            context.halt();
        }
    }

    fn begin<C: Context<Message = Message>>(&mut self, now: Instant, context: &mut C) {
        if let Some((clients, thinks)) = &self.closed {
            for client in 0..*clients {
                let think = thinks.get(client as usize).copied().unwrap_or_default();
                context.after(think, Message::Load(LoadMessage::Thought { client }));
            }
        } else {
            for call in &mut self.calls {
                call.due = now + call.due.since(Instant::ZERO);
            }
            self.make_due(now, context);
        }
    }

    /// Open load: moves what is due to those that wait, and sets the timer for the next.
    fn make_due<C: Context<Message = Message>>(&mut self, now: Instant, context: &mut C) {
        while let Some(call) = self.calls.get(self.next)
            && !self.stopping
        {
            if call.due > now {
                context.after(call.due.since(now), Message::Load(LoadMessage::Due));
                return;
            }
            self.waiting.push_back(self.next);
            self.next += 1;
        }
    }

    /// Closed load: the client's next call is due now.
    fn next_of_client(&mut self, now: Instant, client: u32) {
        if self.stopping || self.next == self.calls.len() {
            return;
        }
        let call = &mut self.calls[self.next];
        (call.due, call.client) = (now, Some(client));
        self.waiting.push_back(self.next);
        self.next += 1;
    }

    /// Hands waiting calls to idle threads: the first whose jobs are all known.
    fn dispatch<C: Context<Message = Message>>(&mut self, now: Instant, context: &mut C) {
        while !self.idle.is_empty() {
            let Some(position) = self.waiting.iter().position(|call| self.is_resolvable(*call)) else { return };
            let (Some(number), Some(thread)) = (self.waiting.remove(position), self.idle.pop_front()) else { return };
            let Some(mut call) = self.calls[number].call.take() else { continue };
            for request in call.requests_mut() {
                self.resolve(request);
            }
            let (due, call) = (self.calls[number].due, Box::new(call));
            let message = ProcessMessage::Call { number, due, sent: now, call };
            context.send(thread, Message::Process(message));
        }
    }

    fn is_resolvable(&self, call: usize) -> bool {
        let requests = self.calls[call].call.as_ref().map_or(&[][..], Call::requests);
        let named =
            requests.iter().flat_map(|request| &request.opcodes).flat_map(|opcode| opcode.depends.iter().flatten());
        named.into_iter().all(|dependency| match dependency.on {
            On::Submission(job) => self.jobs.get(job as usize).is_none_or(|job| job.id.is_some() || job.refused),
            _ => true,
        })
    }

    /// Puts ids in the place of jobs named otherwise. One that was refused has none: 0 names no job. A job that
    /// wants more finished jobs than there are takes those there are.
    fn resolve(&self, request: &mut JobRequest) {
        for depends in request.opcodes.iter_mut().filter_map(|opcode| opcode.depends.as_mut().ok()) {
            depends.retain_mut(|one| {
                let found = match one.on {
                    On::Submission(job) => {
                        let id = self.jobs.get(job as usize).and_then(|job| job.id);
                        Some(On::Id(id.unwrap_or(JobId(0))))
                    }
                    On::Finished(back) => nth_last(&self.finished, back),
                    On::FinishedOf(class, back) => self.finished_of.get(&class).and_then(|jobs| nth_last(jobs, back)),
                    other => Some(other),
                };
                one.on = found.unwrap_or(one.on);
                found.is_some()
            });
        }
    }

    fn replied<C>(&mut self, number: usize, reply: Reply, context: &mut C)
    where
        C: Context<Message = Message, Observation = Observation>,
    {
        let call = &mut self.calls[number];
        call.replied = true;
        let jobs = &mut self.jobs[call.first..call.first + call.jobs];
        let mut refuse = |job: &mut JobState| {
            job.refused = true;
            call.ended += 1;
        };
        match &reply {
            Reply::Submitted(id) => jobs.iter_mut().for_each(|job| job.id = Some(*id)),
            Reply::SubmittedMany(outcomes) => {
                for (job, outcome) in jobs.iter_mut().zip(outcomes) {
                    match outcome {
                        Ok(id) => job.id = Some(*id),
                        Err(_) => refuse(job),
                    }
                }
            }
            _ => jobs.iter_mut().for_each(refuse),
        }
        if context.tracing() {
            context.observe(Observation::Trace(Box::new(Trace::Replied { call: number, reply })));
        }
        self.note_complete(number, context);
    }

    fn note_complete<C: Context<Message = Message>>(&mut self, number: usize, context: &mut C) {
        let call = &self.calls[number];
        if !call.replied || call.ended < call.jobs {
            return;
        }
        self.complete += 1;
        if let (Some(client), Some((_, thinks))) = (call.client, &self.closed) {
            let think = thinks.get(self.next).copied().unwrap_or_default();
            context.after(think, Message::Load(LoadMessage::Thought { client }));
        }
    }
}

fn nth_last(finished: &[JobId], back: u32) -> Option<On> {
    finished.iter().rev().nth(back as usize).map(|id| On::Id(*id))
}
