//! Tests of files with secrets: who may read them, and what may stand in them.
#![expect(clippy::disallowed_methods, reason = "a test makes the files it needs")]

use std::{
    fs::{self, Permissions},
    os::unix::fs::PermissionsExt,
};

use tempfile::TempDir;

use super::{BYTES_MAX, Secret};

fn read(text: &[u8], mode: u32) -> Result<String, String> {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("secret");
    fs::write(&path, text).unwrap();
    fs::set_permissions(&path, Permissions::from_mode(mode)).unwrap();
    let secret = Secret::read(&path).map_err(|error| error.to_string())?;
    Ok(secret.text().to_owned())
}

#[test]
fn a_secret_is_one_line_that_nobody_else_may_read() {
    assert_eq!(read(b" hush \n", 0o600).unwrap(), "hush");
    assert_eq!(read(b"two words", 0o400).unwrap(), "two words");
    let long = vec![b'x'; BYTES_MAX];
    assert_eq!(read(&long, 0o600).unwrap().len(), BYTES_MAX);

    let refused = |text: &[u8], mode, expected: &str| {
        let error = read(text, mode).unwrap_err();
        assert!(error.contains(expected) && !error.contains("hush"), "{error}");
    };
    for mode in [0o640, 0o604, 0o620, 0o601, 0o666] {
        refused(b"hush", mode, "others may read");
    }
    refused(b"", 0o600, "holds no secret");
    refused(b" \n\n", 0o600, "holds no secret");
    refused(b"hush\nhush", 0o600, "holds no secret");
    refused(b"hush\0", 0o600, "holds no secret");
    refused(&vec![b'x'; BYTES_MAX + 1], 0o600, "holds no secret");
    refused(b"hush\xff", 0o600, "cannot read the secret");
}

#[test]
fn a_secret_that_is_not_a_file_is_named() {
    let folder = TempDir::new().unwrap();
    let error = Secret::read(&folder.path().join("missing")).err().unwrap();
    assert!(error.to_string().contains("put it there"), "{error}");
    let error = Secret::read(folder.path()).err().unwrap();
    assert!(error.to_string().contains("holds no secret"), "{error}");
}
