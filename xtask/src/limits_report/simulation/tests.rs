//! The simulation keeps its promises to the clients, and a careful client is never refused.

use std::collections::BTreeSet;

use simulated_limits::{DecayMode, Tier, private_cost};

use super::*;
use crate::limits_report::venue::BareLimits;
use crate::limits_report::workload::{Numbers, trading::Trading};

const START: Timestamp = Timestamp::from_nanos(1_767_225_600_000_000_000);

/// Sends everything at once and writes down what it hears.
#[derive(Debug, Default)]
struct Listener {
    asked: Vec<Started>,
    sent: BTreeMap<CallId, Timestamp>,
    heard: Vec<(CallId, Outcome, Timestamp)>,
    notices: Vec<Notice>,
    restarts: u32,
}

impl Client for Listener {
    fn ask(&mut self, call: Call, now: Timestamp) {
        self.asked.push(Started::Sent(call.id));
        self.sent.insert(call.id, now);
    }

    fn poll(&mut self, _now: Timestamp) -> Vec<Started> {
        std::mem::take(&mut self.asked)
    }

    fn answered(&mut self, id: CallId, outcome: Outcome, now: Timestamp) {
        self.heard.push((id, outcome, now));
    }

    fn next_timeout(&self) -> Option<Timestamp> {
        None
    }

    fn noticed(&mut self, notice: Notice, _now: Timestamp) {
        self.notices.push(notice);
    }

    fn restart(&mut self, _now: Timestamp) {
        self.asked.clear();
        self.restarts += 1;
    }
}

/// A call every half minute, which costs nothing.
struct Steady {
    next: Timestamp,
    numbers: Numbers,
}

impl Workload for Steady {
    fn next(&self) -> Option<Timestamp> {
        Some(self.next)
    }

    fn demand(&mut self, now: Timestamp) -> Vec<Call> {
        self.next = now + Duration::from_secs(30);
        let call = self.numbers.call("Balance", Purpose::Account);
        vec![Call { transport: Transport::Socket, ..call }]
    }
}

fn conditions(weather: Weather, process: Process, hours: u64) -> Conditions {
    let length = Duration::from_hours(hours);
    Conditions { weather, process, seed: 5, start: START, length }
}

fn listen(weather: Weather, process: Process, hours: u64) -> Listener {
    let mut client = Listener::default();
    let mut venue = BareLimits::documented(Tier::Pro, DecayMode::Continuous);
    let mut workload = Steady { next: START, numbers: Numbers::default() };
    let conditions = conditions(weather, process, hours);
    simulate(&mut client, &mut venue, &mut workload, conditions);
    client
}

#[test]
fn every_call_is_answered_once_and_after_thirty_seconds_at_the_latest() {
    let client = listen(Weather::Bad, Process::Survives, 30);
    let heard: BTreeSet<CallId> = client.heard.iter().map(|(id, _, _)| *id).collect();
    assert_eq!(heard.len(), client.heard.len());
    assert!(client.sent.len() - heard.len() <= 3, "only the last may still be under way");
    let mut lost = 0;
    for (id, outcome, now) in &client.heard {
        let waited = now.since(client.sent[id]);
        lost += usize::from(*outcome == Outcome::Lost);
        assert_eq!(*outcome == Outcome::Lost, waited == PATIENCE, "{outcome:?} after {waited:?}");
        assert!(waited <= PATIENCE);
    }
    // Three of a hundred are lost on the way, and of the others one in eight comes too late.
    let percent = lost * 100 / heard.len();
    assert!((11..=19).contains(&percent), "{percent} percent lost");
}

#[test]
fn in_ordinary_weather_nothing_is_lost() {
    let client = listen(Weather::Ordinary, Process::Survives, 1);
    assert_eq!(client.heard.len(), 120);
    for (id, outcome, now) in &client.heard {
        assert_eq!(*outcome, Outcome::Accepted);
        assert!(now.since(client.sent[id]) <= Duration::from_secs(1));
    }
}

#[test]
fn a_restarted_client_never_hears_how_its_calls_ended() {
    let client = listen(Weather::Bad, Process::Restarts, 10);
    assert!((30..90).contains(&client.restarts), "{} restarts", client.restarts);
    assert!(client.heard.len() + 10 < client.sent.len());
}

#[test]
fn orders_open_before_they_close_and_each_only_once() {
    for weather in [Weather::Ordinary, Weather::Bad] {
        let mut client = Listener::default();
        let mut venue = BareLimits::documented(Tier::Pro, DecayMode::Continuous);
        let mut workload = Trading::new(3, START);
        let conditions = conditions(weather, Process::Survives, 1);
        simulate(&mut client, &mut venue, &mut workload, conditions);
        let (mut opened, mut closed) = (BTreeSet::new(), BTreeSet::new());
        for Notice { order, fate, .. } in client.notices {
            match fate {
                Fate::Opened => assert!(opened.insert(order), "{order} opened twice"),
                Fate::Closed => {
                    assert!(opened.contains(&order), "{order} closed before it opened");
                    assert!(closed.insert(order), "{order} closed twice");
                }
                Fate::NeverOpened => assert!(!opened.contains(&order), "{order} was open"),
            }
        }
        assert!(1_000 < closed.len(), "only {} orders closed", closed.len());
    }
}

#[test]
fn the_same_seed_is_the_same_run() {
    let run = |seed| {
        let mut client = Listener::default();
        let mut venue = BareLimits::documented(Tier::Starter, DecayMode::Continuous);
        let mut workload = Trading::new(seed, START);
        let conditions = Conditions { seed, ..conditions(Weather::Bad, Process::Survives, 1) };
        simulate(&mut client, &mut venue, &mut workload, conditions);
        client.heard
    };
    assert_eq!(run(1), run(1));
    assert_ne!(run(1), run(2));
}

#[test]
fn what_is_planned_for_one_moment_happens_in_the_order_of_planning() {
    let mut timeline = Timeline::default();
    for (seconds, id) in [(2, 1), (1, 2), (2, 3), (1, 4)] {
        timeline.plan(START + Duration::from_secs(seconds), Event::TimesOut(id));
    }
    let mut ids = Vec::new();
    assert!(timeline.pop_due(START).is_none());
    while let Some(Event::TimesOut(id)) = timeline.pop_due(START + Duration::from_secs(2)) {
        ids.push(id);
    }
    assert_eq!(ids, [2, 4, 1, 3]);
}

#[test]
fn costs_of_the_mix_are_those_of_the_comparison() {
    use crate::limits_report::workload::RECONNECT;
    let cost: simulated_limits::Points = RECONNECT.iter().copied().map(private_cost).sum();
    assert_eq!((RECONNECT.len(), cost.to_string().as_str()), (11, "15"));
}
