//! One shared/exclusive lock with priorities.
//!
//! Pending acquires queue by priority, then by order of coming; all pending shared acquires of one priority
//! form one group, which stands where its first member came. A new acquire waits if anything at all is
//! pending. On release only the top of the queue is woken; a woken group takes no new members, since it holds
//! the lock from that moment. Withdrawing a pending acquire wakes nobody.
//!
//! The lock knows what its holders are doing ([`Activity`]), so that each wait can be blamed on them.

use super::grant::{Activity, Contention, Grant, HeldBy, Mode, Release};
use crate::actors::actor::ActorId;
use crate::job::Priority;
use crate::units::{Instant, Span};
use std::collections::{BTreeMap, VecDeque};

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Holder {
    process: ActorId,
    mode: Mode,
    activity: Activity,
    since: Instant,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Waiter {
    process: ActorId,
    activity: Activity,
    asked: Instant,
    held_before: Box<HeldBy>,
    queue_length: u32,
}

/// An exclusive acquire, or all shared acquires of one priority.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Group {
    mode: Mode,
    waiters: Vec<Waiter>,
}

/// A shared/exclusive lock. See the module for its rules.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Lock {
    holders: Vec<Holder>,
    pending: BTreeMap<Priority, VecDeque<Group>>,
    held_by: HeldBy,
    counted_until: Instant,
    busy_since: Instant,
}

impl Lock {
    /// Asks for the lock. Granted at once, or pending until a release returns the grant.
    pub fn acquire(
        &mut self,
        now: Instant,
        process: ActorId,
        mode: Mode,
        priority: Priority,
        activity: Activity,
    ) -> Option<Grant> {
        self.count(now);
        if self.pending.is_empty() && self.admits(mode) {
            return Some(self.hold(now, process, mode, activity, now, None));
        }
        let queue_length = 1 + u32::try_from(self.waiters().count()).unwrap_or(u32::MAX);
        let held_before = Box::new(self.held_by);
        let waiter = Waiter { process, activity, asked: now, held_before, queue_length };
        let groups = self.pending.entry(priority).or_default();
        match groups.iter_mut().find(|group| mode == Mode::Shared && group.mode == Mode::Shared) {
            Some(group) => group.waiters.push(waiter),
            None => groups.push_back(Group { mode, waiters: vec![waiter] }),
        }
        None
    }

    /// Gives the lock back, and wakes the top of the queue if the lock is free for it: `granted` receives its grants.
    ///
    /// # Panics
    /// If `process` does not hold the lock: a bug in its actor.
    pub fn release(&mut self, now: Instant, process: ActorId, granted: &mut Vec<Grant>) -> Release {
        self.count(now);
        let index = self.holders.iter().position(|holder| holder.process == process);
        let index = index.unwrap_or_else(|| panic!("{process:?} releases a lock that it does not hold: {self:?}"));
        let holder = self.holders.swap_remove(index);
        let busy = self.holders.is_empty().then(|| now.since(self.busy_since));
        self.wake_top(now, granted);
        Release { mode: holder.mode, activity: holder.activity, held: now.since(holder.since), busy }
    }

    /// Takes a pending acquire back. False if `process` has none.
    pub fn withdraw(&mut self, process: ActorId) -> bool {
        let mut found = false;
        for groups in self.pending.values_mut() {
            for group in groups.iter_mut() {
                let before = group.waiters.len();
                group.waiters.retain(|waiter| waiter.process != process);
                found |= group.waiters.len() < before;
            }
            groups.retain(|group| !group.waiters.is_empty());
        }
        self.pending.retain(|_, groups| !groups.is_empty());
        found
    }

    /// True if `process` holds the lock.
    #[must_use]
    pub fn is_held_by(&self, process: ActorId) -> bool {
        self.holders.iter().any(|holder| holder.process == process)
    }

    /// How the lock is held, if it is.
    #[must_use]
    pub fn mode(&self) -> Option<Mode> {
        self.holders.first().map(|holder| holder.mode)
    }

