//! Rules from a file or out of the config, and the strategy that they describe.

use std::path::Path;

use strategies::rules::{Rule, RuleSet, RulesError};
use trading_engine::StrategySpec;
use trading_types::Interval;

use crate::{failure::Failure, files};

/// What to do where there is nothing better to say.
pub(crate) const RULES_HINT: &str = "docs/rules.md has every word and a cookbook";

/// The rules in a file.
pub(crate) fn read(path: &Path) -> Result<RuleSet, Failure> {
    let text = files::read_config(path)?;
    RuleSet::from_toml(&text).map_err(|error| wrong(path, &error))
}

/// A file whose rules cannot be understood.
pub(crate) fn wrong(path: &Path, error: &RulesError) -> Failure {
    Failure::wrong_hint(format_args!("{}: {error}", path.display()), RULES_HINT)
}

/// The rules of a file with other values for their parameters, and with exits that stand beside
/// the file.
pub(crate) fn read_with(
    path: &Path,
    settings: &[(String, String)],
    exits: &[(Rule, Option<&String>)],
) -> Result<RuleSet, Failure> {
    let mut rules = read(path)?;
    for (name, value) in settings {
        rules.set(name, value).map_err(|error| Failure::wrong_hint(error, RULES_HINT))?;
    }
    for (rule, text) in exits {
        let Some(text) = text else { continue };
        if rules.has(*rule) {
            let what = format!("`{}` stands in {} and beside it", rule.name(), path.display());
            return Err(Failure::wrong_hint(what, "leave one of the two out"));
        }
        rules.add(*rule, text).map_err(|error| Failure::wrong_hint(error, RULES_HINT))?;
    }
    Ok(rules)
}

/// Where a strategy takes a loss, as it was written.
pub(crate) fn stop_of(strategy: &StrategySpec) -> Option<&str> {
    let stops = [Rule::Stop.name(), Rule::Trailing.name()];
    let stop = strategy.settings.iter().find(|(name, _)| stops.contains(&name.as_str()));
    stop.map(|(_, text)| text.as_str())
}

/// The description of a strategy of these rules.
pub(crate) fn spec(rules: &RuleSet, interval: Interval) -> Result<StrategySpec, RulesError> {
    rules.compile(interval)?;
    Ok(rules.spec(interval))
}
