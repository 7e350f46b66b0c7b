//! Jobs that wait for each other in a ring: none of them ever goes on.

use crate::job::JobId;
use std::collections::{BTreeMap, BTreeSet};

/// Which unfinished jobs each unfinished job depends on.
pub(super) type Waits = BTreeMap<JobId, BTreeSet<JobId>>;

/// Rings among `waits`, each from its lowest job on, in the order of waiting. Not all that can be drawn, but
/// every job that can never go on is in one of these, or waits for one in the end.
pub(super) fn rings(mut waits: Waits) -> Vec<Vec<JobId>> {
    drop_jobs_that_will_go_on(&mut waits);
    let mut rings = Vec::new();
    let mut walked = BTreeSet::new();
    // From each job along its first dependency until a job comes again: a ring, if the job is of this walk.
    for start in waits.keys() {
        let mut path = Vec::new();
        let mut job = *start;
        while walked.insert(job) {
            path.push(job);
            match waits[&job].iter().find(|on| waits.contains_key(on)) {
                Some(on) => job = *on,
                None => break,
            }
        }
        if let Some(place) = path.iter().position(|walked| *walked == job) {
            rings.push(from_lowest(path.split_off(place)));
        }
    }
    rings.sort();
    rings
}

/// Removes every job that depends on nothing in `waits`, until each depends on another one there. Each
/// dependency is looked at once, so that long chains take no longer than as many single jobs.
fn drop_jobs_that_will_go_on(waits: &mut Waits) {
    let mut waiting_for: BTreeMap<JobId, Vec<JobId>> = BTreeMap::new();
    let mut open: BTreeMap<JobId, usize> = BTreeMap::new();
    for (job, on) in &*waits {
        let unfinished: Vec<_> = on.iter().filter(|on| waits.contains_key(on)).collect();
        open.insert(*job, unfinished.len());
        for on in unfinished {
            waiting_for.entry(*on).or_default().push(*job);
        }
    }
    let mut free: Vec<_> = open.iter().filter(|(_, count)| **count == 0).map(|(job, _)| *job).collect();
    while let Some(job) = free.pop() {
        waits.remove(&job);
        for waiting in waiting_for.remove(&job).unwrap_or_default() {
            if let Some(count) = open.get_mut(&waiting) {
                *count -= 1;
                if *count == 0 {
                    free.push(waiting);
                }
            }
        }
    }
}

/// The same ring, starting with its lowest job.
fn from_lowest(mut ring: Vec<JobId>) -> Vec<JobId> {
    let lowest = ring.iter().enumerate().min_by_key(|(_, job)| **job).map_or(0, |(index, _)| index);
    ring.rotate_left(lowest);
    ring
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rings_of(waits: &[(u64, &[u64])]) -> Vec<Vec<u64>> {
        let waits = waits.iter().map(|(job, on)| (JobId(*job), on.iter().copied().map(JobId).collect())).collect();
        rings(waits).into_iter().map(|ring| ring.into_iter().map(|job| job.0).collect()).collect()
    }

    #[test]
    fn only_jobs_that_wait_for_themselves_in_the_end_are_in_a_ring() {
        assert_eq!(rings_of(&[(1, &[]), (2, &[1]), (3, &[2, 1])]), [[0; 0]; 0]);
        assert_eq!(rings_of(&[(1, &[9])]), [[0; 0]; 0]);
        assert_eq!(rings_of(&[(1, &[1])]), [[1]]);
        assert_eq!(rings_of(&[(1, &[4]), (2, &[4]), (4, &[7]), (7, &[2]), (8, &[])]), [[2, 4, 7]]);
        assert_eq!(rings_of(&[(4, &[3]), (3, &[4]), (1, &[2]), (2, &[1])]), [[1, 2], [3, 4]]);
        assert_eq!(rings_of(&[(1, &[2]), (2, &[1]), (3, &[4, 1]), (4, &[3])]), [[1, 2]], "3 waits for the ring");
    }

    #[test]
    fn a_long_chain_is_walked_without_recursion() {
        let chain: Vec<_> = (0..2_000).map(|job| (JobId(job), BTreeSet::from([JobId((job + 1) % 2_000)]))).collect();
        assert_eq!(rings(chain.into_iter().collect())[0].len(), 2_000);
    }
}
