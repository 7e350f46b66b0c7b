//! The event calendar: what is to happen when, ordered by (time, sequence).

use crate::actors::TimerId;
use crate::units::Instant;
use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// Events in the order of their times; equal times in the order of scheduling.
///
/// Payloads stand in a slab beside the heap, so that the heap moves small keys only, and a canceled event is a
/// slot left empty, which costs nothing until its time comes.
#[derive(Debug, Clone)]
pub struct Calendar<T> {
    heap: BinaryHeap<Reverse<(Instant, u64, u32)>>,
    slots: Vec<Slot<T>>,
    free: Vec<u32>,
    scheduled: u64,
}

#[derive(Debug, Clone)]
struct Slot<T> {
    /// Tells a timer from earlier ones in the same slot.
    generation: u32,
    event: Option<T>,
}

impl<T> Default for Calendar<T> {
    fn default() -> Self {
        Self { heap: BinaryHeap::new(), slots: Vec::new(), free: Vec::new(), scheduled: 0 }
    }
}

impl<T> Calendar<T> {
    /// Schedules `event`.
    ///
    /// # Panics
    /// With more than 2^32 events at once.
    pub fn schedule(&mut self, at: Instant, event: T) -> TimerId {
        let slot = self.free.pop().unwrap_or_else(|| {
            self.slots.push(Slot { generation: 0, event: None });
            u32::try_from(self.slots.len() - 1).unwrap_or_else(|_| panic!("more than 2^32 events in the calendar"))
        });
        let entry = &mut self.slots[slot as usize];
        entry.event = Some(event);
        self.heap.push(Reverse((at, self.scheduled, slot)));
        self.scheduled += 1;
        TimerId(u64::from(entry.generation) << 32 | u64::from(slot))
    }

    /// Drops an event, if it is still to come.
    pub fn cancel(&mut self, timer: TimerId) {
        let (slot, generation) = (timer.0 & u64::from(u32::MAX), timer.0 >> 32);
        if let Some(entry) = usize::try_from(slot).ok().and_then(|slot| self.slots.get_mut(slot))
            && u64::from(entry.generation) == generation
        {
            entry.event = None;
        }
    }

    /// The time of the next event.
    pub fn next_time(&mut self) -> Option<Instant> {
        while let Some(Reverse((at, _, slot))) = self.heap.peek().copied() {
            if self.slots[slot as usize].event.is_some() {
                return Some(at);
            }
            self.heap.pop();
            self.release(slot);
        }
        None
    }

    /// The next event.
    pub fn pop(&mut self) -> Option<(Instant, T)> {
        while let Some(Reverse((at, _, slot))) = self.heap.pop() {
            let event = self.slots[slot as usize].event.take();
            self.release(slot);
            if let Some(event) = event {
                return Some((at, event));
            }
        }
        None
    }

    fn release(&mut self, slot: u32) {
        let entry = &mut self.slots[slot as usize];
        entry.generation = entry.generation.wrapping_add(1);
        self.free.push(slot);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
}
