//! What can be typed, and that every example in a help text can be.

use clap::CommandFactory;

use super::*;

#[test]
fn the_table_of_arguments_is_sound() {
    Arguments::command().debug_assert();
}

/// The commands that stand in a help text, as a shell would split them.
fn commands(text: &str) -> Vec<Vec<String>> {
    let is_command = |line: &&str| line.starts_with("slackwater ");
    let mut joined = text.to_owned();
    while let Some((before, after)) = joined.split_once("\\\n") {
        joined = format!("{before}{}", after.trim_start());
    }
    // What follows after several spaces explains the command.
    let lines = joined.lines().map(str::trim).filter(is_command);
    let lines = lines.map(|line| line.split("  ").next().unwrap_or_default());
    // Where its data go is the shell's business.
    let lines = lines.map(|line| line.split(" > ").next().unwrap_or_default());
    lines.map(words).collect()
}

/// Parted by spaces; in single quotes they stay together.
fn words(line: &str) -> Vec<String> {
    let mut words = Vec::new();
    for (at, part) in line.split('\'').enumerate() {
        if at % 2 == 0 {
            words.extend(part.split_whitespace().map(str::to_owned));
        } else {
            words.push(part.to_owned());
        }
    }
    words
}

#[test]
fn every_example_can_be_typed() {
    let texts = [
        BACKTEST_EXAMPLES,
        SIZE_EXAMPLES,
        run::EXAMPLES,
        bot::STATUS_EXAMPLES,
        bot::HALT_EXAMPLES,
        bot::RESUME_EXAMPLES,
        bot::WHY_EXAMPLES,
        bot::HISTORY_EXAMPLES,
        CONFIG_EXAMPLES,
        REPLAY_EXAMPLES,
    ];
    let examples = texts.map(commands).concat();
    assert_eq!(examples.len(), 26);
    for example in examples {
        if let Err(error) = Arguments::try_parse_from(&example) {
            panic!("{example:?}: {error}");
        }
    }
}

#[test]
fn every_command_explains_itself() {
    for command in Arguments::command().get_subcommands_mut() {
        let name = command.get_name().to_owned();
        assert!(command.get_about().is_some(), "{name} does not say what it is for");
        for argument in command.get_arguments() {
            let is_explained = argument.get_help().is_some();
            assert!(is_explained, "{name} does not explain {}", argument.get_id());
        }
        let help = command.render_long_help().to_string();
        assert!(help.contains("Usage:"), "{help}");
    }
}

fn parsed(line: &str) -> Command {
    Arguments::try_parse_from(line.split(' ')).unwrap().command
}

#[test]
fn a_backtest_needs_three_things_and_has_defaults_for_the_rest() {
    let line = "slackwater backtest --data x --pair XBTUSD --strategy sma_cross";
    let Command::Backtest(it) = parsed(line) else { panic!("another command") };
    assert_eq!(it.interval.minutes(), 60);
    assert_eq!(it.cash.to_string(), "10000");
    assert_eq!((it.size.as_str(), it.seed), ("all-in", 1));
    assert_eq!(it.fee, FeeSchedule::kraken_spot());
    assert!(it.slippage.is_zero() && it.partial_fills.is_none());
    assert!(it.kill.drawdown.is_none() && it.kill.daily_loss.is_none());
    assert!(it.kill.consecutive_losses.is_none());
    for left_out in ["--pair XBTUSD ", " --strategy sma_cross"] {
        let line = line.replace(left_out, "");
        assert!(Arguments::try_parse_from(line.split(' ')).is_err(), "{line}");
    }
}

#[test]
fn a_run_needs_nothing() {
    let Command::Run(it) = parsed("slackwater run") else { panic!("another command") };
    assert_eq!(it.venue, run::VenueArgument::Simulated);
    assert_eq!(it.data_dir, PathBuf::from("slackwater-data"));
    assert!(it.run_for.is_none() && it.speed.is_none() && it.seed.is_none());
}

#[test]
fn amounts_below_zero_are_amounts_and_not_options() {
    let size = "slackwater size --equity -1 --risk -1% --entry -1 --stop -2 --pair BTC/USD";
    let Command::Size(it) = parsed(size) else { panic!("another command") };
    assert_eq!(it.equity.to_string(), "-1");
    let start = "slackwater backtest --data x --pair BTC/USD --strategy sma_cross";
    for (option, words) in
        [("--cash -5", "-5 is not above zero"), ("--slippage -1%", "`-1%` is not a slippage")]
    {
        let line = format!("{start} {option}");
        let error = Arguments::try_parse_from(line.split(' ')).unwrap_err().to_string();
        assert!(error.contains(words), "{error}");
    }
    let Command::Backtest(it) = parsed(&format!("{start} --fee -0.1/-0.2")) else {
        panic!("another command")
    };
    assert_eq!(it.fee.rate(Amount::ZERO, trading_types::Liquidity::Taker).percent(), "-0.1");
}

#[test]
fn intervals_are_krakens() {
    for (text, words) in [
        ("7", "7 minutes is not a candle length of Kraken's"),
        ("1h", "`1h` is not a number of minutes; write it like 60"),
        ("", "`` is not a number of minutes; write it like 60"),
        ("4294967296", "is not a number of minutes"),
    ] {
        let error = parse_interval(text).unwrap_err();
        assert!(error.contains(words), "{text}: {error}");
    }
    assert_eq!(parse_interval("1440").unwrap().minutes(), 1_440);
}
