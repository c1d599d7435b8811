//! All calls of one account: each waits until the scheduler lets it go, is made once, and is
//! judged. What may place an order is never made again; what only reads is, where the verdict says
//! so.
//!
//! **Law.** A key makes no call but `GetApiKeyInfo` until its audit has let it in, and none at all
//! once Kraken has called it wrong.

mod dispatch;
mod keys;
mod repeat;
mod translation;
mod waits;

use std::{fmt, path::PathBuf, sync::Arc, time::Duration};

use kraken_protocol::{
    Endpoint,
    chance::Chance,
    limits::{Feedback, KeyRole, Points},
    request::Request,
    scheduler::{
        AddressIndex, CallId, CallOutcome, Gauge, Lane, Scheduler, SchedulerSettings, SubmitError,
        Waiting, Work,
    },
    verdict::Doubt,
};
use tokio::sync::{mpsc, oneshot};
use trading_types::{ClientOrderId, Pair, Refusal, Timestamp};
use zeroize::Zeroizing;

pub use self::keys::StopReason;
use self::{
    dispatch::{Dispatch, Message, Wanted},
    keys::Keys,
};
use crate::{
    clock::Clock,
    files::FileError,
    hosts::MisplacedKey,
    http::Http,
    random,
    secrets::Credentials,
    state::{StateError, Store},
};

/// How many messages to the loop may be under way; more wait at their senders.
const MESSAGES_MAX: usize = 1_024;
/// How many waits are kept for a slow watcher; more are not told.
const WAITS_MAX: usize = 256;

/// The way to make calls. Copies of it share everything.
#[derive(Clone, Debug)]
pub struct Calls {
    to: mpsc::Sender<Message>,
    clock: Clock,
}

/// A result as Kraken wrote it, and when. It may be a token, so it does not show itself and is
/// wiped.
pub struct Reply {
    /// The result, as JSON text.
    pub result: Zeroizing<String>,
    /// When the call was sent.
    pub sent: Timestamp,
    /// When its answer was here.
    pub received: Timestamp,
}

impl fmt::Debug for Reply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Reply({} bytes, received {})", self.result.len(), self.received)
    }
}

/// What a loop of calls is made of.
#[derive(Debug)]
pub struct CallsParts {
    /// The ways out, one for each address in the settings.
    pub ways: Vec<Http>,
    /// Which limits are kept.
    pub settings: SchedulerSettings,
    /// Where budgets and nonces are kept; nothing keeps them nowhere.
    pub state_folder: Option<PathBuf>,
    /// What decides the jitter; nothing asks the system.
    pub seed: Option<u64>,
}

/// Why a call came to nothing, sorted by what to do next.
#[derive(Debug, thiserror::Error)]
pub enum CallError {
    // It had no effect; drop it or change it.
    /// Kraken said no.
    #[error("{0}")]
    Refused(Refusal),
    /// It is not made with this key.
    #[error(transparent)]
    NotQueued(#[from] SubmitError),

    // It had no effect; it may be tried later.
    /// A limit of Kraken's was met; our own counters should have prevented it.
    #[error("rate limit exceeded; it was not done")]
    RateLimited,
    /// It was certainly never sent.
    #[error("Kraken cannot be reached ({0}); it was not sent")]
    NotReached(String),
    /// Its nonce was too low: another program uses the key.
    #[error("the nonce was too low; it was not done. Let no other program use this key")]
    BadNonce,
    /// What it would spend could not be written down first.
    #[error("it was not sent: {0}")]
    NotSaved(String),

    // It may have had its effect: look before anything else is done.
    /// Nobody knows what came of it.
    #[error("nobody knows what came of it ({0}); look it up before doing anything else")]
    Unclear(Doubt),

    // A person has to look.
    /// Kraken calls the key wrong. It is not used any more.
    #[error(
        "Kraken says `{0}`; it was not done. Check in Kraken's settings that the key is there and \
         has not expired"
    )]
    BadKey(String),
    /// There is no such key.
    #[error("there is no {0} key; put one into a file with `slackwater key store`")]
    NoKey(KeyRole),
    /// The key is not used any more, or not yet.
    #[error("the {role} key is not used: {reason}")]
    KeyStopped {
        /// Which key.
        role: KeyRole,
        /// Why.
        reason: StopReason,
    },
    /// Kraken has locked us out for a while.
    #[error("Kraken has locked us out after too many bad keys or nonces; wait 15 minutes")]
    LockedOut,
}

