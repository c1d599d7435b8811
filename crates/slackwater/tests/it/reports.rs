//! `--report FILE.html`: a page beside what is printed, the same each time, and never in the way.

use crate::{
    bench::Bench,
    candles::{NAME, hourly},
};

const SHARED: &str = "--data XBTUSD_60.csv --pair BTC/USD --strategy sma_cross --fee 0.40/0.25";
const RUN: &str = "backtest --set fast=3 --set slow=8";
const GRID: &str = "--grid fast=3..5:1 --grid slow=8..12:2 --data-dir memory";

fn bench() -> Bench {
    let bench = Bench::new();
    bench.write(NAME, hourly(2_000));
    bench
}

fn page(bench: &Bench, typed: &str) -> String {
    let outcome = bench.run(&format!("{typed} {SHARED} --report page.html")).done();
    assert!(!outcome.stdout.is_empty(), "the page stands beside the table: {outcome:?}");
    String::from_utf8(bench.read("page.html")).expect("text")
}

#[test]
fn a_backtest_has_a_page() {
    let html = page(&bench(), RUN);
    for part in [
        "<h1>sma_cross on BTC/USD</h1>",
        "fast=3 slow=8 · 2000 candles",
        "Profit after all costs",
        "Return by month",
        "<th scope=\"row\">2×</th>",
        "\"trades\":[[1,",
        "</html>",
    ] {
        assert!(html.contains(part), "lacks `{part}`");
    }
}

#[test]
fn the_same_backtest_writes_the_same_bytes() {
    let bench = bench();
    assert_eq!(page(&bench, RUN), page(&bench, RUN));
}

#[test]
fn sweeps_and_walks_have_pages() {
    let bench = bench();
    let sweep = page(&bench, &format!("sweep {GRID}"));
    assert!(sweep.contains("the best of 9 variants"));
    assert!(sweep.contains("\"parameters\":[\"fast\",\"slow\"]"));
    let walk = page(&bench, &format!("walk-forward {GRID} --train 20d --test 10d"));
    assert!(walk.contains("walked through") && walk.contains("<h2>Windows</h2>"));
}

#[test]
fn the_page_does_not_change_what_is_printed() {
    let bench = bench();
    let print = |more: &str| {
        let mut json = bench.run(&format!("{RUN} {SHARED} --json {more}")).done().json();
        json["elapsed_cpu_s"] = serde_json::Value::Null;
        json
    };
    assert_eq!(print(""), print("--report page.html"));
}

#[test]
fn a_halt_and_no_trade_are_on_the_page() {
    let bench = bench();
    let halted = page(&bench, &format!("{RUN} --max-drawdown 2%"));
    assert!(halted.contains("The kill switch halted trading at 2017-01-"));
    let idle = page(&bench, "backtest --set fast=900 --set slow=2500");
    assert!(idle.contains("It never traded: its first decision is at the close of candle 2500"));
}

#[test]
fn one_candle_is_a_page() {
    let bench = Bench::new();
    bench.write(NAME, hourly(1));
    assert!(page(&bench, RUN).contains("\"count\":1,"));
}

#[test]
fn it_overwrites_nothing_it_reads() {
    let bench = bench();
    let before = bench.read(NAME);
    let typed = format!("{RUN} {SHARED} --report {NAME}");
    bench.run(&typed).wrong(&["--report", "is the file of --data"]);
    assert_eq!(bench.read(NAME), before);
    let typed = format!("{RUN} {SHARED} --trades one --report one");
    bench.run(&typed).wrong(&["--report", "is the file of --trades"]);
}

/// A page that can never be written is refused before the work, not after it.
#[test]
fn a_page_that_cannot_be_begun_is_refused_at_once() {
    let bench = bench();
    bench.write("file", "");
    let what = "a file stands where a folder is needed";
    for typed in [format!("{RUN} {SHARED}"), format!("sweep {GRID} {SHARED}")] {
        bench.run(&format!("{typed} --report file/page.html")).wrong(&[what]);
    }
    assert!(!bench.list(".").iter().any(|it| it.contains("page.html")));
}

/// There are no candles to draw when an order book is replayed.
#[test]
fn a_replay_of_ticks_has_no_page() {
    let outcome =
        bench().run("backtest --ticks --data x --pair BTC/USD --strategy spread --report p");
    outcome.wrong(&["--report is for candles, not for --ticks"]);
}

/// With no room for a page, what was there stays, the table is printed, and the error names it.
#[test]
fn a_full_disk_takes_nothing_away() {
    let bench = bench();
    let before = page(&bench, RUN);
    for typed in [
        format!("{RUN} {SHARED} --set fast=4 --report page.html --json"),
        format!("sweep {GRID} {SHARED} --report page.html --json"),
        format!("walk-forward {GRID} {SHARED} --train 20d --test 10d --report page.html --json"),
    ] {
        let typed = typed.replace("--set fast=3 --set slow=8 ", "");
        let full = bench.run_with_files_up_to(16, &typed);
        assert_eq!(full.status, Some(2), "{full:?}");
        assert!(full.stderr.contains("cannot write page.html: "), "{full:?}");
        assert!(full.json().is_object());
        assert!(bench.read("page.html") == before.as_bytes(), "{typed} damaged the page");
        assert!(!bench.list(".").contains(&".page.html.new".to_owned()));
    }
}
