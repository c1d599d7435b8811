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

#[test]
fn is_text_where_people_read_it_and_a_number_where_they_do_not() {
    let id = ClientOrderId::new(u64::MAX, 7);
    let text = serde_json::to_value(id).unwrap();
    assert_eq!(text, "ffffffffffffffff0000000000000007");
    assert_eq!(serde_json::from_value::<ClientOrderId>(text).unwrap(), id);
    assert!(serde_json::from_str::<ClientOrderId>("7").is_err());
    let bytes = postcard::to_allocvec(&id).unwrap();
    assert_eq!(bytes, postcard::to_allocvec(&(u128::from(u64::MAX) << 64 | 7)).unwrap());
    assert_eq!(postcard::from_bytes::<ClientOrderId>(&bytes).unwrap(), id);
}
