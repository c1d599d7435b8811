//! Strategies written as rules: `enter = "cross_above(sma(close, 20), sma(close, 50))"`.
//!
//! **Law.** A rule sees closed candles and what the account holds, and nothing of the future: there
//! is no word for it. What a rule decides at a candle never changes when more candles follow.
//!
//! A story in five lines. A [`RuleSet`] is the text of a file, parsed. With values for its
//! parameters it becomes a [`Program`]: a [`Graph`] of [`Node`]s, each of which stands once however
//! often it was written, children before parents, with a root for each rule. A [`RuleStrategy`]
//! keeps the value of every node up to date, candle by candle. A sweep may put the programs of many
//! values of the parameters into one graph, and so compute what they share only once.

pub mod fault;
pub mod graph;
pub mod node;
pub mod parser;
pub mod program;
pub mod rule_set;
pub mod syntax;
pub mod words;

mod column;
mod compile;
mod evaluation;
mod frames;
mod listing;
mod memory;
mod series;
mod strategy;
mod token;

pub use self::{
    column::Column,
    compile::FRAME_MINUTES_MAX,
    fault::ExpressionError,
    graph::{FRAMES_MAX, FrameId, Graph},
    node::{
        Arithmetic, Constant, EXACT_UNITS_PER_ONE, Field, Kind, Node, NodeId, PositionTerm,
        Relation, Window, exact,
    },
    parser::{RULE_DEPTH_MAX, RULE_LENGTH_MAX},
    program::{Program, Roots},
    rule_set::{
        MEMORY_MAX, NODES_MAX, PARAMETER_NAME_MAX, PARAMETERS_MAX, RULES, RULES_FILE_MAX, Rule,
        RuleSet, RulesError, WARM_UP_MAX,
    },
    series::NodeSeries,
    strategy::RuleStrategy,
    syntax::Expression,
};

#[cfg(test)]
mod tests;
