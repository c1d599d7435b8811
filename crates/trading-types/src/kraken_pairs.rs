//! The pairs of Kraken's spot market: their rules, and every way Kraken has ever spelled them.
//!
//! The table beside this file is Kraken's own: a recorded snapshot of the `instrument` channel
//! (<https://docs.kraken.com/api/docs/websocket-v2/instrument>, read on 2026-11-21). It lets a
//! backtest know ticks and minimums without a network. Kraken changes them now and then and lists
//! new pairs every week, so a live account asks Kraken instead of this table.

use std::fmt;

use crate::{
    amount::Amount,
    fees::FeeSchedule,
    pair::{Asset, Pair},
    pair_rules::PairRules,
    price::Price,
    quantity::Quantity,
};

/// One line for each pair, sorted, after a line that names the columns.
const RECORDED: &str = include_str!("kraken_pairs.csv");

/// How Kraken's older interfaces and its archives spell an asset. The first column is our word, the
/// second stands in names of archives and in `altname`, the third in ids of the REST interface.
///
/// Which asset has a prefix is history and no rule: `XTZ`, `ZRX` and `XCN` are whole names
/// (<https://docs.kraken.com/api/docs/rest-api/get-asset-info>, read on 2026-11-21).
#[rustfmt::skip] // A table is easier to check when its columns line up.
const LEGACY: [(&str, &str, &str); 18] = [
    ("BTC",  "XBT", "XXBT"),
    ("DOGE", "XDG", "XXDG"),
    ("ETC",  "ETC", "XETC"),
    ("ETH",  "ETH", "XETH"),
    ("LTC",  "LTC", "XLTC"),
    ("MLN",  "MLN", "XMLN"),
    ("REP",  "REP", "XREP"),
    ("XLM",  "XLM", "XXLM"),
    ("XMR",  "XMR", "XXMR"),
    ("XRP",  "XRP", "XXRP"),
    ("ZEC",  "ZEC", "XZEC"),
    // No prefix of its own, and yet the id of USDT/USD is `USDTZUSD`.
    ("USDT", "USDT", "USDT"),
    ("AUD",  "AUD", "ZAUD"),
    ("CAD",  "CAD", "ZCAD"),
    ("EUR",  "EUR", "ZEUR"),
    ("GBP",  "GBP", "ZGBP"),
    ("JPY",  "JPY", "ZJPY"),
    ("USD",  "USD", "ZUSD"),
];

/// The most pairs that [`UnknownPair`] proposes.
const PROPOSALS_MAX: usize = 3;
/// The most slips of the finger between what was written and what is proposed.
const SLIPS_MAX: usize = 3;
/// The longest text that is compared with the table: two asset names and what may stand between.
const TEXT_LENGTH_MAX: usize = 40;

/// A table of pairs and their rules.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KrakenPairs {
    rows: Vec<Row>,
}

/// A line of the table: [`PairRules`] without the fees, which all pairs share.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Row {
    pair: Pair,
    tick: Price,
    lot: Quantity,
    quantity_min: Quantity,
    cost_min: Amount,
    cost_decimals: u8,
}

/// A text that names no pair of the table.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct UnknownPair {
    /// What was asked for, cut to a readable length.
    pub text: String,
    /// Known pairs that are spelled almost like it, the nearest first.
    pub nearest: Vec<Pair>,
}

impl KrakenPairs {
    /// The recorded table.
    pub fn recorded() -> Self {
        let rows = RECORDED.lines().skip(1).map(|line| {
            row(line).expect("a test reads every line of the table that is compiled in")
        });
        Self { rows: rows.collect() }
    }

    /// The rules of `pair`, with the fees of [`FeeSchedule::kraken_spot`].
    pub fn rules(&self, pair: Pair) -> Option<PairRules> {
        self.rows.iter().find(|row| row.pair == pair).map(Row::rules)
    }

    /// The rules of the pair that `text` names, in any of Kraken's spellings and in any case:
    /// `BTC/USD`, `XBT/USD`, `BTCUSD`, `XBTUSD` and `XXBTZUSD` are one pair.
    pub fn find(&self, text: &str) -> Result<PairRules, UnknownPair> {
        if TEXT_LENGTH_MAX < text.len() {
            let text = text.chars().take(TEXT_LENGTH_MAX).collect();
            return Err(UnknownPair { text, nearest: Vec::new() });
        }
        let wanted = text.to_ascii_uppercase();
        let found = self.rows.iter().find(|row| is_spelled(row.pair, &wanted));
        found
            .map(Row::rules)
            .ok_or_else(|| UnknownPair { text: text.to_owned(), nearest: self.nearest(&wanted) })
    }

    /// Every pair of the table, sorted.
    pub fn pairs(&self) -> impl Iterator<Item = Pair> {
        self.rows.iter().map(|row| row.pair)
    }

