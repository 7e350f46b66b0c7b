//! The answer in a few sentences that say only what figures say.

use super::conditions::clock;
use super::figures::Quantity::Time;
use super::figures::{Clock, bytes, difference, percent, time};
use crate::actors::design::{DependencyLock, Design, QueueLock};
use crate::lab::statistics::{Bounds, mean};
use crate::lab::summary::CheckSummary;
use crate::lab::{Analysis, Group, Study};
use crate::scenario::Runtime;
use crate::units::counted;
use std::collections::BTreeMap;

/// Most comparisons that are put into words; the table has them all.
const COMPARISONS_MAX: usize = 6;
/// Most names in one sentence, and how many there are of more than that.
const NAMES_MAX: usize = 4;
const NAMES_OF_MANY: usize = 2;

/// What the study found.
#[must_use]
pub(super) fn answer(analysis: &Analysis) -> Vec<String> {
    let mut points = check_costs(analysis);
    points.extend(readers(analysis));
    points.extend(comparisons(analysis));
    if points.is_empty() {
        points.push(match analysis.study.variants.len() {
            1 => "There is one variant, and so nothing to compare it with; its figures are in the tables.".to_owned(),
            _ => "No difference between the variants is clear enough to summarise; see the tables.".to_owned(),
        });
    }
    points
}

/// What a check costs, for each size of file.
fn check_costs(analysis: &Analysis) -> Vec<String> {
    let mut by_size: BTreeMap<i32, Vec<Check>> = BTreeMap::new();
    for check in (0..analysis.study.variants.len()).filter_map(|variant| Check::of(analysis, variant)) {
        #[allow(clippy::cast_possible_truncation)] // a power of ten of a file's size
        by_size.entry(libm::log10(check.bytes).round() as i32).or_default().push(check);
    }
    let is_live = analysis.study.runtime == Runtime::Live;
    by_size.values().map(|checks| check_cost(checks, clock(analysis), is_live)).collect()
}

/// The mean dependency check of a variant; times are in nanoseconds.
struct Check {
    bytes: f64,
    read: f64,
    parse: f64,
    build: f64,
    lock: f64,
    rest: f64,
    whole: f64,
}

impl Check {
    /// None if nothing was read.
    fn of(analysis: &Analysis, variant: usize) -> Option<Self> {
        let figure = |figure: fn(&CheckSummary) -> f64| {
            analysis.check_estimate(variant, Bounds::NonNegative, |checks| Some(figure(checks))).map(|mean| mean.point)
        };
        Some(Self {
            bytes: figure(|checks| checks.bytes_mean).filter(|bytes| *bytes > 0.0)?,
            read: figure(|checks| checks.read.mean_ns)?,
            parse: figure(|checks| checks.parse.mean_ns)?,
            build: figure(|checks| checks.build.mean_ns)?,
            lock: figure(|checks| checks.dependency_lock.mean_ns)?,
            rest: figure(CheckSummary::rest_ns)?,
            whole: figure(|checks| checks.whole.mean_ns)?,
        })
    }
}

/// What the design asks of a check, and apart from it what stands between the actors.
fn check_cost(checks: &[Check], clock: Clock, is_live: bool) -> String {
    let of = |part: fn(&Check) -> f64| mean(&checks.iter().map(part).collect::<Vec<_>>()).unwrap_or(0.0);
    let wholes = || checks.iter().map(|check| check.whole);
    let (least, most) = (wholes().fold(f64::MAX, f64::min), wholes().fold(0.0, f64::max));
    let over = match checks.len() {
        1 => "in one variant".to_owned(),
        count => format!("mean of {count} variants, from {}", Time.show_range(least, most)),
    };
    let beside = match of(|check| check.rest) {
        0.0 => "Nothing else takes time".to_owned(),
        rest if is_live => {
            let rest = clock.time(rest);
            format!("What this instrument adds, messages between actors and waiting for a core, is {rest}")
        }
        rest => format!("Messages and waiting for a core add {}", clock.time(rest)),
    };
    format!(
        "A dependency check on a file of {} costs {} by design: {} reading, {} parsing, {} building, {} waiting for the dependency \
         lock. {beside}; the whole check takes {} ({over}).",
        bytes(of(|check| check.bytes)),
        time(of(|check| check.lock + check.read + check.parse + check.build)),
        clock.time(of(|check| check.read)),
        clock.time(of(|check| check.parse)),
        clock.time(of(|check| check.build)),
        clock.time(of(|check| check.lock)),
        time(of(|check| check.whole)),
    )
}

