//! What a person sees who wrote a scenario with a mistake in it, and that no input makes reading panic.

#![allow(clippy::unwrap_used)] // helpers of tests

use insta::assert_snapshot;
use jqlab::runtime::Streams;
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
    assert_snapshot!(errors_of("workers = 4", "wrokers = 4"), @r#"
     × unknown key `wrokers`
       ╭─[study.toml:20:1]
    19 │ [design]
    20 │ wrokers = 4
       · ───┬───
       ·    ╰── expected a knob of the design
    21 │ storage = "files"
       ╰────
     help: did you mean `workers`?
    "#);
}

#[test]
fn a_bare_number_is_told_to_take_a_unit() {
    assert_snapshot!(errors_of("run = \"2ms\"", "run = 2"), @r#"
     × the number 2 has no unit
       ╭─[study.toml:11:19]
    10 │ share = 0.9
    11 │ opcode = [{ run = 2, locks = [{ level = "instance", count = 1, mode = "exclusive" }] }]
       ·                   ┬
       ·                   ╰── expected a duration with its unit, such as "250ms"
    12 │
       ╰────
     help: a duration is written with its unit, in quotes: "2ms"
    "#);
}

#[test]
fn a_wrong_unit_is_told_the_units_there_are() {
    assert_snapshot!(errors_of("\"400/s\"", "\"400 per second\""), @r#"
     × found the text "400 per second"
      ╭─[study.toml:6:42]
    5 │ jobs     = 100
    6 │ arrivals = { process = "poisson", rate = "400 per second" }
      ·                                          ────────┬───────
      ·                                                  ╰── expected a rate with its unit, such as "400/s"
    7 │
      ╰────
     help: `per second` is not one of the units /s, /min, /h
    "#);
}

#[test]
fn shares_must_add_up_to_one() {
    assert_snapshot!(errors_of("share   = 0.1", "share   = 0.2"), @r#"
     × the shares of the classes add up to 1.1
       ╭─[study.toml:15:11]
    14 │ name    = "chained"
    15 │ share   = 0.2
       ·           ─┬─
       ·            ╰── expected them to add up to 1
    16 │ depends = { on = "previous", count = 1, status = ["success"] }
       ╰────
     help: they are: plain 0.9, chained 0.2
    "#);
}

#[test]
fn a_class_among_several_needs_its_share() {
    assert_snapshot!(errors_of("share   = 0.1\n", ""), @r#"
     × class `chained` has no share
       ╭─[study.toml:14:1]
    13 │ [[workload.class]]
    14 │ name    = "chained"
       · ──┬─
       ·   ╰── expected `share`, from 0 to 1
    15 │ depends = { on = "previous", count = 1, status = ["success"] }
       ╰────
     help: with several classes, each needs its share of the jobs
    "#);
}

#[test]
fn a_status_that_is_not_final_cannot_be_waited_for() {
    assert_snapshot!(errors_of("[\"success\"]", "[\"success\", \"runing\"]"), @r#"
     × found the text "runing"
       ╭─[study.toml:16:62]
    15 │ share   = 0.1
    16 │ depends = { on = "previous", count = 1, status = ["success", "runing"] }
       ·                                                              ────┬───
       ·                                                                  ╰── expected a final status: canceled, success or error
    17 │ opcode = [{ run = { lognormal = { median = "2ms", p99 = "20ms" } } }]
       ╰────
    "#);
}

#[test]
fn a_variant_can_override_known_classes_alone() {
    assert_snapshot!(errors_of("{ chained = {", "{ chaned = {"), @r#"
     × unknown key `chaned`
       ╭─[study.toml:28:14]
    27 │ name = "none"
    28 │ workload = { chaned = { depends = "none" } }
       ·              ───┬──
       ·                 ╰── expected the name of a class, or a key of the workload
    29 │
       ╰────
     help: did you mean `chained`?
    "#);
}

#[test]
fn a_knob_on_the_variant_itself_is_shown_its_place() {
    assert_snapshot!(errors_of("name = \"none\"", "name = \"none\"\nworkers = 3"), @r#"
     × unknown key `workers`
       ╭─[study.toml:28:1]
    27 │ name = "none"
    28 │ workers = 3
       · ───┬───
       ·    ╰── expected name, role, baseline, design, workload or machine
    29 │ workload = { chained = { depends = "none" } }
       ╰────
     help: knobs go into `design = { workers = … }`
    "#);
}

#[test]
fn what_is_no_toml_is_shown_where_it_breaks() {
    assert_snapshot!(errors_of("seed = 7", "seed = = 7"), @r#"
     × this is not valid TOML
      ╭─[study.toml:2:8]
    1 │ title = "T"
    2 │ seed = = 7
      ·        ┬
      ·        ╰── extra `=`, expected nothing
    3 │
      ╰────
    "#);
}

#[test]
fn a_value_of_the_wrong_type_is_told_what_it_is() {
    assert_snapshot!(errors_of("jobs     = 100", "jobs     = \"many\""), @r#"
     × found the text "many"
      ╭─[study.toml:5:12]
    4 │ [workload]
    5 │ jobs     = "many"
      ·            ───┬──
      ·               ╰── expected a whole number from 1 to 10000000
    6 │ arrivals = { process = "poisson", rate = "400/s" }
      ╰────
    "#);
}

#[test]
fn a_number_out_of_range_is_told_the_range() {
    assert_snapshot!(errors_of("workers = 4", "workers = 0"), @r#"
     × found the number 0
       ╭─[study.toml:20:11]
    19 │ [design]
    20 │ workers = 0
       ·           ┬
       ·           ╰── expected a whole number from 1 to 1024
    21 │ storage = "files"
       ╰────
    "#);
}

#[test]
fn an_interpreter_lock_is_on_or_off_or_has_its_interval() {
    assert_snapshot!(errors_of("workers = 4", "interpreter_lock = \"of\""), @r#"
     × found the text "of"
       ╭─[study.toml:20:20]
    19 │ [design]
    20 │ interpreter_lock = "of"
       ·                    ──┬─
       ·                      ╰── expected an interpreter lock: on or off
    21 │ storage = "files"
       ╰────
     help: did you mean "off"?
    "#);
}

#[test]
fn a_machine_is_a_shipped_one() {
    assert_snapshot!(errors_of("[run]", "[machine]\nprofile = \"ganeti-2.9-cpython\"\ncors = 3\n\n[run]"), @r#"
     × found the text "ganeti-2.9-cpython"
       ╭─[study.toml:37:11]
    36 │ [machine]
    37 │ profile = "ganeti-2.9-cpython"
       ·           ──────────┬─────────
       ·                     ╰── expected the name of a shipped profile
    38 │ cors = 3
       ╰────
     help: did you mean `ganeti-2.9.7-cpython`?
     × unknown key `cors`
       ╭─[study.toml:38:1]
    37 │ profile = "ganeti-2.9-cpython"
    38 │ cors = 3
       · ──┬─
       ·   ╰── expected profile or cores
    39 │
       ╰────
     help: did you mean `cores`?
    "#);
    let file = errors_of("[run]", "[machine]\nprofile = \"./mine.toml\"\n\n[run]");
    assert!(file.contains("jqlab run --profile FILE"), "{file}");
}

#[test]
fn variants_on_different_machines_cannot_be_run_live() {
    assert_snapshot!(errors_of("[run]", "[matrix.machine]\ncores = [1, 64]\n\n[run]"), @r#"
     × `as designed · cores 1` and `as designed · cores 64` differ in their machine, but a live run
     │ has the machine that it runs on
       ╭─[study.toml:39:2]
    38 │
    39 │ [run]
       ·  ─┬─
       ·   ╰── expected `runtime = "virtual"` in [run]
    40 │ warmup = "auto"
       ╰────
     help: live is the default; or let all variants have the same machine
    "#);
    let locked = errors_of("workers = 4", "interpreter_lock = \"on\"");
    assert!(locked.contains("the threads of a live run have none"), "{locked}");
}

#[test]
fn a_value_of_a_later_version_is_not_supported_yet() {
    assert_snapshot!(errors_of("storage = \"files\"", "storage = \"cached-files\""), @r#"
     × `storage = "cached-files"` is not supported yet
       ╭─[study.toml:21:11]
    20 │ workers = 4
    21 │ storage = "cached-files"
       ·           ───────┬──────
       ·                  ╰── a later version's value
    22 │
       ╰────
     help: supported: files or shared-objects
    "#);
}

#[test]
fn a_missing_key_is_named() {
    assert_snapshot!(errors_of("title = \"T\"\n", ""), @r"
     × `title` is missing
      ╭─[study.toml:1:1]
    1 │ seed = 7
      · ──┬─
      ·   ╰── expected `title`: what it is called
    2 │
      ╰────
     help: add `title = …`
    ");
}

#[test]
fn a_claim_compares_variants_that_there_are() {
    assert_snapshot!(errors_of("compare = [\"as designed\", \"none\"]", "compare = [\"as desinged\", \"none\"]"), @r#"
     × found the text "as desinged"
       ╭─[study.toml:33:12]
    32 │ measure = "sojourn p95 of plain"
    33 │ compare = ["as desinged", "none"]
       ·            ──────┬──────
       ·                  ╰── expected the name of a variant
    34 │ expect  = "equivalent within 5%"
       ╰────
     help: did you mean `as designed`?
    "#);
}

#[test]
fn a_claim_expects_something_that_can_be_judged() {
    assert_snapshot!(errors_of("equivalent within 5%", "about the same"), @r#"
     × found the text "about the same"
       ╭─[study.toml:34:11]
    33 │ compare = ["as designed", "none"]
    34 │ expect  = "about the same"
       ·           ────────┬───────
       ·                   ╰── expected one of "less", "greater", "equivalent within 5%", "at least 10% less", "at most 10% greater", "at least 50ms", "at most 50ms", "exactly 50ms", "never" or "always"
    35 │
       ╰────
    "#);
}

#[test]
fn memory_cannot_be_asked_where_jobs_are_shared_through_files() {
    assert_snapshot!(errors_of("storage = \"files\"", "dependency_lookup = \"shared-objects\""), @r#"
     × `dependency_lookup = "shared-objects"` needs `storage = "shared-objects"`
       ╭─[study.toml:21:21]
    20 │ workers = 4
    21 │ dependency_lookup = "shared-objects"
       ·                     ────────┬───────
       ·                             ╰── expected full-parse or status-only
    22 │
       ╰────
     help: or set `storage = "shared-objects"`
    "#);
}

#[test]
fn more_locks_than_there_are_cannot_be_taken() {
    assert_snapshot!(errors_of("count = 1, mode", "count = 21, mode"), @r#"
     × class `plain` takes 21 instance locks at once, of 20
       ╭─[study.toml:11:10]
    10 │ share = 0.9
    11 │ opcode = [{ run = "2ms", locks = [{ level = "instance", count = 21, mode = "exclusive" }] }]
       ·          ─────────────────────────────────────────┬─────────────────────────────────────────
       ·                                                   ╰── expected at most 20
    12 │
       ╰────
     help: give the workload a `cluster` with more instances
    "#);
}

#[test]
fn a_chain_needs_its_length() {
    assert_snapshot!(errors_of("{ on = \"previous\", count = 1, status = [\"success\"] }", "\"chain\""), @r#"
     × this shape needs `of`
       ╭─[study.toml:16:11]
    15 │ share   = 0.1
    16 │ depends = "chain"
       ·           ───┬───
       ·              ╰── expected how many jobs
    17 │ opcode = [{ run = { lognormal = { median = "2ms", p99 = "20ms" } } }]
       ╰────
     help: write for instance `depends = { on = "chain", of = 10 }`
    "#);
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
    assert_snapshot!(errors_of("on = \"previous\"", "on = \"previous\", class = \"plane\""), @r#"
     × class `chained` depends on jobs of class `plane`
       ╭─[study.toml:16:11]
    15 │ share   = 0.1
    16 │ depends = { on = "previous", class = "plane", count = 1, status = ["success"] }
       ·           ──────────────────────────────────┬──────────────────────────────────
       ·                                             ╰── expected a class that there is
    17 │ opcode = [{ run = { lognormal = { median = "2ms", p99 = "20ms" } } }]
       ╰────
     help: did you mean `plain`?
    "#);
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
    assert_snapshot!(errors.to_string(), @r#"
    study.toml:2:1: unknown key `sede`; expected a key of a scenario (did you mean `seed`?)
    study.toml:11:19: found the text "2 m"; expected a duration with its unit, such as "250ms" (`m` is not one of the units ns, us, µs, ms, s, min, h)
    study.toml:17:44: found the text "2 m"; expected a duration with its unit, such as "250ms" (`m` is not one of the units ns, us, µs, ms, s, min, h)
    study.toml:20:11: found the number -1; expected a whole number from 1 to 1024
    "#);
}

#[test]
fn bytes_that_are_no_text_are_shown_where_they_begin() {
    let mut bytes = GOOD.as_bytes().to_vec();
    bytes[9] = 0xff;
    let errors = scenario::read_bytes("study.toml", &bytes).unwrap_err();
    assert_snapshot!(errors.to_string(), @"study.toml:1:10: byte 0xff is not UTF-8; expected text in UTF-8 (save the file in UTF-8)");
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
                prop_assert!(workload.load(Streams::new(1, 0)) == workload.load(Streams::new(1, 0)));
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

/// The one line that is said of the good scenario with `from` replaced by `to`.
fn line_of(from: &str, to: &str) -> String {
    assert!(GOOD.contains(from), "{from}");
    scenario::read("study.toml", &GOOD.replacen(from, to, 1)).map(|_| ()).unwrap_err().to_string()
}

#[test]
fn claims_that_nobody_could_judge_are_refused() {
    for (from, to, said) in [
        ("equivalent within 5%", "equivalent within inf%", "a share above nothing"),
        ("equivalent within 5%", "equivalent within -0%", "a share above nothing"),
        ("equivalent within 5%", "equivalent within 0%", "a share above nothing"),
        ("equivalent within 5%", "equivalent within 100%", "a share below 100%"),
        ("equivalent within 5%", "at least 1e5% less", "a share above nothing"),
        ("equivalent within 5%", "at most 50ms", "two sides are compared"),
        ("equivalent within 5%", "exactly 3ms", "two sides are compared"),
        ("equivalent within 5%", "at most 50", "such as 50ms"),
        ("sojourn p95 of plain", "nonsense", "expected a measure, such as"),
        ("sojourn p95 of plain", "sojurn p95", "did you mean `sojourn p95`?"),
        ("sojourn p95 of plain", "sojourn p96 of plain", "did you mean `sojourn p95`?"),
        ("sojourn p95 of plain", "sojourn p95 of plane", "did you mean `plain`?"),
        ("sojourn p95 of plain", "lock wait", "which lock? Write `queue lock wait`"),
        ("sojourn p95 of plain", "check read of plain", "leave out `of plain`"),
        ("sojourn p95 of plain", "speed-up", "`workers` or `cores` with several numbers"),
        ("sojourn p95 of plain", "contention", "`workers` or `cores` with several numbers"),
        ("sojourn p95 of plain", "slope", "with 0, 1 and 10 dependencies"),
        ("process = \"poisson\", rate = \"400/s\"", "process = \"at-once\"", "expected `makespan` or `throughput`"),
        (
            "process = \"poisson\", rate = \"400/s\"",
            "process = \"closed\", clients = 3",
            "expected `makespan` or `throughput`",
        ),
        ("compare = [\"as designed\", \"none\"]", "", "needs something that it is held against"),
        ("compare = [\"as designed\", \"none\"]", "classes = [\"plain\", \"chained\"]", "`classes` are two"),
        ("compare = [\"as designed\", \"none\"]", "classes = [\"plain\", \"plain\"]", "another class than the first"),
        ("compare = [\"as designed\", \"none\"]", "classes = [\"plain\", \"chaned\"]", "did you mean `chained`?"),
        (
            "[run]",
            "[[claim]]\nquote = \"q\"\nmeasure = \"check read\"\nclasses = [\"plain\", \"chained\"]\nexpect = \"less\"\n[run]",
            "is not of a class",
        ),
        ("compare = [", "variant = \"none\"\ncompare = [", "expected no `variant` beside it"),
        ("compare = [", "classes = [\"plain\", \"chained\"]\ncompare = [", "expected `compare` or `classes`"),
        ("[\"as designed\", \"none\"]", "[]", "the names of two variants"),
        ("[\"as designed\", \"none\"]", "[\"none\"]", "the names of two variants"),
        ("[\"as designed\", \"none\"]", "[\"none\", \"none\"]", "another variant than the first"),
        ("expect  = ", "prediction = true\nexpect = ", "expected a [prediction]"),
        ("expect  = ", "gate = \"refuted\"\nexpect = ", "\"undecided\", which also fails"),
        ("expect  = ", "source = { section = \"Costs\" }\nexpect = ", "`document` is missing"),
        ("expect  = ", "source = { document = \"d\", sektion = \"Costs\" }\nexpect = ", "did you mean `section`?"),
    ] {
        let line = line_of(from, to);
        assert!(line.contains(said), "{to}: {line}");
    }
}

#[test]
fn mistakes_in_what_decides_predicts_and_asks_are_told_what_to_write() {
    let every_key = include_str!("corpus/scenarios/every-key.toml");
    for (from, to, said) in [
        ("until          = \"decided\"", "until = \"decidd\"", "\"decided\" or { precision = \"2%\" }"),
        ("until          = \"decided\"", "until = { precision = 2 }", "a share from \"0.1%\""),
        ("until          = \"decided\"", "until = { precison = \"2%\" }", "did you mean `precision`?"),
        ("until          = \"decided\"", "", "no `at_most`: without `until`"),
        ("at_most        = 12", "at_most = 3", "from 4 to 1000"),
        ("time_limit     = \"3min\"", "time_limit = 3", "with its unit"),
        ("random_numbers = \"common\"", "random_numbers = \"mine\"", "common or own"),
        ("\"80% of saturation\"", "\"80%\"", "\"80% of saturation\""),
        ("\"80% of saturation\"", "\"0% of saturation\"", "\"80% of saturation\""),
        ("\"80% of saturation\"", "\"2000% of saturation\"", "at most 1000%"),
        ("[matrix.design]", "[matrix.workload]\nrate = [\"5\"]\n[matrix.design]", "add one of the units"),
        ("role = \"shipped\"", "role = \"shiped\"", "did you mean \"shipped\"?"),
        ("source   = { document", "source = { dokument", "did you mean `document`?"),
        ("[prediction]", "[prediction]\nclaim = []", "expected a key of the prediction"),
        ("replications = 3", "replications = 0", "from 1 to 1000"),
        ("workers          = [1, 4, 16, 64]", "workers = [0]", "from 1 to 1024"),
        ("[sensitivity]", "[sensitivity]\nfactor = 1", "did you mean `factors`?"),
        ("factors = [0, 0.5, 2]", "factors = [0, 1, 2]", "not 1, which is what all are held against"),
        ("factors = [0, 0.5, 2]", "factors = [2, 2.0]", "each once"),
        ("factors = [0, 0.5, 2]", "factors = [-1]", "from 0 to 1000"),
        ("measure = \"sojourn p95\"\n", "measure = \"contention\"\n", "a measure of one variant"),
        (
            "variant = \"as shipped · workers 4\"\nfactors",
            "variant = \"as shiped\"\nfactors",
            "did you mean `as shipped`?",
        ),
        ("while = \"sojourn p95 of plain < 50ms\"", "while = \"sojourn p95 of plain\"", "and a bound"),
        ("while = \"sojourn p95 of plain < 50ms\"", "while = \"sojourn p95 of plane < 50ms\"", "did you mean `plain`?"),
        ("while = \"sojourn p95 of plain < 50ms\"", "", "`while` is missing"),
    ] {
        assert!(every_key.contains(from), "{from}");
        let errors = scenario::read("study.toml", &every_key.replacen(from, to, 1)).map(|_| ()).unwrap_err();
        assert!(errors.to_string().contains(said), "{to}: {errors}");
    }
}

#[test]
fn a_mistake_in_a_formula_is_shown_where_it_stands() {
    let claim = "[[claim]]\nquote = \"q\"\nmeasure = \"writes\"\nexpect = \"exactly 2 + 2 * opcods\"\n\n[run]";
    assert_snapshot!(errors_of("[run]", claim), @r#"
     × found `opcods`
       ╭─[study.toml:39:27]
    38 │ measure = "writes"
    39 │ expect = "exactly 2 + 2 * opcods"
       ·                           ───┬──
       ·                              ╰── expected a name that there is: did you mean `opcodes`?
    40 │
       ╰────
    "#);
}

#[test]
fn a_matrix_is_checked_where_it_stands() {
    let with = |matrix: &str| line_of("[run]", &format!("{matrix}\n\n[run]"));
    let twice = with("[matrix.design]\nworkers = [1, 2, 1]");
    assert_eq!(twice, "study.toml:37:18: `workers` has the value 1 twice; expected different values");
    let unknown = with("[matrix.workload.chianed]");
    assert!(unknown.contains("unknown key `chianed`") && unknown.contains("did you mean `chained`?"), "{unknown}");
    let knob = with("[matrix.design]\nwrokers = [1]");
    assert!(knob.contains("did you mean `workers`?"), "{knob}");
    let wrong = with("[matrix.design]\nworkers = [1, 0, 2000]");
    assert_eq!(wrong.lines().count(), 2, "each value is told once: {wrong}");
}

#[test]
fn a_matrix_of_uncountable_combinations_is_refused() {
    let values: Vec<String> = (1..=256).map(|number| number.to_string()).collect();
    let axis = |key: &str| format!("{key} = [{}]\n", values.join(", "));
    let spans: Vec<String> = values.iter().map(|value| format!("\"{value}us\"")).collect();
    let mut matrix = format!("[matrix.design]\n{}{}", axis("workers"), axis("request_threads"));
    matrix += &axis("queue_size_limit");
    matrix +=
        &format!("disk_latency = [{}]\n[matrix.workload]\n{}[matrix.workload.plain]\n", spans.join(", "), axis("jobs"));
    let sizes: Vec<String> = values.iter().map(|value| format!("\"{value}KiB\"")).collect();
    let depends: Vec<String> = values.iter().map(|value| format!("{{ on = \"previous\", count = {value} }}")).collect();
    let shares: Vec<String> = values.iter().map(|value| format!("0.{value:0>4}")).collect();
    matrix += &format!(
        "file_size = [{0}]\ndepends = [{1}]\nfails = [{2}]\n",
        sizes.join(", "),
        depends.join(", "),
        shares.join(", ")
    );
    let line = line_of("[run]", &format!("{matrix}\n[run]"));
    assert!(line.contains("2 variants × uncountable combinations"), "{}", &line[..line.len().min(500)]);
}

#[test]
fn a_job_that_logs_more_than_its_file_may_hold_is_refused() {
    let log = |messages: u32, text: &str| {
        let opcode = format!("run = \"2ms\", log_messages = {messages}, log_text = \"{text}\"");
        scenario::read("study.toml", &GOOD.replacen("run = \"2ms\"", &opcode, 1)).map(|_| ()).map_err(|e| e.to_string())
    };
    assert!(log(40, "1MiB").unwrap_err().contains("files of class `plain` have up to"));
    assert!(log(100_000, "1MiB").is_err());
    assert!(log(14, "1MiB").is_ok());
    assert!(log(50_000, "100B").is_ok());
}

#[test]
fn a_file_that_is_named_by_dots_alone_is_refused() {
    for name in ["...toml", "..toml", "a/...toml"] {
        let errors = scenario::read(name, GOOD).unwrap_err().to_string();
        assert!(errors.contains("its report would have no name"), "{errors}");
    }
    assert!(scenario::read("/dev/fd/63", GOOD).is_ok());
}
