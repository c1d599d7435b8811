//! What the tests share: a pair, short ways to write orders, and events as short texts.

use trading_types::{
    AccountEvent, Amount, Asset, Candle, ClientOrderId, FeeSchedule, Fraction, LinkEvent,
    MarketEvent, NewOrder, OrderKind, OrderQuantity, Pair, PairRules, Price, Quantity, Side,
    Timestamp, TrailingOffset, Trigger, TriggerSource, VenueEvent,
};

/// Shrunk cases become rows of a table, so nothing is written beside the sources.
pub(crate) fn quick() -> proptest::test_runner::Config {
    proptest::test_runner::Config { failure_persistence: None, ..Default::default() }
}

pub(crate) fn pair() -> Pair {
    "BTC/USD".parse().unwrap()
}

pub(crate) fn asset(name: &str) -> Asset {
    name.parse().unwrap()
}

pub(crate) fn price(text: &str) -> Price {
    text.parse().unwrap()
}

pub(crate) fn quantity(text: &str) -> Quantity {
    text.parse().unwrap()
}

pub(crate) fn amount(text: &str) -> Amount {
    text.parse().unwrap()
}

pub(crate) fn fraction(text: &str) -> Fraction {
    text.parse().unwrap()
}

pub(crate) fn id(number: u64) -> ClientOrderId {
    ClientOrderId::new(0, number)
}

pub(crate) fn seconds(seconds: u64) -> Timestamp {
    Timestamp::from_seconds(seconds).unwrap()
}

/// Kraken's BTC/USD in all but the fees, which are 0.4 % and 0.25 % whatever the volume.
pub(crate) fn rules() -> PairRules {
    PairRules {
        pair: pair(),
        tick: price("0.1"),
        lot: quantity("0.00000001"),
        quantity_min: quantity("0.0001"),
        cost_min: amount("0.5"),
        cost_decimals: 5,
        fees: FeeSchedule::flat(fraction("0.004"), fraction("0.0025")),
    }
}

pub(crate) fn order(number: u64, side: Side, kind: OrderKind, amount: &str) -> NewOrder {
    NewOrder::new(id(number), pair(), side, kind, OrderQuantity::Base(quantity(amount)))
}

pub(crate) fn market(number: u64, side: Side, amount: &str) -> NewOrder {
    order(number, side, OrderKind::Market, amount)
}

/// A market buy of `spend` quote asset.
pub(crate) fn spend(number: u64, spend: &str) -> NewOrder {
    let all = OrderQuantity::Quote(amount(spend));
    NewOrder::new(id(number), pair(), Side::Buy, OrderKind::Market, all)
}

pub(crate) fn limit(number: u64, side: Side, amount: &str, at: &str) -> NewOrder {
    order(number, side, OrderKind::Limit { price: price(at) }, amount)
}

pub(crate) fn iceberg(
    number: u64,
    side: Side,
    displayed: &str,
    amount: &str,
    at: &str,
) -> NewOrder {
    let (price, displayed) = (price(at), quantity(displayed));
    order(number, side, OrderKind::Iceberg { price, displayed }, amount)
}

pub(crate) fn index(at: &str) -> Trigger {
    Trigger { price: price(at), source: TriggerSource::Index }
}

pub(crate) fn last(at: &str) -> Trigger {
    Trigger { price: price(at), source: TriggerSource::Last }
}

pub(crate) fn stop(number: u64, side: Side, amount: &str, at: &str) -> NewOrder {
    order(number, side, OrderKind::StopLoss { trigger: last(at) }, amount)
}

pub(crate) fn take_profit(number: u64, side: Side, amount: &str, at: &str) -> NewOrder {
    order(number, side, OrderKind::TakeProfit { trigger: last(at) }, amount)
}

pub(crate) fn trailing(number: u64, side: Side, amount: &str, offset: &str) -> NewOrder {
    let offset = match offset.strip_suffix('%') {
        Some(_) => TrailingOffset::Fraction(Fraction::from_percent(offset).unwrap()),
        None => TrailingOffset::Price(price(offset)),
    };
    order(number, side, OrderKind::TrailingStop { offset, source: TriggerSource::Last }, amount)
}

