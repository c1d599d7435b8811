//! Tests of the tables: what a day looks like in them, and what is not trusted.
#![expect(clippy::disallowed_methods, reason = "a test makes the files it needs")]

mod laws;
mod world;

use std::{fs, os::unix::fs::PermissionsExt};

use bot_machine::Note;
use tempfile::TempDir;
use trading_engine::OrderState;
use trading_types::{Amount, Side};

use self::world::{
    Record, Scribe, a_day, alerted, amended, at, dump, ended, explained, filled, id, open, pair,
    path, placed, source, value,
};
use super::{
    Entry, EquityPoint, Fact, Found, History, Listing, Query, ReadModel, ReadModelError, Results,
    SQLITE_MIN, check_version,
};

/// The tables of a journal, in a folder of their own.
fn tables(journal: Vec<Record>) -> (TempDir, History) {
    let folder = TempDir::new().unwrap();
    open(&folder, &journal).0.follow(journal).unwrap();
    let history = History::open(&path(&folder)).unwrap();
    (folder, history)
}

/// Rows as lines of CSV.
fn csv(history: &History, listing: Listing, query: &Query) -> String {
    let mut text = Vec::new();
    history.export(listing, query, &mut text).unwrap();
    String::from_utf8(text).unwrap()
}

#[test]
fn a_day_in_tables() {
    let (_folder, history) = tables(a_day());
    let check = |listing, expected: &str| {
        let expected: String =
            expected.trim().lines().map(|line| line.trim().to_owned() + "\n").collect();
        assert_eq!(csv(&history, listing, &Query::default()), expected);
    };
    check(
        Listing::Orders,
        "sequence,time,id,pair,side,role,kind,price,trigger_price,quantity,quantity_asset,\
         venue_order,traded,cost,state,why,ended
         3,2026-09-21T14:13:23Z,00000000000000070000000000000001,BTC/USD,buy,entry,limit,30000.1,,\
         0.02,BTC,OABCDE-FGHIJ-KLMNOP,0.02,600.002,filled,,2026-09-21T14:13:27Z
         7,2026-09-21T14:13:31Z,00000000000000070000000000000002,BTC/USD,sell,exit_signal,limit,\
         30000.1,,0.02,BTC,,0.01,300.001,canceled,,2026-09-21T14:13:36Z",
    );
    check(
        Listing::Fills,
        "sequence,time,trade,order_id,pair,side,role,price,quantity,cost,fee,fee_asset,liquidity
         3,2026-09-21T14:13:21Z,T1,00000000000000070000000000000001,BTC/USD,buy,entry,30000.1,\
         0.005,150.0005,0.3,USD,maker
         4,2026-09-21T14:13:22Z,T2,00000000000000070000000000000001,BTC/USD,buy,entry,30000.1,\
         0.015,450.0015,0.9,USD,maker
         7,2026-09-21T14:13:23Z,T3,00000000000000070000000000000002,BTC/USD,sell,exit_signal,\
         30000.1,0.01,300.001,-0.01,USD,maker",
    );
    check(
        Listing::RoundTrips,
        "sequence,time,pair,entry_order,entry_time,entry_price,exit_order,exit_price,quantity,cost,\
         proceeds,fees,profit,reason
         9,2026-09-21T14:13:40Z,BTC/USD,00000000000000070000000000000001,2026-09-21T14:13:30Z,\
         30000.1,00000000000000070000000000000002,31000,0.01,300.001,310,0.59,9.409,\
         exit_take_profit",
    );
    check(
        Listing::Ledger,
        "sequence,time,kind,asset,change,reference,pair
         2,2026-09-21T14:13:22Z,deposit,USD,1000,L1,
         3,2026-09-21T14:13:21Z,trade,BTC,0.005,T1,BTC/USD
         3,2026-09-21T14:13:21Z,trade,USD,-150.0005,T1,BTC/USD
         3,2026-09-21T14:13:21Z,fee,USD,-0.3,T1,BTC/USD
         4,2026-09-21T14:13:22Z,trade,BTC,0.015,T2,BTC/USD
         4,2026-09-21T14:13:22Z,trade,USD,-450.0015,T2,BTC/USD
         4,2026-09-21T14:13:22Z,fee,USD,-0.9,T2,BTC/USD
         7,2026-09-21T14:13:23Z,trade,BTC,-0.01,T3,BTC/USD
         7,2026-09-21T14:13:23Z,trade,USD,300.001,T3,BTC/USD
         7,2026-09-21T14:13:23Z,fee,USD,0.01,T3,BTC/USD",
    );
    check(
        Listing::Alerts,
        "sequence,time,id,kind,severity,text,acknowledged,acknowledged_by
         5,2026-09-21T14:13:21Z,1,stale_data,critical,\"no data, \"\"really\"\"\",\
         2026-09-21T14:13:34Z,user 1000
         10,2026-09-21T14:13:22Z,2,stale_data,critical,still none,,",
    );
}

