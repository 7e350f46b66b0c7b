//! Damages texts, by number: the same number gives the same damage.

use rand::{Rng, SeedableRng};
use rand_pcg::Pcg64Mcg;
use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

/// What nobody would write, as a value or anywhere.
const HOSTILE: [&str; 32] = [
    "0",
    "-1",
    "1",
    "9223372036854775807",
    "18446744073709551616",
    "1e308",
    "-0.0",
    "nan",
    "inf",
    "true",
    "\"\"",
    "\" \"",
    "\"none\"",
    "\"0ms\"",
    "\"1ns\"",
    "\"99999999999h\"",
    "\"1e9GiB\"",
    "\"\\u001b[2J\"",
    "\"\\u202e\"",
    "[]",
    "[[]]",
    "{}",
    "[1, 1]",
    "{ on = \"chain\", of = 1000 }",
    "[[0.0, 0.0], [1.0, 1e9]]",
    "1979-05-27",
    "\"\"\"",
    "'''",
    "[[",
    "]]",
    "=",
    "#",
];

/// The files of a folder with this ending, by name.
pub(crate) fn files(folder: &str, ending: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let mut files: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|path| path.extension().is_some_and(|found| found == ending));
    files.sort();
    files
}

/// Gives `judge` the first `count` mutations of the files, one after the other; says which one it fails at.
pub(crate) fn each(files: &[PathBuf], count: u64, judge: impl Fn(&[u8])) {
    let texts: Vec<Vec<u8>> = files.iter().map(|file| fs::read(file).unwrap()).collect();
    for number in 0..count {
        let mut random = Pcg64Mcg::seed_from_u64(number);
        let place = below(&mut random, texts.len());
        let mut text = texts[place].clone();
        for _ in 0..=below(&mut random, 3) {
            let other = &texts[below(&mut random, texts.len())];
            damage(&mut text, other, &mut random);
        }
        if let Err(panic) = catch_unwind(AssertUnwindSafe(|| judge(&text))) {
            let file = files[place].display();
            eprintln!("mutation {number}, of {file}:\n{}", String::from_utf8_lossy(&text));
            std::panic::resume_unwind(panic);
        }
    }
}

fn damage(text: &mut Vec<u8>, other: &[u8], random: &mut Pcg64Mcg) {
    if text.is_empty() {
        return;
    }
    match below(random, 8) {
        0 => {
            let at = below(random, text.len());
            text[at] ^= 1 << below(random, 8);
        }
        1 => drop(text.splice(line(text, random), [])),
        2 => {
            let copied = text[line(text, random)].to_vec();
            let at = line(text, random).start;
            text.splice(at..at, copied);
        }
        3 => {
            let copied = other[line(other, random)].to_vec();
            let at = line(text, random).start;
            text.splice(at..at, copied);
        }
        4 => text.truncate(below(random, text.len())),
        5 => {
            let at = below(random, text.len());
            text.splice(at..at, hostile(random));
        }
        // The value of a line, most often: this gets furthest.
        _ => {
            let line = line(text, random);
            if let Some(equals) = text[line.clone()].iter().position(|byte| *byte == b'=') {
                let value = line.start + equals + 1..line.end.max(line.start + equals + 2) - 1;
                text.splice(value, hostile(random));
            }
        }
    }
}

/// A line with its end.
fn line(text: &[u8], random: &mut Pcg64Mcg) -> std::ops::Range<usize> {
    let at = below(random, text.len().max(1));
    let start = text[..at.min(text.len())].iter().rposition(|byte| *byte == b'\n').map_or(0, |end| end + 1);
    let end = text[start..].iter().position(|byte| *byte == b'\n').map_or(text.len(), |length| start + length + 1);
    start..end
}

fn hostile(random: &mut Pcg64Mcg) -> Vec<u8> {
    HOSTILE[below(random, HOSTILE.len())].as_bytes().to_vec()
}

fn below(random: &mut Pcg64Mcg, count: usize) -> usize {
    usize::try_from(random.next_u64() % count as u64).unwrap()
}
