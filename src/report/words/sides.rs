//! What the sides of a contrast are called: by role where one variant alone has it, else by what sets them apart.

use crate::lab::Study;
use crate::scenario::claim::{Contrast, Side};

/// What stands between the parts of a matrix point's name.
const DOT: &str = " · ";

/// The sides of a contrast in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::report) struct Sides {
    /// What the claim is about: `as shipped`, `“register-only”`.
    pub(in crate::report) of: String,
    /// What it is held against; none: a value.
    pub(in crate::report) with: Option<String>,
    /// What both are of: a class of jobs, the common part of two names, or a variant; may be empty.
    pub(in crate::report) both: String,
}

/// Names for the sides of `contrast`, whose places are of `study`.
#[must_use]
pub(in crate::report) fn sides(study: &Study, contrast: &Contrast) -> Sides {
    let class = |side: Side| side.class.and_then(|class| study.classes.get(class)).map_or("all jobs", String::as_str);
    let of_class = |side: Side| side.class.map(|_| format!("“{}”", class(side)));
    let of = contrast.of;
    let Some(with) = contrast.with else {
        return Sides { of: variant(study, of.variant), with: None, both: of_class(of).unwrap_or_default() };
    };
    if of.variant == with.variant {
        let both = if study.variants.len() > 1 { variant(study, of.variant) } else { String::new() };
        return Sides { of: format!("“{}”", class(of)), with: Some(format!("“{}”", class(with))), both };
    }
    if of.class != with.class {
        let name = |side: Side| format!("“{}” {}", class(side), variant(study, side.variant));
        return Sides { of: name(of), with: Some(name(with)), both: String::new() };
    }
    let (one, other, common) = apart(name(study, of.variant), name(study, with.variant));
    let role = |place: usize, own: &str| role(study, place).unwrap_or_else(|| format!("“{own}”"));
    let both = [of_class(of), (!common.is_empty()).then_some(common)].into_iter().flatten().collect::<Vec<_>>();
    Sides { of: role(of.variant, &one), with: Some(role(with.variant, &other)), both: both.join(", ") }
}

/// A variant by its role where no other has that, else by its name.
#[must_use]
pub(in crate::report) fn variant(study: &Study, place: usize) -> String {
    role(study, place).unwrap_or_else(|| format!("“{}”", name(study, place)))
}

fn name(study: &Study, place: usize) -> &str {
    study.variants.get(place).map_or("?", |variant| &variant.name)
}

/// The role of a variant, where it is the only one that has it.
fn role(study: &Study, place: usize) -> Option<String> {
    let role = study.variants.get(place)?.role?;
    let is_alone = study.variants.iter().filter(|other| other.role == Some(role)).count() == 1;
    is_alone.then(|| role.name().to_owned())
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
    use crate::scenario::Role;

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
        assert_eq!((found.of.as_str(), found.with.as_deref()), ("“lock shared”", Some("“lock exclusive”")));
        assert_eq!(found.both, "“plain”, workers 16");
    }

    #[test]
    fn a_variant_that_alone_has_a_role_is_called_by_it() {
        let mut study = named(["a", "b", "c"]);
        study.variants[0].role = Some(Role::Shipped);
        study.variants[1].role = Some(Role::Proposed);
        study.variants[2].role = Some(Role::Proposed);
        let found = sides(&study, &Contrast { of: side(0, None), with: Some(side(1, None)) });
        assert_eq!((found.of.as_str(), found.with.as_deref()), ("as shipped", Some("“b”")));
        assert_eq!(found.both, "");
    }

    #[test]
    fn classes_of_one_variant_are_told_apart_by_their_names() {
        let study = named(["a", "b", "c"]);
        let found = sides(&study, &Contrast { of: side(1, Some(1)), with: Some(side(1, Some(0))) });
        assert_eq!((found.of.as_str(), found.with.as_deref()), ("“chained”", Some("“plain”")));
        assert_eq!(found.both, "“b”");
    }
}
