//! What an author lets a report say of a claim, once it is judged.

use serde::{Deserialize, Serialize};

/// A sentence for each verdict, with places in braces that are filled with what was measured. A report says the one of the
/// verdict that was found, and so can never state another.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Says {
    /// Of a claim that is supported.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub supported: Option<String>,
    /// Of one that is refuted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refuted: Option<String>,
    /// Of one that is undecided.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub undecided: Option<String>,
}

/// What stands in a pair of braces: `{of}` of the contrast that decides, `{of 2}` of the second one of the claim.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place<'t> {
    /// One of [`Says::PLACES`].
    pub name: &'t str,
    /// Place of the contrast, from 0; none: of the one that the verdict rests on.
    pub contrast: Option<usize>,
}

impl Says {
    /// What may stand in braces: the effect, the measure of the side that the claim is about and of the one that it is held
    /// against, and the interval of the effect.
    pub const PLACES: [&str; 4] = ["effect", "of", "with", "interval"];

    /// Whether it says nothing.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.supported.is_none() && self.refuted.is_none() && self.undecided.is_none()
    }
}

impl<'t> Place<'t> {
    /// The place that these words between braces name; none if there is none.
    #[must_use]
    pub fn read(text: &'t str) -> Option<Self> {
        let (name, number) = text.split_once(' ').map_or((text, None), |(name, number)| (name, Some(number)));
        let contrast = match number {
            Some(number) => Some(number.parse::<usize>().ok()?.checked_sub(1)?),
            None => None,
        };
        Says::PLACES.contains(&name).then_some(Self { name, contrast })
    }
}
