//! The shipped scenarios, and the loads that scenarios make.

#![allow(clippy::disallowed_methods, clippy::disallowed_types)] // tests of what is written where
#![allow(clippy::unwrap_used)] // tests

use jqlab::actors::clients::Load;
use jqlab::actors::clients::{Call, JobRequest, On};
use jqlab::actors::machine::{File, Keeps, ModelDirectory};
use jqlab::job::Status;
use jqlab::job::file_format::{Codec, encode};
use jqlab::runtime::virtual_time::{QueueSimulation, Setup};
use jqlab::runtime::{Record, RunSetup, Streams};
use jqlab::scenario::{self, Class, Machine, Plan, Shape, Variant, Workload};
use jqlab::units::Instant;
use std::path::{Path, PathBuf};
use std::sync::Arc;

fn shipped() -> Vec<PathBuf> {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios");
    let mut files: Vec<PathBuf> = std::fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|path| path.extension().is_some_and(|ending| ending == "toml"));
    files.sort();
    files
}

#[test]
fn every_shipped_scenario_is_valid() {
    let files = shipped();
    assert!(files.len() >= 3);
    for checked in scenario::check(&files, false) {
        assert!(checked.valid, "{}", checked.text);
    }
}

/// Runs a variant's first jobs in virtual time.
fn run_short(plan: &Plan, variant: &Variant, jobs: u32) -> (Record, ModelDirectory) {
    let workload = Workload { jobs, ..variant.workload.clone() };
    let mut queue = QueueSimulation::new(Setup {
        run: RunSetup {
            design: Arc::new(variant.design.clone()),
            load: workload.load(Streams::new(plan.seed, 0)),
            streams: Streams::new(1, 0),
            ..RunSetup::default()
        },
        directory: ModelDirectory::default(),
        profile: Arc::clone(&variant.machine.profile),
        keeps: Keeps::Documents,
    });
    queue.run(Instant::FAR_FUTURE);
    queue.crash()
}

#[test]
fn every_variant_of_every_shipped_scenario_runs() {
    for path in shipped() {
        let mut plan = scenario::read_file(&path).unwrap();
        // Where a rate is a share of the saturation, as if a pilot had found this one.
        let found = plan.pilots().iter().map(|pilot| (pilot.variant, 300.0)).collect();
        plan.resolve_rates(&found);
        for variant in &plan.variants {
            let (record, _) = run_short(&plan, variant, 60);
            let name = format!("{}: {}", plan.name, variant.name);
            assert_eq!(record.fault, None, "{name}");
            assert_eq!(record.jobs.len(), 60, "{name}");
            assert!(record.jobs.iter().all(|row| row.status == Status::Success), "{name}");
            let depends = |class: &Class| !matches!(class.depends.shape, Shape::None | Shape::Together { .. });
            let any = variant.workload.classes.iter().any(depends);
            assert_eq!(record.checks.is_empty(), !any, "{name}");
        }
    }
}

#[test]
fn files_of_finished_jobs_have_the_size_that_was_asked_for() {
    for (size, bytes) in [("1KB", 1000.0), ("10KB", 10_000.0), ("100KB", 100_000.0)] {
        for filling in ["comment", "reasons"] {
            let class = format!("depends = \"previous\"\nfile_size = \"{size}\"\nfilling = \"{filling}\"");
            let plan = one_class("jobs = 20\narrivals = { process = \"at-once\" }", &class);
            let (record, directory) = run_short(&plan, &plan.variants[0], 20);
            for row in &record.jobs {
                let Some((_, File::Job(job))) = directory.job(row.id) else { panic!("no job {}", row.id) };
                let real = encode(job, Codec::Json).len() as f64;
                assert!((real / bytes - 1.0).abs() < 0.12, "{size} of {filling}: {real}");
            }
        }
    }
}

#[test]
fn the_example_of_the_documentation_is_valid() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/scenario.md");
    let text = std::fs::read_to_string(path).unwrap();
    let example = text.split("```toml\n").nth(1).and_then(|rest| rest.split("```").next()).unwrap();
    assert_eq!(plan(example).variants.len(), 2);
}

fn plan(text: &str) -> Plan {
    scenario::read("test.toml", text).unwrap_or_else(|errors| panic!("{errors}"))
}

