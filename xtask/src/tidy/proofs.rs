//! The table of controls is whole, and every test it names is one.
//!
//! A test counts by its name: a function of that name anywhere in the tree. What holds a space is a
//! command, and is believed.

use std::collections::BTreeSet;

use anyhow::Result;

use super::{Finding, Tree};

/// How findings of this law are marked.
pub(crate) const LAW: &str = "proofs";

const TABLE: &str = "docs/controls.md";
/// Rows C1 to C24.
const ROWS: usize = 24;

/// Lists rows that are missing, prove nothing, or name a test that is not there.
pub(crate) fn check(tree: &Tree) -> Result<Vec<Finding>> {
    if !tree.has_file(TABLE) {
        return Ok(vec![Finding::missing_target(LAW, TABLE, "the table of controls is missing")]);
    }
    let text = tree.text(TABLE)?;
    let tests = functions(tree)?;
    let mut findings = Vec::new();
    for row in 1..=ROWS {
        let start = format!("| C{row} |");
        let found = text.lines().enumerate().find(|(_, line)| line.starts_with(&start));
        let Some((at, line)) = found else {
            let what = format!("row C{row} is missing");
            findings.push(Finding::new(LAW, TABLE, 1, what, "each control has its row"));
            continue;
        };
        findings.extend(look(line, at + 1, &tests));
    }
    Ok(findings)
}

fn look(line: &str, at: usize, tests: &BTreeSet<String>) -> Vec<Finding> {
    let proof = line.trim_end_matches('|').rsplit('|').next().unwrap_or_default();
    let names: Vec<&str> = proof.split('`').skip(1).step_by(2).collect();
    if names.is_empty() && !proof.contains("](") && !proof.contains("the command") {
        let (what, hint) = ("nothing proves this control", "name a test, or a command");
        return vec![Finding::new(LAW, TABLE, at, what.to_owned(), hint)];
    }
    let is_gone = |name: &&str| !name.contains(' ') && !tests.contains(*name);
    let gone = names.into_iter().filter(is_gone);
    let finding = |name| {
        let what = format!("there is no test `{name}`");
        Finding::new(LAW, TABLE, at, what, "mend the name; a test was renamed or deleted")
    };
    gone.map(finding).collect()
}

/// The names of all functions.
fn functions(tree: &Tree) -> Result<BTreeSet<String>> {
    let mut names = BTreeSet::new();
    for file in tree.with_extension("rs") {
        let text = tree.text(file)?;
        for (at, _) in text.match_indices("fn ") {
            let rest = &text[at + 3..];
            let end = rest.find(|c: char| c != '_' && !c.is_ascii_alphanumeric());
            names.insert(rest[..end.unwrap_or(rest.len())].to_owned());
        }
    }
    Ok(names)
}

#[cfg(test)]
mod tests {
    use super::super::fixture::found;
    use super::*;

    fn table(changed: &str, proof: &str) -> String {
        let row = |row: usize| {
            let name = format!("C{row}");
            let proof = if name == changed { proof } else { "`it_holds`" };
            format!("| {name} | a control | what is done | {proof} |\n")
        };
        (1..=ROWS).map(row).collect()
    }

    #[track_caller]
    fn check_row(changed: &str, proof: &str, expect: &[&str]) {
        let table = table(changed, proof);
        let tests = "#[test]\nfn it_holds() {}\n";
        assert_eq!(found(check, &[(TABLE, &table), ("a.rs", tests)]), expect);
    }

    #[test]
    fn rows_that_prove_something_pass() {
        check_row("C3", "`it_holds`, `cargo bench -p a`", &[]);
        check_row("C21", "the command it names", &[]);
    }

    #[test]
    fn rows_that_prove_nothing_are_found() {
        check_row("C3", "trust us", &["docs/controls.md:3: nothing proves this control"]);
        check_row("C9", "`it_held`", &["docs/controls.md:9: there is no test `it_held`"]);
    }

    #[test]
    fn a_row_or_a_table_that_is_gone_is_found() {
        let short = table("", "").replace("| C7 |", "| D7 |");
        let tests = ("a.rs", "fn it_holds() {}");
        assert_eq!(
            found(check, &[(TABLE, &short), tests]),
            ["docs/controls.md:1: row C7 is missing"]
        );
        assert_eq!(found(check, &[tests]).len(), 1);
    }
}
