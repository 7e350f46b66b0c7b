//! How often a study says what is wrong: many studies whose truth is known, with streams that their variants do not share, the
//! stand-in for a live machine's noise. `docs/statistics.md` describes the rules that keep these rates.

#![allow(clippy::unwrap_used)] // tests

use jqlab::lab::findings::{Counted, Effect, Findings, Pooled, Resamples, Verdict, quantile, ratio};
use jqlab::lab::runner::Controls;
use jqlab::lab::statistics::Method;
use jqlab::lab::{self, Options, RunSummary, Study};
use jqlab::runtime::streams::{Draws, Purpose, Streams};
use jqlab::scenario::{self, Plan, Runtime, Until};
use rayon::prelude::*;

/// As large as shipped studies: 12 blocks of 200 jobs. In one variant everything takes a tenth longer; one is the same as the first.
const STUDY: &str = r#"
title = "Two that are the same, and one that is slower"
seed  = 1
[workload]
jobs     = 200
arrivals = { process = "poisson", rate = "5/s" }
[[workload.class]]
name = "plain"
[[workload.class.opcode]]
run = { uniform = { from = "4ms", to = "16ms" } }
[design]
workers         = 2
request_threads = 1
durability      = "rename-only"
[[variant]]
name = "first"
[[variant]]
name     = "slow"
workload = { plain = { opcode = [{ run = { uniform = { from = "4.46ms", to = "17.66ms" } } }] } }
[[variant]]
name = "same"
[run]
runtime        = "virtual"
random_numbers = "own"
replications   = 12
warmup         = "none"

[[claim]]
quote   = "slower"
measure = "sojourn mean"
compare = ["slow", "first"]
expect  = "greater"
[[claim]]
quote   = "hardly slower"
measure = "sojourn mean"
compare = ["slow", "first"]
expect  = "equivalent within 5%"
[[claim]]
quote   = "the mean differs"
measure = "sojourn mean"
compare = ["same", "first"]
expect  = "greater"
[[claim]]
quote   = "the 95th percentile differs"
measure = "sojourn p95"
compare = ["same", "first"]
expect  = "less"
[[claim]]
quote   = "the mean is alike"
measure = "sojourn mean"
compare = ["same", "first"]
expect  = "equivalent within 10%"
[[claim]]
quote   = "the 95th percentile is alike"
measure = "sojourn p95"
compare = ["same", "first"]
expect  = "equivalent within 10%"
"#;

const STUDIES: u64 = 100;
/// Places of the claims that are true, and of those that are not.
const TRUE: [usize; 3] = [0, 4, 5];
const FALSE: [usize; 3] = [1, 2, 3];
/// After so many blocks a study looks whether they are enough.
const LOOKS: [u32; 3] = [4, 8, 12];

/// How often each claim was supported and refuted, in the order of the scenario.
#[derive(Debug, Default)]
struct Tally {
    supported: [u32; 6],
    refuted: [u32; 6],
    blocks: usize,
}

impl Tally {
    /// These claims of the study.
    fn count(&mut self, findings: &Findings, claims: &[usize]) {
        for (claim, judged) in claims.iter().zip(&findings.claims) {
            self.supported[*claim] += u32::from(judged.verdict == Verdict::Supported);
            self.refuted[*claim] += u32::from(judged.verdict == Verdict::Refuted);
        }
        self.blocks += findings.blocks;
    }

    fn keeps_the_rates(&self) {
        let [slower, hardly, mean_differs, p95_differs, mean_alike, p95_alike] = self.supported;
        assert!(slower >= 95, "a slowdown of 10 % is seen: {self:?}");
        assert_eq!(hardly, 0, "a slowdown of 10 % is never within 5 %: {self:?}");
        assert!(mean_differs <= 5 && p95_differs <= 5, "what is the same does not differ: {self:?}");
        assert!(mean_alike >= 90 && p95_alike >= 90, "what is the same is alike within 10 %: {self:?}");
        assert!(self.refuted[0] + self.refuted[4] + self.refuted[5] <= 5, "what is true is not refuted: {self:?}");
    }
}

fn plan(seed: u64) -> Plan {
    let plan = scenario::read("rates.toml", STUDY).unwrap_or_else(|errors| panic!("{errors}"));
    Plan { seed, ..plan }
}

fn made(seed: u64) -> (Study, Vec<RunSummary>) {
    let mut options = Options::new(Runtime::Virtual);
    options.controls = Controls::None;
    let analysis = lab::study(&plan(seed), &options, &mut ()).unwrap().analysis;
    (analysis.study, analysis.runs)
}

/// The findings of the first look at which the study, with these of its claims alone, has enough blocks.
fn at_the_last_look(study: &Study, runs: &[RunSummary], claims: &[usize]) -> Findings {
    let mut study = study.clone();
    study.claims = claims.iter().map(|claim| study.claims[*claim].clone()).collect();
    study.design_of_runs.until = Until::Decided;
    study.design_of_runs.looks = LOOKS.to_vec();
    let look = |blocks: &u32| {
        let so_far: Vec<RunSummary> = runs.iter().filter(|run| run.replication < *blocks).cloned().collect();
        Findings::at_a_look(&study, &so_far)
    };
    let is_last = |findings: &Findings| findings.is_enough(Until::Decided, &study.claims) || findings.blocks == 12;
    LOOKS.iter().map(look).find(is_last).unwrap()
}

