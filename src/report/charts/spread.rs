//! How sojourn times spread: percentile curves in panels.

use super::{Said, name, picture};
use crate::lab::{Analysis, Group};
use crate::report::document::Block;
use crate::report::figures::Quantity;
use crate::report::pictures::{CURVES_MAX, Line, Lines, Panel, Point, both, lines as draw, of_curve};
use crate::runtime::record::{Latencies, latencies};

/// A curve ends where fewer jobs than this are slower: what is beyond is chance.
const SLOWER_MIN: f64 = 20.0;
/// More bands than these over each other are grey.
const BANDS_MAX: usize = 3;
/// A band takes so many blocks.
const BLOCKS_MIN: usize = 3;
/// Percentiles of a curve, as shares.
const SHARES: [f64; 28] = [
    0.0, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.825, 0.85, 0.875, 0.9, 0.92, 0.94, 0.95,
    0.96, 0.97, 0.98, 0.99, 0.993, 0.995, 0.998, 0.999,
];
/// Those that are marked on the axis.
const MARKS: [(f64, &str); 6] =
    [(0.0, "0 %"), (0.5, "50 %"), (0.9, "90 %"), (0.95, "95 %"), (0.99, "99 %"), (0.999, "99.9 %")];

/// Curves of the sojourn times of all variants, those together that differ in as little as may be; none without jobs.
pub(in crate::report) fn curves(analysis: &Analysis) -> Option<Block> {
    let jobs = |variant: usize| -> u64 {
        analysis.runs_of(variant).filter_map(|run| run.group(Group::All)).map(|jobs| jobs.sojourn.n).sum()
    };
    let with_jobs = (0..analysis.study.variants.len()).filter(|variant| jobs(*variant) as f64 > SLOWER_MIN);
    let named = named_panels(analysis, with_jobs.collect());
    if named.is_empty() {
        return None;
    }
    let mut all: Vec<&str> = named.iter().flat_map(|(_, names)| names).map(|(_, name)| name.as_str()).collect();
    all.sort_unstable();
    all.dedup();
    // The same name has the same colour in all panels, as far as there are colours.
    let colour = |name: &str, place: usize| match all.binary_search(&name) {
        Ok(found) if all.len() <= CURVES_MAX => of_curve(found),
        _ => of_curve(place),
    };
    let panel = |(title, names): &(String, Vec<(usize, String)>)| Panel {
        title: title.clone(),
        lines: names
            .iter()
            .enumerate()
            .map(|(place, (variant, name))| Line { colour: colour(name, place), ..line(analysis, *variant, name) })
            .collect(),
        ideal: None,
    };
    let mut panels: Vec<Panel> = named.iter().map(panel).collect();
    for panel in panels.iter_mut().filter(|panel| panel.lines.len() > BANDS_MAX) {
        panel.lines.iter_mut().for_each(|line| line.band.clear());
    }
    let has_bands = panels.iter().flat_map(|panel| &panel.lines).any(|line| !line.band.is_empty());
    let axes = ("share of jobs at least as fast".to_owned(), "sojourn time".to_owned());
    let titles = panels.iter().flat_map(|panel| &panel.lines).map(|line| line.title.clone());
    let alt = format!("Percentiles of the sojourn time. {}.", super::costs::list(titles));
    let shown = Lines::of_percentiles(axes, &MARKS, panels, Quantity::Time);
    let said = Said {
        stem: "percentiles".to_owned(),
        alt: alt.clone(),
        caption: "Percentiles of the sojourn time, of all jobs of all blocks.".to_owned(),
        note: format!(
            "Each curve ends where {SLOWER_MIN} jobs are slower.{} Both axes are logarithmic: along, by how many jobs are slower.",
            if has_bands { " Shaded: from the least to the greatest of the blocks." } else { "" },
        ),
    };
    Some(picture(said, both(|paper| draw(&shown, &alt, paper))))
}

