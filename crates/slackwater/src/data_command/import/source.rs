//! Rows of a file, on their way into the store.

use std::io::BufRead;

use backtester::{CandleReader, HistoryFile, ReadError, candle_csv::Window};
use market_history::{
    Hash, HashedBytes, RowSource, RunningHash, TradeCsvError, TradeReader, TradeRow,
};
use trading_types::{Candle, Interval};

use crate::{failure::Failure, progress::Progress};

type Bytes = HashedBytes<Box<dyn BufRead>>;

/// Candles of a file.
pub(super) struct CandleRows<'a> {
    reader: CandleReader<Bytes>,
    hash: RunningHash,
    progress: &'a mut Progress,
}

impl<'a> CandleRows<'a> {
    pub(super) fn open(
        file: &HistoryFile,
        interval: Interval,
        progress: &'a mut Progress,
    ) -> Result<Self, Failure> {
        let (bytes, hash) = HashedBytes::new(file.open()?);
        let window = Window { interval, from: None, to: None };
        let reader = CandleReader::new(bytes, file.place.clone(), window);
        progress.next_file();
        Ok(Self { reader, hash, progress })
    }
}

impl RowSource<Candle> for CandleRows<'_> {
    type Error = ReadError;

    fn next_row(&mut self) -> Result<Option<Candle>, ReadError> {
        let row = self.reader.next_candle()?;
        self.progress.see(self.reader.bytes_read());
        Ok(row)
    }

    fn sha256(&mut self) -> Option<Hash> {
        Some(self.hash.now())
    }
}

/// Trades of a file.
pub(super) struct TradeRows<'a> {
    reader: TradeReader<Bytes>,
    hash: RunningHash,
    progress: &'a mut Progress,
}

impl<'a> TradeRows<'a> {
    pub(super) fn open(file: &HistoryFile, progress: &'a mut Progress) -> Result<Self, Failure> {
        let (bytes, hash) = HashedBytes::new(file.open()?);
        progress.next_file();
        Ok(Self { reader: TradeReader::new(bytes), hash, progress })
    }
}

impl RowSource<TradeRow> for TradeRows<'_> {
    type Error = TradeCsvError;

    fn next_row(&mut self) -> Result<Option<TradeRow>, TradeCsvError> {
        let row = self.reader.next_trade()?;
        self.progress.see(self.reader.bytes_read());
        Ok(row)
    }

    fn sha256(&mut self) -> Option<Hash> {
        Some(self.hash.now())
    }
}

impl From<TradeCsvError> for Failure {
    fn from(error: TradeCsvError) -> Self {
        let hint = match &error {
            TradeCsvError::Disk { .. } => "fetch the file again, or check the disk",
            TradeCsvError::Line { .. } => {
                "trades are `timestamp,price,volume` without names, or columns that the first line \
                 names; mend the line, or add --interval if these are candles"
            }
            TradeCsvError::Empty => "leave it out",
        };
        Self::wrong_hint(error, hint)
    }
}
