//! Ctrl-C: the first asks the run to stop, the second ends the program at once.

use super::failure::Failure;
use super::output;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Exit code of a program that was interrupted.
const INTERRUPTED: i32 = 130;

/// A flag that the first interrupt sets.
pub(super) fn stop_flag() -> Result<Arc<AtomicBool>, Failure> {
    let stop = Arc::new(AtomicBool::new(false));
    let flag = Arc::clone(&stop);
    let handler = move || {
        if flag.swap(true, Ordering::Relaxed) {
            output::complain(
                "interrupted again: ending at once; a queue directory that is left behind can be opened again",
            );
            std::process::exit(INTERRUPTED);
        }
        output::complain(
            "interrupted: finishing what runs, then reporting what was measured (once more to end at once)",
        );
    };
    ctrlc::set_handler(handler).map_err(|error| Failure::Run(format!("cannot catch interrupts: {error}")))?;
    Ok(stop)
}
