//! One order at a time, each way it can go.

mod histories;

use std::{collections::VecDeque, time::Duration};

use kraken_protocol::{clock_offset::Ahead, rest::orders::OrderStatus};
use trading_types::{
    AccountEvent, Amendment, CancelReason, ClientOrderId, NewOrder, OrderKind, OrderQuantity, Pair,
    Quantity, Refusal, Side, Timestamp,
};

use super::{Resolver, ResolverEvent, ResolverOutput};
use crate::{
    call::{Call, CallFailure},
    little_venue::{LittleBooks, LittleVenue},
    settings::Times,
};

/// Milliseconds after the sending.
fn at(millis: u64) -> Timestamp {
    Timestamp::EPOCH + Duration::from_hours(1_000) + Duration::from_millis(millis)
}

fn pair() -> Pair {
    "BTC/USD".parse().unwrap()
}

fn quantity(text: &str) -> Quantity {
    text.parse().unwrap()
}

fn id(number: u64) -> ClientOrderId {
    ClientOrderId::new(7, number)
}

fn order(number: u64) -> NewOrder {
    let kind = OrderKind::Limit { price: "100".parse().unwrap() };
    let whole = OrderQuantity::Base(quantity("1"));
    let order = NewOrder::new(id(number), pair(), Side::Buy, kind, whole);
    NewOrder { deadline: Some(at(5_000)), ..order }
}

/// A resolver before a little venue that answers a tenth of a second after it was asked.
struct Table {
    resolver: Resolver,
    venue: LittleVenue,
    books: LittleBooks,
    now: Timestamp,
    /// What was asked and when.
    asked: Vec<(Timestamp, Call)>,
    under_way: VecDeque<(Timestamp, u64, Call)>,
    told: Vec<AccountEvent>,
    proved: Vec<String>,
    overdue: Vec<ClientOrderId>,
    renewals: usize,
    gives_pictures: bool,
    fails: bool,
}

impl Table {
    fn new() -> Self {
        let mut table = Self {
            resolver: Resolver::new(&Times::default()),
            venue: LittleVenue::default(),
            books: LittleBooks::default(),
            now: at(0),
            asked: Vec::new(),
            under_way: VecDeque::new(),
            told: Vec::new(),
            proved: Vec::new(),
            overdue: Vec::new(),
            renewals: 0,
            gives_pictures: true,
            fails: false,
        };
        table.say(ResolverEvent::Clock(Ahead { least: -1_000_000, most: 1_000_000 }));
        table
    }

    /// The placement of order 1 has no answer.
    fn unclear() -> Self {
        let mut table = Self::new();
        table.say(ResolverEvent::Unclear { order: order(1), sent_at: at(0) });
        table
    }

    fn say(&mut self, event: ResolverEvent) {
        self.resolver.handle(event, &self.books, self.now);
        self.take();
    }

    fn take(&mut self) {
        while let Some(output) = self.resolver.poll_output() {
            match output {
                ResolverOutput::Ask { tag, call } => {
                    self.asked.push((self.now, call.clone()));
                    self.under_way.push_back((self.now, tag, call));
                }
                ResolverOutput::Proved { order, venue_order, evidence } => {
                    self.books.names.extend(venue_order.map(|name| (name, order)));
                    self.proved.push(evidence);
                }
                ResolverOutput::Tell(event) => {
                    if let AccountEvent::Traded(fill) = &event {
                        self.books.fill(fill);
                    }
                    self.told.push(event);
                }
                ResolverOutput::Overdue(order) => self.overdue.push(order),
                ResolverOutput::Renew => {
                    self.renewals += 1;
                    if self.gives_pictures {
                        let at = self.now;
                        self.say(ResolverEvent::StreamRenewed { at });
                    }
                }
            }
        }
    }

