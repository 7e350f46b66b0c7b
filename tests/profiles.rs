//! Profiles: what is written is read, mistakes are shown with their place, and shipped figures are those measured.

#![allow(clippy::disallowed_methods, clippy::disallowed_types)] // tests of what is written where
#![allow(clippy::unwrap_used)] // tests

use insta::assert_snapshot;
use jqlab::actors::machine::Profile;
use jqlab::actors::machine::cost::{Knot, PROBABILITY_ONE};
use jqlab::actors::machine::profile::{CodecCosts, Discipline, DiskProfile, FileCost, MachineId, MessageCosts};
use jqlab::actors::machine::{Cost, Spread};
use jqlab::profile::{
    self, costs,
    costs::{CostKey, Missing},
};
use jqlab::units::Span;
use proptest::prelude::*;
use std::path::Path;

#[test]
fn every_shipped_profile_is_valid_and_says_where_it_comes_from() {
    for name in profile::names() {
        let (shipped, _) = profile::shipped(name).unwrap_or_else(|errors| panic!("{errors}"));
        assert_eq!(shipped.name, name);
        assert!(shipped.source.len() > 40, "{name}");
        assert_eq!(profile::read(name, &profile::write(&shipped)), Ok(shipped));
    }
}

#[test]
fn a_profile_is_found_by_its_name_or_in_its_file() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("mine.toml");
    let shipped = profile::find("ganeti-2.9.7-cpython").unwrap();
    std::fs::write(&path, profile::write(&shipped)).unwrap();
    let found = profile::find(path.to_str().unwrap()).unwrap();
    assert_eq!(found, Profile { name: "mine".into(), ..shipped });
}

#[test]
fn an_unknown_name_is_told_the_nearest_and_the_names_there_are() {
    let errors = profile::find("ganeti-2.9.7-cpyton").unwrap_err().render(false);
    assert!(errors.contains("did you mean `ganeti-2.9.7-cpython`?"), "{errors}");
    let errors = profile::find("no/such.toml").unwrap_err().render(false);
    assert!(errors.contains("no/such.toml: cannot be read"), "{errors}");
}

#[test]
fn the_example_of_the_documentation_is_valid() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/profiles.md");
    let text = std::fs::read_to_string(path).unwrap();
    let example = text.split("```toml\n").nth(1).and_then(|rest| rest.split("```").next()).unwrap();
    assert_eq!(profile::read("example", example).map(|profile| profile.cores), Ok(8));
}

#[test]
fn the_documentation_shows_the_list_of_costs() {
    fn rows<S, C>(section: &str, costs: &[CostKey<S, C>], table: &mut String) {
        for cost in costs {
            let missing = match cost.missing {
                Missing::Refused => "needed".to_owned(),
                Missing::Free => "none".to_owned(),
                Missing::As(other) => format!("as `{other}`"),
            };
            table.push_str(&format!("| `{section}` | `{}` | {missing} | {} |\n", cost.key, cost.about));
        }
    }
    let mut table = "| section | key | default | |\n|---|---|---|---|\n".to_owned();
    rows("[disk]", &costs::DISK, &mut table);
    rows("[codec.*]", &costs::CODEC, &mut table);
    rows("[overhead]", &costs::OVERHEAD, &mut table);
    rows("[messages]", &costs::MESSAGES, &mut table);
    let text = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/profiles.md")).unwrap();
    assert!(text.contains(&table), "docs/profiles.md needs this table:\n{table}");
}

/// A profile without mistakes.
const GOOD: &str = r#"title = "A machine"
source = "a data sheet"
cores = 4
interpreter_lock = { switch_interval = "5ms" }

[disk]
queue_depth = 32
discipline = "reads-first"
page_cache = "8GiB"
crowding = [[1, 1.0], [4, 1.6]]
create = { cpu = "5us" }
write = { cpu = { base = "3us", per_kib = "0.4us" } }
fsync = { cpu = "5us", device = { base = "1.2ms", per_kib = "1us", spread = { p99 = 2.5 } } }
fsync_directory = { device = { base = "1ms", spread = "exponential" } }
rename = {}
read = { cpu = "2us" }
read_uncached = { device = { base = "80us", spread = [[0.0, 0.8], [0.5, 1.0], [1.0, 12.0]] } }
list = { cpu = { per_entry = "1us" } }

[codec.json]
encode = { base = "2us", per_kib = "0.4us", per_entry = "0.2us" }
parse = "2us"
build = "1us"
status_only = "1us"
"#;

