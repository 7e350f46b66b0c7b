//! The colour of each account, the same in every picture of every report.

use super::RGBColor;
use crate::actors::accounting::Account;

/// Waits are warm, file work is blue, parsing and building between, running green, the instrument dark.
pub(in crate::report) const fn account_colour(account: Account) -> RGBColor {
    match account {
        Account::Admission => RGBColor(148, 103, 40),
        Account::Worker => RGBColor(230, 159, 0),
        Account::QueueLock => RGBColor(213, 94, 0),
        Account::DependencyLock => RGBColor(160, 64, 150),
        Account::OpcodeLocks => RGBColor(204, 121, 167),
        Account::Dependency => RGBColor(240, 205, 80),
        Account::Siblings => RGBColor(240, 160, 130),
        Account::Disk => RGBColor(120, 80, 70),
        Account::Core => RGBColor(190, 140, 110),
        Account::InterpreterLock => RGBColor(190, 70, 90),
        Account::Read => RGBColor(0, 150, 180),
        Account::Parse => RGBColor(0, 158, 115),
        Account::Build => RGBColor(120, 205, 180),
        Account::Encode => RGBColor(60, 85, 150),
        Account::Write => RGBColor(0, 114, 178),
        Account::Fsync => RGBColor(86, 180, 233),
        Account::Rename => RGBColor(120, 124, 196),
        Account::Run => RGBColor(130, 165, 60),
        Account::Mailbox => RGBColor(104, 108, 120),
    }
}

#[cfg(test)]
mod tests {
    use super::super::REST;
    use super::*;

    #[test]
    fn no_two_accounts_share_a_colour_nor_look_like_the_rest() {
        let colours = Account::ALL.map(account_colour).into_iter().chain([REST]).collect::<Vec<_>>();
        let distance = |one: RGBColor, other: RGBColor| {
            one.0.abs_diff(other.0).max(one.1.abs_diff(other.1)).max(one.2.abs_diff(other.2))
        };
        for (place, one) in colours.iter().enumerate() {
            assert!(colours[place + 1..].iter().all(|other| distance(*one, *other) >= 25), "{one:?}");
        }
    }
}
