//! One long run, and the judgment over it.
//!
//! The invariant: the venue's own records decide.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::{Duration, Instant},
};

use bot_machine::output::Stage;
use kraken_client::{calls::StartError, state::StateError};
use serde_json::{Value, json};
use simulated_kraken::Fault;
use tokio::{
    sync::{mpsc, oneshot},
    task::JoinHandle,
};
use trading_bot::{LaunchError, ServiceEnd, Told, launch};
use trading_engine::Report;
use trading_types::ClientOrderId;

use crate::{
    plan::BotPlan,
    venue::{ALWAYS_ZERO, Eyes, Venue, VenuePlan, our_id},
};

/// What goes wrong, and how often. These are the faults that lose what happened.
const FAULTS: [(Fault, &str); 4] = [
    (Fault::LostAnswer, "0.05"),
    (Fault::LostRequest, "0.01"),
    (Fault::BadGateway, "0.05"),
    (Fault::Disconnect, "0.001"),
];
/// How long a bot may need to be ready, and to find out what it does not know.
const PATIENCE: Duration = Duration::from_mins(2);
/// So many starts may be needed until nothing is unknown.
const STARTS_MAX: u32 = 5;

/// How far it goes: whichever comes first.
#[derive(Clone, Debug)]
pub(crate) struct Limits {
    pub(crate) orders: u64,
    pub(crate) time: Duration,
    pub(crate) speed: u32,
    pub(crate) markets: usize,
    pub(crate) seed: u64,
}

/// What was heard of a bot.
#[derive(Debug, Default)]
struct Heard {
    placed: BTreeSet<ClientOrderId>,
    fills: u64,
    rejected: BTreeMap<String, u64>,
    refused: BTreeMap<String, u64>,
    alerts: BTreeMap<String, u64>,
    alarms: BTreeMap<String, u64>,
    failed_starts: BTreeMap<String, u64>,
}

struct Run {
    told: mpsc::UnboundedReceiver<Told>,
    stop: oneshot::Sender<()>,
    task: JoinHandle<Result<ServiceEnd, LaunchError>>,
}

impl Run {
    fn start(plan: &BotPlan) -> Self {
        let (hear, told) = mpsc::unbounded_channel();
        let (stop, stopped) = oneshot::channel::<()>();
        // Whoever is gone hears no more.
        let tell = Box::new(move |it: Told| drop(hear.send(it)));
        let stopped = async {
            let _ = stopped.await;
        };
        let task = tokio::spawn(launch(plan.launch(), tell, stopped));
        Self { told, stop, task }
    }

    /// Starts one that gets as far as being ready: who asks and gets no answer does not run, and
    /// whoever watches over it starts it again.
    async fn until_ready(plan: &BotPlan, heard: &mut Heard) -> Self {
        let trying = async {
            loop {
                let mut run = Self::start(plan);
                if run.hear_until_ready(heard).await {
                    return run;
                }
                match run.task.await.expect("it does not panic") {
                    Err(LaunchError::Venue(error)) => {
                        *heard.failed_starts.entry(error.to_string()).or_default() += 1;
                    }
                    // In one process the last run lets go of its budgets a moment after its end.
                    Err(LaunchError::Start(StartError::State(StateError::InUse(_)))) => {
                        tokio::task::yield_now().await;
                    }
                    other => panic!("it ended before it was ready: {other:?}"),
                }
            }
        };
        tokio::time::timeout(PATIENCE, trying).await.expect("it is ready in time")
    }

    /// False when it ended before.
    async fn hear_until_ready(&mut self, heard: &mut Heard) -> bool {
        while let Some(told) = self.told.recv().await {
            heard.hear(&told);
            if matches!(told, Told::Stage { stage: Stage::Ready, .. }) {
                return true;
            }
        }
        false
    }

    async fn end(self, heard: &mut Heard) -> ServiceEnd {
        let Self { mut told, stop, task } = self;
        // One that has ended needs no word.
        let _ = stop.send(());
        let end = tokio::time::timeout(PATIENCE, task).await.expect("it ends in time");
        while let Some(it) = told.recv().await {
            heard.hear(&it);
        }
        end.expect("it does not panic").expect("it ran")
    }
}

impl Heard {
    fn hear(&mut self, told: &Told) {
        match told {
            Told::Alert(alert) => {
                count(&mut self.alerts, format!("{:?}: {}", alert.kind, alert.text));
            }
            Told::Report { report, .. } => self.hear_report(report),
            Told::Stage { stage: Stage::Stopped { why }, .. } => panic!("it stopped: {why}"),
            Told::Stage { .. } | Told::Pulse(_) | Told::Rung { .. } => (),
        }
    }

