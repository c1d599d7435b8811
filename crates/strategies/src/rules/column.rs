//! One expression by itself with its value at each candle: to be looked at beside the prices.
//!
//! **Law.** Its values are those that the expression has in a rule, bit for bit.

use trading_types::{Candle, Interval};

use super::{
    compile::{Compiler, Parameters, Percent},
    fault::{ExpressionError, Fault},
    graph::Graph,
    node::NodeId,
    parser::parse,
    rule_set::{MEMORY_MAX, NODES_MAX},
    series::NodeSeries,
    syntax::Expression,
};

/// What errors call it: it has no other name.
const COLUMN: &str = "column";

/// The values of an expression that does not look at the position.
#[derive(Clone, Debug)]
pub struct Column {
    series: NodeSeries,
}

impl Column {
    /// The expression `text` over candles of this length, a number or a condition, with these
    /// parameters. It may not look at the position, which other rules decide.
    pub fn new(
        text: &str,
        parameters: &[(String, f64)],
        interval: Interval,
    ) -> Result<Self, ExpressionError> {
        let failed = |fault| ExpressionError::new(COLUMN, text, fault);
        let expression = parse(text).map_err(failed)?;
        let used = vec![false; parameters.len()];
        let mut parameters = Parameters { values: parameters, used };
        let mut graph = Graph::new();
        let minutes = interval.minutes();
        let mut compiler = Compiler::new(&mut graph, &mut parameters, minutes, Percent::Nothing);
        let root = compiler.any(&expression).map_err(failed)?;
        let series = series(&graph, root, &expression, interval).map_err(failed)?;
        Ok(Self { series })
    }

    /// Takes the next candle and gives the value: undefined is `NaN`; of a condition, 1 where it is
    /// true and 0 where it is not.
    pub fn update(&mut self, candle: &Candle) -> f64 {
        self.series.update(candle)
    }
}

fn series(
    graph: &Graph,
    root: NodeId,
    it: &Expression,
    interval: Interval,
) -> Result<NodeSeries, Fault> {
    let (nodes, memory) = (graph.nodes().len(), graph.memory_below([root]));
    if NODES_MAX < nodes || MEMORY_MAX < memory {
        let message = format!(
            "this takes {nodes} steps and keeps {memory} past values; at most {NODES_MAX} and \
             {MEMORY_MAX} are allowed"
        );
        return Err(Fault::new(it.span, message));
    }
    NodeSeries::new(graph, root, interval).ok_or_else(|| {
        let message = "a column cannot look at the position; leave its words out";
        Fault::new(it.span, message)
    })
}

#[cfg(test)]
mod tests;
