//! Puts into the program what it cannot find out later: the fingerprint of the sources that measurements come from, and how it
//! was built.

// A build script reads sources, asks the compiler for its version, and prints what cargo is to know.
#![allow(clippy::disallowed_methods, clippy::disallowed_types, clippy::print_stdout)]

#[path = "src/lab/provenance/fingerprint.rs"]
mod fingerprint;

use std::env;
use std::path::Path;
use std::process::Command;

fn main() {
    for place in ["build.rs", "src", "Cargo.toml", "Cargo.lock"] {
        println!("cargo::rerun-if-changed={place}");
    }
    let root = env::var("CARGO_MANIFEST_DIR").unwrap_or_default();
    match fingerprint::fingerprint(Path::new(&root)) {
        Ok(sources) => println!("cargo::rustc-env=JQLAB_SOURCES={sources}"),
        Err(error) => println!("cargo::error=the sources cannot be read: {error}"),
    }
    println!("cargo::rustc-env=JQLAB_PROFILE={}", env::var("PROFILE").unwrap_or_default());
    println!("cargo::rustc-env=JQLAB_RUSTC={}", version_of_compiler().unwrap_or_default());
}

/// Such as `rustc 1.95.0 (59807616e 2026-04-14)`.
fn version_of_compiler() -> Option<String> {
    let told = Command::new(env::var_os("RUSTC")?).arg("--version").output().ok()?;
    Some(String::from_utf8(told.stdout).ok()?.trim().to_owned())
}
