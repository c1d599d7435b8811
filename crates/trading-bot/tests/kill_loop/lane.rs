//! One bot at one venue that is killed again and again; after some kills both begin anew, so that
//! what is read stays short.
//!
//! The invariant: after every kill the journal is held against the venue, and at the end of each
//! life of a venue so is everything the bot believes.

use std::{
    collections::BTreeSet,
    path::Path,
    time::{Duration, Instant},
};

use kraken_protocol::chance::Chance;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::runtime::Runtime;
use trading_bot::control::{self, Ask};
use trading_types::ClientOrderId;

use crate::{
    child::Word,
    journal::Journal,
    plan::{BotPlan, counted},
    process::Process,
    venue::{ALWAYS_ZERO, Eyes, Venue, VenuePlan, our_id},
};

/// A venue sees so many kills.
const KILLS_A_VENUE: u64 = 10;
/// A bot that has not said what it should after this has failed.
const PATIENCE: Duration = Duration::from_secs(30);
/// A bot that is to die while it starts dies within this, in microseconds.
const START_MAX: u64 = 150_000;
/// A bot that trades dies within this after it is ready.
const TRADING_MAX: u64 = 100_000;
/// A bot dies within this after it has decided on an order.
const ORDER_MAX: u64 = 6_000;

/// When a bot is killed.
#[derive(Clone, Copy, Debug)]
enum Moment {
    /// While it starts.
    Starting,
    /// Once it is ready.
    Trading,
    /// When an order is on its way to the disk, or to the venue, or its answer back.
    Ordering,
}

/// What was counted.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    kills: u64,
    starting: u64,
    trading: u64,
    ordering: u64,
    venues: u64,
    orders: u64,
    intents: u64,
    /// From the start of the process to trading.
    starts: Vec<Duration>,
}

impl Tally {
    pub(crate) fn and(mut self, other: Self) -> Self {
        self.kills += other.kills;
        self.starting += other.starting;
        self.trading += other.trading;
        self.ordering += other.ordering;
        self.venues += other.venues;
        self.orders += other.orders;
        self.intents += other.intents;
        self.starts.extend(other.starts);
        self
    }

    pub(crate) fn into_json(mut self, took: Duration) -> Value {
        self.starts.sort_unstable();
        let at =
            |part: usize| self.starts.get(self.starts.len() * part / 100).map(Duration::as_millis);
        json!({
            "kills": self.kills,
            "killed_starting": self.starting,
            "killed_trading": self.trading,
            "killed_ordering": self.ordering,
            "venues": self.venues,
            "orders_at_venues": self.orders,
            "intents": self.intents,
            "start_ms_median": at(50),
            "start_ms_p95": at(95),
            "seconds": took.as_secs_f64(),
        })
    }
}

/// A bot, its venue, and who kills it.
pub(crate) struct Lane {
    chance: Chance,
    speed: u32,
    tally: Tally,
}

impl Lane {
    pub(crate) fn new(chance: Chance, speed: u32) -> Self {
        Self { chance, speed, tally: Tally::default() }
    }

    /// Kills so many times, or until the end.
    pub(crate) fn kill(&mut self, kills: u64, end: Instant) -> Tally {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let runtime = runtime.expect("a runtime");
        while self.tally.kills < kills && Instant::now() < end {
            let here = KILLS_A_VENUE.min(kills - self.tally.kills);
            self.one_venue(here, end, &runtime);
        }
        std::mem::take(&mut self.tally)
    }

    fn one_venue(&mut self, kills: u64, end: Instant, runtime: &Runtime) {
        let seed = self.chance.next();
        let venue =
            Venue::start(&VenuePlan { markets: 4, speed: self.speed, seed, faults: vec![] });
        let folder = folder();
        let plan = venue.bot(folder.path(), (1, 1));
        let eyes = runtime.block_on(Eyes::open(&venue, &plan));
        let mut known = Known { records: 0, intents: BTreeSet::new() };
        for _ in 0..kills {
            if end <= Instant::now() {
                break;
            }
            let moment = match self.chance.next() % 4 {
                0 | 1 => Moment::Starting,
                2 => Moment::Trading,
                _ => Moment::Ordering,
            };
            self.one_kill(&plan, moment, runtime);
            known.grow(&plan);
            runtime.block_on(known.check(&eyes));
        }
        let orders = runtime.block_on(at_rest(&plan, &eyes));
        known.grow(&plan);
        self.tally.venues += 1;
        self.tally.orders += orders;
        self.tally.intents += u64::try_from(known.intents.len()).expect("a count");
    }

