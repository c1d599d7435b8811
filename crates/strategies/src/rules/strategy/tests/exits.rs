//! Stops, targets, trailing stops and sizes.

use trading_types::Quantity;

use super::*;

/// The wish at the last of these closes, each with a range of two around it.
fn last(toml: &str, closes: &str) -> Wish {
    let mut strategy = strategy(toml);
    let mut wish = Wish::Nothing;
    for close in closes.split_whitespace().map(price) {
        let one = price("1");
        wish = strategy.handle_candle(&bar(close + one, close - one, close), &EMPTY);
    }
    wish
}

fn exits(stop: &str, target: &str) -> Exits {
    let price = |text: &str| (!text.is_empty()).then(|| price(text));
    Exits { stop: price(stop), target: price(target) }
}

#[track_caller]
fn check_exits(rules: &str, close: &str, stop: &str, target: &str) {
    let toml = format!("enter = 'true'\n{rules}");
    assert_eq!(last(&toml, close), Wish::BeLong(exits(stop, target)), "{rules}");
}

#[test]
fn distances_are_prices_or_parts_of_the_close() {
    check_exits("stop = '5%'", "100", "95", "");
    check_exits("stop = '5%'", "33.33", "31.66", "");
    check_exits("take_profit = '5%'", "33.33", "", "35");
    check_exits("stop = '2.5'\ntake_profit = '0.001'", "100", "97.5", "100.01");
    check_exits("stop = '2 * atr(2)'", "100 100 100", "96", "");
    check_exits("stop = 'max(1%, 1.5 * atr(2))'", "100 100 100", "97", "");
    check_exits("stop = 'close - low'\ntake_profit = '3 * (close - low)'", "100", "99", "103");
    check_exits("stop = 'close * 0.02'", "100", "98", "");
}

#[test]
fn what_cannot_be_protected_as_asked_is_not_entered() {
    let stops = [
        "close - 100",
        "close - 101",
        "close",
        "1 / (close - 100)",
        "entry_price",
        "(close - 100)%",
    ];
    for stop in stops {
        let toml = format!("enter = 'true'\nstop = '{stop}'");
        assert_eq!(last(&toml, "100"), Wish::Nothing, "{stop}");
    }
    for rule in [
        "take_profit = 'close - 100'",
        "take_profit = '1000000000'",
        "trailing = 'close%'",
        "size = 'close - 100'",
    ] {
        let toml = format!("enter = 'true'\n{rule}");
        assert_eq!(last(&toml, "100"), Wish::Nothing, "{rule}");
    }
}

#[test]
fn a_stop_follows_while_the_position_is_kept() {
    let toml = "enter = 'close > 100'\nexit = 'close < 90'\nstop = '20'\ntrailing = '5'";
    let trail = |trail: &str| Some(price(trail));
    let terms = Terms { exits: exits("85", ""), trail: trail("100"), part: Fraction::ONE };
    assert_eq!(last(toml, "105"), Wish::BeLongOn(terms));
    assert_eq!(last(toml, "105 99"), Wish::Keep(trail("94")));
    assert_eq!(last(toml, "105 89"), Wish::BeFlat);
}

#[test]
fn a_size_is_at_most_all_of_it() {
    for (size, part) in
        [("50%", "0.5"), ("0.123456789", "0.12345678"), ("3", "1"), ("close / 200", "0.5")]
    {
        let part = part.parse().unwrap();
        let terms = Terms { part, ..Terms::from(Exits::default()) };
        let toml = format!("enter = 'true'\nsize = '{size}'");
        assert_eq!(last(&toml, "100"), Wish::BeLongOn(terms), "{size}");
    }
}

#[test]
fn rules_see_the_position() {
    let mut strategy =
        strategy("enter = 'not in_position'\nexit = 'candles_held >= 3 or profit_percent > 10'");
    let held = |entry: &str| View {
        position: Quantity::from_units(1),
        entry_price: Some(price(entry)),
        ..EMPTY
    };
    let mut see =
        |view: View| strategy.handle_candle(&bar(price("101"), price("99"), price("100")), &view);
    assert_eq!(see(EMPTY), Wish::BeLong(Exits::default()));
    assert_eq!(see(held("100")), Wish::Keep(None));
    assert_eq!(see(held("100")), Wish::Keep(None));
    assert_eq!(see(held("100")), Wish::BeFlat);
    assert_eq!(see(EMPTY), Wish::BeLong(Exits::default()));
    assert_eq!(see(held("100")), Wish::Keep(None));
    assert_eq!(see(held("90")), Wish::BeFlat);
}
