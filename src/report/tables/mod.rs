//! The tables of a report.

mod checks;
mod claims;
mod designs;
mod growth;
mod jobs;
mod locks;
mod predicted;
mod runs;
mod sheet;
mod what_if;
mod work;

pub(super) use checks::checks;
pub(super) use claims::{claims, claims_in_short, contrasts, every_claim};
pub(super) use designs::{decision, designs};
pub(super) use growth::{fits, growth, laws, slopes};
pub(super) use jobs::{classes, variants, variants_in_short};
pub(super) use locks::{blame, locks};
pub(super) use predicted::predicted;
pub(super) use runs::{facts, order, saturations};
pub(super) use what_if::{capacity, sensitivity};
pub(super) use work::{calls, files, ledger};

use super::document::Line;
use crate::actors::accounting::Account;
use crate::lab::{Analysis, Group};
use crate::scenario::Role;

/// Accounts that some variant uses.
pub(super) fn used_accounts(analysis: &Analysis) -> Vec<Account> {
    let ledgers = per_variant(analysis, |variant| analysis.ledger(variant, Group::All));
    let is_used = |account: &Account| ledgers.iter().any(|ledger| ledger[*account as usize] > 0.0);
    Account::ALL.into_iter().filter(is_used).collect()
}

/// What `of` says of each variant, in the order of the scenario.
fn per_variant<T>(analysis: &Analysis, of: impl FnMut(usize) -> T) -> Vec<T> {
    (0..analysis.study.variants.len()).map(of).collect()
}

/// Names of the variants with their roles; the one that others are compared with is marked.
fn labels(analysis: &Analysis) -> Vec<Line> {
    let variants = &analysis.study.variants;
    let name = |variant: usize| {
        let info = &variants[variant];
        let is_baseline = variants.len() > 1 && info.compare_with.is_none();
        let badges = info.role.map(Role::name).into_iter().chain(is_baseline.then_some("baseline"));
        badges.fold(Line::from(&info.name), |line, badge| line.text(" ").badge(badge))
    };
    per_variant(analysis, name)
}
