//! The paper venue, case by case.

mod laws;

use bot_machine::Answer;
use kraken_protocol::request::Page;
use trading_types::{
    BookLevel, Fill, KrakenPairs, OrderKind, Price, Quantity, Side, TimeInForce, Trigger,
    TriggerSource,
};

use super::*;

fn pair() -> Pair {
    "BTC/USD".parse().unwrap()
}

fn price(text: &str) -> Price {
    text.parse().unwrap()
}

fn quantity(text: &str) -> Quantity {
    text.parse().unwrap()
}

fn at(millis: u64) -> Timestamp {
    Timestamp::from_seconds(1_780_000_000).unwrap() + Duration::from_millis(millis)
}

fn settings() -> PaperSettings {
    let amount = |text: &str| text.parse().unwrap();
    PaperSettings {
        rules: vec![KrakenPairs::recorded().rules(pair()).unwrap()],
        balances: vec![
            ("USD".parse().unwrap(), amount("100000")),
            ("BTC".parse().unwrap(), amount("5")),
        ],
        latency: Delay { min: Duration::from_millis(5), max: Duration::from_millis(5) },
        seed: 1,
    }
}

fn levels(all: &[(&str, &str)]) -> Vec<BookLevel> {
    let level = |(at, of): &(&str, &str)| BookLevel { price: price(at), quantity: quantity(of) };
    all.iter().map(level).collect()
}

/// Bids 100 and 99, asks 101 and 102, one and two bitcoins each.
fn book() -> BookUpdate {
    BookUpdate {
        is_snapshot: true,
        bids: levels(&[("100", "1"), ("99", "2")]),
        asks: levels(&[("101", "1"), ("102", "2")]),
    }
}

fn order(number: u64, side: Side, kind: OrderKind, of: &str) -> NewOrder {
    let id = ClientOrderId::new(1, number);
    let quantity = OrderQuantity::Base(quantity(of));
    NewOrder::new(id, pair(), side, kind, quantity)
}

fn limit(at: &str) -> OrderKind {
    OrderKind::Limit { price: price(at) }
}

/// A venue that has been told the book, and what it said since it was last asked.
struct Case {
    venue: PaperVenue,
    now: u64,
}

impl Case {
    fn new() -> Self {
        let mut case = Self { venue: PaperVenue::new(settings(), at(0)), now: 0 };
        case.tell(PaperEvent::Open);
        case.tell(PaperEvent::Book { pair: pair(), bids_and_asks: book() });
        case.said();
        case
    }

    fn tell(&mut self, event: PaperEvent) {
        self.now += 10;
        self.venue.handle(event, at(self.now));
    }

    fn place(&mut self, order: NewOrder) {
        let command = SocketCommand::Place(order);
        self.tell(PaperEvent::Command { request: 7, command });
        self.now += 10;
        self.venue.handle_timeout(at(self.now));
    }

    fn trade(&mut self, taker_side: Side, price_of: &str, of: &str) {
        let (price, quantity) = (price(price_of), quantity(of));
        let trade = Trade { time: at(self.now), price, quantity, taker_side };
        self.tell(PaperEvent::Trade { pair: pair(), trade });
    }

    fn said(&mut self) -> Vec<BotInput> {
        std::iter::from_fn(|| self.venue.poll_output()).collect()
    }

    fn fills(&mut self) -> Vec<(String, String)> {
        let said = self.said();
        let fills = said.iter().filter_map(fill_of);
        fills.map(|fill| (fill.price.to_string(), fill.quantity.to_string())).collect()
    }
}

/// What the executions channel tells, if it is told.
fn event_of(input: &BotInput) -> Option<&AccountEvent> {
    let BotInput::Account(report) = input else { return None };
    report.event()
}

fn fill_of(input: &BotInput) -> Option<Fill> {
    let AccountEvent::Traded(fill) = event_of(input)? else { return None };
    Some(*fill)
}

fn outcomes(said: &[BotInput]) -> Vec<Outcome> {
    let outcome = |it: &BotInput| {
        let BotInput::Answer(answer) = it else { return None };
        Some(answer.outcome.clone())
    };
    said.iter().filter_map(outcome).collect()
}

#[test]
fn a_market_order_walks_the_book_as_it_stands() {
    let mut case = Case::new();
    case.place(order(1, Side::Buy, OrderKind::Market, "2"));
    assert_eq!(case.fills(), [("101".into(), "1".into()), ("102".into(), "1".into())]);
    // What was taken is gone until the market shows it again.
    case.place(order(2, Side::Buy, OrderKind::Market, "1"));
    assert_eq!(case.fills(), [("102".into(), "1".into())]);
}

#[test]
fn a_limit_order_waits_for_those_before_it() {
    let mut case = Case::new();
    case.place(order(1, Side::Buy, limit("100"), "0.5"));
    case.trade(Side::Sell, "100", "0.9");
    assert_eq!(case.fills(), []);
    case.trade(Side::Sell, "100", "0.2");
    assert_eq!(case.fills(), [("100".into(), "0.1".into())]);
    case.trade(Side::Sell, "99", "3");
    assert_eq!(case.fills(), [("100".into(), "0.4".into())]);
}

