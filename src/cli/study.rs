//! From a plan and what the command line says to the study that a report is about.

use crate::job::Timestamp;
use crate::lab::{self, Machine, RuntimeKind, Study, VariantInfo, WarmUp};
use crate::queue_dir::Utc;
use crate::scenario::{Claim, Plan, Variant, Warmup};
use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

/// The study of `plan`, about to be run by `command`. `files` is where its queue directories will be.
pub(super) fn study(plan: &Plan, runtime: RuntimeKind, files: &Path, command: String) -> Study {
    let classes = plan.variants[0].workload.classes.iter().map(|class| class.name.clone()).collect();
    let variant = |variant: &Variant| VariantInfo {
        name: variant.name.clone(),
        changes: variant.changes.clone(),
        compare_with: variant
            .baseline
            .as_ref()
            .and_then(|name| plan.variants.iter().position(|other| other.name == *name)),
    };
    // In virtual time nothing depends on a machine or a date, so that the report is the same every time.
    let (machine, started) = match runtime {
        RuntimeKind::Live => (Machine::of(files), now()),
        RuntimeKind::Virtual => (Machine::none(), String::new()),
    };
    Study {
        title: plan.title.clone(),
        name: plan.name.clone(),
        question: plan.question.clone().unwrap_or_default(),
        source: plan.source.clone().unwrap_or_default(),
        seed: plan.seed,
        scenario_hash: plan.hash.clone(),
        scenario_text: plan.text.clone(),
        classes,
        variants: plan.variants.iter().map(variant).collect(),
        claims: plan.claims.iter().map(claim).collect(),
        runtime,
        warmup: match plan.run.warmup {
            Warmup::Auto => WarmUp::Mser5,
            Warmup::Jobs(jobs) => WarmUp::Jobs(jobs),
            Warmup::Time(span) => WarmUp::Time(span),
        },
        machine,
        command,
        version: env!("CARGO_PKG_VERSION").to_owned(),
        started,
        partial: false,
    }
}

fn claim(claim: &Claim) -> lab::Claim {
    let measure = if claim.compare.is_empty() {
        claim.measure.clone()
    } else {
        format!("{}: {}", claim.measure, claim.compare.join(" against "))
    };
    lab::Claim { quote: claim.quote.clone(), measure, expect: claim.expect.clone() }
}

/// The wall clock, to the second.
fn now() -> String {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let shown = Utc(Timestamp { seconds: since.as_secs(), microseconds: 0 }).to_string();
    format!("{} UTC", shown.split('.').next().unwrap_or_default())
}
