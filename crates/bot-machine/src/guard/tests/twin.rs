//! A twin that knows nothing but the whole history, minute by minute, and computes anew at each
//! moment what is true.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;

const MINUTE: Duration = Duration::from_mins(1);

/// In minutes since the start.
type Minute = u64;

fn pairs() -> [Pair; 2] {
    ["BTC/EUR", "ETH/EUR"].map(|text| text.parse().unwrap())
}

fn minute(count: Minute) -> Timestamp {
    at(60 * count)
}

/// The venue's clock is ahead by this many minutes.
const AHEAD: Minute = 17;

fn any_status() -> impl Strategy<Value = VenueStatus> {
    prop_oneof![
        4 => Just(VenueStatus::Online),
        1 => Just(VenueStatus::PostOnly),
        1 => Just(VenueStatus::LimitOnly),
        1 => Just(VenueStatus::CancelOnly),
        2 => Just(VenueStatus::Maintenance),
    ]
}

fn any_event() -> impl Strategy<Value = GuardEvent> {
    let pair = (0_usize..2).prop_map(|at| pairs()[at]);
    let source = prop_oneof![2 => Just(StatusSource::Rest), 1 => Just(StatusSource::Socket)];
    let socket = prop_oneof![Just(SocketKind::Public), Just(SocketKind::Private)];
    let is_so = prop::bool::weighted(0.7);
    prop_oneof![
        6 => (source, any_status())
            .prop_map(|(source, status)| GuardEvent::Status { source, status }),
        2 => (pair.clone(), any_status())
            .prop_map(|(pair, status)| GuardEvent::PairStatus { pair, status }),
        3 => prop::option::weighted(0.7, 0_u64..180)
            .prop_map(|start| GuardEvent::MaintenanceAt(start.map(minute))),
        3 => (socket, is_so).prop_map(|(socket, is_up)| GuardEvent::Link { socket, is_up }),
        3 => (pair.clone(), is_so).prop_map(|(pair, is_good)| GuardEvent::Data { pair, is_good }),
        1 => (pair, is_so).prop_map(|(pair, is_held)| GuardEvent::Holding { pair, is_held }),
    ]
}

fn any_history() -> impl Strategy<Value = Vec<(Minute, GuardEvent)>> {
    let gap = prop_oneof![3 => Just(0_u64), 3 => 1_u64..6, 2 => 6_u64..25];
    prop::collection::vec((gap, any_event()), 1..40).prop_map(|events| {
        let mut time = 0;
        let dated = |(gap, event)| {
            time += gap;
            (time, event)
        };
        events.into_iter().map(dated).collect()
    })
}

/// Everything that was told up to a moment.
struct Past<'a>(&'a [(Minute, GuardEvent)]);

