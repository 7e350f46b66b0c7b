//! Where measurements come from: which sources, which build, which commit.

#![allow(clippy::disallowed_methods, clippy::disallowed_types)] // it reads the program, its sources, and asks git about them

mod fingerprint;

use crate::scenario::Runtime;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

/// Which program made a study. None of what is not known.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Provenance {
    /// Of the program.
    pub version: String,
    /// Fingerprint of the sources that measurements come from: SHA-256, 64 hexadecimal digits. Two programs with the same
    /// one measure the same, however they judge and draw it.
    pub sources: String,
    /// The commit, in full, if the sources are still there that the program was built of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub commit: Option<String>,
    /// Whether nothing differed from that commit but reports.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub is_clean: Option<bool>,
    /// `release` or `debug`; live runs only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub profile: Option<String>,
    /// The compiler; live runs only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rustc: Option<String>,
    /// SHA-256 of the program's file; live runs of release builds only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub binary_sha256: Option<String>,
}

impl Provenance {
    /// What the program knows of itself that is the same on every machine: version and sources.
    #[must_use]
    pub fn built_in() -> Self {
        Self {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            sources: env!("JQLAB_SOURCES").to_owned(),
            commit: None,
            is_clean: None,
            profile: None,
            rustc: None,
            binary_sha256: None,
        }
    }

    /// All that can be found out here and now about a study in this runtime. In virtual time how the program was built changes
    /// nothing, and is not told.
    #[must_use]
    pub fn found(runtime: Runtime) -> Self {
        let checkout = Checkout::of_build();
        let is_live = runtime == Runtime::Live;
        let told = |text: &str| Some(text.to_owned()).filter(|text| is_live && !text.is_empty());
        Self {
            commit: checkout.as_ref().map(|checkout| checkout.commit.clone()),
            is_clean: checkout.map(|checkout| checkout.is_clean),
            profile: told(env!("JQLAB_PROFILE")),
            rustc: told(env!("JQLAB_RUSTC")),
            // It takes seconds in a build that is not optimised, which nobody should cite anyway.
            binary_sha256: if is_live && !cfg!(debug_assertions) { hash_of_program() } else { None },
            ..Self::built_in()
        }
    }

    /// Whether it was a build without optimisation.
    #[must_use]
    pub fn is_debug(&self) -> bool {
        self.profile.as_deref() == Some("debug")
    }
}

/// A commit, and whether its files are as it has them.
struct Checkout {
    commit: String,
    is_clean: bool,
}

impl Checkout {
    /// That of the directory in which the program was built; none if there is none, or its sources have changed since.
    fn of_build() -> Option<Self> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        (fingerprint::fingerprint(root).ok()? == env!("JQLAB_SOURCES")).then_some(())?;
        let commit = git(root, &["rev-parse", "--verify", "HEAD"])?;
        // A study that writes its report must not make the next one's tree unclean.
        let status = git(root, &["status", "--porcelain", "--", ".", ":(exclude)reports"])?;
        Some(Self { commit: commit.trim().to_owned(), is_clean: status.trim().is_empty() })
    }
}

/// What git says of a directory. It changes nothing there, not even its own index.
fn git(directory: &Path, arguments: &[&str]) -> Option<String> {
    let mut command = Command::new("git");
    command.arg("--no-optional-locks").arg("-C").arg(directory).args(arguments).stdin(Stdio::null());
    let told = command.output().ok().filter(|told| told.status.success())?;
    String::from_utf8(told.stdout).ok()
}

fn hash_of_program() -> Option<String> {
    let program = fs::read(std::env::current_exe().ok()?).ok()?;
    Some(format!("{:x}", Sha256::digest(program)))
}

/// A short name for the results in these bytes of a `results.json`, such as `7f3a·c19e`: the beginning of their SHA-256.
#[must_use]
pub fn run_id(results: &[u8]) -> String {
    let [a, b, c, d, ..] = <[u8; 32]>::from(Sha256::digest(results));
    format!("{a:02x}{b:02x}·{c:02x}{d:02x}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_of_results_is_the_beginning_of_their_hash() {
        // SHA-256 of nothing is e3b0c442…, of "abc" ba7816bf… (FIPS 180-2).
        assert_eq!([run_id(b""), run_id(b"abc")], ["e3b0·c442", "ba78·16bf"]);
    }

    #[test]
    fn the_fingerprint_tells_names_and_contents_apart_and_leaves_tests_out() {
        let of = |files: &[(&str, &str)]| {
            let root = tempfile::tempdir().unwrap();
            for source in fingerprint::SOURCES {
                let place = root.path().join(source);
                let folder = if source.ends_with(".rs") { place.parent().unwrap() } else { &place };
                fs::create_dir_all(folder).unwrap();
                if source.ends_with(".rs") {
                    fs::write(place, "").unwrap();
                }
            }
            for (name, content) in files {
                fs::write(root.path().join(name), content).unwrap();
            }
            fingerprint::fingerprint(root.path()).unwrap()
        };
        let one = of(&[("src/job/a.rs", "x"), ("src/job/b.rs", "y")]);
        assert_eq!(of(&[("src/job/b.rs", "y"), ("src/job/a.rs", "x"), ("src/job/tests.rs", "z")]), one);
        for others in [
            &[("src/job/a.rs", "y"), ("src/job/b.rs", "x")][..],
            &[("src/job/a.rs", "x"), ("src/job/c.rs", "y")],
            &[("src/job/a.rs", "x")],
            &[("src/job/a.rs", "xsrc/job/b.rs\0y")],
        ] {
            assert_ne!(of(others), one);
        }
    }

    #[test]
    fn a_study_in_virtual_time_tells_nothing_of_how_the_program_was_built() {
        let Provenance { profile, rustc, binary_sha256, sources, .. } = Provenance::found(Runtime::Virtual);
        assert_eq!((profile, rustc, binary_sha256, sources.len()), (None, None, None, 64));
        let live = Provenance::found(Runtime::Live);
        assert!(live.rustc.unwrap().starts_with("rustc 1."));
        assert!(["debug", "release"].contains(&live.profile.unwrap().as_str()));
    }
}
