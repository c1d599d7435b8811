//! Short texts: what fits and what is refused.

use super::*;

#[test]
fn keeps_short_ascii_and_refuses_the_rest() {
    assert_eq!("BTC".parse::<Ascii<4>>().unwrap().as_str(), "BTC");
    assert_eq!("DOGE".parse::<Ascii<4>>().unwrap().to_string(), "DOGE");
    assert_eq!("".parse::<Ascii<4>>(), Err(AsciiError::Empty));
    assert!(matches!("DOGES".parse::<Ascii<4>>(), Err(AsciiError::TooLong { .. })));
    assert!(matches!("B C".parse::<Ascii<4>>(), Err(AsciiError::NotPrintable(_))));
    assert!(matches!("é".parse::<Ascii<4>>(), Err(AsciiError::NotPrintable(_))));
}

#[test]
fn sorts_like_text() {
    let mut names: Vec<Ascii<8>> = ["B", "AB", "A"].map(|it| it.parse().unwrap()).to_vec();
    names.sort();
    assert_eq!(names.iter().map(Ascii::as_str).collect::<Vec<_>>(), ["A", "AB", "B"]);
}
