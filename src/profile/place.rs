//! Every cost of a profile by its place, to be looked at or scaled. It follows from the lists in [`costs`](super::costs).

use super::costs::{CODEC, CostKey, DISK, MESSAGES, OVERHEAD};
use crate::actors::machine::cost::Cost;
use crate::actors::machine::profile::{CodecCosts, DiskProfile, FileCost, MessageCosts, Profile};
use crate::job::file_format::Codec;
use crate::units::Span;
use crate::written::exact_span;

/// Where a profile keeps a cost.
#[derive(Debug, Clone, Copy)]
pub struct CostPlace(Key);

#[derive(Debug, Clone, Copy)]
enum Key {
    Disk(&'static CostKey<DiskProfile, FileCost>),
    Codec(Codec, &'static CostKey<CodecCosts, Cost>),
    Overhead(&'static CostKey<Profile, Cost>),
    Messages(&'static CostKey<MessageCosts, Cost>),
}

impl CostPlace {
    /// All places, in the order of profiles; of the codecs those of one.
    #[must_use]
    pub fn all(codec: Codec) -> Vec<Self> {
        let disk = DISK.iter().map(Key::Disk);
        let codec = CODEC.iter().map(|key| Key::Codec(codec, key));
        let (overhead, messages) = (OVERHEAD.iter().map(Key::Overhead), MESSAGES.iter().map(Key::Messages));
        disk.chain(codec).chain(overhead).chain(messages).map(Self).collect()
    }

    /// In words, as short as can be: `disk fsync`, `codec parse`.
    #[must_use]
    pub fn name(self) -> String {
        let (section, key) = match self.0 {
            Key::Disk(cost) => ("disk", cost.key),
            Key::Codec(_, cost) => ("codec", cost.key),
            Key::Overhead(cost) => ("overhead", cost.key),
            Key::Messages(cost) => ("messages", cost.key),
        };
        format!("{section} {}", key.replace('_', " "))
    }

    /// What it is the cost of.
    #[must_use]
    pub const fn about(self) -> &'static str {
        match self.0 {
            Key::Disk(cost) => cost.about,
            Key::Codec(_, cost) => cost.about,
            Key::Overhead(cost) => cost.about,
            Key::Messages(cost) => cost.about,
        }
    }

    /// Multiplies it.
    pub fn scale(self, profile: &mut Profile, factor: f64) {
        self.costs(profile).into_iter().for_each(|cost| *cost = cost.scaled(factor));
    }

    /// How much it is in all, on a core and on the device, in words; empty if it is nothing.
    #[must_use]
    pub fn in_words(self, profile: &Profile) -> String {
        // Places are of profiles that can be changed.
        let mut profile = profile.clone();
        let costs = self.costs(&mut profile);
        let sum = |part: fn(&Cost) -> Span| costs.iter().map(|cost| part(cost)).sum::<Span>();
        let parts = [
            (sum(|cost| cost.base), ""),
            (sum(|cost| cost.per_kib), " per KiB"),
            (sum(|cost| cost.per_entry), " per entry"),
        ];
        let parts = parts.into_iter().filter(|(span, _)| !span.is_zero());
        parts.map(|(span, per)| format!("{}{per}", exact_span(span))).collect::<Vec<_>>().join(" + ")
    }

    fn costs(self, profile: &mut Profile) -> Vec<&mut Cost> {
        match self.0 {
            Key::Disk(key) => {
                let FileCost { cpu, device } = (key.field)(&mut profile.disk);
                vec![cpu, device]
            }
            Key::Codec(codec, key) => vec![(key.field)(match codec {
                Codec::Json => &mut profile.json,
                Codec::JsonIndentedSorted => &mut profile.json_indented_sorted,
            })],
            Key::Overhead(key) => vec![(key.field)(profile)],
            Key::Messages(key) => profile.messages.as_mut().map(key.field).into_iter().collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::profile::shipped;

    #[test]
    fn every_cost_of_a_shipped_profile_can_be_scaled_alone() {
        for name in ["nvme", "hdd"] {
            let (profile, _) = shipped(name).unwrap();
            for place in CostPlace::all(Codec::Json).into_iter().filter(|place| !place.in_words(&profile).is_empty()) {
                let mut scaled = profile.clone();
                place.scale(&mut scaled, 0.0);
                assert_eq!(place.in_words(&scaled), "", "{}", place.name());
                assert_ne!(scaled, profile);
                let changed = CostPlace::all(Codec::Json)
                    .into_iter()
                    .filter(|other| other.in_words(&scaled) != other.in_words(&profile));
                assert_eq!(changed.map(CostPlace::name).collect::<Vec<_>>(), [place.name()]);
            }
        }
    }
}