fn requests(load: Load) -> Vec<JobRequest> {
    load.into_calls().flat_map(|(_, call)| call.requests().to_vec()).collect()
}

/// A scenario of one class, with these lines for the workload, for the class, and for its opcode.
fn one_class(workload: &str, class: &str) -> Plan {
    plan(&format!(
        "title = \"t\"\n[workload]\n{workload}\n[[workload.class]]\nname = \"a\"\n{class}\n\
         [[workload.class.opcode]]\nrun = {{ exponential = {{ mean = \"2ms\" }} }}\n"
    ))
}

/// For each job, what it depends on.
fn dependencies(plan: &Plan) -> Vec<Vec<On>> {
    let load = plan.variants[0].workload.load(Streams::new(1, 0));
    let on = |request: &JobRequest| {
        let depends = request.opcodes[0].depends.as_ref().unwrap();
        depends.iter().map(|dependency| dependency.on).collect()
    };
    requests(load).iter().map(on).collect()
}

#[test]
fn the_same_seed_and_replication_give_the_same_load_and_others_another() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/quickstart.toml");
    let plan = scenario::read_file(&path).unwrap();
    let workload = &plan.variants[0].workload;
    assert!(workload.load(Streams::new(1, 0)) == workload.load(Streams::new(1, 0)));
    assert!(workload.load(Streams::new(1, 0)) != workload.load(Streams::new(1, 1)));
    assert!(workload.load(Streams::new(1, 0)) != workload.load(Streams::new(2, 0)));
}

#[test]
fn variants_share_arrivals_classes_and_run_times() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/quickstart.toml");
    let plan = scenario::read_file(&path).unwrap();
    let seen = |index: usize| {
        let calls = plan.variants[index].workload.load(Streams::new(plan.seed, 0)).into_calls();
        let what = |(due, call): (_, Call)| {
            let [request] = call.requests() else { panic!("one job each") };
            (due, request.class, request.opcodes[0].program.run)
        };
        calls.map(what).collect::<Vec<_>>()
    };
    assert_eq!(seen(0).len(), plan.variants[0].workload.jobs as usize);
    assert_eq!(plan.variants.len(), 2);
    assert_eq!(seen(0), seen(1));
}

#[test]
fn a_group_changes_no_run_time_of_a_class() {
    let runs = |class: &str| {
        let plan = one_class("jobs = 95\narrivals = { process = \"at-once\" }", class);
        let load = plan.variants[0].workload.load(Streams::new(1, 0));
        let mut runs: Vec<_> = requests(load).iter().map(|request| request.opcodes[0].program.run).collect();
        runs.sort();
        runs
    };
    assert_eq!(runs(""), runs("depends = { on = \"chain\", of = 10 }"));
    assert_eq!(runs(""), runs("depends = { on = \"fan-in\", of = 10 }"));
}

#[test]
fn groups_of_one_size_are_submitted_alike_whatever_depends_on_what() {
    let calls = |depends: &str| {
        let workload = "jobs = 95\narrivals = { process = \"poisson\", rate = \"100/s\" }";
        let plan = one_class(workload, &format!("depends = {depends}"));
        let calls = plan.variants[0].workload.load(Streams::new(1, 0)).into_calls();
        calls.map(|(due, call)| (due, call.requests().len())).collect::<Vec<_>>()
    };
    let together = calls("{ on = \"together\", of = 11 }");
    assert_eq!(together.len(), 9);
    assert_eq!(together, calls("{ on = \"chain\", of = 11 }"));
    assert_eq!(together, calls("{ on = \"fan-in\", of = 10 }"));
    assert_eq!(together, calls("{ on = \"fan-out\", of = 10 }"));
}

