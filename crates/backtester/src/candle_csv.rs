//! A stream of candles from the bytes of a CSV file, in constant memory.
//!
//! The form is that of Kraken's OHLCVT archive: `unix seconds,open,high,low,close,volume,trades`,
//! no line with names, no line for an interval without trades
//! (<https://support.kraken.com/articles/360047124832>, read on 2026-11-21). Whatever is not
//! exactly that is refused with its place and its reason: a backtest over a misread file is worse
//! than none. The one invariant: candles come out in order, each on its grid, each once.

use std::io::{self, BufRead};

use trading_types::{Candle, Interval, Timestamp};

pub use self::coverage::{Gap, MissingIntervals};
use self::{
    coverage::Coverage,
    quick::QuickRow,
    row::{FirstLine, RowError},
};
use crate::read_error::{ArchiveFault, Column, ContentFault, Fault, PathFault, Place, ReadError};

mod coverage;
mod number;
mod quick;
mod row;

/// The longest line that is looked at. A candle needs about sixty bytes.
pub const LINE_BYTES_MAX: usize = 512;

/// Some programs begin a file with this mark of UTF-8.
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// Which candles are wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    /// Their length.
    pub interval: Interval,
    /// None that begins before it.
    pub from: Option<Timestamp>,
    /// None that begins at it or after it.
    pub to: Option<Timestamp>,
}

/// Reads candles from bytes, one at a time.
#[derive(Debug)]
pub struct CandleReader<R> {
    input: R,
    place: Place,
    window: Window,
    step_seconds: u64,
    coverage: Coverage,
    /// The current line, when it does not lie in the input's buffer as a whole.
    line: Vec<u8>,
    line_number: u64,
    bytes_read: u64,
    candles: u64,
    state: State,
}

#[derive(Clone, Debug)]
enum State {
    Start,
    Rows,
    Done,
    Failed(ReadError),
}

/// How a line ends.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Ending {
    Newline,
    /// The input ends without one.
    Input,
}

/// All candles of a file that is in memory already.
pub fn read_all(bytes: &[u8], interval: Interval) -> Result<Vec<Candle>, ReadError> {
    let window = Window { interval, from: None, to: None };
    let mut reader = CandleReader::new(bytes, Place::file("input"), window);
    let mut candles = Vec::new();
    while let Some(candle) = reader.next_candle()? {
        candles.push(candle);
    }
    Ok(candles)
}

impl<R: BufRead> CandleReader<R> {
    /// A reader of `input`, which messages call `place`.
    pub fn new(input: R, place: Place, window: Window) -> Self {
        Self {
            input,
            place,
            window,
            step_seconds: window.interval.duration().as_secs(),
            coverage: Coverage::new(window),
            line: Vec::with_capacity(LINE_BYTES_MAX),
            line_number: 0,
            bytes_read: 0,
            candles: 0,
            state: State::Start,
        }
    }

    /// The next candle of the window, or nothing after the last. What failed once fails again.
    pub fn next_candle(&mut self) -> Result<Option<Candle>, ReadError> {
        let outcome = match &self.state {
            State::Rows => self.next_in_window(),
            State::Start => self.first_in_window(),
            State::Done => return Ok(None),
            State::Failed(error) => return Err(error.clone()),
        };
        match &outcome {
            Ok(Some(_)) => self.candles += 1,
            Ok(None) => self.state = State::Done,
            Err(error) => self.state = State::Failed(error.clone()),
        }
        outcome
    }

    /// Bytes of the file that were read so far.
    pub fn bytes_read(&self) -> u64 {
        self.bytes_read
    }

    /// Intervals without a candle so far, between the first and the last candle of the file as far
    /// as they lie in the window.
    pub fn missing(&self) -> MissingIntervals {
        self.coverage.missing()
    }

    /// Reads the rest without looking at it, for inputs that know only at their end whether they
    /// are whole.
    pub(crate) fn skip_rest(&mut self) -> Result<(), ReadError> {
        loop {
            let length = filled(&mut self.input, &self.place)?.len();
            if length == 0 {
                return Ok(());
            }
            self.input.consume(length);
            self.bytes_read += length as u64;
        }
    }

    fn next_in_window(&mut self) -> Result<Option<Candle>, ReadError> {
        while let Some(candle) = self.next_row()? {
            if self.is_wanted(candle.start) {
                return Ok(Some(candle));
            }
            // Past the window. With nothing to show, the file's end is needed for the message.
            if 0 < self.candles {
                return Ok(None);
            }
        }
        if self.candles == 0 {
            let fault = self.coverage.nothing_found();
            return Err(ReadError::new(self.place.clone(), fault));
        }
        Ok(None)
    }

    /// Passes over what may stand before the first row.
    fn first_in_window(&mut self) -> Result<Option<Candle>, ReadError> {
        self.state = State::Rows;
        self.line_number = 1;
        let ending = self.read_line();
        if self.line.starts_with(BYTE_ORDER_MARK) {
            self.line.drain(..BYTE_ORDER_MARK.len());
        }
        match row::first_line(&self.line) {
            FirstLine::Other(format) => {
                Err(ReadError::new(self.place.clone(), PathFault::OtherFormat(format)))
            }
            FirstLine::Refused(fault) => Err(self.at_line(fault)),
            FirstLine::Names => ending.and_then(|_| self.next_in_window()),
            FirstLine::Row => match self.row_of_line(ending?)? {
                Some(candle) if self.is_wanted(candle.start) => Ok(Some(candle)),
                Some(_) | None => self.next_in_window(),
            },
        }
    }

