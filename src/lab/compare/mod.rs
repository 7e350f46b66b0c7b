//! Results side by side: two or more studies of the same scenario.

mod effects;

pub(in crate::lab) use effects::Reading;
