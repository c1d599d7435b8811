//! How far the journal was durable, beside the journal: a journal that ends earlier has lost what
//! was promised, and the bot does not go on with it.
//!
//! **Law.** It never says more than is durable. It is not synced itself: after a loss of power it
//! may say less, and a damaged one says nothing.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, ErrorKind},
    path::Path,
};

use bot_journal::Witness;

/// Its name in the journal's folder, so that whoever moves the journal away moves it, too.
const NAME: &str = "witness";

/// The file of a journal's witness.
#[derive(Debug)]
pub(crate) struct WitnessFile {
    file: File,
}

impl WitnessFile {
    /// Opens the one in a journal's folder; gives what it says of the last run.
    pub(crate) fn open(folder: &Path) -> io::Result<(Self, Option<Witness>)> {
        let path = folder.join(NAME);
        let said = read(&path)?;
        let mut options = OpenOptions::new();
        options.write(true).create(true).truncate(false);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        Ok((Self { file: options.open(path)? }, said))
    }

    /// Says how far the journal is durable now.
    pub(crate) fn write(&mut self, witness: Witness) {
        if let Err(error) = self.overwrite(witness) {
            // The older word stays true.
            tracing::warn!(%error, "the journal's witness cannot be written");
        }
    }

    fn overwrite(&mut self, witness: Witness) -> io::Result<()> {
        use io::{Seek, Write};
        self.file.rewind()?;
        self.file.write_all(&witness.to_bytes())
    }
}

#[expect(clippy::disallowed_methods, reason = "this is the edge")]
fn read(path: &Path) -> io::Result<Option<Witness>> {
    match fs::read(path) {
        Ok(bytes) => Ok(Witness::from_bytes(&bytes)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}
