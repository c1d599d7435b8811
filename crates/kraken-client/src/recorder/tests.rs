//! Tests of what a recording looks like and how long it becomes.

use std::path::Path;

use super::*;

fn read(path: &Path) -> String {
    let bytes = files::read_if_any(path, 1 << 20).unwrap().unwrap_or_default();
    String::from_utf8(bytes).unwrap()
}

fn settings(folder: &Path) -> RecorderSettings {
    RecorderSettings::new(folder.join("frames.jsonl"))
}

#[test]
fn a_frame_is_a_line() {
    let folder = tempfile::tempdir().unwrap();
    let settings = settings(folder.path());
    let mut recorder = Recorder::open(settings.clone()).unwrap();
    let now = Timestamp::from_nanos(1_800_000_000_000_000_001);
    recorder.record(1, Way::Sent, r#"{"method":"ping","req_id":1}"#, now).unwrap();
    recorder.record(2, Way::Received, "{\"channel\":\n\"heartbeat\"}", now).unwrap();
    recorder.record(2, Way::Received, "no \"JSON\"", now).unwrap();
    recorder.flush().unwrap();
    let expect = concat!(
        r#"{"at":1800000000000000001,"connection":1,"way":"sent","#,
        r#""frame":{"method":"ping","req_id":1}}"#,
        "\n",
        r#"{"at":1800000000000000001,"connection":2,"way":"received","#,
        r#""frame":{"channel": "heartbeat"}}"#,
        "\n",
        r#"{"at":1800000000000000001,"connection":2,"way":"received","#,
        r#""frame":"no \"JSON\""}"#,
        "\n",
    );
    assert_eq!(read(&settings.path), expect);
    for line in expect.lines() {
        assert!(serde_json::from_str::<serde_json::Value>(line).is_ok(), "{line}");
    }
    drop(recorder);
    let mut recorder = Recorder::open(settings.clone()).unwrap();
    recorder.record(3, Way::Sent, "{}", now).unwrap();
    drop(recorder);
    assert_eq!(read(&settings.path).lines().count(), 4);
}

/// What a crash left of a line goes; a text of others that has no end stays.
#[test]
fn a_torn_line_is_cut_off() {
    let folder = tempfile::tempdir().unwrap();
    let settings = settings(folder.path());
    let whole = "{\"at\":1,\"connection\":1,\"way\":\"sent\",\"frame\":{}}\n";
    for (before, after) in [
        (whole.to_owned(), whole.repeat(2)),
        (format!("{whole}{{\"at\":17,\"conn"), whole.repeat(2)),
        ("{\"at\":17".to_owned(), whole.to_owned()),
        ("a text".to_owned(), format!("a text{whole}")),
    ] {
        files::replace(&settings.path, before.as_bytes()).unwrap();
        let mut recorder = Recorder::open(settings.clone()).unwrap();
        recorder.record(1, Way::Sent, "{}", Timestamp::from_nanos(1)).unwrap();
        drop(recorder);
        assert_eq!(read(&settings.path), after, "{before}");
    }
}

#[test]
fn a_token_is_never_written() {
    let folder = tempfile::tempdir().unwrap();
    let settings = settings(folder.path());
    let mut recorder = Recorder::open(settings.clone()).unwrap();
    let canary = "CanaryTokenDoNotShow";
    for frame in [
        format!(r#"{{"method":"subscribe","params":{{"token":"{canary}"}}}}"#),
        format!(r#"{{"params":{{"\u0074oken":"{canary}"}}}}"#),
        format!(r#"{{"params":{{"token":"{canary}"#),
    ] {
        recorder.record(1, Way::Sent, &frame, Timestamp::EPOCH).unwrap();
    }
    drop(recorder);
    let text = read(&settings.path);
    assert_eq!(text.lines().count(), 3);
    assert!(!text.contains(canary), "{text}");
}

#[test]
fn full_files_are_put_aside_and_few_are_kept() {
    let folder = tempfile::tempdir().unwrap();
    let settings =
        RecorderSettings { file_bytes_max: 200, files_max: 2, ..settings(folder.path()) };
    let mut recorder = Recorder::open(settings.clone()).unwrap();
    for frame in 0..20 {
        recorder.record(1, Way::Sent, &frame.to_string(), Timestamp::EPOCH).unwrap();
    }
    drop(recorder);
    let names = ["frames.jsonl.2", "frames.jsonl.1", "frames.jsonl"];
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), names.len());
    let lines = names.map(|name| read(&folder.path().join(name))).concat();
    let frames: Vec<_> = lines.lines().map(|line| line.rsplit_once(':').unwrap().1).collect();
    // The newest, without a gap.
    let kept = frames.len();
    let expect: Vec<_> = (20 - kept..20).map(|frame| format!("{frame}}}")).collect();
    assert_eq!(frames, expect);
    for name in names {
        assert!(read(&folder.path().join(name)).len() <= 200);
    }
}

#[test]
fn nothing_is_put_aside_where_nothing_is_kept() {
    let folder = tempfile::tempdir().unwrap();
    let settings = RecorderSettings { file_bytes_max: 1, files_max: 0, ..settings(folder.path()) };
    let mut recorder = Recorder::open(settings.clone()).unwrap();
    for frame in 0..3 {
        recorder.record(1, Way::Sent, &frame.to_string(), Timestamp::EPOCH).unwrap();
    }
    drop(recorder);
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    assert!(read(&settings.path).ends_with("\"frame\":2}\n"));
}
