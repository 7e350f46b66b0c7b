//! What a person sees who wrote a scenario with a mistake in it, and that no input makes reading panic.

#![allow(clippy::unwrap_used)] // helpers of tests

use insta::assert_snapshot;
use jqlab::scenario;
use proptest::prelude::*;

/// A small scenario without mistakes.
const GOOD: &str = r#"title = "T"
seed = 7

[workload]
jobs     = 100
arrivals = { process = "poisson", rate = "400/s" }

[[workload.class]]
name  = "plain"
share = 0.9
opcode = [{ run = "2ms", locks = [{ level = "instance", count = 1, mode = "exclusive" }] }]

[[workload.class]]
name    = "chained"
share   = 0.1
depends = { on = "previous", count = 1, status = ["success"] }
opcode = [{ run = { lognormal = { median = "2ms", p99 = "20ms" } } }]

[design]
workers = 4
storage = "files"

[[variant]]
name = "as designed"

[[variant]]
name = "none"
workload = { chained = { depends = "none" } }

[[claim]]
quote   = "they are not affected"
measure = "sojourn p95 of plain"
compare = ["as designed", "none"]
expect  = "equivalent within 5%"

[run]
warmup = "auto"
"#;

/// What is said of the good scenario with `from` replaced by `to`.
fn errors_of(from: &str, to: &str) -> String {
    assert!(GOOD.contains(from), "{from}");
    let errors = scenario::read("study.toml", &GOOD.replacen(from, to, 1)).unwrap_err();
    errors.render(false).lines().map(|line| line.trim_end().to_owned() + "\n").collect()
}

#[test]
fn the_good_scenario_is_good() {
    let plan = scenario::read("study.toml", GOOD).unwrap();
    assert_eq!((plan.name.as_str(), plan.seed, plan.variants.len()), ("study", 7, 2));
    assert_eq!(plan.hash.len(), 64);
}

#[test]
fn an_unknown_key_is_shown_with_the_nearest_name() {
    assert_snapshot!(errors_of("workers = 4", "wrokers = 4"));
}

#[test]
fn a_bare_number_is_told_to_take_a_unit() {
    assert_snapshot!(errors_of("run = \"2ms\"", "run = 2"));
}

#[test]
fn a_wrong_unit_is_told_the_units_there_are() {
    assert_snapshot!(errors_of("\"400/s\"", "\"400 per second\""));
}

#[test]
fn shares_must_add_up_to_one() {
    assert_snapshot!(errors_of("share   = 0.1", "share   = 0.2"));
}

#[test]
fn a_class_among_several_needs_its_share() {
    assert_snapshot!(errors_of("share   = 0.1\n", ""));
}

#[test]
fn a_status_that_is_not_final_cannot_be_waited_for() {
    assert_snapshot!(errors_of("[\"success\"]", "[\"success\", \"runing\"]"));
}

#[test]
fn a_variant_can_override_known_classes_alone() {
    assert_snapshot!(errors_of("{ chained = {", "{ chaned = {"));
}

#[test]
fn a_knob_on_the_variant_itself_is_shown_its_place() {
    assert_snapshot!(errors_of("name = \"none\"", "name = \"none\"\nworkers = 3"));
}

#[test]
fn what_is_no_toml_is_shown_where_it_breaks() {
    assert_snapshot!(errors_of("seed = 7", "seed = = 7"));
}

#[test]
fn a_value_of_the_wrong_type_is_told_what_it_is() {
    assert_snapshot!(errors_of("jobs     = 100", "jobs     = \"many\""));
}

#[test]
fn a_number_out_of_range_is_told_the_range() {
    assert_snapshot!(errors_of("workers = 4", "workers = 0"));
}

#[test]
fn an_interpreter_lock_is_on_or_off_or_has_its_interval() {
    assert_snapshot!(errors_of("workers = 4", "interpreter_lock = \"of\""));
}

#[test]
fn a_machine_is_a_shipped_one() {
    assert_snapshot!(errors_of("[run]", "[machine]\nprofile = \"ganeti-2.9-cpython\"\ncors = 3\n\n[run]"));
    let file = errors_of("[run]", "[machine]\nprofile = \"./mine.toml\"\n\n[run]");
    assert!(file.contains("jqlab run --profile FILE"), "{file}");
}

#[test]
fn variants_on_different_machines_cannot_be_run_live() {
    assert_snapshot!(errors_of("[run]", "[matrix.machine]\ncores = [1, 64]\n\n[run]"));
    let locked = errors_of("workers = 4", "interpreter_lock = \"on\"");
    assert!(locked.contains("the threads of a live run have none"), "{locked}");
}

#[test]
fn a_value_of_a_later_version_is_not_supported_yet() {
    assert_snapshot!(errors_of("storage = \"files\"", "storage = \"cached-files\""));
}

#[test]
fn a_missing_key_is_named() {
    assert_snapshot!(errors_of("title = \"T\"\n", ""));
}

#[test]
fn a_claim_compares_variants_that_there_are() {
    assert_snapshot!(errors_of("compare = [\"as designed\", \"none\"]", "compare = [\"as desinged\", \"none\"]"));
}

#[test]
fn a_claim_expects_something_that_can_be_judged() {
    assert_snapshot!(errors_of("equivalent within 5%", "about the same"));
}

#[test]
fn memory_cannot_be_asked_where_jobs_are_shared_through_files() {
    assert_snapshot!(errors_of("storage = \"files\"", "dependency_lookup = \"shared-objects\""));
}

