//! What the sides of a contrast are called: by role where one variant alone has it, else by what sets them apart.

use crate::lab::Study;
use crate::scenario::Role;
use crate::scenario::claim::{Contrast, Side};

/// What stands between the parts of a matrix point's name.
const DOT: &str = " · ";

/// The sides of a contrast in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::report) struct Sides {
    /// What the claim is about, such as `as shipped`, `in “register-only”` or `of “chained” jobs`.
    pub(in crate::report) of: String,
    /// What it is held against; none: a value.
    pub(in crate::report) with: Option<String>,
    /// The class of jobs that both are of, such as `“plain”`, if they are of one.
    pub(in crate::report) class: Option<String>,
    /// What else both have in common, such as `workers 16` or the variant; may be empty.
    pub(in crate::report) common: String,
}

impl Sides {
    /// What both are of, in words: `“plain”, workers 16`; may be empty.
    pub(in crate::report) fn both(&self) -> String {
        let common = Some(bare(&self.common)).filter(|common| !common.is_empty());
        self.class.as_deref().into_iter().chain(common).collect::<Vec<_>>().join(", ")
    }

    /// What the claim is about, where no sentence goes on from it: `“register-only”`.
    pub(in crate::report) fn of_alone(&self) -> &str {
        bare(&self.of)
    }

    /// What it is held against, likewise.
    pub(in crate::report) fn with_alone(&self) -> Option<&str> {
        self.with.as_deref().map(bare)
    }
}

fn bare(side: &str) -> &str {
    side.strip_prefix("in ").or_else(|| side.strip_prefix("of ")).unwrap_or(side)
}

/// Names for the sides of `contrast`, whose places are of `study`.
#[must_use]
pub(in crate::report) fn sides(study: &Study, contrast: &Contrast) -> Sides {
    let class = |side: Side| side.class.and_then(|class| study.classes.get(class)).map(|name| format!("“{name}”"));
    let jobs = |side: Side| class(side).map_or("of all jobs".to_owned(), |class| format!("of {class} jobs"));
    let of = contrast.of;
    let Some(with) = contrast.with else {
        return Sides { of: variant(study, of.variant), with: None, class: class(of), common: String::new() };
    };
    if of.variant == with.variant {
        let common = if study.variants.len() > 1 { variant(study, of.variant) } else { String::new() };
        return Sides { of: jobs(of), with: Some(jobs(with)), class: None, common };
    }
    if of.class != with.class {
        let name = |side: Side| format!("{} {}", jobs(side), variant(study, side.variant));
        return Sides { of: name(of), with: Some(name(with)), class: None, common: String::new() };
    }
    let (one, other, common) = apart(name(study, of.variant), name(study, with.variant));
    let called = |place: usize, own: &str| role(study, place).unwrap_or_else(|| format!("in “{own}”"));
    let with = Some(called(with.variant, &other));
    Sides { of: called(of.variant, &one), with, class: class(of), common }
}

/// Where a figure is of a variant, by its role where no other has that, else by its name: `as shipped`, `in “a”`.
#[must_use]
pub(in crate::report) fn variant(study: &Study, place: usize) -> String {
    role(study, place).unwrap_or_else(|| format!("in “{}”", name(study, place)))
}

/// The same of several: by the role that they alone have, else by what their names have in common.
#[must_use]
pub(in crate::report) fn variants(study: &Study, places: &[usize]) -> String {
    let role_of = |place: &usize| study.variants.get(*place).and_then(|variant| variant.role);
    let role = places.first().and_then(role_of);
    let have_role = |place: usize| role.is_some() && role_of(&place) == role;
    if (0..study.variants.len()).all(|place| have_role(place) == places.contains(&place)) {
        return role.map_or(String::new(), called);
    }
    let mut common: Vec<&str> = places.first().map_or(Vec::new(), |place| name(study, *place).split(DOT).collect());
    common.retain(|part| places.iter().all(|place| name(study, *place).split(DOT).any(|other| other == *part)));
    match common.is_empty() {
        true => format!("in {} variants", places.len()),
        false => format!("in “{}”", common.join(DOT)),
    }
}

fn name(study: &Study, place: usize) -> &str {
    study.variants.get(place).map_or("?", |variant| &variant.name)
}

/// The role of a variant, where it is the only one that has it.
fn role(study: &Study, place: usize) -> Option<String> {
    let role = study.variants.get(place)?.role?;
    let is_alone = study.variants.iter().filter(|other| other.role == Some(role)).count() == 1;
    is_alone.then(|| called(role))
}

/// Where a figure is of a role.
fn called(role: Role) -> String {
    match role {
        Role::Designed | Role::Shipped => role.name().to_owned(),
        Role::Proposed | Role::Control => format!("in the {} design", role.name()),
    }
}

/// Two names of a matrix without what both say, and that: `workers 16`.
fn apart(one: &str, other: &str) -> (String, String, String) {
    let parts = |name: &str| name.split(DOT).map(str::to_owned).collect::<Vec<_>>();
    let (mine, others) = (parts(one), parts(other));
    let (common, own): (Vec<String>, Vec<String>) = mine.into_iter().partition(|part| others.contains(part));
    let rest: Vec<String> = others.into_iter().filter(|part| !common.contains(part)).collect();
    match own.is_empty() || rest.is_empty() {
        true => (one.to_owned(), other.to_owned(), String::new()),
        false => (own.join(DOT), rest.join(DOT), common.join(DOT)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample;

    fn side(variant: usize, class: Option<usize>) -> Side {
        Side { variant, class }
    }

    fn named(names: [&str; 3]) -> Study {
        let mut study = sample::study();
        for (variant, name) in study.variants.iter_mut().zip(names) {
            (variant.name, variant.role) = (name.to_owned(), None);
        }
        study
    }

    #[test]
    fn what_both_sides_say_is_said_once() {
        let study = named(["lock shared · workers 16", "lock exclusive · workers 16", "x"]);
        let found = sides(&study, &Contrast { of: side(0, Some(0)), with: Some(side(1, Some(0))) });
        assert_eq!((found.of.as_str(), found.with.as_deref()), ("in “lock shared”", Some("in “lock exclusive”")));
        assert_eq!((found.class.as_deref(), found.common.as_str()), (Some("“plain”"), "workers 16"));
    }

    #[test]
    fn a_variant_that_alone_has_a_role_is_called_by_it() {
        let mut study = named(["a", "b", "c"]);
        study.variants[0].role = Some(Role::Shipped);
        study.variants[1].role = Some(Role::Proposed);
        study.variants[2].role = Some(Role::Proposed);
        let found = sides(&study, &Contrast { of: side(0, None), with: Some(side(1, None)) });
        assert_eq!((found.of.as_str(), found.with.as_deref()), ("as shipped", Some("in “b”")));
        assert_eq!((found.class, found.common.as_str()), (None, ""));
    }

    #[test]
    fn classes_of_one_variant_are_told_apart_by_their_names() {
        let study = named(["a", "b", "c"]);
        let found = sides(&study, &Contrast { of: side(1, Some(1)), with: Some(side(1, Some(0))) });
        assert_eq!((found.of.as_str(), found.with.as_deref()), ("of “chained” jobs", Some("of “plain” jobs")));
        assert_eq!((found.class, found.common.as_str()), (None, "in “b”"));
    }
}