#[test]
fn sums_are_exact() {
    let (_folder, history) = tables(a_day());
    let totals = history.totals(&Query::default()).unwrap();
    let usd: Amount = value("698.809");
    assert_eq!(totals.movements[&value("USD")], usd);
    assert_eq!(totals.movements[&value("BTC")], value("0.01"));
    let results = Results {
        round_trips: 1,
        won: 1,
        cost: value("300.001"),
        proceeds: value("310"),
        fees: value("0.59"),
        profit: value("9.409"),
    };
    assert_eq!(totals.results[&value("USD")], results);

    // No floating number holds both.
    let mut scribe = Scribe::new();
    scribe.note(&explained("USD", value("99999999999999999999"), "deposit"));
    for _ in 0..3 {
        scribe.note(&explained("USD", Amount::from_units(1), "reward"));
    }
    let (_folder, history) = tables(scribe.records);
    let totals = history.totals(&Query::default()).unwrap();
    let exact: Amount = value("99999999999999999999.000000000000000003");
    assert_eq!(totals.movements[&value("USD")], exact);
}

#[test]
fn orders_end_as_the_venue_says() {
    let check = |tell: &dyn Fn(&mut Scribe), expected: &str| {
        let mut scribe = Scribe::new();
        scribe.report(placed(1, Side::Buy, "2"));
        tell(&mut scribe);
        scribe.flush();
        let (_folder, history) = tables(scribe.records);
        let rows = history.rows(Listing::Orders, &Query::default()).unwrap();
        let of = |name: &str| {
            let at = rows.columns.iter().position(|column| *column == name).unwrap();
            rows.rows[0][at].clone().unwrap_or_default()
        };
        let told = format!("{} {} {}", of("quantity"), of("traded"), of("state"));
        assert_eq!(told, expected);
    };
    let completed = trading_types::AccountEvent::Completed { order: id(1) };
    let half = filled(1, 1, Side::Buy, "1", "0");
    let other_half = filled(1, 2, Side::Buy, "1", "0");
    check(&|_| (), "2 0 open");
    check(&|it| it.report(half.clone()), "2 1 open");
    check(&|it| it.account(amended(1, "1")), "1 0 open");
    check(&|it| it.report(ended(1, OrderState::Expired)), "2 0 expired");
    check(&|it| it.report(ended(1, OrderState::NeverExisted)), "2 0 never_existed");
    check(
        &|it| {
            it.report(half.clone());
            it.report(half.clone());
        },
        "2 1 open",
    );
    check(
        &|it| {
            it.account(amended(1, "1"));
            it.report(half.clone());
        },
        "1 1 filled",
    );
    check(
        &|it| {
            it.report(half.clone());
            it.account(completed.clone());
        },
        "2 1 filled",
    );
    // A fill that was overtaken by the end.
    check(
        &|it| {
            it.report(half.clone());
            it.report(ended(1, OrderState::Canceled));
            it.report(other_half.clone());
        },
        "2 2 filled",
    );
    check(
        &|it| {
            it.report(half.clone());
            it.report(other_half.clone());
            it.report(ended(1, OrderState::Canceled));
        },
        "2 2 filled",
    );
}

#[test]
fn questions_narrow_rows() {
    let (_folder, history) = tables(a_day());
    let check = |query: Query, expected: &[&str]| {
        let rows = history.rows(Listing::Fills, &query).unwrap().rows;
        let trades: Vec<_> = rows.iter().map(|row| row[2].clone().unwrap()).collect();
        assert_eq!(trades, expected);
    };
    let all = Query::default();
    check(all, &["T1", "T2", "T3"]);
    check(Query { newest: Some(2), ..all }, &["T2", "T3"]);
    check(Query { newest: Some(0), ..all }, &[]);
    check(Query { from: Some(at(2)), ..all }, &["T2", "T3"]);
    check(Query { before: Some(at(2)), ..all }, &["T1"]);
    check(Query { pair: Some(pair()), newest: Some(1), ..all }, &["T3"]);
    check(Query { pair: Some(value("ETH/USD")), ..all }, &[]);
    for listing in Listing::ALL {
        let query = Query { pair: Some(value("ETH/USD")), newest: Some(9), ..all };
        history.rows(listing, &query).unwrap();
    }
}

