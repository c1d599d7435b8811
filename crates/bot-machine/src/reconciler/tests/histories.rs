//! Random histories: fills that the stream tells late or never, deposits and withdrawals, somebody
//! else who trades, old pictures, lost answers. At the end our balances are the venue's, each
//! movement was explained once, and no fill of ours was ever taken for a movement.

use std::{collections::BTreeSet, time::Duration};

use kraken_protocol::{chance::Chance, clock_offset::Ahead};
use trading_types::{AccountEvent, Amount, ClientOrderId, Fill, Side, Timestamp};

use super::{amount, asset, at, id, pair, quantity};
use crate::{
    call::{Call, CallFailure},
    history,
    little_venue::{LittleBooks, LittleVenue},
    reconciler::{Reckoned, Reconciler, ReconcilerEvent, ReconcilerOutput, Trigger},
    settings::Times,
};

const LAG_MAX: u64 = 1_500;
/// Nothing happens any more from then on.
const CALM: u64 = 300_000;
const END: u64 = 1_200_000;

#[derive(Clone, Debug)]
enum Event {
    /// An order of ours trades; the stream tells it so much later, or never.
    Own(Option<Duration>),
    Told(Fill),
    Foreign {
        fee_in_base: bool,
    },
    Moves,
    Busy(Duration),
    Quiet,
    Answer {
        tag: u64,
        sent: Timestamp,
        call: Call,
        fails: bool,
    },
    Trigger,
}

struct History {
    seed: u64,
    chance: Chance,
    venue: LittleVenue,
    books: LittleBooks,
    reconciler: Reconciler,
    now: Timestamp,
    script: Vec<(Timestamp, Event)>,
    explained: BTreeSet<String>,
    /// Of these, what was in the opening balances already.
    in_opening: BTreeSet<String>,
    /// Said, and not yet followed by its movement.
    announced: Option<(trading_types::Asset, Amount)>,
    blocked: BTreeSet<String>,
    failures: u64,
    reconciled: Option<Timestamp>,
    alarms: usize,
    last: u64,
    has_foreign: bool,
}

impl History {
    fn new(seed: u64) -> Self {
        let opening = [(asset("BTC"), amount("1000")), (asset("USD"), amount("1000000"))];
        let mut history = Self {
            seed,
            chance: Chance::from_seed(seed),
            venue: LittleVenue::owning(&opening),
            books: LittleBooks::default(),
            reconciler: Reconciler::new(&Times::default(), Reckoned::default(), at(0)),
            now: at(0),
            script: vec![(at(0), Event::Quiet), (at(CALM), Event::Trigger)],
            explained: BTreeSet::new(),
            in_opening: BTreeSet::new(),
            announced: None,
            blocked: BTreeSet::new(),
            failures: 0,
            reconciled: None,
            alarms: 0,
            last: 0,
            has_foreign: false,
        };
        history.failures = [0, 0, 20][history.below(3)];
        let ahead = Ahead { least: -200_000_000, most: 200_000_000 };
        history.reconciler.handle(ReconcilerEvent::Clock(ahead), &history.books, at(0));
        let events = history.below(25);
        for _ in 0..events {
            let when = at(0) + history.millis(CALM);
            let event = match history.below(10) {
                0..5 => {
                    let is_lost = history.below(3) == 0;
                    let late = history.millis(3_000);
                    Event::Own((!is_lost).then_some(late))
                }
                5 if seed.is_multiple_of(2) => {
                    Event::Foreign { fee_in_base: history.below(2) == 0 }
                }
                5 | 6 => Event::Busy(history.millis(8_000)),
                7 => Event::Trigger,
                _ => Event::Moves,
            };
            history.script.push((when, event));
        }
        history
    }

    fn below(&mut self, most: usize) -> usize {
        usize::try_from(self.chance.next() % most as u64).unwrap()
    }

    fn millis(&mut self, most: u64) -> Duration {
        Duration::from_millis(self.chance.next() % (most + 1))
    }

