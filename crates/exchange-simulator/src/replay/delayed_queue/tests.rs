//! What is under way arrives late and in order.

use std::time::Duration;

use proptest::prelude::*;
use trading_types::Timestamp;

use super::DelayedQueue;
use crate::{fixture::quick, latency::Delay};

proptest! {
    #![proptest_config(quick())]

    /// Nothing arrives before it was sent and has traveled, nothing overtakes, nothing is lost, and
    /// a seed decides it all.
    #[test]
    fn what_is_under_way_arrives_in_order(
        seed: u64,
        min in 0..100_u64,
        more in 0..100_u64,
        waits in prop::collection::vec(0..50_u64, 1..40),
    ) {
        let millis = Duration::from_millis;
        let delay = Delay { min: millis(min), max: millis(min + more) };
        let mut queues = [DelayedQueue::new(delay, seed), DelayedQueue::new(delay, seed)];
        let mut sent = Vec::new();
        let mut now = Timestamp::from_seconds(1).unwrap();
        for (number, wait) in waits.into_iter().enumerate() {
            now = now + millis(wait);
            sent.push(now);
            for queue in &mut queues {
                queue.send(number, now);
            }
        }
        let mut last = Timestamp::EPOCH;
        for (number, sent) in sent.into_iter().enumerate() {
            let next = queues[0].next_arrival();
            let (arrival, what) = queues[0].take().unwrap();
            prop_assert_eq!((next, what), (arrival, number));
            prop_assert_eq!(queues[1].take(), Some((arrival, what)));
            prop_assert!(sent + delay.min <= arrival && last <= arrival);
            // Later than the longest delay only behind one that was.
            prop_assert!(arrival <= sent + delay.max || arrival == last);
            last = arrival;
        }
        prop_assert!(queues[0].is_empty());
        prop_assert_eq!(queues[0].next_arrival(), Timestamp::NEVER);
    }
}
