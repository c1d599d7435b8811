//! Backtests: the figures fit together, the journal replays, the kill switch stops for good.

use proptest::{
    prelude::{ProptestConfig, prop, prop_assert, prop_assert_eq, proptest},
    strategy::Strategy as Generator,
};
use strategies::from_spec;
use trading_engine::{ExitReason, JournalReader, replay};
use trading_types::{KrakenPairs, MarketEvent, Price, Side, VenueCommand, VenueEvent};

use super::*;

fn settings(strategy: &str, own: &[(&str, &str)]) -> BacktestSettings {
    let mut rules = KrakenPairs::recorded().find("BTC/USD").unwrap();
    rules.fees = parse_fees("0.40/0.25").unwrap();
    let own = own.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
    BacktestSettings {
        rules,
        interval: Interval::from_minutes(60).unwrap(),
        strategy: StrategySpec { name: strategy.to_owned(), settings: own },
        cash: "10000".parse().unwrap(),
        sizing: Sizing::AllIn,
        slippage: Fraction::from_basis_points(5),
        fill: CandleFill::NextOpen,
        partial_fills: PartialFills::NONE,
        seed: 1,
        risk: RiskLimits::unlimited(),
        kill: KillLimits::default(),
    }
}

/// Candles whose closes are these tenths, one an hour.
fn candles(closes: &[i64]) -> Vec<Candle> {
    let mut open = closes[0];
    let candles = closes.iter().zip(0_u64..).map(|(close, hour)| {
        let price = |tenths: i64| Price::from_units(tenths * 1_000_000_000);
        let (high, low) = (open.max(*close) + 3, (open.min(*close) - 3).max(1));
        let candle = Candle {
            start: Timestamp::from_seconds(1_500_000_000 / 3_600 * 3_600 + hour * 3_600).unwrap(),
            open: price(open),
            high: price(high),
            low: price(low),
            close: price(*close),
            volume: "1".parse().unwrap(),
            trades: 1,
        };
        open = *close;
        candle
    });
    candles.collect()
}

fn run(settings: &BacktestSettings, candles: &[Candle], keep: Keep) -> Backtest {
    let strategy = from_spec(&settings.strategy, settings.rules.tick).unwrap();
    settings.run(strategy, &mut candles.iter(), keep, |_, _| ()).unwrap()
}

/// A random walk that begins at 1,000 and stays above zero.
fn walks() -> impl Generator<Value = Vec<i64>> {
    prop::collection::vec(-250_i64..=250, 30..200).prop_map(|steps| {
        let mut close = 10_000;
        let walk = steps.into_iter().map(|step| {
            close = (close + step).max(100);
            close
        });
        walk.collect()
    })
}

#[test]
fn fees_are_read_as_taker_and_maker() {
    let fees = parse_fees("0.40/0.25").unwrap();
    assert_eq!(fees.rate(Amount::ZERO, Liquidity::Taker).percent(), "0.4");
    assert_eq!(fees.rate(Amount::ZERO, Liquidity::Maker).percent(), "0.25");
    assert_eq!(parse_fees("kraken"), Ok(FeeSchedule::kraken_spot()));
    assert_eq!(parse_fees("0.1").unwrap(), parse_fees("0.1/0.1").unwrap());
    for wrong in ["", "abc", "0.4/", "11/1", "0.4/0.2/0.1", "1e-3"] {
        assert!(parse_fees(wrong).is_err(), "{wrong}");
    }
}

#[test]
fn no_candle_no_result() {
    let settings = settings("sma_cross", &[]);
    let strategy = from_spec(&settings.strategy, settings.rules.tick).unwrap();
    let none: [Candle; 0] = [];
    let error = settings.run(strategy, &mut none.iter(), Keep::Hash, |_, _| ()).unwrap_err();
    assert_eq!(error.to_string(), "there is no candle to test on");
}

