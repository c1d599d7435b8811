//! The chain: what is encoded is decoded, and whatever was changed is found.

use std::sync::LazyLock;

use proptest::prelude::*;

use super::{Anchor, ChainError, decode, encode};
use crate::{Digest, Ladder, Requirements, Rung, test_values::Bench};

/// A chain with every kind of record in it but a changed program.
fn chain() -> Bench {
    let mut bench = Bench::new();
    bench.climb_to(Rung::Tiny);
    bench.live(|it| it.kill_trips = 1).live_days(1).configure("donchian");
    bench
}

static CHAIN: LazyLock<(String, Option<Anchor>)> = LazyLock::new(|| {
    let bench = chain();
    (bench.text(), bench.ladder.head())
});

#[test]
fn what_is_encoded_is_decoded() {
    let bench = chain();
    let text = bench.text();
    assert_eq!(text.lines().count(), bench.entries.len());
    assert_eq!(decode(&text).as_ref(), Ok(&bench.entries));
    assert_eq!(decode(""), Ok(Vec::new()));
    let first = text.lines().next().expect("a line");
    assert!(first.starts_with(r#"{"sequence":1,"time":"1970-04-11T00:00:00Z","previous":"000"#));
    assert!(first.contains(r#""record":{"begun":{"identity":""#), "{first}");
}

#[test]
fn damage_is_named() {
    let text = chain().text();
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let without = |at: usize| {
        let rest: Vec<&str> =
            lines.iter().enumerate().filter(|it| it.0 != at).map(|it| *it.1).collect();
        rest.concat()
    };
    assert_eq!(decode(&without(0)), Err(ChainError::Broken { line: 1 }));
    assert_eq!(decode(&without(3)), Err(ChainError::Broken { line: 4 }));
    let twice = format!("{}{}", lines[0], lines[0]);
    assert_eq!(decode(&twice), Err(ChainError::Broken { line: 2 }));
    let swapped = [lines[0], lines[2], lines[1]].concat();
    assert_eq!(decode(&swapped), Err(ChainError::Broken { line: 2 }));
    let torn = &text[..text.len() - 1];
    assert_eq!(decode(torn), Err(ChainError::Torn { line: lines.len() }));
    let changed = text.replacen("\"trades\":3", "\"trades\":9", 1);
    assert!(matches!(decode(&changed), Err(ChainError::Changed { .. })));
    let blank = format!("{}\n", lines[0]);
    assert!(matches!(decode(&blank), Err(ChainError::NotAnEntry { line: 2, .. })));
    assert!(matches!(decode("{}\n"), Err(ChainError::NotAnEntry { line: 1, .. })));
}

#[test]
fn what_a_later_version_wrote_says_so() {
    let body =
        r#"{"sequence":1,"time":"2026-11-22T00:00:00Z","previous":"0","record":{"flown":{}}}"#;
    let hash = Digest::of(body.as_bytes());
    let line = format!("{},\"hash\":\"{hash}\"}}\n", &body[..body.len() - 1]);
    let error = decode(&line).expect_err("nobody knows such a record");
    assert!(error.to_string().contains("a later version"), "{error}");
}

#[test]
fn an_anchor_finds_what_was_cut_off() {
    let bench = chain();
    let head = bench.ladder.head().expect("there are entries");
    assert_eq!(head.to_string().parse(), Ok(head));
    assert_eq!(head.check(&bench.entries), Ok(()));
    let cut = &bench.entries[..bench.entries.len() - 1];
    let shortened = ChainError::Shortened { anchor: head, entries: cut.len() as u64 };
    assert_eq!(head.check(cut), Err(shortened.clone()));
    let restored = Ladder::restore(Requirements::default(), cut, Some(head));
    assert_eq!(restored.map(|_| ()), Err(shortened));
    // An older anchor is still in the chain: it grew since.
    let old = bench.entries[2].anchor();
    assert_eq!(old.check(&bench.entries), Ok(()));
    let foreign = Anchor { sequence: 2, hash: Digest::ZERO };
    assert!(foreign.check(&bench.entries).is_err());
    assert!(Anchor { sequence: 0, hash: Digest::ZERO }.check(&bench.entries).is_err());
    for text in ["", "1", "x y", "-1 00"] {
        assert!(text.parse::<Anchor>().is_err(), "{text}");
    }
}

#[test]
fn entries_that_cannot_follow_are_named() {
    let bench = chain();
    let mut one = bench.entries[1].clone();
    one.sequence = 1;
    one.previous = Digest::ZERO;
    one.hash = Digest::of(one.body().as_bytes());
    let entries = decode(&encode(&one)).expect("the line itself is whole");
    let restored = Ladder::restore(Requirements::default(), &entries, None);
    let error = restored.expect_err("nothing has begun");
    assert!(matches!(error, ChainError::Impossible { line: 1, .. }), "{error}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]

    /// Any changed, removed or added byte is found, wherever it is.
    #[test]
    fn any_edit_is_found(at in any::<prop::sample::Index>(), byte in any::<u8>(), kind in 0..3) {
        let (text, head) = &*CHAIN;
        let mut bytes = text.clone().into_bytes();
        let at = at.index(bytes.len());
        match kind {
            0 => {
                prop_assume!(bytes[at] != byte);
                bytes[at] = byte;
            }
            1 => drop(bytes.remove(at)),
            _ => bytes.insert(at, byte),
        }
        // Bytes that are no text are found by whoever reads the file.
        if let Ok(edited) = String::from_utf8(bytes)
            && edited != *text
        {
            let restored = decode(&edited).and_then(|entries| {
                Ladder::restore(Requirements::default(), &entries, *head)
            });
            prop_assert!(restored.is_err());
        }
    }

    /// Anything at all is decoded or refused, and never stops the program.
    #[test]
    fn any_text_is_decoded_or_refused(text in ".{0,200}\n?") {
        let _ = decode(&text);
    }

    /// So is anything that begins like a line of ours and has a right hash.
    #[test]
    fn any_json_with_a_right_hash_is_decoded_or_refused(
        record in "[\\{\\}\\[\\]\",:a-z0-9_]{0,60}", sequence in any::<u64>(),
    ) {
        let body = format!(
            "{{\"sequence\":{sequence},\"time\":\"2026-11-22T00:00:00Z\",\
             \"previous\":\"{}\",\"record\":{record}}}",
            Digest::ZERO,
        );
        let hash = Digest::of(body.as_bytes());
        let line = format!("{},\"hash\":\"{hash}\"}}\n", &body[..body.len() - 1]);
        if let Ok(entries) = decode(&line) {
            let _ = Ladder::restore(Requirements::default(), &entries, None);
        }
    }
}