#[test]
fn an_acknowledgement_without_a_number_is_of_all_alerts() {
    let mut scribe = Scribe::new();
    scribe.note(&alerted(1, "one"));
    scribe.note(&alerted(2, "two"));
    scribe.note(&Note::Acknowledged { alert: None, by: "root".to_owned() });
    scribe.note(&alerted(3, "three"));
    let (_folder, history) = tables(scribe.records);
    let rows = history.rows(Listing::Alerts, &Query::default()).unwrap().rows;
    let by: Vec<_> = rows.into_iter().map(|mut row| row.pop().unwrap()).collect();
    assert_eq!(by, [Some("root".to_owned()), Some("root".to_owned()), None]);
}

#[test]
fn equity_is_kept_by_time() {
    let folder = TempDir::new().unwrap();
    let (mut model, _) = open(&folder, &[]);
    for (seconds, equity) in [(2, "11"), (1, "10"), (2, "12.5")] {
        let (asset, equity) = (value("USD"), value(equity));
        let point = EquityPoint { sequence: 0, time: at(seconds), asset, equity };
        model.apply_equity(&point).unwrap();
    }
    let text = csv(&History::open(&path(&folder)).unwrap(), Listing::Equity, &Query::default());
    assert_eq!(
        text,
        "sequence,time,asset,equity\n0,2026-09-21T14:13:21Z,USD,10\n\
         0,2026-09-21T14:13:22Z,USD,12.5\n"
    );
}

#[test]
fn an_entry_is_written_once_and_whole() {
    let folder = TempDir::new().unwrap();
    let (mut model, found) = open(&folder, &a_day());
    assert_eq!(found, Found::Nothing);
    let fact = |note: Note| (at(1), Fact::Note(note));
    let entry = Entry {
        sequence: 4,
        facts: vec![fact(explained("USD", value("1"), "reward")), fact(alerted(1, "one"))],
    };
    model.apply(&entry).unwrap();
    model.apply(&entry).unwrap();
    model.apply(&Entry { sequence: 3, ..entry }).unwrap();
    assert_eq!(model.last_sequence(), 4);
    drop(model);
    let (model, found) = open(&folder, &a_day());
    assert_eq!((model.last_sequence(), found), (4, Found::View));
    let tables = dump(&path(&folder));
    assert_eq!((tables[3].len(), tables[6].len(), tables[7].len()), (1, 2, 1));
}

#[test]
fn records_that_are_missing_or_say_nothing_are_named() {
    let journal = a_day();
    let folder = TempDir::new().unwrap();
    let (mut model, _) = open(&folder, &journal);
    model.follow(journal[..4].to_vec()).unwrap();
    let before = dump(&path(&folder));
    let mut refused = |records: Vec<Record>, expected: &str| {
        let error = model.follow(records).unwrap_err();
        assert!(error.to_string().contains(expected), "{error}");
        assert_eq!((model.last_sequence(), dump(&path(&folder))), (4, before.clone()));
    };
    refused(journal[5..].to_vec(), "ends with record 4 and cannot go on with 6");
    let mut broken = journal[4..].to_vec();
    broken[0].2 = vec![0xff];
    refused(broken, "record 5 is a note of another version");
    let mut broken = journal[4..].to_vec();
    broken[2].2.truncate(5);
    refused(broken, "record 7: the journal ends within the record");
    model.follow(journal.clone()).unwrap();
    assert_eq!(model.last_sequence(), journal.len() as u64);

    let (mut model, _) = open(&TempDir::new().unwrap(), &journal);
    let error = model.follow(journal[3..].to_vec()).unwrap_err();
    assert!(error.to_string().contains("whose beginning was not read"), "{error}");
}

