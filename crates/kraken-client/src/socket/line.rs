//! The loop around one session machine.

use std::{collections::BTreeMap, future::Future, pin::Pin, time::Duration};

use futures_util::{StreamExt, future::OptionFuture, stream::FuturesUnordered};
use kraken_protocol::{
    limits::{Feedback, KeyRole},
    request::Request,
    rest::placing::socket_token,
    scheduler::{AddressIndex, CallOutcome, Lane, Work},
    stream::{
        book_keeper::{BookKeeper, BookNews},
        executions::OrderReport,
        market::MarketMessage,
        session::{
            AccountReport, CommandAnswer, LinkChange, NotSent, Outcome, Session, SessionEvent,
            SessionOutput,
        },
        subscription::{SocketKind, Subscription},
        token::Token,
    },
};
use tokio::sync::{mpsc, oneshot};
use trading_types::{AccountEvent, Pair, Timestamp};

use super::{
    Commanded, SocketEvent, Wish,
    orders::{self, Orders, Settled},
};
use crate::{
    calls::{CallError, Calls, Learned, Permit},
    clock::Clock,
    connection::{Arrival, Connection, DialError},
    files::FileError,
    http::Http,
    recorder::{Recorder, Way},
};

/// When nothing may be opened because too much waits already, it is asked again after this.
const CONNECT_AGAIN: Duration = Duration::from_secs(5);

/// Something that is waited for beside the connection.
enum Happening {
    MayConnect(Result<Permit, CallError>),
    MayCommand(Box<Commanded>, Result<Permit, CallError>),
    /// A command that waited for its permit was taken back.
    Withdrawn(Box<Commanded>),
    Token(Option<Token>),
}

type Waited<T> = Pin<Box<dyn Future<Output = T> + Send>>;

/// What the loop works with.
pub(super) struct Parts {
    pub(super) calls: Calls,
    pub(super) ways: Vec<Http>,
    pub(super) key: KeyRole,
    pub(super) recorder: Option<Recorder>,
    pub(super) tell: mpsc::Sender<SocketEvent>,
}

/// The loop.
pub(super) struct Line {
    parts: Parts,
    clock: Clock,
    session: Session,
    books: BookKeeper,
    waited: FuturesUnordered<Waited<Happening>>,
    /// Commands that wait for a permit, by the caller's number. One that is dropped is taken back.
    permits_wanted: BTreeMap<u64, oneshot::Sender<()>>,
    dialing: Option<Waited<Result<Box<Connection>, DialError>>>,
    connection: Option<Box<Connection>>,
    /// The address that counts a socket of ours, open or being opened.
    counted: Option<AddressIndex>,
    /// The permit of an attempt whose end is not known yet.
    attempt: Option<Permit>,
    connections: u64,
    orders: Orders,
    is_over: bool,
}

/// Why the loop woke up.
enum Woken {
    Wished(Option<Wish>),
    Arrived(Arrival),
    Dialed(Result<Box<Connection>, DialError>),
    Happened(Happening),
    Due,
}

impl Line {
    pub(super) fn new(parts: Parts, session: impl FnOnce(Timestamp) -> Session) -> Self {
        let clock = parts.calls.clock().clone();
        let session = session(clock.now());
        Self {
            parts,
            clock,
            session,
            books: BookKeeper::default(),
            waited: FuturesUnordered::new(),
            permits_wanted: BTreeMap::new(),
            dialing: None,
            connection: None,
            counted: None,
            attempt: None,
            connections: 0,
            orders: Orders::default(),
            is_over: false,
        }
    }

    /// Runs until the session is over.
    pub(super) async fn run(mut self, mut wishes: mpsc::Receiver<Wish>) {
        self.carry_out().await;
        while !self.is_over {
            let wake = self.session.next_timeout().unwrap_or(Timestamp::NEVER);
            let arrival = OptionFuture::from(self.connection.as_deref_mut().map(Connection::next));
            let dialed = OptionFuture::from(self.dialing.as_mut());
            let woken = tokio::select! {
                wish = wishes.recv() => Woken::Wished(wish),
                Some(arrival) = arrival => Woken::Arrived(arrival),
                Some(dialed) = dialed => Woken::Dialed(dialed),
                Some(happening) = self.waited.next() => Woken::Happened(happening),
                () = self.clock.sleep_until(wake) => Woken::Due,
            };
            self.wake(woken).await;
            self.carry_out().await;
        }
        self.hang_up().await;
    }

