//! The program against its twin on made-up candles.

use crate::{
    case::Case,
    comparison::Comparison,
    twin::{Bar, When, decimal::PRICE_ONE},
    walk::{Chance, Terrain, bars},
};

const STRATEGIES: [&str; 5] = ["sma_cross", "donchian", "rsi_reversion", "bollinger", "dca"];
const MINUTES: [u32; 4] = [1, 60, 240, 1_440];
const FEES: [&str; 4] = ["0.40", "kraken", "0", "0.123456"];

/// The strategy's defaults, or settings with which it trades often within a few hundred candles.
fn settings(strategy: &str, chance: &mut Chance) -> Vec<(&'static str, String)> {
    let table: &[(&str, &[&str])] = match strategy {
        "sma_cross" => &[("fast", &["2", "5", "6"]), ("slow", &["7", "13", "50"])],
        "donchian" => &[("entry", &["3", "8", "20"]), ("exit", &["2", "5", "10", "30"])],
        "rsi_reversion" => {
            &[("period", &["3", "7", "14"]), ("low", &["30", "45.5"]), ("high", &["70", "55"])]
        }
        "bollinger" => &[("period", &["4", "10", "20"]), ("deviations", &["1", "1.5", "2"])],
        _ => &[("every", &["1", "5", "24"]), ("amount", &["50", "33.33333", "100"])],
    };
    if chance.one_in(4) {
        return Vec::new();
    }
    table.iter().map(|(name, values)| (*name, chance.pick(values).to_owned())).collect()
}

/// A few hundred candles around `price`, on ticks, between them, or both.
fn walk(chance: &mut Chance, minutes: u32, price: i128) -> Vec<Bar> {
    let terrain = Terrain {
        candles: 250 + usize::try_from(chance.below(150)).unwrap(),
        seconds: i128::from(minutes) * 60,
        price,
        grid: chance.pick(&[PRICE_ONE / 10, PRICE_ONE, PRICE_ONE / 100, 1, 37]),
        step: chance.pick(&[2, 20, 100, 300]),
    };
    bars(chance, &terrain)
}

/// A run on BTC/USD in which what is not named is left to chance.
fn case(chance: &mut Chance, minutes: u32, strategy: &'static str) -> Case {
    Case {
        pair: "BTC/USD",
        minutes,
        strategy,
        settings: settings(strategy, chance),
        cash: chance.pick(&["10000", "25000.5", "400000"]).to_owned(),
        sizing: chance.pick(&["all_in", "0.05"]).to_owned(),
        slippage: chance.pick(&["0", "0.05", "1", "3.333333"]),
        when: chance.pick(&[When::NextOpen, When::Close]),
        fees: chance.pick(&FEES),
    }
}

#[test]
fn strategies_trade_as_the_twin() {
    let mut comparison = Comparison::default();
    for seed in 0..12 {
        let mut chance = Chance::new(seed);
        let minutes = chance.pick(&MINUTES);
        let price = (500 + chance.below(20_000)) * PRICE_ONE;
        let bars = walk(&mut chance, minutes, price);
        for strategy in STRATEGIES {
            for sizing in ["all_in", "0.05"] {
                for when in [When::NextOpen, When::Close] {
                    for slippage in ["0", "0.05"] {
                        let case = case(&mut chance, minutes, strategy);
                        let case = Case { sizing: sizing.to_owned(), when, slippage, ..case };
                        comparison.run(&case, &bars);
                    }
                }
            }
        }
    }
    comparison.check("strategies");
}

#[test]
fn stops_and_targets_trade_as_the_twin() {
    let mut comparison = Comparison::default();
    for seed in 100..108 {
        let mut chance = Chance::new(seed);
        let minutes = chance.pick(&MINUTES);
        let price = (500 + chance.below(20_000)) * PRICE_ONE;
        let bars = walk(&mut chance, minutes, price);
        for strategy in &STRATEGIES[..4] {
            for sizing in ["all_in", "1%", "0.5%", "0.05"] {
                for when in [When::NextOpen, When::Close] {
                    for slippage in ["0", "0.05"] {
                        let case = case(&mut chance, minutes, strategy);
                        let sizing = sizing.to_owned();
                        let mut case = Case { sizing, slippage, when, ..case };
                        add_exits(&mut case, &mut chance);
                        comparison.run(&case, &bars);
                    }
                }
            }
        }
    }
    comparison.check("stops and targets");
}

