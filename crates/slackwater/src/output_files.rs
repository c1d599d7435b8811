//! What the files have in common that a command was told to write: none is an input, none is
//! another, and each can be written, which is asked before an hour of work and not after it.

use std::path::{Path, PathBuf};

use crate::{
    failure::Failure,
    files::{self, WholeFile},
};

/// Refuses to write over `taken` files or one output over another, and outputs that cannot be
/// begun. Nothing is written yet.
pub(crate) fn check(
    mut taken: Vec<(&'static str, PathBuf)>,
    written: &[(&'static str, Option<&Path>)],
) -> Result<(), Failure> {
    for (option, path) in written {
        let Some(path) = path else { continue };
        if let Some((other, _)) = taken.iter().find(|(_, it)| files::is_same(it, path)) {
            let what = format!("{option} {} is the file of {other}", path.display());
            return Err(Failure::wrong_hint(what, "give it a name of its own"));
        }
        drop(WholeFile::create(path)?);
        taken.push((option, path.to_path_buf()));
    }
    Ok(())
}
