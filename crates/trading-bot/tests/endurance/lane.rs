//! One bot at one venue: it trades until it is enough, and then both are compared.
//!
//! The invariant: the venue's own records decide.

use std::{
    collections::BTreeSet,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use serde_json::Value;
use trading_bot::Told;
use trading_engine::Report;

use crate::{
    bot::{Counts, Ended, Heard, Run},
    folder::folder,
    venue::{ALWAYS_ZERO, Eyes, Venue, our_id},
};

/// So many starts may be needed until nothing is unknown.
const STARTS_MAX: u64 = 5;
/// It is looked this often whether it is enough.
const LOOK_EVERY: Duration = Duration::from_millis(50);

/// When all lanes together have done enough.
#[derive(Clone, Debug)]
pub(crate) struct Enough {
    placed: Arc<AtomicU64>,
    orders: u64,
    began: Instant,
    end: Instant,
}

impl Enough {
    /// So many orders, or so much time from now: whichever comes first.
    pub(crate) fn new(orders: u64, time: Duration) -> Self {
        let began = Instant::now();
        Self { placed: Arc::default(), orders, began, end: began + time }
    }

    fn one_more(&self) {
        self.placed.fetch_add(1, Ordering::Relaxed);
    }

    /// Waits until it is; says how long that took.
    pub(crate) async fn wait(&self) -> Duration {
        while !self.is_reached() && Instant::now() < self.end {
            tokio::time::sleep(LOOK_EVERY).await;
        }
        self.began.elapsed()
    }

    fn is_reached(&self) -> bool {
        self.orders <= self.placed.load(Ordering::Relaxed)
    }
}

/// What came of a lane.
#[derive(Debug)]
pub(crate) struct Outcome {
    pub(crate) orders: u64,
    pub(crate) starts: u64,
    pub(crate) counts: Counts,
    /// What its venue counted.
    pub(crate) venue: Value,
}

/// Trades until it is enough, and judges.
pub(crate) async fn run(venue: Venue, enough: Enough) -> Outcome {
    let folder = folder();
    let plan = venue.bot(folder.path(), (1, 1));
    let eyes = Eyes::open(&venue, &plan).await;
    let mut heard = Heard::default();
    let mut run = Run::until_ready(&plan, &mut heard).await;
    trade(&mut run, &enough, &mut heard).await;
    let mut end = run.end(&mut heard).await;
    let mut starts = 1;
    // What is not known at the end is found out by the next start.
    while end.unknown != 0 {
        starts += 1;
        assert!(starts <= STARTS_MAX, "{} orders stay unknown", end.unknown);
        end = Run::until_ready(&plan, &mut heard).await.end(&mut heard).await;
    }
    let venue = judge(&eyes, &end, &heard).await;
    let orders = u64::try_from(heard.placed.len()).expect("a count");
    Outcome { orders, starts, counts: heard.counts, venue }
}

async fn trade(run: &mut Run, enough: &Enough, heard: &mut Heard) {
    let mut end = std::pin::pin!(tokio::time::sleep_until(enough.end.into()));
    while !enough.is_reached() {
        let told = tokio::select! {
            told = run.told.recv() => told.expect("it runs"),
            () = &mut end => return,
        };
        if let Told::Report { report, .. } = &told
            && matches!(**report, Report::OrderPlaced { .. })
        {
            enough.one_more();
        }
        heard.hear(&told);
    }
}

/// Holds the bot's books against the venue's; gives back what the venue counted.
async fn judge(eyes: &Eyes, end: &Ended, heard: &Heard) -> Value {
    let orders = eyes.all_orders().await;
    let mut known = BTreeSet::new();
    for order in &orders {
        let id = our_id(order);
        assert!(known.insert(id), "{id} is at the venue twice");
        assert!(heard.placed.contains(&id), "{id} is at the venue and nobody placed it");
    }
    let open: BTreeSet<_> = eyes.open_orders().await.iter().map(our_id).collect();
    assert_eq!(end.live, open, "what is open");
    for (asset, theirs) in eyes.balances().await {
        let ours = end.balances.get(&asset).copied().unwrap_or_default();
        assert_eq!(ours, theirs, "{asset}, to the last unit");
    }
    let stats = eyes.statistics().await;
    for zero in ALWAYS_ZERO {
        assert_eq!(stats[zero], 0, "{zero}");
    }
    let accepted = stats["orders_accepted"].as_u64().expect("a count");
    assert_eq!(u64::try_from(orders.len()).expect("a count"), accepted, "every order is listed");
    stats
}
