//! The lock monitor: one row for each lock in use, one for each job that others wait for.

use super::grant::Mode;
use crate::job::JobId;
use std::fmt::Write as _;

/// A row of the lock monitor.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LockRow {
    /// `instance/inst7`, or `job/12`.
    pub name: String,
    /// How it is held; none for jobs.
    pub mode: Option<Mode>,
    /// Who holds it: `Jq7/Job12/TEST_DELAY`; none for jobs.
    pub owners: Option<Vec<String>>,
    /// Who waits, in the order of service.
    pub pending: Vec<Pending>,
}

/// Some who wait together.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Pending {
    /// For a lock, in this mode.
    Lock(Mode, Vec<String>),
    /// For a job to end with one of these statuses (as text, `success,error`).
    Job(String, Vec<JobId>),
}

/// How rows for jobs are spelt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum MonitorStyle {
    /// As the design document has it: `success,error:job/14,job/15`.
    #[default]
    Designed,
    /// As it was shipped, without the wanted statuses: `job:14,15`.
    Shipped,
}

impl LockRow {
    /// Who holds it and who waits for it, in a few words; none if nobody waits.
    #[must_use]
    pub fn awaited(&self) -> Option<String> {
        let waiting: Vec<&str> = self
            .pending
            .iter()
            .flat_map(|pending| match pending {
                Pending::Lock(_, owners) => owners.iter(),
                Pending::Job(..) => [].iter(),
            })
            .map(String::as_str)
            .collect();
        let holders = self.owners.as_deref().unwrap_or_default().join(", ");
        let holders = if holders.is_empty() { "nobody".to_owned() } else { holders };
        (!waiting.is_empty()).then(|| format!("{} is held by {holders}, awaited by {}", self.name, waiting.join(", ")))
    }

    /// The columns name, mode, owners, pending as text; `-` where there is nothing.
    #[must_use]
    pub fn columns(&self, style: MonitorStyle) -> [String; 4] {
        let dash = || "-".to_owned();
        let mode = self.mode.map_or_else(dash, |mode| mode.as_str().to_owned());
        let owners = self.owners.as_ref().filter(|owners| !owners.is_empty());
        let owners = owners.map_or_else(dash, |owners| owners.join(","));
        let pending = match style {
            MonitorStyle::Designed => self.pending.iter().map(Pending::designed).collect::<Vec<_>>().join(" "),
            MonitorStyle::Shipped => self.shipped_pending(),
        };
        [self.name.clone(), mode, owners, if pending.is_empty() { dash() } else { pending }]
    }

    /// As shipped, all who wait for a job stand in one list, whatever they want.
    fn shipped_pending(&self) -> String {
        let mut waiting: Vec<JobId> = Vec::new();
        let mut text = Vec::new();
        for pending in &self.pending {
            match pending {
                Pending::Lock(..) => text.push(pending.designed()),
                Pending::Job(_, jobs) => waiting.extend(jobs),
            }
        }
        waiting.sort_unstable();
        if !waiting.is_empty() {
            let ids: Vec<String> = waiting.iter().map(ToString::to_string).collect();
            text.push(format!("job:{}", ids.join(",")));
        }
        text.join(" ")
    }
}

impl Pending {
    fn designed(&self) -> String {
        match self {
            Self::Lock(mode, owners) => format!("{}:{}", mode.as_str(), owners.join(",")),
            Self::Job(wanted, jobs) => {
                let mut text = if wanted.is_empty() { "any:".to_owned() } else { format!("{wanted}:") };
                for (index, job) in jobs.iter().enumerate() {
                    let comma = if index == 0 { "" } else { "," };
                    let _ = write!(text, "{comma}job/{job}");
                }
                text
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_job_row_has_the_designed_and_the_shipped_spelling() {
        let row = LockRow {
            name: "job/12".into(),
            mode: None,
            owners: None,
            pending: vec![
                Pending::Job("success,error".into(), vec![JobId(14), JobId(16)]),
                Pending::Job(String::new(), vec![JobId(15)]),
            ],
        };
        assert_eq!(row.columns(MonitorStyle::Designed), ["job/12", "-", "-", "success,error:job/14,job/16 any:job/15"]);
        assert_eq!(row.columns(MonitorStyle::Shipped), ["job/12", "-", "-", "job:14,15,16"]);
    }
}
