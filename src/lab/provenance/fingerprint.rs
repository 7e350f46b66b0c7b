//! The fingerprint of the sources that measurements come from. The build script computes it, too, from this very file.

use sha2::{Digest, Sha256};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// Files and folders whose change may change what a run measures: the queue, the runtimes, machines of virtual time, loads, and how
/// runs are made and reduced. What judges and draws them is not among these: it can be done again from `results.json`.
pub(crate) const SOURCES: [&str; 17] = [
    "src/actors",
    "src/job",
    "src/lab/capacity",
    "src/lab/flow.rs",
    "src/lab/histogram.rs",
    "src/lab/memory.rs",
    "src/lab/readers.rs",
    "src/lab/reduction",
    "src/lab/runner",
    "src/lab/sensitivity",
    "src/lab/summary",
    "src/lab/warmup.rs",
    "src/profile",
    "src/queue_dir",
    "src/runtime",
    "src/scenario",
    "src/units.rs",
];

/// SHA-256, in hexadecimal digits, over the sources below `root`: of each, in the order of their paths, the path, a zero byte,
/// the length as eight bytes, the lowest first, and the content. Tests in files of their own are left out.
///
/// # Errors
/// If one cannot be read.
pub(crate) fn fingerprint(root: &Path) -> io::Result<String> {
    let mut files = Vec::new();
    for source in SOURCES {
        collect(root, Path::new(source), &mut files)?;
    }
    files.sort();
    let mut hash = Sha256::new();
    for file in files {
        let content = fs::read(root.join(&file))?;
        hash.update(file.to_string_lossy().replace('\\', "/"));
        hash.update([0]);
        hash.update((content.len() as u64).to_le_bytes());
        hash.update(content);
    }
    Ok(format!("{:x}", hash.finalize()))
}

/// Adds the file, or what is in the folder, at `place` below `root`.
fn collect(root: &Path, place: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    if !root.join(place).is_dir() {
        files.push(place.to_owned());
        return Ok(());
    }
    for entry in fs::read_dir(root.join(place))? {
        let name = entry?.file_name();
        let is_of_tests = [Some("tests"), Some("tests.rs")].contains(&name.to_str());
        let is_hidden = name.to_str().is_none_or(|name| name.starts_with('.'));
        if !is_of_tests && !is_hidden {
            collect(root, &place.join(name), files)?;
        }
    }
    Ok(())
}
