//! `jqlab locks`: the lock monitor at a moment of a scenario, in virtual time.

use super::failure::Failure;
use super::output;
use super::plan::load_plan;
use crate::actors::locks::{LockRow, MonitorStyle};
use crate::lab::Options;
use crate::lab::runner::{find_saturations, simulation_of};
use crate::runtime::virtual_time::QueueSimulation;
use crate::scenario::{Runtime, limits};
use crate::units::{Instant, Span};
use crate::written;
use clap::Args;
use std::path::PathBuf;

/// Run a scenario in virtual time up to a moment, and show who holds and awaits which lock.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  jqlab locks scenarios/quickstart.toml --at 267ms
  jqlab locks scenarios/quickstart.toml --at 1s --variant 'as shipped' --shipped")]
pub(super) struct Locks {
    /// The scenario file
    scenario: PathBuf,
    /// The moment, from the start of the run: 250ms, 2s
    #[arg(long, value_name = "TIME", value_parser = parse_span)]
    at: Span,
    /// The variant; the first if none is named
    #[arg(long, value_name = "NAME")]
    variant: Option<String>,
    /// The replication, from 1
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=i64::from(limits::REPLICATIONS)))]
    replication: u32,
    /// Spell the rows of jobs as the shipped system does, not as the design document has them
    #[arg(long)]
    shipped: bool,
}

fn parse_span(text: &str) -> Result<Span, String> {
    written::parse_span(text)
}

impl Locks {
    pub(super) fn execute(self) -> Result<(), Failure> {
        let plan = load_plan(&self.scenario)?;
        let plan = find_saturations(&plan, &Options::new(Runtime::Virtual), &mut ())?.plan;
        let variant = match &self.variant {
            None => &plan.variants[0],
            Some(name) => plan.variant(name).map_err(Failure::Usage)?,
        };
        let mut queue =
            QueueSimulation::new(simulation_of(variant, plan.streams(variant, self.replication - 1, false)));
        queue.run(Instant::ZERO + self.at);
        let rows = queue.lock_monitor();
        let style = if self.shipped { MonitorStyle::Shipped } else { MonitorStyle::Designed };
        let ended = queue.record().jobs.len();
        let jobs = variant.workload.jobs;
        let at = queue.now().since(Instant::ZERO);
        output::print(&format!("{}, at {at}: {ended} of {jobs} jobs have ended\n{}", variant.name, table(&rows, style)))
    }
}

fn table(rows: &[LockRow], style: MonitorStyle) -> String {
    if rows.is_empty() {
        return "no lock is in use\n".to_owned();
    }
    output::table(&["Name", "Mode", "Owner", "Pending"], rows.iter().map(|row| row.columns(style).into()).collect())
}
