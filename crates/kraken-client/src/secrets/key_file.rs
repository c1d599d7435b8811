//! The form of a file with keys: a small part of TOML, or two lines. Whatever is wrong with it, no
//! error repeats what stands there.
//!
//! It is read by hand because a TOML library keeps copies of the texts and shows the line in its
//! errors.
//!
//! ```toml
//! [trade]
//! key = "…"
//! secret = "…"
//! ```
//!
//! The two names may also stand without a role, or just two lines, first the key, then the secret;
//! such a file serves any role.

use std::{fmt::Write, path::Path};

use kraken_protocol::limits::KeyRole;
use zeroize::Zeroizing;

use super::{KEY_FILE_BYTES_MAX, SecretsError, Texts};

const HEADER: &str = "# Keys of Kraken's for slackwater. Whoever can read this file can trade.\n";

/// What a file has for a role.
#[derive(Default)]
pub(super) struct Found {
    pub(super) key: Option<Zeroizing<String>>,
    pub(super) secret: Option<Zeroizing<String>>,
}

/// A line that means nothing.
#[derive(Debug)]
pub(super) struct BadLine {
    line: usize,
    what: &'static str,
}

impl BadLine {
    pub(super) fn at(self, path: &Path) -> SecretsError {
        SecretsError::BadLine { path: path.to_owned(), line: self.line, what: self.what }
    }
}

/// What stands in one line. The texts are borrowed, so nothing is left behind.
enum Line<'a> {
    Nothing,
    Role(KeyRole),
    Key(&'a str),
    Secret(&'a str),
    Bare(&'a str),
}

/// Whether a character may stand in a key or a secret. Kraken's are base64.
pub(super) fn may_stand_in_key(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '+' | '/' | '=' | '-' | '_')
}

/// The key of this role, else one without a role.
pub(super) fn find(text: &str, role: KeyRole) -> Result<Found, BadLine> {
    let mut of_any = Found::default();
    let mut of_role = Found::default();
    for (current, number, line) in lines(text)? {
        let place = match current {
            None => &mut of_any,
            Some(current) if current == role => &mut of_role,
            Some(_) => continue,
        };
        let (slot, text) = match line {
            Line::Nothing | Line::Role(_) => continue,
            Line::Key(text) => (&mut place.key, text),
            Line::Secret(text) => (&mut place.secret, text),
            Line::Bare(text) if place.key.is_none() => (&mut place.key, text),
            Line::Bare(text) => (&mut place.secret, text),
        };
        if slot.is_some() {
            return Err(BadLine { line: number, what: "this key has that already; take one out" });
        }
        *slot = Some(Zeroizing::new(text.to_owned()));
    }
    Ok(if of_role.key.is_some() || of_role.secret.is_some() { of_role } else { of_any })
}

/// The file with the key of this role in the place of an old one.
pub(super) fn with_key(
    old: &str,
    role: KeyRole,
    new: &Texts,
) -> Result<Zeroizing<String>, BadLine> {
    let size = usize::try_from(KEY_FILE_BYTES_MAX).expect("a few thousand") * 2;
    let mut text = Zeroizing::new(String::with_capacity(size));
    text.push_str(HEADER);
    let mut write = |role: Option<KeyRole>, key: &str, secret: &str| {
        let role = role.map_or(String::new(), |role| format!("\n[{role}]\n"));
        write!(text, "{role}key = \"{key}\"\nsecret = \"{secret}\"\n").expect("a text takes texts");
    };
    // What has no role stands before all that have one.
    let without_role = find_exactly(old, None)?;
    if let (Some(key), Some(secret)) = (without_role.key, without_role.secret) {
        write(None, &key, &secret);
    }
    for other in KeyRole::ALL {
        if other == role {
            write(Some(role), &new.key, &new.secret);
            continue;
        }
        let found = find_exactly(old, Some(other))?;
        if let (Some(key), Some(secret)) = (found.key, found.secret) {
            write(Some(other), &key, &secret);
        }
    }
    Ok(text)
}

/// The key that stands under this role, or before any.
fn find_exactly(text: &str, role: Option<KeyRole>) -> Result<Found, BadLine> {
    let mut found = Found::default();
    for (_, _, line) in lines(text)?.into_iter().filter(|(current, _, _)| *current == role) {
        let text = |text: &str| Some(Zeroizing::new(text.to_owned()));
        match line {
            Line::Nothing | Line::Role(_) => (),
            Line::Key(key) => found.key = text(key),
            Line::Secret(secret) => found.secret = text(secret),
            Line::Bare(bare) if found.key.is_none() => found.key = text(bare),
            Line::Bare(bare) => found.secret = text(bare),
        }
    }
    Ok(found)
}

/// All lines, with the role above them and their number from 1.
fn lines(text: &str) -> Result<Vec<(Option<KeyRole>, usize, Line<'_>)>, BadLine> {
    let mut role = None;
    let mut lines = Vec::new();
    for (number, line) in (1..).zip(text.lines()) {
        let line = read(line.trim()).map_err(|what| BadLine { line: number, what })?;
        if let Line::Role(next) = line {
            role = Some(next);
        }
        lines.push((role, number, line));
    }
    Ok(lines)
}

fn read(line: &str) -> Result<Line<'_>, &'static str> {
    if line.is_empty() || line.starts_with('#') {
        return Ok(Line::Nothing);
    }
    if let Some(role) = line.strip_prefix('[') {
        let role = role.strip_suffix(']').and_then(|role| role.trim().parse().ok());
        return role.map(Line::Role).ok_or("write [trade], [read] or [kill]");
    }
    if line.chars().all(may_stand_in_key) {
        return Ok(Line::Bare(line));
    }
    let (name, value) = line.split_once('=').ok_or("write key = \"…\" or secret = \"…\"")?;
    let value = quoted(value.trim()).ok_or("put the text between quotation marks, all of it")?;
    match name.trim() {
        "key" => Ok(Line::Key(value)),
        "secret" => Ok(Line::Secret(value)),
        _ => Err("only key and secret can stand here"),
    }
}

fn quoted(value: &str) -> Option<&str> {
    let mark = value.chars().next().filter(|mark| matches!(mark, '"' | '\''))?;
    let inside = value.strip_prefix(mark)?;
    let (inside, rest) = inside.split_once(mark)?;
    let rest = rest.trim();
    let is_whole = rest.is_empty() || rest.starts_with('#');
    (is_whole && inside.chars().all(may_stand_in_key)).then_some(inside)
}
