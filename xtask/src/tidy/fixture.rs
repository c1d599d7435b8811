//! Made-up checkouts for the tests of the laws: a folder that removes itself, with git in it.

use std::fmt::Write;
use std::path::Path;
use std::process::Command;

use anyhow::Result;
use tempfile::TempDir;

use super::layers::{CRATES, Crate};
use super::{Finding, Tree};

/// A checkout that lives as long as a test.
pub(crate) struct Fixture {
    folder: TempDir,
}

impl Fixture {
    /// Writes `files` into a new checkout.
    pub(crate) fn new(files: &[(&str, &str)]) -> Self {
        let fixture = Self { folder: tempfile::tempdir().unwrap() };
        fixture.git(&["init", "--quiet"]);
        for (file, text) in files {
            fixture.write(file, text.as_bytes());
        }
        fixture
    }

    /// A checkout with every crate in the table of layers, where every law is kept.
    pub(crate) fn lawful() -> Self {
        let fixture = Self::new(&[
            ("Cargo.toml", "[workspace]\nmembers = [\"crates/*\"]\n[workspace.dependencies]\n"),
            ("README.md", "# Readme\nSee `ARCHITECTURE.md`.\n"),
            ("CONTRIBUTING.md", "# Contributing\n"),
            ("SECURITY.md", "# Security\n"),
            ("CHANGELOG.md", "# Changes\n"),
        ]);
        let mut map = String::from("# Map\n");
        for Crate { name, .. } in CRATES {
            let manifest = format!("[package]\nname = \"{name}\"\nedition = \"2024\"\n");
            fixture.write(&format!("crates/{name}/Cargo.toml"), manifest.as_bytes());
            fixture.write(&format!("crates/{name}/src/lib.rs"), b"//! A crate.\n");
            writeln!(map, "- `{name}` in `crates/{name}/src/lib.rs`").unwrap();
        }
        fixture.write("ARCHITECTURE.md", map.as_bytes());
        let mut table = String::from("# Controls\n");
        for row in 1..=24 {
            writeln!(table, "| C{row} | it holds | `cargo test holds` |").unwrap();
        }
        fixture.write("docs/controls.md", table.as_bytes());
        fixture
    }

    pub(crate) fn write(&self, file: &str, bytes: &[u8]) {
        let path = self.folder.path().join(file);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
    }

    pub(crate) fn git(&self, args: &[&str]) {
        let status = Command::new("git")
            .args(args)
            .current_dir(self.folder.path())
            .env_remove("GIT_DIR")
            .env_remove("GIT_WORK_TREE")
            .env_remove("GIT_INDEX_FILE")
            .status()
            .unwrap();
        assert!(status.success());
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn tree(&self) -> Tree {
        Tree::open(self.path()).unwrap()
    }
}

/// What a law finds in a checkout of these files: `file:line: what`, one a line.
pub(crate) fn found(
    law: impl Fn(&Tree) -> Result<Vec<Finding>>,
    files: &[(&str, &str)],
) -> Vec<String> {
    let fixture = Fixture::new(files);
    let mut findings = law(&fixture.tree()).unwrap();
    findings.sort();
    for finding in &findings {
        assert!(!finding.hint.is_empty(), "{finding:?} does not say what to do");
    }
    findings.iter().map(|found| format!("{}:{}: {}", found.file, found.line, found.what)).collect()
}
