//! Carries what a socket tells to the bot.

use bot_machine::{BotInput, market_words::MarketWords};
use kraken_client::{clock::Clock, socket::SocketEvent};
use kraken_protocol::stream::{
    session::{CommandAnswer, LinkChange, NotSent, Outcome},
    subscription::SocketKind,
};
use tokio::sync::mpsc;
use trading_types::Timestamp;

use crate::paper_line::PaperEyes;

/// Carries what one socket tells.
pub(super) struct Teller {
    kind: SocketKind,
    clock: Clock,
    words: MarketWords,
    to_bot: mpsc::Sender<BotInput>,
    /// A paper account that fills by this market.
    eyes: Option<PaperEyes>,
}

impl Teller {
    pub(super) fn new(
        kind: SocketKind,
        clock: Clock,
        to_bot: mpsc::Sender<BotInput>,
        eyes: Option<PaperEyes>,
    ) -> Self {
        Self { kind, clock, words: MarketWords::default(), to_bot, eyes }
    }

    /// Runs until the socket is over or nobody listens.
    pub(super) async fn run(mut self, mut events: mpsc::Receiver<SocketEvent>) {
        loop {
            let due = self.words.next_timeout().unwrap_or(Timestamp::NEVER);
            let event = tokio::select! {
                biased;
                event = events.recv() => Some(event),
                () = self.clock.sleep_until(due) => None,
            };
            if let (Some(eyes), Some(Some(event))) = (&mut self.eyes, &event) {
                eyes.see(event).await;
            }
            let told = match event {
                Some(Some(event)) => self.hear(event),
                Some(None) => return,
                None => self.words.handle_timeout(self.clock.now()),
            };
            for input in told {
                if self.to_bot.send(input).await.is_err() {
                    return;
                }
            }
        }
    }

    fn hear(&mut self, event: SocketEvent) -> Vec<BotInput> {
        let (socket, now) = (self.kind, self.clock.now());
        match event {
            SocketEvent::Market(message) => self.words.message(&message, now),
            SocketEvent::Book { pair, applied } => {
                self.words.book(pair, &applied).into_iter().collect()
            }
            SocketEvent::BookBroken { subscription, .. } => {
                self.words.broken(&subscription).into_iter().collect()
            }
            SocketEvent::Account(report) => vec![BotInput::Account(report)],
            SocketEvent::Answer(answer) => vec![BotInput::Answer(answer)],
            SocketEvent::NotPermitted { request, why } => {
                tracing::warn!(%why, request, "a command was not sent");
                let outcome = Outcome::NotSent(NotSent::QueueFull);
                vec![BotInput::Answer(CommandAnswer { request, order: None, outcome })]
            }
            SocketEvent::Link(change) => {
                let mut told = vec![BotInput::Link { socket, change: change.clone() }];
                if matches!(change, LinkChange::Down(_)) {
                    told.extend(self.words.disconnected(now));
                }
                told
            }
            SocketEvent::Reconcile(reason) => vec![BotInput::Reconcile(reason)],
            // The socket has logged it, and nothing is decided by a recording.
            SocketEvent::RecordingFailed(_) => Vec::new(),
            SocketEvent::Ended(why) => {
                vec![BotInput::SocketEnded { socket, why: format!("{why:?}") }]
            }
        }
    }
}
