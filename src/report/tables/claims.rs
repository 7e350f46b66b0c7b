//! Claims with their verdicts: the table of the first page, and each contrast in the appendix.

use super::sheet::Sheet;
use crate::lab::Analysis;
use crate::lab::findings::Verdict;
use crate::report::claims::{Found, FoundContrast, found};
use crate::report::document::{Block, Cell, Line, Table};
use crate::report::figures::{NOTHING, percent_in_short};
use crate::report::words;
use crate::scenario::Role;
use crate::scenario::claim::Citation;
use crate::units::counted;

/// So many claims stand on a first page.
const SHOWN_MAX: usize = 6;

/// Anchor of the table of all contrasts.
pub(in crate::report) const CONTRASTS: &str = "contrasts";

/// The claims of the first page; none if nothing is claimed.
pub(in crate::report) fn claims(analysis: &Analysis) -> Option<Block> {
    let all = found(analysis);
    let shown = shown(&all);
    let note = Line::from(format!(
        "Of a claim about several comparisons, the one that speaks most against it. Intervals are those that judge: {} for all claims \
         together (Holm), wider for each. ",
        percent_in_short(analysis.findings.level)
    ));
    let note = match all.len() - shown.len() {
        0 => note.text("Every comparison: "),
        more => note.text(format!("{more} more, and every comparison, in ")),
    };
    let note = note.see(CONTRASTS).text(".");
    (!all.is_empty()).then(|| sheet(&shown).into_block("claims-judged", "Claims, and what was measured", note))
}

/// The same for a terminal; none if nothing is claimed.
pub(in crate::report) fn claims_in_short(analysis: &Analysis) -> Option<Block> {
    let all = found(analysis);
    let shown = shown(&all);
    let note = match all.len() - shown.len() {
        0 => String::new(),
        more => format!("{} more in the report.", counted(more as u64, "claim")),
    };
    (!all.is_empty()).then(|| sheet(&shown).into_block("", "", note))
}

/// All claims, without a note, for the index of all reports; none if nothing is claimed.
pub(in crate::report) fn every_claim(analysis: &Analysis) -> Option<Table> {
    let all = found(analysis);
    let sheet = sheet(&all.iter().collect::<Vec<_>>());
    (!all.is_empty()).then(|| sheet.into_table("", "", ""))
}

fn sheet(shown: &[&Found<'_>]) -> Sheet {
    let quotes = shown.iter().enumerate().map(|(place, found)| {
        let before = place.checked_sub(1).and_then(|before| shown.get(before));
        quoted(found, before.is_some_and(|before| before.claim.quote == found.claim.quote))
    });
    let bound = |found: &&Found<'_>| found.decisive().map_or(String::new(), |contrast| contrast.bound());
    Sheet::new("verdict", shown.iter().map(|found| verdict(found)))
        .anchored(shown.iter().map(|found| format!("claim-{}", found.place + 1)))
        .words("claim", quotes)
        .figures("measured", shown.iter().map(|found| measured(found)))
        .figures("claimed", shown.iter().map(bound))
}

/// The most important, where there are too many: those refuted, then those undecided; in their order.
fn shown<'f, 'a>(all: &'f [Found<'a>]) -> Vec<&'f Found<'a>> {
    let weight = |found: &&Found<'_>| match found.judged.verdict {
        Verdict::Refuted => 0,
        Verdict::Undecided => 1,
        Verdict::Supported => 2,
    };
    let mut shown: Vec<&Found<'_>> = all.iter().collect();
    shown.sort_by_key(weight);
    shown.truncate(SHOWN_MAX);
    shown.sort_by_key(|found| found.place);
    shown
}

/// The verdict with its mark, and of which design it is.
fn verdict(found: &Found<'_>) -> Cell {
    let cell = Cell::from(Line::new().verdict(words::tone(found.judged.verdict)));
    let variant = found.decisive().map(|contrast| contrast.contrast.of.variant);
    let role = variant.and_then(|place| found.study.variants.get(place)?.role).map(Role::name);
    let badges = role.into_iter().chain(found.claim.of_prediction.then_some("predicted"));
    badges.fold(cell, |cell, badge| cell.line(Line::new().badge(badge)))
}

/// The whole quote, where it stands, and what was measured.
fn quoted(found: &Found<'_>, is_same: bool) -> Cell {
    let quote = if is_same { Line::from("the same sentence") } else { Line::new().quote(&found.claim.quote) };
    let source = Some(cited(&found.claim.source)).filter(|source| !is_same && !source.is_empty());
    let compared = found.decisive().map(|contrast| compared(found, &contrast));
    let small: Vec<String> = source.into_iter().chain(compared).collect();
    let cell = Cell::from(quote).below(small.join(" · "));
    match found.what_decides() {
        Some(more) => cell.below(more),
        None => cell,
    }
}

