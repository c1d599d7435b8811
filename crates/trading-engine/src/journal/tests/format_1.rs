//! A journal of format 1, written by the version before there was another: it is read for ever, and
//! no variant that stands in it changes its number.

use trading_types::{
    Amendment, BookLevel, BookUpdate, CancelReason, LinkEvent, NewOrder, OrderKind, OrderQuantity,
    Quote, Refusal, Side, Trade, VenueStatus,
};

use super::*;
use crate::{
    kill_switch::KillReason,
    ledger::BalanceMismatch,
    order::{OrderError, Role},
    order_life::{OrderEvent, OrderState},
    position::{ClosedLot, ExitReason, Oversold},
    report::{Alarm, Report},
    risk::RiskRefusal,
    sizing::SizeRefusal,
    test_values::{lots, order},
};

/// Every variant that format 1 had when it was written, in the order it was declared.
fn records() -> Vec<Record> {
    let mut records = Vec::new();
    let account = |event| Record::Input(Input::Venue(VenueEvent::Account(event)));
    let market = |event| Record::Input(Input::Venue(VenueEvent::Market(event)));
    let link = |event| Record::Input(Input::Venue(VenueEvent::Link(event)));
    let report = |report| Record::Output(Output::Report(report));
    records.extend(account_events().into_iter().map(account));
    records.extend(market_events().into_iter().map(market));
    records.extend([LinkEvent::Connected, LinkEvent::Disconnected].map(link));
    let states = [
        VenueStatus::Online,
        VenueStatus::PostOnly,
        VenueStatus::LimitOnly,
        VenueStatus::CancelOnly,
        VenueStatus::Maintenance,
    ];
    records.extend(states.map(|status| link(LinkEvent::Status(status))));
    let halt = OperatorCommand::Halt { reason: "lunch".to_owned() };
    let resume = OperatorCommand::Resume { reason: "back".to_owned() };
    records.extend([halt, resume, OperatorCommand::Finish].map(|it| Record::Input(it.into())));
    records.push(Record::Input(Input::Timeout));
    let amendment = Amendment {
        order: id(3),
        quantity: Some(lots("1")),
        limit: Some(price("2")),
        trigger: Some(price("3")),
    };
    let commands = [
        VenueCommand::Place(placed()),
        VenueCommand::Amend(amendment),
        VenueCommand::Cancel(id(3)),
        VenueCommand::CancelAll,
    ];
    records.extend(commands.map(|command| Record::Output(Output::Command(command))));
    records.extend(reports().into_iter().map(report));
    records
}

impl From<OperatorCommand> for Input {
    fn from(command: OperatorCommand) -> Self {
        Self::Operator(command)
    }
}

fn placed() -> NewOrder {
    NewOrder { deadline: Some(at(9)), ..order(3, Side::Buy, "1.5") }
}

fn account_events() -> Vec<AccountEvent> {
    let order = id(3);
    let refusals = [
        Refusal::InsufficientFunds,
        Refusal::BelowQuantityMinimum,
        Refusal::BelowCostMinimum,
        Refusal::InvalidPrice,
        Refusal::InvalidQuantity,
        Refusal::InvalidOrder("flags".to_owned()),
        Refusal::PostOnlyWouldTake,
        Refusal::DeadlineElapsed,
        Refusal::UnknownPair,
        Refusal::UnknownOrder,
        Refusal::DuplicateClientOrderId,
        Refusal::RateLimited,
        Refusal::OrdersLimitExceeded,
        Refusal::MarketMode(VenueStatus::CancelOnly),
        Refusal::PermissionDenied,
        Refusal::Unrecognized("what".to_owned()),
    ];
    let reasons = [
        CancelReason::Requested,
        CancelReason::PostOnlyWouldTake,
        CancelReason::NothingLeftToTake,
        CancelReason::SelfTrade,
        CancelReason::InsufficientFunds,
        CancelReason::Venue,
    ];
    let refusal = Refusal::UnknownOrder;
    let amended = Amendment { order, quantity: Some(lots("1")), limit: None, trigger: None };
    let mut events = vec![
        AccountEvent::Balances(vec![(usd(), amount("1000"))]),
        AccountEvent::Moved { asset: usd(), change: -amount("1") },
        AccountEvent::Accepted { order, venue_order: "OABC".parse().unwrap() },
    ];
    events.extend(refusals.map(|refusal| AccountEvent::Rejected { order, refusal }));
    events.extend([
        AccountEvent::Triggered { order },
        AccountEvent::NeverExisted { order },
        AccountEvent::Traded(fill(3, 1, Side::Buy, "100", "1")),
        AccountEvent::Completed { order },
    ]);
    events.extend(reasons.map(|reason| AccountEvent::Canceled { order, reason }));
    events.extend([
        AccountEvent::Expired { order },
        AccountEvent::Amended(amended),
        AccountEvent::AmendRejected { order, refusal: refusal.clone() },
        AccountEvent::CancelRejected { order, refusal },
    ]);
    events
}

fn market_events() -> Vec<MarketEvent> {
    let pair = pair();
    let level = |it| BookLevel { price: price(it), quantity: lots("1") };
    let quote = Quote { bid: level("99"), ask: level("101") };
    let (bids, asks) = (vec![level("99")], vec![level("101")]);
    let (quantity, taker_side) = (lots("2"), Side::Sell);
    let trade = Trade { time: at(1), price: price("100"), quantity, taker_side };
    let Input::Venue(VenueEvent::Market(candle)) = candle(1) else { unreachable!("a candle") };
    vec![
        candle,
        MarketEvent::Trade { pair, trade },
        MarketEvent::Quote { pair, quote },
        MarketEvent::Book { pair, update: BookUpdate { is_snapshot: true, bids, asks } },
        MarketEvent::Reached { pair, price: price("100") },
    ]
}

