//! The threads that actors live on. All of a run are made here, and all that messages are measured on, too.

use actix_rt::{Arbiter, System, SystemRunner};
use std::io;
use std::time::Duration;
use tokio::runtime::{Builder, Runtime};

/// How long the hub looks out for messages before it sleeps.
pub(super) const LOOK_OUT: Duration = Duration::from_micros(50);

/// What threads for actors belong to. The thread that calls this waits for them with timers of a millisecond.
pub(super) fn new_system() -> io::Result<SystemRunner> {
    let runtime = Builder::new_current_thread().enable_time().build()?;
    Ok(System::with_tokio_rt(move || runtime))
}

/// A thread for actors. It needs neither sockets nor the runtime's timers, and wakes faster without them.
pub(super) fn new_arbiter() -> io::Result<Arbiter> {
    Arbiter::try_with_tokio_rt(|| Builder::new_current_thread().build())
}

/// The thread of the hub, which looks out for messages, for so long, before it sleeps.
pub(super) fn new_hub(look_out: impl Fn(Duration) + Send + Sync + 'static) -> io::Result<Arbiter> {
    let runtime = move || -> io::Result<Runtime> {
        Builder::new_current_thread().on_thread_park(move || look_out(LOOK_OUT)).build()
    };
    Arbiter::try_with_tokio_rt(runtime)
}

/// Ends threads that nobody needs any more.
pub(super) fn dismiss(arbiters: Vec<Arbiter>) {
    for arbiter in &arbiters {
        arbiter.stop();
    }
    for arbiter in arbiters {
        // One that panicked has said so.
        let _ = arbiter.join();
    }
}