/// Whether dependencies were read at the same time.
fn readers(analysis: &Analysis) -> Vec<String> {
    let (mut alone, mut together) = (Vec::new(), Vec::new());
    for variant in 0..analysis.study.variants.len() {
        let readers = || analysis.runs_of(variant).filter_map(|run| run.checks.as_ref()?.readers);
        match readers().map(|readers| readers.peak).max() {
            Some(0 | 1) => alone.push(variant),
            Some(peak) => {
                let share = mean(&readers().map(|readers| readers.overlap_share).collect::<Vec<_>>()).unwrap_or(0.0);
                together.push((variant, peak, share));
            }
            None => {}
        }
    }
    let mut points = readers_alone(analysis, &alone, together.is_empty());
    together.sort_by(|one, other| other.2.total_cmp(&one.2));
    if let Some((variant, peak, share)) = together.first() {
        let all: Vec<usize> = together.iter().map(|(variant, ..)| *variant).collect();
        let most = match all.len() {
            1 => String::new(),
            _ => format!("; the most overlap was in “{}”", analysis.study.variants[*variant].name),
        };
        points.push(format!(
            "Workers read concurrently in {}{most}: up to {peak} at once, and two or more during {} of the time in which anybody read.",
            described(analysis, &all),
            percent(*share),
        ));
    }
    points
}

/// The variants without overlap: those in which there can be none, with the reasons, and those in which there could.
fn readers_alone(analysis: &Analysis, alone: &[usize], is_all: bool) -> Vec<String> {
    let (mut possible, mut by_reason): (Vec<usize>, Vec<(&str, usize)>) = (Vec::new(), Vec::new());
    for variant in alone {
        match why_alone(&analysis.study, *variant) {
            None => possible.push(*variant),
            Some(reason) => match by_reason.iter_mut().find(|(other, _)| *other == reason) {
                Some((_, count)) => *count += 1,
                None => by_reason.push((reason, 1)),
            },
        }
    }
    let mut points = Vec::new();
    if !by_reason.is_empty() {
        let impossible: Vec<usize> = alone.iter().copied().filter(|variant| !possible.contains(variant)).collect();
        let whose = match is_all && possible.is_empty() {
            true => "any variant".to_owned(),
            false => described(analysis, &impossible),
        };
        let reasons: Vec<String> = match by_reason.as_slice() {
            [(reason, _)] => vec![(*reason).to_owned()],
            several => several.iter().map(|(reason, of)| format!("{reason} ({})", counted(*of, "variant"))).collect(),
        };
        points.push(format!(
            "By design, no two workers can read a dependency at the same time in {whose}: {}. That none did is no finding.",
            reasons.join("; "),
        ));
    }
    if !possible.is_empty() {
        let whose = match is_all && by_reason.is_empty() {
            true => "any variant".to_owned(),
            false => described(analysis, &possible),
        };
        points.push(format!("In no run of {whose} did two workers read a dependency at the same time."));
    }
    points
}

/// Why no two workers can read at the same time in a variant; none if they can.
fn why_alone(study: &Study, variant: usize) -> Option<&'static str> {
    let standard = Design::default();
    let is = |key: &str, value: &str, is_standard: bool| {
        study.setting(variant, key).map_or(is_standard, |setting| setting == value)
    };
    if is("dependency_lock", "exclusive", standard.dependency_lock == DependencyLock::Exclusive) {
        Some("the dependency lock is held exclusively while one is read")
    } else if is("queue_lock", "exclusive", standard.queue_lock == QueueLock::Exclusive) {
        Some("whoever looks one up holds the queue lock exclusively")
    } else if is("workers", "1", standard.workers == 1) {
        Some("there is one worker")
    } else {
        None
    }
}

