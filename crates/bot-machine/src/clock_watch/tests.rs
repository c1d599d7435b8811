//! The watch against clocks that are off, drift and are set, over a network that delays.

use proptest::prelude::*;

use super::*;

const SECOND: i128 = 1_000_000_000;
const START: i128 = 1_800_000_000 * SECOND;

/// Our machine, Kraken, and the way between them. All times are true nanoseconds unless named.
struct World {
    watch: ClockWatch,
    time: i128,
    /// What our clock showed at which time, and how much too fast it is, in millionths.
    ours: (i128, i128, i128),
    /// How far Kraken's clock is ahead of the truth.
    kraken_ahead: i128,
    /// Until a call leaves, on its way there, on its way back.
    delays: Box<dyn FnMut(u64) -> [i128; 3]>,
    answers: bool,
    /// When the watch is woken; it sleeps by a clock that nobody sets.
    wake: i128,
    /// Comes back then; was sent and read then.
    under_way: Option<(i128, Timestamp, i128)>,
    asks: Vec<i128>,
    errors: Vec<Duration>,
    alerts: Vec<String>,
}

fn stamp(nanos: i128) -> Timestamp {
    Timestamp::from_nanos(u64::try_from(nanos).unwrap())
}

impl World {
    fn new(
        our_offset: i128,
        drift_ppm: i128,
        delays: impl FnMut(u64) -> [i128; 3] + 'static,
    ) -> Self {
        let ours = (START + our_offset, START, drift_ppm);
        let mut world = Self {
            watch: ClockWatch::new(Times::default(), stamp(ours.0)),
            time: START,
            ours,
            kraken_ahead: 0,
            delays: Box::new(delays),
            answers: true,
            wake: START,
            under_way: None,
            asks: Vec::new(),
            errors: Vec::new(),
            alerts: Vec::new(),
        };
        world.drain();
        world
    }

    fn our_clock(&self) -> Timestamp {
        self.our_clock_at(self.time)
    }

    fn our_clock_at(&self, time: i128) -> Timestamp {
        let (shown, at, ppm) = self.ours;
        stamp(shown + (time - at) * (1_000_000 + ppm) / 1_000_000)
    }

    fn set_our_clock(&mut self, by: i128) {
        let shown = i128::from(self.our_clock().nanos());
        self.ours = (shown + by, self.time, self.ours.2);
    }

    /// Takes what comes out, and goes to sleep.
    fn drain(&mut self) {
        while let Some(output) = self.watch.poll_output() {
            match output {
                ClockOutput::Ask => self.ask(),
                ClockOutput::Error(error) => self.errors.push(error),
                ClockOutput::Alert { text, .. } => self.alerts.push(text),
            }
        }
        let now = self.our_clock();
        let due = self.watch.next_timeout().expect("there is always a tick");
        assert!(now < due, "it would wake for ever");
        self.wake = self.time + i128::try_from(due.since(now).as_nanos()).unwrap();
    }

    fn ask(&mut self) {
        assert!(self.under_way.is_none(), "one call at a time");
        let [leaves, there, back] = (self.delays)(self.asks.len() as u64);
        self.asks.push(self.time);
        let sent = self.time + leaves;
        let read = sent + there;
        self.under_way = Some((read + back, self.our_clock_at(sent), read));
    }

    /// The next thing that happens, if it happens before `end`.
    fn step(&mut self, end: i128) -> bool {
        let back = self.under_way.map_or(i128::MAX, |(back, _, _)| back);
        let next = back.min(self.wake);
        if end < next {
            self.time = end;
            return false;
        }
        self.time = next;
        let now = self.our_clock();
        if next == back {
            let (_, sent, read) = self.under_way.take().unwrap();
            let shown = (read + self.kraken_ahead) / SECOND * SECOND;
            let event = if self.answers {
                ClockEvent::Shown { sent, time: stamp(shown) }
            } else {
                ClockEvent::Failed
            };
            self.watch.handle(event, now);
        } else {
            self.watch.handle_timeout(now);
        }
        self.drain();
        true
    }

    fn run(&mut self, seconds: i128) {
        let end = self.time + seconds * SECOND;
        while self.step(end) {}
    }

    /// What Kraken's clock shows now.
    fn truth(&self) -> i128 {
        self.time + self.kraken_ahead
    }

