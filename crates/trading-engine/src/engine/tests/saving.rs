//! Saving and restoring: nobody can tell a restored engine from one that never stopped.

use proptest::{prelude::*, sample::Index};

use super::{
    story::{Story, ether, sizings, told, turns, two_pairs, two_scripts, wishes},
    *,
};
use crate::{
    engine::StateError,
    replay::replay,
    sizing::{RiskFraction, Sizing},
    strategy::Strategy,
};

proptest! {
    /// run(all) = restore(save(run(prefix))) + run(rest): the same outputs, the same state; and the
    /// journal of the restored engine replays from the same state.
    #[test]
    fn a_restored_engine_goes_on(
        turns in turns(),
        wishes in wishes(),
        sizing in sizings(),
        cut in any::<Index>(),
    ) {
        let header = two_pairs(sizing);
        let mut story = Story::new(&header, &wishes);
        for turn in &turns {
            story.play(turn);
        }
        let (first, rest) = story.inputs.split_at(cut.index(story.inputs.len()));
        let mut before = Engine::new(&header, two_scripts(&wishes), Keep::Hash).unwrap();
        for (input, now) in first {
            told(&mut before, input, *now);
        }
        let saved = before.save();
        let restore = || Engine::restore(&header, two_scripts(&wishes), Keep::Bytes, &saved);
        let mut after = restore().unwrap();
        prop_assert_eq!(after.save(), saved.clone(), "the same state is the same bytes");
        prop_assert_eq!(after.watches(), before.watches());
        prop_assert_eq!(after.next_timeout(), before.next_timeout());
        for ((input, now), outputs) in rest.iter().zip(&story.outputs[first.len()..]) {
            prop_assert_eq!(&told(&mut after, input, *now), outputs);
        }
        prop_assert_eq!(after.state_hash(), story.engine.state_hash());
        let bytes = after.journal().take_bytes();
        let replay = replay(JournalReader::new(&bytes).unwrap(), restore().unwrap()).unwrap();
        prop_assert_eq!(replay.difference, None);
        prop_assert_eq!(replay.engine.state_hash(), after.state_hash());
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    /// Damage is named; nothing panics.
    #[test]
    fn damage_is_found(
        (wishes, turns) in (wishes(), turns()),
        at: Index,
        bit in 0..8_u32,
        cut: Index,
    ) {
        let header = two_pairs((ONE, NO_KILL));
        let mut story = Story::new(&header, &wishes);
        for turn in &turns {
            story.play(turn);
        }
        let saved = story.engine.save();
        let restore =
            |bytes: &[u8]| Engine::restore(&header, two_scripts(&wishes), Keep::Hash, bytes).err();
        let mut flipped = saved.clone();
        flipped[at.index(saved.len())] ^= 1 << bit;
        prop_assert!(restore(&flipped).is_some());
        prop_assert!(restore(&saved[..cut.index(saved.len())]).is_some());
    }
}

/// An engine that holds 1 BTC with a stop at 95 and halted, saved.
fn holding() -> (Bench, Vec<u8>) {
    let mut bench = Bench::new(ONE, NO_KILL, &[long("95", None)]);
    let entry = placed(&bench.candle("100")).clone();
    bench.accept(entry.id);
    let stop = placed(&bench.fill(&entry, "100", "1")).clone();
    bench.accept(stop.id);
    let saved = bench.engine.save();
    (bench, saved)
}

fn resumed(header: &JournalHeader, wishes: &[Wish], saved: &[u8]) -> Result<Bench, StateError> {
    let strategies: Vec<Box<dyn Strategy>> = header
        .settings
        .pairs
        .iter()
        .map(|_| Box::new(Script { wishes: wishes.to_vec(), seen: 0 }) as Box<dyn Strategy>)
        .collect();
    let engine = Engine::resume_with(header, strategies, Keep::Bytes, saved)?;
    Ok(Bench { engine, second: 1_000, trades: 100, reports: Vec::new() })
}

fn other_spec(header: &mut JournalHeader) {
    header.strategies[0].settings = vec![("fast".to_owned(), "3".to_owned())];
}

#[test]
fn what_is_no_state_is_named() {
    let (bench, saved) = holding();
    let restore = |bytes: &[u8]| {
        Engine::restore(&header(ONE, NO_KILL), script(&[]), Keep::Hash, bytes).unwrap_err()
    };
    assert_eq!(restore(b""), StateError::NotAState);
    let mut other = saved.clone();
    other[8] = 77;
    assert_eq!(restore(&other), StateError::OtherFormat(77));
    assert!(matches!(restore(&saved[..30]), StateError::Damaged(_)));
    let header = header(Sizing::AllIn, NO_KILL);
    let other = Engine::restore(&header, script(&[]), Keep::Hash, &saved).unwrap_err();
    assert_eq!(other, StateError::OtherSettings);
    drop(bench);
}

#[test]
fn outputs_nobody_took_are_given_out_again() {
    let mut bench = Bench::new(ONE, NO_KILL, &[PLAIN]);
    let close = price("100");
    let (start, volume) = (at(9), amount("1"));
    let candle = Candle { start, open: close, high: close, low: close, close, volume, trades: 1 };
    let event = MarketEvent::Candle { pair: pair(), candle };
    bench.engine.handle(&Input::Venue(VenueEvent::Market(event)), at(9));
    let saved = bench.engine.save();
    let restore =
        || Engine::restore(&header(ONE, NO_KILL), script(&[PLAIN]), Keep::Bytes, &saved).unwrap();
    let mut after = restore();
    let given: Vec<_> = std::iter::from_fn(|| after.poll_output()).collect();
    assert!(matches!(given[..], [Output::Report(_), Output::Command(VenueCommand::Place(_))]));
    after.handle(&Input::Timeout, at(10));
    let bytes = after.journal().take_bytes();
    let replay = replay(JournalReader::new(&bytes).unwrap(), restore()).unwrap();
    assert_eq!((replay.difference, replay.outputs), (None, 2));
}

#[test]
fn other_limits_keep_everything() {
    let (mut bench, saved) = holding();
    let mut other = header(ONE, KillLimits { drawdown: Some(percent("5")), ..NO_KILL });
    other.settings.risk.order_value_max = amount("50");
    let mut after = resumed(&other, &[long("95", None)], &saved).unwrap();
    assert_eq!(after.engine.equity(), bench.engine.equity());
    let live = |engine: &Engine| engine.live_orders().map(|it| it.request.clone()).next();
    assert_eq!(live(&after.engine), live(&bench.engine), "the stop stays");
    assert_eq!(after.candle("101"), [], "the script has been played to its end");
    // The peak of before counts against the new limit.
    assert_eq!(after.candle("45"), [VenueCommand::CancelAll]);
    assert_eq!(bench.candle("45"), []);
}

#[test]
fn another_strategy_starts_cold_and_its_position_keeps_its_stop() {
    let (bench, saved) = holding();
    let stop = bench.engine.live_orders().next().unwrap().request.clone();
    let mut other = header(ONE, NO_KILL);
    other_spec(&mut other);
    let mut after = resumed(&other, &[PLAIN, PLAIN, Wish::BeFlat, PLAIN], &saved).unwrap();
    assert_eq!(after.candle("100"), [], "the position is what it wishes for");
    assert_eq!(after.fill(&stop, "95", "1"), []);
    assert_eq!(after.candle("96"), [], "and it does not enter again");
    assert_eq!(after.candle("96"), []);
    assert_eq!(placed(&after.candle("97")).side, Side::Buy, "until it has wished to be flat");
}

#[test]
fn another_strategy_that_holds_nothing_may_enter_at_once() {
    let mut bench = Bench::new(ONE, NO_KILL, &[PLAIN]);
    let entry = placed(&bench.candle("100")).clone();
    let refusal = Refusal::RateLimited;
    bench.account(AccountEvent::Rejected { order: entry.id, refusal });
    let saved = bench.engine.save();
    let mut other = header(ONE, NO_KILL);
    let same = resumed(&other, &[PLAIN, PLAIN], &saved).unwrap().candle("100");
    assert_eq!(same, [], "the same signal enters once");
    other_spec(&mut other);
    let cold = resumed(&other, &[PLAIN], &saved).unwrap().candle("100");
    let next = placed(&cold);
    assert_ne!(next.id, entry.id, "an id is never used twice");
}

#[test]
fn a_halt_outlives_a_new_epoch() {
    let (mut bench, _) = holding();
    bench.tell(&Input::Operator(OperatorCommand::Halt { reason: "lunch".to_owned() }));
    let mut other = header(ONE, NO_KILL);
    other_spec(&mut other);
    let after = resumed(&other, &[PLAIN], &bench.engine.save()).unwrap();
    assert_eq!(after.engine.halted(), bench.engine.halted());
    assert!(after.engine.halted().is_some());
}

#[test]
fn a_pair_can_be_added_and_is_left_out_only_when_flat() {
    let (mut bench, saved) = holding();
    let mut both = header(ONE, NO_KILL);
    let mut ether_rules = rules();
    ether_rules.pair = ether();
    both.settings.pairs.insert(0, ether_rules);
    both.strategies.push(both.strategies[0].clone());
    let added = resumed(&both, &[], &saved).unwrap();
    assert_eq!(added.engine.position(pair()).unwrap().sellable(), lots("1"));
    assert!(added.engine.position(ether()).unwrap().sellable().is_zero());

    let mut without = both.clone();
    without.settings.pairs.pop();
    without.strategies.pop();
    let refused = resumed(&without, &[], &saved).err();
    assert_eq!(refused, Some(StateError::PairInUse { pair: pair() }));
    let stop = bench.engine.live_orders().next().unwrap().request.clone();
    bench.fill(&stop, "95", "1");
    assert!(resumed(&without, &[], &bench.engine.save()).is_ok());
}

#[test]
fn the_equity_stays_in_its_asset() {
    let (_, saved) = holding();
    let mut other = header(ONE, NO_KILL);
    other.settings.quote = "EUR".parse().unwrap();
    other.settings.pairs[0].pair = "BTC/EUR".parse().unwrap();
    let refused = resumed(&other, &[], &saved).err();
    let wanted = other.settings.quote;
    assert_eq!(refused, Some(StateError::OtherQuote { was: usd(), wanted }));
}

#[test]
fn a_stop_moves_to_the_new_tick() {
    let mut bench = Bench::new(ONE, NO_KILL, &[long("95.3", None)]);
    let entry = placed(&bench.candle("100")).clone();
    bench.accept(entry.id);
    let stop = placed(&bench.fill(&entry, "100", "1")).clone();
    let refusal = Refusal::InvalidPrice;
    assert_eq!(bench.account(AccountEvent::Rejected { order: stop.id, refusal }), []);
    let mut other = header(ONE, NO_KILL);
    other.settings.pairs[0].tick = price("1");
    let mut after = resumed(&other, &[], &bench.engine.save()).unwrap();
    let again = after.candle("100");
    assert_eq!(placed(&again).kind.trigger().unwrap().price, price("95"));
}

#[test]
fn other_candles_make_every_strategy_cold() {
    let risk = Sizing::Risk(RiskFraction::new(percent("1")).unwrap());
    let mut bench = Bench::new(risk, NO_KILL, &[Wish::Nothing, long("95", None)]);
    bench.candle("100");
    let saved = bench.engine.save();
    let mut other = header(risk, NO_KILL);
    let same = resumed(&other, &[Wish::Nothing, long("95", None)], &saved).unwrap().candle("100");
    assert_eq!(placed(&same).side, Side::Buy, "the second wish");
    other.settings.interval = Interval::from_minutes(15).unwrap();
    let cold = resumed(&other, &[Wish::Nothing, long("95", None)], &saved).unwrap().candle("100");
    assert_eq!(cold, [], "the first again");
}
