//! A laboratory for file-backed job queues: a design document's claims, executed.
//!
//! The question that this crate answers: **what does a design decision cost in a queue whose jobs are files?** A
//! scenario names a workload and the variants of a design. Each variant is run as a system of actors, on real job
//! files by the wall clock or in virtual time on a modelled disk; what is left is a report in which every
//! nanosecond of every job is accounted for.
//!
//! ```
//! use jqlab::lab::findings::Verdict;
//! use jqlab::lab::{self, Options};
//! use jqlab::scenario::{self, Runtime};
//!
//! let plan = scenario::read("two-disks.toml", r#"
//! title = "What does a slow disk cost?"
//! [workload]
//! jobs     = 50
//! arrivals = { process = "poisson", rate = "20/s" }
//! [[workload.class]]
//! name = "plain"
//! [[workload.class.opcode]]
//! run = "2ms"
//! [[variant]]
//! name = "as designed"
//! [[variant]]
//! name   = "slow disk"
//! design = { disk_latency = "5ms" }
//! [[claim]]
//! quote   = "A job is written several times, and so feels a slow disk."
//! measure = "sojourn mean"
//! compare = ["slow disk", "as designed"]
//! expect  = "at least 100% greater"
//! [run]
//! replications = 3
//! "#)?;
//! let studied = lab::study(&plan, &Options::new(Runtime::Virtual), &mut ())?;
//! assert_eq!(studied.analysis.findings.claims[0].verdict, Verdict::Supported);
//! println!("{}", jqlab::report::terminal_table(&studied.analysis, 80));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! The public interface is the scenario format, the format of `results.json` and `jobs.csv`, the command line and its
//! exit codes. The Rust API is not part of it: it serves this program and its tests, and may change at any time.
//!
//! # What always holds
//!
//! 1. The accounts of a job's [ledger](actors::accounting) add up to its sojourn, from the moment at which it was due
//!    to its final write, to the nanosecond.
//! 2. Latency counts from the due time. A load with open arrivals does not wait for the queue.
//! 3. Actors have no clock, file, thread or randomness of their own: both runtimes drive the same code.
//! 4. In virtual time, the same scenario, seed and version give the same bytes, on every machine.
//! 5. All variants of a scenario see the same arrivals, classes and run times in the same replication.
//! 6. A job file is replaced as a whole or not at all; a live queue that is ended at any moment opens again.
//! 7. A scenario is data: it names no file and starts no program.
//! 8. The unit of analysis is the replication; no interval is given for fewer than three of them.
//!
//! # What a result does not prove
//!
//! - A live result holds for the machine, file system and load that the report names. Another disk has other
//!   ratios.
//! - The instrument takes time of its own: messages between actors. It is measured in every live run, and has an
//!   account of its own in the ledger; where that account is large, small differences mean nothing.
//! - Virtual time is exact about order and counts; its durations are as good as the profile of the machine that it
//!   models. `jqlab validate` holds them against live runs and says how far they are off.
//! - The queue is a model of the one that the design document describes, written in another language than the real
//!   one: encoding and parsing cost what they cost here.
//! - A verdict holds for the load, the machine and the blocks that it was found with; how often such verdicts are wrong is
//!   tested, and said in `docs/statistics.md`.
//!
//! # Where things are
//!
//! | module | what it is |
//! |---|---|
//! | [`units`] | instants, spans and sizes, in whole nanoseconds and bytes |
//! | [`job`] | jobs, opcodes, statuses, priorities, dependencies; the file format |
//! | [`queue_dir`] | the queue directory on disk: lock, serial, job files, archive; list, show, verify |
//! | [`actors`] | the queue as pure state machines: clients, queue, workers, tracker, locks, disk |
//! | [`runtime`] | what brings actors to life, live or in virtual time, and the record of a run |
//! | [`printable`] | text that others wrote, made harmless for a terminal |
//! | [`written`] | what people write by hand: values with their place, and errors that show it |
//! | [`profile`] | machines by name or file: from TOML text to a profile and back |
//! | [`scenario`] | from TOML text to a validated plan, and from a plan to the calls of clients |
//! | [`lab`] | running a plan; from records to figures and intervals |
//! | [`report`] | from figures to pages, pictures and tables |
//! | [`cli`] | the command line |
//!
//! Imports run one way: `cli → report → lab → scenario → profile → runtime → actors → job → units`. `queue_dir`
//! stands beside the actors, for whatever touches a queue directory: the live runtime, the calibration, the command line;
//! `written` beside them, for scenario and profile.

pub mod actors;
pub mod cli;
pub mod job;
pub mod lab;
pub mod printable;
pub mod profile;
pub mod queue_dir;
pub mod report;
pub mod runtime;
pub mod scenario;
pub mod units;
pub mod written;