#[test]
fn holding_is_counted_with_both_fees() {
    let settings = settings("sma_cross", &[]);
    let held = settings.buy_and_hold("100".parse().unwrap(), "200".parse().unwrap());
    // 99.6015936 × 100 + 0.4 % is all the cash; × 200 less 0.4 % is what comes back.
    assert_eq!(held.to_string(), "19840.63743");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Whatever the market: the figures fit together, the same run gives the same hash, and the
    /// journal replays without a difference.
    #[test]
    fn figures_fit_together(walk in walks(), in_pieces: bool) {
        let mut settings = settings(
            "sma_cross",
            &[("fast", "3"), ("slow", "8"), ("stop", "4%"), ("take_profit", "6%")],
        );
        if in_pieces {
            let probability = Fraction::from_basis_points(5_000);
            settings.partial_fills = PartialFills { probability, pieces_max: 4 };
        }
        let candles = candles(&walk);
        let mut whole = run(&settings, &candles, Keep::Bytes);
        let result = &whole.result;
        let profits: Amount = whole.trades.iter().map(|it| it.profit).sum();
        let fees: Amount = whole.trades.iter().map(|it| it.fees).sum();
        prop_assert_eq!(result.equity_end, settings.cash + result.net_profit);
        prop_assert_eq!(profits, result.net_profit);
        prop_assert_eq!(fees, result.fees);
        prop_assert_eq!(result.trades, whole.trades.len() as u64);
        prop_assert_eq!(result.candles, candles.len() as u64);
        let costs = result.fees + result.slippage_cost;
        prop_assert_eq!(result.gross_profit_before_costs, result.net_profit + costs);
        prop_assert_eq!(&run(&settings, &candles, Keep::Hash).result, result);

        let hash = result.journal_hash.clone();
        let bytes = whole.engine.journal().take_bytes();
        let reader = JournalReader::new(&bytes).unwrap();
        let strategy = from_spec(&settings.strategy, settings.rules.tick).unwrap();
        let engine = Engine::new(reader.header(), vec![strategy], Keep::Hash).unwrap();
        let mut replay = replay(reader, engine).unwrap();
        prop_assert_eq!(replay.difference, None);
        prop_assert_eq!(replay.engine.journal().hash(), hash);
    }

    /// Over random falling paths: the kill switch flattens, and after it no entry is made, neither
    /// in the same run nor by an engine that was restarted from the journal at any point.
    #[test]
    fn after_the_kill_switch_nothing_is_bought(walk in walks(), cut in 0.0..1.0_f64) {
        let mut settings = settings("sma_cross", &[("fast", "2"), ("slow", "3")]);
        settings.kill.drawdown = Some(Fraction::from_basis_points(300));
        let candles = candles(&walk);
        let at = at_part(candles.len(), cut);
        let first = run(&settings, &candles, Keep::Bytes);
        let kills = first.trades.iter().filter(|it| it.exit_reason == ExitReason::Kill);
        prop_assert!(kills.count() <= 1);
        let Some(halted_at) = first.result.halted_at else { return Ok(()) };
        prop_assert!(first.trades.iter().all(|it| it.entry_time <= halted_at));
        prop_assert!(!first.engine.holds_position() && first.engine.orders_live() == 0);

        // The same market, with a restart from the journal in the middle.
        let mut engine = restarted(&settings, &candles[..at]);
        let was_halted = engine.halted().is_some();
        for candle in &candles[at..] {
            let event = MarketEvent::Candle { pair: settings.rules.pair, candle: *candle };
            let input = Input::Venue(VenueEvent::Market(event));
            engine.handle(&input, candle.start + settings.interval.duration());
            while let Some(output) = engine.poll_output() {
                let is_entry = matches!(
                    output,
                    Output::Command(VenueCommand::Place(order))
                        if order.side == Side::Buy
                );
                prop_assert!(!(was_halted && is_entry), "an entry after a restart");
            }
        }
    }
}

