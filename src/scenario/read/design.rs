//! `[design]`: the knobs, one key a knob.

use super::draft::Draft;
use crate::actors::Design;
use crate::actors::design::{DependencyLock, DependencyLookup, QueueLock, Storage};
use crate::job::file_format::Codec;
use crate::job::{Durability, Status};
use crate::profile;
use crate::scenario::machine::InterpreterLock;
use crate::units::Span;
use crate::written::{Item, Problem, Problems, Table, Value};
use std::sync::Arc;

/// Every knob there is.
pub(super) const KNOBS: [&str; 15] = [
    "workers",
    "request_threads",
    "queue_size_limit",
    "storage",
    "dependency_lookup",
    "queue_lock",
    "dependency_lock",
    "waiting_status",
    "lock_retry_status",
    "codec",
    "durability",
    "disk_latency",
    "lock_attempts",
    "lock_jitter",
    "interpreter_lock",
];

/// Values that design documents speak of, but this version does not have.
const LATER: [(&str, &str, &str); 4] = [
    ("storage", "cached-files", "supported are files and shared-objects"),
    ("dependency_lookup", "cached", "supported are full-parse, status-only and shared-objects"),
    ("dependency_lookup", "status-file", "supported are full-parse, status-only and shared-objects"),
    ("queue_lock", "per-job", "supported are shared and exclusive"),
];

impl Draft {
    /// Sets the knobs that `table` names.
    pub(super) fn apply_design(&mut self, table: &Table<'_>, problems: &mut Problems) {
        for item in &table.items {
            self.places.insert(item.key.to_owned(), item.value.span());
            if let Some(problem) = not_yet(item) {
                problems.push(problem);
            } else if item.key == "queue_size_limit" {
                let limit = item.value.integer(1..=i64::MAX).map(i64::unsigned_abs);
                self.limit_given = true;
                problems.store(&mut self.design.queue_size_limit, limit);
            } else if item.key == "interpreter_lock" {
                if let Some(lock) = problems.take(interpreter_lock(&item.value)) {
                    self.machine = self.machine.clone().with_interpreter_lock(lock);
                }
            } else {
                set_knob(&mut self.design, item, problems);
            }
        }
    }
}

fn set_knob(design: &mut Design, item: &Item<'_>, problems: &mut Problems) {
    let value = &item.value;
    match item.key {
        "workers" => problems.store(&mut design.workers, value.count(1..=1024)),
        "request_threads" => problems.store(&mut design.request_threads, value.count(1..=1024)),
        "storage" => problems.store(&mut design.storage, value.word("a storage", &STORAGES)),
        "dependency_lookup" => problems.store(&mut design.dependency_lookup, value.word("a lookup", &LOOKUPS)),
        "queue_lock" => problems.store(&mut design.queue_lock, value.word("a mode", &QUEUE_LOCKS)),
        "dependency_lock" => problems.store(&mut design.dependency_lock, value.word("a mode", &DEPENDENCY_LOCKS)),
        "waiting_status" => problems.store(
            &mut design.waiting_status,
            value.word("a status", &[("waiting", Status::Waiting), ("waitdeps", Status::WaitDeps)]),
        ),
        "lock_retry_status" => problems.store(
            &mut design.lock_retry_status,
            value.word("a status", &[("waiting", Status::Waiting), ("queued", Status::Queued)]),
        ),
        "codec" => problems.store(&mut design.codec, value.word("a codec", &CODECS)),
        "durability" => problems.store(&mut design.durability, value.word("a durability", &DURABILITIES)),
        "disk_latency" => {
            problems.store(&mut design.disk_latency, value.duration(Span::ZERO..=Span::from_secs(10)));
        }
        "lock_attempts" => problems.store(&mut design.lock_attempts, lock_attempts(value)),
        "lock_jitter" => problems.store(&mut design.lock_jitter, value.truth()),
        _ => problems.push(item.unknown(KNOBS, "a knob of the design")),
    }
}

const STORAGES: [(&str, Storage); 2] = [("files", Storage::Files), ("shared-objects", Storage::SharedObjects)];
const LOOKUPS: [(&str, DependencyLookup); 3] = [
    ("full-parse", DependencyLookup::FullParse),
    ("status-only", DependencyLookup::StatusOnly),
    ("shared-objects", DependencyLookup::SharedObjects),
];
const QUEUE_LOCKS: [(&str, QueueLock); 2] = [("shared", QueueLock::Shared), ("exclusive", QueueLock::Exclusive)];
const DEPENDENCY_LOCKS: [(&str, DependencyLock); 3] = [
    ("exclusive", DependencyLock::Exclusive),
    ("shared", DependencyLock::Shared),
    ("register-only", DependencyLock::RegisterOnly),
];
const CODECS: [(&str, Codec); 2] = [("json", Codec::Json), ("json-indented-sorted", Codec::JsonIndentedSorted)];
const DURABILITIES: [(&str, Durability); 3] = [
    ("fsync", Durability::Fsync),
    ("rename-only", Durability::RenameOnly),
    ("fsync-directory", Durability::FsyncDirectory),
];

/// The timeouts of one round of lock attempts.
fn lock_attempts(value: &Value<'_>) -> Result<Arc<[Span]>, Problem> {
    let what = "a list of timeouts, such as [\"1s\", \"2s\"]";
    let timeouts = value.list(what, 10_000)?;
    if timeouts.is_empty() {
        return Err(value.is_not(what));
    }
    timeouts.iter().map(|timeout| timeout.duration(Span(1)..=Span::from_secs(3600))).collect()
}

/// `"on"`, `"off"` or `{ switch_interval = "5ms" }`.
fn interpreter_lock(value: &Value<'_>) -> Result<InterpreterLock, Problem> {
    if value.is_table() {
        return profile::switch_interval(value).map(|interval| InterpreterLock::On(Some(interval)));
    }
    let what = "\"on\", \"off\" or { switch_interval = \"5ms\" }";
    if value.as_text().is_none() {
        return Err(value.is_not(what));
    }
    value.word("an interpreter lock", &[("on", InterpreterLock::On(None)), ("off", InterpreterLock::Off)])
}

/// The problem that this version lacks a value of a knob.
fn not_yet(item: &Item<'_>) -> Option<Problem> {
    let (key, value, help) =
        LATER.into_iter().find(|(key, value, _)| *key == item.key && item.value.as_text() == Some(value))?;
    let found = format!("`{key} = \"{value}\"` is not supported yet");
    Some(Problem::new(item.value.span(), found, "a later version's value").with_help(help))
}
