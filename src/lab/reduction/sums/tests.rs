//! Sums against those of lists.

use super::*;
use crate::actors::accounting::Verdict;
use crate::actors::accounting::{Account, Ledger};
use crate::actors::files::FileTally;
use crate::job::{JobId, Status};
use crate::lab::reduction::CheckPart;
use crate::units::Span;

/// The job at `place`, due a microsecond after the one before, of class 0 or 1 in turn.
fn job(place: u32, sojourn: u64) -> JobRow {
    let due = Instant(u64::from(place) * 1000);
    let mut ledger = Ledger::starting(due);
    ledger.charge(Account::Run, due + Span(sojourn));
    JobRow {
        id: JobId(u64::from(place) + 1),
        submission: Some(place),
        class: u16::from(place % 2 == 1),
        due,
        started: Some(due),
        finished: due + Span(sojourn),
        status: Status::Success,
        ledger,
        tally: FileTally { writes: 4, ..FileTally::default() },
        failed_attempts: 0,
        raises: 0,
        runs_again: 0,
        checks: 0,
        opcodes: 1,
        messages: 0,
    }
}

fn check(place: u32, reading: (u64, u64)) -> DependencyCheck {
    DependencyCheck {
        job: JobId(u64::from(place) + 1),
        submission: Some(place),
        class: 0,
        on: JobId(1),
        began: Instant(reading.0),
        ended: Instant(reading.1),
        queue_lock: Span::ZERO,
        dependency_lock: Span::ZERO,
        read: Span(reading.1 - reading.0),
        parse: Span::ZERO,
        build: Span::ZERO,
        reading: Some((Instant(reading.0), Instant(reading.1))),
        bytes: 100,
        verdict: Verdict::Continue,
        message: String::new(),
        wanted: String::new(),
    }
}

#[test]
fn jobs_after_the_cut_are_summed_up_whatever_the_order_of_their_ends() {
    for jobs in [1_000, 5_120, 100_000] {
        let mut sums = Sums::new(WarmUp::Mser5, 2);
        for place in (0..jobs).rev() {
            sums.add_job(&job(place, u64::from(place)));
        }
        let size = sums.size;
        assert!(sums.parts.len() <= PARTS_MAX && (size == PART) == (jobs <= 5_120));
        let means = sums.part_means();
        let middle = |index: usize| f64::from(size) * (index as f64 + 0.5) - 0.5;
        assert!(means.iter().all(|(index, mean)| (mean - middle(*index)).abs() < 1e-6));
        let summed = sums.after(10);
        let first = 10 * size;
        assert_eq!(summed.cut, u64::from(first));
        let mut expected = vec![JobSums::default(); 2];
        (first..jobs).for_each(|place| expected[(place % 2) as usize].add(&job(place, u64::from(place))));
        assert_eq!(summed.jobs, expected);
    }
}

#[test]
fn a_cut_that_is_known_needs_no_parts() {
    for (warmup, cut) in [(WarmUp::Jobs(7), 7), (WarmUp::Time(Span(3_000)), 3), (WarmUp::Jobs(99), 20)] {
        let mut sums = Sums::new(warmup, 2);
        (0..20).for_each(|place| sums.add_job(&job(place, 5)));
        assert!(sums.parts.len() <= 1);
        assert_eq!(sums.ended(), 20);
        let summed = sums.after(0);
        assert_eq!((summed.cut, summed.jobs.iter().map(|jobs| jobs.n).sum::<u64>()), (cut, 20 - cut));
    }
}

#[test]
fn checks_count_with_the_jobs_that_made_them() {
    let mut sums = Sums::new(WarmUp::Mser5, 1);
    for place in 0..20 {
        let began = 10 * u64::from(place);
        sums.add_check(&check(place, (began, began + 15)));
    }
    let checks = sums.after(2).checks;
    assert_eq!((checks.count(), checks.readings, checks.bytes_read), (10, 10, 1000));
    assert_eq!(checks.part(CheckPart::Whole).total, 150);
    // From 100 on: each reads for 10 alone or with the one before, which takes 5 of it.
    assert_eq!((checks.readers.any, checks.readers.several, checks.readers.peak), (Span(105), Span(50), 2));
}
