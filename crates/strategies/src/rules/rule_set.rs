//! A set of rules with its parameters: what a file says, and what a journal's header remembers.

mod description;
mod file;

pub use self::{description::RULES, file::RULES_FILE_MAX};

use std::fmt::Write;

use trading_types::Interval;
use twox_hash::XxHash3_128;

use super::{
    compile::{Compiler, Parameters, Percent},
    fault::{ExpressionError, Fault, did_you_mean, quoted},
    graph::Graph,
    node::{Kind, Node, NodeId},
    parser::parse,
    program::{Program, Roots, warm_up},
    syntax::Expression,
    words::{frame_minutes, taken},
};

/// The most parameters of one set.
pub const PARAMETERS_MAX: usize = 64;
/// The longest name of a parameter.
pub const PARAMETER_NAME_MAX: usize = 40;
/// The most nodes of one program.
pub const NODES_MAX: usize = 1_000;
/// The longest warm-up, in candles.
pub const WARM_UP_MAX: usize = 1_000_000;
/// The most past values that the nodes of one program may keep together.
pub const MEMORY_MAX: usize = 2_000_000;

/// One of the rules of a set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rule {
    /// When to be long.
    Enter,
    /// When to be flat.
    Exit,
    /// How far below the close the stop is.
    Stop,
    /// How far above the close the profit is taken.
    TakeProfit,
    /// How far below the close the stop follows.
    Trailing,
    /// The part of the engine's size.
    Size,
}

impl Rule {
    /// All of them.
    pub const ALL: [Self; 6] =
        [Self::Enter, Self::Exit, Self::Stop, Self::TakeProfit, Self::Trailing, Self::Size];

    /// Its name, as files know it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Enter => "enter",
            Self::Exit => "exit",
            Self::Stop => "stop",
            Self::TakeProfit => "take_profit",
            Self::Trailing => "trailing",
            Self::Size => "size",
        }
    }

    const fn kind(self) -> Kind {
        match self {
            Self::Enter | Self::Exit => Kind::Condition,
            Self::Stop | Self::TakeProfit | Self::Trailing | Self::Size => Kind::Number,
        }
    }

    const fn percent(self) -> Percent {
        match self {
            Self::Enter | Self::Exit => Percent::Nothing,
            Self::Stop | Self::TakeProfit | Self::Trailing => Percent::OfClose,
            Self::Size => Percent::Hundredth,
        }
    }
}

/// Why a text is no set of rules, or its rules cannot be computed. Sorted by where to look.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RulesError {
    /// A rule.
    #[error("{0}")]
    Expression(Box<ExpressionError>),
    /// The file around the rules.
    #[error("{0}")]
    File(String),
    /// A parameter.
    #[error("{0}")]
    Parameter(String),
    /// The rules together are too much.
    #[error("{0}")]
    TooLarge(String),
}

/// A rule as it was written and as it was understood.
#[derive(Clone, Debug, PartialEq)]
struct Written {
    rule: Rule,
    text: String,
    expression: Expression,
}

/// Rules and the values of their parameters. See the module's header.
#[derive(Clone, Debug, PartialEq)]
pub struct RuleSet {
    /// In the order of [`Rule::ALL`]; the first is [`Rule::Enter`].
    rules: Vec<Written>,
    /// By name.
    parameters: Vec<(String, f64)>,
}

impl RuleSet {
    /// A set of these rules, each given once, with these parameters.
    pub fn new(
        texts: &[(Rule, String)],
        parameters: Vec<(String, f64)>,
    ) -> Result<Self, RulesError> {
        let mut rules = Vec::new();
        for (rule, text) in texts {
            let expression = parse(text).map_err(|fault| expression_error(*rule, text, fault))?;
            rules.push(Written { rule: *rule, text: text.clone(), expression });
        }
        rules.sort_by_key(|written| written.rule);
        if let Some(pair) = rules.windows(2).find(|pair| pair[0].rule == pair[1].rule) {
            let name = pair[0].rule.name();
            return Err(RulesError::File(format!("`{name}` is given twice; give it once")));
        }
        if rules.first().is_none_or(|written| written.rule != Rule::Enter) {
            let message = "`enter` is missing; write one, as in \
                           enter = \"close > sma(close, 50)\"";
            return Err(RulesError::File(message.to_owned()));
        }
        check_parameters(&parameters)?;
        let mut set = Self { rules, parameters };
        set.parameters.sort_by(|one, other| one.0.cmp(&other.0));
        set.check_all_used()?;
        Ok(set)
    }

