//! What is expected of a case, held against what was seen.
//!
//! Compared is whatever a case gives: a field of `expect` that is null or missing is not. Texts are held to what
//! the modelled system is documented to say; where its wording comes from its language, that it refused is what
//! counts.

use crate::case::{Action, Case, Step};
use crate::observed::{Answer, Phase};
use jqlab::units::Instant;
use serde_json::{Map, Value, json};
use std::fmt::{self, Display, Formatter};

/// Differences that are listed of one case.
const LISTED: usize = 25;

/// What refusals are documented to say, up to the first comma or semicolon.
const DOCUMENTED: [&str; 3] =
    ["A job needs at least one opcode", "Unable to resolve relative job ID", " has invalid priority"];

/// The result of a failed assertion has the text of the opcode in between such words.
const ASSERTION: [&str; 2] = ["Error message: '", "'; location"];

/// What a case can expect.
const FIELDS: [&str; 10] = [
    "boot",
    "queue_size",
    "last_serial",
    "jobs",
    "start_order",
    "end_order",
    "dependency_checks",
    "renames",
    "serial_writes",
    "files",
];

/// Steps whose replies do.
const TIMED: [&str; 4] = ["locks", "query", "status", "files"];

/// One difference.
#[derive(Debug)]
pub(crate) struct Difference {
    /// Where: `phase 1, jobs.2.writes.3.opcodes`.
    place: String,
    expected: String,
    seen: String,
}

impl Display for Difference {
    fn fmt(&self, out: &mut Formatter<'_>) -> fmt::Result {
        let Self { place, expected, seen } = self;
        write!(out, "  {place}\n    expected {expected}\n    seen     {seen}")
    }
}

/// What of a case is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Extent {
    All,
    /// What does not depend on timing: nothing in the order of different jobs, for instance.
    Untimed,
    /// Of that, nothing of how a job's file looks before the job has ended.
    Ends,
}

/// All differences.
pub(crate) fn all(case: &Case, seen: &[Phase]) -> Vec<Difference> {
    differences(case, seen, Extent::All)
}

/// Differences in what does not depend on timing.
pub(crate) fn untimed(case: &Case, seen: &[Phase]) -> Vec<Difference> {
    differences(case, seen, Extent::Untimed)
}

/// Differences in what becomes of jobs in the end.
pub(crate) fn ends(case: &Case, seen: &[Phase]) -> Vec<Difference> {
    differences(case, seen, Extent::Ends)
}

fn differences(case: &Case, seen: &[Phase], extent: Extent) -> Vec<Difference> {
    let timed = extent == Extent::All;
    let mut found = Vec::new();
    for (number, (phase, seen)) in case.phases.iter().zip(seen).enumerate() {
        for (step, reply) in phase.steps.iter().zip(&seen.replies) {
            let name = step.text["do"].as_str().unwrap_or_default();
            if timed || !TIMED.contains(&name) {
                let place = format!("phase {number}, reply to {name} at {} s", step.text["at_s"]);
                compare_reply(&place, step, reply.as_ref(), &phase.expected, &mut found);
            }
            if timed {
                compare_reply_time(step, reply.as_ref(), &mut found);
            }
        }
        let (mut expected, mut outcome) = comparable(&phase.expected, &seen.outcome, timed, case.design.workers == 1);
        if extent == Extent::Ends {
            expected["jobs"] = at_their_end(&expected["jobs"]);
            outcome["jobs"] = at_their_end(&outcome["jobs"]);
        }
        compare(&format!("phase {number}, "), &expected, &outcome, &mut found);
    }
    found.truncate(LISTED);
    found
}

/// Both sides, without what the case leaves open.
fn comparable(expected: &Value, seen: &Value, timed: bool, one_worker: bool) -> (Value, Value) {
    let none = Map::new();
    let (expected, seen) = (expected.as_object().unwrap_or(&none), seen.as_object().unwrap_or(&none));
    let mut sides = (Map::new(), Map::new());
    let times = |key: &str| seen.get(key).cloned().unwrap_or_default();
    let is_open = |key: &str| expected.get(key).is_none_or(Value::is_null);
    let given = expected.iter().filter(|(key, wanted)| FIELDS.contains(&key.as_str()) && !wanted.is_null());
    for (key, wanted) in given {
        let had = seen.get(key).cloned().unwrap_or_default();
        let (wanted, had) = match key.as_str() {
            "boot" if wanted != "ok" => (boot_refusal(wanted, &had), had),
            // Whether a job has to wait for one that ends soon is a matter of time.
            "dependency_checks" if !timed => (conclusions(&with_numbers(wanted)), conclusions(&had)),
            "dependency_checks" => {
                let wanted = with_numbers(wanted);
                // Workers race each other: only the checks of one job have an order of their own. Even a single
                // worker takes up those that wait for one job in no set order.
                let free =
                    !one_worker || is_open("start_order") || only_ties_differ(&wanted, &had, &times("check_times"));
                if free { (job_by_job(&wanted), job_by_job(&had)) } else { (wanted, had) }
            }
            "start_order" | "end_order" if !timed => (sorted(wanted), sorted(&had)),
            "start_order" if !one_worker && only_ties_differ(wanted, &had, &times("start_times")) => continue,
            "end_order" if !one_worker && only_ties_differ(wanted, &had, &times("end_times")) => continue,
            "renames" => (successful_renames(wanted), had),
            "jobs" => (documented_results(wanted), documented_results(&had)),
            _ => (wanted.clone(), had),
        };
        sides.0.insert(key.clone(), wanted);
        sides.1.insert(key.clone(), had);
    }
    (Value::Object(sides.0), Value::Object(sides.1))
}

