//! The instrument test: how fast is the whole live queue, against a bare loop that does the same work without
//! actors?
//!
//! Both take in the same jobs one by one from clients that each wait for theirs, write the serial and every job
//! file the same way, read, parse and build one finished job for each, and hold one readers-writer lock in the
//! same modes (submission exclusively, each write of a worker shared). The bare loop has one thread for
//! submission and one for each worker, as the live queue has. The two are run in turn; the figure is the median
//! of the ratios of their throughputs.
//!
//! `cargo bench --bench instrument` (`-- --quick` for a fourth of it). Ends with 1 if a ratio is below its floor;
//! a quick run, whose few rounds scatter more, takes a quarter off the floors.

#![allow(missing_docs, clippy::disallowed_methods, clippy::disallowed_types, clippy::print_stdout, clippy::unwrap_used)]

use jqlab::actors::Design;
use jqlab::actors::clients::Load;
use jqlab::actors::clients::Program;
use jqlab::actors::clients::{Call, DependencyRequest, JobRequest, On, OpcodeRequest};
use jqlab::job::file_format::{self, Codec};
use jqlab::job::{Durability, Job, JobId, Status, Timestamp};
use jqlab::queue_dir::{JobFiles, QueueDirectory};
use jqlab::runtime::live::{self, LiveSetup};
use jqlab::runtime::{RunSetup, Streams};
use jqlab::units::{Instant, Span};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex, RwLock, mpsc};

/// A setting, and the ratio that must be reached.
struct Setting {
    name: &'static str,
    workers: u32,
    durability: Durability,
    jobs: usize,
    base: PathBuf,
    floor: f64,
}

