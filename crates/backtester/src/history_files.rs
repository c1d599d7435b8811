//! What a path has of price history, whatever it is: a CSV file, a folder of them, an archive.
//!
//! Nothing is unpacked to disk or held in memory, and a damaged archive ends in an error and never
//! in fewer rows: what was made of a file is provisional until its end was read.

use std::{
    fs,
    io::{self, BufRead, BufReader},
    path::{Path, PathBuf},
};

use trading_types::{KrakenPairs, Pair};

use crate::{
    archive::{self, Placed},
    candle_file::{ARCHIVE_STARTS, CHUNK_BYTES, ReadLimits, open_bytes, place_of},
    file_name,
    read_error::{ArchiveFault, Fault, Format, PathFault, Place, ReadError},
};

/// A file of candles or of trades that can be opened.
#[derive(Clone, Debug)]
pub struct HistoryFile {
    /// Where it is, for messages and for what it is remembered by.
    pub place: Place,
    /// Its pair, where its name says so.
    pub pair: Option<Pair>,
    /// The length of its candles in minutes; nothing for trades.
    pub minutes: Option<u32>,
    /// How long it is, after unpacking, where that is known.
    pub bytes: Option<u64>,
    path: PathBuf,
    member: Option<Result<Placed, Fault>>,
}

impl HistoryFile {
    /// Its bytes, after unpacking.
    pub fn open(&self) -> Result<Box<dyn BufRead>, ReadError> {
        let refused = |fault: Fault| ReadError::new(self.place.clone(), fault);
        let (input, _) = open_bytes(&self.path).map_err(|it| refused(it.into()))?;
        match &self.member {
            None => Ok(Box::new(input)),
            Some(Err(fault)) => Err(refused(fault.clone())),
            Some(Ok(placed)) => {
                let member = placed.open(input).map_err(refused)?;
                Ok(Box::new(BufReader::with_capacity(CHUNK_BYTES, member)))
            }
        }
    }
}

/// Every CSV file at a path, by name.
pub fn history_files(path: &Path, limits: &ReadLimits) -> Result<Vec<HistoryFile>, ReadError> {
    let place = place_of(path);
    let refused = |fault: Fault| ReadError::new(place.clone(), fault);
    let metadata = fs::metadata(path).map_err(|it| refused(PathFault::from_io(&it).into()))?;
    let mut files = if metadata.is_dir() {
        in_folder(path).map_err(|it| refused(PathFault::from_io(&it).into()))?
    } else {
        at_file(path, limits).map_err(refused)?
    };
    files.sort_by(|one, other| one.place.member.cmp(&other.place.member));
    Ok(files)
}

fn in_folder(path: &Path) -> io::Result<Vec<HistoryFile>> {
    let mut paths =
        fs::read_dir(path)?.map(|it| it.map(|it| it.path())).collect::<io::Result<Vec<_>>>()?;
    paths.retain(|it| it.is_file() && is_csv(&it.to_string_lossy()));
    paths.sort();
    let table = KrakenPairs::recorded();
    Ok(paths.into_iter().map(|path| plain(path, &table)).collect())
}

fn at_file(path: &Path, limits: &ReadLimits) -> Result<Vec<HistoryFile>, Fault> {
    let (mut input, _) = open_bytes(path)?;
    let start = input.fill_buf().map_err(|it| PathFault::from_io(&it))?;
    let table = KrakenPairs::recorded();
    if !ARCHIVE_STARTS.iter().any(|it| start.starts_with(it)) {
        if let Some(format) = Format::of(start) {
            return Err(PathFault::OtherFormat(format).into());
        }
        if path.extension().is_some_and(|it| it.eq_ignore_ascii_case("zip")) {
            return Err(ArchiveFault::NotAnArchive.into());
        }
        return Ok(vec![plain(path.to_owned(), &table)]);
    }
    let members = archive::list(input, limits)?;
    let files = members.into_iter().filter(|(name, _)| is_csv(name)).map(|(name, placed)| {
        let file = name.rsplit(['/', '\\']).next().unwrap_or_default();
        let holds = file_name::holds(file, &table);
        HistoryFile {
            place: Place::member(&path.to_string_lossy(), &name),
            pair: holds.map(|(pair, _)| pair),
            minutes: holds.and_then(|(_, minutes)| minutes),
            bytes: placed.as_ref().ok().map(|it| it.promised),
            path: path.to_owned(),
            member: Some(placed),
        }
    });
    Ok(files.collect())
}

fn plain(path: PathBuf, table: &KrakenPairs) -> HistoryFile {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let holds = file_name::holds(&name, table);
    HistoryFile {
        place: place_of(&path),
        pair: holds.map(|(pair, _)| pair),
        minutes: holds.and_then(|(_, minutes)| minutes),
        bytes: fs::metadata(&path).ok().map(|it| it.len()),
        path,
        member: None,
    }
}

/// The dot files that some systems put beside the real ones are none.
fn is_csv(name: &str) -> bool {
    let file = name.rsplit(['/', '\\']).next().unwrap_or_default();
    !file.starts_with('.') && file.len() > 4 && file.to_ascii_lowercase().ends_with(".csv")
}

#[cfg(test)]
mod tests;
