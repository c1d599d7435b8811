//! The switch against a venue that has one, over a network that loses calls and answers.

use proptest::prelude::*;

use super::*;

fn at(seconds: u64) -> Timestamp {
    Timestamp::from_seconds(1_800_000_000 + seconds).unwrap()
}

/// What happens to a call.
#[derive(Clone, Copy, Debug)]
enum Fate {
    /// It arrives after so many seconds, and the answer as many later.
    Answered(u64),
    /// It arrives after so many seconds, and the answer is lost.
    AnswerLost(u64),
    /// It never arrives; that is known after so many seconds.
    Lost(u64),
}

/// A venue with a switch, and the way there.
struct World {
    switch: DeadManSwitch,
    time: u64,
    fates: Vec<Fate>,
    calls: usize,
    /// On their way there: when, the number of the call, the timeout.
    there: Vec<(u64, usize, u64)>,
    /// On their way back.
    back: Vec<(u64, DeadManEvent)>,
    /// The last call the venue took: an older one has too small a nonce.
    last_taken: Option<usize>,
    venue_fires: Option<u64>,
    /// When it fired.
    fired: Vec<u64>,
    alerts: Vec<u64>,
    notes: Vec<bool>,
    is_blocked: bool,
    arming_calls: usize,
}

impl World {
    fn new(choice: DeadManChoice, fates: Vec<Fate>) -> Self {
        Self {
            switch: DeadManSwitch::new(choice, Times::default(), at(0)),
            time: 0,
            fates,
            calls: 0,
            there: Vec::new(),
            back: Vec::new(),
            last_taken: None,
            venue_fires: None,
            fired: Vec::new(),
            alerts: Vec::new(),
            notes: Vec::new(),
            is_blocked: false,
            arming_calls: 0,
        }
    }

    fn tell(&mut self, event: DeadManEvent) {
        self.switch.handle(event, at(self.time));
        self.drain();
    }

    fn drain(&mut self) {
        while let Some(output) = self.switch.poll_output() {
            match output {
                DeadManOutput::Set { call, timeout } => self.call(call, timeout.as_secs()),
                DeadManOutput::Armed(fires) => self.notes.push(fires.is_some()),
                DeadManOutput::Block { cause, pair } => {
                    assert_eq!((cause, pair), (BlockCause::DeadManOverdue, None));
                    assert!(!std::mem::replace(&mut self.is_blocked, true));
                }
                DeadManOutput::Unblock { .. } => {
                    assert!(std::mem::replace(&mut self.is_blocked, false));
                }
                DeadManOutput::Alert { severity, text } => {
                    assert_eq!(severity, Severity::Critical);
                    assert!(text.contains("look at the open orders"), "{text}");
                    self.alerts.push(self.time);
                }
            }
        }
    }

    fn call(&mut self, call: u64, timeout: u64) {
        let fate = self.fates.get(self.calls).copied().unwrap_or(Fate::Answered(0));
        self.arming_calls += usize::from(0 < timeout);
        let number = self.calls;
        self.calls += 1;
        assert_eq!(usize::try_from(call), Ok(self.calls), "each has the next number");
        match fate {
            Fate::Answered(wait) | Fate::AnswerLost(wait) => {
                self.there.push((self.time + wait, number, timeout));
            }
            Fate::Lost(_) => (),
        }
        match fate {
            Fate::Answered(_) => (),
            Fate::AnswerLost(wait) | Fate::Lost(wait) => {
                self.back.push((self.time + 2 * wait, DeadManEvent::Failed { call }));
            }
        }
    }

