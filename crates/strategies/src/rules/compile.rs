//! From an expression to nodes: every word is looked up, every type checked, every parameter given
//! its value.

mod calls;

use super::{
    fault::{Fault, did_you_mean, quoted},
    graph::{FrameId, Graph},
    node::{Arithmetic, Constant, Field, Kind, Node, NodeId, Relation},
    syntax::{Expression, Form, Operator, Span},
    words::{self, FIELDS, FunctionWord, POSITION, frame_minutes},
};
use crate::indicators::PERIOD_MAX;

/// The longest candle of a higher time frame, in minutes: thirty days.
pub const FRAME_MINUTES_MAX: u32 = 30 * 24 * 60;

/// What `%` means in a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Percent {
    /// A part of the close.
    OfClose,
    /// A hundredth.
    Hundredth,
    /// Nothing.
    Nothing,
}

/// Values of parameters, and whether each was asked for.
pub(super) struct Parameters<'a> {
    pub(super) values: &'a [(String, f64)],
    pub(super) used: Vec<bool>,
}

/// Puts expressions into a graph.
pub(super) struct Compiler<'a, 'b> {
    pub(super) graph: &'a mut Graph,
    pub(super) parameters: &'a mut Parameters<'b>,
    /// Minutes of a candle of the base frame.
    pub(super) base_minutes: u32,
    pub(super) percent: Percent,
    frame: FrameId,
    /// The name of the higher frame it is in.
    frame_name: Option<String>,
}

impl<'a, 'b> Compiler<'a, 'b> {
    pub(super) fn new(
        graph: &'a mut Graph,
        parameters: &'a mut Parameters<'b>,
        base_minutes: u32,
        percent: Percent,
    ) -> Self {
        let (frame, frame_name) = (FrameId::BASE, None);
        Self { graph, parameters, base_minutes, percent, frame, frame_name }
    }

    /// The node of an expression that must be of this kind.
    pub(super) fn root(&mut self, it: &Expression, kind: Kind) -> Result<NodeId, Fault> {
        self.typed(it, kind, "the rule")
    }

    /// The node of an expression of either kind.
    pub(super) fn any(&mut self, it: &Expression) -> Result<NodeId, Fault> {
        self.node(it)
    }

    /// The node of an expression that must be of this kind; `role` says what it is there for.
    fn typed(&mut self, it: &Expression, kind: Kind, role: &str) -> Result<NodeId, Fault> {
        let id = self.node(it)?;
        if self.graph.kind(id) == kind {
            return Ok(id);
        }
        let message = match kind {
            Kind::Number => {
                format!("{role} takes a number, and this is a condition (true or false)")
            }
            Kind::Condition => {
                format!("{role} takes a condition, and this is a number; compare it with something")
            }
        };
        Err(Fault::new(it.span, message))
    }

    fn number(&mut self, it: &Expression, role: &str) -> Result<NodeId, Fault> {
        self.typed(it, Kind::Number, role)
    }

    fn add(&mut self, node: Node) -> NodeId {
        self.graph.intern(self.frame, node)
    }

    fn node(&mut self, it: &Expression) -> Result<NodeId, Fault> {
        match &it.form {
            Form::Number(value) => self.constant(*value, it.span),
            Form::Truth(truth) => Ok(self.graph.truth(*truth)),
            Form::Word(word) => self.word(word, it.span),
            Form::Call { name, name_span, arguments } => {
                let Some(function) = FunctionWord::find(name) else {
                    return Err(unknown_function(name, *name_span));
                };
                self.call(function, arguments, it.span)
            }
            Form::InFrame { frame, frame_span, of } => self.in_frame(frame, *frame_span, of),
            Form::Back { of, by } => self.back(of, by),
            Form::Percent(of) => self.percentage(of, it.span),
            Form::Negate(of) => {
                let of = self.number(of, "`-`")?;
                Ok(self.add(Node::Negate(of)))
            }
            Form::Not(of) => {
                let of = self.typed(of, Kind::Condition, "`not`")?;
                Ok(self.add(Node::Not(of)))
            }
            Form::Binary { operator, left, right } => self.binary(*operator, left, right),
        }
    }

    fn constant(&mut self, value: f64, span: Span) -> Result<NodeId, Fault> {
        let constant = Constant::new(value);
        let constant = constant.ok_or_else(|| Fault::new(span, "the number is too large"))?;
        Ok(self.graph.number(constant))
    }

