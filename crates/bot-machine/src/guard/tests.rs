//! What the guard lets through, case by case; in `twin` against all histories.

mod twin;

use super::*;

fn at(seconds: u64) -> Timestamp {
    Timestamp::from_seconds(1_800_000_000 + seconds).unwrap()
}

fn pair() -> Pair {
    "BTC/EUR".parse().unwrap()
}

/// A guard, its time in seconds and what it has put out.
struct Bench {
    guard: Guard,
    time: u64,
}

impl Bench {
    fn new() -> Self {
        Self { guard: Guard::new(Times::default(), [pair()], at(0)), time: 0 }
    }

    /// A guard that has nothing against anything.
    fn calm() -> Self {
        let mut bench = Self::new();
        for event in [
            status(StatusSource::Rest, VenueStatus::Online),
            status(StatusSource::Socket, VenueStatus::Online),
            GuardEvent::PairStatus { pair: pair(), status: VenueStatus::Online },
            link(SocketKind::Public, true),
            link(SocketKind::Private, true),
            data(true),
            bench.clock(Duration::from_millis(100)),
        ] {
            bench.tell(event);
        }
        bench.said();
        assert_eq!(bench.blocks(), []);
        bench
    }

    fn clock(&self, error: Duration) -> GuardEvent {
        GuardEvent::Clock { error, venue: at(self.time) }
    }

    fn tell(&mut self, event: GuardEvent) {
        self.guard.handle(event, at(self.time));
    }

    fn tell_all(&mut self, events: &[GuardEvent]) {
        for event in events {
            self.tell(*event);
        }
    }

    /// Lets time pass, as its timers say.
    fn wait(&mut self, seconds: u64) {
        let end = self.time + seconds;
        while let Some(due) = self.guard.next_timeout().filter(|due| *due <= at(end)) {
            assert!(at(self.time) <= due, "a timer in the past");
            self.time = due.since(at(0)).as_secs();
            self.guard.handle_timeout(at(self.time));
        }
        self.time = end;
    }

    /// The same, with the venue saying over REST every five minutes what it takes.
    fn wait_asking(&mut self, seconds: u64, takes: VenueStatus) {
        let end = self.time + seconds;
        while self.time < end {
            self.wait((end - self.time).min(300));
            self.tell(status(StatusSource::Rest, takes));
        }
    }

    fn said(&mut self) -> Vec<GuardOutput> {
        std::iter::from_fn(|| self.guard.poll_output()).collect()
    }

    fn blocks(&self) -> Vec<(BlockCause, Option<Pair>)> {
        self.guard.blocks().collect()
    }

    fn alerts(&mut self) -> Vec<(AlertKind, Severity)> {
        let alert = |output| match output {
            GuardOutput::Alert { kind, severity, text } => {
                assert!(text.contains(';'), "it does not say what to do: {text}");
                Some((kind, severity))
            }
            GuardOutput::Block { .. }
            | GuardOutput::Unblock { .. }
            | GuardOutput::VenueStatus(_)
            | GuardOutput::WindDown(_)
            | GuardOutput::AskStatus
            | GuardOutput::Trip(_) => None,
        };
        self.said().into_iter().filter_map(alert).collect()
    }
}

fn status(source: StatusSource, status: VenueStatus) -> GuardEvent {
    GuardEvent::Status { source, status }
}

fn link(socket: SocketKind, is_up: bool) -> GuardEvent {
    GuardEvent::Link { socket, is_up }
}

fn data(is_good: bool) -> GuardEvent {
    GuardEvent::Data { pair: pair(), is_good }
}

const STALE: (AlertKind, Severity) = (AlertKind::StaleData, Severity::Warning);

#[test]
fn what_is_not_known_counts_as_the_worst() {
    let mut bench = Bench::new();
    let here = Some(pair());
    assert_eq!(
        bench.blocks(),
        [
            (BlockCause::LinkDown, None),
            (BlockCause::StaleData, None),
            (BlockCause::StaleData, here),
            (BlockCause::ClockError, None),
            (BlockCause::VenueStatus, None),
            (BlockCause::VenueStatus, here),
        ]
    );
    assert!(bench.said().contains(&GuardOutput::VenueStatus(VenueStatus::Maintenance)));
    let eth = "ETH/EUR".parse().unwrap();
    bench.tell(GuardEvent::Holding { pair: eth, is_held: false });
    assert!(bench.blocks().contains(&(BlockCause::StaleData, Some(eth))));
}

