//! Bollinger bands: made of mean and deviation, and where a price stands to them.

use proptest::prelude::*;

use super::*;
use crate::samples::{any_prices, price, stored_again, with_byte};

fn bands(deviations: &str) -> BollingerBands {
    BollingerBands::new(4, deviations.parse().unwrap()).unwrap()
}

#[test]
fn lie_around_the_mean() {
    let mut bands = bands("1.5");
    assert_eq!((bands.value(), bands.is_below_lower(price("1"))), (None, None));
    for text in ["1", "1", "3", "3"] {
        bands.update(price(text));
    }
    assert_eq!(bands.value(), Some(Bands { upper: 3.5, middle: 2.0, lower: 0.5 }));
    assert_eq!(bands.compare_to_middle(price("2")), Some(Ordering::Equal));
    assert_eq!(bands.is_below_lower(price("0.5")), Some(false));
    assert_eq!(bands.is_below_lower(price("0.4999999999")), Some(true));
    assert_eq!((bands.period(), bands.warm_up()), (4, 4));
}

#[test]
fn settings_have_limits() {
    let error = |period, deviations: &str| {
        BollingerBands::new(period, deviations.parse().unwrap()).unwrap_err().to_string()
    };
    assert_eq!(error(0, "2"), "a period of 0 candles has no value; give one from 1 to 100000");
    let impossible = "deviations are not possible; give a number above 0 and at most 100";
    for deviations in ["0", "-1", "100.00000001"] {
        assert_eq!(error(20, deviations), format!("{deviations} {impossible}"));
    }
    let stored = (StandardDeviation::new(20).unwrap(), Fraction::ZERO);
    assert_eq!(
        BollingerBands::try_from(stored).unwrap_err().to_string(),
        format!("0 {impossible}")
    );
}

proptest! {
    #[test]
    fn equals_its_naive_twin(prices in any_prices()) {
        let mut bands = bands("1.25");
        let mut deviation = StandardDeviation::new(4).unwrap();
        for price in prices {
            bands = stored_again(&bands);
            bands.update(price);
            deviation.update(price);
            let parts = deviation.mean().zip(deviation.value());
            let naive = parts.map(|(middle, deviation)| {
                let width = 1.25 * deviation;
                Bands { upper: middle + width, middle, lower: middle - width }
            });
            prop_assert_eq!(bands.value(), naive);
        }
    }

    #[test]
    fn below_is_what_the_numbers_say(prices in prop::collection::vec(1_i64..1_000, 4..20)) {
        let mut bands = bands("1.25");
        for units in prices {
            // Prices of a few whole units: the comparison in floating numbers is then exact
            // enough to agree, unless the two are as good as equal.
            let price = Price::from_units(units * 10_000_000_000);
            bands.update(price);
            if let Some(Bands { lower, .. }) = bands.value()
                && 1e-6 < (price.to_f64() - lower).abs()
            {
                prop_assert_eq!(bands.is_below_lower(price), Some(price.to_f64() < lower));
            }
        }
    }

    #[test]
    fn no_stored_state_makes_it_panic(prices in any_prices(), at: prop::sample::Index, byte: u8) {
        let mut bands = bands("2");
        for price in prices.iter().take(7) {
            bands.update(*price);
        }
        if let Some(mut bands) = with_byte(&bands, at, byte) {
            for price in &prices {
                bands.update(*price);
            }
            bands.value();
        }
    }
}
