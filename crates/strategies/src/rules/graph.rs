//! A graph of nodes in which equal ones are one, children before parents.
//!
//! Nodes belong to frames: the base frame, which is the candles a strategy is shown, and higher
//! ones, whose candles are put together out of those. A node of a higher frame is computed once for
//! each closed candle of its frame.

#![expect(clippy::float_arithmetic, reason = "what a rule computes is an opinion, not money")]

use std::collections::BTreeMap;

use super::node::{Constant, Field, Kind, Node, NodeId, Window};

/// The number of a frame in its graph.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FrameId(u8);

impl FrameId {
    /// The candles a strategy is shown.
    pub const BASE: Self = Self(0);

    /// Its place in the graph's list.
    pub const fn index(self) -> usize {
        self.0 as usize
    }
}

/// The most frames of one graph, the base frame included.
pub const FRAMES_MAX: usize = 16;

/// Nodes, each of them once. See the module's header.
#[derive(Clone, Debug, Default)]
pub struct Graph {
    nodes: Vec<Node>,
    facts: Vec<Facts>,
    known: BTreeMap<(FrameId, Node), NodeId>,
    /// Of the higher frames, how many candles of the base frame one of theirs has.
    ratios: Vec<usize>,
}

/// What is known of a node besides what it is.
#[derive(Clone, Copy, Debug)]
struct Facts {
    frame: FrameId,
    kind: Kind,
    warm_up: usize,
}

impl Graph {
    /// A graph without nodes.
    pub fn new() -> Self {
        Self::default()
    }

    /// All nodes, children before parents.
    pub fn nodes(&self) -> &[Node] {
        &self.nodes
    }

    /// All nodes with their numbers.
    pub fn iter(&self) -> impl Iterator<Item = (NodeId, Node)> {
        self.nodes.iter().enumerate().map(|(index, node)| (NodeId::new(index), *node))
    }

    /// A node.
    pub fn node(&self, id: NodeId) -> Node {
        self.nodes[id.index()]
    }

    /// Whether a node is a number or a condition.
    pub fn kind(&self, id: NodeId) -> Kind {
        self.facts[id.index()].kind
    }

    /// The frame a node belongs to; of a constant the base frame.
    pub fn frame(&self, id: NodeId) -> FrameId {
        self.facts[id.index()].frame
    }

    /// How many candles of its own frame must have closed before a node has a value, if nothing
    /// else makes it undefined. None for a constant.
    pub fn warm_up(&self, id: NodeId) -> usize {
        self.facts[id.index()].warm_up
    }

    /// All frames, the base frame first.
    pub fn frames(&self) -> impl Iterator<Item = FrameId> {
        (0..=self.ratios.len()).map(frame_id)
    }

    /// How many candles of the base frame one of this frame has where none is missing; one for the
    /// base frame.
    pub fn ratio(&self, frame: FrameId) -> usize {
        frame.index().checked_sub(1).map_or(1, |at| self.ratios[at])
    }

    /// The frame with `ratio` base candles in one of its own, made if there is none yet. The base
    /// frame for a ratio of one; none if there are [`FRAMES_MAX`] frames already.
    pub fn higher_frame(&mut self, ratio: usize) -> Option<FrameId> {
        assert!(0 < ratio, "a frame has candles");
        if ratio == 1 {
            return Some(FrameId::BASE);
        }
        if let Some(at) = self.ratios.iter().position(|known| *known == ratio) {
            return Some(frame_id(at + 1));
        }
        if self.ratios.len() + 1 == FRAMES_MAX {
            return None;
        }
        self.ratios.push(ratio);
        Some(frame_id(self.ratios.len()))
    }

    /// How many past values `roots` and all nodes below them together keep.
    pub fn memory_below(&self, roots: impl IntoIterator<Item = NodeId>) -> usize {
        let kept = self.nodes.iter().zip(self.below(roots)).filter(|(_, below)| *below);
        kept.map(|(node, _)| node.memory()).fold(0, usize::saturating_add)
    }

