//! From a strategy's description, as config files, command lines and journals hold it, to the
//! strategy itself, exits included.

use trading_engine::{Strategy, StrategySpec};
use trading_types::Price;

use crate::{
    catalog::build,
    dca,
    distance::{Distance, ParseDistanceError},
    protective::{Protected, Protection, ProtectionError, STOP, TAKE_PROFIT},
    rules::{RULES, RuleSet, RuleStrategy, RulesError},
    settings::BuildError,
};

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
    /// The rules that the strategy is made of.
    #[error(transparent)]
    Rules(#[from] RulesError),
    /// The strategy only ever adds to what is held, so no entry could carry the exits.
    #[error("{strategy} only ever adds to what is held and takes no {STOP} or {TAKE_PROFIT}")]
    NoExits {
        /// The strategy.
        strategy: String,
    },
}

/// The strategy that `spec` describes. The settings [`STOP`] and [`TAKE_PROFIT`] are understood for
/// every built-in strategy, rules have their own; `tick` is what prices of the pair's orders are
/// multiples of.
pub fn from_spec(spec: &StrategySpec, tick: Price) -> Result<Box<dyn Strategy>, SpecError> {
    if spec.name == RULES {
        let (rules, interval) = RuleSet::from_settings(&spec.settings)?;
        return Ok(Box::new(RuleStrategy::new(rules, interval, tick)?));
    }
    let is_exit = |name: &str| name == STOP || name == TAKE_PROFIT;
    let (exits, own): (Vec<_>, Vec<_>) =
        spec.settings.iter().cloned().partition(|(name, _)| is_exit(name));
    let strategy = build(&spec.name, &own).map_err(with_exits_known)?;
    let protection =
        Protection { stop: distance(STOP, &exits)?, target: distance(TAKE_PROFIT, &exits)? };
    if protection == Protection::default() {
        return Ok(strategy);
    }
    if spec.name == dca::BUILT_IN.name {
        return Err(SpecError::NoExits { strategy: spec.name.clone() });
    }
    Ok(Box::new(Protected::new(strategy, protection, tick)?))
}

/// The distance given for the exit called `setting`, if any.
fn distance(
    setting: &'static str,
    exits: &[(String, String)],
) -> Result<Option<Distance>, SpecError> {
    let mut given = exits.iter().filter(|(name, _)| name == setting);
    let Some((_, text)) = given.next() else { return Ok(None) };
    if given.next().is_some() {
        return Err(BuildError::RepeatedSetting { name: setting }.into());
    }
    text.parse().map(Some).map_err(|error| SpecError::Distance { setting, error })
}

/// A person who mistypes an exit is told of it too.
fn with_exits_known(mut error: BuildError) -> BuildError {
    if let BuildError::UnknownSetting { known, .. } = &mut error {
        known.extend([STOP, TAKE_PROFIT]);
    }
    error
}

#[cfg(test)]
mod tests;
