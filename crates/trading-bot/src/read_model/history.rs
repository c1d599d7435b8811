//! Asks the tables. Any number may, while a bot runs and when none does; nobody changes them here.
//!
//! Listings and their columns are in [`Listing::columns`]. Each row begins with the `sequence`
//! of the record it came from. Times are RFC 3339 in UTC, the venue's where the venue gave one.
//! `cost`, `proceeds`, `fees` and `profit` are in the pair's quote asset; `profit` is
//! `proceeds` less `cost` less `fees`. A round trip is a part of a lot, first in, first out,
//! its `time` that of the sale; a fee that was taken in the base asset has made its lot smaller
//! and is not in `fees`. `change` is negative where something left: trades, fees, deposits,
//! withdrawals and whatever else explains a balance, so that its sum for an asset is how its
//! balance moved. `reference` is the venue's id of the trade or the movement.

use std::{collections::BTreeMap, path::Path};

use rusqlite::{Connection, OpenFlags, params, types::ValueRef};
use serde::Serialize;
use trading_types::{Amount, Asset, Pair, Timestamp};

use super::{
    ReadModelError, check_version, exists, is_ours,
    writer::{nanos, number},
};

/// The tables, to be read.
#[derive(Debug)]
pub struct History {
    connection: Connection,
}

/// What can be listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Listing {
    /// Orders.
    Orders,
    /// Trades of orders.
    Fills,
    /// What was bought and sold again.
    RoundTrips,
    /// Movements of balances.
    Ledger,
    /// What everything was worth.
    Equity,
    /// What the engine reported.
    Events,
    /// What the bot noted.
    Notes,
    /// What somebody was told.
    Alerts,
}

/// Which rows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Query {
    /// Only of this pair; where rows have none, all.
    pub pair: Option<Pair>,
    /// Only from this moment on.
    pub from: Option<Timestamp>,
    /// Only before this moment.
    pub before: Option<Timestamp>,
    /// At most so many, the newest.
    pub newest: Option<u32>,
}

/// Rows, the oldest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Rows {
    /// What stands in each place.
    pub columns: &'static [&'static str],
    /// The values, exact, as text; nothing where there is none.
    pub rows: Vec<Vec<Option<String>>>,
}

/// Exact sums.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Totals {
    /// How the balance of each asset moved.
    pub movements: BTreeMap<Asset, Amount>,
    /// What closed round trips brought, by quote asset.
    pub results: BTreeMap<Asset, Results>,
}

/// What closed round trips brought, in one quote asset.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Results {
    /// How many.
    pub round_trips: u64,
    /// How many of them won something.
    pub won: u64,
    /// What was paid.
    pub cost: Amount,
    /// What was got.
    pub proceeds: Amount,
    /// Fees of both sides.
    pub fees: Amount,
    /// What is left.
    pub profit: Amount,
}

impl Listing {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::Orders,
        Self::Fills,
        Self::RoundTrips,
        Self::Ledger,
        Self::Equity,
        Self::Events,
        Self::Notes,
        Self::Alerts,
    ];

    /// Its name, which is its table's.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Orders => "orders",
            Self::Fills => "fills",
            Self::RoundTrips => "round_trips",
            Self::Ledger => "ledger",
            Self::Equity => "equity",
            Self::Events => "events",
            Self::Notes => "notes",
            Self::Alerts => "alerts",
        }
    }

    /// Its columns, in their order.
    #[rustfmt::skip] // A table.
    pub const fn columns(self) -> &'static [&'static str] {
        match self {
            Self::Orders => &["sequence", "time", "id", "pair", "side", "role", "kind", "price",
                "trigger_price", "quantity", "quantity_asset", "venue_order", "traded", "cost",
                "state", "why", "ended"],
            Self::Fills => &["sequence", "time", "trade", "order_id", "pair", "side", "role",
                "price", "quantity", "cost", "fee", "fee_asset", "liquidity"],
            Self::RoundTrips => &["sequence", "time", "pair", "entry_order", "entry_time",
                "entry_price", "exit_order", "exit_price", "quantity", "cost", "proceeds", "fees",
                "profit", "reason"],
            Self::Ledger => &["sequence", "time", "kind", "asset", "change", "reference", "pair"],
            Self::Equity => &["sequence", "time", "asset", "equity"],
            Self::Events | Self::Notes => &["sequence", "time", "kind", "pair", "order_id",
                "text"],
            Self::Alerts => &["sequence", "time", "id", "kind", "severity", "text",
                "acknowledged", "acknowledged_by"],
        }
    }

    /// By what rows are sorted: as they came.
    const fn order(self) -> &'static str {
        match self {
            Self::Equity => "time, asset",
            Self::Ledger => "sequence, place, line",
            Self::Orders
            | Self::Fills
            | Self::RoundTrips
            | Self::Events
            | Self::Notes
            | Self::Alerts => "sequence, place",
        }
    }

    const fn has_pair(self) -> bool {
        !matches!(self, Self::Equity | Self::Alerts)
    }

    /// The text of a question: names of ours only, no values.
    fn sql(self) -> String {
        let (columns, name) = (self.columns().join(", "), self.name());
        let order = self.order();
        let backward = order.replace(", ", " DESC, ") + " DESC";
        let pair = if self.has_pair() { "(?1 IS NULL OR pair = ?1)" } else { "?1 IS ?1" };
        format!(
            "SELECT {columns} FROM (SELECT * FROM {name} \
             WHERE {pair} AND ?2 <= time AND time < ?3 ORDER BY {backward} LIMIT ?4) \
             ORDER BY {order}"
        )
    }
}

