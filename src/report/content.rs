//! What stands in a report, and in which order.

use super::document::Block;
use super::figures::{percent, time};
use super::pictures::{Bars, PALETTE, REST, RGBColor, account_colour, percentile_curves, stacked_bars};
use super::{sentences, tables, validation};
use crate::actors::accounting::Account;
use crate::actors::accounting::LockKind;
use crate::actors::locks::Activity;
use crate::lab::statistics::Bounds;
use crate::lab::summary::{CheckSummary, InstrumentSummary, RunSummary};
use crate::lab::{Analysis, Study, Validation, doubts};
use crate::scenario::Runtime;
use crate::units::Span;

/// Most curves in one picture.
const CURVES_MAX: usize = 6;
/// Percentiles of a curve, as shares.
const SHARES: [f64; 22] = [
    0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.825, 0.85, 0.875, 0.9, 0.92, 0.94, 0.95, 0.96, 0.97, 0.98, 0.99, 0.993,
    0.995, 0.998, 0.999,
];

/// The report of an analysis.
#[must_use]
pub(super) fn blocks(analysis: &Analysis, validation: Option<&Validation>) -> Vec<Block> {
    let study = &analysis.study;
    let mut blocks = vec![Block::Heading(1, study.title.clone())];
    if !study.question.is_empty() {
        blocks.push(Block::text(format!("Question: {}", study.question)));
    }
    if !study.source.is_empty() {
        blocks.push(Block::text(format!("Source: {}", study.source)));
    }
    if study.partial {
        blocks.push(Block::text("PARTIAL: the study was stopped before its end."));
    }
    blocks.extend([Block::Heading(2, "Answer".into()), Block::List(sentences::answer(analysis))]);
    claims(analysis, &mut blocks);
    blocks.extend([Block::Heading(2, "The variants side by side".into()), tables::variants(analysis)]);
    blocks.extend(tables::comparisons(analysis));
    blocks.extend(tables::classes(analysis));
    blocks.extend([
        Block::Heading(2, "Where the time goes".into()),
        ledger_picture(analysis),
        tables::ledger(analysis),
    ]);
    blocks.push(Block::Heading(2, "How sojourn times spread".into()));
    blocks.extend(curve_pictures(analysis));
    if let Some(checks) = tables::checks(analysis) {
        blocks.push(Block::Heading(2, "Dependency checks".into()));
        blocks.extend([check_picture(analysis), readers_picture(analysis), checks]);
    }
    blocks.extend([Block::Heading(2, "Locks".into()), wait_picture(analysis), tables::locks(analysis)]);
    blocks.push(blame_picture(analysis));
    for kind in [LockKind::Queue, LockKind::Dependency] {
        if let Some((variant, blame)) = tables::blame(analysis, kind) {
            let title = format!("Who waits for whom at the {}: “{variant}”, where the wait is longest", kind.name());
            blocks.extend([Block::Heading(3, title), blame]);
        }
    }
    blocks.extend([Block::Heading(2, "Files".into()), tables::files(analysis)]);
    blocks.extend([Block::Heading(2, "Calls".into()), tables::calls(analysis)]);
    blocks.extend(validation.map(validation::section).into_iter().flatten());
    blocks.extend([Block::Heading(2, "The instrument".into()), Block::List(instrument(analysis))]);
    blocks.extend([Block::Heading(2, "Threats to validity".into()), Block::List(threats(analysis))]);
    reproduce(analysis, &mut blocks);
    blocks
}

fn claims(analysis: &Analysis, blocks: &mut Vec<Block>) {
    if analysis.study.claims.is_empty() {
        return;
    }
    blocks.push(Block::Heading(2, "Claims".into()));
    blocks.push(Block::text("Recorded, with what would have to be measured; this version does not evaluate them."));
    for claim in &analysis.study.claims {
        blocks
            .push(Block::Quote(claim.quote.clone(), format!("measure: {}; expected: {}", claim.measure, claim.expect)));
    }
}