#[test]
fn a_price_nobody_shows_has_an_endless_queue_until_it_is_seen_or_passed() {
    let mut case = Case::new();
    case.place(order(1, Side::Buy, limit("90"), "0.5"));
    case.tell(PaperEvent::Book { pair: pair(), bids_and_asks: book() });
    case.trade(Side::Sell, "90", "400");
    assert_eq!(case.fills(), [], "at the price, behind who knows how many");
    case.trade(Side::Sell, "89.9", "0.2");
    assert_eq!(case.fills(), [("90".into(), "0.2".into())], "beyond it");

    let mut case = Case::new();
    case.place(order(1, Side::Buy, limit("90"), "0.5"));
    let bids = levels(&[("90", "3"), ("89", "1")]);
    let asks = levels(&[("101", "1")]);
    let shown = BookUpdate { is_snapshot: true, bids, asks };
    case.tell(PaperEvent::Book { pair: pair(), bids_and_asks: shown });
    case.trade(Side::Sell, "90", "3.1");
    assert_eq!(case.fills(), [("90".into(), "0.1".into())], "behind the three that were seen");
}

#[test]
fn a_stop_wakes_at_the_last_trade_and_takes_what_there_is() {
    let mut case = Case::new();
    let trigger = Trigger { price: price("99.5"), source: TriggerSource::Last };
    case.place(order(1, Side::Sell, OrderKind::StopLoss { trigger }, "1.5"));
    case.tell(PaperEvent::Book { pair: pair(), bids_and_asks: book() });
    assert_eq!(case.fills(), [], "a book wakes nothing");
    case.trade(Side::Sell, "99.5", "0.1");
    assert_eq!(case.fills(), [("99".into(), "1.5".into())], "the bid of 100 was passed");
}

#[test]
fn a_book_that_is_lost_gives_nothing_and_takes_no_place_away() {
    let mut case = Case::new();
    case.place(order(1, Side::Buy, limit("100"), "0.5"));
    case.tell(PaperEvent::BookLost(pair()));
    case.said();
    case.place(order(2, Side::Buy, OrderKind::Market, "1"));
    let said = case.said();
    assert!(matches!(&outcomes(&said)[..], [Outcome::Refused(Refusal::MarketMode(_))]), "{said:?}");
    case.tell(PaperEvent::Book { pair: pair(), bids_and_asks: book() });
    case.trade(Side::Sell, "100", "1");
    assert_eq!(case.fills(), [], "the one before it still is");
    case.place(order(3, Side::Buy, OrderKind::Market, "1"));
    assert_eq!(case.fills(), [("101".into(), "1".into())]);
}

#[test]
fn a_name_is_used_once_and_a_closed_socket_takes_nothing() {
    let mut case = Case::new();
    case.place(order(1, Side::Buy, OrderKind::Market, "1"));
    case.said();
    case.place(order(1, Side::Buy, OrderKind::Market, "1"));
    let refused = Outcome::Refused(Refusal::DuplicateClientOrderId);
    assert_eq!(outcomes(&case.said()), [refused]);
    case.tell(PaperEvent::Close);
    case.place(order(2, Side::Buy, OrderKind::Market, "1"));
    assert_eq!(outcomes(&case.said()), [Outcome::NotSent(NotSent::NotConnected)]);
}

#[test]
fn an_immediate_order_ends_with_what_there_was() {
    let mut case = Case::new();
    let mut wanted = order(1, Side::Buy, limit("101"), "3");
    wanted.time_in_force = TimeInForce::ImmediateOrCancel;
    case.place(wanted);
    let said = case.said();
    let is_canceled = |it: &BotInput| matches!(event_of(it), Some(AccountEvent::Canceled { .. }));
    assert!(said.iter().any(is_canceled), "{said:?}");
    assert_eq!(said.iter().filter_map(fill_of).count(), 1);
}

#[test]
fn rest_knows_what_became_of_an_order() {
    let mut case = Case::new();
    let id = ClientOrderId::new(1, 1);
    let ask = |case: &mut Case, what: Call| {
        case.said();
        case.tell(PaperEvent::Call { call: 3, what });
        match case.said().pop() {
            Some(BotInput::Answered { call: 3, result, .. }) => result.unwrap(),
            other => panic!("{other:?}"),
        }
    };
    let command = SocketCommand::Place(order(1, Side::Buy, limit("100"), "0.5"));
    case.venue.handle(PaperEvent::Command { request: 1, command }, at(case.now));
    let answer = case.venue.answer(&Call::OpenOrder(id), at(case.now)).unwrap();
    assert_eq!(answer, Answer::Orders(vec![]), "it is still on its way");
    let Answer::Orders(open) = ask(&mut case, Call::OpenOrder(id)) else { panic!() };
    assert_eq!(open[0].our_id(), Some(id));
    case.trade(Side::Sell, "99", "3");
    let Answer::Orders(closed) = ask(&mut case, Call::ClosedOrder(id)) else { panic!() };
    assert_eq!(closed[0].executed, quantity("0.5"));
    let Answer::Trades(page) = ask(&mut case, Call::Trades(Page::default())) else { panic!() };
    assert_eq!((page.trades.len(), page.count), (1, Some(1)));
    let Answer::Ledger(page) = ask(&mut case, Call::Ledger(Page::default())) else { panic!() };
    assert_eq!(page.entries.len(), 2);
    let Answer::Balances(rows) = ask(&mut case, Call::Balances) else { panic!() };
    for entry in page.entries {
        let row = rows.iter().find(|row| row.asset == entry.asset).unwrap();
        assert_eq!(entry.balance, Some(row.total));
    }
}

#[test]
fn the_dead_man_switch_cancels_what_rests() {
    let mut case = Case::new();
    case.place(order(1, Side::Buy, limit("99"), "0.5"));
    case.said();
    let command = SocketCommand::CancelAllAfter(Duration::from_mins(1));
    case.tell(PaperEvent::Command { request: 9, command });
    let fires = at(case.now) + Duration::from_mins(1);
    assert_eq!(case.venue.next_timeout(), Some(fires));
    case.venue.handle_timeout(fires);
    assert_eq!(case.venue.state.records.open().count(), 0);
}
