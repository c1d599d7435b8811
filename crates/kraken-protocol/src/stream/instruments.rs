//! What is known of all assets and pairs, kept up to date.
//!
//! A snapshot replaces everything, an update only what it names.

use std::collections::BTreeMap;

use trading_types::{Asset, Pair};

use super::{
    MessageKind,
    instrument_message::{AssetEntry, Instrument, InstrumentsMessage},
};

/// All assets and pairs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Instruments {
    assets: BTreeMap<Asset, AssetEntry>,
    pairs: BTreeMap<Pair, Instrument>,
}

impl Instruments {
    /// Takes over what a message says.
    pub fn apply(&mut self, message: InstrumentsMessage) {
        match message.kind {
            MessageKind::Snapshot => *self = Self::default(),
            MessageKind::Update => {}
        }
        self.assets.extend(message.assets.into_iter().map(|entry| (entry.asset, entry)));
        self.pairs.extend(message.pairs.into_iter().map(|entry| (entry.pair, entry)));
    }

    /// What is known of a pair.
    pub fn pair(&self, pair: Pair) -> Option<&Instrument> {
        self.pairs.get(&pair)
    }

    /// What is known of an asset.
    pub fn asset(&self, asset: Asset) -> Option<&AssetEntry> {
        self.assets.get(&asset)
    }

    /// All pairs by name.
    pub fn pairs(&self) -> impl Iterator<Item = &Instrument> {
        self.pairs.values()
    }
}

#[cfg(test)]
mod tests;
