//! The tables of a report.

mod checks;
mod jobs;
mod locks;
mod work;

pub(super) use checks::checks;
pub(super) use jobs::{classes, comparisons, summary, variants};
pub(super) use locks::{blame, locks};
pub(super) use work::{calls, files, ledger};

use crate::actors::accounting::Account;
use crate::lab::{Analysis, Group};

/// Accounts that some variant uses.
pub(super) fn used_accounts(analysis: &Analysis) -> Vec<Account> {
    let ledgers: Vec<Vec<f64>> =
        (0..analysis.study.variants.len()).map(|variant| analysis.ledger(variant, Group::All)).collect();
    let is_used = |account: &Account| ledgers.iter().any(|ledger| ledger[*account as usize] > 0.0);
    Account::ALL.into_iter().filter(is_used).collect()
}

/// Places and names of the variants.
pub(super) fn names(analysis: &Analysis) -> impl Iterator<Item = (usize, String)> {
    analysis.study.variants.iter().map(|variant| variant.name.clone()).enumerate()
}
