//! Claims as they were judged: what was measured, with the place of each figure in `results.json`.

use super::document::Line;
use super::figures::{NOTHING, Quantity, bound, change_in_words, effect};
use super::words::{self, Sides};
use crate::lab::findings::{Judged, JudgedContrast, Scale, Verdict};
use crate::lab::statistics::Method;
use crate::lab::{Analysis, Estimate, Study};
use crate::scenario::claim::{Claim, Contrast, Place, Unit};

/// A claim, how it was judged, and the study that its places are of.
#[derive(Debug, Clone, Copy)]
pub(super) struct Found<'a> {
    /// Place among the claims.
    pub(super) place: usize,
    pub(super) claim: &'a Claim,
    pub(super) judged: &'a Judged,
    pub(super) study: &'a Study,
}

/// All claims, in the order of the scenario.
pub(super) fn found(analysis: &Analysis) -> Vec<Found<'_>> {
    let predicted = analysis.prediction.as_ref().map_or(&analysis.study, |prediction| &prediction.study);
    // A study that was stopped may have no prediction yet.
    let is_judged = |claim: &Claim| !claim.of_prediction || analysis.prediction.is_some();
    let pairs = analysis.study.claims.iter().zip(&analysis.findings.claims).enumerate();
    let pairs = pairs.filter(|(_, (claim, _))| is_judged(claim));
    let found = |(place, (claim, judged))| Found { place, claim, judged, study: of(claim, &analysis.study, predicted) };
    pairs.map(found).collect()
}

const fn of<'a>(claim: &Claim, measured: &'a Study, predicted: &'a Study) -> &'a Study {
    if claim.of_prediction { predicted } else { measured }
}

/// One contrast of a claim, as it was judged.
#[derive(Debug, Clone, Copy)]
pub(super) struct FoundContrast<'a> {
    pub(super) claim: &'a Claim,
    pub(super) study: &'a Study,
    pub(super) contrast: &'a Contrast,
    pub(super) judged: &'a JudgedContrast,
    /// Places of the claim and of the contrast in it.
    at: (usize, usize),
}

impl<'a> Found<'a> {
    /// The contrast that the verdict rests on; none of a claim without any.
    pub(super) fn decisive(&self) -> Option<FoundContrast<'a>> {
        self.contrast(self.judged.decisive)
    }

    /// Every contrast, in the order of the scenario.
    pub(super) fn contrasts(&self) -> impl Iterator<Item = FoundContrast<'a>> {
        (0..self.judged.contrasts.len()).filter_map(|place| self.contrast(place))
    }

    fn contrast(&self, place: usize) -> Option<FoundContrast<'a>> {
        let (contrast, judged) = (self.claim.contrasts.get(place)?, self.judged.contrasts.get(place)?);
        Some(FoundContrast { claim: self.claim, study: self.study, contrast, judged, at: (self.place, place) })
    }

    /// What would decide it: `about 9 more blocks would decide (35 s)`; none of what is decided or cannot be told.
    pub(super) fn what_decides(&self) -> Option<Line> {
        if self.judged.verdict != Verdict::Undecided {
            return None;
        }
        let Some(more) = self.judged.to_decide else {
            let is_measured = self.decisive()?.judged.effect?.standard_error.is_some();
            return is_measured.then(|| Line::from("blocks alone would hardly decide: redesign the experiment"));
        };
        let noun = if more.blocks == 1 { "block" } else { "blocks" };
        let takes = more.takes_ns.map_or(String::new(), |ns| format!(" ({})", words::duration(ns)));
        let path = format!("findings.claims[{}].to_decide.blocks", self.place);
        let about = Line::from("about ").figure(more.blocks.to_string(), path);
        Some(about.text(format!(" more {noun} would decide{takes}")))
    }
}

