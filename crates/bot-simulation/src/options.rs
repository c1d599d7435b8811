//! What a seed decides before a run begins: every knob is on or off and as strong as its draw, so
//! that some seeds are calm in one dimension and brutal in another (swarm testing).
//!
//! The invariant: the same seed draws the same options, whatever the length of the run.

use std::time::Duration;

use bot_machine::DeadManChoice;
use exchange_simulator::Prng;
use simulated_kraken::{Fault, Tier};

use crate::{
    bugs::Bug, clock::ClockOptions, disk::DiskOptions, market::MarketOptions, net::NetOptions,
    people::PeopleOptions, process::ProcessOptions, strategy::StrategyOptions,
};

/// What decides a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Seed(pub u64);

impl Seed {
    /// A stream of chance for one part of the world, apart from those of all others.
    pub(crate) fn stream(self, part: &str) -> Prng {
        let mix = |sum: u64, byte: u8| (sum ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        let name = part.bytes().fold(0xcbf2_9ce4_8422_2325, mix);
        Prng::from_seed(Prng::from_seed(self.0 ^ name).next())
    }
}

/// How the world behaves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Options {
    /// How long anything may go wrong.
    pub length: Duration,
    /// The account's tier.
    pub tier: Tier,
    /// The markets.
    pub market: MarketOptions,
    /// The net.
    pub net: NetOptions,
    /// The clock of the bot's machine.
    pub clock: ClockOptions,
    /// The disk of the bot's machine.
    pub disk: DiskOptions,
    /// What is done to the process.
    pub process: ProcessOptions,
    /// The people around it.
    pub people: PeopleOptions,
    /// The strategy.
    pub strategy: StrategyOptions,
    /// What happens to resting orders when the bot dies.
    pub dead_man: DeadManChoice,
    /// Faults of Kraken's that are on, and the chance of each in ten millionths: on each occasion,
    /// or in each second.
    pub faults: Vec<(Fault, u64)>,
    /// A mistake that is planted to be found.
    pub bug: Option<Bug>,
}

/// How strong a fault is, from weak to strong, in ten millionths: of each occasion for those that
/// spoil something that happens, of each second for the others.
#[rustfmt::skip] // A table.
const STRENGTHS: [(Fault, [u64; 3]); 46] = [
    (Fault::LostAnswer,          [   20_000,   100_000,   500_000]),
    (Fault::LostRequest,         [   20_000,   100_000,   500_000]),
    (Fault::BadGateway,          [   20_000,   100_000,   500_000]),
    (Fault::SlowAnswer,          [   20_000,   100_000,   500_000]),
    (Fault::LateExecution,       [   50_000,   300_000, 1_000_000]),
    (Fault::PartialFill,         [  500_000, 2_000_000, 8_000_000]),
    (Fault::StreamDisagrees,     [   20_000,   100_000,   400_000]),
    (Fault::StatusContradicts,   [1_000_000, 3_000_000, 8_000_000]),
    (Fault::ReadLag,             [   50_000,   300_000, 2_000_000]),
    (Fault::FalseInsufficient,   [   20_000,   100_000,   500_000]),
    (Fault::KeyRevoked,          [       10,        30,       100]),
    (Fault::BadNonce,            [    5_000,    20_000,   100_000]),
    (Fault::Unavailable,         [   20_000,   100_000,   500_000]),
    (Fault::ClockJump,           [       30,       200,     1_000]),
    (Fault::Suspended,           [       50,       300,     1_500]),
    (Fault::TokenRefused,        [   50_000,   300_000, 1_500_000]),
    (Fault::RateLimited,         [    5_000,    30_000,   150_000]),
    (Fault::CancelRateLimited,   [   20_000,   100_000,   500_000]),
    (Fault::Disconnect,          [      100,     1_000,     5_000]),
    (Fault::SilentAfterAck,      [   50_000,   300_000, 1_000_000]),
    (Fault::SilentChannel,       [      100,       500,     2_000]),
    (Fault::BadChecksum,         [    5_000,    30_000,   150_000]),
    (Fault::SubscriptionRefused, [   50_000,   300_000, 1_000_000]),
    (Fault::EdgeBan,             [       20,        50,       200]),
    (Fault::Maintenance,         [       20,       100,       300]),
    (Fault::StatusFlap,          [       50,       500,    50_000]),
    (Fault::SnapshotGap,         [   50_000,   300_000, 1_500_000]),
    (Fault::FalseDuplicate,      [   20_000,   100_000,   400_000]),
    (Fault::OrderEnded,          [      200,     1_000,     5_000]),
    (Fault::OfflineTrigger,      [    1_000,    10_000,   100_000]),
    (Fault::OtherActor,          [       20,       100,       500]),
    (Fault::ExternalMove,        [       30,       200,     1_000]),
    (Fault::FeeChange,           [       50,       200,     1_000]),
    (Fault::PairChange,          [       20,        80,       300]),
    (Fault::AssetRenamed,        [       50,       200,     1_000]),
    (Fault::BadTick,             [    5_000,    30_000,   100_000]),
    (Fault::CrossedBook,         [       50,       300,     1_500]),
    (Fault::MessageBurst,        [       10,        30,       100]),
    (Fault::DeadManLost,         [   50_000,   300_000, 2_000_000]),
    (Fault::CancelSurvivor,      [2_000_000, 5_000_000, 9_000_000]),
    (Fault::AmendAnswerLost,     [  100_000,   500_000, 2_000_000]),
    (Fault::BatchTorn,           [  500_000, 2_000_000, 5_000_000]),
    (Fault::TradeBust,           [        2,         5,        20]),
    (Fault::ShiftingPages,       [  100_000,   500_000, 2_000_000]),
    (Fault::UnknownField,        [   10_000,   100_000,   500_000]),
    (Fault::WrongTime,           [   50_000,   200_000, 1_000_000]),
];

