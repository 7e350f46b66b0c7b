//! Comparisons whose figures were computed by hand.

use super::sample::{run, with_lock};
use super::*;
use crate::actors::accounting::Account::{Core, Fsync, Mailbox, QueueLock, Run, Write};
use crate::actors::accounting::LockKind;
use crate::lab::readers::Readers;

fn compare(measured: &[RunSummary], control: &[RunSummary], predicted: &[RunSummary]) -> VariantValidation {
    let [measured, control, predicted] =
        [measured, control, predicted].map(|runs| runs.iter().collect::<Vec<&RunSummary>>());
    let runs = VariantRuns { name: "v", measured: &measured, control: &control, predicted: &predicted };
    VariantValidation::of(runs, &Tolerances::default())
}

fn close(found: Option<f64>, expected: f64) {
    let found = found.unwrap();
    assert!((found - expected).abs() < 1e-4 * expected.abs().max(1.0), "{found} is not {expected}");
}

fn row(validation: &VariantValidation, figure: Figure) -> &Row {
    validation.row(figure).unwrap_or_else(|| panic!("no {figure:?} in {validation:#?}"))
}

#[test]
fn errors_are_ratios_of_paired_replications_and_cancel_what_these_have_in_common() {
    // Sojourns differ tenfold between replications; the predictions are 10 % above each.
    let [live, predicted] = [1.0, 1.1].map(|factor| [1_000.0, 2_000.0, 10_000.0].map(|time| time * factor));
    let runs = |times: [f64; 3]| [0, 1, 2].map(|place| run(place, &[(Run, times[place as usize])]));
    let found = compare(&runs(live), &[], &runs(predicted));
    assert_eq!((found.pairs, found.controls), (3, 0));
    let mean = row(&found, Figure::SojournMean);
    close(mean.error.map(|error| error.point), 0.1);
    close(mean.error.and_then(|error| error.high), 0.1);
    close(mean.measured.map(|measured| measured.point / 1e6), 13.0 / 3.0);
    close(mean.predicted.map(|predicted| predicted.point / 1e6), 14.3 / 3.0);
    assert_eq!((mean.verdict, mean.control), (Verdict::Within, None));
    // Ten percent more time is a rate of 1 / 1.1 = 0.90909.
    close(row(&found, Figure::Throughput).error.map(|error| error.point), -0.090_909);
}

#[test]
fn an_interval_that_reaches_over_the_tolerance_is_undecided_and_one_beyond_it_outside() {
    let live = [0, 1, 2].map(|place| run(place, &[(Run, 1_000.0)]));
    // Ratios e^0.10, e^0.12, e^0.14: mean of logs 0.12, s = 0.02, half width 4.30265 · 0.02 / √3 = 0.049683.
    let scattered = [0.10_f64, 0.12, 0.14].map(libm::exp);
    let predicted = [0, 1, 2].map(|place| run(place, &[(Run, 1_000.0 * scattered[place as usize])]));
    let found = compare(&live, &[], &predicted);
    let mean = row(&found, Figure::SojournMean);
    close(mean.error.and_then(|error| error.low), libm::exp(0.12 - 0.049_683) - 1.0);
    close(mean.error.and_then(|error| error.high), libm::exp(0.12 + 0.049_683) - 1.0);
    assert_eq!(mean.verdict, Verdict::Undecided, "0.185 is beyond 0.15, 0.073 is not");
    assert_eq!(row(&found, Figure::SojournP95).verdict, Verdict::Within, "the same error against 25 %");
    let far = [0, 1, 2].map(|place| run(place, &[(Run, 1_500.0)]));
    let found = compare(&live, &[], &far);
    assert_eq!(row(&found, Figure::SojournMean).verdict, Verdict::Outside);
    let two = compare(&live[..2], &[], &far);
    assert_eq!(row(&two, Figure::SojournMean).verdict, Verdict::Undecided, "two replications have no interval");
}

#[test]
fn accounts_are_judged_in_points_of_the_sojourn() {
    // 10 % of 1000 µs against 20 % of 1000 µs: ten points, of which five are allowed; run 90 % against 80 %.
    let live = [0, 1, 2].map(|place| run(place, &[(Fsync, 100.0), (Run, 895.0), (Mailbox, 5.0)]));
    let predicted = [0, 1, 2].map(|place| run(place, &[(Fsync, 200.0), (Run, 798.0), (Mailbox, 2.0)]));
    let found = compare(&live, &[], &predicted);
    let fsync = row(&found, Figure::Account(Fsync));
    assert_eq!(fsync.scale, Scale::Points);
    close(fsync.measured_share, 0.10);
    close(fsync.predicted_share, 0.20);
    close(fsync.error.map(|error| error.point), 0.10);
    close(fsync.measured.map(|measured| measured.point), 100_000.0);
    assert_eq!(fsync.verdict, Verdict::Outside);
    assert_eq!(row(&found, Figure::Account(Mailbox)).verdict, Verdict::Negligible);
    assert!(found.row(Figure::Account(QueueLock)).is_none(), "nobody uses it");
    let differences = found.ledger_differences();
    assert_eq!(differences[0].0, Fsync);
    close(Some(differences[0].1), 100_000.0);
    close(Some(differences[1].1), -97_000.0);
}