#[test]
fn dependency_shapes_name_the_jobs_that_they_say() {
    let at_once = "jobs = 7\narrivals = { process = \"at-once\" }";
    let of = |class: &str| dependencies(&one_class(at_once, class));
    let relative = |backs: &[i64]| backs.iter().map(|back| On::Relative(-back)).collect::<Vec<_>>();

    let previous = of("depends = { on = \"previous\", count = 2 }");
    assert_eq!(previous[..3], [vec![], vec![On::Submission(0)], vec![On::Submission(1), On::Submission(0)]]);
    let chain = of("depends = { on = \"chain\", of = 3 }");
    assert_eq!(chain, [vec![], relative(&[1]), relative(&[1]), vec![], relative(&[1]), relative(&[1]), vec![]]);
    let fan_in = of("depends = { on = \"fan-in\", of = 2 }");
    assert_eq!(fan_in, [vec![], vec![], relative(&[1, 2]), vec![], vec![], relative(&[1, 2]), vec![]]);
    let fan_out = of("depends = { on = \"fan-out\", of = 2 }");
    assert_eq!(fan_out, [vec![], relative(&[1]), relative(&[2]), vec![], relative(&[1]), relative(&[2]), vec![]]);
    let together = of("depends = { on = \"together\", of = 3 }");
    assert!(together.iter().all(Vec::is_empty));
    let finished = of("depends = { on = \"finished\", count = 2 }");
    assert!(finished.iter().all(|on| *on == [On::Finished(0), On::Finished(1)]));
    let random = of("depends = { on = \"random-earlier\", count = 2, within = 3 }");
    for (job, on) in (0_u32..).zip(&random) {
        assert_eq!(on.len(), job.min(2) as usize);
        for on in on {
            assert!(matches!(on, On::Submission(earlier) if *earlier < job && job - earlier <= 3), "{job}: {on:?}");
        }
    }
}

#[test]
fn dependencies_may_be_limited_to_the_jobs_of_a_class() {
    let plan = |depends: &str| {
        plan(&format!(
            "title = \"t\"\n[workload]\njobs = 60\narrivals = {{ process = \"at-once\" }}\n\
             [[workload.class]]\nname = \"big\"\nshare = 0.3\nopcode = [{{ run = \"1ms\" }}]\n\
             [[workload.class]]\nname = \"reader\"\nshare = 0.7\ndepends = {depends}\nopcode = [{{ run = \"1ms\" }}]\n"
        ))
    };
    for depends in [
        "{ on = \"previous\", count = 2, class = \"big\" }",
        "{ on = \"random-earlier\", count = 2, class = \"big\", within = 3 }",
    ] {
        let plan = plan(depends);
        let load = plan.variants[0].workload.load(Streams::new(1, 0));
        let requests = requests(load);
        let mut seen = 0;
        for (request, on) in requests.iter().zip(dependencies(&plan)) {
            assert!(on.is_empty() || request.class == 1);
            for on in on {
                let On::Submission(job) = on else { panic!("{on:?}") };
                assert_eq!(requests[job as usize].class, 0);
                seen += 1;
            }
        }
        assert!(seen > 40, "{seen}");
    }
    let finished = dependencies(&plan("{ on = \"finished\", count = 2, class = \"big\" }"));
    assert!(finished.contains(&vec![On::FinishedOf(0, 0), On::FinishedOf(0, 1)]));
}

#[test]
fn in_a_batch_jobs_of_the_same_call_are_named_by_counting_back() {
    let plan = one_class("jobs = 5\narrivals = { process = \"at-once\", batch = 3 }", "depends = \"previous\"");
    let expected =
        [vec![], vec![On::Relative(-1)], vec![On::Relative(-1)], vec![On::Submission(2)], vec![On::Relative(-1)]];
    assert_eq!(dependencies(&plan), expected);
}

#[test]
fn arrivals_have_their_rate_and_classes_their_shares() {
    let plan = plan(
        "title = \"t\"\n[workload]\njobs = 20000\narrivals = { process = \"poisson\", rate = \"400/s\" }\n\
         [[workload.class]]\nname = \"a\"\nshare = 0.9\nopcode = [{ run = \"1ms\" }]\n\
         [[workload.class]]\nname = \"b\"\nshare = 0.1\nfails = 0.25\nopcode = [{ run = \"1ms\" }]\n",
    );
    let load = plan.variants[0].workload.load(Streams::new(7, 0));
    // The last of n arrivals is at n/400 s, give or take the square root of n over 400.
    let last = load.clone().into_calls().last().unwrap().0.as_secs_f64();
    assert!((last - 50.0).abs() < 5.0 * 141.4 / 400.0, "{last}");
    let rare: Vec<JobRequest> = requests(load).into_iter().filter(|request| request.class == 1).collect();
    assert!((1788..2212).contains(&rare.len()), "{}", rare.len());
    let fails = |request: &&JobRequest| {
        matches!(request.opcodes[0].program.outcome, jqlab::actors::clients::OpcodeOutcome::Failure { .. })
    };
    let failing = rare.iter().filter(fails).count();
    assert!((403..597).contains(&failing), "{failing}");
}

