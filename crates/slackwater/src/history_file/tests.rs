//! Files that grow, and what a torn end does to them.

use tempfile::TempDir;

use super::*;

#[track_caller]
fn check(before: &str, header: &str, last: Option<&str>, after: &str) {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("deep/file.csv");
    files::create_folder_of(&path).unwrap();
    if !before.is_empty() {
        let mut file = OpenOptions::new().create(true).append(true).open(&path).unwrap();
        file.write_all(before.as_bytes()).unwrap();
    }
    let (mut file, found) = HistoryFile::open(&path, header).unwrap();
    assert_eq!(found.as_deref(), last);
    file.add("new\n").unwrap();
    assert_eq!(files::read_config(&path).unwrap(), format!("{after}new\n"));
}

#[test]
fn the_last_whole_line_is_found_and_a_torn_one_goes() {
    check("", "", None, "");
    check("", "a,b", None, "a,b\n");
    check("a,b\n", "a,b", None, "a,b\n");
    check("a,b\n1\n2\n", "a,b", Some("2"), "a,b\n1\n2\n");
    check("1\n2\n3,tor", "", Some("2"), "1\n2\n");
    check("torn", "", None, "");
    check("torn", "a,b", None, "a,b\n");
}

#[test]
fn a_long_file_is_read_at_its_end_only() {
    let numbers: Vec<String> = (0..10_000).map(|number| number.to_string()).collect();
    let lines = numbers.join("\n") + "\n";
    check(&lines, "", Some("9999"), &lines);
}
