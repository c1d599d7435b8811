//! Who goes first, who waits for what, and what Kraken's words do.

use std::time::Duration;

use super::*;
use crate::limits::{Bucket, Profile, TradingAction};

fn at(milliseconds: u64) -> Timestamp {
    // In the middle of a minute of the clock.
    Timestamp::EPOCH + Duration::from_secs(1_800_000_030) + Duration::from_millis(milliseconds)
}

fn scheduler(profile: Profile, tier: Tier) -> Scheduler {
    let settings = SchedulerSettings { profile, tier, ..SchedulerSettings::default() };
    Scheduler::new(settings, 7, at(0))
}

fn documented(tier: Tier) -> Scheduler {
    scheduler(Profile::Documented, tier)
}

fn private(endpoint: Endpoint, key: KeyRole) -> Work {
    Work::Private { endpoint, key, cost: endpoint.cost() }
}

fn read(endpoint: Endpoint) -> Work {
    private(endpoint, KeyRole::Read)
}

fn ticker() -> Work {
    Work::Public { endpoint: Endpoint::Ticker, pair: None }
}

fn pair() -> Pair {
    "BTC/USD".parse().unwrap()
}

fn place(sequence: u64, path: TradingPath) -> Work {
    let action = TradingAction::Place(vec![ClientOrderId::new(1, sequence)]);
    Work::Trading { pair: pair(), action, path }
}

fn started(scheduler: &mut Scheduler) -> Vec<CallId> {
    let mut started = Vec::new();
    while let Some(output) = scheduler.poll_output() {
        if let SchedulerOutput::Start { call, .. } = output {
            started.push(call);
        }
    }
    started
}

/// Submits `work` and answers it at once; how many milliseconds it waited, nothing if for ever.
fn takes(scheduler: &mut Scheduler, work: Work, lane: Lane, now: u64) -> Option<u64> {
    let call = scheduler.submit(work, lane, at(now)).unwrap();
    let mut time = at(now);
    loop {
        if started(scheduler).contains(&call) {
            scheduler.finished(call, CallOutcome::Done, Feedback::Fine, time);
            return Some(u64::try_from(time.since(at(now)).as_millis()).unwrap());
        }
        time = scheduler.next_timeout()?;
        scheduler.handle_timeout(time);
    }
}

/// The reconnect of the mission: eleven calls, fifteen points.
const RECONNECT: [Endpoint; 11] = [
    Endpoint::Balance,
    Endpoint::OpenOrders,
    Endpoint::TradesHistory,
    Endpoint::TradesHistory,
    Endpoint::Ledgers,
    Endpoint::Ledgers,
    Endpoint::QueryOrders,
    Endpoint::QueryOrders,
    Endpoint::QueryOrders,
    Endpoint::QueryOrders,
    Endpoint::QueryOrders,
];

#[test]
fn a_reconnect_goes_at_once_on_every_tier() {
    for tier in Tier::all() {
        let mut scheduler = documented(tier);
        for endpoint in RECONNECT {
            assert_eq!(
                takes(&mut scheduler, read(endpoint), Lane::Reconcile, 0),
                Some(0),
                "{tier}"
            );
        }
    }
}

#[test]
fn what_can_wait_leaves_room_for_finding_out() {
    let mut scheduler = documented(Tier::Starter);
    let mut at_once = 0;
    while takes(&mut scheduler, read(Endpoint::Balance), Lane::Statistics, 0) == Some(0) {
        at_once += 1;
    }
    // Fifteen less five; the eleventh waited for its point.
    assert_eq!(at_once, 10);
    let now = 10_000;
    assert_eq!(takes(&mut scheduler, read(Endpoint::OpenOrders), Lane::Resolve, now), Some(0));
}

