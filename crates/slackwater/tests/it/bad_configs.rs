//! Config files that are refused: with the line, the column and the nearest known word.

use crate::bench::Bench;

#[track_caller]
fn check_all(rows: &[(&str, &[&str])]) {
    let bench = Bench::new();
    for (text, parts) in rows {
        bench.write("bot.toml", text);
        for typed in ["config show --config bot.toml", "run --for 1s --config bot.toml --json"] {
            bench.run(typed).wrong(parts);
        }
    }
    assert_eq!(bench.list("."), ["bot.toml"], "no journal was begun");
}

#[test]
#[rustfmt::skip] // A table.
fn keys_and_types() {
    let text = "put the value in quotes";
    check_all(&[
        ("piar = 'BTC/USD'",            &["bot.toml:1:1: there is no key `piar`", "mean `pair`?"]),
        ("\n[kill]\ndrawdwon = '5%'",   &["bot.toml:3:1: there is no key `drawdwon`", "drawdown"]),
        ("[dashboard]\n",               &["bot.toml:1:2: there is no key `dashboard`"]),
        ("pair = 5",                    &["bot.toml:1:8: invalid type: integer `5`", text]),
        ("[risk]\ncollar = 0.05",       &["bot.toml:2:10: invalid type: floating point", text]),
        ("[simulated]\nstart = 2017-01-01", &["bot.toml:2:9: ", text]),
        ("interval = '60'",             &["bot.toml:1:12: ", "a whole number", "without quotes"]),
        ("interval = -60",              &["bot.toml:1:12: ", "a whole number"]),
        ("[simulated]\nseed = 99999999999999999999", &["bot.toml:2:8: ", "hint: "]),
        ("kill = 5",                    &["bot.toml:1:8: ", "a table, begun by [kill]"]),
        ("i_accept_more_risk = 'yes'",  &["bot.toml:1:22: ", "write true or false"]),
        ("[strategy.settings]\nfast = 2.5", &["bot.toml:2:8: a setting is a whole number, or"]),
    ]);
}

#[test]
#[rustfmt::skip] // A table.
fn broken_files() {
    check_all(&[
        ("[kill\n",                     &["bot.toml:1:6: unclosed table"]),
        ("pair = 'BTC/USD\n",           &["bot.toml:1:16: invalid literal string"]),
        ("pair = 'a'\npair = 'b'",      &["bot.toml:2:1: duplicate key"]),
        ("pair 'BTC/USD'",              &["bot.toml:1:"]),
        ("\0",                          &["bot.toml:1:"]),
    ]);
}

