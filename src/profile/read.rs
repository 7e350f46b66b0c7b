//! From text to profile.

use super::cost::{cost, file_cost, thousandths};
use super::costs::{self, CostKey, Missing};
use crate::actors::machine::profile::Profile;
use crate::actors::machine::profile::{CodecCosts, Discipline, DiskProfile, MachineId, MessageCosts};
use crate::units::Span;
use crate::written::{self, Problem, Problems, Table, TextErrors, Value};
use std::path::Path;
use std::sync::Arc;

const KEYS: [&str; 10] = [
    "title",
    "source",
    "measured_on",
    "cores",
    "time_slice",
    "interpreter_lock",
    "disk",
    "codec",
    "overhead",
    "messages",
];
/// Keys of `[disk]` and `[messages]` that are no costs.
const DISK_KEYS: [&str; 4] = ["queue_depth", "discipline", "page_cache", "crowding"];
const MESSAGE_KEYS: [&str; 1] = ["awake_for"];
/// Written for what nothing ever waits for.
pub(super) const UNLIMITED: &str = "unlimited";
const COUNT_MAX: u32 = 1_000_000;
const SLICES: (Span, Span) = (Span(1_000), Span::from_secs(10));
/// The longest that the hub's thread may stay awake.
const AWAKE_MAX: Span = Span::from_secs(10);
/// The time slice of an idle Linux machine with few cores, about.
const TIME_SLICE: Span = Span::from_millis(3);

/// The profile that `text` describes; `name` is the file's name, for messages and for [`Profile::name`].
///
/// # Errors
/// All that is wrong with it, as far as it can be told at once.
pub fn read(name: &str, text: &str) -> Result<Profile, TextErrors> {
    written::read(name, text, "a profile", |file, problems| profile(name, file, problems))
}

/// The profile in these bytes, which must be UTF-8.
///
/// # Errors
/// As [`read`], or that they are no text.
pub fn read_bytes(name: &str, bytes: &[u8]) -> Result<Profile, TextErrors> {
    read(name, written::as_text(name, bytes)?)
}

fn profile(name: &str, file: &Table<'_>, problems: &mut Problems) -> Profile {
    file.refuse_unknown(&KEYS, "a key of a profile", problems);
    let stem = match name.strip_suffix(".toml") {
        Some(path) => Path::new(path).file_name().map_or_else(|| path.into(), |stem| stem.to_string_lossy()),
        None => name.into(),
    };
    let title = file.need("title", "what it stands for, in a sentence").and_then(|value| value.line("a title"));
    let source = file.need("source", "where its figures come from").and_then(|value| value.text("a text"));
    let [title, source] = [title, source].map(|text| problems.take(text).unwrap_or_default().to_owned());
    let cores = file.need("cores", "cores that compute, such as 2").and_then(|value| unlimited_count(&value));
    let mut profile = Profile { name: stem.into_owned(), title, source, time_slice: TIME_SLICE, ..Profile::free() };
    problems.store(&mut profile.cores, cores);
    if let Some(item) = file.get("measured_on") {
        profile.measured_on = machine_id(&item.value, problems);
    }
    if let Some(item) = file.get("time_slice") {
        problems.store(&mut profile.time_slice, item.value.duration(SLICES.0..=SLICES.1));
    }
    if let Some(item) = file.get("interpreter_lock") {
        problems.store(&mut profile.interpreter_lock, switch_interval(&item.value).map(Some));
    }
    if let Some(table) = problems.take(file.need("disk", "what file operations cost").and_then(|v| table_of(&v))) {
        profile.disk = disk(&table, problems);
    }
    if let Some(table) = problems.take(file.need("codec", "what encoding and parsing cost").and_then(|v| table_of(&v)))
    {
        read_codecs(&table, &mut profile, problems);
    }
    if let Some(table) = file.get("overhead").and_then(|item| problems.take(table_of(&item.value))) {
        refuse_unknown(&table, &[], &costs::OVERHEAD, "a cost besides", problems);
        read_costs(&table, &mut profile, &costs::OVERHEAD, cost, problems);
    }
    if let Some(table) = file.get("messages").and_then(|item| problems.take(table_of(&item.value))) {
        profile.messages = Some(messages(&table, problems));
    }
    profile
}

/// `{ cpu = "…", file_system = "ext4" }`.
fn machine_id(value: &Value<'_>, problems: &mut Problems) -> Option<MachineId> {
    let table = problems.take(table_of(value))?;
    table.refuse_unknown(&["cpu", "file_system"], "a key of a machine", problems);
    let cpu = table.need("cpu", "the model of the processor").and_then(|value| value.line("a text"));
    let file_system = table.need("file_system", "its type, such as ext4").and_then(|value| value.line("a text"));
    let [cpu, file_system] = [cpu, file_system].map(|text| problems.take(text));
    Some(MachineId { cpu: cpu?.to_owned(), file_system: file_system?.to_owned() })
}

fn table_of<'t>(value: &Value<'t>) -> Result<Table<'t>, Problem> {
    value.table("a table")
}

/// A count, or that there is no bound.
pub(crate) fn unlimited_count(value: &Value<'_>) -> Result<u32, Problem> {
    match value.as_text() {
        Some(UNLIMITED) => Ok(u32::MAX),
        Some(_) => Err(value.is_not(&format!("a whole number from 1 to {COUNT_MAX}, or \"{UNLIMITED}\""))),
        None => value.count(1..=COUNT_MAX),
    }
}

