//! A case on real files and by the wall clock.

use crate::case::{Action, Case, Phase};
use crate::observed::{self, Files};
use jqlab::actors::Design;
use jqlab::actors::clients::Load;
use jqlab::job::{Fault, FaultSource, FileOperation, file_format};
use jqlab::runtime::live::{self, LiveSetup};
use jqlab::runtime::record::RunFault;
use jqlab::runtime::{Record, RunSetup, Streams};
use jqlab::units::{Instant, Span};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

/// A phase whose load ends with all its jobs is over by then, or something hangs.
const PATIENCE: Span = Span::from_secs(60);

/// Jobs that were not submitted by the phase's own calls (found in the directory, submitted by opcodes) get so
/// long to end after its last step.
const TIME_FOR_OTHERS: Span = Span::from_millis(2000);

/// Threads for calls; a case makes one at a time.
const REQUEST_THREADS: u32 = 2;

/// Runs the phases of a case, one after the other on the same directory.
pub(crate) fn run(case: &Case) -> Result<Vec<observed::Phase>, String> {
    let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
    let design = Design { request_threads: REQUEST_THREADS, ..case.design.clone() };
    case.phases.iter().map(|phase| run_phase(&design, phase, folder.path())).collect()
}

fn run_phase(design: &Design, phase: &Phase, folder: &Path) -> Result<observed::Phase, String> {
    for (path, content) in &phase.files {
        let file = folder.join(path);
        let parent = file.parent().unwrap_or(folder);
        let written = std::fs::create_dir_all(parent).and_then(|()| std::fs::write(&file, content));
        written.map_err(|error| format!("cannot lay {path} down: {error}"))?;
    }
    let found_some = walk(folder).keys().any(|name| name.starts_with("job-"));
    let submits = phase.steps.iter().any(|step| step.text.to_string().contains("\"submits\""));
    let ends = match phase.ends {
        None if found_some || submits => {
            let last = phase.steps.last().map_or(Instant::ZERO, |step| step.at);
            Some(last + TIME_FOR_OTHERS)
        }
        ends => ends,
    };
    let calls = phase.steps.iter().filter_map(|step| match &step.action {
        Action::Call(call) => Some((step.at, call.clone())),
        _ => None,
    });
    let setup = LiveSetup {
        run: RunSetup {
            design: Arc::new(design.clone()),
            load: Load::open(calls),
            streams: Streams::new(1, 0),
            tracing: true,
            ends_with_load: ends.is_none(),
            ..RunSetup::default()
        },
        directory: folder.to_owned(),
        limit: Some(ends.map_or(PATIENCE, |ends| ends.since(Instant::ZERO))),
        runs_foreign_jobs: true,
        stop: &AtomicBool::new(false),
    };
    let record = match live::run(setup, &mut |_| ()) {
        Ok(record) => record,
        Err(live::LiveError::Directory(error)) => {
            let source = FaultSource::Content(error.to_string());
            let fault = Fault::new(FileOperation::Open, folder, source);
            Record { fault: Some(RunFault::File(fault)), ..Record::default() }
        }
        Err(error) => return Err(error.to_string()),
    };
    let mut files = walk(folder);
    files.remove("lock");
    let size = files.keys().filter(|name| name.starts_with("job-")).count() as u64;
    let outcome = observed::outcome(&record, &files, (size, serial(folder)));
    let mut answers = observed::replies(&record);
    let mut call = 0..;
    let replies = phase.steps.iter().map(|step| match step.action {
        Action::Call(_) => call.next().and_then(|number| answers.remove(&number)),
        Action::Status | Action::Files | Action::End => None,
    });
    Ok(observed::Phase { replies: replies.collect(), outcome })
}

/// All files under `folder`, by their paths in it.
fn walk(folder: &Path) -> Files {
    let mut files = Files::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in std::fs::read_dir(&next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let name = path.strip_prefix(folder).unwrap().to_string_lossy().into_owned();
            let job = std::fs::read(&path).ok().and_then(|bytes| file_format::decode(&bytes).ok());
            files.insert(name, job);
        }
    }
    files
}

fn serial(folder: &Path) -> u64 {
    let text = std::fs::read_to_string(folder.join("serial")).unwrap_or_default();
    text.trim_end().parse().unwrap_or(0)
}
