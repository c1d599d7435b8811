//! Which crate names which, as cargo sees it, held against the tables in [`super::layers`].
//!
//! Tests may name more than sources: any crate in a lower layer. They may never name a neighbour
//! or a crate above, or the layers would hold in the product and not in the tests.

use std::collections::BTreeSet;

use anyhow::Result;
use cargo_metadata::{Dependency, DependencyKind, Metadata, MetadataCommand, Package};

use super::layers::{CRATES, Crate, PURE, Pure};
use super::manifest::{ROOT, line_of_key};
use super::{Finding, Tree};

/// How findings of this law are marked.
pub(crate) const LAW: &str = "edges";
const TABLE: &str = "xtask/src/tidy/layers.rs";

/// Lists edges that the tables do not allow, crates without a row, and rows without a crate.
pub(crate) fn check(tree: &Tree) -> Result<Vec<Finding>> {
    check_against(tree, CRATES, PURE)
}

fn check_against(tree: &Tree, crates: &[Crate], pure: &[Pure]) -> Result<Vec<Finding>> {
    if !tree.has_file(ROOT) {
        return Ok(vec![Finding::missing_target(LAW, ROOT, "there is no workspace here")]);
    }
    let metadata = MetadataCommand::new()
        .current_dir(tree.root())
        // What the crates declare is enough: no library is looked up, no network is needed.
        .no_deps()
        .exec()?;
    let packages = metadata.workspace_packages();
    let mut findings = rows_without_crate(&packages, crates, pure);
    for package in packages {
        let manifest = Manifest::new(tree, &metadata, package)?;
        let Some(row) = crates.iter().find(|row| row.name == package.name.as_str()) else {
            findings.push(manifest.finding(
                "name",
                format!("crate `{}` has no row in the table of layers", package.name),
                "decide its layer and what it may name, in xtask/src/tidy/layers.rs",
            ));
            continue;
        };
        for dependency in &package.dependencies {
            findings.extend(ours(&manifest, dependency, row, crates));
            findings.extend(foreign(&manifest, dependency, row, pure));
        }
    }
    Ok(findings)
}

fn rows_without_crate(packages: &[&Package], crates: &[Crate], pure: &[Pure]) -> Vec<Finding> {
    let rows = crates.iter().map(|row| row.name).chain(pure.iter().map(|row| row.name));
    // A crate that is in both tables is missing once.
    let rows: BTreeSet<&str> = rows.collect();
    rows.into_iter()
        .filter(|row| packages.iter().all(|package| package.name.as_str() != *row))
        .map(|row| {
            let what = format!("the table has a row for `{row}`, which is no crate here");
            Finding::missing_target(LAW, TABLE, &what)
        })
        .collect()
}

/// An edge to another crate of the workspace.
fn ours(
    manifest: &Manifest,
    dependency: &Dependency,
    row: &Crate,
    crates: &[Crate],
) -> Option<Finding> {
    dependency.path.as_ref()?;
    let name = dependency.name.as_str();
    if dependency.kind == DependencyKind::Development {
        let target = crates.iter().find(|target| target.name == name);
        let allowed = target.is_some_and(|target| row.layer.is_above(target.layer));
        return (!allowed).then(|| {
            manifest.finding(
                key(dependency),
                format!("tests of `{}` name `{name}`, which is not in a layer below", row.name),
                "a test names crates in lower layers only: move it up to the crate that has both",
            )
        });
    }
    (!row.may_name.contains(&name)).then(|| {
        manifest.finding(
            key(dependency),
            format!("`{}` may not name `{name}`", row.name),
            "pass what it needs as an argument, or decide the edge in xtask/src/tidy/layers.rs",
        )
    })
}

/// An edge from below the purity line to somebody else's crate.
fn foreign(
    manifest: &Manifest,
    dependency: &Dependency,
    row: &Crate,
    pure: &[Pure],
) -> Option<Finding> {
    let pure = pure.iter().find(|pure| pure.name == row.name)?;
    let name = dependency.name.as_str();
    let in_sources = dependency.kind != DependencyKind::Development;
    let is_foreign = dependency.path.is_none();
    (is_foreign && in_sources && !pure.third_party.contains(&name)).then(|| {
        manifest.finding(
            key(dependency),
            format!("`{}` is below the purity line and may not use `{name}`", row.name),
            "do it at the edge, or argue for it in the table in xtask/src/tidy/layers.rs",
        )
    })
}

/// The word a manifest uses for a dependency.
fn key(dependency: &Dependency) -> &str {
    dependency.rename.as_ref().unwrap_or(&dependency.name)
}

/// A crate's `Cargo.toml`, to point into.
struct Manifest {
    file: String,
    text: String,
}

impl Manifest {
    fn new(tree: &Tree, metadata: &Metadata, package: &Package) -> Result<Self> {
        let path = &package.manifest_path;
        let path = path.strip_prefix(&metadata.workspace_root).unwrap_or(path);
        let file = path.as_str().replace('\\', "/");
        Ok(Self { text: tree.text(&file)?, file })
    }

    fn finding(&self, key: &str, what: String, hint: &str) -> Finding {
        let line = line_of_key(&self.text, key).unwrap_or(1);
        Finding::new(LAW, &self.file, line, what, hint)
    }
}

#[cfg(test)]
mod tests;
