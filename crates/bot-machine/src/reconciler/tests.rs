//! One difference at a time, each way it can be explained or not.

mod histories;

use std::{collections::VecDeque, time::Duration};

use kraken_protocol::{
    clock_offset::Ahead,
    rest::{Wallet, account::Balance, orders::OrderStatus},
};
use trading_engine::BlockCause;
use trading_types::{
    AccountEvent, Amount, Asset, ClientOrderId, Pair, Quantity, Refusal, Side, Timestamp,
    VenueOrderId,
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
            other => panic!("{other:?} is none of its words"),
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

#[test]
fn a_movement_is_explained_once() {
    let mut table = Table::open();
    table.deposit("500", "deposit");
    table.deposit("-200", "withdrawal");
    table.now = at(10_100);
    table.venue.book(("adjustment", "R"), (asset("BTC"), amount("0.5"), amount("0.1")), at(10_050));
    table.trigger();
    table.until(20_000);
    table.check(&[
        "500 USD: deposit",
        "moved 500 USD",
        "-200 USD: withdrawal",
        "moved -200 USD",
        "0.4 BTC: adjustment",
        "moved 0.4 BTC",
    ]);
    assert_eq!(table.reconciled, 2);
    table.check_equal();
    // The next difference reads the same stretch again.
    table.told.clear();
    table.deposit("1", "earn");
    table.trigger();
    table.until(40_000);
    table.check(&["1 USD: earn", "moved 1 USD"]);
}

#[test]
fn what_was_explained_before_a_restart_is_not_explained_again() {
    let mut table = Table::open();
    table.deposit("500", "deposit");
    let explained = vec![table.venue.entries[0].id];
    table.deposit("1", "deposit");
    // The journal had the first.
    *table.books.totals.entry(asset("USD")).or_default() += amount("500");
    let before = Reckoned { accounted_to: table.accounted_to, explained, foreign: vec![] };
    table.reconciler = Reconciler::new(&Times::default(), before, at(11_000));
    table.now = at(11_000);
    table.say(ReconcilerEvent::Quiet(true));
    table.until(30_000);
    table.check(&["1 USD: deposit", "moved 1 USD", "unblock UnexplainedBalance everywhere"]);
    table.check_equal();
}

#[test]
fn money_that_goes_into_a_locked_wallet_is_gone() {
    let mut table = Table::open();
    let (kind, out) = (("transfer", "R"), (asset("BTC"), amount("-4"), Amount::ZERO));
    let into = (asset("BTC"), amount("4"), Amount::ZERO);
    table.venue.book(kind, out, at(10_000));
    table.venue.book_in(Wallet::Locked, kind, into, at(10_000));
    table.trigger();
    table.until(20_000);
    table.check(&["-4 BTC: transfer", "moved -4 BTC"]);
    assert_eq!(table.books.totals[&asset("BTC")], amount("6"));
    // A wallet that earns and can be spent all the same changes nothing.
    let spendable = |wallet| {
        let (total, held) = (amount("2"), Amount::ZERO);
        let balance = Balance { asset: asset("BTC"), wallet, total, held, spendable: total };
        run::totals(&[balance]).unwrap().get(&asset("BTC")).copied()
    };
    assert_eq!(spendable(Wallet::Spot), Some(amount("2")));
    assert_eq!(spendable(Wallet::Flexible), Some(amount("2")));
    assert_eq!(spendable(Wallet::Locked), None);
}

#[test]
fn an_entry_that_is_not_settled_is_waited_for() {
    let mut table = Table::open();
    table.deposit("500", "deposit");
    table.venue.entries[0].balance = None;
    table.trigger();
    table.until(14_000);
    table.check(&[]);
    table.venue.entries[0].balance = Some(Amount::ZERO);
    table.until(30_000);
    table.check(&["500 USD: deposit", "moved 500 USD"]);
}

#[test]
fn a_fill_that_the_stream_lost_is_told_with_its_own_id() {
    let mut table = Table::open();
    let buy = table.own(1, Side::Buy);
    let sell = table.own(2, Side::Sell);
    table.venue.trade(buy, quantity("0.25"), at(10_001), false);
    let known = table.venue.trade(sell, quantity("0.5"), at(10_002), false);
    table.venue.trade(buy, quantity("0.75"), at(10_003), false);
    // The stream has told the one in the middle.
    let real = table.venue.trades[1].clone();
    assert_eq!(real.id, known);
    table.books.fill(&crate::history::fill(&real, id(2), pair()));
    table.trigger();
    table.until(20_000);
    table.check(&["traded 0.25", "traded 0.75"]);
    table.check_equal();
    assert_eq!(table.reconciled, 2);
    assert_eq!(table.count(|it| matches!(it, Call::Ledger(_))), 0, "the trades explain all of it");
}

#[test]
fn a_fill_whose_order_has_only_our_name_is_ours() {
    let mut table = Table::open();
    let order = table.own(1, Side::Buy);
    let resting = table.own(2, Side::Buy);
    // Our books know the order by our own name; the venue shows it open.
    table.books.names.remove(&resting);
    table.books.names.insert("OSAME-NAMED-OTHER".parse().unwrap(), id(2));
    table.venue.order(order).ended = Some((at(10_001), OrderStatus::Canceled));
    table.venue.trade(resting, quantity("0.5"), at(10_001), false);
    table.say(ReconcilerEvent::Trigger(Trigger::MissedFills));
    table.until(20_000);
    table.check(&["traded 0.5"]);
}

/// Somebody else buys one bitcoin.
fn foreign_trade(fee_in_base: bool) -> Table {
    let mut table = Table::open();
    let other = table.venue.open(None, (pair(), Side::Buy), quantity("1"), at(10_000));
    table.venue.trade(other, quantity("1"), at(10_001), fee_in_base);
    table.venue.order(other).ended = Some((at(10_001), OrderStatus::Closed));
    table.say(ReconcilerEvent::Trigger(Trigger::ForeignReport));
    table.until(20_000);
    table
}

#[test]
fn a_trade_of_somebody_else_blocks_its_pair_until_a_person_resumes() {
    let mut table = foreign_trade(false);
    let id = table.venue.trades[0].id;
    table.check(&[
        &format!("1 BTC: foreign trade {id}"),
        "moved 1 BTC",
        &format!("-100.25 USD: foreign trade {id}"),
        "moved -100.25 USD",
        "block ForeignActivity BTC/USD",
    ]);
    assert_eq!((table.alerts.len(), table.reconciled), (1, 2));
    table.check_equal();
    table.told.clear();
    table.until(4_000_000);
    table.check(&[]);
    table.say(ReconcilerEvent::Resumed(Some("ETH/USD".parse().unwrap())));
    table.check(&[]);
    table.say(ReconcilerEvent::Resumed(Some(pair())));
    table.check(&["unblock ForeignActivity BTC/USD"]);
}

#[test]
fn the_fee_of_a_foreign_trade_is_taken_where_the_ledger_says() {
    let table = foreign_trade(true);
    assert!(table.told.contains(&"moved 0.9975 BTC".to_owned()), "{:?}", table.told);
    assert!(table.told.contains(&"moved -100 USD".to_owned()), "{:?}", table.told);
    table.check_equal();
}

#[test]
fn half_a_foreign_trade_is_not_told() {
    let mut table = Table::open();
    let other = table.venue.open(None, (pair(), Side::Buy), quantity("1"), at(10_000));
    table.venue.trade(other, quantity("1"), at(10_001), false);
    table.venue.order(other).ended = Some((at(10_001), OrderStatus::Closed));
    let second = table.venue.entries.pop().unwrap();
    table.trigger();
    table.until(12_000);
    table.check(&[]);
    table.venue.entries.push(second);
    table.until(40_000);
    assert_eq!(table.told.len(), 5);
    table.check_equal();
}

#[test]
fn a_foreign_open_order_blocks_its_pair_while_it_is_open() {
    let mut table = Table::open();
    let other = table.venue.open(None, (pair(), Side::Buy), quantity("1"), at(10_000));
    let own = table.own(1, Side::Buy);
    table.say(ReconcilerEvent::Trigger(Trigger::ForeignReport));
    table.until(20_000);
    table.check(&["block ForeignActivity BTC/USD"]);
    assert_eq!(table.alerts.len(), 1);
    assert!(
        table.alerts[0].1.contains(other.as_str()) && !table.alerts[0].1.contains(own.as_str())
    );
    table.until(2_000_000);
    assert_eq!(table.alerts.len(), 1, "once");
    table.venue.order(other).ended = Some((at(2_000_000), OrderStatus::Canceled));
    table.say(ReconcilerEvent::Trigger(Trigger::ForeignReport));
    table.until(2_010_000);
    table.check(&["block ForeignActivity BTC/USD", "unblock ForeignActivity BTC/USD"]);
}

#[test]
fn an_order_that_traded_and_rests_is_not_unblocked_by_a_person() {
    let mut table = Table::open();
    let other = table.venue.open(None, (pair(), Side::Buy), quantity("1"), at(10_000));
    table.venue.trade(other, quantity("0.5"), at(10_001), false);
    table.say(ReconcilerEvent::Trigger(Trigger::ForeignReport));
    table.until(20_000);
    table.told.clear();
    table.say(ReconcilerEvent::Resumed(None));
    table.check(&[]);
    table.venue.order(other).ended = Some((at(20_000), OrderStatus::Canceled));
    table.say(ReconcilerEvent::Trigger(Trigger::ForeignReport));
    table.until(30_000);
    table.check(&["unblock ForeignActivity BTC/USD"]);
}

#[test]
fn a_block_from_before_a_restart_stands_until_a_person_resumes() {
    let mut table = Table::open();
    let before = Reckoned {
        accounted_to: table.accounted_to,
        explained: vec![],
        foreign: vec![Some(pair()), None],
    };
    table.reconciler = Reconciler::new(&Times::default(), before, at(11_000));
    table.say(ReconcilerEvent::Quiet(true));
    table.until(30_000);
    table.check(&["unblock UnexplainedBalance everywhere"]);
    table.say(ReconcilerEvent::Resumed(None));
    assert_eq!(table.told.len(), 3, "{:?}", table.told);
}

/// A balance that nothing explains.
fn unexplained() -> Table {
    let mut table = Table::open();
    *table.books.totals.entry(asset("USD")).or_default() += amount("0.0000000001");
    table.trigger();
    table
}

#[test]
fn what_nothing_explains_blocks_everything() {
    let mut table = unexplained();
    table.until(20_000);
    table.check(&[]);
    table.until(40_000);
    table.check(&["alarm", "block UnexplainedBalance everywhere"]);
    assert_eq!(table.alerts.len(), 1);
    assert_eq!(table.alerts[0].0, Severity::Critical);
    assert!(table.alerts[0].1.contains("-0.0000000001 USD"), "{}", table.alerts[0].1);
    let compared: Vec<_> =
        table.asked.iter().filter(|(_, call)| matches!(call, Call::Balances)).collect();
    assert!(compared.windows(2).all(|two| Duration::from_secs(2) <= two[1].0.since(two[0].0)));
    assert_eq!(compared.len(), 3);
    // It is tried on, and not told again.
    table.until(1_000_000);
    assert_eq!((table.told.len(), table.alerts.len()), (2, 1));
    let tries = table.count(|it| matches!(it, Call::Balances));
    assert!((14..20).contains(&tries), "{tries} times");
    // Until it is explained.
    *table.books.totals.entry(asset("USD")).or_default() += -amount("0.0000000001");
    table.until(1_100_000);
    assert_eq!(table.told.last().unwrap(), "unblock UnexplainedBalance everywhere");
    assert!(table.reconciler.is_reconciled());
}

#[test]
fn another_difference_is_told_anew() {
    let mut table = unexplained();
    table.until(40_000);
    *table.books.totals.entry(asset("BTC")).or_default() += amount("1");
    table.say(ReconcilerEvent::OursChanged);
    table.until(400_000);
    assert_eq!(table.alerts.len(), 2);
    assert!(table.alerts[1].1.contains("-1 BTC"), "{}", table.alerts[1].1);
}

#[test]
fn a_change_of_ours_makes_a_comparison_void() {
    let mut table = Table::open();
    table.deposit("1", "deposit");
    table.trigger();
    // While the balances are under way a fill of ours is told.
    table.until(11_150);
    assert!(matches!(table.asked.last(), Some((_, Call::Balances))));
    let order = table.own(1, Side::Buy);
    table.venue.trade(order, quantity("0.5"), at(11_160), false);
    let real = table.venue.trades[0].clone();
    table.books.fill(&crate::history::fill(&real, id(1), pair()));
    table.say(ReconcilerEvent::OursChanged);
    table.until(12_000);
    assert_eq!(table.count(|it| matches!(it, Call::Trades(_))), 0);
    table.until(30_000);
    table.check(&["1 USD: deposit", "moved 1 USD"]);
    table.check_equal();
}

#[test]
fn changes_of_ours_put_the_verdict_off() {
    let mut table = unexplained();
    for second in 11..100 {
        table.until(second * 1_000);
        table.say(ReconcilerEvent::OursChanged);
    }
    table.check(&[]);
    table.until(300_000);
    table.check(&["alarm", "block UnexplainedBalance everywhere"]);
}

#[test]
fn nothing_is_compared_while_something_is_under_way() {
    let mut table = Table::open();
    table.say(ReconcilerEvent::Quiet(false));
    // An order of ours whose name nobody knows yet trades.
    let order = table.own(1, Side::Buy);
    let (name, own) = table.books.names.pop_first().unwrap();
    table.venue.trade(order, quantity("0.5"), at(10_001), false);
    table.trigger();
    table.until(500_000);
    table.check(&[]);
    assert!(table.asked.is_empty());
    table.books.names.insert(name, own);
    table.say(ReconcilerEvent::Quiet(true));
    table.until(510_000);
    table.check(&["traded 0.5"]);
}

#[test]
fn what_is_heard_after_something_began_counts_for_nothing() {
    let mut table = Table::open();
    let order = table.own(1, Side::Buy);
    let (name, own) = table.books.names.pop_first().unwrap();
    table.venue.order(order).ended = Some((at(10_002), OrderStatus::Closed));
    table.venue.trade(order, quantity("1"), at(10_001), false);
    table.trigger();
    table.until(11_250);
    assert!(matches!(table.asked.last(), Some((_, Call::Trades(_)))));
    table.say(ReconcilerEvent::Quiet(false));
    table.until(20_000);
    table.check(&[]);
    table.books.names.insert(name, own);
    table.say(ReconcilerEvent::Quiet(true));
    table.until(30_000);
    table.check(&["traded 1"]);
}

#[test]
fn failures_put_it_off() {
    let mut table = Table::open();
    table.deposit("1", "deposit");
    table.fails = |_| true;
    table.trigger();
    table.until(1_000_000);
    assert!(table.asked.len() < 25, "{} calls", table.asked.len());
    table.fails = |call| matches!(call, Call::Ledger(_));
    table.until(1_500_000);
    table.check(&[]);
    table.fails = |_| false;
    table.until(1_600_000);
    table.check(&["1 USD: deposit", "moved 1 USD"]);
}

#[test]
fn a_ledger_that_may_not_be_read_explains_nothing() {
    let mut table = Table::open();
    table.failure = CallFailure::Refused(Refusal::PermissionDenied);
    table.fails = |call| matches!(call, Call::Ledger(_));
    table.deposit("1", "deposit");
    table.trigger();
    table.until(60_000);
    table.check(&["alarm", "block UnexplainedBalance everywhere"]);
    table.fails = |_| false;
    table.until(200_000);
    assert_eq!(table.told[2..4], ["1 USD: deposit", "moved 1 USD"]);
    assert_eq!(table.told[4], "unblock UnexplainedBalance everywhere");
}

#[test]
fn nothing_is_asked_of_a_venue_out_of_reach() {
    let mut table = Table::open();
    table.say(ReconcilerEvent::Reachable(false));
    table.trigger();
    table.until(1_000_000);
    assert!(table.asked.is_empty());
    table.say(ReconcilerEvent::Reachable(true));
    table.until(1_010_000);
    assert_eq!(table.reconciled, 2);
}

#[test]
fn old_pictures_are_waited_out() {
    let mut table = Table::open();
    table.lag = Duration::from_secs(4);
    let order = table.own(1, Side::Buy);
    table.venue.trade(order, quantity("0.5"), at(10_001), false);
    let real = table.venue.trades[0].clone();
    table.books.fill(&crate::history::fill(&real, id(1), pair()));
    table.say(ReconcilerEvent::OursChanged);
    table.trigger();
    table.until(30_000);
    table.check(&[]);
    assert_eq!(table.reconciled, 2);
}

#[test]
fn many_reasons_are_one_comparison() {
    let mut table = Table::open();
    for millis in 0..1_000 {
        table.until(10_000 + millis * 10);
        table.trigger();
    }
    table.until(30_000);
    assert!(table.asked.len() <= 8, "{} calls in twenty seconds", table.asked.len());
    assert!(table.reconciled >= 3);
}

#[test]
fn long_histories_are_read_whole() {
    let mut table = Table::open();
    let order = table.own(1, Side::Buy);
    for number in 0..130 {
        table.venue.trade(order, quantity("0.001"), at(10_001 + number), false);
        table.venue.book(
            ("deposit", "R"),
            (asset("USD"), amount("1"), Amount::ZERO),
            at(10_001 + number),
        );
    }
    table.trigger();
    table.until(60_000);
    assert_eq!(table.books.trades.len(), 130);
    table.check_equal();
    assert_eq!(table.reconciled, 2);
    assert_eq!(table.told.iter().filter(|it| it.starts_with("moved")).count(), 130);
}

#[test]
fn an_adjustment_that_takes_a_trade_of_ours_back_is_a_movement() {
    let mut table = Table::open();
    let order = table.own(1, Side::Buy);
    let trade = table.venue.trade(order, quantity("1"), at(10_001), false);
    table.trigger();
    table.until(20_000);
    // The trade is gone, and its money comes back under its name.
    table.venue.trades.clear();
    let reference = trade.to_string();
    let back = [("BTC", "-1"), ("USD", "100.25")];
    for (name, text) in back {
        let moved = (asset(name), amount(text), Amount::ZERO);
        table.venue.book(("adjustment", &reference), moved, at(20_001));
    }
    table.trigger();
    table.until(40_000);
    table.check(&[
        "traded 1",
        "-1 BTC: adjustment",
        "moved -1 BTC",
        "100.25 USD: adjustment",
        "moved 100.25 USD",
    ]);
    table.check_equal();
    assert!(
        !table.told.iter().any(|it| it.contains(&format!("{:?}", BlockCause::ForeignActivity)))
    );
}
