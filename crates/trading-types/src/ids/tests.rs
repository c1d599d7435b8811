//! Order ids: 32 hexadecimal digits, both ways.

use super::*;

#[test]
fn is_written_as_kraken_takes_it() {
    let id = ClientOrderId::new(0xabc, 7);
    assert_eq!(id.to_string(), "0000000000000abc0000000000000007");
    assert_eq!(id.to_string().parse(), Ok(id));
    assert_eq!(id.sequence(), 7);
    assert!("xyz".parse::<ClientOrderId>().is_err());
    assert!("+0000000000000abc000000000000007".parse::<ClientOrderId>().is_err());
}