    /// A second passes.
    fn second(&mut self) {
        self.time += 1;
        let now = self.time;
        for (_, number, timeout) in self.there.extract_if(.., |it| it.0 <= now).collect::<Vec<_>>()
        {
            let call = u64::try_from(number).unwrap() + 1;
            let is_answered = matches!(self.fates.get(number), Some(Fate::Answered(_)) | None);
            if self.last_taken.is_some_and(|last| number < last) {
                if is_answered {
                    self.back.push((now, DeadManEvent::Failed { call }));
                }
                continue;
            }
            self.last_taken = Some(number);
            self.venue_fires = (0 < timeout).then_some(now + timeout);
            let wait = match self.fates.get(number) {
                Some(Fate::Answered(wait)) => *wait,
                Some(Fate::AnswerLost(_) | Fate::Lost(_)) | None => 0,
            };
            if is_answered {
                let fires = self.venue_fires.map(at);
                self.back.push((now + wait, DeadManEvent::Set { call, fires }));
            }
        }
        if self.venue_fires == Some(now) {
            self.venue_fires = None;
            self.fired.push(now);
        }
        for (_, event) in self.back.extract_if(.., |it| it.0 <= now).collect::<Vec<_>>() {
            self.tell(event);
        }
        if self.switch.next_timeout().is_some_and(|due| due <= at(now)) {
            self.switch.handle_timeout(at(now));
            self.drain();
        }
        assert!(self.switch.next_timeout().is_none_or(|due| at(now) < due), "it would spin");
    }

    fn run(&mut self, seconds: u64) {
        (0..seconds).for_each(|_| self.second());
    }
}

fn any_fate() -> impl Strategy<Value = Fate> {
    prop_oneof![
        5 => (0_u64..3).prop_map(Fate::Answered),
        1 => (0_u64..40).prop_map(Fate::Answered),
        2 => (0_u64..20).prop_map(Fate::AnswerLost),
        2 => (0_u64..20).prop_map(Fate::Lost),
    ]
}

fn any_wish() -> impl Strategy<Value = DeadManEvent> {
    prop_oneof![
        4 => any::<bool>().prop_map(DeadManEvent::Exposed),
        1 => any::<bool>().prop_map(DeadManEvent::WindDown),
        1 => any::<bool>().prop_map(DeadManEvent::Link),
    ]
}

proptest! {
    #[test]
    fn it_is_armed_or_blocked_and_never_fires_unsaid(
        fates in prop::collection::vec(any_fate(), 0..60),
        wishes in prop::collection::vec((any_wish(), 0_u64..90), 1..20),
    ) {
        let mut world = World::new(DeadManChoice::CancelAll, fates);
        let (mut is_exposed, mut is_near, mut wanted_for) = (false, false, 0_u64);
        for (wish, seconds) in wishes {
            match wish {
                DeadManEvent::Exposed(it) => is_exposed = it,
                DeadManEvent::WindDown(it) => is_near = it,
                DeadManEvent::Link(_) | DeadManEvent::Set { .. } => (),
                DeadManEvent::Failed { .. } | DeadManEvent::ShutDown => (),
            }
            if !is_exposed || is_near {
                wanted_for = 0;
            }
            world.tell(wish);
            for _ in 0..seconds {
                world.second();
                wanted_for = if is_exposed && !is_near { wanted_for + 1 } else { 0 };
                // I-32: armed whenever something rests that may be canceled, or the gate is shut.
                let is_safe = world.venue_fires.is_some() || world.is_blocked;
                prop_assert!(wanted_for <= 30 || is_safe, "second {}", world.time);
                prop_assert!(wanted_for > 0 || !world.is_blocked);
                // Whoever fires was announced; what is said to be off is off.
                if let Some(fired) = world.fired.last() {
                    prop_assert!(world.alerts.iter().any(|it| it <= fired && fired - it <= 60));
                }
                let under_way = world.there.iter().any(|(_, _, timeout)| 0 < *timeout);
                if world.switch.is_off() && !under_way {
                    prop_assert_eq!(world.venue_fires, None);
                }
            }
        }
        // Once the network works, it is off a little after it should be.
        world.fates.clear();
        world.tell(DeadManEvent::ShutDown);
        world.run(120);
        prop_assert!(world.switch.is_off());
        prop_assert_eq!(world.venue_fires, None);
        prop_assert_eq!(world.switch.next_timeout(), None);
    }
}

