//! Nothing is left for later: no notes to self, no unwritten code, no test that does not run.
//!
//! What is to be done stands in an issue, where it has an owner and an end.

use anyhow::Result;

use super::source::{code_only, has_word};
use super::tree::extension;
use super::{Finding, Tree};

/// How findings of this law are marked.
pub(crate) const LAW: &str = "leftovers";

/// Where a leftover counts.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    /// In any text: a note hides in comments.
    Anywhere,
    /// In Rust code only: a comment may speak of it.
    Code,
}

const WRITE_ISSUE: &str = "do it now, or write an issue and take the note out";
const FINISH: &str = "write the code, or take the path out until it can be written";
const RUN_TEST: &str = "a test that does not run proves nothing: mend it or delete it";
const ASSERT_ERROR: &str = "check the value: a panic anywhere would make such a test pass";

// Written in two halves, or this file would break its own law.
#[rustfmt::skip] // A table.
const LEFTOVERS: &[(&str, Place, &str)] = &[
    (concat!("TO", "DO"),             Place::Anywhere, WRITE_ISSUE),
    (concat!("FIX", "ME"),            Place::Anywhere, WRITE_ISSUE),
    (concat!("XX", "X"),              Place::Anywhere, WRITE_ISSUE),
    (concat!("to", "do!"),            Place::Code,     FINISH),
    (concat!("unimple", "mented!"),   Place::Code,     FINISH),
    (concat!("#[ig", "nore"),         Place::Code,     RUN_TEST),
    (concat!("#[should", "_panic"),   Place::Code,     ASSERT_ERROR),
];

/// The files that count as source, by their extension.
const EXTENSIONS: &[&str] = &["rs", "toml", "yml", "yaml", "sh", "py", "js", "html", "css", "sql"];
/// The one script, which has none.
const SCRIPT: &str = ".ci/run";

/// Lists what was left for later in the sources.
pub(crate) fn check(tree: &Tree) -> Result<Vec<Finding>> {
    if tree.with_extension("rs").next().is_none() {
        return Ok(vec![Finding::missing_target(LAW, ".", "there is no Rust file here")]);
    }
    let mut findings = Vec::new();
    for file in tree.files().filter(|file| is_source(file)) {
        let Some(text) = tree.text_if_any(file)? else { continue };
        let code = if extension(file) == "rs" { code_only(&text) } else { String::new() };
        for (word, place, hint) in LEFTOVERS {
            let text = if *place == Place::Code { &code } else { &text };
            for (at, _) in text.lines().enumerate().filter(|(_, line)| has_word(line, word)) {
                let what = format!("`{word}` is left in the source");
                findings.push(Finding::new(LAW, file, at + 1, what, hint));
            }
        }
    }
    Ok(findings)
}

fn is_source(file: &str) -> bool {
    EXTENSIONS.contains(&extension(file)) || file == SCRIPT
}

#[cfg(test)]
mod tests;
