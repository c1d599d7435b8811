//! Tests of files that are replaced whole and belong to their owner.

use std::os::unix::fs::PermissionsExt;

use super::*;

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

#[test]
fn a_file_is_replaced_and_private() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("deep/er/state.json");
    assert!(read_if_any(&path, 100).unwrap().is_none());
    for text in ["one", "a longer one", ""] {
        replace(&path, text.as_bytes()).unwrap();
        assert_eq!(read_if_any(&path, 100).unwrap().unwrap(), text.as_bytes());
        assert_eq!(mode(&path), 0o600);
    }
    assert_eq!(mode(path.parent().unwrap()), 0o700);
    assert_eq!(fs::read_dir(path.parent().unwrap()).unwrap().count(), 1);
}

#[test]
fn what_a_crash_left_does_not_stand_in_the_way() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("state");
    let left = folder.path().join("state.new");
    File::create_new(&left).unwrap().write_all(b"half a sta").unwrap();
    fs::set_permissions(&left, Permissions::from_mode(0o644)).unwrap();
    replace(&path, b"whole").unwrap();
    assert_eq!(read_if_any(&path, 5).unwrap().unwrap(), b"whole");
    assert_eq!(mode(&path), 0o600);
    assert!(!left.exists());
}

#[test]
fn a_file_that_is_too_large_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("state");
    replace(&path, b"123456").unwrap();
    let error = read_if_any(&path, 5).unwrap_err().to_string();
    assert!(error.contains("larger than it can be"), "{error}");
}

#[test]
fn errors_name_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file");
    replace(&file, b"").unwrap();
    let below = file.join("below");
    for error in [
        replace(&below, b"").unwrap_err(),
        read_if_any(&below, 1).unwrap_err(),
        read_if_any(folder.path(), 1).unwrap_err(),
        open_to_append(&below).map(drop).unwrap_err(),
    ] {
        let shown = error.to_string();
        assert!(shown.starts_with("cannot ") && shown.contains("check the path"), "{shown}");
    }
}

#[test]
fn an_open_file_loses_rights_that_others_had() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("frames");
    File::create_new(&path).unwrap().write_all(b"12345").unwrap();
    fs::set_permissions(&path, Permissions::from_mode(0o666)).unwrap();
    let (mut file, length) = open_to_append(&path).unwrap();
    assert_eq!((length, mode(&path)), (5, 0o600));
    file.write_all(b"6").unwrap();
    assert_eq!(read_if_any(&path, 100).unwrap().unwrap(), b"123456");
    rename(&path, &folder.path().join("old")).unwrap();
    rename(&path, &folder.path().join("old")).unwrap();
    assert!(!path.exists());
}
