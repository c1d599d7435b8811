//! Which files are imported into which series.

use std::path::{Path, PathBuf};

use backtester::{HistoryFile, ReadLimits, history_files};
use market_history::{Content, SeriesName};
use trading_types::{Interval, Pair};

use super::recording::{self, is_recording};
use crate::{arguments::data::ImportArguments, failure::Failure};

/// How much a file of an archive may unpack to. Kraken's largest have some gigabytes.
const LIMITS: ReadLimits = ReadLimits { unpacked_bytes_max: 256 << 30, expansion_max: 200 };
/// The most names that a message repeats.
const NAMES_MAX: usize = 8;

/// A file and where its rows go.
#[derive(Debug)]
pub(super) struct Job {
    pub(super) input: Input,
    pub(super) series: SeriesName,
}

/// What rows are read from.
#[derive(Debug)]
pub(super) enum Input {
    /// A CSV file, perhaps in an archive.
    File(Box<HistoryFile>),
    /// What `slackwater data record` wrote.
    Recording(PathBuf),
}

/// What is to be done.
#[derive(Debug, Default)]
pub(super) struct Plan {
    pub(super) jobs: Vec<Job>,
    pub(super) skipped: Vec<String>,
}

impl Plan {
    /// What is asked for.
    pub(super) fn of(arguments: &ImportArguments) -> Result<Self, Failure> {
        let mut plan = Self::default();
        for path in &arguments.files {
            if is_recording(path) {
                plan.add_recording(path, arguments)?;
                continue;
            }
            let files = history_files(path, &LIMITS)?;
            let is_one = files.len() == 1 && !path.is_dir();
            for file in files {
                plan.add(file, arguments, is_one)?;
            }
        }
        if plan.jobs.is_empty() {
            return Err(plan.nothing(&arguments.files[0]));
        }
        Ok(plan)
    }

    /// Bytes of all files, after unpacking, where all are known.
    pub(super) fn bytes(&self) -> Option<u64> {
        let of = |job: &Job| match &job.input {
            Input::File(file) => file.bytes,
            Input::Recording(_) => None,
        };
        self.jobs.iter().map(of).sum()
    }

    fn add(
        &mut self,
        file: HistoryFile,
        arguments: &ImportArguments,
        is_one: bool,
    ) -> Result<(), Failure> {
        let name = name(&file);
        match series(&file, arguments, is_one) {
            Ok(Some(series)) if file.bytes != Some(0) => {
                self.jobs.push(Job { input: Input::File(Box::new(file)), series });
            }
            Ok(_) => self.skipped.push(name),
            Err((what, hint)) => {
                return Err(Failure::wrong_hint(format_args!("{name}: {what}"), hint));
            }
        }
        Ok(())
    }

    fn add_recording(&mut self, path: &Path, arguments: &ImportArguments) -> Result<(), Failure> {
        for series in recording::series(path)? {
            let is_asked = arguments.pairs.iter().any(|rules| rules.pair == series.pair);
            if arguments.pairs.is_empty() || is_asked {
                self.jobs.push(Job { input: Input::Recording(path.to_owned()), series });
            } else {
                self.skipped.push(format!("{}: {series}", path.display()));
            }
        }
        Ok(())
    }

    fn nothing(&self, path: &Path) -> Failure {
        let mut names = self.skipped.clone();
        let more = names.len().saturating_sub(NAMES_MAX);
        names.truncate(NAMES_MAX);
        let more = if more == 0 { String::new() } else { format!(", and {more} more") };
        let what = if names.is_empty() {
            format!("{}: there is no CSV file in it", path.display())
        } else {
            format!("nothing to import; there is {}{more}", names.join(", "))
        };
        Failure::wrong_hint(what, "files are named like XBTUSD_60.csv or XBTUSD.csv; see --help")
    }
}

impl Job {
    /// What the file is called in the store and in messages.
    pub(super) fn name(&self) -> String {
        match &self.input {
            Input::File(file) => name(file),
            Input::Recording(path) => path.display().to_string(),
        }
    }
}

fn name(file: &HistoryFile) -> String {
    let shown = file.place.to_string();
    shown.trim_end_matches(": ").to_owned()
}

/// Why a file cannot be assigned to a series, and what to do.
type Unclear = (String, &'static str);

/// The series of a file; nothing when it is not among those that are asked for.
fn series(
    file: &HistoryFile,
    arguments: &ImportArguments,
    is_one: bool,
) -> Result<Option<SeriesName>, Unclear> {
    let asked: Vec<Pair> = arguments.pairs.iter().map(|rules| rules.pair).collect();
    let Some(pair) = file.pair else {
        let [pair] = asked[..] else {
            let what = "its name does not say which pair it is".to_owned();
            return if is_one { Err((what, "add --pair BTC/USD")) } else { Ok(None) };
        };
        return Ok(is_one.then(|| match arguments.intervals[..] {
            [interval] => SeriesName::candles(pair, interval),
            _ => SeriesName::trades(pair),
        }));
    };
    if !asked.is_empty() && !asked.contains(&pair) {
        let what = format!("by its name it is {pair}");
        return if is_one { Err((what, "leave --pair out, or name it")) } else { Ok(None) };
    }
    let content = match file.minutes.map(Interval::from_minutes) {
        None if arguments.intervals.is_empty() => Some(Content::Trades),
        None => match arguments.intervals[..] {
            // A file like `XBTUSD.csv` may hold candles if somebody says so.
            [interval] if is_one => Some(Content::Candles { interval }),
            _ => None,
        },
        Some(Ok(interval)) => {
            let is_asked =
                arguments.intervals.is_empty() || arguments.intervals.contains(&interval);
            is_asked.then_some(Content::Candles { interval })
        }
        Some(Err(_)) => None,
    };
    Ok(content.map(|content| SeriesName { pair, content }))
}
