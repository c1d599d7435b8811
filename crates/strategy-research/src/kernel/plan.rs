//! What a variant looks at: which conditions, from which candle on.
//!
//! The one invariant: a plan wishes at each candle what the variant's strategy would.

use strategies::rules::{Graph, Node, NodeId, RULES, Roots, RuleSet, program};
use trading_engine::{Strategy, StrategySpec};
use trading_types::Interval;

use super::{
    columns::{Columns, Condition, Made, Source},
    market::Closes,
    refusal::EngineOnly,
};

/// How often a strategy's warm-up is shown to it before a window: as the engine's evaluator does.
use crate::engine_evaluate::WARM_UPS;

/// What a variant wishes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Plan {
    pub(super) enter: Condition,
    pub(super) exit: Condition,
    /// Whether it keeps what it has where it wishes neither, or wishes for nothing at all.
    pub(super) keeps: bool,
    /// The first candle at which it may wish.
    pub(super) from: usize,
}

/// Makes plans, and puts what they look at among the columns.
pub(super) struct Planner<'a> {
    pub(super) columns: Columns,
    pub(super) graph: Graph,
    pub(super) interval: Interval,
    pub(super) closes: Option<&'a Closes>,
    /// Where the window begins.
    pub(super) start: usize,
}

impl Planner<'_> {
    /// The plan of a strategy.
    pub(super) fn plan(&mut self, spec: &StrategySpec) -> Result<Plan, EngineOnly> {
        match spec.name.as_str() {
            "sma_cross" => self.sma_cross(spec),
            RULES => self.rules(spec),
            _ => Err(EngineOnly::Strategy),
        }
    }

    fn sma_cross(&mut self, spec: &StrategySpec) -> Result<Plan, EngineOnly> {
        let strategy = strategies::build(&spec.name, &spec.settings);
        let strategy = strategy.map_err(|_| EngineOnly::Exits)?;
        let [fast, slow] = periods(strategy.as_ref()).ok_or(EngineOnly::Strategy)?;
        let closes = self.closes.ok_or(EngineOnly::Precision)?;
        // Two means that differ do so by one part in `fast × slow × most` at the least. A double
        // has to tell them apart.
        let finest = [fast, slow].into_iter().try_fold(closes.most, |product, period| {
            product.checked_mul(i64::try_from(period).ok()?)
        });
        if finest.is_none_or(|it| 1 << 50 < it) {
            return Err(EngineOnly::Precision);
        }
        let [fast, slow] = [fast, slow].map(Source::TickMean);
        let fast = self.column(fast)?;
        let slow = self.column(slow)?;
        let above = Made::Compare(strategies::rules::Relation::Above, fast, slow);
        let enter = self.columns.condition(above);
        let exit = self.columns.condition(Made::Not(enter));
        let (_, from) = self.begins(strategy.warm_up());
        Ok(Plan { enter, exit, keeps: false, from })
    }

    fn rules(&mut self, spec: &StrategySpec) -> Result<Plan, EngineOnly> {
        let (rules, interval) =
            RuleSet::from_settings(&spec.settings).map_err(|_| EngineOnly::Strategy)?;
        if interval != self.interval {
            return Err(EngineOnly::Strategy);
        }
        let roots = rules.compile_into(&mut self.graph, interval);
        self.program(roots.map_err(|_| EngineOnly::Strategy)?)
    }

    fn program(&mut self, roots: Roots) -> Result<Plan, EngineOnly> {
        let Roots { enter, exit, stop, take_profit, trailing, size } = roots;
        if trailing.is_some() {
            return Err(EngineOnly::Trailing);
        }
        if size.is_some() {
            return Err(EngineOnly::SizeRule);
        }
        if stop.is_some() || take_profit.is_some() {
            return Err(EngineOnly::Exits);
        }
        if [enter, exit].into_iter().any(|root| program::uses_position(&self.graph, root)) {
            return Err(EngineOnly::Position);
        }
        let (origin, from) = self.begins(program::warm_up(&self.graph, &roots));
        let exit = self.condition(exit, origin)?;
        let enter = self.condition(enter, origin)?;
        let enter = self.columns.without(enter, exit);
        Ok(Plan { enter, exit, keeps: true, from })
    }

    /// The first candle that a strategy with such a warm-up is shown, and the first at which it may
    /// wish.
    fn begins(&self, warm_up: usize) -> (usize, usize) {
        let origin = self.start - self.start.min(warm_up.saturating_mul(WARM_UPS));
        (origin, self.start.max(origin + warm_up.max(1) - 1))
    }

    fn column(&mut self, source: Source) -> Result<super::columns::Column, EngineOnly> {
        self.columns.column(source, &self.graph, self.interval).ok_or(EngineOnly::Position)
    }

    fn condition(&mut self, id: NodeId, origin: usize) -> Result<Condition, EngineOnly> {
        let made = match self.graph.node(id) {
            Node::Compare { relation, left, right } => {
                let left = self.number(left, origin)?;
                Made::Compare(relation, left, self.number(right, origin)?)
            }
            Node::And(left, right) => {
                let left = self.condition(left, origin)?;
                Made::And(left, self.condition(right, origin)?)
            }
            Node::Or(left, right) => {
                let left = self.condition(left, origin)?;
                Made::Or(left, self.condition(right, origin)?)
            }
            Node::Not(of) => Made::Not(self.condition(of, origin)?),
            Node::Truth(_)
            | Node::Number(_)
            | Node::Field(_)
            | Node::Position(_)
            | Node::Higher { .. }
            | Node::Back { .. }
            | Node::Window { .. }
            | Node::Exponential { .. }
            | Node::Strength { .. }
            | Node::TrueRange { .. }
            | Node::VolumeWeighted { .. }
            | Node::Negate(_)
            | Node::Absolute(_)
            | Node::Arithmetic { .. }
            | Node::PercentOfClose(_) => Made::Truth(self.column(Source::Node(id, origin))?),
        };
        Ok(self.columns.condition(made))
    }

    fn number(&mut self, id: NodeId, origin: usize) -> Result<super::columns::Column, EngineOnly> {
        match self.graph.constant(id) {
            Some(number) => self.column(Source::Constant(number.to_bits())),
            None => self.column(Source::Node(id, origin)),
        }
    }
}

/// The settings `fast` and `slow` of a strategy.
fn periods(strategy: &dyn Strategy) -> Option<[usize; 2]> {
    let settings = strategy.settings();
    let value = |wanted: &str| {
        let found = settings.iter().find(|(name, _)| *name == wanted);
        found.and_then(|(_, value)| value.parse().ok())
    };
    Some([value("fast")?, value("slow")?])
}