/// Variants by panel, each panel with what the names in it have in common, and those without it.
pub(super) fn named_panels(analysis: &Analysis, variants: Vec<usize>) -> Vec<(String, Vec<(usize, String)>)> {
    let with_names = |group: Vec<usize>| {
        let mut names: Vec<(usize, String)> =
            group.into_iter().map(|variant| (variant, name(&analysis.study, variant))).collect();
        (take_common_part(&mut names), names)
    };
    panels(analysis, variants).into_iter().map(with_names).collect()
}

/// The percentiles of a variant that are known; those that are marked on the axis say their value.
fn line(analysis: &Analysis, variant: usize, name: &str) -> Line {
    let blocks: Vec<Latencies> =
        analysis.runs_of(variant).filter_map(|run| run.sojourns(Group::All)?.restore().ok()).collect();
    let mut sojourns = latencies();
    blocks.iter().for_each(|block| sojourns += block);
    let value = |share| sojourns.value_at_quantile(share) as f64;
    let point = |share: f64| {
        let mark = MARKS.iter().find(|(marked, _)| *marked > 0.0 && (marked - share).abs() < 1e-9);
        let title = mark.map(|(_, mark)| format!("{name}: {mark} within {}", Quantity::Time.show(value(share))));
        Point { x: share, y: value(share), interval: None, title: title.unwrap_or_default(), variant: Some(variant) }
    };
    let shown = |share| Quantity::Time.show(value(share));
    Line {
        name: name.to_owned(),
        colour: of_curve(0),
        points: known(&sojourns).map(point).collect(),
        law: Vec::new(),
        band: if blocks.len() < BLOCKS_MIN { Vec::new() } else { band(&blocks) },
        is_predicted: false,
        title: format!("{name}: median {}, 95 % within {}", shown(0.5), shown(0.95)),
    }
}

fn known(sojourns: &Latencies) -> impl Iterator<Item = f64> + '_ {
    SHARES.into_iter().filter(|share| (1.0 - share) * sojourns.len() as f64 >= SLOWER_MIN)
}

/// From the least to the greatest of the blocks, as far as each knows.
fn band(blocks: &[Latencies]) -> Vec<(f64, f64)> {
    let Some(fewest) = blocks.iter().min_by_key(|block| block.len()) else { return Vec::new() };
    let of = |share: f64| blocks.iter().map(move |block| block.value_at_quantile(share) as f64);
    let least = known(fewest).map(|share| (share, of(share).fold(f64::MAX, f64::min)));
    let most: Vec<(f64, f64)> = known(fewest).map(|share| (share, of(share).fold(0.0, f64::max))).collect();
    least.chain(most.into_iter().rev()).collect()
}

/// Variants by panel. Where some setting divides them into parts that are small enough, those with the same value are
/// together, by the setting that needs the fewest panels; else as many as fit, in the order of the scenario.
fn panels(analysis: &Analysis, variants: Vec<usize>) -> Vec<Vec<usize>> {
    if variants.len() <= CURVES_MAX {
        return if variants.is_empty() { Vec::new() } else { vec![variants] };
    }
    let changes = |variant: &usize| &analysis.study.variants[*variant].changes;
    let mut keys: Vec<&str> = variants.iter().flat_map(changes).map(|(key, _)| key.as_str()).collect();
    keys.sort_unstable();
    keys.dedup();
    let by = |keys: &[&str]| -> Vec<Vec<usize>> {
        let mut parts: Vec<(Vec<Option<&str>>, Vec<usize>)> = Vec::new();
        for variant in &variants {
            let value = |key: &&str| {
                let change = changes(variant).iter().find(|(other, _)| other == key);
                change.map(|(_, value)| value.as_str())
            };
            let values: Vec<Option<&str>> = keys.iter().map(value).collect();
            match parts.iter_mut().find(|(other, _)| *other == values) {
                Some((_, part)) => part.push(*variant),
                None => parts.push((values, vec![*variant])),
            }
        }
        parts.into_iter().map(|(_, part)| part).collect()
    };
    let singles = keys.iter().map(|key| by(&[key]));
    let pairs = keys.iter().enumerate().flat_map(|(place, one)| keys[..place].iter().map(|other| by(&[one, other])));
    let fits = |parts: &Vec<Vec<usize>>| parts.iter().all(|part| (2..=CURVES_MAX).contains(&part.len()));
    singles.chain(pairs).filter(fits).min_by_key(Vec::len).unwrap_or_else(|| {
        let count = variants.len().div_ceil(CURVES_MAX);
        variants.chunks(variants.len().div_ceil(count)).map(<[usize]>::to_vec).collect()
    })
}

