//! Files that fit in a head, lines that fit in a window, a repository that fits in a clone.
//!
//! The length of functions is clippy's to watch (`too-many-lines-threshold`).

use anyhow::Result;

use super::{Finding, Tree};

/// How findings of this law are marked.
pub(crate) const LAW: &str = "sizes";

const FILE_LINES_MAX: usize = 500;
const LINE_COLUMNS_MAX: usize = 100;
const BLOB_BYTES_MAX: usize = 256 * 1024;

/// Lists Rust files and lines that are too long, and files of any kind that are too big.
pub(crate) fn check(tree: &Tree) -> Result<Vec<Finding>> {
    if tree.with_extension("rs").next().is_none() {
        return Ok(vec![Finding::missing_target(LAW, ".", "there is no Rust file here")]);
    }
    let mut findings = Vec::new();
    for file in tree.files() {
        findings.extend(blob(file, tree.bytes(file)?.len()));
    }
    for file in tree.with_extension("rs") {
        rust_file(file, &tree.text(file)?, &mut findings);
    }
    Ok(findings)
}

fn blob(file: &str, bytes: usize) -> Option<Finding> {
    (bytes > BLOB_BYTES_MAX).then(|| {
        Finding::new(
            LAW,
            file,
            1,
            format!("{bytes} bytes, more than {BLOB_BYTES_MAX}"),
            "keep a smaller sample, or make it when it is needed: a clone keeps it for ever",
        )
    })
}

fn rust_file(file: &str, text: &str, findings: &mut Vec<Finding>) {
    let lines = text.lines().count();
    if lines > FILE_LINES_MAX {
        findings.push(Finding::new(
            LAW,
            file,
            FILE_LINES_MAX + 1,
            format!("{lines} lines, more than {FILE_LINES_MAX}"),
            "a second idea lives in this file: give it a file of its own",
        ));
    }
    for (at, line) in text.lines().enumerate() {
        let columns = line.chars().count();
        if columns > LINE_COLUMNS_MAX && can_be_broken(line) {
            findings.push(Finding::new(
                LAW,
                file,
                at + 1,
                format!("{columns} columns, more than {LINE_COLUMNS_MAX}"),
                "break the line",
            ));
        }
    }
}

/// An address cannot be broken, nor can a row of a table in a doc comment.
fn can_be_broken(line: &str) -> bool {
    let line = line.trim_start();
    let is_row = line.starts_with("//! |") || line.starts_with("/// |");
    !is_row && !line.contains("://")
}

#[cfg(test)]
mod tests;
