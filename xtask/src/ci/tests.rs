//! The order of the steps, what a failure does, and that CI's script agrees with this tool.

use super::*;
use crate::tidy::fixture::Fixture;

#[test]
fn a_failed_step_does_not_hide_the_ones_after_it() {
    let mut seen = Vec::new();
    let ended = run_steps(&[], |step| {
        seen.push(step.name);
        step.name != "clippy"
    });
    let names: Vec<_> = STEPS.iter().map(|step| step.name).collect();
    assert_eq!(seen, names);
    assert!(!passed(&ended));
    assert!(summary(&ended).contains("ci: failed: clippy\n"));
}

#[test]
fn all_green_is_green() {
    let ended = run_steps(&[], |_| true);
    assert!(passed(&ended));
    assert!(summary(&ended).ends_with("ci: passed\n"));
}

#[test]
fn a_skipped_step_does_not_run_and_says_so() {
    let ended = run_steps(&["test".to_owned(), "deny".to_owned()], |step| {
        assert!(step.name != "test" && step.name != "deny");
        true
    });
    assert!(passed(&ended));
    let lines: Vec<String> = summary(&ended).lines().map(str::to_owned).collect();
    assert_eq!(lines.iter().filter(|line| line.contains("skipped")).count(), 2);
    assert!(lines.iter().any(|line| line.starts_with("test     skipped")));
}

#[test]
fn the_summary_is_a_table_with_one_line_for_each_step() {
    let ended = [
        Ended { name: "fmt", outcome: Outcome::Passed, took: Duration::from_millis(1_240) },
        Ended { name: "test", outcome: Outcome::Failed, took: Duration::from_secs(61) },
    ];
    let expect = "\
step     result    seconds
fmt      ok            1.2
test     FAILED       61.0
ci: failed: test
hint: what is wrong stands above, after `==> test`
";
    assert_eq!(summary(&ended), expect);
}

#[test]
fn a_cargo_that_fails_is_a_failed_step() {
    let quietly = |words| {
        let mut command = cargo(crate::root(), words);
        succeeds(command.stdout(Stdio::null()).stderr(Stdio::null()))
    };
    assert!(quietly("--version"));
    assert!(!quietly("--no-such-option"));
    assert!(!quietly("no-such-command"));
}

#[test]
fn a_step_says_how_it_went() {
    let fixture = Fixture::new(&[("src/a.rs", "no header\n")]);
    assert!(!run_step(fixture.path(), &step("tidy", Kind::Tidy, "xtask tidy")));
    assert!(run_step(Fixture::lawful().path(), &step("tidy", Kind::Tidy, "xtask tidy")));
}

#[test]
fn a_command_that_does_not_answer_is_not_there() {
    assert!(is_there(cargo(crate::root(), "--version")));
    assert!(!is_there(cargo(crate::root(), "no-such-command --version")));
}

#[test]
fn the_ci_script_installs_the_version_this_tool_names() {
    let script = std::fs::read_to_string(crate::root().join(".ci/run")).unwrap();
    assert!(script.contains(&format!("cargo_deny_version={CARGO_DENY_VERSION}\n")));
    assert!(install_cargo_deny().contains(CARGO_DENY_VERSION));
}

#[test]
fn the_ci_script_runs_the_tests_that_this_tool_runs() {
    let script = std::fs::read_to_string(crate::root().join(".ci/run")).unwrap();
    assert!(script.contains(&format!("cargo {TEST}")));
    assert!(script.contains("cargo xtask ci --skip test"));
}
