//! Jobs: how many and how long, by variant and by class.

use super::sheet::Sheet;
use super::{labels, per_variant};
use crate::lab::doubts::{self, VariantDoubt};
use crate::lab::statistics::Bounds;
use crate::lab::summary::GroupSummary;
use crate::lab::{Analysis, Estimate, Group};
use crate::report::document::Block;
use crate::report::figures::Quantity::{Number, Time};
use crate::report::figures::whole;

/// So many jobs have to be slower than a quantile that is told.
const BEYOND_MIN: f64 = 20.0;

/// Anchor of the variants side by side.
pub(in crate::report) const VARIANTS: &str = "variants";

/// The variants side by side.
pub(in crate::report) fn variants(analysis: &Analysis) -> Block {
    let doubts = doubts::of_variants(analysis);
    let group = |figure: fn(&GroupSummary) -> Option<f64>| {
        per_variant(analysis, |variant| analysis.group_estimate(variant, Group::All, figure))
    };
    let quantile = |share: f64| per_variant(analysis, |variant| quantile(analysis, variant, Group::All, share));
    let jobs = |variant: usize| counted(analysis, variant, Group::All, |jobs| jobs.sojourn.n);
    let unsuccessful = |variant: usize| counted(analysis, variant, Group::All, |jobs| jobs.unsuccessful);
    Sheet::new("variant", labels(analysis))
        .about(0..analysis.study.variants.len())
        .figures("jobs", per_variant(analysis, jobs).into_iter().map(whole))
        .estimates("jobs/s", Number, &group(|jobs| jobs.throughput_per_s))
        .estimates("mean sojourn", Time, &group(|jobs| Some(jobs.sojourn.mean_ns)))
        .values("median", Time, &quantile(0.5))
        .values("p95", Time, &quantile(0.95))
        .values("p99", Time, &quantile(0.99))
        .figures("not successful", per_variant(analysis, unsuccessful).into_iter().map(whole))
        .words("doubts", per_variant(analysis, |variant| marks(&doubts, variant)))
        .into_block(
            VARIANTS,
            "The variants side by side",
            format!("{NOTE} The letters are explained under “Before you cite this”."),
        )
}

const NOTE: &str = "Exploratory: what no claim names is not judged, and no difference here is called significant. Sojourn: from the moment \
                    that a job was due to its last write. Means over blocks with 95 % t intervals, where there are three or more; \
                    medians and quantiles are of all jobs of all blocks, told where 20 jobs are slower. In a run whose jobs all come \
                    at once, a sojourn says when a job’s turn came, not what it took.";

/// The same in short, for a terminal.
pub(in crate::report) fn variants_in_short(analysis: &Analysis) -> Block {
    let group = |figure: fn(&GroupSummary) -> Option<f64>| {
        per_variant(analysis, |variant| analysis.group_estimate(variant, Group::All, figure))
    };
    let jobs = |variant: usize| counted(analysis, variant, Group::All, |jobs| jobs.sojourn.n);
    let check =
        |variant: usize| analysis.check_estimate(variant, Bounds::NonNegative, |checks| Some(checks.design_ns()));
    Sheet::new("variant", labels(analysis))
        .figures("jobs", per_variant(analysis, jobs).into_iter().map(whole))
        .estimates("jobs/s", Number, &group(|jobs| jobs.throughput_per_s))
        .estimates("mean sojourn", Time, &group(|jobs| Some(jobs.sojourn.mean_ns)))
        .points("a check", Time, &per_variant(analysis, check))
        .into_block("", "", "")
}

/// Each class of jobs of each variant; none if there is one class.
pub(in crate::report) fn classes(analysis: &Analysis) -> Option<Block> {
    if analysis.study.classes.len() < 2 {
        return None;
    }
    let of_variant = |variant| (0..analysis.study.classes.len()).map(move |class| (variant, class));
    let is_measured = |(variant, class): &(usize, usize)| {
        counted(analysis, *variant, Group::Class(*class), |jobs| jobs.sojourn.n) > 0
    };
    let rows: Vec<(usize, usize)> =
        (0..analysis.study.variants.len()).flat_map(of_variant).filter(is_measured).collect();
    let group = |figure: fn(&GroupSummary) -> Option<f64>| -> Vec<Option<Estimate>> {
        rows.iter().map(|(variant, class)| analysis.group_estimate(*variant, Group::Class(*class), figure)).collect()
    };
    let p95 = |(variant, class): &(usize, usize)| quantile(analysis, *variant, Group::Class(*class), 0.95);
    let variants = labels(analysis);
    let named = |(variant, class): &(usize, usize)| {
        variants[*variant].clone().text(format!(": {}", analysis.study.classes[*class]))
    };
    let jobs =
        |(variant, class): &(usize, usize)| counted(analysis, *variant, Group::Class(*class), |jobs| jobs.sojourn.n);
    let sheet = Sheet::new("variant: class", rows.iter().map(named))
        .about(rows.iter().map(|row| row.0))
        .figures("jobs", rows.iter().map(jobs).map(whole))
        .estimates("mean sojourn", Time, &group(|jobs| Some(jobs.sojourn.mean_ns)))
        .values("p95", Time, &rows.iter().map(p95).collect::<Vec<_>>());
    let note = "Exploratory. Means over blocks with 95 % t intervals; a p95 is told where 20 jobs are slower.";
    Some(sheet.into_block("classes", "Sojourn times by class", note))
}

/// A quantile of all jobs of all blocks, if enough are beyond it.
fn quantile(analysis: &Analysis, variant: usize, group: Group, share: f64) -> Option<f64> {
    let jobs = analysis.sojourns(variant, group);
    let is_told = (1.0 - share) * jobs.len() as f64 >= BEYOND_MIN;
    is_told.then(|| jobs.value_at_quantile(share) as f64)
}

/// A count of jobs, over all runs of a variant.
fn counted(analysis: &Analysis, variant: usize, group: Group, count: fn(&GroupSummary) -> u64) -> u64 {
    analysis.runs_of(variant).filter_map(|run| run.group(group)).map(count).sum()
}

/// The marks of a variant's doubts.
fn marks(doubts: &[VariantDoubt], variant: usize) -> String {
    doubts.iter().filter(|doubt| doubt.variant == variant).map(|found| found.doubt.mark()).collect()
}
