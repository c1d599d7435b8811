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
fn reads_what_a_report_is_to_be_like() {
    use limits_report::Behind;
    let check_report = |line: &str, length, seed, output| {
        let behind = if line.contains("wire") { Behind::Wire } else { Behind::BareLimits };
        let options = limits_report::Options { length, seed, behind };
        check(&format!("limits-report {line}"), &Command::LimitsReport(options, output));
    };
    let (day, hour) = (limits_report::LENGTH, Duration::from_hours(1));
    check_report("", day, 1, Output::Text);
    check_report("--json --seed 7", day, 7, Output::Json);
    check_report("--hours 1 --seed=9", hour, 9, Output::Text);
    check_report("--wire --hours 1", hour, 1, Output::Text);
    check_report("--hours=744", 744 * hour, 1, Output::Text);
    check_report("--quick --json", limits_report::LENGTH_QUICK, 1, Output::Json);
}

#[test]
fn a_bad_number_is_named_with_what_is_wanted() {
    for line in ["--hours 0", "--hours 745", "--hours=x", "--hours -1", "--hours 1.5"] {
        check_misuse(&format!("limits-report {line}"), &["`--hours` needs a number from 1 to 744"]);
    }
    check_misuse("limits-report --seed x", &["`--seed` needs a number from 0 to ", "not `x`"]);
    check_misuse("limits-report --hours", &["`--hours` needs a word after it"]);
    check_misuse("limits-report --quik", &["unknown option `--quik`", "did you mean `--quick`"]);
    check_misuse("limits-report --json=1", &["unknown option `--json=1`"]);
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
    for line in
        ["", "ci --skip", "test now", "tdiy", "tidy now", "ci --skip=x", "limits-report --seed y"]
    {
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