    async fn wake(&mut self, woken: Woken) {
        match woken {
            Woken::Wished(wish) => self.wished(wish.unwrap_or(Wish::Shutdown)),
            Woken::Arrived(arrival) => self.arrived(arrival).await,
            Woken::Dialed(dialed) => self.dialed(dialed).await,
            Woken::Happened(happening) => self.happened(happening).await,
            Woken::Due => self.session.handle_timeout(self.clock.now()),
        }
    }

    fn handle(&mut self, event: SessionEvent<'_>) {
        self.session.handle(event, self.clock.now());
    }

    fn wished(&mut self, wish: Wish) {
        match wish {
            Wish::Subscribe { subscription, expects_data_every } => {
                self.books.want(subscription);
                if matches!(subscription, Subscription::Book { .. }) {
                    // A checksum needs the pair's decimals, and Kraken changes them.
                    self.handle(SessionEvent::Subscribe {
                        subscription: Subscription::Instruments,
                        expects_data_every: None,
                    });
                }
                self.handle(SessionEvent::Subscribe { subscription, expects_data_every });
            }
            Wish::Unsubscribe(subscription) => {
                self.books.unwant(&subscription);
                self.handle(SessionEvent::Unsubscribe(subscription));
            }
            Wish::DataBroken(subscription) => self.handle(SessionEvent::DataBroken(subscription)),
            Wish::Command(commanded) => self.want_permit(commanded),
            Wish::Withdraw(request) => match self.permits_wanted.remove(&request) {
                // Whoever waits for the permit hears it, and lets go of it.
                Some(waiting) => drop(waiting),
                None => self.handle(SessionEvent::Withdraw { request }),
            },
            Wish::VenueClock { here, venue } => {
                self.handle(SessionEvent::VenueClock { here, venue });
            }
            Wish::Shutdown => self.handle(SessionEvent::Shutdown),
        }
    }

    /// Waits for a permit, unless the command is taken back meanwhile.
    fn want_permit(&mut self, commanded: Box<Commanded>) {
        let calls = self.parts.calls.clone();
        let (keep, withdrawn) = oneshot::channel::<()>();
        self.permits_wanted.insert(commanded.request, keep);
        self.waited.push(Box::pin(async move {
            let permit = calls.permit(commanded.work.clone(), commanded.lane);
            tokio::select! {
                // A permit that was given is settled, also when it is not wanted any more.
                biased;
                permit = permit => Happening::MayCommand(commanded, permit),
                _ = withdrawn => Happening::Withdrawn(commanded),
            }
        }));
    }

    async fn arrived(&mut self, arrival: Arrival) {
        match arrival {
            Arrival::Frame(frame) => {
                self.record(Way::Received, &frame).await;
                self.handle(SessionEvent::Frame(&frame));
            }
            Arrival::Closed(closed) => {
                self.hang_up().await;
                self.handle(SessionEvent::Closed { code: closed.code, reason: &closed.reason });
            }
        }
    }

    async fn dialed(&mut self, dialed: Result<Box<Connection>, DialError>) {
        self.dialing = None;
        match dialed {
            Ok(connection) => {
                self.attempted(Feedback::Fine).await;
                self.connection = Some(connection);
                self.connections += 1;
                self.handle(SessionEvent::Connected);
            }
            Err(error) => {
                tracing::info!(%error, "no socket was opened");
                let http_status = match error {
                    DialError::Refused { status } => Some(status),
                    DialError::NotWebSocket | DialError::NotReached(_) => None,
                };
                self.attempted(match http_status {
                    // The edge has banned the address, for calls as well.
                    Some(403) => Feedback::AddressBlocked,
                    Some(429) => Feedback::TooManyRequests,
                    Some(_) | None => Feedback::Fine,
                })
                .await;
                self.hang_up().await;
                self.handle(SessionEvent::ConnectFailed { http_status });
            }
        }
    }

    /// An attempt to connect is over. It counts, whatever came of it.
    async fn attempted(&mut self, feedback: Feedback) {
        if let Some(permit) = self.attempt.take() {
            self.parts.calls.settle(permit, CallOutcome::Done, feedback).await;
        }
    }

    async fn happened(&mut self, happening: Happening) {
        match happening {
            Happening::MayConnect(Ok(permit)) => {
                self.hang_up().await;
                self.counted = Some(permit.address);
                self.attempt = Some(permit);
                self.handle(SessionEvent::ConnectAllowed);
            }
            Happening::MayConnect(Err(error)) => {
                tracing::warn!(%error, "no socket may be opened now");
                self.want_connect_after(CONNECT_AGAIN);
            }
            Happening::MayCommand(commanded, permit) => self.may_command(*commanded, permit).await,
            Happening::Withdrawn(commanded) => self.withdrawn(&commanded).await,
            Happening::Token(Some(token)) => self.handle(SessionEvent::Token(token)),
            Happening::Token(None) => self.handle(SessionEvent::TokenRefused),
        }
    }