#[test]
#[rustfmt::skip] // A table.
fn values() {
    check_all(&[
        ("pair = 'BTC/USX'",            &["bot.toml:1:8: pair: `BTC/USX`", "near it: BTC/USD"]),
        ("interval = 7",                &["bot.toml:1:12: interval: 7 minutes is not a candle"]),
        ("size = 'half'",               &["bot.toml:1:8: size: `half` is not", "write all-in"]),
        ("size = 'risk:5%'",            &["bot.toml:1:8: size: ", "i_accept_more_risk = true"]),
        ("[strategy]\nname = 'sma_cros'",
         &["bot.toml:2:8: strategy.name: there is no strategy `sma_cros`", "mean `sma_cross`?"]),
        ("[strategy.settings]\nfats = 5",
         &["bot.toml:2:8: strategy.settings.fats: ", "did you mean `fast`?"]),
        ("[strategy.settings]\nfast = 'x'",
         &["bot.toml:2:8: strategy.settings.fast: `fast` cannot be `x`; give a whole number"]),
        ("[strategy.settings]\nfast = 60",
         &["bot.toml:2:8: strategy.settings.fast: `fast` (60) must be below `slow` (50)"]),
        ("[strategy]\nstop = '2*art(14)'",
         &["bot.toml:2:8: strategy.stop: ", "`atr` at character 3"]),
        ("[strategy]\nstop = ''",       &["bot.toml:2:8: strategy.stop: sizing by risk needs"]),
        ("[kill]\ndrawdown = '200%'",   &["bot.toml:2:12: kill.drawdown: `200%` is not between"]),
        ("[risk]\norder_value_max = '-5'", &["bot.toml:2:19: risk.order_value_max: it must be"]),
        ("[risk]\norders_per_minute_max = 0", &["bot.toml:2:25: ", "it must be at least 1"]),
        ("[risk]\nprice_age_max = 'x'", &["bot.toml:2:17: risk.price_age_max: `x` is not a dur"]),
        ("[simulated]\nstart = '2017-02-30'", &["bot.toml:2:9: simulated.start: `2017-02-30`"]),
        ("[simulated]\ncash = '0'",     &["bot.toml:2:8: simulated.cash: 0 is not above zero"]),
        ("[simulated]\nstart_price = '1'", &["bot.toml:2:15: ", "at least 1000 ticks of 0.1"]),
        ("pairs = ['BTC/USD', 'BTC/USD']", &["bot.toml:1:9: pairs: BTC/USD stands there twice"]),
        ("pairs = ['BTC/USD', 'ETH/EUR']",
         &["bot.toml:1:9: pairs: BTC/USD and ETH/EUR are not paid in the same asset", "its own"]),
        ("[bot]\ndead_man = 'stop-rest'",
         &["bot.toml:2:12: bot.dead_man: ", "did you mean `stops-rest`?"]),
        ("[bot]\ntier = 'gold'",
         &["bot.toml:2:8: bot.tier: `gold`", "write one of starter, intermediate, pro"]),
        ("[bot]\nlimits = 'off'",       &["bot.toml:2:10: bot.limits: `off`", "documented"]),
        ("[kraken]\nproxy = 'here'",    &["bot.toml:2:9: kraken.proxy: "]),
        ("[kraken]\nlocal_address = 'x'", &["bot.toml:2:17: kraken.local_address: "]),
        ("[kraken]\nproxy = 'http://a:1'\nlocal_address = '127.0.0.1'",
         &["bot.toml:3:17: kraken.local_address: ", "leave one of proxy and local_address"]),
        ("[kill]\nweekly_loss = '0%'",  &["bot.toml:2:15: kill.weekly_loss: "]),
        ("[risk]\nmove_per_minute = 'x'", &["bot.toml:2:19: risk.move_per_minute: "]),
        ("[risk]\norders_per_day_max = 0", &["bot.toml:2:22: ", "it must be at least 1"]),
        ("[alerts.telegram]\nchat = '1'", &["bot.toml:1:1: missing field `token_file`"]),
        ("[alerts]\nfax = 'x'",         &["bot.toml:2:1: there is no key `fax`", "telegram"]),
        ("[simulated]\nlimits = 'none'", &["bot.toml:2:10: simulated.limits: `none`"]),
        ("[simulated]\nfaults = ['lost_anser']",
         &["bot.toml:2:10: simulated.faults: `lost_anser` is no fault; did you mean"]),
        ("[simulated]\nfee = 'cheap'",  &["bot.toml:2:7: simulated.fee: `cheap` is not a fee"]),
    ]);
}

#[test]
fn files_that_cannot_be_read() {
    let bench = Bench::new();
    bench
        .write("folder/x", "")
        .write("latin.toml", b"pair = '\xe9'")
        .write("big.toml", "#".repeat(1 << 21));
    let check = |typed: &str, parts: &[&str]| {
        bench.run(&format!("config show --config {typed}")).wrong(parts);
    };
    check("nowhere.toml", &["cannot read nowhere.toml", "check the path"]);
    check("folder", &["cannot read folder", "name a file"]);
    check("latin.toml", &["latin.toml: not text (byte 8 is not UTF-8)", "save the file as UTF-8"]);
    check("big.toml", &["big.toml has more than 1048576 bytes"]);
}

/// A device without an end is no file to wait for.
#[test]
#[cfg(target_os = "linux")]
fn a_file_without_an_end() {
    let outcome = Bench::new().run("config show --config /dev/zero");
    outcome.wrong(&["/dev/zero has more than 1048576 bytes"]);
}
