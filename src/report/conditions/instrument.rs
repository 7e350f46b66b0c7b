//! What measuring itself cost in these runs.

use crate::lab::Analysis;
use crate::lab::doubts::mailbox_share;
use crate::lab::summary::{InstrumentSummary, TypicalSummary};
use crate::report::figures::{Quantity, time, whole};
use crate::units::{Span, counted};

/// One cost of the instrument in one run.
type Cost = fn(&InstrumentSummary) -> Option<TypicalSummary>;

/// What the instrument costs: the lowest tenth of a run, the median of the medians of runs, and the largest tenth of a run;
/// none where it was not measured.
fn costs(analysis: &Analysis, cost: Cost) -> Option<[Span; 3]> {
    let runs = analysis.runs.iter().filter_map(|run| run.instrument.as_ref());
    let seen: Vec<TypicalSummary> = runs.filter_map(cost).collect();
    let mut medians: Vec<u64> = seen.iter().map(|times| times.median_ns).collect();
    medians.sort_unstable();
    let least = seen.iter().map(|times| times.p10_ns).min()?;
    let most = seen.iter().map(|times| times.p90_ns).max()?;
    Some([least, medians[medians.len() / 2], most].map(Span))
}

/// What the instrument itself costs.
pub(in crate::report) fn instrument(analysis: &Analysis) -> Vec<String> {
    let mut points = Vec::new();
    let measured: [(&str, Cost); 6] = [
        ("a clock reading", |costs| costs.clock_reading),
        ("a message to a thread that is awake", |costs| costs.hop_awake),
        ("a message to a thread that sleeps", |costs| costs.hop_asleep),
        ("a timer late by", |costs| costs.timer),
        ("handling a message", |costs| costs.step),
        ("a lock operation", |costs| costs.lock),
    ];
    let told = measured.into_iter().filter_map(|(what, figure)| {
        let [least, median, most] = costs(analysis, figure)?.map(|span| span.0 as f64);
        let range = match least < most {
            true => format!(" ({})", Quantity::Time.show_range(least, most)),
            false => String::new(),
        };
        Some(format!("{what} {}{range}", time(median)))
    });
    let told: Vec<String> = told.collect();
    if !told.is_empty() {
        let runs = counted(analysis.runs.iter().filter(|run| run.instrument.is_some()).count(), "run");
        points.push(format!(
            "Measured before each run, in the way of `jqlab calibrate`; median of {runs}, in brackets from their lowest 10th to their \
             highest 90th percentile: {}.",
            told.join(", ")
        ));
    }
    points.extend(instrument_share(analysis).map(|range| {
        format!(
            "Mailboxes hold {range} of the mean sojourn, by variant: a message was on its way, or its receiver's thread waited for a \
             core."
        )
    }));
    let messages = analysis.runs.iter().fold(0_u64, |sum, run| sum.saturating_add(run.messages));
    let runs = counted(analysis.runs.len(), "run");
    points.push(format!("{} messages were delivered in {runs}.", whole(messages)));
    points
}

/// The range of the shares of mailboxes over the variants; none where messages cost nothing.
pub(super) fn instrument_share(analysis: &Analysis) -> Option<String> {
    let shares = || (0..analysis.study.variants.len()).filter_map(|variant| mailbox_share(analysis, variant));
    let (least, most) = (shares().reduce(f64::min)?, shares().reduce(f64::max)?);
    (most > 0.0).then(|| Quantity::Share.show_range(least, most))
}
