//! Lines survive what happens to files.
#![expect(clippy::disallowed_methods, reason = "a test makes the files it needs")]

use proptest::prelude::*;

use super::*;

fn text(at: usize) -> String {
    format!("line {at}")
}

#[test]
fn what_was_appended_is_found_again() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("deep/er/file");
    let (mut file, lines) = LineFile::open(&path).unwrap();
    assert!(lines.texts.is_empty());
    file.append(&[text(0), text(1)]).unwrap();
    file.append(&[]).unwrap();
    file.append(&[text(2)]).unwrap();
    let (_, lines) = LineFile::open(&path).unwrap();
    assert_eq!((lines.texts, lines.damaged), (vec![text(0), text(1), text(2)], 0));
}

#[test]
fn a_folder_in_its_place_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let error = LineFile::open(folder.path()).unwrap_err();
    assert!(error.to_string().starts_with("cannot open "), "{error}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    /// Whatever a crash leaves of the last write: the lines before it are whole, and what is
    /// appended then is found.
    #[test]
    fn a_torn_tail_harms_nobody(count in 1_usize..6, cut in any::<prop::sample::Index>()) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        let (mut file, _) = LineFile::open(&path).unwrap();
        file.append(&(0..count).map(text).collect::<Vec<_>>()).unwrap();
        let bytes = fs::read(&path).unwrap();
        let keep = cut.index(bytes.len());
        fs::write(&path, &bytes[..keep]).unwrap();

        let (mut file, before) = LineFile::open(&path).unwrap();
        let whole = bytes[..keep].split(|it| *it == b'\n').count() - 1;
        // A line that lacks only its end is whole too.
        prop_assert!(before.texts.len() == whole || before.texts.len() == whole + 1);
        file.append(&[text(99)]).unwrap();
        let (_, after) = LineFile::open(&path).unwrap();
        prop_assert_eq!(&after.texts[..before.texts.len()], &before.texts[..]);
        prop_assert_eq!(after.texts.last(), Some(&text(99)));
    }

    /// A changed byte costs the line it is in, and at most the next.
    #[test]
    fn a_changed_byte_is_noticed(at in any::<prop::sample::Index>(), bit in 0_u32..8) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        let (mut file, _) = LineFile::open(&path).unwrap();
        file.append(&(0..6).map(text).collect::<Vec<_>>()).unwrap();
        let mut bytes = fs::read(&path).unwrap();
        let at = at.index(bytes.len());
        bytes[at] ^= 1 << bit;
        fs::write(&path, &bytes).unwrap();
        let (_, lines) = LineFile::open(&path).unwrap();
        prop_assert!(lines.texts.iter().all(|it| it.starts_with("line ")));
        prop_assert!(4 <= lines.texts.len() && lines.texts.len() < 6);
        prop_assert!(0 < lines.damaged);
    }
}
