//! A bot that runs: its status, the kill switch three ways, the way back, and why it does what it
//! does.

use std::{fs::Permissions, os::unix::fs::PermissionsExt};

use serde_json::Value;

use crate::{
    bench::Bench,
    running::{CHURN, Running, send},
};

const BOT: &str = "--json --speed 60 --config bot.toml";

/// A bot that holds something.
fn holding(bench: &Bench) -> Running {
    bench.write("bot.toml", CHURN);
    let mut bot = Running::start(bench, BOT);
    bot.wait_for(|it| it["event"] == "order_filled" && it["role"] == "entry");
    bot
}

#[test]
fn nobody_runs() {
    let bench = Bench::new();
    let outcome = bench.run("status");
    assert_eq!((outcome.status, outcome.stdout.as_str()), (Some(1), ""), "{outcome:?}");
    assert!(outcome.stderr.contains("no bot is running in slackwater-data"), "{outcome:?}");
    let json = bench.run("status --json").refused().json();
    assert_eq!(json["running"], false);
    let why = bench.run("why --pair BTC/USD");
    assert_eq!(why.status, Some(1), "{why:?}");
    assert!(why.stderr.contains("--at"), "{why:?}");
    bench.run("why --pair BTC/USD --at 2026-01-01").wrong(&["there is no journal in"]);
    bench.run("replay .").wrong(&["there is no journal in", "data folder"]);
    bench.run("history fills").broken(&["there is no history at"]);
    for typed in ["halt --reason ' '", "resume --reason ''"] {
        bench.run(typed).wrong(&["--reason: it is empty"]);
    }
    assert!(bench.list(".").is_empty(), "looking writes nothing");
}