#[test]
fn each_cause_blocks_and_only_its_end_unblocks() {
    let check = |cause, at: Option<Pair>, begin: &[GuardEvent], end: &[GuardEvent]| {
        let mut bench = Bench::calm();
        bench.tell_all(begin);
        assert_eq!(bench.blocks(), [(cause, at)], "{begin:?}");
        assert!(bench.said().contains(&GuardOutput::Block { cause, pair: at }));
        bench.tell_all(begin);
        assert_eq!(bench.said(), [], "only changes are put out: {begin:?}");
        bench.tell_all(end);
        assert_eq!(bench.blocks(), [], "{end:?}");
    };
    let here = Some(pair());
    let clock = |milliseconds| GuardEvent::Clock {
        error: Duration::from_millis(milliseconds),
        venue: at(0),
    };
    let takes = |status| GuardEvent::PairStatus { pair: pair(), status };
    let private = |is_up| [link(SocketKind::Private, is_up)];
    check(BlockCause::StaleData, here, &[data(false)], &[data(true)]);
    check(BlockCause::ClockError, None, &[clock(501)], &[clock(500)]);
    check(BlockCause::LinkDown, None, &private(false), &private(true));
    let (post_only, online) = (takes(VenueStatus::PostOnly), takes(VenueStatus::Online));
    check(BlockCause::VenueStatus, here, &[post_only], &[online]);
    let both = |takes| [StatusSource::Rest, StatusSource::Socket].map(|it| status(it, takes));
    for takes in [VenueStatus::LimitOnly, VenueStatus::CancelOnly, VenueStatus::Maintenance] {
        check(BlockCause::VenueStatus, None, &both(takes), &both(VenueStatus::Online));
    }
}

#[test]
fn a_public_socket_that_was_down_leaves_no_price_that_is_good() {
    let mut bench = Bench::calm();
    bench.tell(link(SocketKind::Public, false));
    let (link_down, stale) = (BlockCause::LinkDown, BlockCause::StaleData);
    assert_eq!(bench.blocks(), [(link_down, None), (stale, None), (stale, Some(pair()))]);
    bench.tell(link(SocketKind::Public, true));
    assert_eq!(bench.blocks(), [(stale, Some(pair()))]);
    bench.tell(data(true));
    assert_eq!(bench.blocks(), []);
    // The private one has no prices, and the one of the single orders is not needed.
    bench.tell(link(SocketKind::Private, false));
    bench.tell(link(SocketKind::Level3, false));
    assert_eq!(bench.blocks(), [(link_down, None)]);
}

#[test]
fn the_worse_of_two_states_counts_until_they_agree() {
    let (rest, socket) = (StatusSource::Rest, StatusSource::Socket);
    let mut bench = Bench::calm();
    bench.tell(status(rest, VenueStatus::PostOnly));
    assert_eq!(bench.guard.status(), VenueStatus::PostOnly);
    bench.tell(status(socket, VenueStatus::CancelOnly));
    assert_eq!(bench.guard.status(), VenueStatus::CancelOnly);
    bench.tell(status(socket, VenueStatus::LimitOnly));
    assert_eq!(bench.guard.status(), VenueStatus::PostOnly);
    bench.tell(status(rest, VenueStatus::Online));
    assert_eq!(bench.guard.status(), VenueStatus::LimitOnly);
    bench.tell(status(socket, VenueStatus::Online));
    assert_eq!(bench.guard.status(), VenueStatus::Online);
}

#[test]
fn rest_is_asked_while_the_two_differ_and_a_person_is_told_once() {
    let mut bench = Bench::calm();
    bench.tell(status(StatusSource::Socket, VenueStatus::Maintenance));
    bench.tell(status(StatusSource::Rest, VenueStatus::Maintenance));
    bench.said();
    bench.tell(status(StatusSource::Socket, VenueStatus::Online));
    let mut asks = 0;
    let mut told = 0;
    for _ in 0..60 {
        for output in bench.said() {
            asks += u32::from(output == GuardOutput::AskStatus);
            told += u32::from(matches!(output, GuardOutput::Alert { .. }));
        }
        bench.wait(10);
    }
    assert_eq!((asks, told), (20, 1));
    bench.tell(status(StatusSource::Rest, VenueStatus::Online));
    bench.said();
    bench.wait(600);
    assert_eq!(bench.said(), []);
}

