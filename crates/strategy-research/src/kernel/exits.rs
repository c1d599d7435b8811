//! Stops and targets: where they are, and when a candle meets them.
//!
//! The one invariant: they are met where `CandleExchange` meets them. The open comes first; in a
//! range that holds both, the stop.

use std::ops::Range;

use strategies::{
    Distance,
    rules::{
        Graph, NodeId,
        program::{distance_units, price_above, price_below},
    },
};
use trading_engine::ExitReason;
use trading_types::{Candle, Price};

use super::{
    columns::{Column, Filled},
    plan::Plan,
};

/// How far an exit is from the close.
#[derive(Clone, Copy, Debug)]
pub(super) enum Away {
    /// As a rule says.
    Rule(NodeId, Column),
    /// As a setting says, and the average true range it needs.
    Plain(Distance, Option<Column>),
}

impl Away {
    fn units(
        self,
        columns: &Filled<'_>,
        graph: &Graph,
        (at, close): (usize, Price),
    ) -> Option<i128> {
        match self {
            Self::Rule(id, column) => distance_units(graph, id, columns.value(column, at), close),
            Self::Plain(distance, range) => {
                let range = range.map(|column| columns.value(column, at));
                if range.is_some_and(f64::is_nan) {
                    return None;
                }
                distance.units(close, range)
            }
        }
    }
}

/// Where a position is given up, and where its profit is taken, in units of a price.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Levels {
    pub(super) stop: Option<i64>,
    pub(super) target: Option<i64>,
}

/// The levels of an entry that is decided on at a candle of the tile, with this close; nothing if
/// one of them cannot be: such an entry is not wished for.
pub(super) fn levels(
    plan: &Plan,
    (columns, graph): (&Filled<'_>, &Graph),
    tick: Price,
    (at, close): (usize, i64),
) -> Option<Levels> {
    let close = Price::from_units(close);
    let mut levels = Levels::default();
    if let Some(stop) = plan.stop {
        let units = stop.units(columns, graph, (at, close))?;
        levels.stop = Some(price_below(close, units, tick)?.units());
    }
    if let Some(target) = plan.target {
        let units = target.units(columns, graph, (at, close))?;
        levels.target = Some(price_above(close, units, tick)?.units());
    }
    Some(levels)
}

/// A candle that meets a level.
#[derive(Clone, Copy, Debug)]
pub(super) struct Meeting {
    pub(super) candle: usize,
    /// What the market is at.
    pub(super) level: i64,
    pub(super) reason: ExitReason,
}

impl Levels {
    /// The first candle in `range` that meets one of them.
    pub(super) fn first(self, candles: &[Candle], range: Range<usize>) -> Option<Meeting> {
        let (stop, target) = (self.stop.unwrap_or(i64::MIN), self.target.unwrap_or(i64::MAX));
        let start = range.start;
        let held = candles.get(range)?;
        let place = held
            .iter()
            .position(|candle| candle.low.units() <= stop || target <= candle.high.units())?;
        let open = held[place].open.units();
        let is_stopped = held[place].low.units() <= stop;
        let (level, reason) = if open <= stop {
            (open, ExitReason::Stop)
        } else if target <= open {
            (open, ExitReason::TakeProfit)
        } else if is_stopped {
            (stop, ExitReason::Stop)
        } else {
            (target, ExitReason::TakeProfit)
        };
        Some(Meeting { candle: start + place, level, reason })
    }
}
