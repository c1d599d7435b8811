//! TA-Lib's own output over real candles, value by value.
//!
//! The data is no part of the project. Where it is absent the test says so and passes over.

use std::{
    fs::File,
    io::{BufReader, Read},
    path::Path,
};

use trading_types::{Candle, Timestamp};

use super::*;

const DATA: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data");
const ARCHIVE: &str = "kraken-ohlcvt/Kraken_OHLCVT_sample.zip";
const ORACLE: &str = "oracles/talib_ETHEUR_240_first600.csv";
/// The largest relative difference to TA-Lib's value.
const TOLERANCE: f64 = 1e-9;

#[expect(clippy::disallowed_methods, reason = "a test reads its data")]
fn open(name: &str) -> Option<File> {
    File::open(Path::new(DATA).join(name)).ok()
}

fn rows(text: impl Read, has_headers: bool) -> Vec<csv::StringRecord> {
    let mut reader = csv::ReaderBuilder::new().has_headers(has_headers).from_reader(text);
    reader.records().map(|row| row.unwrap()).collect()
}

fn candles(archive: File) -> Vec<Candle> {
    let mut archive = zip::ZipArchive::new(BufReader::new(archive)).unwrap();
    let member = archive.by_name("ETHEUR_240.csv").unwrap();
    let candle = |row: &csv::StringRecord| Candle {
        start: Timestamp::from_seconds(row[0].parse().unwrap()).unwrap(),
        open: row[1].parse().unwrap(),
        high: row[2].parse().unwrap(),
        low: row[3].parse().unwrap(),
        close: row[4].parse().unwrap(),
        volume: row[5].parse().unwrap(),
        trades: row[6].parse().unwrap(),
    };
    rows(member, false).iter().map(candle).collect()
}

/// The name of TA-Lib's column, the candles until it has a value, and that value.
type Column = (&'static str, usize, Option<f64>);

/// All indicators, with the settings of the recorded output.
struct Ours {
    sma: [SimpleMovingAverage; 2],
    ema: ExponentialMovingAverage,
    wma: WeightedMovingAverage,
    rsi: RelativeStrengthIndex,
    atr: AverageTrueRange,
    macd: Macd,
    bands: BollingerBands,
    channel: DonchianChannel,
    deviation: StandardDeviation,
}

impl Ours {
    fn new() -> Result<Self, IndicatorError> {
        Ok(Self {
            sma: [SimpleMovingAverage::new(20)?, SimpleMovingAverage::new(50)?],
            ema: ExponentialMovingAverage::new(20)?,
            wma: WeightedMovingAverage::new(20)?,
            rsi: RelativeStrengthIndex::new(14)?,
            atr: AverageTrueRange::new(14)?,
            macd: Macd::new(12, 26, 9)?,
            bands: BollingerBands::new(20, "2".parse().unwrap())?,
            channel: DonchianChannel::new(20)?,
            deviation: StandardDeviation::new(20)?,
        })
    }

    fn update(&mut self, candle: &Candle) {
        for average in &mut self.sma {
            average.update(candle.close);
        }
        self.ema.update(candle.close);
        self.wma.update(candle.close);
        self.rsi.update(candle.close);
        self.atr.update(candle);
        self.macd.update(candle.close);
        self.bands.update(candle.close);
        self.channel.update(candle);
        self.deviation.update(candle.close);
    }

    fn columns(&self) -> [Column; 15] {
        let Self { sma: [sma_20, sma_50], ema, wma, rsi, atr, deviation, .. } = self;
        let (macd, bands, channel) = (self.macd.value(), self.bands.value(), self.channel.value());
        let [macd_from, bands_from, channel_from] =
            [self.macd.warm_up(), self.bands.warm_up(), self.channel.warm_up()];
        [
            ("SMA_20", sma_20.warm_up(), sma_20.value()),
            ("SMA_50", sma_50.warm_up(), sma_50.value()),
            ("EMA_20", ema.warm_up(), ema.value()),
            ("WMA_20", wma.warm_up(), wma.value()),
            ("RSI_14", rsi.warm_up(), rsi.value()),
            ("ATR_14", atr.warm_up(), atr.value()),
            ("MACD", macd_from, macd.map(|it| it.line)),
            ("MACD_signal", macd_from, macd.map(|it| it.signal)),
            ("MACD_hist", macd_from, macd.map(|it| it.histogram)),
            ("BB_upper", bands_from, bands.map(|it| it.upper)),
            ("BB_middle", bands_from, bands.map(|it| it.middle)),
            ("BB_lower", bands_from, bands.map(|it| it.lower)),
            ("MAX_20", channel_from, channel.map(|it| it.highest.to_f64())),
            ("MIN_20", channel_from, channel.map(|it| it.lowest.to_f64())),
            ("STDDEV_20", deviation.warm_up(), deviation.value()),
        ]
    }
}

#[test]
#[expect(clippy::print_stdout, reason = "a test that passes over says so, and others how close")]
fn equals_ta_lib() {
    let (Some(archive), Some(oracle)) = (open(ARCHIVE), open(ORACLE)) else {
        println!("passed over: {DATA} is not there");
        return;
    };
    let (candles, oracle) = (candles(archive), rows(oracle, true));
    let mut ours = Ours::new().unwrap();
    let mut greatest = [0.0_f64; 15];
    for (index, (candle, row)) in candles.iter().zip(&oracle).enumerate() {
        assert_eq!(candle.start.seconds().to_string(), row[0]);
        ours.update(candle);
        for (column, (name, warm_up, value)) in ours.columns().into_iter().enumerate() {
            assert_eq!(value.is_some(), warm_up <= index + 1, "{name} at {index}");
            assert_eq!(value.is_some(), !row[column + 1].is_empty(), "{name} at {index}");
            let Some(value) = value else { continue };
            let theirs: f64 = row[column + 1].parse().unwrap();
            let difference = ((value - theirs) / theirs).abs();
            assert!(difference <= TOLERANCE, "{name} at {index}: {value}, TA-Lib has {theirs}");
            greatest[column] = greatest[column].max(difference);
        }
    }
    assert_eq!(oracle.len(), 600);
    for ((name, ..), difference) in ours.columns().iter().zip(greatest) {
        println!("{name}: at most {difference:.1e} from TA-Lib");
    }
}
