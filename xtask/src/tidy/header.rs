//! Each Rust file begins by saying what it is for.

use anyhow::Result;

use super::{Finding, Tree};

/// How findings of this law are marked.
pub(crate) const LAW: &str = "header";

/// Lists the Rust files, tests included, whose first line is not a `//!` with words after it.
pub(crate) fn check(tree: &Tree) -> Result<Vec<Finding>> {
    if tree.with_extension("rs").next().is_none() {
        return Ok(vec![Finding::missing_target(LAW, ".", "there is no Rust file here")]);
    }
    let mut findings = Vec::new();
    for file in tree.with_extension("rs") {
        let text = tree.text(file)?;
        let first = text.lines().next().unwrap_or_default();
        if first.strip_prefix("//!").is_none_or(|words| words.trim().is_empty()) {
            findings.push(Finding::new(
                LAW,
                file,
                1,
                "the file does not begin with a `//!` header".to_owned(),
                "say in one sentence what the file is for, and its one invariant",
            ));
        }
    }
    Ok(findings)
}

#[cfg(test)]
mod tests;
