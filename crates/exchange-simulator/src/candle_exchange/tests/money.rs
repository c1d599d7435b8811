//! Holds, fees, spending in quote asset, funds that run out, and fills in pieces.

use proptest::prelude::*;
use trading_types::{Fill, OrderQuantity, Quantity, Rounding};

use super::*;

fn fills(desk: &mut Desk) -> Vec<Fill> {
    let mut fills = Vec::new();
    while let Some((_, event)) = desk.exchange.poll_output() {
        if let VenueEvent::Account(AccountEvent::Traded(fill)) = event {
            fills.push(fill);
        }
    }
    fills
}

#[test]
fn a_hold_lasts_as_long_as_its_order() {
    let mut desk = Desk::at_100();
    desk.place(limit(1, Side::Buy, "10", "99"));
    assert_eq!(desk.free("USD"), "9006.04", "990 and the taker's 3.96");
    desk.candle("100 100 100 100");
    desk.candle("100 100 90 100");
    assert_eq!(desk.free("USD"), "9007.525", "the maker's 2.475 in the end");
    assert_eq!(desk.total("USD"), desk.free("USD"));
    assert_eq!(desk.free("BTC"), "11");
}

#[test]
fn who_is_post_only_holds_the_makers_fee() {
    let mut desk = Desk::at_100();
    let mut order = limit(1, Side::Buy, "10", "99");
    order.post_only = true;
    desk.place(order);
    assert_eq!(desk.free("USD"), "9007.525");
}

#[test]
fn spending_buys_the_largest_lot_count_it_pays_for() {
    let mut desk = Desk::at_100();
    let spending = amount("10000").without_surcharge(fraction("0.004"));
    desk.place(spend(1, &spending.to_string())).poll();
    desk.exchange.begin_candle(&candle(HOUR, "61234.5 61234.5 61234.5 61234.5"));
    let fills = fills(&mut desk);
    assert_eq!(fills.len(), 1);
    assert_eq!(fills[0].quantity.to_string(), "0.162656");
    assert_eq!(fills[0].quantity, spending.quantity_at(price("61234.5")));
    assert_eq!(fills[0].cost.to_string(), "9960.15884");
    assert_eq!(fills[0].fee.to_string(), "39.84064");
}

#[test]
fn funds_that_run_out_cut_the_fill() {
    let mut desk = Desk::at_100();
    desk.place(market(1, Side::Buy, "99"));
    let told = desk.candle("110 110 110 110");
    assert_eq!(
        told,
        ["accepted 1", "traded 1 buy 90.54690327 @ 110 taker", "canceled 1: InsufficientFunds",]
    );
    assert_eq!(desk.free("USD"), "0");
}

#[test]
fn all_or_none_means_none_when_the_funds_run_out() {
    let mut desk = Desk::at_100();
    let mut order = market(1, Side::Buy, "99");
    order.time_in_force = TimeInForce::FillOrKill;
    desk.place(order);
    let told = desk.candle("110 110 110 110");
    assert_eq!(told, ["accepted 1", "canceled 1: InsufficientFunds"]);
}

#[test]
fn statistics_add_up() {
    let mut desk = Desk::with(|settings| settings.slippage = fraction("0.01"));
    desk.candle("100 100 100 100");
    desk.place(market(1, Side::Buy, "1")).place(market(2, Side::Sell, "1"));
    desk.candle("100 100 100 100");
    let statistics = desk.exchange.statistics();
    assert_eq!(statistics.orders, 2);
    assert_eq!(statistics.fills, 2);
    assert_eq!(statistics.traded, amount("200"));
    assert_eq!(statistics.slippage_cost, amount("2"));
    assert_eq!(statistics.fees, amount("0.8"));
    assert_eq!(desk.total("USD"), "9997.2");
}

