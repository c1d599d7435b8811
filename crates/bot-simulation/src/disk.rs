//! The disk of the bot's machine: how long syncs take, when they fail, and what a crash leaves.
//!
//! The invariant: a sync is acknowledged only after it was done, and what was under way when the
//! power failed was not.

use std::time::Duration;

use bot_journal::{
    CrashRule, Digest, Disk as _, Identity, JournalWriter, OneLane, RecoveryError, SimulatedDisk,
    Witness, recover_witnessed, survey,
};
use exchange_simulator::Prng;
use trading_types::Timestamp;

use crate::{tally::Tally, timeline::Timeline};

/// How a disk behaves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DiskOptions {
    /// The shortest sync.
    pub sync_least: Duration,
    /// A sync usually takes no longer than this.
    pub sync_usual: Duration,
    /// Of a thousand syncs so many take up to `sync_longest`.
    pub slow_syncs: u64,
    /// The longest sync.
    pub sync_longest: Duration,
    /// Mean time between syncs that fail; zero is never.
    pub failing_every: Duration,
    /// Mean time between times when the disk is full; zero is never.
    pub full_every: Duration,
    /// Of a thousand syncs so many say yes and do nothing; what a crash leaves then is looked at in
    /// a copy, since a bot that refuses to start would be the end of a run.
    pub lying: u64,
    /// How often in a hundred crashes the whole machine stops, so that what was not synced may be
    /// lost, torn or reordered.
    pub power_percent: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Plan {
    Fail,
    Full,
    Room,
}

/// The disk's behavior. The bytes are in a [`SimulatedDisk`], which the process has while it runs.
#[derive(Debug)]
pub(crate) struct Disk {
    options: DiskOptions,
    prng: Prng,
    plan: Timeline<Plan>,
    fails_next: bool,
    is_full: bool,
}

/// A commit is no more steps of the disk than this.
const OPERATIONS: u64 = 8;

/// A digest that names the thing `number`.
pub(crate) fn digest(number: u8) -> Digest {
    [number; 32]
}

/// Whose journal it is.
pub(crate) fn identity() -> Identity {
    Identity { account: digest(1), binary: digest(2), config: digest(3), strategy: digest(4) }
}

impl Disk {
    pub(crate) fn new(options: DiskOptions, prng: Prng, now: Timestamp) -> Self {
        let plan = Timeline::default();
        let mut disk = Self { options, prng, plan, fails_next: false, is_full: false };
        disk.plan_again(Plan::Fail, now);
        disk.plan_again(Plan::Full, now);
        disk
    }

    /// When something happens next.
    pub(crate) fn next_at(&self) -> Option<Timestamp> {
        self.plan.next_at()
    }

    /// Lets happen what is due.
    pub(crate) fn handle_timeout(&mut self, tally: &mut Tally, now: Timestamp) {
        while let Some(plan) = self.plan.poll(now) {
            match plan {
                Plan::Fail => self.fails_next = true,
                Plan::Full => {
                    self.is_full = true;
                    tally.count("disk_full");
                    let minute = Duration::from_mins(1);
                    let length = self.prng.duration_between(minute, 20 * minute);
                    self.plan.note(now + length, Plan::Room);
                }
                Plan::Room => {
                    self.is_full = false;
                    self.plan_again(Plan::Full, now);
                }
            }
        }
    }

    fn plan_again(&mut self, plan: Plan, now: Timestamp) {
        let every = match plan {
            Plan::Fail => self.options.failing_every,
            Plan::Full | Plan::Room => self.options.full_every,
        };
        if !every.is_zero() {
            let wait = self.prng.duration_between(Duration::from_secs(1), 2 * every);
            self.plan.note(now + wait, plan);
        }
    }

    /// How long the next sync takes.
    pub(crate) fn sync_takes(&mut self, tally: &mut Tally) -> Duration {
        let DiskOptions { sync_least, sync_usual, slow_syncs, sync_longest, .. } = self.options;
        if self.prng.below(1_000) < slow_syncs {
            tally.count("disk_slow_sync");
            return self.prng.duration_between(sync_usual, sync_longest.max(sync_usual));
        }
        self.prng.duration_between(sync_least, sync_usual)
    }

    /// Whether the sync that is being made is a lie.
    pub(crate) fn lies(&mut self) -> bool {
        0 < self.options.lying && self.prng.below(1_000) < self.options.lying
    }

