//! A calm world ends with both ledgers equal to the venue's, and a seed is one run.

mod ready;

use simulated_kraken::Fault;

use super::*;

#[test]
fn a_calm_world_ends_with_equal_books() {
    let options = Options::calm(Duration::from_mins(30));
    let outcome = World::new(Seed(3), options).run();
    assert_eq!(outcome.broken, None, "{:#?}", outcome.last_events);
    assert!(0 < outcome.sends && outcome.sends == outcome.orders, "{outcome:?}");
    for reached in ["balances_equal", "halt_drill", "end_ready", "trades", "stop_sent"] {
        assert!(0 < outcome.sometimes.of(reached), "{reached}: {:?}", outcome.sometimes);
    }
}

/// Kraken's streams tell fees in quote asset, whatever they were taken in; only balances show it.
#[test]
fn a_fee_in_another_asset_is_known_soon_after_a_halt() {
    let mut compared_seldom = 0;
    for seed in 1..=12 {
        let mut options = Options::calm(Duration::from_mins(20));
        options.faults = vec![(Fault::FeeChange, 20_000)];
        options.strategy.enters = 60;
        let seed = Seed(seed);
        let often = setup::bot_settings(seed, &options).times.reconcile_every;
        compared_seldom += u32::from(Duration::from_mins(30) < often);
        let outcome = World::new(seed, options).run();
        assert_eq!(outcome.broken, None, "{seed:?}: {:#?}", outcome.last_events);
    }
    assert!(0 < compared_seldom);
}

/// I-39. A bot that has ended cannot halt any more while its process is still about to go.
#[test]
fn nobody_answers_for_a_bot_that_has_ended() {
    for (ends, broken) in [(true, None), (false, Some("I-39"))] {
        let mut world = World::new(Seed(3), Options::calm(Duration::from_mins(30)));
        world.run_for(Duration::from_mins(2));
        let alert = bot_machine::Alert {
            id: 1_000_000,
            time: world.now,
            kind: bot_machine::AlertKind::Residual,
            severity: bot_machine::Severity::Critical,
            text: "nobody reads it".to_owned(),
        };
        world.checker.alerted(&alert, world.now);
        world.run_for(Duration::from_secs(5 * 60 - 10));
        if ends {
            world.tell(BotInput::ShutDown);
            world.settle();
        }
        world.run_for(Duration::from_secs(35));
        let found = world.checker.broken().map(|broken| broken.0);
        assert_eq!((found, world.process.is_some()), (broken, true), "ended: {ends}");
    }
}

#[test]
fn the_same_seed_is_the_same_run() {
    for seed in [5, 11] {
        let run = || {
            let options = Options::draw(Seed(seed), Duration::from_mins(20));
            World::new(Seed(seed), options).run()
        };
        let (one, other) = (run(), run());
        assert_eq!((&one.trace_hash, one.steps), (&other.trace_hash, other.steps), "seed {seed}");
        assert!(100 < one.steps);
    }
    let short = |seed| {
        let options = Options::calm(Duration::from_mins(2));
        World::new(Seed(seed), options).run().trace_hash
    };
    assert_ne!(short(1), short(2));
}
