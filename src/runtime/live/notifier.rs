//! Tells the watcher which job files were replaced, as the kernel reports it by inotify.

use super::LiveError;
use super::book::{Book, Delivery};
use crate::actors::files::WatcherMessage;
use crate::actors::{Message, Roster};
use crate::queue_dir::job_of_file_name;
use inotify::{Inotify, WatchMask};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use std::io::{self, ErrorKind};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;

/// How often the thread looks whether it is to end.
const TICK: Timespec = Timespec { tv_sec: 0, tv_nsec: 20_000_000 };

/// A thread that listens to the kernel until it is dropped.
#[derive(Debug)]
pub(super) struct Notifier {
    over: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Notifier {
    /// Listens to what happens in `directory`.
    pub(super) fn start(directory: &Path, book: Arc<Book>) -> Result<Self, LiveError> {
        let inotify =
            watch(directory).map_err(|source| LiveError::Watch { directory: directory.to_owned(), source })?;
        let over = Arc::new(AtomicBool::new(false));
        let ends = Arc::clone(&over);
        let thread = std::thread::Builder::new().name("inotify".into());
        let thread = thread.spawn(move || listen(inotify, &book, &ends)).map_err(LiveError::Threads)?;
        Ok(Self { over, thread: Some(thread) })
    }
}

impl Drop for Notifier {
    fn drop(&mut self) {
        self.over.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            // One that panicked has said so.
            let _ = thread.join();
        }
    }
}

fn watch(directory: &Path) -> io::Result<Inotify> {
    let inotify = Inotify::init()?;
    inotify.watches().add(directory, WatchMask::MOVED_TO)?;
    Ok(inotify)
}

fn listen(mut inotify: Inotify, book: &Book, over: &AtomicBool) {
    let mut buffer = [0; 16 * 1024];
    while !over.load(Ordering::Relaxed) {
        // Interrupted or timed out, there is nothing to read.
        let _ = poll(&mut [PollFd::new(&inotify, PollFlags::IN)], Some(&TICK));
        match inotify.read_events(&mut buffer) {
            Ok(events) => {
                for job in events.filter_map(|event| job_of_file_name(event.name?.to_str()?)) {
                    book.send(Roster::WATCHER, Delivery(Message::Watcher(WatcherMessage::FileChanged { job })));
                }
            }
            Err(error) if error.kind() == ErrorKind::WouldBlock || error.kind() == ErrorKind::Interrupted => {}
            Err(_) => return,
        }
    }
}
