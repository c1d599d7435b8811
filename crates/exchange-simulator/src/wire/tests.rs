//! Messages take as long as they are told to, and never overtake within an audience.

use std::time::Duration;

use proptest::prelude::*;
use trading_types::{LinkEvent, VenueCommand};

use super::*;
use crate::{
    fixture::{id, quick},
    latency::Delay,
};

fn millis(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

fn between(min: u64, max: u64) -> Delay {
    Delay { min: millis(min), max: millis(max) }
}

proptest! {
    #![proptest_config(quick())]

    #[test]
    fn nobody_overtakes_within_an_account(
        sends in prop::collection::vec((0_u64..20, 0_u32..3), 1..60),
        seed: u64,
    ) {
        let latency = Latency { outbound: between(5, 90), inbound: Delay::NONE };
        let mut wire = Wire::new(latency, seed);
        let mut now = Timestamp::EPOCH;
        for (number, (pause, account)) in (0_u64..).zip(&sends) {
            now = now + millis(*pause);
            wire.send(AccountId(*account), VenueCommand::Cancel(id(number)), now);
        }
        let mut last = [None; 3];
        let mut arrived = Timestamp::EPOCH;
        let mut count = 0;
        while let Some(at) = wire.next_command_at() {
            let (account, command) = wire.pop_command().unwrap();
            let VenueCommand::Cancel(id) = command else { panic!("only cancels were sent") };
            prop_assert!(arrived <= at);
            prop_assert!(last[account.index()] < Some(id.sequence()));
            last[account.index()] = Some(id.sequence());
            arrived = at;
            count += 1;
        }
        prop_assert_eq!(count, sends.len());
        prop_assert!(arrived <= now + millis(90));
    }
}

#[test]
fn an_event_is_heard_after_its_delay() {
    let mut wire = Wire::new(Latency { outbound: Delay::NONE, inbound: between(7, 7) }, 1);
    wire.tell(Audience::Everyone, VenueEvent::Link(LinkEvent::Connected), Timestamp::EPOCH);
    let at = Timestamp::EPOCH + millis(7);
    assert_eq!(wire.next_event_at(), Some(at));
    assert!(wire.pop_event(Timestamp::from_nanos(at.nanos() - 1)).is_none());
    assert!(wire.pop_event(at).is_some());
    assert!(wire.pop_event(at).is_none());
}