    fn field(&mut self, field: Field) -> NodeId {
        self.add(Node::Field(field))
    }

    fn word(&mut self, word: &str, span: Span) -> Result<NodeId, Fault> {
        if let Some(row) = FIELDS.iter().find(|row| row.name == word) {
            return Ok(self.field(row.field));
        }
        if let Some(row) = POSITION.iter().find(|row| row.name == word) {
            if let Some(frame) = &self.frame_name {
                let message =
                    format!("there is one position, and no `{word}` of `{frame}`; take it outside");
                return Err(Fault::new(span, message));
            }
            return Ok(self.add(Node::Position(row.term)));
        }
        if let Some(at) = self.parameters.values.iter().position(|(name, _)| name == word) {
            self.parameters.used[at] = true;
            return self.constant(self.parameters.values[at].1, span);
        }
        if let Some(function) = FunctionWord::find(word) {
            let usage = function.usage();
            return Err(Fault::new(span, format!("`{word}` is a function; write {usage}")));
        }
        if frame_minutes(word).is_some() {
            let message = format!("`{word}` is a time frame; write `{word}.close`");
            return Err(Fault::new(span, message));
        }
        let mut known: Vec<&str> = words::taken().collect();
        known.extend(self.parameters.values.iter().map(|(name, _)| name.as_str()));
        let hint = did_you_mean(word, known);
        Err(Fault::new(span, format!("there is no word {}{hint}", quoted(word))))
    }

    fn in_frame(&mut self, name: &str, span: Span, of: &Expression) -> Result<NodeId, Fault> {
        if let Some(outer) = &self.frame_name {
            let message =
                format!("`{name}` stands inside of `{outer}`; a time frame stands in no other");
            return Err(Fault::new(span, message));
        }
        let frame = self.frame_called(name, span)?;
        (self.frame, self.frame_name) = (frame, Some(name.to_owned()));
        let node = self.node(of);
        (self.frame, self.frame_name) = (FrameId::BASE, None);
        let node = node?;
        self.refuse_constant(node, of, &quoted(name))?;
        Ok(if frame == FrameId::BASE { node } else { self.add(Node::Higher { of: node }) })
    }

    fn frame_called(&mut self, name: &str, span: Span) -> Result<FrameId, Fault> {
        let base = self.base_minutes;
        let fault = |message: String| Err(Fault::new(span, message));
        let Some(minutes) = frame_minutes(name) else {
            let shown = quoted(name);
            return fault(format!("{shown} is no time frame; write one like m15, h4, d1 or w1"));
        };
        if FRAME_MINUTES_MAX < minutes {
            return fault(format!("`{name}` is too long; a time frame is at most d30"));
        }
        if minutes < base || !minutes.is_multiple_of(base) {
            return fault(format!(
                "`{name}` is not a multiple of the {base} minutes of a candle; \
                 choose a longer time frame or shorter candles"
            ));
        }
        let ratio = usize::try_from(minutes / base).expect("a count of minutes");
        let frame = self.graph.higher_frame(ratio);
        frame.map_or_else(|| fault("there are too many time frames; use fewer".to_owned()), Ok)
    }

    fn back(&mut self, of: &Expression, by: &Expression) -> Result<NodeId, Fault> {
        let node = self.node(of)?;
        self.refuse_constant(node, of, "a lookback")?;
        let candles = self.known_number(by, "a lookback")?;
        if candles < 0.0 {
            let message = "a lookback below 0 would look into the future; there is no such word";
            return Err(Fault::new(by.span, message));
        }
        let Some(candles) = whole(candles).filter(|it| *it <= PERIOD_MAX) else {
            let message =
                format!("a lookback is a whole number from 0 to {PERIOD_MAX}, not {candles}");
            return Err(Fault::new(by.span, message));
        };
        Ok(self.add(Node::Back { of: node, candles }))
    }

    fn percentage(&mut self, of: &Expression, span: Span) -> Result<NodeId, Fault> {
        let number = self.number(of, "`%`")?;
        match self.percent {
            _ if self.frame_name.is_some() => {
                Err(Fault::new(span, "`%` is of the present close; take it out of the time frame"))
            }
            Percent::OfClose => Ok(self.add(Node::PercentOfClose(number))),
            Percent::Hundredth => {
                let right = self.graph.number(Constant::new(100.0).expect("finite"));
                let operation = Arithmetic::Divide;
                Ok(self.add(Node::Arithmetic { operation, left: number, right }))
            }
            Percent::Nothing => {
                let message = "`%` belongs to stop, take_profit, trailing and size; \
                               write the number alone, as in `profit_percent > 5`";
                Err(Fault::new(span, message))
            }
        }
    }

