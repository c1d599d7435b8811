//! A calm world ends with both ledgers equal to the venue's, and a seed is one run.

mod ready;

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
