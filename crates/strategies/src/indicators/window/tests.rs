//! The ring: what falls out, and what is refused when read back.

use proptest::prelude::*;

use super::*;

#[track_caller]
fn refused(length: usize, values: &[i64], cursor: usize, expect: &str) {
    let stored = postcard::to_allocvec(&(length, values, cursor)).unwrap();
    assert!(postcard::from_bytes::<Window<i64>>(&stored).is_err());
    let values = values.to_vec();
    let error = Window::try_from(Stored { length, values, cursor }).unwrap_err();
    assert_eq!(error.to_string(), expect);
}

#[test]
fn nonsense_is_refused() {
    refused(0, &[], 0, "a period of 0 candles has no value; give one from 1 to 100000");
    refused(100_001, &[], 0, "a period of 100001 candles is too long; give one from 1 to 100000");
    let start = "the stored window is inconsistent: ";
    refused(1, &[1, 2], 0, &format!("{start}it holds more values than its length"));
    refused(2, &[1, 2], 2, &format!("{start}its cursor is outside"));
    let behind = "its cursor is not behind the values of a partly filled window";
    refused(3, &[1, 2], 1, &format!("{start}{behind}"));
}

proptest! {
    #[test]
    fn holds_the_last_values(
        values in prop::collection::vec(any::<i64>(), 0..40),
        length in 1_usize..9,
    ) {
        let mut window = Window::new(length).unwrap();
        for (index, value) in values.iter().enumerate() {
            let pushed_out = window.push(*value);
            prop_assert_eq!(pushed_out, index.checked_sub(length).map(|oldest| values[oldest]));
            let start = (index + 1).saturating_sub(length);
            prop_assert_eq!(window.iter().collect::<Vec<_>>(), &values[start..=index]);
            let stored = postcard::to_allocvec(&window).unwrap();
            prop_assert_eq!(&postcard::from_bytes::<Window<i64>>(&stored).unwrap(), &window);
        }
    }

    #[test]
    fn no_bytes_make_it_panic(
        bytes in prop::collection::vec(any::<u8>(), 0..40),
        more in any::<i64>(),
    ) {
        if let Ok(mut window) = postcard::from_bytes::<Window<i64>>(&bytes) {
            window.push(more);
            prop_assert!(window.iter().count() <= window.length());
        }
    }
}
