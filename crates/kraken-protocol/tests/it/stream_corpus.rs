//! Frames of every shape: each line of `good_*` is read, each line of `bad_*` is refused, and
//! nothing panics, also when lines are cut short.
#![expect(clippy::disallowed_methods, reason = "a test reads its corpus")]

use std::{fs, io};

use crate::any_frames::read_all;

const CORPUS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/corpus/stream");

/// Names and contents of the corpus in order.
fn corpus() -> Vec<(String, String)> {
    let read = |entry: io::Result<fs::DirEntry>| {
        let path = entry.expect("a file of the corpus").path();
        let text = fs::read_to_string(&path).expect("a text");
        (path.file_name().expect("a name").to_string_lossy().into_owned(), text)
    };
    let files = fs::read_dir(CORPUS).expect("the corpus");
    let mut files: Vec<(String, String)> = files.map(read).collect();
    files.sort();
    files
}

#[test]
fn good_lines_are_read_and_bad_ones_refused() {
    let corpus = corpus();
    for (name, text) in &corpus {
        let results = read_all(text.as_bytes());
        assert_eq!(results.len(), text.lines().count(), "{name}");
        for (line, result) in text.lines().zip(results) {
            let is_good = name.starts_with("good_");
            assert_eq!(result.is_ok(), is_good, "{name}: {result:?}: {line:.200}");
        }
    }
    let good = corpus.iter().filter(|(name, _)| name.starts_with("good_")).count();
    assert!(5 <= good && 5 <= corpus.len() - good, "{good} of {}", corpus.len());
}

#[test]
fn lines_that_are_cut_short_or_changed_do_no_harm() {
    for (_, text) in corpus() {
        let bytes = text.as_bytes();
        for at in (0..bytes.len()).step_by(bytes.len() / 60 + 1) {
            read_all(&bytes[..at]);
            for other in [b'0', b'"', b'{', b',', b' ', b'-', 0xFF] {
                let mut changed = bytes.to_vec();
                changed[at] = other;
                read_all(&changed);
            }
        }
    }
}

#[test]
fn errors_say_what_is_wrong_in_a_short_line() {
    for (name, text) in corpus() {
        for error in read_all(text.as_bytes()).into_iter().filter_map(Result::err) {
            let text = error.to_string();
            assert!(!text.contains('\n') && text.len() < 300, "{name}: {text}");
            assert!(text.starts_with(char::is_lowercase), "{name}: {text}");
        }
    }
}