    /// Lets time pass.
    fn until(&mut self, millis: u64) {
        const LATENCY: Duration = Duration::from_millis(100);
        let end = at(millis);
        for _ in 0..100_000 {
            let answer = self.under_way.front().map(|(sent, ..)| *sent + LATENCY);
            let timer = self.resolver.next_timeout();
            let Some(next) = answer.into_iter().chain(timer).min().filter(|next| *next <= end)
            else {
                self.now = end;
                return;
            };
            self.now = next.max(self.now);
            if answer.is_some_and(|answer| answer <= self.now) {
                let (sent, tag, call) = self.under_way.pop_front().unwrap();
                let failure = CallFailure::Unclear("no answer".to_owned());
                let result =
                    if self.fails { Err(failure) } else { Ok(self.venue.answer(&call, self.now)) };
                self.say(ResolverEvent::Answered { tag, sent, result });
            } else {
                self.resolver.handle_timeout(self.now);
                self.take();
            }
        }
        panic!("it never rests");
    }

    fn arrives(&mut self, millis: u64) -> trading_types::VenueOrderId {
        self.venue.open(Some(id(1)), (pair(), Side::Buy), quantity("1"), at(millis))
    }

    fn check(&self, expected: &[&str]) {
        let told: Vec<_> = self.told.iter().map(word).collect();
        assert_eq!(told, expected, "{:#?}", self.proved);
    }

    fn count(&self, what: impl Fn(&Call) -> bool) -> usize {
        self.asked.iter().filter(|(_, call)| what(call)).count()
    }
}

fn word(event: &AccountEvent) -> String {
    match event {
        AccountEvent::Accepted { .. } => "accepted".to_owned(),
        AccountEvent::Traded(fill) => format!("traded {}", fill.quantity),
        AccountEvent::Completed { .. } => "completed".to_owned(),
        AccountEvent::Canceled { reason, .. } => format!("canceled {reason:?}"),
        AccountEvent::Expired { .. } => "expired".to_owned(),
        AccountEvent::NeverExisted { .. } => "never existed".to_owned(),
        AccountEvent::Amended(_) => "amended".to_owned(),
        AccountEvent::AmendRejected { .. } => "amend rejected".to_owned(),
        other => panic!("{other:?} is none of its words"),
    }
}

#[test]
fn an_order_that_never_arrived_is_proved_absent() {
    let mut table = Table::unclear();
    table.until(7_000);
    table.check(&[]);
    table.until(13_000);
    table.check(&["never existed"]);
    assert!(table.proved[0].starts_with("absent:"), "{}", table.proved[0]);
    assert_eq!((table.overdue.len(), table.renewals), (0, 1));
    assert_eq!(table.resolver.unknown().count(), 0);
    // An early look, and two that count; in points 11 of the 15 that the smallest account has.
    assert_eq!(table.count(|it| matches!(it, Call::OpenOrders)), 3);
    assert_eq!(table.count(|it| matches!(it, Call::ClosedOrder(_))), 3);
    assert_eq!(table.count(|it| matches!(it, Call::Trades(_))), 1);
    assert_eq!(table.asked.len(), 7);
    table.until(600_000);
    assert_eq!(table.asked.len(), 7, "it is over");
}

#[test]
fn an_order_that_is_open_is_found_early() {
    let mut table = Table::unclear();
    table.arrives(300);
    table.until(1_200);
    table.check(&["accepted"]);
    assert_eq!(table.resolver.unknown().count(), 0);
    // Once more, because what REST shows may be old; then it is the stream's.
    table.until(100_000);
    table.check(&["accepted"]);
    assert_eq!(table.asked.len(), 2);
}

#[test]
fn an_order_that_was_shown_open_and_had_ended_is_told_ended() {
    let mut table = Table::unclear();
    let venue_order = table.arrives(300);
    table.until(1_200);
    table.venue.order(venue_order).ended = Some((at(1_300), OrderStatus::Canceled));
    table.until(20_000);
    table.check(&["accepted", "accepted", "canceled Requested"]);
}

#[test]
fn an_order_found_open_and_then_nowhere_is_unknown_again() {
    let mut table = Table::unclear();
    table.arrives(300);
    table.until(1_200);
    table.venue.orders.clear();
    table.until(20_000);
    assert_eq!(table.resolver.unknown().count(), 1);
    table.until(300_000);
    table.check(&["accepted"]);
    assert_eq!(table.overdue, [id(1)]);
}

