//! What the models are held against, written independently of them.

use jqlab::units::{Instant, Span};
use statrs::distribution::{ContinuousCDF, StudentsT};

/// Waits of jobs that arrive in this order at `servers` equal servers, first come, first served: each takes the
/// server that is free first (Kiefer and Wolfowitz).
pub(crate) fn first_come_first_served(jobs: &[(Instant, Span)], servers: usize) -> Vec<Span> {
    let mut free_at = vec![Instant::ZERO; servers];
    jobs.iter()
        .map(|(arrives, takes)| {
            let first = (0..servers).min_by_key(|server| free_at[*server]).unwrap();
            let begins = free_at[first].max(*arrives);
            free_at[first] = begins + *takes;
            begins.since(*arrives)
        })
        .collect()
}

/// Waits of jobs (arrival, service, priority) at `servers` equal servers that take the most urgent first, those of
/// equal priority as they came, and interrupt nobody. Lower numbers are more urgent.
pub(crate) fn by_priority(jobs: &[(Instant, Span, i64)], servers: usize) -> Vec<Span> {
    let mut waits = vec![Span::ZERO; jobs.len()];
    let mut free_at = vec![Instant::ZERO; servers];
    let mut waiting: Vec<usize> = Vec::new();
    let mut arrived = 0;
    while arrived < jobs.len() || !waiting.is_empty() {
        let server = (0..servers).min_by_key(|server| free_at[*server]).unwrap();
        // Whoever is there when the server is free; if nobody is, the next to arrive.
        let now = match waiting.is_empty() {
            true => free_at[server].max(jobs[arrived].0),
            false => free_at[server],
        };
        while arrived < jobs.len() && jobs[arrived].0 <= now {
            waiting.push(arrived);
            arrived += 1;
        }
        let place = (0..waiting.len()).min_by_key(|place| (jobs[waiting[*place]].2, waiting[*place])).unwrap();
        let job = waiting.remove(place);
        waits[job] = now.since(jobs[job].0);
        free_at[server] = now + jobs[job].1;
    }
    waits
}

/// Sojourns where `clients` clients each think, are served by the one server, first come, first served, and think
/// again. Times to think and to be served are taken from `calls`, in the order in which clients begin to think.
pub(crate) fn machine_repair(calls: &[(Span, Span)], clients: usize) -> Vec<Span> {
    // Who thinks until when; ties do not occur.
    let mut thinking: Vec<(Instant, usize)> = (0..clients).map(|call| (Instant::ZERO + calls[call].0, call)).collect();
    let mut sojourns = vec![Span::ZERO; calls.len()];
    let (mut next, mut free_at) = (clients, Instant::ZERO);
    while !thinking.is_empty() {
        let first = (0..thinking.len()).min_by_key(|place| thinking[*place]).unwrap();
        let (due, call) = thinking.swap_remove(first);
        free_at = free_at.max(due) + calls[call].1;
        sojourns[call] = free_at.since(due);
        if let Some((think, _)) = calls.get(next) {
            thinking.push((free_at + *think, next));
            next += 1;
        }
    }
    sojourns
}

/// The 99.9 % confidence interval of the mean of independent figures must hold `expected`, and be no wider than
/// `width` of it either way.
pub(crate) fn assert_mean(what: &str, figures: &[f64], expected: f64, width: f64) {
    let count = figures.len() as f64;
    let mean = figures.iter().sum::<f64>() / count;
    let variance = figures.iter().map(|figure| (figure - mean).powi(2)).sum::<f64>() / (count - 1.0);
    let t = StudentsT::new(0.0, 1.0, count - 1.0).unwrap().inverse_cdf(0.9995);
    let half = t * (variance / count).sqrt();
    assert!((mean - expected).abs() <= half, "{what}: {mean} ± {half}, expected {expected}");
    assert!(half <= width * expected, "{what}: {mean} ± {half} says too little about {expected}");
}