/// `{ switch_interval = "5ms" }`.
pub(crate) fn switch_interval(value: &Value<'_>) -> Result<Span, Problem> {
    let what = "a table such as { switch_interval = \"5ms\" }";
    let table = value.table(what)?;
    if let Some(item) = table.items.iter().find(|item| item.key != "switch_interval") {
        return Err(item.unknown(["switch_interval"], "switch_interval"));
    }
    let interval = table.need("switch_interval", "how long a thread computes while others wait for the lock")?;
    interval.duration(SLICES.0..=SLICES.1)
}

fn disk(table: &Table<'_>, problems: &mut Problems) -> DiskProfile {
    refuse_unknown(table, &DISK_KEYS, &costs::DISK, "a property of the disk or a file operation", problems);
    let mut disk = DiskProfile::free();
    if let Some(item) = table.get("queue_depth") {
        problems.store(&mut disk.queue_depth, unlimited_count(&item.value));
    }
    if let Some(item) = table.get("discipline") {
        let words = [("fifo", Discipline::Fifo), ("reads-first", Discipline::ReadsFirst)];
        problems.store(&mut disk.discipline, item.value.word("a discipline", &words));
    }
    if let Some(item) = table.get("page_cache") {
        let unlimited = item.value.as_text() == Some(UNLIMITED);
        problems.store(&mut disk.page_cache, if unlimited { Ok(None) } else { item.value.large_size().map(Some) });
    }
    if let Some(item) = table.get("crowding") {
        problems.store(&mut disk.crowding, crowding(&item.value));
    }
    read_costs(table, &mut disk, &costs::DISK, file_cost, problems);
    disk
}

/// How much longer operations take with so many in service.
fn crowding(value: &Value<'_>) -> Result<Arc<[(u32, u32)]>, Problem> {
    let what = "pairs of a count and a factor, such as [[1, 1.0], [4, 1.6]]";
    let mut knots: Vec<(u32, u32)> = Vec::new();
    for pair in value.list(what, 1000)? {
        match pair.list(what, 2)?.as_slice() {
            [count, factor] => knots.push((count.count(1..=COUNT_MAX)?, thousandths(factor.number(0.001..=10_000.0)?))),
            _ => return Err(pair.is_not("a pair such as [4, 1.6]")),
        }
    }
    let ascends = knots.windows(2).all(|pair| pair[0].0 < pair[1].0 && pair[0].1 <= pair[1].1);
    if knots.first().is_none_or(|first| first.0 != 1) || !ascends {
        return Err(value.is_not("counts that ascend from 1, with factors that do not fall"));
    }
    Ok(knots.into())
}

fn read_codecs(table: &Table<'_>, profile: &mut Profile, problems: &mut Problems) {
    table.refuse_unknown(&["json", "json-indented-sorted"], "a codec", problems);
    let json = table.need("json", "what the codec json costs").and_then(|value| table_of(&value));
    if let Some(table) = problems.take(json) {
        profile.json = codec(&table, problems);
    }
    profile.json_indented_sorted = match table.get("json-indented-sorted") {
        Some(item) => problems.take(table_of(&item.value)).map(|table| codec(&table, problems)).unwrap_or_default(),
        None => profile.json.clone(),
    };
}

fn codec(table: &Table<'_>, problems: &mut Problems) -> CodecCosts {
    refuse_unknown(table, &[], &costs::CODEC, "a cost of a codec", problems);
    let mut codec = CodecCosts::default();
    read_costs(table, &mut codec, &costs::CODEC, cost, problems);
    codec
}

fn messages(table: &Table<'_>, problems: &mut Problems) -> MessageCosts {
    refuse_unknown(table, &MESSAGE_KEYS, &costs::MESSAGES, "a cost of messages", problems);
    let mut messages = MessageCosts::default();
    let awake_for = table.need("awake_for", "how long the hub's thread stays awake");
    problems.store(&mut messages.awake_for, awake_for.and_then(|value| value.duration(Span::ZERO..=AWAKE_MAX)));
    read_costs(table, &mut messages, &costs::MESSAGES, cost, problems);
    messages
}

fn refuse_unknown<S, C>(
    table: &Table<'_>,
    others: &[&'static str],
    costs: &[CostKey<S, C>],
    what: &str,
    problems: &mut Problems,
) {
    let known: Vec<&str> = others.iter().copied().chain(costs::keys(costs)).collect();
    table.refuse_unknown(&known, what, problems);
}

/// Puts every cost of a section where it is kept.
fn read_costs<S, C: Clone + Default>(
    table: &Table<'_>,
    section: &mut S,
    costs: &[CostKey<S, C>],
    read: fn(&Value<'_>, &mut Problems) -> C,
    problems: &mut Problems,
) {
    for cost in costs {
        let value = match (table.get(cost.key), cost.missing) {
            (Some(item), _) => read(&item.value, problems),
            (None, Missing::Free) => C::default(),
            (None, Missing::As(other)) => {
                let other = costs.iter().find(|cost| cost.key == other);
                other.map(|other| (other.field)(section).clone()).unwrap_or_default()
            }
            (None, Missing::Refused) => {
                problems.take(table.need(cost.key, cost.about));
                C::default()
            }
        };
        *(cost.field)(section) = value;
    }
}
