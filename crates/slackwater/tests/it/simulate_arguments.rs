//! What cannot be asked of a simulated Kraken: status 2, nothing on stdout, and what to type
//! instead.

use std::net::TcpListener;

use crate::bench::Bench;

#[track_caller]
fn check_all(rows: &[(&str, &[&str])]) {
    let bench = Bench::new();
    bench
        .write("XBTUSD_60.csv", "1500001200,1,2,1,2,1,1\n")
        .write("ETHUSD_60.csv", "1500000000,1,2,1,2\n")
        .write("prices.csv", "1500001200,1,2,1,2,1,1\n")
        .write("XBTUSD_7.csv", "")
        .write("SOLUSD_60.csv", "")
        .write("MOON_60.csv", "")
        .write("empty.toml", "")
        .write("unknown.toml", "[[step]]\nat = '1s'\nfault = 'rain'\n")
        .write("no-step.toml", "[[steps]]\n")
        .write("not.toml", "[[step]\n");
    let before = bench.list(".");
    for (typed, parts) in rows {
        bench.run(&format!("simulate {typed}")).wrong(parts);
    }
    assert_eq!(bench.list("."), before, "nothing was written");
}

#[test]
#[rustfmt::skip] // A table.
fn addresses_and_numbers() {
    check_all(&[
        ("--listen here",             &["'--listen <ADDRESS>'"]),
        ("--listen 127.0.0.1",        &["'--listen <ADDRESS>'"]),
        ("--speed 0",                 &["0 is not in 1..="]),
        ("--speed fast",              &["'--speed <SPEED>'"]),
        ("--seed -1",                 &["'-1'"]),
        ("--accounts 0",              &["0 is not in 1..=100"]),
        ("--accounts 101",            &["101 is not in 1..=100"]),
        ("--for soon",                &["`soon` is not a duration; write 90s, 10m, 2h or 7d"]),
        ("--warm-history 31d",        &["`31d` is too long; write 30d or less"]),
        ("--warm-history lots",       &["`lots` is not a duration"]),
        ("--save-every 0s",           &["`0s` is not a duration"]),
        ("--tier gold",               &["[possible values: starter, intermediate, pro]"]),
        ("--limits none",             &["[possible values: documented, article, off]"]),
        ("--certificate c.pem",       &["--tls"]),
        ("surplus",                   &["'surplus'"]),
    ]);
}

#[test]
#[rustfmt::skip] // A table.
fn faults_and_scenarios() {
    check_all(&[
        ("--fault lost_anser",        &["`lost_anser` is no fault; did you mean `lost_answer`?"]),
        ("--fault rain",              &["`rain` is no fault; give one", "--list-faults"]),
        ("--fault disconnect=2",      &["`2` is not a probability; write a number from 0 to 1"]),
        ("--fault disconnect=often",  &["`often` is not a probability"]),
        ("--fault disconnect=",       &["is not a probability"]),
        ("--fault disconnect --fault disconnect=0.5",
         &["--fault disconnect is given more than once"]),
        ("--scenario missing.toml",   &["cannot read missing.toml", "check the path"]),
        ("--scenario empty.toml",     &["empty.toml", "no steps"]),
        ("--scenario no-step.toml",   &["no-step.toml:1", "steps"]),
        ("--scenario unknown.toml",   &["unknown.toml", "`rain` is no fault"]),
        ("--scenario not.toml",       &["not.toml:1"]),
    ]);
}

#[test]
#[rustfmt::skip] // A table.
fn markets_and_money() {
    check_all(&[
        ("--pair BTC/USX",            &["`BTC/USX` is not a known pair; near it: BTC/USD"]),
        ("--pair 1INCH/USD",          &["no first price", "--pair 1INCH/USD=100"]),
        ("--pair BTC/USD=dear",       &["`dear` is not a plain decimal number", "SOL/EUR=150"]),
        ("--pair BTC/USD=0",          &["it must be at least 1000 ticks of 0.1"]),
        ("--pair BTC/USD=99999999",   &["it must be at most 50000000"]),
        ("--pair BTC/USD --pair XBTUSD=50000", &["--pair BTC/USD is given more than once"]),
        ("--balance USD",             &["`USD` is not a balance; write it like USD=100000"]),
        ("--balance USD=lots",        &["`lots` is not a plain decimal number"]),
        ("--balance USD=-1",          &["-1 is not above zero"]),
        ("--balance GOLD=1",          &["`GOLD` is not an asset", "write one like USD=100000"]),
        ("--balance BTC=1 --balance XBT=2", &["--balance BTC is given more than once"]),
        ("--history missing_60.csv",  &["`missing` is not a known pair"]),
        ("--history ETHUSD_5.csv",    &["ETHUSD_5.csv"]),
        ("--history prices.csv",      &["its name has no pair and minutes", "XBTUSD_60.csv"]),
        ("--history XBTUSD_7.csv",    &["7 minutes is not a candle length"]),
        ("--history MOON_60.csv",     &["`MOON` is not a known pair"]),
        ("--history ETHUSD_60.csv",   &["ETHUSD_60.csv:1", "7 are expected"]),
        ("--history XBTUSD_60.csv --from 2030-01-01", &["no candle from 2030", "move --from into"]),
        ("--history XBTUSD_60.csv --history ./XBTUSD_60.csv",
         &["--history of BTC/USD is given more than once"]),
        ("--history SOLUSD_60.csv",   &["SOLUSD_60.csv"]),
        ("--from 2020-01-01",         &["--history"]),
    ]);
}

#[test]
fn an_address_that_is_taken() {
    let taken = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = taken.local_addr().expect("an address");
    let typed = format!("simulate --listen {address}");
    Bench::new().run(&typed).wrong(&[&format!("cannot listen on {address}"), "choose another"]);
}