    /// The machine stopped after a sync that was a lie and others that were acknowledged: recovery
    /// has to say that what was acknowledged is not there.
    pub(crate) fn check_lie(
        mut bytes: SimulatedDisk,
        witness: Witness,
        tally: &mut Tally,
    ) -> Result<(), String> {
        bytes.crash(CrashRule::Lost);
        match recover_witnessed(&OneLane, &mut bytes, &identity(), Some(witness)) {
            Err(_named) => {
                tally.count("sync_lied_refused");
                Ok(())
            }
            // Nothing was to be written by the sync that lied.
            Ok(found) if witness.sequence <= found.sequence => Ok(()),
            Ok(found) => Err(format!(
                "after a sync that lied {} records were taken for all, and {} were acknowledged",
                found.sequence, witness.sequence
            )),
        }
    }

    /// Sets the switches for what is written next.
    pub(crate) fn prepare(&mut self, bytes: &mut SimulatedDisk, tally: &mut Tally, now: Timestamp) {
        bytes.set_room(self.is_full.then_some(0));
        if std::mem::take(&mut self.fails_next) {
            tally.count("disk_sync_failed");
            bytes.fail_syncs(1);
            self.plan_again(Plan::Fail, now);
        }
    }

    /// The process dies, perhaps with the machine; what was under way may have been written, and
    /// was not acknowledged. Gives back what is found afterwards.
    pub(crate) fn crash(
        &mut self,
        mut writer: JournalWriter<SimulatedDisk>,
        is_syncing: bool,
        tally: &mut Tally,
    ) -> SimulatedDisk {
        let is_power = self.prng.below(100) < self.options.power_percent;
        if is_syncing && self.prng.below(2) == 0 {
            tally.count("crash_during_sync");
            // It ends somewhere between two steps of the disk, and nobody hears how far it came.
            writer.disk_mut().cut_power_after(self.prng.below(OPERATIONS));
            let _unheard = writer.commit();
        }
        let mut bytes = writer.into_disk();
        let sector = if self.prng.below(2) == 0 { 512 } else { 4_096 };
        let rule = if is_power {
            tally.count("power_failure");
            match self.prng.below(3) {
                0 => CrashRule::Lost,
                1 => CrashRule::Torn { sector },
                _ => CrashRule::Reordered { sector },
            }
        } else {
            CrashRule::Kept
        };
        bytes.crash(rule);
        bytes
    }

    /// Cuts the last records off, as if an older copy had been put back.
    pub(crate) fn make_older(bytes: &mut SimulatedDisk) {
        let names = bytes.list().unwrap_or_default();
        if let Some(last) = names.last() {
            let length = bytes.length(last);
            bytes.shorten(last, length - length / 3);
        }
    }

    /// Nothing goes wrong any more.
    pub(crate) fn calm_down(&mut self) {
        (self.options.slow_syncs, self.options.lying) = (0, 0);
        self.options.failing_every = Duration::ZERO;
        self.options.full_every = Duration::ZERO;
        self.options.power_percent = 0;
        self.plan.clear();
        (self.is_full, self.fails_next) = (false, false);
    }

    /// Damages a copy of the journal in one way or another. Says what recovery found of it, or how
    /// it was deceived: whatever is wrong has to be named.
    pub(crate) fn try_damage(
        &mut self,
        bytes: &SimulatedDisk,
        witness: Witness,
        tally: &mut Tally,
    ) -> Result<(), String> {
        let mut copy = bytes.clone();
        let names = copy.list().map_err(|error| error.to_string())?;
        let Some(last) = names.last().cloned() else { return Ok(()) };
        let pick = self.prng.below(u64::try_from(names.len()).expect("some files"));
        let name = names[usize::try_from(pick).expect("some files")].clone();
        let length = copy.length(&name);
        let what = self.prng.below(4);
        match what {
            0 if 0 < length => {
                let bit = self.prng.below(8 * u64::try_from(length).expect("a file"));
                copy.flip_bit(&name, bit);
            }
            1 if 1 < names.len() && name != last => copy.lose(&name),
            2 if 1 < names.len() && name != last => copy.swap(&name, &last),
            _ => {
                let length = copy.length(&last);
                let keep = self.prng.below(u64::try_from(length.max(1)).expect("a file"));
                copy.shorten(&last, usize::try_from(keep).expect("a file"));
            }
        }
        let found = survey(&mut copy, Some(&identity().account), Some(witness));
        match found {
            Err(_named) => {
                tally.count(match what {
                    0 => "journal_bit_flip",
                    1 | 2 => "journal_file_missing",
                    _ => "journal_truncated",
                });
                Ok(())
            }
            // Beyond what was acknowledged there may have been nothing, or less than there was.
            Ok(survived) if witness.sequence <= survived.sequence => Ok(()),
            Ok(survived) => Err(format!(
                "a damaged journal (way {what}, file {name}) was taken for whole up to record {}",
                survived.sequence
            )),
        }
    }
}

/// Whether a recovery failed for want of room or rights, which passes.
pub(crate) const fn passes(error: &RecoveryError) -> bool {
    matches!(error, RecoveryError::Disk(_))
}
