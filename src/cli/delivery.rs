//! Writing what was measured where it belongs, so that nothing of it is lost.

use super::failure::Failure;
use super::output;
use crate::lab::doubts::{self, Doubt, StudyDoubt, VariantDoubt};
use crate::lab::{Analysis, Studied, Validation};
use crate::report::{self, ClaimError, ROWS_FILE, ReportDirectory, ReportKind, WriteFault};
use std::path::Path;

/// Claims the directory of a report, before anything is measured.
pub(super) fn claim(path: &Path, kind: ReportKind) -> Result<ReportDirectory, Failure> {
    ReportDirectory::claim(path, kind).map_err(|error| match error {
        ClaimError::Io { path, source } => Failure::file(&path, "write into")(source),
        other => Failure::Usage(other.to_string()),
    })
}

/// Writes `results.json`; if it cannot be there, somewhere else. What went wrong, if anything did.
pub(super) fn save(out: &ReportDirectory, analysis: &Analysis) -> Vec<String> {
    let Err(fault) = report::write_results(out, analysis) else { return Vec::new() };
    let rescued = match report::rescue_results(analysis) {
        Ok(path) => format!(
            "the results are in {}: make room, then `jqlab report {} --out {}`",
            path.display(),
            output::quoted(&path.to_string_lossy()),
            output::quoted(&out.path().to_string_lossy()),
        ),
        Err(error) => format!("and there is no place for the results elsewhere: {error}"),
    };
    vec![format!("{fault}; {rescued}")]
}

/// Writes the pages of a study, its results being there, and removes what an earlier study left: its rows, if this one
/// has none, and the report of its virtual runs. What went wrong.
pub(super) fn write_pages(
    out: &ReportDirectory,
    analysis: &Analysis,
    validation: Option<&Validation>,
    has_rows: bool,
) -> Vec<String> {
    let mut faults: Vec<WriteFault> = report::write_pages(out, analysis, validation);
    if !has_rows {
        faults.extend(out.remove(ROWS_FILE).err());
    }
    if validation.is_none() {
        faults.extend(out.remove_virtual());
    }
    faults.iter().map(ToString::to_string).collect()
}

/// Shows what a study says, and where its queues are and, if its pages `are_written`, its report.
pub(super) fn show(out: &ReportDirectory, studied: &Studied, are_written: bool) -> Result<(), Failure> {
    output::print(&report::terminal_table(&studied.analysis, output::columns()))?;
    for doubt in doubts::study_doubts(&studied.analysis) {
        if matches!(doubt, StudyDoubt::FoundJobs { .. }) {
            output::complain(&format!("warning: {}", doubt.what()));
        }
    }
    for kept in &studied.kept {
        output::print(&format!("queue: {}\n", output::path(kept)))?;
    }
    if !are_written {
        // The faults say which file could not be.
        return Ok(());
    }
    let partial = if studied.analysis.study.partial { " (partial)" } else { "" };
    output::print(&format!("report{partial}: {}\n", output::path(&out.file("report.md"))))
}

/// Variants of which no job was measured, and why: a study that says nothing of them has failed, unless it was stopped
/// before their first job ended.
pub(super) fn unmeasured(analysis: &Analysis) -> Vec<String> {
    let names = &analysis.study.variants;
    let says_nothing = |VariantDoubt { variant, doubt }: VariantDoubt| match doubt {
        Doubt::NothingMeasured { cut: 0, refused: 0 } if analysis.study.partial => None,
        Doubt::NothingMeasured { .. } => {
            let name = &names[variant].name;
            Some(format!("“{name}”: {}. {}", doubt.what(), doubt.remedy()))
        }
        _ => None,
    };
    doubts::of_variants(analysis).into_iter().filter_map(says_nothing).collect()
}
