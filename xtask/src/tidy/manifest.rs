//! Reading `Cargo.toml` files as text: cargo itself does not keep lines and comments.

use anyhow::{Context, Result};
use toml::{Table, Value};

use super::Tree;

/// The manifest of the workspace.
pub(crate) const ROOT: &str = "Cargo.toml";

/// The crates of the workspace: their manifest and their name, in the order of their paths.
///
/// A crate that is a workspace of its own, as fuzz targets are, is not one of them: cargo gives it
/// nothing from the root, and nothing below the root can name it.
pub(crate) fn crates(tree: &Tree) -> Result<Vec<(String, String)>> {
    let mut crates = Vec::new();
    for file in tree.files().filter(|file| is_manifest(file)) {
        let table = parse(tree, file)?;
        if file != ROOT && table.contains_key("workspace") {
            continue;
        }
        let name = table.get("package").and_then(|package| package.get("name"));
        if let Some(name) = name.and_then(Value::as_str) {
            crates.push((file.to_owned(), name.to_owned()));
        }
    }
    Ok(crates)
}

/// The table in a manifest.
pub(crate) fn parse(tree: &Tree, file: &str) -> Result<Table> {
    tree.text(file)?.parse().with_context(|| format!("reading {file} as TOML"))
}

/// Where a manifest sets `key`, counted from 1.
pub(crate) fn line_of_key(text: &str, key: &str) -> Option<usize> {
    text.lines().position(|line| sets_key(line, key)).map(|at| at + 1)
}

/// Whether `line` reads `key = …` or `key.something = …`.
pub(crate) fn sets_key(line: &str, key: &str) -> bool {
    let line = line.trim_start();
    let rest = line
        .strip_prefix(key)
        .or_else(|| line.strip_prefix('"')?.strip_prefix(key)?.strip_prefix('"'));
    rest.is_some_and(|rest| rest.trim_start().starts_with(['=', '.']))
}

fn is_manifest(file: &str) -> bool {
    file == ROOT || file.ends_with("/Cargo.toml")
}

#[cfg(test)]
mod tests;