#[test]
fn the_urgent_overtakes_and_nobody_starves() {
    let mut scheduler = documented(Tier::Pro);
    let calls: Vec<CallId> = [
        (read(Endpoint::Balance), Lane::Statistics),
        (read(Endpoint::Ledgers), Lane::History),
        (read(Endpoint::TradeVolume), Lane::Statistics),
        (read(Endpoint::OpenOrders), Lane::Resolve),
    ]
    .into_iter()
    .map(|(work, lane)| scheduler.submit(work, lane, at(0)).unwrap())
    .collect();
    let mut order = started(&mut scheduler);
    for _ in 0..3 {
        let last = *order.last().unwrap();
        scheduler.finished(last, CallOutcome::Done, Feedback::Fine, at(0));
        order.extend(started(&mut scheduler));
    }
    assert_eq!(order, [calls[0], calls[3], calls[2], calls[1]]);
}

#[test]
fn a_dear_call_is_not_overtaken_by_cheap_ones_behind_it() {
    let mut scheduler = documented(Tier::Starter);
    while takes(&mut scheduler, read(Endpoint::Balance), Lane::History, 0) == Some(0) {}
    let now = at(100);
    let dear = scheduler.submit(read(Endpoint::Ledgers), Lane::History, now).unwrap();
    let cheap = scheduler.submit(read(Endpoint::Balance), Lane::History, now).unwrap();
    assert_eq!(started(&mut scheduler), []);
    let waiting = scheduler.waiting(now);
    assert_eq!(waiting[0].why, Why::KeyCounter(KeyRole::Read));
    assert_eq!(waiting[1].why, Why::Behind(Lane::History));
    let time = waiting[0].until.unwrap();
    scheduler.handle_timeout(time);
    assert_eq!(started(&mut scheduler), [dear]);
    assert!(scheduler.withdraw(cheap, time) && !scheduler.withdraw(dear, time));
}

#[test]
fn an_order_over_the_socket_waits_for_no_account_call() {
    let mut scheduler = documented(Tier::Starter);
    for _ in 0..50 {
        scheduler.submit(private(Endpoint::Ledgers, KeyRole::Trade), Lane::History, at(0)).unwrap();
    }
    started(&mut scheduler);
    assert_eq!(takes(&mut scheduler, place(1, TradingPath::Socket), Lane::Place, 0), Some(0));
    // With a key of its own it needs no socket either.
    let own = TradingPath::Rest(KeyRole::Trade, Endpoint::AddOrder);
    let mut apart = documented(Tier::Starter);
    for _ in 0..50 {
        apart.submit(read(Endpoint::Ledgers), Lane::History, at(0)).unwrap();
    }
    started(&mut apart);
    assert_eq!(takes(&mut apart, place(1, own), Lane::Place, 0), Some(0));
}

#[test]
fn halts_and_cancels_never_wait_behind_placements() {
    let mut scheduler = documented(Tier::Starter);
    for sequence in 0..200 {
        scheduler.submit(place(sequence, TradingPath::Socket), Lane::Place, at(0)).unwrap();
    }
    let placed = started(&mut scheduler);
    for call in &placed {
        scheduler.finished(*call, CallOutcome::Done, Feedback::Fine, at(0));
    }
    assert_eq!(placed.len(), 5); // Five at nine points, and ten are left.
    let cancel = TradingAction::Cancel(vec![ClientOrderId::new(1, 0)]);
    let cancel = Work::Trading { pair: pair(), action: cancel, path: TradingPath::Socket };
    assert_eq!(takes(&mut scheduler, cancel, Lane::Cancel, 0), Some(0));
    let stop = place(900, TradingPath::Socket);
    assert_eq!(takes(&mut scheduler, stop, Lane::Stop, 0), Some(0));
    let all = Work::CancelAll { path: TradingPath::Socket };
    assert_eq!(takes(&mut scheduler, all, Lane::Halt, 0), Some(0));
    let action = TradingAction::PlaceImmediate(ClientOrderId::new(1, 901));
    let flatten = Work::Trading { pair: pair(), action, path: TradingPath::Socket };
    assert_eq!(takes(&mut scheduler, flatten, Lane::Halt, 0), Some(0));
}

#[test]
fn a_halt_does_not_wait_for_a_call_that_hangs() {
    let mut scheduler = documented(Tier::Starter);
    scheduler.submit(private(Endpoint::Balance, KeyRole::Trade), Lane::Statistics, at(0)).unwrap();
    started(&mut scheduler);
    let path = TradingPath::Rest(KeyRole::Trade, Endpoint::CancelAll);
    assert_eq!(takes(&mut scheduler, Work::CancelAll { path }, Lane::Halt, 0), Some(0));
}