/// Jobs without how they were written, and of those that have not ended, without their statuses.
fn at_their_end(jobs: &Value) -> Value {
    let finals = ["success", "error", "canceled"];
    let mut jobs = jobs.clone();
    for job in jobs.as_object_mut().into_iter().flat_map(Map::values_mut).filter_map(Value::as_object_mut) {
        job.remove("writes");
        if job.get("status").and_then(Value::as_str).is_none_or(|status| !finals.contains(&status)) {
            job.retain(|key, _| !["status", "opcodes"].contains(&key.as_str()));
        }
    }
    jobs
}

/// That the queue refused to open is what counts, and that its reason names what the case wants named.
fn boot_refusal(wanted: &Value, seen: &Value) -> Value {
    let text = seen["raised"].as_str();
    let names = wanted.get("names").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    let named = |text: &str| names.iter().filter_map(Value::as_str).all(|name| text.contains(name));
    if text.is_some_and(named) { seen.clone() } else { wanted.clone() }
}

/// A rename that failed, or was of nothing, is none: nothing is archived twice.
fn successful_renames(wanted: &Value) -> Value {
    let mut kept: Vec<Value> = Vec::new();
    for rename in wanted.as_array().into_iter().flatten() {
        if rename != &json!([]) && !kept.contains(rename) {
            kept.push(rename.clone());
        }
    }
    Value::Array(kept)
}

/// Results of opcodes, with nothing but the opcode's own text where a program's lines stand around it.
fn documented_results(jobs: &Value) -> Value {
    let mut jobs = jobs.clone();
    for job in jobs.as_object_mut().into_iter().flat_map(Map::values_mut) {
        for opcode in job.get_mut("opcodes").and_then(Value::as_array_mut).into_iter().flatten() {
            let Some(text) = opcode.pointer_mut("/result/1/0") else { continue };
            let own = text.as_str().and_then(|text| text.split_once(ASSERTION[0])?.1.split_once(ASSERTION[1]));
            if let Some((own, _)) = own {
                *text = json!(own);
            }
        }
    }
    jobs
}

/// The time of the reply is compared where the case gives it, to a microsecond.
fn compare_reply_time(step: &Step, seen: Option<&Answer>, found: &mut Vec<Difference>) {
    let Some(expected) = step.text["reply_at_s"].as_f64() else { return };
    let seen = seen.and_then(|answer| answer.at).map(|at| at.since(Instant::ZERO).as_secs_f64());
    if seen.is_none_or(|seen| (seen - expected).abs() > 1.5e-6) {
        found.push(Difference {
            place: format!("time of the reply to {} at {} s", step.text["do"], step.text["at_s"]),
            expected: format!("{expected} s"),
            seen: format!("{seen:?}"),
        });
    }
}

fn compare_reply(place: &str, step: &Step, seen: Option<&Answer>, outcome: &Value, found: &mut Vec<Difference>) {
    if matches!(step.action, Action::End) {
        return;
    }
    let mut seen = seen.map_or_else(|| json!("no reply"), |answer| answer.value.clone());
    if let Some(raised) = step.text.get("reply_raised") {
        let text = raised["str"].as_str().unwrap_or_default();
        if !is_refusal(step, &seen, text) {
            found.push(Difference {
                place: place.to_owned(),
                expected: format!("refused: {raised}"),
                seen: seen.to_string(),
            });
        }
        return;
    }
    if let Some(designed) = step.text.get("designed") {
        compare(&format!("{place}, as designed: "), designed, &seen["designed"], found);
    }
    let Some(expected) = step.text.get("reply") else { return };
    let mut expected = expected.clone();
    match step.text["do"].as_str().unwrap_or_default() {
        "locks" => {
            seen = seen["rows"].take();
            [&mut expected, &mut seen].into_iter().for_each(sort_waiting_jobs);
        }
        "status" => {
            for status in expected.as_object_mut().into_iter().flat_map(Map::values_mut) {
                if status[0] == "unparseable" {
                    *status = json!(["unparseable"]);
                }
            }
        }
        "submit_many" => {
            for outcome in [&mut expected, &mut seen].into_iter().flat_map(|reply| reply.as_array_mut()).flatten() {
                if outcome[0] == false {
                    outcome[1] = json!(documented(outcome[1].as_str().unwrap_or_default()));
                }
            }
        }
        "write_file" => seen = Value::Null,
        "cancel" | "change_priority" if is_archived(step, outcome) && is_unknown(step, &seen) => {
            // On purpose: the modelled one still answers from memory until that is collected as garbage.
            expected = seen.clone();
        }
        _ => {}
    }
    compare(&format!("{place}: "), &expected, &seen, found);
}

