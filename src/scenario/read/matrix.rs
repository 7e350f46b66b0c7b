//! `[matrix]`: knobs with lists of values, of which every combination is a variant.

use super::draft::Draft;
use crate::scenario::limits;
use crate::written::{Item, Problem, Problems};
use std::collections::BTreeSet;

/// What a matrix has.
const SECTIONS: [(&str, Section); 3] =
    [("design", Section::Design), ("workload", Section::Workload), ("machine", Section::Machine)];

/// What of a variant a knob belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Section {
    Design,
    Workload,
    Machine,
}

/// One knob of the matrix and its values.
pub(super) struct Axis<'t> {
    /// The class whose part it is; none: the design or the workload as a whole.
    class: Option<Item<'t>>,
    section: Section,
    /// How it is called in variants' names: its key, with its class where another axis has the same key.
    label: String,
    points: Vec<Item<'t>>,
}

/// The axes of the matrix, each of whose values makes sense on the base by itself.
pub(super) fn axes<'t>(matrix: Option<&Item<'t>>, base: &Draft, problems: &mut Problems) -> Vec<Axis<'t>> {
    let Some(item) = matrix else { return Vec::new() };
    let what = "a table with `design`, `workload` or `machine`, in which each value is a list";
    let Some(matrix) = problems.take(item.value.table(what)) else { return Vec::new() };
    matrix.refuse_unknown(&SECTIONS.map(|(key, _)| key), "design, workload or machine", problems);
    let mut axes = Vec::new();
    for item in &matrix.items {
        let Some((_, section)) = SECTIONS.into_iter().find(|(key, _)| *key == item.key) else { continue };
        let Some(table) = problems.take(item.value.table(what)) else { continue };
        for item in &table.items {
            // A table in the workload is a class.
            match item.value.table(what) {
                Ok(class) if section == Section::Workload => {
                    refuse_unknown_class(item, base, problems);
                    for part in &class.items {
                        axes.extend(axis(part, Some(item), section, problems));
                    }
                }
                _ => axes.extend(axis(item, None, section, problems)),
            }
        }
    }
    for axis in &axes {
        for point in &axis.points {
            axis.apply(point, &mut base.clone(), problems);
        }
    }
    name_apart(&mut axes);
    axes
}

/// How many combinations there are; none if they cannot be counted.
pub(super) fn combinations(axes: &[Axis<'_>]) -> Option<usize> {
    axes.iter().try_fold(1_usize, |product, axis| product.checked_mul(axis.points.len()))
}

/// Axes of the same key are called by their class as well.
fn name_apart(axes: &mut [Axis<'_>]) {
    let keys: Vec<String> = axes.iter().map(|axis| axis.label.clone()).collect();
    for axis in axes {
        let is_shared = keys.iter().filter(|key| **key == axis.label).count() > 1;
        if let (true, Some(class)) = (is_shared, &axis.class) {
            axis.label = format!("{}.{}", class.key, axis.label);
        }
    }
}

/// A class that nobody knows would be passed over in silence.
fn refuse_unknown_class(class: &Item<'_>, base: &Draft, problems: &mut Problems) {
    let names = || base.workload.classes.iter().map(|class| class.name.as_str()).chain(["*"]);
    if names().all(|name| name != class.key) {
        problems.push(class.unknown(names(), "the name of a class, or \"*\" for all"));
    }
}

fn axis<'t>(item: &Item<'t>, class: Option<&Item<'t>>, section: Section, problems: &mut Problems) -> Option<Axis<'t>> {
    let what = "a list of values, to be crossed with the others";
    let mut values = problems.take(item.value.list(what, limits::VARIANTS))?;
    if values.is_empty() {
        problems.push(item.value.is_not("at least one value"));
        return None;
    }
    let mut seen = BTreeSet::new();
    values.retain(|value| {
        let is_new = seen.insert(value.source());
        if !is_new {
            let found = format!("`{}` has the value {} twice", item.key, value.source());
            problems.push(Problem::new(value.span(), found, "expected different values"));
        }
        is_new
    });
    let point = |value| Item { key: item.key, key_span: item.key_span.clone(), value };
    let label = item.key.to_owned();
    Some(Axis { class: class.cloned(), section, label, points: values.into_iter().map(point).collect() })
}

impl Axis<'_> {
    /// Sets the knob to one of its values.
    fn apply(&self, point: &Item<'_>, draft: &mut Draft, problems: &mut Problems) {
        let table = point.alone();
        match (&self.class, self.section) {
            (Some(class), _) => {
                for index in 0..draft.workload.classes.len() {
                    if class.key == "*" || draft.workload.classes[index].name == class.key {
                        draft.apply_class(index, &table, problems);
                    }
                }
            }
            (None, Section::Design) => draft.apply_design(&table, problems),
            (None, Section::Workload) => draft.apply_workload(&table, problems),
            (None, Section::Machine) => draft.apply_machine(&table, problems),
        }
    }
}

/// `draft` with the values of one combination; the last axis varies fastest.
pub(super) fn crossed(
    draft: &Draft,
    axes: &[Axis<'_>],
    mut combination: usize,
    problems: &mut Problems,
) -> (Draft, Vec<String>) {
    let mut draft = draft.clone();
    let mut labels = Vec::new();
    for axis in axes.iter().rev() {
        let point = &axis.points[combination % axis.points.len()];
        combination /= axis.points.len();
        labels.push((axis.label.clone(), point.value.source()));
        axis.apply(point, &mut draft, problems);
    }
    labels.reverse();
    draft.changes.extend(labels.iter().cloned());
    draft.swept.clone_from(&labels);
    (draft, labels.into_iter().map(|(key, value)| format!("{key} {value}")).collect())
}
