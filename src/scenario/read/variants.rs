//! `[[variant]]` and `[matrix]`: every variant is crossed with every combination of the matrix.

use super::draft::Draft;
use crate::actors::design::knob;
use crate::scenario::plan::Variant;
use crate::written::{Item, Problem, Problems, Table, suggest};
use std::ops::Range;

const KEYS: [&str; 5] = ["name", "baseline", "design", "workload", "machine"];
/// What a matrix has.
const SECTIONS: [(&str, Section); 3] =
    [("design", Section::Design), ("workload", Section::Workload), ("machine", Section::Machine)];
const VARIANTS_MAX: usize = 1000;
/// Values of one knob in a matrix.
const POINTS_MAX: usize = VARIANTS_MAX;
/// With so many problems found, further combinations would only say the same again.
const PROBLEMS_MAX: usize = 50;

/// A variant as written.
struct Written<'t> {
    name: String,
    /// The variant that it is compared with, and where that is said.
    baseline: Option<(String, Range<usize>)>,
    whole: Range<usize>,
    design: Option<Table<'t>>,
    workload: Option<Table<'t>>,
    machine: Option<Table<'t>>,
}

/// What of a variant a knob belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Section {
    Design,
    Workload,
    Machine,
}

/// One knob of the matrix and its values.
struct Axis<'t> {
    /// The class whose part it is; none: the design or the workload as a whole.
    class: Option<Item<'t>>,
    section: Section,
    /// How it is called in variants' names: its key, with its class where another axis has the same key.
    label: String,
    points: Vec<Item<'t>>,
}

/// All variants, and the names that a claim may use for several at once.
pub(super) fn variants(file: &Table<'_>, base: &Draft, problems: &mut Problems) -> (Vec<Variant>, Vec<String>) {
    let written = written_variants(file, problems);
    let axes = axes(file, problems);
    refuse_unknown_classes(&axes, base, problems);
    let mut resolved: Vec<Variant> = Vec::new();
    let combinations: usize = axes.iter().map(|axis| axis.points.len()).product();
    if written.len().saturating_mul(combinations) > VARIANTS_MAX {
        let place = file.get("matrix").or_else(|| file.get("variant")).map(|item| item.key_span.clone());
        let found = format!("{} variants × {combinations} combinations", written.len());
        problems.push(Problem::new(place.unwrap_or(0..0), found, format!("expected at most {VARIANTS_MAX} in all")));
        return (Vec::new(), Vec::new());
    }
    for one in &written {
        let mut draft = base.clone();
        if let Some(design) = &one.design {
            draft.override_design(design, problems);
        }
        if let Some(workload) = &one.workload {
            draft.override_workload(workload, problems);
        }
        if let Some(machine) = &one.machine {
            draft.override_machine(machine, problems);
        }
        for combination in 0..combinations {
            if problems.0.len() > PROBLEMS_MAX {
                break;
            }
            let (draft, labels) = crossed(&draft, &axes, combination, problems);
            let named = written.len() > 1 || !one.name.is_empty() || labels.is_empty();
            let name = if one.name.is_empty() && named { "base".to_owned() } else { one.name.clone() };
            let full =
                |name: String| named.then_some(name).into_iter().chain(labels.clone()).collect::<Vec<_>>().join(" · ");
            let variant = draft.finish(full(name), &one.whole, problems);
            if resolved.iter().any(|other| other.name == variant.name) {
                let found = format!("two variants are called `{}`", variant.name);
                problems.push(Problem::new(one.whole.clone(), found, "expected different names"));
            }
            resolved.push(variant);
        }
    }
    let bases: Vec<Option<usize>> = written.iter().map(|one| base_of(one, &written, problems)).collect();
    refuse_circle(&written, &bases, problems);
    if problems.0.is_empty() {
        for (place, with) in compared(&bases, combinations).into_iter().enumerate() {
            resolved[place].compare_with = with;
        }
    }
    let groups = written.into_iter().map(|one| one.name).filter(|name| !name.is_empty()).collect();
    (resolved, groups)
}

