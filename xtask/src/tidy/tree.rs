//! The files of a checkout, as git sees them: tracked ones, and new ones that are not ignored.
//!
//! New files count, so that a slip is found before it is committed and not after.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

/// A checkout. Paths are relative to its root, with `/` on every system.
#[derive(Debug)]
pub(crate) struct Tree {
    root: PathBuf,
    files: BTreeSet<String>,
}

impl Tree {
    /// Lists the files of the checkout at `root`.
    pub(crate) fn open(root: &Path) -> Result<Self> {
        let output = Command::new("git")
            .args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"])
            .current_dir(root)
            // A git hook sets these for its own repository; this question is about `root`.
            .env_remove("GIT_DIR")
            .env_remove("GIT_WORK_TREE")
            .env_remove("GIT_INDEX_FILE")
            .output()
            .context("git did not start; hint: tidy asks git for the files, install it")?;
        if !output.status.success() {
            let said = String::from_utf8_lossy(&output.stderr);
            let root = root.display();
            bail!("`git ls-files` failed in {root}: {}\nhint: run tidy in a clone", said.trim());
        }
        let listed = String::from_utf8(output.stdout).context("a file name is not UTF-8")?;
        let files = listed
            .split('\0')
            // A file that is deleted but not yet committed is still listed.
            .filter(|file| !file.is_empty() && root.join(file).is_file())
            .map(str::to_owned)
            .collect();
        Ok(Self { root: root.to_owned(), files })
    }

    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    pub(crate) fn files(&self) -> impl Iterator<Item = &str> {
        self.files.iter().map(String::as_str)
    }

    /// The files whose name ends in a dot and `wanted`.
    pub(crate) fn with_extension(&self, wanted: &str) -> impl Iterator<Item = &str> {
        self.files().filter(move |file| extension(file) == wanted)
    }

    /// The files somewhere below `folder`.
    pub(crate) fn below(&self, folder: &str) -> impl Iterator<Item = &str> {
        let start = format!("{folder}/");
        self.files().filter(move |file| file.starts_with(&start))
    }

    pub(crate) fn has_file(&self, file: &str) -> bool {
        self.files.contains(file)
    }

    pub(crate) fn has_folder(&self, folder: &str) -> bool {
        self.below(folder).next().is_some()
    }

    pub(crate) fn bytes(&self, file: &str) -> Result<Vec<u8>> {
        std::fs::read(self.root.join(file)).with_context(|| format!("reading {file}"))
    }

    /// The text of a file that must be text.
    pub(crate) fn text(&self, file: &str) -> Result<String> {
        String::from_utf8(self.bytes(file)?).with_context(|| format!("{file} is not UTF-8"))
    }

    /// The text of a file, or nothing if it is not text.
    pub(crate) fn text_if_any(&self, file: &str) -> Result<Option<String>> {
        Ok(String::from_utf8(self.bytes(file)?).ok().filter(|text| !text.contains('\0')))
    }
}

/// What follows the last dot of a file's name.
pub(crate) fn extension(file: &str) -> &str {
    file.rsplit_once('.').map_or("", |(_, extension)| extension)
}

#[cfg(test)]
mod tests;