    fn nearest(&self, wanted: &str) -> Vec<Pair> {
        let wanted = wanted.replace(['/', '-', '_', ' '], "");
        let slips = |pair: Pair| {
            let joined = format!("{}{}", pair.base, pair.quote);
            slips(&wanted, &joined).min(slips(&wanted, &archive_name(pair)))
        };
        let mut near: Vec<_> = self.pairs().map(|pair| (slips(pair), pair)).collect();
        near.retain(|(slips, _)| *slips <= SLIPS_MAX);
        // Stable: among equally near ones the table's order decides.
        near.sort_by_key(|(slips, _)| *slips);
        let exact = near.iter().filter(|(slips, _)| *slips == 0).count();
        let proposals = if exact == 0 { PROPOSALS_MAX } else { exact };
        near.into_iter().take(proposals).map(|(_, pair)| pair).collect()
    }
}

impl Row {
    fn rules(&self) -> PairRules {
        let Self { pair, tick, lot, quantity_min, cost_min, cost_decimals } = *self;
        let fees = FeeSchedule::kraken_spot();
        PairRules { pair, tick, lot, quantity_min, cost_min, cost_decimals, fees }
    }
}

fn row(line: &str) -> Option<Row> {
    let fields: Vec<&str> = line.split(',').collect();
    let [pair, tick, lot_decimals, quantity_min, cost_min, cost_decimals] = fields[..] else {
        return None;
    };
    let lot_decimals: usize = lot_decimals.parse().ok()?;
    let zeros = u32::try_from(Quantity::DECIMALS.checked_sub(lot_decimals)?).ok()?;
    Some(Row {
        pair: pair.parse().ok()?,
        tick: tick.parse().ok()?,
        lot: Quantity::from_units(10_i64.pow(zeros)),
        quantity_min: quantity_min.parse().ok()?,
        cost_min: cost_min.parse().ok()?,
        cost_decimals: cost_decimals.parse().ok()?,
    })
}

/// How Kraken names the files of `pair` in its archives: `XBTUSD` for BTC/USD.
pub fn archive_name(pair: Pair) -> String {
    format!("{}{}", archive_asset(&pair.base), archive_asset(&pair.quote))
}

/// How names of archives spell an asset: `XBT` for BTC.
pub fn archive_asset(asset: &Asset) -> &str {
    spellings(asset).archived
}

/// Whether `text`, in capitals, is one of the spellings of `pair`. Names and ids do not mix:
/// `TZUSD` is rather a slip in XTZ/USD than the asset T in an id that Kraken never gave.
fn is_spelled(pair: Pair, text: &str) -> bool {
    let joins = |base: &str, quote: &str| {
        let rest = text.strip_prefix(base);
        rest.is_some_and(|rest| rest.strip_prefix('/').unwrap_or(rest) == quote)
    };
    let (base, quote) = (spellings(&pair.base), spellings(&pair.quote));
    let quotes = [quote.name, quote.archived];
    [base.name, base.archived].iter().any(|base| quotes.iter().any(|quote| joins(base, quote)))
        || base.id.zip(quote.id).is_some_and(|(base, quote)| joins(base, quote))
}

/// A row of [`LEGACY`], or the one spelling of a newer asset.
#[derive(Clone, Copy)]
struct Spellings<'a> {
    name: &'a str,
    archived: &'a str,
    id: Option<&'a str>,
}

fn spellings(asset: &Asset) -> Spellings<'_> {
    let name = asset.as_str();
    match LEGACY.iter().find(|row| row.0 == name) {
        Some((_, archived, id)) => Spellings { name, archived, id: Some(id) },
        None => Spellings { name, archived: name, id: None },
    }
}

/// How many slips of the finger lie between two texts: a character left out, put in, mistaken for
/// another, or swapped with its neighbor.
pub fn slips(one: &str, other: &str) -> usize {
    let (one, other): (Vec<char>, Vec<char>) = (one.chars().collect(), other.chars().collect());
    let mut two_above: Vec<usize> = Vec::new();
    let mut above: Vec<usize> = (0..=other.len()).collect();
    for (row, a) in one.iter().enumerate() {
        let mut this = vec![row + 1];
        for (column, b) in other.iter().enumerate() {
            let mistaken = above[column] + usize::from(a != b);
            let mut least = mistaken.min(above[column + 1] + 1).min(this[column] + 1);
            let swapped = 0 < row && 0 < column && *a == other[column - 1] && one[row - 1] == *b;
            if swapped {
                least = least.min(two_above[column - 1] + 1);
            }
            this.push(least);
        }
        two_above = std::mem::replace(&mut above, this);
    }
    above[other.len()]
}

impl fmt::Display for UnknownPair {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` is not a known pair", self.text)?;
        for (at, pair) in self.nearest.iter().enumerate() {
            let before = if at == 0 { "; near it:" } else { "," };
            write!(f, "{before} {pair}")?;
        }
        write!(f, "; write it like BTC/USD")
    }
}

#[cfg(test)]
mod tests;
