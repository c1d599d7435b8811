//! The laws that clippy cannot say, each in a file of its own.
//!
//! A law looks at a [`Tree`] and lists what breaks it. A law whose target is missing reports that
//! too: a guard that watches an empty room would stay green for ever.

use std::fmt::Write;

use anyhow::{Context, Result};
use serde_json::{Value, json};

pub(crate) use tree::Tree;

mod dependencies;
mod documents;
mod edges;
mod header;
mod layers;
mod leftovers;
mod locals;
mod manifest;
mod money;
mod proofs;
mod purity;
mod sizes;
mod source;
mod tree;

#[cfg(test)]
pub(crate) mod fixture;

/// A law and the function that looks for what breaks it.
struct Law {
    name: &'static str,
    check: fn(&Tree) -> Result<Vec<Finding>>,
}

#[rustfmt::skip] // A table.
const LAWS: &[Law] = &[
    Law { name: edges::LAW,        check: edges::check },
    Law { name: purity::LAW,       check: purity::check },
    Law { name: header::LAW,       check: header::check },
    Law { name: sizes::LAW,        check: sizes::check },
    Law { name: leftovers::LAW,    check: leftovers::check },
    Law { name: documents::LAW,    check: documents::check },
    Law { name: dependencies::LAW, check: dependencies::check },
    Law { name: locals::LAW,       check: locals::check },
    Law { name: money::LAW,        check: money::check },
    Law { name: proofs::LAW,       check: proofs::check },
];

/// One place where a law is broken.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Finding {
    /// From the root of the checkout, with `/` on every system.
    file: String,
    /// From 1.
    line: usize,
    law: &'static str,
    what: String,
    /// What to do about it.
    hint: String,
}

impl Finding {
    fn new(law: &'static str, file: &str, line: usize, what: String, hint: &str) -> Self {
        Self { file: file.to_owned(), line, law, what, hint: hint.to_owned() }
    }

    /// What a law reports when the thing it guards is not there.
    fn missing_target(law: &'static str, file: &str, what: &str) -> Self {
        let hint = "a law whose target is missing guards nothing: restore it, or change the law";
        Self::new(law, file, 1, what.to_owned(), hint)
    }
}

/// Checks every law.
pub(crate) fn check(tree: &Tree) -> Result<Vec<Finding>> {
    let mut findings = Vec::new();
    for law in LAWS {
        let broken = (law.check)(tree).with_context(|| format!("checking law `{}`", law.name))?;
        findings.extend(broken);
    }
    findings.sort();
    Ok(findings)
}

/// The findings for people, in the form that editors turn into links.
pub(crate) fn as_text(findings: &[Finding]) -> String {
    let mut text = String::new();
    for Finding { law, file, line, what, hint } in findings {
        let _ = writeln!(text, "{file}:{line}: {law}: {what}\n    hint: {hint}");
    }
    text
}

/// The findings for programs.
pub(crate) fn as_json(findings: &[Finding]) -> Value {
    let findings: Vec<Value> = findings
        .iter()
        .map(|Finding { law, file, line, what, hint }| {
            json!({ "law": law, "file": file, "line": line, "what": what, "hint": hint })
        })
        .collect();
    let laws: Vec<&str> = LAWS.iter().map(|law| law.name).collect();
    json!({ "laws": laws, "findings": findings })
}

/// One line that says how it went.
pub(crate) fn summary(findings: &[Finding]) -> String {
    match findings.len() {
        0 => format!("tidy: {} laws hold", LAWS.len()),
        1 => "tidy: 1 finding".to_owned(),
        count => format!("tidy: {count} findings"),
    }
}

#[cfg(test)]
mod tests;
