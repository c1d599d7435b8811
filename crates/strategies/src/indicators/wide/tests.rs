//! Wide integers: the laws of arithmetic, and agreement with narrower ones.

use proptest::prelude::*;

use super::*;

fn wide(value: i128) -> Wide {
    Wide::product(value, 1)
}

#[test]
fn the_largest_products_fit() {
    let greatest = Wide::product(i128::MIN, i128::MIN);
    assert_eq!(greatest, Wide { high: 1 << 126, low: 0 });
    assert_eq!(Some(greatest.to_f64()), Some(2.0_f64.powi(254)));
    let least = Wide::product(i128::MIN, i128::MAX);
    assert_eq!(Some(least.to_f64()), Some(-2.0_f64.powi(254)));
    assert_eq!(greatest - greatest, Wide::default());
}

proptest! {
    #[test]
    fn small_products_are_those_of_narrow_integers(a in any::<i64>(), b in any::<i64>()) {
        let product = i128::from(a) * i128::from(b);
        prop_assert_eq!(Wide::product(a.into(), b.into()), wide(product));
        #[expect(clippy::cast_precision_loss, reason = "that is what is compared")]
        let nearest = product as f64;
        let distance = (wide(product).to_f64() - nearest).abs();
        prop_assert!(distance <= nearest.abs() * f64::EPSILON);
    }

    #[test]
    fn sums_are_those_of_narrow_integers(a in any::<i64>(), b in any::<i64>()) {
        let (a, b) = (i128::from(a), i128::from(b));
        prop_assert_eq!(wide(a) + wide(b), wide(a + b));
        prop_assert_eq!(wide(a) - wide(b), wide(a - b));
    }

    #[test]
    fn multiplication_distributes(a in any::<i128>(), b in any::<i128>(), c in any::<i128>()) {
        let (b, c) = (b / 2, c / 2);
        let sum = Wide::product(a, b) + Wide::product(a, c);
        prop_assert_eq!(Wide::product(a, b + c), sum);
        prop_assert_eq!(sum - Wide::product(c, a), Wide::product(b, a));
    }
}