/// The place of the `[[variant]]` that is named as the baseline of another.
fn base_of(one: &Written<'_>, written: &[Written<'_>], problems: &mut Problems) -> Option<usize> {
    let (name, place) = one.baseline.as_ref()?;
    let base = written.iter().position(|other| other.name == *name);
    if base.is_none() {
        let names: Vec<&str> =
            written.iter().map(|other| other.name.as_str()).filter(|name| *name != one.name).collect();
        let found = format!("no variant is called `{name}`");
        let problem = Problem::new(place.clone(), found, "expected the name of another variant");
        problems.push(problem.with_help(suggest(name, &names)));
    }
    base
}

/// Refuses baselines that lead back to where they began.
fn refuse_circle(written: &[Written<'_>], bases: &[Option<usize>], problems: &mut Problems) {
    for (place, one) in written.iter().enumerate() {
        let Some((_, span)) = &one.baseline else { continue };
        let chain = chain_from(place, bases);
        if chain.last().is_some_and(|last| bases[*last] == Some(place)) {
            let names: Vec<&str> = chain.iter().chain([&place]).map(|at| written[*at].name.as_str()).collect();
            let found = format!("the baselines go round in a circle: {}", names.join(" → "));
            problems.push(Problem::new(span.clone(), found, "expected a variant that is not compared with this one"));
            return;
        }
    }
}

/// `place`, its baseline, the baseline of that and so on, each once.
fn chain_from(place: usize, bases: &[Option<usize>]) -> Vec<usize> {
    let mut chain = vec![place];
    while let Some(next) = bases[chain[chain.len() - 1]].filter(|next| !chain.contains(next)) {
        chain.push(next);
    }
    chain
}

/// What each variant is compared with: its baseline at the same point of the matrix, else the first `[[variant]]` at
/// the same point. Where that chain ends, the first point stands for the others to be compared with, and is
/// itself compared with nothing.
fn compared(bases: &[Option<usize>], combinations: usize) -> Vec<Option<usize>> {
    let root = chain_from(0, bases).last().copied().unwrap_or(0);
    let with = |one: usize, point: usize| match bases[one] {
        Some(base) => Some(base * combinations + point),
        None if one == root => (point > 0).then_some(root * combinations),
        None => Some(point),
    };
    (0..bases.len())
        .flat_map(|one| (0..combinations).map(move |point| (one, point)))
        .map(|(one, point)| with(one, point))
        .collect()
}

/// A class that nobody knows would be passed over in silence.
fn refuse_unknown_classes(axes: &[Axis<'_>], base: &Draft, problems: &mut Problems) {
    let names = || base.workload.classes.iter().map(|class| class.name.as_str()).chain(["*"]);
    for class in axes.iter().filter_map(|axis| axis.class.as_ref()) {
        if names().all(|name| name != class.key) {
            problems.push(class.unknown(names(), "the name of a class, or \"*\" for all"));
        }
    }
}

/// `draft` with the values of one combination; the last axis varies fastest.
fn crossed(draft: &Draft, axes: &[Axis<'_>], mut combination: usize, problems: &mut Problems) -> (Draft, Vec<String>) {
    let mut draft = draft.clone();
    let mut labels = Vec::new();
    for axis in axes.iter().rev() {
        let point = &axis.points[combination % axis.points.len()];
        combination /= axis.points.len();
        labels.push((axis.label.clone(), point.value.source()));
        let table = point.alone();
        match &axis.class {
            Some(class) => {
                let named = |name: &str| class.key == "*" || name == class.key;
                for index in 0..draft.workload.classes.len() {
                    if named(&draft.workload.classes[index].name) {
                        draft.apply_class(index, &table, problems);
                    }
                }
            }
            None => match axis.section {
                Section::Design => draft.apply_design(&table, problems),
                Section::Workload => draft.apply_workload(&table, problems),
                Section::Machine => draft.apply_machine(&table, problems),
            },
        }
    }
    labels.reverse();
    draft.changes.extend(labels.iter().cloned());
    (draft, labels.into_iter().map(|(key, value)| format!("{key} {value}")).collect())
}

/// The variants as written; without any, there is one that is the base.
fn written_variants<'t>(file: &Table<'t>, problems: &mut Problems) -> Vec<Written<'t>> {
    let base =
        Written { name: String::new(), baseline: None, whole: 0..0, design: None, workload: None, machine: None };
    let Some(item) = file.get("variant") else { return vec![base] };
    let what = "one [[variant]] for each variant";
    let tables = problems.take(item.value.list(what, VARIANTS_MAX)).unwrap_or_default();
    let mut written = Vec::new();
    for table in tables {
        let Some(table) = problems.take(table.table(what)) else { continue };
        for item in table.items.iter().filter(|item| !KEYS.contains(&item.key)) {
            let problem = item.unknown(KEYS, "name, baseline, design, workload or machine");
            let help = || format!("knobs go into `design = {{ {} = … }}`", item.key);
            problems.push(if knob(item.key).is_some() { problem.with_help(help()) } else { problem });
        }
        let name =
            problems.take(table.need("name", "what the variant is called").and_then(|value| value.name("a name")));
        let mut part = |key| {
            let item: Option<&Item<'t>> = table.get(key);
            item.and_then(|item| problems.take(item.value.table("a table of what is different")))
        };
        let (design, workload, machine) = (part("design"), part("workload"), part("machine"));
        let baseline = table.get("baseline").and_then(|item| {
            let name = problems.take(item.value.text("the name of the variant that this one is compared with"))?;
            Some((name.to_owned(), item.key_span.clone()))
        });
        let name = name.unwrap_or("?").to_owned();
        written.push(Written { name, baseline, whole: table.head(), design, workload, machine });
    }
    if written.is_empty() { vec![base] } else { written }
}

fn axes<'t>(file: &Table<'t>, problems: &mut Problems) -> Vec<Axis<'t>> {
    let mut axes = Vec::new();
    let Some(item) = file.get("matrix") else { return axes };
    let what = "a table with `design`, `workload` or `machine`, in which each value is a list";
    let Some(matrix) = problems.take(item.value.table(what)) else { return axes };
    matrix.refuse_unknown(&SECTIONS.map(|(key, _)| key), "design, workload or machine", problems);
    for item in &matrix.items {
        let Some((_, section)) = SECTIONS.into_iter().find(|(key, _)| *key == item.key) else { continue };
        let Some(table) = problems.take(item.value.table(what)) else { continue };
        for item in &table.items {
            // A table in the workload is a class.
            match item.value.table(what) {
                Ok(class) if section == Section::Workload => {
                    for part in &class.items {
                        axes.extend(axis(part, Some(item), section, problems));
                    }
                }
                _ => axes.extend(axis(item, None, section, problems)),
            }
        }
    }
    let keys: Vec<String> = axes.iter().map(|axis| axis.label.clone()).collect();
    for axis in &mut axes {
        let is_shared = keys.iter().filter(|key| **key == axis.label).count() > 1;
        if let (true, Some(class)) = (is_shared, &axis.class) {
            axis.label = format!("{}.{}", class.key, axis.label);
        }
    }
    axes
}

fn axis<'t>(item: &Item<'t>, class: Option<&Item<'t>>, section: Section, problems: &mut Problems) -> Option<Axis<'t>> {
    let values = problems.take(item.value.list("a list of values, to be crossed with the others", POINTS_MAX))?;
    if values.is_empty() {
        problems.push(item.value.is_not("at least one value"));
        return None;
    }
    let point = |value| Item { key: item.key, key_span: item.key_span.clone(), value };
    let label = item.key.to_owned();
    Some(Axis { class: class.cloned(), section, label, points: values.into_iter().map(point).collect() })
}
