//! What is taken out again is what was put away, and nothing else is taken for it.

use std::time::Duration;

use exchange_simulator::Prng;
use proptest::prelude::*;
use trading_types::Candle;

use self::visitor::Visitor;
use super::*;
use crate::{
    Fault, LimitProfile, MarketSettings, MarketSource,
    fixture::{self, btc_usd, start},
};

mod errors;
mod form;
mod visitor;

/// What a market is to be like.
#[derive(Clone, Copy, Debug)]
enum Kind {
    Still,
    Quiet,
    Busy,
    History,
}

fn source(kind: Kind) -> MarketSource {
    let start_price = fixture::price("50000");
    let candle = |minute: u64| Candle {
        start: Timestamp::from_seconds(minute * 60).unwrap(),
        open: start_price,
        high: fixture::price("50100"),
        low: fixture::price("49800"),
        close: fixture::price("50050"),
        volume: fixture::amount("4"),
        trades: 7,
    };
    match kind {
        Kind::Still => MarketSource::Still { price: start_price },
        Kind::Quiet => MarketSource::Quiet { start_price },
        Kind::Busy => MarketSource::Model { start_price },
        Kind::History => MarketSource::History { candles: (0..30).map(candle).collect() },
    }
}

/// Two accounts, one market, and perhaps limits and everything that can go wrong.
fn settings(kind: Kind, seed: u64, limits: LimitProfile, faults: &str) -> Settings {
    let still = fixture::settings().markets.remove(0);
    let faults = match faults {
        "" => Vec::new(),
        often => Fault::all().map(|fault| (fault, often.parse().unwrap())).collect(),
    };
    Settings {
        seed,
        limits,
        tier: simulated_limits::Tier::Starter,
        markets: vec![MarketSettings { source: source(kind), ..still }],
        faults,
        ..fixture::settings()
    }
}

/// A day that is cut in two: who stays hears and leaves behind what is heard and left behind when
/// the machine is put away and taken out again in between.
fn check_cut(settings: &Settings, script: u64, steps: (usize, usize)) {
    let mut chance = Prng::from_seed(script);
    let mut stayed = Visitor::new(SimulatedKraken::new(settings.clone(), start()), start());
    for _ in 0..steps.0 {
        stayed.step(&mut chance);
    }
    stayed.leave();
    let bytes = stayed.kraken.save(stayed.now);
    let (restored, saved_at) = SimulatedKraken::restore(settings.clone(), &bytes).unwrap();
    assert_eq!(saved_at, stayed.now);
    assert_eq!(restored.keys(), stayed.kraken.keys());
    assert!(restored.save(saved_at) == bytes, "what was read is what was written");
    let mut returned = stayed.with(restored);
    let mut again = chance.clone();
    for _ in 0..steps.1 {
        stayed.step(&mut chance);
        returned.step(&mut again);
    }
    assert_eq!(stayed.heard, returned.heard);
    assert_eq!(stayed.kraken.statistics_json(), returned.kraken.statistics_json());
    let end = stayed.now;
    assert!(stayed.kraken.save(end) == returned.kraken.save(end), "what is left is the same");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    #[test]
    fn who_comes_after_the_cut_notices_nothing(
        seed in 0_u64..1_000,
        script in any::<u64>(),
        kind in prop_oneof![
            Just(Kind::Still), Just(Kind::Quiet), Just(Kind::Busy), Just(Kind::History)
        ],
        (limits, faults) in prop_oneof![
            Just((LimitProfile::Documented, "")),
            Just((LimitProfile::Article, "")),
            // Without limits nobody counts the calls under way, which end at the cut.
            Just((LimitProfile::Off, "0.1")),
        ],
        steps in (0_usize..60, 1_usize..60),
    ) {
        check_cut(&settings(kind, seed, limits, faults), script, steps);
    }
}

#[test]
fn a_shock_a_switch_and_a_scenario_go_on() {
    let settings = settings(Kind::Busy, 5, LimitProfile::Documented, "");
    let scenario = r#"{
        "repeat": "5m",
        "step": [
            { "at": "20s", "shock": "-10%" },
            { "at": "30s", "thin": 0.1, "for": "2m" },
            { "at": "40s", "fault": "lost_answer", "count": 3 },
            { "at": "100s", "status": "cancel_only" },
            { "at": "130s", "status": "online" },
            { "at": "150s", "lockout": "1m" }
        ]
    }"#;
    let scenario = serde_json::from_str(scenario).unwrap();
    // In the run of the shock, on its way back, in the thin book, between the statuses, locked out.
    for seconds in [0, 24, 60, 110, 160, 310] {
        let mut kraken = SimulatedKraken::new(settings.clone(), start());
        kraken.follow(&scenario, start());
        let mut stayed = Visitor::new(kraken, start());
        stayed.private("CancelAllOrdersAfter", "timeout=200");
        stayed.private("AddOrder", visitor::TRAILING);
        stayed.wait(Duration::from_secs(seconds));
        stayed.leave();
        let bytes = stayed.kraken.save(stayed.now);
        let (restored, _) = SimulatedKraken::restore(settings.clone(), &bytes).unwrap();
        let mut returned = stayed.with(restored);
        for visitor in [&mut stayed, &mut returned] {
            for _ in 0..25 {
                visitor.wait(Duration::from_secs(17));
                visitor.private("OpenOrders", "");
                visitor.public("Depth", "pair=XBTUSD");
            }
        }
        assert_eq!(stayed.heard, returned.heard, "cut after {seconds} s");
        let end = stayed.now;
        assert!(stayed.kraken.save(end) == returned.kraken.save(end), "cut after {seconds} s");
    }
}