#[test]
fn a_variant_sees_base_and_override_and_says_what_it_changed() {
    let plan = plan(
        "title = \"t\"\n[workload]\njobs = 10\narrivals = { process = \"at-once\" }\n\
         [[workload.class]]\nname = \"a\"\ndepends = \"previous\"\nopcode = [{ run = \"1ms\" }]\n\
         [design]\nworkers = 3\n\
         [[variant]]\nname = \"v\"\ndesign = { codec = \"json-indented-sorted\" }\nworkload = { jobs = 20, a = { depends = \"none\" } }\n\
         [matrix.design]\nworkers = [1, 2]\n[matrix.workload.\"*\"]\nfile_size = [\"1KB\", \"2KB\"]\n",
    );
    let names: Vec<&str> = plan.variants.iter().map(|variant| variant.name.as_str()).collect();
    assert_eq!(
        names,
        [
            "v · workers 1 · file_size 1KB",
            "v · workers 1 · file_size 2KB",
            "v · workers 2 · file_size 1KB",
            "v · workers 2 · file_size 2KB",
        ]
    );
    let last = &plan.variants[3];
    assert_eq!((last.design.workers, last.workload.jobs), (2, 20));
    assert_eq!(last.workload.classes[0].file_size, Some(2000));
    assert_eq!(last.design.queue_size_limit, 10_000_000);
    let changes: Vec<String> = last.changes.iter().map(|(key, value)| format!("{key}={value}")).collect();
    let expected = ["codec=json-indented-sorted", "jobs=20", "a.depends=none", "workers=2", "file_size=2KB"];
    assert_eq!(changes, expected);
}

#[test]
fn a_variant_has_the_machine_that_the_scenario_says() {
    let plan = plan(
        "title = \"t\"\n[workload]\njobs = 1\narrivals = { process = \"at-once\" }\n\
         [[workload.class]]\nname = \"a\"\nopcode = [{ run = \"1ms\" }]\n\
         [machine]\nprofile = \"ganeti-2.9.7-cpython\"\n\
         [[variant]]\nname = \"as it is\"\n\
         [[variant]]\nname = \"free\"\nmachine = { cores = 64 }\ndesign = { interpreter_lock = \"off\" }\n\
         [[variant]]\nname = \"often\"\ndesign = { interpreter_lock = { switch_interval = \"1ms\" } }\n\
         [matrix.machine]\ncores = [1, \"unlimited\"]\n[run]\nruntime = \"virtual\"\n",
    );
    let machine = |variant: &Variant| {
        let Machine { profile, .. } = &variant.machine;
        (profile.cores, profile.interpreter_lock.map(|interval| interval.0 / 1_000_000))
    };
    let machines: Vec<_> = plan.variants.iter().map(machine).collect();
    let (one, all) = (1, u32::MAX);
    assert_eq!(machines, [(one, Some(5)), (all, Some(5)), (one, None), (all, None), (one, Some(1)), (all, Some(1))]);
    assert!(plan.variants.iter().all(|variant| variant.machine.profile.name == "ganeti-2.9.7-cpython"));
    let changes: Vec<String> = plan.variants[2].changes.iter().map(|(key, value)| format!("{key}={value}")).collect();
    assert_eq!(changes, ["interpreter_lock=off", "cores=64", "cores=1"]);
}

#[test]
fn a_variant_is_compared_with_its_baseline_at_the_same_point_of_the_matrix_else_with_the_first() {
    let text = "title = \"t\"\n[workload]\njobs = 1\narrivals = { process = \"at-once\" }\n[[workload.class]]\nname = \"a\"\n\
        [[workload.class.opcode]]\nrun = \"1ms\"\n[[variant]]\nname = \"one\"\n[[variant]]\nname = \"two\"\nbaseline = \"one\"\n\
        [matrix.design]\nworkers = [1, 2]\n";
    let plan = plan(text);
    let compared = |plan: &Plan| plan.variants.iter().map(|variant| variant.compare_with).collect::<Vec<_>>();
    assert_eq!(compared(&plan), [None, Some(0), Some(0), Some(1)]);
    let first = text.replace("name = \"two\"\nbaseline = \"one\"", "name = \"two\"\n[[variant]]\nname = \"three\"");
    assert_eq!(compared(&self::plan(&first)), [None, Some(0), Some(0), Some(1), Some(0), Some(1)]);
    let upwards = first.replace("name = \"one\"", "name = \"one\"\nbaseline = \"two\"");
    assert_eq!(compared(&self::plan(&upwards)), [Some(2), Some(3), None, Some(2), Some(0), Some(1)]);

    let errors = scenario::read("s.toml", &text.replace("baseline = \"one\"", "baseline = \"three\"")).unwrap_err();
    assert_eq!(errors.problems[0].found, "no variant is called `three`");
}

