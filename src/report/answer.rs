//! The answer of a study in one sentence, made of verdicts and effects alone.

use super::claims::{Found, clause, filled, found};
use super::document::{Inline, Line};
use super::words;
use crate::lab::Analysis;
use crate::lab::findings::Verdict;
use crate::units::counted;

/// So many claims are told; the table has them all.
const TOLD_MAX: usize = 2;
/// And so many that their author worded.
const WORDED_MAX: usize = 3;

/// What a study found, and the verdict of the claim that it begins with; none where nothing is claimed.
pub(super) fn answer(analysis: &Analysis) -> (Option<Verdict>, Line) {
    let found = found(analysis);
    let told = told(&found);
    let Some(first) = told.first() else { return (None, Line::from(nothing_judged(analysis))) };
    // Sentences of the author's stand side by side; clauses of ours are one sentence.
    let is_worded = told.iter().any(|found| says(found).is_some());
    let between = if is_worded { " " } else { "; " };
    let line = told.iter().enumerate().fold(Line::new(), |line, (place, found)| {
        let line = if place > 0 { line.text(between) } else { line };
        line.then(sentence(found, place == 0 || is_worded, is_worded))
    });
    (Some(first.judged.verdict), if is_worded { line } else { line.text(".") })
}

/// The claims that the answer tells of: those whose author worded it, else the first of the file.
fn told<'f, 'a>(found: &'f [Found<'a>]) -> Vec<&'f Found<'a>> {
    let worded: Vec<&Found<'_>> = found.iter().filter(|found| !found.claim.says.is_empty()).collect();
    match worded.is_empty() {
        true => found.iter().take(TOLD_MAX).collect(),
        false => worded.into_iter().take(WORDED_MAX).collect(),
    }
}

/// What the author says of the verdict that was found.
fn says<'a>(found: &Found<'a>) -> Option<&'a str> {
    let says = &found.claim.says;
    let text = match found.judged.verdict {
        Verdict::Supported => &says.supported,
        Verdict::Refuted => &says.refuted,
        Verdict::Undecided => &says.undecided,
    };
    text.as_deref()
}

/// One claim: as its author says, else as it was judged.
fn sentence(found: &Found<'_>, is_capital: bool, has_stop: bool) -> Line {
    if let Some(text) = says(found) {
        return filled(text, found);
    }
    let mut clause = clause(found);
    if let Some(Inline::Text(verdict)) = clause.0.first_mut().filter(|_| is_capital) {
        *verdict = capital(verdict);
    }
    if has_stop { clause.text(".") } else { clause }
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or(String::new(), |first| first.to_uppercase().chain(letters).collect())
}

fn nothing_judged(analysis: &Analysis) -> String {
    match analysis.study.variants.len() {
        1 => "Nothing is claimed of the one variant, and so nothing is judged; what was measured is in the tables."
            .to_owned(),
        count => format!(
            "Nothing is claimed of the {count} variants, and so nothing is judged: what differs between them is in the tables, and \
             exploratory."
        ),
    }
}

/// How many claims there are of each verdict: `Of 5 claims, 3 are supported, 1 is refuted and 1 is undecided.`
pub(super) fn tally(analysis: &Analysis) -> Option<String> {
    let claims = &analysis.findings.claims;
    let of = |verdict: Verdict| {
        let count = claims.iter().filter(|judged| judged.verdict == verdict).count();
        let is = if count == 1 { "is" } else { "are" };
        (count > 0).then(|| format!("{count} {is} {}", words::verdict(verdict)))
    };
    let told: Vec<String> =
        [Verdict::Supported, Verdict::Refuted, Verdict::Undecided].into_iter().filter_map(of).collect();
    (!told.is_empty()).then(|| format!("Of {}, {}.", counted(claims.len() as u64, "claim"), words::and(&told)))
}
