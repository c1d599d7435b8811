//! Tests of the two clocks: one that never goes back, one that a test turns.

use super::*;

const SECOND: Duration = Duration::from_secs(1);

fn start() -> Timestamp {
    Timestamp::from_seconds(1_800_000_000).unwrap()
}

#[test]
fn the_systems_clock_never_goes_back() {
    let clock = Clock::system();
    let mut last = clock.now();
    assert!(Timestamp::from_seconds(1_700_000_000).unwrap() < last, "{last}");
    for _ in 0..1_000 {
        let now = clock.now();
        assert!(last <= now, "{last} {now}");
        last = now;
    }
}

#[tokio::test]
async fn a_moment_that_has_come_is_not_waited_for() {
    let clock = Clock::system();
    clock.sleep_until(clock.now()).await;
    clock.sleep_until(Timestamp::EPOCH).await;
    let (clock, _hands) = Clock::by_hand(start());
    clock.sleep_until(start()).await;
}

#[tokio::test]
async fn real_time_passes() {
    let clock = Clock::system();
    let until = clock.now() + Duration::from_millis(2);
    clock.sleep_until(until).await;
    assert!(until <= clock.now());
}

#[tokio::test]
async fn a_clock_by_hand_wakes_those_whose_moment_has_come() {
    let (clock, hands) = Clock::by_hand(start());
    let sleep = |seconds: u32| {
        let clock = clock.clone();
        let until = start() + SECOND * seconds;
        tokio::spawn(async move {
            clock.sleep_until(until).await;
            clock.now()
        })
    };
    let (second, fifth) = (sleep(2), sleep(5));
    assert_eq!(hands.plan_before(start() + SECOND * 3).await, start() + SECOND * 2);
    hands.turn_to(start() + SECOND * 2);
    assert_eq!(second.await.unwrap(), start() + SECOND * 2);
    assert_eq!(hands.plan_before(start() + SECOND * 9).await, start() + SECOND * 5);
    assert!(!fifth.is_finished());
    hands.turn_to(start() + SECOND * 7);
    assert_eq!(fifth.await.unwrap(), hands.now());
}

#[tokio::test]
async fn who_stops_waiting_is_no_sleeper() {
    let (clock, hands) = Clock::by_hand(start());
    tokio::select! {
        biased;
        () = clock.sleep_until(start() + SECOND) => unreachable!("nobody turns the clock"),
        until = hands.plan_before(start() + SECOND * 2) => assert_eq!(until, start() + SECOND),
    }
    assert!(hands.0.borrow().sleepers.is_empty());
}

#[tokio::test]
async fn plans_and_patience_are_told_apart() {
    let (clock, hands) = Clock::by_hand(start());
    let both = async {
        tokio::join!(clock.sleep_until(start() + SECOND * 2), clock.give_up_at(start() + SECOND));
    };
    let looked = async {
        assert_eq!(hands.plan_before(Timestamp::NEVER).await, start() + SECOND * 2);
        assert_eq!(hands.patience_before(Timestamp::NEVER).await, start() + SECOND);
        assert_eq!(hands.next_sleeper(), Some(start() + SECOND));
        hands.turn_to(start() + SECOND * 2);
    };
    tokio::join!(both, looked);
    assert_eq!(hands.next_sleeper(), None);
}

#[test]
fn a_fast_clock_shows_its_start_and_runs_ahead_of_real_time() {
    let start = Timestamp::from_seconds(1_800_000_000).expect("a time");
    let (slow, fast) = (Clock::fast(start, 1), Clock::fast(start, 1_000_000));
    let (earlier, later) = (slow.now(), fast.now());
    assert!(start <= earlier && start <= later);
    // However short the time since, a million times as much of it has passed.
    let real = slow.now().since(start).as_nanos();
    assert!(real <= fast.now().since(start).as_nanos());
}

#[tokio::test]
async fn who_gives_up_waits_longer_where_time_runs_fast() {
    for (speed, patience) in [(1, 1), (20, 1), (21, 2), (60, 3), (100_000, 5_000)] {
        assert_eq!(Clock::fast(start(), speed).patience(), patience);
    }
    let clock = Clock::fast(start(), 100_000);
    let until = clock.now() + SECOND;
    clock.give_up_at(until).await;
    assert!(until + SECOND * 4_000 <= clock.now(), "not the clock's second, but the net's");
}

#[test]
fn a_mark_proves_what_has_passed_whatever_was_done_to_the_clock() {
    let mark =
        |boot: &str, seconds| Mark { boot: boot.to_owned(), counted: Duration::from_secs(seconds) };
    let passed = |from: Mark, to: Mark| from.passed_until(&to).as_secs();
    assert_eq!(passed(mark("one", 100), mark("one", 103)), 3);
    // The machine was started again, and has run for so long since.
    assert_eq!(passed(mark("one", 100), mark("two", 40)), 40);
    assert_eq!(passed(mark("one", 100), mark("two", 4_000)), 4_000);
    // Nobody's file makes time run backward.
    assert_eq!(passed(mark("one", 100), mark("one", 99)), 0);
}

#[test]
#[cfg(target_os = "linux")]
fn linux_names_each_of_its_starts() {
    let clock = Clock::system();
    let mark = clock.mark().unwrap();
    assert!(clock.passed_since(&mark).is_some());
    let text = serde_json::to_string(&mark).unwrap();
    assert_eq!(serde_json::from_str::<Mark>(&text).unwrap(), mark);
    let (by_hand, _hands) = Clock::by_hand(Timestamp::EPOCH);
    assert_eq!((by_hand.mark(), by_hand.passed_since(&mark)), (None, None));
}
