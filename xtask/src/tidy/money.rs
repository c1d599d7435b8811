//! The crates that speak to Kraken never name an endpoint that moves money out of an account, not
//! in code, not in a text, not in a comment. What is not named cannot be called.

use anyhow::Result;

use super::{Finding, Tree};

/// How findings of this law are marked.
pub(crate) const LAW: &str = "money";

/// The crates that speak to Kraken.
const SPEAKERS: &[&str] = &["crates/kraken-protocol", "crates/kraken-client"];

const HINT: &str = "this program places and cancels orders, nothing else: take the name out";

/// Kraken's names for what moves money, or lends it, or opens a way for it. Written in two halves,
/// as all that this tool looks for; lower case matches any case.
#[rustfmt::skip] // A table.
const MOVERS: &[&str] = &[
    concat!("private/with", "draw"),
    concat!("private/dep",  "osit"),
    concat!("private/ea",   "rn"),
    concat!("private/st",   "ake"),
    concat!("private/un",   "stake"),
    concat!("private/add",  "export"),
    concat!("\"with",       "draw\""),
    concat!("with",         "drawinfo"),
    concat!("with",         "drawmethods"),
    concat!("with",         "drawaddresses"),
    concat!("with",         "drawstatus"),
    concat!("with",         "drawcancel"),
    concat!("deposit",      "methods"),
    concat!("deposit",      "addresses"),
    concat!("deposit",      "status"),
    concat!("wallet",       "transfer"),
    concat!("account",      "transfer"),
    concat!("create",       "subaccount"),
    concat!("earn/",        "allocate"),
    concat!("earn/",        "deallocate"),
];

/// Lists where money is moved.
pub(crate) fn check(tree: &Tree) -> Result<Vec<Finding>> {
    let mut findings = Vec::new();
    for speaker in SPEAKERS {
        let files: Vec<&str> = tree.below(speaker).collect();
        if files.is_empty() {
            findings.push(Finding::missing_target(LAW, speaker, "there is no file here"));
        }
        for file in files {
            let Some(text) = tree.text_if_any(file)? else { continue };
            for (at, line) in text.lines().enumerate() {
                let line = line.to_lowercase();
                for word in MOVERS.iter().filter(|word| line.contains(**word)) {
                    let what = format!("`{word}` moves money");
                    findings.push(Finding::new(LAW, file, at + 1, what, HINT));
                }
            }
        }
    }
    Ok(findings)
}

#[cfg(test)]
mod tests;