#[test]
fn a_halt_without_a_bot_holds_for_the_next_start() {
    let bench = Bench::new();
    let json = bench.run("halt --reason 'the news' --data-dir data --json").refused().json();
    assert_eq!((&json["bot"], &json["file"]), (&"not_running".into(), &"data/HALT".into()));
    assert!(json["problems"][0].as_str().is_some_and(|it| it.contains("--key-file")), "{json}");
    let mut bot = Running::start(&bench, "--json");
    let halted = bot.wait_for(|it| it["event"] == "halted");
    assert!(halted["reason"].as_str().is_some_and(|it| it.contains("the news")), "{halted}");
    send("-INT", bot.id());
    bot.rest();

    let json = bench.run("resume --reason 'it was nothing' --data-dir data --json").refused();
    let json = json.json();
    assert!(json["why"].as_str().is_some_and(|it| it.contains("run --resume")), "{json}");
    assert!(!bench.list("data").contains(&"HALT".to_owned()));
    // The journal remembers.
    let mut bot = Running::start(&bench, "--json --resume 'it was nothing'");
    let resumed = bot.wait_for(|it| it["event"] == "resumed");
    assert!(resumed["reason"].as_str().is_some_and(|it| it.contains("it was nothing")));
    send("-INT", bot.id());
    assert!(bot.rest().contains(r#""halted":false"#));
}

#[test]
fn a_bot_that_holds_is_asked_and_halted() {
    let bench = Bench::new();
    let mut bot = holding(&bench);
    // Its stop rests at the venue.
    bot.wait_for(|it| it["event"] == "order_placed" && it["role"] == "stop");
    let status = bench.run("status --data-dir data --json").done().json();
    assert_eq!((&status["running"], &status["stage"]), (&true.into(), &"ready".into()));
    for key in ["equity", "positions", "worst_case", "budgets", "dead_man", "journal"] {
        assert!(!status[key].is_null(), "{key}: {status}");
    }
    let words = bench.run("status --data-dir data").done().stdout;
    for part in ["stage     ready", "is the most that can be lost now", "if it dies", "budget "] {
        assert!(words.contains(part), "lacks `{part}`: {words}");
    }
    let why = bench.run("why --pair BTC/USD --data-dir data --json").done().json();
    assert_eq!(why["pair"], "BTC/USD");
    let words = bench.run("why --pair BTC/USD --data-dir data").done().stdout;
    assert!(words.contains("rule      passed") && words.contains("verdict "), "{words}");
    let other = bench.run("run --for 1s --json --data-dir data --rest http://127.0.0.1:1");
    assert_ne!(other.status, Some(0), "one bot, one folder: {other:?}");

    let halted = bench.run("halt --reason 'the news' --data-dir data --json");
    assert_eq!(halted.status, Some(0), "{halted:?}");
    let halted = halted.json();
    assert_eq!((&halted["bot"], &halted["halted"]), (&"flat".into(), &true.into()), "{halted}");
    bot.wait_for(|it| it["event"] == "halted");
    bot.wait_for(|it| it["event"] == "flattened");
    let status = bench.run("status --data-dir data --json").done().json();
    assert_eq!((&status["halted"], &status["positions"]), (&true.into(), &Value::Array(vec![])));

    let words = bench.run("resume --reason 'looked' --data-dir data").done().stdout;
    assert_eq!(words, "it trades again\n");
    bot.wait_for(|it| it["event"] == "resumed");
    assert!(!bench.list("data").contains(&"HALT".to_owned()));
    send("-INT", bot.id());
    bot.rest();
}

/// A simulated Kraken of its own, and files with its keys.
fn kraken(bench: &Bench) -> (Running, String) {
    let typed = "simulate --json --pair BTC/USD --balance USD=10000 --for 60s --speed 20";
    let mut server = Running::command(bench, typed);
    let ready = server.wait_for(|it| it["ready"] == true);
    for key in ready["keys"].as_array().expect("keys") {
        let text = |field: &str| key[field].as_str().expect("a text").to_owned();
        let [name, key, secret] = ["name", "key", "secret"].map(text);
        let file = |role: &str| format!("[{role}]\nkey = \"{key}\"\nsecret = \"{secret}\"\n");
        for role in ["trade", "kill"] {
            let path = format!("{name}.{role}.toml");
            bench.write(&path, file(role));
            let private = Permissions::from_mode(0o600);
            std::fs::set_permissions(bench.path(&path), private).expect("our file");
        }
    }
    (server, ready["rest"].as_str().expect("an address").to_owned())
}

#[test]
fn a_bot_that_is_killed_goes_on_where_it_was() {
    let bench = Bench::new();
    bench.write("bot.toml", CHURN);
    let mut bot = Running::start(&bench, BOT);
    let entry = bot.wait_for(|it| it["event"] == "order_filled" && it["role"] == "entry");
    send("-KILL", bot.id());
    drop(bot);

    let mut bot = Running::start(&bench, BOT);
    // What the one bought the other sells, it may be while it starts.
    let sold = bot.wait_for(|it| it["event"] == "lot_closed");
    assert_eq!(sold["entry_price"], entry["price"], "{entry}, then {sold}");
    let next = bot.wait_for(|it| it["event"] == "order_placed" && it["role"] == "entry");
    assert_ne!(next["order"], entry["order"], "no name is given twice");
    send("-INT", bot.id());
    bot.rest();
    let fills = bench.run("history fills --data-dir data --json").done().stdout;
    let trade = entry["trade"].as_str().expect("a trade");
    assert_eq!(fills.matches(trade).count(), 1, "it is counted once: {fills}");
}

#[test]
fn dangerous_and_weak_keys_are_refused_with_words() {
    let bench = Bench::new();
    let (_server, rest) = kraken(&bench);
    for (key, part) in [
        ("withdraw", "untick `Funds: Withdraw`"),
        ("read-only", "`modify-trades`"),
        ("no-ip-list", "IP address restriction"),
        ("cancel-only", "`query-funds`"),
    ] {
        let typed = format!("run --for 1s --data-dir {key} --rest {rest} --key-file");
        let outcome = bench.run(&format!("{typed} {key}.trade.toml --speed 20"));
        assert_eq!(outcome.status, Some(1), "{outcome:?}");
        assert!(outcome.stderr.contains("the key is refused: "), "{outcome:?}");
        assert!(outcome.stderr.contains(part), "lacks `{part}`: {outcome:?}");
    }
    let missing = bench.run(&format!("run --for 1s --rest {rest} --key-file nowhere.toml"));
    assert_eq!(missing.status, Some(2), "{missing:?}");
}

#[test]
fn a_bot_that_hangs_is_halted_without_it() {
    let alone = halted_by("no-ip-list");
    assert_eq!(alone["open"], 0, "{alone}");
}

#[test]
fn a_key_that_may_only_cancel_halts_and_says_that_nobody_looked() {
    let alone = halted_by("cancel-only");
    assert_eq!(alone["open"], Value::Null, "{alone}");
    let problems = alone["problems"].as_array().expect("problems");
    let is_said = |it: &Value| it.as_str().is_some_and(|it| it.contains("may not look"));
    assert!(problems.len() == 1 && is_said(&problems[0]), "{alone}");
}

/// What the halt with a key of its own says, while the bot hangs and what it knew is gone.
fn halted_by(key: &str) -> Value {
    let bench = Bench::new();
    let (_server, rest) = kraken(&bench);
    bench.write("bot.toml", CHURN);
    // Of the options only: the server's port may have a 60 in it, too.
    let slower = BOT.replace("60", "20");
    let options = format!("{slower} --rest {rest} --key-file trade.trade.toml");
    let mut bot = Running::start(&bench, &options);
    bot.wait_for(|it| it["event"] == "order_filled" && it["role"] == "entry");
    bot.wait_for(|it| it["event"] == "order_placed" && it["role"] == "stop");
    // It may be on its way for a moment.
    let is_there = |it: &Value| it["positions"][0]["stop"].is_string();
    while !is_there(&bench.run("status --data-dir data --json").done().json()) {}
    send("-STOP", bot.id());
    std::fs::remove_dir_all(bench.path("data/journal")).expect("the journal was there");
    bench.write("data/history.sqlite", "damaged");

    let typed = format!("halt --reason 'it hangs' --data-dir data --rest {rest} --key-file");
    let typed = format!("{typed} {key}.kill.toml");
    let outcome = bench.run(&format!("{typed} --json"));
    assert_eq!(outcome.status, Some(0), "{outcome:?}");
    let json = outcome.json();
    assert_eq!((&json["halted"], &json["bot"]), (&true.into(), &"silent".into()), "{json}");
    let alone = &json["alone"];
    assert_eq!(alone["is_verified"], true, "{json}");
    assert!(alone["canceled"].as_u64().is_some_and(|it| 0 < it), "{json}");
    assert!(bench.list("data").contains(&"HALT".to_owned()));
    assert!(bench.list("data").contains(&"halt".to_owned()), "budgets of its own");
    send("-KILL", bot.id());
    alone.clone()
}

#[test]
fn on_paper_it_needs_no_key_and_goes_on_with_its_account() {
    let bench = Bench::new();
    let typed = "simulate --json --pair BTC/USD --balance USD=10000 --for 60s";
    let mut server = Running::command(&bench, typed);
    let ready = server.wait_for(|it| it["ready"] == true);
    let rest = ready["rest"].as_str().expect("an address");
    bench.write("paper.toml", "[paper]\ncash = '777'\n");
    for _ in 0..2 {
        let options = "--venue kraken --mode paper --json --config paper.toml";
        let mut bot = Running::start(&bench, &format!("{options} --rest {rest}"));
        let ready = bot.wait_for(|it| it["stage"] == "ready");
        assert_eq!(ready["equity"], "777");
        let status = bench.run("status --data-dir data --json").done().json();
        assert_eq!(status["ladder"]["rung"], "backtest", "paper is allowed from the start");
        send("-INT", bot.id());
        bot.rest();
    }
}

#[test]
fn real_money_is_asked_for_by_name_and_refused_below_its_rung() {
    let bench = Bench::new();
    bench.run("run --venue kraken").wrong(&["--venue kraken: say with what money", "--mode live"]);
    bench.run("run --mode live").wrong(&["--mode is for --venue kraken"]);
    for option in ["--speed 2", "--seed 2", "--fault bad_nonce"] {
        let typed = format!("run --venue kraken --mode live {option}");
        bench.run(&typed).wrong(&["is for the simulated venue"]);
    }
    let outcome = bench.run("run --venue kraken --mode live --rest http://127.0.0.1:1");
    assert_eq!((outcome.status, outcome.stdout.as_str()), (Some(1), ""), "{outcome:?}");
    assert!(outcome.stderr.contains("the ladder does not allow it"), "{outcome:?}");
    assert!(3 < outcome.stderr.matches("missing: ").count(), "{outcome:?}");
}
