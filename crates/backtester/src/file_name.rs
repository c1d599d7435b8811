//! How Kraken names a file of candles: `XBTUSD_60.csv`, the pair and the candle length in minutes.

use std::collections::BTreeSet;

use trading_types::{
    KrakenPairs, Pair,
    kraken_pairs::{archive_asset, archive_name, slips},
};

use crate::{
    candle_file::CandleRequest,
    read_error::{RequestFault, one_line},
};

/// The most names that a message repeats.
const NAMES_MAX: usize = 8;

/// The name that Kraken gives the candles asked for.
pub(crate) fn of(request: &CandleRequest) -> String {
    format!("{}_{}.csv", archive_name(request.pair), request.interval.minutes())
}

/// Refuses a file whose name, if it is one of Kraken's, is not that of the candles asked for.
pub(crate) fn check(name: &str, request: &CandleRequest) -> Result<(), RequestFault> {
    let Some((stem, minutes)) = parts(name) else { return Ok(()) };
    if stem != archive_name(request.pair) {
        let table = KrakenPairs::recorded();
        let named = match table.find(stem) {
            Ok(rules) if rules.pair == request.pair => None,
            Ok(rules) => Some(rules.pair.to_string()),
            Err(_) => match unlisted(stem, &table) {
                Some(named) => Some(named),
                // Not a name of Kraken's: it says nothing about the candle length either.
                None => return Ok(()),
            },
        };
        if let Some(named) = named {
            return Err(RequestFault::OtherPair { named, asked: request.pair });
        }
    }
    if minutes != request.interval.minutes() {
        return Err(RequestFault::OtherInterval { named: minutes, asked: request.interval });
    }
    Ok(())
}

/// What to say when a folder or an archive has `others` and not the file asked for.
pub(crate) fn not_there(request: &CandleRequest, others: &BTreeSet<String>) -> RequestFault {
    let wanted = archive_name(request.pair);
    let there: BTreeSet<(&str, u32)> = others.iter().filter_map(|name| parts(name)).collect();
    let has: Vec<u32> =
        there.iter().filter(|(stem, _)| *stem == wanted).map(|(_, minutes)| *minutes).collect();
    if !has.is_empty() {
        return RequestFault::NoSuchInterval { pair: request.pair, asked: request.interval, has };
    }
    let stems: BTreeSet<&str> = there.iter().map(|(stem, _)| *stem).collect();
    if stems.is_empty() {
        let named = others.iter().filter(|name| !name.is_empty());
        let found = named.take(NAMES_MAX).map(|name| one_line(name)).collect();
        return RequestFault::NoCandleFiles { wanted: of(request), found };
    }
    let mut near: Vec<&str> = stems.into_iter().collect();
    let base = archive_asset(&request.pair.base);
    near.sort_by_cached_key(|stem| (!stem.starts_with(base), slips(stem, &wanted)));
    let table = KrakenPairs::recorded();
    let nearest = near.into_iter().take(NAMES_MAX).map(|stem| named(stem, &table)).collect();
    RequestFault::NoSuchPair { pair: request.pair, nearest }
}

/// What a file of Kraken's archives holds, by its name: `XBTUSD_60.csv` candles of an hour,
/// `XBTUSD.csv` trades.
pub(crate) fn holds(name: &str, table: &KrakenPairs) -> Option<(Pair, Option<u32>)> {
    let (stem, minutes) = match parts(name) {
        Some((stem, minutes)) => (stem, Some(minutes)),
        None => (name.strip_suffix(".csv").or_else(|| name.strip_suffix(".CSV"))?, None),
    };
    let listed = table.find(stem).ok().map(|rules| rules.pair);
    let pair = listed.or_else(|| unlisted(stem, table)?.parse().ok())?;
    Some((pair, minutes))
}

/// A pair as people write it, or the file's own word for it.
fn named(stem: &str, table: &KrakenPairs) -> String {
    let listed = table.find(stem).map(|rules| rules.pair.to_string());
    listed.unwrap_or_else(|_| unlisted(stem, table).unwrap_or_else(|| one_line(stem)))
}

/// The pair of a name that is built like Kraken's, though the table does not have it: capitals that
/// end in an asset others are paid with.
fn unlisted(stem: &str, table: &KrakenPairs) -> Option<String> {
    let is_built = stem.bytes().all(|it| it.is_ascii_uppercase() || it.is_ascii_digit());
    if !is_built {
        return None;
    }
    let quotes: BTreeSet<_> = table.pairs().map(|pair| pair.quote).collect();
    let bases = quotes.into_iter().filter_map(|quote| {
        let base = stem.strip_suffix(archive_asset(&quote))?;
        (2 <= base.len()).then(|| (base.len(), format!("{base}/{quote}")))
    });
    // The longest quote: `...USDT` is paid with USDT and not with an asset T.
    bases.min().map(|(_, pair)| pair)
}

/// Pair and minutes of a name of the form `<pair>_<minutes>.csv`.
fn parts(name: &str) -> Option<(&str, u32)> {
    let stem = name.strip_suffix(".csv").or_else(|| name.strip_suffix(".CSV"))?;
    let (pair, minutes) = stem.rsplit_once('_')?;
    // A sign would be read as part of the number.
    let is_count = minutes.bytes().all(|it| it.is_ascii_digit());
    let minutes = minutes.parse().ok()?;
    (!pair.is_empty() && is_count).then_some((pair, minutes))
}

#[cfg(test)]
mod tests;
