//! Sends what waits for one sink, one message after the other, each until it is through, refused or
//! too old. Nobody waits for it.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use kraken_client::clock::Clock;
use tokio::{
    sync::{Notify, mpsc},
    task::JoinHandle,
};

use super::{
    Delivery, DeliveryError, Patience, Sink, failure::Failure, message::Message, queue::Queue,
};

/// Works for one sink while it lives.
#[derive(Debug)]
pub(super) struct Worker {
    desk: Arc<Desk>,
    task: Option<JoinHandle<()>>,
}

/// What the worker's task and those who give it work share.
struct Desk {
    sink: Sink,
    patience: Patience,
    clock: Clock,
    report: mpsc::Sender<Delivery>,
    state: Mutex<State>,
    changed: Notify,
}

#[derive(Default)]
struct State {
    queue: Queue,
    is_closing: bool,
}

impl Worker {
    pub(super) fn start(
        sink: Sink,
        patience: Patience,
        clock: Clock,
        report: mpsc::Sender<Delivery>,
    ) -> Self {
        let state = Mutex::default();
        let changed = Notify::new();
        let desk = Arc::new(Desk { sink, patience, clock, report, state, changed });
        let task = Some(tokio::spawn(Arc::clone(&desk).work()));
        Self { desk, task }
    }

    /// Puts a message into the queue.
    pub(super) fn deliver(&self, message: Message) {
        let messages_max = self.desk.patience.messages_max;
        let pushed_out = self.desk.state().queue.push(message, messages_max);
        self.desk.changed.notify_one();
        if let Some(message) = pushed_out {
            let sink = self.desk.sink.name();
            self.desk.tell(&message, 0, Err(DeliveryError::NoRoom { sink }));
        }
    }

    /// Sends a message once, beside the queue.
    pub(super) fn trial(&self, message: Message) -> impl Future<Output = Delivery> + use<> {
        let desk = Arc::clone(&self.desk);
        async move {
            let sink = desk.sink.name();
            let result = desk.attempt(&message).await.map_err(|failure| match failure {
                Failure::ForNow { why, .. } => DeliveryError::GaveUp { sink, why },
                Failure::ForGood { why } => DeliveryError::Refused { sink, why },
            });
            Delivery { sink, alert: message.id, attempts: 1, result }
        }
    }

    /// Ends once nothing waits any more.
    pub(super) async fn finish(mut self) {
        self.desk.state().is_closing = true;
        self.desk.changed.notify_one();
        if let Some(task) = &mut self.task {
            // A task that panicked has said so.
            drop(task.await);
        }
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        if let Some(task) = &self.task {
            task.abort();
        }
    }
}

impl std::fmt::Debug for Desk {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Desk").field("sink", &self.sink.name()).finish_non_exhaustive()
    }
}

impl Desk {
    async fn work(self: Arc<Self>) {
        while let Some(message) = self.next().await {
            self.deliver(&message).await;
        }
    }

    /// The next message, once there is one; nothing when there will be none.
    async fn next(&self) -> Option<Message> {
        loop {
            {
                let mut state = self.state();
                if let Some(message) = state.queue.pop() {
                    return Some(message);
                }
                if state.is_closing {
                    return None;
                }
            }
            self.changed.notified().await;
        }
    }

    /// Tries until the message is through, refused or too old.
    async fn deliver(&self, message: &Message) {
        let sink = self.sink.name();
        let given_up = message.time + self.patience.age_max;
        let mut attempts = 0;
        let mut pause = self.patience.first_pause;
        let result = loop {
            attempts += 1;
            let (why, after) = match self.attempt(message).await {
                Ok(()) => break Ok(()),
                Err(Failure::ForGood { why }) => {
                    break Err(DeliveryError::Refused { sink, why });
                }
                Err(Failure::ForNow { why, after }) => (why, after),
            };
            let wait = pause.max(after.unwrap_or(Duration::ZERO)).min(self.patience.pause_max);
            let next = self.clock.now() + wait;
            if given_up < next {
                break Err(DeliveryError::GaveUp { sink, why });
            }
            tracing::info!(%sink, alert = message.id, attempts, why, "an alert is tried again");
            self.clock.sleep_until(next).await;
            pause = (pause * 2).min(self.patience.pause_max);
        };
        self.tell(message, attempts, result);
    }

    async fn attempt(&self, message: &Message) -> Result<(), Failure> {
        let now = self.clock.now();
        tokio::select! {
            // An answer that is here counts, however late it is.
            biased;
            result = self.sink.send(message, now) => result,
            () = self.clock.give_up_at(now + self.patience.attempt) => {
                let seconds = self.patience.attempt.as_secs();
                Err(Failure::for_now(format!("nothing came within {seconds} s")))
            }
        }
    }

    fn tell(&self, message: &Message, attempts: u32, result: Result<(), DeliveryError>) {
        let sink = self.sink.name();
        if let Err(error) = &result {
            tracing::error!(%error, alert = message.id, attempts, "an alert was not delivered");
        }
        let delivery = Delivery { sink, alert: message.id, attempts, result };
        // Nobody has to listen.
        drop(self.report.try_send(delivery));
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // What is inside is whole after every statement.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