    /// Who holds the lock.
    pub fn holders(&self) -> impl Iterator<Item = ActorId> {
        self.holders.iter().map(|holder| holder.process)
    }

    /// Who waits, in the order of service, by group.
    pub fn pending(&self) -> impl Iterator<Item = (Mode, Vec<ActorId>)> {
        let groups = self.pending.values().flatten();
        groups.map(|group| (group.mode, group.waiters.iter().map(|waiter| waiter.process).collect()))
    }

    /// True if nobody holds it or waits for it.
    #[must_use]
    pub fn is_unused(&self) -> bool {
        self.holders.is_empty() && self.pending.is_empty()
    }

    /// What is wrong with the lock's state, if anything is.
    #[must_use]
    pub fn violation(&self) -> Option<String> {
        let exclusive = self.holders.iter().filter(|holder| holder.mode == Mode::Exclusive).count();
        if exclusive > 0 && self.holders.len() > 1 {
            return Some(format!("held exclusively and by others at once: {:?}", self.holders));
        }
        if self.holders.is_empty() && !self.pending.is_empty() {
            return Some(format!("free, but {:?} wait for it", self.waiters().collect::<Vec<_>>()));
        }
        None
    }

    fn waiters(&self) -> impl Iterator<Item = &Waiter> {
        self.pending.values().flatten().flat_map(|group| &group.waiters)
    }

    fn admits(&self, mode: Mode) -> bool {
        match mode {
            Mode::Exclusive => self.holders.is_empty(),
            Mode::Shared => self.mode() != Some(Mode::Exclusive),
        }
    }

    fn wake_top(&mut self, now: Instant, granted: &mut Vec<Grant>) {
        let Some(mut entry) = self.pending.first_entry() else { return };
        let Some(mode) = entry.get().front().map(|group| group.mode) else { return };
        let admitted = match mode {
            Mode::Exclusive => self.holders.is_empty(),
            Mode::Shared => self.holders.iter().all(|holder| holder.mode == Mode::Shared),
        };
        if !admitted {
            return;
        }
        let group = entry.get_mut().pop_front();
        if entry.get().is_empty() {
            entry.remove();
        }
        for waiter in group.into_iter().flat_map(|group| group.waiters) {
            let mut blame = self.held_by;
            for (held, before) in blame.iter_mut().zip(waiter.held_before.iter()) {
                *held = *held - *before;
            }
            let waited = now.since(waiter.asked);
            let contention = Contention { waited, blame, queue_length: waiter.queue_length };
            let contention = Some(Box::new(contention));
            let grant = self.hold(now, waiter.process, mode, waiter.activity, waiter.asked, contention);
            granted.push(grant);
        }
    }

    fn hold(
        &mut self,
        now: Instant,
        process: ActorId,
        mode: Mode,
        activity: Activity,
        asked: Instant,
        contention: Option<Box<Contention>>,
    ) -> Grant {
        if self.holders.is_empty() {
            self.busy_since = now;
        }
        self.holders.push(Holder { process, mode, activity, since: now });
        let holders = u32::try_from(self.holders.len()).unwrap_or(u32::MAX);
        Grant { process, mode, activity, asked, holders, contention }
    }