    fn check_truth(&mut self) {
        let now = self.our_clock();
        let said = i128::from(self.watch.venue_now(now).nanos());
        if let Some(error) = self.watch.error(now) {
            let off = (said - self.truth()).unsigned_abs();
            assert!(off <= error.as_nanos(), "off by {off} ns, {error:?} were said");
        }
    }

    fn error(&self) -> Option<Duration> {
        self.watch.error(self.our_clock())
    }
}

fn milliseconds(count: i128) -> i128 {
    count * SECOND / 1_000
}

/// Delays from a seed, each at most so many milliseconds.
fn jitter(seed: u64, most: [u64; 3]) -> impl FnMut(u64) -> [i128; 3] {
    move |call| {
        let mut state = seed ^ call.wrapping_mul(0x9E37_79B9_7F4A_7C15);
        most.map(|most| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888);
            milliseconds(i128::from((state >> 33) % (most + 1)))
        })
    }
}

const DAY: i128 = 86_400 * SECOND;

proptest! {
    #[test]
    fn five_calls_are_enough_wherever_the_clocks_are(
        offset in -DAY..DAY,
        leaves in 0_i128..200,
        there in 0_i128..300,
        back in 0_i128..300,
    ) {
        let delays = [leaves, there, back].map(milliseconds);
        let mut world = World::new(offset, 0, move |_| delays);
        let is_good = |error: &Duration| *error <= Duration::from_millis(400);
        while !world.errors.last().is_some_and(is_good) {
            prop_assert!(world.asks.len() <= CALLS_MAX as usize);
            world.step(i128::MAX);
            world.check_truth();
        }
        for pair in world.asks.windows(2) {
            prop_assert!(SECOND <= pair[1] - pair[0]);
        }
        // One second is waited between calls, and one more for the turn at the most.
        prop_assert!(world.time <= START + 15 * SECOND);
    }

    #[test]
    fn what_is_said_is_true_and_never_goes_back(
        offset in -DAY..DAY,
        drift_ppm in -200_i128..200,
        seed: u64,
        most in (0_u64..400, 0_u64..1_500, 0_u64..1_500),
        looks in prop::collection::vec(1_i128..20_000, 1..60),
    ) {
        let mut world = World::new(offset, drift_ppm, jitter(seed, most.into()));
        let mut last = 0;
        for look in looks {
            let end = world.time + milliseconds(look);
            while world.step(end) {
                world.check_truth();
            }
            world.check_truth();
            let now = world.our_clock();
            if world.watch.error(now).is_some() {
                let said = world.watch.venue_now(now).nanos();
                prop_assert!(last <= said);
                last = said;
            }
        }
    }

    #[test]
    fn a_clock_that_is_set_is_noticed(
        jump in prop_oneof![-DAY..-BACK, 13 * SECOND..DAY],
        before in 0_i128..700,
        in_step in any::<bool>(),
        seed: u64,
    ) {
        let mut world = World::new(0, 20, jitter(seed, [10, 60, 60]));
        world.run(before);
        if in_step {
            world.step(i128::MAX);
        }
        world.set_our_clock(jump);
        // Whatever happens next is late or goes back.
        world.step(i128::MAX);
        world.check_truth();
        world.run(8);
        world.check_truth();
        prop_assert!(world.error().unwrap() <= Duration::from_millis(250), "{:?}", world.error());
    }

    #[test]
    fn a_clock_that_is_set_a_little_is_found_with_the_next_answers(
        jump in SECOND * 3 / 2..11 * SECOND,
        seed: u64,
    ) {
        let mut world = World::new(0, 20, jitter(seed, [10, 60, 60]));
        world.run(60);
        world.set_our_clock(jump);
        // Found within five minutes, and believed when it has been so for a while.
        world.run(310 + 90);
        world.check_truth();
        // Found up to five minutes ago: the clocks may have drifted since.
        prop_assert!(world.error().unwrap() <= Duration::from_millis(300), "{:?}", world.error());
    }
}

const BACK: i128 = 10_000_001;

/// Kraken's clock is off by `jump` for so many seconds: that is not believed, and nothing is known.
fn check_slip(jump: i128, seconds: i128) {
    let mut world = World::new(0, 20, jitter(3, [10, 60, 60]));
    world.run(299);
    let before = world.asks.len();
    world.kraken_ahead = jump;
    world.run(seconds);
    assert!(before < world.asks.len());
    assert_eq!(world.error(), None);
    assert_eq!(world.errors.last(), Some(&Duration::MAX));
    world.kraken_ahead = 0;
    world.check_truth();
    let said = i128::from(world.watch.venue_now(world.our_clock()).nanos());
    assert!((said - world.truth()).abs() < SECOND, "it goes on by what was known");
    world.run(20);
    world.check_truth();
    assert!(world.error().unwrap() <= Duration::from_millis(300), "{:?}", world.error());
}

