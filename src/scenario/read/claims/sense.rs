//! Claims that nobody could judge: each is refused with what to write instead.

use super::Draft;
use crate::scenario::claim::{Contrast, Expectation, Measure};
use crate::scenario::doses;
use crate::scenario::sweep::Sweep;
use crate::written::{Problem, Table};

/// The problem with the value of `key`.
fn problem(table: &Table<'_>, key: &str, found: String, expected: &str) -> Problem {
    let place = table.get(key).map_or_else(|| table.head(), |item| item.value.span());
    Problem::new(place, found, expected)
}

/// Refuses expectations that do not go with what is compared.
pub(super) fn check(table: &Table<'_>, draft: &Draft<'_>, contrasts: &[Contrast]) -> Result<(), Problem> {
    let problem = |found, expected| problem(table, "expect", found, expected);
    let is_between = contrasts.iter().any(|contrast| contrast.with.is_some());
    if draft.expect.is_relative() && !is_between {
        let found = format!("`{}` needs something that it is held against", words(draft));
        let problem = problem(found, "expected `compare` or `classes` beside it, or a value");
        let value = draft.measure.unit().example();
        return Err(problem.with_help(format!("write `compare = [\"one\", \"other\"]`, or expect \"at most {value}\"")));
    }
    if !draft.expect.is_relative() && is_between {
        let found = format!("`{}` is about a value, and two sides are compared", words(draft));
        let problem = problem(found, "expected a difference, such as \"less\" or \"equivalent within 5%\"");
        return Err(problem.with_help("or name one side alone: `variant = \"…\"`, and `of CLASS` in the measure"));
    }
    if draft.measure.is_of_a_sweep() && matches!(draft.expect, Expectation::Never | Expectation::Always) {
        let found = format!("`{}` is one figure for a whole curve, not one for each run", draft.measure);
        return Err(problem(found, "expected a bound, such as \"at most 0.1\""));
    }
    Ok(())
}

/// Refuses measures that say nothing of a queue under the workload that it has.
pub(super) fn check_workloads(table: &Table<'_>, draft: &Draft<'_>, contrasts: &[Contrast]) -> Result<(), Problem> {
    let problem = |found, expected| problem(table, "measure", found, expected);
    let variants = || contrasts.iter().flat_map(|contrast| [Some(contrast.of), contrast.with]).flatten();
    let each = || variants().map(|side| &draft.variants[side.variant]);
    if matches!(draft.measure, Measure::Sojourn(_) | Measure::Slope)
        && let Some(variant) = each().find(|variant| !variant.workload.arrivals.is_open())
    {
        let how = variant.workload.arrivals.describe();
        let found = format!("`{}` says nothing of the queue in `{}`: {how}", draft.measure, variant.name);
        let problem = problem(found, "expected `makespan` or `throughput`, or arrivals with a rate");
        return Err(
            problem.with_help("a job's sojourn follows from how many come before it, and those are the load's choice")
        );
    }
    if draft.measure == Measure::Slope
        && let Some(variant) = each().find(|variant| doses(&variant.workload.classes).iter().all(Option::is_none))
    {
        let found = format!("no classes of `{}` differ in nothing but how many dependencies a job has", variant.name);
        let problem = problem(found, "expected classes that do, with 0, 1 and 10 dependencies for instance");
        let help =
            "give classes that are alike `depends = { on = \"finished\", count = 10 }` with other counts, and one none";
        return Err(problem.with_help(help));
    }
    Ok(())
}

/// Variants as they stand for a measure of a sweep: what is fitted to a curve is asked once for each curve, of its first
/// variant; and the first is left out of speed-up, which is 1 there whatever the design.
pub(super) fn of_a_sweep(places: Vec<usize>, draft: &Draft<'_>, table: &Table<'_>) -> Result<Vec<usize>, Problem> {
    if !draft.measure.is_of_a_sweep() {
        return Ok(places);
    }
    let sweep = Sweep::of(draft.variants);
    let curve = |place: usize| sweep.as_ref().and_then(|sweep| sweep.curve(place));
    if let Some(alone) = places.iter().find(|place| curve(**place).is_none()) {
        let found = format!(
            "`{}` is found over three numbers of workers or cores or more, of which `{}` is not one",
            draft.measure, draft.variants[*alone].name
        );
        let problem =
            problem(table, "measure", found, "expected `workers` or `cores` with several numbers in the matrix");
        return Err(problem.with_help("write for instance `[matrix.design]`, `workers = [1, 2, 4, 8]`"));
    }
    let is_first = |place: &usize| curve(*place).is_some_and(|curve| curve[0] == *place);
    let is_single = places.len() == 1;
    Ok(match draft.measure {
        Measure::SpeedUp if !is_single => places.into_iter().filter(|place| !is_first(place)).collect(),
        Measure::SpeedUp => places,
        _ => {
            let mut first: Vec<usize> = places.iter().filter_map(|place| Some(curve(*place)?[0])).collect();
            first.sort_unstable();
            first.dedup();
            first
        }
    })
}

fn words(draft: &Draft<'_>) -> String {
    draft.expect.in_words(draft.measure.unit())
}
