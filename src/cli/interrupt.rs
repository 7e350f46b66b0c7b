//! Ctrl-C: the first asks a command to come to an end, the second ends the program at once.

use super::failure::{Failure, INTERRUPTED};
use super::output;
use crate::lab::remove_temporary_queues;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// A flag that the first interrupt sets. `finishing` says what happens then; `queue` is the directory that a second one
/// leaves behind, if the user named one.
pub(super) fn stop_flag(finishing: &'static str, queue: Option<&Path>) -> Result<Arc<AtomicBool>, Failure> {
    let stop = Arc::new(AtomicBool::new(false));
    let flag = Arc::clone(&stop);
    let queue = queue.map(Path::to_owned);
    let handler = move || {
        if flag.swap(true, Ordering::Relaxed) {
            let left = remove_temporary_queues();
            let names: Vec<String> = queue.iter().chain(&left).map(|path| path.display().to_string()).collect();
            let left = match &names[..] {
                [] => String::new(),
                names => format!("; left behind: {}", names.join(", ")),
            };
            output::complain(&format!("interrupted again: ending at once{left}"));
            std::process::exit(i32::from(INTERRUPTED));
        }
        output::complain(&format!("interrupted: {finishing} (press Ctrl-C again to quit now)"));
    };
    ctrlc::set_handler(handler).map_err(|error| Failure::Environment(format!("cannot catch interrupts: {error}")))?;
    Ok(stop)
}

/// From now on, a file that grows beyond its limit (`ulimit -f`) is an error of whoever writes it. Otherwise the signal
/// that comes with it would end the program without a word.
pub(super) fn outlive_full_files() -> Result<(), Failure> {
    let signal = rustix::process::Signal::XFSZ.as_raw();
    let caught = signal_hook::flag::register(signal, Arc::default());
    caught.map(drop).map_err(|error| Failure::Environment(format!("cannot catch signals: {error}")))
}