#[test]
fn the_good_profile_is_read_as_it_says() {
    let read = profile::read("machines/mine.toml", GOOD).unwrap();
    assert_eq!((read.name.as_str(), read.cores, read.interpreter_lock), ("mine", 4, Some(Span::from_millis(5))));
    assert_eq!(read.disk.page_cache, Some(8 << 30));
    assert_eq!(read.disk.crowding.as_ref(), [(1, 1000), (4, 1600)]);
    assert_eq!(read.disk.fsync.device.typical(2048, 9), Span(1_202_000));
    assert_eq!(read.disk.fsync.device.spread, Spread::lognormal(2500));
    assert_eq!(read.json.encode.typical(1024, 10), Span(4_400));
    assert_eq!(read.json_indented_sorted, read.json);
    assert_eq!(read.messages, None);
}

/// What is said of the good profile with `from` replaced by `to`.
fn errors_of(from: &str, to: &str) -> String {
    assert!(GOOD.contains(from), "{from}");
    let errors = profile::read("mine.toml", &GOOD.replacen(from, to, 1)).unwrap_err();
    errors.render(false).lines().map(|line| line.trim_end().to_owned() + "\n").collect()
}

#[test]
fn a_misspelt_operation_is_told_the_nearest_and_that_it_is_missing() {
    assert_snapshot!(errors_of("fsync = {", "fsnyc = {"), @r#"
     × `fsync` is missing
      ╭─[mine.toml:7:1]
    6 │ [disk]
    7 │ queue_depth = 32
      · ─────┬─────
      ·      ╰── expected `fsync`: syncing it
    8 │ discipline = "reads-first"
      ╰────
     help: add `fsync = …`
     × unknown key `fsnyc`
       ╭─[mine.toml:13:1]
    12 │ write = { cpu = { base = "3us", per_kib = "0.4us" } }
    13 │ fsnyc = { cpu = "5us", device = { base = "1.2ms", per_kib = "1us", spread = { p99 = 2.5 } } }
       · ──┬──
       ·   ╰── expected a property of the disk or a file operation
    14 │ fsync_directory = { device = { base = "1ms", spread = "exponential" } }
       ╰────
     help: did you mean `fsync`?
    "#);
}

#[test]
fn a_cost_without_a_unit_is_told_to_take_one() {
    assert_snapshot!(errors_of("parse = \"2us\"", "parse = { base = 2 }"), @r#"
     × the number 2 has no unit
       ╭─[mine.toml:22:18]
    21 │ encode = { base = "2us", per_kib = "0.4us", per_entry = "0.2us" }
    22 │ parse = { base = 2 }
       ·                  ┬
       ·                  ╰── expected a duration with its unit, such as "250ms"
    23 │ build = "1us"
       ╰────
     help: a duration is written with its unit, in quotes: "2ms"
    "#);
}

#[test]
fn quantiles_that_descend_are_refused() {
    assert_snapshot!(errors_of("[0.5, 1.0], [1.0, 12.0]", "[0.5, 1.0], [1.0, 0.5]"), @r#"
     × found a list
       ╭─[mine.toml:17:54]
    16 │ read = { cpu = "2us" }
    17 │ read_uncached = { device = { base = "80us", spread = [[0.0, 0.8], [0.5, 1.0], [1.0, 0.5]] } }
       ·                                                      ──────────────────┬─────────────────
       ·                                                                        ╰── expected quantiles whose probabilities and factors ascend
    18 │ list = { cpu = { per_entry = "1us" } }
       ╰────
    "#);
}

#[test]
fn other_mistakes_are_told_in_a_line() {
    for (from, to, said) in [
        ("cores = 4", "cores = 0", "4:9"),
        ("cores = 4", "cores = \"many\"", "or \"unlimited\""),
        ("cores = 4\n", "", "`cores` is missing"),
        ("\"fifo\"", "\"lifo\"", "a discipline: fifo or reads-first"),
        ("[[1, 1.0], [4, 1.6]]", "[[2, 1.0], [4, 1.6]]", "counts that ascend from 1"),
        ("\"8GiB\"", "\"8 gigs\"", "a size with its unit"),
        ("[0.0, 0.8]", "[0.1, 0.8]", "quantiles from probability 0.0 to 1.0"),
        ("p99 = 2.5", "p95 = 2.5", "unknown key `p95`"),
        ("[codec.json]", "[codec.jason]", "did you mean `json`?"),
        ("5ms", "5min", "a duration from"),
        ("cpu = \"5us\", device", "cpu = true, device", "found true"),
    ] {
        let text = GOOD.replace("\"reads-first\"", "\"fifo\"").replacen(from, to, 1);
        let errors = profile::read("mine.toml", &text).map(|_| ()).unwrap_err().to_string();
        assert!(errors.contains(said) || said == "4:9" && errors.contains("3:9"), "{from} {to}: {errors}");
    }
}

fn costs() -> impl Strategy<Value = Cost> {
    let spans = || (0..4_000_000_u64).prop_map(Span);
    let knots = prop::collection::btree_map(1..PROBABILITY_ONE, 0..50_000_u32, 0..6).prop_map(|between| {
        let probabilities = std::iter::once(0).chain(between.keys().copied()).chain([PROBABILITY_ONE]);
        let mut factors: Vec<u32> = between.values().copied().chain([7, 50_001]).collect();
        factors.sort_unstable();
        let knots = probabilities.zip(factors).map(|(probability, factor)| Knot { probability, factor });
        Spread::Quantiles(knots.collect())
    });
    let spread = prop_oneof![
        Just(Spread::None),
        Just(Spread::Exponential),
        (1000..30_000_u32).prop_map(Spread::lognormal),
        knots
    ];
    (spans(), spans(), spans(), spread).prop_map(|(base, per_kib, per_entry, spread)| Cost {
        base,
        per_kib,
        per_entry,
        spread,
    })
}

/// Costs at random, for every key of a section.
fn section<S: Clone + std::fmt::Debug, C: std::fmt::Debug>(
    empty: S,
    costs: &'static [CostKey<S, C>],
    cost: impl Strategy<Value = C>,
) -> impl Strategy<Value = S> {
    prop::collection::vec(cost, costs.len()).prop_map(move |drawn| {
        let mut section = empty.clone();
        for (cost, drawn) in costs.iter().zip(drawn) {
            *(cost.field)(&mut section) = drawn;
        }
        section
    })
}

fn disks() -> impl Strategy<Value = DiskProfile> {
    let kinds = (1..=1000_u32, any::<bool>(), prop::option::of(0..1_u64 << 40), 1..5_000_u32);
    let file_costs = (costs(), costs()).prop_map(|(cpu, device)| FileCost { cpu, device });
    let operations = section(DiskProfile::free(), &costs::DISK, file_costs);
    (kinds, operations).prop_map(|((depth, fifo, page_cache, crowded), operations)| DiskProfile {
        queue_depth: if depth == 1000 { u32::MAX } else { depth },
        discipline: if fifo { Discipline::Fifo } else { Discipline::ReadsFirst },
        crowding: [(1, 1_000), (3, 1_000 + crowded)].into(),
        page_cache,
        ..operations
    })
}

fn codecs() -> impl Strategy<Value = CodecCosts> {
    section(CodecCosts::default(), &costs::CODEC, costs())
}

fn messages() -> impl Strategy<Value = MessageCosts> {
    let messages = section(MessageCosts::default(), &costs::MESSAGES, costs());
    (messages, 0..1_000_000_u64)
        .prop_map(|(messages, awake_for)| MessageCosts { awake_for: Span(awake_for), ..messages })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_profile_that_was_written_is_read_as_it_was(
        title in "[a-z\"\\\\#=µ]{1,20}x", source in "[a-z\"\\\\\n#=µ]{1,20}x",
        measured_on in prop::option::of("[a-zA-Z0-9()@.\"\\\\-]{1,20}"),
        cores in 1..2000_u32,
        lock in prop::option::of(1_000..1_000_000_000_u64),
        disk in disks(),
        codecs in (codecs(), codecs()),
        overhead in section(Profile::free(), &costs::OVERHEAD, costs()),
        messages in prop::option::of(messages()),
    ) {
        let written = Profile {
            name: "mine".into(),
            title,
            source,
            measured_on: measured_on.map(|cpu| MachineId { cpu, file_system: "ext4".into() }),
            cores: if cores == 1999 { u32::MAX } else { cores },
            time_slice: Span(3_000_001),
            interpreter_lock: lock.map(Span),
            disk,
            json: codecs.0,
            json_indented_sorted: codecs.1,
            messages,
            ..overhead
        };
        let read = profile::read("mine", &profile::write(&written));
        prop_assert_eq!(read, Ok(written));
    }

    #[test]
    fn no_damage_to_the_bytes_makes_reading_panic(
        damage in prop::collection::vec((0..GOOD.len(), any::<u8>()), 1..4), cut in 0..GOOD.len(),
    ) {
        let mut bytes = GOOD.as_bytes().to_vec();
        for (at, byte) in damage {
            bytes[at] = byte;
        }
        for bytes in [&bytes[..], &bytes[..cut]] {
            if let Err(errors) = profile::read_bytes("x.toml", bytes) {
                prop_assert!(!errors.problems.is_empty());
                prop_assert!(!errors.render(true).is_empty());
            }
        }
    }
}

/// Loading a file of the real queue: bytes, log entries; milliseconds in all, to read, parse and build.
const LOADS: [(u64, u64, f64, [f64; 3]); 7] = [
    (600, 0, 0.066, [0.019, 0.016, 0.013]),
    (1_100, 4, 0.071, [0.019, 0.019, 0.014]),
    (10_000, 77, 0.175, [0.021, 0.094, 0.041]),
    (100_000, 803, 1.27, [0.045, 0.90, 0.32]),
    (1_000_000, 8004, 14.1, [0.75, 11.0, 3.9]),
    (1_000_000, 936, 3.0, [0.45, 1.8, 0.56]),
    (1_000_000, 16, 1.07, [0.23, 0.76, 0.03]),
];
/// Updating one: bytes, log entries; milliseconds in all, to serialize and encode, create and write, fsync, rename.
const UPDATES: [(u64, u64, f64, [f64; 4]); 5] = [
    (600, 0, 0.80, [0.079, 0.16, 0.22, 0.12]),
    (1_100, 4, 0.91, [0.100, 0.19, 0.22, 0.13]),
    (10_000, 77, 1.64, [0.480, 0.34, 0.28, 0.14]),
    (100_000, 803, 6.1, [4.222, 0.32, 0.56, 0.25]),
    (1_000_000, 8004, 50.7, [43.528, 0.74, 2.2, 0.78]),
];

/// Holds a computed time against a measured one, in milliseconds.
fn assert_near(computed: f64, measured: f64, tolerance: f64, what: &str) {
    assert!((computed / measured - 1.0).abs() <= tolerance, "{what}: {computed:.3} ms, measured {measured} ms");
}

fn milliseconds(costs: &[&Cost], bytes: u64, entries: u64) -> f64 {
    costs.iter().map(|cost| cost.mean(bytes, entries)).sum::<Span>().as_secs_f64() * 1e3
}

#[test]
fn the_profile_of_the_real_queue_has_the_measured_totals_within_15_per_cent() {
    let real = profile::find("ganeti-2.9.7-cpython").unwrap();
    let (disk, json) = (&real.disk, &real.json);
    for (bytes, entries, total, columns) in LOADS {
        let what = |column: &str| format!("load of {bytes} bytes, {entries} entries: {column}");
        let time = |costs: &[&Cost]| milliseconds(costs, bytes, entries);
        let read = [&disk.read.cpu, &disk.read.device];
        assert_near(time(&[read[0], read[1], &json.parse, &json.build, &real.look_up]), total, 0.15, &what("in all"));
        assert_near(time(&[&json.parse]), columns[1], 0.15, &what("parse"));
        // Reading and building are small parts, and not linear in bytes and entries.
        assert_near(time(&read), columns[0], 0.40, &what("read"));
        assert_near(time(&[&json.build]), columns[2], 0.27, &what("build"));
    }
    for (bytes, entries, total, columns) in UPDATES {
        let what = |column: &str| format!("update of {bytes} bytes, {entries} entries: {column}");
        let time = |costs: &[&Cost]| milliseconds(costs, bytes, entries);
        let write = [&disk.create.cpu, &disk.create.device, &disk.write.cpu, &disk.write.device];
        let (fsync, rename) = ([&disk.fsync.cpu, &disk.fsync.device], [&disk.rename.cpu, &disk.rename.device]);
        let all = [&write[..], &fsync, &rename, &[&json.encode, &real.update]].concat();
        assert_near(time(&all), total, 0.15, &what("in all"));
        assert_near(time(&[&json.encode]), columns[0], 0.15, &what("encode"));
        assert_near(time(&fsync), columns[2], 0.15, &what("fsync"));
        assert_near(time(&rename), columns[3], 0.15, &what("rename"));
        // 10 KB took longer than 100 KB: no line meets both.
        assert_near(time(&write), columns[1], 0.37, &what("create and write"));
    }
}
