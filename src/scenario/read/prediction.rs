//! `[prediction]`: runs in virtual time beside those of the scenario, in the same report.
//!
//! It begins with the scenario's workload, design and machine, and with its `[[variant]]`s, and says what is different. The
//! matrix is its own.

use super::draft::Draft;
use super::variants::{Lists, variants};
use crate::scenario::limits;
use crate::scenario::plan::Plan;
use crate::scenario::run::{RunPlan, Runtime, Runtimes, Until};
use crate::written::{Problems, Table};

const KEYS: [&str; 6] = ["machine", "design", "workload", "variant", "matrix", "replications"];

/// What is predicted: the variants and how they are run; all else is as in the scenario.
pub(super) fn prediction(file: &Table<'_>, base: &Draft, main: &Plan, problems: &mut Problems) -> Option<Plan> {
    let what = "a table of what is different in the prediction";
    let table = problems.take(file.get("prediction")?.value.table(what))?;
    table.refuse_unknown(&KEYS, "a key of the prediction", problems);
    let mut base = base.clone();
    let mut part = |key| table.get(key).and_then(|item| problems.take(item.value.table(what)));
    let (design, workload, machine) = (part("design"), part("workload"), part("machine"));
    if let Some(workload) = workload {
        base.apply_workload(&workload, problems);
    }
    if let Some(design) = design {
        base.apply_design(&design, problems);
    }
    if let Some(machine) = machine {
        base.apply_machine(&machine, problems);
    }
    let lists = Lists { variant: table.get("variant").or_else(|| file.get("variant")), matrix: table.get("matrix") };
    let variants = variants(lists, &base, problems);
    let mut replications = main.run.replications;
    if let Some(item) = table.get("replications") {
        problems.store(&mut replications, item.value.count(1..=limits::REPLICATIONS));
    }
    let runtimes = Runtimes::One(Runtime::Virtual);
    let run = RunPlan {
        runtimes,
        replications,
        until: Until::Fixed,
        at_most: replications,
        time_limit: None,
        ..main.run.clone()
    };
    let (claims, left_out) = (Vec::new(), Vec::new());
    Some(Plan { variants, run, claims, left_out, prediction: None, sensitivity: None, capacity: None, ..main.clone() })
}
