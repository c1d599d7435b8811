//! Which column of a file of trades is which.

use super::{SECONDS, shown};
use crate::number;

/// The most columns that are looked at.
pub(super) const FIELDS_MAX: usize = 16;

/// The places of the columns, from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Form {
    /// Whether the first line names the columns.
    pub(super) is_named: bool,
    /// How many the first line has.
    pub(super) columns: usize,
    pub(super) time: usize,
    pub(super) price: usize,
    pub(super) volume: usize,
    pub(super) side: Option<usize>,
    pub(super) order: Option<usize>,
    pub(super) id: Option<usize>,
    /// Whether rows have one field more than there are names: Kraken does not name the number.
    has_unnamed: bool,
}

impl Form {
    /// The form that a file's first line tells.
    pub(super) fn of_first_line(line: &[u8]) -> Result<Self, String> {
        let names: Vec<String> =
            line.split(|byte| *byte == b',').map(|it| shown(it).trim().to_lowercase()).collect();
        if FIELDS_MAX <= names.len() {
            return Err(format!("it has {} columns, which are no trades", names.len()));
        }
        if names.first().is_some_and(|it| it.starts_with(|c: char| c.is_ascii_alphabetic())) {
            return Self::named(&names);
        }
        let fields: Vec<&[u8]> = line.split(|byte| *byte == b',').collect();
        match fields[..] {
            [time, _, _] if is_time(time) => Ok(Self::unnamed(3, 0, 1, 2)),
            [_, _, time, b"b" | b"s", _, _, _] if is_time(time) => {
                Ok(Self { side: Some(3), order: Some(4), id: Some(6), ..Self::unnamed(7, 2, 0, 1) })
            }
            [time, _, _, _, _, _, _] if is_time(time) => {
                Err("these are candles, not trades; name the file like XBTUSD_60.csv".to_owned())
            }
            _ => Err(format!(
                "`{}` is no trade: it has neither the form timestamp,price,volume nor a line with \
                 names before it",
                shown(line)
            )),
        }
    }

    const fn unnamed(columns: usize, time: usize, price: usize, volume: usize) -> Self {
        let (side, order, id) = (None, None, None);
        let (is_named, has_unnamed) = (false, false);
        Self { is_named, columns, time, price, volume, side, order, id, has_unnamed }
    }

    fn named(names: &[String]) -> Result<Self, String> {
        let place = |known: &[&str]| names.iter().position(|name| known.contains(&name.as_str()));
        let needed = |known: &[&str]| {
            place(known).ok_or_else(|| format!("it names no column `{}`", known[0]))
        };
        let id = place(&["tradeid", "trade_id", "id"]);
        let side = place(&["type", "side"]);
        Ok(Self {
            is_named: true,
            columns: names.len(),
            time: needed(&["timestamp", "time"])?,
            price: needed(&["price"])?,
            volume: needed(&["volume", "quantity"])?,
            side,
            order: place(&["ordertype", "order_type"]),
            id: id.or_else(|| side.map(|_| names.len())),
            has_unnamed: id.is_none() && side.is_some(),
        })
    }

    /// Whether a row may have so many columns.
    pub(super) const fn fits(&self, count: usize) -> bool {
        count == self.columns || self.has_unnamed && count == self.columns + 1
    }
}

fn is_time(text: &[u8]) -> bool {
    let seconds = number::decimal(text, 9).and_then(|it| u64::try_from(it / 1_000_000_000).ok());
    seconds.is_some_and(|it| SECONDS.contains(&it))
}