/// A stop, a target or both. At risk, always a stop, and one that is so far away that the cash is
/// never what holds the size back.
fn add_exits(case: &mut Case, chance: &mut Chance) {
    let (stops, kinds): (&[&str], i128) = if case.sizing.ends_with('%') {
        (&["2%", "5%", "2.2345%"], 2)
    } else {
        (&["0.5%", "2%", "5%", "1.2345%", "2*atr(14)", "1.5*atr(3)"], 3)
    };
    let targets = ["0.4%", "2%", "3%", "7.77%", "2*atr(14)", "1*atr(5)", "4*atr(60)"];
    let kind = chance.below(kinds);
    if kind != 2 {
        case.settings.push(("stop", chance.pick(stops).to_owned()));
    }
    if kind != 1 {
        case.settings.push(("take_profit", chance.pick(&targets).to_owned()));
    }
}

#[test]
fn stops_of_a_price_of_few_ticks_trade_as_the_twin() {
    let mut comparison = Comparison::default();
    for seed in 200..225 {
        let mut chance = Chance::new(seed);
        let price = 1 + chance.below(50);
        let bars = walk(&mut chance, 60, price * PRICE_ONE / 10);
        for strategy in &STRATEGIES[..4] {
            let mut case = case(&mut chance, 60, strategy);
            case.sizing = chance.pick(&["all_in", "1%", "5"]).to_owned();
            let far = ["5%", "20%", "50%", "0.1%", "99%"];
            case.settings.push(("stop", chance.pick(&far).to_owned()));
            if chance.one_in(2) {
                case.settings.push(("take_profit", chance.pick(&far).to_owned()));
            }
            comparison.run(&case, &bars);
        }
    }
    comparison.check("few ticks");
}

#[test]
fn other_pairs_and_worse_prices_trade_as_the_twin() {
    let mut comparison = Comparison::default();
    let table = [("ETH/EUR", 2_000 * PRICE_ONE, "0.5"), ("DOGE/USD", PRICE_ONE / 10, "5000")];
    for seed in 300..325 {
        let mut chance = Chance::new(seed);
        let minutes = chance.pick(&MINUTES);
        for (pair, price, quantity) in table {
            let bars = walk(&mut chance, minutes, price);
            for strategy in STRATEGIES {
                let sizing = chance.pick(&["all_in", quantity]).to_owned();
                let case = Case { pair, sizing, ..case(&mut chance, minutes, strategy) };
                comparison.run(&case, &bars);
            }
        }
    }
    comparison.check("other pairs");
}

#[test]
fn orders_below_the_minimums_are_not_sent() {
    let mut comparison = Comparison::default();
    for seed in 400..420 {
        let mut chance = Chance::new(seed);
        let minutes = chance.pick(&MINUTES);
        for strategy in STRATEGIES {
            // At this price the least quantity, 0.0001, is worth far more than the least cost.
            let bars = walk(&mut chance, minutes, 20_000 * PRICE_ONE);
            let case = case(&mut chance, minutes, strategy);
            let quantity = chance.pick(&["0.00009999", "0.0001", "0.00010001"]).to_owned();
            comparison.run(&Case { sizing: quantity, ..case.clone() }, &bars);
            let little = chance.pick(&["0.49", "1", "1.9", "2", "2.1", "3"]).to_owned();
            comparison.run(&Case { cash: little, sizing: "all_in".to_owned(), ..case }, &bars);
        }
    }
    comparison.check("minimums");
}

#[test]
fn the_same_run_gives_the_same_journal() {
    let mut chance = Chance::new(500);
    let bars = walk(&mut chance, 60, 10_000 * PRICE_ONE);
    let mut hashes = Vec::new();
    for strategy in STRATEGIES {
        let case = case(&mut chance, 60, strategy);
        let hash = case.backtest(&bars).result.journal_hash;
        assert_eq!(hash, case.backtest(&bars).result.journal_hash, "{case:?}");
        hashes.push(hash);
    }
    hashes.sort();
    hashes.dedup();
    assert_eq!(hashes.len(), STRATEGIES.len(), "two different runs have one hash");
}