#[test]
fn days_that_have_found_something() {
    // Somebody who came and went while the venue stood still was taken for somebody who listens.
    let settings = settings(Kind::Still, 317, LimitProfile::Off, "0.1");
    check_cut(&settings, 128_961_513_481_304_018, (12, 12));
}

#[test]
fn saving_later_than_it_was_looked_at_is_saving_then() {
    let settings = settings(Kind::Busy, 1, LimitProfile::Off, "");
    let later = start() + Duration::from_secs(90);
    let mut kraken = SimulatedKraken::new(settings.clone(), start());
    let (mut restored, saved_at) = SimulatedKraken::restore(settings, &kraken.save(later)).unwrap();
    assert_eq!(saved_at, later);
    kraken.handle_timeout(later);
    restored.handle_timeout(later);
    assert!(kraken.save(later) == restored.save(later));
    assert_eq!(kraken.true_quote(btc_usd()), restored.true_quote(btc_usd()));
}

#[test]
fn a_visitor_places_orders_of_every_kind_and_some_of_them_trade() {
    let settings = settings(Kind::Still, 1, LimitProfile::Off, "");
    let mut visitor = Visitor::new(SimulatedKraken::new(settings, start()), start());
    for order in visitor::ORDERS {
        visitor.private("AddOrder", order);
        visitor.wait(Duration::from_secs(1));
    }
    let said: Vec<String> = visitor.heard.iter().map(|(_, output)| format!("{output:?}")).collect();
    assert!(said.iter().all(|answer| answer.contains("txid")), "{said:#?}");
    assert!(visitor.kraken.true_trades(0).count() + visitor.kraken.true_trades(1).count() > 1);
}

#[test]
fn faults_may_be_others_and_those_of_a_scenario_stay() {
    let with = |faults: &[Fault]| Settings {
        faults: faults.iter().map(|fault| (*fault, crate::Probability::ALWAYS)).collect(),
        ..settings(Kind::Still, 1, LimitProfile::Off, "")
    };
    let scenario = r#"{"step": [{ "at": "1s", "fault": "slow_answer" }]}"#;
    let mut kraken = SimulatedKraken::new(with(&[Fault::LostAnswer]), start());
    kraken.follow(&serde_json::from_str(scenario).unwrap(), start());
    kraken.handle_timeout(start() + Duration::from_secs(2));
    let on = |kraken: &SimulatedKraken| -> Vec<Fault> {
        Fault::all().filter(|fault| kraken.world.faults.is_on(*fault)).collect()
    };
    assert_eq!(on(&kraken), [Fault::LostAnswer, Fault::SlowAnswer]);
    let bytes = kraken.save(start());
    let changes: [&[Fault]; 3] = [&[Fault::Disconnect, Fault::BadTick], &[], &[Fault::LostAnswer]];
    for changed in changes {
        let (restored, at) = SimulatedKraken::restore(with(changed), &bytes).unwrap();
        let mut wanted = changed.to_vec();
        wanted.push(Fault::SlowAnswer);
        wanted.sort_unstable();
        assert_eq!(on(&restored), wanted);
        // And once more.
        let bytes = restored.save(at);
        let (restored, _) = SimulatedKraken::restore(with(&[]), &bytes).unwrap();
        assert_eq!(on(&restored), [Fault::SlowAnswer]);
    }
}

#[test]
fn what_happens_to_accounts_is_counted_and_what_the_market_does_is_not() {
    let settings = settings(Kind::Busy, 1, LimitProfile::Off, "");
    let mut visitor = Visitor::new(SimulatedKraken::new(settings, start()), start());
    visitor.wait(Duration::from_mins(10));
    assert_eq!(visitor.kraken.changes(), 0);
    visitor.private("Balance", "");
    visitor.private("AddOrder", "pair=XBTUSD&type=buy&ordertype=market&volume=0.000001");
    assert_eq!(visitor.kraken.changes(), 0, "looked at, and refused");
    visitor.private("AddOrder", "pair=XBTUSD&type=buy&ordertype=limit&price=100&volume=1");
    let placed = visitor.kraken.changes();
    assert!(0 < placed);
    visitor.private("AddOrder", "pair=XBTUSD&type=buy&ordertype=market&volume=0.01");
    assert!(placed < visitor.kraken.changes());
}
