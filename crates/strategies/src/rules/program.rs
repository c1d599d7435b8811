//! Rules ready to be computed: a graph, and the node at which each rule ends.

use trading_types::{Fraction, Price};

use super::{
    graph::Graph,
    node::{Node, NodeId},
};

/// The nodes at which the rules of one program end.
///
/// At each closed candle, once `warm_up` candles have been seen: where `exit` is true the wish is
/// to be flat; else where `enter` is true, to be long; else what is held is kept. An uninterrupted
/// row of wishes to be long enters at most once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Roots {
    /// When to be long: a condition.
    pub enter: NodeId,
    /// When to be flat: a condition. `not enter` where no rule was given.
    pub exit: NodeId,
    /// How far below the close of the entry's signal the stop is: a number.
    pub stop: Option<NodeId>,
    /// How far above it the profit is taken: a number.
    pub take_profit: Option<NodeId>,
    /// How far below each close the stop follows: a number. It is raised and never lowered.
    pub trailing: Option<NodeId>,
    /// The part of the size that the engine would choose, up to one: a number.
    pub size: Option<NodeId>,
}

impl Roots {
    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = NodeId> {
        let options = [self.stop, self.take_profit, self.trailing, self.size];
        [self.enter, self.exit].into_iter().chain(options.into_iter().flatten())
    }
}

/// Rules with values for all parameters.
#[derive(Clone, Debug)]
pub struct Program {
    graph: Graph,
    roots: Roots,
    warm_up: usize,
}

impl Program {
    /// The rules that end at `roots` of `graph`.
    pub fn new(graph: Graph, roots: Roots) -> Self {
        let warm_up = warm_up(&graph, &roots);
        Self { graph, roots, warm_up }
    }

    /// The nodes.
    pub fn graph(&self) -> &Graph {
        &self.graph
    }

    /// Where each rule ends.
    pub fn roots(&self) -> Roots {
        self.roots
    }

    /// How many candles must have closed before anything is wished: until then every node that
    /// could have a value has one.
    pub fn warm_up(&self) -> usize {
        self.warm_up
    }

    /// Whether a condition to enter or to leave depends on the position, so that it cannot be
    /// known before the trades are.
    pub fn uses_position(&self) -> bool {
        [self.roots.enter, self.roots.exit].into_iter().any(|root| uses_position(&self.graph, root))
    }
}

/// How many candles must have closed before every node of `roots` that could have a value has one;
/// one at the least.
pub fn warm_up(graph: &Graph, roots: &Roots) -> usize {
    roots.iter().map(|root| graph.warm_up(root)).fold(1, usize::max)
}

/// Whether anything below `root` depends on the position.
pub fn uses_position(graph: &Graph, root: NodeId) -> bool {
    graph.reaches(root, |_, node| matches!(node, Node::Position(_)))
}

/// How far from the close `value`, computed by the node `id` of `graph`, is, in units of
/// [`Price`]; none where it is undefined.
///
/// A plain percentage (`5%`) is an exact part of the close, rounded up, so that a price at this
/// distance is the exact one once it is rounded outward. Anything else is a floating number with
/// noise in its last digits: it is rounded to the nearest unit, or the noise would move a stop by
/// a tick.
pub fn distance_units(graph: &Graph, id: NodeId, value: f64, close: Price) -> Option<i128> {
    if let Some(part) = plain_part(graph, id) {
        let one = i128::from(Fraction::ONE.units());
        let product = i128::from(close.units()) * i128::from(part.units());
        return Some(-(-product).div_euclid(one));
    }
    nearest_units(value)
}

/// The part of the close that a node always is, if it is a plain percentage with no more than six
/// decimals.
fn plain_part(graph: &Graph, id: NodeId) -> Option<Fraction> {
    let Node::PercentOfClose(percent) = graph.node(id) else { return None };
    Fraction::from_percent(&graph.constant(percent)?.to_string()).ok()
}

/// The count of price units nearest to `price`.
#[expect(clippy::cast_possible_truncation, reason = "it saturates, and so far away is no price")]
#[expect(clippy::float_arithmetic, reason = "a distance is an opinion until it is a price")]
fn nearest_units(price: f64) -> Option<i128> {
    (!price.is_nan()).then(|| (price * 10_000_000_000.0).round() as i128)
}

/// The stop so many units below `close`, rounded down to the tick; none if it is not between zero
/// and the close.
pub fn price_below(close: Price, units: i128, tick: Price) -> Option<Price> {
    let exact = i128::from(close.units()).checked_sub(units)?;
    let tick = i128::from(tick.units());
    let price = price(exact.div_euclid(tick).checked_mul(tick)?)?;
    (price.is_positive() && price < close).then_some(price)
}

/// The target so many units above `close`, rounded up to the tick; none if it is not above the
/// close or no price.
pub fn price_above(close: Price, units: i128, tick: Price) -> Option<Price> {
    let exact = i128::from(close.units()).checked_add(units)?;
    let tick = i128::from(tick.units());
    // Rounding up is rounding the negative down.
    let price = price(exact.checked_neg()?.div_euclid(tick).checked_mul(-tick)?)?;
    (close < price).then_some(price)
}

fn price(units: i128) -> Option<Price> {
    i64::try_from(units).ok().map(Price::from_units)
}
