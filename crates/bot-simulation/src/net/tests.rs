//! TCP keeps its promises whatever the options: order in a connection, nothing twice, no gap.

use simulated_kraken::Frame;

use super::*;

fn storm() -> NetOptions {
    let second = Duration::from_secs(1);
    NetOptions {
        delay: (Duration::from_millis(1), second),
        spikes: 100,
        spike_max: 20 * second,
        lost_requests: 50,
        lost_answers: 50,
        never_sent: 20,
        reset_every: 600 * second,
        hang_every: 600 * second,
        outage_every: 3_600 * second,
        outage_max: 60 * second,
    }
}

fn at(millis: u64) -> Timestamp {
    Timestamp::from_nanos(1_000_000_000 + millis * 1_000_000)
}

#[test]
fn frames_arrive_in_order_and_without_a_gap() {
    let mut lost = 0;
    for seed in 0..300 {
        let (mut net, mut tally) =
            (Net::new(storm(), Prng::from_seed(seed), at(0)), Tally::default());
        let id = ConnectionId(1);
        net.dial((id, SocketKind::Public), &mut tally, at(0));
        let (mut up, mut down) = (Vec::new(), Vec::new());
        for step in 0..200 {
            let now = at(step * 500);
            net.frame(id, step.to_string(), &mut tally, now);
            let frame = Frame::new(step.to_string());
            net.told(Output::Send { id, frame }, &mut tally, now);
            let mut inputs = Vec::new();
            while let Some(arrival) = net.poll(now, &mut tally, |input| inputs.push(input)) {
                if let Arrival::Frame { frame, .. } = arrival {
                    down.push(frame.as_str().parse::<u64>().unwrap());
                }
            }
            up.extend(inputs.into_iter().filter_map(|input| match input {
                Input::Frame { text, .. } => Some(text.parse::<u64>().unwrap()),
                Input::Request { .. } | Input::Knock { .. } | Input::Gone { .. } => None,
            }));
        }
        for way in [&up, &down] {
            let expected: Vec<u64> = (0..u64::try_from(way.len()).unwrap()).collect();
            assert_eq!(*way, expected, "seed {seed}");
        }
        lost += u64::from(up.len() < 150);
    }
    assert!(0 < lost, "no connection ever broke");
}

#[test]
fn a_request_arrives_at_most_once_and_the_calm_loses_none() {
    let mut net = Net::new(storm(), Prng::from_seed(7), at(0));
    let mut tally = Tally::default();
    let mut arrived = Vec::new();
    for step in 0..2_000 {
        let id = RequestId(step);
        net.request((id, HttpRequest::default()), &mut tally, at(step * 100));
        if step == 1_000 {
            net.calm_down();
        }
        let mut note = |input| {
            if let Input::Request { id, .. } = input {
                arrived.push(id.0);
            }
        };
        while net.poll(at(step * 100), &mut tally, &mut note).is_some() {}
    }
    let mut note = |input| {
        if let Input::Request { id, .. } = input {
            arrived.push(id.0);
        }
    };
    while net.poll(at(10_000_000), &mut tally, &mut note).is_some() {}
    let count = arrived.len();
    arrived.sort_unstable();
    arrived.dedup();
    assert_eq!(arrived.len(), count, "one arrived twice");
    assert!((1_001..2_000).all(|id| arrived.contains(&id)), "the calm loses none");
    assert!(0 < tally.of("net_lost_request") && 0 < tally.of("net_slow"));
}