impl Past<'_> {
    fn last<T>(&self, of: impl Fn(&GuardEvent) -> Option<T>) -> Option<(usize, Minute, T)> {
        let mut all = self.0.iter().enumerate().rev();
        all.find_map(|(index, (time, event))| of(event).map(|it| (index, *time, it)))
    }

    fn is_up(&self, which: SocketKind) -> bool {
        let last = self.last(|event| {
            if let GuardEvent::Link { socket, is_up } = event {
                (*socket == which).then_some(*is_up)
            } else {
                None
            }
        });
        last.is_some_and(|(_, _, is_up)| is_up)
    }

    fn went_down(&self, which: SocketKind, after: usize) -> bool {
        let down = GuardEvent::Link { socket: which, is_up: false };
        self.0[after..].iter().any(|(_, event)| *event == down)
    }

    fn word(&self, of: StatusSource, now: Minute) -> Option<(Minute, VenueStatus)> {
        let (index, time, status) = self.last(|event| {
            if let GuardEvent::Status { source, status } = event {
                (*source == of).then_some(*status)
            } else {
                None
            }
        })?;
        let counts = match of {
            StatusSource::Rest => now < time + 15,
            StatusSource::Socket => (index + 1..=self.0.len()).all(|end| {
                let past = Past(&self.0[..end]);
                let (_, event) = self.0[end - 1];
                let is_down = matches!(event, GuardEvent::Link { is_up: false, .. });
                !is_down || past.is_up(SocketKind::Public) || past.is_up(SocketKind::Private)
            }),
        };
        counts.then_some((time, status))
    }

    /// The worst of what is told, and when anything was told last.
    fn told(&self, now: Minute) -> Option<(Minute, VenueStatus)> {
        let order = [
            VenueStatus::Online,
            VenueStatus::LimitOnly,
            VenueStatus::PostOnly,
            VenueStatus::CancelOnly,
            VenueStatus::Maintenance,
        ];
        let badness = |status: VenueStatus| order.iter().position(|it| *it == status);
        let words = [StatusSource::Rest, StatusSource::Socket].map(|it| self.word(it, now));
        let heard = words.iter().flatten().map(|(time, _)| *time).max()?;
        let worst = words.iter().flatten().max_by_key(|(_, status)| badness(*status))?.1;
        Some((heard, worst))
    }

    fn pair_status(&self, of: Pair) -> Option<VenueStatus> {
        let last = self.last(|event| {
            if let GuardEvent::PairStatus { pair, status } = event {
                (*pair == of).then_some(*status)
            } else {
                None
            }
        });
        last.map(|(_, _, status)| status)
    }

    fn is_good(&self, of: Pair) -> bool {
        let last = self.last(|event| {
            if let GuardEvent::Data { pair, is_good } = event {
                (*pair == of).then_some(*is_good)
            } else {
                None
            }
        });
        last.is_some_and(|(index, _, is_good)| {
            is_good && !self.went_down(SocketKind::Public, index)
        })
    }

    fn is_held(&self, of: Pair) -> bool {
        let last = self.last(|event| {
            if let GuardEvent::Holding { pair, is_held } = event {
                (*pair == of).then_some(*is_held)
            } else {
                None
            }
        });
        last.is_some_and(|(_, _, is_held)| is_held)
    }

    fn listed(&self) -> Option<Timestamp> {
        let last = self.last(|event| {
            if let GuardEvent::MaintenanceAt(start) = event { Some(*start) } else { None }
        });
        last.and_then(|(_, _, start)| start)
    }
}

/// What only a walk through time can tell.
#[derive(Default)]
struct Walk {
    current: Option<Timestamp>,
    was_away: bool,
    over: Option<Timestamp>,
    /// Nothing once it was told.
    blind_since: BTreeMap<Pair, Option<Minute>>,
    alerts: usize,
}

impl Walk {
    fn step(&mut self, past: &Past<'_>, now: Minute) {
        let venue = minute(now + AHEAD);
        let listed = past.listed().filter(|start| Some(*start) > self.over);
        if self.current.is_none_or(|start| venue < start) {
            self.current = listed;
            self.was_away = false;
        }
        while let (Some(start), Some((heard, status))) = (self.current, past.told(now))
            && start <= venue
        {
            self.was_away |= status != VenueStatus::Online;
            let is_late = start + 30 * MINUTE <= minute(heard + AHEAD);
            if status != VenueStatus::Online || !(self.was_away || is_late) {
                break;
            }
            self.over = Some(start);
            self.was_away = false;
            self.current = past.listed().filter(|start| Some(*start) > self.over);
        }
        self.look(past, now);
    }

    fn look(&mut self, past: &Past<'_>, now: Minute) {
        let trades = |status: Option<VenueStatus>| {
            matches!(status, None | Some(VenueStatus::Online | VenueStatus::LimitOnly))
        };
        let is_on = self.current.is_some_and(|start| start <= minute(now + AHEAD));
        let venue_trades = trades(past.told(now).map(|(_, status)| status)) && !is_on;
        for pair in pairs() {
            let is_blind = past.is_held(pair)
                && !past.is_good(pair)
                && venue_trades
                && trades(past.pair_status(pair));
            if !is_blind {
                self.blind_since.remove(&pair);
            } else if *self.blind_since.entry(pair).or_insert(Some(now))
                == Some(now.wrapping_sub(1))
            {
                self.blind_since.insert(pair, None);
                self.alerts += 1;
            }
        }
    }

    fn blocks(&self, past: &Past<'_>, now: Minute) -> Vec<Block> {
        let is_near = self.current.is_some_and(|start| start - 30 * MINUTE <= minute(now + AHEAD));
        let is_public_up = past.is_up(SocketKind::Public);
        let is_up = is_public_up && past.is_up(SocketKind::Private);
        let is_online = past.told(now).is_some_and(|(_, status)| status == VenueStatus::Online);
        let mut blocks = Vec::new();
        let mut add = |is_so: bool, block: Block| blocks.extend(is_so.then_some(block));
        add(!is_up, (BlockCause::LinkDown, None));
        add(!is_public_up, (BlockCause::StaleData, None));
        add(!is_online, (BlockCause::VenueStatus, None));
        add(is_near, (BlockCause::Maintenance, None));
        for pair in pairs() {
            add(!past.is_good(pair), (BlockCause::StaleData, Some(pair)));
            let is_online = past.pair_status(pair) == Some(VenueStatus::Online);
            add(!is_online, (BlockCause::VenueStatus, Some(pair)));
        }
        blocks.sort_unstable();
        blocks
    }
}

