//! Holds results against the first.

use super::differences::{are_paired, differences, obstacles};
use super::{Beside, Compared, ComparedRow, Reading, VerdictChange};
use crate::lab::findings::{Effect, holm};
use crate::lab::{Analysis, Group, RunSummary};
use crate::scenario::claim::{Bound, Measure, Region, Statistic};

/// Of all verdicts on regressions together.
const LEVEL: f64 = 0.95;

/// What is asked of a comparison.
#[derive(Debug, Clone, PartialEq)]
pub struct Asked {
    /// What to compare, as it is written, such as `sojourn p95 of plain`; nothing: what claims measure, and the queue's speed.
    pub measures: Vec<String>,
    /// By how much a measure may be worse: a share of it.
    pub margin: f64,
    /// Whether to compare what should not be.
    pub is_forced: bool,
}

/// What is compared: a measure, and the number of the class that it is read of.
type Column = (Measure, Option<usize>);

/// Holds each of `others` against `first`, all with their names.
///
/// # Errors
/// Why they cannot be compared, or that there is no such measure.
pub fn compare(first: (&str, &Analysis), others: &[(String, Analysis)], asked: &Asked) -> Result<Compared, String> {
    let (against, first) = first;
    let columns = columns(first, &asked.measures)?;
    let mut found = Vec::new();
    for (name, other) in others {
        let obstacles = obstacles(first, other);
        if !obstacles.is_empty() && !asked.is_forced {
            let reasons = obstacles.join("; ");
            return Err(format!(
                "{against} and {name} cannot be compared: {reasons}; or compare them as they are with --force"
            ));
        }
        found.push(beside(name, first, other, &columns, obstacles));
    }
    judge(&mut found, asked.margin);
    Ok(Compared { against: against.to_owned(), margin: asked.margin, level: LEVEL, others: found })
}

/// What to compare: what is asked, else what claims measure, and what tells a queue's speed: how long a job takes where jobs arrive
/// whatever the queue does, since then throughput and makespan are those of the arrivals; else these two.
fn columns(first: &Analysis, asked: &[String]) -> Result<Vec<Column>, String> {
    let study = &first.study;
    let classes: Vec<&str> = study.classes.iter().map(String::as_str).collect();
    let mut columns: Vec<Column> = Vec::new();
    for text in asked {
        columns.push(Measure::read(text, &classes).map_err(|why| format!("--measure {text}: {why}"))?);
    }
    if let Some((measure, _)) = columns.iter().find(|(measure, _)| measure.is_of_a_sweep()) {
        return Err(format!(
            "`{measure}` takes all values of a swept knob, and results are compared variant by variant"
        ));
    }
    if columns.is_empty() {
        let of_claims = study.claims.iter().filter(|claim| !claim.of_prediction && !claim.measure.is_of_a_sweep());
        for claim in of_claims {
            let sides = claim.contrasts.iter().flat_map(|contrast| std::iter::once(contrast.of).chain(contrast.with));
            columns.extend(sides.map(|side| (claim.measure.clone(), side.class)));
        }
        let jobs = || first.runs.iter().filter_map(|run| run.group(Group::All));
        let is_open = jobs().any(|jobs| jobs.arrivals_per_s.is_some());
        let is_closed = jobs().any(|jobs| jobs.arrivals_per_s.is_none() && jobs.sojourn.n > 1);
        columns.extend(is_open.then_some((Measure::Sojourn(Statistic::Mean), None)));
        columns.extend([(Measure::Throughput, None), (Measure::Makespan, None)].into_iter().filter(|_| is_closed));
    }
    let mut once: Vec<Column> = Vec::new();
    columns.into_iter().for_each(|column| {
        if !once.contains(&column) {
            once.push(column);
        }
    });
    Ok(once)
}

/// The other result beside the first, not yet judged.
fn beside(name: &str, first: &Analysis, other: &Analysis, columns: &[Column], obstacles: Vec<String>) -> Beside {
    let is_paired = are_paired(&first.study, &other.study);
    let place = |analysis: &Analysis, name: &str| analysis.study.variants.iter().position(|known| known.name == name);
    let mut rows = Vec::new();
    for variant in &first.study.variants {
        let (Some(one), Some(two)) = (place(first, &variant.name), place(other, &variant.name)) else { continue };
        let (one, two): (Vec<&RunSummary>, Vec<&RunSummary>) =
            (first.runs_of(one).collect(), other.runs_of(two).collect());
        rows.extend(columns.iter().filter_map(|(measure, class)| {
            let reading = Reading { measure, class: *class, seed: first.study.seed, level: LEVEL };
            let (before, now) = (reading.value(&one), reading.value(&two));
            if before.is_none() && now.is_none() {
                return None;
            }
            let effect = if is_paired { reading.paired(&two, &one) } else { reading.unpaired(&two, &one) };
            Some(ComparedRow {
                variant: variant.name.clone(),
                measure: measure.clone(),
                class: class.and_then(|class| first.study.classes.get(class).cloned()),
                first: before.map(|value| value.estimate()),
                other: now.map(|value| value.estimate()),
                effect,
                corrected: None,
                is_regression: false,
            })
        }));
    }
    let differences = differences(&first.study, &other.study);
    Beside { name: name.to_owned(), obstacles, differences, is_paired, rows, verdicts: verdicts(first, other) }
}

/// Claims that came out otherwise.
fn verdicts(first: &Analysis, other: &Analysis) -> Vec<VerdictChange> {
    let of = |analysis: &Analysis| -> Vec<_> {
        let judged = analysis.study.claims.iter().zip(&analysis.findings.claims);
        judged.map(|(claim, judged)| (claim.clone(), judged.verdict)).collect()
    };
    let others = of(other);
    let change = |(claim, first)| {
        let (_, other) = others.iter().find(|(known, _)| *known == claim)?;
        (*other != first).then_some(VerdictChange { quote: claim.quote, first, other: *other })
    };
    of(first).into_iter().filter_map(change).collect()
}

/// Says of each row whether it is a regression: its interval, corrected for all rows, lies wholly beyond the margin.
fn judge(others: &mut [Beside], margin: f64) {
    let mut rows: Vec<&mut ComparedRow> = others.iter_mut().flat_map(|other| &mut other.rows).collect();
    let p_values: Vec<f64> = rows.iter().map(|row| p_value(row, margin)).collect();
    for (row, (p, alpha)) in rows.iter_mut().zip(p_values.iter().zip(holm(&p_values, 1.0 - LEVEL))) {
        row.is_regression = *p <= alpha;
        row.corrected = row.effect.and_then(|effect| effect.interval(1.0 - alpha));
    }
}

/// The smallest level of error at which a row is a regression; 1 if it is none, or nobody can tell.
fn p_value(row: &ComparedRow, margin: f64) -> f64 {
    let at = |at: f64| Some(Bound { at, inclusive: true });
    let borne = match row.measure.more_is_better() {
        true => Region { low: at(1.0 - margin), high: None },
        false => Region { low: None, high: at(1.0 + margin) },
    };
    match &row.effect {
        Some(effect) if borne.contains(effect.point) => 1.0,
        Some(effect) => Effect::p_value(effect, &borne).unwrap_or(1.0),
        // Something of what was nothing: no margin is as wide as that.
        None => match (row.first, row.other) {
            (Some(first), Some(other))
                if !row.measure.more_is_better() && first.point <= 0.0 && other.low > Some(0.0) =>
            {
                0.0
            }
            _ => 1.0,
        },
    }
}
