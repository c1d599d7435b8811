//! The same bytes as postcard's, whatever is written.

use std::collections::BTreeMap;

use proptest::prelude::*;
use serde::Serialize;
use trading_types::{
    AccountEvent, Amendment, Amount, BookLevel, BookUpdate, CancelReason, ConditionalClose,
    LinkEvent, MarketEvent, NewOrder, OrderKind, OrderQuantity, Price, Quantity, Quote, Refusal,
    Side, TimeInForce, Trade, TrailingOffset, Trigger, TriggerSource, VenueCommand, VenueEvent,
    VenueStatus,
};

use super::*;
use crate::{
    kill_switch::KillReason,
    order::Role,
    order_life::OrderState,
    position::{ClosedLot, ExitReason},
    report::{Alarm, BlockCause, Input, OperatorCommand, Output, Report},
    risk::RiskRefusal,
    test_values::{amount, at, fill, id, pair, price, usd},
};

fn check(value: &impl Serialize) {
    let mut gathered = Gathered::default();
    value.serialize(&mut gathered).expect("everything of ours can be written");
    assert_eq!(gathered.bytes(), postcard::to_allocvec(value).unwrap());
}

/// One of everything that can be written.
#[derive(Clone, Debug, Serialize)]
struct Everything {
    flag: bool,
    signed: (i8, i16, i32, i64, i128),
    unsigned: (u8, u16, u32, u64, u128),
    floating: (f32, f64),
    letter: char,
    text: String,
    maybe: Option<Box<Everything>>,
    nothing: (),
    kinds: Vec<Kind>,
    map: BTreeMap<u16, String>,
    array: [u32; 3],
}

#[derive(Clone, Debug, Serialize)]
struct Mark;

#[derive(Clone, Debug, Serialize)]
struct Wrapped(u64);

#[derive(Clone, Debug, Serialize)]
struct Two(u8, i64);

#[derive(Clone, Debug, Serialize)]
enum Kind {
    Plain,
    Wrapping(i128),
    Pair(u8, String),
    Named { one: Wrapped, other: Option<Two>, mark: Mark },
}

prop_compose! {
    fn kinds()(number: i128, byte: u8, text: String, wide: u64, has_two: bool) -> Vec<Kind> {
        let other = has_two.then_some(Two(byte, i64::MIN));
        vec![
            Kind::Plain,
            Kind::Wrapping(number),
            Kind::Pair(byte, text),
            Kind::Named { one: Wrapped(wide), other, mark: Mark },
        ]
    }
}

prop_compose! {
    fn everything()(
        signed: (i8, i16, i32, i64, i128),
        unsigned: (u8, u16, u32, u64, u128),
        floating: (f32, f64),
        letter: char,
        text: String,
        flag: bool,
        kinds in kinds(),
        map in proptest::collection::btree_map(any::<u16>(), any::<String>(), 0..5),
        array: [u32; 3],
    ) -> Everything {
        let nothing = ();
        Everything {
            flag, signed, unsigned, floating, letter, text, maybe: None, nothing, kinds, map, array,
        }
    }
}

proptest! {
    #[test]
    fn any_value_is_the_same_bytes(outer in everything(), inner in everything()) {
        check(&inner);
        check(&Everything { maybe: Some(Box::new(inner)), ..outer });
    }

    #[test]
    fn numbers_that_trades_are_made_of_are_the_same_bytes(
        units: i64, wide: i128, sequence: u64, nanos: u64,
    ) {
        let mut fill = fill(1, 2, Side::Sell, "100", "1");
        fill.price = Price::from_units(units);
        fill.quantity = Quantity::from_units(units.wrapping_mul(3));
        (fill.cost, fill.fee) = (Amount::from_units(wide), Amount::from_units(wide >> 40));
        fill.order = trading_types::ClientOrderId::new(nanos, sequence);
        fill.time = trading_types::Timestamp::from_nanos(nanos);
        check(&Input::Venue(VenueEvent::Account(AccountEvent::Traded(fill))));
        check(&Output::Report(Report::OrderFilled { fill, role: Role::Entry }));
    }
}

fn orders() -> Vec<NewOrder> {
    let trigger = Trigger { price: price("95.5"), source: TriggerSource::Last };
    let offset = TrailingOffset::Price(price("3"));
    let kinds = [
        OrderKind::Market,
        OrderKind::Limit { price: price("101") },
        OrderKind::StopLossLimit { trigger, price: price("94") },
        OrderKind::TrailingStopLimit {
            offset,
            source: TriggerSource::Index,
            limit_offset: price("-1"),
        },
    ];
    let plain = |kind| {
        let quantity = OrderQuantity::Base("0.5".parse().unwrap());
        NewOrder::new(id(9), pair(), Side::Sell, kind, quantity)
    };
    let mut orders: Vec<NewOrder> = kinds.map(plain).to_vec();
    orders.push(NewOrder {
        quantity: OrderQuantity::Quote(amount("996.01593")),
        time_in_force: TimeInForce::GoodTilDate(at(99)),
        post_only: true,
        deadline: Some(at(5)),
        close: Some(ConditionalClose { kind: OrderKind::StopLoss { trigger } }),
        ..plain(OrderKind::Market)
    });
    orders
}

