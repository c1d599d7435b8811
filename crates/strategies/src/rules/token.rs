//! From text to tokens: numbers, words and symbols, each with its place.

use winnow::{
    LocatingSlice, Parser,
    combinator::{alt, opt, preceded},
    error::EmptyError,
    token::{any, one_of, take_while},
};

use super::{
    fault::{Fault, quoted},
    syntax::Span,
};

/// A token and where it stands.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Token<'a> {
    pub(super) kind: TokenKind<'a>,
    pub(super) span: Span,
}

/// What a token can be.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum TokenKind<'a> {
    Number(f64),
    Word(&'a str),
    Symbol(&'a str),
    /// After the last one.
    End,
}

type Text<'a> = LocatingSlice<&'a str>;

/// Signs that begin no token of ours but of others' languages, and what to write instead.
const FOREIGN: [(&str, &str); 10] = [
    ("&&", "write `and`"),
    ("||", "write `or`"),
    ("&", "write `and`"),
    ("|", "write `or`"),
    ("!", "write `not`"),
    ("=", "compare with `==`"),
    ("#", "a remark stands outside of the quotation marks"),
    ("^", "multiply instead; there are no powers"),
    ("\"", "numbers and words stand without quotation marks"),
    ("'", "numbers and words stand without quotation marks"),
];

/// The tokens of `text`, and the end.
pub(super) fn tokens(text: &str) -> Result<Vec<Token<'_>>, Fault> {
    let mut input = Text::new(text);
    let mut tokens = Vec::new();
    loop {
        let _ = spaces.parse_next(&mut input);
        let mut whole = opt(token.with_span());
        let Ok(Some((kind, range))) = whole.parse_next(&mut input) else { break };
        tokens.push(Token { kind, span: Span { start: range.start, end: range.end } });
    }
    let rest: &str = input.as_ref();
    let start = text.len() - rest.len();
    let Some(letter) = rest.chars().next() else {
        tokens.push(Token { kind: TokenKind::End, span: Span { start, end: start } });
        return Ok(tokens);
    };
    let foreign = FOREIGN.iter().find(|(sign, _)| rest.starts_with(sign));
    let (sign, hint) = match foreign {
        Some((sign, hint)) => ((*sign).to_owned(), *hint),
        None => (letter.to_string(), "it means nothing in a rule; take it out"),
    };
    let end = start + sign.len();
    Err(Fault::new(Span { start, end }, format!("unexpected {}; {hint}", quoted(&sign))))
}

fn spaces<'a>(input: &mut Text<'a>) -> Result<&'a str, EmptyError> {
    take_while(0.., [' ', '\t', '\r', '\n']).parse_next(input)
}

fn token<'a>(input: &mut Text<'a>) -> Result<TokenKind<'a>, EmptyError> {
    alt((number, word, symbol)).parse_next(input)
}

/// Digits, which may be grouped by `_`, and a point with more of them.
fn number<'a>(input: &mut Text<'a>) -> Result<TokenKind<'a>, EmptyError> {
    let digits = || (one_of('0'..='9'), take_while(0.., ('0'..='9', '_')));
    let text = (digits(), opt(preceded('.', digits()))).take().parse_next(input)?;
    let value = text.replace('_', "").parse();
    // Digits and a point are always a number; too many of them are an infinite one.
    value.map(TokenKind::Number).map_err(|_| EmptyError)
}

fn word<'a>(input: &mut Text<'a>) -> Result<TokenKind<'a>, EmptyError> {
    let first = one_of(('a'..='z', 'A'..='Z', '_'));
    let rest = take_while(0.., ('a'..='z', 'A'..='Z', '0'..='9', '_'));
    (first, rest).take().map(TokenKind::Word).parse_next(input)
}

fn symbol<'a>(input: &mut Text<'a>) -> Result<TokenKind<'a>, EmptyError> {
    let long = alt(("<=", ">=", "==", "!="));
    let single = any.verify(|letter: &char| "<>+-*/%()[],.".contains(*letter)).take();
    alt((long, single)).map(TokenKind::Symbol).parse_next(input)
}
