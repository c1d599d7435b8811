//! One difference at a time, each way it can be explained or not.

mod histories;
mod movements;
mod others;
mod verdicts;

use std::{collections::VecDeque, time::Duration};

use kraken_protocol::clock_offset::Ahead;
use trading_types::{
    AccountEvent, Amount, Asset, ClientOrderId, Pair, Quantity, Side, Timestamp, VenueOrderId,
};

use super::{Reckoned, Reconciler, ReconcilerEvent, ReconcilerOutput, Trigger, run};
use crate::{
    call::{Call, CallFailure},
    little_venue::{LittleBooks, LittleVenue},
    output::Severity,
    settings::Times,
};

fn at(millis: u64) -> Timestamp {
    Timestamp::EPOCH + Duration::from_hours(1_000) + Duration::from_millis(millis)
}

fn pair() -> Pair {
    "BTC/USD".parse().unwrap()
}

fn asset(text: &str) -> Asset {
    text.parse().unwrap()
}

fn amount(text: &str) -> Amount {
    text.parse().unwrap()
}

fn quantity(text: &str) -> Quantity {
    text.parse().unwrap()
}

fn id(number: u64) -> ClientOrderId {
    ClientOrderId::new(7, number)
}

/// A reconciler before a little venue that answers a tenth of a second after it was asked.
struct Table {
    reconciler: Reconciler,
    venue: LittleVenue,
    books: LittleBooks,
    now: Timestamp,
    asked: Vec<(Timestamp, Call)>,
    under_way: VecDeque<(Timestamp, u64, Call)>,
    /// What was told, in words, without the calls.
    told: Vec<String>,
    alerts: Vec<(Severity, String)>,
    accounted_to: Option<Timestamp>,
    reconciled: usize,
    fails: fn(&Call) -> bool,
    failure: CallFailure,
    /// How old what is shown is.
    lag: Duration,
}

impl Table {
    /// Nothing is known yet; there are ten bitcoins and a million dollars.
    fn unopened() -> Self {
        let opening = [(asset("BTC"), amount("10")), (asset("USD"), amount("1000000"))];
        let mut table = Self {
            reconciler: Reconciler::new(&Times::default(), Reckoned::default(), at(0)),
            venue: LittleVenue::owning(&opening),
            books: LittleBooks::default(),
            now: at(0),
            asked: Vec::new(),
            under_way: VecDeque::new(),
            told: Vec::new(),
            alerts: Vec::new(),
            accounted_to: None,
            reconciled: 0,
            fails: |_| false,
            failure: CallFailure::Unclear("no answer".to_owned()),
            lag: Duration::ZERO,
        };
        table.say(ReconcilerEvent::Clock(Ahead { least: -1_000_000, most: 1_000_000 }));
        table
    }

    /// Opened, reconciled and quiet, at ten seconds.
    fn open() -> Self {
        let mut table = Self::unopened();
        table.say(ReconcilerEvent::Quiet(true));
        table.until(10_000);
        assert_eq!(table.reconciled, 1);
        table.told.clear();
        table.asked.clear();
        table
    }

    fn say(&mut self, event: ReconcilerEvent) {
        self.reconciler.handle(event, &self.books, self.now);
        self.take();
    }

    fn trigger(&mut self) {
        self.say(ReconcilerEvent::Trigger(Trigger::BalanceMoved));
    }

    fn take(&mut self) {
        let mut is_changed = false;
        while let Some(output) = self.reconciler.poll_output() {
            match output {
                ReconcilerOutput::Ask { tag, call } => {
                    self.asked.push((self.now, call.clone()));
                    self.under_way.push_back((self.now, tag, call));
                }
                ReconcilerOutput::Tell(event) => is_changed |= self.tell(&event),
                ReconcilerOutput::Explained { asset, change, what, .. } => {
                    self.told.push(format!("{change} {asset}: {what}"));
                }
                ReconcilerOutput::AccountedTo(time) => self.accounted_to = Some(time),
                ReconcilerOutput::Reconciled => self.reconciled += 1,
                ReconcilerOutput::Block { cause, pair } => {
                    self.told.push(format!("block {cause:?} {}", place(pair)));
                }
                ReconcilerOutput::Unblock { cause, pair } => {
                    self.told.push(format!("unblock {cause:?} {}", place(pair)));
                }
                ReconcilerOutput::Alert { severity, text, .. } => {
                    self.alerts.push((severity, text));
                }
            }
        }
        if is_changed {
            self.say(ReconcilerEvent::OursChanged);
        }
    }

    /// What the engine does; whether the ledger changed.
    fn tell(&mut self, event: &AccountEvent) -> bool {
        match event {
            AccountEvent::Balances(balances) if !self.books.is_open => {
                self.books.is_open = true;
                self.books.totals = balances.iter().copied().collect();
                self.told.push("opening".to_owned());
                true
            }
            AccountEvent::Balances(balances) => {
                let ours = self.books.totals.clone().into_iter().filter(|(_, it)| !it.is_zero());
                if ours.collect::<Vec<_>>() != *balances {
                    self.told.push("alarm".to_owned());
                }
                false
            }
            AccountEvent::Traded(fill) => {
                self.books.fill(fill);
                self.told.push(format!("traded {}", fill.quantity));
                true
            }
            AccountEvent::Moved { asset, change } => {
                *self.books.totals.entry(*asset).or_default() += *change;
                self.told.push(format!("moved {change} {asset}"));
                true
            }
            AccountEvent::Accepted { .. }
            | AccountEvent::Rejected { .. }
            | AccountEvent::Triggered { .. }
            | AccountEvent::Unclear { .. }
            | AccountEvent::NeverExisted { .. }
            | AccountEvent::Completed { .. }
            | AccountEvent::Canceled { .. }
            | AccountEvent::Expired { .. }
            | AccountEvent::Amended(_)
            | AccountEvent::AmendRejected { .. }
            | AccountEvent::CancelRejected { .. } => panic!("{event:?} is none of its words"),
        }
    }