    /// Each of its orders is told that it never left.
    async fn withdrawn(&mut self, commanded: &Commanded) {
        let orders = commanded.command.orders();
        let orders =
            if orders.is_empty() { vec![None] } else { orders.into_iter().map(Some).collect() };
        for order in orders {
            let outcome = Outcome::NotSent(NotSent::Withdrawn);
            let answer = CommandAnswer { request: commanded.request, order, outcome };
            self.tell(SocketEvent::Answer(answer)).await;
        }
    }

    async fn may_command(&mut self, commanded: Commanded, permit: Result<Permit, CallError>) {
        if self.permits_wanted.remove(&commanded.request).is_none() {
            if let Ok(permit) = permit {
                self.parts.calls.settle(permit, CallOutcome::Refused, Feedback::Fine).await;
            }
            return self.withdrawn(&commanded).await;
        }
        let Commanded { request, command, work, lane: _ } = commanded;
        match permit {
            Ok(permit) => {
                self.orders.start(request, &command, &work, permit);
                self.handle(SessionEvent::Command { request, command });
            }
            Err(why) => self.tell(SocketEvent::NotPermitted { request, why }).await,
        }
    }

    /// Does all that the session wants done.
    async fn carry_out(&mut self) {
        let mut settled: Vec<Settled> = Vec::new();
        let mut feedbacks: Vec<(Feedback, Option<Pair>)> = Vec::new();
        while let Some(output) = self.session.poll_output() {
            match output {
                SessionOutput::WantConnect => self.want_connect_after(Duration::ZERO),
                SessionOutput::Dial(kind) => self.dial(kind),
                SessionOutput::WantToken => self.want_token(),
                SessionOutput::Send(frame) => self.send(frame.into_text()).await,
                SessionOutput::Close => {
                    if let Some(connection) = self.connection.take() {
                        connection.close().await;
                    }
                    self.hang_up().await;
                }
                SessionOutput::Market(message) => self.market(message).await,
                SessionOutput::Account(report) => {
                    self.learn(&report).await;
                    self.tell(SocketEvent::Account(report)).await;
                }
                SessionOutput::Answer(answer) => {
                    settled.extend(self.orders.answered(&answer));
                    self.tell(SocketEvent::Answer(answer)).await;
                }
                SessionOutput::Link(change) => {
                    tracing::info!(?change, "link");
                    if change != LinkChange::Up {
                        self.books.lost();
                    }
                    self.tell(SocketEvent::Link(change)).await;
                }
                SessionOutput::Reconcile(reason) => {
                    tracing::warn!(?reason, "something may have been missed");
                    self.tell(SocketEvent::Reconcile(reason)).await;
                }
                SessionOutput::Feedback { feedback, pair } => feedbacks.push((feedback, pair)),
                SessionOutput::Ended(reason) => {
                    self.is_over = true;
                    self.tell(SocketEvent::Ended(reason)).await;
                }
                SessionOutput::Log(note) => tracing::info!(?note, "socket"),
            }
        }
        self.settle(settled, &feedbacks).await;
    }

    /// Hands on what is right. A book that is not goes to nobody; its pair is asked for again, and
    /// no other is touched.
    async fn market(&mut self, message: MarketMessage) {
        let is_book = matches!(message, MarketMessage::Book(_) | MarketMessage::Level3(_));
        match self.books.handle(&message, self.clock.now()) {
            Some(BookNews::Broken(subscription, fault)) => {
                tracing::warn!(?subscription, %fault, "a book is broken");
                self.handle(SessionEvent::DataBroken(subscription));
                self.tell(SocketEvent::BookBroken { subscription, fault }).await;
            }
            Some(BookNews::Applied(pair, applied)) => {
                self.tell(SocketEvent::Market(message)).await;
                self.tell(SocketEvent::Book { pair, applied }).await;
            }
            // What was still on its way when a book broke.
            None if is_book => (),
            None => self.tell(SocketEvent::Market(message)).await,
        }
    }

    /// Tells the budgets what commands came to, each with what was said of our rate beside it.
    async fn settle(&mut self, settled: Vec<Settled>, heard: &[(Feedback, Option<Pair>)]) {
        if settled.is_empty() {
            for (feedback, _) in heard {
                self.parts.calls.learn(Learned::SocketFeedback(*feedback)).await;
            }
        }
        for Settled { permit, pair, outcome } in settled {
            let feedback = orders::feedback(heard, pair);
            self.parts.calls.settle(permit, outcome, feedback).await;
        }
    }

