//! From text to an expression. First tokens, then the grammar, tightest last:
//!
//! ```text
//! rule       = either
//! either     = both { "or" both }
//! both       = negated { "and" negated }
//! negated    = "not" negated | comparison
//! comparison = sum [ ( "<" | "<=" | ">" | ">=" | "==" | "!=" ) sum ]
//! sum        = product { ( "+" | "-" ) product }
//! product    = signed { ( "*" | "/" ) signed }
//! signed     = "-" signed | framed
//! framed     = frame "." framed | postfix
//! postfix    = whole { "[" rule "]" | "%" }
//! whole      = number | "true" | "false" | word | word "(" rule { "," rule } ")" | "(" rule ")"
//! ```
//!
//! Text of any kind gives an expression or a fault, in bounded time and depth.

use winnow::stream::{Stateful, Stream, TokenSlice};

use super::{
    fault::{Fault, did_you_mean, quoted},
    syntax::{Expression, Form, Operator, Span, binding},
    token::{Token, TokenKind, tokens},
};

/// The longest text of one rule, in bytes.
pub const RULE_LENGTH_MAX: usize = 4_000;
/// How deep expressions may be nested; terms in a row count, too.
pub const RULE_DEPTH_MAX: usize = 100;

/// The tokens that are left, and how deep the grammar has gone.
type Tokens<'a> = Stateful<TokenSlice<'a, Token<'a>>, usize>;

type Parsed = Result<Nested, Fault>;

/// An expression, and how deep it is nested.
struct Nested {
    expression: Expression,
    depth: usize,
}

/// The expression that `text` is.
pub(super) fn parse(text: &str) -> Result<Expression, Fault> {
    if RULE_LENGTH_MAX < text.len() {
        let (length, end) = (text.len(), text.len());
        let span = Span { start: RULE_LENGTH_MAX, end };
        let message = format!(
            "the rule has {length} characters, and {RULE_LENGTH_MAX} are allowed; make it shorter"
        );
        return Err(Fault::new(span, message));
    }
    let tokens = tokens(text)?;
    if let [Token { kind: TokenKind::End, span }] = tokens[..] {
        let message = "the rule is empty; write it, or leave its key out";
        return Err(Fault::new(span, message));
    }
    let mut input = Tokens { input: TokenSlice::new(&tokens), state: 0 };
    let parsed = either(&mut input)?;
    let next = next(&input);
    match next.kind {
        TokenKind::End => Ok(parsed.expression),
        TokenKind::Symbol(_) | TokenKind::Word(_) | TokenKind::Number(_) => Err(unexpected(next)),
    }
}

/// The next token, which stays where it is; the last one is the end and is never taken.
fn next<'a>(input: &Tokens<'a>) -> Token<'a> {
    input.peek_token().copied().expect("the end is never taken")
}

fn take<'a>(input: &mut Tokens<'a>) -> Token<'a> {
    let token = next(input);
    if token.kind != TokenKind::End {
        input.next_token();
    }
    token
}

/// Takes the next token if it is this symbol or word.
fn take_if(input: &mut Tokens<'_>, text: &str) -> Option<Span> {
    let token = next(input);
    let is_it = match token.kind {
        TokenKind::Symbol(symbol) => symbol == text,
        TokenKind::Word(word) => word == text,
        TokenKind::Number(_) | TokenKind::End => false,
    };
    is_it.then(|| take(input).span)
}

fn expect(input: &mut Tokens<'_>, symbol: &str, opened: Span) -> Result<Span, Fault> {
    let token = next(input);
    take_if(input, symbol).ok_or_else(|| {
        if token.kind == TokenKind::End {
            let message = format!("it is not closed; a `{symbol}` is missing");
            return Fault::new(opened, message);
        }
        let found = found(&token);
        Fault::new(token.span, format!("expected an operator or `{symbol}`, found {found}"))
    })
}

/// A token that begins nothing where an expression is over.
fn unexpected(token: Token<'_>) -> Fault {
    let found = found(&token);
    let hint = match token.kind {
        TokenKind::Word(word) => did_you_mean(word, ["and", "or"]),
        TokenKind::Symbol(")" | "]") => "; nothing is open that it could close".to_owned(),
        TokenKind::Symbol(_) | TokenKind::Number(_) | TokenKind::End => String::new(),
    };
    Fault::new(token.span, format!("expected an operator or the end, found {found}{hint}"))
}

fn found(token: &Token<'_>) -> String {
    match token.kind {
        TokenKind::Symbol(symbol) => quoted(symbol),
        TokenKind::Word(word) => quoted(word),
        TokenKind::Number(number) => quoted(&number.to_string()),
        TokenKind::End => "the end".to_owned(),
    }
}

/// Calls `rule` one level deeper.
fn deeper(input: &mut Tokens<'_>, rule: fn(&mut Tokens<'_>) -> Parsed) -> Parsed {
    input.state += 1;
    let span = next(input).span;
    if RULE_DEPTH_MAX < input.state {
        return Err(too_deep(span));
    }
    let parsed = rule(input);
    input.state -= 1;
    parsed
}

fn too_deep(span: Span) -> Fault {
    let message =
        format!("it is nested more than {RULE_DEPTH_MAX} deep; make it shorter or group it");
    Fault::new(span, message)
}

fn nested(form: Form, span: Span, below: usize) -> Parsed {
    let depth = below + 1;
    let expression = Expression { form, span };
    if depth <= RULE_DEPTH_MAX { Ok(Nested { expression, depth }) } else { Err(too_deep(span)) }
}