#[test]
fn more_locks_than_there_are_cannot_be_taken() {
    assert_snapshot!(errors_of("count = 1, mode", "count = 21, mode"));
}

#[test]
fn a_chain_needs_its_length() {
    assert_snapshot!(errors_of("{ on = \"previous\", count = 1, status = [\"success\"] }", "\"chain\""));
}

#[test]
fn a_workload_needs_a_class() {
    let text = "title = \"t\"\n[workload]\njobs = 1\narrivals = { process = \"at-once\" }\nclass = []\n";
    let errors = scenario::read("study.toml", text).unwrap_err();
    assert_eq!(
        errors.to_string(),
        "study.toml:5:9: found a list; expected one [[workload.class]] for each kind of jobs"
    );
}

#[test]
fn a_class_depended_on_must_exist() {
    assert_snapshot!(errors_of("on = \"previous\"", "on = \"previous\", class = \"plane\""));
}

#[test]
fn a_matrix_that_makes_too_many_variants_is_refused() {
    let many: Vec<String> = (1..=40).map(|number| number.to_string()).collect();
    let matrix = format!("[matrix.design]\nworkers = [{0}]\nrequest_threads = [{0}]\n\n[run]", many.join(", "));
    let text = errors_of("[run]", &matrix);
    assert!(text.contains("2 variants × 1600 combinations"), "{text}");
}

#[test]
fn several_mistakes_are_told_at_once() {
    let text =
        GOOD.replace("workers = 4", "workers = -1").replace("seed = 7", "sede = 7").replace("\"2ms\"", "\"2 m\"");
    let errors = scenario::read("study.toml", &text).unwrap_err();
    assert_eq!(errors.problems.len(), 4, "{errors}");
    assert_snapshot!(errors.to_string());
}

#[test]
fn bytes_that_are_no_text_are_shown_where_they_begin() {
    let mut bytes = GOOD.as_bytes().to_vec();
    bytes[9] = 0xff;
    let errors = scenario::read_bytes("study.toml", &bytes).unwrap_err();
    assert_snapshot!(errors.to_string());
    assert!(errors.render(false).contains("save the file in UTF-8"));
}

#[test]
fn a_file_that_is_not_there_is_an_error() {
    let errors = scenario::read_file(std::path::Path::new("no/such.toml")).unwrap_err();
    assert!(errors.render(false).contains("no/such.toml: cannot be read"), "{}", errors.render(false));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_damage_to_the_bytes_makes_reading_panic(
        damage in prop::collection::vec((0..GOOD.len(), any::<u8>()), 1..4), cut in 0..GOOD.len(),
    ) {
        let mut bytes = GOOD.as_bytes().to_vec();
        for (at, byte) in damage {
            bytes[at] = byte;
        }
        for bytes in [&bytes[..], &bytes[..cut]] {
            if let Err(errors) = scenario::read_bytes("x.toml", bytes) {
                prop_assert!(!errors.problems.is_empty());
                prop_assert!(!errors.render(true).is_empty());
            }
        }
    }

    #[test]
    fn no_value_in_any_place_makes_reading_or_loading_panic(
        place in 0..PLACES.len(), value in prop::sample::select(VALUES.to_vec()),
    ) {
        let text = GOOD.replacen(PLACES[place], value, 1);
        match scenario::read("x.toml", &text) {
            Ok(plan) => for variant in &plan.variants {
                let mut workload = variant.workload.clone();
                workload.jobs = workload.jobs.min(20);
                prop_assert!(workload.load(1, 0) == workload.load(1, 0));
            },
            Err(errors) => prop_assert!(!errors.to_string().is_empty()),
        }
    }
}

/// Values, and tables, in the good scenario.
const PLACES: [&str; 14] = [
    "\"T\"",
    "7",
    "100",
    "{ process = \"poisson\", rate = \"400/s\" }",
    "\"poisson\"",
    "\"plain\"",
    "0.9",
    "[{ level = \"instance\", count = 1, mode = \"exclusive\" }]",
    "{ on = \"previous\", count = 1, status = [\"success\"] }",
    "{ lognormal = { median = \"2ms\", p99 = \"20ms\" } }",
    "\"files\"",
    "{ chained = { depends = \"none\" } }",
    "[\"as designed\", \"none\"]",
    "\"auto\"",
];

const VALUES: [&str; 30] = [
    "1",
    "-1",
    "0x7fffffffffffffff",
    "9223372036854775807",
    "1e308",
    "inf",
    "nan",
    "-0.0",
    "true",
    "\"\"",
    "\"none\"",
    "\"2ms\"",
    "\"0ms\"",
    "\"99999999999999999999h\"",
    "\"µ\"",
    "[]",
    "[[]]",
    "{}",
    "[{}]",
    "1979-05-27",
    "{ on = \"chain\", of = 1000 }",
    "{ on = \"fan-in\", of = 1000, status = [] }",
    "{ on = \"finished\", count = 1000 }",
    "{ on = \"random-earlier\", count = 1000, within = 1 }",
    "{ process = \"at-once\", batch = 7 }",
    "{ process = \"closed\", clients = 3, think = { pareto = { minimum = \"1ns\", shape = 0.1 } } }",
    "{ process = \"fixed\", rate = \"0.0001/s\" }",
    "{ empirical = [\"1ms\"] }",
    "{ uniform = { from = \"2ms\", to = \"1ms\" } }",
    "{ \"*\" = { file_size = \"64KiB\", filling = \"reasons\", fails = 1 } }",
];
