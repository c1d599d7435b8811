//! Random candles, random variants, all options: the kernel against the engine.

use std::{collections::BTreeSet, sync::atomic::AtomicBool};

use backtest_statistics::Prng;
use backtester::BacktestSettings;
use exchange_simulator::CandleFill;
use trading_engine::{ExitReason, RiskFraction, Sizing};
use trading_types::{Amount, Candle, FeeSchedule, Fraction, Liquidity, Price, Rounding};

use super::*;
use crate::{
    grid::Grid,
    metric::Metric,
    samples::amount,
    search::SearchKind,
    sweep::{SweepRequest, sweep},
};

/// How often the kernel knew the answer by itself.
#[derive(Default)]
struct Known {
    kernel: u64,
    trades: u64,
    reasons: BTreeSet<ExitReason>,
    /// Of these the fee fell with the volume.
    cheaper: u64,
}

fn kernel(candles: &[Candle], settings: BacktestSettings) -> KernelEvaluate<'_> {
    KernelEvaluate::new(EngineEvaluate { candles, settings, build: &built_in })
}

/// The variant by both: every figure, every trade.
#[track_caller]
fn check(kernel: &KernelEvaluate<'_>, variant: &Variant, window: &Range<usize>, known: &mut Known) {
    let full = kernel.engine.full(variant, window, &kernel.engine.settings).unwrap();
    if let Ok((kernel_row, trades)) = kernel.alone(variant, window, Want::Curve) {
        assert_eq!(kernel_row, full.row, "{variant} {window:?}");
        assert_eq!(trades, full.trades, "{variant} {window:?}");
    }
    let row = Row { curve: None, ..full.row };
    if let Ok((kernel_row, trades)) = kernel.alone(variant, window, Want::Trades) {
        assert_eq!(trades, full.trades, "{variant} {window:?}");
        assert_eq!(kernel_row, row, "{variant} {window:?}");
        known.kernel += 1;
        let fees = &kernel.engine.settings.rules.fees;
        let first = fees.rate(Amount::ZERO, Liquidity::Taker) - Fraction::from_units(1_000);
        known.cheaper += u64::from(row.fees < row.traded.times(first, Rounding::Down));
        known.trades += row.trades;
        known.reasons.extend(trades.iter().map(|it| it.exit_reason));
    }
    let rows = kernel.evaluate(std::slice::from_ref(variant), window, Want::Trades).unwrap();
    assert_eq!(rows, [row], "{variant} {window:?}");
}

/// Settings with everything that may differ drawn at random.
fn random_settings(strategy: &str, prng: &mut Prng) -> BacktestSettings {
    let mut settings = settings(strategy, 0);
    settings.rules.fees = random_fees(prng);
    settings.slippage = Fraction::from_units([0, 0, 10_000, 33_333][draw(prng, 4)]);
    settings.fill = [CandleFill::NextOpen, CandleFill::Close][draw(prng, 2)];
    settings.cash = amount(["10000", "100000000", "77.123456789", "21000"][draw(prng, 4)]);
    let quantity = ["1", "0.00731", "0.00001"][draw(prng, 3)];
    let risk = RiskFraction::new(Fraction::from_basis_points(80)).unwrap();
    match draw(prng, 4) {
        0 | 1 => settings.sizing = Sizing::Fixed(quantity.parse().unwrap()),
        2 => settings.sizing = Sizing::Risk(risk),
        _ => {}
    }
    settings
}

/// The same whatever the volume, or by volume.
fn random_fees(prng: &mut Prng) -> FeeSchedule {
    let flat = |fee| FeeSchedule::flat(Fraction::from_units(fee), Fraction::from_units(fee));
    match draw(prng, 9) {
        0 => flat(0),
        1 => flat(100_000),
        2 => flat(260_000),
        3 => flat(123_457),
        4 | 5 => FeeSchedule::kraken_spot(),
        6 => FeeSchedule::kraken_spot().scaled(50),
        _ => close_tiers(),
    }
}

/// Tiers so close together that one trade more or less in thirty days decides.
fn close_tiers() -> FeeSchedule {
    let tiers = r#"{"tiers":[
        {"volume_min":"0","taker":"0.004","maker":"0"},
        {"volume_min":"55000","taker":"0.0021","maker":"0"},
        {"volume_min":"100000.00000001","taker":"0.00123457","maker":"0"},
        {"volume_min":"400000","taker":"0","maker":"0"}]}"#;
    serde_json::from_str(tiers).unwrap()
}

fn draw(prng: &mut Prng, count: u64) -> usize {
    usize::try_from(prng.below(count)).unwrap()
}