    fn want_connect_after(&mut self, wait: Duration) {
        let (calls, clock) = (self.parts.calls.clone(), self.clock.clone());
        self.waited.push(Box::pin(async move {
            clock.sleep_until(clock.now() + wait).await;
            Happening::MayConnect(calls.permit(Work::Connect, Lane::Resolve).await)
        }));
    }

    fn dial(&mut self, kind: SocketKind) {
        let address = self.counted.expect("a dial follows its permission");
        let way = self.parts.ways[address].clone();
        let dial = async move { Connection::dial(&way, kind).await.map(Box::new) };
        self.dialing = Some(Box::pin(dial));
    }

    fn want_token(&mut self) {
        let (calls, key) = (self.parts.calls.clone(), self.parts.key);
        self.waited.push(Box::pin(async move { Happening::Token(token(&calls, key).await) }));
    }

    async fn send(&mut self, frame: String) {
        self.record(Way::Sent, &frame).await;
        let Some(connection) = &mut self.connection else { return };
        if let Err(closed) = connection.send(frame).await {
            self.hang_up().await;
            self.handle(SessionEvent::Closed { code: closed.code, reason: &closed.reason });
        }
    }

    /// Forgets the connection; its address counts one less.
    async fn hang_up(&mut self) {
        self.connection = None;
        self.dialing = None;
        self.attempted(Feedback::Fine).await;
        if let Some(address) = self.counted.take() {
            self.parts.calls.socket_closed(address).await;
        }
        let flushed = self.parts.recorder.as_mut().map_or(Ok(()), Recorder::flush);
        self.recorded(flushed).await;
    }

    async fn record(&mut self, way: Way, frame: &str) {
        let now = self.clock.now();
        let Some(recorder) = &mut self.parts.recorder else { return };
        let result = recorder.record(self.connections, way, frame, now);
        self.recorded(result).await;
    }

    async fn recorded(&mut self, result: Result<(), FileError>) {
        if let Err(error) = result {
            // Trading goes on without a recording.
            tracing::error!(%error, "frames are recorded no more");
            self.parts.recorder = None;
            self.tell(SocketEvent::RecordingFailed(error)).await;
        }
    }

    /// What the budgets have to know of a report.
    async fn learn(&mut self, report: &AccountReport) {
        let learned = match report {
            AccountReport::CounterMax(max) => Learned::Tier(*max),
            AccountReport::Order(OrderReport::Counter { pair: Some(pair), points }) => {
                Learned::Counter(*pair, *points)
            }
            AccountReport::Order(OrderReport::OpenOrders { open, missing: _ }) => {
                let named = open.iter().filter_map(|order| order.pair.zip(order.client));
                for (pair, order) in named {
                    self.parts.calls.learn(Learned::OrderFound(pair, order)).await;
                }
                return;
            }
            AccountReport::Order(OrderReport::Event(event)) => match event {
                AccountEvent::Completed { order }
                | AccountEvent::Canceled { order, .. }
                | AccountEvent::Expired { order }
                | AccountEvent::Rejected { order, .. } => Learned::OrderGone(*order),
                AccountEvent::Balances(_)
                | AccountEvent::Moved { .. }
                | AccountEvent::Accepted { .. }
                | AccountEvent::Triggered { .. }
                | AccountEvent::Unclear { .. }
                | AccountEvent::NeverExisted { .. }
                | AccountEvent::Traded(_)
                | AccountEvent::Amended(_)
                | AccountEvent::AmendRejected { .. }
                | AccountEvent::CancelRejected { .. } => return,
            },
            AccountReport::Order(_) | AccountReport::Balance(_) => return,
        };
        self.parts.calls.learn(learned).await;
    }

    async fn tell(&mut self, event: SocketEvent) {
        if self.parts.tell.send(event).await.is_err() && !self.is_over {
            // Nobody listens any more.
            self.is_over = true;
        }
    }
}

/// A new token, or nothing.
async fn token(calls: &Calls, key: KeyRole) -> Option<Token> {
    let reply = match calls.private(Request::socket_token(), key, Lane::Resolve).await {
        Ok(reply) => reply,
        Err(error) => {
            tracing::warn!(%error, "there is no token for the socket");
            return None;
        }
    };
    let told = socket_token(&reply.result).map(|told| told.token);
    told.inspect_err(|error| tracing::error!(%error, "a token cannot be read")).ok()
}
