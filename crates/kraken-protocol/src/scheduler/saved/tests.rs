//! What a clock that was set between two processes does to what is remembered.

use proptest::prelude::*;

use super::*;
use crate::{
    endpoint::Endpoint,
    limits::{Profile, TradingAction},
    scheduler::{CallOutcome, Feedback, Lane, SchedulerOutput, TradingPath, Work},
};

fn at(milliseconds: u64) -> Timestamp {
    Timestamp::EPOCH + Duration::from_secs(1_800_000_030) + Duration::from_millis(milliseconds)
}

/// The kind of work that is an order which is over at once.
const IMMEDIATE: u8 = 5;

fn work(kind: u8, number: u64) -> Work {
    let read =
        |endpoint: Endpoint| Work::Private { endpoint, key: KeyRole::Read, cost: endpoint.cost() };
    match kind {
        0 => read(Endpoint::Balance),
        1 => read(Endpoint::Ledgers),
        2 => Work::Connect,
        3 => Work::Public { endpoint: Endpoint::Ticker, pair: None },
        _ => {
            let order = trading_types::ClientOrderId::new(1, number);
            let is_immediate = kind == IMMEDIATE;
            let action = if is_immediate {
                TradingAction::PlaceImmediate(order)
            } else {
                TradingAction::Place(vec![order])
            };
            let pair = "BTC/USD".parse().unwrap();
            Work::Trading { pair, action, path: TradingPath::Socket }
        }
    }
}

/// A scheduler that was asked for all of this, and was answered but for the last.
fn spent(profile: Profile, asked: &[(u8, u64)]) -> (Scheduler, u64) {
    let settings = SchedulerSettings { profile, ..SchedulerSettings::default() };
    let mut scheduler = Scheduler::new(settings, 7, at(0));
    let mut now = 0;
    for (number, (kind, pause)) in (0..).zip(asked) {
        now += pause;
        scheduler.handle_timeout(at(now));
        scheduler.submit(work(*kind, number), Lane::Reconcile, at(now)).unwrap();
        while let Some(output) = scheduler.poll_output() {
            if let SchedulerOutput::Start { call, .. } = output
                && usize::try_from(number).unwrap() + 1 < asked.len()
            {
                scheduler.finished(call, CallOutcome::Done, Feedback::Fine, at(now));
            }
        }
    }
    (scheduler, now)
}

proptest! {
    /// However far ahead somebody sets the clock, as much is taken for spent as if nobody had.
    #[test]
    fn by_a_clock_that_was_set_ahead_nothing_decays(
        asked in prop::collection::vec((0_u8..=IMMEDIATE, 0_u64..4_000), 1..40),
        passed in 0_u64..20_000,
        ahead in 1_u64..100_000_000,
        is_article in any::<bool>(),
    ) {
        let profile = if is_article { Profile::Article } else { Profile::Documented };
        let (scheduler, saved_at) = spent(profile, &asked);
        let saved = scheduler.save(at(saved_at));
        let settings = || SchedulerSettings { profile, ..SchedulerSettings::default() };
        let (right, wrong) = (at(saved_at + passed), at(saved_at + passed + ahead));
        let honest = Scheduler::restore(settings(), saved.clone(), right).gauges(right);
        let passed = Duration::from_millis(passed);
        let proved = saved.saved_ago(passed, wrong);
        let found = Scheduler::restore(settings(), proved.clone(), wrong).gauges(wrong);
        for (honest, found) in honest.iter().zip(&found) {
            let is_by_minute = honest.name.contains("minute");
            prop_assert!(
                is_by_minute && honest.used <= found.used || honest == found,
                "{honest:?} became {found:?}"
            );
        }
        prop_assert_eq!(honest.len(), found.len());
        // Said again, it changes nothing.
        prop_assert_eq!(proved.clone().saved_ago(passed, wrong), proved);
    }
}

#[test]
fn a_clock_that_was_set_back_is_left_to_the_restart() {
    let (scheduler, now) = spent(Profile::Documented, &[(0, 100), (1, 100)]);
    let saved = scheduler.save(at(now));
    assert_eq!(saved.clone().saved_ago(Duration::from_hours(1), at(now + 5)), saved);
}

/// A process that died before it told that its orders had ended must not leave a pair full.
#[test]
fn what_ended_before_the_death_takes_no_room_after_it() {
    let order = |number| trading_types::ClientOrderId::new(1, number);
    let asked: Vec<(u8, u64)> = (0..60).map(|_| (IMMEDIATE, 1_000)).collect();
    let (scheduler, now) = spent(Profile::Documented, &asked);
    let settings = SchedulerSettings { tier: Tier::Starter, ..SchedulerSettings::default() };
    let now = at(now + 600_000);
    let restore = || Scheduler::restore(settings, scheduler.save(now), now);
    let starts = |scheduler: &mut Scheduler| {
        let call = scheduler.submit(work(IMMEDIATE, 1_000), Lane::Place, now).unwrap();
        std::iter::from_fn(|| scheduler.poll_output())
            .any(|it| matches!(it, SchedulerOutput::Start { call: started, .. } if started == call))
    };
    assert!(!starts(&mut restore()), "sixty orders are all that Starter may have open");
    let mut told = restore();
    told.only_open(&[order(3), order(4), order(900)], now);
    assert!(starts(&mut told));
    let open: Vec<_> = told.pairs.values().flat_map(PairBudget::open_orders).collect();
    assert_eq!(open, [order(3), order(4), order(1_000)]);
    let mut told = restore();
    told.order_gone(order(7), now);
    assert!(starts(&mut told), "its pair need not be known");
}