#[test]
fn what_rest_said_grows_old_and_what_the_socket_said_does_not() {
    let mut bench = Bench::calm();
    bench.wait(24 * 3_600);
    assert_eq!(bench.blocks(), []);
    bench.tell(link(SocketKind::Private, false));
    assert_eq!(bench.guard.status(), VenueStatus::Online);
    bench.tell(link(SocketKind::Public, false));
    assert_eq!(bench.guard.status(), VenueStatus::Maintenance, "nobody is left who knows");
    bench.tell(status(StatusSource::Rest, VenueStatus::Online));
    assert_eq!(bench.guard.status(), VenueStatus::Online);
    bench.wait(899);
    assert_eq!(bench.guard.status(), VenueStatus::Online);
    bench.wait(1);
    assert_eq!(bench.guard.status(), VenueStatus::Maintenance);
}

#[test]
fn a_state_that_comes_before_its_socket_is_up_counts() {
    let mut bench = Bench::new();
    bench.tell(status(StatusSource::Socket, VenueStatus::Online));
    bench.tell(link(SocketKind::Public, true));
    assert_eq!(bench.guard.status(), VenueStatus::Online);
}

const HOUR: u64 = 3_600;

fn announce(start: u64) -> GuardEvent {
    GuardEvent::MaintenanceAt(Some(at(start)))
}

fn winds_down(bench: &Bench) -> bool {
    let is_blocked = bench.blocks().contains(&(BlockCause::Maintenance, None));
    assert_eq!(bench.guard.is_winding_down, is_blocked);
    is_blocked
}

#[test]
fn announced_maintenance_blocks_half_an_hour_before_and_until_the_venue_is_back() {
    let mut bench = Bench::calm();
    bench.tell(announce(2 * HOUR));
    bench.wait_asking(HOUR + 1_799, VenueStatus::Online);
    assert!(!winds_down(&bench));
    bench.said();
    bench.wait(1);
    let cause = BlockCause::Maintenance;
    assert_eq!(
        bench.said(),
        [GuardOutput::Block { cause, pair: None }, GuardOutput::WindDown(true)]
    );
    // It goes away a little late, and stays away for two days where two hours were announced.
    bench.wait_asking(1_920, VenueStatus::Online);
    assert!(winds_down(&bench));
    bench.tell(status(StatusSource::Socket, VenueStatus::Maintenance));
    bench.tell(GuardEvent::MaintenanceAt(None));
    bench.wait_asking(48 * HOUR, VenueStatus::Maintenance);
    for takes in [VenueStatus::CancelOnly, VenueStatus::PostOnly] {
        bench.tell(status(StatusSource::Rest, takes));
        bench.tell(status(StatusSource::Socket, takes));
        assert!(winds_down(&bench));
    }
    bench.tell(status(StatusSource::Socket, VenueStatus::Online));
    assert!(winds_down(&bench), "REST does not say so yet");
    bench.tell(status(StatusSource::Rest, VenueStatus::Online));
    assert!(!winds_down(&bench));
    // It may be listed for a while yet.
    bench.tell(announce(2 * HOUR));
    assert!(!winds_down(&bench));
}

#[test]
fn maintenance_that_is_taken_back_or_put_off_is_none() {
    let mut bench = Bench::calm();
    bench.tell(announce(HOUR));
    bench.wait(1_800);
    assert!(winds_down(&bench));
    bench.tell(announce(3 * HOUR));
    assert!(!winds_down(&bench));
    bench.wait(2 * HOUR);
    assert!(winds_down(&bench));
    bench.tell(GuardEvent::MaintenanceAt(None));
    assert!(!winds_down(&bench));
    assert_eq!(bench.guard.next_timeout(), None);
}

#[test]
fn a_venue_that_never_goes_away_is_believed_half_an_hour_late() {
    let mut bench = Bench::calm();
    bench.tell(announce(HOUR));
    bench.wait_asking(HOUR + 1_799, VenueStatus::Online);
    assert!(winds_down(&bench));
    bench.wait(1);
    assert!(winds_down(&bench), "no clock unblocks by itself");
    bench.tell(status(StatusSource::Rest, VenueStatus::Online));
    assert!(!winds_down(&bench));
}

#[test]
fn a_socket_that_says_nothing_new_does_not_end_maintenance() {
    let mut bench = Bench::calm();
    bench.tell(announce(HOUR));
    bench.wait(10 * HOUR);
    assert_eq!(bench.guard.status(), VenueStatus::Online);
    assert!(winds_down(&bench));
}