    /// The opposite of a condition, in the base frame.
    pub fn not(&mut self, condition: NodeId) -> NodeId {
        self.intern(FrameId::BASE, Node::Not(condition))
    }

    /// Whether a node is in the graph below `root`, or is it.
    pub fn reaches(&self, root: NodeId, mut is_wanted: impl FnMut(NodeId, Node) -> bool) -> bool {
        let below = self.below([root]);
        (0..=root.index())
            .any(|index| below[index] && is_wanted(NodeId::new(index), self.nodes[index]))
    }

    /// For each node, whether it is one of `roots` or below one.
    pub fn below(&self, roots: impl IntoIterator<Item = NodeId>) -> Vec<bool> {
        let mut below = vec![false; self.nodes.len()];
        for root in roots {
            below[root.index()] = true;
        }
        for index in (0..below.len()).rev() {
            if below[index] {
                for child in self.nodes[index].children() {
                    below[child.index()] = true;
                }
            }
        }
        below
    }

    /// A number that never changes.
    pub fn number(&mut self, constant: Constant) -> NodeId {
        self.add(FrameId::BASE, Node::Number(constant))
    }

    /// A condition that never changes.
    pub fn truth(&mut self, truth: bool) -> NodeId {
        self.add(FrameId::BASE, Node::Truth(truth))
    }

    /// The number that a node always is, if it is one.
    pub fn constant(&self, id: NodeId) -> Option<f64> {
        let Node::Number(constant) = self.node(id) else { return None };
        Some(constant.get())
    }

    /// The field of the candle that a node is, if it is one.
    pub fn field(&self, id: NodeId) -> Option<Field> {
        let Node::Field(field) = self.node(id) else { return None };
        Some(field)
    }

    /// The node for `node` in `frame`: one that is there already, a simpler one that is always
    /// equal, or a new one.
    ///
    /// Simpler means: constants are computed, children of symmetric nodes are in order, what a
    /// window looks at is never a lookback (the window is looked back at instead).
    pub fn intern(&mut self, frame: FrameId, node: Node) -> NodeId {
        self.check(frame, node);
        if let Some(id) = self.simpler(frame, node) {
            return id;
        }
        self.add(frame, node.in_order())
    }

    /// A node that is always equal to `node`, if there is a simpler one.
    fn simpler(&mut self, frame: FrameId, node: Node) -> Option<NodeId> {
        match node {
            Node::Negate(of) => self.folded(0.0 - self.constant(of)?),
            Node::Absolute(of) => self.folded(self.constant(of)?.abs()),
            Node::Arithmetic { operation, left, right } => {
                self.folded(operation.apply(self.constant(left)?, self.constant(right)?))
            }
            Node::Compare { relation, left, right } => {
                let holds = relation.holds(self.constant(left)?, self.constant(right)?);
                Some(self.truth(holds))
            }
            Node::Not(of) => self.simpler_not(of),
            Node::And(left, right) => self.joined(left, right, true),
            Node::Or(left, right) => self.joined(left, right, false),
            Node::Higher { of } => self.is_constant(of).then_some(of),
            Node::Back { of, candles } => self.simpler_back(frame, of, candles),
            Node::Window { window, of, candles } => self.lifted(frame, window, of, candles),
            Node::Number(_)
            | Node::Truth(_)
            | Node::Field(_)
            | Node::Position(_)
            | Node::Exponential { .. }
            | Node::Strength { .. }
            | Node::TrueRange { .. }
            | Node::VolumeWeighted { .. }
            | Node::PercentOfClose(_) => None,
        }
    }

    fn simpler_not(&mut self, of: NodeId) -> Option<NodeId> {
        if let Node::Truth(truth) = self.node(of) {
            return Some(self.truth(!truth));
        }
        let Node::Not(inner) = self.node(of) else { return None };
        Some(inner)
    }

    /// `and` (whose neutral truth is true) or `or` (false) of two conditions.
    fn joined(&mut self, left: NodeId, right: NodeId, neutral: bool) -> Option<NodeId> {
        for (one, other) in [(left, right), (right, left)] {
            if let Node::Truth(truth) = self.node(one) {
                return Some(if truth == neutral { other } else { one });
            }
        }
        (left == right).then_some(left)
    }

