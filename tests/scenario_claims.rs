//! What claims, predictions and questions of a scenario come to.

#![allow(clippy::disallowed_methods)] // tests of what is written where
#![allow(clippy::unwrap_used)] // tests

use jqlab::scenario::claim::{Citation, Expectation, Formula, Gate, Measure, Side, Unit};
use jqlab::scenario::{self, Claim, Pilot, Plan, RandomNumbers, Rate, Role, Runtime, Runtimes, Sweep, Until, Workload};
use jqlab::units::Span;
use proptest::prelude::*;
use std::collections::BTreeMap;

const EVERY_KEY: &str = include_str!("corpus/scenarios/every-key.toml");

fn every_key() -> Plan {
    scenario::read("every-key.toml", EVERY_KEY).unwrap_or_else(|errors| panic!("{errors}"))
}

/// Its claims with these lines for the only one.
fn with_claim(lines: &str) -> Plan {
    let (before, rest) = EVERY_KEY.split_once("[[claim]]").unwrap();
    let (_, after) = rest.split_once("[run]").unwrap();
    // A rule to stop by would need claims about the runs themselves.
    let after = after.replace("until          = \"decided\"\nat_most        = 12\n", "");
    let text = format!("{before}[[claim]]\nquote = \"q\"\n{lines}\n[run]{after}");
    scenario::read("s.toml", &text).unwrap_or_else(|errors| panic!("{errors}"))
}

/// What the only claim holds against what: names of variants, and of classes behind a colon.
fn compared(lines: &str) -> Vec<String> {
    let plan = with_claim(lines);
    let variants =
        if plan.claims[0].of_prediction { &plan.prediction.as_ref().unwrap().variants } else { &plan.variants };
    let side = |side: Side| {
        let variant = &variants[side.variant];
        let class = side.class.map(|number| format!(": {}", variant.workload.classes[number].name));
        variant.name.clone() + &class.unwrap_or_default()
    };
    let contrasts = plan.claims[0].contrasts.iter();
    let words = contrasts.map(|contrast| match contrast.with {
        Some(with) => format!("{} | {}", side(contrast.of), side(with)),
        None => side(contrast.of),
    });
    words.collect()
}

#[test]
fn every_key_is_read() {
    let plan = every_key();
    let (run, prediction) = (&plan.run, plan.prediction.as_ref().unwrap());
    assert_eq!((run.until, run.at_most, run.time_limit), (Until::Decided, 12, Some(Span::from_secs(180))));
    assert_eq!((run.random_numbers, run.replications), (RandomNumbers::Common, 4));
    assert_eq!((plan.variants.len(), prediction.variants.len()), (9, 24));
    let roles: Vec<_> = plan.variants.iter().step_by(3).map(|variant| variant.role).collect();
    assert_eq!(roles, [Some(Role::Shipped), Some(Role::Proposed), Some(Role::Control)]);
    let gates: Vec<Gate> = plan.claims.iter().map(|claim| claim.gate).collect();
    assert_eq!(gates, [Gate::Refuted, Gate::Undecided, Gate::Open, Gate::Open, Gate::Open]);
    assert_eq!(plan.claims[0].source.to_string(), "another.rst");
    assert_eq!(plan.claims[1].source.to_string(), "design.rst, “Costs”, commit 1234567");
    let sensitivity = plan.sensitivity.as_ref().unwrap();
    assert_eq!((sensitivity.variant, sensitivity.factors.as_slice()), (2, [0.0, 0.5, 2.0].as_slice()));
    let classes: Vec<String> = plan.variants[0].workload.classes.iter().map(|class| class.name.clone()).collect();
    assert_eq!(plan.capacity.as_ref().unwrap().condition.in_words(&classes), "sojourn p95 of plain < 50ms");
}

#[test]
fn a_prediction_begins_with_the_scenario_and_has_a_matrix_of_its_own() {
    let plan = every_key();
    let prediction = plan.prediction.unwrap();
    assert_eq!(prediction.run.runtimes, Runtimes::One(Runtime::Virtual));
    assert_eq!((prediction.run.replications, prediction.run.until, prediction.seed), (3, Until::Fixed, 7));
    let last = prediction.variants.last().unwrap();
    assert_eq!(last.name, "bare · interpreter_lock off · workers 64");
    assert_eq!((last.design.workers, last.design.request_threads, last.workload.jobs), (64, 2, 200));
    assert_eq!((last.machine.profile.cores, last.machine.profile.interpreter_lock), (4, None), "its own machine");
    assert_eq!(prediction.variants[0].machine.profile.cores, 64);
    assert_eq!(prediction.variants[0].role, Some(Role::Shipped));

    let own = EVERY_KEY
        .replace("[prediction.matrix.design]", "[[prediction.variant]]\nname = \"mine\"\n\n[prediction.matrix.design]");
    let errors = scenario::read("s.toml", &own).unwrap_err().to_string();
    assert!(
        errors.contains("did you mean") || errors.contains("there are `mine`"),
        "claims know its variants alone: {errors}"
    );
}

