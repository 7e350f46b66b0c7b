//! How far a search in virtual time is: one line on a terminal, nothing elsewhere.

use crate::report::visible;
use indicatif::{ProgressBar, ProgressStyle};
use std::io::IsTerminal as _;

/// Shows on standard error what is tried.
#[derive(Debug)]
pub(super) struct Steps(Option<ProgressBar>);

impl Steps {
    /// What suits standard error.
    pub(super) fn new(quiet: bool) -> Self {
        let bar = || {
            let style = ProgressStyle::with_template("{pos:>3}/{len} [{bar:30}] {elapsed} {msg}");
            ProgressBar::new(0).with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
        };
        Self((!quiet && std::io::stderr().is_terminal()).then(bar))
    }

    /// `what` is next; so many of so many are done.
    pub(super) fn tell(&self, what: &str, done: usize, of: usize) {
        if let Some(bar) = &self.0 {
            bar.set_length(of as u64);
            bar.set_position(done as u64);
            bar.set_message(visible(what).into_owned());
        }
    }

    /// Nothing more comes.
    pub(super) fn over(&self) {
        if let Some(bar) = &self.0 {
            bar.finish_and_clear();
        }
    }
}
