//! `--columns FILE.csv`: a line for each candle, with the equity at its close and the values of
//! any expressions, for looking at a backtest with other programs.

use std::{fmt::Write, path::Path};

use strategies::rules::Column;
use trading_types::{Amount, Candle};

use crate::{
    arguments::BacktestArguments,
    failure::Failure,
    files::{self, WholeFile},
    rules_file,
};

/// The most expressions of one file.
const COLUMNS_MAX: usize = 64;
/// Text that gathers before it is written to the file.
const CHUNK: usize = 1 << 16;
/// Columns that are always there.
const NAMES: &str = "time,open,high,low,close,volume,equity,held";

/// The file, written while the backtest goes on.
pub(crate) struct ColumnsFile<'a> {
    path: &'a Path,
    file: WholeFile,
    columns: Vec<Column>,
    text: String,
    written: Result<(), Failure>,
}

impl<'a> ColumnsFile<'a> {
    /// The file that is asked for, with its first line; nothing if none is.
    pub(crate) fn create(arguments: &'a BacktestArguments) -> Result<Option<Self>, Failure> {
        let Some(path) = arguments.columns.as_deref() else { return Ok(None) };
        let columns = columns(arguments)?;
        let names = arguments.column.iter().map(|it| format!(",{}", field(it)));
        let text = format!("{NAMES}{}\n", names.collect::<String>());
        let (file, written) = (WholeFile::create(path)?, Ok(()));
        Ok(Some(Self { path, file, columns, text, written }))
    }

    /// Adds a candle that has closed; the first failure to write is kept and ends the writing.
    pub(crate) fn see(&mut self, candle: &Candle, equity: Amount, is_held: bool) {
        let Candle { start, open, high, low, close, volume, trades: _ } = candle;
        let held = u8::from(is_held);
        let text = &mut self.text;
        write!(text, "{start},{open},{high},{low},{close},{volume},{equity},{held}")
            .expect("a text can be written to");
        for column in &mut self.columns {
            text.push(',');
            let value = column.update(candle);
            // What is undefined stays empty.
            if !value.is_nan() {
                write!(text, "{value}").expect("a text can be written to");
            }
        }
        text.push('\n');
        if CHUNK < text.len() {
            self.flush();
        }
    }

    fn flush(&mut self) {
        if self.written.is_ok() {
            self.written = files::write(self.path, &mut self.file, self.text.as_bytes());
        }
        self.text.clear();
    }

    /// Writes what is left.
    pub(crate) fn done(mut self) -> Result<(), Failure> {
        self.flush();
        self.written.and_then(|()| self.file.finish())
    }
}

/// The expressions, which may use the parameters of the rules.
fn columns(arguments: &BacktestArguments) -> Result<Vec<Column>, Failure> {
    if COLUMNS_MAX < arguments.column.len() {
        let what = format!("--column is given more than {COLUMNS_MAX} times");
        return Err(Failure::wrong_hint(what, "write the others to another file"));
    }
    let rules = arguments.rules.as_deref();
    let rules = rules.map(|path| rules_file::read_with(path, &arguments.settings, &[]));
    let rules = rules.transpose()?;
    let parameters = rules.as_ref().map_or(&[][..], |it| it.parameters());
    let column = |text: &String| {
        let column = Column::new(text, parameters, arguments.interval);
        column.map_err(|error| Failure::wrong_hint(error, rules_file::RULES_HINT))
    };
    arguments.column.iter().map(column).collect()
}

/// A text as a field of a CSV file.
fn field(text: &str) -> String {
    if text.contains([',', '"', '\n', '\r']) {
        return format!("\"{}\"", text.replace('"', "\"\""));
    }
    text.to_owned()
}
