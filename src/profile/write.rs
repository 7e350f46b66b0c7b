//! From profile to text.

use super::cost::{decimal, written, written_file_cost};
use super::read::UNLIMITED;
use crate::actors::machine::profile::Profile;
use crate::actors::machine::profile::{CodecCosts, Discipline, DiskProfile, MessageCosts};
use crate::written::exact_span;
use std::fmt::Write as _;

/// The text that [`read`](super::read()) makes the same profile of, given its name.
#[must_use]
pub fn write(profile: &Profile) -> String {
    let mut text = String::new();
    // Writing to a String cannot fail.
    let _ = writeln!(text, "title = {}", quoted(&profile.title));
    let _ = writeln!(text, "source = {}", quoted(&profile.source));
    let _ = writeln!(text, "cores = {}", count(profile.cores));
    let _ = writeln!(text, "time_slice = \"{}\"", exact_span(profile.time_slice));
    if let Some(interval) = profile.interpreter_lock {
        let _ = writeln!(text, "interpreter_lock = {{ switch_interval = \"{}\" }}", exact_span(interval));
    }
    write_disk(&mut text, &profile.disk);
    write_codec(&mut text, "json", &profile.json);
    if profile.json_indented_sorted != profile.json {
        write_codec(&mut text, "json-indented-sorted", &profile.json_indented_sorted);
    }
    let (update, load) = (written(&profile.update), written(&profile.load));
    let _ = write!(text, "\n[overhead]\nupdate = {update}\nload = {load}\n");
    if let Some(messages) = &profile.messages {
        write_messages(&mut text, messages);
    }
    text
}

fn write_disk(text: &mut String, disk: &DiskProfile) {
    let discipline = match disk.discipline {
        Discipline::Fifo => "fifo",
        Discipline::ReadsFirst => "reads-first",
    };
    let page_cache = disk.page_cache.map_or_else(|| UNLIMITED.to_owned(), size);
    let pairs: Vec<String> =
        disk.crowding.iter().map(|(count, factor)| format!("[{count}, {}]", decimal(*factor, 3))).collect();
    let _ = write!(
        text,
        "\n[disk]\nqueue_depth = {}\ndiscipline = \"{discipline}\"\npage_cache = \"{page_cache}\"\ncrowding = [{}]\n",
        count(disk.queue_depth),
        pairs.join(", ")
    );
    for (key, cost) in [
        ("create", &disk.create),
        ("write", &disk.write),
        ("fsync", &disk.fsync),
        ("fsync_directory", &disk.fsync_directory),
        ("rename", &disk.rename),
        ("rename_new", &disk.rename_new),
        ("read", &disk.read),
        ("read_uncached", &disk.read_uncached),
        ("list", &disk.list),
    ] {
        let _ = writeln!(text, "{key} = {}", written_file_cost(cost));
    }
}

fn write_codec(text: &mut String, name: &str, costs: &CodecCosts) {
    let CodecCosts { encode, parse, build, status_only } = costs;
    let _ = write!(text, "\n[codec.{name}]\n");
    for (key, cost) in [("encode", encode), ("parse", parse), ("build", build), ("status_only", status_only)] {
        let _ = writeln!(text, "{key} = {}", written(cost));
    }
}

fn write_messages(text: &mut String, costs: &MessageCosts) {
    let MessageCosts { hop_awake, hop_asleep, awake_for, timer, step, lock } = costs;
    let _ = write!(text, "\n[messages]\nawake_for = \"{}\"\n", exact_span(*awake_for));
    for (key, cost) in
        [("hop_awake", hop_awake), ("hop_asleep", hop_asleep), ("timer", timer), ("step", step), ("lock", lock)]
    {
        let _ = writeln!(text, "{key} = {}", written(cost));
    }
}

fn count(count: u32) -> String {
    if count == u32::MAX { format!("\"{UNLIMITED}\"") } else { count.to_string() }
}

fn size(bytes: u64) -> String {
    let units = [("GiB", 30), ("MiB", 20), ("KiB", 10)];
    let whole = units.into_iter().find(|(_, shift)| bytes > 0 && bytes.trailing_zeros() >= *shift);
    whole.map_or_else(|| format!("{bytes}B"), |(unit, shift)| format!("{}{unit}", bytes >> shift))
}

/// A TOML string.
fn quoted(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}