#[test]
fn an_order_may_arrive_up_to_its_deadline() {
    let mut table = Table::unclear();
    table.arrives(4_999);
    table.until(9_000);
    table.check(&["accepted"]);
}

/// An order arrived, traded these quantities, and ended so, or rests.
fn check_fate(trades: &[&str], status: Option<OrderStatus>, expected: &[&str]) {
    let mut table = Table::unclear();
    let venue_order = table.arrives(300);
    for (index, part) in trades.iter().enumerate() {
        let time = at(301 + index as u64);
        table.venue.trade(venue_order, quantity(part), time, false);
    }
    table.venue.order(venue_order).ended = status.map(|status| (at(800), status));
    table.until(2_000);
    table.check(expected);
    let fees: trading_types::Amount = table.venue.trades.iter().map(|trade| trade.fee).sum();
    let told = table.told.iter().filter_map(|event| match event {
        AccountEvent::Traded(fill) => Some(fill),
        _ => None,
    });
    assert_eq!(told.clone().map(|fill| fill.fee).sum::<trading_types::Amount>(), fees);
    assert!(told.clone().all(|fill| fill.fee_asset == pair().quote));
}

#[test]
fn each_end_is_told_with_its_fills() {
    let halves = ["0.5", "0.5"];
    check_fate(&[], Some(OrderStatus::Canceled), &["accepted", "canceled Requested"]);
    check_fate(&[], Some(OrderStatus::Expired), &["accepted", "expired"]);
    check_fate(&["1"], Some(OrderStatus::Closed), &["accepted", "traded 1", "completed"]);
    check_fate(
        &halves,
        Some(OrderStatus::Closed),
        &["accepted", "traded 0.5", "traded 0.5", "completed"],
    );
    // A canceled order may have traded, and wholly so whatever its status says.
    check_fate(
        &["0.25"],
        Some(OrderStatus::Canceled),
        &["accepted", "traded 0.25", "canceled Requested"],
    );
    check_fate(&["1"], Some(OrderStatus::Canceled), &["accepted", "traded 1", "completed"]);
    check_fate(&["1"], Some(OrderStatus::Expired), &["accepted", "traded 1", "completed"]);
    // Closed says Kraken also of what was canceled after it had traded.
    check_fate(
        &["0.25"],
        Some(OrderStatus::Closed),
        &["accepted", "traded 0.25", "canceled Requested"],
    );
    // A word nobody knows: it has a time of its end.
    let other = OrderStatus::Other("withdrawn".to_owned());
    check_fate(&["0.25"], Some(other), &["accepted", "traded 0.25", "canceled Requested"]);
    check_fate(&["0.25"], None, &["accepted", "traded 0.25"]);
    check_fate(&halves, None, &["accepted", "traded 0.5", "traded 0.5"]);
}

#[test]
fn an_order_of_many_trades_is_told_whole() {
    for status in [Some(OrderStatus::Closed), None] {
        let mut table = Table::unclear();
        let venue_order = table.arrives(300);
        for number in 0..125 {
            table.venue.trade(venue_order, quantity("0.008"), at(301 + number), false);
        }
        table.venue.order(venue_order).ended = status.clone().map(|status| (at(800), status));
        table.until(3_000);
        assert_eq!(table.books.trades.len(), 125);
        // Twenty at a time by their names, fifty at a time of all.
        let by_name = table.count(|it| matches!(it, Call::TheseTrades(_)));
        let of_all = table.count(|it| matches!(it, Call::Trades(_)));
        assert_eq!((by_name, of_all), if status.is_some() { (7, 0) } else { (0, 3) });
    }
}

