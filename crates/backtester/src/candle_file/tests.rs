//! Candles from files, folders and archives on disk; each refusal with its advice.

use super::*;

/// Kraken's own files, where somebody has them.
const SAMPLE: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../../../shared/data/kraken-ohlcvt/Kraken_OHLCVT_sample.zip"
);

fn request(path: &Path, pair: &str, minutes: u32) -> CandleRequest {
    CandleRequest {
        path: path.to_owned(),
        pair: pair.parse().unwrap(),
        interval: Interval::from_minutes(minutes).unwrap(),
        from: None,
        to: None,
    }
}

fn read(request: &CandleRequest) -> Result<(Vec<Candle>, CandleFile), ReadError> {
    let mut file = CandleFile::open(request, &ReadLimits::default())?;
    let mut candles = Vec::new();
    while let Some(candle) = file.next_candle()? {
        candles.push(candle);
    }
    Ok((candles, file))
}

#[test]
fn reads_krakens_own_archive() {
    if !Path::new(SAMPLE).exists() {
        return;
    }
    for (pair, minutes, count, first, missing) in [
        ("BTC/USD", 60, 43_802, "2013-10-06T21:00:00Z", 10_849),
        ("ETH/USD", 60, 35_112, "2015-08-07T14:00:00Z", 3_466),
        ("ETH/EUR", 240, 4_383, "2024-01-01T00:00:00Z", 3),
    ] {
        let (candles, file) = read(&request(Path::new(SAMPLE), pair, minutes)).unwrap();
        assert_eq!(candles.len(), count, "{pair}");
        assert_eq!(candles[0].start.to_string(), first, "{pair}");
        assert_eq!(file.missing().count, missing, "{pair} {:?}", file.missing());
        assert_eq!(Some(file.bytes_read()), file.bytes_total(), "{pair}");
    }
}
