//! `source`: where a sentence stands.

use crate::scenario::claim::Citation;
use crate::written::{Problem, Value};

const KEYS: [&str; 3] = ["document", "section", "commit"];
const WHAT: &str = "a document, or a table such as { document = \"design.rst\", section = \"Costs\" }";

/// A text, which is the document, or a table.
pub(in crate::scenario::read) fn citation(value: &Value<'_>) -> Result<Citation, Problem> {
    if !value.is_table() {
        return Ok(Citation { document: value.text(WHAT)?.to_owned(), ..Citation::default() });
    }
    let table = value.table(WHAT)?;
    if let Some(item) = table.items.iter().find(|item| !KEYS.contains(&item.key)) {
        return Err(item.unknown(KEYS, "document, section or commit"));
    }
    let line = |key| table.get(key).map_or(Ok(String::new()), |item| item.value.line("a text").map(str::to_owned));
    let document = table.need("document", "where it stands")?.line("the name of a document")?.to_owned();
    Ok(Citation { document, section: line("section")?, commit: line("commit")? })
}
