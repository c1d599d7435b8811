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

#[test]
fn an_array_is_a_text_or_refused() {
    assert_eq!(Ascii::<4>::from_array(b"BTC"), "BTC".parse().ok());
    assert_eq!(Ascii::<4>::from_array(b"DOGE"), "DOGE".parse().ok());
    let others: [&[u8; 3]; 6] = [b"B C", b"BT\0", b"\0BT", b"B\x7fC", b"B\xc3\xa9", b"B\nC"];
    for other in others {
        assert_eq!(Ascii::<4>::from_array(other), None);
    }
}

#[test]
fn is_stored_as_postcard_stores_a_text() {
    let name: Ascii<16> = "BTC".parse().unwrap();
    let bytes: Vec<u8> = postcard::to_allocvec(&name).unwrap();
    assert_eq!(bytes, postcard::to_allocvec("BTC").unwrap());
    assert_eq!(postcard::from_bytes::<Ascii<16>>(&bytes).unwrap(), name);
}
