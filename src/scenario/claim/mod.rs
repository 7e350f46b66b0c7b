//! Claims: sentences of a design document, and what would show them.
//!
//! A claim names a [`Measure`], what is compared (a [`Contrast`] for each point of a matrix) and an [`Expectation`]. Nothing
//! is judged here; `lab::findings` does that.

mod expectation;
mod expected;
mod formula;
mod measure;
mod says;
mod value;
mod words;

pub use expectation::{Bound, Expectation, Region};
pub use expected::NoExpectation;
pub use formula::{Formula, Named, NoFormula};
pub use measure::{CheckMeasure, Count, LockMeasure, Measure, NoMeasure, ReadersMeasure, Safety, Statistic, Unit};
pub use says::{Place, Says};
pub(in crate::scenario) use value::{in_percent, percent};

use serde::{Deserialize, Serialize};
use std::fmt;

/// A sentence of a design document, and what would show it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Claim {
    /// The whole sentence, as it stands in the document.
    pub quote: String,
    /// Where it stands.
    pub source: Citation,
    /// What is measured.
    pub measure: Measure,
    /// What is compared. The claim holds if it holds for each; at least one.
    pub contrasts: Vec<Contrast>,
    /// What is expected of each.
    pub expect: Expectation,
    /// Whether it guards a build.
    #[serde(default, skip_serializing_if = "Gate::is_open")]
    pub gate: Gate,
    /// What a report's answer says of it.
    #[serde(default, skip_serializing_if = "Says::is_empty")]
    pub says: Says,
    /// Whether it is judged on the runs of `[prediction]`; the contrasts are places among its variants then.
    #[serde(default, skip_serializing_if = "is_false")]
    pub of_prediction: bool,
}

/// Where a sentence stands.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Citation {
    /// The document, such as `design-chained-jobs.rst`; empty if nobody said.
    pub document: String,
    /// The section, such as `Cost of deserialization`; may be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub section: String,
    /// The commit of the document, or the commit whose message holds the sentence; may be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub commit: String,
}

impl fmt::Display for Citation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.document)?;
        if !self.section.is_empty() {
            write!(f, ", “{}”", self.section)?;
        }
        if !self.commit.is_empty() {
            write!(f, ", commit {}", self.commit)?;
        }
        Ok(())
    }
}

/// Jobs that a measure is read of: those of a variant, or of one class of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Side {
    /// Place of the variant.
    pub variant: usize,
    /// Number of the class; none: all jobs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub class: Option<usize>,
}

/// What is compared: one side with another, block by block, or with a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contrast {
    /// Whose measure it is.
    pub of: Side,
    /// What it is held against; none: against a value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub with: Option<Side>,
}

/// When a claim makes `run` exit with 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Gate {
    /// Never.
    #[default]
    Open,
    /// When it is refuted.
    Refuted,
    /// When it is refuted or undecided.
    Undecided,
}

impl Gate {
    #[allow(clippy::trivially_copy_pass_by_ref)] // as serde asks
    const fn is_open(&self) -> bool {
        matches!(self, Self::Open)
    }
}

/// What a variant stands for in a study.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// What the design document describes.
    Designed,
    /// What the modelled system ships.
    Shipped,
    /// What somebody proposes instead.
    Proposed,
    /// What the others are to be held against.
    Control,
}

impl Role {
    /// How scenarios write them.
    pub const WORDS: [(&str, Self); 4] = [
        ("designed", Self::Designed),
        ("shipped", Self::Shipped),
        ("proposed", Self::Proposed),
        ("control", Self::Control),
    ];

    /// In a report.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Designed => "as designed",
            Self::Shipped => "as shipped",
            Self::Proposed => "proposed",
            Self::Control => "control",
        }
    }
}

#[allow(clippy::trivially_copy_pass_by_ref)] // as serde asks
const fn is_false(flag: &bool) -> bool {
    !*flag
}
