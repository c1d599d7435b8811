//! What counts as a file of the checkout.

use super::super::fixture::Fixture;
use super::*;

#[test]
fn sees_tracked_and_new_files_but_not_ignored_or_deleted_ones() {
    let fixture = Fixture::new(&[
        (".gitignore", "target/\n"),
        ("tracked.rs", ""),
        ("deleted.rs", ""),
        ("target/built.rs", ""),
    ]);
    fixture.git(&["add", "tracked.rs", "deleted.rs"]);
    std::fs::remove_file(fixture.path().join("deleted.rs")).unwrap();
    fixture.write("new/file.rs", b"");
    let tree = fixture.tree();
    assert_eq!(tree.files().collect::<Vec<_>>(), [".gitignore", "new/file.rs", "tracked.rs"]);
    assert_eq!(tree.with_extension("rs").count(), 2);
    assert!(tree.has_file("tracked.rs") && tree.has_folder("new"));
    assert!(!tree.has_folder("ne") && !tree.has_folder("target"));
}

#[test]
fn bytes_that_are_not_text_are_not_text() {
    let fixture = Fixture::new(&[("text", "words\n")]);
    fixture.write("zeros", &[0, 0]);
    fixture.write("latin", &[0xe9]);
    let tree = fixture.tree();
    assert_eq!(tree.text_if_any("text").unwrap().as_deref(), Some("words\n"));
    assert_eq!(tree.text_if_any("zeros").unwrap(), None);
    assert_eq!(tree.text_if_any("latin").unwrap(), None);
}

#[test]
fn a_folder_that_is_no_checkout_says_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    let error = Tree::open(folder.path()).unwrap_err().to_string();
    assert!(error.contains("hint: run tidy in a clone"), "{error}");
}
