//! stand-in
use bot_journal::{Disk, DiskError};
use std::{
    fs,
    io::Write,
    path::{Path, PathBuf},
};
#[derive(Debug)]
pub struct RealDisk(PathBuf);
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct LockError(String);
impl RealDisk {
    pub fn open(folder: &Path) -> Result<Self, LockError> {
        Ok(Self(folder.to_owned()))
    }
}
fn e(error: std::io::Error) -> DiskError {
    DiskError::Failed(error.to_string())
}
impl Disk for RealDisk {
    fn list(&mut self) -> Result<Vec<String>, DiskError> {
        let mut v: Vec<String> = fs::read_dir(&self.0)
            .map_err(e)?
            .filter_map(|d| d.ok()?.file_name().into_string().ok())
            .collect();
        v.sort();
        Ok(v)
    }
    fn read(&mut self, name: &str) -> Result<Vec<u8>, DiskError> {
        fs::read(self.0.join(name)).map_err(e)
    }
    fn create(&mut self, name: &str) -> Result<(), DiskError> {
        fs::File::create_new(self.0.join(name)).map(drop).map_err(e)
    }
    fn append(&mut self, name: &str, bytes: &[u8]) -> Result<(), DiskError> {
        fs::OpenOptions::new()
            .append(true)
            .open(self.0.join(name))
            .and_then(|mut f| f.write_all(bytes))
            .map_err(e)
    }
    fn truncate(&mut self, name: &str, length: u64) -> Result<(), DiskError> {
        fs::OpenOptions::new()
            .write(true)
            .open(self.0.join(name))
            .and_then(|f| f.set_len(length))
            .map_err(e)
    }
    fn rename(&mut self, from: &str, to: &str) -> Result<(), DiskError> {
        fs::rename(self.0.join(from), self.0.join(to)).map_err(e)
    }
    fn remove(&mut self, name: &str) -> Result<(), DiskError> {
        fs::remove_file(self.0.join(name)).map_err(e)
    }
    fn sync(&mut self, name: &str) -> Result<(), DiskError> {
        fs::File::open(self.0.join(name)).and_then(|f| f.sync_data()).map_err(e)
    }
    fn sync_folder(&mut self) -> Result<(), DiskError> {
        fs::File::open(&self.0).and_then(|f| f.sync_all()).map_err(e)
    }
}