/// Takes out of the names what all of them say, between the dots of a matrix, and returns it.
fn take_common_part(curves: &mut [(usize, String)]) -> String {
    const DOT: &str = " · ";
    let parts = |name: &str| name.split(DOT).map(str::to_owned).collect::<Vec<_>>();
    let [(_, first), rest @ ..] = &*curves else { return String::new() };
    if rest.is_empty() {
        return String::new();
    }
    let mut common = parts(first);
    common.retain(|part| rest.iter().all(|(_, name)| parts(name).contains(part)));
    for (_, name) in &mut *curves {
        let own: Vec<String> = parts(name).into_iter().filter(|part| !common.contains(part)).collect();
        if !own.is_empty() {
            *name = own.join(DOT);
        }
    }
    common.join(DOT)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lab::VariantInfo;
    use crate::report::sample;

    fn of_matrix(keys: [(&str, usize); 2]) -> Analysis {
        let mut analysis = sample::analysis();
        let [(outer, many), (inner, few)] = keys;
        let changes = (0..many).flat_map(|one| {
            (0..few).map(move |other| vec![(outer.to_owned(), one.to_string()), (inner.to_owned(), other.to_string())])
        });
        let info = |changes| VariantInfo {
            name: String::new(),
            changes,
            compare_with: None,
            point: 0,
            swept: Vec::new(),
            role: None,
        };
        analysis.study.variants = changes.map(info).collect();
        analysis
    }

    #[test]
    fn curves_that_differ_in_one_setting_stand_together() {
        let by_file = panels(&of_matrix([("shape", 6), ("file", 3)]), (0..18).collect());
        assert_eq!(by_file, [[0, 3, 6, 9, 12, 15], [1, 4, 7, 10, 13, 16], [2, 5, 8, 11, 14, 17]]);
        let in_order = panels(&of_matrix([("shape", 9), ("file", 1)]), (0..9).collect());
        assert_eq!(in_order, [vec![0, 1, 2, 3, 4], vec![5, 6, 7, 8]]);
        assert_eq!(panels(&of_matrix([("shape", 2), ("file", 2)]), vec![0, 1, 3]), [[0, 1, 3]]);
        assert_eq!(panels(&of_matrix([("shape", 2), ("file", 2)]), Vec::new()), [[0; 0]; 0]);
    }

    #[test]
    fn what_all_names_of_a_picture_say_is_said_once() {
        let curves =
            |names: &[&str]| names.iter().map(|name| (0, (*name).to_owned())).collect::<Vec<(usize, String)>>();
        let mut sizes = curves(&["chain · 1KB · workers 4", "fan-in · 1KB · workers 4"]);
        assert_eq!(take_common_part(&mut sizes), "1KB · workers 4");
        assert_eq!(sizes, curves(&["chain", "fan-in"]));
        let mut unlike = curves(&["chain", "fan-in"]);
        assert_eq!(take_common_part(&mut unlike), "");
        let mut alone = curves(&["chain · 1KB"]);
        assert_eq!((take_common_part(&mut alone), alone), (String::new(), curves(&["chain · 1KB"])));
    }
}