impl Options {
    /// What a seed decides.
    pub fn draw(seed: Seed, length: Duration) -> Self {
        let severity = Draw(seed.stream("severity")).pick(&[10, 25, 50, 80]);
        let mut draw = Draw(seed.stream("options"));
        let tier = draw.pick(&[Tier::Starter, Tier::Intermediate, Tier::Pro]);
        let dead_man = draw.pick(&[DeadManChoice::StopsRest, DeadManChoice::CancelAll]);
        let mut options = Self {
            length,
            tier,
            market: draw.market(severity),
            net: draw.net(severity),
            clock: draw.clock(severity),
            disk: draw.disk(severity),
            process: draw.process(severity),
            people: draw.people(severity),
            strategy: draw.strategy(severity),
            dead_man,
            faults: draw.faults(severity),
            bug: None,
        };
        // A stream of their own: what is added here leaves the seeds that are kept as they were.
        let mut more = Draw(seed.stream("more options"));
        options.disk.lying = more.knob(severity, &[5, 20, 100]);
        options.process.memory_every = more.seconds(severity, &[7_200, 28_800]);
        options.strategy.trails = more.pick(&[0, 0, 20, 80]);
        options
    }

    /// A world in which nothing goes wrong.
    pub fn calm(length: Duration) -> Self {
        let seed = Seed(0);
        let mut draw = Draw(seed.stream("options"));
        Self {
            length,
            tier: Tier::Starter,
            market: draw.market(0),
            net: draw.net(0),
            clock: draw.clock(0),
            disk: draw.disk(0),
            process: draw.process(0),
            people: draw.people(0),
            strategy: draw.strategy(0),
            dead_man: DeadManChoice::StopsRest,
            faults: Vec::new(),
            bug: None,
        }
    }
}

/// Draws options. Each knob is on with `severity` percent.
struct Draw(Prng);

impl Draw {
    fn pick<T: Clone>(&mut self, all: &[T]) -> T {
        let count = u64::try_from(all.len()).expect("a few");
        all[usize::try_from(self.0.below(count)).expect("a few")].clone()
    }

    fn is_on(&mut self, severity: u64) -> bool {
        self.0.below(100) < severity
    }

    /// One of these when the knob is on, else the value of calm.
    fn knob<T: Clone + Default>(&mut self, severity: u64, all: &[T]) -> T {
        let picked = self.pick(all);
        if self.is_on(severity) { picked } else { T::default() }
    }

    fn seconds(&mut self, severity: u64, all: &[u64]) -> Duration {
        Duration::from_secs(self.knob(severity, all))
    }

    fn market(&mut self, severity: u64) -> MarketOptions {
        MarketOptions {
            pairs: self.pick(&[1, 1, 2, 3]),
            book_every: Duration::from_secs(self.pick(&[40, 60, 90])),
            trade_every: Duration::from_secs(self.pick(&[30, 40, 60])),
            volatility: self.pick(&[3_000, 8_000, 20_000]),
            shock_every: self.seconds(severity, &[3_600, 14_400, 86_400]),
            shock_max: self.pick(&[300, 1_000, 3_000]),
        }
    }

