//! The kernel of virtual time on three reference models, against the same models written by hand without actors.
//!
//! - W1: M/M/25 at load 0.9, a million customers;
//! - W2: 25 workers in a closed loop over one first-come-first-served readers-writer lock, nine acquisitions in ten
//!   shared, a million acquisitions;
//! - W3: the hold model: 1024 entities pass 16 messages each among them, five million in all.
//!
//! Model and floor take turns, each round with a seed of its own. A figure is timed events per second of the
//! thread's CPU time: two a customer, two an acquisition, one a message of W3.
//!
//! `cargo bench --bench kernel` (`-- --quick` for a tenth of it, `--model W1`, `--rounds N`, `--seed N` of the first
//! run). Ends with 1 if a statistic disagrees with theory, or a model reaches less than half the speed of its floor.
//! With `--json` it prints one line a run, and leaves it to the reader to judge them.

#![allow(clippy::disallowed_methods, clippy::disallowed_types)] // a harness
#![allow(missing_docs, clippy::print_stdout, clippy::unwrap_used, clippy::cast_precision_loss)] // a harness, not an interface

mod exponential;
mod statistics;
mod w1;
mod w2;
mod w3;

use exponential::Exponential;
use rustix::time::{ClockId, clock_gettime};
use statistics::{Interval, median};
use std::process::ExitCode;

/// What a run of a model came to.
struct Run {
    /// Timed events.
    events: u64,
    /// The model's statistic, in batches of equal size.
    batches: Vec<f64>,
}

/// One of the three.
struct Model {
    name: &'static str,
    statistic: &'static str,
    expected: f64,
    /// Customers, acquisitions or messages.
    size: u64,
    kernel: fn(&Exponential, u64, u64) -> Run,
    floor: fn(&Exponential, u64, u64) -> Run,
}

const MODELS: [Model; 3] = [
    Model {
        name: "W1",
        statistic: "mean wait, in services",
        // Erlang C for 25 servers at 0.9, over 25 (1 - 0.9).
        expected: 0.203_17,
        size: 1_000_000,
        kernel: w1::with_actors,
        floor: w1::by_hand,
    },
    Model {
        name: "W2",
        statistic: "mean wait for the lock, ms",
        // The steady state of its Markov chain, which benches/peers computes, and Little's law.
        expected: 0.635_04,
        size: 1_000_000,
        kernel: w2::with_actors,
        floor: w2::by_hand,
    },
    Model {
        name: "W3",
        statistic: "time per message, in mean delays / 16,384",
        expected: 1.0,
        size: 5_000_000,
        kernel: w3::with_actors,
        floor: w3::by_hand,
    },
];

/// What is asked for on the command line.
struct Options {
    rounds: u64,
    seed: u64,
    divide_by: u64,
    model: Option<String>,
    json: bool,
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().collect();
    let has = |name: &str| arguments.iter().any(|argument| argument == name);
    // What cargo passes to a bench that it only tests.
    if has("--test") {
        return ExitCode::SUCCESS;
    }
    let value = |name: &str| arguments.iter().skip_while(|argument| *argument != name).nth(1).cloned();
    let quick = has("--quick");
    let rounds =
        value("--rounds").map_or(if quick { 2 } else { 5 }, |rounds| rounds.parse().expect("a number of rounds"));
    let seed = value("--seed").map_or(1, |seed| seed.parse().expect("a whole number as seed"));
    let divide_by = if quick { 10 } else { 1 };
    let options = Options { rounds, seed, divide_by, model: value("--model"), json: has("--json") };
    let mut all_well = true;
    for model in MODELS.iter().filter(|model| options.model.as_ref().is_none_or(|name| name == model.name)) {
        all_well &= model.measure(&options);
    }
    if all_well { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

impl Model {
    /// Runs model and floor in turn and prints what came of it; false if something is wrong.
    fn measure(&self, options: &Options) -> bool {
        let exponential = Exponential::new();
        let mut speeds = [Vec::new(), Vec::new()];
        let mut batches = [Vec::new(), Vec::new()];
        for round in 0..options.rounds {
            for (which, (name, form, run)) in
                [("jqlab", "actors", self.kernel), ("floor", "by hand", self.floor)].into_iter().enumerate()
            {
                let seed = options.seed + round * 2 + which as u64;
                let size = self.size / options.divide_by;
                let began = cpu_seconds();
                let Run { events, batches: values } = run(&exponential, size, seed);
                let cpu_s = cpu_seconds() - began;
                let speed = events as f64 / cpu_s / 1e6;
                if options.json {
                    let statistic = self.statistic_of(values.iter().sum::<f64>() / values.len() as f64, size);
                    println!(
                        "{{\"kernel\":\"{name}\",\"form\":\"{form}\",\"model\":\"{}\",\"events\":{events},\"cpu_s\":{cpu_s:.6},\"statistic\":{statistic:.6}}}",
                        self.name
                    );
                }
                speeds[which].push(speed);
                batches[which].extend(values);
            }
        }
        let ratios: Vec<f64> = speeds[0].iter().zip(&speeds[1]).map(|(kernel, floor)| kernel / floor).collect();
        let agree = batches.iter().all(|values| Interval::of(values).holds(self.expected));
        let ratio = median(&ratios);
        if !options.json {
            let interval = Interval::of(&batches[0]);
            println!(
                "{}: {:5.1} million events a CPU second, by hand {:5.1}; ratio {ratio:.2} {}   {} {interval}, expected {} {}",
                self.name,
                median(&speeds[0]),
                median(&speeds[1]),
                if ratio >= 0.5 { "(floor 0.5 reached)" } else { "(floor 0.5 MISSED)" },
                self.statistic,
                self.expected,
                if agree { "" } else { "DISAGREES" },
            );
        }
        options.json || agree && ratio >= 0.5
    }

    /// The statistic as other simulators report it: for W3, the time at the end of all messages.
    fn statistic_of(&self, mean: f64, size: u64) -> f64 {
        if self.name == "W3" { mean * size as f64 / 16_384.0 } else { mean }
    }
}

/// CPU time of this thread.
fn cpu_seconds() -> f64 {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    time.tv_sec as f64 + time.tv_nsec as f64 / 1e9
}
