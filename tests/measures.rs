//! The documentation has every measure, with its unit and whether it is of a class.

#![allow(clippy::disallowed_methods)] // a test of what is written where
#![allow(clippy::unwrap_used)] // tests

use jqlab::scenario::claim::Measure;
use std::collections::BTreeSet;
use std::path::Path;

/// The rows of the table of measures: names, unit and whether it is of a class.
fn rows(text: &str) -> Vec<(Vec<String>, String, bool)> {
    let (_, section) = text.split_once("### Measures").unwrap();
    let table = section.lines().skip_while(|line| !line.starts_with("|---")).skip(1);
    let row = |line: &str| {
        let cells: Vec<&str> = line.split('|').map(str::trim).collect();
        let names = cells[1].split(", ").map(|name| name.trim_matches('`'));
        let names = names.flat_map(|name| match name.strip_suffix('…') {
            Some(start) => ["mean", "p50", "p95", "p99", "max"].map(|of| format!("{start}{of}")).to_vec(),
            None => vec![name.to_owned()],
        });
        (names.collect(), cells[2].to_owned(), cells[3] == "yes")
    };
    table.take_while(|line| line.starts_with('|')).map(row).collect()
}

#[test]
fn the_table_of_measures_has_each_with_its_unit_and_class() {
    let text = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/scenario.md")).unwrap();
    let mut written = BTreeSet::new();
    for (names, unit, has_classes) in rows(&text) {
        for name in names {
            let measure: Measure = name.parse().unwrap_or_else(|_| panic!("no measure is called `{name}`"));
            assert_eq!((measure.unit().name(), measure.has_classes()), (unit.as_str(), has_classes), "{name}");
            assert!(written.insert(name.clone()), "`{name}` stands there twice");
        }
    }
    let all: BTreeSet<String> = Measure::all().iter().map(ToString::to_string).collect();
    assert_eq!(all.difference(&written).collect::<Vec<_>>(), Vec::<&String>::new(), "not in the table");
}
