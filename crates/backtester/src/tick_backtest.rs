//! The loop of an order-book replay: the exchange and we, each with a clock, a book and a mailbox.
//!
//! ```text
//!  record ──▶ exchange's book ── feed latency ──▶ our book ──▶ strategy
//!               our orders    ◀── entry latency ──────────────────┘
//!                   └──────────── response latency ──▶ strategy
//! ```
//!
//! What one side knows, the other learns later: the strategy sees an old book, and its order
//! arrives in a newer one. The one thing that always holds: nothing arrives before it was sent, and
//! in each direction nothing overtakes. Of what happens in the same nanosecond the record comes
//! first, then what we see of it, then our commands, then their answers.

use std::time::Duration;

use exchange_simulator::{
    Delay,
    replay::{
        DelayedQueue, ReplayAccount, ReplayExchange, ReplayNews, ReplayReport, ReplaySettings,
        Tick, TickKind,
    },
};
use serde::{Deserialize, Serialize};
use trading_types::{Side, Timestamp};

pub use self::{
    desk::{KnownOrder, OrderStanding, TickDesk},
    tally::{EquityPoint, FillRecord, TickTally},
};

mod desk;
mod tally;

/// What decides in a replay.
///
/// It is told what reaches us, when it reaches us, and answers through the desk.
pub trait TickStrategy {
    /// A trade was seen.
    fn on_trade(&mut self, _trade: &Tick, _desk: &mut TickDesk) {}

    /// A message about the book is complete.
    fn on_book(&mut self, _desk: &mut TickDesk) {}

    /// There is news of an order of ours; the desk knows it already.
    fn on_report(&mut self, _report: &ReplayReport, _desk: &mut TickDesk) {}
}

/// How long it takes until we see what happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FeedLatency {
    /// As long as it took the recorder.
    Recorded,
    /// So long, whatever the recorder saw.
    Drawn(Delay),
}

/// How long everything takes on the way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TickLatency {
    /// Market data, from the exchange to us.
    pub feed: FeedLatency,
    /// Commands, from us to the exchange.
    pub entry: Delay,
    /// Answers and fills, from the exchange to us.
    pub response: Delay,
}

/// What a replay is run with.
#[derive(Clone, Debug)]
pub struct TickSettings {
    /// The exchange: pair, money, queue and fills.
    pub replay: ReplaySettings,
    /// The delays.
    pub latency: TickLatency,
    /// The seed of the delays that are drawn.
    pub seed: u64,
    /// How often the equity is noted.
    pub equity_every: Duration,
    /// Whether each fill is kept, for a list of trades.
    pub keeps_fills: bool,
}

/// What came of a replay.
#[derive(Clone, Debug)]
pub struct TickOutcome {
    /// The money at the end.
    pub account: ReplayAccount,
    /// The best prices at the end, in steps.
    pub best: [Option<i64>; 2],
    /// Counts, fills and equity.
    pub tally: TickTally,
}

impl TickSettings {
    /// Plays a record to its end.
    ///
    /// What is still under way when the last tick has been seen does not arrive.
    pub fn run<S: TickStrategy + ?Sized, E>(
        &self,
        ticks: impl IntoIterator<Item = Result<Tick, E>>,
        strategy: &mut S,
    ) -> Result<TickOutcome, E> {
        let mut play = Play::new(self);
        play.run(ticks.into_iter(), strategy)?;
        let Play { exchange, mut tally, desk, .. } = play;
        tally.finish(&exchange, desk.commands_sent());
        Ok(TickOutcome {
            best: [exchange.book().best(Side::Buy), exchange.book().best(Side::Sell)],
            account: exchange.account().clone(),
            tally,
        })
    }
}

/// A replay that runs.
struct Play {
    exchange: ReplayExchange,
    desk: TickDesk,
    feed_latency: FeedLatency,
    feed: DelayedQueue<Tick>,
    reports: DelayedQueue<ReplayReport>,
    tally: TickTally,
}

impl Play {
    fn new(settings: &TickSettings) -> Self {
        let TickSettings { replay, latency, seed, equity_every, keeps_fills } = settings;
        let feed_delay = match latency.feed {
            FeedLatency::Recorded => Delay::NONE,
            FeedLatency::Drawn(delay) => delay,
        };
        // Each direction has a stream of its own, so that what one draws does not move the others.
        Self {
            desk: TickDesk::new(latency.entry, seed.wrapping_add(1), replay),
            exchange: ReplayExchange::new(replay.clone()),
            feed_latency: latency.feed,
            feed: DelayedQueue::new(feed_delay, *seed),
            reports: DelayedQueue::new(latency.response, seed.wrapping_add(2)),
            tally: TickTally::new(*equity_every, *keeps_fills),
        }
    }

    fn run<S: TickStrategy + ?Sized, E>(
        &mut self,
        mut ticks: impl Iterator<Item = Result<Tick, E>>,
        strategy: &mut S,
    ) -> Result<(), E> {
        let mut next = ticks.next().transpose()?;
        while next.is_some() || !self.feed.is_empty() {
            let happens = next.as_ref().map_or(Timestamp::NEVER, Tick::time);
            let (seen, heard) = (self.feed.next_arrival(), self.reports.next_arrival());
            let arrives = self.desk.next_arrival();
            let ours = arrives.min(heard);
            if let Some(tick) = next.filter(|_| happens <= seen.min(ours)) {
                self.happen(&tick);
                next = ticks.next().transpose()?;
                let is_in_order = next.is_none_or(|next| happens <= next.time());
                assert!(is_in_order, "a record is sorted by time");
            } else if seen <= ours {
                self.see(strategy);
            } else if arrives <= heard {
                self.arrive();
            } else if let Some((now, report)) = self.reports.take() {
                self.desk.learn(&report, now);
                strategy.on_report(&report, &mut self.desk);
            }
        }
        Ok(())
    }

    /// The next tick happens at the exchange.
    #[inline]
    fn happen(&mut self, tick: &Tick) {
        self.exchange.handle_tick(tick);
        match self.feed_latency {
            FeedLatency::Recorded => {
                self.feed.send_to_arrive(*tick, tick.received().max(tick.time()));
            }
            FeedLatency::Drawn(_) => self.feed.send(*tick, tick.time()),
        }
        self.tell(tick.time());
        self.tally.see_time(&self.exchange, tick.time());
    }

    /// A tick reaches us.
    #[inline]
    fn see<S: TickStrategy + ?Sized>(&mut self, strategy: &mut S) {
        let Some((now, tick)) = self.feed.take() else { return };
        self.desk.see(&tick, now);
        if let TickKind::Trade(_) = tick.kind() {
            strategy.on_trade(&tick, &mut self.desk);
        } else if tick.ends_message() {
            strategy.on_book(&mut self.desk);
        }
    }

    /// A command reaches the exchange.
    fn arrive(&mut self) {
        let Some((now, command)) = self.desk.take_arrived() else { return };
        self.exchange.handle(command, now);
        self.tell(now);
    }

    /// What the exchange has to tell goes on its way.
    #[inline]
    fn tell(&mut self, now: Timestamp) {
        while let Some(report) = self.exchange.poll_report() {
            match report.news {
                ReplayNews::Filled(fill) => self.tally.fill(report.number, fill, now),
                ReplayNews::Refused(_) | ReplayNews::AmendRefused(_) => self.tally.refused += 1,
                ReplayNews::Accepted
                | ReplayNews::Canceled { .. }
                | ReplayNews::CancelRefused
                | ReplayNews::Amended { .. } => (),
            }
            self.reports.send(report, now);
        }
    }
}

#[cfg(test)]
mod tests;
