//! Priorities: lower numbers are served first.

/// The priority of an opcode, −20 (served first) to 19.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Priority(i8);

impl Priority {
    /// The highest there is. Only raising gets an opcode here; an acquire at this priority has no timeout.
    pub const HIGHEST: Self = Self(-20);
    /// What a user may ask for to be served early.
    pub const HIGH: Self = Self(-10);
    /// The default.
    pub const NORMAL: Self = Self(0);
    /// What a user may ask for to be served late.
    pub const LOW: Self = Self(10);
    /// The lowest that a job file may hold.
    pub const LOWEST: Self = Self(19);

    /// A priority from a job file, if it is in range.
    #[must_use]
    #[allow(clippy::cast_possible_truncation)] // in range
    pub const fn new(value: i64) -> Option<Self> {
        if value >= -20 && value <= 19 { Some(Self(value as i8)) } else { None }
    }

    /// A priority that a user may ask for: −10, 0 or 10.
    #[must_use]
    pub const fn from_request(value: i64) -> Option<Self> {
        match value {
            -10 => Some(Self::HIGH),
            0 => Some(Self::NORMAL),
            10 => Some(Self::LOW),
            _ => None,
        }
    }

    /// The number.
    #[must_use]
    pub const fn value(self) -> i8 {
        self.0
    }

    /// One step nearer to [`Self::HIGHEST`], if this is not it.
    #[must_use]
    pub const fn raised(self) -> Option<Self> {
        if self.0 > Self::HIGHEST.0 { Some(Self(self.0 - 1)) } else { None }
    }
}

impl Default for Priority {
    fn default() -> Self {
        Self::NORMAL
    }
}
