//! What people read of a small validation made by hand.

#![allow(clippy::disallowed_methods, clippy::disallowed_types)] // what was written is read

use super::*;
use crate::actors::accounting::Account::{Core, Fsync, Mailbox, Run, Write};
use crate::actors::accounting::LockKind;
use crate::lab::summary::RunSummary;
use crate::lab::validation::sample::{run, with_lock};
use crate::lab::validation::{ProfileInfo, Tolerances, VariantRuns, VariantValidation};
use crate::lab::{self, Estimate, Machine, Study, VariantInfo};
use crate::report::ReportKind;
use std::fs;

fn validation() -> Validation {
    let live = |scale: f64| {
        let noise = [1.0, 1.02, 0.97];
        [0, 1, 2].map(|place| {
            let times = [(Fsync, 400.0), (Write, 100.0), (Mailbox, 60.0), (Run, 500.0)];
            let times = times.map(|(account, time)| (account, time * noise[place as usize] * scale));
            with_lock(run(place, &times), LockKind::Queue, 30.0 * scale)
        })
    };
    let predicted = [0, 1, 2].map(|place| {
        let times = [(Fsync, 150.0), (Write, 100.0), (Core, 50.0), (Mailbox, 20.0), (Run, 500.0)];
        with_lock(run(place, &times), LockKind::Queue, 25.0)
    });
    let (first, second) = (live(1.0), live(1.01));
    let variant = |name: &str, predicted: &[RunSummary]| {
        let [measured, control, predicted] =
            [&first[..], &second[..], predicted].map(|runs| runs.iter().collect::<Vec<_>>());
        let runs = VariantRuns { name, measured: &measured, control: &control, predicted: &predicted };
        VariantValidation::of(runs, &Tolerances::default())
    };
    let variants = vec![variant("good", &first), variant("bad | fsync", &predicted)];
    let info = |variant: &VariantValidation| VariantInfo {
        name: variant.name.clone(),
        changes: Vec::new(),
        compare_with: None,
        point: 0,
        swept: Vec::new(),
        role: None,
    };
    Validation {
        format: FORMAT,
        study: Study {
            title: "By hand".into(),
            name: "by-hand".into(),
            classes: vec!["plain".into()],
            variants: variants.iter().map(info).collect(),
            machine: Machine::none(),
            command: "jqlab validate by-hand.toml".into(),
            ..lab::sample::study(&[])
        },
        profile: ProfileInfo {
            name: "p".into(),
            title: "A machine".into(),
            source: "Nowhere.".into(),
            measured_on: None,
        },
        tolerances: Tolerances::default(),
        warnings: vec!["The profile is another machine's.".into()],
        variants,
    }
}

#[test]
fn the_table_of_a_variant_says_what_is_wrong_and_where() {
    let blocks = section(&validation());
    insta::assert_snapshot!(markdown::render(&Page { blocks, ..Page::default() }));
}

#[test]
fn the_terminal_shows_the_same() {
    insta::assert_snapshot!(validation_table(&validation(), usize::MAX));
}

#[test]
fn a_machine_that_does_not_agree_with_itself_is_told_once() {
    let mut validation = validation();
    assert!(!validation_summary(&validation, usize::MAX).contains("differ among themselves"));
    for (place, variant) in validation.variants.iter_mut().enumerate() {
        let row = variant.rows.iter_mut().find(|row| row.figure == Figure::SojournMean).unwrap();
        row.control = row.error.map(|error| Estimate { low: Some(-0.1), high: Some([0.2, 0.9][place]), ..error });
    }
    let summary = validation_summary(&validation, usize::MAX);
    let told: Vec<&str> = summary.lines().filter(|line| line.contains("differ among themselves")).collect();
    assert_eq!(told.len(), 1, "{summary}");
    assert!(told[0].starts_with("In 2 of 2 variants") && told[0].contains("+90.0"), "{}", told[0]);
    assert!(
        summary.contains("(predicted 820 µs, measured 1.06 ms, not told apart from the machine's noise)"),
        "{summary}"
    );
}

#[test]
fn a_validation_is_written_and_read_back_the_same() {
    let directory = tempfile::tempdir().unwrap();
    let validation = validation();
    let claimed = ReportDirectory::claim(directory.path(), ReportKind::Validation).unwrap();
    assert!(write_validation(&claimed, &validation).is_empty());
    for file in ["validation.md", "validation.html", "validation.svg"] {
        assert!(fs::read_to_string(directory.path().join(file)).unwrap().contains("redicted"), "{file}");
    }
    let bytes = fs::read(directory.path().join(VALIDATION_FILE)).unwrap();
    assert_eq!(validation_from(&bytes).unwrap(), validation);
    let error = validation_from(br#"{"format": 7}"#).unwrap_err();
    assert!(matches!(error, ResultsError::Format { found: 7 }));
    let unknown = String::from_utf8(bytes).unwrap().replace("sojourn_p50_ns", "sojourn_p51_ns");
    assert!(validation_from(unknown.as_bytes()).unwrap_err().to_string().contains("sojourn_p51_ns"));
}
