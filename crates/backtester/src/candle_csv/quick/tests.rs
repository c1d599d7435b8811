//! Where the quick way says a candle, the careful one says the same.

use proptest::prelude::*;
use trading_types::Interval;

use super::*;
use crate::candle_csv::row as careful;

/// Lines are read with others behind them.
const BEHIND: &[u8] = b"1546300860,1,1,1,1,1,1\n";

fn check(line: &str) -> Option<Candle> {
    let mut bytes = line.as_bytes().to_vec();
    bytes.push(b'\n');
    let length = bytes.len();
    bytes.extend(BEHIND);
    let quick = row(&bytes, 60)?;
    assert_eq!(quick.length, length, "{line:?}");
    let line = line.strip_suffix('\r').unwrap_or(line);
    let interval = Interval::from_minutes(1).unwrap();
    assert_eq!(careful::row(line.as_bytes(), interval).as_ref(), Ok(&quick.candle), "{line:?}");
    Some(quick.candle)
}

#[test]
fn the_usual_lines_are_read() {
    for line in [
        "1546300800,3700.1,3700.2,3699.9,3700,12.34567891,42",
        "1546300800,3700,3700,3700,3700,0,0",
        "1546300800,0.0000000001,0.5,0.0000000001,0.1234567891,0.000000000000001,4294967295",
        "1546300800,100000000,100000000,99999999.9999999999,100000000,123456789012345.5,1\r",
        "1546300800,00001.50,2,1,1,007.10,09",
    ] {
        assert!(check(line).is_some(), "{line:?}");
    }
}

#[test]
fn others_are_left_to_the_careful_way() {
    for line in [
        "",
        ",",
        "1546300801,1,1,1,1,1,1",
        "1546300800,1,1,1,1,1",
        "1546300800,1,1,1,1,1,1,",
        "1546300800,1,1,1,1,1E+1,1",
        "1546300800,1,1,1,1,-1,1",
        "1546300800,1,1,1,1.,1,1",
        "1546300800,.5,1,1,1,1,1",
        "1546300800,1,1,1,1.12345678901,1,1",
        "1546300800,1,1,1,1,1,4294967296",
        "1546300800,1,1,1,1,1234567890123456,1",
        "1546300800,1,1,1,1,0.0000000000000001,1",
        "1546300800,0,1,0,1,1,1",
        "1546300800,2,1,1,1,1,1",
        "1546300800 ,1,1,1,1,1,1",
        "1546300800,1;1,1,1,1,1,1",
        "1546300800,1,1,1,1,1,1\r\r",
        "154630080\u{b2},1,1,1,1,1,1",
    ] {
        assert_eq!(check(line), None, "{line:?}");
    }
    assert_eq!(row(b"1546300800,1,1,1,1,1,1\n", 60), None, "too near the end");
}

#[test]
fn each_character_is_a_digit_or_ends_the_number() {
    for byte in 0..=u8::MAX {
        for place in 0..8 {
            let mut characters = *b"98765432";
            characters[place] = byte;
            let end = characters.iter().position(|it| !it.is_ascii_digit()).unwrap_or(8);
            let number =
                characters[..end].iter().fold(0, |sum, it| sum * 10 + u64::from(it - b'0'));
            assert_eq!(eight_digits(characters), (number, end), "{characters:?}");
        }
    }
}

proptest! {
    #[test]
    fn any_eight_characters_are_read_like_one_by_one(characters: [u8; 8], digits in 0_usize..9) {
        let mut characters = characters;
        for place in &mut characters[..digits] {
            *place = b'0' + *place % 10;
        }
        let end = characters.iter().position(|it| !it.is_ascii_digit()).unwrap_or(8);
        let number = characters[..end].iter().fold(0, |sum, it| sum * 10 + u64::from(it - b'0'));
        prop_assert_eq!(eight_digits(characters), (number, end));
    }

    #[test]
    fn what_is_read_is_what_the_careful_way_reads(
        minute in 0_u32..10_000_000,
        prices in proptest::array::uniform4("[0-9]{1,9}(\\.[0-9]{1,11})?"),
        volume in "[0-9]{1,17}(\\.[0-9]{1,19})?",
        trades in "[0-9]{1,10}\r?",
    ) {
        let seconds = 1_230_768_000 + u64::from(minute) * 60;
        let [open, high, low, close] = prices;
        check(&format!("{seconds},{open},{high},{low},{close},{volume},{trades}"));
    }

    #[test]
    fn candles_of_every_kind_of_number_are_read(
        minute in 0_u32..10_000_000,
        mut units in proptest::array::uniform4(1_i64..100_000_000 * 10_i64.pow(10)),
        volume in 0_i128..10_i128.pow(32),
        trades: u32,
    ) {
        units.sort_unstable();
        let seconds = 1_230_768_000 + u64::from(minute) * 60;
        let [low, open, close, high] = units.map(Price::from_units);
        // Fifteen digits after the point are the most that are read quickly.
        let volume = Amount::from_units(volume / 1_000 * 1_000);
        let line = format!("{seconds},{open},{high},{low},{close},{volume},{trades}");
        prop_assert_eq!(check(&line).map(|it| it.volume), Some(volume));
    }

    #[test]
    fn no_bytes_bring_it_down(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let _ = row(&bytes, 60);
    }
}
