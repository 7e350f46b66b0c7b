//! The shape of `src/actors`, read off its source: actors are pure, no files import each other in a circle, none is
//! too long to be read at a sitting, and none does nothing without saying why.

#![allow(clippy::disallowed_methods, clippy::disallowed_types)] // tests of what is written where
#![allow(clippy::unwrap_used)] // helpers of tests

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// What actors may import besides each other: values, and functions on values. Nothing here has a clock, a file, a
/// thread, a random source or a shared variable.
const ALLOWED: [&str; 20] = [
    "crate::actors",
    "crate::job",
    "crate::units",
    "serde",
    "serde_json",
    "libm",
    "std::array",
    "std::borrow",
    "std::cmp",
    "std::collections::{BTreeMap,BTreeSet,VecDeque}",
    "std::f64",
    "std::fmt",
    "std::hash::{Hash,Hasher}",
    "std::iter",
    "std::mem",
    "std::ops",
    "std::path::{Path,PathBuf}",
    "std::slice",
    "std::str",
    "std::sync::Arc",
];
/// Lines of a file, tests included.
const LONGEST_FILE: usize = 400;

/// A source file of the actors.
struct Source {
    /// `actors::queue::ready`
    module: String,
    path: PathBuf,
    text: String,
}

fn sources() -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut folders = vec![root.join("actors")];
    let mut sources = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let relative = path.strip_prefix(&root).unwrap().with_extension("");
            let parts: Vec<&str> = relative.iter().map(|part| part.to_str().unwrap()).collect();
            let parts = if parts.ends_with(&["mod"]) { &parts[..parts.len() - 1] } else { &parts[..] };
            sources.push(Source { module: parts.join("::"), text: fs::read_to_string(&path).unwrap(), path });
        }
    }
    sources.sort_by(|one, other| one.module.cmp(&other.module));
    assert!(sources.len() > 40, "the actors are not where they were: {} files", sources.len());
    sources
}

impl Source {
    /// Its code without comments, texts and the tests beside it.
    fn code(&self) -> String {
        let code = self.text.split("#[cfg(test)]").next().unwrap_or_default();
        let lines = code.lines().map(|line| line.split("//").next().unwrap_or_default());
        let mut plain = String::new();
        for line in lines {
            // Every second part between quotation marks is a text.
            plain.extend(line.split('"').step_by(2));
            plain.push('\n');
        }
        plain
    }

    /// All that its `use` lines name, in full: `crate::units::Span`.
    fn imports(&self) -> Vec<String> {
        let code = self.code();
        let mut imports = Vec::new();
        for statement in code.split(';') {
            let Some(at) =
                statement.find("use ").filter(|at| statement[..*at].lines().last().is_none_or(str::is_empty))
            else {
                continue;
            };
            let flat: String = statement[at + 4..].split_whitespace().collect();
            expand("", &flat, &mut imports);
        }
        imports.into_iter().map(|import| self.absolute(&import)).collect()
    }

    fn absolute(&self, import: &str) -> String {
        let mut module = self.module.as_str();
        let mut rest = import;
        if let Some(own) = rest.strip_prefix("self::") {
            return format!("crate::{module}::{own}");
        }
        while let Some(above) = rest.strip_prefix("super::") {
            module = module.rsplit_once("::").map_or("", |(parent, _)| parent);
            rest = above;
        }
        if rest == import { import.to_owned() } else { format!("crate::{module}::{rest}") }
    }

    fn is_door(&self) -> bool {
        self.path.ends_with("mod.rs")
    }
}

/// Spells the braces of an import out.
fn expand(prefix: &str, import: &str, into: &mut Vec<String>) {
    let Some((head, inner)) = import.split_once('{') else {
        into.push(format!("{prefix}{import}"));
        return;
    };
    let inner = inner.strip_suffix('}').unwrap_or(inner);
    let (mut depth, mut start) = (0, 0);
    let bounds = inner.char_indices().chain([(inner.len(), ',')]);
    for (at, letter) in bounds {
        match letter {
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 0 => {
                if start < at {
                    expand(&format!("{prefix}{head}"), &inner[start..at], into);
                }
                start = at + 1;
            }
            _ => {}
        }
    }
}

fn is_allowed(import: &str) -> bool {
    ALLOWED.iter().any(|allowed| match allowed.split_once("::{") {
        Some((module, names)) => {
            names.trim_end_matches('}').split(',').any(|name| import.strip_prefix(module) == Some(&format!("::{name}")))
        }
        None => import == *allowed || import.strip_prefix(allowed).is_some_and(|rest| rest.starts_with("::")),
    })
}