#[test]
fn accounts_that_hide_a_modelled_wait_are_judged_in_their_sum() {
    // Live, waiting for a core is part of writing messages; virtual time knows it apart.
    let live = [0, 1, 2].map(|place| run(place, &[(Mailbox, 300.0), (Write, 100.0), (Run, 600.0)]));
    let predicted = [0, 1, 2].map(|place| run(place, &[(Core, 200.0), (Mailbox, 110.0), (Write, 100.0), (Run, 590.0)]));
    let found = compare(&live, &[], &predicted);
    let mailbox = row(&found, Figure::Account(Mailbox));
    assert_eq!((mailbox.verdict, mailbox.judged_in), (Verdict::NotJudged, Some(Figure::Computing)));
    let sum = row(&found, Figure::Computing);
    close(sum.measured_share, 0.30);
    close(sum.error.map(|error| error.point), 0.01);
    assert_eq!(sum.verdict, Verdict::Within);
    let write = row(&found, Figure::Account(Write));
    assert_eq!((write.verdict, write.judged_in), (Verdict::Within, None), "nothing waits for the disk");
    assert_eq!(row(&found, Figure::Files).verdict, Verdict::NotJudged, "its accounts are, one by one");
}

#[test]
fn lock_waits_are_told_per_acquisition_and_judged_per_job() {
    let runs = |wait: f64| [0, 1, 2].map(|place| with_lock(run(place, &[(Run, 1_000.0)]), LockKind::Queue, wait));
    // 200 acquisitions of 100 jobs: 2 · 20 µs = 4 % of 1000 µs, against 2 · 50 µs = 10 %.
    let found = compare(&runs(20.0), &[], &runs(50.0));
    let wait = row(&found, Figure::LockWait(LockKind::Queue));
    close(wait.error.map(|error| error.point), 1.5);
    assert_eq!(wait.verdict, Verdict::NotJudged);
    let per_job = row(&found, Figure::LockWaitPerJob(LockKind::Queue));
    close(per_job.measured_share, 0.04);
    close(per_job.error.map(|error| error.point), 0.06);
    assert_eq!(per_job.verdict, Verdict::Outside);
    let idle = compare(&runs(0.1), &[], &runs(0.4));
    assert_eq!(row(&idle, Figure::LockWait(LockKind::Queue)).verdict, Verdict::Negligible, "four times nothing");
}

#[test]
fn the_control_is_the_second_live_run_against_the_first_and_both_together_are_the_measurement() {
    let live = [0, 1, 2].map(|place| run(place, &[(Run, 1_000.0)]));
    let again = [0, 1, 2].map(|place| run(place, &[(Run, 1_200.0)]));
    let predicted = [0, 1, 2].map(|place| run(place, &[(Run, 1_100.0)]));
    let found = compare(&live, &again, &predicted);
    let mean = row(&found, Figure::SojournMean);
    assert_eq!(found.controls, 3);
    close(mean.control.map(|control| control.point), 0.2);
    close(mean.measured.map(|measured| measured.point), 1_100_000.0);
    close(mean.error.map(|error| error.point + 1.0), 1.0);
}

#[test]
fn broken_and_partial_runs_count_for_nothing_and_their_replications_are_not_paired() {
    let mut live = [0, 1, 2].map(|place| run(place, &[(Run, 1_000.0)]));
    let predicted = [0, 1, 2].map(|place| run(place, &[(Run, 1_000.0)]));
    live[1].fault = Some("a job was lost".into());
    live[2].partial = true;
    let found = compare(&live, &[], &predicted);
    assert_eq!(found.pairs, 1);
    assert_eq!(row(&found, Figure::SojournMean).measured.map(|measured| measured.n), Some(1));
}

#[test]
fn readers_that_one_side_alone_has_are_a_wrong_prediction() {
    let mut live = [0, 1, 2].map(|place| run(place, &[(Run, 1_000.0)]));
    let predicted = live.clone();
    for run in &mut live {
        let spread = crate::lab::histogram::Spread::default();
        run.checks = Some(crate::lab::summary::CheckSummary {
            verdicts: BTreeMap::new(),
            whole: spread,
            queue_lock: spread,
            dependency_lock: spread,
            read: spread,
            parse: spread,
            build: spread,
            bytes_mean: 0.0,
            readers: Some(Readers { mean: 1.5, peak: 3, overlap_share: 0.5, reading_ns: 10 }),
        });
    }
    let found = compare(&live, &[], &predicted);
    let readers = row(&found, Figure::ReadersMean);
    assert_eq!((readers.predicted, readers.verdict), (None, Verdict::Outside));
    assert_eq!(row(&found, Figure::ReadersPeak).verdict, Verdict::NotJudged);
}

#[test]
fn a_profile_of_another_machine_or_file_system_is_told() {
    let machine = Machine { cpu: "Quick 9000".into(), file_system: "ext4".into(), ..Machine::default() };
    let doubts = |on: Option<(&str, &str)>| {
        let measured_on = on.map(|(cpu, file_system)| MachineId { cpu: cpu.into(), file_system: file_system.into() });
        // A title may say anything.
        let title = "Quick 9000, 2 cores, ext4".to_owned();
        ProfileInfo { name: "p".into(), title, source: String::new(), measured_on }.doubts_about(&machine).join("")
    };
    assert_eq!(doubts(Some(("Quick 9000", "ext4"))), "");
    assert!(doubts(Some(("Quick 9000", "tmpfs"))).contains("were on ext4, and the profile “p” is of tmpfs"));
    assert!(doubts(Some(("Slow 1", "ext4"))).contains("not of this machine"));
    assert!(doubts(None).contains("not of this machine"));
}