/// The operator that comes next, if it binds exactly this tightly.
fn operator(input: &mut Tokens<'_>, binding: u8) -> Option<Operator> {
    let fitting = |operator: &Operator| operator.binding() == binding;
    Operator::ALL.into_iter().filter(fitting).find(|it| take_if(input, it.text()).is_some())
}

/// Operands of operators that bind exactly this tightly, grouped to the left.
fn row(input: &mut Tokens<'_>, binding: u8, operand: fn(&mut Tokens<'_>) -> Parsed) -> Parsed {
    let mut left = operand(input)?;
    while let Some(operator) = operator(input, binding) {
        let right = operand(input)?;
        left = joined(operator, left, right)?;
    }
    Ok(left)
}

fn joined(operator: Operator, left: Nested, right: Nested) -> Parsed {
    let span = left.expression.span.to(right.expression.span);
    let depth = left.depth.max(right.depth);
    let (left, right) = (Box::new(left.expression), Box::new(right.expression));
    nested(Form::Binary { operator, left, right }, span, depth)
}

fn either(input: &mut Tokens<'_>) -> Parsed {
    row(input, binding::OR, both)
}

fn both(input: &mut Tokens<'_>) -> Parsed {
    row(input, binding::AND, negated)
}

fn negated(input: &mut Tokens<'_>) -> Parsed {
    let Some(span) = take_if(input, "not") else { return comparison(input) };
    let of = deeper(input, negated)?;
    let span = span.to(of.expression.span);
    nested(Form::Not(Box::new(of.expression)), span, of.depth)
}

fn comparison(input: &mut Tokens<'_>) -> Parsed {
    let left = sum(input)?;
    let Some(first) = operator(input, binding::COMPARISON) else { return Ok(left) };
    let right = sum(input)?;
    let compared = joined(first, left, right)?;
    let second = next(input);
    if operator(input, binding::COMPARISON).is_some() {
        let message = "comparisons do not stand in a row; join two of them with `and`";
        return Err(Fault::new(second.span, message));
    }
    Ok(compared)
}

fn sum(input: &mut Tokens<'_>) -> Parsed {
    row(input, binding::SUM, product)
}

fn product(input: &mut Tokens<'_>) -> Parsed {
    row(input, binding::PRODUCT, signed)
}

fn signed(input: &mut Tokens<'_>) -> Parsed {
    let Some(span) = take_if(input, "-") else { return framed(input) };
    let of = deeper(input, signed)?;
    let span = span.to(of.expression.span);
    nested(Form::Negate(Box::new(of.expression)), span, of.depth)
}

fn framed(input: &mut Tokens<'_>) -> Parsed {
    let start = input.checkpoint();
    let first = take(input);
    let TokenKind::Word(frame) = first.kind else {
        input.reset(&start);
        return postfix(input);
    };
    if take_if(input, ".").is_none() {
        input.reset(&start);
        return postfix(input);
    }
    let of = deeper(input, framed)?;
    let span = first.span.to(of.expression.span);
    let (frame, frame_span) = (frame.to_owned(), first.span);
    nested(Form::InFrame { frame, frame_span, of: Box::new(of.expression) }, span, of.depth)
}

fn postfix(input: &mut Tokens<'_>) -> Parsed {
    let mut of = whole(input)?;
    loop {
        let start = of.expression.span;
        if let Some(opened) = take_if(input, "[") {
            let by = deeper(input, either)?;
            let span = start.to(expect(input, "]", opened)?);
            let depth = of.depth.max(by.depth);
            let (back, by) = (Box::new(of.expression), Box::new(by.expression));
            of = nested(Form::Back { of: back, by }, span, depth)?;
        } else if let Some(sign) = take_if(input, "%") {
            of = nested(Form::Percent(Box::new(of.expression)), start.to(sign), of.depth)?;
        } else {
            return Ok(of);
        }
    }
}

fn whole(input: &mut Tokens<'_>) -> Parsed {
    let token = take(input);
    match token.kind {
        TokenKind::Number(value) if value.is_finite() => nested(Form::Number(value), token.span, 0),
        TokenKind::Number(_) => Err(Fault::new(token.span, "the number is too large")),
        TokenKind::Word("true") => nested(Form::Truth(true), token.span, 0),
        TokenKind::Word("false") => nested(Form::Truth(false), token.span, 0),
        TokenKind::Word(word @ ("and" | "or" | "not")) => {
            let message = format!("expected a number or a condition, found `{word}`");
            Err(Fault::new(token.span, message))
        }
        TokenKind::Word(word) => match take_if(input, "(") {
            Some(opened) => call(input, word, token.span, opened),
            None => nested(Form::Word(word.to_owned()), token.span, 0),
        },
        TokenKind::Symbol("(") => {
            let mut inner = deeper(input, either)?;
            inner.expression.span = token.span.to(expect(input, ")", token.span)?);
            Ok(inner)
        }
        TokenKind::Symbol(_) | TokenKind::End => {
            let message = format!("expected a number or a condition, found {}", found(&token));
            Err(Fault::new(token.span, message))
        }
    }
}

/// A function's arguments, the opening parenthesis already taken.
fn call(input: &mut Tokens<'_>, name: &str, name_span: Span, opened: Span) -> Parsed {
    let (mut arguments, mut depth) = (Vec::new(), 0);
    let closed = loop {
        if arguments.is_empty()
            && let Some(closed) = take_if(input, ")")
        {
            break closed;
        }
        let argument = deeper(input, either)?;
        depth = depth.max(argument.depth);
        arguments.push(argument.expression);
        if take_if(input, ",").is_none() {
            break expect(input, ")", opened)?;
        }
    };
    let name = name.to_owned();
    nested(Form::Call { name, name_span, arguments }, name_span.to(closed), depth)
}
