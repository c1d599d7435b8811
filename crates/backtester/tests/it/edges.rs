//! Single cases, written out, that a walk seldom or never reaches.

use crate::{
    case::Case,
    comparison::Comparison,
    twin::{
        self, Bar, Reason, When,
        decimal::{PRICE_ONE, units},
    },
};

const HOUR: i128 = 3_600;

/// Candles in which nothing moves, one at each price.
fn still(prices: &[&str]) -> Vec<Bar> {
    prices.iter().enumerate().map(|(at, price)| bar(at, [price; 4])).collect()
}

fn bar(at: usize, prices: [&str; 4]) -> Bar {
    let [open, high, low, close] = prices.map(|price| units(price, 10));
    Bar { start: HOUR * at as i128, open, high, low, close }
}

fn case(strategy: &'static str, settings: &[(&'static str, &str)]) -> Case {
    Case {
        pair: "BTC/USD",
        minutes: 60,
        strategy,
        settings: settings.iter().map(|(name, value)| (*name, (*value).to_owned())).collect(),
        cash: "10000".to_owned(),
        sizing: "0.01".to_owned(),
        slippage: "0",
        when: When::NextOpen,
        fees: "0",
    }
}

/// Wishes to be long after a rise, and flat after a fall or none.
fn last_step(exits: &[(&'static str, &str)]) -> Case {
    case("sma_cross", &[&[("fast", "1"), ("slow", "2")], exits].concat())
}

fn compare(what: &str, case: &Case, bars: &[Bar]) {
    let mut comparison = Comparison::default();
    comparison.run(case, bars);
    comparison.check(what);
}

#[test]
fn warm_up_counts_the_candle_of_the_first_wish() {
    let table = [("sma_cross", 50), ("donchian", 21), ("rsi_reversion", 15), ("bollinger", 20)];
    for (strategy, candles) in table {
        assert_eq!(case(strategy, &[]).warm_up(), candles, "{strategy}");
        assert_eq!(case(strategy, &[("stop", "5%")]).warm_up(), candles, "{strategy}");
        assert_eq!(case(strategy, &[("stop", "2*atr(100)")]).warm_up(), 101, "{strategy}");
    }
    assert_eq!(case("dca", &[]).warm_up(), 24);
}

#[test]
fn the_first_of_stop_and_target_sells() {
    let case = last_step(&[("stop", "10%"), ("take_profit", "10%")]);
    // Bought at the open of the candle given, with the stop at 900 and the target at 1100.
    let table = [
        (["1000", "1050", "900", "1000"], "900", Reason::Stop),
        (["1000", "1100", "950", "1000"], "1100", Reason::TakeProfit),
        (["1000", "1200", "800", "1000"], "900", Reason::Stop),
        (["890", "1200", "800", "1000"], "890", Reason::Stop),
        (["900", "900", "900", "900"], "900", Reason::Stop),
        (["1150", "1200", "800", "1000"], "1150", Reason::TakeProfit),
        (["1000", "1050", "950", "1000"], "1000", Reason::End),
    ];
    for (prices, exit_price, reason) in table {
        let bars = [bar(0, ["990"; 4]), bar(1, ["1000"; 4]), bar(2, prices)];
        let trades = twin::run(&case.trial(), &bars).trades;
        let exits: Vec<_> = trades.iter().map(|it| (it.exit_price, it.reason)).collect();
        assert_eq!(exits, [(units(exit_price, 10), reason)], "{prices:?}");
        compare("the first of stop and target", &case, &bars);
    }
}

#[test]
fn what_is_too_small_is_not_sold_at_the_end() {
    // 0.0001 is worth less than the least cost, 0.5, below 5000.
    let bars = still(&["5010", "5020", "5030", "4990"]);
    for when in [When::NextOpen, When::Close] {
        let case = Case { sizing: "0.0001".to_owned(), when, ..last_step(&[]) };
        assert_eq!(twin::run(&case.trial(), &bars).dust, 4_990 * PRICE_ONE * 10_000);
        compare("dust at the end", &case, &bars);
    }
}

#[test]
fn what_is_too_small_is_not_sold_by_a_wish_of_the_past() {
    // Bought at 5010. The wish to be flat comes at 4995, where 0.0001 is too small to be sold; when
    // it is large enough again, the strategy wishes to be long.
    let bars = still(&["4990", "5010", "4995", "5005", "5006", "5007"]);
    let case = Case { sizing: "0.0001".to_owned(), when: When::Close, ..last_step(&[]) };
    compare("dust and a wish of the past", &case, &bars);
}

#[test]
fn a_market_that_never_moved_is_no_signal() {
    // The index is known at the close of the fifteenth candle; by its definition it would be zero.
    compare("a market that never moved", &case("rsi_reversion", &[]), &still(&["100"; 17]));
}

#[test]
fn a_size_held_back_by_the_cash_still_enters() {
    // The stop is so near that one percent of the equity would buy more than the cash can. What
    // the rounding of cost and fee adds to the outlay is no reason not to enter.
    let case = last_step(&[("stop", "0.3%")]);
    let case = Case { sizing: "1%".to_owned(), fees: "0.26", ..case };
    let mut refused = Vec::new();
    for price in ["30", "100", "200", "1000", "2000"] {
        let bars = still(&["20", price, price]);
        for when in [When::NextOpen, When::Close] {
            let case = Case { when, ..case.clone() };
            assert_eq!(twin::run(&case.trial(), &bars).trades.len(), 1);
            if case.backtest(&bars).trades.is_empty() {
                refused.push((price, when));
            }
            compare("a size held back by the cash", &case, &bars);
        }
    }
    assert_eq!(refused, [], "no entry at these prices");
}

#[test]
fn the_last_dollar_reaches_the_next_tier() {
    // The first buy costs exactly 10000, from which on 0.35 % are taken instead of 0.40 %.
    let bars = still(&["9000", "10000", "10000", "10000", "10000.1", "10000.1"]);
    let case = Case { sizing: "1".to_owned(), fees: "kraken", ..last_step(&[]) };
    let case = Case { cash: "30000".to_owned(), ..case };
    let fees: Vec<_> = twin::run(&case.trial(), &bars).trades.iter().map(|it| it.fees).collect();
    assert_eq!(fees[0], units("75", 18));
    compare("the last dollar", &case, &bars);
}

#[test]
fn an_index_on_the_line_is_no_signal() {
    let case = case("rsi_reversion", &[("period", "2")]);
    // A fall of 7 and a rise of 3: exactly 30, and no entry.
    let bars = still(&["1000", "993", "996", "1006", "1016"]);
    assert_eq!(twin::run(&case.trial(), &bars).trades, []);
    compare("on the lower line", &case, &bars);
    // Two falls of 6 and a rise of 14: exactly 70, and no exit.
    let bars = still(&["1000", "994", "988", "1002", "1002"]);
    assert_eq!(twin::run(&case.trial(), &bars).trades[0].reason, Reason::End);
    compare("on the upper line", &case, &bars);
}
