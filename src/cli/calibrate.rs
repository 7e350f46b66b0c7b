//! `jqlab calibrate`: measure this machine, as a profile for virtual time.

use super::failure::Failure;
use super::interrupt;
use super::output;
use super::profile;
use crate::lab::calibration::{self, Calibration, CalibrationError, Effort};
use crate::lab::whole_file::{self, WholeFile};
use crate::profile::{read, write};
use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

/// Parts of the progress bar.
const PARTS: u32 = 1000;

/// Measure what this machine costs, and write it down as a profile for virtual time.
///
/// Encoding, writing, syncing, reading, parsing and messages between threads are measured with the code of live runs,
/// in several rounds, in under two minutes. Keep the machine otherwise idle: interference is reported, not corrected for.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  jqlab calibrate --out mine.toml
  jqlab calibrate --dir /mnt/slow --out slow.toml    the file system of that directory
  jqlab run SCENARIO --runtime virtual --profile mine.toml
  jqlab profile show mine.toml")]
pub(super) struct Calibrate {
    /// Where files are written: this file system is measured [default: the system's temporary directory]
    #[arg(long, value_name = "DIR")]
    dir: Option<PathBuf>,
    /// The profile to write [default: it is printed]
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Take a few seconds: to see that it works; the figures are coarse
    #[arg(long)]
    quick: bool,
    /// Show no progress
    #[arg(long, short)]
    quiet: bool,
}

impl Calibrate {
    pub(super) fn execute(self) -> Result<(), Failure> {
        let directory = self.dir.clone().unwrap_or_else(std::env::temp_dir);
        if let Some(out) = &self.out {
            refuse_bad_target(out)?;
        }
        let stop = interrupt::stop_flag("stopping without a profile", None)?;
        let bar = if self.quiet { ProgressBar::hidden() } else { ProgressBar::new(u64::from(PARTS)) };
        let style = ProgressStyle::with_template("measuring [{bar:40}] {percent:>3} % {elapsed} of about {duration}");
        bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
        let effort = if self.quick { Effort::Quick } else { Effort::Full };
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // a share of PARTS
        let mut progress = |share: f64| bar.set_position((share * f64::from(PARTS)) as u64);
        let measured = calibration::calibrate(&directory, effort, &stop, &mut progress);
        bar.finish_and_clear();
        let calibration = measured.map_err(|error| match error {
            CalibrationError::Stopped => Failure::Interrupted("interrupted: no profile was written".to_owned()),
            CalibrationError::Threads(_) => Failure::Environment(error.to_string()),
            CalibrationError::Files(error) => error.into(),
            CalibrationError::Directory { directory, source } => {
                Failure::file(&directory, "make a temporary directory in")(source)
            }
        })?;
        let text = text(&calibration)?;
        match &self.out {
            None => output::print(&text)?,
            Some(out) => {
                whole_file::replace(out, text.as_bytes()).map_err(Failure::file(out, "write"))?;
                output::print(&profile::shown(&calibration.profile))?;
                output::print(&format!("\n{}", noise(&calibration)))?;
                output::print(&format!("profile: {}\n", output::path(out)))?;
            }
        }
        for doubt in &calibration.doubts {
            output::complain(&format!("warning: {doubt}"));
        }
        Ok(())
    }
}

/// What cannot be written is to be known before a minute has passed.
fn refuse_bad_target(out: &Path) -> Result<(), Failure> {
    if out.is_dir() {
        return Err(Failure::Usage(format!("cannot write {}: it is a directory: name a file", out.display())));
    }
    // A device or a pipe is opened when there is something to write.
    if out.exists() && !out.is_file() {
        return Ok(());
    }
    WholeFile::create(out).map(drop).map_err(Failure::file(out, "write"))
}

/// The profile as TOML, with the noise of its figures as comments.
fn text(calibration: &Calibration) -> Result<String, Failure> {
    let mut text = String::from(
        "# Made by `jqlab calibrate`. How far the medians of the rounds differ, as a share of the largest:\n",
    );
    for figure in &calibration.figures {
        // Writing to a String cannot fail.
        let _ = writeln!(text, "# {}: {:.1} % of {} times", figure.name, figure.disagreement * 100.0, figure.samples);
    }
    for doubt in &calibration.doubts {
        let _ = writeln!(text, "# Doubtful: {doubt}");
    }
    text += &write(&calibration.profile);
    // What this program writes, it must be able to read.
    match read(&calibration.profile.name, &text) {
        Ok(_) => Ok(text),
        Err(errors) => Err(Failure::Run(format!("what was measured makes no profile: {errors}"))),
    }
}

/// How far the rounds differ, for each figure.
fn noise(calibration: &Calibration) -> String {
    let rows = calibration.figures.iter().map(|figure| {
        let typical = figure.typical.map_or_else(
            || ["–".to_owned(), "–".to_owned()],
            |times| [times.median.to_string(), format!("{} to {}", times.p10, times.p90)],
        );
        let [median, most] = typical;
        let differ = format!("{:.1} %", figure.disagreement * 100.0);
        vec![figure.name.clone(), figure.samples.to_string(), median, most, differ]
    });
    output::table(&["measured", "times", "median", "10 % to 90 %", "rounds differ by"], rows.collect())
}
