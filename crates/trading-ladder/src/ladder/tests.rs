//! The ladder: lives of one, told step by step, and any life at all.

use std::time::Duration;

use proptest::prelude::*;
use trading_types::{Amount, Fraction, Timestamp};

use crate::{
    Blemish, Breach, ChainError, Demanded, EntryCap, Evidence, Ladder, LadderEvent, LadderOutput,
    Record, Requirements, Rung, Tracking, TradingMode,
    test_values::{Bench, backtest, clean, day_start, subject, tracking},
};

fn amount(text: &str) -> Amount {
    text.parse().expect("an amount")
}

fn kill() -> LadderEvent {
    LadderEvent::Breach(Breach::KillSwitch { reason: "drawdown".to_owned() })
}

#[test]
fn a_ladder_is_climbed_rung_by_rung() {
    let mut bench = Bench::new();
    let begun = bench.now;
    let mut caps = Vec::new();
    for step in 0..6 {
        caps.push(bench.ladder.cap());
        bench.climb();
        assert_eq!(bench.refused(), [], "step {step}");
    }
    assert_eq!(bench.ladder.rung(), Rung::Scaled { step: 4 });
    let cap = |text| EntryCap::UpTo(amount(text));
    let none = EntryCap::NoEntry;
    assert_eq!(caps, [none, none, cap("30"), cap("60"), cap("120"), cap("240")]);
    let days = bench.now.since(begun).as_secs() / 86_400;
    assert_eq!(days, 14 + 28 + 14 + 14 + 14);
}

#[test]
fn going_up_says_who_and_why_and_how_much() {
    let mut bench = Bench::new();
    bench.climb();
    let [LadderOutput::Append(entry), LadderOutput::RungChanged { from, to, why }, cap] =
        &bench.said[..]
    else {
        panic!("{:?}", bench.said);
    };
    assert!(matches!(&entry.record, Record::Advanced { principal, .. } if principal == "ann"));
    assert_eq!((*from, *to, why.as_str()), (Rung::Backtest, Rung::Paper, "ann: it behaved"));
    assert_eq!(*cap, LadderOutput::EntryCap(EntryCap::NoEntry));
}

#[test]
fn no_rung_is_skipped_and_evidence_alone_moves_nobody() {
    let mut bench = Bench::new();
    bench.file_backtest(backtest(bench.identity()));
    assert_eq!(bench.ladder.rung(), Rung::Backtest);
    for to in [Rung::Backtest, Rung::Tiny, Rung::Scaled { step: 1 }] {
        assert_eq!(bench.advance_to(to).refused(), [Demanded::NextRung]);
    }
    bench.advance_to(Rung::Paper).live_days(30).file_tracking(tracking());
    assert_eq!(bench.ladder.rung(), Rung::Paper);
}

#[test]
fn the_highest_rung_has_none_above() {
    let mut bench = Bench::new();
    bench.climb_to(Rung::Scaled { step: 8 });
    assert_eq!(bench.ladder.cap(), EntryCap::UpTo(amount("7680")));
    bench.climb();
    assert_eq!(bench.refused(), [Demanded::Room]);
    assert_eq!(bench.ladder.rung(), Rung::Scaled { step: 8 });
}

#[test]
fn who_asks_must_be_named_with_a_reason_at_a_time_that_can_be() {
    use Demanded as D;
    let mut bench = Bench::new();
    bench.file_backtest(backtest(bench.identity()));
    let ask = |principal: &str, reason: &str, entry_minimum| LadderEvent::Advance {
        principal: principal.to_owned(),
        reason: reason.to_owned(),
        to: Rung::Paper,
        entry_minimum,
    };
    assert_eq!(bench.tell(ask(" ", "it is time", Amount::ZERO)).refused(), [D::Principal]);
    assert_eq!(bench.tell(ask("ann", "", Amount::ZERO)).refused(), [D::Reason]);
    let long = "x".repeat(1_001);
    assert_eq!(bench.tell(ask("ann", &long, Amount::ZERO)).refused(), [D::Reason]);
    bench.now = day_start(99);
    assert_eq!(bench.advance().refused(), [D::Clock]);
    bench.now = day_start(100);
    // Paper costs nothing, so the smallest entry is not needed yet.
    assert_eq!(bench.tell(ask("ann", "it is time", Amount::ZERO)).refused(), []);
    bench.live_days(14).file_tracking(tracking());
    let mut event = ask("ann", "it is time", Amount::ZERO);
    if let LadderEvent::Advance { to, .. } = &mut event {
        *to = Rung::Tiny;
    }
    assert_eq!(bench.tell(event).refused(), [D::EntryMinimum]);
}