#[test]
fn verdicts_are_hardly_ever_wrong_whether_the_number_of_blocks_is_fixed_or_depends_on_them() {
    // One after the other: the runs of each go over the cores.
    let both = (0..STUDIES).map(|seed| {
        let (study, runs) = made(seed);
        // What is true can be decided early; what is false of twins never is, unless wrongly.
        let looks = [TRUE, FALSE].map(|claims| at_the_last_look(&study, &runs, &claims));
        (Findings::of(&study, &runs, None), looks)
    });
    let (mut fixed, mut decided) = (Tally::default(), Tally::default());
    for (at_the_end, [right, wrong]) in both {
        fixed.count(&at_the_end, &[0, 1, 2, 3, 4, 5]);
        decided.count(&right, &TRUE);
        decided.count(&wrong, &FALSE);
    }
    fixed.keeps_the_rates();
    decided.keeps_the_rates();
    assert!(decided.blocks < 3 * fixed.blocks / 2, "{} blocks of {}", decided.blocks, fixed.blocks);
}

/// How a figure of a block scatters around 1, as a factor.
#[derive(Debug, Clone, Copy)]
enum Noise {
    Normal,
    Lognormal,
    /// One in ten blocks stalls.
    Stalls,
    /// A mean over 20 jobs, one in ten of which takes ten times as long.
    Jobs,
}

impl Noise {
    fn factor(self, draws: &mut Draws) -> f64 {
        match self {
            Self::Normal => 1.0 + 0.08 * draws.normal(),
            Self::Lognormal => libm::exp(0.2 * draws.normal()),
            Self::Stalls => {
                let stall = if draws.unit() < 0.1 { 0.2 } else { 0.0 };
                libm::exp(0.05 * draws.normal() + stall * draws.exponential())
            }
            Self::Jobs => {
                let mut job = || draws.exponential() * if draws.unit() < 0.1 { 10.0 } else { 1.0 };
                (0..20).map(|_| job()).sum::<f64>() / 20.0 / 1.9
            }
        }
    }
}

const CASES: u64 = 1000;
const BLOCKS: usize = 12;

fn draws(case: u64, place: u32) -> Draws {
    Streams::new(case, 0).stream(Purpose::RunTimes).at(place, 0)
}

/// The figures of variants with a common effect of each block, block by block in each.
fn columns(case: u64, variants: usize, blocks: usize, noise: Noise) -> Vec<Vec<f64>> {
    let mut draws = draws(case, 0);
    let common: Vec<f64> = (0..blocks).map(|_| libm::exp(0.3 * draws.normal())).collect();
    (0..variants).map(|_| common.iter().map(|block| block * noise.factor(&mut draws)).collect()).collect()
}

fn pairs(columns: &[Vec<f64>]) -> Vec<(f64, f64)> {
    columns[0].iter().copied().zip(columns[1].iter().copied()).collect()
}

fn pooled(columns: &[Vec<f64>]) -> Option<Pooled> {
    let logs: Vec<Vec<f64>> =
        columns.iter().map(|column| column.iter().map(|value| libm::log(*value)).collect()).collect();
    Pooled::of_layout(&logs)
}

fn covers(effect: &Effect, truth: f64) -> bool {
    effect.low.unwrap() <= truth && truth <= effect.high.unwrap()
}

/// Of 1,000 cases, 92 to 98 % cover the truth.
fn covers_as_often_as_it_says(what: &str, case: impl Fn(u64) -> bool + Sync) {
    let covered = (0..CASES).into_par_iter().filter(|seed| case(*seed)).count();
    assert!((920..=980).contains(&covered), "{what}: {covered} of {CASES} intervals cover the truth");
}

#[test]
fn intervals_of_paired_blocks_cover_the_truth() {
    for noise in [Noise::Normal, Noise::Lognormal, Noise::Stalls, Noise::Jobs] {
        covers_as_often_as_it_says(&format!("paired, {noise:?}"), |case| {
            covers(&ratio(&pairs(&columns(case, 2, BLOCKS, noise)), None, 0.95).unwrap(), 1.0)
        });
    }
}

#[test]
fn intervals_with_a_variance_pooled_where_scatter_is_alike_cover_the_truth() {
    for noise in [Noise::Normal, Noise::Lognormal, Noise::Stalls, Noise::Jobs] {
        covers_as_often_as_it_says(&format!("pooled, {noise:?}"), |case| {
            let columns = columns(case, 6, BLOCKS, noise);
            covers(&ratio(&pairs(&columns), pooled(&columns).as_ref(), 0.95).unwrap(), 1.0)
        });
    }
}

