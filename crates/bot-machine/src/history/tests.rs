//! Pages that end, that lose rows, and where they begin.

use std::time::Duration;

use trading_types::Timestamp;

use super::{Came, NextPage, Reading};

fn at(millis: u64) -> Timestamp {
    Timestamp::EPOCH + Duration::from_millis(millis)
}

/// Pages of these lengths, with these counts and so many different entries read in total.
fn check(pages: &[(usize, Option<u64>, usize)], expected: NextPage) {
    let mut reading = Reading::back_to(at(10_500));
    let mut next = NextPage::More;
    for (index, (length, count, read)) in pages.iter().enumerate() {
        assert_eq!(next, NextPage::More, "it goes on after page {index}");
        let sent = at(20_000 + index as u64);
        let page = Came { sent, length: *length, count: *count, newest: None };
        next = reading.came(page, *read);
    }
    assert_eq!(next, expected, "{pages:?}");
}

#[test]
fn the_last_page_is_known() {
    let complete = NextPage::Complete(at(20_000));
    check(&[(0, None, 0)], complete);
    check(&[(0, Some(0), 0)], complete);
    check(&[(7, None, 7)], complete);
    check(&[(50, None, 50)], NextPage::More);
    check(&[(50, None, 50), (0, None, 50)], complete);
    check(&[(50, Some(50), 50)], complete);
    check(&[(50, Some(53), 50)], NextPage::More);
    check(&[(50, Some(53), 50), (3, Some(53), 53)], complete);
    // A venue that gives fewer at a time.
    check(&[(20, Some(30), 20)], NextPage::More);
}

#[test]
fn a_row_that_slipped_between_two_pages_is_missed() {
    check(&[(50, Some(53), 50), (3, Some(53), 52)], NextPage::Torn);
    check(&[(50, Some(50), 49)], NextPage::Torn);
    // Rows that came meanwhile push older ones to the next page, where they are seen twice.
    check(&[(50, Some(53), 50), (5, Some(55), 53)], NextPage::Torn);
    check(&[(50, Some(53), 50), (5, Some(53), 53)], NextPage::Complete(at(20_000)));
    // The second page is of an older moment, at which three rows of the first were not there yet:
    // it begins three rows too far down.
    check(&[(50, Some(56), 50), (3, Some(53), 53)], NextPage::Torn);
}

#[test]
fn the_first_second_is_read_whole() {
    let page = Reading::back_to(at(10_500)).page();
    // Kraken cuts this to nine seconds and leaves out the moment itself.
    assert_eq!(page.after, Some(at(9_500)));
    assert_eq!((page.until, page.offset), (None, 0));
    let mut reading = Reading::back_to(at(10_500));
    let page = |newest| Came { sent: at(1), length: 50, count: Some(60), newest };
    reading.came(page(Some(at(12_000))), 50);
    assert_eq!((reading.page().until, reading.page().offset), (Some(at(12_000)), 50));
    reading.came(page(Some(at(11_000))), 60);
    assert_eq!(reading.page().until, Some(at(12_000)), "that of the first page");
}
