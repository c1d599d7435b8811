//! Rust source as text: what is code in it, where a word stands, and what a `use` names.
//!
//! This is no parser. It knows just enough to tell code from comments and texts, and keeps every
//! line where it was, so that a finding can point at it.

/// `text` with its comments, strings and character literals replaced by spaces.
pub(crate) fn code_only(text: &str) -> String {
    let chars: Vec<char> = text.chars().collect();
    let mut code = String::with_capacity(text.len());
    let mut at = 0;
    while at < chars.len() {
        let hidden = hidden_chars(&chars[at..]);
        if hidden == 0 {
            code.push(chars[at]);
            at += 1;
            continue;
        }
        let end = chars.len().min(at + hidden);
        code.extend(chars[at..end].iter().map(|c| if *c == '\n' { '\n' } else { ' ' }));
        at = end;
    }
    code
}

/// How many characters the comment or literal at the start of `rest` covers; 0 if there is none.
/// It may point past the end when the file ends inside.
fn hidden_chars(rest: &[char]) -> usize {
    match rest {
        ['/', '/', ..] => rest.iter().position(|c| *c == '\n').unwrap_or(rest.len()),
        ['/', '*', ..] => block_comment(rest),
        ['"', ..] => string(rest),
        // No identifier can end in `r` here: Rust reserves `name"` and `name#`.
        ['r', '"' | '#', ..] => raw_string(rest),
        // An escape is at least two characters, so a quote right after the backslash is its own.
        ['\'', '\\', _, tail @ ..] => {
            3 + tail.iter().position(|c| *c == '\'').map_or(tail.len(), |at| at + 1)
        }
        ['\'', _, '\'', ..] => 3,
        // Anything else, a lifetime for instance.
        _ => 0,
    }
}

fn block_comment(rest: &[char]) -> usize {
    let mut depth = 0_usize;
    let mut at = 0;
    while at < rest.len() {
        match rest[at..] {
            ['/', '*', ..] => (depth, at) = (depth + 1, at + 2),
            ['*', '/', ..] => (depth, at) = (depth - 1, at + 2),
            _ => at += 1,
        }
        if depth == 0 {
            break;
        }
    }
    at
}

fn string(rest: &[char]) -> usize {
    let mut at = 1;
    while at < rest.len() {
        match rest[at] {
            '"' => return at + 1,
            '\\' => at += 2,
            _ => at += 1,
        }
    }
    at
}

/// `r"…"`, `r#"…"#` and so on; 0 for a raw identifier.
fn raw_string(rest: &[char]) -> usize {
    let hashes = rest[1..].iter().take_while(|c| **c == '#').count();
    let start = 1 + hashes;
    if rest.get(start) != Some(&'"') {
        return 0;
    }
    let is_end = |at: &usize| {
        let after = &rest[at + 1..];
        rest[*at] == '"' && after.iter().take_while(|c| **c == '#').count() >= hashes
    };
    (start + 1..rest.len()).find(is_end).map_or(rest.len(), |at| at + 1 + hashes)
}

/// Whether `word` stands in `text` and is not just part of a longer name.
pub(crate) fn has_word(text: &str, word: &str) -> bool {
    let joins = |side: Option<char>, edge: Option<char>| {
        side.is_some_and(is_name_char) && edge.is_some_and(is_name_char)
    };
    text.match_indices(word).any(|(at, _)| {
        let before = text[..at].chars().next_back();
        let after = text[at + word.len()..].chars().next();
        !joins(before, word.chars().next()) && !joins(after, word.chars().next_back())
    })
}

fn is_name_char(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// Every path that the `use` items in `code` name, written out, with its line from 1:
/// `use std::{fs, io::Read};` names `std::fs` and `std::io::Read`.
pub(crate) fn use_paths(code: &str) -> Vec<(usize, String)> {
    let mut paths = Vec::new();
    for (at, keyword) in code.match_indices("use ") {
        let before = code[..at].chars().next_back();
        if before.is_some_and(is_name_char) {
            continue;
        }
        let line = 1 + code[..at].matches('\n').count();
        let tree = &code[at + keyword.len()..];
        let tree = tree.split(';').next().unwrap_or(tree);
        write_out(tree, line, &mut paths);
    }
    paths
}

fn write_out(tree: &str, line: usize, paths: &mut Vec<(usize, String)>) {
    let mut prefixes = vec![String::new()];
    let mut leaf = String::new();
    let mut line = line;
    let mut leaf_line = line;
    // The comma at the end closes the last leaf like any other.
    for c in tree.chars().chain([',']) {
        let prefix = prefixes.last().cloned().unwrap_or_default();
        match c {
            '{' => prefixes.push(prefix + leaf.trim()),
            ',' | '}' if !leaf.trim().is_empty() => paths.push((leaf_line, prefix + leaf.trim())),
            ',' | '}' => (),
            '\n' => line += 1,
            c => {
                leaf_line = if c.is_whitespace() { leaf_line } else { line };
                leaf.push(c);
                continue;
            }
        }
        if c == '}' {
            prefixes.pop();
        }
        if c != '\n' {
            leaf.clear();
        }
    }
}

#[cfg(test)]
mod tests;