fn reports() -> Vec<Report> {
    let (pair, order, side) = (pair(), id(3), Side::Buy);
    let text = || "why".to_owned();
    let reasons = [
        KillReason::Drawdown { peak: amount("2"), equity: amount("1") },
        KillReason::DailyLoss { start: amount("2"), equity: amount("1") },
        KillReason::ConsecutiveLosses { losses: 3 },
        KillReason::Operator { reason: text() },
        KillReason::Contradiction { what: text() },
    ];
    let (kind, quantity) = (OrderKind::Market, OrderQuantity::Quote(amount("5")));
    let mut reports =
        vec![Report::OrderPlaced { order, pair, side, role: Role::Entry, kind, quantity }];
    let fill = fill(3, 1, Side::Buy, "100", "1");
    reports.push(Report::OrderFilled { fill, role: Role::Stop });
    let (role, refusal) = (Role::Exit(ExitReason::Kill), Refusal::Unrecognized(text()));
    reports.extend(states().map(|state| Report::OrderEnded {
        order,
        pair,
        role,
        state,
        reason: Some(CancelReason::Venue),
    }));
    reports.push(Report::OrderRejected { order, pair, role, refusal });
    reports.extend(refusals().map(|refusal| Report::OrderRefused { pair, side, role, refusal }));
    let refusal = SizeRefusal::NotEnoughPrices;
    reports.push(Report::SizeRefused { pair, refusal });
    let ends = [
        ExitReason::Signal,
        ExitReason::Stop,
        ExitReason::TakeProfit,
        ExitReason::End,
        ExitReason::Kill,
    ];
    reports.extend(ends.map(|reason| Report::LotClosed { pair, lot: lot(reason) }));
    let (profit, reason) = (amount("2"), ExitReason::End);
    reports.push(Report::TradeClosed { pair, profit, reason });
    reports.extend(reasons.map(|reason| Report::Halted { reason }));
    reports.push(Report::Flattened);
    reports.push(Report::Resumed { reason: text() });
    reports.extend(alarms().into_iter().map(Report::Alarm));
    reports
}

fn alarms() -> Vec<Alarm> {
    let (traded, open) = (lots("2"), lots("1"));
    let (state, event) = (OrderState::Filled, OrderEvent::NeverExisted);
    let mismatch = BalanceMismatch { asset: usd(), ours: amount("1"), theirs: amount("2") };
    vec![
        Alarm::Order(OrderError::Unexpected { order: id(3), state, event }),
        Alarm::Order(OrderError::Overfilled { order: id(3), traded, open }),
        Alarm::Position(Oversold { sold: amount("2"), held: amount("1") }),
        Alarm::Balance(mismatch),
        Alarm::ForeignOrder(id(7)),
        Alarm::Unprotected(pair()),
        Alarm::CannotExit { pair: pair(), attempts: 10, reason: ExitReason::Kill },
    ]
}

fn lot(reason: ExitReason) -> ClosedLot {
    ClosedLot {
        entry_order: id(3),
        entry_time: at(1),
        entry_price: price("1"),
        exit_order: id(4),
        exit_time: at(2),
        exit_price: price("2"),
        quantity: amount("1"),
        cost: amount("1"),
        proceeds: amount("2"),
        fees: amount("0.1"),
        reason,
    }
}

fn states() -> [OrderState; 9] {
    [
        OrderState::Sent,
        OrderState::Unknown,
        OrderState::Resting,
        OrderState::Canceling,
        OrderState::Filled,
        OrderState::Canceled,
        OrderState::Expired,
        OrderState::Rejected,
        OrderState::NeverExisted,
    ]
}

fn refusals() -> [RiskRefusal; 20] {
    [
        RiskRefusal::Halted,
        RiskRefusal::InDoubt,
        RiskRefusal::VenueNotOnline,
        RiskRefusal::NoPrice,
        RiskRefusal::StalePrice,
        RiskRefusal::OffTick,
        RiskRefusal::OffLot,
        RiskRefusal::BelowQuantityMinimum,
        RiskRefusal::BelowCostMinimum,
        RiskRefusal::QuantityTooLarge,
        RiskRefusal::ValueTooLarge,
        RiskRefusal::OutsideCollarOfMid,
        RiskRefusal::OutsideCollarOfLast,
        RiskRefusal::PositionTooLarge,
        RiskRefusal::ExposureTooLarge,
        RiskRefusal::TooManyOrders,
        RiskRefusal::RepeatedExecution,
        RiskRefusal::Duplicate,
        RiskRefusal::SelfMatch,
        RiskRefusal::InsufficientFunds,
    ]
}

/// What the version before wrote for [`records`], as hexadecimal digits.
const WRITTEN: &str = include_str!("format_1.hex");

fn from_hex(text: &str) -> Vec<u8> {
    let digits: String = text.split_whitespace().collect();
    let byte = |at| u8::from_str_radix(&digits[at..at + 2], 16).unwrap();
    (0..digits.len()).step_by(2).map(byte).collect()
}

#[test]
fn the_journal_of_the_version_before_is_read() {
    let bytes = from_hex(WRITTEN);
    assert_eq!(JournalReader::new(&bytes).unwrap().prove().unwrap().sealed_to, bytes.len());
    assert_eq!(read(&bytes), Ok(records()));
}

#[test]
fn with_the_same_settings_the_same_bytes_are_written() {
    let bytes = write(&records(), Keep::Bytes).take_bytes();
    assert!(bytes == from_hex(WRITTEN), "the bytes of format 1 have changed");
}
