//! The command line: arguments, and one file for each command.
//!
//! Results go to standard output, progress and errors to standard error. Exit codes: 0 done, 1 a run, a claim
//! that guards a build, a check or the machine failed, 2 usage or scenario, 3 an invariant broke, 4 interrupted with a partial report, 130 without one.

// The outermost layer may print, and read the clock for people.
#![allow(clippy::disallowed_methods, clippy::disallowed_types)]

mod asking;
mod bug;
mod calibrate;
mod capacity;
mod check;
mod compare;
mod delivery;
mod failure;
mod gates;
mod index;
mod interrupt;
mod locks;
mod output;
mod plan;
mod profile;
mod progress;
mod queue;
mod report;
mod results;
mod run;
mod sensitivity;
mod steps;
mod validate;
mod version;

use clap::{Parser, Subcommand};
use failure::Failure;
use std::process::ExitCode;

/// A laboratory for file-backed job queues: a design document's claims, executed.
#[derive(Debug, Parser)]
#[command(name = "jqlab", version, max_term_width = 100)]
#[command(after_help = "Examples:
  jqlab run scenarios/quickstart.toml         run a study, write its report to reports/quickstart/
  jqlab check scenarios/*.toml                check scenarios without running them
  jqlab validate scenarios/quickstart.toml    how accurate the virtual-time predictions are
  jqlab sensitivity scenarios/quickstart.toml what would change if a cost were another
  jqlab capacity scenarios/quickstart.toml --while 'sojourn p95 < 50ms'
  jqlab compare before after                  hold results against each other, and find regressions
  jqlab report reports/quickstart/results.json  draw a report again
  jqlab index reports/                        every claim of every study, with its verdict
  jqlab locks scenarios/quickstart.toml --at 250ms
  jqlab profile show nvme                     what a job file costs on a machine with an NVMe SSD
  jqlab calibrate --out mine.toml             measure this machine, as a profile for virtual time
  jqlab queue verify /var/lib/ganeti/queue    check every invariant of a queue directory

Exit codes:
  0    done
  1    a run failed, a claim that guards a build did not hold, the machine failed, or a check found damage
  2    usage or scenario
  3    an invariant broke (a bug)
  4    interrupted, the report is partial
  130  interrupted without a report")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run a scenario and write its report
    Run(run::Run),
    /// Check scenarios without running them
    Check(check::Check),
    /// Compare virtual-time predictions with live measurements
    Validate(validate::Validate),
    /// What would change if a cost, a lock or a number of workers were another
    Sensitivity(sensitivity::Sensitivity),
    /// How much a queue can bear while a condition holds
    Capacity(capacity::Capacity),
    /// Hold results against each other, and find regressions
    Compare(compare::Compare),
    /// Draw a report again from its results.json
    Report(report::Report),
    /// Write an index of all reports: every claim, with its verdict
    Index(index::Index),
    /// Show the lock monitor at a moment of a scenario
    Locks(locks::Locks),
    /// Measure this machine, as a profile for virtual time
    Calibrate(calibrate::Calibrate),
    /// Look at profiles: what a machine costs in virtual time
    Profile(profile::ProfileCommand),
    /// Look at a queue directory
    Queue(queue::Queue),
    /// Say which program this is: version, sources, commit and build
    Version(version::Version),
}

/// Does what the command line says.
#[must_use]
pub fn run() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => {
            return match error.print() {
                // A help or version that was asked for, and went nowhere. An error has its own code.
                Err(why) if !error.use_stderr() => output::not_printed(&why).report(),
                _ => ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2)),
            };
        }
    };
    let words: Vec<String> = std::env::args().skip(1).map(|word| output::quoted(&word)).collect();
    bug::end_on_panic(&format!("jqlab {}", words.join(" ")));
    if let Err(failure) = interrupt::outlive_full_files() {
        return failure.report();
    }
    let done = match arguments.command {
        Command::Run(run) => run.execute(),
        Command::Check(check) => check.execute(),
        Command::Validate(validate) => validate.execute(),
        Command::Sensitivity(sensitivity) => sensitivity.execute(),
        Command::Capacity(capacity) => capacity.execute(),
        Command::Compare(compare) => compare.execute(),
        Command::Report(report) => report.execute(),
        Command::Index(index) => index.execute(),
        Command::Locks(locks) => locks.execute(),
        Command::Calibrate(calibrate) => calibrate.execute(),
        Command::Profile(profile) => profile.execute(),
        Command::Queue(queue) => queue.execute(),
        Command::Version(version) => version.execute(),
    };
    match done {
        Ok(()) | Err(Failure::BrokenPipe) => ExitCode::SUCCESS,
        Err(failure) => failure.report(),
    }
}