#[test]
fn another_subject_starts_at_the_bottom_and_is_told_what_changed() {
    let mut bench = Bench::new();
    bench.climb_to(Rung::Scaled { step: 2 }).configure("donchian");
    assert_eq!(bench.ladder.rung(), Rung::Backtest);
    assert_eq!(bench.ladder.cap(), EntryCap::NoEntry);
    assert!(bench.ladder.backtest().is_none());
    let said = format!("{:?}", bench.said);
    assert!(said.contains("strategy: sma_cross, now donchian"), "{said}");
    // Nor does the way back lead back up.
    bench.configure("sma_cross");
    assert_eq!(bench.ladder.rung(), Rung::Backtest);
    assert_eq!(bench.ladder.trials(), 1);
}

#[test]
fn the_same_subject_again_changes_nothing() {
    let mut bench = Bench::new();
    bench.climb_to(Rung::Tiny).live_days(3);
    let before = bench.entries.len();
    bench.configure("sma_cross");
    assert_eq!(bench.said, [LadderOutput::EntryCap(EntryCap::UpTo(amount("30")))]);
    assert_eq!((bench.entries.len(), bench.ladder.tally().clean_days), (before, 3));
}

#[test]
fn another_program_is_a_warning() {
    let mut bench = Bench::new();
    bench.climb_to(Rung::Tiny).live_days(3);
    let subject = Box::new(subject("sma_cross"));
    bench.tell(LadderEvent::Configured { subject, program: "0.2.0".to_owned() });
    let warning = "the program was 0.1.0 and is 0.2.0; the rung stays".to_owned();
    assert_eq!(bench.said[0], LadderOutput::Warning(warning));
    assert_eq!((bench.ladder.rung(), bench.ladder.tally().clean_days), (Rung::Tiny, 3));
    assert_eq!(bench.restored().rung(), Rung::Tiny);
}

#[test]
fn another_bar_starts_the_days_of_the_rung_again() {
    let mut bench = Bench::new();
    bench.climb_to(Rung::Tiny).live_days(27);
    let mut softer = Requirements::default();
    softer.tiny.clean_days = 1;
    let entries = bench.entries.clone();
    bench.ladder = Ladder::restore(softer, &entries, None).expect("our own chain");
    bench.configure("sma_cross");
    assert!(matches!(bench.said[0], LadderOutput::Warning(_)), "{:?}", bench.said);
    assert_eq!((bench.ladder.rung(), bench.ladder.tally().clean_days), (Rung::Tiny, 0));
    assert_eq!(bench.ladder.requirements().tiny.clean_days, 1);
}

#[test]
fn a_breach_takes_one_rung_and_its_days() {
    let mut bench = Bench::new();
    bench.climb_to(Rung::Scaled { step: 2 }).live_days(13);
    for rung in [Rung::Scaled { step: 1 }, Rung::Tiny, Rung::Paper, Rung::Backtest] {
        let from = bench.ladder.rung();
        bench.tell(kill());
        assert_eq!(bench.ladder.rung(), rung);
        assert_eq!(bench.ladder.tally().clean_days, 0);
        let told = LadderOutput::RungChanged {
            from,
            to: rung,
            why: "the kill switch tripped: drawdown".to_owned(),
        };
        assert!(bench.said.contains(&told), "{:?}", bench.said);
        bench.now = bench.now + Duration::from_secs(1);
    }
    // At the bottom there is nothing to lose, and the backtest has to be shown again.
    assert!(bench.tell(kill()).said.is_empty());
    assert_eq!(bench.advance().refused().len(), 4);
}

#[test]
fn a_fall_from_tiny_to_paper_forgets_the_tiny_size_and_keeps_the_backtest() {
    let mut bench = Bench::new();
    bench.climb_to(Rung::Tiny).tell(kill());
    assert_eq!(bench.ladder.cap(), EntryCap::NoEntry);
    assert!(bench.ladder.backtest().is_some());
    // The rest of the day on which it fell does not count, nor does what was shown before.
    bench.now = bench.now + Duration::from_secs(1);
    bench.live_days(14);
    assert_eq!(bench.ladder.tally().clean_days, 14);
}

