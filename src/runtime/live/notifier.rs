//! Tells the watcher which job files were replaced, as the kernel reports it by inotify.

use super::LiveError;
use super::book::{Book, Delivery};
use crate::actors::files::WatcherMessage;
use crate::actors::{Message, Roster};
use crate::queue_dir::job_of_file_name;
use inotify::{EventMask, Inotify, WatchMask};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use std::ffi::OsStr;
use std::io::{self, ErrorKind};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

/// How often the thread looks whether it is to end.
const TICK: Timespec = Timespec { tv_sec: 0, tv_nsec: 20_000_000 };
/// How long it leaves the kernel alone after an error.
const PAUSE: Duration = Duration::from_millis(20);

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
            Ok(events) => events.filter_map(|event| news_of(event.mask, event.name)).for_each(|news| tell(book, news)),
            Err(error) if error.kind() == ErrorKind::WouldBlock || error.kind() == ErrorKind::Interrupted => {}
            Err(_) => {
                // Whoever watches then looks at every tick, which is slow and misses nothing.
                tell(book, WatcherMessage::AnyFileMayHaveChanged);
                std::thread::sleep(PAUSE);
            }
        }
    }
}

/// What an event means to those who watch job files.
fn news_of(mask: EventMask, name: Option<&OsStr>) -> Option<WatcherMessage> {
    if mask.contains(EventMask::Q_OVERFLOW) {
        return Some(WatcherMessage::AnyFileMayHaveChanged);
    }
    job_of_file_name(name?.to_str()?).map(|job| WatcherMessage::FileChanged { job })
}

fn tell(book: &Book, news: WatcherMessage) {
    book.send(Roster::WATCHER, Delivery(Message::Watcher(news)));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::job::JobId;

    #[test]
    fn an_overflow_of_the_kernels_queue_has_every_watched_file_looked_at() {
        assert_eq!(news_of(EventMask::Q_OVERFLOW, None), Some(WatcherMessage::AnyFileMayHaveChanged));
        let name = |name: &'static str| Some(OsStr::new(name));
        let changed = Some(WatcherMessage::FileChanged { job: JobId(7) });
        assert_eq!(news_of(EventMask::MOVED_TO, name("job-7")), changed);
        assert_eq!(news_of(EventMask::MOVED_TO, name("serial")), None);
    }
}
