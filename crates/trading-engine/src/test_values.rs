//! Values that the tests of this crate share.

use trading_types::{
    Amount, Asset, ClientOrderId, FeeSchedule, Fill, Fraction, Liquidity, NewOrder, OrderKind,
    OrderQuantity, Pair, PairRules, Price, Quantity, Rounding, Side, Timestamp,
};

pub(crate) fn pair() -> Pair {
    "BTC/USD".parse().unwrap()
}

pub(crate) fn usd() -> Asset {
    "USD".parse().unwrap()
}

pub(crate) fn btc() -> Asset {
    "BTC".parse().unwrap()
}

pub(crate) fn price(text: &str) -> Price {
    text.parse().unwrap()
}

pub(crate) fn lots(text: &str) -> Quantity {
    text.parse().unwrap()
}

pub(crate) fn amount(text: &str) -> Amount {
    text.parse().unwrap()
}

pub(crate) fn percent(text: &str) -> Fraction {
    Fraction::from_percent(text).unwrap()
}

pub(crate) fn at(seconds: u64) -> Timestamp {
    Timestamp::from_seconds(seconds).unwrap()
}

pub(crate) fn rules() -> PairRules {
    PairRules {
        pair: pair(),
        tick: price("0.1"),
        lot: lots("0.00000001"),
        quantity_min: lots("0.0001"),
        cost_min: amount("0.5"),
        cost_decimals: 5,
        fees: FeeSchedule::flat(percent("0.40"), percent("0.25")),
    }
}

pub(crate) fn id(sequence: u64) -> ClientOrderId {
    ClientOrderId::new(1, sequence)
}

pub(crate) fn order(sequence: u64, side: Side, quantity: &str) -> NewOrder {
    let quantity = OrderQuantity::Base(lots(quantity));
    NewOrder::new(id(sequence), pair(), side, OrderKind::Market, quantity)
}

/// A fill of order `sequence`, its costs rounded as an exchange would.
pub(crate) fn fill(sequence: u64, trade: u64, side: Side, at_price: &str, quantity: &str) -> Fill {
    let (price, quantity) = (price(at_price), lots(quantity));
    let cost = (price * quantity).round_to_decimals(5, Rounding::Up);
    Fill {
        order: id(sequence),
        trade: format!("T{trade}").parse().unwrap(),
        pair: pair(),
        side,
        price,
        quantity,
        cost,
        fee: cost.times(percent("0.40"), Rounding::Up).round_to_decimals(5, Rounding::Up),
        fee_asset: usd(),
        liquidity: Liquidity::Taker,
        time: at(trade),
    }
}
