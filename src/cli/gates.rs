//! Claims that guard a build: which of them make `run` fail.

use super::failure::Failure;
use crate::lab::Analysis;
use crate::lab::findings::Verdict;
use crate::scenario::claim::{Claim, Gate};
use clap::ValueEnum;

/// `--fail-on`: the verdict that no claim may have, whatever gate the scenario gives it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum FailOn {
    /// Fail if a claim is refuted
    Refuted,
    /// Fail if a claim is refuted or undecided
    Undecided,
}

/// Fails if a claim has a verdict that it must not have.
pub(super) fn hold(analysis: &Analysis, fail_on: Option<FailOn>) -> Result<(), Failure> {
    let claims = (1..).zip(analysis.study.claims.iter().zip(&analysis.findings.claims));
    let failed = claims.filter(|(_, (claim, judged))| fails(gate(claim, fail_on), judged.verdict));
    let lines: Vec<String> = failed
        .map(|(number, (claim, judged))| {
            let verdict = if judged.verdict == Verdict::Refuted { "refuted" } else { "undecided" };
            let measure = claim.measure_in_words(&analysis.study.classes);
            let expected = claim.expect.in_words(claim.measure.unit());
            format!("claim {number} is {verdict}: “{}” ({measure}, expected {expected})", claim.quote)
        })
        .collect();
    Failure::of_faults(&lines)
}

/// The stricter of what the scenario and the command line say.
const fn gate(claim: &Claim, fail_on: Option<FailOn>) -> Gate {
    match (claim.gate, fail_on) {
        (Gate::Undecided, _) | (_, Some(FailOn::Undecided)) => Gate::Undecided,
        (Gate::Refuted, _) | (_, Some(FailOn::Refuted)) => Gate::Refuted,
        (Gate::Open, None) => Gate::Open,
    }
}

const fn fails(gate: Gate, verdict: Verdict) -> bool {
    match verdict {
        Verdict::Supported => false,
        Verdict::Refuted => !matches!(gate, Gate::Open),
        Verdict::Undecided => matches!(gate, Gate::Undecided),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gate_fails_on_what_it_is_for_and_on_what_is_worse() {
        let verdicts = [Verdict::Supported, Verdict::Undecided, Verdict::Refuted];
        assert_eq!(verdicts.map(|verdict| fails(Gate::Open, verdict)), [false, false, false]);
        assert_eq!(verdicts.map(|verdict| fails(Gate::Refuted, verdict)), [false, false, true]);
        assert_eq!(verdicts.map(|verdict| fails(Gate::Undecided, verdict)), [false, true, true]);
    }
}
