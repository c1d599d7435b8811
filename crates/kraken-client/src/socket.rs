//! One of Kraken's sockets, kept open: connections, tokens and commands by the word of the session
//! machine and the scheduler, frames from there and back.
//!
//! **Law.** It does what the session says and decides nothing. A command leaves once or not at all.

mod line;
mod orders;

use std::time::Duration;

use kraken_protocol::{
    limits::KeyRole,
    scheduler::{Lane, Work},
    stream::{
        book::{BookApplied, BookFault},
        executions::KnownFills,
        market::MarketMessage,
        session::{
            AccountReport, CommandAnswer, EndReason, LinkChange, ReconcileReason, Session,
            SessionSettings, SocketCommand,
        },
        subscription::Subscription,
    },
};
use tokio::sync::mpsc;
use trading_types::{Pair, Timestamp};

use self::line::Line;
use crate::{
    calls::{CallError, Calls},
    files::FileError,
    http::Http,
    random,
    recorder::{Recorder, RecorderSettings},
};

/// How many wishes may wait; more wait at their senders.
const WISHES_MAX: usize = 1_024;
/// How many events may wait to be taken. When they are full nothing more is read, and Kraken waits.
const EVENTS_MAX: usize = 65_536;

/// How a socket is kept.
#[derive(Clone, Debug)]
pub struct SocketSettings {
    /// Times and limits.
    pub session: SessionSettings,
    /// The key that asks for tokens, where the socket needs them.
    pub key: KeyRole,
    /// Where every frame is recorded, if anywhere.
    pub recorder: Option<RecorderSettings>,
    /// The fills that were counted before a restart.
    pub known_fills: KnownFills,
    /// What decides the jitter; nothing asks the system.
    pub seed: Option<u64>,
}

impl SocketSettings {
    /// With the trade key, and nothing recorded or known.
    pub fn new(session: SessionSettings) -> Self {
        let known_fills = KnownFills::default();
        Self { session, key: KeyRole::Trade, recorder: None, known_fills, seed: None }
    }
}

/// What is wanted of a socket. It ends when this is dropped.
#[derive(Clone, Debug)]
pub struct Socket {
    wishes: mpsc::Sender<Wish>,
}

/// What happens on a socket.
#[derive(Debug)]
pub enum SocketEvent {
    /// Something about a market. What changes a book is told only if the book was right after it.
    Market(MarketMessage),
    /// A book changed, and is as Kraken has it.
    Book {
        /// Of which pair.
        pair: Pair,
        /// How it stands now.
        applied: BookApplied,
    },
    /// A book was not as Kraken has it. It is asked for again, alone; until then it has no prices.
    BookBroken {
        /// Which.
        subscription: Subscription,
        /// What was wrong with it.
        fault: BookFault,
    },
    /// Something about our account.
    Account(AccountReport),
    /// The answer to a command, for one of its orders.
    Answer(CommandAnswer),
    /// A command was not even sent, because the budgets do not take it.
    NotPermitted {
        /// The caller's number of it.
        request: u64,
        /// Why.
        why: CallError,
    },
    /// Events flow, or stopped flowing.
    Link(LinkChange),
    /// Something may have been missed: compare with what REST says.
    Reconcile(ReconcileReason),
    /// Frames are recorded no more. Everything else goes on.
    RecordingFailed(FileError),
    /// The socket is over.
    Ended(EndReason),
}

/// Something that is wanted.
#[derive(Debug)]
enum Wish {
    Subscribe { subscription: Subscription, expects_data_every: Option<Duration> },
    Unsubscribe(Subscription),
    DataBroken(Subscription),
    Command(Box<Commanded>),
    Withdraw(u64),
    VenueClock { here: Timestamp, venue: Timestamp },
    Shutdown,
}

/// A command that waits for its permit.
#[derive(Debug)]
struct Commanded {
    request: u64,
    command: SocketCommand,
    work: Work,
    lane: Lane,
}

impl Socket {
    /// Keeps a socket open from now on. Everything that happens on it comes out of the receiver.
    pub fn open(
        calls: Calls,
        ways: Vec<Http>,
        settings: SocketSettings,
    ) -> Result<(Self, mpsc::Receiver<SocketEvent>), FileError> {
        let SocketSettings { session, key, recorder, known_fills, seed } = settings;
        let recorder = recorder.map(Recorder::open).transpose()?;
        let seed = seed.unwrap_or_else(random::seed);
        let (wishes, inbox) = mpsc::channel(WISHES_MAX);
        let (tell, events) = mpsc::channel(EVENTS_MAX);
        let line = Line::new(line::Parts { calls, ways, key, recorder, tell }, |now| {
            Session::new(session, seed, now).with_known_fills(known_fills)
        });
        tokio::spawn(line.run(inbox));
        Ok((Self { wishes }, events))
    }

    /// Wants a subscription on every connection from now on; says how long it may be silent at
    /// most, where that is known.
    pub async fn subscribe(
        &self,
        subscription: Subscription,
        expects_data_every: Option<Duration>,
    ) {
        self.wish(Wish::Subscribe { subscription, expects_data_every }).await;
    }

    /// Wants a subscription no more.
    pub async fn unsubscribe(&self, subscription: Subscription) {
        self.wish(Wish::Unsubscribe(subscription)).await;
    }

    /// Found the data of a subscription broken: it is asked for again, alone.
    pub async fn data_broken(&self, subscription: Subscription) {
        self.wish(Wish::DataBroken(subscription)).await;
    }

    /// Sends a command once the budgets let it go. `request` is the caller's number, which its
    /// answers carry; `work` says what it spends.
    pub async fn command(&self, request: u64, command: SocketCommand, work: Work, lane: Lane) {
        let commanded = Commanded { request, command, work, lane };
        self.wish(Wish::Command(Box::new(commanded))).await;
    }

    /// Takes back a command that has not left: it is answered as one that was not sent. One that
    /// has left stays, and is answered by Kraken.
    pub async fn withdraw(&self, request: u64) {
        self.wish(Wish::Withdraw(request)).await;
    }

    /// Tells what Kraken's clock shows when ours shows `here`: a command is not sent when its
    /// deadline has passed there.
    pub async fn venue_clock(&self, here: Timestamp, venue: Timestamp) {
        self.wish(Wish::VenueClock { here, venue }).await;
    }

    /// Closes the socket for good.
    pub async fn shut_down(&self) {
        self.wish(Wish::Shutdown).await;
    }

    async fn wish(&self, wish: Wish) {
        // A socket that is over has said so.
        drop(self.wishes.send(wish).await);
    }
}
