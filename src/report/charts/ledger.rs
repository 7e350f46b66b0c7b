//! Where time goes: ledgers as stacked bars, or as differences where one account is nearly everything.

use super::{Said, below_headings, ends, names, picture};
use crate::actors::accounting::Account;
use crate::lab::{Analysis, Group};
use crate::report::document::Block;
use crate::report::figures::{self, Quantity};
use crate::report::pictures::{BarRow, Bars, Colour, Drawn, Fault, bars, both, of_account, rest};
use crate::report::tables;
use crate::scenario::claim::Measure;

/// Most accounts with a colour of their own in a bar.
const ACCOUNTS_MAX: usize = 11;
/// What a dependency check is made of: never among the rest, as it is what studies ask about.
const OF_CHECKS: [Account; 4] = [Account::DependencyLock, Account::Read, Account::Parse, Account::Build];
/// Where one account is this much of every bar, what differs cannot be seen beside it.
const NEARLY_ALL: f64 = 0.8;
/// Less than this is rounding of sums, in nanoseconds.
const NO_TIME_NS: f64 = 0.5;

/// Where time went: the accounts that matter, each with a colour of its own, and the rest together.
pub(in crate::report) fn ledger(analysis: &Analysis) -> Option<Block> {
    let ledgers: Vec<Vec<f64>> =
        (0..analysis.study.variants.len()).map(|variant| analysis.ledger(variant, Group::All)).collect();
    let differs = analysis.study.variants.iter().any(|variant| variant.compare_with.is_some());
    match is_nearly_one(&ledgers) && differs {
        true => differences(analysis, &ledgers),
        false => sums(analysis, &ledgers),
    }
}

/// Whether the same account is nearly all of every ledger.
fn is_nearly_one(ledgers: &[Vec<f64>]) -> bool {
    let share = |ledger: &Vec<f64>, account: Account| {
        let sum: f64 = ledger.iter().sum();
        if sum > 0.0 { ledger[account as usize] / sum } else { 1.0 }
    };
    Account::ALL.into_iter().any(|account| ledgers.iter().all(|ledger| share(ledger, account) >= NEARLY_ALL))
}

fn sums(analysis: &Analysis, ledgers: &[Vec<f64>]) -> Option<Block> {
    let parts = Parts::of(analysis, tables::used_accounts(analysis), ledgers);
    let rows = names(&analysis.study).filter(|(variant, _)| ledgers[*variant].iter().sum::<f64>() > 0.0);
    let rows = rows.map(|(variant, name)| {
        let mean = analysis.group_estimate(variant, Group::All, |jobs| Some(jobs.sojourn.mean_ns));
        BarRow {
            heading: String::new(),
            name,
            variant: Some(variant),
            parts: parts.lengths(&ledgers[variant]),
            interval: mean.as_ref().and_then(ends),
            total: figures::point(mean, Quantity::Time),
        }
    });
    let shown = Bars {
        axis: "mean time per job".to_owned(),
        quantity: Quantity::Time,
        rows: rows.collect(),
        series: parts.series(),
    };
    if shown.rows.is_empty() {
        return None;
    }
    let heaviest = |row: &BarRow| {
        let most = row.parts.iter().zip(&shown.series).max_by(|(one, _), (other, _)| one.total_cmp(other))?;
        Some(format!("{}: {}, most of it {}", row.name, row.total, most.1.0))
    };
    let alt =
        format!("Mean sojourn of a job by account. {}.", super::costs::list(shown.rows.iter().filter_map(heaviest)));
    let said = Said {
        stem: "ledger".to_owned(),
        alt: alt.clone(),
        caption: "Mean sojourn of a job, by what it went into.".to_owned(),
        note: "Lines below bars: 95 % intervals of the whole, over blocks.".to_owned(),
    };
    Some(picture(said, drawn(shown, &alt)))
}

fn drawn(shown: Bars, alt: &str) -> Result<Drawn, Fault> {
    let shown = Bars { rows: below_headings(shown.rows), ..shown };
    both(|paper| bars(&shown, alt, paper))
}

/// What each account gains or loses against the variant that a variant is compared with.
fn differences(analysis: &Analysis, ledgers: &[Vec<f64>]) -> Option<Block> {
    let compared: Vec<(usize, String, usize)> = names(&analysis.study)
        .filter_map(|(variant, name)| Some((variant, name, analysis.study.variants[variant].compare_with?)))
        .collect();
    let change = |variant: usize, base: usize| -> Vec<f64> {
        ledgers[variant].iter().zip(&ledgers[base]).map(|(one, other)| one - other).collect()
    };
    let changes: Vec<Vec<f64>> = compared.iter().map(|(variant, _, base)| change(*variant, *base)).collect();
    let changed = |account: &Account| changes.iter().any(|change| change[*account as usize].abs() >= NO_TIME_NS);
    let parts = Parts::of(analysis, Account::ALL.into_iter().filter(changed).collect(), &changes);
    let rows: Vec<BarRow> = compared
        .into_iter()
        .zip(&changes)
        .map(|((variant, name, _), change)| {
            let found = analysis.difference_ns(variant);
            let point = found.map_or_else(|| change.iter().sum(), |found| found.point);
            BarRow {
                heading: String::new(),
                name,
                variant: Some(variant),
                parts: parts.lengths(change),
                interval: found.as_ref().and_then(ends),
                total: Quantity::Time.show_signed(point),
            }
        })
        .collect();
    let said_of = |row: &BarRow| format!("{}: {}", row.name, row.total);
    let alt = format!("Mean time per job, against the baseline. {}.", super::costs::list(rows.iter().map(said_of)));
    let shown = Bars {
        axis: "mean time per job against the baseline".to_owned(),
        quantity: Quantity::Time,
        rows,
        series: parts.series(),
    };
    let said = Said {
        stem: "ledger".to_owned(),
        alt: alt.clone(),
        caption: "What each account adds to the mean sojourn, or takes from it, against the baseline.".to_owned(),
        note: "As differences, because one account is nearly all of it. Lines below bars: 95 % intervals of the whole."
            .to_owned(),
    };
    Some(picture(said, drawn(shown, &alt)))
}