    fn hear_report(&mut self, report: &Report) {
        if let Report::OrderPlaced { order, .. } = report {
            assert!(self.placed.insert(*order), "{order} was placed twice");
        } else if let Report::OrderFilled { .. } = report {
            self.fills += 1;
        } else if let Report::OrderRejected { refusal, .. } = report {
            count(&mut self.rejected, format!("{refusal:?}"));
        } else if let Report::OrderRefused { refusal, .. } = report {
            count(&mut self.refused, format!("{refusal:?}"));
        } else if let Report::Alarm(alarm) = report {
            count(&mut self.alarms, format!("{alarm:?}"));
        } else if let Report::Halted { reason } = report {
            panic!("it halted: {reason}");
        }
    }
}

fn count(which: &mut BTreeMap<String, u64>, what: String) {
    *which.entry(what).or_default() += 1;
}

/// Runs, judges, and says what there was.
pub(crate) async fn endure(limits: &Limits) -> Value {
    let faults = FAULTS.map(|(fault, chance)| (fault, chance.parse().expect("a chance")));
    let Limits { markets, speed, .. } = *limits;
    let (seed, faults) = (limits.seed, faults.into());
    let venue = Venue::start(&VenuePlan { markets, speed, seed, faults });
    let folder = tempfile::tempdir().expect("a folder");
    let plan = venue.bot(folder.path(), (1, 1));
    let eyes = Eyes::open(&venue, &plan).await;
    let mut heard = Heard::default();

    let mut run = Run::until_ready(&plan, &mut heard).await;
    let began = Instant::now();
    trade(&mut run, limits, &mut heard).await;
    let took = began.elapsed();
    let trip = round_trip(&eyes, 100).await;
    let mut end = run.end(&mut heard).await;
    let (mut starts, mut unknown) = (1, end.bot.unknown_orders());
    // What is not known at the end is found out by the next start.
    while unknown != 0 || end.bot.engine().orders_live() != open(&eyes).await {
        starts += 1;
        assert!(starts <= STARTS_MAX, "{unknown} orders stay unknown");
        let run = Run::until_ready(&plan, &mut heard).await;
        end = run.end(&mut heard).await;
        unknown = end.bot.unknown_orders();
    }
    let counted = judge(&eyes, &end, &heard).await;
    let orders = heard.placed.len();
    json!({
        "orders": orders,
        "fills": heard.fills,
        "seconds": took.as_secs_f64(),
        "orders_per_second": u64::try_from(orders).expect("a count") * 1_000
            / u64::try_from(took.as_millis()).expect("a while"),
        "round_trip_us": trip.as_micros(),
        "round_trips_in_a_deadline": Duration::from_secs(5).as_micros() / u128::from(speed)
            / trip.as_micros().max(1),
        "starts": starts,
        "failed_starts": heard.failed_starts,
        "rejected": heard.rejected,
        "refused": heard.refused,
        "alerts": heard.alerts,
        "alarms": heard.alarms,
        "venue": counted,
    })
}

/// How long an answer takes in real time, as a mean over so many.
async fn round_trip(eyes: &Eyes, times: u32) -> Duration {
    let began = Instant::now();
    for _ in 0..times {
        let _ = eyes.statistics().await;
    }
    began.elapsed() / times
}

async fn open(eyes: &Eyes) -> usize {
    eyes.open_orders().await.len()
}

/// Lets it trade until it is enough.
async fn trade(run: &mut Run, limits: &Limits, heard: &mut Heard) {
    let enough = tokio::time::sleep(limits.time);
    let mut enough = std::pin::pin!(enough);
    let wanted = usize::try_from(limits.orders).expect("a count");
    while heard.placed.len() < wanted {
        let told = tokio::select! {
            told = run.told.recv() => told.expect("it runs"),
            () = &mut enough => return,
        };
        heard.hear(&told);
    }
}

/// Holds the bot's books against the venue's; gives back what the venue counted.
async fn judge(eyes: &Eyes, end: &ServiceEnd, heard: &Heard) -> Value {
    let orders = eyes.all_orders().await;
    let mut known = BTreeSet::new();
    for order in &orders {
        let id = our_id(order);
        assert!(known.insert(id), "{id} is at the venue twice");
        assert!(heard.placed.contains(&id), "{id} is at the venue and nobody placed it");
    }
    let live: BTreeSet<_> = end.bot.engine().live_orders().map(|it| it.request.id).collect();
    let open: BTreeSet<_> = eyes.open_orders().await.iter().map(our_id).collect();
    assert_eq!(live, open, "what is open");
    for (asset, theirs) in eyes.balances().await {
        assert_eq!(end.bot.engine().balance(asset), theirs, "{asset}, to the last unit");
    }
    let stats = eyes.statistics().await;
    for zero in ALWAYS_ZERO {
        assert_eq!(stats[zero], 0, "{zero}");
    }
    let accepted = stats["orders_accepted"].as_u64().expect("a count");
    assert_eq!(u64::try_from(orders.len()).expect("a count"), accepted, "every order is listed");
    stats
}
