//! Every dependency is declared once, at the root, on a line that says why it is here.

use anyhow::Result;
use toml::{Table, Value};

use super::manifest::{self, ROOT, line_of_key, sets_key};
use super::{Finding, Tree};

/// How findings of this law are marked.
pub(crate) const LAW: &str = "dependencies";

const SECTIONS: &[&str] = &["dependencies", "dev-dependencies", "build-dependencies"];

/// Lists dependencies without a reason, and crates that declare one past the root.
pub(crate) fn check(tree: &Tree) -> Result<Vec<Finding>> {
    if !tree.has_file(ROOT) {
        return Ok(vec![Finding::missing_target(LAW, ROOT, "there is no workspace here")]);
    }
    let root = manifest::parse(tree, ROOT)?;
    let declared = root.get("workspace").and_then(|table| table.get("dependencies"));
    let Some(declared) = declared.and_then(Value::as_table) else {
        let what = "there is no [workspace.dependencies]";
        return Ok(vec![Finding::missing_target(LAW, ROOT, what)]);
    };
    let mut findings = without_reason(&tree.text(ROOT)?, declared);
    for (file, _) in manifest::crates(tree)? {
        let table = manifest::parse(tree, &file)?;
        let text = tree.text(&file)?;
        for name in past_the_root(&table) {
            findings.push(Finding::new(
                LAW,
                &file,
                line_of_key(&text, name).unwrap_or(1),
                format!("`{name}` is not declared at the root"),
                "declare it in [workspace.dependencies] with its reason, then write \
                 `name.workspace = true` here",
            ));
        }
    }
    Ok(findings)
}

fn without_reason(text: &str, declared: &Table) -> Vec<Finding> {
    let foreign = declared.iter().filter(|(_, value)| is_foreign(value));
    let finding = |name: &String| {
        let line = declaration(text, name);
        let (at, line) = line.unwrap_or((1, ""));
        reason(line).is_none_or(str::is_empty).then(|| {
            Finding::new(
                LAW,
                ROOT,
                at,
                format!("`{name}` does not say why it is here"),
                "end its line with `# ` and the one thing it does for us",
            )
        })
    };
    foreign.filter_map(|(name, _)| finding(name)).collect()
}

/// The line of `[workspace.dependencies]` that declares `name`, counted from 1.
fn declaration<'a>(text: &'a str, name: &str) -> Option<(usize, &'a str)> {
    let lines = text.lines().enumerate().map(|(at, line)| (at + 1, line));
    lines
        .skip_while(|(_, line)| line.trim() != "[workspace.dependencies]")
        .skip(1)
        .take_while(|(_, line)| !line.starts_with('['))
        .find(|(_, line)| sets_key(line, name))
}

/// The comment at the end of a line, if there is one.
fn reason(line: &str) -> Option<&str> {
    let mut in_text = false;
    for (at, c) in line.char_indices() {
        match c {
            '"' => in_text = !in_text,
            '#' if !in_text => return Some(line[at + 1..].trim()),
            _ => (),
        }
    }
    None
}

/// The foreign dependencies of a crate that do not say `workspace = true`.
fn past_the_root(manifest: &Table) -> Vec<&str> {
    let targets = manifest.get("target").and_then(Value::as_table);
    let targets = targets.into_iter().flat_map(Table::values).filter_map(Value::as_table);
    let tables: Vec<&Table> = targets.chain([manifest]).collect();
    let sections = tables.iter().flat_map(|table| {
        SECTIONS.iter().filter_map(|section| table.get(*section).and_then(Value::as_table))
    });
    sections
        .flatten()
        .filter(|(_, value)| is_foreign(value) && !is_inherited(value))
        .map(|(name, _)| name.as_str())
        .collect()
}

/// Not one of our own crates, which name each other by path.
fn is_foreign(value: &Value) -> bool {
    value.get("path").is_none()
}

fn is_inherited(value: &Value) -> bool {
    value.get("workspace").and_then(Value::as_bool) == Some(true)
}

#[cfg(test)]
mod tests;
