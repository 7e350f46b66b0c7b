//! The time ledger: every nanosecond of a job's sojourn belongs to exactly one account.
//!
//! A ledger is a cursor and a sum per account. Whoever processes the job charges the time since the cursor
//! to an account and moves the cursor; so the accounts add up to the sojourn by construction.

use crate::units::{Instant, Span};

/// What a part of a job's sojourn went into.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Account {
    /// Waiting for a thread that takes the client's request, or for a job that the request names.
    Admission,
    /// In the ready queue, waiting for a worker.
    Worker,
    /// Waiting for the queue lock.
    QueueLock,
    /// Waiting for the dependency tracker's lock.
    DependencyLock,
    /// Waiting for opcode locks.
    OpcodeLocks,
    /// Waiting for another job to end.
    Dependency,
    /// Waiting while files of other jobs of the same call are written.
    Siblings,
    /// Waiting for the disk (modelled disks only).
    Disk,
    /// Waiting for a core (modelled cores only).
    Core,
    /// Waiting for the interpreter lock (modelled only).
    InterpreterLock,
    /// Reading files.
    Read,
    /// Parsing what was read.
    Parse,
    /// Building objects from what was parsed.
    Build,
    /// Turning jobs into bytes.
    Encode,
    /// Creating, writing and closing files.
    Write,
    /// Syncing files and directories.
    Fsync,
    /// Renaming files.
    Rename,
    /// The opcodes themselves at work.
    Run,
    /// The instrument: messages between actors on their way, and threads waiting for a core with them.
    Mailbox,
}

impl Account {
    /// Every account, in the order of reports.
    pub const ALL: [Self; 19] = [
        Self::Admission,
        Self::Worker,
        Self::QueueLock,
        Self::DependencyLock,
        Self::OpcodeLocks,
        Self::Dependency,
        Self::Siblings,
        Self::Disk,
        Self::Core,
        Self::InterpreterLock,
        Self::Read,
        Self::Parse,
        Self::Build,
        Self::Encode,
        Self::Write,
        Self::Fsync,
        Self::Rename,
        Self::Run,
        Self::Mailbox,
    ];

    /// The name in reports and results.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Admission => "admission",
            Self::Worker => "worker",
            Self::QueueLock => "queue lock",
            Self::DependencyLock => "dependency lock",
            Self::OpcodeLocks => "opcode locks",
            Self::Dependency => "dependency",
            Self::Siblings => "siblings",
            Self::Disk => "disk",
            Self::Core => "core",
            Self::InterpreterLock => "interpreter lock",
            Self::Read => "read",
            Self::Parse => "parse",
            Self::Build => "build",
            Self::Encode => "encode",
            Self::Write => "write",
            Self::Fsync => "fsync",
            Self::Rename => "rename",
            Self::Run => "run",
            Self::Mailbox => "mailbox",
        }
    }
}

/// The time of one job, by account, up to a cursor.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Ledger {
    cursor: Instant,
    totals: [Span; Account::ALL.len()],
}

impl Ledger {
    /// A ledger that begins at `due`.
    #[must_use]
    pub const fn starting(due: Instant) -> Self {
        Self { cursor: due, totals: [Span::ZERO; Account::ALL.len()] }
    }

    /// Charges the time from the cursor to `until` to `account`. An `until` before the cursor charges nothing.
    pub fn charge(&mut self, account: Account, until: Instant) {
        self.totals[account as usize] += until.since(self.cursor);
        self.cursor = self.cursor.max(until);
    }

    /// Charges `span` from the cursor on, but not beyond `limit`.
    pub fn charge_span(&mut self, account: Account, span: Span, limit: Instant) {
        self.charge(account, (self.cursor + span).min(limit));
    }

    /// Charges a request and its answer: on its way until it `arrived`, waiting until it was `granted`, on its way back
    /// until `now`.
    pub fn charge_wait(&mut self, account: Account, arrived: Instant, granted: Instant, now: Instant) {
        self.charge(Account::Mailbox, arrived);
        self.charge(account, granted);
        self.charge(Account::Mailbox, now);
    }

    /// Where the cursor stands.
    #[must_use]
    pub const fn cursor(&self) -> Instant {
        self.cursor
    }

    /// What was charged to `account`.
    #[must_use]
    pub const fn total(&self, account: Account) -> Span {
        self.totals[account as usize]
    }

    /// All sums, in the order of [`Account::ALL`].
    #[must_use]
    pub const fn totals(&self) -> &[Span; Account::ALL.len()] {
        &self.totals
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_accounts_add_up_to_the_time_passed() {
        let mut ledger = Ledger::starting(Instant(100));
        ledger.charge(Account::Worker, Instant(150));
        ledger.charge(Account::Run, Instant(140));
        ledger.charge_span(Account::Encode, Span(30), Instant(170));
        ledger.charge(Account::Mailbox, Instant(200));
        assert_eq!(ledger.totals().iter().copied().sum::<Span>(), Span(100));
        assert_eq!(ledger.total(Account::Encode), Span(20));
        assert_eq!(ledger.total(Account::Run), Span::ZERO);
    }

    #[test]
    fn accounts_are_numbered_as_they_are_listed() {
        for (index, account) in Account::ALL.into_iter().enumerate() {
            assert_eq!(account as usize, index);
        }
    }
}