#[test]
fn the_day_of_a_change_of_rung_does_not_count() {
    let mut bench = Bench::new();
    bench.now = bench.now + Duration::from_hours(1);
    bench.climb_to(Rung::Paper).live(|_| ());
    assert_eq!((bench.ladder.tally().clean_days, bench.ladder.tally().other_days), (0, 1));
    let Record::Day { blemishes, .. } = &bench.entries.last().expect("a day").record else {
        panic!("{:?}", bench.entries)
    };
    assert_eq!(blemishes, &[Blemish::PartOfADay]);
    // What is said of such a day may be of the rung before: it takes nothing away.
    bench.tell(kill()).climb_to(Rung::Paper);
    bench.now = bench.now + Duration::from_hours(1);
    bench.tell(kill()).climb_to(Rung::Paper).live(|it| it.kill_trips = 1);
    assert_eq!(bench.ladder.rung(), Rung::Paper);
    bench.live(|it| it.kill_trips = 1);
    assert_eq!(bench.ladder.rung(), Rung::Backtest);
}

#[test]
fn a_day_in_the_other_mode_shows_nothing_here() {
    let mut bench = Bench::new();
    bench.climb_to(Rung::Tiny).live(|it| {
        it.mode = TradingMode::Paper;
        it.drawdown = Fraction::ONE;
    });
    assert_eq!((bench.ladder.rung(), bench.ladder.tally().clean_days), (Rung::Tiny, 0));
    assert_eq!(bench.ladder.tally().drawdown, Fraction::ZERO);
}

#[test]
fn a_deep_fall_of_the_equity_takes_a_rung() {
    let mut bench = Bench::new();
    bench.climb_to(Rung::Tiny).live(|it| it.drawdown = Fraction::from_units(10_000_001));
    assert_eq!(bench.ladder.rung(), Rung::Paper);
    let said = format!("{:?}", bench.said);
    assert!(said.contains("drawdown of 10.000001 %, beyond 10 %"), "{said}");
}

#[test]
fn fills_far_from_the_backtest_take_a_rung() {
    let mut bench = Bench::new();
    bench.climb_to(Rung::Tiny).live_days(1);
    bench.file_tracking(Tracking { missed: 60, ..tracking() });
    assert_eq!(bench.ladder.rung(), Rung::Paper);
    assert!(bench.ladder.tracking().is_none());
    assert_eq!(bench.restored().rung(), Rung::Paper);
}

#[test]
fn a_day_is_closed_once_when_it_is_over_on_a_rung_that_has_days() {
    let mut bench = Bench::new();
    let day = |day| LadderEvent::DayClosed(clean(day, TradingMode::Paper));
    bench.now = day_start(101);
    assert_eq!(bench.tell(day(100)).refused(), [Demanded::DayToClose]);
    bench.climb_to(Rung::Paper);
    bench.now = day_start(102) - Duration::from_nanos(1);
    assert_eq!(bench.tell(day(101)).refused(), [Demanded::DayToClose]);
    bench.now = day_start(102);
    assert_eq!(bench.tell(day(101)).refused(), []);
    assert_eq!(bench.tell(day(101)).refused(), [Demanded::DayToClose]);
    assert_eq!(bench.tell(day(99)).refused(), [Demanded::DayToClose]);
    assert_eq!(bench.ladder.tally().clean_days, 1);
}

#[test]
fn days_before_a_long_silence_do_not_count() {
    let mut bench = Bench::new();
    bench.climb_to(Rung::Paper).live_days(10).file_tracking(tracking());
    bench.day += 30;
    bench.live_days(1);
    assert_eq!(bench.ladder.tally().clean_days, 11);
    bench.day += 31;
    bench.live_days(1);
    assert_eq!(bench.ladder.tally().clean_days, 1);
    assert!(bench.ladder.tracking().is_none());
}