    fn run(mut self) -> Self {
        for _ in 0..100_000 {
            let next = self.script.iter().map(|(time, _)| *time);
            let Some(next) = next.chain(self.reconciler.next_timeout()).min() else { break };
            if at(END) < next {
                break;
            }
            self.now = self.now.max(next);
            let due = self.script.iter().position(|(time, _)| *time <= self.now);
            if let Some(index) = due {
                let (_, event) = self.script.swap_remove(index);
                self.happen(event);
            } else {
                self.reconciler.handle_timeout(self.now);
            }
            self.take();
        }
        self.judge();
        self
    }

    fn say(&mut self, event: ReconcilerEvent) {
        self.reconciler.handle(event, &self.books, self.now);
        self.take();
    }

    fn happen(&mut self, event: Event) {
        let now = self.now;
        match event {
            // The engine places nothing before it knows what there is.
            Event::Own(_) if !self.books.is_open => {}
            Event::Own(told_after) => {
                self.last += 1;
                let (own, side) = (id(self.last), self.side());
                let order = self.venue.open(Some(own), (pair(), side), quantity("1"), now);
                self.books.names.insert(order, own);
                self.venue.trade(order, quantity("0.5"), now, false);
                if let Some(after) = told_after {
                    let fill = self.last_fill(own);
                    self.script.push((now + after, Event::Told(fill)));
                } else {
                    // The stream notices sooner or later that it missed something.
                    self.script.push((now + Duration::from_secs(5), Event::Trigger));
                }
            }
            Event::Told(fill) => {
                if !self.books.trades.contains(&fill.trade) {
                    self.books.fill(&fill);
                    self.say(ReconcilerEvent::OursChanged);
                }
            }
            Event::Foreign { fee_in_base } => {
                self.has_foreign = true;
                let side = self.side();
                let order = self.venue.open(None, (pair(), side), quantity("1"), now);
                self.venue.trade(order, quantity("1"), now, fee_in_base);
                let status = kraken_protocol::rest::orders::OrderStatus::Closed;
                self.venue.order(order).ended = Some((now, status));
                self.say(ReconcilerEvent::Trigger(Trigger::ForeignReport));
            }
            Event::Moves => {
                let (kind, change) =
                    [("deposit", "50.5"), ("withdrawal", "-3"), ("earn", "0.001")][self.below(3)];
                let name = ["BTC", "USD", "ETH"][self.below(3)];
                let name = if change.starts_with('-') { "USD" } else { name };
                let moved = (asset(name), amount(change), amount("0.0001"));
                self.venue.book((kind, "R"), moved, now);
                self.say(ReconcilerEvent::Trigger(Trigger::BalanceMoved));
            }
            Event::Busy(length) => {
                self.script.push((now + length, Event::Quiet));
                self.say(ReconcilerEvent::Quiet(false));
            }
            Event::Quiet => self.say(ReconcilerEvent::Quiet(true)),
            Event::Trigger => self.say(ReconcilerEvent::Trigger(Trigger::MissedFills)),
            Event::Answer { tag, sent, call, fails } => {
                let lag = self.millis(LAG_MAX);
                let failure = CallFailure::Unclear("lost".to_owned());
                let result =
                    if fails { Err(failure) } else { Ok(self.venue.answer(&call, now - lag)) };
                self.say(ReconcilerEvent::Answered { tag, sent, result });
            }
        }
    }

    fn side(&mut self) -> Side {
        if self.below(2) == 0 { Side::Buy } else { Side::Sell }
    }

    fn last_fill(&self, own: ClientOrderId) -> Fill {
        history::fill(self.venue.trades.last().unwrap(), own, pair())
    }

