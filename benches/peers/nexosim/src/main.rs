//! Runs one of jqlab's reference models on NeXosim, on one thread, and prints one line of JSON.
//!
//! Usage: `peers-nexosim MODEL FORM SIZE SEED`, where MODEL is W1, W2 or W3, SIZE counts customers, acquisitions
//! or messages, and FORM is station or servers for W1, ports for W2, ports or scheduler for W3. Exit code 2 for arguments that it cannot use, 1 if NeXosim refuses the model.

mod chance;
mod hold;
mod hold_by_scheduler;
mod lock;
mod outcome;
mod queue;
mod queue_by_servers;

use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [model, form, size, seed] = arguments.as_slice() else {
        return refuse("expected four arguments");
    };
    let (Ok(size), Ok(seed)) = (size.parse(), seed.parse()) else {
        return refuse("SIZE and SEED must be whole numbers");
    };
    if size == 0 {
        return refuse("SIZE must be at least 1");
    }
    let run = match (model.as_str(), form.as_str()) {
        ("W1", "station") => queue::run,
        ("W1", "servers") => queue_by_servers::run,
        ("W2", "ports") => lock::run,
        ("W3", "ports") => hold::run,
        ("W3", "scheduler") => hold_by_scheduler::run,
        _ => return refuse("no such model and form"),
    };
    match run(size, seed) {
        Ok(outcome) => {
            println!(
                r#"{{"kernel": "nexosim", "form": "{form}", "model": "{model}", "events": {}, "cpu_s": {:.9}, "statistic": {:.9}}}"#,
                outcome.events, outcome.cpu_s, outcome.statistic
            );
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("nexosim: {error}");
            ExitCode::FAILURE
        }
    }
}

fn refuse(what: &str) -> ExitCode {
    eprintln!("nexosim: {what}\nusage: peers-nexosim W1|W2|W3 FORM SIZE SEED");
    ExitCode::from(2)
}