/// The document, the section and the commit; empty if nobody said.
pub(in crate::report) fn cited(source: &Citation) -> String {
    let section = if source.section.is_empty() { String::new() } else { format!(", “{}”", source.section) };
    let commit = match source.commit.get(..12).unwrap_or(&source.commit) {
        "" => String::new(),
        commit => format!(", commit {commit}"),
    };
    format!("{}{section}{commit}", source.document)
}

/// The measure and the sides of the contrast that decides, and of how many it is one.
fn compared(found: &Found<'_>, contrast: &FoundContrast<'_>) -> String {
    let sides = contrast.sides();
    let between = match sides.with_alone() {
        Some(with) => format!(", {} against {with}", sides.of_alone()),
        None => format!(" {}", sides.of),
    };
    let among = match found.judged.contrasts.len() {
        0 | 1 => String::new(),
        all => format!(" (1 of {all} comparisons)"),
    };
    let note = if contrast.judged.note.is_empty() { String::new() } else { format!(", {}", contrast.judged.note) };
    format!("{}{between}{among}{note}", contrast.measure())
}

/// The effect, and below it its interval in small.
fn measured(found: &Found<'_>) -> Cell {
    let Some(contrast) = found.decisive() else { return Cell::from(NOTHING) };
    let cell = Cell::from(contrast.effect());
    match contrast.ends() {
        Some(ends) => cell.below(Line::from("(").then(ends).text(")")),
        None => cell,
    }
}

/// Anchors of the claims that have no place on the first page, at the first contrast of each; else empty.
fn anchors(all: &[Found<'_>], contrasts: &[FoundContrast<'_>]) -> Vec<String> {
    let mut known: Vec<usize> = shown(all).iter().map(|found| found.place + 1).collect();
    let anchor = |contrast: &FoundContrast<'_>| {
        if known.contains(&contrast.number()) {
            return String::new();
        }
        known.push(contrast.number());
        format!("claim-{}", contrast.number())
    };
    contrasts.iter().map(anchor).collect()
}

/// Every contrast of every claim; none if nothing is claimed.
pub(in crate::report) fn contrasts(analysis: &Analysis) -> Option<Block> {
    let all = found(analysis);
    let contrasts: Vec<FoundContrast<'_>> = all.iter().flat_map(Found::contrasts).collect();
    let texts = |of: fn(&FoundContrast<'_>) -> String| contrasts.iter().map(of);
    let verdict = |contrast: &FoundContrast<'_>| Line::new().verdict(words::tone(contrast.judged.verdict));
    let name = |contrast: &FoundContrast<'_>| {
        Line::new()
            .link(format!("{}.", contrast.number()), format!("claim-{}", contrast.number()))
            .text(" ")
            .text(contrast.measure())
    };
    let sheet = Sheet::new("claim", contrasts.iter().map(name))
        .anchored(anchors(&all, &contrasts))
        .words("verdict", contrasts.iter().map(verdict))
        .words("of", texts(|contrast| contrast.sides().of_alone().to_owned()))
        .words("against", texts(|contrast| contrast.sides().with_alone().unwrap_or("a value").to_owned()))
        .figures("of, measured", contrasts.iter().map(FoundContrast::of))
        .figures("against, measured", contrasts.iter().map(FoundContrast::with))
        .figures("effect", contrasts.iter().map(FoundContrast::effect_with_ends))
        .figures("claimed", contrasts.iter().map(FoundContrast::bound))
        .figures("level", texts(|contrast| percent_in_short(contrast.judged.level)))
        .figures("blocks", texts(|contrast| contrast.judged.effect.map_or(0, |effect| effect.blocks).to_string()))
        .words(
            "method",
            texts(|contrast| contrast.judged.effect.map_or(NOTHING, |effect| effect.method.in_words()).to_owned()),
        )
        .words("note", texts(|contrast| contrast.judged.note.clone()));
    let note = "The interval of an effect is at the level beside it: corrected for all claims of the study (Holm), and for the looks at \
                it, if it could stop early. A contrast is supported if the interval lies wholly inside what is claimed, refuted if \
                wholly outside.";
    (!sheet.is_empty()).then(|| sheet.into_block(CONTRASTS, "Every comparison of every claim", note))
}