/// A picture, or the reason why there is none: a bug that must not cost the rest of the report.
fn picture(file: &str, caption: &str, drawn: Result<String, Box<dyn std::error::Error>>) -> Block {
    match drawn {
        Ok(svg) => Block::Picture { file: file.to_owned(), caption: caption.to_owned(), svg },
        Err(error) => Block::text(format!("({file} could not be drawn: {error})")),
    }
}

/// The accounts that matter most, each with a colour of its own, and the rest together.
fn ledger_picture(analysis: &Analysis) -> Block {
    const SHOWN: usize = 8;
    let used = tables::used_accounts(analysis);
    let ledgers: Vec<Vec<f64>> =
        (0..analysis.study.variants.len()).map(|variant| analysis.ledger(variant, 0)).collect();
    let weight = |account: &Account| {
        ledgers.iter().map(|ledger| ledger[*account as usize] / ledger.iter().sum::<f64>().max(1.0)).sum::<f64>()
    };
    let mut heaviest = used.clone();
    heaviest.sort_by(|one, other| weight(other).total_cmp(&weight(one)));
    heaviest.truncate(SHOWN);
    let shown: Vec<Account> = used.iter().copied().filter(|account| heaviest.contains(account)).collect();
    let rest: Vec<Account> = used.into_iter().filter(|account| !heaviest.contains(account)).collect();
    let rest_name = format!("rest of {} accounts", rest.len());
    let mut series: Vec<&str> = shown.iter().map(|account| account.name()).collect();
    if !rest.is_empty() {
        series.push(&rest_name);
    }
    let rows = tables::names(analysis).map(|(variant, name)| {
        let part =
            |accounts: &[Account]| accounts.iter().map(|account| ledgers[variant][*account as usize]).sum::<f64>();
        let parts = shown.iter().map(|account| part(&[*account])).chain((!rest.is_empty()).then(|| part(&rest)));
        (name, parts.collect())
    });
    let colours =
        shown.iter().map(|account| account_colour(*account)).chain((!rest.is_empty()).then_some(REST)).collect();
    let bars =
        Bars { title: "Mean time per job, by account", rows: rows.collect(), series, colours, show: time, total: true };
    picture("ledger.svg", "Mean sojourn time of a job, by what it went into, for each variant.", stacked_bars(&bars))
}

/// The name of a variant, and its points: share of jobs and time.
type Curve = (String, Vec<(f64, f64)>);

fn curve_pictures(analysis: &Analysis) -> Vec<Block> {
    let mut curves = Vec::new();
    for (variant, name) in tables::names(analysis) {
        let Some(Ok(histogram)) =
            analysis.sojourns[variant].first().map(crate::lab::histogram::StoredHistogram::restore)
        else {
            continue;
        };
        if histogram.is_empty() {
            continue;
        }
        let points = SHARES.iter().map(|share| (*share, histogram.value_at_quantile(*share) as f64));
        curves.push((name, points.collect()));
    }
    let many = curves.len() > CURVES_MAX;
    let draw = |(part, curves): (usize, &[Curve])| {
        let file = if many { format!("percentiles-{}.svg", part + 1) } else { "percentiles.svg".to_owned() };
        let drawn = percentile_curves("Sojourn time: the share of jobs that is at least as fast", curves, time);
        picture(&file, "Percentiles of the sojourn time, all replications together. Both axes are logarithmic.", drawn)
    };
    curves.chunks(CURVES_MAX).enumerate().map(draw).collect()
}

