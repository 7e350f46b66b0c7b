//! One shared/exclusive lock with priorities.
//!
//! Pending acquires queue by priority, then by order of coming; all pending shared acquires of one priority
//! form one group, which stands where its first member came. An acquire is granted without queueing if nothing
//! is pending and its mode is admitted. One in the queue is looked at three times, and granted if it stands on top
//! and its mode is admitted: when it joins, when it is woken, and when its own time is over, after which it is gone.
//!
//! The top is woken when the lock has no owner left: an earlier sharer's release wakes nobody, nor does an acquire
//! that gives up. A woken group takes no new members, since it holds the lock from that moment.
//!
//! The lock knows what its holders are doing ([`Activity`]), so that each wait can be blamed on them.

use super::grant::{Activity, Ask, Contention, Grant, HeldBy, Mode, Release};
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
    /// Asks for the lock. Granted at once, or pending until a release, or the end of its time, returns the grant.
    pub fn acquire(&mut self, now: Instant, ask: Ask) -> Option<Grant> {
        let grant = self.try_acquire(now, ask);
        if grant.is_some() {
            return grant;
        }
        let Ask { process, mode, priority, activity } = ask;
        if self.would_stand_on_top(mode, priority) && self.admits(mode) {
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

    /// Asks for the lock without being ready to queue for it.
    pub fn try_acquire(&mut self, now: Instant, ask: Ask) -> Option<Grant> {
        self.count(now);
        let Ask { process, mode, activity, .. } = ask;
        (self.pending.is_empty() && self.admits(mode)).then(|| self.hold(now, process, mode, activity, now, None))
    }

    /// Gives the lock back, and wakes the top of the queue if nobody holds it now: `granted` receives its grants.
    ///
    /// # Panics
    /// If `process` does not hold the lock: a bug in its actor.
    pub fn release(&mut self, now: Instant, process: ActorId, granted: &mut Vec<Grant>) -> Release {
        self.count(now);
        let index = self.holders.iter().position(|holder| holder.process == process);
        let index = index.unwrap_or_else(|| panic!("{process:?} releases a lock that it does not hold: {self:?}"));
        let holder = self.holders.swap_remove(index);
        let busy = self.holders.is_empty().then(|| now.since(self.busy_since));
        if self.holders.is_empty() {
            self.wake_top(now, granted);
        }
        let Holder { process, mode, activity, since } = holder;
        Release { process, mode, activity, held: now.since(since), busy }
    }

    /// The time of a pending acquire is over. It is granted if it stands on top and its mode is admitted; else it is
    /// taken back, which wakes nobody.
    ///
    /// # Panics
    /// If `process` has no pending acquire: a bug in its actor.
    pub fn time_over(&mut self, now: Instant, process: ActorId) -> Option<Grant> {
        self.count(now);
        let (mut on_top, mut found) = (true, None);
        'queue: for groups in self.pending.values_mut() {
            for group in groups.iter_mut() {
                if let Some(index) = group.waiters.iter().position(|waiter| waiter.process == process) {
                    found = Some((group.mode, group.waiters.remove(index)));
                    groups.retain(|group| !group.waiters.is_empty());
                    break 'queue;
                }
                on_top = false;
            }
        }
        self.pending.retain(|_, groups| !groups.is_empty());
        let Some((mode, waiter)) = found else {
            panic!("{process:?} gives up a lock that it does not wait for: {self:?}")
        };
        (on_top && self.admits(mode)).then(|| self.hold_after_waiting(now, mode, waiter))
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

    /// Whether an acquire that joins the queue now would belong to the group on top.
    fn would_stand_on_top(&self, mode: Mode, priority: Priority) -> bool {
        let Some((top, groups)) = self.pending.first_key_value() else { return true };
        let joins = || mode == Mode::Shared && groups.front().is_some_and(|group| group.mode == Mode::Shared);
        priority < *top || (priority == *top && joins())
    }

    fn wake_top(&mut self, now: Instant, granted: &mut Vec<Grant>) {
        // Nobody waits.
        let Some(mut entry) = self.pending.first_entry() else { return };
        let group = entry.get_mut().pop_front();
        if entry.get().is_empty() {
            entry.remove();
        }
        for (mode, waiter) in
            group.into_iter().flat_map(|group| group.waiters.into_iter().map(move |one| (group.mode, one)))
        {
            granted.push(self.hold_after_waiting(now, mode, waiter));
        }
    }

    fn hold_after_waiting(&mut self, now: Instant, mode: Mode, waiter: Waiter) -> Grant {
        let Waiter { process, activity, asked, held_before, queue_length } = waiter;
        let mut blame = self.held_by;
        for (held, before) in blame.iter_mut().zip(held_before.iter()) {
            *held = *held - *before;
        }
        let contention = Contention { waited: now.since(asked), blame, queue_length };
        self.hold(now, process, mode, activity, asked, Some(Box::new(contention)))
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
        lock.acquire(Instant(at), Ask { process: ActorId(who), mode, priority, activity: Activity::Start }).is_some()
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

    fn time_over(lock: &mut Lock, at: u64, who: u32) -> bool {
        lock.time_over(Instant(at), ActorId(who)).is_some()
    }

    #[test]
    fn who_gives_up_leaves_no_trace_and_wakes_nobody() {
        let mut lock = Lock::default();
        assert!(ask(&mut lock, 0, 1, Mode::Shared, NORMAL));
        assert!(!ask(&mut lock, 1, 2, Mode::Exclusive, NORMAL));
        assert!(!ask(&mut lock, 1, 3, Mode::Shared, NORMAL));
        assert!(!time_over(&mut lock, 2, 2));
        assert!(!lock.is_held_by(ActorId(2)) && !lock.is_held_by(ActorId(3)));
        assert_eq!(release(&mut lock, 3, 1), [3]);
    }

    #[test]
    fn who_stands_on_top_when_its_time_is_over_takes_the_lock_if_its_mode_is_admitted() {
        let mut lock = Lock::default();
        assert!(ask(&mut lock, 0, 1, Mode::Shared, NORMAL));
        assert!(!ask(&mut lock, 1, 2, Mode::Exclusive, NORMAL));
        for who in [3, 4] {
            assert!(!ask(&mut lock, 1, who, Mode::Shared, NORMAL));
        }
        assert!(!time_over(&mut lock, 2, 4), "an exclusive acquire stands before it");
        assert!(!time_over(&mut lock, 3, 2));
        let grant = lock.time_over(Instant(5), ActorId(3)).unwrap();
        assert_eq!((grant.holders, grant.contention.unwrap().waited), (2, Span(4)));
    }

    #[test]
    fn an_earlier_sharer_wakes_nobody() {
        let mut lock = Lock::default();
        for who in [1, 2] {
            assert!(ask(&mut lock, 0, who, Mode::Shared, NORMAL));
        }
        assert!(!ask(&mut lock, 1, 3, Mode::Exclusive, NORMAL));
        assert!(!ask(&mut lock, 1, 4, Mode::Shared, NORMAL));
        assert!(!time_over(&mut lock, 2, 3));
        assert_eq!(release(&mut lock, 3, 1), [] as [u32; 0]);
        assert_eq!(release(&mut lock, 4, 2), [4]);
    }

    #[test]
    fn who_joins_the_queue_on_top_of_it_takes_the_lock_if_its_mode_is_admitted_and_it_may_queue() {
        let mut lock = Lock::default();
        assert!(ask(&mut lock, 0, 1, Mode::Shared, NORMAL));
        assert!(!ask(&mut lock, 1, 2, Mode::Exclusive, NORMAL));
        assert!(!ask(&mut lock, 1, 3, Mode::Exclusive, Priority::HIGH), "on top, but not admitted");
        assert!(!ask(&mut lock, 1, 4, Mode::Shared, NORMAL), "not on top");
        for who in [2, 3] {
            assert!(!time_over(&mut lock, 2, who));
        }
        let sharer = |process| Ask { process, mode: Mode::Shared, priority: NORMAL, activity: Activity::Start };
        assert_eq!(lock.try_acquire(Instant(3), sharer(ActorId(5))), None);
        assert!(ask(&mut lock, 3, 5, Mode::Shared, NORMAL), "it joins the group on top");
        assert!(!lock.is_held_by(ActorId(4)));
    }

    #[test]
    #[should_panic(expected = "ActorId(2) gives up a lock that it does not wait for: Lock {")]
    fn giving_up_what_one_does_not_wait_for_is_a_bug() {
        let mut lock = Lock::default();
        assert!(ask(&mut lock, 0, 1, Mode::Shared, NORMAL));
        time_over(&mut lock, 1, 2);
    }

    #[test]
    fn a_wait_is_blamed_on_what_the_holders_were_doing() {
        let mut lock = Lock::default();
        let acquire = |lock: &mut Lock, at, who, mode, activity| {
            lock.acquire(Instant(at), Ask { process: ActorId(who), mode, priority: NORMAL, activity });
        };
        acquire(&mut lock, 0, 1, Mode::Shared, Activity::Finish);
        acquire(&mut lock, 0, 2, Mode::Shared, Activity::CheckDependencies);
        acquire(&mut lock, 10, 3, Mode::Exclusive, Activity::Submit);
        let mut granted = Vec::new();
        lock.release(Instant(20), ActorId(1), &mut granted);
        lock.release(Instant(50), ActorId(2), &mut granted);
        let contention = granted[0].contention.as_ref().unwrap();
        assert_eq!(contention.waited, Span(40));
        assert_eq!(contention.blame[Activity::Finish as usize], Span(5));
        assert_eq!(contention.blame[Activity::CheckDependencies as usize], Span(35));
    }
}
