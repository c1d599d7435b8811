//! One node of a graph by itself, candle by candle: for those who share it between programs.
//!
//! **Law.** Its values are those that the node has in any program, bit for bit.

use trading_types::{Candle, Interval};

use super::{
    evaluation::{Evaluation, Held},
    graph::{FrameId, Graph},
    node::{Node, NodeId},
    program::{Program, Roots},
};

/// The values of a node that does not look at the position.
#[derive(Clone, Debug)]
pub struct NodeSeries {
    program: Program,
    root: NodeId,
    evaluation: Evaluation,
}

impl NodeSeries {
    /// The node `id` of `graph` over candles of this length; nothing for one that depends on the
    /// position.
    pub fn new(graph: &Graph, id: NodeId, interval: Interval) -> Option<Self> {
        if graph.reaches(id, |_, node| matches!(node, Node::Position(_))) {
            return None;
        }
        let (part, root) = part_of(graph, id)?;
        let none = None;
        let roots = Roots {
            enter: root,
            exit: root,
            stop: none,
            take_profit: none,
            trailing: none,
            size: none,
        };
        let program = Program::new(part, roots);
        let evaluation = Evaluation::new(&program, interval);
        Some(Self { program, root, evaluation })
    }

    /// Takes the next candle and gives the value: undefined is `NaN`; of a condition, 1 where it is
    /// true and 0 where it is not.
    pub fn update(&mut self, candle: &Candle) -> f64 {
        self.evaluation.update(self.program.graph(), candle, Held::NOTHING);
        self.evaluation.number(self.root)
    }
}

/// The nodes at and below `root` as a graph of their own.
fn part_of(graph: &Graph, root: NodeId) -> Option<(Graph, NodeId)> {
    let below = graph.below([root]);
    let mut part = Graph::new();
    let mut places: Vec<Option<NodeId>> = vec![None; below.len()];
    for (id, node) in graph.iter().filter(|(id, _)| below[id.index()]) {
        let frame = part.higher_frame(graph.ratio(graph.frame(id)))?;
        let frame = if graph.frame(id) == FrameId::BASE { FrameId::BASE } else { frame };
        let child = |id: NodeId| places[id.index()].expect("children come before parents");
        places[id.index()] = Some(part.intern(frame, node.with_children(child)));
    }
    places[root.index()].map(|root| (part, root))
}

#[cfg(test)]
mod tests;