    fn until(&mut self, millis: u64) {
        const LATENCY: Duration = Duration::from_millis(100);
        let end = at(millis);
        for _ in 0..100_000 {
            let answer = self.under_way.front().map(|(sent, ..)| *sent + LATENCY);
            let timer = self.reconciler.next_timeout();
            let Some(next) = answer.into_iter().chain(timer).min().filter(|next| *next <= end)
            else {
                self.now = end;
                return;
            };
            self.now = next.max(self.now);
            if answer.is_some_and(|answer| answer <= self.now) {
                let (sent, tag, call) = self.under_way.pop_front().unwrap();
                let result = if (self.fails)(&call) {
                    Err(self.failure.clone())
                } else {
                    Ok(self.venue.answer(&call, self.now - self.lag))
                };
                self.say(ReconcilerEvent::Answered { tag, sent, result });
            } else {
                self.reconciler.handle_timeout(self.now);
                self.take();
            }
        }
        panic!("it never rests");
    }

    /// An order of ours, which our books can name.
    fn own(&mut self, number: u64, side: Side) -> VenueOrderId {
        let venue_order =
            self.venue.open(Some(id(number)), (pair(), side), quantity("1"), self.now);
        self.books.names.insert(venue_order, id(number));
        venue_order
    }

    fn deposit(&mut self, text: &str, kind: &str) {
        self.venue.book((kind, "R"), (asset("USD"), amount(text), Amount::ZERO), self.now);
    }

    fn check(&self, expected: &[&str]) {
        assert_eq!(self.told, expected, "{:#?}", self.alerts);
    }

    /// At the end our books are the venue's.
    fn check_equal(&self) {
        let theirs = self.venue.totals(self.now);
        let nothing = |totals: &run::Totals| {
            totals.clone().into_iter().filter(|(_, it)| !it.is_zero()).collect::<Vec<_>>()
        };
        assert_eq!(nothing(&self.books.totals), nothing(&theirs));
    }

    fn count(&self, what: impl Fn(&Call) -> bool) -> usize {
        self.asked.iter().filter(|(_, call)| what(call)).count()
    }
}

fn place(pair: Option<Pair>) -> String {
    pair.map_or("everywhere".to_owned(), |pair| pair.to_string())
}

#[test]
fn the_first_balances_are_the_opening() {
    let mut table = Table::unopened();
    table.until(60_000);
    assert!(table.asked.is_empty(), "nothing before it is quiet");
    table.say(ReconcilerEvent::Quiet(true));
    table.until(70_000);
    table.check(&["opening", "unblock UnexplainedBalance everywhere"]);
    assert_eq!((table.reconciled, table.reconciler.is_reconciled()), (1, true));
    assert_eq!(table.books.totals, table.venue.totals(at(0)));
    // Orders, balances, movements, balances; by a clock that may be a thousandth fast.
    assert_eq!(table.asked.len(), 4);
    let last = table.asked[3].0;
    let accounted = table.accounted_to.unwrap();
    assert!(accounted < last && last < accounted + Duration::from_millis(50), "{accounted}");
}

#[test]
fn what_moved_just_before_the_opening_is_in_it() {
    let mut table = Table::unopened();
    table.now = at(30_000);
    table.deposit("500", "deposit");
    let other = table.venue.open(None, (pair(), Side::Buy), quantity("1"), table.now);
    table.venue.trade(other, quantity("1"), at(30_000), false);
    table.say(ReconcilerEvent::Quiet(true));
    table.until(40_000);
    assert!(table.books.is_open);
    // Later something differs, and the minute before the opening is read again.
    table.told.clear();
    table.deposit("7", "deposit");
    table.trigger();
    table.until(60_000);
    table.check(&["7 USD: deposit", "moved 7 USD"]);
    table.check_equal();
}

#[test]
fn balances_that_move_while_the_opening_is_read_are_read_again() {
    let mut table = Table::unopened();
    table.say(ReconcilerEvent::Quiet(true));
    table.until(4_000);
    table.deposit("500", "deposit");
    table.until(40_000);
    assert_eq!(table.books.totals[&asset("USD")], amount("1000500"));
    table.check_equal();
    assert_eq!(table.told.iter().filter(|it| *it == "opening").count(), 1);
}

#[test]
fn equal_balances_are_compared_again_after_a_while() {
    let mut table = Table::open();
    table.until(3_700_000);
    assert_eq!(table.reconciled, 7, "every ten minutes");
    table.check(&[]);
    assert_eq!(table.asked.len(), 12, "who has open orders, and the balances");
    assert!(at(3_590_000) < table.accounted_to.unwrap());
}
