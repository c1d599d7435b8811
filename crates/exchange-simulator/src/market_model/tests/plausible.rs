//! What the model makes looks like a market: how much it moves, how that comes in clusters, what
//! its spread and its depth are, in bounds wide enough for chance and too narrow for nonsense.
#![expect(clippy::float_arithmetic, reason = "statistics")]

use super::*;
use crate::CandleBuilder;

fn deep(seed: u64) -> MarketModelSettings {
    MarketModelSettings {
        levels: 100,
        spread: Fraction::from_basis_points(2),
        ..MarketModelSettings::demo(rules(), price("60000"), seed)
    }
}

/// Lets a model run until a second, and sees everything.
fn run(model: &mut MarketModel, seen: &mut Seen, until: u64) {
    while model.next_event_at() <= seconds(until) {
        let at = model.next_event_at();
        seen.event(&model.poll(at).expect("it has happened"));
    }
}

/// Returns from close to close of minutes.
fn minutes(seen: &Seen) -> Vec<f64> {
    let mut builder = CandleBuilder::new(trading_types::Interval::from_minutes(1).unwrap());
    let closed: Vec<_> =
        seen.trades.iter().filter_map(|trade| builder.handle_trade(trade)).collect();
    assert!(closed.iter().all(|candle| candle.check().is_ok()));
    closed.windows(2).map(|pair| pair[1].close.to_f64() / pair[0].close.to_f64() - 1.0).collect()
}

fn mean(values: impl Iterator<Item = f64>) -> f64 {
    let (count, sum) = values.fold((0.0, 0.0), |(count, sum), value| (count + 1.0, sum + value));
    sum / count
}

#[test]
fn it_moves_as_much_as_it_is_told_to_and_in_clusters() {
    let interval = Duration::from_secs(10);
    let settings = MarketModelSettings { levels: 10, trade_interval: interval, ..deep(1) };
    let settings = MarketModelSettings { book_interval: interval, ..settings };
    let mut model = MarketModel::new(settings, seconds(0));
    let mut seen = Seen::default();
    run(&mut model, &mut seen, 4 * 86_400);
    let returns = minutes(&seen);
    assert!(5_000 < returns.len(), "{}", returns.len());
    // Over ten minutes, so that the bounce between bid and ask does not count as movement.
    let tens: Vec<f64> = returns.chunks_exact(10).map(|ten| ten.iter().sum()).collect();
    let variance = mean(tens.iter().map(|it| it * it));
    let year = (variance * 6.0 * 24.0 * 365.25).sqrt();
    assert!((0.35..1.0).contains(&year), "it is told to move 60 % a year: {year}");
    let product = |lag: usize| {
        let pairs = tens.iter().zip(&tens[lag..]);
        mean(pairs.map(|(one, other)| (one * one - variance) * (other * other - variance)))
    };
    let clustering = product(1) / product(0);
    assert!(0.02 < clustering, "{clustering}");
}

#[test]
fn its_spread_and_depth_are_those_of_a_market() {
    let mut model = MarketModel::new(deep(2), seconds(0));
    let mut seen = Seen::default();
    let (mut spreads, mut values) = (Vec::new(), Vec::new());
    for minute in 1..=60 {
        run(&mut model, &mut seen, minute * 60);
        let (bid, ask) = seen.quote();
        spreads.push((ask - bid).to_f64() / bid.to_f64() * 1e4);
        assert!(
            seen.levels().iter().all(|levels| (95..=100).contains(levels)),
            "{:?}",
            seen.levels()
        );
        let bids = seen.bids();
        let near = bids.iter().filter(|(away, _)| *away <= 0.005);
        let near = near.map(|(_, value)| value).sum::<f64>();
        values.push((near, bids[90].0, bids[20].0 - bids[0].0, bids[90].0 - bids[70].0));
    }
    let spread = mean(spreads.iter().copied());
    assert!((1.0..5.0).contains(&spread), "two hundredths of a percent: {spread}");
    let within = mean(values.iter().map(|it| it.0));
    assert!((100_000.0..3_000_000.0).contains(&within), "dollars within half a percent: {within}");
    let reach = mean(values.iter().map(|it| it.1));
    assert!((0.01..0.10).contains(&reach), "a hundred levels reach so far: {reach}");
    let (near, far) = (mean(values.iter().map(|it| it.2)), mean(values.iter().map(|it| it.3)));
    assert!(1.5 * near < far, "gaps grow: {near} {far}");
}

#[test]
fn a_shock_crashes_the_price_and_a_part_comes_back() {
    for (change, low, after) in [("-0.2", 0.80, 0.92), ("0.1", 1.10, 1.04)] {
        let mut model = MarketModel::new(deep(3), seconds(0));
        let mut seen = Seen::default();
        run(&mut model, &mut seen, 600);
        let before = seen.quote().0.to_f64();
        let events = seen.events;
        model.shock(change.parse().unwrap(), seconds(600));
        run(&mut model, &mut seen, 608);
        assert!(events + 60 < seen.events, "it is busy: {}", seen.events - events);
        let part = |seen: &Seen| seen.quote().0.to_f64() / before;
        assert!((part(&seen) - low).abs() < 0.03, "{change}: {}", part(&seen));
        run(&mut model, &mut seen, 900);
        assert!((part(&seen) - after).abs() < 0.03, "{change}: {}", part(&seen));
    }
}

#[test]
fn a_thin_book_is_thin_until_it_is_told_otherwise() {
    let mut model = MarketModel::new(deep(4), seconds(0));
    let mut seen = Seen::default();
    let value = |seen: &Seen| seen.bids().iter().map(|(_, value)| value).sum::<f64>();
    run(&mut model, &mut seen, 60);
    let before = value(&seen);
    model.thin("0.05".parse().unwrap(), seconds(60));
    run(&mut model, &mut seen, 60);
    assert!((value(&seen) / before - 0.05).abs() < 0.005, "{}", value(&seen) / before);
    run(&mut model, &mut seen, 600);
    assert!(value(&seen) / before < 0.10, "{}", value(&seen) / before);
    model.thin(Fraction::ONE, seconds(600));
    run(&mut model, &mut seen, 660);
    assert!((0.5..2.0).contains(&(value(&seen) / before)), "{}", value(&seen) / before);
}

#[test]
fn a_burst_is_ten_times_as_much() {
    let mut model = MarketModel::new(deep(5), seconds(0));
    let mut seen = Seen::default();
    let mut count = |model: &mut MarketModel, until: u64| {
        let before = seen.events;
        run(model, &mut seen, until);
        real(seen.events - before)
    };
    let usual = count(&mut model, 300);
    model.burst(10, Duration::from_mins(5), seconds(300));
    let burst = count(&mut model, 600);
    let after = count(&mut model, 900);
    assert!((8.0..12.5).contains(&(burst / usual)), "{usual} {burst}");
    assert!((0.7..1.4).contains(&(after / usual)), "{usual} {after}");
}

#[expect(clippy::cast_precision_loss, reason = "a few thousand")]
fn real(count: u64) -> f64 {
    count as f64
}
