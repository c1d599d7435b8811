//! What is said, how often, and what happens when nobody listens.

use proptest::prelude::*;

use super::*;

fn at(seconds: u64) -> Timestamp {
    Timestamp::from_seconds(1_800_000_000 + seconds).unwrap()
}

/// A desk, its time in seconds, and what came out when.
struct Bench {
    desk: AlertDesk,
    time: u64,
    delivered: Vec<(u64, Alert)>,
    halts: Vec<(u64, String)>,
}

const NO_DATA: AlertKind = AlertKind::StaleData;

impl Bench {
    fn new() -> Self {
        Self::with([])
    }

    fn with(unread: impl IntoIterator<Item = Alert>) -> Self {
        let desk = AlertDesk::new(Times::default(), unread, at(0));
        let mut bench = Self { desk, time: 0, delivered: Vec::new(), halts: Vec::new() };
        bench.drain();
        bench
    }

    fn raise(&mut self, severity: Severity, text: &str) {
        self.desk.raise(NO_DATA, severity, text.to_owned(), at(self.time));
        self.drain();
    }

    fn read(&mut self, alert: Option<u64>) {
        self.desk.acknowledge(alert, "anna", at(self.time));
        self.drain();
    }

    fn drain(&mut self) {
        while let Some(output) = self.desk.poll_output() {
            match output {
                AlertOutput::Deliver(alert) => self.delivered.push((self.time, alert)),
                AlertOutput::Halt(text) => self.halts.push((self.time, text)),
            }
        }
    }

    fn wait(&mut self, seconds: u64) {
        let end = self.time + seconds;
        while let Some(due) = self.desk.next_timeout().filter(|due| *due <= at(end)) {
            assert!(at(self.time) <= due, "a timer in the past");
            self.time = due.since(at(0)).as_secs();
            self.desk.handle_timeout(at(self.time));
            self.drain();
            assert!(self.desk.next_timeout().is_none_or(|due| at(self.time) < due), "it spins");
        }
        self.time = end;
    }

    fn texts(&self) -> Vec<&str> {
        self.delivered.iter().map(|(_, alert)| alert.text.as_str()).collect()
    }
}

use Severity::{Critical, Notice, Warning};

#[test]
fn what_is_open_is_counted_and_not_said_again() {
    let mut bench = Bench::new();
    bench.raise(Warning, "BTC/EUR has no price since 2026-11-22T10:00:00Z");
    bench.raise(Warning, "BTC/EUR has no price since 2026-11-22T10:00:07.5Z");
    bench.raise(Notice, "BTC/EUR has no price since 12");
    assert_eq!(bench.delivered.len(), 1);
    assert_eq!(bench.desk.unread().next().unwrap().1, 3);
    bench.raise(Warning, "ETH/EUR has no price since 2026-11-22T10:00:00Z");
    assert_eq!(bench.delivered.len(), 2, "another pair is another matter");
    bench.raise(Critical, "BTC/EUR has no price since 13");
    bench.raise(Critical, "BTC/EUR has no price since 14");
    bench.raise(Warning, "BTC/EUR has no price since 15");
    assert_eq!(bench.delivered.len(), 3, "what became worse is said once more");
    assert_eq!(bench.delivered.last().unwrap().1.severity, Critical);
}

#[test]
fn what_was_read_or_is_long_ago_is_news_again() {
    let check = |severity, is_read, seconds, deliveries| {
        let mut bench = Bench::new();
        bench.raise(severity, "no price");
        if is_read {
            bench.read(Some(1));
        }
        bench.wait(seconds);
        bench.raise(severity, "no price");
        let said = bench.texts().iter().filter(|text| **text == "no price").count();
        assert_eq!(said, deliveries, "{severity:?} {is_read} {seconds}");
    };
    check(Notice, false, 3_599, 1);
    check(Notice, false, 3_600, 2);
    check(Warning, false, 86_399, 1);
    check(Warning, false, 86_400, 2);
    check(Critical, false, 864_000, 1);
    check(Critical, true, 0, 2);
    check(Warning, true, 0, 2);
}

#[test]
fn a_critical_alert_that_nobody_reads_halts_once() {
    let check = |severity, read_at: Option<u64>, halts: &[u64]| {
        let mut bench = Bench::new();
        bench.raise(severity, "no price");
        if let Some(seconds) = read_at {
            bench.wait(seconds);
            bench.read(None);
        }
        bench.wait(10_000);
        let when: Vec<u64> = bench.halts.iter().map(|(time, _)| *time).collect();
        assert_eq!(when, halts, "{severity:?} {read_at:?}");
        assert!(bench.halts.iter().all(|(_, text)| text == "no price"));
    };
    check(Critical, None, &[300]);
    check(Critical, Some(299), &[]);
    check(Critical, Some(301), &[300]);
    check(Warning, None, &[]);
    check(Notice, None, &[]);
}

