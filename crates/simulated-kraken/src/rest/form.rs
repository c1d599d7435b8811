//! Parameters from a form or from what follows the question mark of an address.
//!
//! The invariant: `a[b][0]=c` is nested like `{"a": {"b": ["c"]}}` in JSON; a name that stands
//! there twice is refused.

use std::collections::BTreeMap;

use crate::rest::value::{Unreadable, Value};

/// Batches of orders with a conditional close are three deep.
const DEPTH_MAX: usize = 8;

/// The parameters of a form.
pub(crate) fn read(text: &[u8]) -> Result<BTreeMap<String, Value>, Unreadable> {
    let mut root = BTreeMap::new();
    for part in text.split(|byte| *byte == b'&').filter(|part| !part.is_empty()) {
        let (name, value) = match part.iter().position(|byte| *byte == b'=') {
            Some(place) => (&part[..place], &part[place + 1..]),
            None => (part, &b""[..]),
        };
        let (name, value) = (decode(name)?, decode(value)?);
        if name.is_empty() {
            continue;
        }
        let steps = steps(&name);
        if DEPTH_MAX < steps.len() {
            return Err(Unreadable::TooDeep);
        }
        insert(&mut root, &steps, value)?;
    }
    Ok(root.into_iter().map(|(name, node)| (name, node.finish())).collect())
}

/// A tree under construction. A list is a map whose names count up.
enum Node {
    Leaf(String),
    Branch(BTreeMap<String, Self>),
}

impl Node {
    fn finish(self) -> Value {
        let nodes = match self {
            Self::Leaf(text) => return Value::Text(text),
            Self::Branch(nodes) => nodes,
        };
        let place = |name: &str| name.parse().ok().filter(|place: &usize| *place < nodes.len());
        if nodes.keys().all(|name| place(name).is_some()) {
            // `10` stands before `2` in the map.
            let mut numbered: Vec<_> = nodes.into_iter().collect();
            numbered.sort_by_key(|(name, _)| name.parse().unwrap_or(usize::MAX));
            return Value::List(numbered.into_iter().map(|(_, node)| node.finish()).collect());
        }
        Value::Map(nodes.into_iter().map(|(name, node)| (name, node.finish())).collect())
    }
}

fn insert(
    nodes: &mut BTreeMap<String, Node>,
    steps: &[&str],
    value: String,
) -> Result<(), Unreadable> {
    let (first, rest) = steps.split_first().expect("a name has at least one step");
    // `a[]=x` is the next element of a list.
    let name = if first.is_empty() { nodes.len().to_string() } else { (*first).to_owned() };
    if rest.is_empty() {
        let twice = nodes.insert(name, Node::Leaf(value)).is_some();
        return if twice { Err(Unreadable::Twice) } else { Ok(()) };
    }
    match nodes.entry(name).or_insert_with(|| Node::Branch(BTreeMap::new())) {
        Node::Branch(nodes) => insert(nodes, rest, value),
        Node::Leaf(_) => Err(Unreadable::Twice),
    }
}

/// `close[price]` as `close`, `price`.
fn steps(name: &str) -> Vec<&str> {
    match name.split_once('[') {
        Some((first, rest)) if !first.is_empty() && rest.ends_with(']') => {
            let inner = &rest[..rest.len() - 1];
            std::iter::once(first).chain(inner.split("][")).collect()
        }
        _ => vec![name],
    }
}

/// Plus signs are spaces, `%2B` is a plus sign; a percent sign that begins no byte is itself.
fn decode(text: &[u8]) -> Result<String, Unreadable> {
    let digit = |place: usize| text.get(place).and_then(|byte| char::from(*byte).to_digit(16));
    let mut bytes = Vec::with_capacity(text.len());
    let mut place = 0;
    while let Some(byte) = text.get(place) {
        let pair = digit(place + 1).zip(digit(place + 2)).filter(|_| *byte == b'%');
        if let Some((high, low)) = pair {
            bytes.push(u8::try_from(high * 16 + low).expect("two digits are a byte"));
            place += 3;
        } else {
            bytes.push(if *byte == b'+' { b' ' } else { *byte });
            place += 1;
        }
    }
    String::from_utf8(bytes).map_err(|_| Unreadable::NotText)
}

#[cfg(test)]
mod tests;
