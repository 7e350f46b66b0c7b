//! `[workload]`: how many jobs, how they come, and of what classes.

use super::distribution::distribution;
use super::draft::Draft;
use crate::actors::design::Cluster;
use crate::scenario::arrivals::{ArrivalProcess, Rate};
use crate::scenario::claim::percent;
use crate::scenario::distribution::Distribution;
use crate::scenario::limits;
use crate::units::Span;
use crate::written::{Item, Problem, Problems, Table, Value, list};
use std::sync::Arc;

/// Keys of a workload that are no classes.
pub(super) const KEYS: [&str; 4] = ["jobs", "arrivals", "cluster", "class"];
/// What a variant may override of the arrivals alone.
pub(super) const RATE: &str = "rate";
/// The largest share of a saturation.
const SHARE_MAX: f64 = 10.0;
/// Stands for all classes in a variant's workload.
pub(super) const EVERY_CLASS: &str = "*";

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
            let tables = classes.value.list(what, limits::CLASSES);
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
            let known = names.into_iter().chain(["jobs", "arrivals", RATE, "cluster", EVERY_CLASS]);
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
            "jobs" => problems.store(&mut self.workload.jobs, item.value.count(1..=limits::JOBS)),
            "arrivals" => problems.store(&mut self.workload.arrivals, arrivals(&item.value)),
            RATE => drop(problems.take(self.set_rate(&item.value))),
            "cluster" => {
                problems.store(&mut self.workload.cluster, cluster(&item.value));
                self.design.cluster = Arc::clone(&self.workload.cluster);
            }
            _ => return false,
        }
        true
    }

    /// Another rate for the arrivals that there are.
    fn set_rate(&mut self, value: &Value<'_>) -> Result<(), Problem> {
        let new = read_rate(value)?;
        let what = "no rate: arrivals of the processes `poisson` and `fixed` alone have one";
        *self.workload.arrivals.rate_mut().ok_or_else(|| value.is_not(what))? = new;
        Ok(())
    }
}

fn cluster(value: &Value<'_>) -> Result<Arc<Cluster>, Problem> {
    let table = value.table("a table such as { instances = 200, nodes = 20 }")?;
    known_keys(&table, &["instances", "nodes"], "instances or nodes")?;
    let size = |key| table.need(key, "how many").and_then(|value| value.count(0..=limits::CLUSTER));
    Ok(Arc::new(Cluster::of_size(size("instances")?, size("nodes")?)))
}

/// How an arrival process is written, and how it is made of its parameters.
struct ArrivalForm {
    word: &'static str,
    /// Besides `process`.
    parameters: &'static [&'static str],
    make: fn(&Table<'_>) -> Result<ArrivalProcess, Problem>,
}

const ARRIVALS: [ArrivalForm; 4] = [
    ArrivalForm {
        word: "poisson",
        parameters: &["rate"],
        make: |table| Ok(ArrivalProcess::Poisson { rate: rate(table)? }),
    },
    ArrivalForm {
        word: "fixed",
        parameters: &["rate"],
        make: |table| Ok(ArrivalProcess::Fixed { rate: rate(table)? }),
    },
    ArrivalForm { word: "closed", parameters: &["clients", "think"], make: closed },
    ArrivalForm { word: "at-once", parameters: &["batch"], make: at_once },
];

fn arrivals(value: &Value<'_>) -> Result<ArrivalProcess, Problem> {
    let example = "a table such as { process = \"poisson\", rate = \"400/s\" }";
    let table = value.table(example)?;
    let words: Vec<(&str, &ArrivalForm)> = ARRIVALS.iter().map(|form| (form.word, form)).collect();
    let names = list(&ARRIVALS.map(|form| form.word));
    let process = table.need("process", &names)?;
    if process.as_text() == Some("trace") {
        let found = "arrivals from a trace are not supported yet";
        return Err(Problem::new(process.span(), found, format!("expected {names}")));
    }
    let form = process.word("an arrival process", &words)?;
    let known: Vec<&str> = ["process"].into_iter().chain(form.parameters.iter().copied()).collect();
    known_keys(&table, &known, &list(&known))?;
    (form.make)(&table)
}

fn rate(table: &Table<'_>) -> Result<Rate, Problem> {
    read_rate(&table.need("rate", "jobs per time, such as \"400/s\"")?)
}

/// `"400/s"` or `"80% of saturation"`.
fn read_rate(value: &Value<'_>) -> Result<Rate, Problem> {
    let Some(text) = value.as_text().filter(|text| text.contains('%')) else {
        return value.rate().map(Rate::PerSecond);
    };
    let share = text.trim().strip_suffix("of saturation").and_then(|share| percent(share.trim()));
    let share = share.filter(|share| *share > 0.0 && *share <= SHARE_MAX);
    let what = "a share of the saturation, such as \"80% of saturation\", of at most 1000%";
    share.map(|share| Rate::OfSaturation { share, per_second: None }).ok_or_else(|| value.is_not(what))
}

fn closed(table: &Table<'_>) -> Result<ArrivalProcess, Problem> {
    let clients = table.need("clients", "how many clients")?.count(1..=limits::CLIENTS)?;
    let think = table.get("think").map_or(Ok(Distribution::Fixed(Span::ZERO)), |item| distribution(&item.value))?;
    Ok(ArrivalProcess::Closed { clients, think })
}

fn at_once(table: &Table<'_>) -> Result<ArrivalProcess, Problem> {
    let batch = table.get("batch").map(|item| item.value.count(1..=limits::CLIENTS)).transpose()?;
    Ok(ArrivalProcess::AtOnce { batch })
}

/// Refuses the first key that is not known.
pub(super) fn known_keys(table: &Table<'_>, known: &[&str], what: &str) -> Result<(), Problem> {
    match table.items.iter().find(|item| !known.contains(&item.key)) {
        Some(item) => Err(item.unknown(known.iter().copied(), what)),
        None => Ok(()),
    }
}