/// Accounts with a colour of their own, and those together.
struct Parts {
    shown: Vec<Account>,
    rest: Vec<Account>,
}

impl Parts {
    /// Those of the `used` accounts that have a colour of their own, and the rest: what the study is about, and of the others
    /// the heaviest. A rest of one account would hide its name for nothing.
    fn of(analysis: &Analysis, used: Vec<Account>, ledgers: &[Vec<f64>]) -> Self {
        if used.len() <= ACCOUNTS_MAX + 1 {
            return Self { shown: used, rest: Vec::new() };
        }
        let asked = asked(analysis);
        let size = |ledger: &[f64]| ledger.iter().map(|part| part.abs()).sum::<f64>().max(1.0);
        let weight = |account: &Account| {
            ledgers.iter().map(|ledger| ledger[*account as usize].abs() / size(ledger)).sum::<f64>()
        };
        let mut by_weight = used.clone();
        by_weight.sort_by(|one, other| {
            asked.contains(other).cmp(&asked.contains(one)).then(weight(other).total_cmp(&weight(one)))
        });
        by_weight.truncate(ACCOUNTS_MAX.max(asked.len()));
        let (shown, rest) = used.into_iter().partition(|account| by_weight.contains(account));
        Self { shown, rest }
    }

    fn lengths(&self, ledger: &[f64]) -> Vec<f64> {
        let rest = self.rest.iter().map(|account| ledger[*account as usize]).sum::<f64>();
        let shown = self.shown.iter().map(|account| ledger[*account as usize]);
        shown.chain((!self.rest.is_empty()).then_some(rest)).collect()
    }

    fn series(&self) -> Vec<(String, Colour)> {
        let name = |account: &Account| match account {
            Account::Mailbox => "instrument".to_owned(),
            account => account.name().to_owned(),
        };
        let shown = self.shown.iter().map(|account| (name(account), of_account(*account)));
        let together = || (format!("rest of {} accounts", self.rest.len()), rest());
        shown.chain((!self.rest.is_empty()).then(together)).collect()
    }
}

/// The accounts that the study asks about: those of checks, and those of its claims.
fn asked(analysis: &Analysis) -> Vec<Account> {
    let of_claim = |measure: &Measure| match measure {
        Measure::Account(account) => Some(*account),
        Measure::WaitCausedBy(_) => Some(Account::QueueLock),
        _ => None,
    };
    let mut asked = OF_CHECKS.to_vec();
    asked.extend(analysis.study.claims.iter().filter_map(|claim| of_claim(&claim.measure)));
    asked.sort_unstable();
    asked.dedup();
    asked
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample;

    #[test]
    fn what_a_study_asks_about_is_never_among_the_rest() {
        let mut analysis = sample::analysis();
        analysis.study.claims[0].measure = Measure::Account(Account::Admission);
        let asked = asked(&analysis);
        assert!(asked.contains(&Account::Admission));
        // The larger its number, the heavier an account is; those that are asked about are nothing beside it.
        let weight = |account: &Account| if asked.contains(account) { 0.001 } else { *account as usize as f64 + 1.0 };
        let ledger: Vec<f64> = Account::ALL.iter().map(weight).collect();
        let parts = Parts::of(&analysis, Account::ALL.to_vec(), &[ledger]);
        assert_eq!((parts.shown.len(), parts.shown.len() + parts.rest.len()), (ACCOUNTS_MAX, Account::ALL.len()));
        assert!(asked.iter().all(|account| parts.shown.contains(account)));
        assert!(parts.shown.is_sorted() && parts.rest.is_sorted() && parts.rest.contains(&Account::Worker));
    }

    #[test]
    fn a_drain_is_told_from_a_study_in_which_accounts_share_the_time() {
        let ledger = |worker: f64| {
            let mut ledger = vec![1.0; Account::ALL.len()];
            ledger[Account::Worker as usize] = worker;
            ledger
        };
        assert!(is_nearly_one(&[ledger(900.0), ledger(500.0)]));
        assert!(!is_nearly_one(&[ledger(900.0), ledger(9.0)]));
    }
}
