//! Candles are told once, in order, whole.

use proptest::prelude::*;
use trading_types::{Amount, Price};

use super::*;

const MINUTE: u64 = 60;

fn seconds(seconds: u64) -> Timestamp {
    Timestamp::from_seconds(1_800_000_000 + seconds).unwrap()
}

/// The candle that began `minute` minutes after the start and has seen `trades` trades.
fn report(minute: u64, trades: u32) -> CandleReport {
    let one = Price::from_units(1);
    let candle = Candle {
        start: seconds(minute * MINUTE),
        open: one,
        high: one,
        low: one,
        close: one,
        volume: Amount::ZERO,
        trades,
    };
    let interval = Interval::from_minutes(1).unwrap();
    CandleReport { pair: "BTC/USD".parse().unwrap(), interval, candle }
}

fn tell(feed: &mut CandleFeed, kind: MessageKind, reports: &[CandleReport], now: u64) {
    let message = CandlesMessage { kind, candles: reports.to_vec() };
    feed.handle(CandleEvent::Message(&message), seconds(now));
}

fn update(to: &mut CandleFeed, minute: u64, trades: u32, now: u64) {
    tell(to, MessageKind::Update, &[report(minute, trades)], now);
}

fn news(feed: &mut CandleFeed) -> Vec<CandleNews> {
    std::iter::from_fn(|| feed.poll_output()).collect()
}

fn closed(minute: u64, trades: u32, is_history: bool) -> CandleNews {
    CandleNews::Closed { report: report(minute, trades), is_history }
}

#[test]
fn a_candle_is_closed_when_the_next_begins() {
    let mut feed = CandleFeed::default();
    update(&mut feed, 0, 1, 5);
    update(&mut feed, 0, 2, 50);
    assert_eq!(news(&mut feed), []);
    update(&mut feed, 1, 1, 61);
    assert_eq!(news(&mut feed), [closed(0, 2, false)]);
}

#[test]
fn a_candle_is_closed_when_its_time_and_the_grace_are_over() {
    let mut feed = CandleFeed::default();
    update(&mut feed, 0, 1, 5);
    assert_eq!(feed.next_timeout(), Some(seconds(62)));
    feed.handle_timeout(seconds(61));
    assert_eq!(news(&mut feed), []);
    update(&mut feed, 0, 2, 61);
    feed.handle_timeout(seconds(62));
    assert_eq!(news(&mut feed), [closed(0, 2, false)]);
    feed.handle_timeout(seconds(62));
    assert_eq!((news(&mut feed), feed.next_timeout()), (vec![], None));
    // Three minutes without trades have no candles.
    update(&mut feed, 4, 1, 250);
    update(&mut feed, 5, 1, 301);
    assert_eq!(news(&mut feed), [closed(4, 1, false)]);
}

#[test]
fn a_change_after_the_end_is_told_as_late() {
    let mut feed = CandleFeed::default();
    update(&mut feed, 0, 1, 5);
    feed.handle_timeout(seconds(62));
    update(&mut feed, 0, 2, 63);
    assert_eq!(news(&mut feed), [closed(0, 1, false), CandleNews::Late { report: report(0, 2) }]);
}

#[test]
fn a_snapshot_is_history_but_for_its_last_candle() {
    let mut feed = CandleFeed::default();
    let unordered = [report(3, 1), report(1, 1), report(2, 1)];
    tell(&mut feed, MessageKind::Snapshot, &unordered, 185);
    assert_eq!(news(&mut feed), [closed(1, 1, true), closed(2, 1, true)]);
    update(&mut feed, 3, 2, 190);
    update(&mut feed, 4, 1, 241);
    assert_eq!(news(&mut feed), [closed(3, 2, false)]);
}

#[test]
fn what_a_snapshot_tells_before_its_end_is_closed_before_our_eyes() {
    let mut feed = CandleFeed::default();
    tell(&mut feed, MessageKind::Snapshot, &[report(0, 1), report(1, 1)], 90);
    feed.handle_timeout(seconds(122));
    assert_eq!(news(&mut feed), [closed(0, 1, true), closed(1, 1, false)]);
}

#[test]
fn a_second_snapshot_fills_the_gap_and_repeats_nothing() {
    let mut feed = CandleFeed::default();
    let snapshot = [report(1, 1), report(2, 1)];
    tell(&mut feed, MessageKind::Snapshot, &snapshot, 130);
    update(&mut feed, 2, 2, 140);
    feed.handle(CandleEvent::Disconnected, seconds(150));
    // What formed is not told half, however late it gets.
    feed.handle_timeout(seconds(300));
    assert_eq!((news(&mut feed), feed.next_timeout()), (vec![closed(1, 1, true)], None));
    let snapshot = [report(1, 1), report(2, 9), report(3, 1), report(5, 1)];
    tell(&mut feed, MessageKind::Snapshot, &snapshot, 301);
    assert_eq!(news(&mut feed), [closed(2, 9, true), closed(3, 1, true)]);
    assert_eq!(feed.next_timeout(), Some(seconds(362)));
}

