//! Rules against the built-in strategies that say the same, and every recipe of the cookbook.

use std::path::Path;

use backtester::Backtest;
use strategies::rules::{Rule, RuleSet, RuleStrategy};
use trading_engine::Keep;
use trading_types::{Amount, Candle};

use crate::{
    case::{Case, candle},
    real,
    twin::{Bar, When, decimal::PRICE_ONE},
    walk::{Chance, Terrain, bars},
};

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/rules");

/// Each built-in strategy, its settings that are parameters under other names, and values.
type Twins = (&'static str, &'static [(&'static str, &'static str)]);

#[rustfmt::skip] // A table.
const TWINS: [Twins; 4] = [
    ("sma_cross",     &[("fast", "fast"), ("slow", "slow")]),
    ("donchian",      &[("entry", "entry"), ("exit", "leave")]),
    ("rsi_reversion", &[("period", "period"), ("low", "low_bound"), ("high", "high_bound")]),
    ("bollinger",     &[("period", "period"), ("deviations", "deviations")]),
];

#[expect(clippy::disallowed_methods, reason = "the recipes are read from the disk")]
fn recipe(name: &str) -> RuleSet {
    let text = std::fs::read_to_string(Path::new(FOLDER).join(format!("{name}.toml"))).unwrap();
    RuleSet::from_toml(&text).unwrap_or_else(|error| panic!("{name}: {error}"))
}

fn recipes() -> Vec<String> {
    let files = std::fs::read_dir(FOLDER).unwrap().map(|file| file.unwrap().path());
    let files = files.filter(|path| path.extension().is_some_and(|it| it == "toml"));
    let mut names: Vec<String> =
        files.map(|path| path.file_stem().unwrap().to_str().unwrap().to_owned()).collect();
    names.sort();
    names
}

fn case(strategy: &'static str, settings: Vec<(&'static str, String)>) -> Case {
    Case {
        pair: "BTC/USD",
        minutes: 60,
        strategy,
        settings,
        cash: "10000".to_owned(),
        sizing: "all_in".to_owned(),
        slippage: "0.05",
        when: When::NextOpen,
        fees: "0.40",
    }
}

/// What rules make of candles under the terms of a case.
fn run(rules: RuleSet, case: &Case, candles: &[Candle]) -> Backtest {
    let mut settings = case.settings();
    settings.strategy = rules.spec(settings.interval);
    let strategy = RuleStrategy::new(rules, settings.interval, settings.rules.tick).unwrap();
    settings.run(Box::new(strategy), &mut candles.iter(), Keep::Hash, |_, _| ()).unwrap()
}

/// The same trades to the last digit, for settings and exits.
fn compare(twins: Twins, case: &Case, bars: &[Bar]) -> usize {
    let (name, parameters) = twins;
    let mut rules = recipe(name);
    for (setting, value) in &case.settings {
        match parameters.iter().find(|(own, _)| own == setting) {
            Some((_, parameter)) => rules.set(parameter, value).unwrap(),
            None if *setting == "stop" => rules.add(Rule::Stop, value).unwrap(),
            None => rules.add(Rule::TakeProfit, value).unwrap(),
        }
    }
    let candles: Vec<Candle> = bars.iter().map(candle).collect();
    let (theirs, ours) = (case.backtest(bars), run(rules, case, &candles));
    assert_eq!(ours.trades.len(), theirs.trades.len(), "{case:?}");
    for (one, other) in ours.trades.iter().zip(&theirs.trades) {
        assert_eq!(format!("{one:?}"), format!("{other:?}"), "{case:?}");
    }
    assert_eq!(ours.result.equity_end, theirs.result.equity_end, "{case:?}");
    theirs.trades.len()
}

fn walk(seed: u64, candles: usize, grid: i128, step: i128) -> Vec<Bar> {
    let price = 30_000 * PRICE_ONE;
    let terrain = Terrain { candles, seconds: 3_600, price, grid, step };
    bars(&mut Chance::new(seed), &terrain)
}

#[test]
fn built_in_strategies_written_as_rules_trade_the_same() {
    let mut trades = 0;
    for (seed, grid) in [(1, PRICE_ONE / 10), (2, PRICE_ONE), (3, 10 * PRICE_ONE), (4, 1)] {
        for step in [3, 40, 300] {
            let bars = walk(seed, 1_500, grid, step);
            for twins in TWINS {
                trades += compare(twins, &case(twins.0, Vec::new()), &bars);
            }
            let short = [("fast", "3".to_owned()), ("slow", "8".to_owned())];
            for exits in
                [vec![], vec![("stop", "2*atr(14)")], vec![("stop", "1.5%"), ("take_profit", "2%")]]
            {
                let exits = exits.into_iter().map(|(name, value)| (name, value.to_owned()));
                let settings = short.iter().cloned().chain(exits).collect();
                trades += compare(TWINS[0], &case("sma_cross", settings), &bars);
            }
        }
    }
    assert!(3_000 < trades, "{trades} trades are too few to say anything");
}

#[test]
fn built_in_strategies_written_as_rules_trade_the_same_on_real_candles() {
    let Some(bars) = real::bitcoin() else { return };
    for twins in TWINS {
        let trades = compare(twins, &case(twins.0, Vec::new()), &bars);
        assert!(100 < trades, "{} made {trades} trades", twins.0);
    }
    let settings = vec![("stop", "2*atr(14)".to_owned()), ("take_profit", "6%".to_owned())];
    compare(TWINS[0], &case("sma_cross", settings), &bars);
}

/// A candle with a volume that changes.
fn with_volume(bar: &Bar) -> Candle {
    let mut candle = candle(bar);
    let hour = i128::from(candle.start.seconds() / 3_600);
    candle.volume = Amount::from_units((hour * hour % 17 + 1) * 10_i128.pow(17));
    candle
}

#[test]
fn every_recipe_trades() {
    let bars = real::bitcoin().unwrap_or_else(|| walk(5, 20_000, PRICE_ONE / 10, 300));
    let candles: Vec<Candle> = bars.iter().take(20_000).map(with_volume).collect();
    let names = recipes();
    assert!(14 <= names.len(), "{names:?}");
    for name in names {
        let backtest = run(recipe(&name), &case("sma_cross", Vec::new()), &candles);
        assert!(5 <= backtest.trades.len(), "{name}: {} trades", backtest.trades.len());
    }
}