fn check_picture(analysis: &Analysis) -> Block {
    let figures: [fn(&CheckSummary) -> f64; 6] = [
        |checks| checks.dependency_lock.mean_ns,
        |checks| checks.read.mean_ns,
        |checks| checks.parse.mean_ns,
        |checks| checks.build.mean_ns,
        |checks| {
            let parts = [&checks.dependency_lock, &checks.read, &checks.parse, &checks.build];
            (checks.whole.mean_ns - parts.iter().map(|part| part.mean_ns).sum::<f64>()).max(0.0)
        },
        |_| 0.0,
    ];
    let rows = tables::names(analysis).filter_map(|(variant, name)| {
        let mean = |figure: &fn(&CheckSummary) -> f64| {
            analysis.check_estimate(variant, Bounds::NonNegative, |checks| Some(figure(checks))).map(|mean| mean.point)
        };
        Some((name, figures[..5].iter().map(mean).collect::<Option<Vec<f64>>>()?))
    });
    let series = vec!["wait for the dependency lock", "read", "parse", "build", "messages, waiting for a core"];
    let bars = Bars {
        title: "Mean time of a dependency check",
        rows: rows.collect(),
        series,
        colours: [Account::DependencyLock, Account::Read, Account::Parse, Account::Build]
            .into_iter()
            .map(account_colour)
            .chain([REST])
            .collect(),
        show: time,
        total: true,
    };
    picture("checks.svg", "What a dependency check is made of, for each variant that makes any.", stacked_bars(&bars))
}

fn readers_picture(analysis: &Analysis) -> Block {
    let rows = tables::names(analysis).filter_map(|(variant, name)| {
        let mean = analysis.check_estimate(variant, Bounds::NonNegative, |checks| Some(checks.readers?.mean))?;
        Some((name, vec![mean.point]))
    });
    let bars = Bars {
        title: "Workers that read a dependency at the same time, mean while any does",
        rows: rows.collect(),
        series: vec!["readers at once"],
        colours: vec![account_colour(Account::Read)],
        show: super::figures::number,
        total: true,
    };
    picture(
        "readers.svg",
        "Readers at once, for each variant: 1.00 means that no two reads ever overlapped.",
        stacked_bars(&bars),
    )
}

/// Jobs that ended in a run, those of its warm-up included.
fn jobs_of(run: &RunSummary) -> f64 {
    let counted = run.groups.first().map_or(0, |jobs| jobs.sojourn.n);
    (counted + run.cut as u64).max(1) as f64
}

/// A lock has the colour of the account that waits for it; opcode locks share an account, but not a colour.
const fn lock_colour(kind: LockKind) -> RGBColor {
    match kind {
        LockKind::Queue => account_colour(Account::QueueLock),
        LockKind::Dependency => account_colour(Account::DependencyLock),
        LockKind::Instance => account_colour(Account::OpcodeLocks),
        LockKind::Cluster => PALETTE[6],
        LockKind::Node => PALETTE[7],
    }
}

fn wait_picture(analysis: &Analysis) -> Block {
    let kinds: Vec<LockKind> =
        LockKind::ALL.into_iter().filter(|kind| analysis.runs.iter().any(|run| run.locks.contains_key(kind))).collect();
    let rows = tables::names(analysis).map(|(variant, name)| {
        let wait = |kind: &LockKind| {
            let per_job = |run: &RunSummary| {
                let lock = run.locks.get(kind)?;
                Some(lock.wait.mean_ns * (lock.shared + lock.exclusive) as f64 / jobs_of(run))
            };
            analysis.estimate(variant, Bounds::NonNegative, per_job).map_or(0.0, |mean| mean.point)
        };
        (name, kinds.iter().map(wait).collect())
    });
    let bars = Bars {
        title: "Waiting for locks, per job",
        rows: rows.collect(),
        series: kinds.iter().map(|kind| kind.name()).collect(),
        colours: kinds.iter().map(|kind| lock_colour(*kind)).collect(),
        show: time,
        total: true,
    };
    let caption =
        "All waiting for locks, of jobs and of clients, by kind of lock and per job. Whole runs, warm-up included.";
    picture("locks.svg", caption, stacked_bars(&bars))
}

