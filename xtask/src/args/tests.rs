//! The command line, word by word.

use super::*;

#[track_caller]
fn check(line: &str, expect: &Command) {
    let words = line.split_whitespace().map(str::to_owned);
    assert_eq!(&parse(words).unwrap(), expect, "{line}");
}

#[track_caller]
fn check_misuse(line: &str, expect: &[&str]) {
    let words = line.split_whitespace().map(str::to_owned);
    let text = parse(words).unwrap_err().to_string();
    for part in expect {
        assert!(text.contains(part), "`{line}` says {text:?}, without {part:?}");
    }
}

#[test]
fn reads_the_commands() {
    check("tidy", &Command::Tidy(Output::Text));
    check("tidy --json", &Command::Tidy(Output::Json));
    check("test", &Command::Test);
    check("ci", &Command::Ci { skip: vec![] });
    check("ci --skip test", &Command::Ci { skip: vec!["test".into()] });
    check("ci --skip=test --skip deny", &Command::Ci { skip: vec!["test".into(), "deny".into()] });
}

#[test]
fn help_wins_over_everything_else() {
    for line in ["--help", "-h", "help", "tidy --help", "ci --skip nonsense -h", "test help"] {
        check(line, &Command::Help);
    }
}

#[test]
fn an_unknown_word_meets_the_nearest_known_one() {
    check_misuse("tdiy", &["unknown command `tdiy`", "did you mean `tidy`"]);
    check_misuse("tests", &["unknown command `tests`", "did you mean `test`"]);
    check_misuse("tidy --jsn", &["unknown option `--jsn`", "did you mean `--json`"]);
    check_misuse("ci --skp test", &["unknown option `--skp`", "did you mean `--skip`"]);
    check_misuse("ci --skip clipy", &["unknown step `clipy`", "did you mean `clippy`"]);
}

#[test]
fn every_misuse_says_what_to_do_next() {
    for line in ["", "ci --skip", "test now", "tdiy", "tidy now", "ci --skip=x"] {
        check_misuse(line, &["\nhint: "]);
    }
}

#[test]
fn the_help_names_every_command_and_every_step() {
    for command in COMMANDS {
        assert!(HELP.contains(&format!("\n  {command} ")), "{command}");
    }
    let steps: Vec<&str> = ci::STEPS.iter().map(|step| step.name).collect();
    assert!(HELP.contains(&steps.join(", ")), "the help lists the steps in their order");
}