/// Why there can be no calls.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The state of the last run cannot be used.
    #[error(transparent)]
    State(#[from] StateError),
    /// A key would go to the wrong Kraken.
    #[error(transparent)]
    MisplacedKey(#[from] MisplacedKey),
}

/// Permission to do something that is not a call: to open a socket, or to send a command over one.
/// It counts until it is settled.
#[derive(Debug)]
#[must_use = "what is never settled counts for ever"]
pub struct Permit {
    call: CallId,
    /// From which of our addresses.
    pub address: AddressIndex,
}

/// Something the budgets have to know that was learned elsewhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Learned {
    /// The account's tier: the `maxratecount` of a subscription.
    Tier(u32),
    /// What Kraken says a pair's trading counter is.
    Counter(Pair, Points),
    /// An order is open that this run did not place.
    OrderFound(Pair, ClientOrderId),
    /// An order is no longer open.
    OrderGone(ClientOrderId),
    /// After a restart: no other order of ours may be open.
    OnlyOpen(Vec<ClientOrderId>),
    /// How far Kraken's clock is from ours at the most.
    ClockError(Duration),
    /// What a socket heard about our rate.
    SocketFeedback(Feedback),
}

impl Calls {
    /// Starts the loop with these keys, none of which may be used before it is let in.
    pub fn start(parts: CallsParts, credentials: Vec<Credentials>) -> Result<Self, StartError> {
        let way = parts.ways.first().expect("there is a way out");
        assert!(parts.ways.len() == parts.settings.addresses, "each address has its way out");
        for key in &credentials {
            way.check_key(key)?;
        }
        let clock = way.clock().clone();
        let now = clock.now();
        let (store, saved) = match &parts.state_folder {
            Some(folder) => Store::open(folder)?,
            None => (Store::forgetful(), None),
        };
        let mut chance = Chance::from_seed(parts.seed.unwrap_or_else(random::seed));
        let nonces = saved.as_ref().map(|saved| saved.nonces.clone()).unwrap_or_default();
        let scheduler = match saved {
            Some(saved) => {
                if now < saved.saved_at {
                    tracing::warn!(%now, saved_at = %saved.saved_at, "the clock was set back \
                        since the last run: budgets refill later than they could");
                }
                let passed = saved.mark.and_then(|mark| clock.passed_since(&mark));
                let budgets = match passed {
                    Some(passed) => saved.budgets.saved_ago(passed, now),
                    None => saved.budgets,
                };
                Scheduler::restore(parts.settings, budgets, now)
            }
            None => Scheduler::new(parts.settings, chance.next(), now),
        };
        let keys = Keys::new(credentials, &nonces);
        let (to, messages) = mpsc::channel(MESSAGES_MAX);
        let dispatch =
            Dispatch::new(dispatch::Tools { scheduler, keys, ways: parts.ways, store, chance });
        tokio::spawn(dispatch.run(messages));
        Ok(Self { to, clock })
    }

    /// The clock by which calls wait.
    pub const fn clock(&self) -> &Clock {
        &self.clock
    }