/// A candle from `open high low close`.
pub(crate) fn candle(start: u64, prices: &str) -> Candle {
    let prices: Vec<Price> = prices.split(' ').map(price).collect();
    let [open, high, low, close] = prices[..] else { panic!("four prices") };
    let candle =
        Candle { start: seconds(start), open, high, low, close, volume: amount("1"), trades: 1 };
    candle.check().unwrap();
    candle
}

/// An event in a few words.
pub(crate) fn told(event: &VenueEvent) -> String {
    match event {
        VenueEvent::Market(event) => told_of_market(event),
        VenueEvent::Account(event) => told_of_account(event),
        VenueEvent::Link(LinkEvent::Connected) => "connected".to_owned(),
        VenueEvent::Link(LinkEvent::Disconnected) => "disconnected".to_owned(),
        VenueEvent::Link(LinkEvent::Status(status)) => format!("status {status}"),
        VenueEvent::Link(LinkEvent::PairStatus { pair, status }) => format!("{pair} {status}"),
    }
}

fn told_of_market(event: &MarketEvent) -> String {
    match event {
        MarketEvent::Candle { candle, .. } => {
            let Candle { open, high, low, close, volume, .. } = candle;
            format!("candle {open} {high} {low} {close} of {volume}")
        }
        MarketEvent::Trade { trade, .. } => {
            format!("trade {} {} @ {}", trade.taker_side, trade.quantity, trade.price)
        }
        MarketEvent::Quote { quote, .. } => {
            let (bid, ask) = (quote.bid, quote.ask);
            format!("quote {} @ {} | {} @ {}", bid.quantity, bid.price, ask.quantity, ask.price)
        }
        MarketEvent::Book { update, .. } => {
            let levels = |levels: &[trading_types::BookLevel]| {
                let levels = levels.iter().map(|it| format!("{} @ {}", it.quantity, it.price));
                levels.collect::<Vec<_>>().join(", ")
            };
            let kind = if update.is_snapshot { "snapshot" } else { "book" };
            format!("{kind} {} | {}", levels(&update.bids), levels(&update.asks))
        }
        MarketEvent::Reached { price, .. } => format!("reached {price}"),
    }
}

/// The number of an order; a close has a `c` before it.
fn name(order: ClientOrderId) -> String {
    let number = order.sequence();
    let is_close = order == ClientOrderId::new(u64::MAX, number);
    if is_close { format!("c{number}") } else { number.to_string() }
}

fn told_of_account(event: &AccountEvent) -> String {
    match event {
        AccountEvent::Balances(balances) => {
            let balances = balances.iter().map(|(asset, amount)| format!("{amount} {asset}"));
            format!("balances {}", balances.collect::<Vec<_>>().join(", "))
        }
        AccountEvent::Moved { asset, change } => format!("moved {change} {asset}"),
        AccountEvent::Accepted { order, .. } => format!("accepted {}", name(*order)),
        AccountEvent::Unclear { order } => format!("unclear {}", name(*order)),
        AccountEvent::Rejected { order, refusal } => {
            format!("rejected {}: {refusal}", name(*order))
        }
        AccountEvent::Triggered { order } => format!("triggered {}", name(*order)),
        AccountEvent::Traded(fill) => {
            let liquidity = format!("{:?}", fill.liquidity).to_lowercase();
            let (order, side) = (name(fill.order), fill.side);
            format!("traded {order} {side} {} @ {} {liquidity}", fill.quantity, fill.price)
        }
        AccountEvent::Completed { order } => format!("completed {}", name(*order)),
        AccountEvent::Canceled { order, reason } => {
            format!("canceled {}: {reason:?}", name(*order))
        }
        AccountEvent::Expired { order } => format!("expired {}", name(*order)),
        AccountEvent::NeverExisted { order } => format!("never existed {}", name(*order)),
        AccountEvent::Amended(amendment) => format!("amended {}", name(amendment.order)),
        AccountEvent::AmendRejected { order, refusal } => {
            format!("amend rejected {}: {refusal}", name(*order))
        }
        AccountEvent::CancelRejected { order, refusal } => {
            format!("cancel rejected {}: {refusal}", name(*order))
        }
    }
}