#[test]
fn what_is_never_told_again_is_missed() {
    let mut feed = CandleFeed::default();
    update(&mut feed, 0, 1, 5);
    feed.handle(CandleEvent::Disconnected, seconds(10));
    tell(&mut feed, MessageKind::Snapshot, &[report(4, 1), report(5, 1)], 301);
    let missed = CandleNews::Missed { report: report(0, 1) };
    assert_eq!(news(&mut feed), [missed, closed(4, 1, true)]);
}

#[test]
fn an_update_tells_the_whole_candle_again() {
    let mut feed = CandleFeed::default();
    update(&mut feed, 0, 1, 5);
    feed.handle(CandleEvent::Disconnected, seconds(10));
    update(&mut feed, 0, 7, 20);
    feed.handle_timeout(seconds(62));
    assert_eq!(news(&mut feed), [closed(0, 7, false)]);
}

#[test]
fn a_candle_from_the_future_is_not_believed() {
    let mut feed = CandleFeed::default();
    update(&mut feed, 0, 1, 5);
    update(&mut feed, 900, 1, 6);
    assert_eq!(news(&mut feed), [CandleNews::Ahead { report: report(900, 1) }]);
    update(&mut feed, 0, 2, 7);
    update(&mut feed, 1, 1, 59);
    assert_eq!(news(&mut feed), [closed(0, 2, false)]);
}

#[test]
fn lines_are_apart() {
    let mut feed = CandleFeed::default();
    update(&mut feed, 0, 1, 5);
    let hour = CandleReport { interval: Interval::from_minutes(60).unwrap(), ..report(0, 3) };
    tell(&mut feed, MessageKind::Update, &[hour], 6);
    let other = CandleReport { pair: "ETH/USD".parse().unwrap(), ..report(1, 4) };
    tell(&mut feed, MessageKind::Update, &[other], 61);
    assert_eq!(news(&mut feed), []);
    feed.forget(other.pair, other.interval);
    feed.handle_timeout(seconds(3_601));
    assert_eq!(news(&mut feed), [closed(0, 1, false)]);
    feed.handle_timeout(seconds(3_602));
    assert_eq!(news(&mut feed), [CandleNews::Closed { report: hour, is_history: false }]);
}

#[derive(Clone, Debug)]
enum Step {
    Message(MessageKind, Vec<(u64, u32)>),
    Disconnected,
    Timeout,
}

fn step() -> impl Strategy<Value = Step> {
    let candles = prop::collection::vec((0_u64..20, 0_u32..50), 1..5);
    let kind = prop_oneof![3 => Just(MessageKind::Update), 1 => Just(MessageKind::Snapshot)];
    prop_oneof![
        6 => (kind, candles).prop_map(|(kind, candles)| Step::Message(kind, candles)),
        1 => Just(Step::Disconnected),
        3 => Just(Step::Timeout),
    ]
}

proptest! {
    /// Whatever comes in whatever order: candles are closed once and in order, none before its
    /// time, and the timer never stands still.
    #[test]
    fn survives_any_history(steps in prop::collection::vec((step(), 0_u64..90), 0..60)) {
        let mut feed = CandleFeed::default();
        let (mut now, mut last) = (0, None);
        for (step, wait) in steps {
            now += wait;
            match step {
                Step::Message(kind, candles) => {
                    let told = |(minute, trades): (u64, u32)| report(minute, trades);
                    let candles: Vec<CandleReport> = candles.into_iter().map(told).collect();
                    tell(&mut feed, kind, &candles, now);
                }
                Step::Disconnected => feed.handle(CandleEvent::Disconnected, seconds(now)),
                Step::Timeout => {
                    feed.handle_timeout(seconds(now));
                    prop_assert!(feed.next_timeout().is_none_or(|next| seconds(now) < next));
                }
            }
            while let Some(news) = feed.poll_output() {
                if let CandleNews::Closed { report, .. } | CandleNews::Missed { report } = news {
                    let start = report.candle.start;
                    prop_assert!(last.is_none_or(|last| last < start), "{:?}", news);
                    prop_assert!(start <= seconds(now + MINUTE));
                    last = Some(start);
                }
            }
        }
    }
}