#[test]
fn actors_import_values_and_nothing_that_touches_the_world() {
    for source in sources() {
        for import in source.imports().iter().filter(|import| !source.is_door() || import.contains("::")) {
            let own = format!("crate::{}", source.module);
            let of_room = source.is_door() && !import.starts_with("std") && !import.starts_with("crate");
            assert!(
                of_room || is_allowed(import) || import.starts_with(&own),
                "{} imports {import}, which is not on the list of what actors may import",
                source.path.display()
            );
        }
        let code = source.code();
        for path in ["std::", "core::", "crate::"] {
            for (at, _) in code.match_indices(path) {
                let end = code[at..].find(|letter: char| !letter.is_alphanumeric() && !"_:".contains(letter));
                let named = code[at..end.map_or(code.len(), |end| at + end)].trim_end_matches(':');
                let known = is_allowed(named) || ALLOWED.iter().any(|allowed| allowed.starts_with(named));
                assert!(known, "{} names {named}, which actors may not", source.path.display());
            }
        }
    }
}

#[test]
fn files_of_the_actors_import_from_where_things_are_defined_and_never_in_a_circle() {
    let sources = sources();
    let modules: BTreeMap<&str, &Source> = sources.iter().map(|source| (source.module.as_str(), source)).collect();
    let mut arrows: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for source in sources.iter().filter(|source| !source.is_door()) {
        for import in source.imports() {
            let Some(path) = import.strip_prefix("crate::").filter(|path| path.starts_with("actors")) else { continue };
            let target = path.rsplit_once("::").map_or(path, |(module, _)| module);
            // A name that is a module itself: `use super::cost;`
            let target = if modules.contains_key(path) { path } else { target };
            let (name, found) = modules.get_key_value(target).unwrap_or_else(|| panic!("no file for {import}"));
            assert!(!found.is_door(), "{} imports {import} through a door: name its file", source.path.display());
            if *name != source.module {
                arrows.entry(&source.module).or_default().insert(name);
            }
        }
    }
    // Taking away what imports nothing that is left ends with the circles.
    let mut left: BTreeSet<&str> = arrows.keys().copied().collect();
    loop {
        let done: Vec<&str> = left.iter().copied().filter(|file| arrows[file].is_disjoint(&left)).collect();
        if done.is_empty() {
            break;
        }
        left.retain(|file| !done.contains(file));
    }
    assert!(left.is_empty(), "these import each other in a circle, or lie between circles: {left:?}");
}

#[test]
fn no_file_of_the_actors_is_too_long() {
    for source in sources() {
        let lines = source.text.lines().count();
        assert!(lines <= LONGEST_FILE, "{} has {lines} lines: divide it by purpose", source.path.display());
    }
}

/// The paths that `clippy.toml` bans.
fn banned() -> Vec<String> {
    let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("clippy.toml")).unwrap();
    let path = |line: &str| Some(line.split_once("path = \"")?.1.split_once('"')?.0.to_owned());
    text.lines().filter_map(path).collect()
}

#[test]
fn nothing_that_is_banned_is_on_the_list_of_what_actors_may_import() {
    let banned = banned();
    assert!(banned.iter().any(|path| path == "std::time::Instant::now"), "clippy.toml reads otherwise: {banned:?}");
    let allowed: Vec<&String> = banned.iter().filter(|path| is_allowed(path)).collect();
    assert!(allowed.is_empty(), "banned, and yet actors may import them: {allowed:?}");
}

/// Whether nothing is done at the end of this code: an empty arm, or a way out that neither returns a value nor comes
/// after a statement of its block (`before` is the line before).
fn is_silent(line: &str, before: &str) -> bool {
    let line = line.trim().trim_end_matches([',', ';']);
    line.ends_with("=> {}")
        || line.ends_with("=> ()")
        || line.ends_with("{ return }")
        || (line == "return" && !before.trim().ends_with(';'))
}

#[test]
fn whoever_does_nothing_says_why() {
    assert!(
        is_silent("let Some(one) = two else { return };", "") && is_silent("_ => {}", "") && is_silent("return;", "{")
    );
    assert!(!is_silent("return;", "self.state = State::Idle;") && !is_silent("return self.answer();", "{"));
    for source in sources() {
        let code = source.text.split("#[cfg(test)]").next().unwrap_or_default();
        let lines: Vec<&str> = code.lines().collect();
        for (number, pair) in lines.windows(2).enumerate() {
            let (before, line) = (pair[0], pair[1]);
            assert!(
                !is_silent(line, before) || before.trim().starts_with("//"),
                "{}:{} does nothing: `impossible(…)`, or a comment on the line before that says why",
                source.path.display(),
                number + 2
            );
        }
    }
}