/// A walk in coarse steps, so that averages often tie; some candles are missing.
fn coarse(prng: &mut Prng, count: usize) -> Vec<Candle> {
    let mut candles = candles(prng.next(), count, 0.1);
    let step = Price::from_units(10_i64.pow(10) * [1, 10, 100][draw(prng, 3)]);
    for candle in &mut candles {
        for price in [&mut candle.open, &mut candle.high, &mut candle.low, &mut candle.close] {
            *price = price.round_to(step, Rounding::Down);
        }
    }
    candles.retain(|_| prng.below(20) != 0);
    candles
}

/// At how many candles two averages are exactly equal.
fn ties_of(candles: &[Candle], fast: usize, slow: usize) -> usize {
    let sum = |of: &[Candle]| of.iter().map(|it| i128::from(it.close.units())).sum::<i128>();
    let [fast_count, slow_count] = [fast, slow].map(|it| i128::try_from(it).unwrap());
    let windows = candles.windows(slow);
    windows.filter(|it| sum(&it[slow - fast..]) * slow_count == sum(it) * fast_count).count()
}

#[test]
fn averages_that_cross_trade_alike() {
    let (mut known, mut ties) = (Known::default(), 0);
    for seed in 0..60 {
        let mut prng = Prng::from_seed(seed);
        let candles = coarse(&mut prng, 2_600);
        let settings = random_settings("sma_cross", &mut prng);
        let kernel = kernel(&candles, settings);
        for _ in 0..4 {
            let fast = 1 + draw(&mut prng, 30);
            let slow = fast + 1 + draw(&mut prng, 60);
            let own = variant(&[("fast", &fast.to_string()), ("slow", &slow.to_string())]);
            let start = [0, 1, slow, 700][draw(&mut prng, 4)];
            let end = [candles.len(), 1_025, start + 1, 1_500][draw(&mut prng, 4)].max(start + 1);
            check(&kernel, &own, &(start..end), &mut known);
            ties += ties_of(&candles[start..end], fast, slow);
        }
    }
    assert!(1_000 < ties, "{ties} exact ties");
    assert!(140 < known.kernel, "{} of 240 by the kernel", known.kernel);
    assert!(2_000 < known.trades, "{} trades", known.trades);
}

/// Fees by what was traded in thirty days: they fall while much is traded and rise again.
#[test]
fn fees_by_volume_are_alike() {
    let mut known = Known::default();
    for seed in 300..330 {
        let mut prng = Prng::from_seed(seed);
        let candles = coarse(&mut prng, 2_600);
        let mut settings = settings("sma_cross", 0);
        settings.rules.fees = match draw(&mut prng, 2) {
            0 => FeeSchedule::kraken_spot(),
            _ => close_tiers(),
        };
        settings.fill = [CandleFill::NextOpen, CandleFill::Close][draw(&mut prng, 2)];
        if draw(&mut prng, 2) == 0 {
            settings.cash = amount("100000000");
            settings.sizing = Sizing::Fixed("1".parse().unwrap());
        }
        let kernel = kernel(&candles, settings);
        for slow in ["4", "20", "70"] {
            for exits in [None, Some("1%")] {
                let mut own = vec![("fast", "2"), ("slow", slow)];
                own.extend(exits.map(|stop| ("stop", stop)));
                check(&kernel, &variant(&own), &(0..candles.len()), &mut known);
            }
        }
    }
    assert!(150 < known.cheaper, "{} with a fee that fell with the volume", known.cheaper);
    assert!(160 < known.kernel, "{} of 180 by the kernel", known.kernel);
}

/// Prices in coarse steps, some of them flat for a while, so that closes stand exactly on the bands
/// and on the middle.
#[test]
fn bands_trade_alike() {
    let (mut known, mut on_band) = (Known::default(), 0);
    for seed in 500..530 {
        let mut prng = Prng::from_seed(seed);
        let mut candles = coarse(&mut prng, 2_100);
        let step = 10_i64.pow(12);
        for at in 1..candles.len() {
            // Four of five candles stand where the one before stood.
            if prng.below(5) != 0 {
                let close = candles[at - 1].close;
                let Candle { open, high, low, close: own, .. } = &mut candles[at];
                (*open, *high, *low, *own) = (close, close, close, close);
            } else {
                let units = candles[at].close.units() / step * step;
                let price = Price::from_units(units.max(step));
                let Candle { open, high, low, close: own, .. } = &mut candles[at];
                (*open, *high, *low, *own) = (price, price, price, price);
            }
        }
        let kernel = kernel(&candles, random_settings("bollinger", &mut prng));
        for period in ["5", "10", "17", "26"] {
            // In a flat market one close of five is two deviations away, one of ten three, …
            for deviations in ["2", "3", "4", "5", "1.37"] {
                let own = [("period", period), ("deviations", deviations)];
                let start = [0, 5, 700][draw(&mut prng, 3)];
                check(&kernel, &variant(&own), &(start..candles.len()), &mut known);
                on_band += on_bands(&candles, period.parse().unwrap(), deviations.parse().unwrap());
            }
        }
        let own = variant(&[("period", "20"), ("stop", "2*atr(9)"), ("take_profit", "1%")]);
        check(&kernel, &own, &(0..candles.len()), &mut known);
    }
    assert!(100 < on_band, "{on_band} closes on a band");
    assert!(400 < known.kernel, "{} of 630 by the kernel", known.kernel);
    assert!(2_000 < known.trades, "{} trades", known.trades);
}