    fn simpler_back(&mut self, frame: FrameId, of: NodeId, candles: usize) -> Option<NodeId> {
        if candles == 0 || self.is_constant(of) {
            return Some(of);
        }
        let Node::Back { of, candles: more } = self.node(of) else { return None };
        Some(self.add(frame, Node::Back { of, candles: candles + more }))
    }

    /// A window over what was some candles ago is what the window was some candles ago. This keeps
    /// sums of fields exact, and more nodes equal.
    fn lifted(
        &mut self,
        frame: FrameId,
        window: Window,
        of: NodeId,
        candles: usize,
    ) -> Option<NodeId> {
        let Node::Back { of, candles: ago } = self.node(of) else { return None };
        let now = self.add(frame, Node::Window { window, of, candles });
        Some(self.add(frame, Node::Back { of: now, candles: ago }))
    }

    fn folded(&mut self, value: f64) -> Option<NodeId> {
        Constant::new(value).map(|constant| self.number(constant))
    }

    fn is_constant(&self, id: NodeId) -> bool {
        matches!(self.node(id), Node::Number(_) | Node::Truth(_))
    }

    fn add(&mut self, frame: FrameId, node: Node) -> NodeId {
        if let Some(known) = self.known.get(&(frame, node)) {
            return *known;
        }
        let kind = node.kind(|child| self.kind(child));
        let facts = Facts { frame, kind, warm_up: self.warm_up_of(node) };
        let id = NodeId::new(self.nodes.len());
        self.nodes.push(node);
        self.facts.push(facts);
        self.known.insert((frame, node), id);
        id
    }

    fn warm_up_of(&self, node: Node) -> usize {
        let below = node.children().map(|child| self.warm_up(child)).max().unwrap_or(0);
        match node {
            Node::Number(_) | Node::Truth(_) | Node::Position(_) => 0,
            Node::Field(_) => 1,
            Node::Higher { of } => {
                // The first candle of the frame may have begun before anybody looked.
                let ratio = self.ratio(self.frame(of));
                below.saturating_mul(ratio).saturating_add(ratio - 1)
            }
            Node::Back { candles, .. } => below.saturating_add(candles),
            Node::Window { candles, .. } => below.max(1).saturating_add(candles - 1),
            Node::Exponential { candles, skip, .. } => {
                below.max(1).saturating_add(skip).saturating_add(candles - 1)
            }
            Node::Strength { candles, .. } => below.max(1).saturating_add(candles),
            Node::TrueRange { candles } => candles + 1,
            Node::VolumeWeighted { candles } => candles,
            Node::PercentOfClose(_) => below.max(1),
            Node::Negate(_)
            | Node::Absolute(_)
            | Node::Arithmetic { .. }
            | Node::Compare { .. }
            | Node::And(..)
            | Node::Or(..)
            | Node::Not(_) => below,
        }
    }

    /// A node that does not fit is a mistake of ours: what people write is checked before.
    fn check(&self, frame: FrameId, node: Node) {
        let is_higher = matches!(node, Node::Higher { .. });
        let fits =
            |child: NodeId| is_higher || self.frame(child) == frame || self.is_constant(child);
        assert!(node.children().all(fits), "a node's children belong to its frame");
        let wants = if let Node::And(..) | Node::Or(..) | Node::Not(_) = node {
            Some(Kind::Condition)
        } else {
            let takes_both = is_higher || matches!(node, Node::Back { .. });
            (!takes_both).then_some(Kind::Number)
        };
        let is_wanted = |child: NodeId| wants.is_none_or(|kind| kind == self.kind(child));
        assert!(node.children().all(is_wanted), "a node's children are of the right kind");
        let is_base_only = is_higher || matches!(node, Node::Position(_) | Node::PercentOfClose(_));
        assert!(
            !is_base_only || frame == FrameId::BASE,
            "there is one position, and higher frames are not made of higher ones"
        );
    }
}

fn frame_id(index: usize) -> FrameId {
    FrameId(u8::try_from(index).expect("frames are bounded"))
}