    fn one_kill(&mut self, plan: &BotPlan, moment: Moment, runtime: &Runtime) {
        let began = counted();
        let process = Process::start(plan);
        let longest = match moment {
            Moment::Starting => START_MAX,
            Moment::Trading | Moment::Ordering => {
                wait_for(&process, plan, &Word::Ready, runtime);
                self.tally.starts.push(counted().saturating_sub(began));
                TRADING_MAX
            }
        };
        let longest = match moment {
            Moment::Ordering => {
                wait_for(&process, plan, &Word::Placed, runtime);
                ORDER_MAX
            }
            Moment::Starting | Moment::Trading => longest,
        };
        let wait = Duration::from_micros(self.chance.next() % longest);
        process.until(wait, |_| false);
        process.kill();
        self.tally.kills += 1;
        match moment {
            Moment::Starting => self.tally.starting += 1,
            Moment::Trading => self.tally.trading += 1,
            Moment::Ordering => self.tally.ordering += 1,
        }
    }
}

/// A folder in memory where there is such a thing: a process that is killed takes nothing with it
/// that the system was given, so nothing is gained by waiting for a disk.
fn folder() -> TempDir {
    let memory = Path::new("/dev/shm");
    let folder = if memory.is_dir() { tempfile::tempdir_in(memory) } else { tempfile::tempdir() };
    folder.expect("a folder")
}

/// Waits for a word; who does not say it is asked how it is.
fn wait_for(process: &Process, plan: &BotPlan, word: &Word, runtime: &Runtime) {
    if process.until(PATIENCE, |it| it == word).is_none() {
        panic!("no word of {word:?}: {}", runtime.block_on(status(plan)));
    }
}

/// How a bot says it is.
async fn status(plan: &BotPlan) -> String {
    match control::ask(&plan.folder, &Ask::Status, PATIENCE).await {
        Ok(status) => format!("{status:#}"),
        Err(error) => error.to_string(),
    }
}

/// What the journal was known to say.
struct Known {
    records: u64,
    intents: BTreeSet<ClientOrderId>,
}

impl Known {
    /// Reads the journal again: what was there is there.
    fn grow(&mut self, plan: &BotPlan) {
        let Some(journal) = Journal::read(&plan.folder) else {
            assert_eq!(self.records, 0, "the journal is gone");
            return;
        };
        assert!(self.records <= journal.records, "records are gone");
        assert!(self.intents.is_subset(&journal.intents), "intents are gone");
        *self = Self { records: journal.records, intents: journal.intents };
    }

    /// No order is at the venue that was not durable, and none twice.
    async fn check(&self, eyes: &Eyes) {
        let (closed, _) = eyes.closed_page(0).await;
        let open = eyes.open_orders().await;
        for order in open.iter().chain(&closed) {
            let id = our_id(order);
            assert!(self.intents.contains(&id), "{id} is at the venue and not in the journal");
        }
        let stats = eyes.statistics().await;
        for zero in ALWAYS_ZERO {
            assert_eq!(stats[zero], 0, "{zero}");
        }
    }
}

/// A last start, which ends in order: then both agree. Says how many orders there were.
async fn at_rest(plan: &BotPlan, eyes: &Eyes) -> u64 {
    let process = Process::start(plan);
    let ready = process.until(PATIENCE, |it| *it == Word::Ready);
    assert!(ready.is_some(), "it is not ready: {}", status(plan).await);
    let stopping = control::ask(&plan.folder, &Ask::Stop, PATIENCE).await;
    stopping.expect("it listens");
    let ended = process.until(PATIENCE, |it| matches!(it, Word::Ended { .. }));
    let Some(Word::Ended { why, balances, live, unknown }) = ended else {
        panic!("it does not end: {}", status(plan).await);
    };
    assert_eq!(unknown, 0, "nothing is unknown, {why}: {live:?}");
    let theirs = eyes.balances().await;
    for (asset, ours) in balances {
        let theirs = theirs.get(&asset).copied().unwrap_or_default();
        assert_eq!(ours, theirs, "{asset}, to the last unit");
    }
    let orders = eyes.all_orders().await;
    let ids: BTreeSet<_> = orders.iter().map(our_id).collect();
    assert_eq!(ids.len(), orders.len(), "each name is at the venue once");
    let open: BTreeSet<_> = eyes.open_orders().await.iter().map(our_id).collect();
    for (id, state) in &live {
        let theirs = orders.iter().find(|order| our_id(order) == *id);
        assert!(open.contains(id), "{id} is open for the bot ({state}), at the venue {theirs:?}");
    }
    assert_eq!(live.len(), open.len(), "{open:?} is open at the venue, for the bot {live:?}");
    u64::try_from(orders.len()).expect("a count")
}
