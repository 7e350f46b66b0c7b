//! Whatever is in a queue directory, looking at it and opening it end with an answer that a terminal can show, and what
//! keeps a queue from opening is found by the check. 2,000 seeded mutations of a real queue directory say so.

#![allow(clippy::disallowed_methods, clippy::disallowed_types)] // tests of what is written where
#![allow(clippy::unwrap_used)] // helpers of tests

use jqlab::job::JobId;
use jqlab::queue_dir::{Printable, QueueDirectory, Severity, listing, verify};
use rand::{Rng as _, SeedableRng as _};
use rand_pcg::Pcg64Mcg;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

const MUTATIONS: u64 = 2_000;

/// A part of the queue directory that the real queue left at a crash.
const FILES: [&str; 9] = [
    "version",
    "serial",
    "job-10000",
    "job-10001",
    "job-10031",
    "job-10032",
    "job-10035",
    "archive/0/job-9831",
    "archive/1/job-10002",
];

fn corpus() -> Vec<(&'static str, Vec<u8>)> {
    let queue = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus/queue");
    let read = |name: &&'static str| Some((*name, fs::read(queue.join(name)).ok()?));
    let files: Vec<_> = FILES.iter().filter_map(read).collect();
    assert_eq!(files.len(), FILES.len(), "the corpus has all of them");
    files
}

/// A source of choices.
struct Chance(Pcg64Mcg);

impl Chance {
    fn below(&mut self, count: usize) -> usize {
        usize::try_from(self.0.next_u64() % count as u64).unwrap()
    }

    fn of<T: Copy>(&mut self, all: &[T]) -> T {
        all[self.below(all.len())]
    }
}

/// What stands in job files, and what does not belong there.
const SCRAPS: [&str; 16] = [
    "null",
    "\"\"",
    "-1",
    "18446744073709551615",
    "1e999",
    "[[",
    "}",
    "{\"id\": 1}",
    "\u{1b}[2J",
    "\"\\u001b]0;x\\u0007\"",
    "\"success\"",
    "\"queued\"",
    "\"canceling\"",
    "[1, [\"success\"]]",
    "\n\n",
    "\u{0}",
];

/// Names of files, and what could be mistaken for one.
const NAMES: [&str; 14] = [
    "job-1",
    "job-01",
    "job-10000",
    "job-18446744073709551615",
    "job-10000.new",
    "lock",
    "drain",
    "archive",
    "archive/0",
    "archive/0/job-10000",
    "archive/1/job-1",
    "archive/x",
    "job-\u{1b}[31m",
    "serial",
];

fn mutate_content(content: &mut Vec<u8>, chance: &mut Chance) {
    let at = chance.below(content.len() + 1);
    match chance.below(5) {
        0 => content.truncate(at),
        1 if at < content.len() => content[at] ^= 1 << chance.below(8),
        2 => drop(content.splice(at..at, chance.of(&SCRAPS).bytes())),
        3 => {
            let end = (at + chance.below(60)).min(content.len());
            content.splice(at..end, chance.of(&SCRAPS).bytes());
        }
        _ => *content = chance.of(&SCRAPS).as_bytes().to_vec(),
    }
}

/// Puts something of another kind where a file was, or a file where none was. What cannot be done is left out.
fn mutate_names(directory: &Path, chance: &mut Chance) {
    let (from, to) = (directory.join(chance.of(&FILES)), directory.join(chance.of(&NAMES)));
    let _ = match chance.below(6) {
        0 => fs::remove_file(&from),
        1 => fs::rename(&from, &to),
        2 => fs::remove_file(&to).and_then(|()| fs::create_dir(&to)),
        3 => fs::create_dir(&to),
        4 => symlink(chance.of(&["/etc", "/dev/zero", "job-10000", "nowhere"]), &to),
        _ => fs::write(&to, chance.of(&SCRAPS)),
    };
}

/// Lays the files down, some of them changed.
fn lay_down(directory: &Path, mut files: Vec<(&'static str, Vec<u8>)>, chance: &mut Chance) {
    for _ in 0..chance.below(3) {
        let chosen = chance.below(files.len());
        mutate_content(&mut files[chosen].1, chance);
    }
    for (name, content) in files {
        let path = directory.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }
    for _ in 0..chance.below(3) {
        mutate_names(directory, chance);
    }
}

/// What each command says of the directory, all in one text; and whether the queue opens although the check found it
/// broken, or does not although it found nothing.
fn looked_at(directory: &Path) -> (String, bool) {
    let mut said = String::new();
    match listing::list(directory) {
        Ok(listing) => {
            said += &listing.text();
            said.extend(listing.unreadable.iter().map(|error| Printable(&error.to_string()).to_string()));
        }
        Err(error) => said += &error.to_string(),
    }
    for id in [1, 10_000, 10_002, 10_031, 10_035, u64::MAX] {
        said +=
            &listing::show(directory, JobId(id), 3).unwrap_or_else(|error| Printable(&error.to_string()).to_string());
    }
    let is_sound = match verify(directory) {
        Ok(findings) => {
            said.extend(findings.iter().map(ToString::to_string));
            findings.iter().all(|finding| finding.severity != Severity::Error)
        }
        Err(error) => {
            said += &error.to_string();
            false
        }
    };
    let opens = QueueDirectory::open(directory);
    if let Err(error) = &opens {
        said += &error.to_string();
    }
    (said, is_sound && opens.is_err())
}

#[test]
fn a_queue_directory_in_any_state_is_looked_at_and_what_keeps_it_from_opening_is_found() {
    let corpus = corpus();
    // In memory, if there is such a place: a queue that is made whole is synced.
    let memory = Path::new("/dev/shm");
    let base = if memory.is_dir() { tempfile::tempdir_in(memory) } else { tempfile::tempdir() }.unwrap();
    let mut changed = 0;
    for number in 0..MUTATIONS {
        let mut chance = Chance(Pcg64Mcg::seed_from_u64(number));
        let directory: PathBuf = base.path().join(number.to_string());
        fs::create_dir(&directory).unwrap();
        lay_down(&directory, corpus.clone(), &mut chance);
        let (said, is_missed) = looked_at(&directory);
        assert!(!is_missed, "mutation {number}: the check found nothing, but the queue does not open: {said}");
        let commands = said.chars().find(|character| character.is_control() && *character != '\n');
        assert_eq!(commands, None, "mutation {number}: {said:?}");
        changed += u64::from(said.contains("error: ") || said.contains("warning: ") || said.contains("cannot"));
        fs::remove_dir_all(&directory).unwrap();
    }
    assert!(changed > MUTATIONS / 2, "the mutations are felt: {changed}");
}
