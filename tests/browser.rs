//! Pages as a reader's browser shows them: on a wide screen and a phone, in light and dark, on paper, without script.
//!
//! It needs Chromium, node, and what `npm ci` installs from the lock file in `tests/browser`, in that directory or in
//! the one that `JQLAB_BROWSER_MODULES` names. Without them it says so and passes; with `JQLAB_BROWSER=required` it fails.

// Tests start programs, and ask for what is on the machine.
#![allow(clippy::unwrap_used, clippy::print_stderr, clippy::disallowed_methods, clippy::disallowed_types)]

use jqlab::lab::{self, Options};
use jqlab::report::{self, ReportDirectory, ReportKind};
use jqlab::scenario::{self, Runtime};
use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

const CHROMIUM: &str = "/usr/bin/chromium";

/// A study with all that takes room: long names and quotes, a matrix, roles, claims of every verdict, markup in names.
const LONG: &str = include_str!("browser/long-names.toml");

#[test]
fn pages_are_whole_and_readable_wherever_they_are_shown() {
    let modules = match needs() {
        Ok(modules) => modules,
        Err(missing) if env::var("JQLAB_BROWSER").is_ok_and(|wish| wish == "required") => panic!("{missing}"),
        Err(missing) => {
            eprintln!("skipped: {missing}");
            return;
        }
    };
    let folder = tempfile::tempdir().unwrap();
    let quickstart = include_str!("../scenarios/quickstart.toml");
    let pages = [("quickstart", quickstart), ("long-names", LONG)].map(|(name, text)| page(folder.path(), name, text));
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/browser/check.mjs");
    let checked = Command::new("node").arg(script).arg(modules).arg(CHROMIUM).args(pages).output().unwrap();
    let said = [checked.stdout, checked.stderr].map(|text| String::from_utf8_lossy(&text).into_owned()).concat();
    assert!(checked.status.success(), "{said}");
}

/// Where the packages are, if all that is needed is there; else what is missing.
fn needs() -> Result<PathBuf, String> {
    if !Path::new(CHROMIUM).exists() {
        return Err(format!("there is no {CHROMIUM}: install the package chromium"));
    }
    if Command::new("node").arg("--version").output().is_err() {
        return Err("there is no node: install the packages nodejs and npm".to_owned());
    }
    let own = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/browser");
    let modules = env::var_os("JQLAB_BROWSER_MODULES").map_or(own, PathBuf::from);
    match ["playwright-core", "axe-core"].iter().find(|name| !modules.join("node_modules").join(name).exists()) {
        Some(name) => Err(format!(
            "there is no package {name} in {}: `npm ci` there, with the package.json and package-lock.json of tests/browser",
            modules.display()
        )),
        None => Ok(modules),
    }
}

/// The page of a short study in virtual time.
fn page(folder: &Path, name: &str, text: &str) -> PathBuf {
    let plan = scenario::read(name, text).unwrap_or_else(|errors| panic!("{errors}"));
    let studied = lab::study(&plan, &Options::new(Runtime::Virtual), &mut ()).unwrap();
    let directory = ReportDirectory::claim(&folder.join(name), ReportKind::Study).unwrap();
    assert!(report::write_pages(&directory, &studied.analysis, None).is_empty());
    directory.file("report.html")
}
