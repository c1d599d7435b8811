//! No minute of the other clock holds more than the limit.

use proptest::prelude::*;

use super::*;

fn at(milliseconds: u64) -> Timestamp {
    Timestamp::EPOCH + Duration::from_millis(milliseconds)
}

proptest! {
    #[test]
    fn no_minute_of_the_other_clock_is_overfull(
        wishes in prop::collection::vec((0..8_000_u64, 0..20_000_u64, 0..5_000_u64), 1..150),
        offset in 0..1_000_u64,
    ) {
        let mut window = MinuteWindow::new(5, Duration::from_millis(500));
        let mut now = 600_000;
        let mut under_way: Vec<(u64, MinuteCharge)> = Vec::new();
        let mut arrived: BTreeMap<u64, u32> = BTreeMap::new();
        for (pause, outbound, inbound) in wishes {
            now += pause;
            under_way.sort_by_key(|(end, _)| *end);
            while under_way.first().is_some_and(|(end, _)| *end <= now) {
                let (end, charge) = under_way.remove(0);
                window.finish(charge, at(end));
            }
            if window.room(at(now)).is_open(at(now)) {
                let charge = window.start(at(now));
                under_way.push((now + outbound + inbound, charge));
                // The other clock is up to half a second off either way.
                let theirs = now + outbound + offset - 500;
                *arrived.entry(theirs / 60_000).or_default() += 1;
            }
        }
        prop_assert!(arrived.values().all(|calls| *calls <= 5), "{arrived:?}");
    }
}

#[test]
fn a_full_minute_waits_for_the_next_and_for_the_other_clock() {
    let mut window = MinuteWindow::new(2, Duration::from_secs(1));
    for _ in 0..2 {
        assert!(window.room(at(70_000)).is_open(at(70_000)));
        let charge = window.start(at(70_000));
        window.finish(charge, at(70_100));
    }
    assert_eq!(window.room(at(80_000)), Room::At(at(121_000)));
}

#[test]
fn a_restart_counts_what_was_over_and_what_was_under_way() {
    let fresh = || MinuteWindow::new(2, Duration::from_secs(1));
    let mut window = fresh();
    let over = window.start(at(70_000));
    window.finish(over, at(70_100));
    drop(window.start(at(70_200)));
    let restored = fresh().restored(&window, at(130_000), at(71_000));
    let calls = [70_000, 130_000, 190_000].map(|moment| restored.calls(at(moment)));
    assert_eq!(calls, [2, 1, 0]);
}
