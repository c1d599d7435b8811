//! The paper venue in the place of Kraken's private side: a task that keeps its state on the disk
//! and its timers, and is told what the real market does.
//!
//! **Law.** What the venue says is told after it is durable: a bot that comes back never knows more
//! than its venue.

mod sight;

use bot_journal::{Disk, DiskError};
use bot_machine::{BotInput, BotOutput, Call};
use kraken_client::{clock::Clock, socket::SocketEvent};
use kraken_protocol::stream::{
    MessageKind, market::MarketMessage, session::LinkChange, subscription::SocketKind,
};
use tokio::sync::mpsc;
use trading_types::Timestamp;

use self::sight::Sight;
use crate::paper::{PaperEvent, PaperSettings, PaperState, PaperVenue};

/// Where the state stands in its folder.
const STATE: &str = "account";
/// What is being written.
const NEW: &str = "account.new";
/// Events that wait. When it is full, whoever has more waits.
const EVENTS_MAX: usize = 4_096;

/// Why there is no paper account, sorted by what to do next.
#[derive(Debug, thiserror::Error)]
pub enum PaperError {
    // Correct the disk.
    /// Its state cannot be read or written.
    #[error("the paper account cannot be kept: {0}")]
    Disk(#[from] DiskError),
    // Begin anew.
    /// What stands there is not what was written.
    #[error("the paper account is damaged: move its folder away, and the journal with it")]
    Damaged,
}

/// The way to the paper venue. It ends when all copies of it are dropped.
#[derive(Clone, Debug)]
pub struct PaperLine {
    events: mpsc::Sender<PaperEvent>,
}

/// What a paper account tells of its market: made from what the public socket says.
#[derive(Debug)]
pub struct PaperEyes {
    line: PaperLine,
    sight: Sight,
}

/// Goes on with the account that the disk has, or begins one.
pub fn open(
    disk: &mut impl Disk,
    settings: PaperSettings,
    now: Timestamp,
) -> Result<PaperVenue, PaperError> {
    if !disk.list()?.iter().any(|name| name == STATE) {
        return Ok(PaperVenue::new(settings, now));
    }
    let bytes = disk.read(STATE)?;
    let state = PaperState::from_bytes(&bytes).ok_or(PaperError::Damaged)?;
    let mut venue = PaperVenue::restore(state, now);
    for rules in settings.rules {
        venue.handle(PaperEvent::Rules(rules), now);
    }
    Ok(venue)
}

impl PaperLine {
    /// Starts the task. `disk` is a folder of its own.
    pub fn start<D: Disk + Send + 'static>(
        venue: PaperVenue,
        disk: D,
        clock: Clock,
        to_bot: mpsc::Sender<BotInput>,
    ) -> Self {
        let (events, inbox) = mpsc::channel(EVENTS_MAX);
        tokio::spawn(run(venue, disk, clock, (inbox, to_bot)));
        Self { events }
    }

    /// Does what the bot wants of its account; gives back what is Kraken's business, or nobody's.
    pub async fn carry_out(&self, output: BotOutput) -> Option<BotOutput> {
        let event = match output {
            BotOutput::Command { request, command, .. } => PaperEvent::Command { request, command },
            BotOutput::Call { call, what, .. } if !is_public(&what) => {
                PaperEvent::Call { call, what }
            }
            BotOutput::OpenSocket { socket: SocketKind::Private, .. } => PaperEvent::Open,
            BotOutput::CloseSocket(SocketKind::Private) => PaperEvent::Close,
            BotOutput::RenewExecutions => PaperEvent::Renew,
            // There is no key, and no budget for its orders.
            // Nothing waits on the way to it either.
            BotOutput::AdmitKey { .. }
            | BotOutput::Withdraw { .. }
            | BotOutput::VenueClock { .. }
            | BotOutput::StopKey { .. }
            | BotOutput::OrderGone(_)
            | BotOutput::OnlyOpen(_)
            | BotOutput::OrderOpen { .. } => return None,
            BotOutput::Call { .. }
            | BotOutput::OpenSocket { .. }
            | BotOutput::CloseSocket(_)
            | BotOutput::Record { .. }
            | BotOutput::Sync
            | BotOutput::Report(_)
            | BotOutput::Stage(_)
            | BotOutput::Alert(_)
            | BotOutput::Ended { .. } => return Some(output),
        };
        self.tell(event).await;
        None
    }

