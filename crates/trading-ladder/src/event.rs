//! What the ladder is told and what it wants.

use serde::{Deserialize, Serialize};
use trading_types::{Amount, Asset, Fraction};

use crate::{
    chain::LadderEntry,
    day::Day,
    evidence::{BacktestEvidence, TrackingEvidence},
    gate::Demand,
    rung::{EntryCap, Rung},
    subject::Subject,
};

/// Something that happened or is wanted.
#[derive(Clone, Debug)]
pub enum LadderEvent {
    /// A program is about to run this. To be told at every start: nothing happens when nothing has
    /// changed, and another subject starts at the bottom.
    Configured {
        /// What is to trade.
        subject: Box<Subject>,
        /// The version of the program.
        program: String,
    },
    /// Evidence is filed.
    EvidenceFiled {
        /// By whom.
        by: String,
        /// What.
        evidence: Evidence,
    },
    /// A day is over.
    DayClosed(Day),
    /// Something happened that takes a rung away.
    Breach(Breach),
    /// A person asks to go up.
    Advance {
        /// Who.
        principal: String,
        /// Why.
        reason: String,
        /// To where.
        to: Rung,
        /// The value of the smallest entry that the pair takes now; see
        /// [`crate::requirements::entry_minimum`].
        entry_minimum: Amount,
    },
}

/// Evidence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Evidence {
    /// Of a backtest out of sample.
    Backtest(Box<BacktestEvidence>),
    /// Of how well fills tracked a backtest.
    Tracking(Box<TrackingEvidence>),
}

/// What takes a rung away.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Breach {
    /// The equity fell too far.
    Drawdown {
        /// How far, as a part of its highest.
        have: Fraction,
        /// How far it may fall.
        max: Fraction,
    },
    /// The kill switch tripped by itself.
    KillSwitch {
        /// Why.
        reason: String,
    },
    /// Fills are far from those of the backtest.
    Tracking {
        /// What is off.
        what: String,
    },
    /// A balance moved and nobody knows why.
    UnexplainedBalance {
        /// Which asset.
        asset: Asset,
        /// By how much.
        change: Amount,
    },
}

/// What is to be done or known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LadderOutput {
    /// To be written down before anything that follows it is acted on.
    Append(Box<LadderEntry>),
    /// The rung is another.
    RungChanged {
        /// From here.
        from: Rung,
        /// To here.
        to: Rung,
        /// Why.
        why: String,
    },
    /// What was asked is refused, for all of these.
    Refused(Refused),
    /// The largest entry with real money from now on.
    EntryCap(EntryCap),
    /// Somebody should know.
    Warning(String),
}

/// What is missing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, thiserror::Error)]
#[error("{}", .missing.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))]
pub struct Refused {
    /// Each thing, with what there is and what is needed.
    pub missing: Vec<Demand>,
}

impl std::fmt::Display for Breach {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Drawdown { have, max } => {
                write!(f, "drawdown of {} %, beyond {} %", have.percent(), max.percent())
            }
            Self::KillSwitch { reason } => write!(f, "the kill switch tripped: {reason}"),
            Self::Tracking { what } => write!(f, "fills are far from the backtest's: {what}"),
            Self::UnexplainedBalance { asset, change } => {
                write!(f, "{asset} moved by {change} and nobody knows why")
            }
        }
    }
}
