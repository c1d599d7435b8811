//! A past that is told minute by minute leaves the desk that one told trade by trade leaves.

use std::time::Duration;

use proptest::prelude::*;
use trading_types::{Amount, KrakenPairs, Quantity};

use super::*;
use crate::{
    fixture::start,
    venue::past::{PastSettings, desk_with_past},
};

fn desk() -> MarketDesk {
    let rules = KrakenPairs::recorded().rules("BTC/USD".parse().unwrap()).unwrap();
    let past = PastSettings {
        rules,
        last_price: "50000".parse().unwrap(),
        minute_volatility: 80_000,
        trade_value: "1500".parse::<Amount>().unwrap(),
        seed: 1,
    };
    desk_with_past(&past, start())
}

fn tick() -> Price {
    "0.1".parse().unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn minute_by_minute_is_as_good_as_trade_by_trade(
        steps in prop::collection::vec(
            (0_u64..400, -50_i64..50, 1_i64..9_000, any::<bool>()),
            0..300,
        ),
    ) {
        let (mut quick, mut slow) = (desk(), desk());
        let mut recall = Recall::new(&mut quick, tick());
        let (mut time, mut ticks) = (start(), 500_000);
        for (wait, step, lots, is_buy) in steps {
            time = time + Duration::from_secs(wait);
            ticks += step;
            let price = Price::from_units(ticks * tick().units());
            let taker_side = if is_buy { Side::Buy } else { Side::Sell };
            let trade = Trade { time, price, quantity: Quantity::from_units(lots), taker_side };
            recall.trade(trade);
            let is_limit = slow.next_number().is_multiple_of(2);
            slow.trade(trade, is_limit);
            let bid = if is_buy { price - tick() } else { price };
            slow.spread(Spread { time, bid, ask: bid + tick() });
        }
        recall.end();
        // What nothing traded in need not have been settled.
        slow.settle();
        prop_assert_eq!(format!("{quick:?}"), format!("{slow:?}"));
    }
}
