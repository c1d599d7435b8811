//! Documents that name files name files which exist, and the documents people look for are there.
//!
//! A path counts when it stands between backticks in the running text. What stands in a code block
//! is an example, and may name files that only a reader has.

use std::collections::BTreeSet;

use anyhow::Result;

use super::{Finding, Tree, manifest};

/// How findings of this law are marked.
pub(crate) const LAW: &str = "documents";

const MAP: &str = "ARCHITECTURE.md";
const REQUIRED: &[&str] = &["README.md", MAP, "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md"];
const FOLDER: &str = "docs/";
const EXTENSIONS: &[&str] = &[".rs", ".toml", ".md", ".csv", ".yml"];

/// Lists missing documents, titles, crates and files.
pub(crate) fn check(tree: &Tree) -> Result<Vec<Finding>> {
    let mut findings = Vec::new();
    for document in REQUIRED.iter().filter(|document| !tree.has_file(document)) {
        findings.push(Finding::missing_target(LAW, document, "the document is missing"));
    }
    let places = Places::new(tree);
    for file in tree.with_extension("md") {
        let text = tree.text(file)?;
        findings.extend(titles(file, &text));
        if REQUIRED.contains(&file) || file.starts_with(FOLDER) {
            findings.extend(paths(file, &text, &places));
        }
    }
    if tree.has_file(MAP) {
        findings.extend(unnamed_crates(tree)?);
    }
    Ok(findings)
}

fn titles(file: &str, text: &str) -> Option<Finding> {
    let titles: Vec<usize> =
        prose(text).filter(|(_, line)| line.starts_with("# ")).map(|(at, _)| at).collect();
    (titles.len() != 1).then(|| {
        Finding::new(
            LAW,
            file,
            titles.get(1).copied().unwrap_or(1),
            format!("{} top titles, where one is wanted", titles.len()),
            "a document has one title, `# …`, and sections below it, `## …`",
        )
    })
}

fn paths(file: &str, text: &str, places: &Places) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (line, words) in prose(text) {
        for path in spans(words).into_iter().filter_map(|span| places.as_path(span)) {
            let (what, hint) = match places.count(path) {
                0 => (
                    format!("`{path}` does not exist"),
                    "mend the name; a file that only a reader has is shown in a code block",
                ),
                1 => continue,
                count => (
                    format!("`{path}` could be any of {count} files"),
                    "begin it at the crate, for instance `strategies/src/lib.rs`",
                ),
            };
            findings.push(Finding::new(LAW, file, line, what, hint));
        }
    }
    findings
}

fn unnamed_crates(tree: &Tree) -> Result<Vec<Finding>> {
    let text = tree.text(MAP)?;
    let named: BTreeSet<&str> = prose(&text)
        .flat_map(|(_, line)| {
            let heading = line.starts_with('#').then(|| line.trim_start_matches('#'));
            let heading = heading.into_iter().flat_map(str::split_whitespace);
            let spans = spans(line).into_iter().flat_map(|span| span.split('/'));
            heading.chain(spans).collect::<Vec<_>>()
        })
        .collect();
    let missing = |(manifest, name): (String, String)| {
        (!named.contains(name.as_str())).then(|| {
            Finding::new(
                LAW,
                MAP,
                1,
                format!("crate `{name}` ({manifest}) is not on the map"),
                "name it between backticks or in a heading, with its job and its law",
            )
        })
    };
    Ok(manifest::crates(tree)?.into_iter().filter_map(missing).collect())
}

/// The lines outside code blocks, counted from 1.
fn prose(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut fence = None;
    text.lines().enumerate().filter_map(move |(at, line)| {
        let mark = ["```", "~~~"].into_iter().find(|mark| line.trim_start().starts_with(mark));
        match (fence, mark) {
            (None, None) => return Some((at + 1, line)),
            (None, Some(mark)) => fence = Some(mark),
            (Some(open), Some(mark)) if open == mark => fence = None,
            (Some(_), _) => (),
        }
        None
    })
}

/// What stands between backticks in a line. A span that opens with two closes with two.
fn spans(line: &str) -> Vec<&str> {
    let mut spans = Vec::new();
    let mut rest = line;
    while let Some(open) = rest.find('`') {
        let ticks = rest[open..].len() - rest[open..].trim_start_matches('`').len();
        let inside = &rest[open + ticks..];
        let Some(close) = inside.find(&"`".repeat(ticks)) else { break };
        spans.push(inside[..close].trim());
        rest = inside[close..].trim_start_matches('`');
    }
    spans
}

/// The names that a path may begin with or end in.
struct Places<'a> {
    tree: &'a Tree,
    /// Folders at the top, and crates.
    starts: BTreeSet<&'a str>,
}

impl<'a> Places<'a> {
    fn new(tree: &'a Tree) -> Self {
        let mut starts = BTreeSet::new();
        for file in tree.files() {
            let mut parts = file.split('/');
            let (first, second, third) = (parts.next(), parts.next(), parts.next());
            if second.is_some() {
                starts.extend(first);
            }
            if first == Some("crates") && third.is_some() {
                starts.extend(second);
            }
        }
        Self { tree, starts }
    }

    /// The path in `span`, if it looks like one of this repository.
    fn as_path<'b>(&self, span: &'b str) -> Option<&'b str> {
        let foreign = ["http", "--", "~", "/"].iter().any(|start| span.starts_with(start));
        let is_pattern = span.contains([' ', '<', '*', '{', '$', '=', '(', '|', '…']);
        if foreign || is_pattern {
            return None;
        }
        let span = span.strip_prefix("./").unwrap_or(span);
        let span = span.trim_end_matches('/');
        let span = match span.rsplit_once(':') {
            Some((path, line)) if line.parse::<usize>().is_ok() => path,
            _ => span,
        };
        let name = span.rsplit('/').next().unwrap_or(span);
        let is_file = EXTENSIONS.iter().any(|end| name.ends_with(end) && name != *end);
        let first = span.split_once('/').map(|(first, _)| first);
        (is_file || first.is_some_and(|first| self.starts.contains(first))).then_some(span)
    }

    /// How many places `path` could mean.
    fn count(&self, path: &str) -> usize {
        let in_crates = format!("crates/{path}");
        for whole in [path, &in_crates] {
            if self.tree.has_file(whole) || self.tree.has_folder(whole) {
                return 1;
            }
        }
        let end = format!("/{path}");
        self.tree.files().filter(|file| file.ends_with(&end)).count()
    }
}

#[cfg(test)]
mod tests;