    fn binary(
        &mut self,
        operator: Operator,
        left: &Expression,
        right: &Expression,
    ) -> Result<NodeId, Fault> {
        let kind = match operator {
            Operator::And | Operator::Or => Kind::Condition,
            Operator::Below
            | Operator::AtMost
            | Operator::Above
            | Operator::AtLeast
            | Operator::Equal
            | Operator::NotEqual
            | Operator::Add
            | Operator::Subtract
            | Operator::Multiply
            | Operator::Divide => Kind::Number,
        };
        let role = quoted(operator.text());
        let (a, b) = (self.typed(left, kind, &role)?, self.typed(right, kind, &role)?);
        let compared = |relation, left, right| Node::Compare { relation, left, right };
        let computed = |operation| Node::Arithmetic { operation, left: a, right: b };
        let node = match operator {
            Operator::Or => Node::Or(a, b),
            Operator::And => Node::And(a, b),
            // What is below is above the other way round.
            Operator::Below => compared(Relation::Above, b, a),
            Operator::AtMost => compared(Relation::AtLeast, b, a),
            Operator::Above => compared(Relation::Above, a, b),
            Operator::AtLeast => compared(Relation::AtLeast, a, b),
            Operator::Equal => compared(Relation::Equal, a, b),
            Operator::NotEqual => compared(Relation::NotEqual, a, b),
            Operator::Add => computed(Arithmetic::Add),
            Operator::Subtract => computed(Arithmetic::Subtract),
            Operator::Multiply => computed(Arithmetic::Multiply),
            Operator::Divide if self.graph.constant(b).is_some_and(is_zero) => {
                return Err(Fault::new(right.span, "this is 0, and nothing is divided by 0"));
            }
            Operator::Divide => computed(Arithmetic::Divide),
        };
        Ok(self.add(node))
    }

    /// The value of a number or a parameter, without a node for it.
    fn plain_number(&mut self, it: &Expression) -> Option<f64> {
        match &it.form {
            Form::Number(value) => Some(*value),
            Form::Word(word) => {
                let at = self.parameters.values.iter().position(|(name, _)| name == word)?;
                self.parameters.used[at] = true;
                Some(self.parameters.values[at].1)
            }
            Form::Negate(of) => {
                self.plain_number(of).map(|value| Arithmetic::Subtract.apply(0.0, value))
            }
            Form::Truth(_)
            | Form::Call { .. }
            | Form::InFrame { .. }
            | Form::Back { .. }
            | Form::Percent(_)
            | Form::Not(_)
            | Form::Binary { .. } => None,
        }
    }

    /// Something that has to change with the candles, or it was not meant.
    fn refuse_constant(&self, id: NodeId, it: &Expression, role: &str) -> Result<(), Fault> {
        if !matches!(self.graph.node(id), Node::Number(_) | Node::Truth(_)) {
            return Ok(());
        }
        let message = format!("this is the same at every candle; {role} takes what changes");
        Err(Fault::new(it.span, message))
    }

    /// The value of an expression that must be known before any candle is.
    fn known_number(&mut self, it: &Expression, role: &str) -> Result<f64, Fault> {
        if let Some(value) = self.plain_number(it) {
            return Ok(value);
        }
        let id = self.number(it, role)?;
        self.graph.constant(id).ok_or_else(|| {
            let message = format!(
                "{role} must be a constant or a parameter, and not change from candle to candle"
            );
            Fault::new(it.span, message)
        })
    }
}

fn is_zero(value: f64) -> bool {
    !(value < 0.0 || 0.0 < value)
}

/// `value` as a whole number, if it is one and not negative.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "both are checked")]
fn whole(value: f64) -> Option<usize> {
    let is_whole = (0.0..9e15).contains(&value) && is_zero(value.fract());
    is_whole.then_some(value as usize)
}

fn unknown_function(name: &str, span: Span) -> Fault {
    let shown = quoted(name);
    if words::values().any(|word| word == name) {
        let message = format!("{shown} is not a function; look back with `{name}[1]`");
        return Fault::new(span, message);
    }
    let hint = did_you_mean(name, words::FUNCTIONS.iter().map(|row| row.name));
    Fault::new(span, format!("there is no function {shown}{hint}"))
}
