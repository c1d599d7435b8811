//! Decimal text to scaled integers, and divisions that say where the remainder goes. Written anew
//! on purpose: the twin shares no arithmetic with the program.

/// Units of a price in one.
pub(crate) const PRICE_ONE: i128 = 10_000_000_000;
/// Units of a quantity, a rate or a percentage-as-a-part in one.
pub(crate) const SMALL_ONE: i128 = 100_000_000;
/// Units of money in one.
pub(crate) const MONEY_ONE: i128 = 1_000_000_000_000_000_000;

/// `text` in units of 10^-`decimals`; it must not have more decimals than that.
pub(crate) fn units(text: &str, decimals: usize) -> i128 {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let padded = format!("{fraction:0<decimals$}");
    let (kept, cut) = padded.split_at(decimals);
    assert!(cut.bytes().all(|digit| digit == b'0'), "{text} has more than {decimals} decimals");
    format!("{whole}{kept}").parse().unwrap()
}

/// `text` without its percent sign, as a part of one.
pub(crate) fn percent(text: &str) -> i128 {
    units(text.trim_end_matches('%'), 6)
}

/// `a / b`, toward minus infinity.
pub(crate) fn floor(a: i128, b: i128) -> i128 {
    assert!(0 < b, "divided by {b}");
    if a < 0 { -((-a + b - 1) / b) } else { a / b }
}

/// `a / b`, toward plus infinity.
pub(crate) fn ceil(a: i128, b: i128) -> i128 {
    assert!(0 < b, "divided by {b}");
    if a < 0 { -(-a / b) } else { (a + b - 1) / b }
}

#[test]
fn divides_to_the_side_it_names() {
    let table = [(7, 2, 3, 4), (8, 2, 4, 4), (0, 5, 0, 0), (-7, 2, -4, -3), (-8, 2, -4, -4)];
    for (a, b, down, up) in table {
        assert_eq!((floor(a, b), ceil(a, b)), (down, up), "{a} / {b}");
    }
}

#[test]
fn reads_decimals() {
    assert_eq!(units("12.5", 3), 12_500);
    assert_eq!(units("0.00000001", 8), 1);
    assert_eq!(units("7", 2), 700);
    assert_eq!(percent("0.40"), 400_000);
    assert_eq!(percent("5%"), 5_000_000);
}
