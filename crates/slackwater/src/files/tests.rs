//! Files that are there in full or as they were.

use super::*;

fn names_in(folder: &Path) -> Vec<String> {
    let mut names = names(folder).unwrap();
    names.sort();
    names
}

#[test]
fn a_file_takes_its_place_once_it_is_whole() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("page.html");
    write_whole(&path, b"old").unwrap();
    let mut file = WholeFile::create(&path).unwrap();
    write(&path, &mut file, b"new").unwrap();
    assert_eq!(read(&path, 9).unwrap(), b"old");
    file.finish().unwrap();
    assert_eq!(read(&path, 9).unwrap(), b"new");
    assert_eq!(names_in(folder.path()), ["page.html"]);
}

#[test]
fn one_that_is_given_up_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("page.html");
    write_whole(&path, b"old").unwrap();
    let mut file = WholeFile::create(&path).unwrap();
    write(&path, &mut file, b"half").unwrap();
    drop(file);
    assert_eq!(read(&path, 9).unwrap(), b"old");
    assert_eq!(names_in(folder.path()), ["page.html"]);
}

#[test]
fn a_device_is_written_to_and_not_replaced() {
    write_whole(Path::new("/dev/null"), b"nothing").unwrap();
    assert!(!fs::metadata("/dev/null").unwrap().is_file());
}

#[test]
fn a_link_leads_to_the_file_that_changes() {
    let folder = tempfile::tempdir().unwrap();
    let (path, link) = (folder.path().join("page.html"), folder.path().join("link"));
    write_whole(&path, b"old").unwrap();
    std::os::unix::fs::symlink("page.html", &link).unwrap();
    write_whole(&link, b"new").unwrap();
    assert_eq!(read(&path, 9).unwrap(), b"new");
    assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
}

#[test]
fn a_folder_is_no_file() {
    let folder = tempfile::tempdir().unwrap();
    let error = write_whole(folder.path(), b"new").unwrap_err();
    assert!(error.to_string().contains("Is a directory"), "{error}");
}
