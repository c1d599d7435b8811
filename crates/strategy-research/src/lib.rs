//! Many variants of a strategy tried, and what their number does to belief in the best.
//!
//! **Law.** The same request gives the same rows, byte for byte, whatever the number of threads and
//! however often it was interrupted. Every variant that was ever run on a data set is remembered,
//! and what is said about the best of them counts them all.
//!
//! A story in five lines. A [`grid`] or a [`search`] names variants, an [`evaluate::Evaluate`] runs
//! them over a window of candles ([`kernel`] many at once), [`mod@sweep`] spreads them over
//! threads. [`walk_forward`] chooses in one window and trades in the next. [`mod@judge`] asks luck,
//! costs and neighbors, and [`verdict`] says in words what holds and what does not. [`memory`]
//! never forgets.

pub mod costs;
pub mod engine_evaluate;
pub mod evaluate;
pub mod grid;
pub mod judge;
pub mod kernel;
pub mod line_file;
pub mod memory;
pub mod metric;
pub mod plateau;
pub mod rows_file;
pub mod search;
pub mod sweep;
pub mod timing;
pub mod verdict;
pub mod walk_forward;

mod observer;
mod warmed;

#[cfg(test)]
mod samples;

pub use crate::{
    engine_evaluate::{EngineEvaluate, FullRun, is_contradiction},
    evaluate::{BLOCKS, CurveRow, Evaluate, EvaluateError, Row, Unfit, Variant, Want},
    grid::{Grid, GridError, VARIANTS_MAX},
    judge::{Judgement, Subject, judge},
    kernel::{Difference, EngineOnly, EvaluatedBy, KernelEvaluate},
    memory::{Entry, EntryKind, Memory, MemoryError},
    metric::Metric,
    rows_file::{RowsFile, RowsFileError},
    search::SearchKind,
    sweep::{Done, SweepError, SweepRequest, Swept, sweep},
    verdict::{Conclusion, Finding, Grade, Verdict},
    walk_forward::{Fold, FoldError, Folds, WalkForward, WalkForwardRequest, Walked},
};
