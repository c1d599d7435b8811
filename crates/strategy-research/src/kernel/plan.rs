//! What a variant looks at: which conditions, from which candle on.
//!
//! The one invariant: a plan wishes at each candle what the variant's strategy would.

use strategies::{
    Distance, STOP, TAKE_PROFIT, from_spec,
    rules::{
        Field, FrameId, Graph, Node, NodeId, RULES, Relation, Roots, RuleSet, Window, program,
    },
};
use trading_engine::StrategySpec;
use trading_types::{Fraction, Interval, Price};

use super::{
    bollinger,
    columns::{Bands, Columns, Condition, Made, Source},
    exits::Away,
    market::Closes,
    refusal::EngineOnly,
};

/// How often a strategy's warm-up is shown to it before a window: as the engine's evaluator does.
use crate::engine_evaluate::WARM_UPS;

/// The strategy that asks for deviations.
pub(super) const BOLLINGER: &str = "bollinger";

/// Whether there may be a plan for a strategy of this name.
pub(super) fn is_known(name: &str) -> bool {
    [RULES, "sma_cross", "donchian", "rsi_reversion", BOLLINGER].contains(&name)
}

/// What a variant wishes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Plan {
    pub(super) enter: Condition,
    pub(super) exit: Condition,
    pub(super) stop: Option<Away>,
    pub(super) target: Option<Away>,
    /// Whether it wishes to keep what it has where it wishes neither, so that a row of wishes to be
    /// long ends there; or else for nothing at all.
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
    /// What prices of orders are multiples of.
    pub(super) tick: Price,
    /// Whether no two prices are the same double.
    pub(super) is_exact: bool,
}

