//! One order at a time, each way it can go.

mod absences;
mod fates;
mod histories;
mod scale;

use std::{collections::VecDeque, time::Duration};

use kraken_protocol::{clock_offset::Ahead, limits::Points, rest::PairNames};
use trading_types::{
    AccountEvent, ClientOrderId, NewOrder, OrderKind, OrderQuantity, Pair, Quantity, Side,
    Timestamp,
};

use super::{Resolver, ResolverEvent, ResolverOutput};
use crate::{
    call::{Answer, Call, CallFailure},
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
    /// A question by our name for an order finds nothing.
    hides_by_name: bool,
    /// How many more questions are torn: a row is lost between two pages.
    tears: u32,
    /// The points that are spent, where they are counted: of each call when it may leave.
    points: Option<Budget>,
}

/// The counter of a key of the smallest account.
#[derive(Clone, Copy)]
struct Budget {
    /// In thousandths, at `since`.
    level: u64,
    since: Timestamp,
    spent: u64,
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
            hides_by_name: false,
            tears: 0,
            points: None,
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
                    let leaves = self.leaves(&call);
                    self.under_way.push_back((leaves, tag, call));
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
                let result = if self.fails { Err(failure) } else { Ok(self.answer(&call)) };
                self.say(ResolverEvent::Answered { tag, sent, result });
            } else {
                self.resolver.handle_timeout(self.now);
                self.take();
            }
        }
        panic!("it never rests");
    }

    fn answer(&mut self, call: &Call) -> Answer {
        match (self.venue.answer(call, self.now), call) {
            (Answer::Orders(_), Call::ClosedOrder(_)) if self.hides_by_name => {
                Answer::Orders(Vec::new())
            }
            (Answer::ClosedOrders(mut page), _) if 0 < self.tears => {
                self.tears -= 1;
                page.orders.pop();
                Answer::ClosedOrders(page)
            }
            (answer, _) => answer,
        }
    }

    /// When a call may leave: now, or when the counter has room for it.
    fn leaves(&mut self, call: &Call) -> Timestamp {
        const MOST: u64 = 15_000;
        const DECAY_PER_SECOND: u64 = 330;
        let cost = call.request(&PairNames::recorded()).unwrap().cost();
        let cost = if cost == Points::whole(2) { 2_000 } else { 1_000 };
        let Some(budget) = &mut self.points else { return self.now };
        let from = self.now.max(budget.since);
        let gone = from.since(budget.since).as_secs() * DECAY_PER_SECOND;
        let level = budget.level.saturating_sub(gone);
        let too_much = (level + cost).saturating_sub(MOST);
        let wait = Duration::from_millis(too_much * 1_000 / DECAY_PER_SECOND);
        let level = level.min(MOST - cost) + cost;
        // What has decayed is kept to the second, so that it never decays twice.
        let since = if 0 < gone { from } else { budget.since };
        *budget =
            Budget { level, since: since.max(budget.since) + wait, spent: budget.spent + cost };
        from + wait
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
        AccountEvent::Balances(_)
        | AccountEvent::Moved { .. }
        | AccountEvent::Rejected { .. }
        | AccountEvent::Triggered { .. }
        | AccountEvent::Unclear { .. }
        | AccountEvent::CancelRejected { .. } => panic!("{event:?} is none of its words"),
    }
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
