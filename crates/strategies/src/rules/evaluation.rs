//! The values of all nodes of a program at the newest candle.

use serde::{Deserialize, Serialize};
use trading_engine::View;
use trading_types::{Candle, Interval, Price};

use super::{
    frames::HigherCandles,
    graph::{FrameId, Graph},
    memory::{Memory, Sample, average},
    node::{Arithmetic, Kind, Node, NodeId, PositionTerm},
    program::Program,
};

/// What is known of the position when a candle closes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Held {
    entry_price: Option<Price>,
    candles: u64,
}

impl Held {
    /// What `view` shows, where something was held at so many candles in a row.
    pub(super) fn new(view: &View, candles: u64) -> Self {
        let entry_price = view.entry_price.filter(|_| view.position.is_positive());
        Self { entry_price, candles }
    }
}

/// Values and memories. A condition is 1 where it is true and 0 where it is false.
#[derive(Clone, Debug)]
pub(super) struct Evaluation {
    values: Vec<f64>,
    memories: Vec<Memory>,
    /// Of each higher frame in the graph's order.
    frames: Vec<HigherCandles>,
    /// The nodes of each frame that a rule needs, children first, the base frame first.
    order: Vec<Vec<NodeId>>,
}

/// What of it is stored.
#[derive(Serialize, Deserialize)]
pub(super) struct Stored {
    values: Vec<f64>,
    memories: Vec<Memory>,
    frames: Vec<HigherCandles>,
}

impl Evaluation {
    /// The evaluation of a program that has seen no candle of this length.
    pub(super) fn new(program: &Program, interval: Interval) -> Self {
        let graph = program.graph();
        let needed = graph.below(program.roots().iter());
        let base = u64::from(interval.minutes()) * 60;
        let higher = graph.frames().skip(1);
        let length = |frame| base * u64::try_from(graph.ratio(frame)).expect("a count of candles");
        let mut order = vec![Vec::new(); graph.frames().count()];
        let mut values = Vec::new();
        for (id, node) in graph.iter() {
            if needed[id.index()] && !is_constant(node) {
                order[graph.frame(id).index()].push(id);
            }
            let is_truth = node == Node::Truth(true);
            let unknown = || if is_truth { 1.0 } else { nothing_known(graph.kind(id)) };
            values.push(graph.constant(id).unwrap_or_else(unknown));
        }
        let memories = graph
            .iter()
            .map(|(id, node)| if needed[id.index()] { Memory::of(node) } else { Memory::None });
        Self {
            values,
            memories: memories.collect(),
            frames: higher.map(|frame| HigherCandles::new(base, length(frame))).collect(),
            order,
        }
    }

    /// A node's number at the newest candle.
    pub(super) fn number(&self, id: NodeId) -> f64 {
        self.values[id.index()]
    }

    /// Whether a node is true at the newest candle.
    pub(super) fn is_true(&self, id: NodeId) -> bool {
        0.5 < self.values[id.index()]
    }

    /// Takes the next candle.
    pub(super) fn update(&mut self, graph: &Graph, candle: &Candle, held: Held) {
        for at in 0..self.frames.len() {
            for closed in self.frames[at].add(candle).into_iter().flatten() {
                self.update_frame(graph, at + 1, &closed, held);
            }
        }
        self.update_frame(graph, FrameId::BASE.index(), candle, held);
    }

    fn update_frame(&mut self, graph: &Graph, frame: usize, candle: &Candle, held: Held) {
        for at in 0..self.order[frame].len() {
            let id = self.order[frame][at];
            let value = self.value_of(graph, id, candle, held);
            self.values[id.index()] = value;
        }
    }

    fn value_of(&mut self, graph: &Graph, id: NodeId, candle: &Candle, held: Held) -> f64 {
        let node = graph.node(id);
        let values = &self.values;
        let number = |id: NodeId| values[id.index()];
        let is_true = |id: NodeId| 0.5 < values[id.index()];
        match node {
            Node::Field(field) => field.value(candle),
            Node::Position(term) => position(term, candle, held),
            Node::Higher { of } => number(of),
            Node::Negate(of) => Arithmetic::Subtract.apply(0.0, number(of)),
            Node::Absolute(of) => number(of).abs(),
            Node::Arithmetic { operation, left, right } => {
                operation.apply(number(left), number(right))
            }
            Node::PercentOfClose(of) => percent_of_close(number(of), candle.close),
            Node::Compare { relation, left, right } => {
                condition(relation.holds(number(left), number(right)))
            }
            Node::And(left, right) => condition(is_true(left) && is_true(right)),
            Node::Or(left, right) => condition(is_true(left) || is_true(right)),
            Node::Not(of) => condition(!is_true(of)),
            Node::Back { .. }
            | Node::Window { .. }
            | Node::Exponential { .. }
            | Node::Strength { .. }
            | Node::TrueRange { .. }
            | Node::VolumeWeighted { .. } => self.remembered(graph, id, candle),
            Node::Number(_) | Node::Truth(_) => number(id),
        }
    }

