//! What a fill moves, for each side and fee currency, and what happens when funds are short.

use proptest::prelude::*;
use trading_types::{NewOrder, OrderKind, OrderQuantity};

use super::*;
use crate::{
    fixture::{amount, asset, id, limit, pair, price, quantity, quick, rules, seconds},
    ids::{trade_id, venue_order_id},
};

fn trader(dollars: &str, bitcoins: &str) -> Trader {
    Trader::new(&[(asset("USD"), amount(dollars)), (asset("BTC"), amount(bitcoins))])
}

fn open(order: NewOrder) -> OpenOrder {
    OpenOrder::new(order, venue_order_id(1), Some(price("100")), &rules(), seconds(0))
}

fn at(level: &str, all: &str, liquidity: Liquidity) -> Execution {
    Execution { trade: trade_id(1), price: price(level), quantity: quantity(all), liquidity }
}

/// Places an order for 3 at 100.1 and fills 1.5 of it at 100.1; says what is there and held then.
#[track_caller]
fn check(side: Side, fee_currency: FeeCurrency, held_before: &str, dollars: &str, bitcoins: &str) {
    let mut trader = trader("1000", "10");
    let mut order = open(NewOrder { fee_currency, ..limit(1, side, "3", "100.1") });
    trader.place_hold(&mut order, &rules(), seconds(0)).unwrap();
    assert_eq!(order.hold(), amount(held_before));
    let execution = at("100.1", "1.5", Liquidity::Maker);
    trader.settle(&mut order, &execution, &rules(), seconds(0)).unwrap();
    let shown = |name: &str| {
        let Balance { total, held } = trader.balance(asset(name));
        format!("{total} / {held}")
    };
    assert_eq!((shown("USD").as_str(), shown("BTC").as_str()), (dollars, bitcoins));
}

#[test]
fn what_a_fill_moves() {
    use FeeCurrency::{Base, Quote};
    check(Side::Buy, Quote, "301.5012", "849.47462 / 150.7506", "11.5 / 0");
    check(Side::Buy, Base, "300.3", "849.85 / 150.15", "11.49624995 / 0");
    check(Side::Sell, Quote, "3", "1149.77462 / 0", "8.5 / 1.5");
    check(Side::Sell, Base, "3.0120001", "1150.15 / 0", "8.49624995 / 1.5060001");
}

#[test]
fn who_sells_all_he_has_can_pay_the_fee_in_base_asset() {
    let mut trader = trader("0", "3.0120001");
    let mut order =
        open(NewOrder { fee_currency: FeeCurrency::Base, ..limit(1, Side::Sell, "3", "100.1") });
    trader.place_hold(&mut order, &rules(), seconds(0)).unwrap();
    let execution = at("100.3", "3", Liquidity::Taker);
    let fill = trader.settle(&mut order, &execution, &rules(), seconds(0)).unwrap().fill;
    assert_eq!(fill.quantity, quantity("3"));
}

#[test]
fn a_better_price_frees_the_difference() {
    let mut trader = trader("1000", "0");
    let mut order = open(limit(1, Side::Buy, "3", "100"));
    trader.place_hold(&mut order, &rules(), seconds(0)).unwrap();
    trader.settle(&mut order, &at("90", "2", Liquidity::Taker), &rules(), seconds(0)).unwrap();
    assert_eq!(order.hold(), amount("100.4"));
    assert_eq!(trader.balance(asset("USD")).free(), amount("718.88"));
    trader.release(&mut order);
    assert_eq!(trader.balance(asset("USD")).free(), amount("819.28"));
}

#[test]
fn the_fee_on_dust_is_at_most_the_dust() {
    let mut rules = rules();
    (rules.tick, rules.lot) = (price("0.0001"), quantity("0.00000001"));
    let mut trader = trader("1000", "0");
    let mut order =
        open(NewOrder { fee_currency: FeeCurrency::Base, ..limit(1, Side::Buy, "100", "0.0001") });
    trader.place_hold(&mut order, &rules, seconds(0)).unwrap();
    let dust = at("0.0001", "0.00000001", Liquidity::Taker);
    let fill = trader.settle(&mut order, &dust, &rules, seconds(0)).unwrap().fill;
    assert_eq!((fill.cost, fill.fee), (amount("0.00001"), amount("0.00000001")));
    assert_eq!(trader.balance(asset("BTC")).total, Amount::ZERO);
}

#[test]
fn a_cut_is_a_whole_number_of_lots() {
    let rules = PairRules { lot: quantity("0.003"), ..rules() };
    let mut trader = trader("100", "0");
    let order = open(limit(1, Side::Buy, "3", "100"));
    let execution = at("100", "3", Liquidity::Taker);
    let cut = trader.affordable(&order, &execution, &rules, seconds(0));
    assert_eq!(cut, quantity("0.996"), "0.99601 would be 100 dollars");
}

#[test]
fn nothing_is_affordable_without_funds() {
    let mut trader = trader("0.00001", "0");
    let mut order = open(limit(1, Side::Buy, "1", "100"));
    assert_eq!(
        trader.place_hold(&mut order, &rules(), seconds(0)),
        Err(Refusal::InsufficientFunds)
    );
    let execution = at("100", "1", Liquidity::Taker);
    assert!(trader.settle(&mut order, &execution, &rules(), seconds(0)).is_none());
}

proptest! {
    #![proptest_config(quick())]

    /// What is cut to the funds is as much as they pay for: one lot more would not be paid.
    #[test]
    fn a_cut_is_as_small_as_it_can_be(
        cents in 1_i128..100_000_000,
        level in 1_i64..10_000_000,
        lots in 1_i64..1_000_000_000_000,
        in_base: bool,
        sells: bool,
    ) {
        let funds = Amount::from_units(cents * 10_i128.pow(12));
        let (side, name) = if sells { (Side::Sell, "BTC") } else { (Side::Buy, "USD") };
        let fee_currency = if in_base { FeeCurrency::Base } else { FeeCurrency::Quote };
        let mut trader = Trader::new(&[(asset(name), funds)]);
        let size = OrderQuantity::Base(Quantity::from_units(lots));
        let order = NewOrder::new(id(1), pair(), side, OrderKind::Market, size);
        let mut order = open(NewOrder { fee_currency, ..order });
        let execution = Execution {
            trade: trade_id(1),
            price: Price::from_units(level * 1_000_000_000),
            quantity: Quantity::from_units(lots),
            liquidity: Liquidity::Taker,
        };
        let cut = trader.affordable(&order, &execution, &rules(), seconds(0));
        let paid = |quantity| {
            let rate = rules().fees.rate(Amount::ZERO, execution.liquidity);
            Bill::of(&order, execution.price, quantity, rate, &rules()).payment
        };
        prop_assert!(paid(cut) <= funds);
        if cut < execution.quantity {
            prop_assert!(funds < paid(cut + rules().lot));
        }
        if let Some(settled) = trader.settle(&mut order, &execution, &rules(), seconds(0)) {
            prop_assert_eq!(settled.fill.quantity, cut);
            prop_assert_eq!(trader.balance(asset(name)).total, funds - settled.payment);
        }
    }
}
