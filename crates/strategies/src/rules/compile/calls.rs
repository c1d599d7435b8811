//! Functions: how many arguments, of which kind, and the nodes they become.

use super::{Compiler, whole};
use crate::{
    indicators::{DEVIATIONS_MAX, PERIOD_MAX},
    rules::{
        fault::Fault,
        node::{Arithmetic, Constant, Field, Node, NodeId, Relation, Window},
        syntax::{Expression, Span},
        words::{Argument, FunctionWord, Source, Verb},
    },
};

/// A function's arguments, checked.
struct Given {
    /// What it looks at; the close where nothing was said.
    of: NodeId,
    /// Its periods, in order.
    candles: Vec<usize>,
    /// Where the periods stand.
    spans: Vec<Span>,
    deviations: Option<NodeId>,
    numbers: Vec<NodeId>,
}

impl Compiler<'_, '_> {
    pub(super) fn call(
        &mut self,
        function: &FunctionWord,
        arguments: &[Expression],
        span: Span,
    ) -> Result<NodeId, Fault> {
        let given = self.given(function, arguments, span)?;
        let of = given.of;
        let first = given.candles.first().copied().unwrap_or(1);
        let window = |window| Node::Window { window, of, candles: first };
        Ok(match function.verb {
            Verb::Sma | Verb::BollingerMiddle => self.add(window(Window::Mean)),
            Verb::Wma => self.add(window(Window::WeightedMean)),
            Verb::Stddev => self.add(window(Window::Deviation)),
            Verb::Highest => self.add(window(Window::Highest)),
            Verb::Lowest => self.add(window(Window::Lowest)),
            Verb::Ema => self.add(Node::Exponential { of, candles: first, skip: 0 }),
            Verb::Rsi => self.add(Node::Strength { of, candles: first }),
            Verb::Atr => self.add(Node::TrueRange { candles: first }),
            Verb::Vwap => self.add(Node::VolumeWeighted { candles: first }),
            Verb::Macd | Verb::MacdSignal | Verb::MacdHistogram => {
                self.macd(function.verb, &given)?
            }
            Verb::BollingerUpper => self.band(Arithmetic::Add, &given),
            Verb::BollingerLower => self.band(Arithmetic::Subtract, &given),
            Verb::DonchianUpper => self.channel(Field::High, Window::Highest, first),
            Verb::DonchianLower => self.channel(Field::Low, Window::Lowest, first),
            Verb::Change => {
                let before = self.add(Node::Back { of, candles: first });
                self.computed(Arithmetic::Subtract, of, before)
            }
            Verb::Abs => self.add(Node::Absolute(given.numbers[0])),
            Verb::Min => self.computed(Arithmetic::Min, given.numbers[0], given.numbers[1]),
            Verb::Max => self.computed(Arithmetic::Max, given.numbers[0], given.numbers[1]),
            Verb::CrossAbove => self.crossed(given.numbers[0], given.numbers[1]),
            // One comes below the other when the other comes above it.
            Verb::CrossBelow => self.crossed(given.numbers[1], given.numbers[0]),
        })
    }

    fn given(
        &mut self,
        function: &FunctionWord,
        arguments: &[Expression],
        span: Span,
    ) -> Result<Given, Fault> {
        let rest = function.arguments.len();
        let takes_source = match function.source {
            Source::Candles => false,
            Source::Number => true,
            Source::NumberOrClose => arguments.len() == rest + 1,
        };
        if arguments.len() != rest + usize::from(takes_source) {
            let usage = function.usage();
            let given = match arguments.len() {
                0 => "no argument".to_owned(),
                1 => "1 argument".to_owned(),
                more => format!("{more} arguments"),
            };
            return Err(Fault::new(span, format!("{given} given; write {usage}")));
        }
        let role = format!("`{}`", function.name);
        let (source, arguments) = arguments.split_at(usize::from(takes_source));
        let of = match source {
            [source] => {
                let of = self.number(source, &role)?;
                self.refuse_constant(of, source, &role)?;
                of
            }
            _ => self.field(Field::Close),
        };
        let (candles, spans, numbers) = (Vec::new(), Vec::new(), Vec::new());
        let mut given = Given { of, candles, spans, deviations: None, numbers };
        for (wanted, it) in function.arguments.iter().zip(arguments) {
            match wanted {
                Argument::Candles(name) => {
                    given.candles.push(self.period(it, name)?);
                    given.spans.push(it.span);
                }
                Argument::Deviations => given.deviations = Some(self.deviations(it)?),
                Argument::Number(_) => given.numbers.push(self.number(it, &role)?),
            }
        }
        Ok(given)
    }

