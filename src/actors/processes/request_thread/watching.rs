//! Watching a job for a client, step by step.

use super::actor::RequestThread;
use super::state::{CallInHand, State, Task};
use super::watch::{Moment, SETTLING, Watching};
use crate::actors::actor::TimerId;
use crate::actors::clients::call::{Reply, Watch};
use crate::actors::context::QueueContext;
use crate::actors::files::done::FoundJob;
use crate::actors::files::protocol::WatcherMessage;
use crate::actors::message::Message;
use crate::actors::processes::protocol::ProcessMessage;
use crate::actors::roster::Roster;
use crate::units::{Instant, Span};

impl RequestThread {
    pub(super) fn watch(&mut self, now: Instant, call: CallInHand, watch: Watch, context: &mut impl QueueContext) {
        let number = self.new_number();
        match Watching::new(watch, now, number) {
            Ok(watching) => self.look(call, Box::new(watching), Moment::FirstLook, context),
            Err(why) => self.answer(now, call, Reply::Refused(why), context),
        }
    }

    /// The file was read: is there something to tell?
    pub(super) fn watch_looked(
        &mut self,
        now: Instant,
        call: CallInHand,
        watching: Box<Watching>,
        moment: Moment,
        found: Option<FoundJob>,
        context: &mut impl QueueContext,
    ) {
        let is_over = now >= watching.until;
        let reply = watching.judge(found).or_else(|| is_over.then_some(Reply::NotChanged));
        match (moment, reply) {
            (Moment::FirstLook, Some(reply)) => self.answer(now, call, reply, context),
            (Moment::FirstLook, None) => {
                let (process, watch, job) = (self.process.address, watching.number, watching.job);
                context.send(Roster::WATCHER, Message::Watcher(WatcherMessage::Watch { process, watch, job }));
                self.state = State::Busy(call, Task::Watching(watching, Moment::SettingUp));
            }
            (Moment::Looking, Some(reply)) => {
                let (process, job) = (self.process.address, watching.job);
                context.send(Roster::WATCHER, Message::Watcher(WatcherMessage::Unwatch { process, job }));
                self.answer(now, call, reply, context);
            }
            (Moment::Looking, None) => self.wait(now, call, watching, context),
            (moment, reply) => self.impossible_in(&(watching, moment), &reply),
        }
    }

    /// From here on the watcher tells of every change: time for the second look.
    pub(super) fn watch_set_up(
        &mut self,
        now: Instant,
        call: CallInHand,
        watching: Box<Watching>,
        moment: Moment,
        watch: u64,
        context: &mut impl QueueContext,
    ) {
        match moment {
            Moment::SettingUp if watch == watching.number => self.settle(now, call, watching, context),
            moment => self.impossible_in(&(watching, moment), &watch),
        }
    }

    /// The file was replaced, going by `watch`.
    pub(super) fn file_changed(
        &mut self,
        now: Instant,
        call: CallInHand,
        mut watching: Box<Watching>,
        moment: Moment,
        watch: u64,
        context: &mut impl QueueContext,
    ) {
        let is_stale = watch < watching.number;
        match moment {
            // Of a watch of an earlier call.
            moment if is_stale => self.state = State::Busy(call, Task::Watching(watching, moment)),
            Moment::Waiting { timer, .. } => {
                context.cancel(timer);
                self.settle(now, call, watching, context);
            }
            Moment::Settling(_) | Moment::Looking => {
                watching.news = true;
                self.state = State::Busy(call, Task::Watching(watching, moment));
            }
            moment @ (Moment::FirstLook | Moment::SettingUp) => self.impossible_in(&(watching, moment), &watch),
        }
    }

    /// The timer of this number went off.
    pub(super) fn time_up(
        &mut self,
        now: Instant,
        call: CallInHand,
        watching: Box<Watching>,
        moment: Moment,
        timer: u64,
        context: &mut impl QueueContext,
    ) {
        match moment {
            Moment::Settling(number) if timer == number => self.look(call, watching, Moment::Looking, context),
            Moment::Waiting { number, .. } if timer == number => self.settle(now, call, watching, context),
            // It was canceled while it was on its way.
            moment => self.state = State::Busy(call, Task::Watching(watching, moment)),
        }
    }

    /// Reads the file.
    fn look(&mut self, call: CallInHand, watching: Box<Watching>, moment: Moment, context: &mut impl QueueContext) {
        self.process.ask_disk(watching.look(), context);
        self.state = State::Busy(call, Task::Watching(watching, moment));
    }

    /// Waits for a change, or until the time is over. News that came since the last wait ends it at once.
    fn wait(&mut self, now: Instant, call: CallInHand, mut watching: Box<Watching>, context: &mut impl QueueContext) {
        if std::mem::take(&mut watching.news) {
            return self.settle(now, call, watching, context);
        }
        let (timer, number) = self.set_timer(now, watching.until.since(now), context);
        self.state = State::Busy(call, Task::Watching(watching, Moment::Waiting { timer, number }));
    }

    /// Gives the job time to change once more, before a look.
    fn settle(&mut self, now: Instant, call: CallInHand, watching: Box<Watching>, context: &mut impl QueueContext) {
        let (_, number) = self.set_timer(now, SETTLING, context);
        self.state = State::Busy(call, Task::Watching(watching, Moment::Settling(number)));
    }

    /// Sets a timer; also returns the number that its message will carry.
    fn set_timer(&mut self, now: Instant, span: Span, context: &mut impl QueueContext) -> (TimerId, u64) {
        let (token, due) = (self.new_number(), now + span);
        (context.after(span, Message::Process(ProcessMessage::TimeUp { token, due })), token)
    }
}