#[test]
fn it_is_set_every_fifteen_seconds_while_something_rests() {
    let mut world = World::new(DeadManChoice::CancelAll, Vec::new());
    world.run(100);
    assert_eq!(world.calls, 0);
    world.tell(DeadManEvent::Exposed(true));
    world.run(3_600);
    assert_eq!(world.calls, 241);
    assert_eq!((world.fired.len(), world.alerts.len(), world.is_blocked), (0, 0, false));
    world.tell(DeadManEvent::Exposed(false));
    world.run(14);
    // A pause so short costs no call.
    world.tell(DeadManEvent::Exposed(true));
    world.tell(DeadManEvent::Exposed(false));
    world.run(3_600);
    assert_eq!((world.calls, world.venue_fires), (242, None));
    assert_eq!(world.notes, [true, false], "only what changes is worth a note");
}

#[test]
fn stops_that_rest_are_never_put_at_risk() {
    let mut world = World::new(DeadManChoice::StopsRest, Vec::new());
    for event in [
        DeadManEvent::Exposed(true),
        DeadManEvent::Link(true),
        DeadManEvent::WindDown(true),
        DeadManEvent::WindDown(false),
        DeadManEvent::ShutDown,
    ] {
        world.tell(event);
        world.run(100);
    }
    assert_eq!((world.calls, world.switch.is_off()), (0, true));
}

#[test]
fn it_is_off_for_maintenance_and_on_again_after() {
    let mut world = World::new(DeadManChoice::CancelAll, Vec::new());
    world.tell(DeadManEvent::Exposed(true));
    world.run(10);
    world.tell(DeadManEvent::WindDown(true));
    world.run(1);
    assert_eq!(world.venue_fires, None);
    world.run(7_200);
    assert_eq!(world.calls, 2);
    world.tell(DeadManEvent::WindDown(false));
    world.run(1);
    assert!(world.venue_fires.is_some());
}

#[test]
fn without_answers_nothing_is_opened_and_a_person_is_told_once() {
    let mut world = World::new(DeadManChoice::CancelAll, vec![Fate::Answered(0)]);
    world.fates.extend([Fate::Lost(1); 100]);
    world.tell(DeadManEvent::Exposed(true));
    world.run(29);
    assert!(!world.is_blocked);
    world.run(1);
    assert!(world.is_blocked);
    world.run(29);
    assert!(world.alerts.is_empty());
    world.run(200);
    // The first answer was good for a minute. What left after it may have armed it once more.
    assert_eq!(world.alerts[0], 60);
    world.fates.clear();
    world.run(20);
    assert!(!world.is_blocked);
    assert_eq!(world.fired.len(), 1);
}

#[test]
fn a_switch_that_another_process_armed_is_switched_off() {
    let check = |choice, noted: Option<u64>, is_exposed, timeout: Option<u64>| {
        let switch = DeadManSwitch::new(choice, Times::default(), at(0));
        let mut switch = switch.restored(noted.map(at), at(0));
        switch.handle(DeadManEvent::Exposed(is_exposed), at(0));
        let said = std::iter::from_fn(|| switch.poll_output()).last();
        let said = said.map(|output| {
            let DeadManOutput::Set { timeout, .. } = output else { panic!("{output:?}") };
            timeout.as_secs()
        });
        assert_eq!(said, timeout, "{choice:?} {noted:?} {is_exposed}");
    };
    check(DeadManChoice::StopsRest, Some(60), true, Some(0));
    check(DeadManChoice::StopsRest, None, true, None);
    check(DeadManChoice::CancelAll, Some(60), false, Some(0));
    check(DeadManChoice::CancelAll, Some(60), true, Some(60));
    check(DeadManChoice::CancelAll, None, false, None);
}
