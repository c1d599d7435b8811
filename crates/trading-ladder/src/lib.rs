//! The ladder from a backtest to full size: what each rung asks for, what was shown, and how large
//! an entry may be.
//!
//! **Law.** Size grows by steps and by evidence, never by wish. Going up is a person's act, one
//! rung at a time, with the evidence complete; going down happens by itself. Nothing here opens a
//! file or reads a clock: `now` is the last argument.
//!
//! A story in six lines. A [`Subject`] says what trades: strategy, pair, limits; its hash is an
//! identity, and another identity starts at the bottom. Evidence is filed: a backtest out of
//! sample, day after day of trading, how well fills tracked the backtest. The [`gate`] is a table
//! of demands, each with what there is and what is needed. A person who asks to [go
//! up](LadderEvent::Advance) is let through or told every missing piece. A [`Breach`] takes a rung
//! away. All of it is a [`chain`] of entries, each with the hash of the one before.
//!
//! The machine has no timer: nothing happens to it because time passes.

pub mod chain;
pub mod day;
pub mod digest;
pub mod event;
pub mod evidence;
pub mod gate;
pub mod ladder;
pub mod requirements;
pub mod rung;
pub mod subject;
pub mod tracking;

mod state;

#[cfg(test)]
mod test_values;

pub use crate::{
    chain::{Anchor, ChainError, LadderEntry, Record, decode, encode},
    day::{Blemish, Day},
    digest::{Digest, Digester},
    event::{Breach, Evidence, LadderEvent, LadderOutput, Refused},
    evidence::{BacktestEvidence, Figures, Source, TrackingEvidence},
    gate::{Demand, Demanded},
    ladder::Ladder,
    requirements::Requirements,
    rung::{EntryCap, Rung, TradingMode},
    state::Tally,
    subject::Subject,
    tracking::{TrackedFill, Tracking},
};
