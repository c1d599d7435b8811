//! Expressions as they were written, and how they are printed: what is printed and parsed again is
//! the same expression.

use std::fmt;

/// A part of an expression's text, in bytes. It belongs to the text and not to the expression: two
/// expressions are equal wherever they were written.
#[derive(Clone, Copy, Debug, Default)]
pub struct Span {
    /// The first byte.
    pub start: usize,
    /// The byte after the last.
    pub end: usize,
}

impl PartialEq for Span {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Span {
    /// From the beginning of this one to the end of `other`.
    pub(super) fn to(self, other: Self) -> Self {
        Self { start: self.start, end: other.end }
    }
}

/// An expression and where it stands.
#[derive(Clone, Debug, PartialEq)]
pub struct Expression {
    /// What it is.
    pub form: Form,
    /// Where it stands.
    pub span: Span,
}

/// What an expression can be.
#[derive(Clone, Debug, PartialEq)]
pub enum Form {
    /// A number, never negative.
    Number(f64),
    /// `true` or `false`.
    Truth(bool),
    /// A field, a parameter or a word about the position.
    Word(String),
    /// A function of arguments.
    Call {
        /// Its name.
        name: String,
        /// Where the name stands.
        name_span: Span,
        /// What it is given.
        arguments: Vec<Expression>,
    },
    /// Something of a higher time frame: `h4.close`.
    InFrame {
        /// Its name.
        frame: String,
        /// Where the name stands.
        frame_span: Span,
        /// What of it.
        of: Box<Expression>,
    },
    /// What something was some candles ago: `close[3]`.
    Back {
        /// What.
        of: Box<Expression>,
        /// How many candles.
        by: Box<Expression>,
    },
    /// `5%`.
    Percent(Box<Expression>),
    /// `-x`.
    Negate(Box<Expression>),
    /// `not x`.
    Not(Box<Expression>),
    /// Two expressions and what stands between them.
    Binary {
        /// What stands between them.
        operator: Operator,
        /// The first.
        left: Box<Expression>,
        /// The second.
        right: Box<Expression>,
    },
}

/// What can stand between two expressions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operator {
    /// `or`
    Or,
    /// `and`
    And,
    /// `<`
    Below,
    /// `<=`
    AtMost,
    /// `>`
    Above,
    /// `>=`
    AtLeast,
    /// `==`
    Equal,
    /// `!=`
    NotEqual,
    /// `+`
    Add,
    /// `-`
    Subtract,
    /// `*`
    Multiply,
    /// `/`
    Divide,
}

/// How tightly something binds; more is tighter.
pub(super) mod binding {
    pub(crate) const OR: u8 = 1;
    pub(crate) const AND: u8 = 2;
    pub(crate) const NOT: u8 = 3;
    pub(crate) const COMPARISON: u8 = 4;
    pub(crate) const SUM: u8 = 5;
    pub(crate) const PRODUCT: u8 = 6;
    pub(crate) const NEGATE: u8 = 7;
    pub(crate) const FRAME: u8 = 8;
    pub(crate) const POSTFIX: u8 = 9;
    pub(crate) const WHOLE: u8 = 10;
}

impl Operator {
    /// All of them.
    pub const ALL: [Self; 12] = [
        Self::Or,
        Self::And,
        Self::Below,
        Self::AtMost,
        Self::Above,
        Self::AtLeast,
        Self::Equal,
        Self::NotEqual,
        Self::Add,
        Self::Subtract,
        Self::Multiply,
        Self::Divide,
    ];

    /// How it is written.
    pub const fn text(self) -> &'static str {
        match self {
            Self::Or => "or",
            Self::And => "and",
            Self::Below => "<",
            Self::AtMost => "<=",
            Self::Above => ">",
            Self::AtLeast => ">=",
            Self::Equal => "==",
            Self::NotEqual => "!=",
            Self::Add => "+",
            Self::Subtract => "-",
            Self::Multiply => "*",
            Self::Divide => "/",
        }
    }

    /// How tightly it binds.
    pub(super) const fn binding(self) -> u8 {
        match self {
            Self::Or => binding::OR,
            Self::And => binding::AND,
            Self::Below
            | Self::AtMost
            | Self::Above
            | Self::AtLeast
            | Self::Equal
            | Self::NotEqual => binding::COMPARISON,
            Self::Add | Self::Subtract => binding::SUM,
            Self::Multiply | Self::Divide => binding::PRODUCT,
        }
    }
}

impl Expression {
    fn binding(&self) -> u8 {
        match &self.form {
            Form::Binary { operator, .. } => operator.binding(),
            Form::Not(_) => binding::NOT,
            Form::Negate(_) => binding::NEGATE,
            Form::InFrame { .. } => binding::FRAME,
            Form::Back { .. } | Form::Percent(_) => binding::POSTFIX,
            Form::Number(_) | Form::Truth(_) | Form::Word(_) | Form::Call { .. } => binding::WHOLE,
        }
    }

    /// Its parts, in order.
    pub(super) fn children(&self) -> impl Iterator<Item = &Self> {
        let (one, other, many): (Option<&Self>, Option<&Self>, &[Self]) = match &self.form {
            Form::Number(_) | Form::Truth(_) | Form::Word(_) => (None, None, &[]),
            Form::Call { arguments, .. } => (None, None, arguments),
            Form::InFrame { of, .. } | Form::Percent(of) | Form::Negate(of) | Form::Not(of) => {
                (Some(of), None, &[])
            }
            Form::Back { of, by } => (Some(of), Some(by), &[]),
            Form::Binary { left, right, .. } => (Some(left), Some(right), &[]),
        };
        one.into_iter().chain(other).chain(many)
    }

    /// Whether it is this word.
    pub(super) fn is_word(&self, word: &str) -> bool {
        matches!(&self.form, Form::Word(own) if own == word)
    }

    /// Writes it where something that binds as tightly as `least` is expected.
    fn write(&self, f: &mut fmt::Formatter<'_>, least: u8) -> fmt::Result {
        if self.binding() < least {
            f.write_str("(")?;
            self.write(f, 0)?;
            return f.write_str(")");
        }
        match &self.form {
            Form::Number(value) => write!(f, "{value}"),
            Form::Truth(truth) => write!(f, "{truth}"),
            Form::Word(word) => f.write_str(word),
            Form::Call { name, arguments, .. } => {
                write!(f, "{name}(")?;
                for (at, argument) in arguments.iter().enumerate() {
                    f.write_str(if at == 0 { "" } else { ", " })?;
                    argument.write(f, 0)?;
                }
                f.write_str(")")
            }
            Form::InFrame { frame, of, .. } => {
                write!(f, "{frame}.")?;
                of.write(f, binding::FRAME)
            }
            Form::Back { of, by } => {
                of.write(f, binding::POSTFIX)?;
                f.write_str("[")?;
                by.write(f, 0)?;
                f.write_str("]")
            }
            Form::Percent(of) => {
                of.write(f, binding::POSTFIX)?;
                f.write_str("%")
            }
            Form::Negate(of) => {
                f.write_str("-")?;
                of.write(f, binding::NEGATE)
            }
            Form::Not(of) => {
                f.write_str("not ")?;
                of.write(f, binding::NOT)
            }
            Form::Binary { operator, left, right } => {
                let own = operator.binding();
                // Comparisons do not stand in a row; all others group to the left.
                left.write(f, own + u8::from(own == binding::COMPARISON))?;
                write!(f, " {} ", operator.text())?;
                right.write(f, own + 1)
            }
        }
    }
}

impl fmt::Display for Expression {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.write(f, 0)
    }
}
