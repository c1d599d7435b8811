//! Where a bot of a long test keeps what it keeps.
//!
//! The invariant: it is gone with the test.

use std::path::Path;

use tempfile::TempDir;

/// A folder in memory where there is such a thing: these tests are about what a process, the net
/// and the venue do, and a disk that syncs does not run faster because a clock does.
pub(crate) fn folder() -> TempDir {
    let memory = Path::new("/dev/shm");
    let folder = if memory.is_dir() { tempfile::tempdir_in(memory) } else { tempfile::tempdir() };
    folder.expect("a folder")
}