#[test]
fn what_the_engine_is_told_is_the_same_bytes() {
    let (pair, order) = (pair(), id(7));
    let level = |at: &str| BookLevel { price: price(at), quantity: "2".parse().unwrap() };
    let trade = Trade {
        time: at(1),
        price: price("7"),
        quantity: "1".parse().unwrap(),
        taker_side: Side::Buy,
    };
    let quote = Quote { bid: level("99"), ask: level("101") };
    let update = BookUpdate { is_snapshot: true, bids: vec![level("99"); 3], asks: Vec::new() };
    let market = [
        MarketEvent::Trade { pair, trade },
        MarketEvent::Quote { pair, quote },
        MarketEvent::Book { pair, update },
        MarketEvent::Reached { pair, price: price("110") },
    ];
    let reason = CancelReason::SelfTrade;
    let refusal = Refusal::Unrecognized("EGeneral:Ünknown".to_owned());
    let account = [
        AccountEvent::Balances(vec![(usd(), amount("1000")), (pair.base, amount("-0.5"))]),
        AccountEvent::Accepted { order, venue_order: "O00000-00000-00001Z".parse().unwrap() },
        AccountEvent::Rejected { order, refusal },
        AccountEvent::Completed { order },
        AccountEvent::Canceled { order, reason },
        AccountEvent::Amended(Amendment {
            order,
            quantity: None,
            limit: Some(price("1")),
            trigger: None,
        }),
    ];
    let link = [
        LinkEvent::Disconnected,
        LinkEvent::Status(VenueStatus::PostOnly),
        LinkEvent::PairStatus { pair, status: VenueStatus::Maintenance },
    ];
    let venue = market.map(VenueEvent::Market).into_iter();
    let venue = venue.chain(account.map(VenueEvent::Account)).chain(link.map(VenueEvent::Link));
    venue.for_each(|event| check(&Input::Venue(event)));
    check(&Input::Operator(OperatorCommand::Block { cause: BlockCause::LinkDown, pair: None }));
    check(&Input::Operator(OperatorCommand::Halt { reason: "x".repeat(300) }));
    check(&Input::Timeout);
    check(&Input::TimeSet);
}

#[test]
fn what_the_engine_wants_is_the_same_bytes() {
    for order in orders() {
        let NewOrder { id, pair, side, kind, quantity, .. } = order;
        let role = Role::Exit(ExitReason::TakeProfit);
        check(&Output::Report(Report::OrderPlaced { order: id, pair, side, role, kind, quantity }));
        check(&Output::Command(VenueCommand::Place(order)));
    }
    check(&Output::Command(VenueCommand::Cancel(id(3))));
    check(&Output::Command(VenueCommand::CancelAll));
    let (pair, profit, reason) = (pair(), amount("-12.25"), ExitReason::Stop);
    let lot = ClosedLot {
        entry_order: id(1),
        entry_time: at(1),
        entry_price: price("100"),
        exit_order: id(2),
        exit_time: at(2),
        exit_price: price("99"),
        quantity: amount("1"),
        cost: amount("100"),
        proceeds: amount("99"),
        fees: amount("0.5"),
        reason,
    };
    check(&Output::Report(Report::LotClosed { pair, lot }));
    check(&Output::Report(Report::TradeClosed { pair, profit, reason }));
    let refusal = RiskRefusal::TooManyCancelsToday;
    let (side, role) = (Side::Buy, Role::Entry);
    check(&Output::Report(Report::OrderRefused { pair, side, role, refusal }));
    let (order, state, reason) = (id(4), OrderState::Canceled, Some(CancelReason::Requested));
    check(&Output::Report(Report::OrderEnded { order, pair, role, state, reason }));
    check(&Output::Report(Report::Alarm(Alarm::Unprotected(pair))));
    let reason = KillReason::Drawdown { peak: amount("9"), equity: amount("-1") };
    check(&Output::Report(Report::Halted { reason }));
}

#[test]
fn a_list_of_unknown_length_has_no_form() {
    let list = ser::Serializer::serialize_seq;
    assert!(list(&mut Gathered::default(), None).is_err());
}
