//! The counter against Kraken's, whatever the network does, however long Kraken's steps are.

use proptest::prelude::*;

use super::*;

const RULE: CounterRule = CounterRule {
    limit: Points::whole(20),
    reaching_is_allowed: true,
    decay_per_second: 50,
    step: Duration::from_secs(3),
};

fn at(milliseconds: u64) -> Timestamp {
    Timestamp::EPOCH + Duration::from_millis(milliseconds)
}

/// Kraken's counter in thousandths of a half point, so that half a point a second is one of them
/// a millisecond. It falls in steps of `step` milliseconds, at moments of its own choice. It shares
/// no code with the counter it checks.
struct KrakenCounter {
    level: u64,
    step: u64,
    next_step: u64,
}

impl KrakenCounter {
    fn level_at(&mut self, millisecond: u64) -> u64 {
        while self.next_step <= millisecond {
            self.level = self.level.saturating_sub(self.step);
            self.next_step += self.step;
        }
        self.level
    }
}

#[derive(Clone, Debug)]
struct Wish {
    pause: u64,
    halves: u32,
    outbound: u64,
    inbound: u64,
    is_lost: bool,
}

fn wishes() -> impl Strategy<Value = Vec<Wish>> {
    let wish = (0..1_500_u64, 1..5_u32, 0..9_000_u64, 0..9_000_u64, 0..10_u8).prop_map(
        |(pause, halves, outbound, inbound, luck)| Wish {
            pause,
            halves,
            outbound,
            inbound,
            is_lost: luck == 0,
        },
    );
    prop::collection::vec(wish, 0..120)
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Moment {
    Wished(usize),
    Received(usize),
    Answered(usize),
}

proptest! {
    #[test]
    fn the_estimate_covers_kraken(
        wishes in wishes(),
        step in 1..=3_000_u64,
        phase in 0..3_000_u64,
    ) {
        let mut moments = Vec::new();
        let mut now = 0;
        for (index, wish) in wishes.iter().enumerate() {
            now += wish.pause;
            moments.push((now, Moment::Wished(index)));
            moments.push((now + wish.outbound, Moment::Received(index)));
            // A lost answer is given up early; the call still arrives within nine seconds.
            let back = if wish.is_lost { 0 } else { wish.outbound + wish.inbound };
            moments.push((now + back, Moment::Answered(index)));
        }
        moments.sort_by_key(|(at, moment)| (*at, !matches!(moment, Moment::Wished(_)), *moment));

        let mut counter = Counter::new(RULE, at(0));
        let mut kraken = KrakenCounter { level: 0, step, next_step: phase.max(1) };
        let mut charges: Vec<Option<Charge>> = wishes.iter().map(|_| None).collect();
        let mut was_sent = vec![false; wishes.len()];
        for (now, moment) in moments {
            let mut level = kraken.level_at(now);
            match moment {
                Moment::Wished(index) => {
                    let cost = Points::from_halves(wishes[index].halves);
                    if counter.room(cost, Points::ZERO, at(now)).is_open(at(now)) {
                        charges[index] = Some(counter.charge(cost, at(now)));
                        was_sent[index] = true;
                    }
                }
                Moment::Received(index) if was_sent[index] => {
                    kraken.level += u64::from(wishes[index].halves) * 1_000;
                    level = kraken.level;
                }
                Moment::Received(_) => (),
                Moment::Answered(index) => {
                    if let Some(charge) = charges[index].take() {
                        if wishes[index].is_lost {
                            counter.given_up(charge, at(now + 9_000));
                        } else {
                            counter.answered(charge, at(now));
                        }
                    }
                }
            }
            prop_assert!(level <= u64::from(counter.estimate(at(now)).halves()) * 1_000);
            prop_assert!(level <= 40_000, "over the limit: {level}");
            counter = saved_and_restored_unchanged(&counter);
        }
    }

    #[test]
    fn says_exactly_when_there_is_room(
        charged in prop::collection::vec((0..4_000_u64, 1..12_u32), 0..12),
        cost in 1..20_u32,
    ) {
        let mut counter = Counter::new(RULE, at(0));
        let mut now = 0;
        for (pause, halves) in charged {
            now += pause;
            let charge = counter.charge(Points::from_halves(halves), at(now));
            counter.answered(charge, at(now));
        }
        let cost = Points::from_halves(cost);
        let fits = |when: Timestamp| counter.level(when) + level(cost) <= RULE.level_max();
        match counter.room(cost, Points::ZERO, at(now)) {
            Room::At(room) => {
                prop_assert!(fits(room));
                if at(now) < room {
                    prop_assert!(!fits(Timestamp::from_nanos(room.nanos() - 1)));
                }
            }
            Room::AfterAnswer => prop_assert!(false, "everything was answered"),
        }
    }
}

/// What is written down and read again is the same counter.
fn saved_and_restored_unchanged(counter: &Counter) -> Counter {
    let text = serde_json::to_string(counter).unwrap();
    let read: Counter = serde_json::from_str(&text).unwrap();
    assert_eq!(&read, counter);
    read
}

#[test]
fn krakens_second_example_is_exact() {
    let rule = CounterRule {
        limit: Points::whole(125),
        reaching_is_allowed: false,
        decay_per_second: 234,
        step: Duration::ZERO,
    };
    let mut counter = Counter::new(rule, at(0));
    let charge = counter.charge(Points::whole(50), at(0));
    counter.answered(charge, at(0));
    assert_eq!(counter.level(at(10_000)), LEVEL_PER_POINT / 10 * 266); // 26.6
}

#[test]
fn a_burst_up_to_the_limit_needs_no_wait() {
    let mut counter = Counter::new(RULE, at(0));
    for _ in 0..20 {
        assert!(counter.room(Points::whole(1), Points::ZERO, at(0)).is_open(at(0)));
        let charge = counter.charge(Points::whole(1), at(0));
        counter.answered(charge, at(0));
    }
    // Three seconds until the first step is certain, two until it has made room for one point.
    let room = counter.room(Points::whole(1), Points::ZERO, at(0));
    assert_eq!(room, Room::At(at(5_000)));
}

#[test]
fn a_call_that_is_never_answered_keeps_its_room() {
    let mut counter = Counter::new(RULE, at(0));
    let charge = counter.charge(Points::whole(20), at(0));
    assert_eq!(counter.room(Points::whole(1), Points::ZERO, at(60_000)), Room::AfterAnswer);
    counter.given_up(charge, at(90_000));
    // Thirty seconds in which it may arrive, three of the step, two for one point.
    let room = counter.room(Points::whole(1), Points::ZERO, at(60_000));
    assert_eq!(room, Room::At(at(95_000)));
}

#[test]
fn kraken_is_believed_only_upward() {
    let mut counter = Counter::new(RULE, at(0));
    counter.raise_to(Points::whole(7), at(0));
    assert_eq!(counter.estimate(at(0)), Points::whole(7));
    counter.raise_to(Points::whole(3), at(0));
    assert_eq!(counter.estimate(at(0)), Points::whole(7));
    counter.fill(at(0));
    assert_eq!(counter.estimate(at(0)), Points::whole(20));
}

#[test]
fn a_restart_forgets_nothing_and_trusts_no_clock_that_went_back() {
    let mut counter = Counter::new(RULE, at(100_000));
    let charge = counter.charge(Points::whole(10), at(100_000));
    let lost = counter.charge(Points::whole(2), at(100_000));
    counter.answered(charge, at(100_000));
    drop(lost);
    let restored = counter.restored(RULE, at(70_000), at(40_000));
    assert_eq!(restored.estimate(at(40_000)), Points::whole(12));
    assert_eq!(restored.estimate(at(72_999)), Points::whole(12));
    assert!(restored.estimate(at(80_000)) < Points::whole(12));
}
