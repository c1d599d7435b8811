//! The bot that is killed: it reads its plan, runs, and says a word where its killer may wait for
//! one.
//!
//! The invariant: whatever it says was so when it said it; it may be dead before it is read.

use std::io::{Read, Write};

use bot_machine::output::Stage;
use serde::{Deserialize, Serialize};
use trading_bot::{Told, launch};
use trading_engine::Report;
use trading_types::{Amount, Asset, ClientOrderId};

use crate::plan::BotPlan;

/// What it says, each on a line.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Word {
    /// It lives.
    Alive,
    /// It trades.
    Ready,
    /// An order was decided on; it is about to be written down.
    Placed,
    /// It was asked to end, and has.
    Ended {
        /// Why.
        why: String,
        /// What it has.
        balances: Vec<(Asset, Amount)>,
        /// Which orders it takes for open, and what it says of each.
        live: Vec<(ClientOrderId, String)>,
        /// How many orders it knows nothing about.
        unknown: usize,
    },
    /// It does not run.
    Failed(String),
}

/// Runs until it is killed or asked to end.
pub(crate) fn main() {
    let mut text = String::new();
    std::io::stdin().read_to_string(&mut text).expect("a plan");
    let plan: BotPlan = serde_json::from_str(&text).expect("a plan");
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let tell = Box::new(|told: Told| match told {
        Told::Stage { stage: Stage::Ready, .. } => say(&Word::Ready),
        Told::Stage { stage: Stage::Stopped { why }, .. } => say(&Word::Failed(why)),
        Told::Report { report, .. } => {
            if let Report::OrderPlaced { .. } = *report {
                say(&Word::Placed);
            } else if let Report::Halted { reason } = *report {
                say(&Word::Failed(format!("halted: {reason}")));
            }
        }
        Told::Pulse(_) => say(&Word::Alive),
        Told::Stage { .. } | Told::Alert(_) | Told::Rung { .. } => (),
    });
    let ended = runtime.expect("a runtime").block_on(launch(
        plan.launch(),
        tell,
        std::future::pending::<()>(),
    ));
    match ended {
        Ok(end) => {
            let engine = end.bot.engine();
            say(&Word::Ended {
                why: end.why,
                balances: engine.balances().collect(),
                live: engine
                    .live_orders()
                    .map(|order| (order.request.id, format!("{:?} {:?}", order.role, order.state)))
                    .collect(),
                unknown: end.bot.unknown_orders(),
            });
        }
        Err(error) => say(&Word::Failed(error.to_string())),
    }
}

fn say(word: &Word) {
    let mut line = serde_json::to_string(word).expect("words");
    line.push('\n');
    // Whoever does not listen any more has died, and nobody would end this one.
    if std::io::stdout().write_all(line.as_bytes()).is_err() {
        std::process::exit(1);
    }
}