#[test]
fn evidence_of_others_is_refused() {
    let mut bench = Bench::new();
    let other = subject("donchian").identity();
    assert_eq!(bench.file_backtest(backtest(other)).refused(), [Demanded::Subject]);
    bench.climb_to(Rung::Paper);
    let mut evidence = crate::TrackingEvidence {
        identity: bench.identity(),
        mode: TradingMode::Live,
        from: bench.ladder.entered(),
        to: bench.now,
        happened: crate::test_values::source(),
        expected: crate::test_values::source(),
        tracking: tracking(),
    };
    let file = |evidence: &crate::TrackingEvidence| LadderEvent::EvidenceFiled {
        by: "ann".to_owned(),
        evidence: Evidence::Tracking(Box::new(evidence.clone())),
    };
    assert_eq!(bench.tell(file(&evidence)).refused(), [Demanded::OwnEvidence]);
    evidence.mode = TradingMode::Paper;
    evidence.from = Timestamp::EPOCH;
    assert_eq!(bench.tell(file(&evidence)).refused(), [Demanded::OwnEvidence]);
    evidence.from = bench.ladder.entered();
    evidence.to = bench.now + Duration::from_secs(1);
    assert_eq!(bench.tell(file(&evidence)).refused(), [Demanded::OwnEvidence]);
    evidence.to = bench.now;
    assert_eq!(bench.tell(file(&evidence)).refused(), []);
}

#[test]
fn real_money_needs_a_rung_that_has_it() {
    let mut bench = Bench::new();
    let fresh = Ladder::new(Requirements::default());
    for mode in [TradingMode::Paper, TradingMode::Live] {
        assert!(fresh.may_trade(mode, None, bench.now).is_err());
    }
    let ask = |bench: &Bench, mode, requested| {
        bench.ladder.may_trade(mode, requested, bench.now).map_err(|it| it.missing[0].what)
    };
    for _ in 0..2 {
        assert_eq!(ask(&bench, TradingMode::Live, None), Err(Demanded::LiveRung));
        assert_eq!(ask(&bench, TradingMode::Paper, None), Ok(EntryCap::Unlimited));
        bench.climb();
    }
    let cap = |text| EntryCap::UpTo(amount(text));
    assert_eq!(ask(&bench, TradingMode::Live, None), Ok(cap("30")));
    assert_eq!(ask(&bench, TradingMode::Live, Some(amount("12"))), Ok(cap("12")));
    assert_eq!(ask(&bench, TradingMode::Live, Some(amount("12000"))), Ok(cap("30")));
    // After a restart nobody trades before the config was compared.
    assert!(bench.restored().may_trade(TradingMode::Live, None, bench.now).is_err());
}

#[test]
fn a_refusal_names_everything_that_is_missing() {
    let bench = Bench::new();
    let refused = bench.ladder.may_trade(TradingMode::Live, None, bench.now);
    let words = refused.expect_err("the lowest rung").to_string();
    let start = "a rung with real money: have backtest, need tiny; trades out of sample: have no";
    assert!(words.starts_with(start), "{words}");
}

#[test]
fn a_clock_that_went_back_stops_nobody_from_falling() {
    let mut bench = Bench::new();
    bench.climb_to(Rung::Tiny);
    bench.now = Timestamp::EPOCH;
    bench.tell(kill());
    assert_eq!(bench.ladder.rung(), Rung::Paper);
    assert_eq!(bench.restored().rung(), Rung::Paper);
}

#[test]
fn moves_that_cannot_be_are_found_on_reading() {
    let mut bench = Bench::new();
    bench.climb_to(Rung::Paper);
    let mut ladder = bench.restored();
    ladder.state.rung = Rung::Tiny;
    ladder.is_configured = true;
    ladder.handle(kill(), bench.now);
    let Some(LadderOutput::Append(entry)) = ladder.poll_output() else { panic!("an entry") };
    bench.entries.push(*entry);
    let restored = Ladder::restore(Requirements::default(), &bench.entries, None);
    let why = "nobody falls from tiny to paper on paper".to_owned();
    let line = bench.entries.len() as u64;
    assert_eq!(restored.map(|_| ()), Err(ChainError::Impossible { line, why }));
}

/// What may happen in a life.
#[derive(Clone, Debug)]
enum Step {
    Configure(bool),
    FileBacktest(u64),
    FileTracking(u64),
    Days(u64),
    BadDay,
    OldDay(u64),
    Kill,
    Advance(u8),
    Wait(u64),
    Restart,
}