#[test]
fn a_trade_that_is_not_shown_yet_is_waited_for() {
    for status in [Some(OrderStatus::Closed), None] {
        let mut table = Table::unclear();
        let venue_order = table.arrives(300);
        table.venue.trade(venue_order, quantity("0.5"), at(301), false);
        let late = table.venue.trade(venue_order, quantity("0.5"), at(302), false);
        table.venue.order(venue_order).ended = status.clone().map(|status| (at(303), status));
        table.venue.hidden.insert(late);
        table.until(50_000);
        table.check(&[]);
        table.venue.hidden.clear();
        table.until(120_000);
        let end = status.iter().map(|_| "completed");
        let all: Vec<_> = ["accepted", "traded 0.5", "traded 0.5"].into_iter().chain(end).collect();
        table.check(&all);
        assert!(table.asked.len() < 50, "{} calls", table.asked.len());
    }
}

#[test]
fn a_fill_that_the_stream_has_told_is_not_told_again() {
    let mut table = Table::unclear();
    let venue_order = table.arrives(300);
    let first = table.venue.trade(venue_order, quantity("0.25"), at(301), false);
    table.venue.trade(venue_order, quantity("0.75"), at(302), false);
    table.venue.order(venue_order).ended = Some((at(303), OrderStatus::Closed));
    table.books.trades.insert(first);
    table.until(5_000);
    table.check(&["accepted", "traded 0.75", "completed"]);
}

#[test]
fn what_the_stream_settles_is_dropped() {
    let mut table = Table::unclear();
    table.until(1_050);
    table.say(ResolverEvent::Settled(id(1)));
    table.until(100_000);
    table.check(&[]);
    assert_eq!((table.asked.len(), table.overdue.len()), (1, 0));
}

#[test]
fn without_a_deadline_it_stays_unknown_until_it_is_found() {
    let mut table = Table::new();
    let order = NewOrder { deadline: None, ..order(1) };
    table.say(ResolverEvent::Unclear { order, sent_at: at(0) });
    table.until(3_600_000);
    table.check(&[]);
    assert_eq!(table.overdue, [id(1)]);
    let calls = table.asked.len();
    assert!(calls < 150, "{calls} calls in an hour");
    table.arrives(3_600_000);
    table.until(3_700_000);
    table.check(&["accepted"]);
}

#[test]
fn nothing_is_proved_while_a_piece_is_missing() {
    // The clocks were never compared.
    let mut table = Table::new();
    table.resolver = Resolver::new(&Times::default());
    table.say(ResolverEvent::Unclear { order: order(1), sent_at: at(0) });
    table.until(120_000);
    table.check(&[]);
    // The stream's picture does not come: it is asked for again.
    let mut table = Table::unclear();
    table.gives_pictures = false;
    table.until(50_000);
    table.check(&[]);
    assert!((4..7).contains(&table.renewals), "{} times", table.renewals);
    let at = table.now;
    table.say(ResolverEvent::StreamRenewed { at });
    table.check(&["never existed"]);
    // A picture from before the end of the deadline does not count.
    let mut table = Table::unclear();
    table.gives_pictures = false;
    table.until(20_000);
    table.say(ResolverEvent::StreamRenewed { at: super::tests::at(6_900) });
    table.check(&[]);
    assert!(table.renewals >= 2);
}

/// Somebody's trade at that time, on this pair, which may be shown with the order's owner.
fn with_trade(millis: u64, pair: &str, rests: bool) -> Table {
    let mut table = Table::unclear();
    let placed = (pair.parse().unwrap(), Side::Sell);
    let other = table.venue.open(None, placed, quantity("1"), at(millis));
    table.venue.trade(other, quantity("0.1"), at(millis), false);
    if !rests {
        table.venue.order(other).ended = Some((at(millis), OrderStatus::Closed));
    }
    table.until(59_000);
    table
}

