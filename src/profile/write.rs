//! From profile to text.

use super::cost::{thousandth, written, written_file_cost};
use super::costs::{self, CostKey};
use super::read::UNLIMITED;
use crate::actors::machine::profile::{CodecCosts, Discipline, DiskProfile, MessageCosts, Profile};
use crate::written::exact_span;
use toml_edit::{Array, DocumentMut, InlineTable, Item, Table, Value, value};

/// The text that [`read`](super::read()) makes the same profile of, given its name.
#[must_use]
pub fn write(profile: &Profile) -> String {
    let mut profile = profile.clone();
    let mut text = DocumentMut::new();
    text["title"] = value(&profile.title);
    text["source"] = value(&profile.source);
    if let Some(machine) = &profile.measured_on {
        let pairs = [("cpu", machine.cpu.as_str()), ("file_system", machine.file_system.as_str())];
        text["measured_on"] = value(InlineTable::from_iter(pairs));
    }
    text["cores"] = value(count(profile.cores));
    text["time_slice"] = value(exact_span(profile.time_slice));
    if let Some(interval) = profile.interpreter_lock {
        text["interpreter_lock"] = value(InlineTable::from_iter([("switch_interval", exact_span(interval))]));
    }
    text["disk"] = Item::Table(disk(&mut profile.disk));
    let mut codecs = Table::new();
    codecs.set_implicit(true);
    codecs["json"] = Item::Table(codec(&mut profile.json));
    if profile.json_indented_sorted != profile.json {
        codecs["json-indented-sorted"] = Item::Table(codec(&mut profile.json_indented_sorted));
    }
    text["codec"] = Item::Table(codecs);
    let mut overhead = Table::new();
    write_costs(&mut overhead, &mut profile, &costs::OVERHEAD, written);
    text["overhead"] = Item::Table(overhead);
    if let Some(costs) = &mut profile.messages {
        text["messages"] = Item::Table(messages(costs));
    }
    text.to_string()
}

fn disk(disk: &mut DiskProfile) -> Table {
    let mut table = Table::new();
    table["queue_depth"] = value(count(disk.queue_depth));
    table["discipline"] = value(match disk.discipline {
        Discipline::Fifo => "fifo",
        Discipline::ReadsFirst => "reads-first",
    });
    table["page_cache"] = value(disk.page_cache.map_or_else(|| UNLIMITED.to_owned(), size));
    let pair = |(count, factor): &(u32, u32)| -> Value {
        [Value::from(i64::from(*count)), thousandth(*factor).into()].into_iter().collect::<Array>().into()
    };
    table["crowding"] = value(disk.crowding.iter().map(pair).collect::<Array>());
    write_costs(&mut table, disk, &costs::DISK, written_file_cost);
    table
}

fn codec(costs: &mut CodecCosts) -> Table {
    let mut table = Table::new();
    write_costs(&mut table, costs, &costs::CODEC, written);
    table
}

fn messages(costs: &mut MessageCosts) -> Table {
    let mut table = Table::new();
    table["awake_for"] = value(exact_span(costs.awake_for));
    write_costs(&mut table, costs, &costs::MESSAGES, written);
    table
}

fn write_costs<S, C>(table: &mut Table, section: &mut S, costs: &[CostKey<S, C>], write: fn(&C) -> Value) {
    for cost in costs {
        table[cost.key] = value(write((cost.field)(section)));
    }
}

fn count(count: u32) -> Value {
    if count == u32::MAX { UNLIMITED.into() } else { i64::from(count).into() }
}

fn size(bytes: u64) -> String {
    let units = [("GiB", 30), ("MiB", 20), ("KiB", 10)];
    let whole = units.into_iter().find(|(_, shift)| bytes > 0 && bytes.trailing_zeros() >= *shift);
    whole.map_or_else(|| format!("{bytes}B"), |(unit, shift)| format!("{}{unit}", bytes >> shift))
}
