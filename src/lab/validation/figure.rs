//! The figures in which a prediction is held against a measurement, and how each is read off a run.

use super::tolerance::Kind;
use crate::actors::accounting::Account;
use crate::actors::accounting::LockKind;
use crate::lab::summary::RunSummary;
use serde::{Deserialize, Serialize};

/// One figure of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub enum Figure {
    /// Jobs that ended per second.
    Throughput,
    /// Mean sojourn time.
    SojournMean,
    /// Its median.
    SojournP50,
    /// Its 95th percentile.
    SojournP95,
    /// Its 99th percentile.
    SojournP99,
    /// Mean time per job in an account.
    Account(Account),
    /// All file operations, waiting for the disk included.
    Files,
    /// All computing and the messages, waiting for a core included.
    Computing,
    /// Mean wait of an acquisition.
    LockWait(LockKind),
    /// All waits for a kind of lock, per job.
    LockWaitPerJob(LockKind),
    /// Mean number of workers that read a dependency, while at least one does.
    ReadersMean,
    /// Most of them at once.
    ReadersPeak,
}

/// What a figure is measured in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// Nanoseconds.
    Time,
    /// Per second.
    Rate,
    /// A number.
    Count,
}

/// How the distance of two figures is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Scale {
    /// Relative to what was measured: 0.1 is ten percent more.
    Relative,
    /// As the difference of their shares of the mean sojourn: 0.1 is ten points more.
    Points,
}

/// Accounts that are work on files.
const FILE_ACCOUNTS: [Account; 5] = [Account::Disk, Account::Read, Account::Write, Account::Fsync, Account::Rename];
/// Accounts that are computing, or the instrument's messages.
const COMPUTING_ACCOUNTS: [Account; 6] =
    [Account::Core, Account::InterpreterLock, Account::Parse, Account::Build, Account::Encode, Account::Mailbox];

impl Figure {
    /// Every figure, in the order of reports.
    pub fn all() -> impl Iterator<Item = Self> {
        [Self::Throughput, Self::SojournMean, Self::SojournP50, Self::SojournP95, Self::SojournP99]
            .into_iter()
            .chain(Account::ALL.into_iter().map(Self::Account))
            .chain([Self::Files, Self::Computing])
            .chain(LockKind::ALL.into_iter().flat_map(|kind| [Self::LockWait(kind), Self::LockWaitPerJob(kind)]))
            .chain([Self::ReadersMean, Self::ReadersPeak])
    }

    /// Its name in `validation.json`, with its unit.
    #[must_use]
    pub fn key(self) -> String {
        let joined = |name: &str| name.replace(' ', "_");
        match self {
            Self::Throughput => "throughput_per_s".into(),
            Self::SojournMean => "sojourn_mean_ns".into(),
            Self::SojournP50 => "sojourn_p50_ns".into(),
            Self::SojournP95 => "sojourn_p95_ns".into(),
            Self::SojournP99 => "sojourn_p99_ns".into(),
            Self::Account(account) => format!("account_{}_ns", joined(account.name())),
            Self::Files => "accounts_of_files_ns".into(),
            Self::Computing => "accounts_of_computing_ns".into(),
            Self::LockWait(kind) => format!("{}_wait_mean_ns", joined(kind.name())),
            Self::LockWaitPerJob(kind) => format!("{}_wait_per_job_ns", joined(kind.name())),
            Self::ReadersMean => "readers_at_once_mean".into(),
            Self::ReadersPeak => "readers_at_once_peak".into(),
        }
    }

    /// Its name in reports.
    #[must_use]
    pub fn name(self) -> String {
        match self {
            Self::Throughput => "throughput".into(),
            Self::SojournMean => "sojourn, mean".into(),
            Self::SojournP50 => "sojourn, p50".into(),
            Self::SojournP95 => "sojourn, p95".into(),
            Self::SojournP99 => "sojourn, p99".into(),
            Self::Account(account) => account.name().into(),
            Self::Files => "files: disk to rename".into(),
            Self::Computing => "computing and messages".into(),
            Self::LockWait(kind) => format!("{}: mean wait", kind.name()),
            Self::LockWaitPerJob(kind) => format!("{}: waits per job", kind.name()),
            Self::ReadersMean => "readers at once, mean".into(),
            Self::ReadersPeak => "readers at once, most".into(),
        }
    }

    /// What it is measured in.
    #[must_use]
    pub const fn unit(self) -> Unit {
        match self {
            Self::Throughput => Unit::Rate,
            Self::ReadersMean | Self::ReadersPeak => Unit::Count,
            _ => Unit::Time,
        }
    }

    /// How its error is told.
    #[must_use]
    pub const fn scale(self) -> Scale {
        match self {
            Self::Account(_) | Self::Files | Self::Computing | Self::LockWaitPerJob(_) => Scale::Points,
            _ => Scale::Relative,
        }
    }