/// What is out, by what was put out.
#[derive(Default)]
struct Out {
    blocks: BTreeSet<Block>,
    status: Option<VenueStatus>,
    winds_down: bool,
    alerts: usize,
}

impl Out {
    fn take(&mut self, guard: &mut Guard) {
        while let Some(output) = guard.poll_output() {
            match output {
                GuardOutput::Block { cause, pair } => {
                    assert!(self.blocks.insert((cause, pair)), "{cause:?} is out already");
                }
                GuardOutput::Unblock { cause, pair } => {
                    assert!(self.blocks.remove(&(cause, pair)), "{cause:?} was not out");
                }
                GuardOutput::VenueStatus(status) => {
                    assert_ne!(self.status.replace(status), Some(status));
                }
                GuardOutput::WindDown(is_near) => {
                    assert_ne!(std::mem::replace(&mut self.winds_down, is_near), is_near);
                }
                GuardOutput::Alert { kind: AlertKind::StaleData, .. } => self.alerts += 1,
                GuardOutput::Alert { .. } | GuardOutput::AskStatus => (),
                GuardOutput::Trip(reason) => panic!("{reason}"),
            }
        }
    }
}

fn check(history: &[(Minute, GuardEvent)]) {
    let mut guard = Guard::new(Times::default(), pairs(), minute(0));
    let clock = GuardEvent::Clock { error: Duration::ZERO, venue: minute(AHEAD) };
    guard.handle(clock, minute(0));
    let (mut out, mut walk, mut told) = (Out::default(), Walk::default(), 0);
    let end = history.last().map_or(0, |(time, _)| time + 40);
    for now in 0..=end {
        walk.step(&Past(&history[..told]), now);
        // The guard is woken only when it wants to be.
        if guard.next_timeout().is_some_and(|due| due <= minute(now)) {
            assert_eq!(guard.next_timeout().map(|due| due.max(minute(now))), Some(minute(now)));
            guard.handle_timeout(minute(now));
        }
        while let Some((_, event)) = history.get(told).filter(|(time, _)| *time == now) {
            guard.handle(*event, minute(now));
            told += 1;
            walk.step(&Past(&history[..told]), now);
        }
        out.take(&mut guard);
        let past = Past(&history[..told]);
        let blocks: Vec<Block> = out.blocks.iter().copied().collect();
        assert_eq!(blocks, walk.blocks(&past, now), "minute {now}");
        assert_eq!(blocks, guard.blocks().collect::<Vec<_>>());
        let status = past.told(now).map_or(VenueStatus::Maintenance, |(_, status)| status);
        assert_eq!(out.status, Some(status), "minute {now}");
        assert_eq!(out.winds_down, out.blocks.contains(&(BlockCause::Maintenance, None)));
        assert_eq!(out.alerts, walk.alerts, "minute {now}");
        assert!(guard.next_timeout().is_none_or(|due| minute(now) < due), "a timer in the past");
    }
}

proptest! {
    #[test]
    fn what_is_out_is_what_is_true(history in any_history()) {
        check(&history);
    }

    #[test]
    fn refusals_trip_exactly_when_there_were_too_many_in_a_minute(
        gaps in prop::collection::vec(0_u64..15, 1..200),
    ) {
        let mut guard = Guard::new(Times::default(), pairs(), at(0));
        let (mut time, mut since_trip) = (0, Vec::new());
        for gap in gaps {
            time += gap;
            since_trip.push(time);
            guard.handle(GuardEvent::Rejected, at(time));
            let in_window = since_trip.iter().filter(|at| time - **at < 60).count();
            let trips = std::iter::from_fn(|| guard.poll_output())
                .filter(|output| matches!(output, GuardOutput::Trip(_)))
                .count();
            prop_assert_eq!(trips, usize::from(10 < in_window));
            if 10 < in_window {
                since_trip.clear();
            }
        }
    }
}
