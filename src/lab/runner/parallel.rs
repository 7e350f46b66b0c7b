//! Runs in virtual time, several at once, and their results in the order of the runs.

use super::{Desk, Event, Lab, Reduced, RunError, Stage, Task};
use crate::lab::study::StoppedBy;
use std::collections::BTreeMap;
use std::sync::mpsc;

/// What a thread tells of its run.
enum News {
    Began(Task),
    Going(usize, Stage),
    /// None if it was not begun any more.
    Ended(Task, Option<Box<Reduced>>),
}

/// Makes these runs, each on one thread. What was not begun when the study was stopped is left out.
pub(super) fn run(lab: &Lab<'_>, tasks: &[Task], desk: &mut Desk<'_>) -> Result<StoppedBy, RunError> {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(lab.options.threads).build()?;
    let (sender, news) = mpsc::channel();
    pool.in_place_scope_fifo(|scope| {
        for task in tasks {
            let sender = sender.clone();
            scope.spawn_fifo(move |_| one(lab, *task, &sender));
        }
        drop(sender);
        collect(&news, tasks.first().map_or(1, |task| task.number), desk);
    });
    Ok(if lab.is_stopped() { StoppedBy::Interrupted } else { StoppedBy::Planned })
}

fn one(lab: &Lab<'_>, task: Task, sender: &mpsc::Sender<News>) {
    // The collector listens until the last sender is gone.
    let tell = |news| drop(sender.send(news));
    if lab.is_stopped() {
        return tell(News::Ended(task, None));
    }
    tell(News::Began(task));
    let record = lab.simulate(task, &mut |stage| tell(News::Going(task.number, stage)));
    tell(News::Ended(task, Some(Box::new(lab.reduce(task, record, None)))));
}

/// Hands results on in the order of the runs, from that with the number `next`: one that is early waits for those before it.
fn collect(news: &mpsc::Receiver<News>, mut next: usize, desk: &mut Desk<'_>) {
    let mut early = BTreeMap::new();
    for item in news {
        match item {
            News::Began(task) => desk.tell_began(task),
            News::Going(number, stage) => desk.progress.tell(Event::Going { number, stage }),
            News::Ended(task, reduced) => drop(early.insert(task.number, (task, reduced))),
        }
        while let Some((task, reduced)) = early.remove(&next) {
            next += 1;
            match reduced {
                Some(reduced) => desk.take(task, *reduced),
                None => desk.made.partial = true,
            }
        }
    }
}
