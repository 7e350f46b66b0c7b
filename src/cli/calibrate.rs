//! `jqlab calibrate`: measure this machine, as a profile for virtual time.

use super::failure::Failure;
use super::output;
use super::profile;
use crate::lab::calibration::{self, Calibration, CalibrationError, Effort};
use crate::profile::{read, write};
use clap::Args;
use comfy_table::{CellAlignment, Table, presets};
use indicatif::{ProgressBar, ProgressStyle};
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Exit code of a program that was interrupted.
const INTERRUPTED: i32 = 130;
/// Parts of the progress bar.
const PARTS: u32 = 1000;

/// Measure what this machine costs, and write it down as a profile for virtual time.
///
/// Encoding, writing, syncing, reading, parsing and messages between threads are measured with the code of live runs,
/// in several rounds, in under two minutes. Leave the machine alone meanwhile: what disturbs it is told, not taken out.
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
        let stop = stop_flag()?;
        let bar = if self.quiet { ProgressBar::hidden() } else { ProgressBar::new(u64::from(PARTS)) };
        let style = ProgressStyle::with_template("measuring [{bar:40}] {percent:>3} % {elapsed} of about {duration}");
        bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
        let effort = if self.quick { Effort::Quick } else { Effort::Full };
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // a share of PARTS
        let mut progress = |share: f64| bar.set_position((share * f64::from(PARTS)) as u64);
        let measured = calibration::calibrate(&directory, effort, &stop, &mut progress);
        bar.finish_and_clear();
        let calibration = measured.map_err(|error| match error {
            CalibrationError::Stopped => Failure::Run("interrupted: no profile was written".to_owned()),
            CalibrationError::Threads(_) => Failure::Run(error.to_string()),
            CalibrationError::Files(_) | CalibrationError::Directory { .. } => Failure::Usage(error.to_string()),
        })?;
        let text = text(&calibration)?;
        match &self.out {
            None => output::print(&text)?,
            Some(out) => {
                persist(out, &text)?;
                output::print(&profile::shown(&calibration.profile))?;
                output::print(&format!("\n{}", noise(&calibration)))?;
                output::print(&format!("profile: {}\n", out.display()))?;
            }
        }
        for doubt in &calibration.doubts {
            output::complain(&format!("warning: {doubt}"));
        }
        Ok(())
    }
}

/// A flag that the first interrupt sets.
fn stop_flag() -> Result<Arc<AtomicBool>, Failure> {
    let stop = Arc::new(AtomicBool::new(false));
    let flag = Arc::clone(&stop);
    let handler = move || {
        if flag.swap(true, Ordering::Relaxed) {
            std::process::exit(INTERRUPTED);
        }
    };
    ctrlc::set_handler(handler).map_err(|error| Failure::Run(format!("cannot catch interrupts: {error}")))?;
    Ok(stop)
}

/// What cannot be written is to be known before a minute has passed.
fn refuse_bad_target(out: &Path) -> Result<(), Failure> {
    if out.is_dir() {
        return Err(Failure::Usage(format!("cannot write {}: it is a directory: name a file", out.display())));
    }
    let folder = folder_of(out);
    tempfile::tempfile_in(folder).map(drop).map_err(Failure::file(folder, "write into"))
}

fn folder_of(out: &Path) -> &Path {
    out.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// The file is there as a whole or not at all.
fn persist(out: &Path, text: &str) -> Result<(), Failure> {
    let write = || {
        let mut file = tempfile::Builder::new()
            .permissions(std::os::unix::fs::PermissionsExt::from_mode(0o644))
            .tempfile_in(folder_of(out))?;
        file.write_all(text.as_bytes())?;
        file.as_file().sync_all()?;
        file.persist(out).map(drop).map_err(|error| error.error)
    };
    write().map_err(Failure::file(out, "write"))
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
    let mut table = Table::new();
    table.load_preset(presets::NOTHING).set_header(["measured", "times", "rounds differ by"]);
    for figure in &calibration.figures {
        table.add_row([
            figure.name.clone(),
            figure.samples.to_string(),
            format!("{:.1} %", figure.disagreement * 100.0),
        ]);
    }
    for column in table.column_iter_mut().skip(1) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    profile::lines(&table)
}