    /// Somebody who tells it what the public socket says.
    pub fn eyes(&self) -> PaperEyes {
        PaperEyes { line: self.clone(), sight: Sight::default() }
    }

    async fn tell(&self, event: PaperEvent) {
        // A task that has ended has told why.
        drop(self.events.send(event).await);
    }
}

impl PaperEyes {
    /// The public socket told something, which the bot is told as well.
    pub async fn see(&mut self, event: &SocketEvent) {
        let told = match event {
            SocketEvent::Market(MarketMessage::Book(message)) => {
                let bids_and_asks = self.sight.apply(message);
                vec![PaperEvent::Book { pair: message.pair, bids_and_asks }]
            }
            SocketEvent::Market(MarketMessage::Trades(message)) => match message.kind {
                // A snapshot repeats the past.
                MessageKind::Snapshot => Vec::new(),
                MessageKind::Update => message
                    .trades
                    .iter()
                    .map(|it| PaperEvent::Trade { pair: it.pair, trade: it.trade })
                    .collect(),
            },
            SocketEvent::BookBroken { subscription, .. } => {
                let lost = subscription.pair().filter(|pair| self.sight.lose(*pair));
                lost.map(PaperEvent::BookLost).into_iter().collect()
            }
            SocketEvent::Link(LinkChange::Down(_)) | SocketEvent::Ended(_) => {
                self.sight.lose_all().into_iter().map(PaperEvent::BookLost).collect()
            }
            SocketEvent::Market(_)
            | SocketEvent::Book { .. }
            | SocketEvent::Account(_)
            | SocketEvent::Answer(_)
            | SocketEvent::NotPermitted { .. }
            | SocketEvent::Link(LinkChange::Up)
            | SocketEvent::Reconcile(_)
            | SocketEvent::RecordingFailed(_) => Vec::new(),
        };
        for event in told {
            self.line.tell(event).await;
        }
    }
}

/// Whether a call is Kraken's to answer, without a key.
const fn is_public(what: &Call) -> bool {
    matches!(what, Call::ServerTime | Call::SystemStatus | Call::Candles { .. })
}

async fn run<D: Disk>(
    mut venue: PaperVenue,
    mut disk: D,
    clock: Clock,
    (mut events, to_bot): (mpsc::Receiver<PaperEvent>, mpsc::Sender<BotInput>),
) {
    loop {
        if let Some(state) = venue.changed()
            && let Err(error) = keep(&mut disk, state)
        {
            let what = format!("the paper account cannot be kept: {error}");
            tracing::error!(what);
            drop(to_bot.send(BotInput::JournalFailed { what }).await);
            return;
        }
        while let Some(input) = venue.poll_output() {
            if to_bot.send(input).await.is_err() {
                return;
            }
        }
        let due = venue.next_timeout().unwrap_or(Timestamp::NEVER);
        tokio::select! {
            biased;
            event = events.recv() => match event {
                Some(event) => venue.handle(event, clock.now()),
                None => return,
            },
            () = clock.sleep_until(due) => venue.handle_timeout(clock.now()),
        }
    }
}

/// Puts a new state in the place of the old one, whole or not at all.
fn keep(disk: &mut impl Disk, state: &PaperState) -> Result<(), DiskError> {
    if disk.list()?.iter().any(|name| name == NEW) {
        disk.remove(NEW)?;
    }
    disk.create(NEW)?;
    disk.append(NEW, &state.to_bytes())?;
    disk.sync(NEW)?;
    disk.rename(NEW, STATE)?;
    disk.sync_folder()
}

#[cfg(test)]
mod tests;