fn any_step() -> impl Strategy<Value = Step> {
    prop_oneof![
        1 => prop::bool::weighted(0.9).prop_map(Step::Configure),
        8 => (90..200_u64).prop_map(Step::FileBacktest),
        8 => (0..9_u64).prop_map(Step::FileTracking),
        12 => (1..30_u64).prop_map(Step::Days),
        1 => Just(Step::BadDay),
        1 => (0..400_u64).prop_map(Step::OldDay),
        1 => Just(Step::Kill),
        12 => (0..6_u8).prop_map(Step::Advance),
        2 => (0..40 * 24_u64).prop_map(Step::Wait),
        1 => Just(Step::Restart),
    ]
}

fn take(bench: &mut Bench, step: &Step) {
    match step {
        Step::Configure(is_same) => {
            bench.configure(if *is_same { "sma_cross" } else { "donchian" });
            assert!(*is_same || bench.ladder.rung() == Rung::Backtest || bench.said.len() == 1);
        }
        Step::FileBacktest(trades) => {
            let mut evidence = backtest(bench.identity());
            evidence.out_of_sample.trades = *trades;
            bench.file_backtest(evidence);
        }
        Step::FileTracking(missed) => {
            bench.file_tracking(Tracking { missed: *missed, ..tracking() });
        }
        Step::Days(days) => {
            bench.live_days(*days);
        }
        Step::BadDay => {
            bench.live(|it| it.unknown_seconds_max = 61);
        }
        Step::OldDay(day) => {
            let mode = bench.ladder.rung().mode().unwrap_or(TradingMode::Paper);
            bench.tell(LadderEvent::DayClosed(clean(*day, mode)));
        }
        Step::Kill => {
            bench.tell(kill());
        }
        Step::Advance(0) => {
            bench.advance_to(Rung::Tiny);
        }
        Step::Advance(1) => {
            bench.advance_to(Rung::Scaled { step: 1 });
        }
        Step::Advance(_) => {
            bench.advance();
        }
        Step::Wait(hours) => {
            bench.now = bench.now + Duration::from_hours(*hours);
            bench.day = bench.now.day();
        }
        Step::Restart => {
            bench.ladder = bench.restored();
            bench.configure("sma_cross");
        }
    }
}

/// How many rungs up.
fn rank(rung: Rung) -> u8 {
    match rung {
        Rung::Backtest => 0,
        Rung::Paper => 1,
        Rung::Tiny => 2,
        Rung::Scaled { step } => 2 + step,
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Over any life: no rung is skipped, whoever goes up from a rung with days has spent at least
    /// 14 whole days on it, another subject starts at the bottom, and a restart knows it all.
    #[test]
    fn size_grows_by_steps(steps in prop::collection::vec(any_step(), 0..100)) {
        let mut bench = Bench::new();
        let mut reached = bench.now;
        let mut subject = bench.identity();
        for step in &steps {
            let before = bench.ladder.rung();
            let cap = bench.ladder.cap();
            take(&mut bench, step);
            let after = bench.ladder.rung();
            if bench.identity() != subject {
                subject = bench.identity();
                prop_assert_eq!(after, Rung::Backtest);
            } else if rank(before) < rank(after) {
                prop_assert_eq!(rank(after), rank(before) + 1);
                prop_assert!(matches!(step, Step::Advance(_)));
                let days = bench.now.since(reached).as_secs() / 86_400;
                let needed = match before {
                    Rung::Backtest => 0,
                    Rung::Paper | Rung::Scaled { .. } => 14,
                    Rung::Tiny => 28,
                };
                prop_assert!(needed <= days, "{before} for {days} days");
                if let (EntryCap::UpTo(cap), EntryCap::UpTo(larger)) = (cap, bench.ladder.cap()) {
                    prop_assert_eq!(larger, cap + cap);
                }
            } else if rank(after) < rank(before) {
                prop_assert_eq!(rank(after) + 1, rank(before));
            }
            if after != before {
                reached = bench.now;
            }
        }
        let restored = bench.restored();
        prop_assert_eq!(&restored.state, &bench.ladder.state);
        prop_assert_eq!(restored.head(), bench.ladder.head());
    }
}