    /// Brings `held_by` up to `now`.
    fn count(&mut self, now: Instant) {
        let passed = now.since(self.counted_until);
        self.counted_until = self.counted_until.max(now);
        if let Some(share) = passed.0.checked_div(self.holders.len() as u64) {
            for holder in &self.holders {
                self.held_by[holder.activity as usize] += Span(share);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NORMAL: Priority = Priority::NORMAL;

    fn ask(lock: &mut Lock, at: u64, who: u32, mode: Mode, priority: Priority) -> bool {
        lock.acquire(Instant(at), ActorId(who), mode, priority, Activity::Start).is_some()
    }

    fn release(lock: &mut Lock, at: u64, who: u32) -> Vec<u32> {
        let mut granted = Vec::new();
        lock.release(Instant(at), ActorId(who), &mut granted);
        granted.into_iter().map(|grant| grant.process.0).collect()
    }

    #[test]
    fn a_shared_acquire_waits_behind_a_pending_exclusive_one() {
        let mut lock = Lock::default();
        assert!(ask(&mut lock, 0, 1, Mode::Shared, NORMAL));
        assert!(ask(&mut lock, 0, 2, Mode::Shared, NORMAL));
        assert!(!ask(&mut lock, 1, 3, Mode::Exclusive, NORMAL));
        assert!(!ask(&mut lock, 2, 4, Mode::Shared, NORMAL));
        assert_eq!(release(&mut lock, 3, 1), [] as [u32; 0]);
        assert_eq!(release(&mut lock, 4, 2), [3]);
        assert_eq!(release(&mut lock, 5, 3), [4]);
    }

    #[test]
    fn pending_shared_acquires_of_one_priority_are_one_group_where_the_first_came() {
        let mut lock = Lock::default();
        assert!(ask(&mut lock, 0, 1, Mode::Exclusive, NORMAL));
        for (who, mode) in [(2, Mode::Shared), (3, Mode::Exclusive), (4, Mode::Shared)] {
            assert!(!ask(&mut lock, 1, who, mode, NORMAL));
        }
        assert_eq!(release(&mut lock, 2, 1), [2, 4]);
        assert!(!ask(&mut lock, 3, 5, Mode::Shared, NORMAL), "a woken group takes no new members");
        assert_eq!(release(&mut lock, 4, 2), [] as [u32; 0]);
        assert_eq!(release(&mut lock, 5, 4), [3]);
        assert_eq!(release(&mut lock, 6, 3), [5]);
    }

    #[test]
    fn lower_numbers_are_served_first_and_equal_ones_in_order() {
        let mut lock = Lock::default();
        assert!(ask(&mut lock, 0, 1, Mode::Exclusive, NORMAL));
        for (who, priority) in [(2, Priority::LOW), (3, NORMAL), (4, Priority::HIGH), (5, Priority::HIGH)] {
            assert!(!ask(&mut lock, 1, who, Mode::Exclusive, priority));
        }
        let mut order = Vec::new();
        let mut holder = 1;
        while let [next] = release(&mut lock, 2, holder)[..] {
            order.push(next);
            holder = next;
        }
        assert_eq!(order, [4, 5, 3, 2]);
    }

    #[test]
    fn a_withdrawn_acquire_leaves_no_trace_and_wakes_nobody() {
        let mut lock = Lock::default();
        assert!(ask(&mut lock, 0, 1, Mode::Shared, NORMAL));
        assert!(!ask(&mut lock, 1, 2, Mode::Exclusive, NORMAL));
        assert!(!ask(&mut lock, 1, 3, Mode::Shared, NORMAL));
        assert!(lock.withdraw(ActorId(2)));
        assert!(!lock.withdraw(ActorId(2)));
        assert!(!lock.is_held_by(ActorId(3)));
        assert_eq!(release(&mut lock, 2, 1), [3]);
    }

    #[test]
    fn a_wait_is_blamed_on_what_the_holders_were_doing() {
        let mut lock = Lock::default();
        lock.acquire(Instant(0), ActorId(1), Mode::Shared, NORMAL, Activity::Finish);
        lock.acquire(Instant(0), ActorId(2), Mode::Shared, NORMAL, Activity::CheckDependencies);
        lock.acquire(Instant(10), ActorId(3), Mode::Exclusive, NORMAL, Activity::Submit);
        let mut granted = Vec::new();
        lock.release(Instant(20), ActorId(1), &mut granted);
        lock.release(Instant(50), ActorId(2), &mut granted);
        let contention = granted[0].contention.as_ref().unwrap();
        assert_eq!(contention.waited, Span(40));
        assert_eq!(contention.blame[Activity::Finish as usize], Span(5));
        assert_eq!(contention.blame[Activity::CheckDependencies as usize], Span(35));
    }
}
