//! `[run]`: where, how often, and what is cut off.

use super::workload::known_keys;
use crate::actors::disk::DiskCosts;
use crate::scenario::error::Problem;
use crate::scenario::plan::{RunPlan, RuntimeChoice, Warmup};
use crate::scenario::written::{Problems, Table, Value};
use crate::units::Span;

const KEYS: [&str; 5] = ["runtime", "replications", "warmup", "limit", "disk"];
const RUNTIMES: [(&str, RuntimeChoice); 3] =
    [("live", RuntimeChoice::Live), ("virtual", RuntimeChoice::Virtual), ("both", RuntimeChoice::Both)];

/// Costs of a small job file on an SSD with ext4, so that virtual time is not free of cost by default.
const DISK: DiskCosts = DiskCosts {
    read: Span::from_micros(20),
    parse: Span::from_micros(15),
    build: Span::from_micros(5),
    encode: Span::from_micros(15),
    write: Span::from_micros(150),
    fsync: Span::from_micros(220),
    rename: Span::from_micros(120),
};

/// How the scenario is run.
pub(super) fn run_plan(file: &Table<'_>, problems: &mut Problems) -> RunPlan {
    let mut run =
        RunPlan { runtime: RuntimeChoice::Live, replications: 5, warmup: Warmup::Auto, limit: None, disk: DISK };
    let Some(item) = file.get("run") else { return run };
    let Some(table) = problems.take(item.value.table("a table")) else { return run };
    for item in &table.items {
        let value = &item.value;
        match item.key {
            "runtime" => problems.store(&mut run.runtime, value.word("a runtime", &RUNTIMES)),
            "replications" => problems.store(&mut run.replications, value.count(1..=1000)),
            "warmup" => problems.store(&mut run.warmup, warmup(value)),
            "limit" => {
                let limit = value.duration(Span::from_millis(1)..=Span::from_secs(7 * 86_400));
                problems.store(&mut run.limit, limit.map(Some));
            }
            "disk" => problems.store(&mut run.disk, disk(value)),
            _ => problems.push(item.unknown(KEYS, "a key of the run")),
        }
    }
    run
}

/// `"auto"`, `"50 jobs"` or a duration.
fn warmup(value: &Value<'_>) -> Result<Warmup, Problem> {
    let what = "\"auto\", a number of jobs such as \"50 jobs\", or a duration such as \"2s\"";
    let text = value.text(what)?.trim();
    if text == "auto" {
        return Ok(Warmup::Auto);
    }
    let jobs = text.strip_suffix("jobs").and_then(|number| number.trim().parse().ok());
    match jobs {
        Some(jobs) => Ok(Warmup::Jobs(jobs)),
        None => value.duration(Span::ZERO..=Span::from_secs(86_400)).map(Warmup::Time).map_err(|_| value.is_not(what)),
    }
}

fn disk(value: &Value<'_>) -> Result<DiskCosts, Problem> {
    let table = value.table("a table such as { read = \"20us\", fsync = \"220us\" }")?;
    let known = ["read", "parse", "build", "encode", "write", "fsync", "rename"];
    known_keys(&table, &known, "a step of file work")?;
    let cost =
        |key, default| table.get(key).map_or(Ok(default), |item| item.value.duration(Span::ZERO..=Span::from_secs(10)));
    Ok(DiskCosts {
        read: cost("read", DISK.read)?,
        parse: cost("parse", DISK.parse)?,
        build: cost("build", DISK.build)?,
        encode: cost("encode", DISK.encode)?,
        write: cost("write", DISK.write)?,
        fsync: cost("fsync", DISK.fsync)?,
        rename: cost("rename", DISK.rename)?,
    })
}
