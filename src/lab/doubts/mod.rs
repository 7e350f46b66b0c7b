//! What speaks against a figure: shown beside it, and again at the end of a report, with what to change.

mod in_study;
mod of_study;
mod of_variant;

pub use in_study::study_doubts;
pub use of_study::StudyDoubt;
pub use of_variant::{Doubt, VariantDoubt, mailbox_share, of_variants};

use super::Analysis;

/// Doubts about the study as a whole, in words: what it is, and what to change.
#[must_use]
pub fn of_study(analysis: &Analysis) -> Vec<String> {
    study_doubts(analysis).iter().map(StudyDoubt::in_words).collect()
}

#[cfg(test)]
mod tests;
