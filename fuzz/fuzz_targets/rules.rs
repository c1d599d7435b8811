//! Rules of any text: a program or an error that can be read, and what is printed is read again.

#![no_main]

use libfuzzer_sys::fuzz_target;
use strategies::rules::{Rule, RuleSet, RuleStrategy};
use trading_engine::{Strategy, View};
use trading_types::{Amount, Candle, Interval, Price, Quantity, Timestamp};

fn candle(hour: u64) -> Candle {
    let price = |ticks: u64| Price::from_units(i64::try_from(ticks).unwrap() * 100_000_000);
    let close = price(10_000 + hour * hour % 37);
    Candle {
        start: Timestamp::from_seconds(hour * 3_600).unwrap(),
        open: price(10_000),
        high: close.max(price(10_000)),
        low: close.min(price(10_000)),
        close,
        volume: Amount::from_units(10_i128.pow(18)),
        trades: 1,
    }
}

fuzz_target!(|text: &str| {
    let hourly = Interval::from_minutes(60).unwrap();
    if let Err(error) = RuleSet::from_toml(text) {
        assert!(!error.to_string().is_empty());
    }
    let rules = match RuleSet::new(&[(Rule::Enter, text.to_owned())], Vec::new()) {
        Ok(rules) => rules,
        Err(error) => return assert!(!error.to_string().is_empty()),
    };
    let spec = rules.spec(hourly);
    let (again, _) = RuleSet::from_settings(&spec.settings).expect("what is printed is read");
    assert_eq!(again.spec(hourly), spec);
    let Ok(mut strategy) = RuleStrategy::new(rules, hourly, Price::from_units(100_000_000)) else {
        return;
    };
    let view = View {
        now: Timestamp::EPOCH,
        position: Quantity::ZERO,
        entry_price: None,
        cash_free: Amount::ZERO,
        equity: Amount::ZERO,
    };
    for hour in 400_000..400_024 {
        strategy.handle_candle(&candle(hour), &view);
    }
    let stored = strategy.save();
    strategy.restore(&stored).expect("its own state fits");
    assert_eq!(strategy.save(), stored);
});
