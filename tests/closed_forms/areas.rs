//! What every run must fulfil, whatever its law: Little's law and utilisation, as identities in whole nanoseconds.

use jqlab::units::{Instant, Span};

/// One count over time, and the times of those that were counted.
///
/// The area under the count comes from how many there were between events; the sum from each one's own times. For a
/// run at whose end nobody is left, Little's law says that the two are the same number.
#[derive(Debug, Default)]
struct Presence {
    count: u128,
    changed: Instant,
    area: u128,
    sum: u128,
}

/// The counts of a station.
#[derive(Debug, Default)]
pub(crate) struct Areas {
    waiting: Presence,
    in_service: Presence,
    present: Presence,
}

impl Presence {
    fn bring_up_to(&mut self, now: Instant) {
        self.area += self.count * u128::from(now.since(self.changed).0);
        self.changed = now;
    }

    fn enter(&mut self, now: Instant) {
        self.bring_up_to(now);
        self.count += 1;
    }

    fn leave(&mut self, now: Instant, after: Span) {
        self.bring_up_to(now);
        self.count = self.count.checked_sub(1).expect("one leaves who was there");
        self.sum += u128::from(after.0);
    }

    fn check(&self, what: &str) {
        assert_eq!(self.count, 0, "{what}: somebody is left at the end");
        assert_eq!(self.area, self.sum, "{what}: Little's law");
    }
}

impl Areas {
    pub(crate) fn arrive(&mut self, now: Instant) {
        self.present.enter(now);
        self.waiting.enter(now);
    }

    pub(crate) fn begin(&mut self, now: Instant, waited: Span) {
        self.waiting.leave(now, waited);
        self.in_service.enter(now);
    }

    /// `takes` is what the service was drawn to take, `sojourn` what passed since the arrival.
    pub(crate) fn depart(&mut self, now: Instant, takes: Span, sojourn: Span) {
        self.in_service.leave(now, takes);
        self.present.leave(now, sojourn);
    }

    /// Server-time over time: the mean number of busy servers up to the last departure.
    pub(crate) fn busy_mean(&self) -> f64 {
        self.in_service.area as f64 / self.in_service.changed.0 as f64
    }

    /// At the end of a run.
    pub(crate) fn check(&self) {
        self.waiting.check("those who wait");
        self.in_service.check("those in service");
        self.present.check("all who are there");
        assert_eq!(self.present.area, self.waiting.area + self.in_service.area, "who is there waits or is served");
    }
}
