//! `compare`, `classes` and `variant`: what a claim holds against what.
//!
//! The name of a `[[variant]]` stands for all its points of the matrix. Two such names are compared point by point.

use super::Draft;
use super::sense::of_a_sweep;
use crate::scenario::claim::{Contrast, Measure, Side};
use crate::scenario::plan::Variant;
use crate::written::{Problem, Table, Value, suggest};

/// All that is compared; at least one.
pub(super) fn contrasts(table: &Table<'_>, draft: &Draft<'_>) -> Result<Vec<Contrast>, Problem> {
    let (compare, classes) = (table.get("compare"), table.get("classes"));
    match (compare, classes) {
        (Some(item), None) => {
            if let Some(variant) = table.get("variant") {
                let found = "`compare` names the variants already";
                return Err(Problem::new(variant.key_span.clone(), found, "expected no `variant` beside it"));
            }
            between_variants(&item.value, draft, table)
        }
        (None, Some(item)) => {
            let [of, with] = two_classes(&item.value, draft)?;
            let side = |variant, class| Side { variant, class: Some(class) };
            let contrast = |variant| Contrast { of: side(variant, of), with: Some(side(variant, with)) };
            Ok(alone(table, draft)?.into_iter().map(contrast).collect())
        }
        (None, None) => {
            let contrast = |variant| Contrast { of: Side { variant, class: draft.class }, with: None };
            Ok(alone(table, draft)?.into_iter().map(contrast).collect())
        }
        (Some(_), Some(item)) => {
            let found = "a claim compares variants or classes, not both";
            let problem = Problem::new(item.key_span.clone(), found, "expected `compare` or `classes`");
            Err(problem.with_help("write two claims, or `classes` with the `variant` that they are of"))
        }
    }
}

/// Variants one by one: those that `variant` names, else every one.
fn alone(table: &Table<'_>, draft: &Draft<'_>) -> Result<Vec<usize>, Problem> {
    let all = match table.get("variant") {
        Some(item) => named(&item.value, draft.variants)?,
        None => (0..draft.variants.len()).collect(),
    };
    of_a_sweep(all, draft, table)
}

fn between_variants(value: &Value<'_>, draft: &Draft<'_>, table: &Table<'_>) -> Result<Vec<Contrast>, Problem> {
    let what = "the names of two variants, the first of which is held against the second";
    let names = value.list(what, 2)?;
    let [first, second] = names.as_slice() else { return Err(value.is_not(what)) };
    let of = of_a_sweep(named(first, draft.variants)?, draft, table)?;
    let with = of_a_sweep(named(second, draft.variants)?, draft, table)?;
    let pairs: Vec<(usize, usize)> = match (of.as_slice(), with.as_slice()) {
        ([of], [with]) => vec![(*of, *with)],
        ([of], with) => with.iter().map(|with| (*of, *with)).collect(),
        (of, [with]) => of.iter().map(|of| (*of, *with)).collect(),
        (of, with) => {
            let point = |place: usize| draft.variants[place].point;
            let at = |wanted: usize| with.iter().copied().find(|with| point(*with) == point(wanted));
            of.iter().filter_map(|of| Some((*of, at(*of)?))).collect()
        }
    };
    let side = |variant| Side { variant, class: draft.class };
    let different = pairs.into_iter().filter(|(of, with)| of != with);
    let contrasts: Vec<Contrast> =
        different.map(|(of, with)| Contrast { of: side(of), with: Some(side(with)) }).collect();
    if contrasts.is_empty() {
        return Err(second.is_not("another variant than the first"));
    }
    Ok(contrasts)
}

fn two_classes(value: &Value<'_>, draft: &Draft<'_>) -> Result<[usize; 2], Problem> {
    let what = "the names of two classes, the first of which is held against the second";
    let names = value.list(what, 2)?;
    let [first, second] = names.as_slice() else { return Err(value.is_not(what)) };
    let number = |value: &Value<'_>| {
        let name = value.text("the name of a class")?;
        let found = draft.classes.iter().position(|class| *class == name);
        found.ok_or_else(|| value.is_not("the name of a class").with_help(suggest(name, draft.classes)))
    };
    let (of, with) = (number(first)?, number(second)?);
    if of == with {
        return Err(second.is_not("another class than the first"));
    }
    if !draft.measure.has_classes() {
        let found = format!("`{}` is not of a class", draft.measure);
        let known = Measure::all().into_iter().filter(Measure::has_classes).map(|measure| measure.to_string());
        let known: Vec<String> = known.take(4).collect();
        let problem = Problem::new(value.span(), found, "expected a measure that can be read of a class");
        return Err(problem.with_help(format!("such as {} and others", known.join(", "))));
    }
    if draft.class.is_some() {
        let found = "the measure is of one class, and `classes` are two";
        return Err(Problem::new(value.span(), found, "expected `classes` alone").with_help("leave out `of …`"));
    }
    Ok([of, with])
}

/// The places of the variants that a name stands for: one, or all that a matrix made of one; at least one.
pub(in crate::scenario::read) fn named(value: &Value<'_>, variants: &[Variant]) -> Result<Vec<usize>, Problem> {
    let name = value.text("the name of a variant")?;
    if let Some(place) = variants.iter().position(|variant| variant.name == name) {
        return Ok(vec![place]);
    }
    let family: Vec<usize> = (0..variants.len()).filter(|place| variants[*place].family == name).collect();
    if !family.is_empty() {
        return Ok(family);
    }
    let mut names: Vec<&str> = variants.iter().map(|variant| variant.family.as_str()).collect();
    names.extend(variants.iter().map(|variant| variant.name.as_str()));
    names.retain(|name| !name.is_empty());
    names.dedup();
    Err(value.is_not("the name of a variant").with_help(suggest(name, &names)))
}
