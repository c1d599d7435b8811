//! One state or another, never a mixture, never an older one, and one server at a time.

use super::*;

fn file(folder: &tempfile::TempDir) -> StateFile {
    StateFile {
        path: folder.path().join("kraken.state"),
        every: StateFile::EVERY,
        each_change: false,
    }
}

#[test]
fn what_was_written_is_read_again() {
    let folder = tempfile::tempdir().unwrap();
    let keeper = Keeper::take(file(&folder)).unwrap();
    assert_eq!(keeper.read().unwrap(), None);
    assert_eq!([keeper.next_number(), keeper.next_number()], [1, 2]);
    keeper.write_through(1, b"one").unwrap();
    keeper.write(2, b"two and more").unwrap();
    assert_eq!(keeper.read().unwrap().unwrap(), b"two and more");
    keeper.write(3, b"").unwrap();
    assert_eq!(keeper.read().unwrap().unwrap(), b"");
    let names = fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name());
    let mut names: Vec<_> = names.collect();
    names.sort();
    assert_eq!(names, ["kraken.state", "kraken.state.lock"], "nothing else is left behind");
}

#[test]
fn a_state_that_comes_too_late_is_passed_over() {
    let folder = tempfile::tempdir().unwrap();
    let keeper = Keeper::take(file(&folder)).unwrap();
    keeper.write(2, b"newer").unwrap();
    keeper.write_through(1, b"older").unwrap();
    keeper.write(1, b"older").unwrap();
    assert_eq!(keeper.read().unwrap().unwrap(), b"newer");
    let names = fs::read_dir(folder.path()).unwrap().count();
    assert_eq!(names, 2, "and is not left lying about");
}

#[test]
fn what_a_crash_left_half_written_is_no_harm() {
    let folder = tempfile::tempdir().unwrap();
    Keeper::take(file(&folder)).unwrap().write(1, b"whole").unwrap();
    OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(false)
        .open(folder.path().join("kraken.state.next"))
        .unwrap()
        .write_all(b"a half that is longer than what comes next")
        .unwrap();
    let keeper = Keeper::take(file(&folder)).unwrap();
    assert_eq!(keeper.read().unwrap().unwrap(), b"whole");
    keeper.write(1, b"next").unwrap();
    assert_eq!(keeper.read().unwrap().unwrap(), b"next");
}

#[test]
fn one_server_at_a_time_has_it() {
    let folder = tempfile::tempdir().unwrap();
    let first = Keeper::take(file(&folder)).unwrap();
    let refused = Keeper::take(file(&folder)).unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::ResourceBusy);
    drop(first);
    Keeper::take(file(&folder)).unwrap();
}

#[test]
fn a_place_where_nothing_can_be_written_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("not-there").join("kraken.state");
    Keeper::take(StateFile { path, every: StateFile::EVERY, each_change: false }).unwrap_err();
    let path = folder.path().to_owned();
    let keeper =
        Keeper::take(StateFile { path, every: StateFile::EVERY, each_change: false }).unwrap();
    keeper.read().unwrap_err();
    keeper.write(1, b"state").unwrap_err();
    keeper.write_through(1, b"state").unwrap_err();
}