/// Variants by what sets them apart: the settings that none of the others has, then the names of the rest.
fn described(analysis: &Analysis, members: &[usize]) -> String {
    let variants = &analysis.study.variants;
    let mut settings: Vec<&(String, String)> = Vec::new();
    for setting in members.iter().flat_map(|member| &variants[*member].changes) {
        let mut with = (0..variants.len()).filter(|variant| variants[*variant].changes.contains(setting));
        let shared = with.clone().count() > 1;
        if shared && !settings.contains(&setting) && with.all(|variant| members.contains(&variant)) {
            settings.push(setting);
        }
    }
    let rest =
        members.iter().filter(|member| !variants[**member].changes.iter().any(|change| settings.contains(&change)));
    let rest: Vec<&str> = rest.map(|member| variants[*member].name.as_str()).collect();
    let settings = settings.iter().map(|(key, value)| format!("{key} {}", value.trim_matches('"')));
    let settings: Vec<String> = settings.collect();
    match (settings.is_empty(), rest.is_empty()) {
        (true, _) => names(&rest),
        (false, true) => format!("any variant with {}", settings.join(" or ")),
        (false, false) => format!("any variant with {}, and in {}", settings.join(" or "), names(&rest)),
    }
}

/// How variants differ from what they are compared with.
fn comparisons(analysis: &Analysis) -> Vec<String> {
    let variants = &analysis.study.variants;
    // The clear ones first, then by size.
    let mut found: Vec<(bool, f64, String)> = Vec::new();
    let mut intervals = 0;
    for (variant, info) in variants.iter().enumerate() {
        let Some(all) = analysis.compare(variant, Group::All) else { continue };
        let sojourn = all.difference_ns;
        intervals += usize::from(sojourn.low.is_some());
        // What a difference is made of is worth saying only where there is one.
        let change = all.account_difference_ns;
        let most = || format!(", of which {} {}", all.account.name(), Time.show_signed(change.point));
        let clear = match (sojourn.low, sojourn.high) {
            (Some(_), Some(_)) if sojourn.excludes(0.0) => most(),
            (Some(_), Some(_)) => " (not significantly different from zero)".to_owned(),
            _ => " (no interval)".to_owned(),
        };
        let text = format!(
            "“{}” against “{}”: mean sojourn {}{clear}.",
            info.name,
            variants[all.with].name,
            difference(Some(sojourn), Time),
        );
        found.push((sojourn.excludes(0.0), sojourn.point.abs(), text));
    }
    found.sort_by(|one, other| other.0.cmp(&one.0).then(other.1.total_cmp(&one.1)));
    let clear = found.iter().filter(|(clear, ..)| *clear).count();
    let by_chance = chance(clear, intervals);
    by_chance.into_iter().chain(found.into_iter().take(COMPARISONS_MAX).map(|(.., text)| text)).collect()
}

/// How many of many differences are clear, and how many would be if there were none: 1 of 20 intervals at 95 %.
fn chance(clear: usize, intervals: usize) -> Option<String> {
    const FEWEST: usize = 5;
    (intervals >= FEWEST).then(|| {
        format!(
            "Differences of mean sojourns whose interval excludes zero: {clear} of {intervals}; by chance alone it would be about {:.1}.",
            intervals as f64 * 0.05
        )
    })
}

pub(super) fn names(names: &[&str]) -> String {
    let quoted = |names: &[&str]| names.iter().map(|name| format!("“{name}”")).collect::<Vec<_>>().join(", ");
    match names.len() {
        0..=NAMES_MAX => quoted(names),
        more => format!("{} and {} more", quoted(&names[..NAMES_OF_MANY]), more - NAMES_OF_MANY),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clear_differences_among_many_are_held_against_chance() {
        let sentence = chance(2, 28).unwrap();
        assert_eq!(
            sentence,
            "Differences of mean sojourns whose interval excludes zero: 2 of 28; by chance alone it would be about 1.4."
        );
        assert_eq!(chance(1, 2), None);
    }
}