    /// The value of a node that keeps something of past candles.
    fn remembered(&mut self, graph: &Graph, id: NodeId, candle: &Candle) -> f64 {
        let node = graph.node(id);
        let of = node.children().next();
        let value = of.map_or(f64::NAN, |of| self.values[of.index()]);
        let sample = || match of.and_then(|of| graph.field(of)) {
            Some(field) => Sample::of_field(field, candle, value),
            None => Sample::of_number(value),
        };
        match &mut self.memories[id.index()] {
            Memory::Ring(ring) => ring.push(value).unwrap_or_else(|| nothing_known(graph.kind(id))),
            Memory::Sums(sums) => sums.update(sample()),
            Memory::Extreme(extreme) => extreme.update(value),
            Memory::Average(seeded, skipped) => {
                let skip = if let Node::Exponential { skip, .. } = node { skip } else { 0 };
                average(seeded, skipped, skip, value)
            }
            Memory::Strength(strength) => strength.update(sample()),
            Memory::TrueRange(range) => {
                range.update(candle);
                range.value().unwrap_or(f64::NAN)
            }
            Memory::VolumeWeighted(average) => {
                average.update(candle);
                average.value().unwrap_or(f64::NAN)
            }
            Memory::None => panic!("a node that looks back keeps something"),
        }
    }

    pub(super) fn store(&self) -> Stored {
        let Self { values, memories, frames, order: _ } = self.clone();
        Stored { values, memories, frames }
    }

    /// Takes up what was stored, if it is of the same program.
    pub(super) fn restore(&mut self, graph: &Graph, stored: Stored) -> bool {
        let is_constant = |(id, node): (NodeId, Node)| {
            !is_constant(node) || stored.values[id.index()].to_bits() == self.number(id).to_bits()
        };
        let fits = stored.values.len() == self.values.len()
            && stored.memories.len() == self.memories.len()
            && stored.frames.len() == self.frames.len()
            && graph.iter().all(is_constant)
            && stored.frames.iter().zip(&self.frames).all(|(one, other)| one.fits(other))
            && self.memories_fit(graph, &stored.memories);
        if fits {
            let Stored { values, memories, frames } = stored;
            (self.values, self.memories, self.frames) = (values, memories, frames);
        }
        fits
    }

    fn memories_fit(&self, graph: &Graph, stored: &[Memory]) -> bool {
        let pairs = graph.iter().zip(stored.iter().zip(&self.memories));
        pairs.into_iter().all(|((_, node), (stored, own))| {
            if *own == Memory::None { *stored == Memory::None } else { stored.fits(node) }
        })
    }
}

fn is_constant(node: Node) -> bool {
    matches!(node, Node::Number(_) | Node::Truth(_))
}

/// What a node is before anything is known: undefined, or not true.
fn nothing_known(kind: Kind) -> f64 {
    match kind {
        Kind::Number => f64::NAN,
        Kind::Condition => 0.0,
    }
}

fn condition(is_true: bool) -> f64 {
    f64::from(u8::from(is_true))
}

/// `percent` ÷ 100 × close.
pub(super) fn percent_of_close(percent: f64, close: Price) -> f64 {
    Arithmetic::Multiply.apply(Arithmetic::Divide.apply(percent, 100.0), close.to_f64())
}

/// A word about the position.
pub(super) fn position(term: PositionTerm, candle: &Candle, held: Held) -> f64 {
    match term {
        PositionTerm::InPosition => condition(held.entry_price.is_some()),
        PositionTerm::EntryPrice => held.entry_price.map_or(f64::NAN, Price::to_f64),
        PositionTerm::ProfitPercent => held.entry_price.map_or(f64::NAN, |entry| {
            let ratio = Arithmetic::Divide.apply(candle.close.to_f64(), entry.to_f64());
            Arithmetic::Multiply.apply(Arithmetic::Subtract.apply(ratio, 1.0), 100.0)
        }),
        PositionTerm::CandlesHeld => count(held.candles),
    }
}

/// A count of candles, which is exact.
#[expect(clippy::cast_precision_loss, reason = "nobody sees so many candles")]
fn count(candles: u64) -> f64 {
    candles as f64
}
