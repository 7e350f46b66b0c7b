//! The shipped profiles, and how a profile is found.

use super::read::{read, read_bytes};
use crate::actors::machine::profile::Profile;
use crate::written::{BYTES_MAX, TextErrors, read_within, suggest};
use std::path::Path;

/// A name and the text in the file of that name.
macro_rules! shipped_text {
    ($name:literal) => {
        ($name, include_str!(concat!("shipped/", $name, ".toml")))
    };
}

/// Names and texts, in the order in which they are listed.
const SHIPPED: [(&str, &str); 7] = [
    shipped_text!("nvme"),
    shipped_text!("ssd"),
    shipped_text!("hdd"),
    shipped_text!("nfs"),
    shipped_text!("tmpfs"),
    shipped_text!("epyc-2-core-ext4"),
    shipped_text!("ganeti-2.9.7-cpython"),
];

/// The default machine of virtual time.
pub const DEFAULT: &str = "nvme";

/// The names of the shipped profiles.
#[must_use]
pub fn names() -> Vec<&'static str> {
    SHIPPED.iter().map(|(name, _)| *name).collect()
}

/// The text of the shipped profile with this name, and the profile.
///
/// # Errors
/// That there is none, with the nearest name, or what is wrong with its text.
pub fn shipped(name: &str) -> Result<(Profile, &'static str), TextErrors> {
    match SHIPPED.iter().find(|(known, _)| *known == name) {
        Some((_, text)) => read(name, text).map(|profile| (profile, *text)),
        None => {
            let known = names();
            let expected = format!("expected one of {}", known.join(", "));
            Err(TextErrors::unreadable(
                name,
                "no shipped profile has this name".to_owned(),
                &expected,
                &suggest(name, &known),
            ))
        }
    }
}

/// A shipped profile by its name, or one in a file. What has a `/` in it or ends with `.toml` is a file.
///
/// # Errors
/// That there is no such profile, that its file cannot be read, or all that is wrong with it.
pub fn find(name_or_path: &str) -> Result<Profile, TextErrors> {
    let path = Path::new(name_or_path);
    if !name_or_path.contains('/') && path.extension().is_none_or(|ending| ending != "toml") {
        return shipped(name_or_path).map(|(profile, _)| profile);
    }
    match read_within(path, BYTES_MAX) {
        Ok(bytes) => read_bytes(name_or_path, &bytes),
        Err(error) => {
            let help =
                "name a file that `jqlab calibrate --out FILE` made, or a shipped profile (`jqlab profile list`)";
            Err(TextErrors::unreadable(name_or_path, format!("cannot be read: {error}"), "expected a TOML file", help))
        }
    }
}
