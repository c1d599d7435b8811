//! How Kraken spells assets and pairs, for the markets that are served.
//!
//! The invariant: each text that Kraken takes for a pair or an asset means at most one, and what
//! this module spells it also understands. Which asset has a prefix is history and no rule
//! (<https://docs.kraken.com/api/docs/rest-api/get-asset-info>, read on 2026-11-21).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use trading_types::{Asset, Pair, PairRules, Price, Quantity};

/// An asset: the name we use, Kraken's id, its short id, decimals, decimals that are shown.
struct AssetRow(&'static str, &'static str, &'static str, u8, u8);

/// From a recorded snapshot of the channel `instrument`
/// (<https://docs.kraken.com/api/docs/websocket-v2/instrument>, read on 2026-11-21).
#[rustfmt::skip] // A table.
const ASSETS: &[AssetRow] = &[
    AssetRow("BTC",  "XXBT", "XBT",  10, 5),
    AssetRow("ETH",  "XETH", "ETH",  10, 5),
    AssetRow("LTC",  "XLTC", "LTC",  10, 5),
    AssetRow("XRP",  "XXRP", "XRP",   8, 5),
    AssetRow("DOGE", "XXDG", "XDG",   8, 2),
    AssetRow("ETC",  "XETC", "ETC",  10, 5),
    AssetRow("XLM",  "XXLM", "XLM",   8, 5),
    AssetRow("XMR",  "XXMR", "XMR",  10, 5),
    AssetRow("ZEC",  "XZEC", "ZEC",  10, 5),
    AssetRow("REP",  "XREP", "REP",  10, 5),
    AssetRow("MLN",  "XMLN", "MLN",  10, 5),
    AssetRow("ADA",  "ADA",  "ADA",   8, 6),
    AssetRow("DOT",  "DOT",  "DOT",  10, 8),
    AssetRow("ATOM", "ATOM", "ATOM",  8, 6),
    AssetRow("USDT", "USDT", "USDT",  8, 4),
    AssetRow("USDC", "USDC", "USDC",  8, 4),
    AssetRow("USD",  "ZUSD", "USD",   4, 2),
    AssetRow("EUR",  "ZEUR", "EUR",   4, 2),
    AssetRow("GBP",  "ZGBP", "GBP",   4, 2),
    AssetRow("CAD",  "ZCAD", "CAD",   4, 2),
    AssetRow("AUD",  "ZAUD", "AUD",   4, 2),
    AssetRow("JPY",  "ZJPY", "JPY",   2, 0),
    AssetRow("CHF",  "CHF",  "CHF",   4, 2),
];

/// Decimals of an asset that the table does not have: most have these.
const USUAL_DECIMALS: (u8, u8) = (10, 5);

/// Pairs whose id is made of the long ids of their assets; all others are made of the short ones
/// (<https://docs.kraken.com/api/docs/rest-api/get-tradable-asset-pairs>, read on 2026-11-21).
const LONG_IDS: &[&str] = &[
    "XETCXETH", "XETCXXBT", "XETCZEUR", "XETCZUSD", "XETHXXBT", "XETHZCAD", "XETHZEUR", "XETHZGBP",
    "XETHZJPY", "XETHZUSD", "XLTCXXBT", "XLTCZEUR", "XLTCZJPY", "XLTCZUSD", "XMLNXETH", "XMLNXXBT",
    "XMLNZEUR", "XMLNZUSD", "XREPXETH", "XREPXXBT", "XREPZEUR", "XREPZUSD", "XXBTZCAD", "XXBTZEUR",
    "XXBTZGBP", "XXBTZJPY", "XXBTZUSD", "XXDGXXBT", "XXLMXXBT", "XXLMZEUR", "XXLMZUSD", "XXMRXXBT",
    "XXMRZEUR", "XXMRZUSD", "XXRPXXBT", "XXRPZCAD", "XXRPZEUR", "XXRPZJPY", "XXRPZUSD", "XZECXXBT",
    "XZECZEUR", "XZECZUSD", "ZEURZUSD", "ZGBPZUSD", "ZUSDZCAD", "ZUSDZJPY", "USDTZUSD",
];

/// The spellings of the markets that are served.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Names {
    pairs: BTreeMap<Pair, PairNames>,
    assets: BTreeMap<Asset, AssetNames>,
    /// Every spelling, in capitals.
    pair_spellings: BTreeMap<String, Pair>,
    asset_spellings: BTreeMap<String, Asset>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
struct PairNames {
    id: String,
    altname: String,
    wsname: String,
    price_decimals: u8,
    lot_decimals: u8,
    cost_decimals: u8,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
struct AssetNames {
    id: String,
    altname: String,
    decimals: u8,
    display_decimals: u8,
}

impl Names {
    /// The names of these markets and of the assets `others`.
    pub(crate) fn new<'a>(
        markets: impl Iterator<Item = &'a PairRules>,
        others: impl Iterator<Item = Asset>,
    ) -> Self {
        let mut names = Self {
            pairs: BTreeMap::new(),
            assets: BTreeMap::new(),
            pair_spellings: BTreeMap::new(),
            asset_spellings: BTreeMap::new(),
        };
        for asset in others {
            names.add_asset(asset);
        }
        for rules in markets {
            names.add_pair(rules);
        }
        names
    }

    /// Learns a market, or its new rules.
    pub(crate) fn add_pair(&mut self, rules: &PairRules) {
        let pair = rules.pair;
        self.add_asset(pair.base);
        self.add_asset(pair.quote);
        let (base, quote) = (&self.assets[&pair.base], &self.assets[&pair.quote]);
        let altname = format!("{}{}", base.altname, quote.altname);
        let wsname = format!("{}/{}", base.altname, quote.altname);
        let long = format!("{}{}", base.id, quote.id);
        let id = if LONG_IDS.contains(&long.as_str()) { long } else { altname.clone() };
        let modern = [pair.to_string(), format!("{}{}", pair.base, pair.quote)];
        for text in [&id, &altname, &wsname].into_iter().chain(&modern) {
            self.pair_spellings.insert(text.to_ascii_uppercase(), pair);
        }
        let names = PairNames {
            id,
            altname,
            wsname,
            price_decimals: decimals_of_price(rules.tick),
            lot_decimals: decimals_of_lot(rules.lot),
            cost_decimals: rules.cost_decimals,
        };
        self.pairs.insert(pair, names);
    }

    /// Learns an asset.
    pub(crate) fn add_asset(&mut self, asset: Asset) {
        let row = ASSETS.iter().find(|row| row.0 == asset.as_str());
        let names = match row {
            Some(AssetRow(_, id, altname, decimals, display_decimals)) => AssetNames {
                id: (*id).to_owned(),
                altname: (*altname).to_owned(),
                decimals: *decimals,
                display_decimals: *display_decimals,
            },
            None => AssetNames {
                id: asset.to_string(),
                altname: asset.to_string(),
                decimals: USUAL_DECIMALS.0,
                display_decimals: USUAL_DECIMALS.1,
            },
        };
        for text in [asset.as_str(), &names.id, &names.altname] {
            self.asset_spellings.insert(text.to_ascii_uppercase(), asset);
        }
        self.assets.insert(asset, names);
    }

    /// The pair that a client means: `XXBTZUSD`, `XBTUSD`, `XBT/USD`, `BTC/USD` or `BTCUSD`, in any
    /// case.
    pub(crate) fn pair(&self, text: &str) -> Option<Pair> {
        self.pair_spellings.get(text.to_ascii_uppercase().as_str()).copied()
    }

    /// The asset that a client means: `XXBT`, `XBT` or `BTC`, in any case.
    pub(crate) fn asset(&self, text: &str) -> Option<Asset> {
        self.asset_spellings.get(text.to_ascii_uppercase().as_str()).copied()
    }

    /// Every asset that is known, by our names.
    pub(crate) fn assets(&self) -> impl Iterator<Item = Asset> {
        self.assets.keys().copied()
    }

    /// `XXBTZUSD`.
    pub(crate) fn pair_id(&self, pair: Pair) -> &str {
        &self.of_pair(pair).id
    }

    /// `XBTUSD`.
    pub(crate) fn pair_altname(&self, pair: Pair) -> &str {
        &self.of_pair(pair).altname
    }

    /// `XBT/USD`.
    pub(crate) fn pair_wsname(&self, pair: Pair) -> &str {
        &self.of_pair(pair).wsname
    }

    /// `XXBT`.
    pub(crate) fn asset_id(&self, asset: &Asset) -> &str {
        &self.of_asset(asset).id
    }

    /// `XBT`.
    pub(crate) fn asset_altname(&self, asset: &Asset) -> &str {
        &self.of_asset(asset).altname
    }

    /// To how many decimals balances of an asset are kept.
    pub(crate) fn asset_decimals(&self, asset: &Asset) -> u8 {
        self.of_asset(asset).decimals
    }

    /// How many decimals of an asset Kraken shows to people.
    pub(crate) fn display_decimals(&self, asset: &Asset) -> u8 {
        self.of_asset(asset).display_decimals
    }

    /// To how many decimals prices of a pair are written.
    pub(crate) fn price_decimals(&self, pair: Pair) -> u8 {
        self.of_pair(pair).price_decimals
    }

    /// To how many decimals quantities of a pair are written.
    pub(crate) fn lot_decimals(&self, pair: Pair) -> u8 {
        self.of_pair(pair).lot_decimals
    }

    /// To how many decimals costs and fees on a pair are kept.
    pub(crate) fn cost_decimals(&self, pair: Pair) -> u8 {
        self.of_pair(pair).cost_decimals
    }

    fn of_pair(&self, pair: Pair) -> &PairNames {
        self.pairs.get(&pair).expect("only pairs that are served are asked for")
    }

    fn of_asset(&self, asset: &Asset) -> &AssetNames {
        self.assets.get(asset).expect("only assets that are served or held are asked for")
    }
}

/// How many decimals a price on this tick can have.
pub(crate) fn decimals_of_price(tick: Price) -> u8 {
    decimals(tick.units(), Price::DECIMALS)
}

/// How many decimals a quantity on this lot can have.
fn decimals_of_lot(lot: Quantity) -> u8 {
    decimals(lot.units(), Quantity::DECIMALS)
}

fn decimals(step: i64, decimals_max: usize) -> u8 {
    assert!(0 < step, "a step is above zero");
    let zeros = (0..decimals_max).take_while(|zeros| step % 10_i64.pow(power(zeros + 1)) == 0);
    u8::try_from(decimals_max - zeros.count()).expect("at most 18 decimals")
}

fn power(exponent: usize) -> u32 {
    u32::try_from(exponent).expect("at most 18 decimals")
}

#[cfg(test)]
mod tests;
