//! A program as text: a line for each node, with its children by their numbers.

use std::fmt;

use super::{
    graph::FrameId,
    node::{Arithmetic, Field, Node, NodeId, PositionTerm, Relation, Window},
    program::Program,
};

impl fmt::Display for Program {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (id, node) in self.graph().iter() {
            write!(f, "{} ", id.index())?;
            let frame = self.graph().frame(id);
            if frame != FrameId::BASE {
                write!(f, "({} candles in one) ", self.graph().ratio(frame))?;
            }
            writeln!(f, "{}", words(node))?;
        }
        let roots = self.roots();
        write!(f, "enter {}, exit {}", roots.enter.index(), roots.exit.index())?;
        let others = [
            ("stop", roots.stop),
            ("take profit", roots.take_profit),
            ("trailing", roots.trailing),
            ("size", roots.size),
        ];
        for (name, id) in others {
            if let Some(id) = id {
                write!(f, ", {name} {}", id.index())?;
            }
        }
        write!(f, ", warm-up {}", self.warm_up())
    }
}

fn words(node: Node) -> String {
    let at = NodeId::index;
    match node {
        Node::Number(constant) => format!("number {}", constant.get()),
        Node::Truth(truth) => truth.to_string(),
        Node::Field(field) => field_name(field).to_owned(),
        Node::Position(term) => term_name(term).to_owned(),
        Node::Higher { of } => format!("{} as it closed last", at(of)),
        Node::Back { of, candles } => format!("{}, {candles} candles ago", at(of)),
        Node::Window { window, of, candles } => {
            format!("{} of {candles} of {}", window_name(window), at(of))
        }
        Node::Exponential { of, candles, skip: 0 } => format!("ema of {candles} of {}", at(of)),
        Node::Exponential { of, candles, skip } => {
            format!("ema of {candles} of {} after {skip}", at(of))
        }
        Node::Strength { of, candles } => format!("rsi of {candles} of {}", at(of)),
        Node::TrueRange { candles } => format!("atr of {candles}"),
        Node::VolumeWeighted { candles } => format!("vwap of {candles}"),
        Node::Negate(of) => format!("-{}", at(of)),
        Node::Absolute(of) => format!("|{}|", at(of)),
        Node::Arithmetic { operation, left, right } => {
            format!("{} {} {}", at(left), operation_name(operation), at(right))
        }
        Node::PercentOfClose(of) => format!("{} percent of the close", at(of)),
        Node::Compare { relation, left, right } => {
            format!("{} {} {}", at(left), relation_name(relation), at(right))
        }
        Node::And(left, right) => format!("{} and {}", at(left), at(right)),
        Node::Or(left, right) => format!("{} or {}", at(left), at(right)),
        Node::Not(of) => format!("not {}", at(of)),
    }
}

const fn field_name(field: Field) -> &'static str {
    match field {
        Field::Open => "open",
        Field::High => "high",
        Field::Low => "low",
        Field::Close => "close",
        Field::Volume => "volume",
        Field::Median => "hl2",
        Field::Typical => "hlc3",
        Field::Average => "ohlc4",
    }
}

const fn term_name(term: PositionTerm) -> &'static str {
    match term {
        PositionTerm::InPosition => "in_position",
        PositionTerm::EntryPrice => "entry_price",
        PositionTerm::ProfitPercent => "profit_percent",
        PositionTerm::CandlesHeld => "candles_held",
    }
}

const fn window_name(window: Window) -> &'static str {
    match window {
        Window::Mean => "mean",
        Window::WeightedMean => "weighted mean",
        Window::Deviation => "deviation",
        Window::Highest => "highest",
        Window::Lowest => "lowest",
    }
}

const fn operation_name(operation: Arithmetic) -> &'static str {
    match operation {
        Arithmetic::Add => "+",
        Arithmetic::Subtract => "-",
        Arithmetic::Multiply => "*",
        Arithmetic::Divide => "/",
        Arithmetic::Min => "min",
        Arithmetic::Max => "max",
    }
}

const fn relation_name(relation: Relation) -> &'static str {
    match relation {
        Relation::Above => ">",
        Relation::AtLeast => ">=",
        Relation::Equal => "==",
        Relation::NotEqual => "!=",
    }
}