    fn is_wanted(&self, start: Timestamp) -> bool {
        let Window { from, to, .. } = self.window;
        from.is_none_or(|from| from <= start) && to.is_none_or(|to| start < to)
    }

    fn next_row(&mut self) -> Result<Option<Candle>, ReadError> {
        self.line_number += 1;
        let buffer = filled(&mut self.input, &self.place)?;
        // The usual case: a line as archives have it, that lies in the buffer as a whole.
        if let Some(QuickRow { candle, length }) = quick::row(buffer, self.step_seconds) {
            self.input.consume(length);
            self.bytes_read += length as u64;
            return self.counted(candle).map(Some);
        }
        // The same for other lines, of which nothing is copied either.
        let visible = &buffer[..buffer.len().min(LINE_BYTES_MAX)];
        if let Some(end) = visible.iter().position(|byte| *byte == b'\n') {
            let line = without_return(&visible[..end]);
            if let Ok(candle) = row::row(line, self.window.interval) {
                self.input.consume(end + 1);
                self.bytes_read += end as u64 + 1;
                return self.counted(candle).map(Some);
            }
        }
        let ending = self.read_line()?;
        self.row_of_line(ending)
    }

    /// The candle of the copied line; nothing at the end of the input.
    fn row_of_line(&mut self, ending: Ending) -> Result<Option<Candle>, ReadError> {
        if self.line.is_empty() {
            let rest = filled(&mut self.input, &self.place)?;
            if rest.is_empty() {
                return Ok(None);
            }
            return Err(self.at_line(ContentFault::BlankLine));
        }
        match row::row(&self.line, self.window.interval) {
            Ok(candle) => self.counted(candle).map(Some),
            Err(error) => Err(self.explained(*error, ending)),
        }
    }

    fn counted(&mut self, candle: Candle) -> Result<Candle, ReadError> {
        self.coverage.count_in(candle.start).map_err(|fault| match fault {
            Fault::Content(fault) => self.at(RowError { column: Some(Column::Timestamp), fault }),
            fault @ (Fault::Path(_) | Fault::Request(_) | Fault::Archive(_)) => {
                ReadError::new(self.place.clone(), fault)
            }
        })?;
        Ok(candle)
    }

    /// The best explanation of a line that is no candle.
    fn explained(&self, error: RowError, ending: Ending) -> ReadError {
        let is_first = self.coverage.rows() == 0;
        if is_first && row::is_trade(&self.line) {
            return self.at_line(ContentFault::Trades);
        }
        match row::whole_columns(&self.line) {
            Some(columns) if ending == Ending::Input && !is_first => {
                self.at_line(ContentFault::Truncated { columns })
            }
            Some(_) | None => self.at(error),
        }
    }

    /// Copies the next line, without what ends it.
    fn read_line(&mut self) -> Result<Ending, ReadError> {
        self.line.clear();
        let ending = loop {
            let buffer = filled(&mut self.input, &self.place)?;
            if buffer.is_empty() {
                break Ending::Input;
            }
            let end = buffer.iter().position(|byte| *byte == b'\n');
            let part = &buffer[..end.unwrap_or(buffer.len())];
            // Two bytes more than a line may have: one may be a return, the other shows its length.
            let room = LINE_BYTES_MAX + 2 - self.line.len();
            self.line.extend_from_slice(&part[..part.len().min(room)]);
            let read = part.len() + usize::from(end.is_some());
            self.input.consume(read);
            self.bytes_read += read as u64;
            if end.is_some() || self.line.len() == LINE_BYTES_MAX + 2 {
                break Ending::Newline;
            }
        };
        if self.line.ends_with(b"\r") {
            self.line.pop();
        }
        if LINE_BYTES_MAX < self.line.len() {
            return Err(self.at_line(ContentFault::LongLine(LINE_BYTES_MAX)));
        }
        Ok(ending)
    }

    fn at_line(&self, fault: ContentFault) -> ReadError {
        self.at(RowError { column: None, fault })
    }

    fn at(&self, error: RowError) -> ReadError {
        let RowError { column, fault } = error;
        let place = Place { line: Some(self.line_number), column, ..self.place.clone() };
        ReadError::new(place, fault)
    }
}

/// The line without the return that some systems end it with.
fn without_return(line: &[u8]) -> &[u8] {
    line.strip_suffix(b"\r").unwrap_or(line)
}

/// What is in the input's buffer, after filling it if it was empty.
fn filled<'a, R: BufRead>(input: &'a mut R, place: &Place) -> Result<&'a [u8], ReadError> {
    let refused = |error: &io::Error| {
        let promise = error.get_ref().and_then(|it| it.downcast_ref::<ArchiveFault>());
        let fault = match promise {
            Some(fault) => Fault::from(fault.clone()),
            None => PathFault::from_io(error).into(),
        };
        ReadError::new(place.clone(), fault)
    };
    // A signal may interrupt reading; that is no reason to stop.
    loop {
        match input.fill_buf() {
            Ok([]) => return Ok(&[]),
            Ok(_) => break,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => (),
            Err(error) => return Err(refused(&error)),
        }
    }
    // What is in the buffer is given without reading again.
    input.fill_buf().map_err(|it| refused(&it))
}

#[cfg(test)]
mod tests;
