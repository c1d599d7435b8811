//! The strategies that come with the program, as a table, and the way from a name to a strategy.

use trading_engine::Strategy;

use crate::{
    bollinger, dca, donchian, rsi_reversion,
    settings::{BuildError, Given, Setting, shown},
    sma_cross,
};

/// A strategy that comes with the program.
#[derive(Clone, Copy, Debug)]
pub struct BuiltIn {
    /// Its name, as the command line knows it.
    pub name: &'static str,
    /// What it does, in one line.
    pub summary: &'static str,
    /// Its settings, in the order in which [`Strategy::settings`] gives them.
    pub settings: &'static [Setting],
    /// Makes one out of settings whose names are already checked.
    pub(crate) build: fn(&Given<'_>) -> Result<Box<dyn Strategy>, BuildError>,
}

/// All of them.
pub const BUILT_IN: &[BuiltIn] = &[
    sma_cross::BUILT_IN,
    donchian::BUILT_IN,
    rsi_reversion::BUILT_IN,
    bollinger::BUILT_IN,
    dca::BUILT_IN,
];

impl BuiltIn {
    /// The strategy of this name, or nothing.
    pub fn find(name: &str) -> Option<&'static Self> {
        BUILT_IN.iter().find(|entry| entry.name == name)
    }
}

/// The strategy called `name` with the given settings, and defaults for those left out.
///
/// What is wrong is reported in this order: the name of the strategy, names of settings, values in
/// the order of its table, values that do not fit together.
pub fn build(name: &str, settings: &[(String, String)]) -> Result<Box<dyn Strategy>, BuildError> {
    let Some(entry) = BuiltIn::find(name) else {
        let known = BUILT_IN.iter().map(|entry| entry.name).collect();
        return Err(BuildError::UnknownStrategy { name: shown(name), known });
    };
    (entry.build)(&Given::new(entry.name, entry.settings, settings)?)
}

#[cfg(test)]
mod tests;
