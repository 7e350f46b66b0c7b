//! `says` of a claim: what a report's answer says of it, by verdict.

use crate::scenario::claim::{Place, Says};
use crate::written::{Problem, Table, Value, suggest};

const KEYS: [&str; 3] = ["supported", "refuted", "undecided"];
const WHAT: &str = "a table of sentences by verdict: supported, refuted, undecided";

/// The sentences of a claim that has so many contrasts; none of one that has no `says`.
pub(super) fn says(claim: &Table<'_>, contrasts: usize) -> Result<Says, Problem> {
    let Some(item) = claim.get("says") else { return Ok(Says::default()) };
    let table = item.value.table(WHAT)?;
    if let Some(unknown) = table.items.iter().find(|item| !KEYS.contains(&item.key)) {
        return Err(unknown.unknown(KEYS, "a verdict"));
    }
    let sentence = |key: &str| table.get(key).map(|item| sentence(&item.value, contrasts)).transpose();
    Ok(Says { supported: sentence("supported")?, refuted: sentence("refuted")?, undecided: sentence("undecided")? })
}

/// A sentence in which every pair of braces holds a place that there is.
fn sentence(value: &Value<'_>, contrasts: usize) -> Result<String, Problem> {
    let text = value.text("a sentence")?;
    let mut rest = text;
    while let Some((_, after)) = rest.split_once('{') {
        let (inside, after) = after.split_once('}').unwrap_or((after, ""));
        let Some(place) = Place::read(inside) else {
            let known = "a sentence in which {effect}, {of}, {with} and {interval} stand for what was measured";
            return Err(value.is_not(known).with_help(suggest(inside, &Says::PLACES)));
        };
        if place.contrast.is_some_and(|contrast| contrast >= contrasts) {
            let known = format!("a number from 1 to {contrasts} in {{{inside}}}: so many things are compared");
            return Err(value.is_not(&known));
        }
        rest = after;
    }
    Ok(text.to_owned())
}