#[test]
fn others_learn_who_takes_care() {
    let mut bench = Bench::new();
    bench.raise(Critical, "no price");
    bench.raise(Critical, "no order");
    bench.raise(Warning, "no rain");
    bench.read(Some(3));
    bench.read(Some(17));
    assert_eq!(bench.delivered.len(), 3);
    bench.read(None);
    let (_, told) = bench.delivered.last().unwrap();
    assert_eq!(told.text, "anna has read alert 1 and 1 more: no price");
    assert_eq!(told.severity, Notice);
}

#[test]
fn what_was_not_read_before_a_restart_still_waits() {
    let alert = |id, severity, seconds_ago: u64| {
        let time = Timestamp::from_nanos(at(0).nanos() - seconds_ago * 1_000_000_000);
        let text = format!("trouble {severity:?}");
        Alert { id, time, kind: NO_DATA, severity, text }
    };
    let mut bench = Bench::with([alert(7, Critical, 100), alert(9, Warning, 100)]);
    assert_eq!(bench.desk.unread().count(), 2);
    bench.raise(Critical, "trouble Critical");
    assert!(bench.delivered.is_empty(), "it was said before the restart");
    bench.raise(Critical, "new trouble");
    assert_eq!(bench.delivered[0].1.id, 10);
    bench.wait(200);
    assert_eq!(bench.halts.len(), 1);
    let bench = Bench::with([alert(7, Critical, 3_000)]);
    assert_eq!(bench.halts.len(), 1, "nobody answered while we were away");
    let mut bench = Bench::with([]);
    bench.desk = bench.desk.numbered_above(41);
    bench.raise(Warning, "trouble");
    assert_eq!(bench.delivered[0].1.id, 42);
}

#[test]
fn a_storm_is_told_as_one_and_what_is_critical_comes_through() {
    let mut bench = Bench::new();
    for number in 0..20 {
        bench.raise(Warning, &format!("matter{number}"));
    }
    assert_eq!(bench.delivered.len(), 6);
    bench.raise(Critical, "fire");
    assert_eq!(bench.texts()[6], "fire");
    bench.wait(59);
    assert_eq!(bench.delivered.len(), 7);
    bench.wait(1);
    assert_eq!(bench.texts()[7..], ["matter6 | matter7 | matter8 | and 11 more"]);
    bench.raise(Warning, "matter19");
    assert_eq!(bench.delivered.len(), 8, "it was told with the others");
    let id = bench.delivered[7].1.id;
    bench.read(Some(id));
    bench.raise(Warning, "matter19");
    assert_eq!(bench.delivered.len(), 9);
}

/// How many alerts a text stands for.
fn stands_for(text: &str) -> usize {
    let parts = text.split(" | ");
    let more = |part: &str| part.strip_prefix("and ")?.strip_suffix(" more")?.parse().ok();
    parts.map(|part| more(part).unwrap_or(1)).sum()
}

fn any_severity() -> impl Strategy<Value = Severity> {
    prop_oneof![Just(Notice), Just(Warning), Just(Critical)]
}

proptest! {
    #[test]
    fn everything_is_told_or_waits_and_nothing_floods(
        raised in prop::collection::vec((0_u64..60, 0_u64..3, any_severity()), 1..400),
    ) {
        let mut bench = Bench::new();
        let (mut new, mut criticals) = (0, Vec::new());
        for (number, (wait, slow, severity)) in raised.into_iter().enumerate() {
            bench.wait(wait * slow / 20);
            bench.raise(severity, &format!("matter{number}"));
            new += 1;
            if severity == Critical {
                criticals.push(bench.time);
            }
            prop_assert!(bench.desk.unread().count() <= OPEN_MAX);
        }
        bench.wait(120);
        let told: usize = bench.texts().iter().map(|text| stands_for(text)).sum();
        prop_assert_eq!(told, new);
        for (index, (time, _)) in bench.delivered.iter().enumerate() {
            let window = &bench.delivered[index..];
            let within = window.iter().filter(|(other, _)| *other < time + 60);
            prop_assert!(within.clone().count() <= DELIVERIES_MAX);
        }
        bench.wait(300);
        if let Some(first) = criticals.first() {
            prop_assert!(bench.halts.iter().any(|(time, _)| *time == first + 300));
        } else {
            prop_assert!(bench.halts.is_empty());
        }
    }
}