#[test]
fn a_scenario_whose_runs_would_say_nothing_is_warned_of() {
    let warnings = |workload: &str, rest: &str| {
        let class = "opcode = [{ run = \"10ms\", locks = [{ level = \"instance\", count = 2 }] }]";
        let text = format!("title = \"t\"\n[workload]\n{workload}\n[[workload.class]]\nname = \"a\"\n{class}\n{rest}");
        scenario::warnings(&plan(&text)).join("; ")
    };
    let at = |rate: u32| format!("jobs = 20\narrivals = {{ process = \"poisson\", rate = \"{rate}/s\" }}");
    assert_eq!(warnings(&at(100), ""), "");
    assert!(warnings(&at(100), "[design]\nworkers = 1\n").contains("base: more work arrives than the workers can do"));
    assert!(warnings(&at(1100), "").contains("the instance locks are held for longer than there is time"));
    let run = |warmup: &str| format!("[run]\nwarmup = \"{warmup}\"\n");
    assert_eq!(warnings(&at(100), &run("19 jobs")), "");
    assert_eq!(warnings(&at(100), &run("20 jobs")), "base: the warm-up of 20 jobs leaves none of 20");
    assert!(warnings(&at(100), &run("1h")).contains("leaves none of the arrivals"));
    assert!(
        warnings("jobs = 20\narrivals = { process = \"at-once\" }", &run("1ms")).contains("all jobs are due at once")
    );
    let matrix = "[matrix.design]\nrequest_threads = [1, 2, 3, 4, 5, 6]\n";
    let many = warnings(&at(100), &(run("50 jobs") + matrix));
    assert!(
        many.starts_with("request_threads 1, request_threads 2, request_threads 3 and 3 others: the warm-up"),
        "{many}"
    );
}

#[test]
fn baselines_that_go_round_in_a_circle_are_refused() {
    let text = "title = \"t\"\n[workload]\njobs = 1\narrivals = { process = \"at-once\" }\n[[workload.class]]\nname = \"a\"\n\
        opcode = [{ run = \"1ms\" }]\n[[variant]]\nname = \"one\"\nbaseline = \"one\"\n[[variant]]\nname = \"two\"\nbaseline = \"one\"\n";
    let found = |text: &str| scenario::read("s.toml", text).unwrap_err().problems[0].found.clone();
    assert_eq!(found(text), "the baselines go round in a circle: one → one");
    let of_two = text.replacen("baseline = \"one\"", "baseline = \"two\"", 1);
    assert_eq!(found(&of_two), "the baselines go round in a circle: one → two → one");
}

#[test]
fn variants_that_are_left_are_compared_with_those_that_are_left() {
    let text = "title = \"t\"\n[workload]\njobs = 1\narrivals = { process = \"at-once\" }\n[[workload.class]]\nname = \"a\"\n\
        opcode = [{ run = \"1ms\" }]\n[[variant]]\nname = \"one\"\n[[variant]]\nname = \"two\"\n[[variant]]\nname = \"three\"\n\
        [[variant]]\nname = \"four\"\nbaseline = \"three\"\n";
    let left = |names: &[&str]| {
        let mut plan = plan(text);
        plan.choose_variants(&names.iter().map(ToString::to_string).collect::<Vec<_>>()).unwrap();
        plan.variants.iter().map(|variant| variant.compare_with).collect::<Vec<_>>()
    };
    assert_eq!(left(&[]), [None, Some(0), Some(0), Some(2)]);
    assert_eq!(left(&["two", "three", "four"]), [None, Some(0), Some(1)]);
    assert_eq!(left(&["two", "four"]), [None, Some(0)]);
    assert!(plan(text).choose_variants(&["tow".to_owned()]).unwrap_err().contains("did you mean"));
}