    fn take(&mut self) {
        let mut is_changed = false;
        while let Some(output) = self.reconciler.poll_output() {
            let seed = self.seed;
            match output {
                ReconcilerOutput::Ask { tag, call } => {
                    let sent = self.now + self.millis(100);
                    let answered = sent + self.millis(200);
                    let fails = (self.chance.next() % 100) < self.failures;
                    let fails = fails && self.now < at(CALM);
                    self.script.push((answered, Event::Answer { tag, sent, call, fails }));
                }
                ReconcilerOutput::Explained { id, asset, change, what } => {
                    let is_new = self.explained.insert(id.to_string());
                    assert!(is_new, "history {seed}: {id} is explained twice");
                    let entry = self.venue.entries.iter().find(|it| it.id == id).unwrap();
                    assert_eq!((entry.asset, entry.amount - entry.fee), (asset, change));
                    if self.books.is_open {
                        assert!(self.announced.is_none(), "history {seed}: without a movement");
                        self.announced = Some((asset, change));
                    } else {
                        assert_eq!(what, "in the opening balances");
                        self.in_opening.insert(id.to_string());
                    }
                }
                ReconcilerOutput::Tell(AccountEvent::Moved { asset, change }) => {
                    assert_eq!(self.announced.take(), Some((asset, change)), "history {seed}");
                    *self.books.totals.entry(asset).or_default() += change;
                    is_changed = true;
                }
                ReconcilerOutput::Tell(AccountEvent::Traded(fill)) => {
                    self.books.fill(&fill);
                    is_changed = true;
                }
                ReconcilerOutput::Tell(AccountEvent::Balances(balances)) => {
                    if self.books.is_open {
                        let ours = self.books.totals.iter().filter(|(_, it)| !it.is_zero());
                        let ours: Vec<_> = ours.map(|(asset, it)| (*asset, *it)).collect();
                        self.alarms += usize::from(ours != balances);
                    } else {
                        self.books.is_open = true;
                        self.books.totals = balances.into_iter().collect();
                        is_changed = true;
                    }
                }
                ReconcilerOutput::Tell(other) => panic!("history {seed}: {other:?}"),
                ReconcilerOutput::AccountedTo(_) | ReconcilerOutput::Alert { .. } => {}
                ReconcilerOutput::Reconciled => self.reconciled = Some(self.now),
                ReconcilerOutput::Block { cause, pair } => {
                    self.blocked.insert(format!("{cause:?} {pair:?}"));
                }
                ReconcilerOutput::Unblock { cause, pair } => {
                    self.blocked.remove(&format!("{cause:?} {pair:?}"));
                }
            }
        }
        if is_changed {
            self.say(ReconcilerEvent::OursChanged);
        }
    }

    fn judge(&self) {
        let seed = self.seed;
        let theirs = self.venue.totals(self.now);
        let assets = theirs.keys().chain(self.books.totals.keys());
        for asset in assets {
            let of = |totals: &std::collections::BTreeMap<_, Amount>| {
                totals.get(asset).copied().unwrap_or_default()
            };
            assert_eq!(of(&self.books.totals), of(&theirs), "history {seed}: {asset}");
        }
        assert!(self.reconciled.is_some_and(|time| at(CALM) < time), "history {seed}");
        let is_foreign = self.blocked.iter().any(|it| it.starts_with("ForeignActivity"));
        assert!(
            self.blocked.len() == usize::from(is_foreign),
            "history {seed}: {:?}",
            self.blocked
        );
        assert!(self.has_foreign || !is_foreign, "history {seed}: nobody else was there");
        // What was explained and is a trade was somebody else's.
        for entry in self.venue.entries.iter().filter(|it| it.kind == "trade") {
            let trade = self.venue.trades.iter().find(|it| it.id.as_str() == entry.reference);
            let order = trade.unwrap().order;
            let ours = self.venue.orders.iter().find(|it| it.venue_order == order).unwrap().id;
            let is_told = self.explained.contains(entry.id.as_str());
            let is_before = self.in_opening.contains(entry.id.as_str());
            assert!(ours.is_none() || !is_told || is_before, "history {seed}: a false movement");
        }
    }
}

#[test]
fn balances_end_equal_in_every_history() {
    let (mut explained, mut fills, mut foreign, mut alarms) = (0, 0, 0, 0);
    for seed in 0..2_000 {
        let history = History::new(seed).run();
        explained += history.explained.len();
        fills += history.books.trades.len();
        foreign += usize::from(history.has_foreign);
        alarms += history.alarms;
    }
    assert_eq!(alarms, 0, "nothing was left unexplained for long");
    assert!(5_000 < explained && 8_000 < fills && 500 < foreign);
}