#[test]
fn the_name_of_a_variant_stands_for_all_its_points() {
    let at = |name: &str| [1, 2, 4].map(|workers| format!("{name} · workers {workers}"));
    let (shipped, register) = (at("as shipped"), at("register only"));
    let throughput = "measure = \"throughput\"\nexpect = \"less\"\n";
    let pairs = compared(&format!("{throughput}compare = [\"register only\", \"as shipped\"]"));
    let expected: Vec<String> = register.iter().zip(&shipped).map(|(of, with)| format!("{of} | {with}")).collect();
    assert_eq!(pairs, expected);
    let with_one = compared(&format!("{throughput}compare = [\"as shipped\", \"as shipped · workers 1\"]"));
    assert_eq!(with_one, [2, 1].map(|at| format!("{} | {}", shipped[3 - at], shipped[0])));
    let value = "measure = \"throughput\"\nexpect = \"at least 10/s\"\n";
    assert_eq!(compared(&format!("{value}variant = \"as shipped\"")), shipped);
    assert_eq!(compared(value).len(), 9, "without a name, every variant");
}

#[test]
fn classes_are_compared_within_each_run() {
    let lines = "measure = \"sojourn mean\"\nclasses = [\"ten\", \"plain\"]\nexpect = \"greater\"\n";
    let name = "as shipped · workers 2";
    assert_eq!(compared(&format!("{lines}variant = \"{name}\"")), [format!("{name}: ten | {name}: plain")]);
    assert_eq!(compared(lines).len(), 9);
    let plan = with_claim(lines);
    assert_eq!(plan.claims[0].measure_in_words(&[]), "sojourn mean");
}

#[test]
fn what_is_fitted_to_a_curve_is_asked_once_of_each() {
    let lines = "prediction = true\nvariant = \"register only\"\n";
    let contention = compared(&format!("{lines}measure = \"contention\"\nexpect = \"at most 0.1\""));
    let at = |lock: &str, workers: u32| format!("register only · interpreter_lock {lock} · workers {workers}");
    assert_eq!(contention, [at("on", 1), at("off", 1)]);
    let speed_up = compared(&format!("{lines}measure = \"speed-up\"\nexpect = \"at least 2\""));
    assert_eq!(speed_up, ["on", "off"].map(|lock| [4, 16, 64].map(|workers| at(lock, workers))).concat());
    let sweep = Sweep::of(&every_key().variants).unwrap();
    assert_eq!((sweep.knob, sweep.curves.len(), sweep.curve(4)), ("workers", 3, Some([3, 4, 5].as_slice())));
}

#[test]
fn a_rate_is_a_share_of_the_saturation_of_what_its_variant_is_compared_with() {
    let mut plan = every_key();
    assert!(plan.needs_saturation());
    // Of each point of the matrix, since the first variant at each is what others are compared with there; the third
    // has a rate of its own.
    let pilot = |variant| Pilot { variant, serves: vec![variant, variant + 3] };
    assert_eq!(plan.pilots(), [pilot(0), pilot(1), pilot(2)]);
    plan.resolve_rates(&BTreeMap::from([(0, 100.0), (1, 200.0), (2, 400.0)]));
    assert!(!plan.needs_saturation() && plan.pilots().is_empty());
    let rate = |place: usize| plan.variants[place].workload.arrivals.rate().unwrap();
    assert_eq!(rate(5), Rate::OfSaturation { share: 0.8, per_second: Some(320.0) });
    assert_eq!(rate(5).to_string(), "80% of saturation (320.0/s)");
    assert_eq!(rate(6), Rate::PerSecond(100.0));
}

#[test]
fn loads_of_a_sweep_share_a_pilot() {
    let text = EVERY_KEY.replace(
        "[matrix.design]\nworkers = [1, 2, 4]",
        "[matrix.workload]\nrate = [\"50% of saturation\", \"95% of saturation\"]",
    );
    let (text, _) = text.split_once("[[claim]]").unwrap();
    let plan = scenario::read("s.toml", text).unwrap();
    let pilots = plan.pilots();
    // The third variant overrides classes, but is compared with the first.
    assert_eq!(pilots, [Pilot { variant: 0, serves: vec![0, 1, 2, 3, 4, 5] }]);
    assert_eq!(plan.variants[1].name, "as shipped · rate 95% of saturation");
}