/// Candles without a place where they lie one behind the other.
struct OneByOne<'a>(std::slice::Iter<'a, Candle>);

impl CandleSource for OneByOne<'_> {
    type Error = std::convert::Infallible;

    fn next_candle(&mut self) -> Result<Option<Candle>, Self::Error> {
        Ok(self.0.next().copied())
    }
}

/// Writes down what it sees.
#[derive(Default)]
struct Notebook(Vec<(Candle, Amount, bool)>);

impl<S> Onlooker<S> for Notebook {
    fn see(&mut self, candle: &Candle, equity: Amount, is_held: bool) {
        self.0.push((*candle, equity, is_held));
    }

    fn pause(&mut self, _: &mut S, engine: &mut Engine) {
        assert_eq!(self.0.last().map(|it| it.1), Some(engine.equity()));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// However the candles come: a run in stretches is a run one by one, and who looks on sees
    /// every candle with the equity at its close.
    #[test]
    fn a_run_in_stretches_is_a_run_one_by_one(walk in walks(), stop: bool, at_close: bool) {
        let own: &[_] = if stop { &[("fast", "2"), ("slow", "5"), ("stop", "2%")] }
            else { &[("fast", "2"), ("slow", "5")] };
        let fill = if at_close { CandleFill::Close } else { CandleFill::NextOpen };
        let settings = BacktestSettings { fill, ..settings("sma_cross", own) };
        let candles = candles(&walk);
        let strategy = || from_spec(&settings.strategy, settings.rules.tick).unwrap();
        let mut single = Run::new(&settings, strategy(), Keep::Hash).unwrap();
        let mut seen = Notebook::default();
        for candle in &candles {
            let one = std::slice::from_ref(candle);
            single.walk(one, |candle, equity, held| seen.0.push((*candle, equity, held)));
            prop_assert_eq!(seen.0.last().unwrap().1, single.engine.equity());
        }
        single.finish();
        let ends = (candles[0], *candles.last().unwrap());
        let single = single.into_backtest(&settings, strategy().settings(), ends);

        let (mut rows, mut copies) = (Notebook::default(), Notebook::default());
        let row = settings.run_watched(strategy(), &mut candles.iter(), Keep::Hash, &mut rows);
        let mut source = OneByOne(candles.iter());
        let copy = settings.run_watched(strategy(), &mut source, Keep::Hash, &mut copies);
        for other in [row.unwrap(), copy.unwrap()] {
            let told = |it: &Backtest| format!("{:?} {:?}", it.result, it.trades);
            prop_assert_eq!(told(&single), told(&other));
        }
        prop_assert_eq!(&seen.0, &rows.0);
        prop_assert_eq!(seen.0, copies.0);
    }
}

#[expect(clippy::cast_possible_truncation, reason = "a part of a small count")]
#[expect(clippy::cast_sign_loss, reason = "parts are not negative")]
#[expect(clippy::cast_precision_loss, reason = "a small count")]
#[expect(clippy::float_arithmetic, reason = "where to cut")]
fn at_part(count: usize, part: f64) -> usize {
    (count as f64 * part) as usize
}

/// An engine rebuilt from the journal of a run over `candles`, as after a crash.
fn restarted(settings: &BacktestSettings, candles: &[Candle]) -> Engine {
    let strategy = from_spec(&settings.strategy, settings.rules.tick).unwrap();
    let mut run = Run::new(settings, strategy, Keep::Bytes).unwrap();
    run.walk(candles, |_, _, _| ());
    let bytes = run.engine.journal().take_bytes();
    let reader = JournalReader::new(&bytes).unwrap();
    let strategy = from_spec(&settings.strategy, settings.rules.tick).unwrap();
    let fresh = Engine::new(reader.header(), vec![strategy], Keep::Bytes).unwrap();
    let replay = replay(reader, fresh).unwrap();
    assert_eq!(replay.difference, None);
    assert_eq!(replay.engine.halted(), run.engine.halted());
    replay.engine
}
