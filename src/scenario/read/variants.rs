//! `[[variant]]` and `[matrix]`: every variant is crossed with every combination of the matrix.

use super::draft::Draft;
use super::matrix::Axis;
use super::{baselines, matrix};
use crate::actors::design::knob;
use crate::scenario::claim::Role;
use crate::scenario::limits;
use crate::scenario::plan::Variant;
use crate::units::counted;
use crate::written::{Item, Problem, Problems, Table, list};
use std::collections::BTreeSet;
use std::ops::Range;

const KEYS: [&str; 6] = ["name", "role", "baseline", "design", "workload", "machine"];
/// With so many problems found, further combinations would only say the same again.
const PROBLEMS_MAX: usize = 50;

/// Where variants are written.
#[derive(Debug, Clone, Copy)]
pub(super) struct Lists<'f, 't> {
    /// The list of `[[variant]]`s.
    pub(super) variant: Option<&'f Item<'t>>,
    /// The table `[matrix]`.
    pub(super) matrix: Option<&'f Item<'t>>,
}

/// A variant as written; the default is the base as it is.
#[derive(Default)]
pub(super) struct Written<'t> {
    pub(super) name: String,
    role: Option<Role>,
    /// The variant that it is compared with, and where that is said.
    pub(super) baseline: Option<(String, Range<usize>)>,
    whole: Range<usize>,
    design: Option<Table<'t>>,
    workload: Option<Table<'t>>,
    machine: Option<Table<'t>>,
}

/// All variants.
pub(super) fn variants(lists: Lists<'_, '_>, base: &Draft, problems: &mut Problems) -> Vec<Variant> {
    let written = written_variants(lists.variant, problems);
    let axes = matrix::axes(lists.matrix, base, problems);
    let points = matrix::combinations(&axes).filter(|points| points.saturating_mul(written.len()) <= limits::VARIANTS);
    let Some(points) = points else {
        problems.push(too_many(lists, &written, &axes));
        return Vec::new();
    };
    let mut resolved: Vec<Variant> = Vec::new();
    let mut names = BTreeSet::new();
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
        for point in 0..points {
            if problems.0.len() > PROBLEMS_MAX {
                break;
            }
            let (draft, labels) = matrix::crossed(&draft, &axes, point, problems);
            let named = written.len() > 1 || !one.name.is_empty() || labels.is_empty();
            let name = if one.name.is_empty() && named { "base".to_owned() } else { one.name.clone() };
            let full =
                |name: String| named.then_some(name).into_iter().chain(labels.clone()).collect::<Vec<_>>().join(" · ");
            let mut variant = draft.finish(full(name), &one.name, &one.whole, problems);
            (variant.point, variant.role) = (point, one.role);
            if !names.insert(variant.name.clone()) {
                let found = format!("two variants are called `{}`", variant.name);
                problems.push(Problem::new(one.whole.clone(), found, "expected different names"));
            }
            resolved.push(variant);
        }
    }
    let comparisons = baselines::comparisons(&written, points, problems);
    for (variant, with) in resolved.iter_mut().zip(comparisons) {
        variant.compare_with = with;
    }
    resolved
}

/// That the matrix makes more variants than are run.
fn too_many(lists: Lists<'_, '_>, written: &[Written<'_>], axes: &[Axis<'_>]) -> Problem {
    let place = lists.matrix.or(lists.variant).map(|item| item.key_span.clone());
    let points = matrix::combinations(axes).map_or_else(|| "uncountable".to_owned(), |points| points.to_string());
    let found = format!("{} × {points} combinations", counted(written.len(), "variant"));
    Problem::new(place.unwrap_or(0..0), found, format!("expected at most {} in all", limits::VARIANTS))
}

/// The variants as written; without any, there is one that is the base.
fn written_variants<'t>(list: Option<&Item<'t>>, problems: &mut Problems) -> Vec<Written<'t>> {
    let Some(item) = list else { return vec![Written::default()] };
    let what = "one [[variant]] for each variant";
    let tables = problems.take(item.value.list(what, limits::VARIANTS)).unwrap_or_default();
    let mut written = Vec::new();
    for table in tables {
        let Some(table) = problems.take(table.table(what)) else { continue };
        written.push(written_variant(&table, problems));
    }
    if written.is_empty() { vec![Written::default()] } else { written }
}

fn written_variant<'t>(table: &Table<'t>, problems: &mut Problems) -> Written<'t> {
    for item in table.items.iter().filter(|item| !KEYS.contains(&item.key)) {
        let problem = item.unknown(KEYS, &list(&KEYS));
        let help = || format!("knobs go into `design = {{ {} = … }}`", item.key);
        problems.push(if knob(item.key).is_some() { problem.with_help(help()) } else { problem });
    }
    let name = problems.take(table.need("name", "what the variant is called").and_then(|value| value.name("a name")));
    let mut part = |key| {
        let item: Option<&Item<'t>> = table.get(key);
        item.and_then(|item| problems.take(item.value.table("a table of what is different")))
    };
    let (design, workload, machine) = (part("design"), part("workload"), part("machine"));
    let baseline = table.get("baseline").and_then(|item| {
        let name = problems.take(item.value.text("the name of the variant that this one is compared with"))?;
        Some((name.to_owned(), item.key_span.clone()))
    });
    let role = table.get("role").and_then(|item| problems.take(item.value.word("a role", &Role::WORDS)));
    let name = name.unwrap_or("?").to_owned();
    Written { name, role, baseline, whole: table.head(), design, workload, machine }
}
