//! Keeps the rows that are done: in the file that was asked for, or, when it is interrupted, in one
//! of its own, from which it goes on.

use std::{
    ops::{ControlFlow, Range},
    path::{Path, PathBuf},
};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use strategy_research::{Done, Row, RowsFile, RowsFileError, walk_forward::Rows};

use crate::{clock::Stopwatch, failure::Failure, output};

/// Work that is done within this long shows no bar.
const QUIET: std::time::Duration = std::time::Duration::from_secs(2);

pub(crate) struct Keeper {
    file: Option<RowsFile>,
    /// Rows of this run, where there is no file for them.
    kept: Vec<(Range<usize>, Vec<u64>, Row)>,
    failed: Option<RowsFileError>,
    watch: Stopwatch,
    bar: Option<ProgressBar>,
    done: u64,
    total: u64,
}

impl Keeper {
    /// Goes on from `file`, or begins it; `total` rows are to be done.
    pub(crate) fn new(file: Option<&Path>, key: &str, total: u64) -> Result<Self, Failure> {
        let file = file.map(|path| RowsFile::open(path, key)).transpose().map_err(wrong)?;
        if let Some(file) = file.as_ref().filter(|it| !it.is_empty() || 0 < it.damaged) {
            let damaged = match file.damaged {
                0 => String::new(),
                count => format!(", {count} damaged ones are done again"),
            };
            output::word(format_args!("{} rows are done already{damaged}", file.len()));
        }
        let done = file.as_ref().map_or(0, |it| it.len() as u64);
        Ok(Self {
            file,
            kept: Vec::new(),
            failed: None,
            watch: Stopwatch::start(),
            bar: None,
            done,
            total,
        })
    }

    fn keep(&mut self, window: &Range<usize>, done: &Done<'_>) -> ControlFlow<()> {
        self.done += 1;
        self.show();
        let kept = if let Some(file) = &mut self.file {
            file.add(window, done.places, done.row)
        } else {
            self.kept.push((window.clone(), done.places.to_vec(), done.row.clone()));
            Ok(())
        };
        match kept {
            Ok(()) => ControlFlow::Continue(()),
            Err(error) => {
                self.failed = Some(error);
                ControlFlow::Break(())
            }
        }
    }

    fn show(&mut self) {
        if self.bar.is_none() && QUIET < self.watch.elapsed() && output::stderr_is_terminal() {
            let template = "{prefix} [{bar:40}] {pos} of {len}, {per_sec}, {eta} left";
            let style = ProgressStyle::with_template(template).expect("the template is right");
            let bar = ProgressBar::with_draw_target(Some(self.total), ProgressDrawTarget::stderr());
            self.bar = Some(bar.with_style(style).with_prefix("variants"));
        }
        if let Some(bar) = &self.bar {
            bar.set_position(self.done);
        }
    }

    /// Keeps what was done: in the file that was asked for, or, where it is `unfinished`, in one of
    /// that name. Gives what is to be said about it at the end.
    pub(crate) fn keep_all(
        mut self,
        data_folder: &Path,
        unfinished: Option<&str>,
        key: &str,
    ) -> Result<Option<String>, Failure> {
        if let Some(bar) = self.bar.take() {
            bar.finish_and_clear();
        }
        if let Some(error) = self.failed.take() {
            return Err(wrong(error));
        }
        if let Some(file) = &mut self.file {
            file.flush().map_err(wrong)?;
            let word = "stopped; the same command goes on where it was";
            return Ok(unfinished.map(|_| word.to_owned()));
        }
        unfinished.map(|name| self.keep_unfinished(data_folder, name, key)).transpose()
    }

    fn keep_unfinished(
        mut self,
        data_folder: &Path,
        name: &str,
        key: &str,
    ) -> Result<String, Failure> {
        let path: PathBuf = data_folder.join("research").join(name);
        // One that was left by another request is no longer of use.
        let mut file = match RowsFile::open(&path, key) {
            Ok(file) => file,
            Err(RowsFileError::OtherRequest { .. }) => {
                crate::files::remove(&path)?;
                RowsFile::open(&path, key).map_err(wrong)?
            }
            Err(error) => return Err(wrong(error)),
        };
        for (window, places, row) in self.kept.drain(..) {
            file.add(&window, &places, &row).map_err(wrong)?;
        }
        file.flush().map_err(wrong)?;
        Ok(format!("stopped; to go on, add --resume {}", path.display()))
    }
}

/// How a sweep ends whose rows were `kept` and whose outputs were `written`: what is to be said of
/// the rows is said whatever became of the outputs.
pub(crate) fn end(
    kept: Result<Option<String>, Failure>,
    written: Result<(), Failure>,
    is_partial: bool,
) -> Result<(), Failure> {
    let kept = kept.map(|word| {
        if let Some(word) = word {
            output::word(word);
        }
    });
    Failure::first_of([kept, written])?;
    if is_partial { Err(Failure::Interrupted) } else { Ok(()) }
}

impl Rows for Keeper {
    fn known(&self, window: &Range<usize>, places: &[u64]) -> Option<Row> {
        self.file.as_ref().and_then(|it| it.row(window, places)).cloned()
    }

    fn done(&mut self, _fold: usize, window: &Range<usize>, done: &Done<'_>) -> ControlFlow<()> {
        self.keep(window, done)
    }
}

fn wrong(error: RowsFileError) -> Failure {
    let hint = match &error {
        RowsFileError::File(_) => "check the path and the disk; what was written before is kept",
        RowsFileError::OtherRequest { .. } => {
            "give the same options and candles as before, or another --resume FILE"
        }
    };
    Failure::wrong_hint(error, hint)
}