    fn period(&mut self, it: &Expression, name: &str) -> Result<usize, Fault> {
        let value = self.known_number(it, &format!("`{name}`"))?;
        whole(value).filter(|it| (1..=PERIOD_MAX).contains(it)).ok_or_else(|| {
            let message = format!(
                "`{name}` is a whole number of candles from 1 to {PERIOD_MAX}, not {value}"
            );
            Fault::new(it.span, message)
        })
    }

    fn deviations(&mut self, it: &Expression) -> Result<NodeId, Fault> {
        let value = self.known_number(it, "`deviations`")?;
        if 0.0 < value && value <= DEVIATIONS_MAX.to_f64() {
            return Ok(self.graph.number(Constant::new(value).expect("finite")));
        }
        let message =
            format!("`deviations` is a number above 0 and at most {DEVIATIONS_MAX}, not {value}");
        Err(Fault::new(it.span, message))
    }

    fn computed(&mut self, operation: Arithmetic, left: NodeId, right: NodeId) -> NodeId {
        self.add(Node::Arithmetic { operation, left, right })
    }

    /// As TA-Lib seeds it: the fast average has its first value where the slow one has.
    fn macd(&mut self, verb: Verb, given: &Given) -> Result<NodeId, Fault> {
        let (of, [fast, slow, signal]) = (given.of, given.candles[..].try_into().expect("three"));
        if slow <= fast {
            let message = format!("`slow` ({slow}) must be more than `fast` ({fast})");
            return Err(Fault::new(given.spans[1], message));
        }
        let fast = self.add(Node::Exponential { of, candles: fast, skip: slow - fast });
        let slow = self.add(Node::Exponential { of, candles: slow, skip: 0 });
        let line = self.computed(Arithmetic::Subtract, fast, slow);
        if verb == Verb::Macd {
            return Ok(line);
        }
        let signal = self.add(Node::Exponential { of: line, candles: signal, skip: 0 });
        if verb == Verb::MacdSignal {
            return Ok(signal);
        }
        Ok(self.computed(Arithmetic::Subtract, line, signal))
    }

    fn band(&mut self, side: Arithmetic, given: &Given) -> NodeId {
        let (of, candles) = (given.of, given.candles[0]);
        let middle = self.add(Node::Window { window: Window::Mean, of, candles });
        let deviation = self.add(Node::Window { window: Window::Deviation, of, candles });
        let factor = given.deviations.expect("it is an argument of bands");
        let width = self.computed(Arithmetic::Multiply, factor, deviation);
        self.computed(side, middle, width)
    }

    fn channel(&mut self, field: Field, window: Window, candles: usize) -> NodeId {
        let of = self.field(field);
        self.add(Node::Window { window, of, candles })
    }

    /// Whether `over` has come above `under`: it is above now and was not one candle ago.
    fn crossed(&mut self, over: NodeId, under: NodeId) -> NodeId {
        let above = Node::Compare { relation: Relation::Above, left: over, right: under };
        let now = self.add(above);
        let under = self.add(Node::Back { of: under, candles: 1 });
        let over = self.add(Node::Back { of: over, candles: 1 });
        let before = Node::Compare { relation: Relation::AtLeast, left: under, right: over };
        let before = self.add(before);
        self.add(Node::And(now, before))
    }
}
