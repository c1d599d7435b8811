//! The journal on a thread of its own, so that a slow disk holds up orders and nothing else.
//!
//! **Law.** What is said to be durable is. After the first failure nothing is written any more.

use std::{
    sync::{
        Arc, Mutex, PoisonError,
        mpsc::{self, Receiver, Sender},
    },
    thread,
};

use bot_journal::{Disk, JournalWriter, RecordKind, Witness, WriteError};
use bot_machine::BotInput;
use tokio::sync::mpsc::Sender as ToBot;
use trading_types::Timestamp;

use crate::{
    history_thread::{Committed, HistoryThread},
    witness_file::WitnessFile,
};

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
    durable: Arc<Mutex<Witness>>,
}

impl JournalThread {
    /// Starts the thread; the bot is told through `to_bot` what is durable, and `history` is given
    /// it.
    pub(crate) fn start<D: Disk + Send + 'static>(
        writer: JournalWriter<D>,
        witness: WitnessFile,
        to_bot: ToBot<BotInput>,
        history: Option<HistoryThread>,
    ) -> std::io::Result<Self> {
        let (jobs, inbox) = mpsc::channel();
        let durable = Arc::new(Mutex::new(writer.witness()));
        let builder = thread::Builder::new().name("journal".to_owned());
        let worker =
            Worker { writer, witness, to_bot, history, durable: Arc::clone(&durable), records: 0 };
        let thread = builder.spawn(move || worker.work(&inbox))?;
        Ok(Self { jobs: Some(jobs), thread: Some(thread), durable })
    }

    /// How far the journal is durable.
    pub fn witness(&self) -> Witness {
        // A number and a hash: nothing can be half done.
        *self.durable.lock().unwrap_or_else(PoisonError::into_inner)
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

/// What the thread works with.
struct Worker<D> {
    writer: JournalWriter<D>,
    witness: WitnessFile,
    to_bot: ToBot<BotInput>,
    history: Option<HistoryThread>,
    durable: Arc<Mutex<Witness>>,
    records: u64,
}

impl<D: Disk> Worker<D> {
    fn work(mut self, jobs: &Receiver<Job>) {
        let mut batch = Vec::new();
        while let Ok(first) = jobs.recv() {
            let mut wants_commit = false;
            // Everything that waits goes to the disk together: one sync for all of it.
            for job in std::iter::once(first).chain(jobs.try_iter()) {
                match job {
                    Job::Append { kind, payload, now } => {
                        self.records += 1;
                        match self.append(kind, payload, now) {
                            Ok(record) => batch.extend(self.history.is_some().then_some(record)),
                            Err(error) => return self.failed(&error),
                        }
                    }
                    Job::Commit => wants_commit = true,
                }
            }
            if wants_commit {
                if let Err(error) = self.writer.commit() {
                    return self.failed(&error);
                }
                self.committed(&mut batch);
            }
        }
    }

    fn append(
        &mut self,
        kind: RecordKind,
        payload: Vec<u8>,
        now: Timestamp,
    ) -> Result<Committed, WriteError> {
        let (sequence, payload) = match kind {
            // What it says is in the records before it.
            RecordKind::Snapshot => (self.writer.append_snapshot(&payload, now)?, Vec::new()),
            RecordKind::Engine | RecordKind::Note | RecordKind::Epoch => {
                (self.writer.append(kind, &payload, now)?, payload)
            }
        };
        Ok((sequence, kind, payload, now))
    }

    fn committed(&mut self, batch: &mut Vec<Committed>) {
        let witness = self.writer.witness();
        *self.durable.lock().unwrap_or_else(PoisonError::into_inner) = witness;
        self.witness.write(witness);
        // A bot that is over needs no word.
        drop(self.to_bot.blocking_send(BotInput::Durable { records: self.records }));
        let batch = std::mem::take(batch);
        if self.history.as_ref().is_some_and(|history| !batch.is_empty() && !history.follow(batch))
        {
            self.history = None;
        }
    }

    fn failed(&self, error: &WriteError) {
        tracing::error!(%error, "the journal cannot be written any more");
        let what = error.to_string();
        drop(self.to_bot.blocking_send(BotInput::JournalFailed { what }));
    }
}
