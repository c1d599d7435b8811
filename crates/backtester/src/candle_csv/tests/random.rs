//! Laws over all files: what is written is read back, and no bytes at all bring the reader down.

use proptest::{collection::vec, prelude::*, sample::Index};

use super::*;

/// Four prices that fit together, a volume, a number of trades, and the intervals until the next
/// candle.
fn candle() -> impl Strategy<Value = ([i64; 4], i128, u32, u64)> {
    // Up to the highest price a candle can have.
    let price = || 1..=100_000_000 * 10_i64.pow(10);
    let prices = [price(), price(), price(), price()];
    (prices, 0..i128::MAX, any::<u32>(), 1_u64..6).prop_map(|(mut prices, volume, trades, step)| {
        prices.sort_unstable();
        // From the sorted four: low and high outside, open and close inside.
        let [low, open, close, high] = prices;
        ([open, high, low, close], volume, trades, step)
    })
}

fn candles() -> impl Strategy<Value = Vec<Candle>> {
    (0_u64..400_000, vec(candle(), 1..40)).prop_map(|(start, candles)| {
        let mut hour = 400_000 + start;
        let placed = candles.into_iter().map(|(prices, volume, trades, step)| {
            hour += step;
            let [open, high, low, close] = prices.map(trading_types::Price::from_units);
            let start = Timestamp::from_seconds(hour * 3_600).unwrap();
            let volume = trading_types::Amount::from_units(volume);
            Candle { start, open, high, low, close, volume, trades }
        });
        placed.collect()
    })
}

fn written(candles: &[Candle]) -> String {
    let line = |it: &Candle| {
        let Candle { start, open, high, low, close, volume, trades } = it;
        format!("{},{open},{high},{low},{close},{volume},{trades}\n", start.seconds())
    };
    candles.iter().map(line).collect()
}

/// One slip of a hand or a disk.
#[derive(Clone, Debug)]
enum Slip {
    Flip(Index, u8),
    Cut(Index, Index),
    Insert(Index, Vec<u8>),
}

fn slip() -> impl Strategy<Value = Slip> {
    prop_oneof![
        (any::<Index>(), 1_u8..=255).prop_map(|(at, bits)| Slip::Flip(at, bits)),
        (any::<Index>(), any::<Index>()).prop_map(|(from, to)| Slip::Cut(from, to)),
        (any::<Index>(), "[0-9,.\r\nE+-]{0,9}").prop_map(|(at, it)| Slip::Insert(at, it.into())),
        (any::<Index>(), vec(any::<u8>(), 0..700)).prop_map(|(at, it)| Slip::Insert(at, it)),
    ]
}

fn slipped(bytes: &mut Vec<u8>, slip: &Slip) {
    match slip {
        Slip::Flip(at, bits) if !bytes.is_empty() => {
            let at = at.index(bytes.len());
            bytes[at] ^= bits;
        }
        Slip::Flip(..) => (),
        Slip::Cut(from, to) => {
            let (from, to) = (from.index(bytes.len() + 1), to.index(bytes.len() + 1));
            bytes.drain(from.min(to)..from.max(to));
        }
        Slip::Insert(at, more) => {
            let at = at.index(bytes.len() + 1);
            bytes.splice(at..at, more.iter().copied());
        }
    }
}

proptest! {
    #[test]
    fn what_is_written_is_read_back(candles in candles()) {
        prop_assert_eq!(read_all(written(&candles).as_bytes(), hourly()), Ok(candles));
    }

    #[test]
    fn a_window_is_a_filter(candles in candles(), from in 0..400_u64, length in 1..400_u64) {
        let from = candles[0].start + hourly().duration() * u32::try_from(from).unwrap();
        let to = from + hourly().duration() * u32::try_from(length).unwrap();
        let text = written(&candles);
        let window = Window { interval: hourly(), from: Some(from), to: Some(to) };
        let mut reader = CandleReader::new(text.as_bytes(), Place::file("input"), window);
        let expect: Vec<Candle> =
            candles.into_iter().filter(|it| from <= it.start && it.start < to).collect();
        match drain(&mut reader) {
            Ok(read) => prop_assert_eq!(read, expect),
            Err(error) => prop_assert!(expect.is_empty(), "{error}"),
        }
    }

    #[test]
    fn candles_and_missing_intervals_fill_the_range(candles in candles()) {
        let text = written(&candles);
        let window = Window { interval: hourly(), from: None, to: None };
        let mut reader = CandleReader::new(text.as_bytes(), Place::file("input"), window);
        let read = drain(&mut reader).unwrap();
        let (first, last) = (read[0].start, read[read.len() - 1].start);
        let intervals = last.since(first).as_secs() / 3_600 + 1;
        prop_assert_eq!(read.len() as u64 + reader.missing().count, intervals);
    }

    #[test]
    fn a_slip_is_read_or_refused(candles in candles(), slips in vec(slip(), 1..4)) {
        let mut bytes = written(&candles).into_bytes();
        for slip in &slips {
            slipped(&mut bytes, slip);
        }
        match read_all(&bytes, hourly()) {
            Ok(read) => {
                prop_assert!(read.is_sorted_by(|one, next| one.start < next.start));
                prop_assert!(read.iter().all(|it| it.check().is_ok()));
            }
            Err(error) => {
                prop_assert!(!error.to_string().contains(['\n', '\0']), "{error}");
                prop_assert!(!error.hint().is_empty());
            }
        }
    }

    #[test]
    fn any_bytes_are_read_or_refused(bytes in vec(any::<u8>(), 0..2_000)) {
        let _ = read_all(&bytes, hourly()).map_err(|it| (it.to_string(), it.hint()));
    }
}