/// At how many candles the close stands exactly on the lower band: deviations² × (n × Σx² − (Σx)²)
/// = (n × x − Σx)².
fn on_bands(candles: &[Candle], period: i128, deviations: Fraction) -> usize {
    let hundredths = i128::from(deviations.units() / 1_000_000);
    let closes: Vec<i128> =
        candles.iter().map(|it| i128::from(it.close.units() / 10_i64.pow(10))).collect();
    let is_on = |window: &&[i128]| {
        let sum = window.iter().sum::<i128>();
        let of_squares = window.iter().map(|close| close * close).sum::<i128>();
        let below = sum - period * window[window.len() - 1];
        let variance = period * of_squares - sum * sum;
        0 < below && hundredths * hundredths * variance == below * below * 10_000
    };
    closes.windows(usize::try_from(period).unwrap()).filter(is_on).count()
}

const ENTER: [&str; 7] = [
    "cross_above(sma(close, 5), sma(close, 20))",
    "close > highest(high, 20)[1]",
    "rsi(close, 14) < 40 and close > open",
    "ema(close, 8) >= ema(close, 21) or close == open",
    "not (close != sma(close, 3)) or atr(7) > 0.005 * close",
    "(close > open)[2] and volume > 0",
    "close > h4.sma(close, 12)",
];
const EXIT: [&str; 4] = [
    "cross_below(close, sma(close, 10))",
    "close < lowest(low, 10)[1]",
    "rsi(close, 14) > 60",
    "close < close[3]",
];

/// The last but one is impossible now and then.
const STOPS: [&str; 4] = ["1%", "2 * atr(5)", "10 * (close - open)", "0.3%"];
const TARGETS: [&str; 3] = ["1.5%", "3 * atr(5)", "200"];

#[test]
fn built_in_strategies_trade_alike() {
    let mut known = Known::default();
    let mut tried = 0;
    for seed in 200..280 {
        let mut prng = Prng::from_seed(seed);
        let candles = coarse(&mut prng, 2_100);
        let name = ["donchian", "rsi_reversion", "sma_cross", "bollinger"][draw(&mut prng, 4)];
        let kernel = kernel(&candles, random_settings(name, &mut prng));
        for _ in 0..3 {
            let mut own: Vec<(&str, String)> = Vec::new();
            let count = |prng: &mut Prng, from: usize| (from + draw(prng, 20)).to_string();
            match name {
                "donchian" => {
                    own.push(("entry", count(&mut prng, 5)));
                    own.push(("exit", count(&mut prng, 1)));
                }
                "rsi_reversion" => {
                    own.push(("period", count(&mut prng, 1)));
                    own.push(("low", count(&mut prng, 25)));
                    own.push(("high", count(&mut prng, 50)));
                }
                "bollinger" => {
                    own.push(("period", count(&mut prng, 2)));
                    own.push(("deviations", ["1", "1.7", "2"][draw(&mut prng, 3)].to_owned()));
                }
                _ => {
                    own.push(("fast", count(&mut prng, 1)));
                    own.push(("slow", count(&mut prng, 22)));
                }
            }
            for setting in ["stop", "take_profit"] {
                if draw(&mut prng, 2) == 0 {
                    let distance = ["2*atr(9)", "0.7%", "1.3*atr(40)", "2%"][draw(&mut prng, 4)];
                    own.push((setting, distance.to_owned()));
                }
            }
            let own: Vec<_> = own.iter().map(|(key, value)| (*key, value.as_str())).collect();
            let start = [0, 5, 700][draw(&mut prng, 3)];
            check(&kernel, &variant(&own), &(start..candles.len()), &mut known);
            tried += 1;
        }
    }
    assert!(tried * 2 / 3 < known.kernel, "{} of {tried} by the kernel", known.kernel);
    assert!(2_000 < known.trades, "{} trades", known.trades);
    assert_eq!(known.reasons.len(), 4, "{:?}", known.reasons);
}