impl FoundContrast<'_> {
    /// What its sides are called.
    pub(super) fn sides(&self) -> Sides {
        words::sides(self.study, self.contrast)
    }

    /// The measure, with what both sides have in common: `p95 of the sojourn of “plain” jobs with workers 16`.
    pub(super) fn measure(&self) -> String {
        let Sides { class, common, .. } = self.sides();
        let class = class.map_or(String::new(), |class| format!(" of {class} jobs"));
        let common = match common.as_str() {
            "" => String::new(),
            inside if inside.starts_with("in ") || inside.starts_with("as ") => format!(" {inside}"),
            setting => format!(" with {setting}"),
        };
        format!("{}{class}{common}", words::measure(&self.claim.measure))
    }

    /// The effect; a dash if nothing was measured.
    pub(super) fn effect(&self) -> Line {
        self.shown().map_or(Line::from(NOTHING), |(point, _)| Line::new().figure(point, self.path("effect.point")))
    }

    /// The ends of its interval, at the level at which it was judged; or that it is exact, or has none.
    pub(super) fn ends(&self) -> Option<Line> {
        let (_, ends) = self.shown()?;
        Some(self.told_ends(ends))
    }

    /// The same with the unit, for use inside a sentence.
    fn ends_with_unit(&self) -> Option<Line> {
        let (point, ends) = self.shown()?;
        let unit = point.rsplit_once(' ').map_or(String::new(), |(_, unit)| format!(" {unit}"));
        Some(self.told_ends(ends.map(|ends| format!("{ends}{unit}"))))
    }

    fn told_ends(&self, ends: Option<String>) -> Line {
        let is_exact = self.judged.effect.is_some_and(|effect| effect.method == Method::Exact);
        match ends {
            Some(ends) => Line::new().figure(ends, self.path("corrected")),
            None if is_exact => Line::from("exact"),
            None => Line::from("no interval: too few blocks"),
        }
    }

    /// The effect with the ends of its interval.
    pub(super) fn effect_with_ends(&self) -> Line {
        let effect = self.effect();
        match self.ends() {
            Some(ends) => effect.text(" ").small(Line::from("(").then(ends).text(")")),
            None => effect,
        }
    }

    /// Number of the claim, from 1.
    pub(super) const fn number(&self) -> usize {
        self.at.0 + 1
    }

    /// What was measured on the side that the claim is about.
    pub(super) fn of(&self) -> Line {
        self.side(self.judged.of, "of.point")
    }

    /// What was measured on the side that it is held against.
    pub(super) fn with(&self) -> Line {
        self.side(self.judged.with, "with.point")
    }

    /// What was expected.
    pub(super) fn bound(&self) -> String {
        bound(&self.claim.expect, &self.claim.measure)
    }

    /// What stands in these braces of a sentence of the author's.
    fn place(&self, name: &str) -> Line {
        match name {
            "effect" => self.effect(),
            "of" => self.of(),
            "with" => self.with(),
            _ => self.ends_with_unit().unwrap_or_else(|| Line::from(NOTHING)),
        }
    }

    fn side(&self, measured: Option<Estimate>, place: &str) -> Line {
        let show = |estimate: Estimate| Quantity::of(&self.claim.measure).show(estimate.point);
        let Some(estimate) = measured else { return Line::from(NOTHING) };
        let figure = Line::new().figure(show(estimate), self.path(place));
        // Elsewhere a column's head says so.
        if self.claim.measure.unit() == Unit::Rate { figure.text("\u{a0}jobs/s") } else { figure }
    }

    fn shown(&self) -> Option<(String, Option<String>)> {
        Some(effect(&self.judged.effect?, self.judged.corrected, &self.claim.measure))
    }

    fn path(&self, place: &str) -> String {
        format!("findings.claims[{}].contrasts[{}].{place}", self.at.0, self.at.1)
    }
}

/// A sentence with what its author put in braces filled in.
pub(super) fn filled(text: &str, found: &Found<'_>) -> Line {
    let mut line = Line::new();
    let mut rest = text;
    while let Some((before, inside, after)) = next_place(rest) {
        line = line.text(before).then(place(inside, found).unwrap_or_else(|| Line::from(NOTHING)));
        rest = after;
    }
    line.text(rest)
}

