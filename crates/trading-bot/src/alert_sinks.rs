//! Tells people: Telegram, Discord, any webhook, e-mail.
//!
//! **Law.** Telling never holds up the bot, and a sink that is down holds up no other. Each sink
//! has a queue of its own, with an end; each message is tried again, later and later, until it is
//! through or too old. A message may arrive twice; none is lost without [`Delivery`] saying so.
//!
//! A webhook can tell that a message is ours: `slackwater-signature` is `sha256=` and the
//! HMAC-SHA256 of `slackwater-timestamp`, a point and the body, with the secret both sides know.

mod email;
mod failure;
mod http;
mod message;
mod queue;
mod secret;
mod settings;
mod worker;

use std::time::Duration;

use bot_machine::{Alert, AlertKind, Severity};
use kraken_client::clock::Clock;
use tokio::{sync::mpsc, task::JoinSet};
use trading_types::Timestamp;

use self::{
    email::Email,
    failure::Failure,
    http::{Discord, Telegram, Webhook},
    message::Message,
    worker::Worker,
};
pub use self::{
    secret::{Secret, SecretError},
    settings::{
        AlertSettings, DiscordSettings, EmailSettings, Encryption, TelegramSettings,
        WebhookSettings,
    },
};

/// So many results wait to be taken; who does not take them misses the newest.
const RESULTS_MAX: usize = 256;

/// Every way to tell people that the settings name.
#[derive(Debug)]
pub struct AlertSinks {
    workers: Vec<Worker>,
    host: String,
    clock: Clock,
}

/// A way to tell people.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum SinkName {
    /// Telegram.
    Telegram,
    /// Discord.
    Discord,
    /// Any webhook.
    Webhook,
    /// E-mail.
    Email,
}

/// What became of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivery {
    /// Through which sink.
    pub sink: SinkName,
    /// Which alert.
    pub alert: u64,
    /// How often it was tried.
    pub attempts: u32,
    /// Whether it is through.
    pub result: Result<(), DeliveryError>,
}

/// Why a message is not through.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DeliveryError {
    // Correct the settings of the sink; nothing will get through before.
    /// The sink says no.
    #[error("{sink} refused the alert: {why}")]
    Refused {
        /// Which sink.
        sink: SinkName,
        /// Why.
        why: String,
    },
    // Look at the sink or the net; later alerts are tried all the same.
    /// It was tried as long as it is worth it.
    #[error("{sink} did not take the alert: {why}")]
    GaveUp {
        /// Which sink.
        sink: SinkName,
        /// What happened the last time.
        why: String,
    },
    /// Too many others waited.
    #[error("{sink} has been down so long that the alert had no place to wait")]
    NoRoom {
        /// Which sink.
        sink: SinkName,
    },
}

/// Why there are no sinks, sorted by what to do next.
#[derive(Debug, thiserror::Error)]
pub enum OpenSinksError {
    /// A secret is not there.
    #[error(transparent)]
    Secret(#[from] SecretError),
    /// A setting cannot be.
    #[error("alerts by {sink}: {what}")]
    Setting {
        /// Which sink.
        sink: &'static str,
        /// What to do about it.
        what: String,
    },
    /// The TLS library, or the list of trusted certificates, cannot be used.
    #[error("no connections can be made ({0}); check the system's list of certificates")]
    Unusable(String),
}

/// How patient sinks are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Patience {
    /// A sink has this long for one attempt.
    pub attempt: Duration,
    /// Between the first attempt and the second; doubled each time after that.
    pub first_pause: Duration,
    /// Never longer than this between attempts.
    pub pause_max: Duration,
    /// A message that is older is given up.
    pub age_max: Duration,
    /// So many messages wait for one sink.
    pub messages_max: usize,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            attempt: Duration::from_secs(10),
            first_pause: Duration::from_secs(1),
            pause_max: Duration::from_mins(5),
            age_max: Duration::from_hours(24),
            messages_max: 64,
        }
    }
}