#[test]
fn what_cannot_be_trusted_is_put_aside_and_built_again() {
    let journal = a_day();
    let (good, _) = tables(journal.clone());
    let expected = dump(&path(&good));
    let check = |spoil: &dyn Fn(&std::path::Path), why: &str| {
        let (folder, history) = tables(journal.clone());
        drop(history);
        spoil(&path(&folder));
        let (mut model, found) = open(&folder, &journal);
        let Found::SetAside { why: told, to } = found else { panic!("{why}: {found:?}") };
        assert!(told.contains(why), "{told}");
        assert!(to.exists());
        assert_eq!(model.last_sequence(), 0);
        model.follow(journal.clone()).unwrap();
        assert_eq!(dump(&path(&folder)), expected);
    };
    let bytes = |change: fn(&mut Vec<u8>)| {
        move |path: &std::path::Path| {
            let mut bytes = fs::read(path).unwrap();
            change(&mut bytes);
            fs::write(path, bytes).unwrap();
        }
    };
    let sql = |sql: &'static str| {
        move |path: &std::path::Path| {
            rusqlite::Connection::open(path).unwrap().execute_batch(sql).unwrap();
        }
    };
    check(&bytes(|bytes| bytes[..16].fill(b'x')), "damaged");
    check(
        &bytes(|bytes| *bytes = b"not a database, but a text of some length".repeat(99)),
        "damaged",
    );
    check(&bytes(|bytes| bytes[4096..].fill(0)), "damaged");
    check(&bytes(|bytes| bytes.truncate(3 * 4096)), "damaged");
    check(&sql("PRAGMA user_version = 99"), "another version");
    check(&sql("PRAGMA application_id = 1"), "another version");
    check(&sql("UPDATE meta SET value = x'00' WHERE name = 'last_sequence'"), "how far");
    check(&sql("UPDATE meta SET value = x'00' WHERE name = 'journal'"), "another journal");
    check(&sql("DROP TABLE meta"), "not what it should be");
    check(&sql("UPDATE meta SET value = x'6300000000000000' WHERE name = 'last_sequence'"), "99");
}

#[test]
fn the_newest_of_what_was_put_aside_are_kept() {
    let folder = TempDir::new().unwrap();
    for text in ["one", "two", "three", "four"] {
        fs::write(path(&folder), text.repeat(1000)).unwrap();
        assert!(matches!(open(&folder, &[]).1, Found::SetAside { .. }));
    }
    let kept = |number| {
        let name = format!("history.sqlite.aside.{number}");
        fs::read_to_string(folder.path().join(name)).unwrap_or_default()
    };
    assert!(kept(1).starts_with("four") && kept(2).starts_with("three"));
    assert!(kept(3).starts_with("two") && kept(4).is_empty());
}

#[test]
fn an_empty_file_and_an_unfinished_one_are_filled() {
    let folder = TempDir::new().unwrap();
    fs::write(path(&folder), "").unwrap();
    assert_eq!(open(&folder, &[]).1, Found::Nothing);
    assert_eq!(open(&folder, &[]).1, Found::View);
}

#[test]
fn a_place_that_will_not_do_is_named() {
    let folder = TempDir::new().unwrap();
    let at = folder.path().join("missing").join("history.sqlite");
    let error = ReadModel::open(&at, &source(&[])).unwrap_err();
    assert!(error.to_string().starts_with("cannot make"), "{error}");
    fs::create_dir(path(&folder)).unwrap();
    assert!(ReadModel::open(&path(&folder), &source(&[])).is_err());

    assert!(matches!(History::open(&at), Err(ReadModelError::Missing(_))));
    let other = folder.path().join("other.sqlite");
    rusqlite::Connection::open(&other).unwrap().execute_batch("CREATE TABLE a (b)").unwrap();
    assert!(matches!(History::open(&other), Err(ReadModelError::OtherVersion(_))));
}

#[test]
fn only_the_owner_reads_it() {
    let (folder, _history) = tables(a_day());
    let mut names = 0;
    for file in fs::read_dir(folder.path()).unwrap() {
        let mode = file.unwrap().metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        names += 1;
    }
    assert!(0 < names);
}

#[test]
fn a_sqlite_that_corrupts_databases_is_refused() {
    check_version(rusqlite::version_number()).unwrap();
    check_version(SQLITE_MIN).unwrap();
    let error = check_version(3_051_002).unwrap_err();
    assert!(error.to_string().starts_with("SQLite 3051002 can corrupt a database"), "{error}");
}