fn main() -> ExitCode {
    let quick = std::env::args().any(|argument| argument == "--quick");
    // What cargo passes to a bench that it only tests.
    if std::env::args().any(|argument| argument == "--test") {
        return ExitCode::SUCCESS;
    }
    let rounds = if quick { 4 } else { 12 };
    let disk = PathBuf::from(env!("CARGO_TARGET_TMPDIR"));
    let mut settings = vec![
        Setting {
            name: "fsync, 1 worker",
            workers: 1,
            durability: Durability::Fsync,
            jobs: 250,
            base: disk.clone(),
            floor: 0.80,
        },
        Setting {
            name: "fsync, 4 workers",
            workers: 4,
            durability: Durability::Fsync,
            jobs: 400,
            base: disk,
            floor: 0.85,
        },
    ];
    let memory = Path::new("/dev/shm");
    if memory.is_dir() {
        let tmpfs = |name, workers| Setting {
            name,
            workers,
            durability: Durability::RenameOnly,
            jobs: 3000,
            base: memory.to_owned(),
            floor: 0.35,
        };
        settings.extend([tmpfs("tmpfs, no fsync, 1 worker", 1), tmpfs("tmpfs, no fsync, 4 workers", 4)]);
    }
    println!("throughput of the live queue / bare loop; {rounds} interleaved rounds, median [min, max]");
    let margin = if quick { 0.75 } else { 1.0 };
    let mut all_reached = true;
    for setting in &settings {
        let mut ratios = Vec::new();
        let (mut live, mut bare) = (0.0, 0.0);
        for _ in 0..rounds {
            let (one, other) = (setting.live(), setting.bare());
            ratios.push(one / other);
            (live, bare) = (live + one / f64::from(rounds), bare + other / f64::from(rounds));
        }
        ratios.sort_by(f64::total_cmp);
        let median = f64::midpoint(ratios[(ratios.len() - 1) / 2], ratios[ratios.len() / 2]);
        let reached = median >= setting.floor * margin;
        all_reached &= reached;
        println!(
            "{:28} {median:.2} [{:.2}, {:.2}]  floor {:.2} {}   live {live:.0} jobs/s, bare {bare:.0} jobs/s (means)",
            setting.name,
            ratios[0],
            ratios[ratios.len() - 1],
            setting.floor,
            if reached { "reached" } else { "MISSED" },
        );
    }
    if all_reached { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Every job: one delay of nothing, which depends on the last finished job.
fn request() -> JobRequest {
    let dependency = DependencyRequest { on: On::Finished(0), wanted: vec![Status::Success] };
    let opcode = OpcodeRequest { depends: Ok(vec![dependency]), ..OpcodeRequest::delay(Program::running(Span::ZERO)) };
    JobRequest { opcodes: vec![opcode], ..JobRequest::default() }
}

impl Setting {
    fn clients(&self) -> u32 {
        2 * self.workers
    }

    /// Jobs per second of the live queue.
    fn live(&self) -> f64 {
        let directory = tempfile::tempdir_in(&self.base).unwrap();
        let calls = (0..self.jobs).map(|_| (Span::ZERO, Call::Submit(request()))).collect();
        let design = Design {
            workers: self.workers,
            request_threads: 1,
            durability: self.durability,
            queue_size_limit: u64::MAX,
            ..Design::default()
        };
        let setup = LiveSetup {
            run: RunSetup {
                design: Arc::new(design),
                load: Load::Closed { clients: self.clients(), calls },
                streams: Streams::new(1, 0),
                ..RunSetup::default()
            },
            directory: directory.path().to_owned(),
            limit: None,
            runs_foreign_jobs: false,
            stop: &AtomicBool::new(false),
        };
        let record = live::run(setup, &mut |_| ()).unwrap();
        assert_eq!(record.jobs.len(), self.jobs, "{:?}", record.fault);
        let first = record.jobs.iter().map(|row| row.due).min().unwrap();
        let last = record.jobs.iter().map(|row| row.finished).max().unwrap();
        throughput(self.jobs, last.since(first).as_secs_f64())
    }

    /// Jobs per second of the bare loop.
    fn bare(&self) -> f64 {
        let directory = tempfile::tempdir_in(&self.base).unwrap();
        let (queue, _) = QueueDirectory::open(directory.path()).unwrap();
        let lock = RwLock::new(());
        let (ready, jobs) = mpsc::channel::<Job>();
        let jobs = Mutex::new(jobs);
        let (ended, ends) = mpsc::channel::<JobId>();
        let began = std::time::Instant::now();
        std::thread::scope(|scope| {
            for _ in 0..self.workers {
                let (files, ended) = (queue.job_files().unwrap(), ended.clone());
                let (lock, jobs) = (&lock, &jobs);
                scope.spawn(move || self.work(files, lock, jobs, &ended));
            }
            self.submit_all(queue.job_files().unwrap(), &lock, ready, &ends);
        });
        throughput(self.jobs, began.elapsed().as_secs_f64())
    }

    fn submit_all(
        &self,
        mut files: JobFiles,
        lock: &RwLock<()>,
        ready: mpsc::Sender<Job>,
        ends: &mpsc::Receiver<JobId>,
    ) {
        let mut bytes = Vec::new();
        let mut last = None;
        let mut under_way = 0;
        for number in 1..=self.jobs as u64 {
            if under_way == self.clients() {
                last = Some(ends.recv().unwrap());
                under_way -= 1;
            }
            while let Ok(id) = ends.try_recv() {
                last = Some(id);
                under_way -= 1;
            }
            let mut request = request();
            let depends = request.opcodes[0].depends.as_mut().unwrap();
            match last {
                Some(id) => depends[0].on = On::Id(id),
                None => depends.clear(),
            }
            let held = lock.write().unwrap();
            files.write_serial(JobId(number), self.durability).unwrap();
            let job = request.into_job(JobId(number), None, Instant::ZERO, timestamp()).unwrap().document;
            self.write(&mut files, &job, &mut bytes);
            drop(held);
            ready.send(job).unwrap();
            under_way += 1;
        }
        drop(ready);
        for _ in 0..under_way {
            ends.recv().unwrap();
        }
    }

    fn work(
        &self,
        mut files: JobFiles,
        lock: &RwLock<()>,
        jobs: &Mutex<mpsc::Receiver<Job>>,
        ended: &mpsc::Sender<JobId>,
    ) {
        let mut bytes = Vec::new();
        loop {
            let Ok(mut job) = jobs.lock().unwrap().recv() else { return };
            let held = lock.read().unwrap();
            job.take_up(0, Status::Waiting, timestamp());
            self.write(&mut files, &job, &mut bytes);
            for dependency in &job.opcodes[0].depends {
                files.read(dependency.on, &mut bytes).unwrap().unwrap();
                assert_eq!(file_format::decode(&bytes).unwrap().status(), Status::Success);
            }
            drop(held);
            let held = lock.read().unwrap();
            job.start_running(0, timestamp());
            self.write(&mut files, &job, &mut bytes);
            drop(held);
            let held = lock.read().unwrap();
            job.succeed(0, serde_json::Value::Null, timestamp());
            self.write(&mut files, &job, &mut bytes);
            drop(held);
            ended.send(job.id).unwrap();
        }
    }

    fn write(&self, files: &mut JobFiles, job: &Job, bytes: &mut Vec<u8>) {
        bytes.clear();
        file_format::encode_into(job, Codec::Json, bytes);
        files.write(job.id, bytes, self.durability).unwrap();
    }
}

fn timestamp() -> Timestamp {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
    Timestamp { seconds: now.as_secs(), microseconds: now.subsec_micros() }
}

#[allow(clippy::cast_precision_loss)] // thousands of jobs
fn throughput(jobs: usize, seconds: f64) -> f64 {
    jobs as f64 / seconds
}
