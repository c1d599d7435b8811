//! The same as a plain set, stored or not.

use proptest::prelude::*;

use super::*;

proptest! {
    #[test]
    fn is_a_set(numbers in proptest::collection::vec(0_u8..12, 0..20), asked in 0_u8..12) {
        let name = |number: u8| format!("T{number}").parse::<TradeId>().unwrap();
        let (mut seen, mut plain) = (TradesSeen::default(), BTreeSet::new());
        for number in &numbers {
            seen.insert(name(*number));
            plain.insert(name(*number));
            prop_assert_eq!(seen.contains(name(asked)), plain.contains(&name(asked)));
        }
        prop_assert_eq!(&seen, &TradesSeen::from(plain.clone()));
        let bytes = postcard::to_allocvec(&seen).unwrap();
        prop_assert_eq!(&bytes, &postcard::to_allocvec(&plain).unwrap());
        prop_assert_eq!(postcard::from_bytes::<TradesSeen>(&bytes).unwrap(), seen);
    }
}
