//! The event calendar: what is to happen when, ordered by (time, sequence).
//!
//! A few hundred events stand in a heap. Of more, the later ones lie unsorted in buckets, each of which covers a short
//! stretch of time, and what comes after the last bucket lies unsorted in the overflow. A bucket is sorted when its
//! turn comes, and what is scheduled before its end goes to the heap. So scheduling and taking an event cost the same
//! however many there are, as long as times are spread fairly evenly; if they are not, there is still the heap.

mod heap;

use crate::actors::TimerId;
use crate::units::Instant;
use heap::{Heap, Key};

/// Below so many events, the heap alone is faster.
const HEAP_ALONE: usize = 512;
/// Events that a bucket is to hold on average.
const PER_BUCKET: usize = 8;
/// More than this in a single bucket makes the calendar look for better buckets.
const CROWDED: usize = 64 * PER_BUCKET;
const BUCKETS_MIN: usize = 1 << 10;
const BUCKETS_MAX: usize = 1 << 16;
/// Bits of a key below the time: sequence, then slot.
const SLOT_BITS: u32 = 24;
const SEQUENCE_BITS: u32 = 40;

/// Events in the order of their times; equal times in the order of scheduling.
///
/// Payloads stand in a slab, so that only small keys are moved about. A canceled event's payload is dropped at once;
/// its key stays until its time comes, or until such keys are in the majority.
#[derive(Debug, Clone)]
pub struct Calendar<T> {
    /// The bucket whose turn it is, the next event last.
    current: Vec<Key>,
    /// What was scheduled before its end since its turn came; all events if there are no buckets.
    near: Heap,
    far: Buckets,
    slots: Vec<Slot<T>>,
    free: Vec<u32>,
    scheduled: u64,
    /// Events that are canceled, but whose keys are still there.
    canceled: usize,
    /// A heap of more events than this is spread over buckets.
    spread_above: usize,
}

#[derive(Debug, Clone)]
struct Slot<T> {
    /// Tells an event from others that were in the same slot.
    sequence: u64,
    event: Option<T>,
}

/// Events further away than those of the heap.
#[derive(Debug, Clone, Default)]
struct Buckets {
    /// Times before this belong into the heap; `u64::MAX` where there are no buckets.
    horizon: u64,
    /// Start of the first bucket.
    base: u64,
    /// Each bucket covers 2^shift nanoseconds.
    shift: u32,
    buckets: Vec<Vec<Key>>,
    /// A bit for each bucket that is not empty.
    filled: Vec<u64>,
    /// All buckets before this are empty.
    cursor: usize,
    overflow: Vec<Key>,
    /// Room for the next overflow.
    spare: Vec<Key>,
    /// Keys in the buckets and the overflow.
    len: usize,
}

impl<T> Default for Calendar<T> {
    fn default() -> Self {
        let far = Buckets { horizon: u64::MAX, ..Buckets::default() };
        Self {
            current: Vec::new(),
            near: Heap::default(),
            far,
            slots: Vec::new(),
            free: Vec::new(),
            scheduled: 0,
            canceled: 0,
            spread_above: HEAP_ALONE,
        }
    }
}

impl<T> Calendar<T> {
    /// Schedules `event`.
    ///
    /// # Panics
    /// With more than 2^24 events at once, or 2^40 in all.
    pub fn schedule(&mut self, at: Instant, event: T) -> TimerId {
        let sequence = self.scheduled;
        self.scheduled += 1;
        assert!(sequence >> SEQUENCE_BITS == 0, "more than 2^40 events were scheduled");
        let slot = match self.free.pop() {
            Some(slot) => {
                self.slots[slot as usize] = Slot { sequence, event: Some(event) };
                slot
            }
            None => {
                self.slots.push(Slot { sequence, event: Some(event) });
                let slot = u32::try_from(self.slots.len() - 1).unwrap_or(u32::MAX);
                assert!(slot >> SLOT_BITS == 0, "more than 2^24 events in the calendar");
                slot
            }
        };
        let timer = (sequence << SLOT_BITS) | u64::from(slot);
        self.insert((Key::from(at.0) << 64) | Key::from(timer), at.0);
        TimerId(timer)
    }

    /// Drops an event, if it is still to come.
    pub fn cancel(&mut self, timer: TimerId) {
        let sequence = timer.0 >> SLOT_BITS;
        if let Some(slot) = self.slots.get_mut(slot_of(Key::from(timer.0)) as usize)
            && slot.sequence == sequence
            && slot.event.take().is_some()
        {
            self.canceled += 1;
            if self.canceled > HEAP_ALONE && self.canceled > self.keys() / 2 {
                self.drop_canceled();
            }
        }
    }

