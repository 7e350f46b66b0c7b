//! A case in virtual time, on a disk that takes no time.

use crate::case::{Action, Case, Phase, later};
use crate::observed;
use jqlab::actors::Design;
use jqlab::actors::clients::Load;
use jqlab::actors::machine::{File, Keeps, ModelDirectory, Profile};
use jqlab::runtime::virtual_time::{QueueSimulation, Setup};
use jqlab::runtime::{RunSetup, Streams};
use jqlab::units::{Instant, Span};
use std::sync::Arc;

/// Runs the phases of a case, one after the other on the same directory.
pub(crate) fn run(case: &Case) -> Vec<observed::Phase> {
    let mut design = case.design.clone();
    let mut directory = ModelDirectory::default();
    let mut seen = Vec::new();
    for phase in &case.phases {
        for (path, content) in &phase.files {
            directory.put(path, File::Text(content.clone()));
        }
        let (observed, passed);
        (observed, directory, passed) = run_phase(&design, phase, directory);
        design.epoch = later(design.epoch, passed);
        seen.push(observed);
    }
    seen
}

fn run_phase(design: &Design, phase: &Phase, directory: ModelDirectory) -> (observed::Phase, ModelDirectory, Span) {
    let calls = phase.steps.iter().filter_map(|step| match &step.action {
        Action::Call(call) => Some((step.at, call.clone())),
        _ => None,
    });
    let mut queue = QueueSimulation::new(Setup {
        run: RunSetup {
            design: Arc::new(design.clone()),
            load: Load::open(calls),
            streams: Streams::new(1, 0),
            tracing: true,
            ends_with_load: false,
            watched: true,
        },
        directory,
        profile: Arc::new(Profile::free()),
        keeps: Keeps::Documents,
    });
    let mut looks = Vec::new();
    for step in &phase.steps {
        let look = match step.action {
            Action::Status => observed::statuses,
            Action::Files => observed::names_when_open,
            Action::Call(_) | Action::End => continue,
        };
        queue.run(step.at);
        let value = look(&observed::files_of_model(queue.directory()));
        looks.push(observed::Answer { at: None, value });
    }
    queue.run(phase.ends.unwrap_or(Instant::FAR_FUTURE));
    let passed = queue.now().since(Instant::ZERO);
    let size_and_serial = queue.size_and_serial();
    let (record, directory) = queue.crash();
    let outcome = observed::outcome(&record, &observed::files_of_model(&directory), size_and_serial);
    let (mut answers, mut looks) = (observed::replies(&record), looks.into_iter());
    let mut call = 0..;
    let replies = phase.steps.iter().map(|step| match step.action {
        Action::Call(_) => call.next().and_then(|number| answers.remove(&number)),
        Action::Status | Action::Files => looks.next(),
        Action::End => None,
    });
    (observed::Phase { replies: replies.collect(), outcome }, directory, passed)
}