#[test]
fn a_trade_without_a_name_forbids_the_proof() {
    let table = with_trade(3_000, "BTC/USD", false);
    table.check(&[]);
    // Not so on another pair, or of an order that Kraken shows to be somebody's.
    with_trade(3_000, "ETH/USD", false).check(&["never existed"]);
    with_trade(3_000, "BTC/USD", true).check(&["never existed"]);
    // An order of ours has a name in our books.
    let mut table = Table::unclear();
    let own = table.venue.open(Some(id(9)), (pair(), Side::Buy), quantity("1"), at(0));
    table.venue.trade(own, quantity("1"), at(500), false);
    table.venue.order(own).ended = Some((at(500), OrderStatus::Closed));
    table.books.names.insert(own, id(9));
    table.until(20_000);
    table.check(&["never existed"]);
}

#[test]
fn a_trade_without_a_name_is_not_asked_about_all_the_time() {
    let mut table = with_trade(3_000, "BTC/USD", false);
    table.until(3_600_000);
    table.check(&[]);
    assert_eq!(table.overdue, [id(1)]);
    let readings = table.count(|it| matches!(it, Call::Trades(_)));
    assert!((5..20).contains(&readings), "{readings}");
}

#[test]
fn failures_put_it_off_and_never_end_it() {
    let mut table = Table::unclear();
    table.fails = true;
    table.until(3_600_000);
    table.check(&[]);
    let calls = table.asked.len();
    assert!(calls < 80, "{calls} calls in an hour");
    table.fails = false;
    table.until(3_700_000);
    table.check(&["never existed"]);
}

#[test]
fn nothing_is_asked_of_a_venue_out_of_reach() {
    let mut table = Table::unclear();
    table.say(ResolverEvent::Reachable(false));
    table.until(600_000);
    assert_eq!((table.asked.len(), table.overdue.len()), (0, 1));
    table.say(ResolverEvent::Reachable(true));
    table.until(608_000);
    table.check(&["never existed"]);
}

#[test]
fn what_is_long_over_at_a_start_is_looked_up_at_once() {
    let mut table = Table::new();
    table.now = at(3_600_000);
    table.say(ResolverEvent::Clock(Ahead { least: -1_000_000, most: 1_000_000 }));
    table.say(ResolverEvent::Unclear { order: order(1), sent_at: at(0) });
    table.until(3_603_000);
    table.check(&["never existed"]);
    assert!(table.overdue.is_empty(), "it took no ten seconds");
}

#[test]
fn an_order_that_had_been_open_is_never_told_never_to_have_existed() {
    let mut table = Table::new();
    table.say(ResolverEvent::Missing { order: order(1), sent_at: at(0) });
    table.until(600_000);
    table.check(&[]);
    assert_eq!(table.overdue, [id(1)]);
    // Nor one that turned out to have been open while it was unknown.
    let mut table = Table::unclear();
    table.until(3_000);
    table.say(ResolverEvent::Missing { order: order(1), sent_at: at(0) });
    table.until(600_000);
    table.check(&[]);
    // Nor one that our books have a name for.
    let mut table = Table::unclear();
    let venue_order = table.arrives(300);
    table.venue.trade(venue_order, quantity("1"), at(310), false);
    table.venue.orders.clear();
    table.books.names.insert(venue_order, id(1));
    table.until(600_000);
    table.check(&[]);
}

#[test]
fn the_end_of_a_missing_order_is_looked_up_at_once() {
    let mut table = Table::new();
    let venue_order = table.arrives(0);
    let first = table.venue.trade(venue_order, quantity("0.25"), at(10), false);
    table.venue.trade(venue_order, quantity("0.5"), at(20), false);
    table.venue.order(venue_order).ended = Some((at(30), OrderStatus::Canceled));
    table.books.trades.insert(first);
    table.until(60);
    table.say(ResolverEvent::Missing { order: order(1), sent_at: at(0) });
    table.until(1_000);
    table.check(&["accepted", "traded 0.5", "canceled Requested"]);
}

/// An amendment to two whole ones, which the venue makes then or never.
fn check_amendment(made_at: Option<u64>, deadline: Option<u64>, expected: &[&str]) -> Table {
    let mut table = Table::new();
    let venue_order = table.arrives(0);
    table.venue.order(venue_order).amended = made_at.map(|made| (at(made), quantity("2")));
    let amendment =
        Amendment { order: id(1), quantity: Some(quantity("2")), limit: None, trigger: None };
    let deadline = deadline.map(at);
    let sent_at = at(0);
    table.say(ResolverEvent::AmendUnclear { amendment, deadline, order: order(1), sent_at });
    table.until(20_000);
    table.check(expected);
    table
}

