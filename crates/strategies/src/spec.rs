//! From a strategy's description, as config files, command lines and journals hold it, to the
//! strategy itself, exits included.

use trading_engine::{Strategy, StrategySpec};
use trading_types::Price;

use crate::{
    catalog::build,
    distance::ParseDistanceError,
    protective::{Protected, Protection, ProtectionError},
    settings::BuildError,
};

/// The setting that adds a stop to any strategy: a distance below the close.
pub const STOP: &str = "stop";
/// The setting that adds a target to any strategy: a distance above the close.
pub const TAKE_PROFIT: &str = "take_profit";

/// Why a description is not one of a strategy. Sorted by what to correct.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SpecError {
    /// The name or one of the strategy's own settings.
    #[error(transparent)]
    Build(#[from] BuildError),
    /// The stop or the target.
    #[error("{setting}: {error}")]
    Distance {
        /// Which of the two.
        setting: &'static str,
        /// What is wrong with it.
        error: ParseDistanceError,
    },
    /// The stop or the target cannot be.
    #[error(transparent)]
    Protection(#[from] ProtectionError),
}

/// The strategy that `spec` describes. The settings [`STOP`] and [`TAKE_PROFIT`] are understood for
/// every strategy; `tick` is what prices of the pair's orders are multiples of.
pub fn from_spec(spec: &StrategySpec, tick: Price) -> Result<Box<dyn Strategy>, SpecError> {
    let is_exit = |name: &str| name == STOP || name == TAKE_PROFIT;
    let (exits, own): (Vec<_>, Vec<_>) =
        spec.settings.iter().cloned().partition(|(name, _)| is_exit(name));
    let distance = |setting: &'static str| {
        let given = exits.iter().find(|(name, _)| name == setting);
        given
            .map(|(_, text)| text.parse().map_err(|error| SpecError::Distance { setting, error }))
            .transpose()
    };
    let strategy = build(&spec.name, &own)?;
    let protection = Protection { stop: distance(STOP)?, target: distance(TAKE_PROFIT)? };
    if protection == Protection::default() {
        return Ok(strategy);
    }
    Ok(Box::new(Protected::new(strategy, protection, tick)?))
}

#[cfg(test)]
mod tests;