#[test]
fn the_next_announcement_waits_for_the_present_one() {
    let mut bench = Bench::calm();
    bench.tell(announce(HOUR));
    bench.wait_asking(HOUR + 60, VenueStatus::Maintenance);
    bench.tell(announce(10 * HOUR));
    assert!(winds_down(&bench));
    bench.tell(status(StatusSource::Rest, VenueStatus::Online));
    assert!(!winds_down(&bench));
    bench.wait_asking(8 * HOUR, VenueStatus::Online);
    assert!(!winds_down(&bench));
    bench.wait_asking(HOUR, VenueStatus::Online);
    assert!(winds_down(&bench));
}

#[test]
fn it_is_the_venues_clock_that_maintenance_goes_by() {
    let mut bench = Bench::calm();
    // Our clock is a day behind.
    let day = 24 * HOUR;
    let error = Duration::from_millis(100);
    bench.tell(announce(day + HOUR));
    assert!(!winds_down(&bench));
    bench.tell(GuardEvent::Clock { error, venue: at(day) });
    bench.wait(1_799);
    assert!(!winds_down(&bench));
    bench.wait(1);
    assert!(winds_down(&bench));
    bench.tell(GuardEvent::Clock { error: Duration::MAX, venue: at(0) });
    assert!(winds_down(&bench), "when nobody knows, what was known stays");
}

#[test]
fn a_position_without_prices_calls_a_person_once_and_never_halts() {
    let mut bench = Bench::calm();
    bench.tell(data(false));
    bench.wait(HOUR);
    assert_eq!(bench.alerts(), [], "nothing is held");
    bench.tell(GuardEvent::Holding { pair: pair(), is_held: true });
    bench.wait(59);
    assert_eq!(bench.alerts(), []);
    bench.wait(1);
    assert_eq!(bench.alerts(), [STALE]);
    bench.wait(24 * HOUR);
    assert_eq!(bench.said(), []);
    bench.tell(data(true));
    bench.tell(data(false));
    bench.wait(60);
    assert_eq!(bench.alerts(), [STALE]);
}

#[test]
fn nobody_is_called_while_the_venue_trades_nothing() {
    let mut bench = Bench::calm();
    bench.tell(GuardEvent::Holding { pair: pair(), is_held: true });
    bench.tell(announce(HOUR));
    bench.wait_asking(HOUR, VenueStatus::Online);
    bench.said();
    bench.tell(link(SocketKind::Public, false));
    bench.tell(link(SocketKind::Private, false));
    bench.wait_asking(48 * HOUR, VenueStatus::Maintenance);
    let stale = |alerts: Vec<(AlertKind, Severity)>| alerts.contains(&STALE);
    assert!(!stale(bench.alerts()));
    bench.tell(status(StatusSource::Rest, VenueStatus::Online));
    bench.wait(60);
    assert!(stale(bench.alerts()));
}

#[test]
fn a_storm_of_refusals_trips_once() {
    let mut bench = Bench::calm();
    let trips = |bench: &mut Bench| {
        let is_trip = |it: &GuardOutput| matches!(it, GuardOutput::Trip(_));
        bench.said().into_iter().filter(is_trip).collect::<Vec<_>>()
    };
    // Ten within a minute are allowed, for ever.
    for _ in 0..100 {
        bench.tell(GuardEvent::Rejected);
        bench.time += 6;
    }
    assert_eq!(trips(&mut bench), []);
    bench.time += 60;
    (0..10).for_each(|_| bench.tell(GuardEvent::Rejected));
    bench.time += 59;
    assert_eq!(trips(&mut bench), []);
    bench.tell(GuardEvent::Rejected);
    assert_eq!(trips(&mut bench), [GuardOutput::Trip(KillReason::RejectStorm { rejects: 11 })]);
    (0..10).for_each(|_| bench.tell(GuardEvent::Rejected));
    assert_eq!(trips(&mut bench), []);
    bench.tell(GuardEvent::Rejected);
    assert_eq!(trips(&mut bench).len(), 1, "another storm");
}

#[test]
fn a_clock_that_goes_back_makes_nothing_last_longer() {
    let mut bench = Bench::calm();
    bench.tell(GuardEvent::Holding { pair: pair(), is_held: true });
    bench.tell(data(false));
    bench.tell(link(SocketKind::Public, false));
    bench.tell(link(SocketKind::Private, false));
    let back = |seconds: u64| Timestamp::from_nanos(at(seconds).nanos() - 86_400_000_000_000);
    bench.guard.handle_timeout(back(0));
    bench.guard.handle_timeout(back(60));
    assert!(bench.alerts().contains(&STALE));
    bench.guard.handle_timeout(back(900));
    assert_eq!(bench.guard.status(), VenueStatus::Maintenance);
}