#[test]
fn a_key_names_only_what_its_role_needs() {
    let mut scheduler = documented(Tier::Pro);
    let order = place(1, TradingPath::Rest(KeyRole::Read, Endpoint::AddOrder));
    let error = scheduler.submit(order, Lane::Place, at(0)).unwrap_err();
    assert_eq!(error.to_string(), "the read key may not call AddOrder; use the trade key");
    let ledger = private(Endpoint::Ledgers, KeyRole::Kill);
    assert!(scheduler.submit(ledger, Lane::History, at(0)).is_err());
    let all = TradingPath::Rest(KeyRole::Kill, Endpoint::CancelAll);
    assert!(scheduler.submit(Work::CancelAll { path: all }, Lane::Halt, at(0)).is_ok());
}

/// How long the next call waits after one that ended with `feedback`, in milliseconds.
fn stop_after(feedback: Feedback, work: &Work) -> u64 {
    let mut scheduler = documented(Tier::Pro);
    let call = scheduler.submit(work.clone(), Lane::Statistics, at(0)).unwrap();
    started(&mut scheduler);
    scheduler.finished(call, CallOutcome::Refused, feedback, at(0));
    while scheduler.poll_output().is_some() {}
    takes(&mut scheduler, work.clone(), Lane::Reconcile, 0).unwrap()
}

#[test]
fn what_kraken_says_stops_us_for_as_long_as_it_says() {
    let balance = read(Endpoint::Balance);
    let stop = |feedback| stop_after(feedback, &balance);
    assert_eq!(stop(Feedback::Fine), 0);
    assert_eq!(stop(Feedback::KeyExceeded), 5_000);
    assert_eq!(stop(Feedback::ThrottledUntil(at(20_000))), 22_000);
    assert_eq!(stop(Feedback::RetryAfter(Duration::from_secs(7))), 7_000);
    assert_eq!(stop(Feedback::LockedOut), 900_000);
    assert_eq!(stop(Feedback::AddressBlocked), 600_000);
    assert_eq!(stop(Feedback::BudgetLeft { left: 3, until: at(9_000) }), 0);
    assert_eq!(stop(Feedback::BudgetLeft { left: 0, until: at(9_000) }), 9_000);
    assert_eq!(stop(Feedback::ThrottledUntil(Timestamp::NEVER)), 86_400_000);
    let public = |feedback| stop_after(feedback, &ticker());
    assert_eq!(public(Feedback::Fine), 1_000);
    assert!((1_000..=2_000).contains(&public(Feedback::TooManyRequests)));
    assert_eq!(public(Feedback::LockedOut), 900_000);
}

#[test]
fn each_refusal_stops_twice_as_long_and_is_told() {
    let mut scheduler = documented(Tier::Pro);
    let mut now = at(0);
    let mut waits = Vec::new();
    for _ in 0..6 {
        let call = scheduler.submit(ticker(), Lane::Statistics, now).unwrap();
        while !started(&mut scheduler).contains(&call) {
            now = scheduler.next_timeout().unwrap();
            scheduler.handle_timeout(now);
        }
        scheduler.finished(call, CallOutcome::Refused, Feedback::TooManyRequests, now);
        let Some(SchedulerOutput::Slowed(slowed)) = scheduler.poll_output() else { panic!() };
        assert_eq!((slowed.time, slowed.endpoint), (now, Some(Endpoint::Ticker)));
        waits.push(slowed.until.since(now).as_millis());
    }
    for (wait, least) in waits.into_iter().zip([1_000, 2_000, 4_000, 8_000, 16_000, 32_000]) {
        assert!(least <= wait && wait <= least * 3 / 2, "{wait}");
    }
}

