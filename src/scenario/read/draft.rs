//! A variant in the making: the base, then what the variant overrides, then what only the whole can show.

use crate::actors::Design;
use crate::actors::locks::Level;
use crate::scenario::arrivals::ArrivalProcess;
use crate::scenario::limits;
use crate::scenario::machine::Machine;
use crate::scenario::plan::{OpcodePlan, Variant, Workload};
use crate::written::{Problem, Problems, Table, suggest};
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

/// A variant that is not checked as a whole yet.
#[derive(Debug, Clone)]
pub(super) struct Draft {
    pub(super) design: Design,
    pub(super) workload: Workload,
    pub(super) machine: Machine,
    /// Where each knob (`storage`) and each part of a class (`plain.share`) was last set.
    pub(super) places: BTreeMap<String, Range<usize>>,
    pub(super) changes: Vec<(String, String)>,
    /// Knobs of the matrix and their values.
    pub(super) swept: Vec<(String, String)>,
}

impl Draft {
    /// The defaults.
    pub(super) fn new() -> Self {
        let design = Design::default();
        let cluster = Arc::clone(&design.cluster);
        Self {
            design,
            workload: Workload {
                jobs: 1,
                arrivals: ArrivalProcess::AtOnce { batch: None },
                classes: Vec::new(),
                cluster,
            },
            machine: super::machine::unnamed(),
            places: BTreeMap::new(),
            changes: Vec::new(),
            swept: Vec::new(),
        }
    }

    /// Applies a variant's `design` and notes what it changes.
    pub(super) fn override_design(&mut self, table: &Table<'_>, problems: &mut Problems) {
        for item in &table.items {
            self.changes.push((item.key.to_owned(), item.value.source()));
        }
        self.apply_design(table, problems);
    }

    /// Applies a variant's `workload` and notes what it changes.
    pub(super) fn override_workload(&mut self, table: &Table<'_>, problems: &mut Problems) {
        for item in &table.items {
            match item.value.table("a table") {
                Ok(class) if !["arrivals", "cluster"].contains(&item.key) => {
                    let named =
                        |key: &str| if item.key == "*" { key.to_owned() } else { format!("{}.{key}", item.key) };
                    self.changes.extend(class.items.iter().map(|part| (named(part.key), part.value.source())));
                }
                _ => self.changes.push((item.key.to_owned(), item.value.source())),
            }
        }
        self.apply_workload(table, problems);
    }

    /// The variant, if the whole makes sense. `whole` stands for it in messages that have no better place.
    pub(super) fn finish(
        mut self,
        name: String,
        family: &str,
        whole: &Range<usize>,
        problems: &mut Problems,
    ) -> Variant {
        self.check_shares(whole, problems);
        self.check_locks(whole, problems);
        self.check_dependencies(whole, problems);
        self.check_needs(whole, problems);
        self.check_file_sizes(whole, problems);
        if !self.places.contains_key("queue_size_limit") {
            // Runs do not archive: every job of the load stays.
            self.design.queue_size_limit = u64::from(limits::JOBS);
        }
        let Self { design, workload, machine, changes, swept, .. } = self;
        let family = family.to_owned();
        Variant { name, family, swept, role: None, point: 0, compare_with: None, design, workload, machine, changes }
    }

    fn check_shares(&self, whole: &Range<usize>, problems: &mut Problems) {
        let classes = &self.workload.classes;
        let mut missing = classes.iter().filter(|class| !self.places.contains_key(&format!("{}.share", class.name)));
        if classes.len() > 1
            && let Some(class) = missing.next()
        {
            let found = format!("class `{}` has no share", class.name);
            let problem = Problem::new(self.place(&class.name, whole), found, "expected `share`, from 0 to 1");
            problems.push(problem.with_help("with several classes, each needs its share of the jobs"));
            return;
        }
        let sum: f64 = classes.iter().map(|class| class.share).sum();
        if let Some(last) = classes.last()
            && (sum - 1.0).abs() > 1e-6
        {
            let rounded = (sum * 1e6).round() / 1e6;
            let found = format!("the shares of the classes add up to {rounded}");
            let place = self.place(&format!("{}.share", last.name), whole);
            let each: Vec<String> = classes.iter().map(|class| format!("{} {}", class.name, class.share)).collect();
            let problem = Problem::new(place, found, "expected them to add up to 1");
            problems.push(problem.with_help(format!("they are: {}", each.join(", "))));
        }
    }

    fn check_locks(&self, whole: &Range<usize>, problems: &mut Problems) {
        for class in &self.workload.classes {
            for lock in class.opcodes.iter().flat_map(|step| &step.locks) {
                let (what, there) = match lock.level {
                    Level::Node => ("node", self.workload.cluster.nodes().len()),
                    _ => ("instance", self.workload.cluster.instances().len()),
                };
                if lock.count.is_some_and(|count| count as usize > there) {
                    let count = lock.count.unwrap_or_default();
                    let found = format!("class `{}` takes {count} {what} locks at once, of {there}", class.name);
                    let place = self.place(&format!("{}.opcode", class.name), whole);
                    let problem = Problem::new(place, found, format!("expected at most {there}"));
                    problems.push(problem.with_help(format!("give the workload a `cluster` with more {what}s")));
                }
            }
        }
    }

    /// What a job logs must fit into its file.
    fn check_file_sizes(&self, whole: &Range<usize>, problems: &mut Problems) {
        const MIB: u64 = 1 << 20;
        for class in &self.workload.classes {
            let size: u64 = class.opcodes.iter().map(most_written).sum();
            if size > u64::from(limits::FILE_SIZE) {
                let place = self.place(&format!("{}.opcode", class.name), whole);
                let found = format!(
                    "files of class `{}` have up to {} MiB with all that is logged",
                    class.name,
                    size.div_ceil(MIB)
                );
                let expected = format!("expected at most {} MiB", u64::from(limits::FILE_SIZE) / MIB);
                let problem = Problem::new(place, found, expected);
                problems.push(problem.with_help("make `log_messages` or `log_text` smaller"));
            }
        }
    }

    fn check_dependencies(&self, whole: &Range<usize>, problems: &mut Problems) {
        let names: Vec<&str> = self.workload.classes.iter().map(|class| class.name.as_str()).collect();
        for class in &self.workload.classes {
            if let Some(on) = &class.depends.class
                && !names.contains(&on.as_str())
            {
                let place = self.place(&format!("{}.depends", class.name), whole);
                let found = format!("class `{}` depends on jobs of class `{on}`", class.name);
                problems
                    .push(Problem::new(place, found, "expected a class that there is").with_help(suggest(on, &names)));
            }
        }
    }

    pub(super) fn place(&self, key: &str, whole: &Range<usize>) -> Range<usize> {
        self.places.get(key).cloned().unwrap_or_else(|| whole.clone())
    }
}

/// Bytes of an opcode besides its log, and of a log entry besides its text, about: indented, with all its fields.
const OPCODE_BYTES: u64 = 2048;
const ENTRY_BYTES: u64 = 160;
/// A log text where none is asked for.
const TEXT_BYTES: u64 = 40;

/// Bytes that an opcode takes in its job's file, at most. The program is noted there as well, with its text.
fn most_written(opcode: &OpcodePlan) -> u64 {
    let text = opcode.log_text.map_or(TEXT_BYTES, u64::from);
    OPCODE_BYTES + text + u64::from(opcode.log_messages) * (ENTRY_BYTES + text)
}
