//! The journal on a thread of its own, so that a slow disk holds up orders and nothing else.
//!
//! **Law.** What is said to be durable is. After the first failure nothing is written any more.

use std::{
    sync::mpsc::{self, Receiver, Sender},
    thread,
};

use bot_journal::{Disk, JournalWriter, RecordKind};
use bot_machine::BotInput;
use tokio::sync::mpsc::Sender as ToBot;
use trading_types::Timestamp;

/// What the thread is asked to do.
enum Job {
    Append { kind: RecordKind, payload: Vec<u8>, now: Timestamp },
    Commit,
}

/// The way to the journal's thread. It ends when this is dropped, and what was appended is
/// committed.
#[derive(Debug)]
pub struct JournalThread {
    jobs: Option<Sender<Job>>,
    thread: Option<thread::JoinHandle<()>>,
}

impl JournalThread {
    /// Starts the thread; the bot is told through `to_bot` what is durable.
    pub fn start<D: Disk + Send + 'static>(
        writer: JournalWriter<D>,
        to_bot: ToBot<BotInput>,
    ) -> std::io::Result<Self> {
        let (jobs, inbox) = mpsc::channel();
        let builder = thread::Builder::new().name("journal".to_owned());
        let thread = builder.spawn(move || work(writer, &inbox, &to_bot))?;
        Ok(Self { jobs: Some(jobs), thread: Some(thread) })
    }

    /// Adds a record.
    pub fn append(&self, kind: RecordKind, payload: Vec<u8>, now: Timestamp) {
        self.job(Job::Append { kind, payload, now });
    }

    /// Makes everything added so far durable.
    pub fn commit(&self) {
        self.job(Job::Commit);
    }

    fn job(&self, job: Job) {
        // A thread that is gone has told why.
        let _ = self.jobs.as_ref().expect("it is only taken when dropped").send(job);
    }
}

impl Drop for JournalThread {
    fn drop(&mut self) {
        self.commit();
        drop(self.jobs.take());
        if let Some(thread) = self.thread.take() {
            // A panic there was told by itself.
            let _ = thread.join();
        }
    }
}

fn work<D: Disk>(mut writer: JournalWriter<D>, jobs: &Receiver<Job>, to_bot: &ToBot<BotInput>) {
    let mut records = 0;
    while let Ok(first) = jobs.recv() {
        let mut wants_commit = false;
        // Everything that waits goes to the disk together: one sync for all of it.
        for job in std::iter::once(first).chain(jobs.try_iter()) {
            match job {
                Job::Append { kind, payload, now } => {
                    let appended = match kind {
                        RecordKind::Snapshot => writer.append_snapshot(&payload, now),
                        RecordKind::Engine | RecordKind::Note | RecordKind::Epoch => {
                            writer.append(kind, &payload, now)
                        }
                    };
                    records += 1;
                    if let Err(error) = appended {
                        return failed(&error, to_bot);
                    }
                }
                Job::Commit => wants_commit = true,
            }
        }
        if wants_commit {
            if let Err(error) = writer.commit() {
                return failed(&error, to_bot);
            }
            // A bot that is over needs no word.
            let _ = to_bot.blocking_send(BotInput::Durable { records });
        }
    }
}

fn failed(error: &dyn std::fmt::Display, to_bot: &ToBot<BotInput>) {
    tracing::error!(%error, "the journal cannot be written any more");
    let _ = to_bot.blocking_send(BotInput::JournalFailed { what: error.to_string() });
}