#[test]
fn choosing_variants_takes_along_what_is_about_them() {
    let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
    let mut plan = every_key();
    plan.choose_variants(&names(&["as shipped · workers 4", "register only · workers 4"])).unwrap();
    let contrasts = |claim: &Claim| claim.contrasts.iter().map(|contrast| contrast.of.variant).collect::<Vec<_>>();
    assert_eq!(
        plan.claims.iter().map(contrasts).collect::<Vec<_>>(),
        [vec![1], vec![0], vec![0, 1], vec![9, 10, 11, 13, 14, 15]]
    );
    assert_eq!(plan.sensitivity.as_ref().unwrap().variant, 0);
    assert_eq!(plan.prediction.as_ref().unwrap().variants.len(), 16);
    let warnings = scenario::warnings(&plan).join("; ");
    assert!(warnings.contains("left out: 1 claim about variants that were not chosen"), "{warnings}");
    assert!(warnings.contains("left out: 8 predicted variants"), "{warnings}");

    let mut plan = every_key();
    plan.choose_variants(&names(&["bare · workers 1"])).unwrap();
    assert_eq!(plan.claims.len(), 1, "that nothing is lost");
    assert_eq!((plan.sensitivity.is_none(), plan.variants[0].compare_with), (true, None));
}

#[test]
fn a_summary_says_what_claims_compare_and_when_the_study_stops() {
    let text = scenario::summary("every-key.toml", &every_key());
    for line in [
        "- as shipped · workers 1 (as shipped): 300 jobs, Poisson arrivals, 80% of saturation, 1 worker\n",
        "pilot: the saturation of `as shipped · workers 2` is found first, for the rates of 2 variants\n",
        "after every 4 blocks, it ends if every claim is decided, and after 12 blocks at the latest\n",
        "how long it takes live depends on the saturation; no block begins that would not end within 180 s\n",
        "predicted beside them: 24 variants × 3 replications = 72 runs, in virtual time, seed 7\n",
        "claim 1: sojourn p95 of plain, “register only” against “as shipped”, at each of 3 points: equivalent within 10%; the run fails if it is refuted\n",
        "claim 2: sojourn mean, “ten” against “plain” in the runs of 3 variants of “as shipped”: at least 5% greater; the run fails if it is refuted or undecided\n",
        "claim 3: writes of plain, of “as shipped · workers 1”: exactly 2 + 2 * opcodes + messages\n",
        "claim 4: jobs lost, of every variant: never\n",
        "claim 5: speed-up, predicted, of 6 variants of “register only”: at least 1.5\n",
        "sensitivity: sojourn p95 of `as shipped · workers 4` with each cost times 0, 0.5, 2\n",
        "capacity: the highest rate of each variant at which sojourn p95 of plain < 50ms\n",
    ] {
        assert!(text.contains(line), "{line}\n{text}");
    }
}

#[test]
fn a_quick_look_is_cut_down_in_all_its_parts() {
    let quick = every_key().quick();
    let jobs = |plan: &Plan| plan.variants.iter().map(|variant| variant.workload.jobs).max();
    assert_eq!((quick.run.runtimes, quick.run.until), (Runtimes::One(Runtime::Virtual), Until::Fixed));
    assert!(quick.run.replications <= 5 && jobs(&quick) < Some(300));
    assert!(jobs(quick.prediction.as_ref().unwrap()) < Some(200));
    assert_eq!(quick, every_key().quick());
}

/// A claim as a scenario has it.
fn written(claim: &Claim, plan: &Plan) -> String {
    let quoted = |text: &str| toml::Value::from(text).to_string();
    let classes: Vec<String> = plan.variants[0].workload.classes.iter().map(|class| class.name.clone()).collect();
    let Citation { document, section, commit } = &claim.source;
    let mut lines = format!(
        "quote = {}\nsource = {{ document = {}, section = {}, commit = {} }}\nmeasure = {}\nexpect = {}\n",
        quoted(&claim.quote),
        quoted(document),
        quoted(section),
        quoted(commit),
        quoted(&claim.measure_in_words(&classes)),
        quoted(&claim.expect.in_words(claim.measure.unit())),
    );
    let variant = |side: Side| quoted(&plan.variants[side.variant].name);
    let class = |side: Side| quoted(&classes[side.class.unwrap()]);
    let contrast = claim.contrasts[0];
    lines += &match contrast.with {
        None => format!("variant = {}\n", variant(contrast.of)),
        Some(with) if with.variant == contrast.of.variant => {
            format!("classes = [{}, {}]\nvariant = {}\n", class(contrast.of), class(with), variant(with))
        }
        Some(with) => format!("compare = [{}, {}]\n", variant(contrast.of), variant(with)),
    };
    let gate = match claim.gate {
        Gate::Open => "false",
        Gate::Refuted => "true",
        Gate::Undecided => "\"undecided\"",
    };
    format!("{lines}gate = {gate}\n")
}

