//! A source of work in front of the modelled machine.

use jqlab::actors::accounting::Observation;
use jqlab::actors::files::{DiskMessage, Operation};
use jqlab::actors::machine::message::{Burst, CoresMessage, InterpreterMessage, MachineMessage};
use jqlab::actors::machine::{Cores, DiskModel, Interpreter, Keeps, ModelDirectory, Post, Profile};
use jqlab::actors::processes::ProcessMessage;
use jqlab::actors::system::Member;
use jqlab::actors::{Actor, ActorId, Context, Design, Disks, Message, Roster};
use jqlab::runtime::virtual_time::Simulation;
use jqlab::runtime::{Recorder, Streams};
use jqlab::units::{Instant, Span};
use rand::{Rng, SeedableRng};
use rand_pcg::Pcg64Mcg;
use std::collections::BTreeMap;
use std::sync::Arc;

const SOURCE: ActorId = ActorId(0);

/// What is asked of the machine.
#[derive(Debug, Clone)]
pub(crate) enum Ask {
    Cores(Span),
    Interpreter(Span),
    Disk(Operation),
}

/// What became of one request: when it ended, and what it says that it waited.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Served {
    pub(crate) number: usize,
    pub(crate) ended: Instant,
    pub(crate) waited: Span,
}

pub(crate) struct Source {
    requests: Vec<(Instant, Ask)>,
    next: usize,
    roster: Roster,
    served: Vec<Served>,
    /// Which request the disk's answers belong to: they carry no number, but when work on them began.
    began: BTreeMap<Instant, usize>,
}

pub(crate) enum Part {
    Source(Source),
    Member(Box<Member>),
    Nobody,
}

struct Deaf;

impl Recorder<Observation> for Deaf {
    fn observe(&mut self, _: Instant, _: Observation) {}

    fn tracing(&self) -> bool {
        false
    }
}

impl Actor for Part {
    type Message = Message;
    type Observation = Observation;

    fn receive<C>(&mut self, now: Instant, message: Message, context: &mut C)
    where
        C: Context<Message = Message, Observation = Observation>,
    {
        match self {
            Self::Source(source) => source.receive(now, message, context),
            Self::Member(member) => member.receive(now, message, context),
            Self::Nobody => panic!("{message:?} for nobody"),
        }
    }
}

impl Source {
    fn receive<C: Context<Message = Message>>(&mut self, now: Instant, message: Message, context: &mut C) {
        match message {
            Message::Process(ProcessMessage::Begin) => self.ask(now, context),
            Message::Machine(MachineMessage::Computed(computed)) => self.served.push(Served {
                number: computed.ticket,
                ended: now,
                waited: computed.core + computed.interpreter_lock,
            }),
            Message::Process(ProcessMessage::Disk(done)) => {
                let number = self.began[&done.began];
                self.served.push(Served { number, ended: now, waited: done.steps.disk });
            }
            other => panic!("{other:?} for a source"),
        }
    }

    /// Asks for what is due, and sets the timer for the next.
    fn ask<C: Context<Message = Message>>(&mut self, now: Instant, context: &mut C) {
        while let Some((at, ask)) = self.requests.get(self.next) {
            if *at > now {
                context.after(at.since(now), Message::Process(ProcessMessage::Begin));
                return;
            }
            let burst = |span| Burst { asker: SOURCE, ticket: self.next, span };
            let (to, message) = match ask.clone() {
                Ask::Cores(span) => {
                    (self.roster.cores(), Message::Machine(MachineMessage::Cores(CoresMessage::Compute(burst(span)))))
                }
                Ask::Interpreter(span) => (
                    self.roster.interpreter(),
                    Message::Machine(MachineMessage::Interpreter(InterpreterMessage::Compute(burst(span)))),
                ),
                Ask::Disk(operation) => {
                    let request = DiskMessage { process: SOURCE, operation };
                    (self.roster.shared_disk(), Message::Disk(request))
                }
            };
            assert_eq!(self.began.insert(now, self.next), None, "every request begins at a time of its own");
            context.send(to, message);
            self.next += 1;
        }
    }
}

/// Puts `requests`, sorted by time, to the machine of `profile`; what became of them, by number.
pub(crate) fn serve(profile: Profile, requests: Vec<(Instant, Ask)>, seed: u64) -> Vec<Served> {
    let (design, profile) = (Arc::new(Design::default()), Arc::new(profile));
    let roster = Roster::new(0, 0, Disks::Shared);
    let count = requests.len();
    let source = Source { requests, next: 0, roster, served: Vec::new(), began: BTreeMap::new() };
    let mut parts = vec![Part::Source(source)];
    parts.resize_with(roster.shared_disk().0 as usize, || Part::Nobody);
    let directory = ModelDirectory::default();
    let disk = DiskModel::new(design, Arc::clone(&profile), roster, directory, Keeps::Documents, false);
    let interval = profile.interpreter_lock.unwrap_or(Span(u64::MAX));
    let members = [
        Member::Disk(disk),
        Member::Cores(Cores::new(Arc::clone(&profile))),
        Member::Interpreter(Interpreter::new(&roster, interval)),
        Member::Post(Post::new(profile, &roster)),
    ];
    parts.extend(members.map(|member| Part::Member(Box::new(member))));
    let mut simulation = Simulation::new(parts, Deaf, Streams::new(seed, 0));
    simulation.send(SOURCE, Message::Process(ProcessMessage::Begin));
    simulation.run(Instant::FAR_FUTURE);
    let Some(Part::Source(source)) = simulation.into_parts().0.into_iter().next() else { panic!("the source is gone") };
    let mut served = source.served;
    assert_eq!(served.len(), count, "every request is answered once");
    served.sort_by_key(|one| one.number);
    served
}

/// Arrivals at random times with exponential gaps of this mean.
pub(crate) fn poisson(mean: Span, random: &mut Pcg64Mcg) -> impl FnMut() -> Instant + use<> {
    let mut at = 0.0;
    let mut random = Pcg64Mcg::seed_from_u64(random.next_u64());
    move || {
        at += exponential(&mut random) * mean.0 as f64;
        Instant(Span::from_secs_f64(at / 1e9).0)
    }
}

/// Exponential with mean 1.
pub(crate) fn exponential(random: &mut Pcg64Mcg) -> f64 {
    -libm::log(1.0 - (random.next_u64() >> 11) as f64 / (1_u64 << 53) as f64)
}