#[test]
fn fees_fall_with_volume_and_rise_again_after_thirty_days() {
    let mut desk = Desk::with(|settings| {
        settings.rules.fees = trading_types::FeeSchedule::kraken_spot();
        settings.balances = vec![(asset("USD"), amount("1000000"))];
        settings.fill = CandleFill::Close;
    });
    desk.candle("100 100 100 100");
    let fee_of = |desk: &mut Desk, number| {
        desk.place(market(number, Side::Buy, "100"));
        fills(desk)[0].fee.to_string()
    };
    assert_eq!(fee_of(&mut desk, 1), "40");
    assert_eq!(fee_of(&mut desk, 2), "35", "10,000 traded");
    desk.candles = 24 * 30;
    desk.candle("100 100 100 100");
    assert_eq!(fee_of(&mut desk, 3), "40", "thirty days later");
}

proptest! {
    #![proptest_config(quick())]

    /// Whatever the price and the spending: as much as it pays for, and not a lot more.
    #[test]
    fn spending_is_exact(open in 1_u32..5_000_000, dollars in 5_u32..9_000, seed: u64) {
        let mut desk = Desk::with(|settings| settings.seed = seed);
        let open = format!("{}.{}", open / 10, open % 10);
        desk.candle("100 100 100 100");
        let spending = amount(&dollars.to_string());
        desk.place(spend(1, &spending.to_string())).poll();
        desk.exchange.begin_candle(&candle(HOUR, &format!("{open} {open} {open} {open}")));
        let fills = fills(&mut desk);
        prop_assert_eq!(fills.len(), 1);
        let one_more = fills[0].quantity + rules().lot;
        prop_assert!(price(&open) * fills[0].quantity <= spending);
        prop_assert!(spending < price(&open) * one_more);
    }

    /// In however many pieces a fill comes, the whole is the same.
    #[test]
    fn pieces_add_up(seed: u64, lots in 10_000_i64..100_000_000, pieces_max in 1_u32..9) {
        let mut desk = Desk::with(|settings| {
            let probability = fraction("0.7");
            settings.partial_fills = PartialFills { probability, pieces_max };
            settings.seed = seed;
        });
        desk.candle("10000 10000 10000 10000");
        let size = Quantity::from_units(lots);
        let mut order = market(1, Side::Sell, "1");
        order.quantity = OrderQuantity::Base(size);
        desk.place(order).poll();
        desk.exchange.begin_candle(&candle(HOUR, "10000 10000 10000 10000"));
        let fills = fills(&mut desk);
        prop_assert!(fills.len() <= usize::try_from(pieces_max).unwrap());
        prop_assert_eq!(fills.iter().map(|fill| fill.quantity).sum::<Quantity>(), size);
        prop_assert!(fills.iter().all(|fill| fill.quantity.is_positive()));
        let mut trades: Vec<_> = fills.iter().map(|fill| fill.trade).collect();
        trades.dedup();
        prop_assert_eq!(trades.len(), fills.len());
        let received = fills.iter().map(|fill| fill.cost - fill.fee).sum::<Amount>();
        let whole = (price("10000") * size).round_to_decimals(5, Rounding::Down);
        prop_assert!(received <= whole);
        prop_assert_eq!(desk.exchange.balance(asset("USD")).total, amount("10000") + received);
        prop_assert!(desk.exchange.balance(asset("BTC")).held.is_zero());
    }
}

#[test]
fn a_seed_decides_the_pieces() {
    let run = |seed| {
        let mut desk = Desk::with(|settings| {
            let probability = fraction("0.5");
            settings.partial_fills = PartialFills { probability, pieces_max: 5 };
            settings.seed = seed;
            settings.fill = CandleFill::Close;
        });
        desk.candle("100 100 100 100");
        for number in 0..40 {
            desk.place(market(number, Side::Buy, "0.1"));
        }
        desk.poll()
    };
    assert_eq!(run(1), run(1));
    assert_ne!(run(1), run(2));
    let traded = run(1).iter().filter(|text| text.starts_with("traded")).count();
    assert!((60..140).contains(&traded), "{traded} fills of 40 orders");
}

