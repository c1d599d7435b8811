//! `[strategy] rules = …`: rules out of a file or out of the config itself.

use std::path::Path;

use strategies::rules::{Rule, RuleSet, RulesError};
use trading_engine::StrategySpec;
use trading_types::Interval;

use super::WrongValue;
use crate::{
    config_raw::{RawRule, RawRules, RawStrategy},
    rules_file,
};

/// The key of everything that can be wrong here.
const KEY: &str = "strategy.rules";
/// The table of parameters within the rules.
const PARAMETERS: &str = "parameters";

/// The description of the strategy that `rules` are. The stop and the target beside them count
/// where the rules have none of their own.
pub(super) fn understand(
    raw: &RawStrategy,
    rules: &RawRules,
    interval: Interval,
) -> Result<StrategySpec, WrongValue> {
    if !raw.settings.is_empty() {
        let what = "rules have parameters; [strategy.settings] is for the other strategies";
        return Err(WrongValue::new("strategy.settings", what));
    }
    let wrong = |error: RulesError| {
        let hint = Some(rules_file::RULES_HINT.to_owned());
        WrongValue { hint, ..WrongValue::new(KEY, error) }
    };
    let mut rules = match rules {
        RawRules::File(path) => rules_file::read(Path::new(path)).map_err(|failure| {
            let hint = Some(rules_file::RULES_HINT.to_owned());
            WrongValue { hint, ..WrongValue::new(KEY, failure) }
        })?,
        RawRules::Table(table) => of_table(table).map_err(wrong)?,
    };
    for (rule, text) in [(Rule::Stop, &raw.stop), (Rule::TakeProfit, &raw.take_profit)] {
        let has_own = rules.has(rule) || (rule == Rule::Stop && rules.has(Rule::Trailing));
        if !has_own && !text.is_empty() {
            rules.add(rule, text).map_err(wrong)?;
        }
    }
    rules_file::spec(&rules, interval).map_err(wrong)
}

/// The rules of a table in the config.
fn of_table(table: &std::collections::BTreeMap<String, RawRule>) -> Result<RuleSet, RulesError> {
    let (mut texts, mut parameters) = (Vec::new(), Vec::new());
    for (name, value) in table {
        let rule = Rule::ALL.into_iter().find(|rule| rule.name() == name);
        match (rule, value) {
            (Some(rule), RawRule::Expression(text)) => texts.push((rule, text.clone())),
            (None, RawRule::Parameters(given)) if name == PARAMETERS => {
                parameters = given.iter().map(|(name, value)| (name.clone(), *value)).collect();
            }
            (Some(_), RawRule::Parameters(_)) => {
                return Err(RulesError::File(format!("`{name}` is a rule in quotes")));
            }
            (None, RawRule::Expression(_) | RawRule::Parameters(_)) => {
                return Err(RuleSet::unknown_rule(name));
            }
        }
    }
    RuleSet::new(&texts, parameters)
}
