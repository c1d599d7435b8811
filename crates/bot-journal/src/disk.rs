//! What the journal needs of a disk: few verbs, each of which may fail and each of which lies about
//! nothing but durability.
//!
//! Written bytes are durable after [`Disk::sync`] of their file; a new, renamed or removed name is
//! durable after [`Disk::sync_folder`]. Before that a crash may keep, lose, tear or reorder them.

/// One folder of files, named without a path.
pub trait Disk {
    /// The names of all files, sorted.
    fn list(&mut self) -> Result<Vec<String>, DiskError>;
    /// All bytes of a file.
    fn read(&mut self, name: &str) -> Result<Vec<u8>, DiskError>;
    /// Makes an empty file that does not exist yet.
    fn create(&mut self, name: &str) -> Result<(), DiskError>;
    /// Adds bytes at the end of a file. After an error some of them may be there.
    fn append(&mut self, name: &str, bytes: &[u8]) -> Result<(), DiskError>;
    /// Cuts a file off at `length` bytes.
    fn truncate(&mut self, name: &str, length: u64) -> Result<(), DiskError>;
    /// Renames a file, over another if there is one.
    fn rename(&mut self, from: &str, to: &str) -> Result<(), DiskError>;
    /// Removes a file.
    fn remove(&mut self, name: &str) -> Result<(), DiskError>;
    /// Makes what was written to a file durable.
    fn sync(&mut self, name: &str) -> Result<(), DiskError>;
    /// Makes names durable.
    fn sync_folder(&mut self) -> Result<(), DiskError>;
}

impl<D: Disk + ?Sized> Disk for &mut D {
    fn list(&mut self) -> Result<Vec<String>, DiskError> {
        (**self).list()
    }
    fn read(&mut self, name: &str) -> Result<Vec<u8>, DiskError> {
        (**self).read(name)
    }
    fn create(&mut self, name: &str) -> Result<(), DiskError> {
        (**self).create(name)
    }
    fn append(&mut self, name: &str, bytes: &[u8]) -> Result<(), DiskError> {
        (**self).append(name, bytes)
    }
    fn truncate(&mut self, name: &str, length: u64) -> Result<(), DiskError> {
        (**self).truncate(name, length)
    }
    fn rename(&mut self, from: &str, to: &str) -> Result<(), DiskError> {
        (**self).rename(from, to)
    }
    fn remove(&mut self, name: &str) -> Result<(), DiskError> {
        (**self).remove(name)
    }
    fn sync(&mut self, name: &str) -> Result<(), DiskError> {
        (**self).sync(name)
    }
    fn sync_folder(&mut self) -> Result<(), DiskError> {
        (**self).sync_folder()
    }
}

/// Why a disk did not do what was asked, sorted by what to do next.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DiskError {
    // Make room, then start again.
    /// Nothing more fits.
    #[error("the disk is full: make room, then start again")]
    Full,
    // Correct the path or the rights.
    /// It may not be written.
    #[error("the folder is read-only: correct its rights")]
    ReadOnly,
    /// There is no such file.
    #[error("there is no file `{0}`")]
    Missing(String),
    /// There is such a file already.
    #[error("there is a file `{0}` already")]
    Exists(String),
    // Do not trust the disk any more: stop, look, start again.
    /// It took fewer bytes than it was given, and gave no reason.
    #[error("the disk took {written} of {wanted} bytes and gave no reason: check it")]
    Short {
        /// So many bytes it took.
        written: u64,
        /// So many it was given.
        wanted: u64,
    },
    /// Something else, in the system's words. After a sync that failed nobody knows what is on the
    /// disk, so this is never tried again.
    #[error("the disk failed ({0})")]
    Failed(String),
}