/// One way to tell people, ready to be used.
enum Sink {
    Telegram(Telegram),
    Discord(Discord),
    Webhook(Webhook),
    Email(Email),
}

impl std::fmt::Display for SinkName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(match self {
            Self::Telegram => "telegram",
            Self::Discord => "discord",
            Self::Webhook => "webhook",
            Self::Email => "email",
        })
    }
}

impl AlertSinks {
    /// Opens every sink that is set. `host` is the name of this machine, as people know it. What
    /// becomes of messages comes out of the receiver; nobody has to take it.
    pub fn open(
        settings: &AlertSettings,
        host: &str,
        clock: Clock,
    ) -> Result<(Self, mpsc::Receiver<Delivery>), OpenSinksError> {
        let AlertSettings { telegram, discord, webhook, email } = settings;
        let mut sinks = Vec::new();
        if let Some(settings) = telegram {
            sinks.push(Sink::Telegram(Telegram::open(settings)?));
        }
        if let Some(settings) = discord {
            sinks.push(Sink::Discord(Discord::open(settings)?));
        }
        if let Some(settings) = webhook {
            sinks.push(Sink::Webhook(Webhook::open(settings)?));
        }
        if let Some(settings) = email {
            sinks.push(Sink::Email(Email::open(settings)?));
        }
        Ok(Self::with(sinks, host, clock, Patience::default()))
    }

    fn with(
        sinks: Vec<Sink>,
        host: &str,
        clock: Clock,
        patience: Patience,
    ) -> (Self, mpsc::Receiver<Delivery>) {
        let (report, results) = mpsc::channel(RESULTS_MAX);
        let start = |sink| Worker::start(sink, patience, clock.clone(), report.clone());
        let workers = sinks.into_iter().map(start).collect();
        (Self { workers, host: host.to_owned(), clock }, results)
    }

    /// Whether there is nobody to tell.
    pub fn is_empty(&self) -> bool {
        self.workers.is_empty()
    }

    /// Has an alert sent through every sink. Returns at once.
    pub fn deliver(&self, alert: &Alert) {
        for worker in &self.workers {
            worker.deliver(Message::new(alert, &self.host));
        }
    }

    /// Sends a trial message through every sink, once, and says what became of each.
    pub async fn test(&self) -> Vec<Delivery> {
        let trial = Alert {
            id: 0,
            time: self.clock.now(),
            kind: AlertKind::Life,
            severity: Severity::Notice,
            text: "this is a trial: alerts of this bot arrive here".to_owned(),
        };
        let message = Message::new(&trial, &self.host);
        let mut trials = JoinSet::new();
        for worker in &self.workers {
            trials.spawn(worker.trial(message.clone()));
        }
        let mut results = trials.join_all().await;
        results.sort_by_key(|delivery| delivery.sink);
        results
    }

    /// Takes no more alerts, and waits until all are through or given up, until `moment` at most.
    pub async fn close(self, moment: Timestamp) {
        let all = async {
            for worker in self.workers {
                worker.finish().await;
            }
        };
        tokio::select! {
            () = all => (),
            () = self.clock.give_up_at(moment) => {
                tracing::warn!("the bot ends with alerts that nobody could be told");
            }
        }
    }
}

impl Sink {
    const fn name(&self) -> SinkName {
        match self {
            Self::Telegram(_) => SinkName::Telegram,
            Self::Discord(_) => SinkName::Discord,
            Self::Webhook(_) => SinkName::Webhook,
            Self::Email(_) => SinkName::Email,
        }
    }

    async fn send(&self, message: &Message, now: Timestamp) -> Result<(), Failure> {
        match self {
            Self::Telegram(sink) => sink.send(message).await,
            Self::Discord(sink) => sink.send(message).await,
            Self::Webhook(sink) => sink.send(message, now).await,
            Self::Email(sink) => sink.send(message, now).await,
        }
    }
}

#[cfg(test)]
mod tests;