fn place(inside: &str, found: &Found<'_>) -> Option<Line> {
    let place = Place::read(inside)?;
    let contrast = found.contrast(place.contrast.unwrap_or(found.judged.decisive))?;
    Some(contrast.place(place.name))
}

fn next_place(text: &str) -> Option<(&str, &str, &str)> {
    let (before, rest) = text.split_once('{')?;
    let (place, after) = rest.split_once('}')?;
    Some((before, place, after))
}

/// What a claim came to, as a clause that begins with its verdict and has no full stop.
pub(super) fn clause(found: &Found<'_>) -> Line {
    let predicted = if found.claim.of_prediction { " (predicted)" } else { "" };
    let verdict = Line::from(format!("{}{predicted}", words::verdict(found.judged.verdict)));
    let Some(contrast) = found.decisive() else { return verdict.text(": nothing was compared") };
    let clause = match is_same_throughout(found) {
        true => verdict.text(": ").then(throughout(found, &contrast)),
        false => verdict.text(among(found)).then(measured(&contrast)),
    };
    let clause = clause.text(format!("; claimed {}", contrast.bound()));
    match found.what_decides() {
        Some(more) => clause.text(", and ").then(more),
        None => clause,
    }
}

/// Whether several contrasts came to the same value, exactly.
fn is_same_throughout(found: &Found<'_>) -> bool {
    let bits = |contrast: &JudgedContrast| {
        contrast
            .effect
            .filter(|effect| effect.method == Method::Exact && effect.scale == Scale::Value)
            .map(|effect| effect.point.to_bits())
    };
    let contrasts = &found.judged.contrasts;
    let first = contrasts.first().and_then(bits);
    contrasts.len() > 1 && first.is_some() && contrasts.iter().all(|contrast| bits(contrast) == first)
}

/// The value that every contrast came to.
fn throughout(found: &Found<'_>, contrast: &FoundContrast<'_>) -> Line {
    let places: Vec<usize> = found.claim.contrasts.iter().map(|contrast| contrast.of.variant).collect();
    let line = Line::from(format!("{} {}: ", contrast.measure(), words::variants(found.study, &places)));
    line.then(contrast.effect()).text(format!(" (exact, in each of {} comparisons)", places.len()))
}

/// How many of the contrasts have the verdict, before the one that it rests on.
fn among(found: &Found<'_>) -> String {
    let all = found.judged.contrasts.len();
    let alike = found.judged.contrasts.iter().filter(|contrast| contrast.verdict == found.judged.verdict).count();
    match (all, found.judged.verdict) {
        (0 | 1, _) => ": ".to_owned(),
        (all, Verdict::Supported) => format!(" in each of {all} comparisons; nearest to the bound: "),
        (all, _) => format!(" in {alike} of {all} comparisons; furthest from the claim: "),
    }
}

/// What was measured of a contrast: of two sides, how one differs from the other; else the value.
fn measured(contrast: &FoundContrast<'_>) -> Line {
    let Some(effect) = contrast.judged.effect else {
        return Line::from(format!("{} was not measured", contrast.measure()));
    };
    let Sides { of, with, .. } = contrast.sides();
    let said = match (with, effect.scale) {
        (Some(with), Scale::LogRatio | Scale::Ratio) => {
            let change = change_in_words(effect.point, contrast.judged.corrected);
            let than = if change.ends_with("as high") || change == "the same" { "as" } else { "than" };
            let line = Line::from(format!("{} is ", contrast.measure())).figure(change, contrast.path("effect.point"));
            line.text(format!(" {of} {than} {with}"))
        }
        _ => Line::from(format!("{} {of}: ", contrast.measure())).then(contrast.effect()),
    };
    let said = match contrast.ends_with_unit() {
        Some(ends) => said.text(" (").then(ends).text(")"),
        None => said,
    };
    if contrast.judged.note.is_empty() { said } else { said.text(format!(", {}", contrast.judged.note)) }
}