/// What others held the queue lock for while a process waited.
fn blame_picture(analysis: &Analysis) -> Block {
    let held = |variant: usize, holder: usize| {
        let per_job = |run: &RunSummary| {
            let lock = run.locks.get(&LockKind::Queue)?;
            let blamed: u64 = lock.blame_ns.iter().filter_map(|row| row.get(holder)).sum();
            Some(blamed as f64 / jobs_of(run))
        };
        analysis.estimate(variant, Bounds::NonNegative, per_job).map_or(0.0, |mean| mean.point)
    };
    let variants = 0..analysis.study.variants.len();
    let holders: Vec<usize> = (0..Activity::ALL.len())
        .filter(|holder| variants.clone().any(|variant| held(variant, *holder) > 0.0))
        .collect();
    let rows = tables::names(analysis);
    let rows = rows.map(|(variant, name)| (name, holders.iter().map(|holder| held(variant, *holder)).collect()));
    let bars = Bars {
        title: "Waiting for the queue lock per job, by what others held it for",
        rows: rows.collect(),
        series: holders.iter().map(|holder| Activity::ALL[*holder].name()).collect(),
        colours: holders.iter().enumerate().map(|(place, _)| PALETTE[place % PALETTE.len()]).collect(),
        show: time,
        total: true,
    };
    let caption =
        "The blame for waits at the queue lock. Holders in shared mode split it. Whole runs, warm-up included.";
    picture("blame.svg", caption, stacked_bars(&bars))
}

fn study_is_live(analysis: &Analysis) -> bool {
    analysis.study.runtime == Runtime::Live
}

/// What was measured before each run: the median over the runs, and how far they differ.
fn instrument_costs(analysis: &Analysis) -> Option<String> {
    let costs: Vec<_> = analysis.runs.iter().filter_map(|run| run.instrument).collect();
    let over_runs = |what: &str, figure: fn(&InstrumentSummary) -> Option<u64>| {
        let mut values: Vec<u64> = costs.iter().filter_map(figure).collect();
        values.sort_unstable();
        let (least, most) = (values.first()?, values.last()?);
        let [median, least, most] = [values[values.len() / 2], *least, *most].map(|ns| time(ns as f64));
        Some(format!("{what} {median} ({least} to {most})"))
    };
    let found: Vec<String> = [
        over_runs("a clock reading", |costs| costs.clock_reading_ns),
        over_runs("a message to a thread that is awake", |costs| costs.hop_awake_ns),
        over_runs("a message to a thread that sleeps", |costs| costs.hop_asleep_ns),
        over_runs("a timer late by", |costs| costs.timer_ns),
        over_runs("handling a message", |costs| costs.step_ns),
        over_runs("a lock operation", |costs| costs.lock_ns),
    ]
    .into_iter()
    .flatten()
    .collect();
    (!found.is_empty()).then(|| {
        format!(
            "Measured before each run as `jqlab calibrate` does, medians of {} runs and their range: {}.",
            costs.len(),
            found.join(", ")
        )
    })
}

fn instrument(analysis: &Analysis) -> Vec<String> {
    let mut points = Vec::new();
    points.extend(instrument_costs(analysis));
    let shares = (0..analysis.study.variants.len()).filter_map(|variant| doubts::mailbox_share(analysis, variant));
    let shares: Vec<f64> = shares.collect();
    // Messages take no time in virtual time.
    if study_is_live(analysis)
        && let (Some(least), Some(most)) =
            (shares.iter().copied().reduce(f64::min), shares.iter().copied().reduce(f64::max))
    {
        points.push(format!(
            "Mailboxes hold {} to {} of the mean sojourn, by variant. That is time in which a message was on its way or its receiver's \
             thread waited for a core; a difference between variants smaller than that of their mailboxes is not the queue's.",
            percent(least), percent(most),
        ));
    }
    let messages: u64 = analysis.runs.iter().map(|run| run.messages).sum();
    points.push(format!("{messages} messages were delivered in {} runs.", analysis.runs.len()));
    points
}