/// Whether the job of the step is in the archive in the end.
fn is_archived(step: &Step, outcome: &Value) -> bool {
    let file = &outcome["jobs"][step.text["job"].to_string()]["file"];
    file.as_str().is_some_and(|file| file.starts_with("archive/"))
}

/// Whether the reply says that the queue has no such job.
fn is_unknown(step: &Step, seen: &Value) -> bool {
    *seen == json!([false, format!("Job {} not found", step.text["job"])])
}

/// Whether the reply refuses what was asked, and says so as documented.
fn is_refusal(step: &Step, seen: &Value, text: &str) -> bool {
    if let Some(why) = seen["refused"].as_str() {
        return documented(why) == documented(text);
    }
    match step.text["do"].as_str().unwrap_or_default() {
        // On purpose: there is nothing to archive, and nothing to complain of.
        "archive" => seen == false,
        // On purpose: the job that makes no sense is refused, and no other.
        "submit_many" => seen.as_array().is_some_and(|jobs| jobs.iter().any(|outcome| outcome[0] == false)),
        _ => false,
    }
}

/// The part of a refusal that is documented.
fn documented(text: &str) -> Option<&str> {
    let sentence = text.split([',', ';']).next()?;
    DOCUMENTED.iter().any(|words| sentence.contains(words)).then_some(sentence)
}

/// The jobs that wait for a job have no order.
fn sort_waiting_jobs(rows: &mut Value) {
    for pending in rows.as_array_mut().into_iter().flatten().filter_map(|row| row["pending"].as_array_mut()).flatten() {
        if pending[0] == "job"
            && let Some(jobs) = pending[1].as_array_mut()
        {
            jobs.sort_by_key(Value::as_u64);
        }
    }
}

/// Whether `wanted` is `seen` in another order, which differs only among what happened at the same instant: on
/// workers that truly run at the same time, that has no order.
fn only_ties_differ(wanted: &Value, seen: &Value, times: &Value) -> bool {
    let (Some(wanted), Some(seen), Some(times)) = (wanted.as_array(), seen.as_array(), times.as_array()) else {
        return false;
    };
    let mut left: Vec<(&Value, Option<u64>)> = seen.iter().zip(times.iter().map(Value::as_u64)).collect();
    let mut time_of = |wanted: &Value| left.iter().position(|(seen, _)| *seen == wanted).map(|at| left.remove(at).1);
    let times: Option<Vec<_>> = wanted.iter().map(&mut time_of).collect();
    wanted.len() == seen.len() && times.is_some_and(|times| times.is_sorted())
}

/// On purpose: ids that are given as text are numbers from then on.
fn with_numbers(checks: &Value) -> Value {
    let mut checks = checks.clone();
    for check in checks.as_array_mut().into_iter().flatten() {
        if let Some(id) = check["depends_on"].as_str().and_then(|digits| digits.parse::<u64>().ok()) {
            check["depends_on"] = json!(id);
        }
    }
    checks
}

/// Job by job, the checks that did not lead to waiting.
fn conclusions(checks: &Value) -> Value {
    let mut checks = job_by_job(checks);
    if let Some(list) = checks.as_array_mut() {
        list.retain(|check| check["verdict"] != "wait");
    }
    checks
}

/// The checks of each job in their order, whatever the order among jobs.
fn job_by_job(checks: &Value) -> Value {
    let mut checks = checks.as_array().cloned().unwrap_or_default();
    checks.sort_by_key(|check| check["job"].as_u64());
    Value::Array(checks)
}

fn sorted(list: &Value) -> Value {
    let mut list = list.as_array().cloned().unwrap_or_default();
    list.sort_by_cached_key(Value::to_string);
    Value::Array(list)
}

/// Lists how `seen` differs from `expected`: objects by the keys expected, lists by length and places.
fn compare(place: &str, expected: &Value, seen: &Value, found: &mut Vec<Difference>) {
    let below = |key: &str| match place.ends_with(' ') {
        true => format!("{place}{key}"),
        false => format!("{place}.{key}"),
    };
    match (expected, seen) {
        (Value::Object(expected), Value::Object(had)) => {
            for (key, value) in expected {
                compare(&below(key), value, had.get(key).unwrap_or(&Value::Null), found);
            }
            let all_named = place.ends_with(" jobs");
            for (key, value) in had.iter().filter(|(key, _)| all_named && !expected.contains_key(*key)) {
                found.push(Difference {
                    place: below(key),
                    expected: "nothing".to_owned(),
                    seen: value["status"].to_string(),
                });
            }
        }
        (Value::Array(expected), Value::Array(had)) if expected.len() == had.len() => {
            for (index, (expected, had)) in expected.iter().zip(had).enumerate() {
                compare(&below(&index.to_string()), expected, had, found);
            }
        }
        _ if expected == seen => {}
        _ => {
            let (expected, seen) = (expected.to_string(), seen.to_string());
            found.push(Difference { place: place.to_owned(), expected, seen });
        }
    }
}