#[test]
fn intervals_cover_the_truth_also_where_scatter_is_not_alike_and_a_test_decides_on_pooling() {
    covers_as_often_as_it_says("pooled or not", |case| {
        let mut columns = columns(case, 6, BLOCKS, Noise::Lognormal);
        let mut draws = draws(case, 1);
        for column in &mut columns[..2] {
            column.iter_mut().for_each(|value| *value *= libm::exp(0.25 * draws.normal()));
        }
        covers(&ratio(&pairs(&columns), pooled(&columns).as_ref(), 0.95).unwrap(), 1.0)
    });
}

#[test]
fn a_pooled_variance_is_used_where_scatter_is_alike_more_often_than_where_it_is_not() {
    let is_pooled = |case, times: f64| {
        let mut columns = columns(case, 6, BLOCKS, Noise::Lognormal);
        let mut draws = draws(case, 1);
        columns[0].iter_mut().for_each(|value| *value *= libm::exp(times * draws.normal()));
        ratio(&pairs(&columns), pooled(&columns).as_ref(), 0.95).unwrap().method == Method::PooledVariance
    };
    let often = |times: f64| (0..200).filter(|case| is_pooled(*case, times)).count();
    assert!(often(0.0) > 100, "{}", often(0.0));
    assert!(often(0.6) < 20, "{}", often(0.6));
}

#[test]
fn intervals_of_means_and_of_ratios_of_means_cover_the_truth() {
    // Not of blocks that stall, one in ten: in a quarter of all studies none does, and no interval can know that one might.
    for (noise, mean) in [(Noise::Normal, 1.0), (Noise::Lognormal, libm::exp(0.02)), (Noise::Jobs, 1.0)] {
        covers_as_often_as_it_says(&format!("mean, {noise:?}"), |case| {
            let mut draws = draws(case, 2);
            let values: Vec<f64> = (0..BLOCKS).map(|_| noise.factor(&mut draws)).collect();
            covers(&Effect::of_values(&values, 0.95).unwrap(), mean)
        });
    }
    // Poisson counts of 1.5 and 3 a block: often nothing.
    covers_as_often_as_it_says("ratio of means", |case| {
        let mut draws = draws(case, 3);
        let mut count = |mean: f64| {
            let (mut left, mut count) = (mean - draws.exponential(), 0.0);
            while left > 0.0 {
                left -= draws.exponential();
                count += 1.0;
            }
            count
        };
        let pairs: Vec<(f64, f64)> = (0..BLOCKS).map(|_| (count(1.5), count(3.0))).collect();
        covers(&ratio(&pairs, None, 0.95).unwrap(), 0.5)
    });
}

/// Sojourn times of the jobs of a block, in nanoseconds and counted; a block's noise is common to all of its jobs.
fn sojourns(draws: &mut Draws, jobs: usize, block: f64, job: impl Fn(&mut Draws) -> f64) -> Vec<(u64, u64)> {
    let factor = libm::exp(block * draws.normal()) * 1e7;
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // less than an hour
    let mut times: Vec<u64> = (0..jobs).map(|_| (factor * job(draws)) as u64 >> 14 << 14).collect();
    times.sort_unstable();
    times.chunk_by(|one, other| one == other).map(|alike| (alike[0], alike.len() as u64)).collect()
}

#[test]
fn intervals_of_quantiles_by_bootstrap_cover_the_truth() {
    let exponential = |draws: &mut Draws| draws.exponential();
    let lognormal = |draws: &mut Draws| libm::exp(0.8 * draws.normal());
    let mixture = |draws: &mut Draws| draws.exponential() * if draws.unit() < 0.1 { 5.0 } else { 1.0 };
    let of = |what: &str, share: f64, block: f64, job: &(dyn Fn(&mut Draws) -> f64 + Sync)| {
        covers_as_often_as_it_says(what, |case| {
            let mut draws = draws(case, 4);
            let mut side = || Counted::of(&(0..10).map(|_| sojourns(&mut draws, 200, block, job)).collect::<Vec<_>>());
            let (of, with) = (side(), side());
            covers(&quantile(&of, Some(&with), share, &Resamples::of(case, 10), 0.95).unwrap(), 1.0)
        });
    };
    of("p95, exponential", 0.95, 0.0, &exponential);
    of("p95, lognormal, blocks that differ", 0.95, 0.1, &lognormal);
    of("p50, mixture, blocks that differ", 0.50, 0.1, &mixture);
}

#[test]
fn intervals_cover_the_truth_also_if_a_study_stops_as_soon_as_it_is_decided() {
    // Pocock's level for three looks; the truth is near the end of what is claimed, where stopping does the most harm.
    covers_as_often_as_it_says("three looks", |case| {
        let truth = 1.0 + 0.05 * (2.0 * draws(case, 5).unit() - 1.0);
        let columns = columns(case, 2, 15, Noise::Lognormal);
        let pairs: Vec<(f64, f64)> = pairs(&columns).into_iter().map(|(of, with)| (of * truth, with)).collect();
        let look = |blocks: usize| ratio(&pairs[..blocks], None, 1.0 - 0.0221).unwrap();
        let is_decided = |effect: &Effect| effect.low.unwrap() > 1.0 || effect.high.unwrap() < 1.0;
        let last = [5, 10, 15].map(look).into_iter().find(is_decided).unwrap_or_else(|| look(15));
        covers(&last, truth)
    });
}
