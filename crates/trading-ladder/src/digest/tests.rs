//! SHA-256 by its own example, and texts that are none.

use super::{Digest, Digester, ParseDigestError};

#[test]
fn is_sha_256() {
    // The first example of FIPS 180-2, appendix B.1.
    let abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    assert_eq!(Digest::of(b"abc").to_string(), abc);
    assert_eq!(abc.parse(), Ok(Digest::of(b"abc")));
    let mut parts = Digester::default();
    parts.update(b"a");
    parts.update(b"bc");
    assert_eq!(parts.finish(), Digest::of(b"abc"));
    assert_eq!(Digest::of(b"abc").short(), "ba7816bf8f01");
}

#[test]
fn what_is_no_digest_is_refused() {
    let long = "0".repeat(65);
    for text in ["", "00", &"g".repeat(64), &"A".repeat(64), &long, &"é".repeat(32)] {
        assert_eq!(text.parse::<Digest>(), Err(ParseDigestError), "{text}");
    }
}