fn threats(analysis: &Analysis) -> Vec<String> {
    let study = &analysis.study;
    let mut points = doubts::of_study(analysis);
    let mut marks: Vec<char> = Vec::new();
    for doubt in doubts::of_variants(analysis) {
        if !marks.contains(&doubt.mark) {
            marks.push(doubt.mark);
        }
    }
    for mark in marks {
        let of_mark: Vec<String> = doubts::of_variants(analysis)
            .into_iter()
            .filter(|doubt| doubt.mark == mark)
            .map(|doubt| format!("“{}” ({})", study.variants[doubt.variant].name, doubt.what))
            .collect();
        points.push(format!("{mark}: {}.", of_mark.join("; ")));
    }
    points.push(format!("Warm-up: {}.", warmup(analysis)));
    match study.runtime {
        Runtime::Live => {
            let machine = &study.machine;
            points.push(format!(
                "One machine: {} with {} cores{}, kernel {}, queue directories on {} ({}).",
                machine.cpu,
                machine.cores,
                if machine.virtualised { " (virtual)" } else { "" },
                machine.kernel,
                machine.file_system,
                machine.mount_options,
            ));
            if let (Some(start), Some(end)) = (machine.load_at_start, machine.load_at_end) {
                points.push(format!(
                    "Load average: {start:.2} at the start, {end:.2} at the end (the study itself included)."
                ));
            }
        }
        Runtime::Virtual => {
            points.push(
                "Virtual time: every duration is that of a modelled machine, as good as its profile. `jqlab validate` holds it against live runs \
                 and says how far it is off."
                    .to_owned(),
            );
            points.extend(modelled_machines(study));
        }
    }
    points.push(
        "Runs are interleaved over the variants, replication by replication, in an order drawn from the seed."
            .to_owned(),
    );
    points
}

/// A sentence for each profile of a study in virtual time, with all the machines that are made of it.
fn modelled_machines(study: &Study) -> Vec<String> {
    let mut sentences = Vec::new();
    let mut told: Vec<&str> = Vec::new();
    for machine in &study.modelled {
        if told.contains(&machine.profile.as_str()) {
            continue;
        }
        told.push(&machine.profile);
        let of_profile = || study.modelled.iter().filter(|other| other.profile == machine.profile);
        let mut cores: Vec<String> = of_profile()
            .map(|machine| machine.cores.map_or("unlimited".to_owned(), |cores| cores.to_string()))
            .collect();
        cores.dedup();
        let lock = |interval: u64| format!("with an interpreter lock (switch interval {})", Span(interval));
        let mut locks: Vec<String> = of_profile()
            .map(|machine| machine.interpreter_lock_ns.map_or("without an interpreter lock".to_owned(), lock))
            .collect();
        locks.dedup();
        let (cores, locks) = (cores.join(", "), locks.join(" and "));
        sentences.push(format!(
            "Modelled machine: profile `{}` ({}), cores: {cores}, {locks}. Its figures: {}",
            machine.profile, machine.title, machine.source
        ));
    }
    sentences
}

fn warmup(analysis: &Analysis) -> String {
    let cuts: Vec<usize> = analysis.runs.iter().map(|run| run.cut).collect();
    let most = cuts.iter().max().copied().unwrap_or(0);
    let mean = cuts.iter().sum::<usize>() as f64 / cuts.len().max(1) as f64;
    format!("{}; {mean:.0} jobs a run on average, {most} at most", analysis.study.warmup.in_words())
}

fn reproduce(analysis: &Analysis, blocks: &mut Vec<Block>) {
    let study = &analysis.study;
    let started = if study.started.is_empty() { String::new() } else { format!("started    {}\n", study.started) };
    blocks.push(Block::Heading(2, "Reproduce".into()));
    blocks.push(Block::Code(format!(
        "{}\n\nseed       {}\nscenario   sha256 {}\nruntime    {}\nversion    jqlab {}\n{started}",
        study.command,
        study.seed,
        study.scenario_hash,
        study.runtime.as_str(),
        study.version,
    )));
    blocks.push(Block::text(
        "`jqlab report results.json` draws this report again without running. Run with `--rows`, it has a row for each job in `jobs.csv`.",
    ));
}