#[test]
fn a_stop_of_one_key_stops_no_other() {
    let mut scheduler = documented(Tier::Pro);
    let call = scheduler.submit(read(Endpoint::Balance), Lane::Statistics, at(0)).unwrap();
    started(&mut scheduler);
    scheduler.finished(call, CallOutcome::Refused, Feedback::KeyExceeded, at(0));
    scheduler.submit(read(Endpoint::Balance), Lane::Resolve, at(0)).unwrap();
    let other = private(Endpoint::Balance, KeyRole::Trade);
    assert_eq!(takes(&mut scheduler, other, Lane::Statistics, 0), Some(0));
}

#[test]
fn each_address_has_a_public_budget_of_its_own() {
    let settings = SchedulerSettings { addresses: 3, ..SchedulerSettings::default() };
    let mut scheduler = Scheduler::new(settings, 7, at(0));
    for _ in 0..4 {
        scheduler.submit(ticker(), Lane::Statistics, at(0)).unwrap();
    }
    let mut addresses = Vec::new();
    while let Some(SchedulerOutput::Start { address, .. }) = scheduler.poll_output() {
        addresses.push(address);
    }
    assert_eq!(addresses, [0, 1, 2]);
}

#[test]
fn one_candle_call_a_second_for_each_pair_too() {
    let candles = || Work::Public { endpoint: Endpoint::Ohlc, pair: Some(pair()) };
    let mut scheduler = documented(Tier::Pro);
    assert_eq!(takes(&mut scheduler, candles(), Lane::History, 0), Some(0));
    assert_eq!(takes(&mut scheduler, candles(), Lane::History, 0), Some(1_000));
}

#[test]
fn fixed_minutes_are_kept_where_they_are_wished_for() {
    let mut scheduler = scheduler(Profile::Article, Tier::Pro);
    for _ in 0..20 {
        let balance = read(Endpoint::Balance);
        assert_eq!(takes(&mut scheduler, balance, Lane::Reconcile, 0), Some(0));
    }
    // Half a minute to the next, and a second for the clock.
    let balance = read(Endpoint::Balance);
    assert_eq!(takes(&mut scheduler, balance, Lane::Reconcile, 0), Some(31_000));
    for _ in 0..15 {
        assert_eq!(takes(&mut scheduler, ticker(), Lane::Statistics, 0), Some(0));
    }
    assert_eq!(takes(&mut scheduler, ticker(), Lane::Statistics, 0), Some(31_000));
}

#[test]
fn minutes_begin_later_where_the_clocks_differ_more() {
    let mut scheduler = scheduler(Profile::Article, Tier::Pro);
    scheduler.learn_clock_error(Duration::from_secs(7), at(0));
    for _ in 0..15 {
        assert_eq!(takes(&mut scheduler, ticker(), Lane::Statistics, 0), Some(0));
    }
    assert_eq!(takes(&mut scheduler, ticker(), Lane::Statistics, 0), Some(37_000));
    // Never nearer than the settings say.
    scheduler.learn_clock_error(Duration::ZERO, at(100_000));
    assert_eq!(scheduler.clock_error, Duration::from_secs(1));
}

#[test]
fn a_users_own_rate_and_burst_are_kept() {
    let bucket = Bucket { burst: 3, per_second: 50 };
    let profile = Profile::TokenBucket { private: bucket, public: bucket };
    let mut scheduler = scheduler(profile, Tier::Pro);
    for _ in 0..3 {
        assert_eq!(takes(&mut scheduler, ticker(), Lane::Statistics, 0), Some(0));
    }
    assert_eq!(takes(&mut scheduler, ticker(), Lane::Statistics, 0), Some(2_000));
}

#[test]
fn connection_attempts_are_counted_for_ten_minutes() {
    let mut scheduler = documented(Tier::Pro);
    for _ in 0..100 {
        assert_eq!(takes(&mut scheduler, Work::Connect, Lane::Reconcile, 0), Some(0));
    }
    assert_eq!(takes(&mut scheduler, Work::Connect, Lane::Reconcile, 0), Some(600_000));
}

#[test]
fn the_stricter_model_has_ten_sockets() {
    let mut scheduler = scheduler(Profile::Strictest, Tier::Pro);
    for _ in 0..10 {
        assert_eq!(takes(&mut scheduler, Work::Connect, Lane::Reconcile, 0), Some(0));
    }
    let call = scheduler.submit(Work::Connect, Lane::Reconcile, at(0)).unwrap();
    assert_eq!((started(&mut scheduler), scheduler.next_timeout()), (vec![], None));
    assert_eq!(scheduler.waiting(at(0))[0].why, Why::Sockets);
    scheduler.socket_closed(0, at(5));
    assert_eq!(started(&mut scheduler), [call]);
}

