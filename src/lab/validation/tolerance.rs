//! How far a prediction may be off.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Figures that share a tolerance.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// Jobs that ended per second.
    Throughput,
    /// Mean sojourn.
    SojournMean,
    /// Median of the sojourn.
    SojournP50,
    /// Its 95th percentile.
    SojournP95,
    /// Its 99th percentile.
    SojournP99,
    /// The share of each account in the mean sojourn.
    Accounts,
    /// The waits for each kind of lock, as a share of the mean sojourn.
    Locks,
    /// Mean number of readers at once.
    Readers,
}

impl Kind {
    /// Every kind, with its name on the command line and the tolerance that it has if nothing else is said.
    pub const ALL: [(Self, &str, f64); 8] = [
        (Self::Throughput, "throughput", 0.15),
        (Self::SojournMean, "mean", 0.15),
        (Self::SojournP50, "p50", 0.15),
        (Self::SojournP95, "p95", 0.25),
        (Self::SojournP99, "p99", 0.40),
        (Self::Accounts, "accounts", 0.05),
        (Self::Locks, "locks", 0.05),
        (Self::Readers, "readers", 0.15),
    ];
}

/// How far each kind of figure may be off, as a share of what was measured (for accounts and locks: of the
/// sojourn). A kind that is missing is not judged.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Tolerances(BTreeMap<Kind, f64>);

impl Default for Tolerances {
    fn default() -> Self {
        Self(Kind::ALL.into_iter().map(|(kind, _, tolerance)| (kind, tolerance)).collect())
    }
}

impl Tolerances {
    /// That of a kind.
    #[must_use]
    pub fn of(&self, kind: Kind) -> Option<f64> {
        self.0.get(&kind).copied()
    }

    /// Takes `NAME=PERCENT`, such as `p95=30` or `p95=30%`, or `NAME=none`, which judges that kind no more.
    ///
    /// # Errors
    /// What is wrong, and what was expected.
    pub fn set(&mut self, text: &str) -> Result<(), String> {
        let names = || Kind::ALL.map(|(_, name, _)| name).join(", ");
        let Some((name, value)) = text.split_once('=') else {
            return Err(format!("`{text}` is no tolerance: expected NAME=PERCENT, such as p95=30"));
        };
        let Some((kind, ..)) = Kind::ALL.into_iter().find(|(_, known, _)| *known == name.trim()) else {
            return Err(format!("`{name}` has no tolerance: expected one of {}", names()));
        };
        let value = value.trim();
        if value == "none" {
            self.0.remove(&kind);
            return Ok(());
        }
        let percent = value.trim_end_matches('%').trim_end().parse::<f64>().ok();
        match percent.filter(|percent| *percent > 0.0 && *percent <= 1_000.0) {
            Some(percent) => {
                self.0.insert(kind, percent / 100.0);
                Ok(())
            }
            None => Err(format!(
                "`{value}` is no tolerance of {name}: expected percent above 0 and up to 1000, such as 15, or none"
            )),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tolerance_is_set_by_name_in_percent_or_taken_away() {
        let mut tolerances = Tolerances::default();
        for text in ["p95=30%", "mean=7.5", "p99=none"] {
            tolerances.set(text).unwrap();
        }
        assert_eq!(tolerances.of(Kind::SojournP95), Some(0.30));
        assert_eq!(tolerances.of(Kind::SojournMean), Some(0.075));
        assert_eq!(tolerances.of(Kind::SojournP99), None);
        assert_eq!(tolerances.of(Kind::Throughput), Some(0.15));
    }

    #[test]
    fn a_tolerance_that_means_nothing_is_refused_with_what_was_expected() {
        let mut tolerances = Tolerances::default();
        for (text, expected) in [
            ("p95", "NAME=PERCENT"),
            ("p96=3", "expected one of throughput, mean, p50"),
            ("p95=-3", "percent above 0"),
            ("p95=much", "percent above 0"),
            ("p95=NaN", "percent above 0"),
        ] {
            let error = tolerances.set(text).unwrap_err();
            assert!(error.contains(expected), "{text}: {error}");
        }
        assert_eq!(tolerances, Tolerances::default());
    }
}