#[test]
fn an_amendment_is_read_off_the_order() {
    check_amendment(Some(100), Some(5_000), &["amended"]);
    check_amendment(Some(4_900), Some(5_000), &["amended"]);
    let table = check_amendment(None, Some(5_000), &["amend rejected"]);
    assert!(table.told.iter().any(|event| matches!(
        event,
        AccountEvent::AmendRejected { refusal: Refusal::DeadlineElapsed, .. }
    )));
    // It may be made at any time.
    check_amendment(None, None, &[]);
}

#[test]
fn an_amended_order_that_ended_is_told_with_its_change() {
    let mut table = Table::new();
    let venue_order = table.arrives(0);
    table.venue.order(venue_order).amended = Some((at(100), quantity("2")));
    table.venue.trade(venue_order, quantity("2"), at(200), false);
    table.venue.order(venue_order).ended = Some((at(200), OrderStatus::Closed));
    let amendment =
        Amendment { order: id(1), quantity: Some(quantity("2")), limit: None, trigger: None };
    let (deadline, sent_at) = (Some(at(5_000)), at(0));
    table.say(ResolverEvent::AmendUnclear { amendment, deadline, order: order(1), sent_at });
    table.until(5_000);
    table.check(&["accepted", "amended", "traded 2", "completed"]);
}

#[test]
fn an_immediate_order_ends_for_want_of_others() {
    let mut table = Table::new();
    let immediate = trading_types::TimeInForce::ImmediateOrCancel;
    let order = NewOrder { time_in_force: immediate, ..order(1) };
    let venue_order = table.arrives(10);
    table.venue.order(venue_order).ended = Some((at(10), OrderStatus::Canceled));
    table.say(ResolverEvent::Unclear { order, sent_at: at(0) });
    table.until(2_000);
    assert!(table.told.iter().any(|event| matches!(
        event,
        AccountEvent::Canceled { reason: CancelReason::Requested, .. }
    )));
}

#[test]
fn two_hundred_unknown_orders_are_no_storm() {
    let mut table = Table::new();
    for number in 1..=200 {
        table.say(ResolverEvent::Unclear { order: order(number), sent_at: at(0) });
    }
    for number in (1..=200).step_by(4) {
        let venue = &mut table.venue;
        let placed = (pair(), Side::Buy);
        let rests = venue.open(Some(id(number)), placed, quantity("1"), at(100));
        venue.trade(rests, quantity("0.5"), at(200), false);
        let ended = venue.open(Some(id(number + 1)), placed, quantity("1"), at(100));
        venue.trade(ended, quantity("1"), at(200), false);
        venue.order(ended).ended = Some((at(200), OrderStatus::Closed));
    }
    let mut most = 0;
    for second in 1..=120 {
        table.until(second * 1_000);
        most = most.max(table.under_way.len());
    }
    let told = |what: &str| table.told.iter().filter(|event| word(event) == what).count();
    assert_eq!((told("never existed"), told("accepted"), told("completed")), (100, 100, 50));
    assert_eq!((table.books.trades.len(), table.resolver.unknown().count()), (100, 0));
    assert!(most <= 2, "{most} calls at once");
    let of = |what: fn(&Call) -> bool| table.count(what);
    let ended = of(|it| matches!(it, Call::ClosedOrder(_)));
    assert_eq!(ended, 50 + 2 * 100);
    let shared = of(|it| matches!(it, Call::OpenOrders));
    let by_name = of(|it| matches!(it, Call::TheseTrades(_)));
    let pages = of(|it| matches!(it, Call::Trades(_)));
    assert!(shared < 10 && by_name <= 50 && pages < 10, "{shared}, {by_name}, {pages}");
    assert!(table.renewals <= 2);
}