#[test]
fn the_account_tells_its_tier() {
    let mut scheduler = documented(Tier::Starter);
    scheduler.learn_tier(180, at(0));
    assert_eq!(scheduler.tier(), Tier::Pro);
    for _ in 0..20 {
        let balance = read(Endpoint::Balance);
        assert_eq!(takes(&mut scheduler, balance, Lane::Reconcile, 0), Some(0));
    }
}

#[test]
fn heavy_calls_wait_for_a_quiet_hour_and_hold_nobody_up() {
    let quiet_hours = Some("22-06".parse().unwrap());
    let settings = SchedulerSettings { quiet_hours, ..SchedulerSettings::default() };
    let mut scheduler = Scheduler::new(settings, 7, at(0)); // 08:00:30
    let ledgers = read(Endpoint::Ledgers);
    let call = scheduler.submit_for_a_quiet_hour(ledgers, Lane::History, at(0)).unwrap();
    assert_eq!(takes(&mut scheduler, read(Endpoint::Ledgers), Lane::History, 0), Some(0));
    let waiting = scheduler.waiting(at(0));
    assert_eq!((waiting[0].call, &waiting[0].why), (call, &Why::QuietHour));
    assert_eq!(waiting[0].until.unwrap().to_string(), "2027-01-15T22:00:00Z");
}

#[test]
fn a_restart_forgets_nothing() {
    let mut scheduler = documented(Tier::Starter);
    for endpoint in RECONNECT {
        takes(&mut scheduler, read(endpoint), Lane::Reconcile, 0);
    }
    takes(&mut scheduler, place(1, TradingPath::Socket), Lane::Place, 0);
    takes(&mut scheduler, Work::Connect, Lane::Reconcile, 0);
    let lost = scheduler.submit(place(2, TradingPath::Socket), Lane::Place, at(0)).unwrap();
    assert_eq!(started(&mut scheduler), [lost]);

    let text = serde_json::to_string(&scheduler.save(at(0))).unwrap();
    let saved: SavedBudgets = serde_json::from_str(&text).unwrap();
    assert_eq!(serde_json::to_string(&saved).unwrap(), text);
    let settings = SchedulerSettings::default();
    let mut restored = Scheduler::restore(settings, saved, at(100));
    let used = |scheduler: &Scheduler, name: &str| {
        let gauges = scheduler.gauges(at(100));
        gauges.into_iter().find(|gauge| gauge.name == name).unwrap().used
    };
    for name in ["read key", "connections in ten minutes, address 0", "trading on BTC/USD"] {
        assert!(!used(&scheduler, name).is_zero());
        assert_eq!(used(&restored, name), used(&scheduler, name), "{name}");
    }
    assert_eq!(used(&restored, "kept for cancels on BTC/USD"), Points::whole(16));
    let waits = takes(&mut restored, read(Endpoint::Balance), Lane::Reconcile, 100);
    assert!(matches!(waits, Some(3_000..)), "{waits:?}");
}

/// A clock that was set back by a day between two processes holds nothing up for a day.
#[test]
fn a_clock_that_is_set_back_makes_no_stop_longer() {
    const DAY: u64 = 86_400_000;
    let settings = SchedulerSettings::default();
    let mut scheduler = documented(Tier::Starter);
    let call = scheduler.submit(read(Endpoint::Balance), Lane::Reconcile, at(DAY)).unwrap();
    assert_eq!(started(&mut scheduler), [call]);
    scheduler.finished(call, CallOutcome::Refused, Feedback::LockedOut, at(DAY));
    let balance = || read(Endpoint::Balance);
    // A stop that is over stays over.
    let saved = scheduler.save(at(DAY + 16 * 60_000));
    let mut restored = Scheduler::restore(settings, saved, at(1_000));
    assert_eq!(takes(&mut restored, balance(), Lane::Reconcile, 1_000), Some(0));
    // What is left of one lasts as long.
    let saved = scheduler.save(at(DAY + 5 * 60_000));
    let mut restored = Scheduler::restore(settings, saved, at(1_000));
    let waits = takes(&mut restored, balance(), Lane::Reconcile, 1_000);
    assert_eq!(waits, Some(10 * 60_000));
}