fn measures() -> Vec<Measure> {
    // A slope is refused where no classes are alike, as in this scenario.
    Measure::all().into_iter().filter(|measure| !measure.is_of_a_sweep() && *measure != Measure::Slope).collect()
}

fn relative() -> impl Strategy<Value = Expectation> {
    let share = (1_u32..9_999).prop_map(|hundredths| f64::from(hundredths) / 10_000.0);
    (0..7, share).prop_map(|(which, share)| match which {
        0 => Expectation::Less,
        1 => Expectation::Greater,
        2 => Expectation::Equivalent(share),
        3 => Expectation::AtLeastLess(share),
        4 => Expectation::AtMostLess(share),
        5 => Expectation::AtLeastGreater(share),
        _ => Expectation::AtMostGreater(share),
    })
}

/// Of a measure that is counted in `unit`.
fn absolute(unit: Unit) -> impl Strategy<Value = Expectation> {
    let value = (0_u32..1_000_000).prop_map(move |number| match unit {
        Unit::Share => f64::from(number % 10_000) / 10_000.0,
        Unit::Rate | Unit::Number => f64::from(number) / 8.0,
        Unit::Time | Unit::Bytes => f64::from(number),
    });
    let formula = match unit {
        Unit::Number | Unit::Share => "(opcodes + 2.5) / checks",
        Unit::Time => "2ms * dependencies - 1us",
        Unit::Rate => "100/s / opcodes",
        Unit::Bytes => "1KB + 10B * messages",
    };
    (0..5, value).prop_map(move |(which, value)| match which {
        0 => Expectation::AtLeast(value),
        1 => Expectation::AtMost(value),
        2 => Expectation::Exactly(Formula::read(formula).unwrap()),
        3 => Expectation::Never,
        _ => Expectation::Always,
    })
}

fn some_claim() -> impl Strategy<Value = Claim> {
    let text = || "[a-z\"\\\\ é]{0,12}x";
    let parts = (prop::sample::select(measures()), 0..9_usize, 0..8_usize, 0..3_usize, 0..2_usize, 0..3_u8);
    let parts = parts.prop_flat_map(|(measure, of, other, class, next, form)| {
        let form = if form == 1 && !measure.has_classes() { 0 } else { form };
        let class = Some(class).filter(|_| measure.has_classes());
        let of = Side { variant: of, class };
        let with = match form {
            0 => None,
            1 => Some(Side { class: class.map(|class| (class + 1 + next) % 3), ..of }),
            _ => Some(Side { variant: (of.variant + 1 + other) % 9, ..of }),
        };
        let expect = if with.is_some() { relative().boxed() } else { absolute(measure.unit()).boxed() };
        (Just(measure), Just(jqlab::scenario::claim::Contrast { of, with }), expect)
    });
    let gate = prop::sample::select(vec![Gate::Open, Gate::Refuted, Gate::Undecided]);
    (parts, text(), text(), text(), text(), gate).prop_map(|(parts, quote, document, section, commit, gate)| {
        let (measure, contrast, expect) = parts;
        Claim {
            quote,
            source: Citation { document, section, commit },
            measure,
            contrasts: vec![contrast],
            expect,
            gate,
            says: Default::default(),
            of_prediction: false,
        }
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_claim_that_is_written_from_its_parts_is_read_back_the_same(claim in some_claim()) {
        let plan = every_key();
        let (before, rest) = EVERY_KEY.split_once("[[claim]]").unwrap();
        let (_, after) = rest.split_once("[run]").unwrap();
        let text = format!("{before}[[claim]]\n{}\n[run]{after}", written(&claim, &plan));
        let read = scenario::read("s.toml", &text);
        prop_assert_eq!(read.map(|plan| plan.claims).map_err(|errors| errors.to_string()), Ok(vec![claim]));
    }
}

#[test]
fn a_share_that_nobody_resolved_loads_all_jobs_at_once() {
    let plan = every_key();
    let workload = Workload { jobs: 10, ..plan.variants[0].workload.clone() };
    let load = workload.load(plan.streams(&plan.variants[0], 0, false));
    assert!(load.into_calls().all(|(due, _)| due.is_zero()));
}
