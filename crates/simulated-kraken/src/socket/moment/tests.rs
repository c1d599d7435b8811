//! Our calendar beside another one's.

use proptest::prelude::*;
use trading_types::Timestamp;

use super::{Micros, Nanos, Seconds};

#[test]
fn three_forms() {
    let at: Timestamp = "2024-02-29T23:59:07.204654321Z".parse().unwrap();
    assert_eq!(Micros(at).to_string(), "2024-02-29T23:59:07.204654Z");
    assert_eq!(Nanos(at).to_string(), "2024-02-29T23:59:07.204654321Z");
    assert_eq!(Seconds(at).to_string(), "2024-02-29T23:59:07Z");
    assert_eq!(Micros(Timestamp::EPOCH).to_string(), "1970-01-01T00:00:00.000000Z");
}

proptest! {
    /// Another calendar says the same.
    #[test]
    fn reads_back(nanos in 0..u64::MAX) {
        let at = Timestamp::from_nanos(nanos);
        prop_assert_eq!(Nanos(at).to_string().parse::<Timestamp>().unwrap(), at);
        let micros = Timestamp::from_nanos(nanos / 1_000 * 1_000);
        prop_assert_eq!(Micros(at).to_string().parse::<Timestamp>().unwrap(), micros);
    }
}
