//! The instrument measures itself: what a clock reading, a message and an uncontended lock cost here and now.

use crate::actors::ActorId;
use crate::actors::locks::{Activity, Lock, Mode};
use crate::job::Priority;
use crate::runtime::record::Instrument;
use crate::units::{Instant, Span};
use actix::{Actor, Handler};
use std::time::{Duration, Instant as WallInstant};

/// Samples of each; the median is taken.
const SAMPLES: usize = 201;
/// Messages to a thread that sleeps, and how long it is left alone before each.
const SLEEPS: usize = 31;
const SLEEP: Duration = Duration::from_millis(1);
/// Clock readings in one sample.
const READINGS: u32 = 100;

/// An actor that answers at once.
struct Echo {
    lock: Lock,
}

impl Actor for Echo {
    type Context = actix::Context<Self>;
}

struct Ping;

impl actix::Message for Ping {
    type Result = ();
}

struct AcquireAndRelease;

impl actix::Message for AcquireAndRelease {
    type Result = bool;
}

impl Handler<Ping> for Echo {
    type Result = ();

    fn handle(&mut self, _: Ping, _: &mut Self::Context) {}
}

impl Handler<AcquireAndRelease> for Echo {
    type Result = bool;

    fn handle(&mut self, _: AcquireAndRelease, _: &mut Self::Context) -> bool {
        let process = ActorId(0);
        let grant = self.lock.acquire(Instant::ZERO, process, Mode::Shared, Priority::NORMAL, Activity::Query);
        self.lock.release(Instant::ZERO, process, &mut Vec::new());
        grant.is_some()
    }
}

/// Measures, in under a tenth of a second. `other` is a thread besides the caller's.
pub(super) async fn measure(other: &actix_rt::ArbiterHandle) -> Instrument {
    let near = Echo { lock: Lock::default() }.start();
    let far = Echo::start_in_arbiter(other, |_| Echo { lock: Lock::default() });
    let mut samples = [const { Vec::new() }; 5];
    for _ in 0..SAMPLES {
        let began = WallInstant::now();
        for _ in 1..READINGS {
            std::hint::black_box(WallInstant::now());
        }
        samples[0].push(began.elapsed() / READINGS);

        let began = WallInstant::now();
        let answered = near.send(Ping).await;
        samples[1].extend(answered.is_ok().then(|| began.elapsed() / 2));

        let began = WallInstant::now();
        let answered = far.send(Ping).await;
        samples[2].extend(answered.is_ok().then(|| began.elapsed() / 2));

        let began = WallInstant::now();
        let granted = far.send(AcquireAndRelease).await;
        samples[3].extend(granted.is_ok_and(|granted| granted).then(|| began.elapsed()));
    }
    for _ in 0..SLEEPS {
        actix_rt::time::sleep(SLEEP).await;
        let began = WallInstant::now();
        let answered = far.send(Ping).await;
        samples[4].extend(answered.is_ok().then(|| began.elapsed() / 2));
    }
    let [clock_reading, hop_same_thread, hop_between_threads, uncontended_grant, hop_to_sleeping_thread] =
        samples.map(|mut samples| {
            samples.sort_unstable();
            let median = samples.get(samples.len() / 2).copied().unwrap_or_default();
            Span(u64::try_from(median.as_nanos()).unwrap_or(u64::MAX))
        });
    Instrument { clock_reading, hop_same_thread, hop_between_threads, hop_to_sleeping_thread, uncontended_grant }
}