    /// The rules, each as an expression.
    pub fn rules(&self) -> impl Iterator<Item = (Rule, &Expression)> {
        self.rules.iter().map(|written| (written.rule, &written.expression))
    }

    /// The parameters with their values, by name.
    pub fn parameters(&self) -> &[(String, f64)] {
        &self.parameters
    }

    /// Whether it has this rule.
    pub fn has(&self, rule: Rule) -> bool {
        self.rules.iter().any(|written| written.rule == rule)
    }

    /// Adds a rule that it does not have.
    pub fn add(&mut self, rule: Rule, text: &str) -> Result<(), RulesError> {
        let mut texts = vec![(rule, text.to_owned())];
        texts.extend(self.rules.iter().map(|written| (written.rule, written.text.clone())));
        *self = Self::new(&texts, self.parameters.clone())?;
        Ok(())
    }

    /// Gives a parameter another value, as text: `--set fast=10`.
    pub fn set(&mut self, name: &str, value: &str) -> Result<(), RulesError> {
        let Some(at) = self.parameters.iter().position(|(known, _)| known == name) else {
            return Err(self.unknown_parameter(name));
        };
        self.parameters[at].1 = parse_value(name, value)?;
        Ok(())
    }

    fn unknown_parameter(&self, name: &str) -> RulesError {
        let names: Vec<&str> = self.parameters.iter().map(|(name, _)| name.as_str()).collect();
        let hint = did_you_mean(name, names.iter().copied());
        let known = if names.is_empty() {
            "they have none; add [parameters] to the file".to_owned()
        } else {
            format!("they have {}", names.join(", "))
        };
        RulesError::Parameter(format!(
            "the rules have no parameter {}; {known}{hint}",
            quoted(name)
        ))
    }

    /// The program of these rules on candles of this length.
    pub fn compile(&self, interval: Interval) -> Result<Program, RulesError> {
        let mut graph = Graph::new();
        let roots = self.compile_into(&mut graph, interval)?;
        Ok(Program::new(graph, roots))
    }

    /// Puts the program of these rules into a graph that may hold others already: what they share
    /// is computed once. All of them must be of candles of the same length.
    pub fn compile_into(&self, graph: &mut Graph, interval: Interval) -> Result<Roots, RulesError> {
        let used = vec![false; self.parameters.len()];
        let mut parameters = Parameters { values: &self.parameters, used };
        let mut found: Vec<(Rule, NodeId)> = Vec::new();
        let before = graph.nodes().len();
        for Written { rule, text, expression } in &self.rules {
            let minutes = interval.minutes();
            let mut compiler = Compiler::new(graph, &mut parameters, minutes, rule.percent());
            let id = compiler.root(expression, rule.kind()).and_then(|id| {
                let why = impossible(*rule, graph, id);
                why.map_or(Ok(id), |why| Err(Fault::new(expression.span, why)))
            });
            found.push((*rule, id.map_err(|fault| expression_error(*rule, text, fault))?));
            if NODES_MAX < graph.nodes().len() - before {
                let message = format!("the rules need more than {NODES_MAX} steps; simplify them");
                return Err(RulesError::TooLarge(message));
            }
        }
        let root = |wanted| found.iter().find(|(rule, _)| *rule == wanted).map(|(_, id)| *id);
        let enter = root(Rule::Enter).expect("a set has a rule to enter");
        let exit = root(Rule::Exit).unwrap_or_else(|| graph.not(enter));
        let roots = Roots {
            enter,
            exit,
            stop: root(Rule::Stop),
            take_profit: root(Rule::TakeProfit),
            trailing: root(Rule::Trailing),
            size: root(Rule::Size),
        };
        check_size(graph, &roots)?;
        Ok(roots)
    }

    /// Every parameter stands in a rule: one that does not is a mistake.
    fn check_all_used(&self) -> Result<(), RulesError> {
        for (name, _) in &self.parameters {
            if !self.rules.iter().any(|written| written.expression.names(name)) {
                let shown = quoted(name);
                let message =
                    format!("the parameter {shown} stands in no rule; use it or take it out");
                return Err(RulesError::Parameter(message));
            }
        }
        Ok(())
    }

    /// The rules and parameters in one way of writing, line by line.
    fn canonical(&self) -> String {
        let mut text = String::new();
        for Written { rule, expression, .. } in &self.rules {
            writeln!(text, "{} = {expression}", rule.name()).expect("a text can be written to");
        }
        for (name, value) in &self.parameters {
            writeln!(text, "{name} = {value}").expect("a text can be written to");
        }
        text
    }