#[test]
fn a_lost_answer_keeps_its_room_until_it_can_no_longer_arrive() {
    let mut scheduler = documented(Tier::Starter);
    for _ in 0..7 {
        takes(&mut scheduler, read(Endpoint::Ledgers), Lane::Reconcile, 0);
    }
    let call = scheduler.submit(read(Endpoint::Balance), Lane::Reconcile, at(0)).unwrap();
    started(&mut scheduler);
    scheduler.finished(call, CallOutcome::Lost, Feedback::Fine, at(10_000));
    let waits = takes(&mut scheduler, read(Endpoint::Ledgers), Lane::Reconcile, 60_000);
    assert_eq!(waits, Some(0));
}

#[test]
fn a_queue_without_end_is_refused() {
    let mut scheduler = documented(Tier::Starter);
    let queued = Queued { work: ticker(), can_wait: false };
    for call in 0..WAITING_MAX as u64 {
        scheduler.queue.insert((Lane::Statistics, CallId(call)), queued.clone());
    }
    assert_eq!(scheduler.submit(ticker(), Lane::Halt, at(0)), Err(SubmitError::Full));
}

/// Every number in `text`, one after the other, replaced by each of some that make no sense.
fn damaged(text: &str) -> Vec<String> {
    let is_digit = |at: &usize| text.as_bytes()[*at].is_ascii_digit();
    let starts = (1..text.len()).filter(|at| is_digit(at) && !is_digit(&(at - 1)));
    starts
        .flat_map(|start| {
            let rest = &text[start..];
            let length = rest.find(|it: char| !it.is_ascii_digit()).unwrap_or(rest.len());
            let numbers = ["0", "1", "-1", "4294967295", "18446744073709551615", "1e400"];
            numbers.map(|number| format!("{}{number}{}", &text[..start], &rest[length..]))
        })
        .collect()
}

#[test]
fn a_damaged_file_is_refused_or_harmless() {
    let mut scheduler = scheduler(Profile::Strictest, Tier::Starter);
    for endpoint in RECONNECT {
        takes(&mut scheduler, read(endpoint), Lane::Reconcile, 0);
    }
    takes(&mut scheduler, place(1, TradingPath::Socket), Lane::Place, 0);
    takes(&mut scheduler, Work::Connect, Lane::Reconcile, 0);
    takes(&mut scheduler, ticker(), Lane::Reconcile, 0);
    scheduler.submit(read(Endpoint::Balance), Lane::Resolve, at(0)).unwrap();
    scheduler.submit(place(2, TradingPath::Socket), Lane::Place, at(0)).unwrap();
    let text = serde_json::to_string(&scheduler.save(at(0))).unwrap();
    let mut restored = 0;
    for text in damaged(&text) {
        let Ok(saved) = serde_json::from_str::<SavedBudgets>(&text) else { continue };
        restored += 1;
        let settings = SchedulerSettings { profile: Profile::Strictest, ..Default::default() };
        let mut scheduler = Scheduler::restore(settings, saved, at(100));
        let all = Work::CancelAll { path: TradingPath::Socket };
        assert_eq!(takes(&mut scheduler, all, Lane::Halt, 100), Some(0));
        for work in
            [ticker(), Work::Connect, read(Endpoint::Ledgers), place(3, TradingPath::Socket)]
        {
            scheduler.submit(work, Lane::Statistics, at(100)).unwrap();
        }
        assert!(scheduler.waiting(at(100)).len() <= 4 && !scheduler.gauges(at(100)).is_empty());
        // Nothing waits for ever: a day later every stop is over.
        scheduler.handle_timeout(at(100_000_000));
        assert!(scheduler.waiting(at(100_000_000)).is_empty(), "{text}");
    }
    assert!(100 < restored, "{restored}");
}
