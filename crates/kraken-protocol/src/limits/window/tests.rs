//! The window against its own definition: no stretch of time holds more than the limit.

use proptest::prelude::*;

use super::*;

const PERIOD: Duration = Duration::from_secs(10);

fn at(milliseconds: u64) -> Timestamp {
    Timestamp::EPOCH + Duration::from_millis(milliseconds)
}

proptest! {
    #[test]
    fn no_stretch_holds_more_than_the_limit(
        wishes in prop::collection::vec((0..3_000_u64, 1..6_u32), 1..80),
    ) {
        let mut window = Window::new(20, PERIOD);
        let mut now = 0;
        let mut granted = Vec::new();
        for (pause, cost) in wishes {
            now += pause;
            match window.try_spend(cost, at(now)) {
                Ok(()) => granted.push((at(now), cost)),
                Err(room) => {
                    prop_assert!(at(now) < room);
                    let before = Timestamp::from_nanos(room.nanos() - 1);
                    prop_assert!(window.clone().try_spend(cost, before).is_err());
                    prop_assert!(window.clone().try_spend(cost, room).is_ok());
                }
            }
        }
        for (end, _) in &granted {
            let inside = granted.iter().filter(|(at, _)| at <= end && *end < *at + PERIOD);
            prop_assert!(inside.map(|(_, cost)| cost).sum::<u32>() <= 20);
        }
    }
}
