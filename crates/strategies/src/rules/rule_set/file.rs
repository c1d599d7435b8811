//! The file format, TOML:
//!
//! ```toml
//! enter = "cross_above(sma(close, fast), sma(close, slow))"
//! exit = "cross_below(sma(close, fast), sma(close, slow))"
//! stop = "2 * atr(14)"
//!
//! [parameters]
//! fast = 20
//! slow = 50
//! ```

use toml::{Table, Value};

use super::{Rule, RuleSet, RulesError};
use crate::rules::fault::{did_you_mean, quoted};

/// The largest file of rules, in bytes.
pub const RULES_FILE_MAX: usize = 64 * 1024;

/// The key under which the parameters stand.
const PARAMETERS: &str = "parameters";

impl RuleSet {
    /// The rules in a file's text.
    pub fn from_toml(text: &str) -> Result<Self, RulesError> {
        if RULES_FILE_MAX < text.len() {
            return Err(RulesError::File(format!(
                "the file has {} bytes, and {RULES_FILE_MAX} are allowed; make it shorter",
                text.len()
            )));
        }
        let table = text.parse::<Table>().map_err(|error| {
            // The library points at the place; its text ends with a line break.
            RulesError::File(error.to_string().trim_end().to_owned())
        })?;
        Self::from_table(&table)
    }

    /// The rules in a table of a larger file.
    pub fn from_table(table: &Table) -> Result<Self, RulesError> {
        let mut texts = Vec::new();
        let mut parameters = Vec::new();
        for (key, value) in table {
            if key == PARAMETERS {
                parameters = parameters_of(value)?;
                continue;
            }
            let Some(rule) = Rule::ALL.into_iter().find(|rule| rule.name() == key) else {
                return Err(Self::unknown_rule(key));
            };
            let text = value.as_str().map(str::to_owned).ok_or_else(|| {
                let kind = value.type_str();
                RulesError::File(format!(
                    "`{key}` is a rule between quotation marks, not a TOML {kind}; \
                     write {key} = \"…\""
                ))
            })?;
            texts.push((rule, text));
        }
        Self::new(&texts, parameters)
    }

    /// The error for a rule that there is not.
    pub fn unknown_rule(name: &str) -> RulesError {
        let known = || Rule::ALL.into_iter().map(Rule::name).chain([PARAMETERS]);
        let hint = did_you_mean(name, known());
        let names: Vec<&str> = known().collect();
        let shown = quoted(name);
        RulesError::File(format!("there is no rule {shown}; there are {}{hint}", names.join(", ")))
    }
}

fn parameters_of(value: &Value) -> Result<Vec<(String, f64)>, RulesError> {
    let Some(table) = value.as_table() else {
        let message = "`parameters` is a table; write [parameters] and below it `fast = 20`";
        return Err(RulesError::File(message.to_owned()));
    };
    let parameter = |(name, value): (&String, &Value)| {
        let number = value.as_float().or_else(|| value.as_integer().map(whole));
        number.map(|number| (name.clone(), number)).ok_or_else(|| {
            let (name, kind) = (quoted(name), value.type_str());
            RulesError::Parameter(format!("the parameter {name} is a number, not a TOML {kind}"))
        })
    };
    table.iter().map(parameter).collect()
}

#[expect(clippy::cast_precision_loss, reason = "a parameter is an opinion, not money")]
fn whole(value: i64) -> f64 {
    value as f64
}