    fn net(&mut self, severity: u64) -> NetOptions {
        let millis = |(least, most)| (Duration::from_millis(least), Duration::from_millis(most));
        let usual = self.pick(&[(1, 5), (10, 80), (50, 400), (200, 1_500)]);
        NetOptions {
            delay: millis(if severity == 0 { (5, 50) } else { usual }),
            spikes: self.knob(severity, &[1, 5, 30]),
            spike_max: Duration::from_secs(self.pick(&[2, 8, 20])),
            lost_requests: self.knob(severity, &[1, 5, 30]),
            lost_answers: self.knob(severity, &[1, 5, 30]),
            never_sent: self.knob(severity, &[1, 5, 30]),
            reset_every: self.seconds(severity, &[1_800, 7_200, 28_800]),
            hang_every: self.seconds(severity, &[1_800, 7_200, 28_800]),
            outage_every: self.seconds(severity, &[14_400, 43_200, 86_400]),
            outage_max: Duration::from_secs(self.pick(&[20, 120, 1_800])),
        }
    }

    fn clock(&mut self, severity: u64) -> ClockOptions {
        ClockOptions {
            offset_max: Duration::from_millis(self.knob(severity, &[200, 3_000, 86_400_000])),
            drift_max: self.knob(severity, &[5, 50, 200]),
            jumps_percent: self.knob(severity, &[10, 50, 100]),
            jump_max: Duration::from_secs(self.pick(&[2, 600, 86_400])),
        }
    }

    fn disk(&mut self, severity: u64) -> DiskOptions {
        DiskOptions {
            sync_least: Duration::from_millis(self.pick(&[1, 4])),
            sync_usual: Duration::from_millis(self.pick(&[5, 20, 100])),
            slow_syncs: self.knob(severity, &[1, 10, 50]),
            sync_longest: Duration::from_secs(self.pick(&[1, 8, 30])),
            failing_every: self.seconds(severity, &[43_200, 172_800]),
            full_every: self.seconds(severity, &[43_200, 172_800]),
            power_percent: self.knob(severity, &[10, 50, 100]),
            lying: 0,
        }
    }

    fn process(&mut self, severity: u64) -> ProcessOptions {
        ProcessOptions {
            crash_every: self.seconds(severity, &[1_800, 7_200, 43_200]),
            crash_at_output: self.knob(severity, &[1, 5, 20]),
            loops_percent: self.knob(severity, &[5, 20]),
            memory_every: Duration::ZERO,
            pause_every: self.seconds(severity, &[7_200, 43_200]),
            pause_max: Duration::from_secs(self.pick(&[10, 120, 7_200])),
            second_percent: self.knob(severity, &[10, 50]),
            end_every: self.seconds(severity, &[14_400, 86_400]),
            lost_budgets: self.knob(severity, &[2, 10]),
        }
    }

    fn people(&mut self, severity: u64) -> PeopleOptions {
        PeopleOptions {
            halt_every: self.seconds(severity, &[7_200, 28_800, 86_400]),
            resume_after: Duration::from_secs(self.pick(&[30, 300, 1_800])),
            doubles_percent: self.knob(severity, &[10, 50]),
            answer_after: Duration::from_secs(self.pick(&[5, 60, 250])),
            sleeps_percent: self.knob(severity, &[2, 10]),
            caps_every: self.seconds(severity, &[14_400, 86_400]),
        }
    }

    fn strategy(&mut self, severity: u64) -> StrategyOptions {
        StrategyOptions {
            enters: self.pick(&[10, 30, 60]),
            leaves: self.pick(&[5, 15, 40]),
            adds: self.pick(&[0, 2, 10]),
            moves: self.pick(&[0, 10, 40]),
            stopless: self.pick(&[0, 20, 100]),
            nonsense: self.knob(severity, &[1, 5, 50]),
            trails: 0,
            distance: self.pick(&[30, 150, 800]),
        }
    }

    fn faults(&mut self, severity: u64) -> Vec<(Fault, u64)> {
        let mut faults = Vec::new();
        for (fault, strengths) in &STRENGTHS {
            let strength = self.pick(strengths);
            if self.is_on(severity) {
                faults.push((*fault, strength));
            }
        }
        faults
    }
}

#[cfg(test)]
mod tests;