#[test]
fn a_slip_of_krakens_clock_is_not_believed() {
    for jump in [30 * SECOND, -30 * SECOND, DAY, -DAY] {
        check_slip(jump, 60);
    }
}

#[test]
fn krakens_clock_is_believed_when_it_stays_set() {
    for jump in [2 * SECOND, -2 * SECOND, DAY, -DAY] {
        let mut world = World::new(0, 20, jitter(3, [10, 60, 60]));
        world.run(299);
        world.kraken_ahead = jump;
        world.run(110);
        world.check_truth();
        assert!(world.error().unwrap() <= Duration::from_millis(300), "{:?}", world.error());
        assert!(world.alerts[0].contains("contradicts"), "{:?}", world.alerts);
    }
}

#[test]
fn a_day_costs_few_calls_and_the_error_stays_small() {
    let mut world = World::new(3 * SECOND, 50, jitter(7, [20, 120, 120]));
    world.run(15);
    world.errors.clear();
    world.run(86_400);
    let worst = world.errors.iter().max().unwrap();
    assert!(*worst <= Duration::from_millis(400), "{worst:?}");
    assert!(world.asks.len() <= 3 * 288, "{} calls", world.asks.len());
    assert_eq!(world.alerts.len(), 1, "{:?}", world.alerts);
    assert!(world.alerts[0].contains("set this machine's clock"), "{}", world.alerts[0]);
}

#[test]
fn answers_that_take_too_long_are_told_of_once_and_the_error_stays() {
    let mut world = World::new(0, 0, |call| {
        let half = if call < 30 { milliseconds(1_500) } else { milliseconds(30) };
        [0, half, half]
    });
    world.run(300);
    assert!(world.errors.iter().all(|error| Duration::from_millis(500) < *error));
    assert_eq!(world.alerts.len(), 1, "{:?}", world.alerts);
    assert!(world.alerts[0].contains("its last answer took 3000 ms"), "{}", world.alerts[0]);
    world.run(300);
    world.check_truth();
    assert!(world.error().unwrap() < Duration::from_millis(400), "{:?}", world.error());
}

#[test]
fn nothing_is_known_before_the_first_answer() {
    let world = World::new(0, 0, |_| [0, 0, 0]);
    assert_eq!(world.errors, [Duration::MAX]);
    assert_eq!(world.error(), None);
    assert_eq!(world.watch.venue_now(world.our_clock()), world.our_clock());
}

#[test]
fn failures_are_asked_again_ever_less_often_and_told_of_once() {
    let mut world = World::new(0, 0, |_| [0, 0, 0]);
    world.answers = false;
    world.run(3_600);
    let waits: Vec<i128> = world.asks.windows(2).map(|pair| (pair[1] - pair[0]) / SECOND).collect();
    assert_eq!(waits[..8], [1, 2, 4, 8, 16, 32, 60, 60]);
    assert_eq!(world.alerts.len(), 1, "{:?}", world.alerts);
    assert!(world.alerts[0].contains("`Time` does not answer"), "{}", world.alerts[0]);
    world.answers = true;
    world.run(75);
    assert!(world.error().unwrap() <= Duration::from_millis(250));
}

#[test]
fn a_good_error_grows_bad_when_nobody_answers() {
    let mut world = World::new(0, 0, |_| [0, 0, 0]);
    world.run(60);
    world.answers = false;
    world.errors.clear();
    world.run(900);
    assert_eq!(world.errors.len(), 1, "{:?}", world.errors);
    assert!(Duration::from_millis(500) < world.errors[0], "{:?}", world.errors);
    assert!(world.errors[0] < Duration::from_millis(501), "{:?}", world.errors);
    world.check_truth();
}

#[test]
fn an_answer_that_never_comes_is_not_waited_for() {
    let mut world = World::new(0, 0, |_| [0, 0, 0]);
    world.run(60);
    world.under_way = None;
    let asks = world.asks.len();
    while world.asks.len() == asks {
        world.step(i128::MAX);
    }
    // It is under way for good.
    world.under_way = None;
    world.step(world.time + 70 * SECOND);
    world.run(70);
    assert!(asks + 1 < world.asks.len());
}
