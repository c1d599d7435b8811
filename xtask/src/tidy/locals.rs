//! Nothing in the repository is true on one machine only: no folder of somebody's computer, no
//! package host that somebody's mirror stands in for, no name of a writing tool.

use anyhow::Result;

use super::{Finding, Tree};

/// How findings of this law are marked.
pub(crate) const LAW: &str = "locals";

const NAME_NO_FOLDER: &str = "write it relative to the repository, or as an argument";
const NAME_NO_TOOL: &str = "say what the code does, not what it was written with";
const NAME_NO_HOST: &str = "name the package and its version; the client knows where it comes from";

// Written in two halves, or this file would break its own law. Lower case matches any case.
#[rustfmt::skip] // A table.
const LOCALS: &[(&str, &str)] = &[
    (concat!("/wo", "rk/"),             NAME_NO_FOLDER),
    (concat!("/ro", "ot/"),             NAME_NO_FOLDER),
    (concat!("/ho", "me/"),             NAME_NO_FOLDER),
    (concat!("cla", "ude"),             NAME_NO_TOOL),
    (concat!("anth", "ropic"),          NAME_NO_TOOL),
    (concat!("crates", ".io"),          NAME_NO_HOST),
    (concat!("py", "pi.org"),           NAME_NO_HOST),
    (concat!("python", "hosted.org"),   NAME_NO_HOST),
    (concat!("npm", "js.org"),          NAME_NO_HOST),
    (concat!("npm", "js.com"),          NAME_NO_HOST),
    (concat!("deb.", "debian.org"),     NAME_NO_HOST),
];

/// Cargo writes this file itself, with the host that each package came from.
const WRITTEN_BY_CARGO: &str = "Cargo.lock";

/// Lists lines of any text file that name something local.
pub(crate) fn check(tree: &Tree) -> Result<Vec<Finding>> {
    if tree.files().next().is_none() {
        return Ok(vec![Finding::missing_target(LAW, ".", "there is no file here")]);
    }
    let mut findings = Vec::new();
    for file in tree.files() {
        let Some(text) = tree.text_if_any(file)? else { continue };
        for (at, line) in text.lines().enumerate() {
            let line = line.to_lowercase();
            for (word, hint) in LOCALS {
                if line.contains(word) && !is_excused(file, hint) {
                    let what = format!("`{word}` means something on one machine only");
                    findings.push(Finding::new(LAW, file, at + 1, what, hint));
                }
            }
        }
    }
    Ok(findings)
}

fn is_excused(file: &str, hint: &str) -> bool {
    let is_lock = file.rsplit('/').next() == Some(WRITTEN_BY_CARGO);
    is_lock && hint == NAME_NO_HOST
}

#[cfg(test)]
mod tests;