    /// The time of the next event.
    pub fn next_time(&mut self) -> Option<Instant> {
        loop {
            let key = self.top()?;
            if self.slots[slot_of(key) as usize].event.is_some() {
                return Some(time_of(key));
            }
            self.take(key);
            self.free.push(slot_of(key));
            self.canceled -= 1;
        }
    }

    /// The next event.
    pub fn pop(&mut self) -> Option<(Instant, T)> {
        self.pop_until(Instant::FAR_FUTURE)
    }

    /// The next event, if it is due by `until`.
    pub fn pop_until(&mut self, until: Instant) -> Option<(Instant, T)> {
        loop {
            let key = self.top()?;
            let at = time_of(key);
            if at > until {
                return None;
            }
            self.take(key);
            let slot = slot_of(key);
            self.free.push(slot);
            match self.slots[slot as usize].event.take() {
                Some(event) => return Some((at, event)),
                None => self.canceled -= 1,
            }
        }
    }

    /// The smallest key.
    #[inline]
    fn top(&mut self) -> Option<Key> {
        match (self.current.last(), self.near.top()) {
            (Some(current), Some(near)) => Some(near.min(*current)),
            (Some(key), None) => Some(*key),
            (None, Some(key)) => Some(key),
            (None, None) => {
                self.refill();
                self.current.last().copied()
            }
        }
    }

    /// Takes the smallest key away.
    #[inline]
    fn take(&mut self, top: Key) {
        if self.current.last() == Some(&top) {
            self.current.pop();
        } else {
            self.near.pop();
        }
    }

    /// Keys, those of canceled events too.
    const fn keys(&self) -> usize {
        self.current.len() + self.near.len() + self.far.len
    }

    fn insert(&mut self, key: Key, at: u64) {
        if at >= self.far.horizon {
            self.far.insert(key, at);
        } else {
            self.near.push(key);
            if self.near.len() > self.spread_above && self.near.len() > self.far.len {
                self.spread(None);
            }
        }
    }

    /// Lays all events out in buckets anew.
    #[cold]
    fn spread(&mut self, shift: Option<u32>) {
        self.far.gather();
        self.near.move_to(&mut self.far.overflow);
        self.far.overflow.append(&mut self.current);
        self.far.lay_out(shift);
        self.refill();
        // Events at one time stay together: not to try again and again, wait until there are twice as many.
        self.spread_above = HEAP_ALONE.max(2 * self.current.len());
    }

    /// Makes the next bucket the current one; there is nothing before it.
    #[cold]
    fn refill(&mut self) {
        let Some(mut bucket) = self.far.next_bucket() else { return };
        self.current.append(&mut bucket);
        self.current.sort_unstable_by(|one, other| other.cmp(one));
        self.far.give_back(bucket);
        self.spread_above = HEAP_ALONE;
        if self.far.len == 0 && self.current.len() <= HEAP_ALONE {
            self.far.horizon = u64::MAX;
        } else if self.current.len() > CROWDED
            && let Some(shift) = self.far.finer_shift(&self.current)
        {
            self.spread(Some(shift));
        }
    }

    /// Forgets the keys of canceled events.
    fn drop_canceled(&mut self) {
        let Self { current, near, far, slots, free, canceled, .. } = self;
        let mut keeps = |key: &Key| {
            let slot = slot_of(*key);
            let keeps = slots[slot as usize].event.is_some();
            if !keeps {
                free.push(slot);
            }
            keeps
        };
        current.retain(&mut keeps);
        near.retain(&mut keeps);
        far.retain(&mut keeps);
        *canceled = 0;
    }
}

impl Buckets {
    fn insert(&mut self, key: Key, at: u64) {
        let bucket = usize::try_from((at - self.base) >> self.shift).unwrap_or(usize::MAX);
        match self.buckets.get_mut(bucket) {
            Some(keys) => {
                keys.push(key);
                self.filled[bucket / 64] |= 1 << (bucket % 64);
            }
            None => self.overflow.push(key),
        }
        self.len += 1;
    }

