//! What is asked where the kill switch is tight, and what a tiny entry is worth.

use trading_types::{Fraction, KrakenPairs};

use super::{Requirements, entry_minimum};

#[test]
fn a_tight_kill_switch_tightens_what_is_asked() {
    let percent = |text: &str| Fraction::from_percent(text).expect("a percentage");
    for (kill, backtest, live) in [("50%", "15", "10"), ("20%", "15", "10"), ("8%", "6", "4")] {
        let asked = Requirements::for_kill_limit(Some(percent(kill)));
        assert_eq!(asked.backtest.drawdown_max, percent(backtest), "{kill}");
        assert_eq!(asked.drawdown_max, percent(live), "{kill}");
    }
    assert_eq!(Requirements::for_kill_limit(None), Requirements::default());
}

#[test]
fn the_smallest_entry_is_what_the_pair_takes() {
    let rules = KrakenPairs::recorded().find("BTC/USD").expect("a pair of Kraken's");
    // 0.0001 BTC is more than the smallest cost of 0.5 USD until a bitcoin costs 5,000 USD.
    for (price, minimum, tiny) in
        [("60000", "6", "30"), ("60000.1", "6.00001", "30.00005"), ("1", "0.5", "2.5")]
    {
        let value = entry_minimum(&rules, price.parse().expect("a price"));
        assert_eq!(value.to_string(), minimum);
        assert_eq!(Requirements::default().tiny_entry(value).to_string(), tiny);
    }
}