    /// Which tolerance it is held against; none: it is shown, not judged.
    #[must_use]
    pub const fn kind(self) -> Option<Kind> {
        match self {
            Self::Throughput => Some(Kind::Throughput),
            Self::SojournMean => Some(Kind::SojournMean),
            Self::SojournP50 => Some(Kind::SojournP50),
            Self::SojournP95 => Some(Kind::SojournP95),
            Self::SojournP99 => Some(Kind::SojournP99),
            Self::Account(account) if is_modelled_only(account) => None,
            Self::Account(_) | Self::Files | Self::Computing => Some(Kind::Accounts),
            Self::LockWaitPerJob(_) => Some(Kind::Locks),
            Self::ReadersMean => Some(Kind::Readers),
            Self::LockWait(_) | Self::ReadersPeak => None,
        }
    }

    /// The sum of accounts that this account is part of.
    #[must_use]
    pub fn family(self) -> Option<Self> {
        match self {
            Self::Account(account) if FILE_ACCOUNTS.contains(&account) => Some(Self::Files),
            Self::Account(account) if COMPUTING_ACCOUNTS.contains(&account) => Some(Self::Computing),
            _ => None,
        }
    }

    /// Of a sum of accounts: the waits in it that a live run cannot tell from the others.
    #[must_use]
    pub const fn hidden_waits(self) -> Option<&'static [Account]> {
        match self {
            Self::Files => Some(&[Account::Disk]),
            Self::Computing => Some(&[Account::Core, Account::InterpreterLock]),
            _ => None,
        }
    }

    /// Reads it off a run; none if there was nothing to be measured.
    #[must_use]
    pub fn of(self, run: &RunSummary) -> Option<f64> {
        let jobs = run.groups.first().filter(|jobs| jobs.sojourn.n > 0)?;
        let sum = |accounts: &[Account]| accounts.iter().map(|account| jobs.account(*account)).sum();
        let readers = || run.checks.as_ref().and_then(|checks| checks.readers);
        match self {
            Self::Throughput => jobs.throughput_per_s,
            Self::SojournMean => Some(jobs.sojourn.mean_ns),
            Self::SojournP50 => Some(jobs.sojourn.p50_ns as f64),
            Self::SojournP95 => Some(jobs.sojourn.p95_ns as f64),
            Self::SojournP99 => Some(jobs.sojourn.p99_ns as f64),
            Self::Account(account) => Some(jobs.account(account)),
            Self::Files => Some(sum(&FILE_ACCOUNTS)),
            Self::Computing => Some(sum(&COMPUTING_ACCOUNTS)),
            Self::LockWait(kind) => run.locks.get(&kind).map(|lock| lock.wait.mean_ns),
            Self::LockWaitPerJob(kind) => run.locks.get(&kind).map(|lock| {
                let ended = jobs.sojourn.n + run.cut as u64;
                lock.wait.mean_ns * (lock.shared + lock.exclusive) as f64 / ended as f64
            }),
            Self::ReadersMean => readers().map(|readers| readers.mean),
            Self::ReadersPeak => readers().map(|readers| f64::from(readers.peak)),
        }
    }

    /// Its share of the mean sojourn of the same run.
    #[must_use]
    pub fn share(self, run: &RunSummary) -> Option<f64> {
        let sojourn = Self::SojournMean.of(run).filter(|sojourn| *sojourn > 0.0)?;
        self.of(run).map(|value| value / sojourn)
    }
}

/// True for waits that only a model has: in a live run they are part of the operations that waited.
pub(super) const fn is_modelled_only(account: Account) -> bool {
    matches!(account, Account::Disk | Account::Core | Account::InterpreterLock)
}

impl From<Figure> for String {
    fn from(figure: Figure) -> Self {
        figure.key()
    }
}

impl TryFrom<String> for Figure {
    type Error = String;

    fn try_from(key: String) -> Result<Self, String> {
        Self::all().find(|figure| figure.key() == key).ok_or_else(|| format!("`{key}` is no figure of a validation"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_figure_has_a_key_of_its_own_and_is_found_by_it() {
        let keys: BTreeSet<String> = Figure::all().map(Figure::key).collect();
        assert_eq!(keys.len(), Figure::all().count());
        for figure in Figure::all() {
            assert_eq!(Figure::try_from(figure.key()), Ok(figure));
        }
        assert!(Figure::try_from("sojourn".to_owned()).is_err());
    }

    #[test]
    fn every_account_that_a_live_run_cannot_tell_apart_is_in_a_family() {
        for account in Account::ALL.into_iter().filter(|account| is_modelled_only(*account)) {
            assert!(Figure::Account(account).family().is_some(), "{account:?}");
        }
    }
}