    /// The keys of the next bucket that has any.
    fn next_bucket(&mut self) -> Option<Vec<Key>> {
        if self.len == 0 {
            return None;
        }
        loop {
            if let Some(bucket) = self.next_filled() {
                self.cursor = bucket;
                self.filled[bucket / 64] &= !(1 << (bucket % 64));
                let end =
                    (bucket as u64 + 1).checked_shl(self.shift).filter(|end| end >> self.shift == bucket as u64 + 1);
                self.horizon = end.and_then(|end| self.base.checked_add(end)).unwrap_or(u64::MAX);
                let keys = std::mem::take(&mut self.buckets[bucket]);
                self.len -= keys.len();
                return Some(keys);
            }
            self.lay_out(None);
        }
    }

    /// Gives the room of an emptied bucket back to where it was taken from.
    fn give_back(&mut self, bucket: Vec<Key>) {
        if let Some(place) = self.buckets.get_mut(self.cursor)
            && place.capacity() < bucket.capacity()
            && place.is_empty()
        {
            *place = bucket;
        }
    }

    fn next_filled(&self) -> Option<usize> {
        let first = self.cursor / 64;
        let words = self.filled.get(first..)?;
        let word = words.iter().position(|word| *word != 0)?;
        Some((first + word) * 64 + words[word].trailing_zeros() as usize)
    }

    /// Makes buckets for what is in the overflow, and moves it there as far as they reach: of the given width, or as
    /// suits the nearer half of it. All buckets are empty.
    fn lay_out(&mut self, shift: Option<u32>) {
        let mut keys = std::mem::replace(&mut self.overflow, std::mem::take(&mut self.spare));
        let middle = keys.len() / 2;
        let (_, median, _) = keys.select_nth_unstable(middle);
        let median = time_of(*median).0;
        let first = keys[..=middle].iter().map(|key| time_of(*key).0).min().unwrap_or(median);
        (self.base, self.horizon) = (first, first);
        self.shift = shift.unwrap_or_else(|| shift_for(median - first, middle));
        let buckets = (keys.len() / PER_BUCKET).next_power_of_two().clamp(BUCKETS_MIN, BUCKETS_MAX);
        if self.buckets.len() < buckets {
            self.buckets.resize_with(buckets, Vec::new);
            self.filled.resize(buckets / 64, 0);
        }
        (self.cursor, self.len) = (0, 0);
        for key in keys.drain(..) {
            self.insert(key, time_of(key).0);
        }
        self.spare = keys;
    }

    /// Puts all keys into the overflow.
    fn gather(&mut self) {
        let Self { buckets, overflow, .. } = self;
        for bucket in buckets {
            overflow.append(bucket);
        }
        self.filled.fill(0);
    }

    /// The width of buckets that suits `keys`, which were all in one bucket, if it is much finer than today's.
    fn finer_shift(&self, keys: &[Key]) -> Option<u32> {
        let times = || keys.iter().map(|key| time_of(*key).0);
        let (first, last) = (times().min()?, times().max()?);
        Some(shift_for(last - first, keys.len())).filter(|shift| shift + 2 < self.shift)
    }

    fn retain(&mut self, keeps: &mut impl FnMut(&Key) -> bool) {
        for keys in self.buckets.iter_mut().chain([&mut self.overflow]) {
            keys.retain(&mut *keeps);
        }
        for (word, buckets) in self.filled.iter_mut().zip(self.buckets.chunks(64)) {
            *word = (0..).zip(buckets).map(|(bit, keys)| u64::from(!keys.is_empty()) << bit).sum();
        }
        self.len = self.buckets.iter().map(Vec::len).sum::<usize>() + self.overflow.len();
    }
}

/// The width of buckets, as a power of two, in which `count` events spread over `range` lie [`PER_BUCKET`] to one.
fn shift_for(range: u64, count: usize) -> u32 {
    let width = (range / (count as u64).max(1)).saturating_mul(PER_BUCKET as u64);
    (u64::BITS - width.leading_zeros()).min(u64::BITS - 1)
}

#[allow(clippy::cast_possible_truncation)] // the upper half
const fn time_of(key: Key) -> Instant {
    Instant((key >> 64) as u64)
}