    /// Makes a call and waits for what comes of it. Whoever stops waiting before the call has
    /// started takes it back; afterwards it runs on by itself.
    pub async fn call(&self, request: Request, work: Work, lane: Lane) -> Result<Reply, CallError> {
        let (reply, answer) = oneshot::channel();
        let wanted = Wanted { request: Arc::new(request), work, lane, attempt: 0, reply };
        // The loop ends only with a bug of ours; what it held may have been sent.
        let ended = || CallError::Unclear(Doubt::Broken);
        self.to.send(Message::Call(Box::new(wanted))).await.map_err(|_| ended())?;
        answer.await.map_err(|_| ended())?
    }

    /// Makes a call that needs no key and changes nothing.
    pub async fn public(&self, request: Request, lane: Lane) -> Result<Reply, CallError> {
        let work = Work::Public { endpoint: request.endpoint(), pair: request.pair() };
        self.call(request, work, lane).await
    }

    /// Makes a call with a key that is no trading command.
    pub async fn private(
        &self,
        request: Request,
        key: KeyRole,
        lane: Lane,
    ) -> Result<Reply, CallError> {
        let work = Work::Private { endpoint: request.endpoint(), key, cost: request.cost() };
        self.call(request, work, lane).await
    }

    /// Waits until something may be done that is not a call.
    pub async fn permit(&self, work: Work, lane: Lane) -> Result<Permit, CallError> {
        let (reply, answer) = oneshot::channel();
        let ended = || CallError::NotReached("the program is ending".to_owned());
        let message = Message::Permit { work: Box::new(work), lane, reply };
        self.to.send(message).await.map_err(|_| ended())?;
        let (call, address) = answer.await.map_err(|_| ended())??;
        Ok(Permit { call, address })
    }

    /// Tells what came of something that was permitted. A socket that was opened counts as open
    /// until [`Self::socket_closed`].
    pub async fn settle(&self, permit: Permit, outcome: CallOutcome, feedback: Feedback) {
        self.tell(Message::Settled { call: permit.call, outcome, feedback }).await;
    }

    /// Tells that a socket that was open at this address is closed, or did not open at all.
    pub async fn socket_closed(&self, address: AddressIndex) {
        self.tell(Message::SocketClosed(address)).await;
    }

    /// Tells the budgets something that was learned elsewhere.
    pub async fn learn(&self, learned: Learned) {
        self.tell(Message::Learned(learned)).await;
    }

    /// Lets a key in whose audit went well, with the last nonce Kraken has seen; or stops one.
    pub async fn admit(&self, role: KeyRole, admitted: Result<u64, StopReason>) {
        self.tell(Message::Admit { role, admitted }).await;
    }

    /// How full every budget is.
    pub async fn gauges(&self) -> Vec<Gauge> {
        let (reply, answer) = oneshot::channel();
        self.tell(Message::Gauges(reply)).await;
        answer.await.unwrap_or_default()
    }

    /// The calls that wait, and why.
    pub async fn waiting(&self) -> Vec<Waiting> {
        let (reply, answer) = oneshot::channel();
        self.tell(Message::Waiting(reply)).await;
        answer.await.unwrap_or_default()
    }

    /// From now on, every call that a limit holds back is told, once each.
    pub async fn watch_waits(&self) -> mpsc::Receiver<Waiting> {
        let (to, waits) = mpsc::channel(WAITS_MAX);
        self.tell(Message::WatchWaits(to)).await;
        waits
    }

    /// Writes down how everything stands. Without it the next start takes the last calls for lost,
    /// and waits for them longer than it has to.
    pub async fn save(&self) {
        let (reply, answer) = oneshot::channel();
        self.tell(Message::Save(reply)).await;
        drop(answer.await);
    }

    async fn tell(&self, message: Message) {
        // The loop lives as long as anyone can ask it.
        drop(self.to.send(message).await);
    }
}

impl From<FileError> for CallError {
    fn from(error: FileError) -> Self {
        Self::NotSaved(error.to_string())
    }
}

/// Whether a key may call `endpoint` before its audit.
fn is_audit(endpoint: Endpoint) -> bool {
    endpoint == Endpoint::GetApiKeyInfo
}

#[cfg(test)]
mod tests;
