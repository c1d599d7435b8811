//! Every way Kraken spells a pair or an asset, and which of ours it is.
//!
//! One pair has three spellings over REST: the id that results use (`XXBTZUSD`), the name that
//! orders use (`XBTUSD`) and the name of the older socket (`XBT/USD`). Ours is that of the newer
//! socket, `BTC/USD`. Which asset has a prefix is history and no rule, so nothing is stripped
//! blindly: `XTZ`, `ZRX` and `XCN` are whole names
//! (<https://docs.kraken.com/api/docs/rest-api/get-asset-info>, read on 2026-11-21).

use std::collections::BTreeMap;

use trading_types::{Ascii, Asset, KrakenPairs, Pair, kraken_pairs::archive_asset};

use super::market::PairInfo;

/// What a request calls a pair.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PairName {
    pair: Pair,
    text: Ascii<32>,
}

impl PairName {
    /// The pair.
    pub const fn pair(&self) -> Pair {
        self.pair
    }

    /// The text that Kraken takes for it.
    pub fn as_str(&self) -> &str {
        self.text.as_str()
    }
}

/// The spellings of all pairs and assets.
#[derive(Clone, Debug, Default)]
pub struct PairNames {
    names: BTreeMap<Pair, PairName>,
    spelled: BTreeMap<String, Pair>,
    assets: BTreeMap<String, Asset>,
}

/// Where a balance lies (<https://docs.kraken.com/api/docs/rest-api/get-account-balance> and
/// <https://support.kraken.com/articles/360039879471>, read on 2026-11-21).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Wallet {
    /// No suffix: at hand.
    Spot,
    /// `.F`: earning, and spent through its asset all the same.
    Flexible,
    /// Any other suffix: staked, bonded, tokenized or on hold. No order can spend it.
    Locked,
}

/// An asset of a balance, and where it lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Holding {
    /// The asset, without a suffix.
    pub asset: Asset,
    /// Where it lies.
    pub wallet: Wallet,
}

impl Wallet {
    /// Whether an order can spend what lies here.
    pub const fn is_spendable(self) -> bool {
        matches!(self, Self::Spot | Self::Flexible)
    }
}

/// Ids of assets that are not their names. Newer assets have none.
#[rustfmt::skip] // A table.
const LEGACY_IDS: [(&str, &str); 17] = [
    ("XETC", "ETC"), ("XETH", "ETH"), ("XLTC", "LTC"), ("XMLN", "MLN"),  ("XREP", "REP"),
    ("XXBT", "BTC"), ("XXDG", "DOGE"), ("XXLM", "XLM"), ("XXMR", "XMR"), ("XXRP", "XRP"),
    ("XZEC", "ZEC"),
    ("ZAUD", "AUD"), ("ZCAD", "CAD"), ("ZEUR", "EUR"), ("ZGBP", "GBP"),  ("ZJPY", "JPY"),
    ("ZUSD", "USD"),
];

/// Names that REST keeps and the newer socket has changed.
const RENAMED: [(&str, &str); 2] = [("XBT", "BTC"), ("XDG", "DOGE")];

/// Our name for an asset that REST calls `text`, without a suffix.
pub(crate) fn modern(text: &str) -> &str {
    let known = LEGACY_IDS.iter().chain(&RENAMED).find(|(rest, _)| *rest == text);
    known.map_or(text, |(_, modern)| *modern)
}

impl PairNames {
    /// Those of the pairs that `AssetPairs` has told.
    pub fn from_pairs(pairs: &[PairInfo]) -> Self {
        let mut names = Self::default();
        for info in pairs {
            names.add_assets(info.pair, &info.base_id, &info.quote_id);
            let spellings = [&info.id, &info.altname];
            names.add(info.pair, &info.id, spellings.into_iter().chain(info.wsname.as_ref()));
        }
        names
    }

    /// Those of the recorded table of pairs, for use without a network. Requests then use the name
    /// that orders use, which Kraken takes everywhere.
    pub fn recorded() -> Self {
        let mut names = Self::default();
        for pair in KrakenPairs::recorded().pairs() {
            let (base, quote) = (archive_asset(&pair.base), archive_asset(&pair.quote));
            let altname = format!("{base}{quote}");
            let spellings = [altname.clone(), format!("{base}/{quote}")];
            names.add(pair, &altname, spellings.iter().chain(&legacy_id(pair)));
        }
        names
    }

    fn add<'a>(&mut self, pair: Pair, name: &str, others: impl Iterator<Item = &'a String>) {
        let Ok(text) = name.parse() else { return };
        self.names.entry(pair).or_insert(PairName { pair, text });
        for spelling in others.cloned().chain([pair.to_string()]) {
            self.spelled.entry(spelling).or_insert(pair);
        }
    }

    fn add_assets(&mut self, pair: Pair, base_id: &str, quote_id: &str) {
        for (id, asset) in [(base_id, pair.base), (quote_id, pair.quote)] {
            self.assets.entry(id.to_owned()).or_insert(asset);
        }
    }

    /// What a request calls `pair`, if Kraken has it.
    pub fn name(&self, pair: Pair) -> Option<PairName> {
        self.names.get(&pair).copied()
    }

    /// The pair that Kraken spells like this.
    pub fn pair(&self, text: &str) -> Option<Pair> {
        self.spelled.get(text).copied()
    }

    /// Our name for an asset that REST calls `text`: `XXBT` and `XBT` are BTC.
    pub fn asset(&self, text: &str) -> Option<Asset> {
        self.assets.get(text).copied().or_else(|| modern(text).parse().ok())
    }

    /// What a balance is of, and where it lies: `XXBT`, `XBT.F`, `ETH2.S`.
    pub fn holding(&self, text: &str) -> Option<Holding> {
        let (asset, wallet) = match text.rsplit_once('.') {
            None => (text, Wallet::Spot),
            Some((asset, "F")) => (asset, Wallet::Flexible),
            Some((asset, _)) => (asset, Wallet::Locked),
        };
        Some(Holding { asset: self.asset(asset)?, wallet })
    }

    /// Every pair, sorted.
    pub fn pairs(&self) -> impl Iterator<Item = Pair> {
        self.names.keys().copied()
    }
}

/// The id of a pair of two assets with ids of their own; USDT/USD is the one exception.
fn legacy_id(pair: Pair) -> Option<String> {
    let id = |asset: &Asset| {
        let row = LEGACY_IDS.iter().find(|(_, modern)| *modern == asset.as_str());
        row.map(|(id, _)| *id).or_else(|| (asset.as_str() == "USDT").then_some("USDT"))
    };
    Some(format!("{}{}", id(&pair.base)?, id(&pair.quote)?))
}

#[cfg(test)]
mod tests;