impl Planner<'_> {
    /// The plan of a strategy.
    pub(super) fn plan(&mut self, spec: &StrategySpec) -> Result<Plan, EngineOnly> {
        if spec.name == RULES {
            return self.rules(spec);
        }
        let strategy = from_spec(spec, self.tick).map_err(|_| EngineOnly::Strategy)?;
        let begins = self.begins(strategy.warm_up());
        let settings = Settings(strategy.settings());
        let [enter, exit] = match spec.name.as_str() {
            "sma_cross" => self.sma_cross(&settings)?,
            "donchian" => self.donchian(&settings, begins.0)?,
            "rsi_reversion" => self.rsi_reversion(&settings, begins.0)?,
            BOLLINGER => self.bollinger(&settings)?,
            _ => return Err(EngineOnly::Strategy),
        };
        let stop = self.protection(settings.parse(STOP), begins.0)?;
        let target = self.protection(settings.parse(TAKE_PROFIT), begins.0)?;
        Ok(Plan { enter, exit, stop, target, keeps: false, from: begins.1 })
    }

    fn sma_cross(&mut self, settings: &Settings) -> Result<[Condition; 2], EngineOnly> {
        let [fast, slow] = [settings.count("fast")?, settings.count("slow")?];
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
        let (fast, slow) = (self.column(fast)?, self.column(slow)?);
        let enter = self.columns.condition(Made::Compare(Relation::Above, fast, slow));
        Ok([enter, self.columns.condition(Made::Not(enter))])
    }

    fn donchian(
        &mut self,
        settings: &Settings,
        origin: usize,
    ) -> Result<[Condition; 2], EngineOnly> {
        if !self.is_exact {
            return Err(EngineOnly::Precision);
        }
        let mut before = |field, window, candles| {
            let of = self.graph.intern(FrameId::BASE, Node::Field(field));
            let extreme = Node::Window { window, of, candles };
            let of = self.graph.intern(FrameId::BASE, extreme);
            self.graph.intern(FrameId::BASE, Node::Back { of, candles: 1 })
        };
        let highest = before(Field::High, Window::Highest, settings.count("entry")?);
        let lowest = before(Field::Low, Window::Lowest, settings.count("exit")?);
        let close = self.graph.intern(FrameId::BASE, Node::Field(Field::Close));
        let [highest, lowest, close] = [
            self.column(Source::Node(highest, origin))?,
            self.column(Source::Node(lowest, origin))?,
            self.column(Source::Node(close, origin))?,
        ];
        let enter = self.columns.condition(Made::Compare(Relation::Above, close, highest));
        Ok([enter, self.columns.condition(Made::Compare(Relation::Above, lowest, close))])
    }

    fn rsi_reversion(
        &mut self,
        settings: &Settings,
        origin: usize,
    ) -> Result<[Condition; 2], EngineOnly> {
        let of = self.graph.intern(FrameId::BASE, Node::Field(Field::Close));
        let index = Node::Strength { of, candles: settings.count("period")? };
        let index = self.graph.intern(FrameId::BASE, index);
        let index = self.column(Source::Node(index, origin))?;
        let mut bound = |name| {
            let bound: Fraction = settings.parse(name).ok_or(EngineOnly::Strategy)?;
            self.column(Source::Constant(bound.to_f64().to_bits()))
        };
        let (low, high) = (bound("low")?, bound("high")?);
        let enter = self.columns.condition(Made::Compare(Relation::Above, low, index));
        Ok([enter, self.columns.condition(Made::Compare(Relation::Above, index, high))])
    }

    fn bollinger(&mut self, settings: &Settings) -> Result<[Condition; 2], EngineOnly> {
        let period = settings.count("period")?;
        let deviations: Fraction = settings.parse("deviations").ok_or(EngineOnly::Strategy)?;
        let closes = self.closes.ok_or(EngineOnly::Precision)?;
        let reach = i64::try_from(period).ok().and_then(|it| it.checked_mul(closes.range));
        if reach.is_none_or(|it| bollinger::REACH_MAX <= it) {
            return Err(EngineOnly::Precision);
        }
        let above_mean = self.column(Source::AboveMean(period))?;
        let deviation = self.column(Source::Deviation(period))?;
        let bands = Bands { above_mean, deviation, period, deviations };
        let zero = self.column(Source::Constant(0.0_f64.to_bits()))?;
        let enter = self.columns.condition(Made::FarBelow(bands));
        Ok([enter, self.columns.condition(Made::Compare(Relation::Above, above_mean, zero))])
    }

    /// A stop or target that was added to a strategy.
    fn protection(
        &mut self,
        distance: Option<Distance>,
        origin: usize,
    ) -> Result<Option<Away>, EngineOnly> {
        let Some(distance) = distance else { return Ok(None) };
        let Some(candles) = distance.range_period() else {
            return Ok(Some(Away::Plain(distance, None)));
        };
        let range = self.graph.intern(FrameId::BASE, Node::TrueRange { candles });
        let range = self.column(Source::Node(range, origin))?;
        Ok(Some(Away::Plain(distance, Some(range))))
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
        if roots.iter().any(|root| program::uses_position(&self.graph, root)) {
            return Err(EngineOnly::Position);
        }
        let (origin, from) = self.begins(program::warm_up(&self.graph, &roots));
        let exit = self.condition(exit, origin)?;
        let enter = self.condition(enter, origin)?;
        let enter = self.columns.without(enter, exit);
        let mut away = |root: Option<NodeId>| {
            let away = |id| Ok(Away::Rule(id, self.number(id, origin)?));
            root.map(away).transpose()
        };
        let (stop, target) = (away(stop)?, away(take_profit)?);
        Ok(Plan { enter, exit, stop, target, keeps: true, from })
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

/// The settings of a strategy, defaults filled in.
struct Settings(Vec<(&'static str, String)>);

impl Settings {
    fn parse<T: std::str::FromStr>(&self, wanted: &str) -> Option<T> {
        let found = self.0.iter().find(|(name, _)| *name == wanted);
        found.and_then(|(_, value)| value.parse().ok())
    }

    fn count(&self, wanted: &str) -> Result<usize, EngineOnly> {
        self.parse(wanted).ok_or(EngineOnly::Strategy)
    }
}