    /// What tells these rules and values from all others, however they are written.
    pub fn hash(&self) -> String {
        format!("{:032x}", XxHash3_128::oneshot(self.canonical().as_bytes()))
    }
}

fn expression_error(rule: Rule, text: &str, fault: Fault) -> RulesError {
    RulesError::Expression(Box::new(ExpressionError::new(rule.name(), text, fault)))
}

/// Why a rule that is the same at every candle would never let anything be entered.
fn impossible(rule: Rule, graph: &Graph, id: NodeId) -> Option<String> {
    let percent = percent(graph, id);
    let value = graph.constant(id).or(percent)?;
    let never = "nothing would ever be entered";
    match rule {
        Rule::Enter | Rule::Exit => None,
        Rule::Stop | Rule::TakeProfit | Rule::Trailing | Rule::Size if value <= 0.0 => {
            Some(format!("this is not above 0, and so {never}; give more"))
        }
        Rule::Stop | Rule::Trailing if percent.is_some() && 100.0 <= value => {
            Some(format!("a price cannot fall so far, and so {never}; give less than 100%"))
        }
        Rule::Stop | Rule::TakeProfit | Rule::Trailing | Rule::Size => None,
    }
}

/// The percentage that a node is of every close, if it is one.
#[expect(clippy::float_arithmetic, reason = "the sign of a percentage")]
fn percent(graph: &Graph, id: NodeId) -> Option<f64> {
    let node = graph.node(id);
    if let Node::Negate(of) = node {
        return percent(graph, of).map(|it| -it);
    }
    let Node::PercentOfClose(of) = node else { return None };
    graph.constant(of)
}

/// Limits on all nodes together.
fn check_size(graph: &Graph, roots: &Roots) -> Result<(), RulesError> {
    let candles = warm_up(graph, roots);
    if WARM_UP_MAX < candles {
        return Err(RulesError::TooLarge(format!(
            "the rules need {candles} candles before the first decision, and {WARM_UP_MAX} are \
             allowed; use shorter periods or time frames"
        )));
    }
    let memory = graph.memory_below(roots.iter());
    if MEMORY_MAX < memory {
        return Err(RulesError::TooLarge(format!(
            "the rules keep {memory} past values, and {MEMORY_MAX} are allowed; use shorter periods"
        )));
    }
    Ok(())
}

fn check_parameters(parameters: &[(String, f64)]) -> Result<(), RulesError> {
    let refused = |message: String| Err(RulesError::Parameter(message));
    if PARAMETERS_MAX < parameters.len() {
        let count = parameters.len();
        return refused(format!("{count} parameters are more than {PARAMETERS_MAX}; use fewer"));
    }
    for (at, (name, value)) in parameters.iter().enumerate() {
        let shown = quoted(name);
        let is_word = name.starts_with(|it: char| it.is_ascii_alphabetic() || it == '_')
            && name.bytes().all(|it| it.is_ascii_alphanumeric() || it == b'_');
        if !is_word || PARAMETER_NAME_MAX < name.len() {
            return refused(format!(
                "{shown} cannot name a parameter; use up to {PARAMETER_NAME_MAX} letters, digits \
                 and `_`, a letter first"
            ));
        }
        if taken().any(|word| word == name) || frame_minutes(name).is_some() {
            return refused(format!(
                "{shown} is a word of the language; give the parameter another name"
            ));
        }
        if !value.is_finite() {
            return refused(format!("the parameter {shown} must be a number"));
        }
        if parameters[..at].iter().any(|(earlier, _)| earlier == name) {
            return refused(format!("the parameter {shown} is given twice; give it once"));
        }
    }
    Ok(())
}

/// A parameter's value, from plain decimal text.
fn parse_value(name: &str, text: &str) -> Result<f64, RulesError> {
    let is_plain = text.bytes().all(|it| it.is_ascii_digit() || b"+-._".contains(&it));
    let value = text.replace('_', "").parse::<f64>().ok();
    value.filter(|it| is_plain && it.is_finite()).ok_or_else(|| {
        let (name, text) = (quoted(name), quoted(text));
        RulesError::Parameter(format!("the parameter {name} cannot be {text}; give a number"))
    })
}

impl Expression {
    /// Whether a word stands anywhere in it.
    fn names(&self, word: &str) -> bool {
        self.children().any(|child| child.names(word)) || self.is_word(word)
    }
}

#[cfg(test)]
mod tests;
