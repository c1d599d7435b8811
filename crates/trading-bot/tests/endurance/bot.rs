//! A bot that is started, heard, and ended.
//!
//! The invariant: it is never halted, never stopped, and gives no order a name twice.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use bot_machine::output::Stage;
use kraken_client::{calls::StartError, state::StateError};
use serde::Serialize;
use tokio::{
    sync::{mpsc, oneshot},
    task::JoinHandle,
};
use trading_bot::{LaunchError, ServiceEnd, Told, launch};
use trading_engine::{Alarm, Report};
use trading_types::{Amount, Asset, ClientOrderId};

use crate::plan::BotPlan;

/// How long a bot may need to be ready, and to find out what it does not know.
const PATIENCE: Duration = Duration::from_mins(2);

/// What was heard of a bot.
#[derive(Debug, Default)]
pub(crate) struct Heard {
    pub(crate) placed: BTreeSet<ClientOrderId>,
    pub(crate) counts: Counts,
}

/// How often what was heard.
#[derive(Debug, Default, Serialize)]
pub(crate) struct Counts {
    fills: u64,
    /// Orders that were not taken: by the venue, or by ourselves before they left.
    rejected: BTreeMap<String, u64>,
    /// Orders the engine did not make.
    refused: BTreeMap<String, u64>,
    alerts: BTreeMap<String, u64>,
    alarms: BTreeMap<String, u64>,
    failed_starts: BTreeMap<String, u64>,
}

/// What a bot that has ended believes.
#[derive(Debug)]
pub(crate) struct Ended {
    /// The orders it takes for open.
    pub(crate) live: BTreeSet<ClientOrderId>,
    /// How many orders it knows nothing about.
    pub(crate) unknown: usize,
    pub(crate) balances: BTreeMap<Asset, Amount>,
}

/// A bot that runs.
pub(crate) struct Run {
    pub(crate) told: mpsc::UnboundedReceiver<Told>,
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
    pub(crate) async fn until_ready(plan: &BotPlan, heard: &mut Heard) -> Self {
        let trying = async {
            loop {
                let mut run = Self::start(plan);
                if run.hear_until_ready(heard).await {
                    return run;
                }
                match run.task.await.expect("it does not panic") {
                    Err(LaunchError::Venue(error)) => {
                        *heard.counts.failed_starts.entry(error.to_string()).or_default() += 1;
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

    /// Ends it in order.
    pub(crate) async fn end(self, heard: &mut Heard) -> Ended {
        let Self { mut told, stop, task } = self;
        // One that has ended needs no word.
        let _ = stop.send(());
        let end = tokio::time::timeout(PATIENCE, task).await.expect("it ends in time");
        while let Some(it) = told.recv().await {
            heard.hear(&it);
        }
        let bot = end.expect("it does not panic").expect("it ran").bot;
        Ended {
            live: bot.engine().live_orders().map(|it| it.request.id).collect(),
            unknown: bot.unknown_orders(),
            balances: bot.engine().balances().collect(),
        }
    }
}

impl Heard {
    pub(crate) fn hear(&mut self, told: &Told) {
        match told {
            Told::Alert(alert) => {
                count(&mut self.counts.alerts, format!("{:?}", alert.kind));
            }
            Told::Report { report, .. } => self.hear_report(report),
            Told::Stage { stage: Stage::Stopped { why }, .. } => panic!("it stopped: {why}"),
            Told::Stage { .. } | Told::Pulse(_) | Told::Rung { .. } | Told::LimitWait { .. } => (),
        }
    }

    fn hear_report(&mut self, report: &Report) {
        if let Report::OrderPlaced { order, .. } = report {
            assert!(self.placed.insert(*order), "{order} was placed twice");
        } else if let Report::OrderFilled { .. } = report {
            self.counts.fills += 1;
        } else if let Report::OrderRejected { refusal, .. } = report {
            count(&mut self.counts.rejected, format!("{refusal:?}"));
        } else if let Report::OrderRefused { refusal, .. } = report {
            count(&mut self.counts.refused, format!("{refusal:?}"));
        } else if let Report::Alarm(alarm) = report {
            let kind = match alarm {
                Alarm::Unprotected(_) => "Unprotected",
                Alarm::CannotExit { .. } => "CannotExit",
                Alarm::Order(_)
                | Alarm::Position(_)
                | Alarm::Balance(_)
                | Alarm::ForeignOrder(_) => panic!("no fault can make this so: {alarm}"),
            };
            count(&mut self.counts.alarms, kind.to_owned());
        } else if let Report::Halted { reason } = report {
            panic!("it halted: {reason}");
        }
    }
}

fn count(which: &mut BTreeMap<String, u64>, what: String) {
    *which.entry(what).or_default() += 1;
}

impl Counts {
    /// Both together.
    pub(crate) fn and(mut self, other: Self) -> Self {
        self.fills += other.fills;
        for (all, more) in [
            (&mut self.rejected, other.rejected),
            (&mut self.refused, other.refused),
            (&mut self.alerts, other.alerts),
            (&mut self.alarms, other.alarms),
            (&mut self.failed_starts, other.failed_starts),
        ] {
            for (what, times) in more {
                *all.entry(what).or_default() += times;
            }
        }
        self
    }
}
