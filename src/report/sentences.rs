//! The answer in a few sentences that say only what figures say.

use super::figures::{bytes, estimate, number, time};
use crate::lab::statistics::{Bounds, mean};
use crate::lab::summary::CheckSummary;
use crate::lab::{Analysis, Estimate};
use std::collections::BTreeMap;

/// Most comparisons that are put into words; the table has them all.
const COMPARISONS_MAX: usize = 6;
/// Most names in one sentence.
const NAMES_MAX: usize = 4;

/// What the study found.
#[must_use]
pub(super) fn answer(analysis: &Analysis) -> Vec<String> {
    let mut points = check_costs(analysis);
    points.extend(readers(analysis));
    points.extend(comparisons(analysis));
    if points.is_empty() {
        points.push("The variants make no difference that could be put into words; see the tables.".to_owned());
    }
    points
}

/// What a check costs, for each size of file.
fn check_costs(analysis: &Analysis) -> Vec<String> {
    let mut by_size: BTreeMap<i32, Vec<[f64; 6]>> = BTreeMap::new();
    for variant in 0..analysis.study.variants.len() {
        let figure = |figure: fn(&CheckSummary) -> f64| {
            analysis.check_estimate(variant, Bounds::NonNegative, |checks| Some(figure(checks))).map(|mean| mean.point)
        };
        let figures: Option<Vec<f64>> = [
            (|checks| checks.bytes_mean) as fn(&CheckSummary) -> f64,
            |checks| checks.read.mean_ns,
            |checks| checks.parse.mean_ns,
            |checks| checks.build.mean_ns,
            |checks| checks.dependency_lock.mean_ns,
            |checks| checks.whole.mean_ns,
        ]
        .into_iter()
        .map(figure)
        .collect();
        if let Some(figures) =
            figures.and_then(|figures| <[f64; 6]>::try_from(figures).ok()).filter(|figures| figures[0] > 0.0)
        {
            #[allow(clippy::cast_possible_truncation)] // a power of ten of a file's size
            by_size.entry(libm::log10(figures[0]).round() as i32).or_default().push(figures);
        }
    }
    let sentence = |variants: &Vec<[f64; 6]>| {
        let of = |place: usize| variants.iter().map(|figures| figures[place]).collect::<Vec<_>>();
        let [size, read, parse, build, lock, whole] = [0, 1, 2, 3, 4, 5].map(|place| mean(&of(place)).unwrap_or(0.0));
        let (least, most) = (of(5).into_iter().fold(f64::MAX, f64::min), of(5).into_iter().fold(0.0, f64::max));
        let over = match variants.len() {
            1 => "in one variant".to_owned(),
            count => format!("mean over {count} variants, whose means are {} to {}", time(least), time(most)),
        };
        let messages = (whole - lock - read - parse - build).max(0.0);
        format!(
            "A dependency check on a file of {} takes {}: {} reading, {} parsing, {} building, {} waiting for the dependency lock, and {} \
             in messages and waiting for a core ({over}).",
            bytes(size),
            time(whole),
            time(read),
            time(parse),
            time(build),
            time(lock),
            time(messages),
        )
    };
    by_size.values().map(sentence).collect()
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
    let mut points = Vec::new();
    if together.is_empty() && !alone.is_empty() {
        points.push("In no run did two workers read a dependency at the same time, whatever the variant.".to_owned());
    } else if !alone.is_empty() {
        points.push(format!(
            "In no run did two workers read a dependency at the same time in {}.",
            described(analysis, &alone)
        ));
    }
    together.sort_by(|one, other| other.2.total_cmp(&one.2));
    if let Some((variant, peak, share)) = together.first() {
        let all: Vec<usize> = together.iter().map(|(variant, ..)| *variant).collect();
        points.push(format!(
            "Workers did read at the same time in {}; most of all in “{}”: up to {peak} at once, and two or more during {} % of the \
             time in which anybody read.",
            described(analysis, &all),
            analysis.study.variants[*variant].name,
            number(share * 100.0),
        ));
    }
    points
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
        let Some(all) = analysis.compare(variant, 0) else { continue };
        let sign = |estimate: Estimate| if estimate.point < 0.0 { "" } else { "+" };
        let difference = all.difference_ns;
        intervals += usize::from(difference.low.is_some());
        // What a difference is made of is worth saying only where there is one.
        let change = all.account_difference_ns;
        let most = || format!(", of which {} {}{}", all.account.name(), sign(change), time(change.point));
        let clear = match (difference.low, difference.high) {
            (Some(_), Some(_)) if difference.excludes(0.0) => most(),
            (Some(_), Some(_)) => " (not told apart from none)".to_owned(),
            _ => " (no interval)".to_owned(),
        };
        let text = format!(
            "“{}” against “{}”: mean sojourn {}{}{clear}.",
            info.name,
            variants[all.with].name,
            sign(difference),
            estimate(Some(difference), time),
        );
        found.push((difference.excludes(0.0), difference.point.abs(), text));
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

fn names(names: &[&str]) -> String {
    let shown: Vec<String> = names.iter().take(NAMES_MAX).map(|name| format!("“{name}”")).collect();
    match names.len() {
        0..=NAMES_MAX => shown.join(", "),
        more => format!("{} and {} more variants", shown.join(", "), more - NAMES_MAX),
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