#[test]
fn spending_holds_itself_and_its_fee_and_has_no_quantity_to_change() {
    let mut desk = Desk::at_100();
    desk.place(spend(1, "1000")).poll();
    assert_eq!(desk.free("USD"), "8996");
    let quantity = Some(quantity("5"));
    let amendment = Amendment { order: id(1), quantity, limit: None, trigger: None };
    desk.command(&VenueCommand::Amend(amendment));
    let why = "invalid order (an order sized in the quote currency has no quantity to change)";
    assert_eq!(desk.poll(), [format!("amend rejected 1: {why}")]);
}

#[test]
fn what_can_be_asked() {
    let mut desk = Desk::at_100();
    desk.place(market(1, Side::Buy, "1"));
    desk.candle("100 100 100 100");
    let shown = |(asset, balance): (Asset, Balance)| format!("{} {asset}", balance.total);
    let balances: Vec<String> = desk.exchange.balances().into_iter().map(shown).collect();
    assert_eq!(balances, ["2 BTC", "9899.6 USD"]);
    assert_eq!(desk.exchange.volume_at(seconds(2 * HOUR)), amount("100"));
}

#[test]
fn a_limit_order_that_takes_has_no_slippage() {
    let mut desk = Desk::with(|settings| settings.slippage = fraction("0.01"));
    desk.candle("100 100 100 100");
    desk.place(limit(1, Side::Buy, "1", "105")).place(limit(2, Side::Sell, "1", "95"));
    desk.candle("100 100 100 100");
    assert_eq!(desk.exchange.statistics().traded, amount("200"));
    assert_eq!(desk.exchange.statistics().slippage_cost, Amount::ZERO);
}

#[test]
fn orders_and_trades_are_named_one_after_the_other() {
    let mut desk = Desk::with(|settings| settings.fill = CandleFill::Close);
    desk.candle("100 100 100 100");
    desk.place(market(1, Side::Buy, "1")).place(market(2, Side::Buy, "1"));
    let names: Vec<String> = std::iter::from_fn(|| desk.exchange.poll_output())
        .filter_map(|(_, event)| match event {
            VenueEvent::Account(AccountEvent::Accepted { venue_order, .. }) => {
                Some(venue_order.to_string())
            }
            VenueEvent::Account(AccountEvent::Traded(fill)) => Some(fill.trade.to_string()),
            VenueEvent::Account(_) | VenueEvent::Market(_) | VenueEvent::Link(_) => None,
        })
        .collect();
    assert_eq!(
        names,
        [
            "O00000-00000-000001",
            "T00000-00000-000001",
            "O00000-00000-000002",
            "T00000-00000-000002"
        ]
    );
}

/// The pieces of every fill, over many seeds, of a quantity of so many lots of 0.001.
fn pieces(lots: i64, pieces_max: u32) -> std::collections::BTreeSet<Vec<i64>> {
    let lot = quantity("0.001");
    let run = |seed| {
        let mut desk = Desk::with(|settings| {
            settings.rules.lot = lot;
            settings.partial_fills = PartialFills { probability: Fraction::ONE, pieces_max };
            settings.fill = CandleFill::Close;
            settings.seed = seed;
        });
        desk.candle("10000 10000 10000 10000");
        let mut order = market(1, Side::Sell, "1");
        order.quantity = OrderQuantity::Base(Quantity::from_units(lots * lot.units()));
        desk.place(order);
        let in_lots = |fill: &Fill| {
            assert!(fill.quantity.is_multiple_of(lot));
            fill.quantity.units() / lot.units()
        };
        fills(&mut desk).iter().map(in_lots).collect()
    };
    (0..200).map(run).collect()
}

#[test]
fn pieces_are_whole_lots_in_every_way_there_is() {
    let all = |ways: &[&[i64]]| ways.iter().map(|way| way.to_vec()).collect();
    assert_eq!(pieces(1, 5), all(&[&[1]]));
    assert_eq!(pieces(2, 5), all(&[&[1, 1]]));
    assert_eq!(pieces(3, 3), all(&[&[1, 1, 1], &[1, 2], &[2, 1]]));
    assert_eq!(pieces(4, 2), all(&[&[1, 3], &[2, 2], &[3, 1]]));
    assert_eq!(pieces(4, 1), all(&[&[4]]));
}
