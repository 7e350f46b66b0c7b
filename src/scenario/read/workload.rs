//! `[workload]`: how many jobs, how they come, and of what classes.

use super::distribution::distribution;
use super::draft::Draft;
use crate::actors::design::Cluster;
use crate::scenario::distribution::Distribution;
use crate::scenario::plan::ArrivalProcess;
use crate::units::Span;
use crate::written::{Item, Problem, Problems, Table, Value};
use std::sync::Arc;

/// Keys of a workload that are no classes.
pub(super) const KEYS: [&str; 4] = ["jobs", "arrivals", "cluster", "class"];
/// Stands for all classes in a variant's workload.
pub(super) const EVERY_CLASS: &str = "*";
/// Jobs of a load; also the queue's size limit where a scenario sets none.
pub(super) const JOBS_MAX: u32 = 10_000_000;
const CLASSES_MAX: usize = 100;

impl Draft {
    /// Sets what the scenario's own `[workload]` says.
    pub(super) fn read_workload(&mut self, table: &Table<'_>, problems: &mut Problems) {
        table.refuse_unknown(&KEYS, "a key of the workload", problems);
        for (key, what) in [("jobs", "how many jobs"), ("arrivals", "how they come"), ("class", "kinds of jobs")] {
            problems.take(table.need(key, what));
        }
        // The cluster first: locks are checked against it.
        for item in &table.items {
            self.apply_workload_item(item, problems);
        }
        if let Some(classes) = table.get("class") {
            let what = "one [[workload.class]] for each kind of jobs";
            let tables = classes.value.list(what, CLASSES_MAX);
            let some = tables.and_then(|some| if some.is_empty() { Err(classes.value.is_not(what)) } else { Ok(some) });
            for class in problems.take(some).unwrap_or_default() {
                if let Some(class) = problems.take(class.table(what)) {
                    self.read_class(&class, problems);
                }
            }
        }
    }

    /// Overrides what a variant's `workload` says.
    pub(super) fn apply_workload(&mut self, table: &Table<'_>, problems: &mut Problems) {
        for item in &table.items {
            if item.key == "class" {
                let found = "a variant overrides classes by their names".to_owned();
                let help = "write `workload = { NAME = { depends = \"none\" } }`";
                problems
                    .push(Problem::new(item.key_span.clone(), found, "expected the name of a class").with_help(help));
            } else if !self.apply_workload_item(item, problems) {
                self.apply_class_override(item, problems);
            }
        }
    }

    fn apply_class_override(&mut self, item: &Item<'_>, problems: &mut Problems) {
        let named: Vec<usize> = (0..self.workload.classes.len())
            .filter(|index| item.key == EVERY_CLASS || self.workload.classes[*index].name == item.key)
            .collect();
        if named.is_empty() {
            let names: Vec<&str> = self.workload.classes.iter().map(|class| class.name.as_str()).collect();
            let known = names.into_iter().chain(["jobs", "arrivals", "cluster", EVERY_CLASS]);
            problems.push(item.unknown(known, "the name of a class, or a key of the workload"));
            return;
        }
        let what = "a table of what is different, such as { depends = \"none\" }";
        let Some(table) = problems.take(item.value.table(what)) else { return };
        for index in named {
            self.apply_class(index, &table, problems);
        }
    }

    /// True if the item is one of the workload as a whole.
    fn apply_workload_item(&mut self, item: &Item<'_>, problems: &mut Problems) -> bool {
        match item.key {
            "jobs" => problems.store(&mut self.workload.jobs, item.value.count(1..=JOBS_MAX)),
            "arrivals" => problems.store(&mut self.workload.arrivals, arrivals(&item.value)),
            "cluster" => {
                problems.store(&mut self.workload.cluster, cluster(&item.value));
                self.design.cluster = Arc::clone(&self.workload.cluster);
            }
            _ => return false,
        }
        true
    }
}

fn cluster(value: &Value<'_>) -> Result<Arc<Cluster>, Problem> {
    let table = value.table("a table such as { instances = 200, nodes = 20 }")?;
    known_keys(&table, &["instances", "nodes"], "instances or nodes")?;
    let size = |key| table.need(key, "how many").and_then(|value| value.count(0..=10_000));
    Ok(Arc::new(Cluster::of_size(size("instances")?, size("nodes")?)))
}

fn arrivals(value: &Value<'_>) -> Result<ArrivalProcess, Problem> {
    let example = "a table such as { process = \"poisson\", rate = \"400/s\" }";
    let table = value.table(example)?;
    let process = table.need("process", "poisson, fixed, closed or at-once")?;
    if process.as_text() == Some("trace") {
        let found = "arrivals from a trace are not supported yet";
        return Err(Problem::new(process.span(), found, "expected poisson, fixed, closed or at-once"));
    }
    let words = [("poisson", 0), ("fixed", 1), ("closed", 2), ("at-once", 3)];
    match process.word("an arrival process", &words)? {
        process @ (0 | 1) => {
            known_keys(&table, &["process", "rate"], "process or rate")?;
            let per_second = table.need("rate", "jobs per time, such as \"400/s\"")?.rate()?;
            let poisson = process == 0;
            Ok(if poisson { ArrivalProcess::Poisson { per_second } } else { ArrivalProcess::Fixed { per_second } })
        }
        2 => {
            known_keys(&table, &["process", "clients", "think"], "process, clients or think")?;
            let clients = table.need("clients", "how many clients")?.count(1..=100_000)?;
            let think =
                table.get("think").map_or(Ok(Distribution::Fixed(Span::ZERO)), |item| distribution(&item.value))?;
            Ok(ArrivalProcess::Closed { clients, think })
        }
        _ => {
            known_keys(&table, &["process", "batch"], "process or batch")?;
            let batch = table.get("batch").map(|item| item.value.count(1..=100_000)).transpose()?;
            Ok(ArrivalProcess::AtOnce { batch })
        }
    }
}

/// Refuses the first key that is not known.
pub(super) fn known_keys(table: &Table<'_>, known: &[&str], what: &str) -> Result<(), Problem> {
    match table.items.iter().find(|item| !known.contains(&item.key)) {
        Some(item) => Err(item.unknown(known.iter().copied(), what)),
        None => Ok(()),
    }
}