#[test]
fn rules_trade_alike() {
    let mut known = Known::default();
    let mut tried = 0;
    for seed in 100..140 {
        let mut prng = Prng::from_seed(seed);
        let candles = coarse(&mut prng, 1_800);
        let settings = random_settings("rules", &mut prng);
        let kernel = kernel(&candles, settings);
        for _ in 0..3 {
            let mut texts = vec![(Rule::Enter, ENTER[draw(&mut prng, 7)])];
            if draw(&mut prng, 4) != 0 {
                texts.push((Rule::Exit, EXIT[draw(&mut prng, 4)]));
            }
            if draw(&mut prng, 2) == 0 {
                texts.push((Rule::Stop, STOPS[draw(&mut prng, 4)]));
            }
            if draw(&mut prng, 2) == 0 {
                texts.push((Rule::TakeProfit, TARGETS[draw(&mut prng, 3)]));
            }
            let start = [0, 5, 700][draw(&mut prng, 3)];
            check(&kernel, &rules(&texts), &(start..candles.len()), &mut known);
            tried += 1;
        }
    }
    assert!(tried * 2 / 3 < known.kernel, "{} of {tried} by the kernel", known.kernel);
    assert!(2_000 < known.trades, "{} trades", known.trades);
    assert_eq!(known.reasons.len(), 4, "{:?}", known.reasons);
}

#[test]
fn parameters_of_rules_are_varied() {
    let candles = candles(9, 1_500, 0.1);
    let texts = [
        (Rule::Enter, "cross_above(sma(close, fast), sma(close, slow))".to_owned()),
        (Rule::Stop, "far * 1%".to_owned()),
    ];
    let parameters =
        [("fast", 5.0), ("slow", 20.0), ("far", 2.0)].map(|(name, value)| (name.to_owned(), value));
    let spec = RuleSet::new(&texts, parameters.to_vec()).unwrap().spec(hourly());
    let settings = BacktestSettings { strategy: spec, ..settings("rules", 10) };
    let kernel = kernel(&candles, settings);
    let mut known = Known::default();
    let mut profits = BTreeSet::new();
    for own in [
        [("fast", "4"), ("far", "1")],
        [("fast", "7"), ("far", "1")],
        [("slow", "30"), ("far", "3")],
    ] {
        let own = variant(&own);
        assert_eq!(kernel.check(&own), Ok(()));
        check(&kernel, &own, &(0..1_500), &mut known);
        profits.insert(kernel.alone(&own, &(0..1_500), Want::Trades).unwrap().0.net_profit);
    }
    assert_eq!((known.kernel, profits.len()), (3, 3));
    assert!(matches!(kernel.check(&variant(&[("quick", "4")])), Err(Unfit::Wrong { .. })));
}

#[test]
fn threads_and_tiles_do_not_matter() {
    let candles = candles(5, 3_000, 0.1);
    let mut settings = settings("sma_cross", 26);
    settings.cash = amount("100000000");
    settings.sizing = Sizing::Fixed("1".parse().unwrap());
    let kernel = kernel(&candles, settings);
    let grid = Grid::parse(&["fast=3..12", "slow=20..60:5"]).unwrap();
    let never = AtomicBool::new(false);
    let run = |threads: usize, evaluator: &dyn Evaluate| {
        let request = SweepRequest {
            grid: &grid,
            search: SearchKind::Grid,
            samples: 0,
            seed: 1,
            metric: Metric::NetProfit,
            want: Want::Trades,
            window: 0..candles.len(),
            threads,
        };
        let mut watch = |_: &crate::sweep::Done<'_>| std::ops::ControlFlow::Continue(());
        sweep(&request, evaluator, &|_| None, &never, &mut watch).unwrap()
    };
    let one = run(1, &kernel);
    assert_eq!(one.tried.len(), 90);
    for threads in [1, 2, 3, 7] {
        assert_eq!(run(threads, &kernel), one, "on {threads}");
    }
    assert_eq!(kernel.evaluated_by(), EvaluatedBy { kernel: 450, ..EvaluatedBy::default() });
    let top: Vec<_> = one.ranked(Metric::NetProfit).into_iter().take(90).collect();
    assert_eq!(kernel.recheck(&top, &(0..candles.len())).unwrap(), []);
    let mut wrong = top[0].clone();
    wrong.row.wins += 1;
    let told = kernel.recheck(&[&wrong], &(0..candles.len())).unwrap();
    assert!(told[0].to_string().contains("differs between the kernel and the engine"));
}
