//! Rules as the description of a strategy, which journals and the ladder keep: everything that is
//! needed to make the strategy again stands in it.

use trading_engine::StrategySpec;
use trading_types::Interval;

use super::{Rule, RuleSet, RulesError, parse_value};
use crate::rules::fault::{did_you_mean, quoted};

/// The name of a strategy made of rules.
pub const RULES: &str = "rules";

const PARAMETERS: &str = "parameters";
const INTERVAL: &str = "interval";
const HASH: &str = "hash";

impl RuleSet {
    /// The settings of the strategy on candles of this length, in a fixed order: the rules as they
    /// are understood, the parameters, the length in minutes, and a hash of the rules.
    pub fn settings(&self, interval: Interval) -> Vec<(&'static str, String)> {
        let rules = self.rules().map(|(rule, expression)| (rule.name(), expression.to_string()));
        let parameters: Vec<String> =
            self.parameters().iter().map(|(name, value)| format!("{name} = {value}")).collect();
        let parameters = Some((PARAMETERS, parameters.join(", ")));
        let rest = [(INTERVAL, interval.minutes().to_string()), (HASH, self.hash())];
        let parameters = parameters.filter(|(_, text)| !text.is_empty());
        rules.chain(parameters).chain(rest).collect()
    }

    /// The description of the strategy on candles of this length.
    pub fn spec(&self, interval: Interval) -> StrategySpec {
        let settings = self.settings(interval).into_iter();
        let settings = settings.map(|(name, value)| (name.to_owned(), value));
        StrategySpec { name: RULES.to_owned(), settings: settings.collect() }
    }

    /// The rules that [`RuleSet::spec`] described, and the length of their candles.
    pub fn from_settings(settings: &[(String, String)]) -> Result<(Self, Interval), RulesError> {
        let (mut texts, mut parameters, mut interval, mut hash) =
            (Vec::new(), Vec::new(), None, None);
        for (name, value) in settings {
            if let Some(rule) = Rule::ALL.into_iter().find(|rule| rule.name() == name) {
                texts.push((rule, value.clone()));
                continue;
            }
            match name.as_str() {
                PARAMETERS => parameters = parse_parameters(value)?,
                INTERVAL => interval = Some(parse_interval(value)?),
                HASH => hash = Some(value),
                _ => return Err(unknown_setting(name)),
            }
        }
        let set = Self::new(&texts, parameters)?;
        let Some(interval) = interval else {
            let message = "`interval` is missing; give the length of a candle in minutes";
            return Err(RulesError::File(message.to_owned()));
        };
        if hash.is_some_and(|hash| *hash != set.hash()) {
            let message =
                "`hash` is not that of these rules: they were changed since; leave it out";
            return Err(RulesError::File(message.to_owned()));
        }
        Ok((set, interval))
    }
}

fn unknown_setting(name: &str) -> RulesError {
    let known = Rule::ALL.into_iter().map(Rule::name).chain([PARAMETERS, INTERVAL, HASH]);
    let hint = did_you_mean(name, known);
    RulesError::File(format!("rules have no setting {}{hint}", quoted(name)))
}

fn parse_parameters(text: &str) -> Result<Vec<(String, f64)>, RulesError> {
    let parameter = |part: &str| {
        let Some((name, value)) = part.split_once('=') else {
            let message = format!("{} is no parameter; write `fast = 20`", quoted(part));
            return Err(RulesError::Parameter(message));
        };
        let (name, value) = (name.trim(), value.trim());
        Ok((name.to_owned(), parse_value(name, value)?))
    };
    text.split(',').map(parameter).collect()
}

fn parse_interval(text: &str) -> Result<Interval, RulesError> {
    let wrong = |reason: &str| RulesError::File(format!("`interval`: {reason}"));
    let minutes = text.parse().map_err(|_| wrong("it is a number of minutes"))?;
    Interval::from_minutes(minutes).map_err(|error| wrong(&error.to_string()))
}