/// Columns that hold a moment.
const MOMENTS: [&str; 4] = ["time", "entry_time", "ended", "acknowledged"];

impl History {
    /// Opens the tables of this file.
    pub fn open(path: &Path) -> Result<Self, ReadModelError> {
        check_version(rusqlite::version_number())?;
        if !exists(path)? {
            return Err(ReadModelError::Missing(path.to_owned()));
        }
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(path, flags)?;
        connection.pragma_update(None, "mmap_size", 0)?;
        if !is_ours(&connection)? {
            return Err(ReadModelError::OtherVersion(path.to_owned()));
        }
        Ok(Self { connection })
    }

    /// Rows of a listing.
    pub fn rows(&self, listing: Listing, query: &Query) -> Result<Rows, ReadModelError> {
        let mut rows = Vec::new();
        self.each(listing, query, |row| {
            rows.push(row);
            Ok(())
        })?;
        Ok(Rows { columns: listing.columns(), rows })
    }

    /// Exact sums over rows.
    pub fn totals(&self, query: &Query) -> Result<Totals, ReadModelError> {
        let mut totals = Totals::default();
        self.each(Listing::Ledger, query, |row| {
            let asset = named(Listing::Ledger, &row, "asset")?;
            let change = named::<Amount>(Listing::Ledger, &row, "change")?;
            *totals.movements.entry(asset).or_default() += change;
            Ok(())
        })?;
        self.each(Listing::RoundTrips, query, |row| {
            let amount = |name| named::<Amount>(Listing::RoundTrips, &row, name);
            let pair: Pair = named(Listing::RoundTrips, &row, "pair")?;
            let profit = amount("profit")?;
            let results = totals.results.entry(pair.quote).or_default();
            results.round_trips += 1;
            results.won += u64::from(profit.is_positive());
            results.cost += amount("cost")?;
            results.proceeds += amount("proceeds")?;
            results.fees += amount("fees")?;
            results.profit += profit;
            Ok(())
        })?;
        Ok(totals)
    }

    /// Gives out rows one at a time, the oldest first.
    pub(super) fn each(
        &self,
        listing: Listing,
        query: &Query,
        mut take: impl FnMut(Vec<Option<String>>) -> Result<(), ReadModelError>,
    ) -> Result<(), ReadModelError> {
        let Query { pair, from, before, newest } = query;
        let mut statement = self.connection.prepare(&listing.sql())?;
        let mut rows = statement.query(params![
            pair.map(|pair| pair.to_string()),
            from.map_or(0, nanos),
            before.map_or(i64::MAX, nanos),
            newest.map_or(-1, i64::from),
        ])?;
        while let Some(row) = rows.next()? {
            let columns = listing.columns().iter().enumerate();
            let row: Result<_, _> =
                columns.map(|(at, name)| shown(name, row.get_ref(at)?)).collect();
            take(row?)?;
        }
        Ok(())
    }
}

/// A value as text.
fn shown(column: &str, value: ValueRef<'_>) -> Result<Option<String>, ReadModelError> {
    let bad = |what: &str| ReadModelError::BadValue(format!("{column}: {what}"));
    Ok(match value {
        ValueRef::Null => None,
        ValueRef::Integer(whole) if MOMENTS.contains(&column) => {
            let nanos = u64::try_from(whole).map_err(|_| bad("a time before 1970"))?;
            Some(Timestamp::from_nanos(nanos).to_string())
        }
        ValueRef::Integer(whole) => Some(whole.to_string()),
        ValueRef::Text(text) => {
            let text = str::from_utf8(text).map_err(|_| bad("a text that is not UTF-8"))?;
            Some(text.to_owned())
        }
        ValueRef::Real(_) | ValueRef::Blob(_) => return Err(bad("neither text nor a number")),
    })
}

/// The value of a column as a number or name of ours.
fn named<N: std::str::FromStr>(
    listing: Listing,
    row: &[Option<String>],
    column: &str,
) -> Result<N, ReadModelError> {
    let at = listing.columns().iter().position(|known| *known == column);
    number(row[at.expect("a column of this listing")].as_deref().unwrap_or_default())
}