#[allow(clippy::cast_possible_truncation)] // masked
const fn slot_of(key: Key) -> u32 {
    (key & ((1 << SLOT_BITS) - 1)) as u32
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    #[test]
    fn events_come_by_time_then_in_the_order_of_scheduling() {
        let mut calendar = Calendar::default();
        for (at, event) in [(5, 'a'), (3, 'b'), (5, 'c'), (1, 'd')] {
            calendar.schedule(Instant(at), event);
        }
        let order: String = std::iter::from_fn(|| calendar.pop()).map(|(_, event)| event).collect();
        assert_eq!(order, "dbac");
    }

    #[test]
    fn a_canceled_event_does_not_come_and_its_timer_cancels_no_other() {
        let mut calendar = Calendar::default();
        let first = calendar.schedule(Instant(1), 'a');
        calendar.cancel(first);
        assert_eq!(calendar.next_time(), None);
        calendar.schedule(Instant(2), 'b');
        calendar.cancel(first);
        assert_eq!(calendar.pop(), Some((Instant(2), 'b')));
    }

    #[test]
    fn an_event_that_is_not_due_yet_stays() {
        let mut calendar = Calendar::default();
        calendar.schedule(Instant(7), 'a');
        assert_eq!(calendar.pop_until(Instant(6)), None);
        assert_eq!(calendar.pop_until(Instant(7)), Some((Instant(7), 'a')));
    }

    #[test]
    fn canceled_timers_do_not_pile_up() {
        let mut calendar = Calendar::default();
        calendar.schedule(Instant(5), 0);
        for number in 1..200_000 {
            let timer = calendar.schedule(Instant(1_000_000_000 + number), number);
            calendar.cancel(timer);
        }
        assert!(calendar.keys() < 4 * HEAP_ALONE);
        assert_eq!(calendar.pop(), Some((Instant(5), 0)));
        assert_eq!(calendar.pop(), None);
    }

    #[test]
    fn a_canceled_event_is_dropped_at_once() {
        let event = std::rc::Rc::new(());
        let mut calendar = Calendar::default();
        let timer = calendar.schedule(Instant(7), event.clone());
        calendar.cancel(timer);
        assert_eq!(std::rc::Rc::strong_count(&event), 1);
    }

    #[test]
    fn a_hundred_thousand_events_at_one_time_keep_their_order() {
        let mut calendar = Calendar::default();
        for number in 0..100_000 {
            calendar.schedule(Instant(9), number);
        }
        for number in 0..100_000 {
            assert_eq!(calendar.pop(), Some((Instant(9), number)));
        }
    }

    /// What is done to a calendar.
    #[derive(Debug, Clone)]
    enum Do {
        /// Schedule so many events, each so long after the last event taken.
        Schedule(u16, u64),
        /// Take so many.
        Take(u16),
        /// Cancel one of those scheduled, as far back.
        Cancel(u16),
    }

    fn doing() -> impl Strategy<Value = Do> {
        // From many at once to times of all scales, up to the end of time.
        let after = prop_oneof![Just(0), 0..4_u64, 0..1_000_u64, 0..1_000_000_000_u64, 0..u64::MAX, Just(u64::MAX)];
        prop_oneof![
            4 => (1..400_u16, after).prop_map(|(count, after)| Do::Schedule(count, after)),
            3 => (1..600_u16).prop_map(Do::Take),
            2 => (0..2_000_u16).prop_map(Do::Cancel),
        ]
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn whatever_is_done_it_behaves_as_a_sorted_list(deeds in prop::collection::vec(doing(), 1..60)) {
            let mut calendar = Calendar::default();
            let mut list = BTreeMap::new();
            let mut timers = Vec::new();
            let mut now = 0_u64;
            for deed in deeds {
                match deed {
                    Do::Schedule(count, after) => {
                        for step in 0..u64::from(count) {
                            // Scattered, and some of them equal.
                            let spread = (step * step) % 7 * (after / 8);
                            let at = now.saturating_add(after).saturating_sub(spread).max(now);
                            let number = timers.len();
                            timers.push((at, calendar.schedule(Instant(at), number)));
                            list.insert((at, number), ());
                        }
                    }
                    Do::Take(count) => {
                        for _ in 0..count {
                            let expected = list.pop_first().map(|((at, number), ())| (Instant(at), number));
                            prop_assert_eq!(calendar.next_time(), expected.map(|(at, _)| at));
                            prop_assert_eq!(calendar.pop(), expected);
                            now = expected.map_or(now, |(at, _)| at.0);
                        }
                    }
                    Do::Cancel(back) => {
                        if let Some(number) = timers.len().checked_sub(1 + usize::from(back)) {
                            let (at, timer) = timers[number];
                            calendar.cancel(timer);
                            list.remove(&(at, number));
                        }
                    }
                }
            }
            while let Some(((at, number), ())) = list.pop_first() {
                prop_assert_eq!(calendar.pop(), Some((Instant(at), number)));
            }
            prop_assert_eq!(calendar.pop(), None);
        }
    }
}
